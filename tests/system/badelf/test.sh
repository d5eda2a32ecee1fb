#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Damaged program files in the archive: core refuses each with the reason, init
# says so, clients of a refused capsule are left out, and the others run.
set -eu

here=tests/system/badelf
tess=${TESS:-out/host/tess}
good=$OUT/systems/tests_system_badelf/badelf-survivor.elf
kinds="truncated stub wx overlap wrap huge kernel entry filesize none"
log=$WORK/serial.log

"${CC:-clang-19}" -O1 -o "$WORK/make-bad-elf" "$here/make-bad-elf.c"
"$WORK/make-bad-elf" "$good" "$WORK"
cp "$good" "$WORK/survivor.elf"
{
	echo "system: badelf"
	echo "capsules:"
	for kind in $kinds; do
		echo "  bad-$kind:"
		echo "    image: bad-$kind.elf"
		echo "    quota: { memory: 512KiB, virtual: 8MiB, caps: 16 }"
	done
	cat <<-END
	  server:
	    image: bad-wx.elf
	    quota: { memory: 512KiB, virtual: 8MiB, caps: 16 }
	    offers: { talk: { rights: [say] } }
	  client:
	    image: survivor.elf
	    quota: { memory: 512KiB, virtual: 8MiB, caps: 16 }
	    uses: [{ service: talk, from: server, rights: [say], reason: has no server }]
	  survivor:
	    image: survivor.elf
	    quota: { memory: 512KiB, virtual: 8MiB, caps: 16 }
	END
} > "$WORK/bad.yaml"
"$tess" manifest "$WORK/bad.yaml" -o "$WORK/manifest.bin" --capsules "$WORK"
"$tess" image -o "$WORK/archive" --unchecked-capsules --nano "$OUT/nano.elf" \
	--kernel "$OUT/kernel.elf" --core "$OUT/core.elf" --init "$OUT/init.elf" \
	--manifest "$WORK/manifest.bin" --capsules "$WORK"
status=0
LOG=$log sh tests/runner/qemu.sh "$ARCH" "$OUT" "$WORK/archive" > /dev/null 2> "$WORK/stderr.log" || status=$?

count=0
ok() {
	count=$((count + 1))
	if grep -qF -- "$2" "$log"; then
		echo "ok $count $1"
	else
		echo "not ok $count $1: no line has: $2"
	fi
}
refused() {
	ok "an image that $2 is refused" "core: image 'bad-$1.elf' $2"
	ok "init says that bad-$1 was refused" "init: capsule 'bad-$1' was refused: "
}

echo 1..25
refused truncated "is shorter than its headers say"
refused stub "is shorter than its headers say"
refused wx "has a segment that is writable and executable"
refused overlap "has segments that overlap or are out of order"
refused wrap "has a segment that wraps around the address space"
refused huge "needs more addresses than its quota of them"
refused kernel "has a segment outside the addresses of programs"
refused entry "has an entry point outside its code"
refused filesize "has a segment with more bytes in the file than in memory"
ok "a server with a bad image is refused" "init: capsule 'server' was refused: "
ok "its client is left out" \
	"init: capsule 'client' is left out: it needs 'talk' of 'server', which is missing"
ok "an undamaged copy runs" "[bad-none] ok 1"
ok "the survivor runs" "[survivor] ok 1"
ok "only what is sound was made" "operational: 2 capsules, 2 capabilities"
ok "the machine ends in order with status 1" "tessera: off status=1"
ok "no call was refused" "init: 0 calls refused in all"
exit 0
