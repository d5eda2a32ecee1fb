/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Where everything lies in virtual memory, on both machines. The counting
 * plugin and the debugger tell the floors apart by these ranges. Plain
 * numbers without suffixes of C, so that link scripts and assembly read them.
 *
 * Half-open ranges. User code and data: [USER_START, USER_END).
 * The kernel sees all RAM that nano leaves it in one window of 2 MiB pages,
 * never executable and without the kernel's own image; the image is mapped
 * once, at KERNEL_BASE. nano likewise: a window onto the RAM that is not its
 * own, and its image with its pool behind it at NANO_BASE. So nothing that can
 * be executed is mapped writable anywhere.
 */
#define ABI_PAGE_BITS  12
#define ABI_PAGE_SIZE  0x1000
#define ABI_LARGE_BITS 21 /* what a last-but-one table entry maps */
#define ABI_LARGE_SIZE 0x200000
#define ABI_HUGE_BITS  30 /* what an entry of the table above that maps */

#define USER_START 0x200000
#define USER_END   0x7ffffffff000 /* 2^47 - 4096 */

#define KERNEL_WINDOW     0xffff800000000000
#define KERNEL_WINDOW_END 0xffffc00000000000
#define KERNEL_BASE       0xffffffff80000000
#define KERNEL_END        0xffffffffc0000000

/* nano has an address space of its own: on AMD the host's, on Arm EL2's, which
 * has no upper half. */
#define NANO_WINDOW       0x0000400000000000
#define NANO_WINDOW_END   0x0000800000000000
#define NANO_BASE_X86_64  0xffffffffc0000000
#define NANO_BASE_AARCH64 0x0000ffffc0000000
#define NANO_SPAN         0x40000000 /* 1 GiB behind either base */

/* core is placed by the kernel; what the kernel maps for it beside its image. */
#define CORE_BASE       0x400000
#define CORE_INFO       0x10000000 /* struct core_info, read-only, one page */
#define CORE_BUFFER     0x10001000 /* its message buffer */
#define CORE_STACK_END  0x1fff0000 /* grows down, CORE_STACK_SIZE bytes */
#define CORE_STACK_SIZE 0x10000
#define CORE_ARCHIVE    0x20000000 /* the boot archive, read-only */
