#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# run.sh SECONDS HOST TARGET...: runs the fuzz targets and prints one TAP line for
# each. HOST is the host's build folder.
#
# Without SECONDS each target makes a fixed number of runs from its seeds, the
# same ones every time: that is a test (RUNS=n for another number). Addresses and
# time would decide which way the search goes, so the first are fixed, where that
# is permitted, and the corpus is not read again as time goes by. With SECONDS
# each target searches for so long and keeps what it found interesting in
# out/fuzz/TARGET/corpus for the next time. What crashed a target is kept in
# out/fuzz/TARGET/, and the line says how to run the target on it alone.
set -u

seconds=$1
host=$2
runs=${RUNS:-100000}
shift 2

one() {
	program=$host/fuzz/$1.run
	work=out/fuzz/$1
	fixed=
	case $1 in
	kernel/* | model/*) runs=$((runs / 30)) ;; # a whole system in each
	esac
	again="make fuzz TEST=$1${seconds:+ SECONDS=$seconds}${SEED:+ SEED=$SEED}"
	mkdir -p "$work/corpus"
	rm -rf "$work/seeds"
	mkdir "$work/seeds"
	if ! FUZZ_SEEDS=$work/seeds "$program" > "$work/log" 2>&1; then
		echo "not ok - fuzz $1: its seeds, see $work/log # repeat: $again"
		return
	fi
	set -- "$1" -seed="${SEED:-1}" -timeout=10 -max_len=16384 -print_final_stats=1 \
		-artifact_prefix="$work/"
	if [ -n "$seconds" ]; then
		set -- "$@" "-max_total_time=$seconds" "$work/corpus"
		done='^stat::number_of_executed_units: [1-9]'
	else
		# A new folder each time: the runs must not depend on the last.
		rm -rf "$work/fixed"
		mkdir "$work/fixed"
		set -- "$@" "-runs=$runs" -reload=0 "$work/fixed"
		! setarch -R true 2> /dev/null || fixed='setarch -R'
		done="^stat::number_of_executed_units: $runs\$"
	fi
	name=$1
	shift
	if $fixed "$program" "$@" "$work/seeds" > "$work/log" 2>&1 &&
		grep -q "$done" "$work/log"; then
		echo "ok - fuzz $name"
		return
	fi
	input=$(sed -n 's/.*Test unit written to //p' "$work/log" | tail -n 1)
	echo "not ok - fuzz $name: $(sed -n 's/.*SUMMARY: //p' "$work/log" |
		tail -n 1) # repeat: ${input:+$program }${input:-$again}"
}

if [ "$host" = --one ]; then
	host=$1
	one "$2"
	exit 0
fi
printf '%s\n' "$@" | xargs -P "${JOBS:-2}" -I '{}' sh "$0" "$seconds" --one "$host" '{}'
