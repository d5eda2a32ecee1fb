# SPDX-License-Identifier: Apache-2.0
# The microkernel. Explicit, because all of it is trusted.
kernel.srcs := $(addprefix kernel/,main.c state.c console.c nano.c boot/memory.c \
	boot/root.c cpu/start.c cpu/lock.c cpu/interrupt.c cap/slot.c cap/lookup.c cap/capnode.c cap/untyped.c cap/sweep.c cap/reserved.c \
	token/generator.c token/table.c ipc/endpoint.c ipc/message.c ipc/reply.c ipc/transfer.c thread/thread.c thread/bind.c thread/fault.c capsule/capsule.c \
	sched/robin.c vspace/vspace.c vspace/frame.c vspace/table.c io/port.c \
	syscall/syscall.c syscall/invoke.c syscall/control.c)
kernel.srcs.x86_64 := $(addprefix kernel/arch/x86_64/,entry.S cpu.c \
	context.c interrupt.c vspace.c timer.c port.c nano.c)
kernel.srcs.aarch64 := $(addprefix kernel/arch/aarch64/,entry.S cpu.c context.c \
	exception.c vspace.c trampoline.c timer.c gic.c vector.c port.c nano.c)
kernel.srcs.fake := $(addprefix kernel/arch/fake/,arch.c tlb.c reserved.c)
