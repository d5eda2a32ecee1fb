#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The intruder's and the vault's results, and that each of the twenty
# instructions was a fault of the capsule that tried it and of nobody else.
set -u

log=$WORK/serial.log
LOG=$log sh tests/runner/qemu.sh "$ARCH" "$OUT" "$ARCHIVE" > /dev/null 2> "$WORK/stderr.log"
count=0
echo 1..21
for number in 00 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19; do
	count=$((count + 1))
	if grep -q "^core: x$number faulted: " "$log" &&
		! grep -q "^\[x$number\]" "$log"; then
		echo "ok $count instruction $number is not for capsules # E1 E20"
	else
		echo "not ok $count instruction $number: no fault is reported"
	fi
done
if grep -qE '^tessera: off status=[01]$' "$log"; then
	echo "ok 21 the system ended in order"
else
	echo "not ok 21 the system did not end in order"
fi
grep -E '^\[(intruder|vault)\] ((not )?ok|1\.\.|#)' "$log"
exit 0
