#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Large pages, and address spaces that end, by a program in the place of core.
set -eu

TIMEOUT=150 sh tests/system/root/run.sh memory
