/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the memory map of the hand-over. There is one way to change it:
 * paint() lays a new range over the old ones and writes the list anew, so the
 * invariant (sorted, disjoint, merged) has one author.
 */

#include "boot/ranges.h"

#include "abi/layout.h"
#include "common/string.h"
#include "common/types.h"

static unsigned int rank(uint32_t kind)
{
	return kind == BOOT_RANGE_RAM ? 0 : kind == BOOT_RANGE_RESERVED ? 1 : 2;
}

/* Appends to a list that ascends; empty pieces vanish, equal ones merge. False
 * when the list is full. */
static bool append(struct boot_range *list, uint32_t *count, uint64_t start,
		   uint64_t end, uint32_t kind)
{
	struct boot_range *last = *count ? &list[*count - 1] : NULL;

	if (start >= end) {
		return true;
	}
	if (last && last->end == start && last->kind == kind) {
		last->end = end;
		return true;
	}
	if (*count == BOOT_RANGES_MAX) {
		return false;
	}
	list[(*count)++] =
		(struct boot_range){ .start = start, .end = end, .kind = kind };
	return true;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/*
 * Lays [start, end) over the map; what has at least its rank stays. Each old
 * range falls into what lies before, inside and behind the new one; `cursor` is
 * where the new one goes on.
 */
static enum boot_fault paint(struct boot_info *info, uint64_t start,
			     uint64_t end, uint32_t kind)
{
	struct boot_range list[BOOT_RANGES_MAX];
	uint32_t count = 0;
	uint64_t cursor = start;
	bool fits = true;

	for (uint32_t i = 0; i < info->range_count; i++) {
		const struct boot_range *old = &info->ranges[i];
		uint64_t gap_end = most(start, least(old->start, end));
		uint64_t inside = most(old->start, start);
		uint64_t inside_end = least(old->end, end);
		bool stays = rank(old->kind) >= rank(kind);

		fits = fits && append(list, &count, cursor, gap_end, kind) &&
		       append(list, &count, old->start, least(old->end, start),
			      old->kind) &&
		       append(list, &count, inside, inside_end,
			      stays ? old->kind : kind) &&
		       append(list, &count, most(old->start, end), old->end,
			      old->kind);
		cursor = most(cursor, inside_end);
	}
	if (!fits || !append(list, &count, cursor, end, kind)) {
		return FAULT_RANGES;
	}
	memcpy(info->ranges, list, count * sizeof(list[0]));
	info->range_count = count;
	return FAULT_NONE;
}

enum boot_fault ranges_add(struct boot_info *info, uint64_t start,
			   uint64_t size, enum boot_range_kind kind)
{
	uint64_t end;

	if (__builtin_add_overflow(start, size, &end)) {
		return FAULT_MEMORY_WRAPS;
	}
	start = least(start, RANGES_END);
	end = least(end, RANGES_END);
	if (kind == BOOT_RANGE_RAM) {
		start = align_up(start, ABI_PAGE_SIZE);
		end = align_down(end, ABI_PAGE_SIZE);
	} else {
		start = align_down(start, ABI_PAGE_SIZE);
		end = align_up(end, ABI_PAGE_SIZE);
	}
	return size && start < end ? paint(info, start, end, kind) : FAULT_NONE;
}

enum boot_fault ranges_claim(struct boot_info *info, uint64_t start,
			     uint64_t end, enum boot_range_kind kind)
{
	if (!is_aligned(start | end, ABI_PAGE_SIZE)) {
		return FAULT_NOT_IN_RAM;
	}
	for (uint32_t i = 0; i < info->range_count; i++) {
		const struct boot_range *range = &info->ranges[i];

		if (range->kind == BOOT_RANGE_RAM && range->start <= start &&
		    start < end && end <= range->end) {
			return paint(info, start, end, kind);
		}
	}
	return FAULT_NOT_IN_RAM;
}

bool ranges_find(const struct boot_info *info, uint64_t size,
		 uint64_t alignment, uint64_t limit, uint64_t *start)
{
	for (uint32_t i = 0; i < info->range_count; i++) {
		const struct boot_range *range = &info->ranges[i];
		uint64_t place = align_up(range->start, alignment);
		uint64_t end = least(range->end, limit);

		if (range->kind == BOOT_RANGE_RAM && place < end &&
		    end - place >= size) {
			*start = place;
			return true;
		}
	}
	return false;
}

bool ranges_is_memory(uint32_t kind)
{
	return kind != BOOT_RANGE_RESERVED && kind != BOOT_RANGE_DEVICE;
}

uint64_t ranges_memory(const struct boot_info *info)
{
	uint64_t bytes = 0;

	for (uint32_t i = 0; i < info->range_count; i++) {
		if (ranges_is_memory(info->ranges[i].kind)) {
			bytes += info->ranges[i].end - info->ranges[i].start;
		}
	}
	return bytes;
}

enum boot_fault cpus_add(struct boot_info *info, uint64_t id, uint64_t self)
{
	for (uint32_t i = 0; i < info->cpu_count; i++) {
		if (info->cpus[i] == id) {
			return FAULT_NONE;
		}
	}
	if (info->cpu_count == BOOT_CPUS_MAX) {
		return FAULT_CPUS;
	}
	info->cpus[info->cpu_count++] = id;
	if (id == self) {
		info->cpus[info->cpu_count - 1] = info->cpus[0];
		info->cpus[0] = self;
	}
	return FAULT_NONE;
}
