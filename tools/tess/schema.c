/* SPDX-License-Identifier: Apache-2.0 */
/* The manifest's schema as a table, and questions to it. */

#include "tess/schema.h"

#include <string.h>

#include "abi/manifest.h"
#include "tess/value.h"

const struct schema_row schema_rows[KEY_COUNT] = {
#define X(id_, path_, type_, needed_, enforced_, least_, most_, example_, \
	  doc_)                                                           \
	[KEY_##id_] = { .id = KEY_##id_,                                  \
			.type = SCHEMA_##type_,                           \
			.path = (path_),                                  \
			.needed = (needed_),                              \
			.enforced = (enforced_),                          \
			.least = (least_),                                \
			.most = (most_),                                  \
			.example = (example_),                            \
			.doc = (doc_) },
	SCHEMA(X)
#undef X
};

/* What follows the parent's path in a child's path; null for no child. */
static const char *suffix(const struct schema_row *row, const char *path)
{
	size_t length = strlen(row->path);

	if (strncmp(row->path, path, length) != 0) {
		return NULL;
	}
	path += length;
	if (length == 0) {
		return *path == '\0' ? NULL : path;
	}
	if (*path == '.') {
		return path + 1;
	}
	return strcmp(path, "[]") == 0 ? path : NULL;
}

bool schema_is_child(const struct schema_row *row,
		     const struct schema_row *child)
{
	const char *key = suffix(row, child->path);

	return key != NULL && strchr(key, '.') == NULL &&
	       (strcmp(key, "[]") == 0 || strchr(key, '[') == NULL);
}

const struct schema_row *schema_child(const struct schema_row *row,
				      const char *key)
{
	for (uint32_t i = 0; i < KEY_COUNT; i++) {
		const struct schema_row *child = &schema_rows[i];

		if (schema_is_child(row, child) &&
		    strcmp(suffix(row, child->path), key) == 0) {
			return child;
		}
	}
	return NULL;
}

const char *schema_key(const struct schema_row *row)
{
	const char *dot = strrchr(row->path, '.');

	return dot == NULL ? row->path : dot + 1;
}

const struct schema_row *schema_nearest(const struct schema_row *row,
					const char *key)
{
	const struct schema_row *best = NULL;
	uint32_t distance = UINT32_MAX;

	for (uint32_t i = 0; i < KEY_COUNT; i++) {
		const struct schema_row *child = &schema_rows[i];

		if (!schema_is_child(row, child) ||
		    !value_is_near(key, schema_key(child))) {
			continue;
		}
		uint32_t d = value_distance(key, schema_key(child));
		if (d < distance) {
			distance = d;
			best = child;
		}
	}
	return best;
}

const char *schema_word(struct arena *arena, const struct schema_row *row,
			uint32_t index)
{
	const char *word = row->example;

	for (; index > 0; index--) {
		word = strchr(word, '|');
		if (word == NULL) {
			return NULL;
		}
		word++;
	}
	return arena_printf(arena, "%.*s", (int)strcspn(word, "|"), word);
}

static const char *word_list(struct arena *arena, const struct schema_row *row)
{
	const char *list = "";
	const char *word = schema_word(arena, row, 0);

	for (uint32_t i = 1; word != NULL; i++) {
		const char *next = schema_word(arena, row, i);
		const char *glue = i == 1 ? "" : next == NULL ? " or " : ", ";

		list = arena_printf(arena, "%s%s%s", list, glue, word);
		word = next;
	}
	return list;
}

const char *schema_range(struct arena *arena, const struct schema_row *row)
{
	unsigned long long least = row->least;
	unsigned long long most = row->most;

	switch (row->type) {
	case SCHEMA_NAME:
		return "[a-z][a-z0-9-]{0,30}";
	case SCHEMA_IMAGE:
		return "[a-z0-9][a-z0-9_.-]*.elf, at most 31 characters";
	case SCHEMA_PATTERN:
		return "service, capsule.service or capsule.*";
	case SCHEMA_TEXT:
		return arena_printf(arena, "1 to %llu printable characters",
				    most);
	case SCHEMA_CHOICE:
		return word_list(arena, row);
	case SCHEMA_SIZE:
		if (row->most == ANY_NUMBER) {
			return "";
		}
		return arena_printf(arena, "%s to %s, a multiple of 4KiB",
				    value_size_text(arena, row->least),
				    value_size_text(arena, row->most));
	case SCHEMA_SLOTS:
		return arena_printf(arena, "%llu to %llu, a power of two",
				    least, most);
	case SCHEMA_LIST:
	case SCHEMA_NAMED:
		return arena_printf(arena, "%llu to %llu entries", least, most);
	case SCHEMA_COUNT:
		if (row->most == ANY_NUMBER) {
			return arena_printf(arena, "at least %llu", least);
		}
		return arena_printf(arena, "%llu to %llu", least, most);
	case SCHEMA_MAP:
	case SCHEMA_TIME:
	case SCHEMA_RATE:
		return "";
	}
	return "";
}

const char *schema_type_name(enum schema_type type)
{
	static const char *const names[] = {
#define X(name, text) [SCHEMA_##name] = (text),
		SCHEMA_TYPES(X)
#undef X
	};
	return names[type];
}
