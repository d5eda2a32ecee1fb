#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# No line on the console begins with a name that its writer does not have. (The
# run with `expect` has left its log here.)
set -u

log=$WORK/serial.log
forged=$(grep -cE '^(tessera: off|init: all is well|\[abuser\] not ok)' "$log")
echo 1..3
if [ "$forged" -eq 1 ]; then # the true last line
	echo "ok 1 nobody writes in another's name"
else
	echo "not ok 1 nobody writes in another's name"
fi
if ! LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177-\377]')" "$log"; then
	echo "ok 2 no control character reaches the console"
else
	echo "not ok 2 no control character reaches the console"
fi
if [ "$(grep -c '^\[forger\] ' "$log")" -ge 9 ]; then
	echo "ok 3 long output is cut into lines with the name before each"
else
	echo "not ok 3 long output is cut into lines with the name before each"
fi
