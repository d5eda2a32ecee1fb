#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# run.sh HOST LIBS JOBS [NAME]: breaks the source in one place at a time, and
# asks the unit tests to notice. HOST is the host's build folder, in which the
# unit tests of the components are built; LIBS are the libraries they link.
# Prints one TAP line for each mutant of tests/mutants/list, or for NAME only.
#
# A mutant is one file with one text replaced. It is compiled with the flags of
# its component, put in front of the component's archive, and the component's
# test programs are linked with it and run until one of them fails: that is what
# is asked for. A text that is not there exactly once, and a mutant that does
# not compile, are failures: they say nothing about the tests. For each
# component a control, its unchanged file, must leave every program green.
#
#   mutant NAME      what `make mutants ONLY=` takes
#   file PATH        in nano/ or kernel/
#   by PATH          if that is a header: the source that is compiled with it
#   why TEXT         what the change breaks
#   test PROGRAM     of tests/unit/<component>/, which is run first; with a
#                    folder in front, such as model/lockstep, of that one; or
#                    model/inject, a script that builds the kernel itself
#   old TEXT         once in the file; \n and \t stand for themselves
#   new TEXT         may be empty
set -u

host=$1
libs=$2
jobs=$3
only=${4:-}
list=tests/mutants/list
work=out/mutants
llvm=${LLVM:-19}

fail() {
	echo "not ok - mutant $1 # repeat: make mutants ONLY=$2"
}

# The value of a field of the mutant in $mutant.
field() {
	sed -n "s/^$1 //p" "$mutant/entry"
}

# Writes the file with its one change; fails if the text is not there once.
change() {
	old=$(field old) new=$(field new) sh tests/mutants/change.sh "$1" > "$2"
}

compile() {
	# shellcheck disable=SC2046
	"clang-$llvm" $(cat "$host/fake/$1/flags.stamp") -w \
		-iquote "$(dirname "$2")" -iquote "$mutant" \
		-c "$3" -o "$mutant/mutant.o" \
		2> "$mutant/compile.log"
}

# Links and runs one test program of a component with the mutant: 0 is green.
# The random rows of the model are shorter here than in the unit tests.
try() {
	case $2 in
	*/*) folder=${2%/*} ;;
	*) folder=$1 ;;
	esac
	set -- "$1" "${2##*/}"
	script=tests/unit/$folder/$2_test.sh
	if [ -e "$script" ]; then
		WORK=$mutant/$2 SOURCE=$file MUTANT=$changed timeout 60 \
			sh "$script" > "$mutant/$2.log" 2>&1 && return 0
		[ -s "$mutant/$2/points" ] || return 2
		return 1
	fi
	objects=$host/unit/$folder/tests/unit/$folder
	linked=$mutant/$2
	helpers=$(find "$objects" -name '*.c.o' ! -name '*_test.c.o')
	# shellcheck disable=SC2086
	"clang-$llvm" -fuse-ld=lld -fsanitize=address,undefined -o "$linked" \
		"$objects/$2_test.c.o" $helpers "$mutant/mutant.o" \
		-Wl,--start-group "$host/$1.a" "$host/common.a" $libs \
		-Wl,--end-group -lcmocka > "$mutant/$2.log" 2>&1 || return 2
	OPS=100000 timeout 20 "$linked" >> "$mutant/$2.log" 2>&1
	status=$?
	rm -f "$linked"
	[ $status -eq 0 ] || return 1
}

programs() {
	for source in tests/unit/"$1"/*_test.c; do
		basename "$source" _test.c
	done
}

control() {
	mutant=$work/control-$1
	file=$(awk -v c="$1/" '$1 == "file" && index($2, c) == 1 {print $2; exit}' $list)
	mkdir -p "$mutant"
	compile "$1" "$file" "$file" || {
		fail "control of $1: its file $file does not compile" ""
		return
	}
	for program in $(programs "$1"); do
		try "$1" "$program" || {
			fail "control of $1: $program fails without any change" ""
			return
		}
	done
	echo "ok - mutant control of $1"
}

one() {
	mutant=$work/$1
	file=$(field file)
	why=$(field why)
	component=${file%%/*}
	by=$(field by)
	changed=$mutant/${file#*/include/}
	[ -n "$by" ] || changed=$mutant/$(basename "$file")
	mkdir -p "$(dirname "$changed")"
	if ! change "$file" "$changed"; then
		fail "$file: $why: its old text is not there exactly once" "$1"
		return
	fi
	if ! compile "$component" "$file" "${by:-$changed}"; then
		fail "$file: $why: does not compile, see $mutant/compile.log" "$1"
		return
	fi
	first=$(field test)
	for program in $first $(programs "$component" | grep -vxF "$first"); do
		try "$component" "$program"
		case $? in
		1)
			echo "ok - mutant $file: $why"
			return
			;;
		2)
			fail "$file: $why: does not link, see $mutant/$program.log" "$1"
			return
			;;
		esac
	done
	fail "$file: $why survived" "$1"
}

if [ "$only" = --one ]; then
	case $5 in
	control-*) control "${5#control-}" ;;
	*) one "$5" ;;
	esac
	exit 0
fi

rm -rf $work
mkdir -p $work
# Each entry becomes $work/NAME/entry, in the order of the list.
awk -v work=$work '
	$1 == "mutant" {
		if (NF != 2 || $2 in seen || $2 !~ /^[a-z0-9.-]+$/) {
			print "not ok - mutant list: a name is missing or twice: " $0
		}
		seen[$2] = 1
		entry = work "/" $2 "/entry"
		system("mkdir -p " work "/" $2)
		print $2 > (work "/names")
		next
	}
	/^((file|by|why|test|old|new) .|new$)/ && entry { print > entry; next }
	/^(#|$)/ { next }
	{ print "not ok - mutant list: not understood: " $0 }' $list
if [ -n "$only" ]; then
	grep -qxF "$only" $work/names || fail "list: no mutant of that name" "$only"
	names=$(grep -xF "$only" $work/names)
else
	components=$(sed -n 's/^file \([a-z]*\)\/.*/\1/p' $list | sort -u)
	names=$(echo "$components" | sed 's/^/control-/'; cat $work/names)
fi
echo "$names" | xargs -P "$jobs" -I '{}' \
	sh "$0" "$host" "$libs" "$jobs" --one '{}'
