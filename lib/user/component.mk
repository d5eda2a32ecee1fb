# SPDX-License-Identifier: Apache-2.0
# What programs above the kernel are linked with. `ipc` is the message verbs
# and the entry code, all that core uses; `user` adds the C library's floor and
# the capsule's surroundings.
ipc.srcs := lib/user/ipc.c lib/user/caps.c lib/user/status.c
ipc.srcs.x86_64 := lib/user/arch/x86_64/crt0.S lib/user/arch/x86_64/syscall.c
ipc.srcs.aarch64 := lib/user/arch/aarch64/crt0.S lib/user/arch/aarch64/syscall.c
user.srcs := $(ipc.srcs) $(addprefix lib/user/,start.c stdio.c memory.c core.c)
user.srcs.x86_64 := $(ipc.srcs.x86_64)
user.srcs.aarch64 := $(ipc.srcs.aarch64)
# Hosted: there is a C library. No builtins, because the compiler would believe
# that malloc leaves errno alone, which here is a plain thread-local variable.
capsule.cflags := -fhosted -fno-builtin
