# SPDX-License-Identifier: Apache-2.0
# A hostile kernel that attacks nano; it stands where the kernel would.
attack.srcs := $(addprefix tests/attack/,attack.c generic.c fuzz.c cpus.c races.c reserve.c cost.c)
attack.srcs.x86_64 := $(addprefix tests/attack/arch/x86_64/,entry.S machine.c \
	helpers.c memory.c interrupts.c ports.c registers.c instructions.c)
attack.srcs.aarch64 := $(addprefix tests/attack/arch/aarch64/,entry.S machine.c \
	memory.c firmware.c registers.c devices.c sweep.c)
attack.cflags := -Itests/attack
