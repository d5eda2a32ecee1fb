/* SPDX-License-Identifier: Apache-2.0 */
/* Compiled manifests, as init gets them: what is accepted can be walked. */

#include "tests/fuzz/fuzz.h"

#include "tests/unit/tess/sample.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct manifest_view view;
	uint8_t *tight = tight_copy(data, size);

	if (manifest_check(tight, size, &view) == MANIFEST_OK) {
		(void)sample_walk(&view);
	}
	free(tight);
	return 0;
}

void fuzz_seeds(void)
{
	struct arena arena = { 0 };
	struct bytes bytes = sample_binary(&arena);
	struct manifest_view view;

	fuzz_expect(manifest_check(bytes.data, bytes.size, &view) ==
			    MANIFEST_OK,
		    "the manifest is sound");
	fuzz_seed(bytes.data, bytes.size);
	arena_free(&arena);
}
