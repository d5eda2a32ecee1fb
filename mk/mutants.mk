# SPDX-License-Identifier: Apache-2.0
# make mutants: the source broken in one place at a time; the unit tests of the
# component must notice each. tests/mutants/run.sh says how.

mutants: $(foreach t,$(filter tests/unit/kernel/% tests/unit/model/% tests/unit/nano/%,$(UNIT_SRCS)),$(H)/unit/$(call unit_name,$t))
	@mkdir -p out/tap
	@LLVM=$(LLVM) sh tests/mutants/run.sh $(H) "$(filter %.a,$(unit_libs))" $(JOBS) $(ONLY) > out/tap/mutants.tap
	@TEST=$(ONLY) $(report) mutants host out/tap/mutants.tap
.PHONY: mutants
