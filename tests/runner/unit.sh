#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# unit.sh NAME PROGRAM: runs one host test (a cmocka program, or a script that
# prints TAP) and prints its results as TAP lines. The environment gives scripts
# TESS, the host tool. The requirements that the opening comment of the test's
# source says it "Shows" are named in each of its lines. A sanitizer report or a crash ends the plan early, and so
# is a failure; an exit status that no result explains is one as well.
set -u

name=$1
program=$2
again="make unit TEST=$name"
log=out/tap/unit/$name.log
mkdir -p "$(dirname "$log")"

case $program in
*.sh) set -- sh "$program" ;;
*) set -- "./$program" ;;
esac
CMOCKA_MESSAGE_OUTPUT=TAP timeout "${TIMEOUT:-300}" "$@" \
	> "$log" 2> "$log.err" < /dev/null
status=$?
results=$(sh tests/runner/tap.sh "$name" "$again" "$log")
ids=$(sed -n '/Shows [A-Z][0-9]/{s/.*Shows \([A-Z0-9 ]*\)\..*/ # \1/p;q}' \
	"tests/unit/${name}_test.c" 2> /dev/null || :)
printf '%s\n' "$results" | grep . | sed "/^ok [^#]*\$/s/\$/$ids/"
if [ $status -ne 0 ] && ! printf '%s\n' "$results" | grep -q '^not ok'; then
	echo "not ok - $name exit status $status # repeat: $again"
fi
if [ $status -ne 0 ]; then
	grep -v '^ok ' "$log" | tail -n 20 | sed 's/^/# /'
	tail -n 30 "$log.err" | sed 's/^/# /'
fi
exit 0
