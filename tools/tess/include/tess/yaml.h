/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * A YAML file as a tree with exact places, and only the plain part of YAML:
 * maps, lists and scalars. Anchors, aliases, tags, directives and further
 * documents are refused, because the reader of a manifest must see what it
 * says at the place where it says it.
 */
#include <stdbool.h>
#include <yaml.h>

#include "tess/diag.h"

#define YAML_SIZE_LIMIT  (1u << 20)
#define YAML_DEPTH_LIMIT 16u

/**
 * Reads one document. On success the caller deletes it with
 * yaml_document_delete(). On failure at least one error was added.
 */
bool yaml_read(struct diags *diags, struct bytes text,
	       yaml_document_t *document);

/** Where a node starts, counted from 1. */
struct place yaml_place(const yaml_node_t *node);

/** The text of a scalar, or null for a map or list. */
const char *yaml_text(const yaml_node_t *node);

/** What a node is, for people: "a list", "the word 'x'", "nothing". */
const char *yaml_describe(struct arena *arena, const yaml_node_t *node);
