# SPDX-License-Identifier: Apache-2.0
# Root tests: programs in the place of core, tests/system/root/<name>/*.c.
root_tests := smp share capsule memory objects token guess matrix
define root_test
COMPONENTS += root-$1
dir.root-$1 := tests/system/root/$1
personality.root-$1 := user
root-$1.uses := common ipc
root-$1.libs := c bearssl
root-$1.ldflags := --defsym=IMAGE_BASE=0x400000
$(foreach a,$(ARCHES),$(eval root-$1.srcs.$a := $(sort $(wildcard tests/system/root/$1/*.c)) \
	tests/system/root/root.c tests/system/root/arch/$a/hold.S))
$(if $(filter fake,$(ARCH)),,system-run: $(O)/root-$1.elf)
endef
$(foreach t,$(root_tests),$(eval $(call root_test,$t)))
