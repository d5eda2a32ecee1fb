/* SPDX-License-Identifier: Apache-2.0 */
/* The table of capsules, and the end of one. */

#include "core/capsule.h"

#include "common/assert.h"
#include "core/log.h"
#include "core/object.h"

static struct capsule capsules[CAPSULES_MAX];

struct capsule *capsule_at(uint64_t number)
{
	return number < CAPSULES_MAX && capsules[number].state != CAPSULE_FREE
		       ? &capsules[number]
		       : NULL;
}

uint32_t capsule_number(const struct capsule *capsule)
{
	return (uint32_t)(capsule - capsules);
}

struct capsule *capsule_find_free(void)
{
	for (uint32_t i = 0; i < CAPSULES_MAX; i++) {
		if (capsules[i].state == CAPSULE_FREE) {
			return &capsules[i];
		}
	}
	return NULL;
}

uint64_t capsule_refusals(const struct capsule *capsule)
{
	struct object_facts facts;
	status_t status = object_info(capsule->thread, &facts);

	CHECK(status == ST_OK);
	return facts.words[1];
}

void capsule_end(struct capsule *capsule, enum capsule_state state,
		 uint32_t end, uint32_t exit_status, uint64_t reason)
{
	status_t status = ST_OK;

	if (reason) {
		status = object_capsule_fail(capsule->control, reason);
	}
	CHECK(status == ST_OK);
	status = object_capsule_stop(capsule->control);
	CHECK(status == ST_OK || status == ST_BAD_STATE);
	log_flush(capsule);
	capsule->refusals = capsule_refusals(capsule);
	capsule->end = end;
	capsule->status = exit_status;
	capsule->state = state;
}

void capsule_count(uint64_t *count, uint64_t *capabilities)
{
	*count = *capabilities = 0;
	for (uint32_t i = CAPSULE_INIT + 1; i < CAPSULES_MAX; i++) {
		struct object_facts facts;
		if (capsules[i].state != CAPSULE_MADE &&
		    capsules[i].state != CAPSULE_RUNNING) {
			continue;
		}
		status_t status = object_info(capsules[i].capnode, &facts);
		CHECK(status == ST_OK);
		*count += 1;
		*capabilities += facts.words[1];
	}
}
