#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Kernel objects of every kind, address spaces and threads, by a program in the
# place of core.
set -eu

TIMEOUT=150 sh tests/system/root/run.sh objects
