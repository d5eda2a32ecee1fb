#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# coverage.sh [FOLDER...]: which lines of the kernel the three programs of this
# folder reach. Builds them once more, with counters, in out/coverage; prints a
# table of the kernel's files below the folders (kernel/cap kernel/vspace
# kernel/thread kernel/ipc kernel/capsule kernel/token unless others are named) and then each
# line that nothing reached. OPS=n is for the random rows. Needs `make unit
# TEST=model/lockstep` to have run.
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
helpers=$(for source in tests/unit/model/*.c; do
	case $source in
	*_test.c) ;;
	*) compile $host/unit/model/flags.stamp "$source" ;;
	esac
done)
for program in lockstep refusals exhaustive; do
	# shellcheck disable=SC2086,SC2046
	"clang-$llvm" -fuse-ld=lld -fsanitize=address,undefined \
		-fprofile-instr-generate -o $work/$program \
		$(compile $host/unit/model/flags.stamp \
			tests/unit/model/${program}_test.c) $helpers $kernel \
		$host/common.a out/lib/host/libbearssl-kernel.a \
		-lcmocka
	LLVM_PROFILE_FILE=$work/$program.profraw $work/$program \
		> $work/$program.log 2>&1 ||
		echo "$program fails, see $work/$program.log"
done
"llvm-profdata-$llvm" merge -o $work/all.profdata $work/*.profraw
objects="$work/lockstep -object $work/refusals -object $work/exhaustive"
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
