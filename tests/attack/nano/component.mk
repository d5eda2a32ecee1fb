# SPDX-License-Identifier: Apache-2.0
# nano with defences that can be taken away: nano's own objects, unchanged, and
# between them functions that stand in for some (the linker's --wrap).
dir.bite := nano
personality.bite := nano
bite.libs := bearssl
bite.srcs := $(addprefix tests/attack/nano/,choose.c generic.c)
bite.srcs.x86_64 := tests/attack/nano/arch/x86_64/machine.c
bite.srcs.aarch64 := $(addprefix tests/attack/nano/arch/aarch64/,machine.c enter.S)
bite.objs = $(call objs,$(O)/nano,$(call all_srcs,nano,$(ARCH)))
bite.ldflags = $(addprefix --wrap=,$(shell sh tests/attack/nano/wraps.sh $(ARCH)))
