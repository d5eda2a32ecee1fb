/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What a manifest says, with the place of every word.
 *
 * model_read() fills it from YAML and reports every fault of form; what could
 * not be read is null or zero, and `broken` says that a part is incomplete, so
 * that model_check() does not report faults that only follow from others.
 */
#include "tess/yaml.h"

/** A word and where it and its key stand. */
struct word {
	const char *text; /* null if it is missing or was refused */
	struct place at;  /* the word itself */
	struct place key; /* its key, or the word where it has none */
};

struct words {
	struct word *items;
	uint32_t count;
};

/** A number and where it stands; value 0 if it is missing or was refused. */
struct number {
	uint64_t value;
	struct place at;
};

/** One service that a capsule offers. */
struct offer {
	struct word name;
	struct words rights; /* in order of their method numbers */
	struct words to;
	struct place to_key;
	struct number delegation; /* 0: nothing of it is handed over */
	bool restricted;          /* `to` is given */
	bool broken;
};

struct capsule;

/** One service that a capsule uses. */
struct use {
	struct place at;
	struct word service, from, reason, grant;
	struct words rights;
	struct capsule *server; /* the last three: null until resolved */
	struct offer *offer;
	uint32_t ops;
};

struct capsule {
	struct word name, image, lifetime;
	struct number memory, virtual_size, caps;
	struct offer *offers;
	uint32_t offer_count;
	struct use *uses;
	uint32_t use_count;
	struct use
		*handed; /* what others can hand to it; no words of its own */
	uint32_t handed_count;
	struct words never;
	struct place uses_key;
	bool broken;
};

struct model {
	struct word system;
	struct capsule *capsules; /* as the author ordered them */
	uint32_t capsule_count;
	struct capsule **start_order; /* servers before clients */
};

/** Reads the document; faults go to `diags`. */
void model_read(struct diags *diags, yaml_document_t *document,
		struct model *model);

/**
 * Checks what the words mean together: routes, rights, quotas, start order,
 * boundaries. `memory` is what all capsules may have in bytes.
 */
void model_check(struct diags *diags, struct model *model, uint64_t memory);

/** The parts of model_check() that look at the graph as a whole: first what can
 * be handed over to whom, then all the rest. */
void handover_check(struct diags *diags, struct model *model);
void graph_check(struct diags *diags, struct model *model);

/** Whether capabilities go with the messages of a route. */
bool model_grants(const struct use *use);

/** The capsule of that name, or null. */
struct capsule *model_find(const struct model *model, const char *name);

/** The service of that name that the capsule offers, or null. */
struct offer *model_find_offer(const struct capsule *capsule, const char *name);

/** The compiled form (abi/manifest.h) of a model without faults. */
struct bytes model_compile(struct arena *arena, const struct model *model);
