#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Builds race/race.c with the kernel's lock and scheduler under the thread
# sanitizer, which does not go together with the sanitizers of the other unit
# tests, and runs it. A race is a report on stderr and exit status 66.
set -eu

out=out/host/unit/kernel
mkdir -p "$out"
"clang-$LLVM" -std=c17 -g -O1 -D_GNU_SOURCE -fsanitize=thread -fuse-ld=lld \
	-Wall -Wextra -Werror -Wno-thread-safety-analysis \
	-I. -Iabi/include -Ilib/common/include \
	-Ikernel/include -Ikernel/arch/fake/include -o "$out/race" \
	tests/unit/kernel/race/race.c kernel/cpu/lock.c kernel/cpu/interrupt.c \
	kernel/sched/robin.c kernel/state.c
exec setarch -R "$out/race"
