# SPDX-License-Identifier: Apache-2.0
# The only build file besides mk/*.mk and each component's component.mk.
# `make help` lists the targets; V=1 shows the commands.

MAKEFLAGS += --no-builtin-rules --no-builtin-variables
SHELL := /bin/sh
.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := all
.PHONY: all doctor fresh docs clean help

include $(addprefix mk/,toolchain.mk libs.mk rules.mk systems.mk tests.mk \
	mutants.mk fuzz.mk bench.mk checks.mk)

## all: build everything for one machine [ARCH=x86_64|aarch64|fake] [MODE=release|debug]
all: $(if $(filter fake,$(ARCH)),fake,$(IMAGES) $(BOOT_IMAGE) $(CAPSULES)) $(TOOLS)
	@$(MAKE) --no-print-directory compile_commands.json

## run: boot a system in QEMU [ARCH=] [SYSTEM=path/system.yaml] [CPUS=n] [THREAD=multi|single]
## gdb: the same, stopped at the first instruction, with gdb on it
## test: every suite; the last line is "N passed, N failed"
## unit: host tests of kernel and nano on arch/fake, and of the tool [TEST=kernel/cap]
## system: capsules in QEMU that print TAP, both modes [ARCH=] [MODE=] [CPUS=] [THREAD=] [TEST=]
## attack: a hostile kernel against nano [ARCH=] [UNDEFENDED=defence]
## bite: the same with each defence of nano off in turn; it must succeed
## bench: instructions counted, next to their budgets [ARCH=] [PROFILE=row]
## mutants: the source broken in many places; the unit tests notice each [ONLY=name]
## fuzz: libFuzzer on what reads foreign bytes [SECONDS=n each] [TEST=boot/acpi]
## check: format, tidy, layers, budgets, stack bounds and the other rules
## libs: fetch and build the pinned libraries (done on demand as well)
## fake: compile every component for the host

## docs: write docs/manifest.md, docs/intercepts.md, docs/attacks-table.md and docs/abi-*.md from what they describe
docs: $(TOOLS)
	$(Q)for d in abi-nano abi-objects intercepts attacks-table; do LLVM=$(LLVM) sh mk/$$d.sh > docs/$$d.md; done
	$(Q)$(H)/tess manifest --docs > docs/manifest.md

## doctor: what is wrong with this machine's set-up, and why
doctor:
	@LLVM=$(LLVM) sh mk/doctor.sh

## fresh: ./test in a minimal Debian 12 made for the purpose (needs root)
fresh:
	@sh mk/fresh.sh

## prove: CBMC proofs, and the planted bugs that they find [TEST=name]
.PHONY: prove long
## long: hours of fuzzing, system tests and boots [MINUTES=60] [TEST=load] [SEED=n]
long: ; @LLVM=$(LLVM) JOBS=$(JOBS) sh tests/long/run.sh $(or $(MINUTES),60) "$(MAKE)" $(TEST)
prove:
	@mkdir -p out/tap; LLVM=$(LLVM) sh tests/prove/run.sh $(JOBS) $(TEST) > out/tap/prove.tap
	@$(report) prove host out/tap/prove.tap

## clean: remove everything that was built
clean: ; rm -rf out compile_commands.json

## help: this list
help:
	@sed -n 's/^## \([^:]*\): \(.*\)/  \1\t\2/p' Makefile | expand -t 12

-include $(DEPS)
