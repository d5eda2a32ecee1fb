#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Capsules as the kernel has them, by a program in the place of core.
set -eu

TIMEOUT=150 sh tests/system/root/run.sh capsule
