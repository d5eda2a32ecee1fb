#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Boots the demo again and again with instructions for time, at least 20 times a
# machine: the serial output must be the same, byte for byte. A worker for each
# machine.
set -u

end=$(($(date +%s) + LIMIT))

boots() {
	arch=$1
	dir=out/long/boots-$1
	again="ICOUNT=1 SEED=$SEED sh tests/runner/qemu.sh $arch out/$arch-release out/$arch-release/systems/systems_demo/archive"
	mkdir -p "$dir"
	count=0
	while [ $count -lt 20 ] || [ "$(date +%s)" -lt $end ]; do
		if ! ICOUNT=1 LOG=$dir/log sh tests/runner/qemu.sh "$arch" "out/$arch-release" \
			"out/$arch-release/systems/systems_demo/archive" > /dev/null 2> "$dir/err"; then
			echo "not ok - boots $arch: boot $count ended badly, see $dir/log # repeat: $again"
			return
		fi
		[ $count -gt 0 ] || cp "$dir/log" "$dir/first"
		count=$((count + 1))
		if ! cmp -s "$dir/log" "$dir/first"; then
			echo "not ok - boots $arch: boot $count printed something else, diff $dir/first $dir/log # repeat: $again"
			return
		fi
	done
	echo "ok - boots $arch: $count with the same output, $(wc -c < "$dir/first") bytes"
}

boots x86_64 > out/long/boots-x86_64.tap &
[ "$JOBS" -gt 1 ] || wait
boots aarch64 > out/long/boots-aarch64.tap &
wait
cat out/long/boots-x86_64.tap out/long/boots-aarch64.tap
