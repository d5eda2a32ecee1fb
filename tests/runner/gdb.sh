#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# gdb.sh ARCH OUT ARCHIVE: starts the machine stopped at its first instruction
# and gdb on it, with the symbols of boot, nano, kernel and core and the commands
# of tools/gdb/tess.py, which load those of a capsule. gdb and QEMU talk over a
# socket of their own, so several sessions do not meet. The serial output goes to
# LOG (OUT/gdb-serial.log). With GDB_SCRIPT=file gdb runs that file of commands
# and ends, which is how a test proves that debugging works.
set -eu

arch=$1
out=$2
archive=$3
socket=$(mktemp -u /tmp/tessera-gdb.XXXXXX)
log=${LOG:-$out/gdb-serial.log}

LOG= TIMEOUT=${TIMEOUT:-0} sh tests/runner/qemu.sh "$arch" "$out" "$archive" -S \
	-chardev "socket,id=gdb,path=$socket,server=on,wait=off" -gdb chardev:gdb \
	< /dev/null > "$log" 2>&1 &
runner=$!

finish() {
	# Only what was started here: the runner's own children, then itself.
	for child in $(ps -o pid= --ppid "$runner" 2>/dev/null); do
		kill "$child" 2>/dev/null || :
	done
	rm -f "$socket"
	wait "$runner" 2>/dev/null || :
}
trap finish EXIT

tries=0
while [ ! -S "$socket" ]; do
	tries=$((tries + 1))
	if [ $tries -gt 50 ]; then
		cat "$log" >&2
		echo "gdb.sh: QEMU did not open its debug socket" >&2
		exit 1
	fi
	sleep 0.1
done

set -- -q -ex "target remote $socket"
for part in boot nano core; do
	set -- "$@" -ex "add-symbol-file $out/$part.elf"
done
set -- "$@" -ex 'source tools/gdb/tess.py'
export PYTHONDONTWRITEBYTECODE=1 TESS_OUT="$out" TESS_ARCHIVE="$archive"
echo "serial output: $log"
if [ -n "${GDB_SCRIPT:-}" ]; then
	gdb-multiarch -nx -batch -ex 'set confirm off' "$@" -x "$GDB_SCRIPT" "$out/kernel.elf"
else
	gdb-multiarch -ex 'set confirm off' "$@" "$out/kernel.elf"
fi
