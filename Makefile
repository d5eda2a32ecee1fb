# SPDX-License-Identifier: Apache-2.0
# The only build file besides mk/*.mk and each component's component.mk.
# `make help` lists the targets; V=1 shows the commands.

MAKEFLAGS += --no-builtin-rules --no-builtin-variables
SHELL := /bin/sh
.DELETE_ON_ERROR:
.SECONDARY:
.DEFAULT_GOAL := all
.PHONY: all clean help

include mk/toolchain.mk
include mk/libs.mk
include mk/rules.mk

all: $(if $(filter fake,$(ARCH)),fake,$(IMAGES)) $(TOOLS)
	@$(MAKE) --no-print-directory compile_commands.json

clean: ; rm -rf out compile_commands.json

-include $(DEPS)
