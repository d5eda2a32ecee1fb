/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads YAML with libyaml, twice: first as events, which still show anchors,
 * tags and directives, then as a document, which has resolved them.
 */

#include "tess/yaml.h"

#include <stdlib.h>
#include <string.h>

static struct place place_of(yaml_mark_t mark)
{
	return (struct place){ (uint32_t)mark.line + 1,
			       (uint32_t)mark.column + 1 };
}

struct place yaml_place(const yaml_node_t *node)
{
	return place_of(node->start_mark);
}

const char *yaml_text(const yaml_node_t *node)
{
	return node->type == YAML_SCALAR_NODE
		       ? (const char *)node->data.scalar.value
		       : NULL;
}

const char *yaml_describe(struct arena *arena, const yaml_node_t *node)
{
	if (node->type == YAML_MAPPING_NODE) {
		return "a map";
	}
	if (node->type == YAML_SEQUENCE_NODE) {
		return "a list";
	}
	const char *text = yaml_text(node);
	if (text == NULL ||
	    (*text == '\0' &&
	     node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)) {
		return "nothing";
	}
	return arena_printf(arena, "'%.60s'%s", text,
			    strlen(text) > 60 ? "..." : "");
}

/* libyaml gives problems of the encoding as an offset in bytes. */
static struct place place_of_offset(struct bytes text, size_t offset)
{
	struct place at = { 1, 1 };

	for (size_t i = 0; i < offset && i < text.size; i++) {
		at.column++;
		if (text.data[i] == '\n') {
			at.line++;
			at.column = 1;
		}
	}
	return at;
}

/* The rest of the line at a place of the text, for people. */
static const char *rest_of_line(struct arena *arena, struct bytes text,
				struct place at)
{
	size_t i = 0;

	for (uint32_t line = 1; line < at.line && i < text.size; i++) {
		line += text.data[i] == '\n';
	}
	/* Columns count characters: a byte that continues one is none. */
	for (uint32_t column = 1; column < at.column && i < text.size; i++) {
		column += (text.data[i] & 0xC0) != 0x80;
	}
	size_t end = i;
	while (end < text.size && end - i < 60 && text.data[end] != '\n') {
		end++;
	}
	if (i == text.size) {
		return "the end of the file";
	}
	return i == end ? "the end of the line"
			: arena_printf(arena, "'%.*s'", (int)(end - i),
				       (const char *)text.data + i);
}

static void add_syntax(struct diags *diags, const yaml_parser_t *parser,
		       struct bytes text)
{
	const char *problem =
		parser->problem != NULL ? parser->problem : "it cannot be read";
	struct place at = place_of(parser->problem_mark);
	const char *context = "";

	if (parser->error == YAML_READER_ERROR) {
		at = place_of_offset(text, parser->problem_offset);
	} else if (parser->context != NULL) {
		context = arena_printf(diags->arena, " %s", parser->context);
		if (parser->context_mark.line + 1 != at.line) {
			context = arena_printf(
				diags->arena, "%s that begins in line %zu",
				context, parser->context_mark.line + 1);
		}
	}
	struct diag *diag =
		diag_add(diags, DIAG_SYNTAX, at, "not well-formed YAML: %s%s",
			 problem, context);
	diag->found = rest_of_line(diags->arena, text, at);
	diag->expected = "YAML that fits the lines before";
	if (*diag->found == '\'' && diag->found[1] == '\t') {
		diag->fix = "indent with spaces: YAML allows no tabs there";
	}
}

static void refuse(struct diags *diags, enum diag_code code, yaml_mark_t mark,
		   const char *what, const char *found)
{
	struct diag *diag = diag_add(diags, code, place_of(mark),
				     "%s is not possible in a manifest", what);
	diag->found = found;
	diag->expected = "one document of plain maps, lists and words";
}

static void refuse_anchor(struct diags *diags, const yaml_event_t *event,
			  const yaml_char_t *anchor)
{
	if (anchor != NULL) {
		refuse(diags, DIAG_ANCHOR, event->start_mark, "an anchor",
		       arena_printf(diags->arena, "'&%s'",
				    (const char *)anchor));
	}
}

static void refuse_tag(struct diags *diags, const yaml_event_t *event,
		       const yaml_char_t *tag)
{
	if (tag != NULL) {
		refuse(diags, DIAG_TAG, event->start_mark, "a tag",
		       arena_printf(diags->arena, "'%s'", (const char *)tag));
	}
}

struct scan {
	struct diags *diags;
	uint32_t documents, depth;
};

static void enter(struct scan *scan, const yaml_event_t *event)
{
	scan->depth++;
	if (scan->depth == YAML_DEPTH_LIMIT + 1) {
		struct diag *diag = diag_add(scan->diags, DIAG_DEPTH,
					     place_of(event->start_mark),
					     "nested too deep");
		diag->found = arena_printf(scan->diags->arena, "level %u",
					   scan->depth);
		diag->expected =
			arena_printf(scan->diags->arena, "at most %u levels",
				     YAML_DEPTH_LIMIT);
	}
}

static void scan_document(struct scan *scan, const yaml_event_t *event)
{
	scan->documents++;
	if (event->data.document_start.version_directive != NULL ||
	    event->data.document_start.tag_directives.start !=
		    event->data.document_start.tag_directives.end) {
		refuse(scan->diags, DIAG_DIRECTIVE, event->start_mark,
		       "a directive", "a line that begins with %");
	}
	if (scan->documents == 2) {
		refuse(scan->diags, DIAG_DOCUMENTS, event->start_mark,
		       "a second document", "'---'");
	}
}

static void scan_event(struct scan *scan, const yaml_event_t *event)
{
	struct diags *diags = scan->diags;

	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		scan_document(scan, event);
		break;
	case YAML_ALIAS_EVENT:
		refuse(diags, DIAG_ANCHOR, event->start_mark, "an alias",
		       arena_printf(diags->arena, "'*%s'",
				    (const char *)event->data.alias.anchor));
		break;
	case YAML_SCALAR_EVENT:
		refuse_anchor(diags, event, event->data.scalar.anchor);
		refuse_tag(diags, event, event->data.scalar.tag);
		break;
	case YAML_SEQUENCE_START_EVENT:
		refuse_anchor(diags, event, event->data.sequence_start.anchor);
		refuse_tag(diags, event, event->data.sequence_start.tag);
		enter(scan, event);
		break;
	case YAML_MAPPING_START_EVENT:
		refuse_anchor(diags, event, event->data.mapping_start.anchor);
		refuse_tag(diags, event, event->data.mapping_start.tag);
		enter(scan, event);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		scan->depth--;
		break;
	default:
		break;
	}
}

static void start_parser(yaml_parser_t *parser, struct bytes text)
{
	if (!yaml_parser_initialize(parser)) {
		fputs("tess: out of memory\n", stderr);
		exit(1);
	}
	yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(parser, text.data, text.size);
}

/* Refuses what the document form no longer shows. */
static bool scan_events(struct diags *diags, struct bytes text)
{
	struct scan scan = { .diags = diags };
	uint32_t before = diags->count;
	yaml_parser_t parser;
	bool done = false;

	start_parser(&parser, text);
	while (!done) {
		yaml_event_t event;

		if (!yaml_parser_parse(&parser, &event)) {
			add_syntax(diags, &parser, text);
			break;
		}
		scan_event(&scan, &event);
		done = event.type == YAML_STREAM_END_EVENT ||
		       scan.depth > YAML_DEPTH_LIMIT || scan.documents > 1;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);

	if (done && scan.documents == 0 && diags->count == before) {
		struct diag *diag =
			diag_add(diags, DIAG_EMPTY, (struct place){ 1, 1 },
				 "the manifest is empty");
		diag->found = "nothing";
		diag->expected = "the keys 'system' and 'capsules'";
	}
	return diags->count == before;
}

bool yaml_read(struct diags *diags, struct bytes text,
	       yaml_document_t *document)
{
	static const uint8_t mark[] = { 0xEF, 0xBB, 0xBF };

	/* Some editors start a file with a byte order mark. */
	if (text.size >= sizeof(mark) &&
	    memcmp(text.data, mark, sizeof(mark)) == 0) {
		text.data += sizeof(mark);
		text.size -= sizeof(mark);
	}
	if (!scan_events(diags, text)) {
		return false;
	}

	yaml_parser_t parser;
	start_parser(&parser, text);
	bool loaded = yaml_parser_load(&parser, document) != 0;
	if (!loaded) {
		add_syntax(diags, &parser, text);
	}
	yaml_parser_delete(&parser);
	return loaded;
}
