/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks a compiled manifest.
 *
 * Sizes first: after check_size() every table lies within the bytes given,
 * and after check_string() a string ends within the pool. Then each table, in
 * the order in which the later ones rely on the earlier: capsules, offers with
 * their rights, uses, start order.
 */

#include "common/manifest.h"

#include <stdbool.h>

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int string_compare(const char *a, const char *b)
{
	while (*a != '\0' && *a == *b) {
		a++;
		b++;
	}
	return (unsigned char)*a - (unsigned char)*b;
}

static bool page_multiple(uint64_t value)
{
	return value % MANIFEST_PAGE_SIZE == 0;
}

/* A string that starts where a string may start and is short enough. */
static enum manifest_error check_string(const struct manifest_view *view,
					uint32_t offset, uint32_t room)
{
	if (offset == 0 || offset >= view->header->string_size ||
	    view->strings[offset - 1] != '\0') {
		return MANIFEST_STRING_WRONG;
	}
	/* The pool's last byte is NUL, so this ends within the pool. */
	for (uint32_t i = 0; i < room; i++) {
		if (view->strings[offset + i] == '\0') {
			return i == 0 ? MANIFEST_STRING_WRONG : MANIFEST_OK;
		}
	}
	return MANIFEST_STRING_WRONG;
}

static enum manifest_error check_name(const struct manifest_view *view,
				      uint32_t offset)
{
	enum manifest_error error =
		check_string(view, offset, MANIFEST_NAME_SIZE);
	if (error != MANIFEST_OK) {
		return error;
	}

	const char *name = manifest_string(view, offset);
	if (!is_lower(*name)) {
		return MANIFEST_NAME_WRONG;
	}
	for (; *name != '\0'; name++) {
		if (!is_lower(*name) && !is_digit(*name) && *name != '-') {
			return MANIFEST_NAME_WRONG;
		}
	}
	return MANIFEST_OK;
}

static enum manifest_error check_image(const struct manifest_view *view,
				       uint32_t offset)
{
	enum manifest_error error =
		check_string(view, offset, MANIFEST_NAME_SIZE);
	if (error != MANIFEST_OK) {
		return error;
	}

	const char *name = manifest_string(view, offset);
	if (!is_lower(*name) && !is_digit(*name)) {
		return MANIFEST_IMAGE_WRONG;
	}
	for (; *name != '\0'; name++) {
		if (!is_lower(*name) && !is_digit(*name) && *name != '-' &&
		    *name != '_' && *name != '.') {
			return MANIFEST_IMAGE_WRONG;
		}
	}
	return MANIFEST_OK;
}

static enum manifest_error check_header(const struct manifest_header *header,
					uint64_t size)
{
	if (size < sizeof(*header)) {
		return MANIFEST_TRUNCATED;
	}
	if (header->magic != MANIFEST_MAGIC) {
		return MANIFEST_MAGIC_WRONG;
	}
	if (header->version != MANIFEST_VERSION) {
		return MANIFEST_VERSION_WRONG;
	}
	if (header->total_size > size) {
		return MANIFEST_TRUNCATED;
	}
	if (header->capsule_count == 0 ||
	    header->capsule_count > MANIFEST_CAPSULE_LIMIT ||
	    header->offer_count >
		    header->capsule_count * MANIFEST_OFFER_LIMIT ||
	    header->right_count > header->offer_count * MANIFEST_RIGHT_LIMIT ||
	    header->use_count > header->capsule_count * MANIFEST_USE_LIMIT ||
	    header->string_size > MANIFEST_STRING_LIMIT) {
		return MANIFEST_COUNT_WRONG;
	}
	for (uint32_t i = 0; i < sizeof(header->zero) / sizeof(uint32_t); i++) {
		if (header->zero[i] != 0) {
			return MANIFEST_RESERVED;
		}
	}
	return MANIFEST_OK;
}

/* The counts are bounded, so no sum here can wrap. */
static enum manifest_error check_size(const struct manifest_header *header,
				      uint64_t size)
{
	uint64_t end = sizeof(*header) +
		       header->capsule_count * sizeof(struct manifest_capsule) +
		       header->offer_count * sizeof(struct manifest_offer) +
		       header->right_count * sizeof(uint32_t) +
		       header->use_count * sizeof(struct manifest_use) +
		       header->capsule_count * sizeof(uint32_t) +
		       header->string_size;
	uint64_t total = (end + 7) & ~7ull;

	if (header->total_size != total || size != total) {
		return MANIFEST_SIZE_WRONG;
	}
	for (; end < total; end++) {
		if (((const char *)header)[end] != 0) {
			return MANIFEST_RESERVED;
		}
	}
	return MANIFEST_OK;
}

static void place_tables(const struct manifest_header *header,
			 struct manifest_view *view)
{
	view->header = header;
	view->capsules = (const struct manifest_capsule *)(header + 1);
	view->offers = (const struct manifest_offer *)(view->capsules +
						       header->capsule_count);
	view->rights = (const uint32_t *)(view->offers + header->offer_count);
	view->uses = (const struct manifest_use *)(view->rights +
						   header->right_count);
	view->start_order = (const uint32_t *)(view->uses + header->use_count);
	view->strings =
		(const char *)(view->start_order + header->capsule_count);
}

/* The pool opens and ends with a NUL and holds printable ASCII between. */
static enum manifest_error check_pool(const struct manifest_view *view)
{
	uint32_t size = view->header->string_size;

	if (size < 2 || view->strings[0] != '\0' ||
	    view->strings[size - 1] != '\0') {
		return MANIFEST_STRING_WRONG;
	}
	for (uint32_t i = 0; i < size; i++) {
		char c = view->strings[i];
		if (c != '\0' && (c < ' ' || c > '~')) {
			return MANIFEST_STRING_WRONG;
		}
	}
	return check_name(view, view->header->system);
}

static enum manifest_error check_quota(const struct manifest_capsule *capsule)
{
	if (capsule->memory_bytes == 0 ||
	    capsule->memory_bytes > MANIFEST_MEMORY_LIMIT ||
	    !page_multiple(capsule->memory_bytes) ||
	    capsule->virtual_bytes == 0 ||
	    capsule->virtual_bytes > MANIFEST_VIRTUAL_LIMIT ||
	    !page_multiple(capsule->virtual_bytes)) {
		return MANIFEST_QUOTA_WRONG;
	}

	uint32_t slots = capsule->cap_slots;
	if (slots < MANIFEST_CAPS_MIN || slots > MANIFEST_CAPS_MAX ||
	    (slots & (slots - 1)) != 0 ||
	    capsule->use_count + capsule->offer_count + MANIFEST_OWN_SLOTS >
		    slots) {
		return MANIFEST_QUOTA_WRONG;
	}
	return MANIFEST_OK;
}

static enum manifest_error check_capsule(const struct manifest_view *view,
					 uint32_t index)
{
	const struct manifest_capsule *capsule = &view->capsules[index];
	enum manifest_error error = check_name(view, capsule->name);

	if (error == MANIFEST_OK) {
		error = check_image(view, capsule->image);
	}
	if (error != MANIFEST_OK) {
		return error;
	}
	if (index > 0 &&
	    string_compare(manifest_string(view, capsule[-1].name),
			   manifest_string(view, capsule->name)) >= 0) {
		return MANIFEST_ORDER;
	}
	if (capsule->class != MANIFEST_CLASS_DEFAULT ||
	    capsule->lifetime > MANIFEST_LIFETIME_DAEMON ||
	    capsule->zero[0] != 0 || capsule->zero[1] != 0 ||
	    capsule->zero[2] != 0) {
		return MANIFEST_RESERVED;
	}
	if (capsule->offer_count > MANIFEST_OFFER_LIMIT ||
	    capsule->use_count > MANIFEST_USE_LIMIT) {
		return MANIFEST_COUNT_WRONG;
	}
	return check_quota(capsule);
}

/* The capsules divide the offers and the uses among them without a gap. */
static enum manifest_error check_capsules(const struct manifest_view *view)
{
	uint64_t memory = 0;
	uint32_t offer = 0;
	uint32_t use = 0;

	for (uint32_t i = 0; i < view->header->capsule_count; i++) {
		const struct manifest_capsule *capsule = &view->capsules[i];
		enum manifest_error error = check_capsule(view, i);

		if (error != MANIFEST_OK) {
			return error;
		}
		if (capsule->first_offer != offer ||
		    capsule->first_use != use) {
			return MANIFEST_RANGE_WRONG;
		}
		offer += capsule->offer_count;
		use += capsule->use_count;
		memory += capsule->memory_bytes;
	}

	if (offer != view->header->offer_count ||
	    use != view->header->use_count) {
		return MANIFEST_RANGE_WRONG;
	}
	return memory == view->header->memory_bytes ? MANIFEST_OK
						    : MANIFEST_QUOTA_WRONG;
}

static bool index_within(uint32_t index, uint32_t first, uint32_t count)
{
	return index >= first && index - first < count;
}

/* The names of one offer's rights; the same name twice would be ambiguous. */
static enum manifest_error check_rights(const struct manifest_view *view,
					const struct manifest_offer *offer)
{
	for (uint32_t bit = 0; bit < offer->right_count; bit++) {
		uint32_t name = view->rights[offer->first_right + bit];
		enum manifest_error error = check_name(view, name);

		if (error != MANIFEST_OK) {
			return error;
		}
		for (uint32_t other = 0; other < bit; other++) {
			if (string_compare(manifest_right(view, offer, other),
					   manifest_string(view, name)) == 0) {
				return MANIFEST_ORDER;
			}
		}
	}
	return MANIFEST_OK;
}

static enum manifest_error check_offers(const struct manifest_view *view)
{
	uint32_t right = 0;

	for (uint32_t i = 0; i < view->header->offer_count; i++) {
		const struct manifest_offer *offer = &view->offers[i];

		if (offer->capsule >= view->header->capsule_count) {
			return MANIFEST_INDEX_WRONG;
		}
		const struct manifest_capsule *capsule =
			&view->capsules[offer->capsule];
		if (!index_within(i, capsule->first_offer,
				  capsule->offer_count)) {
			return MANIFEST_RANGE_WRONG;
		}
		if (offer->first_right != right || offer->right_count == 0 ||
		    offer->right_count > MANIFEST_RIGHT_LIMIT ||
		    offer->right_count > view->header->right_count - right) {
			return MANIFEST_COUNT_WRONG;
		}
		right += offer->right_count;
		if (offer->delegation > MANIFEST_DELEGATION_MAX) {
			return MANIFEST_GRANT_WRONG;
		}

		enum manifest_error error = check_name(view, offer->name);
		if (error == MANIFEST_OK) {
			error = check_rights(view, offer);
		}
		if (error != MANIFEST_OK) {
			return error;
		}
		if (i > capsule->first_offer &&
		    string_compare(manifest_string(view, offer[-1].name),
				   manifest_string(view, offer->name)) >= 0) {
			return MANIFEST_ORDER;
		}
	}
	return right == view->header->right_count ? MANIFEST_OK
						  : MANIFEST_COUNT_WRONG;
}

static enum manifest_error check_use(const struct manifest_view *view,
				     uint32_t index)
{
	const struct manifest_use *use = &view->uses[index];

	if (use->capsule >= view->header->capsule_count ||
	    use->offer >= view->header->offer_count) {
		return MANIFEST_INDEX_WRONG;
	}
	const struct manifest_capsule *capsule = &view->capsules[use->capsule];
	const struct manifest_offer *offer = &view->offers[use->offer];
	if (!index_within(index, capsule->first_use, capsule->use_count)) {
		return MANIFEST_RANGE_WRONG;
	}
	if (use->ops == 0 || (use->ops & ~manifest_offer_ops(offer)) != 0) {
		return MANIFEST_OPS_WRONG;
	}
	if (use->grant > 1) {
		return MANIFEST_GRANT_WRONG;
	}
	if (index > capsule->first_use) {
		const struct manifest_offer *last =
			&view->offers[use[-1].offer];
		if (string_compare(manifest_string(view, last->name),
				   manifest_string(view, offer->name)) >= 0) {
			return MANIFEST_ORDER;
		}
	}
	return check_string(view, use->reason, MANIFEST_REASON_SIZE);
}

/* A permutation of the capsules in which each server precedes its clients. */
static enum manifest_error check_start_order(const struct manifest_view *view)
{
	uint32_t position[MANIFEST_CAPSULE_LIMIT];
	uint32_t count = view->header->capsule_count;

	for (uint32_t i = 0; i < count; i++) {
		position[i] = MANIFEST_NOT_FOUND;
	}
	for (uint32_t i = 0; i < count; i++) {
		uint32_t capsule = view->start_order[i];
		if (capsule >= count) {
			return MANIFEST_INDEX_WRONG;
		}
		if (position[capsule] != MANIFEST_NOT_FOUND) {
			return MANIFEST_START_ORDER;
		}
		position[capsule] = i;
	}
	for (uint32_t i = 0; i < view->header->use_count; i++) {
		const struct manifest_use *use = &view->uses[i];
		uint32_t server = view->offers[use->offer].capsule;
		if (position[server] >= position[use->capsule]) {
			return MANIFEST_START_ORDER;
		}
	}
	return MANIFEST_OK;
}

enum manifest_error manifest_check(const void *base, uint64_t size,
				   struct manifest_view *view)
{
	if (((uintptr_t)base & 7) != 0) {
		return MANIFEST_MISPLACED;
	}

	enum manifest_error error = check_header(base, size);
	if (error == MANIFEST_OK) {
		error = check_size(base, size);
	}
	if (error != MANIFEST_OK) {
		return error;
	}

	place_tables(base, view);
	error = check_pool(view);
	if (error == MANIFEST_OK) {
		error = check_capsules(view);
	}
	if (error == MANIFEST_OK) {
		error = check_offers(view);
	}
	if (error != MANIFEST_OK) {
		return error;
	}

	for (uint32_t i = 0; i < view->header->use_count; i++) {
		error = check_use(view, i);
		if (error != MANIFEST_OK) {
			return error;
		}
	}
	return check_start_order(view);
}

uint32_t manifest_find_capsule(const struct manifest_view *view,
			       const char *name)
{
	for (uint32_t i = 0; i < view->header->capsule_count; i++) {
		if (string_compare(
			    manifest_string(view, view->capsules[i].name),
			    name) == 0) {
			return i;
		}
	}
	return MANIFEST_NOT_FOUND;
}

const char *manifest_error_text(enum manifest_error error)
{
	switch (error) {
#define X(name, text)         \
	case MANIFEST_##name: \
		return (text);
		MANIFEST_ERRORS(X)
#undef X
	default:
		return "has an unknown fault";
	}
}
