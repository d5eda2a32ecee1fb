/* SPDX-License-Identifier: Apache-2.0 */
/* Knows where the owner's secrets are, in the owner's address space. Looks at
 * those addresses in its own, and everywhere else that it can. */

#include <stdlib.h>
#include <string.h>

#include <tess/core.h>
#include <tess/ipc.h>
#include <tess/start.h>
#include <tess/syscall.h>
#include <tess/tap.h>

#include "abi/layout.h"
#include "where.h"

#define MASK 0x1234567890abcdef

/* Uninitialised on purpose: so that the same address holds the owner's data. */
static volatile uint64_t data, more_data[512];

/* Whether an address is the thief's own, so that reading it is no fault. */
static bool is_mapped(uint64_t address, uint64_t heap_end)
{
	const struct start_info *info = tess_start_info();

	return (address >= info->image_start && address < info->image_end) ||
	       (address >= info->stack_start && address < info->stack_end) ||
	       (address >= info->heap_start && address < heap_end);
}

/* The secret is nowhere in this program, only what it becomes with the mask. */
static volatile uint64_t mask = MASK;

static bool is_secret(uint64_t word)
{
	return (word ^ mask) == (SECRET ^ MASK);
}

static uint32_t count_secrets(uint64_t start, uint64_t end)
{
	uint32_t found = 0;

	for (uint64_t at = start; at < end; at += sizeof(uint64_t)) {
		found += is_secret(*(volatile uint64_t *)at);
	}
	return found;
}

/* No register that comes back from the kernel holds an address of it. */
static bool leaks(uint64_t verb, uint64_t capability, uint64_t info)
{
	struct tess_registers registers = {
		.verb = verb,
		.capability = capability,
		.info = info,
	};
	const struct tess_registers before = registers;
	const uint64_t *sent = (const uint64_t *)&before;
	const uint64_t *words = (const uint64_t *)&registers;

	tess_syscall(&registers);
	for (size_t i = 0; i < sizeof(registers) / sizeof(*words); i++) {
		if (words[i] >= KERNEL_WINDOW && words[i] != sent[i]) {
			return true;
		}
	}
	return false;
}

static bool any_leak(tess_handle_t where)
{
	bool leak = false;

	for (uint64_t verb = 0; verb <= ABI_VERB_COUNT; verb++) {
		if (verb != ABI_VERB_SEND && verb != ABI_VERB_RECV) {
			leak = leak || leaks(verb, 0, 0) || leaks(verb, 5, 3) ||
			       leaks(verb, 0, UINT64_MAX);
		}
	}
	return leak || leaks(ABI_VERB_CALL, where, 0) ||
	       leaks(ABI_VERB_CALL, where, ABI_MESSAGE_WORDS_MAX + 1);
}

int main(void)
{
	const struct start_info *info = tess_start_info();
	tess_handle_t where = tess_route("where");
	struct tess_message message = { .length = 0 };
	uint32_t found = 0, looked = 0;
	uint64_t heap_end = 0;

	tap_plan(5);
	tess_grow(2 << 20, &heap_end);
	uint64_t fresh = heap_end;
	heap_end += 2 << 20;
	tap_ok(tess_invoke(where, WHERE_ASK, &message) == ST_OK,
	       "the owner says where its secrets are");
	for (int i = 0; i < 3; i++) {
		if (is_mapped(message.words[i], heap_end)) {
			volatile uint64_t *at =
				(volatile uint64_t *)(message.words[i] & ~7ull);
			looked++;
			found += is_secret(*at);
		}
	}
	tap_ok(looked >= 2, "the same addresses are mapped here as well");
	uint64_t own = count_secrets(fresh, heap_end) +
		       count_secrets(info->stack_start, info->stack_end) +
		       count_secrets((uint64_t)more_data,
				     (uint64_t)(more_data + 512)) +
		       is_secret(data);
	tap_ok(found == 0 && own == 0,
	       "no secret of another capsule is anywhere # E10 E20");
	uint8_t any = 0;
	for (uint64_t at = fresh; at < heap_end; at++) {
		any |= *(volatile uint8_t *)at;
	}
	tap_ok(any == 0, "two MiB of fresh memory are all zero");
	tap_ok(!any_leak(where), "no register shows an address of the kernel");
	for (uint64_t at = fresh; at < heap_end; at += sizeof(uint64_t)) {
		*(volatile uint64_t *)at = 0x1111;
	}
	data = 0x1111;
	message = (struct tess_message){ .length = 1, .words = { found == 0 } };
	tess_invoke(where, WHERE_TELL, &message);
	return tap_end();
}
