/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHA-256 by BearSSL. The context is opaque to our callers; the assertion
 * below is what lets it stay so.
 */

#include "common/sha256.h"

#include <bearssl_hash.h>

_Static_assert(sizeof(br_sha256_context) <= sizeof(struct sha256) &&
		       _Alignof(br_sha256_context) <= _Alignof(struct sha256),
	       "struct sha256 has room for BearSSL's context");

void sha256_init(struct sha256 *ctx)
{
	br_sha256_init((br_sha256_context *)ctx->opaque);
}

void sha256_update(struct sha256 *ctx, const void *data, size_t size)
{
	if (size != 0) {
		br_sha256_update((br_sha256_context *)ctx->opaque, data, size);
	}
}

void sha256_final(const struct sha256 *ctx, uint8_t out[SHA256_SIZE])
{
	br_sha256_out((const br_sha256_context *)ctx->opaque, out);
}

void sha256_of(const void *data, size_t size, uint8_t out[SHA256_SIZE])
{
	struct sha256 ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, data, size);
	sha256_final(&ctx, out);
}
