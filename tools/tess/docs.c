/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints docs/manifest.md. The keys come from the schema and the errors from
 * their list, so the page cannot say anything else than the compiler does.
 */

#include <stdio.h>
#include <string.h>

#include "abi/manifest.h"
#include "tess/command.h"
#include "tess/diag.h"
#include "tess/schema.h"

static const char opening[] =
	"<!-- Made by `tess manifest --docs`; `make docs` renews it. -->\n"
	"# The manifest\n"
	"\n"
	"A manifest says what a system consists of: which capsules, what each\n"
	"may use up, and which may call which methods of which other. Nothing\n"
	"else will exist, and nothing else can be reached. `tess manifest`\n"
	"checks it and compiles it to a flat binary form\n"
	"(`abi/include/abi/manifest.h`) that the running system reads without\n"
	"a parser.\n"
	"\n"
	"```yaml\n"
	"system: demo\n"
	"capsules:\n"
	"  store:\n"
	"    image: store.elf\n"
	"    quota: { memory: 4MiB, virtual: 64MiB, caps: 256 }\n"
	"    offers:\n"
	"      kv: { rights: [get, put], to: [web] }\n"
	"  web:\n"
	"    image: web.elf\n"
	"    quota: { memory: 2MiB, virtual: 64MiB, caps: 64 }\n"
	"    uses:\n"
	"      - service: kv\n"
	"        from: store\n"
	"        rights: [get]\n"
	"        reason: serves pages\n"
	"    never-reaches: [\"net.*\"]\n"
	"```\n"
	"\n"
	"## Keys\n"
	"\n"
	"In a path `*` stands for a name of your choice and `[]` for each\n"
	"entry of a list.\n"
	"\n"
	"| key | type | | range | meaning |\n"
	"|---|---|---|---|---|\n";

static const char unenforced[] =
	"\n"
	"### Not enforced yet\n"
	"\n"
	"These keys are settled, but this build would not enforce them.\n"
	"Therefore it refuses them (T0111): nobody shall rely on a limit that\n"
	"is not there.\n"
	"\n"
	"| key | type | range | meaning |\n"
	"|---|---|---|---|\n";

static const char rules[] =
	"\n"
	"## Rules\n"
	"\n"
	"* **YAML.** Maps, lists and words only. Anchors, aliases, tags,\n"
	"  directives, further documents, duplicate keys, more than 16 levels\n"
	"  and more than 1 MiB are refused.\n"
	"* **Sizes** are whole numbers with B, KiB, MiB or GiB (powers of\n"
	"  1024) and no space: `4MiB`. Quotas are multiples of 4KiB. **Times**\n"
	"  have us, ms, s, m or h: `10ms`. **Rates** are a number or a size\n"
	"  and `/s`: `1MiB/s`.\n"
	"* **Memory.** The memory quotas together must not exceed the memory\n"
	"  of the machine (`--memory`, 256MiB without it) less 64MiB that the\n"
	"  system keeps for itself.\n"
	"* **Images.** `x.elf` is looked for beside the manifest, then in the\n"
	"  folders given with `--capsules`, in their order. It must be a\n"
	"  statically linked ELF64 executable. `--check` accepts its source in\n"
	"  its place, `x.c` or a folder `x` beside the manifest, and\n"
	"  `--list-images` looks for no image, so that they can be built.\n"
	"* **Rights.** The rights of an offer are its methods in order: right\n"
	"  number k is method k, and a use's rights become bit k of the\n"
	"  capability's ops. So the kernel itself refuses all other methods.\n"
	"  Method 31 belongs to the system and is never granted.\n"
	"* **Routes.** A program asks for a route by the name of the service;\n"
	"  so one capsule cannot use two services of the same name.\n"
	"* **Handing over.** Capabilities go with messages and answers along\n"
	"  routes with `grant: true` only. What can be handed over is what a\n"
	"  server makes of an offer with `delegation`, and what others were\n"
	"  handed of it; routes themselves stay where they are, and nothing\n"
	"  goes along what was handed over. A capsule at either end of such a\n"
	"  route works with its own capabilities in the slots that its `caps`\n"
	"  leaves free; an offer with `delegation` takes one slot more.\n"
	"* **Start order.** Servers start before their clients, otherwise as\n"
	"  the manifest orders them. Capsules that wait for each other are\n"
	"  refused, and the circle is printed.\n"
	"* **Boundaries.** `never-reaches` is proved on the graph of routes:\n"
	"  no chain of uses, through however many capsules, may lead from the\n"
	"  capsule to a service that the pattern means. A pattern that means\n"
	"  nothing holds; one that is a single letter off a longer name of\n"
	"  this manifest is taken for a slip and refused. Whatever a capsule\n"
	"  offers with `delegation` counts as a route of every capsule that\n"
	"  routes with `grant` connect it with, through however many others.\n"
	"\n"
	"## Errors\n"
	"\n"
	"Every error has a code that keeps its meaning, the place, what was\n"
	"found, what was expected and what to change. At most 20 are printed\n"
	"at once, in the order of the file; `--json` prints one object per\n"
	"line with the members code, message, file, line, column, found,\n"
	"expected and fix; line, column, found and expected may be missing.\n"
	"\n"
	"| code | meaning | what to do |\n"
	"|---|---|---|\n";

/* A bar ends a cell of a table unless it is escaped. */
static void print_cell(const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '|') {
			putchar('\\');
		}
		putchar(*text);
	}
	fputs(" |", stdout);
}

static void print_row(struct arena *arena, const struct schema_row *row)
{
	printf("| `%s` | ", row->path);
	print_cell(schema_type_name(row->type));
	putchar(' ');
	if (row->enforced) {
		print_cell(row->needed ? "needed" : "");
		putchar(' ');
	}
	print_cell(schema_range(arena, row));
	putchar(' ');
	print_cell(row->doc);
	putchar('\n');
}

void manifest_docs(void)
{
	struct arena arena = { 0 };

	fputs(opening, stdout);
	for (uint32_t i = KEY_ROOT + 1; i < KEY_COUNT; i++) {
		if (schema_rows[i].enforced) {
			print_row(&arena, &schema_rows[i]);
		}
	}
	fputs(unenforced, stdout);
	for (uint32_t i = KEY_ROOT + 1; i < KEY_COUNT; i++) {
		if (!schema_rows[i].enforced) {
			print_row(&arena, &schema_rows[i]);
		}
	}
	fputs(rules, stdout);
#define X(code, name, meaning, fix) \
	printf("| T%04d | ", code); \
	print_cell(meaning);        \
	putchar('\n');
	DIAG_CODES(X)
#undef X
	arena_free(&arena);
}
