# SPDX-License-Identifier: Apache-2.0
# No conditional compilation in kernel and nano outside their arch folders:
# what differs is chosen by linking another file.
. "$SELF/files.sh"
files 'c|h' kernel nano | grep -v '/arch/[a-z0-9_]*/' |
	xargs -r grep -nE '^[ 	]*#[ 	]*(if|ifdef|ifndef|elif)' /dev/null |
	sed 's/^\([^:]*\):\([0-9]*\):\(.*\)/\1: line \2: \3/' || :
