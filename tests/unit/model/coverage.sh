#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# coverage.sh [FOLDER...]: which lines of the kernel its unit tests and those beside
# the model reach. Builds them once more, with counters, in out/coverage; prints a
# table of the kernel's files below the folders (kernel/cap kernel/vspace
# kernel/thread kernel/ipc kernel/capsule unless others are named) and then each
# line that nothing reached. OPS=n is for the random rows. Needs `make unit` to
# have run.
set -eu

cd "$(dirname "$0")/../../.."
llvm=${LLVM:-19}
host=out/host
work=out/coverage
[ $# -gt 0 ] || set -- kernel/cap kernel/vspace kernel/thread kernel/ipc \
	kernel/capsule kernel/token
mkdir -p $work
rm -f $work/*.profraw

# compile FLAGS SOURCE: into $work, with counters.
compile() {
	object=$work/$(echo "$2" | tr / -).o
	# shellcheck disable=SC2046
	"clang-$llvm" $(cat "$1") -w -fprofile-instr-generate \
		-fcoverage-mapping -c "$2" -o "$object"
	echo "$object"
}

kernel=$(find $host/fake/kernel -name '*.c.o' |
	sed "s|^$host/fake/kernel/||; s|\.o$||" | sort |
	while read -r source; do
		compile $host/fake/kernel/flags.stamp "$source"
	done)
# programs FOLDER: builds and runs each test of one folder.
programs() {
	flags=$host/unit/$1/flags.stamp
	helpers=$(for source in tests/unit/"$1"/*.c; do
		case $source in
		*_test.c) ;;
		*) compile "$flags" "$source" ;;
		esac
	done)
	for source in tests/unit/"$1"/*_test.c; do
		program=$work/$1-$(basename "$source" _test.c)
		# shellcheck disable=SC2086,SC2046
		"clang-$llvm" -fuse-ld=lld -fsanitize=address,undefined \
			-fprofile-instr-generate -o "$program" \
			$(compile "$flags" "$source") $helpers $kernel \
			$host/common.a $libs -lcmocka
		LLVM_PROFILE_FILE=$program.profraw "$program" \
			> "$program.log" 2>&1 ||
			echo "$program fails, see $program.log"
		objects="$objects -object $program"
	done
}
objects=
libs=$(find out/lib/host -name '*.a')
programs model
programs kernel
objects=${objects# -object }
"llvm-profdata-$llvm" merge -o $work/all.profdata $work/*.profraw
# Paths are relative in what was compiled, and llvm-cov filters absolute ones.
folders=$(printf '%s\n' "$@" | paste -sd '|')
# shellcheck disable=SC2086
"llvm-cov-$llvm" report $objects -instr-profile=$work/all.profdata |
	grep -E "^(Filename|$folders)"
# shellcheck disable=SC2086
"llvm-cov-$llvm" show $objects -instr-profile=$work/all.profdata |
	awk -v folders="^($folders)" '
		/^[^ ].*\.[ch]:$/ { file = $0 }
		file ~ folders && /^ *[0-9]+\| +0\|/ {
			sub(/^ +/, ""); sub(/\| +0\|/, " "); print file $0
		}'
