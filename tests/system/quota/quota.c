/* SPDX-License-Identifier: Apache-2.0 */
/* Uses its memory up, by the page and by malloc, and then goes on. */

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <tess/core.h>
#include <tess/tap.h>

#include "abi/layout.h"

#define PAGE ABI_PAGE_SIZE

static void test_malloc(void)
{
	void *block;
	size_t count = 0;

	errno = 0;
	void *volatile huge = malloc(64 << 20);
	tap_ok(!huge && errno == ENOMEM,
	       "malloc beyond the quota gives NULL and ENOMEM # E55");
	free(huge);
	void *last = NULL;
	while ((block = malloc(4000))) {
		memset(block, (int)count, 4000);
		memcpy(block, &last, sizeof(last));
		last = block;
		count++;
	}
	tap_ok(count > 10, "malloc gives what the quota allows");
	while (last) {
		memcpy(&block, last, sizeof(block));
		free(last);
		last = block;
	}
	block = malloc(4000);
	tap_ok(block != NULL, "freed memory can be had again");
	free(block);
}

/* By the page, to the last one. */
static void test_grow(void)
{
	uint64_t address = 0, last = 0;
	struct tess_usage usage;
	bool zero = true;

	tap_is(tess_grow(0, &address), ST_BAD_ARGUMENT,
	       "no pages are no growth");
	tap_is(tess_grow(100, &address), ST_BAD_ARGUMENT,
	       "memory grows by whole pages # D19");
	tap_is(tess_grow(UINT64_MAX - PAGE + 1, &address), ST_LIMIT,
	       "more than there are addresses is refused # E51");
	while (tess_grow(PAGE, &address) == ST_OK) {
		const uint64_t *words = (const uint64_t *)address;
		for (size_t i = 0; i < PAGE / sizeof(*words); i++) {
			zero = zero && words[i] == 0;
		}
		memset((void *)address, 0xff, PAGE);
		last = address;
	}
	tap_ok(last == 0 || *(volatile uint8_t *)last == 0xff,
	       "the last page that was given is there");
	tap_ok(zero, "fresh memory is zero");
	tap_ok(tess_usage(&usage) == ST_OK &&
		       usage.memory_used <= usage.memory_quota &&
		       usage.virtual_used <= usage.virtual_quota &&
		       (usage.memory_used == usage.memory_quota ||
			usage.virtual_used == usage.virtual_quota),
	       "a quota is used to its end and not beyond # E52 E53");
}

int main(void)
{
	tap_plan(9);
	test_malloc();
	test_grow();
	return tap_end();
}
