# SPDX-License-Identifier: Apache-2.0
# make check: everything about the source that a machine can judge. Each rule
# is a script in mk/check/; mk/check/run.sh turns what they find into TAP lines.

CHECKS := $(if $(TEST),$(TEST),$(patsubst mk/check/rules/%.sh,%,$(sort $(wildcard mk/check/rules/*.sh))))
check_builds := x86_64 aarch64 fake

.PHONY: check check-build
check:
	@mkdir -p out/tap out/check; : > out/tap/check.tap
	@for arch in $(check_builds); do \
		if $(MAKE) --no-print-directory -k ARCH=$$arch MODE=release check-build; \
		then echo "ok - check build $$arch"; \
		else echo "not ok - check build $$arch # repeat: make all ARCH=$$arch"; \
		fi | tee -a out/check/build.log | grep -E '^(not )?ok - ' >> out/tap/check.tap; done
	@$(MAKE) --no-print-directory compile_commands.json
	@LLVM=$(LLVM) JOBS=$(JOBS) TESS=$(H)/tess sh mk/check/run.sh $(CHECKS) >> out/tap/check.tap
	@$(report) check all out/tap/check.tap

check-build: $(if $(filter fake,$(ARCH)),fake $(filter $(H)/unit/%,$(foreach u,$(UNITS),$(lastword $(subst =, ,$u)))),$(IMAGES) $(CAPSULES)) $(TOOLS)
