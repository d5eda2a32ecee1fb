/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "common/types.h"

/* The status of a run that nano itself ends: a check of its own failed, boot
 * handed over nonsense, or the kernel is beyond help. */
#define POWER_STATUS_NANO 126

/** The run is being ended: no CPU has the kernel's world any more, and one that
 * faults there stops. */
extern bool power_ending;

struct cpu;

/** The CPU that found nano broken and ends the run, or NULL. */
extern struct cpu *power_breaker;

/**
 * Takes every other CPU out of the kernel's world, prints "tessera: off
 * status=N", always the last line, and switches off. The first of several
 * callers decides; the others stop.
 */
_Noreturn void power_off(uint32_t status);

/** Prints "nano: " and a phrase (fmt.h), then ends with POWER_STATUS_NANO. */
_Noreturn void power_fail(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/**
 * The same for what is broken in nano itself. It may be called from anywhere,
 * so it takes no lock: it takes memory from the kernel's world on every CPU,
 * writes to the device and switches off. Of several CPUs the first ends the run.
 */
_Noreturn void power_broken(const char *format, ...)
	__attribute__((format(printf, 1, 2)));
