#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# suite.sh report SUITE ARCH FILES...   one suite: its failures, its sum, and
#                                       whether it kept its recorded floor
# suite.sh all MAKE                     every suite, a table of what each took,
#                                       then "N passed, N failed"
#
# FILES hold TAP lines ("ok - name", "not ok - name"). mk/floors records how
# many tests a suite must have at least, as lines "suite arch count": a suite
# that lost tests has failed. Each failure is printed with the one command that
# repeats it; the suite's own is added where there is no better one. Reports
# collect in out/tap/ for the last line.
set -u

report() {
	suite=$1
	arch=$2
	shift 2
	mkdir -p out/tap
	sum=out/tap/$suite-$arch.sum
	passed=$(cat "$@" | grep -c '^ok - ')
	failed=$(cat "$@" | grep -c '^not ok - ')
	floor=$(awk -v s="$suite" -v a="$arch" '$1 == s && $2 == a {print $3}' mk/floors)
	again="make $suite$([ "$arch" = host ] || [ "$arch" = all ] || echo " ARCH=$arch")"
	cat "$@" | grep '^not ok - ' | sed "/ # repeat: ./!s|\$| # repeat: $again|"
	[ -z "${V:-}" ] || cat "$@" | grep '^ok - '
	if [ -z "${TEST:-}${CPUS:-}${THREAD:-}" ] && [ $((passed + failed)) -lt "${floor:-0}" ]; then
		echo "not ok - $suite $arch: $((passed + failed)) tests, its floor in mk/floors is $floor # repeat: $again"
		failed=$((failed + 1))
	fi
	if [ -z "${TEST:-}" ] && [ $((passed + failed)) -eq 0 ]; then
		echo "not ok - $suite $arch: no test ran # repeat: $again"
		failed=1
	fi
	echo "$suite $arch: $passed passed, $failed failed"
	echo "$passed $failed" > "$sum"
	[ "$failed" -eq 0 ]
}

# One suite: make builds and runs it; what leaves no sum counts as one failure.
# Arguments: what the sum is called (suite and machine), then make's.
one() {
	name=$1
	sum=out/tap/$1.sum
	shift
	echo "== make $*"
	rm -f "$sum"
	begin=$(date +%s)
	$make --no-print-directory "$@"
	took=$(($(date +%s) - begin))
	if [ -f "$sum" ]; then
		sums="$sums $(cat "$sum")"
	else
		echo "not ok - $name did not finish # repeat: make $*"
		sums="$sums 0 1"
	fi
	times="$times$(printf '%-20s %5d s %6s tests' "$name" $took \
		"$(awk '{print $1 + $2}' "$sum" 2> /dev/null)")
"
}

all() {
	make=$1
	sums=
	times=
	one check-all check
	one unit-host unit
	one mutants-host mutants
	one fuzz-host fuzz
	one prove-host prove
	for machine in x86_64 aarch64; do
		one system-$machine system ARCH=$machine
		one attack-$machine attack ARCH=$machine
		one bite-$machine bite ARCH=$machine
		one bench-$machine bench ARCH=$machine
	done
	one requirements-all requirements-check
	printf '%s' "$times" | awk '{ print; total += $2 }
		END { printf "%-20s %5d s\n", "all", total }' | tee out/tap/times
	echo "$sums" | awk '{
		for (i = 1; i < NF; i += 2) {
			p += $i
			f += $(i + 1)
		}
		printf "%d passed, %d failed\n", p, f
		exit f > 0 || p == 0
	}'
}

"$@"
