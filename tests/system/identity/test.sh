#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Capsules that move from CPU to CPU read the same everywhere, and those that ask
# which one it is fault. The fault ends them, so the system's status is 1.
set -u

log=$WORK/serial.log
LOG=$log sh tests/runner/qemu.sh "$ARCH" "$OUT" "$ARCHIVE" > /dev/null 2> "$WORK/stderr.log"
status=$?

grep -E '^\[collector\] ((not )?ok |1\.\.|#)' "$log"
echo 1..8
for n in 0 1 2 3 4 5; do
	if grep -q "^core: pry-$n faulted: " "$log" &&
		! grep -q "pry-$n was told" "$log"; then
		echo "ok $((n + 1)) instruction $n that tells of the CPU faults # E66"
	else
		echo "not ok $((n + 1)) instruction $n that tells of the CPU faults # E66"
	fi
done
if grep -qE '^\[pry-6\] pry-6 was told nothing|^core: pry-6 faulted: ' "$log"; then
	echo "ok 7 no CPU has a number # E66"
else
	echo "not ok 7 no CPU has a number # E66"
fi
if [ $status -eq 1 ] && grep -q '^init: collector ended with status 0' "$log"; then
	echo "ok 8 the run ended as it should"
else
	echo "not ok 8 the run ended with status $status"
fi
exit 0
