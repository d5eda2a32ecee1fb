/* SPDX-License-Identifier: Apache-2.0 */
/* Helpers of boot's tests. */

#include "support.h"

static uint64_t state;

void random_seed(uint64_t seed)
{
	state = seed;
}

/* splitmix64 */
uint32_t random_below(uint32_t limit)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15u);

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (uint32_t)((z ^ z >> 31) >> 32) % limit;
}

void put8(uint8_t *base, size_t offset, uint8_t value)
{
	base[offset] = value;
}

void put16(uint8_t *base, size_t offset, uint16_t value)
{
	memcpy(base + offset, &value, sizeof(value));
}

void put32(uint8_t *base, size_t offset, uint32_t value)
{
	memcpy(base + offset, &value, sizeof(value));
}

void put64(uint8_t *base, size_t offset, uint64_t value)
{
	memcpy(base + offset, &value, sizeof(value));
}

void mutate(uint8_t *bytes, uint32_t size)
{
	static const uint32_t values[] = { 0,          1,          7,
					   8,          0x7f,       0xff,
					   0xffff,     0x7fffffff, 0x80000000,
					   0xfffffff8, 0xffffffff, 0x01000000 };

	for (uint32_t n = 1 + random_below(4); n; n--) {
		uint32_t at = random_below(size - 4);

		switch (random_below(3)) {
		case 0:
			bytes[at] = (uint8_t)random_below(256);
			break;
		case 1:
			bytes[at] ^= (uint8_t)(1u << random_below(8));
			break;
		default:
			put32(bytes, at & ~3u,
			      values[random_below(sizeof(values) / 4)]);
		}
	}
}

void check_map(const struct boot_info *info)
{
	uint64_t end = 0;
	uint32_t kind = 0;

	assert_true(info->range_count <= BOOT_RANGES_MAX);
	for (uint32_t i = 0; i < info->range_count; i++) {
		const struct boot_range *range = &info->ranges[i];

		assert_true(range->start < range->end);
		assert_int_equal(
			(range->start | range->end) & (ABI_PAGE_SIZE - 1), 0);
		assert_true(range->start >= end);
		assert_true(range->start > end || range->kind != kind ||
			    end == 0);
		assert_in_range(range->kind, BOOT_RANGE_RAM, BOOT_RANGE_DEVICE);
		assert_int_equal(range->zero, 0);
		end = range->end;
		kind = range->kind;
	}
}

uint32_t kind_at(const struct boot_info *info, uint64_t address)
{
	for (uint32_t i = 0; i < info->range_count; i++) {
		if (address >= info->ranges[i].start &&
		    address < info->ranges[i].end) {
			return info->ranges[i].kind;
		}
	}
	return 0;
}

const struct boot_range *range_of(const struct boot_info *info, uint32_t kind)
{
	uint32_t i = 0;

	while (i < info->range_count && info->ranges[i].kind != kind) {
		i++;
	}
	assert_true(i < info->range_count);
	return &info->ranges[i];
}
