#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# systems.sh [TEST...]: system tests (all of them) one after the other in random
# order, on machines with 1, 4 and 8 CPUs that run together or in turns, each
# with a random seed. The four builds are shared out to a worker for each
# processor, so that no two write where another one does. What a failed run
# printed is kept in out/long/failed-*.
set -u

tests=${*:-$(for file in tests/system/*/system.yaml; do basename "${file%/*}"; done)}
end=$(($(date +%s) + LIMIT))
label=$([ $# -eq 0 ] && echo systems || echo churn)
workers=$((JOBS < 4 ? JOBS : 4))

# pick WORD...: one of them, in $picked.
pick() {
	random=$(((random * 1103515245 + 12345) & 0x7fffffff))
	shift $((random / 65536 % $#))
	picked=$1
}

# worker NUMBER BUILD...: a build is "arch-mode".
worker() {
	random=$(((SEED + $1) * 7919))
	said=out/long/$label-$1.run
	shift
	builds=$*
	runs=0
	results=0
	bad=0
	while [ "$(date +%s)" -lt $end ]; do
		# shellcheck disable=SC2086
		pick $builds
		build=$picked
		# shellcheck disable=SC2086
		pick $tests
		test=$picked
		pick 1: 4:multi 4:single 8:multi 8:single
		CPUS=${picked%:*} THREAD=${picked#*:}
		export CPUS THREAD
		random=$((random + 1))
		(
			SEED=$((random / 65536))
			export SEED
			sh tests/runner/system.sh "${build%-*}" "${build#*-}" "out/$build" "$test"
		) > "$said" 2>&1
		runs=$((runs + 1))
		results=$((results + $(grep -c '^ok - ' "$said")))
		if grep -q '^not ok - ' "$said"; then
			bad=$((bad + 1))
			cp -r "out/$build/tests/$test-${CPUS}cpu${THREAD:+-$THREAD}" \
				"out/long/failed-$label-$build-$bad"
			grep '^not ok - ' "$said" | head -n 3 | sed "s/^not ok - /&$label $build ${CPUS}cpu /"
		fi
	done
	[ $bad -gt 0 ] || echo "ok - $label on $builds: $runs runs, $results results"
}

number=1
while [ $number -le $workers ]; do
	# shellcheck disable=SC2046
	worker $number $(printf '%s\n' x86_64-release aarch64-release x86_64-debug aarch64-debug |
		awk -v of=$workers -v n=$number 'NR % of == n % of') > "out/long/$label-$number.tap" &
	number=$((number + 1))
done
wait
number=1
while [ $number -le $workers ]; do
	cat "out/long/$label-$number.tap"
	number=$((number + 1))
done
