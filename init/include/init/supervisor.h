/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* core's supervisor service (abi/protocol/core.h) as functions. Each returns
 * the status core answered, or the kernel's if the call was refused. */

#include <stdint.h>

#include "abi/protocol/core.h"
#include "abi/status.h"

/** Finds the route to it; false if init was not given one. */
_Bool supervisor_open(void);

struct supervisor_quota {
	uint64_t memory_bytes, virtual_bytes;
	uint32_t cap_slots;
	_Bool holds_capnode;
};

status_t supervisor_create(const char *name, const char *image,
			   const struct supervisor_quota *quota,
			   uint64_t *handle);
status_t supervisor_offer(uint64_t server, const char *name,
			  uint32_t delegation, uint32_t ops, uint64_t *service);

struct supervisor_route {
	uint64_t client, service;
	uint32_t ops;
	uint64_t badge;
	_Bool grant;
};

status_t supervisor_route(const struct supervisor_route *route,
			  const char *name);
status_t supervisor_start(uint64_t handle);

/** How a capsule ended. */
struct supervisor_event {
	uint64_t handle;
	uint32_t end; /* enum supervisor_end */
	uint32_t status;
	uint64_t refusals;
};

status_t supervisor_wait(struct supervisor_event *event);
status_t supervisor_stop(uint64_t handle, uint64_t *refusals);

struct supervisor_counts {
	uint64_t capsules, capabilities, refusals;
};

status_t supervisor_count(struct supervisor_counts *counts);
status_t supervisor_operational(uint64_t capsules, uint64_t capabilities);
_Noreturn void supervisor_power_off(uint32_t status);
