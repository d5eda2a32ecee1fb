/* SPDX-License-Identifier: Apache-2.0 */
/* What a C program expects to find: arguments, constructors, formatted output,
 * a heap, thread-local storage, errno, and an orderly exit. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <tess/core.h>
#include <tess/ipc.h>
#include <tess/start.h>
#include <tess/tap.h>

#define BLOCKS 200

static _Thread_local int started_with = 42, zero;
static _Thread_local char aligned[64] __attribute__((aligned(64)));
static int constructed;

__attribute__((constructor)) static void construct(void)
{
	constructed = 1;
}

static void at_the_end(void)
{
	printf("the end, without a newline");
}

static void test_format(void)
{
	char text[100];

	snprintf(text, sizeof(text), "%d %5u|%-5s|%lx %.3f %e %c%%", -7, 42u,
		 "ab", 0xfeedul, 3.14159, 1e100, 'z');
	tap_ok(strcmp(text, "-7    42|ab   |feed 3.142 1.000000e+100 z%") == 0,
	       "printf formats integers, strings and doubles");
}

static void test_heap(void)
{
	static char *blocks[BLOCKS];
	bool good = true;

	for (int i = 0; i < BLOCKS; i++) {
		blocks[i] = malloc((size_t)i * 13 + 1);
		good = good && blocks[i];
		memset(blocks[i], i, (size_t)i * 13 + 1);
	}
	for (int i = 0; i < BLOCKS; i++) {
		for (int k = 0; k < i * 13 + 1; k++) {
			good = good && blocks[i][k] == (char)i;
		}
		free(blocks[i]);
	}
	tap_ok(good, "malloc gives blocks that do not overlap");
	char *cleared = calloc(1000, 10);
	for (int i = 0; cleared && i < 10000; i++) {
		good = good && cleared[i] == 0;
	}
	tap_ok(cleared && good, "calloc gives zeros");
	free(cleared);
}

static void test_threads_own(void)
{
	tap_ok(started_with == 42 && zero == 0,
	       "thread-local variables have their initial values # D27");
	tap_ok((uintptr_t)aligned % 64 == 0,
	       "thread-local variables are aligned # D27");
	started_with++;
	errno = 0;
	tap_ok(strtol("99999999999999999999", NULL, 10) && errno == ERANGE,
	       "errno works");
}

static void test_start(int argc, char **argv)
{
	const struct start_info *info = tess_start_info();
	int local;
	uintptr_t address = (uintptr_t)&local;

	tap_ok(argc == 1 && strcmp(argv[0], "hello") == 0 && !argv[1],
	       "main gets the capsule's name # D27");
	tap_ok(constructed, "constructors ran # D27");
	tap_ok(address > info->stack_start && address < info->stack_end,
	       "main runs on the stack that core made # D27");
	tap_ok(info->route_count == 0 && info->offer_count == 0,
	       "a capsule without uses has no routes");
	tap_ok(tess_route("kv") == TESS_NONE,
	       "asking for a route that the manifest lacks gives none");
}

int main(int argc, char **argv)
{
	struct tess_usage usage;

	tap_plan(12);
	test_format();
	test_heap();
	test_threads_own();
	test_start(argc, argv);
	tap_ok(tess_usage(&usage) == ST_OK && usage.memory_quota == 1 << 20 &&
		       usage.memory_used <= usage.memory_quota &&
		       usage.virtual_used <= usage.virtual_quota,
	       "a capsule may ask what it uses");
	printf("two and a half: %f\n", 2.5);
	printf("no escape: \033[31m\n");
	atexit(at_the_end);
	exit(tap_end());
}
