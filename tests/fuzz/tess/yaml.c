/* SPDX-License-Identifier: Apache-2.0 */
/* Manifests as people write them: refused with errors, or compiled to what
 * passes the check of the running system. */

#include "tests/fuzz/fuzz.h"

#include "tests/unit/tess/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct manifest_view view;
	struct bytes bytes = sample_compile(&arena, (const char *)data, size);

	if (bytes.data != NULL) {
		assert_int_equal(manifest_check(bytes.data, bytes.size, &view),
				 MANIFEST_OK);
		(void)sample_walk(&view);
	}
	arena_free(&arena);
	return 0;
}

void fuzz_seeds(void)
{
	struct arena arena = { 0 };

	fuzz_expect(sample_compile(&arena, sample_text, sample_size).data !=
			    NULL,
		    "the text is sound");
	fuzz_seed(sample_text, sample_size);
	arena_free(&arena);
}
