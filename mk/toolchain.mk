# SPDX-License-Identifier: Apache-2.0
# One compiler for every target and for the host, and the flags of each
# personality. A change here rebuilds what it touches (see the flags stamps).

LLVM := 19
CC := clang-$(LLVM)
LD := ld.lld-$(LLVM)
AR := llvm-ar-$(LLVM)
OBJCOPY := llvm-objcopy-$(LLVM)

ARCHES := x86_64 aarch64
ARCH ?= x86_64
MODE ?= release
ifeq ($(filter $(ARCH),$(ARCHES) fake),)
$(error ARCH=$(ARCH) is not known; use x86_64, aarch64 or fake)
endif
ifeq ($(filter $(MODE),release debug),)
$(error MODE=$(MODE) is not known; use release or debug)
endif

O := out/$(ARCH)-$(MODE)
H := out/host
LIB := out/lib/$(ARCH)
HLIB := out/lib/host
JOBS := $(shell nproc)
Q := $(if $(V),,@)
say = @printf '  %-6s %s\n' $1 '$2'

# CHECK(!"reason") is how code says what must not happen: no string-conversion.
WARNINGS := -Wall -Wextra -Werror -Wconversion -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Wimplicit-fallthrough -Wundef \
	-Wthread-safety -Wcast-qual -Wwrite-strings -Wno-string-conversion
BASE := -std=c17 -g $(WARNINGS) -ffile-prefix-map=$(CURDIR)=. \
	-fno-common -fno-strict-aliasing
MODE.release := -O2
MODE.debug := -O1 -fsanitize=undefined -fsanitize-trap=all
TARGET := -ffreestanding -nostdlibinc -ffunction-sections -fdata-sections \
	-fno-stack-protector -fno-asynchronous-unwind-tables -fstack-usage

# The machine: what every target object of an architecture is compiled with.
MACHINE.x86_64 := --target=x86_64-unknown-none-elf -march=x86-64 \
	-mno-red-zone -fcf-protection=none
MACHINE.aarch64 := --target=aarch64-unknown-none-elf -march=armv8-a \
	-mno-outline-atomics -mstrict-align -mbranch-protection=standard

# The personality: what one kind of component adds. boot, nano and kernel use
# no vector registers, and no jump tables, so that every jump through a register
# is a call through a pointer that somebody wrote (see mk/check/rules/stack.sh);
# nano and kernel of x86_64 live in the top 2 GiB.
PRIVILEGED := -fno-pic -mgeneral-regs-only -fno-jump-tables -fomit-frame-pointer
PERSONALITY.boot := $(PRIVILEGED)
PERSONALITY.nano := $(PRIVILEGED)
PERSONALITY.kernel := $(PRIVILEGED)
PERSONALITY.user := -fPIE -ftls-model=local-exec
PERSONALITY.nano.x86_64 := -mcmodel=kernel
PERSONALITY.kernel.x86_64 := -mcmodel=kernel

# The host: tools are plain programs, tests carry the sanitizers.
HOST.tool := -O2 -D_GNU_SOURCE
HOST.test := -O1 -D_GNU_SOURCE -fno-omit-frame-pointer \
	-fsanitize=address,undefined -fno-sanitize-recover=all

INCLUDES := -I. -Iabi/include -Ilib/common/include

target_flags = $(BASE) $(MODE.$(MODE)) $(TARGET) $(MACHINE.$(ARCH)) \
	$(PERSONALITY.$1) $(PERSONALITY.$1.$(ARCH))

LDFLAGS := -static --gc-sections --build-id=sha1 --fatal-warnings \
	-z noexecstack -z max-page-size=4096
