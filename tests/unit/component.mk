# SPDX-License-Identifier: Apache-2.0
# core is tested on the real kernel, which runs on its fake machine.
unit.uses.core := kernel
unit.cflags.core := -Ikernel/include -Ikernel/arch/fake/include
# The kernel beside a model of it: the more operations the better, so -O2.
unit.uses.model := kernel
unit.cflags.model := -Ikernel/include -Ikernel/arch/fake/include -Itests/unit/kernel -O2
