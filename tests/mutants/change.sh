#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# change.sh FILE: prints FILE with the text $old replaced by $new; \n and \t in
# them stand for themselves. Fails unless $old is there exactly once.
set -u

exec awk '
function plain(text) {
	gsub(/\\n/, "\n", text)
	gsub(/\\t/, "\t", text)
	return text
}
{ all = all $0 "\n" }
END {
	old = plain(ENVIRON["old"])
	new = plain(ENVIRON["new"])
	at = index(all, old)
	rest = substr(all, at + length(old))
	if (old == "" || !at || index(rest, old) || old == new) {
		exit 1
	}
	printf "%s%s%s", substr(all, 1, at - 1), new, rest
}' "$1"
