#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# run.sh ARCH OUT PLUGIN DEMO: counts on one machine and prints the table. In
# out/bench/ it leaves the raw log (ARCH.log), the medians (ARCH.csv) and what
# each row consists of by function (ARCH.functions); in out/tap/ the verdict.
# DEMO is the archive of the system that is booted to `operational`.
#
# From the environment:
#   PROFILE=row   prints the functions of a row; `all` for all rows. Those of
#                 rows over their budget are printed in any case.
#   CPU=model     another processor model; the budgets are not for it, so the
#                 verdict is only whether everything could be measured.
set -eu
LC_ALL=C
export LC_ALL

arch=$1
out=$2
plugin=$3
demo=$4
base=out/bench/$arch
tap=out/tap/bench-$arch.tap
mkdir -p out/bench out/tap

# A counter that runs at 1 GHz counts instructions when those are the time.
case $arch in
aarch64) model=${CPU:-max,pauth-impdef=on},cntfrq=1000000000 ;;
*) model=${CPU:-} ;;
esac

# symbols IMAGE:NAME...: the functions of each image, with its name behind.
symbols() {
	for image; do
		"llvm-nm-$LLVM" --defined-only "${image%:*}" | sed "s/\$/ ${image#*:}/"
	done | sort
}

# place IMAGE FUNCTION NAME: an argument that makes the plugin log its totals
# when a function is entered.
place() {
	address=$("llvm-nm-$LLVM" "$1" | sed -n "s/^\([0-9a-f]*\) [tT] $2\$/\1/p")
	if [ -z "$address" ]; then
		echo "bench: there is no function $2 in $1" >&2
		exit 1
	fi
	echo ",at=$address:$3"
}

# run NAME ARCHIVE ARGUMENTS: one machine under the plugin.
run() {
	if ! CPU=$model ICOUNT=1 SEED=1 TIMEOUT=60 LOG=$base.$1.serial sh tests/runner/qemu.sh \
		"$arch" "$out" "$2" -plugin "$plugin,log=$base.$1.raw$3" \
		> /dev/null 2> "$base.$1.stderr"; then
		cat "$base.$1.serial" "$base.$1.stderr" >&2
		echo "bench: run '$1' did not end well" >&2
	fi
	echo "run $1"
	cat "$base.$1.raw"
	rm -f "$base.$1.raw"
}

# functions RUN IMAGE:NAME...: what the rows of a run consist of.
functions() {
	name=$1
	shift
	symbols "$@" > "$base.symbols"
	awk -v run="$name" -f bench/functions.awk "$base.symbols" "$base.spans" "$base.$name.profile"
	rm -f "$base.symbols" "$base.$name.profile"
}

print_row() {
	sed -n "s/^$1: /    /p" "$base.functions"
}

places=$(place "$out/nano.elf" nano_start nano)$(
	place "$out/kernel.elf" kernel_main kernel)$(
	place "$out/nano.elf" do_operational operational)
{
	run root "$out/bench/root.archive" ",profile=$base.root.profile"
	run nano "$out/bench/nano.archive" ",profile=$base.nano.profile"
	run boot "$demo" "$places"
} > "$base.log"

status=0
awk -v arch="$arch" -v base="$base" -v tap="$tap" -v other="${CPU:-}" -f bench/reduce.awk \
	bench/peers.csv bench/budgets.csv "$base.log" || status=$?
{
	functions root "$out/kernel.elf:kernel" "$out/nano.elf:nano" "$out/bench-root.elf:user"
	functions nano "$out/bench-nano.elf:kernel" "$out/nano.elf:nano"
} > "$base.functions"

while read -r row; do
	echo "$arch $row is over its budget:"
	print_row "$row"
done < "$base.over"
case ${PROFILE:-} in
'') ;;
all) cat "$base.functions" ;;
*)
	echo "$arch $PROFILE:"
	print_row "$PROFILE"
	;;
esac
if [ $status -ne 0 ]; then
	echo "bench: budgets as they would be now: $base.budgets"
fi
