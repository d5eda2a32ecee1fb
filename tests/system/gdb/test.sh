#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A scripted session of `make gdb`: break in a capsule, step, a backtrace from
# the kernel across the system call into the capsule, and the books of threads,
# capsules and capabilities. Run in release, where a debugger has
# it hardest, and on one CPU: gdb takes CPUs for threads, so `finish` waits for
# ever on the CPU that a capsule has left.
set -u

if [ "$MODE" != release ] || [ "$CPUS" -ne 1 ]; then
	echo 1..0
	exit 0
fi
said=$WORK/session.log
LOG=$WORK/gdb-serial.log GDB_SCRIPT=tests/system/gdb/session.gdb TIMEOUT=60 \
	timeout 90 sh tests/runner/gdb.sh "$ARCH" "$OUT" "$ARCHIVE" > "$said" 2>&1
count=0

# ok NAME PART PATTERN...: what the session said in PART has lines that match the
# extended regular expressions, in this order.
ok() {
	name=$1
	part=$2
	shift 2
	count=$((count + 1))
	missing=$(printf '%s\n' "$@" | awk -v part="== $part" '
	FILENAME == "-" { want[++wants] = $0; next }
	/^== / { here = $0 == part }
	here && met < wants && $0 ~ want[met + 1] { met++ }
	END { print want[met + 1] }' - "$said")
	if [ -z "$missing" ]; then
		echo "ok $count $name"
	else
		echo "not ok $count $name: no line of '$part' matches $missing, see $said"
	fi
}

case $ARCH in
x86_64) entry='syscall_entry \(\) at .*/x86_64/entry\.S:' ;;
*) entry='vectors_present \(\) at .*/aarch64/entry\.S:' ;;
esac
echo 1..10
ok "a session runs until the system is operational" operational \
	'nano_operational \(\) at .*/kernel/nano\.c:' '^CPU [0-3]: core, in the kernel, .* nano_operational'
ok "capsules are listed" operational '^core +running' '^init +running +thread ' \
	'^answerer .* 0 routes, 1 offers' '^asker .* 1 routes, 0 offers' '^4 capsules'
ok "a breakpoint stops the capsule it is for" break '^symbols of asker: .*asker\.elf' \
	'Breakpoint .* ask \(sums=.*a=.*1\) at .*asker\.c:' 'asker, in user code, .* ask$' \
	'^#0 +ask \(sums=.*a=.*1\)' '^#1 .* main \(\) at .*asker\.c:'
ok "one steps over lines and out of a function" step '^13	.*tess_invoke' \
	' in main \(\) at ' 'Value returned is .* 3'
ok "in the kernel one sees whose call it is" across \
	'Breakpoint .*kernel/syscall/syscall\.c:|kernel_syscall' '^CPU [0-3]: asker, in the kernel, '
ok "a backtrace crosses the system call" across '^#[01] +kernel_syscall \(thread=' "^#[12] .* $entry" \
	'^#[23] .* tess_syscall \(registers=' '^#[0-9]+ .* ask \(sums=.*a=.*2\)' '^#[0-9]+ .* main \(\) at'
ok "threads are listed, each with its owner" threads \
	'^(core|init|asker|answerer) ' '^(core|init|asker|answerer) ' \
	'^(core|init|asker|answerer) ' '^(core|init|asker|answerer) ' \
	'^\$[0-9]+ = running on CPU [0-9]+, pc 0x[0-9a-f]+, 0 refused'
ok "capabilities are listed" caps 'endpoint 0x.*, badge 0x.*, methods 0x.*, (send|recv)' \
	'slots are filled' 'endpoint 0x[0-9a-f]+, badge 0x[0-9a-f]+, methods 0x1, send' 'slots are filled'
ok "a slot is printed as a capability" caps 'empty, incarnation|endpoint 0x'
count=$((count + 1))
if grep -q '^\[asker\] the total is 15$' "$WORK/gdb-serial.log" &&
	grep -q '^== end' "$said" && ! sed '/^== end/q' "$said" |
	grep -qE 'Python Exception|Traceback|Error in sourced|symbol.* in current context'; then
	echo "ok $count the system ends as it would have"
else
	echo "not ok $count the system ends as it would have, see $said and $WORK/gdb-serial.log"
fi
