# SPDX-License-Identifier: Apache-2.0
# The loader. Its parsers are built for the host as well, those of both machines
# together; the unit tests and fuzzers link with them.
boot.generic := boot/handoff/map.c boot/handoff/place.c boot/handoff/ranges.c \
	boot/handoff/tables.c
boot.x86 := $(addprefix boot/arch/x86_64/,acpi.c arch.c loader.c)
boot.arm := $(addprefix boot/arch/aarch64/,arch.c tree.c)
boot.run := boot/main.c boot/measure/measure.c boot/say.c
boot.srcs.x86_64 := $(boot.generic) $(boot.run) $(boot.x86) \
	boot/arch/x86_64/entry.S boot/arch/x86_64/machine.c
boot.srcs.aarch64 := $(boot.generic) $(boot.run) $(boot.arm) \
	boot/arch/aarch64/entry.S boot/arch/aarch64/machine.c
boot.srcs.fake := $(boot.generic) $(boot.x86) $(boot.arm) boot/arch/fake/arch.c
boot.cflags.aarch64 := -fPIE -fvisibility=hidden
boot.ldflags.aarch64 := -pie --no-dynamic-linker
