# SPDX-License-Identifier: Apache-2.0
# Capsules, and bootable archives of whole systems.
#
# A component.mk declares the capsules that come with Tessera:
#   capsules += store
#   capsule.store.srcs := systems/store/main.c      -> $(O)/capsules/store.elf
# Capsules beside a manifest need no declaration: for "image: x.elf" the build
# takes x.elf beside the manifest, or builds it from x.c or x/*.c there, or else
# takes it from the declared capsules. What a system needs is asked of
# `tess manifest --list-images`, which writes an included makefile.

ifneq ($(ARCH),fake)
ROOT := $(O)/capsule
capsule_flags = $(call component_flags,capsule)
$(eval $(call compile,capsule,$(ROOT),$(capsule_flags),,$(LIB)/stamp))
runtime := $(sort $(foreach u,$(capsule.uses),$(call own_srcs,$u,$(ARCH))))
capsule_ld := lib/user/arch/$(ARCH)/link.ld

# link_capsule(elf, sources): the start-up code and lib/user as objects, unused
# sections dropped, then picolibc and compiler-rt.
define link_capsule
$1: $(call objs,$(ROOT),$(sort $2 $(runtime))) $(capsule_ld) \
		$(call lib_files,$(capsule.libs)) mk/toolchain.mk
	$$(call say,LD,$$@)
	@mkdir -p $$(@D)
	$$(Q)$$(LD) $(LDFLAGS) -T $(capsule_ld) -Map=$$@.map -o $$@ \
		$$(filter %.o,$$^) --start-group $$(filter %.a,$$^) --end-group
DEPS += $(patsubst %,$(ROOT)/%.d,$(filter %.c %.S,$(sort $2 $(runtime))))
endef
$(foreach c,$(capsules),$(eval $(call link_capsule,$(O)/capsules/$c.elf,$(capsule.$c.srcs))))
CAPSULES := $(capsules:%=$(O)/capsules/%.elf)

# --- one system, named by the path of its manifest --------------------------
here = $(patsubst $(CURDIR)/%,%,$(abspath $1))
key = $(subst /,_,$(patsubst /%,%,$(patsubst %/,%,$(dir $(call here,$1)))))$(if \
	$(filter system,$(basename $(notdir $1))),,_$(basename $(notdir $1)))
sysdir = $(O)/systems/$(call key,$1)
beside = $(patsubst %/,%,$(dir $(call here,$1)))
sources = $(wildcard $(call beside,$1)/$2.c $(call beside,$1)/$2/*.c)
# The file behind one image name of a system, and the rule that makes it.
image_file = $(or $(wildcard $(call beside,$1)/$2),$(if \
	$(call sources,$1,$(basename $2)),$(call sysdir,$1)/$2),$(filter \
	$(O)/capsules/$2,$(CAPSULES)))
image_rule = $(if $(and $(call sources,$1,$(basename $2)),$(filter \
	$(call sysdir,$1)/%,$(call image_file,$1,$2))),$(eval $(call \
	link_capsule,$(call sysdir,$1)/$2,$(call sources,$1,$(basename $2)))))

BASE_IMAGES := $(foreach c,nano kernel core init,$(O)/$c.elf)
tess_image = $(Q)$(H)/tess image -o $@ --nano $(or $2,$(O)/nano.elf) --kernel $1 \
	--core $(O)/core.elf --init $(O)/init.elf --manifest $(@D)/manifest.bin

define system
$(call sysdir,$1)/images.mk: $(call here,$1) $(H)/tess
	@mkdir -p $$(@D)
	@names=$$$$($(H)/tess manifest --list-images $$<) && \
		echo images.$(call key,$1) := $$$$names > $$@
include $(call sysdir,$1)/images.mk
endef

define archive
$(foreach i,$(images.$(call key,$1)),$(call image_rule,$1,$i))
$(call sysdir,$1)/manifest.bin: $(call here,$1) $(H)/tess \
		$(foreach i,$(images.$(call key,$1)),$(call image_file,$1,$i))
	$(Q)$(H)/tess manifest $$< -o $$@ --arch $(ARCH) $(call search,$1)
$(call sysdir,$1)/archive: $(call sysdir,$1)/manifest.bin $(BASE_IMAGES)
	$$(call say,PACK,$$@)
	$$(call tess_image,$(O)/kernel.elf) $(call search,$1)
endef
search = $(foreach d,$(call beside,$1) $(call sysdir,$1) $(O)/capsules,--capsules $d)

# Only what the goals need is read, so that a mistake in one manifest does not
# stop the build of another system.
SYSTEM ?= systems/demo.yaml
TEST ?=
ALL_TESTS := $(patsubst tests/system/%/,%,$(sort $(dir $(wildcard tests/system/*/system.yaml))))
SYSTEM_TESTS := $(filter $(or $(TEST),%),$(ALL_TESTS))
ATTACK_SYSTEM := $(firstword $(wildcard tests/attack/system.yaml) systems/demo.yaml)
SYSTEMS := $(sort $(if $(filter run gdb archive,$(MAKECMDGOALS)),$(SYSTEM)) \
	$(if $(filter system-run,$(MAKECMDGOALS)),$(SYSTEM_TESTS:%=tests/system/%/system.yaml)) \
	$(if $(filter attack bite,$(MAKECMDGOALS)),$(ATTACK_SYSTEM)))
$(foreach s,$(SYSTEMS),$(eval $(call system,$s)))
$(foreach s,$(SYSTEMS),$(eval $(call archive,$s)))
BOOT := $(if $(filter aarch64,$(ARCH)),$(O)/boot.img,$(O)/boot.elf)
ARCHIVE := $(call sysdir,$(SYSTEM))/archive

.PHONY: archive machine run gdb capsules
capsules: $(CAPSULES)
archive: $(BOOT) $(ARCHIVE) ; @:
machine: ; @echo $(ARCH) $(O) $(ARCHIVE)
run: $(BOOT) $(ARCHIVE)
	@LOG=$(ARCHIVE).log CPUS=$(CPUS) TIMEOUT=$(or $(TIMEOUT),$(shell test -t 0 && echo 0 || echo 300)) \
		sh tests/runner/qemu.sh $(ARCH) $(O) $(ARCHIVE)
gdb: $(BOOT) $(ARCHIVE)
	@sh tests/runner/gdb.sh $(ARCH) $(O) $(ARCHIVE)

# The same system with the hostile kernel in the place of the kernel.
ATTACK_ARCHIVE := $(call sysdir,$(ATTACK_SYSTEM))/attack.archive
$(ATTACK_ARCHIVE): $(call sysdir,$(ATTACK_SYSTEM))/manifest.bin $(O)/attack.elf $(BASE_IMAGES)
	$(call say,PACK,$@)
	$(call tess_image,$(O)/attack.elf) $(call search,$(ATTACK_SYSTEM))
BITE_ARCHIVE := $(ATTACK_ARCHIVE:attack.archive=bite.archive)
$(BITE_ARCHIVE): $(ATTACK_ARCHIVE) $(O)/bite.elf
	$(call say,PACK,$@)
	$(call tess_image,$(O)/attack.elf,$(O)/bite.elf) $(call search,$(ATTACK_SYSTEM))
endif
