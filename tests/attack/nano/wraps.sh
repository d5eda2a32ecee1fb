#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# wraps.sh ARCH: the functions of nano that the test image stands in for: those
# that its sources name with WRAP().
set -eu
here=$(dirname "$0")
sed -n 's/^WRAP([^,]*, *\([a-z0-9_]*\),.*/\1/p' "$here"/*.c "$here/arch/$1"/*.c | sort -u
