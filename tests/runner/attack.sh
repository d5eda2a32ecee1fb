#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# attack.sh ARCH OUT ARCHIVE: boots the hostile kernel and prints the results as
# TAP lines. A pass is a name, a number of CPUs and a processor model: the usual
# model with four CPUs, another with two (on aarch64 with an interrupt translation
# service), and the usual one with a clock that counts instructions, where the
# hostile kernel measures what calls of nano cost.
set -eu

arch=$1
out=$2
archive=$3
SEED=${SEED:-1}
export SEED

pass() {
	log=$out/attack-$1.log
	CPUS=$2 CPU=$3 MACHINE=${4:-} TIMEOUT=240 LOG=$log sh tests/runner/qemu.sh \
		"$arch" "$out" "$archive" > /dev/null 2> "$log.err" ||
		echo "[runner] not ok 1 exit status $?" >> "$log"
	tail -n 1 "$log" | grep -qE '^tessera: off|^\[runner' ||
		echo "[runner] not ok 1 something follows the last line" >> "$log"
	sh tests/runner/tap.sh "attack $arch $1" "make attack ARCH=$arch SEED=$SEED" "$log"
}

pass default 4 ""
case $arch in
aarch64)
	pass cortex-a72 2 cortex-a72 its=on
	ICOUNT=1 pass counted 3 max,pauth-impdef=on,cntfrq=1000000000
	;;
x86_64)
	pass qemu64,+svm,+npt 2 qemu64,+svm,+npt
	ICOUNT=1 pass counted 2 max,enforce
	;;
esac
