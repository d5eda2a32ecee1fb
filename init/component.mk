# SPDX-License-Identifier: Apache-2.0
# The first capsule: makes the others from the manifest.
init.srcs := init/main.c init/supervisor.c init/build.c init/watch.c
init.cflags = $(capsule.cflags)
