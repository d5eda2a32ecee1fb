/* SPDX-License-Identifier: Apache-2.0 */
/* Lines on the console: whose they are cannot be forged, and no output of a
 * capsule reaches a terminal as anything but printable text. */

#include "core/log.h"

#include <stdlib.h>
#include <string.h>

#include "world.h"

static struct capsule *capsule;

static int fresh(void **unused)
{
	world_boot(unused);
	capsule = capsule_find_free() + 1; /* not init */
	*capsule = (struct capsule){ .state = CAPSULE_RUNNING, .name = "web" };
	world_console[0] = 0;
	return 0;
}

static void put(const char *text)
{
	log_put(capsule, text, strlen(text));
}

static void test_lines(void **unused)
{
	(void)unused;
	put("hel");
	assert_string_equal(world_console, "");
	put("lo\nsecond\nthi");
	assert_string_equal(world_console, "[web] hello\r\n[web] second\r\n");
	log_flush(capsule);
	log_flush(capsule);
	assert_string_equal(world_console,
			    "[web] hello\r\n[web] second\r\n[web] thi\r\n");
}

static void test_empty_line(void **unused)
{
	(void)unused;
	put("\n\n");
	assert_string_equal(world_console, "[web] \r\n[web] \r\n");
}

static void test_escapes(void **unused)
{
	(void)unused;
	put("a\tb\r\x1b[31m\x7f\x80\xff\n");
	assert_string_equal(world_console,
			    "[web] a\tb\\x0d\\x1b[31m\\x7f\\x80\\xff\r\n");
}

/* Whatever is written, each line begins with the name and is of bounded
 * length. */
static void test_any_bytes(void **unused)
{
	char bytes[300];

	(void)unused;
	srand(1);
	for (uint32_t round = 0; round < 100; round++) {
		for (uint32_t i = 0; i < sizeof(bytes); i++) {
			bytes[i] = (char)rand();
		}
		world_console_length = 0;
		log_put(capsule, bytes, sizeof(bytes));
		log_flush(capsule);
		for (char *line = strtok(world_console, "\n"); line;
		     line = strtok(NULL, "\n")) {
			assert_memory_equal(line, "[web] ", 6);
			assert_in_range(strlen(line), 7, CAPSULE_LINE_MAX + 7);
			for (const char *c = line; *c != '\r'; c++) {
				assert_true((*c >= ' ' && *c <= '~') ||
					    *c == '\t');
			}
		}
	}
}

static void test_long_line(void **unused)
{
	char text[CAPSULE_LINE_MAX + 11];

	(void)unused;
	memset(text, 'x', sizeof(text));
	text[CAPSULE_LINE_MAX + 10] = '\n';
	log_put(capsule, text, sizeof(text));
	assert_int_equal(world_console_length,
			 2 * strlen("[web] \r\n") + CAPSULE_LINE_MAX + 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_lines, fresh),
		cmocka_unit_test_setup(test_empty_line, fresh),
		cmocka_unit_test_setup(test_escapes, fresh),
		cmocka_unit_test_setup(test_any_bytes, fresh),
		cmocka_unit_test_setup(test_long_line, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
