/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Tests of the kernel on several CPUs. Each is written so that it fails, or
 * does not end, when the kernel does not tell the other CPUs or does not wait
 * for them. Each leaves no thread running but the first, and needs at least two
 * CPUs.
 */

#include "tests/system/root/root.h"

#define CPUS_MAX 8

/** CPUs that the tests use. */
extern uint64_t cpus;

/** Taking threads off other CPUs, and what they have in registers (stop.c). */
void test_suspend(void);
void test_running_is_left_alone(void);
void test_suspend_calls(void);
void test_registers(void);

/** Translations (memory.c). */
void test_unmap(void);
void test_unmap_written(void);
void test_waiting_for_each_other(void);

/** Leaves threads on all CPUs in and below the kernel; the machine must be able
 * to end all the same. */
void leave_all_busy(void);

/** Messages from CPU to CPU (messages.c). */
void test_order(void);
void test_wake(void);
void test_ping_pong(void);
void test_one_server(void);
void test_refusals(void);
