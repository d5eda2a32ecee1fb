#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# run.sh RULE...: runs each mk/check/rules/RULE.sh and prints one TAP line for it.
#
# A rule prints one line "PLACE: what is wrong" for each thing it finds, where
# PLACE is a path or path:name, and nothing when all is well. A line of
# mk/waivers, "RULE PLACE reason", excuses one place; a waiver that excuses
# nothing any more is itself a finding, so the file only ever shrinks.
set -u

SELF=$(dirname "$0")
export SELF
mkdir -p out/check

for rule; do
	found=out/check/$rule.found
	left=out/check/$rule.left
	again="make check TEST=$rule"
	if ! sh "$SELF/rules/$rule.sh" > "$found" 2> "out/check/$rule.err"; then
		echo "not ok - check $rule: the check itself failed: $(tail -n 1 "out/check/$rule.err") # repeat: $again"
		continue
	fi
	awk -v rule="$rule" '
	FILENAME == "mk/waivers" {
		if ($1 == rule && NF > 2) {
			waived[$2] = 1
		} else if ($1 == rule) {
			print "mk/waivers: " $0 " has no reason"
		}
		next
	}
	{
		place = $1
		sub(/:$/, "", place)
		if (place in waived) {
			used[place] = 1
		} else {
			print
		}
	}
	END {
		for (place in waived) {
			if (!(place in used)) {
				print "mk/waivers: " rule " " place " excuses nothing any more"
			}
		}
	}' mk/waivers "$found" > "$left"
	if [ -s "$left" ]; then
		echo "not ok - check $rule: $(grep -c . "$left") found # repeat: $again"
		head -n 30 "$left" | cut -c1-240 | sed 's/^/#   /' >&2
	else
		echo "ok - check $rule"
	fi
done
