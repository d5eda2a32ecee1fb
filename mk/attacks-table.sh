#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# attacks-table.sh: prints docs/attacks-table.md, from the attacks in tests/attack/,
# the list of what bites there and the table of defences in its nano folder.
set -eu

attacks() {
	for file; do
		tr '\n\t' '  ' < "$file" | grep -oE '(ATTACK|SWEEP)\( *"[^"]*", *"[^"]*"' |
			sed 's/^[^"]*"\([^"]*\)", *"\([^"]*\)"/\1|\2/'
	done
}

echo '# Attacks and defences'
echo
echo 'Made by `make docs` from `tests/attack/`; do not edit. What it means is told in `docs/attacks.md`.'
for arch in x86_64 aarch64; do
	printf '\n## %s\n\n' $arch
	echo '| attack | requirements | bites without |'
	echo '|---|---|---|'
	# Files in the order in which they run.
	case $arch in
	x86_64) files='memory interrupts ports registers instructions' ;;
	aarch64) files='memory firmware registers devices sweep' ;;
	esac
	attacks tests/attack/generic.c tests/attack/reserve.c \
		$(for f in $files; do echo tests/attack/arch/$arch/$f.c; done) \
		tests/attack/fuzz.c tests/attack/cpus.c tests/attack/races.c |
		awk -F'|' -v arch=$arch -v list=tests/attack/defences '
		BEGIN {
			while ((getline line < list) > 0) {
				if (line ~ /^[a-z]/) {
					split(line, word, /[ :]/)
					on = word[1] == arch ? word[2] : ""
				} else if (line ~ /^\t/ && on != "") {
					sub(/^\t/, "", line)
					off[line] = off[line] (off[line] == "" ? "" : ", ") "`" on "`"
				}
			}
		}
		{
			print "| " $1 " | " $2 " | " off[$1] " |"
			total++
			bites += off[$1] != ""
		}
		END { printf "\n%d attacks, %d of them shown to bite.\n", total, bites }'
	printf '\n| defence | what it is |\n|---|---|\n'
	sed -nE "s/^.*X\(([a-z0-9_]+), (both|$arch), *\"(.*)\"\).*/| \`\1\` | \3 |/p" \
		tests/attack/nano/undefended.h
done
