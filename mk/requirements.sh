#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# requirements.sh LIST TAP...: prints docs/requirements.md. LIST has a row for
# each requirement and why it is not shown yet; the TAP files are a run's
# results, whose passing lines end in "# ID ID ...". A requirement is shown when
# a test that names it passed and none that names it failed.
set -eu

list=$1
shift
cat "$@" | awk -v list="$list" '
function fail(text) {
	print "requirements: " text > "/dev/stderr"
	bad = 1
}
# What a test is called, whatever machine and build it ran on.
function title(line) {
	sub(/^(not )?ok [0-9]*[ -]*/, "", line)
	sub(/ # .*/, "", line)
	gsub(/ /, "  ", line)
	gsub(/(^| )(release|debug|x86_64|aarch64|[0-9]+cpu(-multi|-single)?)( |$)/, "", line)
	gsub(/ +/, " ", line)
	gsub(/^ +| +$/, "", line)
	return line
}
BEGIN {
	while ((getline row < list) > 0) {
		if (row ~ /^#/ || row == "") {
			continue
		}
		if (split(row, cell, / \| /) != 3 || (cell[1] in words)) {
			fail("not a row, or twice: " row)
		}
		order[++rows] = cell[1]
		words[cell[1]] = cell[2]
		reason[cell[1]] = cell[3]
	}
}
/^(not )?ok / && / # / {
	ids = $0
	sub(/.* # /, "", ids)
	name = title($0)
	split(ids, id, " ")
	for (i = 1; i in id; i++) {
		if (id[i] !~ /^[A-Z][0-9]+$/) {
			continue
		}
		if (!(id[i] in words)) {
			fail("no requirement " id[i] ": " name)
		} else if (/^not/) {
			broken[id[i]] = name
		} else if (!((id[i], name) in seen)) {
			seen[id[i], name] = 1
			if (++count[id[i]] == 1 || name < first[id[i]]) {
				first[id[i]] = name
			}
		}
	}
}
END {
	for (i = 1; i <= rows; i++) {
		shown += order[i] in first && !(order[i] in broken)
	}
	print "# What is shown\n"
	print "Made by `make requirements` from the results of a test run and `docs/requirements.list`; do not edit.\n"
	print "A requirement is **shown** when tests that name its id passed on every machine they ran on. Of " \
		rows ", " shown " are shown.\n"
	print "| id | requirement in a few words | state | tests, or the reason |"
	print "|---|---|---|---|"
	for (i = 1; i <= rows; i++) {
		id_ = order[i]
		if (id_ in first && !(id_ in broken)) {
			more = count[id_] > 1 ? sprintf(" (+%d)", count[id_] - 1) : ""
			state = "shown"
			text = first[id_] more
		} else {
			state = reason[id_] ~ /^out of reach/ ? "out of reach" : "not yet"
			text = reason[id_]
		}
		gsub(/\|/, "/", text)
		print "| " id_ " | " words[id_] " | " state " | " text " |"
	}
	exit bad
}'
