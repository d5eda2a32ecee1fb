#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Confused deputies, by a program in the place of core.
set -eu

exec sh tests/system/root/run.sh matrix
