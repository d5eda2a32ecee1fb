/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Failing on demand. A point is a place in the kernel that calls a function
 * which may fail; which functions and points there are is read from a table that
 * points.awk makes of the program itself.
 */

#include <stdbool.h>
#include <stdint.h>

struct model_message;

/** The message of a system call, into the registers of the running thread. */
void fail_message(const struct model_message *message);

/** The running thread makes the call that is in its registers, once for each
 * function that may fail in one step of it, and that fails then; and then once
 * without. True if the call is not done by that step, and is to be run again:
 * then the world is in between. */
bool fail_everywhere(void);

/** So often something failed. */
extern uint64_t fail_count;

#define INJECT_DEEP 512 /* functions that may fail entered in one call */

/** Reads the table. */
void inject_load(const char *path);

/** Counts the functions that may fail from here on, and lets the one with that
 * number, from 1 on, fail with a status; 0: none. */
void inject_arm(uint32_t which, uint64_t status);

/** Ends that: how many were entered. */
uint32_t inject_disarm(void);

/** Whether a function of that name was entered since inject_arm(), before the
 * one that failed. */
bool inject_was_in(const char *function);

/** Whether the one that failed has that name. */
bool inject_is_at(const char *function);

/** Whether what failed returns a status, which its callers then hand on. */
bool inject_is_status(void);

/** What failed, for people. */
const char *inject_failed(void);

/** Prints points that never failed, each with the reason that the file gives for
 * it, and how many did; false if one has no reason, or did fail and has one. */
bool inject_report(const char *reasons);

/** Called as every function of the kernel begins: a value that the function
 * returns at once, or -1. */
int64_t inject_entered(uint64_t in_function, uint64_t in_caller);
