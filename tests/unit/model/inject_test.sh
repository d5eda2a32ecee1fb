#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Failure injection (inject/main.c): builds the kernel once more, so that each of
# its functions first calls a hook, makes the table of what may fail of the
# program itself, and runs it. OPS=n and SEED=n choose another number of
# operations and other ones. MUTANT=FILE stands in for SOURCE (tests/mutants);
# WORK is where all is built.
set -eu

llvm=${LLVM:-19}
host=out/host
here=tests/unit/model/inject
work=${WORK:-out/inject}
mkdir -p "$work"
[ -n "${MUTANT:-}" ] ||
	make --no-print-directory -s $host/unit/model/lockstep >&2
kernel=$(find $host/fake/kernel -name '*.c.o' |
	sed "s|^$host/fake/kernel/||; s|\.o$||" | sort)

# compile FILE NAME: calls as they are written: nothing inline, and no call left
# out or made last.
compile() {
	# shellcheck disable=SC2046
	"clang-$llvm" $(cat $host/fake/kernel/flags.stamp) -w \
		-fno-sanitize=all -O0 -Dalways_inline=noinline -pg -mfentry \
		-iquote "$(dirname "$2")" -c "$1" \
		-o "$work/$(echo "$2" | tr / -).o"
}
for source in $kernel; do
	file=$source
	[ "$source" != "${SOURCE:-}" ] || file=$MUTANT
	compile "$file" "$source"
done
helpers=$(find $host/unit/model -name '*.c.o' ! -name '*_test.c.o' \
	! -name 'refusals*' | sort)
# shellcheck disable=SC2046,SC2086
"clang-$llvm" $(cat $host/unit/model/flags.stamp) -fuse-ld=lld -no-pie \
	-o "$work/inject" $here/*.c "$work"/*.c.o $helpers $host/common.a \
	out/lib/host/libbearssl-kernel.a \
	-lcmocka
"llvm-dwarfdump-$llvm" "$work/inject" > "$work/dwarf"
"llvm-objdump-$llvm" -d --no-show-raw-insn "$work/inject" > "$work/code"
awk -f $here/points.awk $here/extra "$work/dwarf" "$work/code" |
	sort > "$work/table"
# A point is a line of the source; what inline functions of one header are in
# many objects is one.
awk '$1 == "point" { print "0x" $2 }' "$work/table" |
	"llvm-symbolizer-$llvm" --obj="$work/inject" --no-inlines |
	grep : > "$work/lines"
awk '$1 != "point" { print; next }
	{ getline place < lines; sub(/^\.\//, "", place)
	  sub(/:[0-9]+$/, "", place)
	  if (place ~ /^kernel\// && place !~ /^kernel\/arch/) {
		print "point", $2, place ": " $3 ": " $4 } }' \
	lines="$work/lines" "$work/table" > "$work/points"
exec "$work/inject" "$work/points" $here/never
