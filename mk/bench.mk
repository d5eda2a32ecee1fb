# SPDX-License-Identifier: Apache-2.0
# make bench: instructions of the kernel, of nano and of user code, counted by a
# QEMU plugin of our own. docs/bench.md.

include bench/component.mk
dir.bench-root := bench/root
dir.bench-nano := bench/nano
personality.bench-root := user
personality.bench-nano := kernel

# The plugin, and the two images.
$(eval $(call compile,count,$(H)/count,$(BASE) $(HOST.tool) -fPIC $(INCLUDES)))
DEPS += $(H)/count/bench/count.c.d
$(H)/count.so: $(H)/count/bench/count.c.o
	$(call say,LD,$@)
	$(Q)$(CC) -fuse-ld=lld -shared -o $@ $^

ifneq ($(ARCH),fake)
$(foreach c,bench-root bench-nano,$(eval $(call component,$c)))
IMAGES += $(O)/bench-root.elf $(O)/bench-nano.elf

# bench_archive(name, kernel): one run.
bench_runs := $(O)/bench/root.archive $(O)/bench/nano.archive
$(O)/bench/root.archive: private kernel := $(O)/kernel.elf
$(O)/bench/nano.archive: private kernel := $(O)/bench-nano.elf
$(bench_runs): $(foreach c,nano kernel bench-root bench-nano,$(O)/$c.elf) $(H)/tess
	$(call say,PACK,$@)
	@mkdir -p $(@D)
	$(Q)$(H)/tess image -o $@ --partial --nano $(O)/nano.elf \
		--kernel $(kernel) --core $(O)/bench-root.elf

ifneq ($(filter bench-run,$(MAKECMDGOALS)),)
$(eval $(call system,systems/demo.yaml))
$(eval $(call archive,systems/demo.yaml))
endif
bench-run: $(BOOT) $(bench_runs) $(call sysdir,systems/demo.yaml)/archive $(H)/count.so
	@mkdir -p out/bench out/tap
	@LLVM=$(LLVM) sh bench/run.sh $(ARCH) $(O) $(H)/count.so \
		$(call sysdir,systems/demo.yaml)/archive
	@$(report) bench $(ARCH) out/tap/bench-$(ARCH).tap
endif

# Both machines, unless one is named.
.PHONY: bench bench-run
bench:
	@status=0; for arch in $(if $(filter command line environment,$(origin \
		ARCH)),$(ARCH),$(ARCHES)); do $(MAKE) --no-print-directory \
		ARCH=$$arch MODE=release bench-run || status=1; done; exit $$status
