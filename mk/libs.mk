# SPDX-License-Identifier: Apache-2.0
# The fetched libraries (mk/libs.lock), built once for each machine and for
# the host. The stamp holds a hash of everything that decides their content.

LIB_INPUTS := mk/libs.lock mk/fetch.sh mk/build-libs.sh $(wildcard mk/include/*)

out/lib/%/stamp: $(LIB_INPUTS)
	+$(Q)LLVM=$(LLVM) JOBS=$(JOBS) sh mk/build-libs.sh $*

lib_archives = $(addprefix out/lib/$1/,libfdt.a libbearssl-kernel.a) \
	$(if $(filter host,$1),,$(addprefix out/lib/$1/,builtins.a lib/libc.a))
$(foreach a,$(ARCHES) host,$(eval $(call lib_archives,$a): | out/lib/$a/stamp ;))

.PHONY: libs
libs: $(foreach a,$(ARCHES) host,out/lib/$a/stamp)
