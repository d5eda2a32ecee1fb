#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Builds race/race.c with nano's lock and shoot-down under the thread sanitizer,
# which does not go together with the sanitizers of the other unit tests, and
# runs it. A race is a report on stderr and exit status 66.
set -eu

out=out/host/unit/nano
mkdir -p "$out"
"clang-$LLVM" -std=c17 -g -O1 -D_GNU_SOURCE -fsanitize=thread -fuse-ld=lld \
	-Wall -Wextra -Werror -Wno-thread-safety-analysis \
	-I. -Iabi/include -Ilib/common/include -Inano/include -o "$out/race" \
	tests/unit/nano/race/race.c nano/ticket.c nano/arch/x86_64/shoot.c
exec setarch -R "$out/race"
