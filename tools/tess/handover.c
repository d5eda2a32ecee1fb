/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where capabilities can get to that are handed over: along routes with
 * `grant`, in both directions. The capsules that such routes connect are an
 * island. Whatever one of them offers with `delegation` counts as a route of
 * each other one, however far it may really go, so that a boundary that is
 * proved here holds whatever the programs do.
 */

#include <string.h>

#include "abi/manifest.h"
#include "tess/model.h"

bool model_grants(const struct use *use)
{
	return use->grant.text != NULL && strcmp(use->grant.text, "true") == 0;
}

/* The islands, each named by its first capsule. Numbers only get smaller. */
static void find_islands(const struct model *model, uint32_t *island)
{
	bool changed = true;

	for (uint32_t i = 0; i < model->capsule_count; i++) {
		island[i] = i;
	}
	while (changed) {
		changed = false;
		for (uint32_t i = 0; i < model->capsule_count; i++) {
			const struct capsule *client = &model->capsules[i];

			for (uint32_t k = 0; k < client->use_count; k++) {
				const struct use *use = &client->uses[k];

				if (use->server == NULL || !model_grants(use)) {
					continue;
				}
				uint32_t *other =
					&island[use->server - model->capsules];
				uint32_t *higher =
					island[i] > *other ? &island[i] : other;
				changed = changed || island[i] != *other;
				*higher =
					island[i] < *other ? island[i] : *other;
			}
		}
	}
}

/* Every service that others of its island can hand to a capsule. */
static void connect(struct arena *arena, struct model *model,
		    const uint32_t *island, uint32_t index)
{
	struct capsule *capsule = &model->capsules[index];
	uint32_t most = 0;

	for (uint32_t i = 0; i < model->capsule_count; i++) {
		most += model->capsules[i].offer_count;
	}
	capsule->handed = arena_alloc(arena, most, sizeof(struct use));
	for (uint32_t i = 0; i < model->capsule_count; i++) {
		struct capsule *server = &model->capsules[i];

		if (i == index || island[i] != island[index]) {
			continue;
		}
		for (uint32_t k = 0; k < server->offer_count; k++) {
			struct offer *offer = &server->offers[k];

			if (offer->delegation.value == 0) {
				continue;
			}
			capsule->handed[capsule->handed_count++] = (struct use){
				.at = offer->delegation.at,
				.service = offer->name,
				.from = server->name,
				.server = server,
				.offer = offer,
			};
		}
	}
}

/* A route that nothing can be handed over on. */
static void check_grants(struct diags *diags, const struct capsule *capsule)
{
	for (uint32_t i = 0; i < capsule->use_count; i++) {
		const struct use *use = &capsule->uses[i];

		if (use->server == NULL || !model_grants(use) ||
		    capsule->handed_count > 0 ||
		    use->server->handed_count > 0) {
			continue;
		}
		struct diag *diag = diag_add(
			diags, DIAG_NOTHING_TO_HAND, use->grant.at,
			"there is nothing that '%s' and '%s' could hand over",
			capsule->name.text, use->server->name.text);
		diag->found = "grant: true";
		diag->expected =
			"an offer with `delegation` of a capsule that routes "
			"with `grant` lead to";
	}
}

/* A service that there is nobody to hand to. */
static void check_delegation(struct diags *diags, const struct capsule *server,
			     bool alone)
{
	for (uint32_t i = 0; i < server->offer_count; i++) {
		const struct offer *offer = &server->offers[i];

		if (offer->delegation.value == 0 || !alone) {
			continue;
		}
		struct diag *diag = diag_add(
			diags, DIAG_NOBODY_TO_HAND, offer->delegation.at,
			"there is nobody whom '%s' could hand '%s' to",
			server->name.text, offer->name.text);
		diag->found = arena_printf(
			diags->arena, "delegation: %llu",
			(unsigned long long)offer->delegation.value);
		diag->expected = arena_printf(
			diags->arena, "a use of or by '%s' with grant: true",
			server->name.text);
	}
}

void handover_check(struct diags *diags, struct model *model)
{
	uint32_t island[MANIFEST_CAPSULE_LIMIT] = { 0 };
	uint32_t size[MANIFEST_CAPSULE_LIMIT] = { 0 };
	bool broken = false;

	find_islands(model, island);
	for (uint32_t i = 0; i < model->capsule_count; i++) {
		connect(diags->arena, model, island, i);
		size[island[i]]++;
		broken = broken || model->capsules[i].broken;
	}
	/* What cannot be read may be what is missing. */
	for (uint32_t i = 0; i < model->capsule_count && !broken; i++) {
		check_grants(diags, &model->capsules[i]);
		check_delegation(diags, &model->capsules[i],
				 size[island[i]] == 1);
	}
}
