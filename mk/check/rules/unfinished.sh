# SPDX-License-Identifier: Apache-2.0
# No note to finish something later, and no text that stands in for code.
. "$SELF/files.sh"
files 'c|h|S|sh|mk|ld|md|yaml' | grep -v '^mk/check/rules/unfinished' |
	xargs grep -nwE 'TODO|FIXME|XXX|HACK|[Pp]laceholder' 2>/dev/null |
	sed 's/^\([^:]*\):\([0-9]*\):\(.*\)/\1: line \2: \3/' || :
