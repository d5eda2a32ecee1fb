/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any Untyped, whatever was made of it, and any call of retype. What is made
 * lies inside the Untyped, behind everything made of it before, one object
 * behind the other, each aligned to its size, in empty slots of the node that
 * was named; it is made of zeroes alone, however many calls it took to zero it,
 * or of a device, where it is memory only. No sum runs over. What is refused
 * changes nothing, and what is to be run again has made nothing.
 *
 * The Untyped lies at one address, which is only added to others, and the node
 * has two slots. What memory holds is one 64-byte unit of it, any, which is zero
 * or is not; that is a proof of its own. What finds a node,
 * makes an object or fills a slot is replaced by what looks on, for other proofs
 * are about that.
 */

#include "common/string.h"
#include "kernel/capsule.h"
#include "kernel/invoke.h"
#include "kernel/token.h"
#include "kernel/vspace.h"
#include "tests/prove/prove.h"

#define UNIT       (1ull << ABI_SLOT_BITS)
#define STEP_BYTES 0x40000
#define NODE_COUNT 3
#define BASE       (1ull << 46) /* of the Untyped */

/* What holds of where things lie. */
#define PLACE(x, text) PROVE(is_about_zeroes || (x), text)

/* A node with slots that are empty or not, and what leads to it. */
static struct slot node[NODE_COUNT], leads;
static struct slot untyped;
static struct thread caller;
static struct capnode root; /* has no slots: all look-ups go on from here */

static uint64_t end;  /* of the Untyped, an address */
static uint64_t seen; /* the unit that is looked at, an address */
static bool seen_is_zero;
static bool is_about_zeroes; /* and nothing else */

static uint64_t free_from; /* the address behind everything made */
static uint64_t size;      /* of each object that is asked for */
static uint32_t made;
static bool is_anew;     /* what lay in the Untyped before is gone */
static bool is_admitted; /* as far as the sweeps go */
static bool is_finished; /* so is what lay in its CapNodes */

void *arch_window(paddr_t pa)
{
	return (void *)pa.a;
}

void *memset(void *to, int value, size_t length)
{
	uint64_t start = (uint64_t)to;

	PLACE(value == 0, "memory is filled with zeroes");
	PLACE(length <= STEP_BYTES, "nobody waits for more than a step");
	PLACE(start >= free_from && start + length <= end,
	      "nothing is zeroed that is used, or that is somebody else's");
	PLACE(!untyped.memory.is_device, "no register of a device is written");
	if (start <= seen && seen + UNIT <= start + length) {
		seen_is_zero = true;
	}
	return to;
}

struct slot *cap_find_deep(struct capnode *from, uint64_t address)
{
	PLACE(from == &root && address == caller.context.message.words[3],
	      "the node is looked up that the caller names");
	return nondet_bool() ? &leads : NULL;
}

bool sweep_takes(const struct slot *slot)
{
	(void)slot;
	return nondet_bool();
}

status_t sweep_check(struct slot *slot)
{
	PLACE(slot == &untyped, "the sweeps are asked about the Untyped");
	is_admitted = nondet_bool();
	return is_admitted     ? ST_OK
	       : nondet_bool() ? ST_NO_CAPABILITY
			       : KERNEL_RESTART;
}

status_t sweep_finish(void)
{
	is_finished = nondet_bool();
	return is_finished ? ST_OK : KERNEL_RESTART;
}

uint16_t vspace_asid_find(void)
{
	return nondet_u16();
}

void cap_make_original(struct capnode *in, struct slot *slot,
		       struct slot *parent, enum abi_object_type type,
		       uint64_t object)
{
	bool is_memory = type == ABI_TYPE_FRAME || type == ABI_TYPE_UNTYPED;

	PLACE(in == (struct capnode *)(void *)node && slot > node &&
		      slot < node + NODE_COUNT && slot->type == ABI_TYPE_NULL,
	      "in an empty slot of the node that is named");
	PLACE(parent == &untyped && parent->depth < ABI_DERIVATION_MAX,
	      "derived from the Untyped, within the bound");
	PLACE(object >= free_from, "behind everything made before");
	PLACE(object <= end && size <= end - object, "inside the Untyped");
	PLACE(is_aligned(object, size), "aligned to its size");
	PLACE(is_memory || !untyped.memory.is_device,
	      "a device is memory only");
	if (type != ABI_TYPE_UNTYPED && type != ABI_TYPE_RESERVED &&
	    !untyped.memory.is_device && object <= seen &&
	    seen < object + size) {
		PROVE(!is_about_zeroes || seen_is_zero, "made of zeroes");
	}
	free_from = object + size;
	made++;
	slot->type = (uint8_t)type;
	slot->object = object;
}

void capnode_init(struct capnode *of, uint32_t bits)
{
	PLACE((uint64_t)of + size == free_from, "the node made last");
	PLACE(1ull << (bits + ABI_SLOT_BITS) == size, "as large as it says");
}

void token_table_init(struct capnode *table, uint32_t bits)
{
	PLACE((uint64_t)table + size == free_from, "the table made last");
	PLACE(1ull << (bits + ABI_EXPORT_TABLE_BITS) == size,
	      "as large as it says");
}

void thread_init(struct thread *thread)
{
	PLACE((uint64_t)thread + size == free_from, "the thread made last");
}

void capsule_init(struct capsule *capsule)
{
	PLACE((uint64_t)capsule + size == free_from, "the capsule made last");
}

void vspace_init(struct vspace *vspace, uint16_t asid)
{
	PLACE((uint64_t)vspace + size == free_from, "the space made last");
	PLACE(asid != 0, "with an address space id");
}

/* What holds of every Untyped between two calls. */
static bool is_sound(void)
{
	uint64_t units = (end - BASE) / UNIT, at = (seen - BASE) / UNIT;
	bool is_clean = at >= untyped.memory.used &&
			at >= untyped.clean.start && at < untyped.clean.end;

	return untyped.memory.used <= units && untyped.clean.end <= units &&
	       (untyped.memory.used || !untyped.child) &&
	       (!is_about_zeroes || !is_clean || seen_is_zero);
}

static void make_world(void)
{
	uint8_t bits = nondet_u8();

	ASSUME(bits >= ABI_SLOT_BITS && bits <= 46);
	end = BASE + (1ull << bits);
	untyped = (struct slot){
		.object = BASE,
		.type = ABI_TYPE_UNTYPED,
		.depth = nondet_u8(),
		.child = nondet_u32(),
		.clean = { nondet_u32(), nondet_u32() },
		.memory = { .used = nondet_u32(),
			    .bits = bits,
			    .is_device = nondet_bool() },
	};
	seen = nondet_u64();
	seen_is_zero = nondet_bool();
	ASSUME(seen >= BASE && seen < end && is_aligned(seen, UNIT));
	ASSUME(is_sound());

	leads = (struct slot){
		.object = (uint64_t)node,
		.type = nondet_bool() ? ABI_TYPE_CAPNODE : nondet_u8(),
		.ops = nondet_u32(),
	};
	*(struct capnode *)(void *)node = (struct capnode){
		.count = NODE_COUNT,
	};
	for (uint32_t i = 1; i < NODE_COUNT; i++) {
		node[i].type =
			nondet_bool() ? ABI_TYPE_ENDPOINT : ABI_TYPE_NULL;
	}
	caller.capnode = &root;
	for (uint32_t i = 0; i < 5; i++) {
		caller.context.message.words[i] = nondet_u64();
	}
}

/* What of the Untyped retype has no business with. */
static bool is_same(const struct slot *before)
{
	return untyped.object == before->object &&
	       untyped.type == before->type && untyped.depth == before->depth &&
	       untyped.child == before->child &&
	       untyped.memory.bits == before->memory.bits &&
	       untyped.memory.is_device == before->memory.is_device;
}

static void check_made(void)
{
	PLACE(made == caller.context.message.words[2],
	      "as many as were asked for");
	PLACE(leads.type == ABI_TYPE_CAPNODE &&
		      leads.ops >> ABI_CAPNODE_copy & 1,
	      "where it is permitted");
	PLACE(!state.sweeps || is_admitted, "nothing is added under a mark");
	PLACE(!is_anew || is_finished,
	      "not where there are still capabilities of what is gone");
	PLACE(BASE + untyped.memory.used * UNIT == free_from,
	      "the mark covers what was made, and no more");
	for (uint32_t i = 1; i < NODE_COUNT; i++) {
		PLACE(!cap_is_memory(node[i].type) ||
			      (1ull << node[i].memory.bits == size &&
			       node[i].memory.is_device ==
				       untyped.memory.is_device),
		      "memory says its size, and whether it is a device's");
	}
}

static void prove(void)
{
	make_world();
	const uint64_t *words = caller.context.message.words;
	const struct slot before = untyped;

	is_anew = !before.child && before.memory.used;
	free_from = BASE + (before.child ? before.memory.used * UNIT : 0);
	size = 1ull << abi_object_bits(words[0], words[1]);
	status_t status = untyped_invoke(&caller, &untyped, ABI_UNTYPED_retype);
	PROVE(is_sound() && is_same(&before), "the Untyped is sound again");
	if (status == ST_OK) {
		check_made();
		return;
	}
	PLACE(made == 0, "all or nothing");
	if (status != KERNEL_RESTART) {
		PLACE(untyped.memory.used == before.memory.used &&
			      untyped.clean.start == before.clean.start &&
			      untyped.clean.end == before.clean.end,
		      "a refusal changes nothing");
	} else {
		PLACE(untyped.memory.used ==
			      (is_anew && is_finished ? 0 : before.memory.used),
		      "the mark stays, or all is free again");
	}
}

void prove_retype(void)
{
	prove();
}

void prove_zeroed(void)
{
	is_about_zeroes = true;
	prove();
}
