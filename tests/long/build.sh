#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# build.sh: everything that the long loads run: the systems of all tests for both
# machines and modes, the demo, and the programs of the host.
set -eu

make=${MAKE:-make}
for arch in x86_64 aarch64; do
	for mode in release debug; do
		BUILD_ONLY=1 $make --no-print-directory -j "${JOBS:-2}" ARCH=$arch MODE=$mode system-run
	done
	$make --no-print-directory -j "${JOBS:-2}" ARCH=$arch MODE=release archive
done
# Made by their suites, in the shortest run there is.
$make --no-print-directory -j "${JOBS:-2}" RUNS=1 fuzz || :
$make --no-print-directory -j "${JOBS:-2}" TEST=model/lockstep OPS=1 unit
$make --no-print-directory -j "${JOBS:-2}" TEST=core/capsule unit
