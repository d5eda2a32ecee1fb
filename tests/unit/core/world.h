/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * core on the real kernel, on the kernel's fake machine: system calls of core's
 * code go to kernel_syscall() as its thread's. What core opens in its scratch
 * window appears there.
 */

#include <stdbool.h>
#include <stdint.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "abi/start.h"
#include "kernel/cap.h"
#include "kernel/thread.h"
#include "kernel/vspace.h"

/** Boots the kernel, and brings core's allocators up as its start does. Usable
 * as a cmocka setup. */
int world_boot(void **unused);

/** The capability at an address in core's CapNode graph, or NULL. */
struct slot *world_cap(uint64_t address);

/** The page that is mapped at an address, or NULL; its access in `access`. */
const void *world_page(struct vspace *vspace, uint64_t address,
		       uint32_t *access);

/** Bytes of an address space, page by page. */
void world_read(struct vspace *vspace, uint64_t address, void *bytes,
		size_t size);

/** System calls so far, and a sum over the machine's memory. */
extern uint64_t world_calls;
uint64_t world_sum(void);

/** What was written to the console. */
extern char world_console[];
extern size_t world_console_length;
