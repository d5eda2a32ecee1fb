#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Each fault must be reported with who, which access and which address. Which
# capsule runs first is the scheduler's business, so the order is left open.
set -u

log=$WORK/serial.log
count=0
LOG=$log sh tests/runner/qemu.sh "$ARCH" "$OUT" "$ARCHIVE" > /dev/null 2> "$WORK/stderr.log"
status=$?

# ok NAME PATTERN: one line of the log matches the extended regular expression.
ok() {
	count=$((count + 1))
	if grep -qE -- "$2" "$log"; then
		echo "ok $count $1"
	else
		echo "not ok $count $1: no line matches $2"
	fi
}

# faulted CAPSULE ACCESS ADDRESS NAME
faulted() {
	ok "$4" "^core: $1 faulted: $2 0x$3 at 0x[0-9a-f]{16}\$"
}

user='00000000002[0-9a-f]{5}'
echo 1..27
faulted null-read "read of" 0000000000000000 "reading address 0 is reported"
faulted null-write "write to" 0000000000000010 "writing near address 0 is reported"
faulted null-call "execution of" 0000000000000000 "calling address 0 is reported"
faulted code-write "write to" 0000000000200000 "code cannot be written"
faulted constant-write "write to" "$user" "constants cannot be written"
faulted start-write "write to" "$user" "the start page cannot be written"
faulted data-call "execution of" "$user" "data cannot be executed"
faulted stack-call "execution of" "$user" "the stack cannot be executed"
faulted stack-overflow "write to" "$user" "the stack ends in a guard"
ok "an undefined instruction is reported" \
	"^core: undefined faulted: an instruction it may not execute at 0x$user\$"
faulted kernel-read "read of" ffffffff80000000 "the kernel cannot be read # E50"
faulted kernel-write "write to" ffffffff80000000 "the kernel cannot be written # E50"
faulted kernel-call "execution of" ffffffff80000000 "the kernel cannot be called # E50"
faulted window-read "read of" ffff800000000000 "the kernel's window cannot be read # E50"
ok "an address that nobody has is reported" "^core: hole-read faulted: "
ok "a privileged instruction is reported" "^core: privileged faulted: "
ok "a misaligned access is reported" "^core: misaligned faulted: "
faulted server "write to" 0000000000000008 "a server's fault is reported"
ok "its client is stopped" \
	"^init: client is stopped: it needs 'gone' of server, which is gone\$"
for who in null-read code-write stack-overflow undefined kernel-read; do
	ok "init learns that $who faulted" \
		"^init: $who ended by a fault, 0 calls refused\$"
done
ok "what a capsule had written of a line is not lost" '^\[null-read\] about to$'
ok "the others live on" '^init: survivor ended with status 0'
count=$((count + 1))
if [ $status -eq 1 ] && ! grep -q 'come back' "$log"; then
	echo "ok $count a fault makes the system's status 1, and nobody came back"
else
	echo "not ok $count the system's status was $status, or somebody came back"
fi
grep -E '^\[survivor\] (not )?ok|^\[survivor\] 1\.\.' "$log"
exit 0
