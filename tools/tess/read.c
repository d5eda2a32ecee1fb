/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From YAML to the model, driven by the schema: goes through maps and lists.
 * Unknown, unenforced, missing and repeated keys are found here.
 */

#include "reader.h"

#include <string.h>

#include "tess/value.h"

#define MAP_LIMIT 1000

static void read_node(struct reader *reader, const struct spot *spot);

static const char *join(struct reader *reader, const char *path,
			const char *key)
{
	return arena_printf(reader->arena, "%s%s%.60s", path,
			    *path == '\0' ? "" : ".", key);
}

static bool count_fits(struct reader *reader, const struct spot *spot,
		       size_t count)
{
	if (count >= spot->row->least && count <= spot->row->most) {
		return true;
	}
	struct diag *diag = diag_add(
		reader->diags,
		count < spot->row->least ? DIAG_TOO_FEW : DIAG_TOO_MANY,
		spot->key, "%s has %s entries", spot->path,
		count < spot->row->least ? "no" : "too many");
	diag->found = arena_printf(reader->arena, "%zu entries", count);
	diag->expected = schema_range(reader->arena, spot->row);
	return false;
}

/* The key of a pair, if it is a word that stands here for the first time. */
static const char *read_key(struct reader *reader, const struct spot *spot,
			    const yaml_node_pair_t *pair)
{
	yaml_node_t *key = yaml_document_get_node(reader->document, pair->key);
	const char *text = yaml_text(key);

	if (text == NULL || *text == '\0' ||
	    strlen(text) != key->data.scalar.length) {
		struct diag *diag = diag_add(
			reader->diags, DIAG_WRONG_TYPE, yaml_place(key),
			"a key of %s must be a word", shown(spot));
		diag->found = yaml_describe(reader->arena, key);
		diag->expected = "a word and a colon";
		diag->fix = "write: KEY: VALUE";
		return NULL;
	}
	for (const yaml_node_pair_t *other =
		     spot->node->data.mapping.pairs.start;
	     other < pair; other++) {
		yaml_node_t *node =
			yaml_document_get_node(reader->document, other->key);
		const char *earlier = yaml_text(node);

		if (earlier != NULL && strcmp(text, earlier) == 0) {
			struct diag *diag =
				diag_add(reader->diags, DIAG_DUPLICATE,
					 yaml_place(key), "%s is there twice",
					 join(reader, spot->path, text));
			diag->found = arena_printf(
				reader->arena, "the same %s in line %u",
				spot->row->type == SCHEMA_NAMED ? "name"
								: "key",
				yaml_place(node).line);
			diag->expected = "each of them once";
			return NULL;
		}
	}
	return text;
}

static void add_unknown_key(struct reader *reader, const struct spot *spot,
			    struct place at, const char *key)
{
	const struct schema_row *near = schema_nearest(spot->row, key);
	const char *known = "";

	for (uint32_t i = 0; i < KEY_COUNT; i++) {
		const struct schema_row *row = &schema_rows[i];

		if (schema_is_child(spot->row, row) && row->enforced) {
			known = arena_printf(reader->arena, "%s%s%s", known,
					     *known == '\0' ? "" : ", ",
					     schema_key(row));
		}
	}

	struct diag *diag = diag_add(reader->diags, DIAG_UNKNOWN_KEY, at,
				     "%s is not a key of the schema",
				     join(reader, spot->path, key));
	diag->found = arena_printf(reader->arena, "'%.60s'", key);
	diag->expected = arena_printf(reader->arena, "one of: %s", known);
	if (near != NULL) {
		diag->fix = arena_printf(reader->arena, "did you mean '%s'?",
					 schema_key(near));
	}
}

static void add_not_enforced(struct reader *reader, const struct spot *spot)
{
	struct diag *diag =
		diag_add(reader->diags, DIAG_NOT_ENFORCED, spot->key,
			 "%s: not enforced yet", spot->path);
	diag->found = "a key that is known, but that this build would ignore";
	diag->expected = "only what is enforced, so that nobody relies on more";
}

/* The keys that a map of the schema does have: "image, quota". */
static const char *keys_of(struct reader *reader, const struct spot *spot)
{
	const char *list = "no key";

	for (const yaml_node_pair_t *pair =
		     spot->node->data.mapping.pairs.start;
	     pair < spot->node->data.mapping.pairs.top; pair++) {
		const char *key = yaml_text(
			yaml_document_get_node(reader->document, pair->key));
		bool first = pair == spot->node->data.mapping.pairs.start;

		list = arena_printf(reader->arena, "%s%s%.40s",
				    first ? "only: " : list, first ? "" : ", ",
				    key == NULL ? "..." : key);
	}
	return list;
}

static void add_missing(struct reader *reader, const struct spot *spot,
			const struct schema_row *row)
{
	struct diag *diag =
		diag_add(reader->diags, DIAG_MISSING_KEY, spot->key,
			 "%s has no '%s'", shown(spot), schema_key(row));
	diag->found = keys_of(reader, spot);
	diag->expected = arena_printf(reader->arena, "%s: %s", schema_key(row),
				      row->doc);
	diag->fix = arena_printf(reader->arena, "add %s: %s", schema_key(row),
				 row->example);
}

/* A map of the schema's keys; the limit bounds the search for twins. */
static void read_map(struct reader *reader, const struct spot *spot)
{
	bool seen[KEY_COUNT] = { false };

	if (spot->node->type != YAML_MAPPING_NODE) {
		add_wrong_type(reader, spot);
		return;
	}
	if (spot->node->data.mapping.pairs.top -
		    spot->node->data.mapping.pairs.start >
	    MAP_LIMIT) {
		struct diag *diag = add_error(reader, DIAG_TOO_MANY, spot,
					      "has too many keys");
		diag->expected = "keys of the schema, each once";
		return;
	}
	for (const yaml_node_pair_t *pair =
		     spot->node->data.mapping.pairs.start;
	     pair < spot->node->data.mapping.pairs.top; pair++) {
		const char *key = read_key(reader, spot, pair);

		if (key == NULL) {
			continue;
		}
		yaml_node_t *key_node =
			yaml_document_get_node(reader->document, pair->key);
		const struct schema_row *row = schema_child(spot->row, key);
		if (row == NULL) {
			add_unknown_key(reader, spot, yaml_place(key_node),
					key);
			continue;
		}
		struct spot child = {
			row,
			yaml_document_get_node(reader->document, pair->value),
			yaml_place(key_node), join(reader, spot->path, key)
		};
		seen[row->id] = true;
		if (row->enforced) {
			read_node(reader, &child);
		} else {
			add_not_enforced(reader, &child);
		}
	}
	for (uint32_t i = 0; i < KEY_COUNT; i++) {
		const struct schema_row *row = &schema_rows[i];

		if (schema_is_child(spot->row, row) && row->needed &&
		    row->enforced && !seen[i]) {
			add_missing(reader, spot, row);
		}
	}
}

static void read_named(struct reader *reader, const struct spot *spot)
{
	if (spot->node->type != YAML_MAPPING_NODE) {
		add_wrong_type(reader, spot);
		return;
	}
	const yaml_node_pair_t *start = spot->node->data.mapping.pairs.start;
	const yaml_node_pair_t *end = spot->node->data.mapping.pairs.top;
	if (!count_fits(reader, spot, (size_t)(end - start))) {
		return;
	}

	open_container(reader, spot, (uint32_t)(end - start));
	for (const yaml_node_pair_t *pair = start; pair < end; pair++) {
		const char *name = read_key(reader, spot, pair);

		if (name == NULL) {
			continue;
		}
		yaml_node_t *key =
			yaml_document_get_node(reader->document, pair->key);
		struct spot child = {
			schema_child(spot->row, "*"),
			yaml_document_get_node(reader->document, pair->value),
			yaml_place(key), join(reader, spot->path, name)
		};
		struct word word = { arena_printf(reader->arena, "%s", name),
				     child.key, child.key };
		uint32_t before = reader->diags->count;
		if (!value_is_name(name)) {
			struct diag *diag = diag_add(
				reader->diags, DIAG_BAD_NAME, child.key,
				"%s is not a name", child.path);
			diag->found =
				arena_printf(reader->arena, "'%.60s'", name);
			diag->expected = "[a-z][a-z0-9-]{0,30}";
		}
		open_entry(reader, &child, word);
		read_node(reader, &child);
		close_entry(reader, &child, reader->diags->count != before);
	}
}

static bool listed_before(struct reader *reader, const struct spot *spot,
			  const yaml_node_item_t *item)
{
	yaml_node_t *node = yaml_document_get_node(reader->document, *item);
	const char *text = yaml_text(node);

	for (const yaml_node_item_t *other =
		     spot->node->data.sequence.items.start;
	     other < item; other++) {
		const char *earlier = yaml_text(
			yaml_document_get_node(reader->document, *other));

		if (text != NULL && earlier != NULL &&
		    strcmp(text, earlier) == 0) {
			struct diag *diag = diag_add(
				reader->diags, DIAG_LISTED_TWICE,
				yaml_place(node), "%s lists '%.60s' twice",
				spot->path, text);
			diag->found = yaml_describe(reader->arena, node);
			diag->expected = "each entry once";
			return true;
		}
	}
	return false;
}

static void read_list(struct reader *reader, const struct spot *spot)
{
	if (spot->node->type != YAML_SEQUENCE_NODE) {
		add_wrong_type(reader, spot);
		return;
	}
	const yaml_node_item_t *start = spot->node->data.sequence.items.start;
	const yaml_node_item_t *end = spot->node->data.sequence.items.top;
	if (!count_fits(reader, spot, (size_t)(end - start))) {
		return;
	}

	open_container(reader, spot, (uint32_t)(end - start));
	for (const yaml_node_item_t *item = start; item < end; item++) {
		yaml_node_t *node =
			yaml_document_get_node(reader->document, *item);
		struct spot child = { schema_child(spot->row, "[]"), node,
				      yaml_place(node),
				      arena_printf(reader->arena, "%s[%zu]",
						   spot->path,
						   (size_t)(item - start)) };

		if (!listed_before(reader, spot, item)) {
			open_entry(reader, &child, (struct word){ 0 });
			read_node(reader, &child);
		}
	}
}

/* Recursion as deep as the schema, which is shallower than the YAML limit. */
static void read_node(struct reader *reader, const struct spot *spot)
{
	switch (spot->row->type) {
	case SCHEMA_MAP:
		read_map(reader, spot);
		break;
	case SCHEMA_NAMED:
		read_named(reader, spot);
		break;
	case SCHEMA_LIST:
		read_list(reader, spot);
		break;
	default:
		read_scalar(reader, spot);
		break;
	}
}

void model_read(struct diags *diags, yaml_document_t *document,
		struct model *model)
{
	struct reader reader = { .diags = diags,
				 .arena = diags->arena,
				 .document = document,
				 .model = model };
	struct spot root = { &schema_rows[KEY_ROOT],
			     yaml_document_get_root_node(document),
			     { 1, 1 },
			     "" };

	read_node(&reader, &root);
}
