/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where tokens come from: a key that SHA-256 turns into a token and into the
 * next key, which takes its place. Whoever learns the key knows what comes, and
 * nothing of what was drawn. Its beginning is nano's share of the entropy that
 * boot found, which is as secret as the kernel's memory.
 */

#include "common/sha256.h"
#include "common/string.h"
#include "kernel/state.h"
#include "kernel/token.h"

static_assert(sizeof(state.token_key) == SHA256_SIZE, "a key is a hash");
static_assert(TOKEN_WORDS * sizeof(uint64_t) == SHA256_SIZE, "and a token");

/* One way only, and another one for each purpose. `out` may be `secret`. */
static void derive(void *out, const uint8_t *secret, uint32_t size,
		   const char *purpose)
{
	struct sha256 hash;

	sha256_init(&hash);
	sha256_update(&hash, purpose, strlen(purpose));
	sha256_update(&hash, secret, size);
	sha256_final(&hash, out);
}

/* Half of it is left: CPUs take their key of pointer authentication from the
 * end, also one that starts late. Less than a whole hash is none: a token must
 * not be easier to guess than it looks. */
void token_init(struct boot_info *boot)
{
	CHECK(boot->entropy_size <= sizeof(boot->entropy));
	if (boot->entropy_size < SHA256_SIZE) {
		return;
	}
	derive(state.token_key, boot->entropy, boot->entropy_size,
	       "tessera: the key of the first token");
	memset(boot->entropy, 0, boot->entropy_size / 2);
	state.has_tokens = true;
}

/* Each purpose is short enough for one block of SHA-256 with the key. */
void token_draw(uint64_t token[TOKEN_WORDS])
{
	CHECK(state.has_tokens);
	derive(token, state.token_key, SHA256_SIZE, "tessera: a token");
	derive(state.token_key, state.token_key, SHA256_SIZE,
	       "tessera: the next key");
}
