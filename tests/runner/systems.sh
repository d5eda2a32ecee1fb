#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# systems.sh ARCH MODE OUT JOBS TEST...: runs system tests on machines with one
# CPU, with four that run at the same time, and with four that take turns, JOBS
# runs at a time. Prints TAP lines; each begins with the build and the machine:
# "release 4cpu-multi". CPUS and THREAD of the environment choose machines. With
# BUILD_ONLY nothing is run: the long loads do that.
set -eu

arch=$1
mode=$2
out=$3
jobs=$4
shift 4
[ -z "${BUILD_ONLY:-}" ] || exit 0

case ${CPUS:-}:${THREAD:-} in
:) machines="1: 4:multi 4:single" ;;
:*) machines=4:$THREAD ;;
1:*) machines=1: ;;
*:) machines="$CPUS:multi $CPUS:single" ;;
*) machines=$CPUS:$THREAD ;;
esac

results=$out/tests/results
rm -rf "$results"
mkdir -p "$results"
for machine in $machines; do
	for test; do
		echo "$machine" "$test"
	done
done | xargs -P "$jobs" -L 1 sh -c 'CPUS=${4%:*} THREAD=${4#*:}
	export CPUS THREAD
	kind=${CPUS}cpu${THREAD:+-$THREAD}
	sh tests/runner/system.sh "$1" "$2" "$3" "$5" |
		sed "s/^\(ok\|not ok\) - /&$2 $kind /" > "$3/tests/results/$kind-$5.tap"
	' sh "$arch" "$mode" "$out"
cat "$results"/*.tap
