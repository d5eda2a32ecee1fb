# SPDX-License-Identifier: Apache-2.0
# Code without privilege assumptions. What needs no C library goes everywhere;
# string.c stands in for the C library where there is none.
common.srcs := lib/common/archive.c lib/common/fmt.c lib/common/image.c \
	lib/common/manifest.c lib/common/sha256.c
string.srcs.x86_64 := lib/common/string.c
string.srcs.aarch64 := lib/common/string.c
