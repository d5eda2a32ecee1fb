/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * SHA-256, for boot, nano, user code and the host tool alike.
 *
 * A thin cover over BearSSL's implementation: it keeps BearSSL's headers out
 * of everybody else's include path, and it is the only place that names it.
 */
#include <stddef.h>
#include <stdint.h>

#define SHA256_SIZE 32u

/** A hash in progress. Opaque; on the caller's stack; needs no clean-up. */
struct sha256 {
	uint64_t opaque[14];
};

/** Starts a hash. */
void sha256_init(struct sha256 *ctx);

/** Adds `size` bytes at `data`; `data` may be null when `size` is 0. */
void sha256_update(struct sha256 *ctx, const void *data, size_t size);

/** Writes the hash of everything added so far. (FIPS 180-4) */
void sha256_final(const struct sha256 *ctx, uint8_t out[SHA256_SIZE]);

/** Hashes one buffer. */
void sha256_of(const void *data, size_t size, uint8_t out[SHA256_SIZE]);
