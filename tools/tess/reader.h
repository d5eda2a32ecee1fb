/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The walk from YAML to the model, in three files: read.c goes through maps
 * and lists, read_scalar.c turns words into values, store.c knows where in the
 * model a key of the schema goes.
 */
#include "tess/model.h"
#include "tess/schema.h"

struct reader {
	struct diags *diags;
	struct arena *arena;
	yaml_document_t *document;
	struct model *model;
	struct capsule *capsule; /* being read, or null */
	struct offer *offer;
	struct use *use;
};

/* A node on the walk: its row, its key's place and its path for people. */
struct spot {
	const struct schema_row *row;
	yaml_node_t *node;
	struct place key;
	const char *path;
};

/** The path of a spot, for the start of a message. */
const char *shown(const struct spot *spot);

/** Adds an error at the value of a spot: "PATH WHAT", found the value. */
struct diag *add_error(struct reader *reader, enum diag_code code,
		       const struct spot *spot, const char *what);
void add_wrong_type(struct reader *reader, const struct spot *spot);

/** Checks one scalar and stores it. */
void read_scalar(struct reader *reader, const struct spot *spot);

/** Stores a value; what the model has no place for is not kept. */
void store_word(struct reader *reader, const struct spot *spot);
void store_number(struct reader *reader, const struct spot *spot,
		  uint64_t value);

/** Makes room for the `count` entries of a list or map by name. */
void open_container(struct reader *reader, const struct spot *spot,
		    uint32_t count);

/** Starts the entry that the following keys belong to, and ends it. */
void open_entry(struct reader *reader, const struct spot *spot,
		struct word name);
void close_entry(struct reader *reader, const struct spot *spot, bool broken);
