# SPDX-License-Identifier: Apache-2.0
# The nanokernel. This list is the trusted computing base: keep it explicit.
nano.srcs := $(addprefix nano/,boot/start.c boot/check.c boot/handoff.c \
	mem/pool.c mem/table.c mem/own.c mem/book.c mem/stage2.c mem/reservation.c trap/call.c \
	trap/refuse.c trap/authority.c cpu.c console.c power.c panic.c state.c ticket.c)
nano.srcs.aarch64 := $(addprefix nano/arch/aarch64/,entry.S cpu.c traps.c \
	features.c idregs.c devices.c pte.c console.c machine.c guest.c exit.c smp.c)
nano.srcs.x86_64 := $(addprefix nano/arch/x86_64/,entry.S enter.S start.S \
	clock.c console.c cpu.c cpuid.c descriptors.c exit.c guest.c image.c \
	intercepts.c ioport.c lapic.c machine.c msr.c pci.c power.c pte.c \
	shoot.c smp.c vmcb.c)
nano.srcs.fake := $(addprefix nano/arch/,fake/arch.c \
	$(addprefix aarch64/,traps.c idregs.c devices.c) \
	$(addprefix x86_64/,cpuid.c intercepts.c ioport.c msr.c shoot.c vmcb.c))
nano.cflags.aarch64 := -mbranch-protection=bti
