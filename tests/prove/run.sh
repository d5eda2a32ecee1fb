#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# run.sh JOBS [NAME]: proves what tests/prove/list says with CBMC, which is
# fetched for it, and prints one TAP line for each proof and for each bug that is
# planted to see the proof fail. NAME is one proof or one plant.
#
#   proof NAME       what `make prove TEST=` takes
#   why TEXT         what is proved
#   source FILE...   of tests/prove/
#   function NAME    of it: what CBMC begins with
#   kernel PATH...   the sources it is about, unchanged
#   options TEXT     for CBMC, such as --unwind n: how long loops may be. A loop
#                    that may run longer fails the proof
#   shows ID...      requirements
# and below it
#   plant NAME       also for TEST=
#   why TEXT         what the change breaks
#   file PATH        one of the sources
#   old TEXT, new TEXT   as in tests/mutants/list
set -u

jobs=$1
only=${2:-}
list=tests/prove/list
work=out/prove
llvm=${LLVM:-19}

field() {
	sed -n "s/^$1 //p" "$work/$2/entry"
}

cbmc() {
	root=out/src/cbmc/usr
	system=lib/x86_64-linux-gnu
	libraries=
	for package in libc6 libstdc++6 libgcc-s1 zlib1g minisat; do
		libraries=$libraries${libraries:+:}out/src/$package/usr/$system:out/src/$package/usr/lib
	done
	(
		# Seconds of the processor, so that a busy machine changes nothing.
		ulimit -t "${TIMEOUT:-200}"
		exec "out/src/libc6/usr/$system/ld-linux-x86-64.so.2" \
			--library-path "$libraries" $root/bin/cbmc "$@"
	)
}

# prove NAME PROOF: the sources, with the change of NAME if it is a plant.
# 0 is proved, 10 is refuted; anything else says nothing.
prove() {
	into=$work/$1
	set -- "$1" $(field source "$2" | sed 's|[^ ]*|tests/prove/&|g') \
		tests/prove/world.c $(field kernel "$2") -- "$2"
	name=$1
	shift
	inputs=
	while [ "$1" != -- ]; do
		from=$1
		if [ "$from" = "$(field file "$name")" ]; then
			from=$into/$(basename "$1")
			old=$(field old "$name") new=$(field new "$name") \
				sh tests/mutants/change.sh "$1" > "$from" || return 3
		fi
		unit=$into/$(echo "${1%.c}" | tr / -).i
		inputs="$inputs $unit"
		"clang-$llvm" -E -std=c17 -ffreestanding -I. -Iabi/include \
			-Ilib/common/include -Ikernel/include \
			-Ikernel/arch/fake/include -iquote "$(dirname "$1")" \
			"$from" -o "$unit" 2> "$into/log" || return 4
		shift
	done
	# Of large arrays, such as all CPUs, nothing is known. Of what is planted
	# one trace is enough.
	stop=
	[ "$name" = "$2" ] || stop=--stop-on-fail
	# shellcheck disable=SC2046,SC2086
	cbmc $inputs --function "$(field function "$2")" --drop-unused-functions \
		--slice-formula --max-field-sensitivity-array-size 8 \
		$stop $(field options "$2") > "$into/log" 2>&1
}

# What did not hold, in a few words.
found() {
	sed -n 's/^\[.*\] line [0-9]* \(.*\): FAILURE$/\1/p' "$work/$1/log" | head -n 1
}

one() {
	begin=$(date +%s)
	proof=$(cat "$work/$1/proof")
	why=$(field why "$1")
	again="# repeat: make prove TEST=$1"
	prove "$1" "$proof"
	got=$?
	echo "$got after $(($(date +%s) - begin)) s" >> "$work/$1/log"
	ids=$(field shows "$1")
	case $1-$got in
	"$proof-0") echo "ok - prove $1: $why${ids:+ # $ids}" ;;
	"$proof-10") echo "not ok - prove $1: $why: not so: $(found "$1") $again" ;;
	*-0) echo "not ok - prove $proof does not notice that $why $again" ;;
	*-10) echo "ok - prove $proof notices when $why" ;;
	*-3) echo "not ok - prove $1: its old text is not there exactly once $again" ;;
	*-4) echo "not ok - prove $1: does not compile, see $work/$1/log $again" ;;
	*-137 | *-152) echo "not ok - prove $1: no answer in time $again" ;;
	*) echo "not ok - prove $1: status $got, see $work/$1/log $again" ;;
	esac
}

if [ "$only" = --one ]; then
	one "$3"
	exit 0
fi

rm -rf $work
mkdir -p $work out/lib
(flock 9 && sh mk/fetch.sh mk/prove.lock out/src) 9> out/lib/.lock || {
	echo "not ok - prove: CBMC could not be fetched # repeat: make prove"
	exit 0
}
# Each entry becomes $work/NAME/entry, and $work/NAME/proof says whose it is.
awk -v work=$work '
	($1 == "proof" || $1 == "plant") && NF == 2 {
		if ($1 == "proof") {
			proof = $2
		}
		if (seen[$2]++ || !proof) {
			print "not ok - prove list: " $0 " is there twice, or of no proof"
		}
		system("mkdir -p " work "/" $2)
		print proof > (work "/" $2 "/proof")
		print $2 > (work "/names")
		entry = work "/" $2 "/entry"
		next
	}
	/^((why|source|function|kernel|options|shows|file|old|new) .|new$)/ && entry { print > entry; next }
	/^(#|$)/ { next }
	{ print "not ok - prove list: not understood: " $0 }' $list
names=$(cat $work/names)
if [ -n "$only" ]; then
	names=$(grep -xF "$only" $work/names) || {
		echo "not ok - prove: nothing of the name $only # repeat: make prove TEST=$only"
		exit 0
	}
fi
echo "$names" | xargs -P "$jobs" -I '{}' sh "$0" "$jobs" --one '{}'
