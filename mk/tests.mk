# SPDX-License-Identifier: Apache-2.0
# The suites. Each leaves TAP lines in out/tap/ and ends with its sum; `make
# test` runs all of them and ends with "N passed, N failed".

report = sh tests/runner/suite.sh report
PARALLEL := xargs -P $(JOBS) -I '{}' sh -c

# --- unit: every tests/unit/<component>/*_test.c is one program, linked with
# that component's host archive; other .c files of the folder are its helpers;
# *_test.sh are scripts that print TAP and find the host tool in TESS.
UNIT_SRCS := $(sort $(wildcard tests/unit/*/*_test.c))
UNIT_SCRIPTS := $(sort $(wildcard tests/unit/*/*_test.sh))
unit_dirs := $(sort $(patsubst tests/unit/%/,%,$(dir $(UNIT_SRCS))))
unit_name = $(patsubst tests/unit/%_test.c,%,$1)
unit_libs = $(HLIB)/stamp $(HLIB)/libfdt.a $(HLIB)/libbearssl-kernel.a

# unit(component): flags of its folder, and one program for each test.
unit_flags = $(call host_flags,$1) -Itests/unit/include -Itests/unit/$1 $(unit.cflags) $(unit.cflags.$1)
unit_helpers = $(filter-out %_test.c,$(sort $(wildcard tests/unit/$1/*.c)))
unit_archives = $(sort $(foreach c,$1 $(unit.uses.$1) common,$(if $(filter $c,$(FAKES)),$(H)/$c.a)))
define unit
$(call compile,unit,$(H)/unit/$1,$(call unit_flags,$1),,$(HLIB)/stamp)
$(foreach t,$(filter tests/unit/$1/%,$(UNIT_SRCS)),$(call unit_program,$1,$t))
endef
define unit_program
$(H)/unit/$(call unit_name,$2): $(call objs,$(H)/unit/$1,$2 $(call unit_helpers,$1)) \
		$(call unit_archives,$1) $(unit_libs)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) -fuse-ld=lld -fsanitize=address,undefined -o $$@ $$(filter %.o,$$^) \
		-Wl,--start-group $$(filter %.a,$$^) -Wl,--end-group $(unit.ldlibs.$1) -lcmocka
DEPS += $(patsubst %.o,%.d,$(call objs,$(H)/unit/$1,$2 $(call unit_helpers,$1)))

endef
$(foreach d,$(unit_dirs),$(eval $(call unit,$d)))
UNITS := $(foreach t,$(UNIT_SRCS),$(call unit_name,$t)=$(H)/unit/$(call unit_name,$t)) \
	$(foreach t,$(UNIT_SCRIPTS),$(patsubst tests/unit/%_test.sh,%,$t)=$t)
UNITS := $(if $(TEST),$(filter $(TEST)=%,$(UNITS)),$(UNITS))

.PHONY: unit system system-run attack bite test
unit: $(filter $(H)/%,$(foreach u,$(UNITS),$(lastword $(subst =, ,$u)))) $(TOOLS)
	@mkdir -p out/tap/unit; rm -f out/tap/unit/*.tap
	@printf '%s\n' $(UNITS) | TESS=$(H)/tess LLVM=$(LLVM) $(PARALLEL) 'n=$${1%%=*}; \
		sh tests/runner/unit.sh "$$n" "$${1#*=}" > \
		out/tap/unit/$$(echo "$$n" | tr / -).tap' sh '{}'
	@$(report) unit host out/tap/unit/*.tap

# --- system: one machine, both modes, one CPU and four ------------------------------------------
MODES := $(if $(filter command line environment,$(origin MODE)),$(MODE),release debug)
system:
	@mkdir -p out/tap; rm -f out/tap/system-$(ARCH)-*.tap
	@for mode in $(MODES); do $(MAKE) --no-print-directory MODE=$$mode system-run || \
		echo "not ok - system $(ARCH) $$mode does not build # repeat: make system-run ARCH=$(ARCH) MODE=$$mode" \
		> out/tap/system-$(ARCH)-$$mode.tap; done
	@$(report) system $(ARCH) out/tap/system-$(ARCH)-*.tap
system-run: $(BOOT) $(foreach t,$(SYSTEM_TESTS),$(O)/systems/tests_system_$t/archive)
	@mkdir -p out/tap
	@sh tests/runner/systems.sh $(ARCH) $(MODE) $(O) $(JOBS) $(SYSTEM_TESTS) \
		> out/tap/system-$(ARCH)-$(MODE).tap

# --- attack: a hostile kernel instead of the kernel, on each processor model -----
attack: $(BOOT) $(ATTACK_ARCHIVE) $(if $(UNDEFENDED),bite)
	@mkdir -p out/tap
	@[ -n "$(UNDEFENDED)" ] || sh tests/runner/attack.sh $(ARCH) $(O) $(ATTACK_ARCHIVE) > out/tap/attack-$(ARCH).tap
	@[ -n "$(UNDEFENDED)" ] || $(report) attack $(ARCH) out/tap/attack-$(ARCH).tap
bite: $(BOOT) $(BITE_ARCHIVE)
	@mkdir -p out/tap; JOBS=$(JOBS) sh tests/runner/bite.sh $(ARCH) $(O) $(BITE_ARCHIVE) $(UNDEFENDED) \
		> out/tap/bite-$(ARCH).tap; TEST=$(UNDEFENDED) $(report) bite $(ARCH) out/tap/bite-$(ARCH).tap

# --- requirements: docs/requirements.md is what the results of all suites say ----
REQUIREMENTS = sh mk/requirements.sh docs/requirements.list \
	$(sort $(wildcard out/tap/*.tap out/tap/unit/*.tap))
## requirements: renew docs/requirements.md from the results of the last full run
requirements:
	@$(REQUIREMENTS) > out/requirements.md && cp out/requirements.md docs/requirements.md
requirements-check:
	@{ $(REQUIREMENTS) > out/requirements.md && diff -u docs/requirements.md out/requirements.md && \
		echo "ok - requirements are what the results say" || \
		echo "not ok - requirements: docs/requirements.md is stale # repeat: make requirements"; \
	} > out/tap/requirements.tap
	@$(report) requirements all out/tap/requirements.tap
.PHONY: requirements requirements-check

test:
	@sh tests/runner/suite.sh all "$(MAKE)"
