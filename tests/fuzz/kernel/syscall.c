/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System calls. An input is a row of them, eight bytes each: verb, capability,
 * label, length, four words. Whichever thread runs makes the next one. In the
 * end every book of the kernel is checked, as after each call of a unit test.
 */

#include "tests/fuzz/fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/kernel/world.h"

#define CALL_SIZE 8
#define CALLS_MAX 64
#define NODE      CORE_SLOT_CAPNODE

static uint64_t first; /* slot of what setup made */

/* Small numbers as they are, which are also slots; the rest are edges. */
static uint64_t value(uint8_t byte)
{
	static const uint64_t edges[] = {
		128,
		255,
		256,
		1u << 16,
		UINT32_MAX,
		1ull << 32,
		1ull << 32 | CORE_SLOT_FREE,
		1ull << 63,
		UINT64_MAX,
		USER_START,
		USER_START + ABI_PAGE_SIZE,
		USER_START + 1,
		USER_END,
		0x10000000000,
		KERNEL_WINDOW,
		KERNEL_BASE,
		NODE | 2ull << CORE_CAPNODE_BITS,
		1ull << CORE_CAPNODE_BITS,
		(1ull << CORE_CAPNODE_BITS) - 1,
		20ull << ABI_MESSAGE_REPLY_SHIFT,
	};

	return byte < 128 ? byte : edges[byte % ARRAY_SIZE(edges)];
}

/* Bits 0-15 of the length as they are, or a reply slot, or any flags. */
static uint64_t info_of(uint8_t byte)
{
	return byte < 64    ? byte
	       : byte < 192 ? (uint64_t)byte << ABI_MESSAGE_REPLY_SHIFT
			    : (uint64_t)(byte & 63) << 14;
}

static void call(const uint8_t *bytes)
{
	struct message_registers *message = &world_current()->context.message;

	message->verb = bytes[0] % 9;
	message->capability = value(bytes[1]);
	message->label = bytes[2];
	message->info = info_of(bytes[3]);
	for (unsigned int i = 0; i < 8; i++) {
		message->words[i] = value(bytes[4 + i % 4]);
	}
	(void)kernel_syscall(world_current());
}

/* Two threads beside core, and one object of each kind. */
static void make(void)
{
	struct slot *slot;
	uint64_t node;

	world_boot(NULL);
	first = world_make(ABI_TYPE_ENDPOINT, 0);
	world_make(ABI_TYPE_REPLY, 0);
	world_make(ABI_TYPE_FRAME, 0);
	world_make(ABI_TYPE_PAGE_TABLE, 0);
	world_make(ABI_TYPE_UNTYPED, 16);
	world_make(ABI_TYPE_EXPORT_TABLE, 4);
	for (unsigned int i = 0; i < 2; i++) {
		(void)world_thread(&node, NULL);
		world_call(node, ABI_CAPNODE_copy, 3, first);
		world_call(node, ABI_CAPNODE_copy, 4, node);
		world_call(node, ABI_CAPNODE_move, 5,
			   world_make(ABI_TYPE_REPLY, 0));
	}
	/* What the checks go by stays as it is. */
	slot = cap_find(world_node(), CORE_SLOT_THREAD);
	slot->ops = 0;
}

/* Making all that takes longer than an input does: it is made once and kept. */
static void setup(void)
{
	static uint8_t *ram;
	static struct fake fake_then;
	static __typeof__(state) state_then;

	if (!ram) {
		make();
		ram = malloc(FAKE_RAM_SIZE);
		if (!ram) {
			abort();
		}
		memcpy(ram, fake.ram, FAKE_RAM_SIZE);
		fake_then = fake;
		state_then = state;
	}
	fake_reserved_show(true);
	fake = fake_then;
	if (!fake.ram) {
		abort();
	}
	memcpy(fake.ram, ram, FAKE_RAM_SIZE);
	state = state_then;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t count = size / CALL_SIZE;

	if (count > CALLS_MAX) {
		return -1;
	}
	setup();
	fake.expects_end = true;
	if (setjmp(fake.back) != 0) {
		return 0; /* the machine was switched off */
	}
	for (size_t i = 0; i < count; i++) {
		if (world_current()->flags & THREAD_IDLE) {
			break;
		}
		call(data + i * CALL_SIZE);
	}
	world_check();
	return 0;
}

/* A row of methods that core may call, and one conversation. */
void fuzz_seeds(void)
{
	setup();
	uint8_t slot = (uint8_t)first;
	const uint8_t methods[] = {
		ABI_VERB_CALL, NODE,     ABI_CAPNODE_copy,   2, 120, slot, 0, 0,
		ABI_VERB_CALL, NODE,     ABI_CAPNODE_move,   2, 121, 120,  0, 0,
		ABI_VERB_CALL, NODE,     ABI_CAPNODE_mint,   5, 122, slot, 1, 6,
		ABI_VERB_CALL, slot + 4, ABI_UNTYPED_info,   0, 0,   0,    0, 0,
		ABI_VERB_CALL, slot + 2, ABI_FRAME_info,     0, 0,   0,    0, 0,
		ABI_VERB_CALL, slot + 3, ABI_PAGE_TABLE_map, 2, 2,   137,  0, 0,
	};
	const uint8_t conversation[] = {
		ABI_VERB_RECV,       slot,     0, slot + 1, 0, 0, 0, 0,
		ABI_VERB_CALL,       3,        1, 3,        7, 8, 9, 10,
		ABI_VERB_REPLY,      slot + 1, 0, 4,        1, 2, 3, 4,
		ABI_VERB_YIELD,      0,        0, 0,        0, 0, 0, 0,
		ABI_VERB_SEND,       3,        1, 3,        7, 8, 9, 10,
		ABI_VERB_YIELD,      0,        0, 0,        0, 0, 0, 0,
		ABI_VERB_REPLY_RECV, slot,     0, slot + 1, 0, 0, 0, 0,
	};

	fuzz_expect(first + 4 < 120, "slots fit into a byte below 128");
	fuzz_seed(methods, sizeof(methods));
	fuzz_seed(conversation, sizeof(conversation));
}
