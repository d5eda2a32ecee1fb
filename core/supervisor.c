/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The service that init alone has: making capsules, connecting them, starting
 * and stopping them, and being told when one ends. Handles are numbers of
 * capsules; that of init itself is none.
 */

#include "core/server.h"

#include <string.h>

#include "common/assert.h"
#include "core/log.h"
#include "core/object.h"

#define NAME_WORDS (START_NAME_MAX / 8)

static const struct archive_view *archive;

void supervisor_init(const struct archive_view *view)
{
	archive = view;
}

static struct capsule *handle(uint64_t number)
{
	struct capsule *capsule = capsule_of(number);

	return capsule && capsule_number(capsule) != CAPSULE_INIT ? capsule
								  : NULL;
}

/* A name from the words of a message: bytes and zeros. False if it is not ended
 * by one. */
static bool take_name(const struct tess_message *message, uint32_t word,
		      char name[START_NAME_MAX])
{
	return tess_get_bytes(message, word, name, START_NAME_MAX) &&
	       name[START_NAME_MAX - 1] == 0;
}

static status_t do_create(struct tess_message *message)
{
	char name[START_NAME_MAX], image[START_NAME_MAX];
	struct capsule *made;

	if (message->length != 4 + 2 * NAME_WORDS || message->words[3] > 1 ||
	    message->words[2] > UINT32_MAX || !take_name(message, 4, name) ||
	    !take_name(message, 4 + NAME_WORDS, image)) {
		return ST_BAD_ARGUMENT;
	}
	const struct archive_entry *entry = archive_find(archive, image);
	if (!entry || entry->type != ARCHIVE_TYPE_CAPSULE) {
		return ST_NOT_FOUND;
	}
	status_t status = capsule_create(
		&(struct capsule_plan){
			.name = name,
			.image = archive_bytes(archive, entry),
			.image_size = entry->size,
			.image_name = image,
			.memory_bytes = message->words[0],
			.virtual_bytes = message->words[1],
			.cap_slots = (uint32_t)message->words[2],
			.holds_capnode = message->words[3] != 0,
		},
		&made);
	if (status == ST_OK) {
		message->words[0] = capsule_handle(made);
	}
	return status;
}

static status_t do_offer(struct tess_message *message)
{
	struct capsule *capsule = handle(message->words[0]);
	char name[START_NAME_MAX];

	if (message->length != 3 + NAME_WORDS || !take_name(message, 3, name) ||
	    message->words[1] > UINT32_MAX || message->words[2] > UINT32_MAX) {
		return ST_BAD_ARGUMENT;
	}
	return capsule ? capsule_offer(capsule, name,
				       (uint32_t)message->words[1],
				       (uint32_t)message->words[2],
				       &message->words[0])
		       : ST_NOT_FOUND;
}

static status_t do_route(const struct tess_message *message)
{
	struct capsule *client = handle(message->words[0]);
	char name[START_NAME_MAX];

	if (message->length != 5 + NAME_WORDS || !take_name(message, 5, name) ||
	    message->words[2] > UINT32_MAX || message->words[4] > 1) {
		return ST_BAD_ARGUMENT;
	}
	const struct route_limits limits = {
		.ops = (uint32_t)message->words[2],
		.badge = message->words[3],
		.grant = message->words[4] != 0,
	};
	return client ? capsule_route(client, message->words[1], &limits, name)
		      : ST_NOT_FOUND;
}

static status_t do_start(const struct tess_message *message)
{
	struct capsule *capsule = handle(message->words[0]);

	if (message->length != 1) {
		return ST_BAD_ARGUMENT;
	}
	return capsule ? capsule_start(capsule) : ST_NOT_FOUND;
}

static status_t do_stop(struct tess_message *message)
{
	struct capsule *capsule = handle(message->words[0]);

	if (message->length != 1) {
		return ST_BAD_ARGUMENT;
	}
	if (!capsule) {
		return ST_NOT_FOUND;
	}
	if (capsule->state != CAPSULE_ENDED) {
		capsule_end(capsule, 0, 0, 0);
	}
	message->words[0] = capsule->refusals;
	capsule_release(capsule);
	return ST_OK;
}

bool supervisor_tell(struct tess_message *answer)
{
	for (uint32_t i = CAPSULE_INIT + 1; i < CAPSULES_MAX; i++) {
		struct capsule *capsule = capsule_at(i);
		if (capsule && capsule->state == CAPSULE_ENDED) {
			capsule_release(capsule);
			*answer = (struct tess_message){
				.label = ST_OK,
				.length = 4,
				.words = { capsule_handle(capsule),
					   capsule->end, capsule->status,
					   capsule->refusals },
			};
			return true;
		}
	}
	return false;
}

static status_t do_operational(const struct tess_message *message)
{
	if (message->length != 2) {
		return ST_BAD_ARGUMENT;
	}
	log_line("operational: %lu capsules, %lu capabilities",
		 message->words[0], message->words[1]);
	status_t status = object_operational();
	CHECK(status == ST_OK);
	return ST_OK;
}

static status_t do_power_off(const struct tess_message *message)
{
	if (message->length != 1 || message->words[0] > 255) {
		return ST_BAD_ARGUMENT;
	}
	object_power_off((uint32_t)message->words[0]);
}

static status_t do_count(struct tess_message *message)
{
	struct object_facts facts;
	status_t status = object_info(CORE_SLOT_SYSTEM_CONTROL, &facts);

	CHECK(status == ST_OK);
	capsule_count(&message->words[0], &message->words[1]);
	message->words[2] = facts.words[0];
	return ST_OK;
}

static status_t dispatch(struct tess_message *message, uint32_t *length)
{
	*length = 1;
	switch (tess_method(message)) {
	case SUPERVISOR_create:
		return do_create(message);
	case SUPERVISOR_offer:
		return do_offer(message);
	case SUPERVISOR_route:
		return do_route(message);
	case SUPERVISOR_start:
		return do_start(message);
	case SUPERVISOR_stop:
		return do_stop(message);
	case SUPERVISOR_operational:
		return do_operational(message);
	case SUPERVISOR_power_off:
		return do_power_off(message);
	case SUPERVISOR_count:
		*length = 3;
		return do_count(message);
	default:
		return ST_NO_METHOD;
	}
}

enum answer supervisor_serve(struct tess_message *message)
{
	uint32_t length;

	if (tess_method(message) == SUPERVISOR_wait) {
		return supervisor_tell(message) ? ANSWER_NOW : ANSWER_LATER;
	}
	status_t status = dispatch(message, &length);
	message->label = status;
	message->length = status == ST_OK ? length : 0;
	return ANSWER_NOW;
}
