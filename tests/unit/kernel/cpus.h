/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Several CPUs on the fake machine. The test itself is the first one; each
 * other one is a host thread whenever it is inside the kernel. Only one of them
 * runs at a time, and it runs until it leaves the kernel or waits for another
 * CPU: then the test goes on. So every interleaving that the kernel's lock
 * permits can be played, and is the same each time.
 */

#include "world.h"

/** Boots with so many CPUs; the others idle. */
void cpus_boot(uint32_t count);

/** Ends the host threads. Usable as a cmocka teardown. */
int cpus_end(void **unused);

/** Has a CPU enter the kernel. Each returns when it has left again or, if it is
 * not the first one, waits. */
void cpus_syscall(uint32_t cpu, enum abi_verb verb, uint64_t capability,
		  uint64_t label, uint64_t info);
void cpus_fault(uint32_t cpu, const struct fault *fault);
void cpus_timer(uint32_t cpu);

/** The same, but only when the CPU is next given the opportunity, while the
 * test or another CPU waits; before any interrupt. */
void cpus_plan_syscall(uint32_t cpu, enum abi_verb verb, uint64_t capability,
		       uint64_t label, uint64_t info);
void cpus_plan_fault(uint32_t cpu, const struct fault *fault);

/** Called for a CPU outside of the kernel while another one waits: true if it
 * had it enter. NULL: it then only takes interrupts. */
extern bool (*cpus_chance)(uint32_t cpu);

/** Takes the interrupt that other CPUs sent. */
void cpus_interrupt(uint32_t cpu);

/** Whether it waits for another one inside the kernel. */
bool cpus_is_inside(uint32_t cpu);

/** Lets it look once whether its waiting has ended. */
void cpus_step(uint32_t cpu);

/** Lets all CPUs go on and takes all interrupts, until none is inside the
 * kernel and none is pending; then checks the world. */
void cpus_settle(void);

/** Thread that runs on a CPU. */
struct thread *cpus_current(uint32_t cpu);
