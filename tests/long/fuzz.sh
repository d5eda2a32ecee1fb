#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Every fuzz target in turn, searching on from what it found before.
set -u

targets=$(find tests/fuzz -mindepth 2 -name '*.c' | sort | sed 's|tests/fuzz/||; s|\.c$||')
each=$((LIMIT * JOBS / $(echo "$targets" | wc -l)))
# shellcheck disable=SC2086
sh tests/fuzz/run.sh $((each > 0 ? each : 1)) out/host $targets > out/long/fuzz.lines
while read -r line; do
	target=$(echo "$line" | sed 's/^\(not \)\{0,1\}ok - fuzz \([^ :]*\).*/\2/')
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "out/fuzz/$target/log")
	reached=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "out/fuzz/$target/log" | tail -n 1)
	case $line in
	ok*) echo "$line: ${runs:-0} runs in $each s, ${reached:-0} edges reached" ;;
	*) echo "$line" ;;
	esac
done < out/long/fuzz.lines
