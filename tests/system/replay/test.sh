#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The same system 20 times on one CPU, or five times on several that take turns,
# with instructions as the clock and the same random numbers: it must say the
# same each time, to the letter.
set -eu

[ "${THREAD:-}" != multi ] || exit 0
runs=20
[ "$CPUS" -eq 1 ] || runs=5
first=$WORK/1.log
differ=
run=1
while [ $run -le $runs ]; do
	status=0
	ICOUNT=1 SEED=1 LOG=$WORK/$run.log sh tests/runner/qemu.sh "$ARCH" "$OUT" "$ARCHIVE" > /dev/null || status=$?
	if [ "$status" -ne 0 ] || ! cmp -s "$first" "$WORK/$run.log"; then
		differ="$differ $run"
	fi
	run=$((run + 1))
done
echo 1..2
if [ -z "$differ" ]; then
	echo "ok 1 $runs runs say the same # E5"
else
	echo "not ok 1 $runs runs say the same: not those with numbers$differ, see $WORK"
fi
# If each racer came to its end in one go, nothing was decided.
turns=$(grep -o '^\[racer-.\]' "$first" | uniq | wc -l)
if [ "$turns" -gt 6 ]; then
	echo "ok 2 what is repeated is full of interruptions"
else
	echo "not ok 2 what is repeated is full of interruptions: the racers took only $turns turns"
fi
