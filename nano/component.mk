# SPDX-License-Identifier: Apache-2.0
# The nanokernel. This list is the trusted computing base: keep it explicit.
nano.srcs := nano/boot/start.c nano/boot/check.c nano/boot/handoff.c \
	nano/mem/pool.c nano/mem/table.c nano/mem/own.c nano/mem/book.c \
	nano/mem/stage2.c nano/trap/call.c nano/trap/refuse.c \
	nano/trap/authority.c nano/console.c nano/power.c nano/panic.c \
	nano/state.c
nano.srcs.aarch64 := $(addprefix nano/arch/aarch64/,entry.S cpu.c \
	traps.c features.c idregs.c pte.c console.c machine.c guest.c exit.c)
nano.srcs.x86_64 := $(addprefix nano/arch/x86_64/,entry.S enter.S clock.c \
	console.c cpu.c cpuid.c descriptors.c exit.c guest.c image.c \
	intercepts.c ioport.c lapic.c machine.c msr.c pci.c power.c pte.c vmcb.c)
nano.srcs.fake := $(addprefix nano/arch/,fake/arch.c aarch64/traps.c aarch64/idregs.c \
	$(addprefix x86_64/,cpuid.c intercepts.c ioport.c msr.c vmcb.c))
nano.cflags.aarch64 := -mbranch-protection=bti
