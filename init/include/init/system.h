/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The system as init knows it: the manifest, and for each of its capsules what
 * has become of it. Capsules and offers are named by their indices there.
 */

#include <stdbool.h>
#include <stdint.h>

#include "common/manifest.h"
#include "init/supervisor.h"

enum member_state {
	MEMBER_MISSING, /* refused, or not made because of one that was */
	MEMBER_MADE,
	MEMBER_RUNNING,
	MEMBER_ENDED,
};

struct member {
	enum member_state state;
	uint64_t handle;
	uint64_t refusals;
};

struct system {
	struct manifest_view manifest;
	struct member members[MANIFEST_CAPSULE_LIMIT];
	uint32_t programs_running; /* capsules whose end ends the run */
	uint64_t refusals;         /* of all that ended */
	bool failed;               /* the run's exit status will be 1 */
};

static inline const char *system_name(const struct system *system,
				      uint32_t capsule)
{
	return manifest_string(
		&system->manifest,
		manifest_capsule(&system->manifest, capsule)->name);
}

static inline uint32_t system_count(const struct system *system)
{
	return system->manifest.header->capsule_count;
}

static inline bool system_is_program(const struct system *system,
				     uint32_t capsule)
{
	return manifest_capsule(&system->manifest, capsule)->lifetime ==
	       MANIFEST_LIFETIME_PROGRAM;
}

/** Makes every capsule of the manifest with its offers and routes, servers
 * first; says which were refused. */
void system_build(struct system *system);

/** Starts what was made, in the same order. */
void system_start(struct system *system);

/** Follows the run until its last program has ended, then stops the rest,
 * clients first, and prints the sums. */
void system_watch(struct system *system);
