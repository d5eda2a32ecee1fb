#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Two root tests, where there are CPUs that could do something at once: what
# must hold however they interleave, and how evenly they share, for which
# instructions are the clock and CPUs take turns in any case.
# The first ends while all CPUs are in and below the kernel; that it ends at all
# is part of what it shows.
set -eu

[ "$CPUS" -ge 2 ] || exit 0
TIMEOUT=300
export TIMEOUT
sh tests/system/root/run.sh smp
[ "$THREAD" = multi ] || ICOUNT=1 sh tests/system/root/run.sh share
