/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where in the model each key of the schema goes: the only code of the walk
 * that knows keys one by one.
 */

#include "reader.h"

#include "common/assert.h"

/* The model's place for a row's words; null if it keeps none there. */
static struct word *word_slot(struct reader *reader, enum schema_id id)
{
	switch (id) {
	case KEY_SYSTEM:
		return &reader->model->system;
	case KEY_IMAGE:
		return &reader->capsule->image;
	case KEY_LIFETIME:
		return &reader->capsule->lifetime;
	case KEY_USE_SERVICE:
		return &reader->use->service;
	case KEY_USE_FROM:
		return &reader->use->from;
	case KEY_USE_REASON:
		return &reader->use->reason;
	case KEY_USE_GRANT:
		return &reader->use->grant;
	default:
		return NULL;
	}
}

static struct words *words_slot(struct reader *reader, enum schema_id id)
{
	switch (id) {
	case KEY_OFFER_RIGHTS:
	case KEY_OFFER_RIGHT:
		return &reader->offer->rights;
	case KEY_OFFER_TO:
	case KEY_OFFER_TO_NAME:
		return &reader->offer->to;
	case KEY_USE_RIGHTS:
	case KEY_USE_RIGHT:
		return &reader->use->rights;
	case KEY_NEVER:
	case KEY_NEVER_PATTERN:
		return &reader->capsule->never;
	default:
		return NULL;
	}
}

static struct number *number_slot(struct reader *reader, enum schema_id id)
{
	switch (id) {
	case KEY_MEMORY:
		return &reader->capsule->memory;
	case KEY_VIRTUAL:
		return &reader->capsule->virtual_size;
	case KEY_CAPS:
		return &reader->capsule->caps;
	case KEY_OFFER_DELEGATION:
		return &reader->offer->delegation;
	default:
		return NULL;
	}
}

void store_word(struct reader *reader, const struct spot *spot)
{
	/* The model outlives the document. */
	struct word word = { arena_printf(reader->arena, "%s",
					  yaml_text(spot->node)),
			     yaml_place(spot->node), spot->key };
	struct word *slot = word_slot(reader, spot->row->id);
	struct words *list = words_slot(reader, spot->row->id);

	if (slot != NULL) {
		*slot = word;
	} else if (list != NULL) {
		list->items[list->count++] = word;
	}
}

void store_number(struct reader *reader, const struct spot *spot,
		  uint64_t value)
{
	struct number *slot = number_slot(reader, spot->row->id);

	if (slot != NULL) {
		*slot = (struct number){ value, yaml_place(spot->node) };
	}
}

void open_container(struct reader *reader, const struct spot *spot,
		    uint32_t count)
{
	struct arena *arena = reader->arena;
	struct words *list = words_slot(reader, spot->row->id);

	if (list != NULL) {
		list->items = arena_alloc(arena, count, sizeof(struct word));
	}
	switch (spot->row->id) {
	case KEY_CAPSULES:
		reader->model->capsules =
			arena_alloc(arena, count, sizeof(struct capsule));
		break;
	case KEY_OFFERS:
		reader->capsule->offers =
			arena_alloc(arena, count, sizeof(struct offer));
		break;
	case KEY_USES:
		reader->capsule->uses =
			arena_alloc(arena, count, sizeof(struct use));
		reader->capsule->uses_key = spot->key;
		break;
	case KEY_OFFER_TO:
		CHECK(reader->offer != NULL);
		reader->offer->restricted = true;
		reader->offer->to_key = spot->key;
		break;
	default:
		break;
	}
}

void open_entry(struct reader *reader, const struct spot *spot,
		struct word name)
{
	switch (spot->row->id) {
	case KEY_CAPSULE:
		reader->capsule =
			&reader->model
				 ->capsules[reader->model->capsule_count++];
		reader->capsule->name = name;
		break;
	case KEY_OFFER:
		reader->offer =
			&reader->capsule
				 ->offers[reader->capsule->offer_count++];
		reader->offer->name = name;
		break;
	case KEY_USE:
		reader->use =
			&reader->capsule->uses[reader->capsule->use_count++];
		reader->use->at = yaml_place(spot->node);
		break;
	default:
		break;
	}
}

void close_entry(struct reader *reader, const struct spot *spot, bool broken)
{
	if (spot->row->id == KEY_CAPSULE) {
		reader->capsule->broken = broken;
	} else if (spot->row->id == KEY_OFFER) {
		reader->offer->broken = broken;
	}
}
