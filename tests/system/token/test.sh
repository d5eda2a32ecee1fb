#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Tokens, by programs in the place of core: as they are used, on a machine that
# has no entropy, and what a guess costs, for which instructions are the clock.
set -eu

# says NUMBER NAME: whether the last machine said that it has no tokens.
says() {
	grep -q "^kernel: .*, no entropy: no tokens$" "$WORK/token.log" ||
		printf 'not '
	echo "ok $1 $2"
}

TIMEOUT=150 sh tests/system/root/run.sh token
[ "$CPUS" -eq 1 ] || exit 0
case $ARCH in
x86_64) none=max,enforce,-rdrand clock='' ;;
*) none=cortex-a72 clock=max,pauth-impdef=on,cntfrq=1000000000 ;;
esac
MACHINE=$([ "$ARCH" = x86_64 ] || echo dtb-randomness=off) CPU=$none \
	sh tests/system/root/run.sh token
echo 1..1
says 1 "without entropy the kernel's first line says so # E28"
CPU=$clock ICOUNT=1 sh tests/system/root/run.sh guess
