# SPDX-License-Identifier: Apache-2.0
# core is tested on the real kernel, which runs on its fake machine.
unit.uses.core := kernel
unit.cflags.core := -Ikernel/include -Ikernel/arch/fake/include
