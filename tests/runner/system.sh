#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# system.sh ARCH MODE OUT TEST: runs one system test and prints TAP lines.
#
# TEST is a folder of tests/system/. Its system.yaml was packed to
# OUT/systems/tests_system_TEST/archive before. The folder has either
#
#   expect    First, optionally, one line each of
#               status N          the exit status to expect (default 0)
#               cpus N            at least so many processors (default 1);
#                                 on a machine with fewer it is not run
#               timeout N         seconds (default 60) on one CPU; three
#                                 times as many on several, which may be more
#                                 than the host has
#               icount            count instructions instead of time
#               also ARCH CPU     run once more on this processor model
#             then the lines that must each appear in the serial log, in this
#             order: a fixed string, "re:" and an extended regular expression,
#             or "not:" and a string that may appear nowhere. Empty lines and
#             lines starting with "# " are skipped.
#   test.sh   A script for what needs more than one run. It prints TAP itself;
#             it finds ARCH, MODE, OUT, ARCHIVE and WORK (a folder of its own)
#             in the environment and boots with tests/runner/qemu.sh.
#
# or both. Results that capsules print as TAP count as well. The machine is the
# one of CPUS and THREAD in the environment (tests/runner/qemu.sh).
set -eu

ARCH=$1
MODE=$2
OUT=$3
TEST=$4
here=tests/system/$TEST
ARCHIVE=$OUT/systems/tests_system_$TEST/archive
CPUS=${CPUS:-1}
WORK=$OUT/tests/$TEST-${CPUS}cpu${THREAD:+-$THREAD}
SEED=${SEED:-1}
export ARCH MODE OUT ARCHIVE WORK CPUS SEED
again="make system ARCH=$ARCH MODE=$MODE TEST=$TEST CPUS=$CPUS${THREAD:+ THREAD=$THREAD} SEED=$SEED"
mkdir -p "$WORK"

patience=1
[ "$CPUS" -eq 1 ] || patience=3
TIMEOUT=$((60 * patience)) # of what test.sh boots
export TIMEOUT

result() {
	if [ -z "$2" ]; then
		echo "ok - $1"
	else
		echo "not ok - $1: $2 # repeat: $again"
	fi
}

directive() {
	sed -E '/^(status|cpus|timeout|icount|also)( |$)/!{/^(# |$)/!q}' "$here/expect" |
		sed -n "s/^$1 *//p"
}

# Prints what is wrong with the log, or nothing.
compare() {
	awk -v expect="$here/expect" '
	function found(text, want) {
		if (want ~ /^re:/) {
			return text ~ substr(want, 4)
		}
		return index(text, want) > 0
	}
	FILENAME == expect {
		if ($0 ~ /^(# |$)/ || (!head && $0 ~ /^(status|cpus|timeout|icount|also)( |$)/)) {
			next
		}
		head = 1
		if ($0 ~ /^not:/) {
			never[++nevers] = substr($0, 5)
		} else {
			want[++wants] = $0
		}
		next
	}
	{
		if (met < wants && found($0, want[met + 1])) {
			met++
		}
		for (i = 1; i <= nevers; i++) {
			if (index($0, never[i])) {
				bad = "must not appear: " never[i]
			}
		}
	}
	END {
		if (met < wants) {
			bad = "expected line " met + 1 " of " wants " did not come: " want[met + 1]
		}
		print bad
	}' "$here/expect" "$1"
}

# run LABEL CPU: boots once and judges the log.
run() {
	log=$WORK/serial$2.log
	want=$(directive status)
	got=0
	limit=$(directive timeout)
	CPU=$2 TIMEOUT=$((${limit:-60} * patience)) LOG=$log \
		ICOUNT=$(grep -qx icount "$here/expect" && echo 1 || :) \
		sh tests/runner/qemu.sh "$ARCH" "$OUT" "$ARCHIVE" \
		> /dev/null 2> "$WORK/stderr$2.log" || got=$?
	bad=$(compare "$log")
	if [ "$got" -ne "${want:-0}" ]; then
		bad="exit status $got, expected ${want:-0}${bad:+; $bad}"
		[ ! -s "$WORK/stderr$2.log" ] || bad="$bad; $(tail -n 1 "$WORK/stderr$2.log")"
	fi
	result "$1 expect" "${bad:+$bad; log: $log}"
	sh tests/runner/tap.sh "$1" "$again" "$log"
}

if [ ! -f "$here/expect" ] && [ ! -f "$here/test.sh" ]; then
	result "$TEST" "neither $here/expect nor $here/test.sh exists"
fi
if [ -f "$here/expect" ]; then
	least=$(directive cpus)
	[ "$CPUS" -ge "${least:-1}" ] || exit 0
	run "$TEST" ""
	for cpu in $(directive also | sed -n "s/^$ARCH //p"); do
		run "$TEST@$cpu" "$cpu"
	done
fi
if [ -f "$here/test.sh" ]; then
	got=0
	sh "$here/test.sh" > "$WORK/test.log" 2> "$WORK/test.err" < /dev/null || got=$?
	sh tests/runner/tap.sh "$TEST" "$again" "$WORK/test.log"
	[ "$got" -eq 0 ] || result "$TEST test.sh" \
		"exit status $got; $(tail -n 1 "$WORK/test.err")"
fi
