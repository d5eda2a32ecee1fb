# SPDX-License-Identifier: Apache-2.0
# From the source lists of the components to objects and images.
#
# A component.mk declares, for a component <c>:
#   <c>.srcs, <c>.srcs.x86_64, <c>.srcs.aarch64, <c>.srcs.fake   source lists
#   <c>.cflags, <c>.cflags.<arch>, <c>.ldflags, <c>.ldflags.<arch>   optional
#   <c>.uses   other components compiled into it (has a default below)
#   <c>.libs   fetched libraries: fdt, bearssl, c (has a default below)
# Objects land in <output>/<c>/path/file.c.o, so the same source can be built
# with the flags of each component that uses it.

COMPONENTS := boot nano kernel core init attack bite
SHARED := common user
dir.boot := boot
dir.nano := nano
dir.kernel := kernel
dir.core := core
dir.init := init
dir.common := lib/common
dir.user := lib/user
dir.attack := tests/attack
dir.tess := tools/tess
dir.capsule := lib/user

personality.boot := boot
personality.nano := nano
personality.kernel := kernel
personality.attack := kernel
personality.core := user
personality.init := user
personality.capsule := user

-include $(wildcard $(addsuffix /component.mk,lib/common lib/user boot nano \
	kernel core init tools/tess tests/unit tests/attack tests/attack/nano tests/system systems))

boot.libs ?= fdt bearssl
$(foreach c,common nano kernel attack tess,$(eval $c.libs ?= bearssl))
$(foreach c,core init capsule,$(eval $c.libs ?= c bearssl))
$(foreach c,boot nano kernel attack,$(eval $c.uses ?= common string))
$(foreach c,core init capsule,$(eval $c.uses ?= common user))

# Everything that goes into a component: its own sources and what it uses.
own_srcs = $($1.srcs) $($1.srcs.$2)
all_srcs = $(sort $(call own_srcs,$1,$2) \
	$(foreach u,$($1.uses),$(call own_srcs,$u,$2)))
objs = $(patsubst %,$1/%.o,$2)
lib_files = $(if $1,$(LIB)/stamp) $(foreach l,$1,$(LIBFILES.$l))
LIBFILES.fdt = $(LIB)/libfdt.a
LIBFILES.bearssl = $(LIB)/libbearssl-kernel.a
LIBFILES.c = $(LIB)/lib/libc.a $(LIB)/builtins.a
HEADERS.kernel = -isystem $(LIB)/kernel-include
HEADERS.user = -Ilib/user/include -isystem $(LIB)/include $(HEADERS.kernel)
headers = $(HEADERS.$(if $(filter user,$1),user,kernel))

# --- objects --------------------------------------------------------------
# compile(component, object root, flags, offsets.c, libraries): C and assembly
# below one root, with a stamp that changes when the flags do.
define compile
flags@$2 := $3
$2/flags.stamp: force
	@mkdir -p $$(@D); printf '%s\n' '$$(flags@$2)' | cmp -s - $$@ || \
		printf '%s\n' '$$(flags@$2)' > $$@
$2/%.c.o: %.c $2/flags.stamp $(if $5,| $5)
	$$(call say,CC,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(flags@$2) -MMD -MP -MJ $$@.json -c $$< -o $$@
$2/%.S.o: %.S $2/flags.stamp $(if $(wildcard $4),$2/offsets.h)
	$$(call say,AS,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$(CC) $$(filter-out -std=% -fstack-usage,$$(flags@$2)) -MMD -MP -c $$< -o $$@
$2/offsets.h: $(wildcard $4) $2/flags.stamp
	$$(call say,GEN,$$@)
	$$(Q)$$(CC) $$(filter-out -fstack-usage -fsanitize%,$$(flags@$2)) \
		-MMD -MP -MT $$@ -MF $$@.d -S $$< -o - | \
		sed -n 's/.*@@\([A-Z0-9_]*\) \([0-9]*\)".*/#define \1 \2/p' > $$@
DEPS += $(wildcard $2/offsets.h.d)
endef

# include_dirs(component, arch): its own headers and those of its arch folder.
include_dirs = $(addprefix -I,$(wildcard $(foreach d,$(dir.$1) \
	$(if $(filter attack,$1),kernel),$d/include $d/arch/$2/include)))
component_flags = $(call target_flags,$(personality.$1)) $(INCLUDES) \
	$(call include_dirs,$1,$(ARCH)) -I$(O)/$1 \
	$(if $($1.libs),$(call headers,$(personality.$1))) $($1.cflags) $($1.cflags.$(ARCH))
offsets_c = $(firstword $(wildcard $(dir.$1)/arch/$(ARCH)/offsets.c \
	$(if $(filter attack,$1),kernel/arch/$(ARCH)/offsets.c)))
script = $(firstword $(wildcard $(dir.$1)/arch/$(ARCH)/link.ld \
	$(if $(filter attack,$1),kernel/arch/$(ARCH)/link.ld) \
	$(if $(filter user,$(personality.$1)),lib/user/arch/$(ARCH)/link.ld)))

# --- images of the target -------------------------------------------------
# component(c): $(O)/c.elf from its sources, its uses and its libraries.
define component
$(call compile,$1,$(O)/$1,$(call component_flags,$1),$(call offsets_c,$1),$(if $($1.libs),$(LIB)/stamp))
$(O)/$1.elf: $(call objs,$(O)/$1,$(call all_srcs,$1,$(ARCH))) $($1.objs) $(call script,$1) \
		$(call lib_files,$($1.libs)) mk/toolchain.mk
	$$(call say,LD,$$@)
	$$(Q)$$(LD) $(LDFLAGS) $($1.ldflags) $($1.ldflags.$(ARCH)) \
		$$(addprefix -T ,$$(filter %.ld,$$^)) -Map=$$@.map -o $$@ \
		$$(filter %.o,$$^) --start-group $$(filter %.a,$$^) --end-group
$1: $(O)/$1.elf
DEPS += $(patsubst %.o,%.d,$(call objs,$(O)/$1,$(call all_srcs,$1,$(ARCH))))
endef

ifneq ($(ARCH),fake)
PRESENT := $(strip $(foreach c,$(COMPONENTS),\
	$(if $(strip $(call own_srcs,$c,$(ARCH))),$c)))
$(foreach c,$(PRESENT),$(eval $(call component,$c)))
IMAGES := $(PRESENT:%=$(O)/%.elf)
ifneq ($(filter boot,$(PRESENT)),)
ifeq ($(ARCH),aarch64)
BOOT_IMAGE := $(O)/boot.img
endif
endif
endif

# The Linux-style Image of aarch64 is the flat form of boot.elf.
$(O)/boot.img: $(O)/boot.elf
	$(call say,OBJ,$@)
	$(Q)$(OBJCOPY) -O binary $< $@

# --- the host -------------------------------------------------------------
# host(c): $(H)/c.a, the same sources on arch/fake with the sanitizers; unit
# tests link with it and so take only the members they need.
host_flags = $(BASE) $(HOST.test) $(INCLUDES) $(call include_dirs,$1,fake) \
	$(if $(filter user core init,$1),-Ilib/user/include) \
	-isystem $(HLIB)/include $($1.cflags) $($1.cflags.fake)
define host
$(call compile,$1,$(H)/fake/$1,$(call host_flags,$1),,$(if $($1.libs),$(HLIB)/stamp))
$(H)/$1.a: $(call objs,$(H)/fake/$1,$(call host_srcs,$1))
	$$(call say,AR,$$@)
	$$(Q)rm -f $$@; $$(AR) rcsD $$@ $$^
fake-$1: $(H)/$1.a
.PHONY: fake-$1
DEPS += $(patsubst %.o,%.d,$(call objs,$(H)/fake/$1,$(call host_srcs,$1)))
endef
# What runs on picolibc is built for the host only if it names <c>.srcs.fake.
host_srcs = $(sort $(if $(and $(filter user core init,$1),$(if $($1.srcs.fake),,none)),,\
	$(call own_srcs,$1,fake)))
FAKES := $(strip $(foreach c,$(SHARED) $(COMPONENTS) tess,\
	$(if $(strip $(call host_srcs,$c)),$c)))
$(foreach c,$(FAKES),$(eval $(call host,$c)))

# The host tool: a plain optimised program.
tess_flags = $(BASE) $(HOST.tool) $(INCLUDES) -Itools/tess/include \
	-isystem $(HLIB)/include $(tess.cflags)
tess.uses ?= common
ifneq ($(strip $(tess.srcs)),)
$(eval $(call compile,tess,$(H)/tool,$(tess_flags),,$(if $(tess.libs),$(HLIB)/stamp)))
tess_objs := $(call objs,$(H)/tool,$(call all_srcs,tess,fake))
DEPS += $(tess_objs:.o=.d)
$(H)/tess: $(tess_objs) $(if $(filter bearssl,$(tess.libs)),$(HLIB)/libbearssl-kernel.a)
	$(call say,LD,$@)
	$(Q)$(CC) -fuse-ld=lld -o $@ $^ $(tess.ldlibs) -lyaml
TOOLS := $(H)/tess
endif

.PHONY: force $(COMPONENTS) fake tess
force:
fake: $(FAKES:%=$(H)/%.a)
tess: $(TOOLS)

# The compilation database for editors and clang-tidy, from what was built.
compile_commands.json: force
	@mkdir -p out; find out -name '*.o.json' -not -path 'out/lib/*' -exec cat {} + | \
		sed -e '1s/^/[/' -e '$$s/,$$/]/' > $@
