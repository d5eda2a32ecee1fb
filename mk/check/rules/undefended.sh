# SPDX-License-Identifier: Apache-2.0
#
# What takes defences away is in the test image of nano and nowhere else. nano
# is linked from no object of tests/, names nothing of them and knows no word of
# theirs; the test image has every object of nano's, the very same file; and the
# names in the table of defences and in the list of attacks agree.
for arch in x86_64 aarch64; do
	out=out/$arch-release
	[ -f $out/nano.elf ] && [ -f $out/bite.elf ] || {
		echo "$out: nano.elf or bite.elf is not built"
		continue
	}
	"llvm-nm-$LLVM" $out/nano.elf | grep -iE '__wrap_|__real_|undefended|defence' |
		sed "s|^|$out/nano.elf: |"
	! grep -qaE 'undefended|opt/tessera' $out/nano.elf ||
		echo "$out/nano.elf: has a text of the test image"
	objects() { grep -oE '[^ ]+\.o:\(' "$1" | sed 's/:($//' | sort -u; }
	objects $out/nano.elf.map > out/check/undefended-nano
	objects $out/bite.elf.map > out/check/undefended-bite
	grep -E '/tests/' out/check/undefended-nano | sed "s|^|$out/nano.elf: is linked from |"
	comm -23 out/check/undefended-nano out/check/undefended-bite |
		sed "s|^|$out/bite.elf: is not linked from nano's |"
	grep -q __wrap_ $out/bite.elf.map || "llvm-nm-$LLVM" $out/bite.elf | grep -q __wrap_ ||
		echo "$out/bite.elf: stands in for nothing"
	sed -n "s/^$arch \(.*\):\$/\1/p" tests/attack/defences | sort > out/check/undefended-list
	sed -nE "s/^\tX\(([a-z0-9_]+), (both|$arch),.*/\1/p" tests/attack/nano/undefended.h |
		sort | diff - out/check/undefended-list | sed -n "s/^[<>] /tests\/attack\/defences: $arch: only in one of the two: /p"
	# Attacks that are listed must be there; the second CPU has those of the machine.
	cat tests/attack/*.c tests/attack/arch/$arch/*.c | tr '\n\t' '  ' |
		grep -oE '(ATTACK|SWEEP)\( *"[^"]*"' | sed 's/^[^"]*"//; s/"$//' | sort -u > out/check/undefended-attacks
	awk -v arch=$arch '/^[a-z]/ { on = $1 == arch } /^\t/ && on { sub(/^\t/, ""); print }' \
		tests/attack/defences | sort -u | comm -23 - out/check/undefended-attacks |
		sed 's/^/tests\/attack\/defences: no such attack: /'
done
sh mk/attacks-table.sh > out/check/attacks-table.md || exit 1
cmp -s out/check/attacks-table.md docs/attacks-table.md ||
	echo "docs/attacks-table.md: not what mk/attacks-table.sh makes of tests/attack/; make docs"
