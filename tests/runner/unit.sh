#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# unit.sh NAME PROGRAM: runs one host test (a cmocka program, or a script that
# prints TAP) and prints its results as TAP lines. The environment gives scripts
# TESS, the host tool. A sanitizer report or a crash ends the plan early, and so
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
printf '%s\n' "$results" | grep .
if [ $status -ne 0 ] && ! printf '%s\n' "$results" | grep -q '^not ok'; then
	echo "not ok - $name exit status $status # repeat: $again"
fi
if [ $status -ne 0 ]; then
	grep -v '^ok ' "$log" | tail -n 20 | sed 's/^/# /'
	tail -n 30 "$log.err" | sed 's/^/# /'
fi
exit 0
