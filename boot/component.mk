# SPDX-License-Identifier: Apache-2.0
# The loader. Its parsers are built for the host as well, those of both machines
# together; the unit tests and fuzzers link with them.
boot.generic := $(addprefix boot/handoff/,map.c place.c ranges.c tables.c)
boot.run := boot/main.c boot/measure/measure.c boot/say.c
boot.x86 := $(addprefix boot/arch/x86_64/,acpi.c arch.c loader.c)
boot.arm := $(addprefix boot/arch/aarch64/,arch.c tree.c)
boot.here := $(addprefix boot/arch/$(ARCH)/,entry.S machine.c)
boot.srcs.x86_64 := $(boot.generic) $(boot.run) $(boot.x86) $(boot.here)
boot.srcs.aarch64 := $(boot.generic) $(boot.run) $(boot.arm) $(boot.here)
boot.srcs.fake := $(boot.generic) $(boot.x86) $(boot.arm) boot/arch/fake/arch.c
boot.cflags.fake := $(ARCHES:%=-Iboot/arch/%/include)
boot.cflags.aarch64 := -fPIE -fvisibility=hidden
boot.ldflags.aarch64 := -pie --no-dynamic-linker
