/* SPDX-License-Identifier: Apache-2.0 */
/* Prints a compiled manifest, in the order in which init starts capsules. */

#include "tess/show.h"

#include "common/manifest.h"
#include "tess/file.h"
#include "tess/value.h"

#define FILE_LIMIT (16u << 20)

static const char *lifetime_name(uint32_t lifetime)
{
	switch (lifetime) {
#define X(number, name, text)          \
	case MANIFEST_LIFETIME_##name: \
		return (text);
		MANIFEST_LIFETIMES(X)
#undef X
	default:
		return "?";
	}
}

static const char *capsule_name(const struct manifest_view *view,
				uint32_t index)
{
	return manifest_string(view, manifest_capsule(view, index)->name);
}

static void text_rights(const struct manifest_view *view,
			const struct manifest_offer *offer, uint32_t ops)
{
	for (uint32_t bit = 0; bit < offer->right_count; bit++) {
		if ((ops >> bit & 1) != 0) {
			printf(" %s", manifest_right(view, offer, bit));
		}
	}
}

static void text_capsule(struct arena *arena, const struct manifest_view *view,
			 const struct manifest_capsule *capsule)
{
	printf("%s: %s, %s, memory %s, virtual %s, caps %u\n",
	       manifest_string(view, capsule->name),
	       manifest_string(view, capsule->image),
	       lifetime_name(capsule->lifetime),
	       value_size_text(arena, capsule->memory_bytes),
	       value_size_text(arena, capsule->virtual_bytes),
	       capsule->cap_slots);
	for (uint32_t i = 0; i < capsule->offer_count; i++) {
		const struct manifest_offer *offer =
			manifest_offer(view, capsule->first_offer + i);

		printf("  offers %s:", manifest_string(view, offer->name));
		text_rights(view, offer, manifest_offer_ops(offer));
		if (offer->delegation != 0) {
			printf(", delegation %u", offer->delegation);
		}
		putchar('\n');
	}
	for (uint32_t i = 0; i < capsule->use_count; i++) {
		const struct manifest_use *use =
			manifest_use(view, capsule->first_use + i);
		const struct manifest_offer *offer =
			manifest_offer(view, use->offer);

		printf("  uses %s of %s:", manifest_string(view, offer->name),
		       capsule_name(view, offer->capsule));
		text_rights(view, offer, use->ops);
		printf("%s (%s)\n", use->grant ? ", grant" : "",
		       manifest_string(view, use->reason));
	}
}

static void json_member(const char *name, const char *text)
{
	printf("\"%s\":", name);
	print_json(stdout, text);
	putchar(',');
}

static void json_rights(const struct manifest_view *view,
			const struct manifest_offer *offer, uint32_t ops)
{
	const char *glue = "";

	fputs("\"rights\":[", stdout);
	for (uint32_t bit = 0; bit < offer->right_count; bit++) {
		if ((ops >> bit & 1) != 0) {
			fputs(glue, stdout);
			print_json(stdout, manifest_right(view, offer, bit));
			glue = ",";
		}
	}
	fputs("]}", stdout);
}

static void json_capsule(const struct manifest_view *view,
			 const struct manifest_capsule *capsule)
{
	putchar('{');
	json_member("capsule", manifest_string(view, capsule->name));
	json_member("image", manifest_string(view, capsule->image));
	json_member("lifetime", lifetime_name(capsule->lifetime));
	printf("\"memory\":%llu,\"virtual\":%llu,\"caps\":%u,\"offers\":[",
	       (unsigned long long)capsule->memory_bytes,
	       (unsigned long long)capsule->virtual_bytes, capsule->cap_slots);
	for (uint32_t i = 0; i < capsule->offer_count; i++) {
		const struct manifest_offer *offer =
			manifest_offer(view, capsule->first_offer + i);

		fputs(i == 0 ? "{" : ",{", stdout);
		json_member("service", manifest_string(view, offer->name));
		printf("\"delegation\":%u,", offer->delegation);
		json_rights(view, offer, manifest_offer_ops(offer));
	}
	fputs("],\"uses\":[", stdout);
	for (uint32_t i = 0; i < capsule->use_count; i++) {
		const struct manifest_use *use =
			manifest_use(view, capsule->first_use + i);
		const struct manifest_offer *offer =
			manifest_offer(view, use->offer);

		fputs(i == 0 ? "{" : ",{", stdout);
		json_member("service", manifest_string(view, offer->name));
		json_member("from", capsule_name(view, offer->capsule));
		json_member("reason", manifest_string(view, use->reason));
		printf("\"grant\":%s,", use->grant ? "true" : "false");
		json_rights(view, offer, use->ops);
	}
	puts("]}");
}

void manifest_show(struct diags *diags, const char *path, bool json)
{
	struct bytes file = { 0 };
	struct manifest_view view;
	const char *why = file_read(diags->arena, path, FILE_LIMIT, &file);

	if (why == NULL) {
		enum manifest_error error =
			manifest_check(file.data, file.size, &view);

		if (error != MANIFEST_OK) {
			why = arena_printf(diags->arena, "it %s",
					   manifest_error_text(error));
		}
	}
	if (why != NULL) {
		struct diag *diag =
			diag_add(diags, DIAG_MANIFEST, (struct place){ 0, 0 },
				 "the compiled manifest cannot be read");
		diag->found = why;
		return;
	}

	if (!json) {
		printf("system %s: %s of memory; %u capsule%s, in start order:\n",
		       manifest_system(&view),
		       value_size_text(diags->arena, view.header->memory_bytes),
		       view.header->capsule_count,
		       view.header->capsule_count == 1 ? "" : "s");
	}
	for (uint32_t i = 0; i < view.header->capsule_count; i++) {
		const struct manifest_capsule *capsule =
			manifest_capsule(&view, manifest_start(&view, i));

		if (json) {
			json_capsule(&view, capsule);
		} else {
			text_capsule(diags->arena, &view, capsule);
		}
	}
}
