/* SPDX-License-Identifier: Apache-2.0 */
/* Program files, as the host tool packs them: what passes becomes a flat image
 * that passes as well. */

#include "tests/fuzz/fuzz.h"

#define main unit_main
#include "tests/unit/tess/elf_test.c" // NOLINT(bugprone-suspicious-include)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size > FILE_SIZE) {
		return -1;
	}
	uint8_t *tight = tight_copy(data, size);
	(void)judge_bytes(tight, size);
	arena_free(&arena);
	free(tight);
	return 0;
}

void fuzz_seeds(void)
{
	struct sample s = make_sample();

	fuzz_expect(judge_bytes(s.bytes, FILE_SIZE) == ELF_OK,
		    "the file is sound");
	arena_free(&arena);
	fuzz_seed(s.bytes, FILE_SIZE);
	free(s.bytes);
}
