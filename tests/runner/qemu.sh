#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# qemu.sh ARCH OUT ARCHIVE [qemu arguments...]: boots ARCHIVE with the boot
# program of the build folder OUT. This is the one place that knows QEMU's
# command lines. The serial output goes to stdout, without carriage returns.
#
# The exit status is the one that the machine itself reported in its last line,
# "tessera: off status=N"; a machine that never said so counts as 125.
#
# From the environment:
#   CPUS=1        processors, at most 64
#   THREAD=       how QEMU runs them: multi, each in a thread of the host, or
#                 single, in turns; QEMU chooses if it is empty
#   CPU=          another processor model (aarch64: cortex-a72)
#   MACHINE=      more machine properties, such as "mte=on"
#   BOOT=         another boot program
#   TIMEOUT=60    seconds before the machine is stopped; 0 for no limit
#   ICOUNT=       any value counts instructions instead of time: runs repeat
#                 to the digit
#   SEED=         of all that QEMU makes up: the random numbers of the processor
#                 and of the device tree; otherwise they differ each time
#   LOG=          where to keep the serial output
#   SHOW=         any value prints the QEMU command and does not run it
set -eu

arch=$1
out=$2
archive=$3
shift 3
limit=${TIMEOUT:-60}

wrong() {
	echo "qemu.sh: $1" >&2
	exit 2
}

case ${CPUS:-1} in
[1-9] | [1-5][0-9] | 6[0-4]) ;;
*) wrong "CPUS=$CPUS is no number from 1 to 64" ;;
esac
case ${THREAD:-} in
'' | multi | single) ;;
*) wrong "THREAD=$THREAD is neither multi nor single" ;;
esac

case $arch in
x86_64)
	boot=$out/boot.elf
	cpu=${CPU:-max,enforce}
	machine=q35,smm=off
	;;
aarch64)
	boot=$out/boot.img
	cpu=${CPU:-max,pauth-impdef=on}
	machine=virt,virtualization=on,gic-version=3,iommu=smmuv3,its=off
	machine=$machine${ICOUNT:+,dtb-randomness=off}
	;;
*)
	wrong "no such machine: $arch"
	;;
esac

# Instructions can be counted on CPUs that take turns only.
thread=${THREAD:+,thread=$THREAD}
[ -z "${ICOUNT:-}" ] || thread=
set -- "qemu-system-$arch" -machine "$machine${MACHINE:+,$MACHINE}" \
	-accel "tcg$thread" -cpu "$cpu" -smp "${CPUS:-1}" -m 256M -nodefaults \
	-display none -serial stdio -no-reboot ${ICOUNT:+-icount shift=0,sleep=off} \
	${SEED:+-seed "$SEED"} -kernel "${BOOT:-$boot}" -initrd "$archive" "$@"
if [ -n "${SHOW:-}" ]; then
	printf '%s ' "$@"
	echo
	exit 0
fi

log=${LOG:-}
if [ -z "$log" ]; then
	log=$(mktemp)
	trap 'rm -f "$log"' EXIT
fi

# A person at a terminal may type; a script gives the machine no input.
[ -t 0 ] || exec < /dev/null
timeout --foreground "$limit" "$@" | sed -u 's/\r//g' | tee "$log"

status=$(sed -n '/./h; ${x; s/^tessera: off status=\([0-9]*\)$/\1/p;}' "$log")
if [ -z "$status" ]; then
	echo "runner: the machine stopped without its last line" \
		"'tessera: off status=N' (limit ${limit}s)" >&2
	exit 125
fi
[ "$status" -le 255 ] || status=255
exit "$status"
