/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Little-endian fields of firmware's tables, which need not be aligned. */

#include <stddef.h>
#include <stdint.h>

#include "common/string.h"

static inline uint16_t field16(const uint8_t *base, size_t offset)
{
	uint16_t value;

	memcpy(&value, base + offset, sizeof(value));
	return value;
}

static inline uint32_t field32(const uint8_t *base, size_t offset)
{
	uint32_t value;

	memcpy(&value, base + offset, sizeof(value));
	return value;
}

static inline uint64_t field64(const uint8_t *base, size_t offset)
{
	uint64_t value;

	memcpy(&value, base + offset, sizeof(value));
	return value;
}
