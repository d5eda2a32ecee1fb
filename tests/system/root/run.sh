#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# run.sh NAME: boots the root test NAME, of component.mk, and prints its TAP
# lines. For the test.sh of a system test, whose environment it uses; more than
# 60 seconds take a TIMEOUT.
set -eu

archive=$WORK/$1.archive
out/host/tess image -o "$archive" --partial --nano "$OUT/nano.elf" \
	--kernel "$OUT/kernel.elf" --core "$OUT/root-$1.elf"
LOG=$WORK/$1.log exec sh tests/runner/qemu.sh "$ARCH" "$OUT" "$archive"
