/* SPDX-License-Identifier: Apache-2.0 */
/* Words of the manifest to values, checked against their row of the schema. */

#include "reader.h"

#include <string.h>

#include "abi/manifest.h"
#include "tess/value.h"

const char *shown(const struct spot *spot)
{
	return *spot->path == '\0' ? "the manifest" : spot->path;
}

struct diag *add_error(struct reader *reader, enum diag_code code,
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

void add_wrong_type(struct reader *reader, const struct spot *spot)
{
	struct diag *diag = add_error(reader, DIAG_WRONG_TYPE, spot,
				      arena_printf(reader->arena, "must be %s",
						   article(reader, spot->row)));
	diag->expected = arena_printf(
		reader->arena, "%s such as %s", article(reader, spot->row),
		spot->row->type == SCHEMA_CHOICE
			? schema_word(reader->arena, spot->row, 0)
			: spot->row->example);
}

static void read_word(struct reader *reader, const struct spot *spot,
		      bool valid, enum diag_code code, const char *what)
{
	if (!valid) {
		struct diag *diag = add_error(reader, code, spot, what);
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
		add_error(reader, DIAG_BAD_CHOICE, spot, "has no such value");
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
		diag = add_error(reader, DIAG_BAD_NUMBER, spot,
				 "is not a number");
	} else if (error == VALUE_NO_UNIT) {
		diag = add_error(reader, DIAG_BAD_UNIT, spot, "has no unit");
	} else {
		diag = add_error(reader, DIAG_BAD_UNIT, spot,
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
		struct diag *diag = add_error(reader, DIAG_OUT_OF_RANGE, spot,
					      "is out of range");
		diag->expected = schema_range(reader->arena, row);
		return;
	}
	if (row->type == SCHEMA_SIZE && value % MANIFEST_PAGE_SIZE != 0) {
		struct diag *diag = add_error(reader, DIAG_NOT_PAGES, spot,
					      "is not a multiple of 4KiB");
		uint64_t pages = value / MANIFEST_PAGE_SIZE + 1;

		diag->expected = schema_range(reader->arena, row);
		diag->fix = arena_printf(
			reader->arena, "write %s, the next one",
			value_size_text(reader->arena,
					pages * MANIFEST_PAGE_SIZE));
		return;
	}
	if (row->type == SCHEMA_SLOTS && (value & (value - 1)) != 0) {
		struct diag *diag = add_error(reader, DIAG_NOT_POWER, spot,
					      "is not a power of two");
		diag->expected = schema_range(reader->arena, row);
		diag->fix =
			arena_printf(reader->arena, "write %llu, the next one",
				     (unsigned long long)power_above(value));
		return;
	}
	store_number(reader, spot, value);
}

void read_scalar(struct reader *reader, const struct spot *spot)
{
	const char *text = yaml_text(spot->node);

	if (text == NULL || (*text == '\0' && spot->row->type != SCHEMA_TEXT)) {
		add_wrong_type(reader, spot);
		return;
	}
	if (strlen(text) != spot->node->data.scalar.length) {
		struct diag *diag = add_error(reader, DIAG_BAD_TEXT, spot,
					      "contains a NUL character");
		diag->expected = "printable characters only";
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
