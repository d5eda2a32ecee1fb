/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The compiled form of a manifest. Input order does not matter except where it
 * has a meaning (rights, start order): capsules, offers and uses are sorted by
 * name, and equal strings are stored once.
 */

#include <stdlib.h>
#include <string.h>

#include "abi/manifest.h"
#include "common/assert.h"
#include "common/manifest.h"
#include "tess/model.h"

/* Strings of the pool, found again through a hash table of their offsets. */
struct pool {
	struct arena *arena;
	char *text;
	uint32_t size;
	uint32_t *slots; /* offsets, 0 for free */
	uint32_t slot_count;
};

static uint32_t hash(const char *text)
{
	uint32_t value = 2166136261u; /* FNV-1a */

	for (; *text != '\0'; text++) {
		value = (value ^ (unsigned char)*text) * 16777619u;
	}
	return value;
}

static uint32_t pool_add(struct pool *pool, const char *text)
{
	uint32_t slot = hash(text) & (pool->slot_count - 1);

	while (pool->slots[slot] != 0) {
		if (strcmp(pool->text + pool->slots[slot], text) == 0) {
			return pool->slots[slot];
		}
		slot = (slot + 1) & (pool->slot_count - 1);
	}

	uint32_t offset = pool->size;
	uint32_t length = (uint32_t)strlen(text) + 1;
	memcpy(pool->text + offset, text, length);
	pool->size += length;
	pool->slots[slot] = offset;
	return offset;
}

/* What the tables will hold, and room for the strings, all different. */
struct sizes {
	uint32_t capsules, offers, rights, uses, strings;
	uint32_t string_bytes;
};

static void count_word(struct sizes *sizes, const char *text)
{
	sizes->strings++;
	sizes->string_bytes += (uint32_t)strlen(text) + 1;
}

static struct sizes measure(const struct model *model)
{
	struct sizes sizes = { .capsules = model->capsule_count };

	count_word(&sizes, model->system.text);
	for (uint32_t c = 0; c < model->capsule_count; c++) {
		const struct capsule *capsule = &model->capsules[c];

		count_word(&sizes, capsule->name.text);
		count_word(&sizes, capsule->image.text);
		sizes.offers += capsule->offer_count;
		sizes.uses += capsule->use_count;
		for (uint32_t i = 0; i < capsule->offer_count; i++) {
			const struct offer *offer = &capsule->offers[i];

			count_word(&sizes, offer->name.text);
			sizes.rights += offer->rights.count;
			for (uint32_t k = 0; k < offer->rights.count; k++) {
				count_word(&sizes, offer->rights.items[k].text);
			}
		}
		for (uint32_t i = 0; i < capsule->use_count; i++) {
			count_word(&sizes, capsule->uses[i].reason.text);
		}
	}
	return sizes;
}

static int compare_capsules(const void *left, const void *right)
{
	const struct capsule *const *a = left;
	const struct capsule *const *b = right;

	return strcmp((*a)->name.text, (*b)->name.text);
}

static int compare_offers(const void *left, const void *right)
{
	const struct offer *const *a = left;
	const struct offer *const *b = right;

	return strcmp((*a)->name.text, (*b)->name.text);
}

static int compare_uses(const void *left, const void *right)
{
	const struct use *const *a = left;
	const struct use *const *b = right;

	return strcmp((*a)->service.text, (*b)->service.text);
}

/* The tables being filled, and who stands where in them. */
struct output {
	struct pool pool;
	struct manifest_header header;
	struct manifest_capsule *capsules;
	struct manifest_offer *offers;
	uint32_t *rights;
	struct manifest_use *uses;
	uint32_t *start_order;
	const struct capsule **sorted;
	const struct offer **offer_at; /* model's offer of each table row */
};

static uint32_t place_of_capsule(const struct output *out,
				 const struct capsule *capsule)
{
	uint32_t i = 0;

	while (out->sorted[i] != capsule) {
		i++;
	}
	return i;
}

static uint32_t place_of_offer(const struct output *out,
			       const struct offer *offer)
{
	uint32_t i = 0;

	while (out->offer_at[i] != offer) {
		i++;
	}
	return i;
}

static uint32_t lifetime_of(const struct capsule *capsule)
{
	if (capsule->lifetime.text != NULL) {
		return strcmp(capsule->lifetime.text, "daemon") == 0
			       ? MANIFEST_LIFETIME_DAEMON
			       : MANIFEST_LIFETIME_PROGRAM;
	}
	return capsule->offer_count > 0 ? MANIFEST_LIFETIME_DAEMON
					: MANIFEST_LIFETIME_PROGRAM;
}

static void put_offers(struct output *out, uint32_t row)
{
	const struct capsule *capsule = out->sorted[row];
	const struct offer **sorted = arena_alloc(
		out->pool.arena, capsule->offer_count, sizeof(struct offer *));

	for (uint32_t i = 0; i < capsule->offer_count; i++) {
		sorted[i] = &capsule->offers[i];
	}
	qsort(sorted, capsule->offer_count, sizeof(*sorted), compare_offers);
	for (uint32_t i = 0; i < capsule->offer_count; i++) {
		uint32_t at = out->header.offer_count++;

		out->offer_at[at] = sorted[i];
		out->offers[at] = (struct manifest_offer){
			.capsule = row,
			.name = pool_add(&out->pool, sorted[i]->name.text),
			.first_right = out->header.right_count,
			.right_count = sorted[i]->rights.count,
			.delegation = (uint32_t)sorted[i]->delegation.value,
		};
		for (uint32_t k = 0; k < sorted[i]->rights.count; k++) {
			out->rights[out->header.right_count++] = pool_add(
				&out->pool, sorted[i]->rights.items[k].text);
		}
	}
}

static void put_uses(struct output *out, uint32_t row)
{
	const struct capsule *capsule = out->sorted[row];
	const struct use **sorted = arena_alloc(
		out->pool.arena, capsule->use_count, sizeof(struct use *));

	for (uint32_t i = 0; i < capsule->use_count; i++) {
		sorted[i] = &capsule->uses[i];
	}
	qsort(sorted, capsule->use_count, sizeof(*sorted), compare_uses);
	for (uint32_t i = 0; i < capsule->use_count; i++) {
		out->uses[out->header.use_count++] = (struct manifest_use){
			.capsule = row,
			.offer = place_of_offer(out, sorted[i]->offer),
			.ops = sorted[i]->ops,
			.grant = model_grants(sorted[i]),
			.reason = pool_add(&out->pool, sorted[i]->reason.text),
		};
	}
}

static void put_capsule(struct output *out, uint32_t row)
{
	const struct capsule *capsule = out->sorted[row];
	uint32_t first_offer = out->header.offer_count;

	put_offers(out, row);
	out->header.memory_bytes += capsule->memory.value;
	out->capsules[row] = (struct manifest_capsule){
		.name = pool_add(&out->pool, capsule->name.text),
		.image = pool_add(&out->pool, capsule->image.text),
		.class = MANIFEST_CLASS_DEFAULT,
		.lifetime = lifetime_of(capsule),
		.memory_bytes = capsule->memory.value,
		.virtual_bytes = capsule->virtual_size.value,
		.cap_slots = (uint32_t)capsule->caps.value,
		.first_offer = first_offer,
		.offer_count = capsule->offer_count,
		.use_count = capsule->use_count,
	};
}

static struct output open_output(struct arena *arena, const struct sizes *sizes)
{
	uint32_t slot_count = 64;

	while (slot_count < 2 * sizes->strings) {
		slot_count *= 2;
	}
	return (struct output){
		.pool = { .arena = arena,
			  .text = arena_alloc(arena, sizes->string_bytes + 1,
					      1),
			  .size = 1,
			  .slots = arena_alloc(arena, slot_count,
					       sizeof(uint32_t)),
			  .slot_count = slot_count },
		.capsules = arena_alloc(arena, sizes->capsules,
					sizeof(struct manifest_capsule)),
		.offers = arena_alloc(arena, sizes->offers,
				      sizeof(struct manifest_offer)),
		.rights = arena_alloc(arena, sizes->rights, sizeof(uint32_t)),
		.uses = arena_alloc(arena, sizes->uses,
				    sizeof(struct manifest_use)),
		.start_order =
			arena_alloc(arena, sizes->capsules, sizeof(uint32_t)),
		.sorted = arena_alloc(arena, sizes->capsules,
				      sizeof(struct capsule *)),
		.offer_at = arena_alloc(arena, sizes->offers,
					sizeof(struct offer *)),
	};
}

static void append(struct bytes *bytes, const void *data, size_t size)
{
	if (size != 0) {
		memcpy(bytes->data + bytes->size, data, size);
		bytes->size += size;
	}
}

/* Header, tables and pool behind each other, as abi/manifest.h draws it. */
static struct bytes join(struct output *out)
{
	struct manifest_header *h = &out->header;
	size_t capsules = h->capsule_count * sizeof(*out->capsules);
	size_t offers = h->offer_count * sizeof(*out->offers);
	size_t rights = h->right_count * sizeof(*out->rights);
	size_t uses = h->use_count * sizeof(*out->uses);
	size_t order = h->capsule_count * sizeof(*out->start_order);
	size_t total = (sizeof(*h) + capsules + offers + rights + uses + order +
			h->string_size + 7) &
		       ~(size_t)7;
	struct bytes bytes = { arena_alloc(out->pool.arena, total, 1), 0 };

	h->total_size = total;
	append(&bytes, h, sizeof(*h));
	append(&bytes, out->capsules, capsules);
	append(&bytes, out->offers, offers);
	append(&bytes, out->rights, rights);
	append(&bytes, out->uses, uses);
	append(&bytes, out->start_order, order);
	append(&bytes, out->pool.text, h->string_size);
	bytes.size = total;
	return bytes;
}

struct bytes model_compile(struct arena *arena, const struct model *model)
{
	struct sizes sizes = measure(model);
	struct output out = open_output(arena, &sizes);

	out.header = (struct manifest_header){
		.magic = MANIFEST_MAGIC,
		.version = MANIFEST_VERSION,
		.system = pool_add(&out.pool, model->system.text),
		.capsule_count = model->capsule_count,
	};
	for (uint32_t i = 0; i < model->capsule_count; i++) {
		out.sorted[i] = &model->capsules[i];
	}
	qsort(out.sorted, model->capsule_count, sizeof(*out.sorted),
	      compare_capsules);
	for (uint32_t i = 0; i < model->capsule_count; i++) {
		put_capsule(&out, i);
	}
	/* Uses name offers by their place, so all offers come first. */
	for (uint32_t i = 0; i < model->capsule_count; i++) {
		out.capsules[i].first_use = out.header.use_count;
		put_uses(&out, i);
		out.start_order[i] =
			place_of_capsule(&out, model->start_order[i]);
	}
	out.header.string_size = out.pool.size;
	struct bytes bytes = join(&out);

	/* Ours to get right: what we write must pass what init will check. */
	struct manifest_view view;
	CHECK(manifest_check(bytes.data, bytes.size, &view) == MANIFEST_OK);
	return bytes;
}
