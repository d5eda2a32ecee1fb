# SPDX-License-Identifier: Apache-2.0
#
# The test runner must not be fooled: results that are missing, unplanned or out
# of order, a machine that never reports, a suite that lost tests, a rule whose
# waiver is stale. Each case makes such a log and looks at what is said.
set -u

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0

# same NAME WANTED: compares what stands in the file "said" with WANTED.
same() {
	count=$((count + 1))
	if [ "$(cat "$work/said")" = "$2" ]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		sed 's/^/#   /' "$work/said"
	fi
}

tap() {
	printf '%s\n' "$@" > "$work/log"
	sh tests/runner/tap.sh L AGAIN "$work/log" > "$work/said" 2>&1
}

tap 1..2 'ok 1 - a # C20' 'ok 2 - b'
same "a complete plan passes" 'ok - L a # C20
ok - L b'
tap 'boot: noise' '[one] 1..1' '[two] 1..1' '[two] ok 1 x' '[one] ok 1 y'
same "each capsule's plan counts for itself" 'ok - L two: x
ok - L one: y'
tap 1..2 'ok 1 - a'
same "a missing result fails" 'ok - L a
not ok - L result 2 of 2 is missing # repeat: AGAIN'
tap 1..1 'not ok 1 - a'
same "a failed result fails" 'not ok - L a # repeat: AGAIN'
tap 'ok 1 - a'
same "results without a plan fail" 'ok - L a
not ok - L printed results without a plan # repeat: AGAIN'
tap 1..2 'ok 1 - a' 'ok 3 - c'
same "a gap in the numbers fails" 'ok - L a
not ok - L c (number 3 after 1) # repeat: AGAIN'
tap 1..1 'ok 1 - a' 'ok 2 - b'
same "more results than planned fail" 'ok - L a
ok - L b
not ok - L 2 results, planned were 1 # repeat: AGAIN'
tap 1..1 'ok 1 - a' 1..1 'ok 1 - b'
same "two plans one after the other pass" 'ok - L a
ok - L b'
tap 'nothing of interest' 'this is ok 1 time'
same "a log without results says nothing" ''

# A QEMU that prints what it is told, for the rules about the last line.
mkdir -p "$work/bin"
printf '#!/bin/sh\ncat "%s/serial"\n' "$work" > "$work/bin/qemu-system-x86_64"
chmod +x "$work/bin/qemu-system-x86_64"
machine() {
	printf "$1" > "$work/serial"
	PATH=$work/bin:$PATH LOG=$work/log sh tests/runner/qemu.sh x86_64 out a \
		> "$work/out" 2> "$work/err"
	echo $? > "$work/said"
}
machine 'boot\r\ntessera: off status=0\r\n'
same "the status of the last line is the exit status" 0
machine 'tessera: off status=7\r\n\r\n'
same "empty lines may follow the last line" 7
machine 'boot\n'
same "a machine that never reports counts as 125" 125
machine 'tessera: off status=0\nboot\n'
same "a report that is not the last line counts as 125" 125
machine '[capsule] tessera: off status=0\n'
same "a capsule cannot end the run" 125
machine 'tessera: off status=999\n'
same "a status above 255 stays a failure" 255
machine 'a\r\ntessera: off status=0\r\n'
cp "$work/out" "$work/said"
same "carriage returns are taken out" 'a
tessera: off status=0'

# A system test's expectations, judged over the same QEMU.
mkdir -p "$work/tree/tests/system/t" "$work/tree/out"
cp -r tests/runner "$work/tree/tests/runner"
expect() {
	printf "$1" > "$work/tree/tests/system/t/expect"
	printf "$2" > "$work/serial"
	(cd "$work/tree" && PATH=$work/bin:$PATH sh tests/runner/system.sh x86_64 \
		release out t 2>&1 | sed 's/; log:.*//; s/ # repeat:.*//') > "$work/said"
}
expect 'one\nre:^t[wx]o$\n' 'one\nzzz\ntwo\ntessera: off status=0\n'
same "lines in order pass" 'ok - t expect'
expect 'two\none\n' 'one\ntwo\ntessera: off status=0\n'
same "lines out of order fail" 'not ok - t expect: expected line 2 of 2 did not come: one'
expect 'not:PANIC\n' 'a PANIC\ntessera: off status=0\n'
same "a line that must not appear fails" 'not ok - t expect: must not appear: PANIC'
expect 'status 3\none\n' 'one\ntessera: off status=3\n'
same "another exit status can be expected" 'ok - t expect'
expect 'one\n' 'one\ntessera: off status=3\n'
same "an unexpected exit status fails" 'not ok - t expect: exit status 3, expected 0'

printf 'not ok 1 - a\n1..1\ntessera: off status=1\n' > "$work/serial"
(cd "$work/tree" && PATH=$work/bin:$PATH CPUS=4 THREAD=single SEED=77 sh tests/runner/system.sh \
	x86_64 release out t 2>&1 | sed 's/.* # repeat: //' | sort -u) > "$work/said"
same "every failure of a run names the same command" \
	'make system ARCH=x86_64 MODE=release TEST=t CPUS=4 THREAD=single SEED=77'
CPUS=4 THREAD=single SEED=77 SHOW=1 sh tests/runner/qemu.sh x86_64 out a |
	grep -oE 'thread=single|-smp 4|-seed 77' | sort > "$work/said"
same "the command's machine and seed reach QEMU" '-seed 77
-smp 4
thread=single'

# A suite's sum and its floor.
mkdir -p "$work/tree/mk"
echo 'unit host 3' > "$work/tree/mk/floors"
suite() {
	printf "$1" > "$work/tree/tap"
	(cd "$work/tree" && env -u V -u TEST sh tests/runner/suite.sh report unit host tap
		echo "status $?") > "$work/said" 2>&1
}
suite 'ok - a\nok - b\nok - c\n'
same "a suite at its floor passes" 'unit host: 3 passed, 0 failed
status 0'
suite 'ok - a\nok - b\n'
same "a suite below its floor fails" 'not ok - unit host: 2 tests, its floor in mk/floors is 3 # repeat: make unit
unit host: 2 passed, 1 failed
status 1'
suite 'ok - a\nok - b\nnot ok - c # repeat: this\nnot ok - d\n'
same "each failure comes with a command that repeats it" 'not ok - c # repeat: this
not ok - d # repeat: make unit
unit host: 2 passed, 2 failed
status 1'

# All suites, over a make that says what it is asked for.
cat > "$work/bin/make" <<'END'
#!/bin/sh
case $2 in
unit) echo "3 0" > out/tap/unit-host.sum ;;
system) echo "2 1" > "out/tap/system-${3#ARCH=}.sum" ;;
check) ;;
*) sh tests/runner/suite.sh report "$2" "${3:+${3#ARCH=}}" /dev/null > /dev/null ;;
esac
END
chmod +x "$work/bin/make"
(cd "$work/tree" && mkdir -p out/tap && env -u V -u TEST sh tests/runner/suite.sh all \
	"$work/bin/make" > "$work/all" 2>&1)
tail -n 1 "$work/all" > "$work/said"
same "the last line is the sum of all suites" '7 passed, 13 failed'
grep -E '^(unit-host|system-aarch64|check-all) ' "$work/all" | sed 's/  *[0-9]* s  */ /' > "$work/said"
same "the time of each suite stands before it" 'check-all tests
unit-host 3 tests
system-aarch64 3 tests'
grep -E '^not ok - check' "$work/all" > "$work/said"
same "a suite without a sum has failed" 'not ok - check-all did not finish # repeat: make check'

# A rule's findings and waivers.
mkdir -p "$work/tree/mk/check/rules"
cp mk/check/run.sh "$work/tree/mk/check"
rule() {
	printf 'echo "a.c: line 1: bad"\n' > "$work/tree/mk/check/rules/r.sh"
	printf "$1" > "$work/tree/mk/waivers"
	(cd "$work/tree" && sh mk/check/run.sh r 2> /dev/null) > "$work/said"
}
rule ''
same "a finding fails the rule" 'not ok - check r: 1 found # repeat: make check TEST=r'
rule 'r a.c because of this\n'
same "a waiver with a reason excuses it" 'ok - check r'
rule 'r a.c\n'
same "a waiver without a reason does not" 'not ok - check r: 2 found # repeat: make check TEST=r'
rule 'r a.c because\nr b.c because\n'
same "a waiver that excuses nothing fails" 'not ok - check r: 1 found # repeat: make check TEST=r'

echo "1..$count"
