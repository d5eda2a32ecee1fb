#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# run.sh MINUTES MAKE [NAME]: the loads of tests/long/list, each for its share of
# the time, or NAME only. Prints what they print, a line for each with its time,
# and the sum; writes all of it to tests/long/result.txt, headed by the commit it
# ran on, unless it was one load only. SEED=n repeats a run; without it the time
# of day is the seed, and the first line says it.
set -u

minutes=$1
MAKE=$2
only=${3:-}
list=tests/long/list
said=out/long/said
JOBS=${JOBS:-$(nproc)}
SEED=${SEED:-$(($(date +%s) % 1000000))}
export JOBS SEED MAKE
unset TEST MAKEFLAGS MFLAGS MAKELEVEL

mkdir -p out/long
rm -rf out/long/failed-*
commit=$(git rev-parse HEAD 2> /dev/null || echo unknown)
[ -z "$(git status --porcelain 2> /dev/null | grep -v ' tests/long/result.txt$')" ] ||
	commit="$commit with changes that are not committed"
total=$(awk -v only="$only" '/^[a-z]/ && (only == "" || $1 == only) {n += $2} END {print n + 0}' $list)
if [ "$total" -eq 0 ]; then
	echo "make long: $list has no load '$only'" >&2
	exit 2
fi

begin=$(date +%s)
{
	echo "commit $commit"
	echo "seed $SEED, $minutes minutes, $JOBS processors, $(date -u +%Y-%m-%d)"
} | tee $said
sh tests/long/build.sh > out/long/build.log 2>&1 || {
	echo "not ok - long: the build failed, see out/long/build.log # repeat: sh tests/long/build.sh" |
		tee -a $said
}
grep '^[a-z]' $list | while read -r name share command; do
	[ -z "$only" ] || [ "$only" = "$name" ] || continue
	LIMIT=$((minutes * 60 * share / total))
	export LIMIT
	started=$(date +%s)
	out=out/long/$name.tap
	timeout $((LIMIT * 2 + 300)) $command > "$out" 2> "out/long/$name.err" < /dev/null
	status=$?
	again="make long TEST=$name MINUTES=$((minutes * share / total + 1)) SEED=$SEED"
	sed "/^not ok /{/# repeat: /!s|\$| # repeat: $again|}" "$out" | grep -E '^(ok|not ok) - '
	grep -qE '^(ok|not ok) - ' "$out" && [ $status -eq 0 ] ||
		echo "not ok - $name ended with status $status, see out/long/$name.err # repeat: $again"
	echo "# $name took $(($(date +%s) - started)) s"
done | tee -a $said

failed=$(grep -c '^not ok - ' $said)
echo "$(grep -c '^ok - ' $said) passed, $failed failed in $(($(date +%s) - begin)) s" | tee -a $said
[ -n "$only" ] || cp $said tests/long/result.txt
[ "$failed" -eq 0 ]
