# SPDX-License-Identifier: Apache-2.0
# What is measured: a root task in the place of core, and a program in the place
# of the kernel that measures nano.
bench-root.srcs := bench/say.c $(addprefix bench/root/,main.c world.c peer.c \
	calls.c messages.c threads.c)
bench-root.uses := ipc string
bench-root.libs := c
bench-root.ldflags := --defsym=IMAGE_BASE=0x400000
# Vector registers are used where a row says so and nowhere else: so neither
# the C library's memcpy nor the compiler.
bench-root.cflags := -mgeneral-regs-only
bench-nano.srcs := bench/say.c bench/nano/main.c
$(foreach a,$(ARCHES),$(eval bench-nano.srcs.$a := bench/nano/arch/$a/entry.S))
