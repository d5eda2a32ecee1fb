# SPDX-License-Identifier: Apache-2.0
# The root task. Explicit, because every capsule trusts all of it.
core.srcs := core/server.c core/supervisor.c core/log.c \
	core/object.c core/alloc/slot.c core/alloc/untyped.c \
	core/alloc/pool.c core/load/elf.c core/load/load.c \
	core/capsule/capsule.c core/capsule/create.c core/capsule/grant.c \
	core/capsule/space.c
core.srcs.x86_64 := core/main.c $(addprefix core/arch/x86_64/,console.c machine.c)
core.srcs.aarch64 := core/main.c $(addprefix core/arch/aarch64/,console.c \
	machine.c)
core.srcs.fake := core/arch/x86_64/machine.c lib/user/ipc.c lib/user/caps.c \
	lib/user/status.c
core.uses := common ipc
core.libs := c bearssl
core.ldflags := --defsym=IMAGE_BASE=0x400000
