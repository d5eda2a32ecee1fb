# SPDX-License-Identifier: Apache-2.0
# The microkernel. Explicit, because all of it is trusted.
kernel.srcs := kernel/main.c kernel/state.c kernel/console.c kernel/nano.c \
	kernel/boot/memory.c kernel/boot/root.c kernel/cap/slot.c \
	kernel/cap/lookup.c kernel/cap/capnode.c kernel/cap/untyped.c \
	kernel/ipc/endpoint.c kernel/ipc/message.c kernel/ipc/reply.c \
	kernel/thread/thread.c kernel/thread/fault.c kernel/sched/robin.c \
	kernel/vspace/vspace.c kernel/vspace/frame.c kernel/vspace/table.c \
	kernel/io/port.c kernel/syscall/syscall.c kernel/syscall/invoke.c \
	kernel/syscall/control.c
kernel.srcs.x86_64 := $(addprefix kernel/arch/x86_64/,entry.S cpu.c \
	context.c interrupt.c vspace.c timer.c port.c nano.c)
kernel.srcs.aarch64 := $(addprefix kernel/arch/aarch64/,entry.S cpu.c context.c \
	exception.c vspace.c trampoline.c timer.c gic.c vector.c port.c nano.c)
kernel.srcs.fake := kernel/arch/fake/arch.c
$(foreach a,x86_64 aarch64 fake,\
	$(eval kernel.cflags.$a := -Ikernel/arch/$a/include))
