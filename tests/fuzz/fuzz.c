/* SPDX-License-Identifier: Apache-2.0 */
/* What the targets share; see fuzz.h. */

#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned int seed_count;

void fuzz_expect(int holds, const char *what)
{
	if (!holds) {
		fprintf(stderr, "fuzz: does not hold: %s\n", what);
		abort();
	}
}

static void write_seed(const uint8_t *data, size_t size)
{
	char path[4096];

	(void)LLVMFuzzerTestOneInput(data, size);
	snprintf(path, sizeof(path), "%s/seed-%u", getenv("FUZZ_SEEDS"),
		 seed_count++);
	FILE *file = fopen(path, "wb");
	fuzz_expect(file && fwrite(data, 1, size, file) == size &&
			    fclose(file) == 0,
		    "a seed can be written");
}

/* A copy, because targets make their inputs where the tests have theirs. */
static void copy_seed(const void *front, size_t front_size, const void *data,
		      size_t size)
{
	uint8_t *bytes = malloc(front_size + size);

	fuzz_expect(bytes != NULL, "there is memory");
	memcpy(bytes, front, front_size);
	memcpy(bytes + front_size, data, size);
	write_seed(bytes, front_size + size);
	free(bytes);
}

void fuzz_seed(const void *data, size_t size)
{
	copy_seed("", 0, data, size);
}

void fuzz_seed_as(uint8_t choice, const void *data, size_t size)
{
	copy_seed(&choice, 1, data, size);
}

int LLVMFuzzerInitialize(const int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	setenv("CMOCKA_TEST_ABORT", "1", 1);
	if (getenv("FUZZ_SEEDS")) {
		fuzz_seeds();
		fuzz_expect(seed_count > 0, "a target has seeds");
		exit(0);
	}
	return 0;
}
