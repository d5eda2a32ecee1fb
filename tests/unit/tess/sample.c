/* SPDX-License-Identifier: Apache-2.0 */
/* A manifest to test with, and what every test does with manifests. */

#include "sample.h"

#include "tess/diag.h"
#include "tess/model.h"

const char sample_text[] =
	"system: demo\n"
	"capsules:\n"
	"  web:\n"
	"    image: web.elf\n"
	"    quota: { memory: 2MiB, virtual: 64MiB, caps: 64 }\n"
	"    uses:\n"
	"      - service: kv\n"
	"        from: store\n"
	"        rights: [get, list]\n"
	"        reason: serves pages\n"
	"      - { service: block, from: disk, rights: [read], reason: x }\n"
	"    never-reaches: [\"net.*\", store.admin]\n"
	"  store:\n"
	"    image: 2nd_store-v1.b.elf\n"
	"    lifetime: daemon\n"
	"    quota: { memory: 4MiB, virtual: 1GiB, caps: 256 }\n"
	"    offers:\n"
	"      kv: { rights: [get, put-2, list], to: [web] }\n"
	"      admin: { rights: [wipe] }\n"
	"    uses:\n"
	"      - service: block\n"
	"        from: disk\n"
	"        rights: [write, read]\n"
	"        reason: keeps its pages\n"
	"  disk:\n"
	"    image: disk.elf\n"
	"    quota: { memory: 1MiB, virtual: 16MiB, caps: 32 }\n"
	"    offers:\n"
	"      block: { rights: [read, write] }\n";

const size_t sample_size = sizeof(sample_text) - 1;

struct bytes sample_compile(struct arena *arena, const char *yaml, size_t size)
{
	struct diags diags = { .arena = arena, .file = "test.yaml" };
	struct model model = { 0 };
	yaml_document_t document;
	uint8_t *tight = tight_copy(yaml, size);
	struct bytes result = { 0 };

	if (yaml_read(&diags, (struct bytes){ tight, size }, &document)) {
		model_read(&diags, &document, &model);
		yaml_document_delete(&document);
		model_check(&diags, &model, 256ull << 20);
		if (diags.count == 0) {
			result = model_compile(arena, &model);
		}
	}
	assert_int_equal(result.data == NULL, diags.count != 0);
	free(tight);
	return result;
}

struct bytes sample_binary(struct arena *arena)
{
	struct bytes bytes = sample_compile(arena, sample_text, sample_size);

	if (bytes.data == NULL || bytes.size < sizeof(struct manifest_header)) {
		abort();
	}
	return bytes;
}

uint64_t sample_walk(const struct manifest_view *view)
{
	uint64_t sum = strlen(manifest_system(view));

	for (uint32_t i = 0; i < view->header->capsule_count; i++) {
		const struct manifest_capsule *capsule =
			manifest_capsule(view, manifest_start(view, i));
		const char *name = manifest_string(view, capsule->name);

		assert_in_range(strlen(name), 1, 31);
		assert_int_equal(manifest_find_capsule(view, name),
				 manifest_start(view, i));
		sum += strlen(manifest_string(view, capsule->image));
		for (uint32_t k = 0; k < capsule->offer_count; k++) {
			const struct manifest_offer *offer =
				manifest_offer(view, capsule->first_offer + k);

			assert_ptr_equal(manifest_capsule(view, offer->capsule),
					 capsule);
			sum += strlen(manifest_string(view, offer->name));
			assert_int_equal(manifest_offer_ops(offer) >> 31, 0);
			for (uint32_t b = 0; b < offer->right_count; b++) {
				sum += strlen(manifest_right(view, offer, b));
			}
		}
		for (uint32_t k = 0; k < capsule->use_count; k++) {
			const struct manifest_use *use =
				manifest_use(view, capsule->first_use + k);
			const struct manifest_offer *offer =
				manifest_offer(view, use->offer);

			assert_int_equal(use->ops & ~manifest_offer_ops(offer),
					 0);
			sum += strlen(manifest_string(view, use->reason));
		}
	}
	return sum;
}
