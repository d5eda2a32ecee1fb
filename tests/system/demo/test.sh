#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# The demo's archive with one byte flipped in each of its 4 KiB blocks, and cut
# off at each. On the host every block is tried, through the checker that boot is
# linked with, and the answer must name the entry that the block belongs to. On
# the machine, boot must say so in one line and stop; nothing else may run. It has
# not started other CPUs by then, so a machine with one is enough.
set -eu

[ "$CPUS" -eq 1 ] || exit 0

tess=${TESS:-out/host/tess}
bad=$WORK/bad.archive
log=$WORK/bad.log
size=$(wc -c < "$ARCHIVE")
blocks=$((size / 4096))
count=0

result() {
	count=$((count + 1))
	if [ -z "$2" ]; then
		echo "ok $count $1"
	else
		echo "not ok $count $1: $2"
	fi
}

# flip OFFSET BIT: the archive with one bit changed, in $bad.
flip() {
	cp "$ARCHIVE" "$bad"
	byte=$(od -An -tu1 -j "$1" -N 1 "$ARCHIVE" | tr -d ' ')
	printf '%b' "\\0$(printf %o $((byte ^ 1 << $2)))" |
		dd of="$bad" bs=1 seek="$1" conv=notrunc 2> /dev/null
}

# Where each entry lies: "name first-byte end", in the archive's order.
"$tess" image --list "$ARCHIVE" | awk '{
	start = end ? int((end + 4095) / 4096) * 4096 : 4096
	end = start + $3
	print $1, start, end
}' > "$WORK/entries"

# What the checker must say of a flipped byte.
expected() {
	awk -v at="$1" '
	at >= $2 && at < $3 { print "entry \047" $1 "\047 does not match its SHA-256"; found = 1 }
	END { if (!found) print at < 4096 ? "the archive " : "has padding that is not zero" }
	' "$WORK/entries"
}

# --- on the host: every block -------------------------------------------------
wrong=
block=0
while [ $block -lt "$blocks" ]; do
	# The first byte, the last, and one between that moves on.
	for offset in 0 4095 $((block * 977 % 4096)); do
		at=$((block * 4096 + offset))
		flip $at $((block % 8))
		if "$tess" image --check "$bad" > "$WORK/said" 2>&1 ||
			! grep -qF "$(expected $at)" "$WORK/said"; then
			wrong="$wrong $at"
		fi
	done
	block=$((block + 1))
done
result "a flipped byte in any of the archive's blocks is found" "${wrong:+not at$wrong}"

wrong=
block=0
while [ $block -lt "$blocks" ]; do
	head -c $((block * 4096)) "$ARCHIVE" > "$bad"
	if "$tess" image --check "$bad" > "$WORK/said" 2>&1 ||
		! grep -q 'is shorter than it says\|is empty' "$WORK/said"; then
		wrong="$wrong $block"
	fi
	block=$((block + 1))
done
result "an archive cut off at any block is refused" "${wrong:+not at$wrong}"

# --- on the machine: samples ----------------------------------------------------
# Boots $bad until boot has said why it stops, and a moment more.
boots() {
	got=0
	: > "$log"
	LOG=$log sh tests/runner/qemu.sh "$ARCH" "$OUT" "$bad" \
		< /dev/null > /dev/null 2> "$WORK/bad.err" &
	runner=$!
	tries=0
	while ! grep -q '^boot: .*archive[: ]' "$log" && [ $tries -lt 300 ] &&
		kill -0 $runner 2> /dev/null; do
		sleep 0.1
		tries=$((tries + 1))
	done
	sleep 0.5
	# Only what was started here: the runner sees its machine end.
	machine=$(ps -o pid=,comm= --ppid $runner | awk '$2 == "timeout" {print $1}')
	[ -z "$machine" ] || kill "$machine"
	wait $runner || got=$?
}

# stops NAME LINE: that line is the last one of boot's, and nobody else's follows.
stops() {
	boots
	why=
	if [ "$(tail -n 1 "$log")" != "boot: $2" ]; then
		why="the last line is not 'boot: $2', see $log"
	elif grep -qv '^boot: ' "$log"; then
		why="boot was not alone, see $log"
	elif [ "$got" -ne 125 ]; then
		why="status $got instead of 125"
	fi
	result "$1" "$why"
}

middle() {
	awk -v name="$1" '$1 == name {print int(($2 + $3) / 2)}' "$WORK/entries"
}

flip 100 3
stops "boot refuses a damaged table" "archive has a table that does not match its SHA-256"
flip "$(middle kernel)" 5
stops "boot refuses a damaged kernel" "archive: entry 'kernel' does not match its SHA-256"
flip "$(middle writer.elf)" 0
stops "boot refuses a damaged capsule" "archive: entry 'writer.elf' does not match its SHA-256"
head -c $((size - 4096)) "$ARCHIVE" > "$bad"
stops "boot refuses an archive without its last block" "archive is shorter than it says"
head -c 4096 "$ARCHIVE" > "$bad"
stops "boot refuses an archive of one block" "archive is shorter than it says"
rm -f "$bad"
echo "1..$count"
