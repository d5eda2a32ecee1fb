/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From YAML to the model, driven by the schema.
 *
 * The walk knows types and ranges but no key by name; only store_*() and
 * open_*() below say where in the model a key of the schema goes.
 */

#include "tess/model.h"

#include <string.h>

#include "abi/manifest.h"
#include "tess/schema.h"
#include "tess/value.h"

#define MAP_LIMIT 1000

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
	default:
		return NULL;
	}
}

static void store_word(struct reader *reader, const struct spot *spot)
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

static void store_number(struct reader *reader, const struct spot *spot,
			 uint64_t value)
{
	struct number *slot = number_slot(reader, spot->row->id);

	if (slot != NULL) {
		*slot = (struct number){ value, yaml_place(spot->node) };
	}
}

/* Makes room for the `count` entries of a list or map by name. */
static void open_container(struct reader *reader, const struct spot *spot,
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
		reader->offer->restricted = true;
		reader->offer->to_key = spot->key;
		break;
	default:
		break;
	}
}

/* Starts the entry that the following keys belong to. */
static void open_entry(struct reader *reader, const struct spot *spot,
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

static void close_entry(struct reader *reader, const struct spot *spot,
			bool broken)
{
	if (spot->row->id == KEY_CAPSULE) {
		reader->capsule->broken = broken;
	} else if (spot->row->id == KEY_OFFER) {
		reader->offer->broken = broken;
	}
}

/* The path of a spot, for the start of a message. */
static const char *shown(const struct spot *spot)
{
	return *spot->path == '\0' ? "the manifest" : spot->path;
}

static struct diag *add(struct reader *reader, enum diag_code code,
			const struct spot *spot, const char *what)
{
	struct diag *diag =
		diag_add(reader->diags, code, yaml_place(spot->node), "%s %s",
			 shown(spot), what);
	diag->found = yaml_describe(reader->arena, spot->node);
	return diag;
}

/* "a size", "an image file name": with its article. */
static const char *article(struct reader *reader, const struct schema_row *row)
{
	const char *name = schema_type_name(row->type);

	return arena_printf(reader->arena, "%s %s",
			    strchr("aeiou", *name) != NULL ? "an" : "a", name);
}

static void add_wrong_type(struct reader *reader, const struct spot *spot)
{
	struct diag *diag = add(reader, DIAG_WRONG_TYPE, spot,
				arena_printf(reader->arena, "must be %s",
					     article(reader, spot->row)));
	diag->expected = arena_printf(
		reader->arena, "%s such as %s", article(reader, spot->row),
		spot->row->type == SCHEMA_CHOICE
			? schema_word(reader->arena, spot->row, 0)
			: spot->row->example);
}

static void read_node(struct reader *reader, const struct spot *spot);

/* --- scalars -------------------------------------------------------------- */

static void read_word(struct reader *reader, const struct spot *spot,
		      bool valid, enum diag_code code, const char *what)
{
	if (!valid) {
		struct diag *diag = add(reader, code, spot, what);
		diag->expected = schema_range(reader->arena, spot->row);
		return;
	}
	store_word(reader, spot);
}

static void read_choice(struct reader *reader, const struct spot *spot)
{
	const char *text = yaml_text(spot->node);

	for (uint32_t i = 0;; i++) {
		const char *word = schema_word(reader->arena, spot->row, i);

		if (word == NULL) {
			break;
		}
		if (strcmp(word, text) == 0) {
			store_word(reader, spot);
			return;
		}
	}
	struct diag *diag =
		add(reader, DIAG_BAD_CHOICE, spot, "has no such value");
	diag->expected = schema_range(reader->arena, spot->row);
}

static enum value_error parse_number(enum schema_type type, const char *text,
				     uint64_t *out)
{
	switch (type) {
	case SCHEMA_SIZE:
		return value_size(text, out);
	case SCHEMA_TIME:
		return value_time(text, out);
	case SCHEMA_RATE:
		return value_rate(text, out);
	default:
		return value_count(text, out);
	}
}

static const char *units_of(enum schema_type type)
{
	switch (type) {
	case SCHEMA_SIZE:
		return "a number and B, KiB, MiB or GiB, without a space";
	case SCHEMA_TIME:
		return "a number and us, ms, s, m or h, without a space";
	case SCHEMA_RATE:
		return "a number or a size, and /s";
	default:
		return "decimal digits";
	}
}

static void add_bad_number(struct reader *reader, const struct spot *spot,
			   enum value_error error)
{
	const char *text = yaml_text(spot->node);
	struct diag *diag = NULL;

	if (error == VALUE_NOT_A_NUMBER) {
		diag = add(reader, DIAG_BAD_NUMBER, spot, "is not a number");
	} else if (error == VALUE_NO_UNIT) {
		diag = add(reader, DIAG_BAD_UNIT, spot, "has no unit");
	} else {
		diag = add(reader, DIAG_BAD_UNIT, spot,
			   "has a unit that is not known");
	}
	diag->expected = units_of(spot->row->type);
	if (spot->row->type == SCHEMA_SIZE) {
		const char *guess = value_size_guess(reader->arena, text);

		if (guess != NULL) {
			diag->fix = arena_printf(reader->arena,
						 "write %s if that is meant",
						 guess);
		}
	}
}

/* The next power of two, for the hint; both limits are powers themselves. */
static uint64_t power_above(uint64_t value)
{
	uint64_t power = 1;

	while (power < value) {
		power *= 2;
	}
	return power;
}

static void read_number(struct reader *reader, const struct spot *spot)
{
	const struct schema_row *row = spot->row;
	uint64_t value = 0;
	enum value_error error =
		parse_number(row->type, yaml_text(spot->node), &value);

	if (error != VALUE_OK && error != VALUE_TOO_LARGE) {
		add_bad_number(reader, spot, error);
		return;
	}
	if (error == VALUE_TOO_LARGE || value < row->least ||
	    value > row->most) {
		struct diag *diag =
			add(reader, DIAG_OUT_OF_RANGE, spot, "is out of range");
		diag->expected = schema_range(reader->arena, row);
		return;
	}
	if (row->type == SCHEMA_SIZE && value % MANIFEST_PAGE_SIZE != 0) {
		struct diag *diag = add(reader, DIAG_NOT_PAGES, spot,
					"is not a multiple of 4KiB");
		uint64_t pages = value / MANIFEST_PAGE_SIZE + 1;
		diag->fix = arena_printf(
			reader->arena, "write %s, the next one",
			value_size_text(reader->arena,
					pages * MANIFEST_PAGE_SIZE));
		return;
	}
	if (row->type == SCHEMA_SLOTS && (value & (value - 1)) != 0) {
		struct diag *diag = add(reader, DIAG_NOT_POWER, spot,
					"is not a power of two");
		diag->expected = schema_range(reader->arena, row);
		diag->fix =
			arena_printf(reader->arena, "write %llu, the next one",
				     (unsigned long long)power_above(value));
		return;
	}
	store_number(reader, spot, value);
}

static void read_scalar(struct reader *reader, const struct spot *spot)
{
	const char *text = yaml_text(spot->node);

	if (text == NULL || (*text == '\0' && spot->row->type != SCHEMA_TEXT)) {
		add_wrong_type(reader, spot);
		return;
	}
	if (strlen(text) != spot->node->data.scalar.length) {
		add(reader, DIAG_BAD_TEXT, spot, "contains a NUL character");
		return;
	}
	switch (spot->row->type) {
	case SCHEMA_NAME:
		read_word(reader, spot, value_is_name(text), DIAG_BAD_NAME,
			  "is not a name");
		break;
	case SCHEMA_IMAGE:
		read_word(reader, spot, value_is_image(text), DIAG_BAD_NAME,
			  "is not the file name of an image");
		break;
	case SCHEMA_PATTERN:
		read_word(reader, spot, value_is_pattern(text),
			  DIAG_BAD_PATTERN, "is not a pattern");
		break;
	case SCHEMA_TEXT:
		read_word(reader, spot, value_is_text(text), DIAG_BAD_TEXT,
			  "is not such a text");
		break;
	case SCHEMA_CHOICE:
		read_choice(reader, spot);
		break;
	case SCHEMA_COUNT:
	case SCHEMA_SLOTS:
	case SCHEMA_SIZE:
	case SCHEMA_TIME:
	case SCHEMA_RATE:
		read_number(reader, spot);
		break;
	case SCHEMA_MAP:
	case SCHEMA_NAMED:
	case SCHEMA_LIST:
		break; /* read_node() does not send them here */
	}
}

/* --- maps and lists ------------------------------------------------------- */

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
			diag->fix = "remove or rename one of them";
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
	diag->fix = "remove it for now";
}

static void add_missing(struct reader *reader, const struct spot *spot,
			const struct schema_row *row)
{
	struct diag *diag =
		diag_add(reader->diags, DIAG_MISSING_KEY, spot->key,
			 "%s has no '%s'", shown(spot), schema_key(row));
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
		add(reader, DIAG_TOO_MANY, spot, "has too many keys");
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
			diag_add(reader->diags, DIAG_LISTED_TWICE,
				 yaml_place(node), "%s lists '%.60s' twice",
				 spot->path, text);
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
