/* SPDX-License-Identifier: Apache-2.0 */
/* Collects errors and prints them in the order of the file. */

#include "tess/diag.h"

#include <stdlib.h>
#include <string.h>

#include "tess/file.h"

struct diag *diag_add(struct diags *diags, enum diag_code code, struct place at,
		      const char *format, ...)
{
	if (diags->items == NULL) {
		diags->items = arena_alloc(diags->arena, DIAG_KEPT,
					   sizeof(*diags->items));
	}

	struct diag *diag = &diags->overflow;
	if (diags->count < DIAG_KEPT) {
		diag = &diags->items[diags->count];
	}
	diags->count++;

	va_list args;
	va_start(args, format);
	*diag = (struct diag){
		.code = code,
		.at = at,
		.file = diags->file,
		.message = arena_vprintf(diags->arena, format, args),
	};
	va_end(args);
	return diag;
}

static int compare(const void *left, const void *right)
{
	const struct diag *a = left;
	const struct diag *b = right;

	if (a->at.line != b->at.line) {
		return a->at.line < b->at.line ? -1 : 1;
	}
	if (a->at.column != b->at.column) {
		return a->at.column < b->at.column ? -1 : 1;
	}
	if (a->code != b->code) {
		return a->code < b->code ? -1 : 1;
	}
	return strcmp(a->message, b->message);
}

static const char *usual_fix(enum diag_code code)
{
	switch (code) {
#define X(number, name, meaning, fix) \
	case DIAG_##name:             \
		return (fix);
		DIAG_CODES(X)
#undef X
	}
	return NULL;
}

static const char *fix_of(const struct diag *diag)
{
	return diag->fix != NULL ? diag->fix : usual_fix(diag->code);
}

static void print_line(FILE *out, const char *label, const char *text)
{
	if (text != NULL) {
		fprintf(out, "   %-8s ", label);
		print_safe(out, text);
		fputc('\n', out);
	}
}

static void print_text(const struct diag *diag, FILE *out)
{
	fprintf(out, "error T%04d: ", (int)diag->code);
	print_safe(out, diag->message);
	if (diag->file != NULL) {
		fputs("\n  --> ", out);
		print_safe(out, diag->file);
		if (diag->at.line != 0) {
			fprintf(out, ":%u:%u", diag->at.line, diag->at.column);
		}
	}
	fputc('\n', out);
	print_line(out, "found", diag->found);
	print_line(out, "expected", diag->expected);
	print_line(out, "fix", fix_of(diag));
}

static void print_member(FILE *out, const char *name, const char *text)
{
	if (text != NULL) {
		fprintf(out, ",\"%s\":", name);
		print_json(out, text);
	}
}

static void print_object(const struct diag *diag, FILE *out)
{
	fprintf(out, "{\"code\":\"T%04d\"", (int)diag->code);
	print_member(out, "message", diag->message);
	print_member(out, "file", diag->file);
	if (diag->at.line != 0) {
		fprintf(out, ",\"line\":%u,\"column\":%u", diag->at.line,
			diag->at.column);
	}
	print_member(out, "found", diag->found);
	print_member(out, "expected", diag->expected);
	print_member(out, "fix", fix_of(diag));
	fputs("}\n", out);
}

void diags_print(struct diags *diags, bool json, FILE *out)
{
	uint32_t kept = diags->count < DIAG_KEPT ? diags->count : DIAG_KEPT;
	uint32_t shown = kept < DIAG_SHOWN ? kept : DIAG_SHOWN;

	if (diags->count == 0) {
		return;
	}
	qsort(diags->items, kept, sizeof(*diags->items), compare);
	for (uint32_t i = 0; i < shown; i++) {
		if (json) {
			print_object(&diags->items[i], out);
		} else {
			print_text(&diags->items[i], out);
		}
	}
	if (diags->count > shown) {
		fprintf(out, json ? "{\"more\":%u}\n" : "and %u more\n",
			diags->count - shown);
	}
}
