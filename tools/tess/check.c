/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the words of a manifest mean together: each route against the offer it
 * names, the slots and the memory against what there is.
 *
 * Nothing is reported about a part that model_read() found broken, unless the
 * fault stands in another part.
 */

#include <string.h>

#include "abi/manifest.h"
#include "tess/command.h"
#include "tess/model.h"
#include "tess/value.h"

struct capsule *model_find(const struct model *model, const char *name)
{
	for (uint32_t i = 0; i < model->capsule_count; i++) {
		if (strcmp(model->capsules[i].name.text, name) == 0) {
			return &model->capsules[i];
		}
	}
	return NULL;
}

struct offer *model_find_offer(const struct capsule *capsule, const char *name)
{
	for (uint32_t i = 0; i < capsule->offer_count; i++) {
		if (strcmp(capsule->offers[i].name.text, name) == 0) {
			return &capsule->offers[i];
		}
	}
	return NULL;
}

/* A list of names as "[a, b]". */
static const char *name_list(struct arena *arena, const struct words *words)
{
	const char *list = "";

	for (uint32_t i = 0; i < words->count; i++) {
		list = arena_printf(arena, "%s%s%s", list, i == 0 ? "" : ", ",
				    words->items[i].text);
	}
	return arena_printf(arena, "[%s]", list);
}

static bool lists(const struct words *words, const char *name)
{
	for (uint32_t i = 0; i < words->count; i++) {
		if (strcmp(words->items[i].text, name) == 0) {
			return true;
		}
	}
	return false;
}

/* Fills in expected and fix: the names there are, and the one meant. */
static void suggest(struct arena *arena, struct diag *diag, const char *found,
		    const struct words *known, const char *what)
{
	uint32_t best = 4;

	diag->found = arena_printf(arena, "'%s'", found);
	diag->expected = known->count == 0
				 ? arena_printf(arena, "there are no %s", what)
				 : arena_printf(arena, "one of the %s: %s",
						what, name_list(arena, known));
	for (uint32_t i = 0; i < known->count; i++) {
		const char *name = known->items[i].text;
		uint32_t distance = value_distance(found, name);

		if (value_is_near(found, name) && distance < best) {
			best = distance;
			diag->fix =
				arena_printf(arena, "did you mean '%s'?", name);
		}
	}
}

static struct words capsule_names(struct arena *arena,
				  const struct model *model)
{
	struct words names = {
		arena_alloc(arena, model->capsule_count, sizeof(struct word)), 0
	};

	for (uint32_t i = 0; i < model->capsule_count; i++) {
		names.items[names.count++] = model->capsules[i].name;
	}
	return names;
}

static struct words offer_names(struct arena *arena,
				const struct capsule *capsule)
{
	struct words names = {
		arena_alloc(arena, capsule->offer_count, sizeof(struct word)), 0
	};

	for (uint32_t i = 0; i < capsule->offer_count; i++) {
		names.items[names.count++] = capsule->offers[i].name;
	}
	return names;
}

static void unknown_capsule(struct diags *diags, const struct model *model,
			    const struct word *name)
{
	struct words names = capsule_names(diags->arena, model);
	struct diag *diag = diag_add(diags, DIAG_UNKNOWN_CAPSULE, name->at,
				     "there is no capsule '%s'", name->text);

	suggest(diags->arena, diag, name->text, &names, "capsules");
}

/* Finds server and offer of a use; false after an error or without words. */
static bool resolve(struct diags *diags, const struct model *model,
		    const struct capsule *capsule, struct use *use)
{
	if (use->service.text == NULL || use->from.text == NULL) {
		return false;
	}
	struct capsule *server = model_find(model, use->from.text);
	if (server == NULL) {
		unknown_capsule(diags, model, &use->from);
		return false;
	}
	if (server == capsule) {
		struct diag *diag =
			diag_add(diags, DIAG_CYCLE, use->from.at,
				 "capsule '%s' uses its own service '%s'",
				 capsule->name.text, use->service.text);
		diag->found =
			arena_printf(diags->arena, "from: %s", use->from.text);
		diag->expected = "another capsule: it would wait for itself";
		diag->fix = "remove this use";
		return false;
	}
	struct offer *offer = model_find_offer(server, use->service.text);
	if (offer == NULL) {
		if (server->broken && server->offer_count == 0) {
			return false; /* its offers could not be read */
		}
		struct words names = offer_names(diags->arena, server);
		struct diag *diag =
			diag_add(diags, DIAG_UNKNOWN_SERVICE, use->service.at,
				 "capsule '%s' uses '%s', but '%s' offers no "
				 "such service",
				 capsule->name.text, use->service.text,
				 server->name.text);
		suggest(diags->arena, diag, use->service.text, &names,
			arena_printf(diags->arena, "services of '%s'",
				     server->name.text));
		return false;
	}
	use->server = server;
	use->offer = offer;
	return true;
}

static void check_offered_to(struct diags *diags, const struct capsule *capsule,
			     const struct use *use)
{
	const char *client = capsule->name.text;
	const char *server = use->server->name.text;
	const char *service = use->offer->name.text;

	if (!use->offer->restricted || lists(&use->offer->to, client)) {
		return;
	}
	struct diag *diag = diag_add(
		diags, DIAG_NOT_OFFERED_TO, use->from.key,
		"capsule '%s' uses '%s' but no capsule offers it to '%s'",
		client, service, client);
	diag->found = arena_printf(
		diags->arena, "%s.offers.%s is offered to: %s", server, service,
		name_list(diags->arena, &use->offer->to));
	diag->expected =
		arena_printf(diags->arena, "'%s' in that list", client);
	diag->fix = arena_printf(
		diags->arena,
		"add %s to capsules.%s.offers.%s.to (line %u), or remove "
		"this use",
		client, server, service, use->offer->to_key.line);
}

/* The ops mask of a use: bit k for the offer's right k. */
static void check_rights(struct diags *diags, struct use *use)
{
	const struct words *offered = &use->offer->rights;

	for (uint32_t i = 0; i < use->rights.count; i++) {
		const struct word *right = &use->rights.items[i];
		bool found = false;

		for (uint32_t bit = 0; bit < offered->count; bit++) {
			if (strcmp(right->text, offered->items[bit].text) ==
			    0) {
				use->ops |= 1u << bit;
				found = true;
			}
		}
		if (!found && !use->offer->broken) {
			struct diag *diag = diag_add(
				diags, DIAG_UNKNOWN_RIGHT, right->at,
				"service '%s' of '%s' has no right '%s'",
				use->offer->name.text, use->server->name.text,
				right->text);
			suggest(diags->arena, diag, right->text, offered,
				"rights");
		}
	}
}

/* Two services of one name would be one route to the program. */
static void check_twice(struct diags *diags, const struct capsule *capsule,
			const struct use *use)
{
	for (const struct use *other = capsule->uses; other < use; other++) {
		if (use->service.text == NULL || other->service.text == NULL ||
		    strcmp(use->service.text, other->service.text) != 0) {
			continue;
		}
		struct diag *diag =
			diag_add(diags, DIAG_SERVICE_TWICE, use->service.at,
				 "capsule '%s' uses two services named '%s'",
				 capsule->name.text, use->service.text);
		diag->found = arena_printf(
			diags->arena, "another use of '%s' in line %u",
			use->service.text, other->service.at.line);
		diag->expected =
			"a name of its own for each route of a capsule";
		diag->fix = "merge the two uses, or rename one service";
		return;
	}
}

static void check_slots(struct diags *diags, const struct capsule *capsule)
{
	uint32_t offers = capsule->offer_count;

	for (uint32_t i = 0; i < capsule->offer_count; i++) {
		offers += capsule->offers[i].delegation.value != 0;
	}
	uint64_t needed =
		(uint64_t)capsule->use_count + offers + MANIFEST_OWN_SLOTS;
	if (capsule->caps.value == 0 || needed <= capsule->caps.value) {
		return;
	}
	struct diag *diag = diag_add(
		diags, DIAG_SLOTS, capsule->caps.at,
		"capsule '%s' has too few capability slots for its routes",
		capsule->name.text);
	diag->found = arena_printf(diags->arena, "caps: %llu",
				   (unsigned long long)capsule->caps.value);
	diag->expected = arena_printf(
		diags->arena,
		"at least %llu: %u for uses, %u for offers, %u of its own",
		(unsigned long long)needed, capsule->use_count, offers,
		MANIFEST_OWN_SLOTS);
}

/* The sum is at most 128 times the limit of one quota: it cannot wrap. */
static void check_memory(struct diags *diags, const struct model *model,
			 uint64_t memory)
{
	struct arena *arena = diags->arena;
	uint64_t available =
		memory > SYSTEM_MEMORY ? memory - SYSTEM_MEMORY : 0;
	uint64_t sum = 0;
	const struct capsule *over = NULL;

	for (uint32_t i = 0; i < model->capsule_count; i++) {
		sum += model->capsules[i].memory.value;
		if (sum > available && over == NULL) {
			over = &model->capsules[i];
		}
	}
	if (over == NULL) {
		return;
	}
	struct diag *diag = diag_add(
		diags, DIAG_MEMORY_SUM, over->memory.at,
		"the memory quotas exceed the memory from capsule '%s' on",
		over->name.text);
	diag->found =
		arena_printf(arena, "%s in %u quotas",
			     value_size_text(arena, sum), model->capsule_count);
	diag->expected = arena_printf(
		arena, "at most %s: %s of the machine less %s for the system",
		value_size_text(arena, available),
		value_size_text(arena, memory),
		value_size_text(arena, SYSTEM_MEMORY));
}

static void check_capsule(struct diags *diags, const struct model *model,
			  struct capsule *capsule)
{
	for (uint32_t i = 0; i < capsule->offer_count; i++) {
		const struct words *to = &capsule->offers[i].to;

		for (uint32_t k = 0; k < to->count; k++) {
			if (model_find(model, to->items[k].text) == NULL) {
				unknown_capsule(diags, model, &to->items[k]);
			}
		}
	}
	for (uint32_t i = 0; i < capsule->use_count; i++) {
		struct use *use = &capsule->uses[i];

		check_twice(diags, capsule, use);
		if (resolve(diags, model, capsule, use)) {
			check_offered_to(diags, capsule, use);
			check_rights(diags, use);
		}
	}
	check_slots(diags, capsule);
}

void model_check(struct diags *diags, struct model *model, uint64_t memory)
{
	for (uint32_t i = 0; i < model->capsule_count; i++) {
		check_capsule(diags, model, &model->capsules[i]);
	}
	check_memory(diags, model, memory);
	handover_check(diags, model);
	graph_check(diags, model);
}
