# SPDX-License-Identifier: Apache-2.0
# The project stands alone: no path of one machine, no host of a registry.
. "$SELF/files.sh"
all_files . | grep -vE '^(LICENSE|mk/check/rules/places\.sh)$' |
	xargs grep -nIE '(^|[^a-z.$}])/(work|home|root|Users)/|\.\./shared|(deb|ftp|security|snapshot|archive)\.debian\.|registry\.|npmjs|pypi\.|crates\.io|proxy\.golang' |
	sed 's/^\([^:]*\):\([0-9]*\):\(.*\)/\1: line \2: \3/' || :
