# SPDX-License-Identifier: Apache-2.0
# A hostile kernel that attacks nano; it stands where the kernel would.
attack.srcs := tests/attack/attack.c tests/attack/cpus.c
attack.srcs.x86_64 := $(addprefix tests/attack/arch/x86_64/,entry.S machine.c attacks.c)
attack.srcs.aarch64 := $(addprefix tests/attack/arch/aarch64/,entry.S attacks.c)
attack.cflags := -Itests/attack
