#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# tap.sh LABEL REPEAT LOG: the test results in one log, as TAP lines of ours.
#
# A result is a line "ok N name" or "not ok N name", a plan is a line "1..N";
# both may stand behind a capsule's name in brackets, and each name counts for
# itself. Results must be numbered 1, 2, 3...; a program may print several
# plans one after the other. What a plan promised and did not come is a failure,
# and so are results without a plan. REPEAT is the command that repeats the run.
# Output: "ok - LABEL name" and "not ok - LABEL name # repeat: REPEAT".
set -eu

exec awk -v label="$1" -v again="$2" '
function pass(text) { printf "ok - %s %s\n", label, text }
function fail(text) { printf "not ok - %s %s # repeat: %s\n", label, text, again }
{
	sub(/\r$/, "")
	who = ""
	line = $0
	if (match(line, /^\[[^]]*\] /)) {
		who = substr(line, 2, RLENGTH - 3) ": "
		line = substr(line, RLENGTH + 1)
	}
}
line ~ /^1\.\.[0-9]+ *$/ {
	planned[who] += substr(line, 4)
	plans[who]++
	seen[who] = 1
	next
}
line ~ /^(not )?ok [0-9]+( |$)/ {
	good = line !~ /^not /
	sub(/^not /, "", line)
	sub(/^ok /, "", line)
	number = line + 0
	sub(/^[0-9]+ *(- )?/, "", line)
	seen[who] = 1
	count[who]++
	if (number != last[who] + 1 && number != 1) {
		fail(who line " (number " number " after " last[who] + 0 ")")
	} else if (good) {
		pass(who line)
	} else {
		fail(who line)
	}
	last[who] = number
}
END {
	for (who in seen) {
		if (!plans[who]) {
			fail(who "printed results without a plan")
		}
		for (n = count[who] + 1; n <= planned[who]; n++) {
			fail(who "result " n " of " planned[who] " is missing")
		}
		if (plans[who] && count[who] > planned[who]) {
			fail(who count[who] " results, planned were " planned[who])
		}
	}
}' "$3"
