/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The capsules and their routes as a graph: the order to start them in, and
 * the boundaries (never-reaches) that must hold on every chain of routes.
 */

#include <string.h>

#include "abi/manifest.h"
#include "tess/model.h"
#include "tess/value.h"

static uint32_t index_of(const struct model *model,
			 const struct capsule *capsule)
{
	return (uint32_t)(capsule - model->capsules);
}

/* --- start order ---------------------------------------------------------- */

static bool ready(const struct model *model, const struct capsule *capsule,
		  const bool *placed)
{
	for (uint32_t i = 0; i < capsule->use_count; i++) {
		const struct capsule *server = capsule->uses[i].server;

		if (server != NULL && !placed[index_of(model, server)]) {
			return false;
		}
	}
	return true;
}

/* A use by which the capsule waits for one that is not placed. */
static const struct use *waits_by(const struct model *model,
				  const struct capsule *capsule,
				  const bool *placed)
{
	for (uint32_t i = 0; i < capsule->use_count; i++) {
		const struct use *use = &capsule->uses[i];

		if (use->server != NULL &&
		    !placed[index_of(model, use->server)]) {
			return use;
		}
	}
	return NULL;
}

/*
 * Every capsule that is left waits for another that is left, so following the
 * waits leads into a circle within as many steps as there are capsules; one
 * more round prints it.
 */
static void report_cycle(struct diags *diags, const struct model *model,
			 const bool *placed)
{
	struct arena *arena = diags->arena;
	const struct capsule *capsule = model->capsules;

	while (placed[index_of(model, capsule)]) {
		capsule++;
	}
	for (uint32_t i = 0; i < model->capsule_count; i++) {
		capsule = waits_by(model, capsule, placed)->server;
	}
	/* Begin with the one that stands first in the file. */
	const struct capsule *first = capsule;
	const struct capsule *walk = capsule;
	do {
		walk = waits_by(model, walk, placed)->server;
		if (walk < first) {
			first = walk;
		}
	} while (walk != capsule);

	const char *path = first->name.text;
	const char *where = "";
	walk = first;
	do {
		const struct use *use = waits_by(model, walk, placed);

		where = arena_printf(arena, "%s%s'%s' uses '%s' (line %u)",
				     where, *where == '\0' ? "" : ", ",
				     walk->name.text, use->service.text,
				     use->at.line);
		walk = use->server;
		path = arena_printf(arena, "%s -> %s", path, walk->name.text);
	} while (walk != first);

	struct diag *diag =
		diag_add(diags, DIAG_CYCLE, waits_by(model, first, placed)->at,
			 "capsules wait for each other: %s", path);
	diag->found = where;
	diag->expected = "that every server can start before its clients";
}

/* Servers before clients, otherwise in the order of the file. */
static void order(struct diags *diags, struct model *model)
{
	bool placed[MANIFEST_CAPSULE_LIMIT] = { false };
	uint32_t count = 0;

	model->start_order = arena_alloc(diags->arena, model->capsule_count,
					 sizeof(*model->start_order));
	while (count < model->capsule_count) {
		uint32_t i = 0;

		while (i < model->capsule_count &&
		       (placed[i] ||
			!ready(model, &model->capsules[i], placed))) {
			i++;
		}
		if (i == model->capsule_count) {
			report_cycle(diags, model, placed);
			return;
		}
		placed[i] = true;
		model->start_order[count++] = &model->capsules[i];
	}
}

/* --- boundaries ----------------------------------------------------------- */

/* Does pattern `service`, `capsule.service` or `capsule.*` mean the offer? */
static bool matches(const char *pattern, const struct capsule *server,
		    const struct offer *offer)
{
	const char *dot = strchr(pattern, '.');

	if (dot == NULL) {
		return strcmp(pattern, offer->name.text) == 0;
	}
	size_t length = (size_t)(dot - pattern);
	return strlen(server->name.text) == length &&
	       strncmp(pattern, server->name.text, length) == 0 &&
	       (strcmp(dot + 1, "*") == 0 ||
		strcmp(dot + 1, offer->name.text) == 0);
}

/*
 * Breadth first from one capsule. reached_by[i] is the use through which
 * capsule i was reached, reached_from[i] the capsule that has it.
 */
struct search {
	const struct capsule *queue[MANIFEST_CAPSULE_LIMIT];
	const struct use *reached_by[MANIFEST_CAPSULE_LIMIT];
	const struct capsule *reached_from[MANIFEST_CAPSULE_LIMIT];
	uint32_t count;
};

/* What a capsule can call: its uses, then what it can be handed. */
static const struct use *route_of(const struct capsule *capsule, uint32_t i)
{
	return i < capsule->use_count
		       ? &capsule->uses[i]
		       : &capsule->handed[i - capsule->use_count];
}

static uint32_t route_count(const struct capsule *capsule)
{
	return capsule->use_count + capsule->handed_count;
}

static void spread(const struct model *model, struct search *search,
		   const struct capsule *capsule)
{
	for (uint32_t i = 0; i < route_count(capsule); i++) {
		const struct use *use = route_of(capsule, i);

		if (use->server == NULL) {
			continue;
		}
		uint32_t server = index_of(model, use->server);
		if (search->reached_by[server] == NULL &&
		    use->server != search->queue[0]) {
			search->reached_by[server] = use;
			search->reached_from[server] = capsule;
			search->queue[search->count++] = use->server;
		}
	}
}

static const char *step(struct arena *arena, const struct use *use,
			const char *rest)
{
	return arena_printf(arena, " -> %s.%s (line %u)%s",
			    use->server->name.text, use->service.text,
			    use->at.line, rest);
}

static void report_reach(struct diags *diags, const struct model *model,
			 const struct search *search,
			 const struct word *pattern, const struct capsule *last,
			 const struct use *use)
{
	struct arena *arena = diags->arena;
	const char *start = search->queue[0]->name.text;
	const char *chain = step(arena, use, "");

	while (last != search->queue[0]) {
		uint32_t i = index_of(model, last);

		chain = step(arena, search->reached_by[i], chain);
		last = search->reached_from[i];
	}
	struct diag *diag =
		diag_add(diags, DIAG_REACHES, pattern->at,
			 "capsule '%s' must never reach '%s', but it does",
			 start, pattern->text);
	diag->found = arena_printf(arena, "%s%s", start, chain);
	diag->expected =
		arena_printf(arena, "no chain of uses from '%s' to '%s'", start,
			     pattern->text);
}

static void check_boundary(struct diags *diags, const struct model *model,
			   const struct capsule *capsule,
			   const struct word *pattern)
{
	struct search search = { .queue = { capsule }, .count = 1 };

	for (uint32_t next = 0; next < search.count; next++) {
		const struct capsule *at = search.queue[next];

		for (uint32_t i = 0; i < route_count(at); i++) {
			const struct use *use = route_of(at, i);

			if (use->server != NULL &&
			    matches(pattern->text, use->server, use->offer)) {
				report_reach(diags, model, &search, pattern, at,
					     use);
				return;
			}
		}
		spread(model, &search, at);
	}
}

/* One letter off. Short names are too often that close by chance. */
static bool is_slip(const char *a, const char *b)
{
	return strlen(a) >= 4 && strlen(b) >= 4 && value_distance(a, b) == 1;
}

/* What a pattern nearly means among the services of one capsule, or null. */
static const char *nearly(struct arena *arena, const char *pattern,
			  const struct capsule *server)
{
	const char *dot = strchr(pattern, '.');
	const char *service = dot == NULL ? pattern : dot + 1;
	const char *name = server->name.text;
	const char *first = arena_printf(
		arena, "%.*s", dot == NULL ? 0 : (int)(dot - pattern), pattern);

	if (dot != NULL && is_slip(first, name) &&
	    (strcmp(service, "*") == 0 ||
	     model_find_offer(server, service) != NULL)) {
		return arena_printf(arena, "%s.%s", name, service);
	}
	for (uint32_t i = 0; i < server->offer_count; i++) {
		const char *offer = server->offers[i].name.text;

		if (!is_slip(service, offer)) {
			continue;
		}
		if (dot == NULL) {
			return offer;
		}
		if (strcmp(first, name) == 0) {
			return arena_printf(arena, "%s.%s", name, offer);
		}
	}
	return NULL;
}

static bool means_something(const char *pattern, const struct capsule *server)
{
	const char *dot = strchr(pattern, '.');

	if (dot != NULL && strcmp(dot, ".*") == 0) {
		size_t length = (size_t)(dot - pattern);

		return strlen(server->name.text) == length &&
		       strncmp(pattern, server->name.text, length) == 0;
	}
	for (uint32_t i = 0; i < server->offer_count; i++) {
		if (matches(pattern, server, &server->offers[i])) {
			return true;
		}
	}
	return false;
}

/*
 * A pattern that means nothing here holds, but if it is one letter off the
 * name of something it is a slip, and a boundary with a slip bars nothing.
 */
static void check_spelling(struct diags *diags, const struct model *model,
			   const struct word *pattern)
{
	const char *near = NULL;

	for (uint32_t i = 0; i < model->capsule_count; i++) {
		const struct capsule *server = &model->capsules[i];

		if (means_something(pattern->text, server)) {
			return;
		}
		if (near == NULL) {
			near = nearly(diags->arena, pattern->text, server);
		}
	}
	if (near == NULL) {
		return;
	}
	struct diag *diag =
		diag_add(diags, DIAG_BAD_PATTERN, pattern->at,
			 "the boundary '%s' means no service of this manifest",
			 pattern->text);
	diag->found = arena_printf(diags->arena, "'%s', one letter off '%s'",
				   pattern->text, near);
	diag->expected =
		"a service of this manifest, or a name unlike them all";
	diag->fix = arena_printf(
		diags->arena,
		"write '%s', or remove the pattern: it bars nothing", near);
}

void graph_check(struct diags *diags, struct model *model)
{
	order(diags, model);
	for (uint32_t c = 0; c < model->capsule_count; c++) {
		const struct capsule *capsule = &model->capsules[c];

		for (uint32_t i = 0; i < capsule->never.count; i++) {
			check_boundary(diags, model, capsule,
				       &capsule->never.items[i]);
			check_spelling(diags, model, &capsule->never.items[i]);
		}
	}
}
