/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A kernel on the fake machine, booted as nano would, with core as its one
 * thread; and system calls as user code makes them. After each call every
 * invariant of the kernel's books is checked (world_check).
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <arch/fake.h>

#include "abi/start.h"
#include "kernel/cap.h"
#include "kernel/cpu.h"
#include "kernel/endpoint.h"
#include "kernel/entry.h"
#include "kernel/state.h"
#include "kernel/thread.h"
#include "kernel/vspace.h"

/** Boots; the thread that runs is core's. Usable as a cmocka setup. */
int world_boot(void **unused);

/** The two halves of it, for what happens before the kernel starts, and for
 * more CPUs than one (cpus.h). */
void world_reset(void);
void world_start(uint32_t cpus);

/** Bytes of entropy in nano's hand-over; world_reset() makes it 32. */
extern uint32_t world_entropy;

/** core's thread, CapNode and information page. */
struct thread *world_core(void);
struct capnode *world_node(void);
const struct core_info *world_info(void);

/** The thread that runs on the first CPU. */
struct thread *world_current(void);

/** An empty slot of core's node, another one at each call. */
uint64_t world_slot(void);

/** A system call of the running thread; returns what is in its status
 * register afterwards, which is only the status if it did not block. */
status_t world_verb(enum abi_verb verb, uint64_t capability, uint64_t label,
		    uint64_t info);

/** CALL with words, each an uint64_t. */
#define world_call(capability, method, ...)                            \
	world_invoke(capability, method,                               \
		     sizeof((uint64_t[]){ 0, ##__VA_ARGS__ }) / 8 - 1, \
		     (const uint64_t[8 + 1]){ 0, ##__VA_ARGS__ })
status_t world_invoke(uint64_t capability, uint64_t method, uint64_t count,
		      const uint64_t *words);

/** CALL with a word or none, as a thread makes it that is interrupted after its first
 * step: KERNEL_RESTART if there are more. */
status_t world_step(uint64_t capability, uint64_t method, uint64_t count,
		    uint64_t word);

/** Word of the running thread's message. */
uint64_t world_word(unsigned int index);

/** Retypes one object out of core's largest Untyped into a fresh slot. */
uint64_t world_make(enum abi_object_type type, uint64_t size_bits);

/** A thread with a CapNode of 16 slots and an address space of its own, ready
 * and in a queue; its node's slot in core's node in `node` if not NULL. */
struct thread *world_thread(uint64_t *node, uint64_t *thread_slot);

/** Makes `thread` the running one, by yields. */
void world_run(struct thread *thread);

/** The running thread raises an exception; the thread to run next. */
struct thread *world_fault(struct thread *thread, const struct fault *fault);

/** A number for all memory but the thread that runs. */
uint64_t world_memory_hash(void);

/** All invariants of slots, trees, queues and replies. */
void world_check(void);
