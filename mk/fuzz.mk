# SPDX-License-Identifier: Apache-2.0
# make fuzz: libFuzzer on what reads bytes that somebody else wrote. Each
# tests/fuzz/<component>/<target>.c is a program with all of its component.

FUZZERS := $(patsubst tests/fuzz/%.c,%,$(sort $(wildcard tests/fuzz/$(or $(TEST),*/*).c)))
fuzz_lazy = $(call objs,$(H)/fuzz/$1,$(sort $(call host_srcs,$1) $(foreach u,$(unit.uses.$1) common,$(call host_srcs,$u))))
fuzz_flags = $(call unit_flags,$1) -fsanitize=fuzzer-no-link -Wno-unused-function
define fuzz
$(call compile,fuzz,$(H)/fuzz/$1,$(call fuzz_flags,$1),,$(HLIB)/stamp)
$(H)/fuzz/$1/%.run: $(call objs,$(H)/fuzz/$1,tests/fuzz/$1/%.c tests/fuzz/fuzz.c $(unit_helpers)) $(fuzz_lazy) $(unit_libs)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) -fuse-ld=lld -fsanitize=fuzzer,address,undefined -o $$@ -Wl,--start-lib \
		$$(filter %.o %.a,$$^) -Wl,--end-lib $(unit.ldlibs.$1) -lcmocka
DEPS += $(shell find $(H)/fuzz/$1 -name '*.d' 2> /dev/null)
endef
$(foreach d,$(sort $(foreach f,$(FUZZERS),$(word 1,$(subst /, ,$f)))),$(eval $(call fuzz,$d)))

fuzz: $(FUZZERS:%=$(H)/fuzz/%.run)
	@mkdir -p out/tap
	@LLVM=$(LLVM) JOBS=$(JOBS) sh tests/fuzz/run.sh "$(SECONDS)" $(H) $(FUZZERS) > out/tap/fuzz.tap
	@$(report) fuzz host out/tap/fuzz.tap
.PHONY: fuzz
