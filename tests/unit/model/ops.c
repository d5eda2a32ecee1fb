/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From random bytes to an operation. What the model knows decides what would
 * mean something: capabilities that are there, slots that are empty, addresses
 * that have tables. Now and then one field becomes anything.
 */

#include <string.h>

#include "tests/unit/kernel/world.h"

#include "lockstep.h"

#define CHOICES    256
#define FIRST_WORD (offsetof(struct message_buffer, words) / 8)
#define FIRST_CAP  (offsetof(struct message_buffer, caps) / 8)
#define FIRST_SLOT (offsetof(struct message_buffer, slots) / 8)

static const struct model *model = &lockstep_model;

static uint64_t edge(uint8_t byte)
{
	static const uint64_t edges[] = {
		0,
		1,
		2,
		15,
		16,
		17,
		31,
		32,
		63,
		64,
		65,
		255,
		256,
		65535,
		65536,
		UINT32_MAX,
		1ull << 32,
		1ull << 32 | SLOT_FREE,
		1ull << 48 | SLOT_NODE,
		1ull << 63,
		UINT64_MAX,
		USER_START - ABI_PAGE_SIZE,
		USER_END,
		USER_END - ABI_PAGE_SIZE,
		USER_START + 1,
		1ull << 47,
		KERNEL_WINDOW,
		KERNEL_BASE,
		ABI_MESSAGE_CAPS,
		ABI_MESSAGE_DEADLINE,
		ABI_MESSAGE_CALLED,
		ABI_MESSAGE_WORDS_MAX,
		ABI_MESSAGE_WORDS_MAX + 1,
		SLOT_NODE | (SLOT_NODE + 1) << 4,
		(SLOT_NODE | (SLOT_NODE + 1) << 4) | (SLOT_NODE + 1) << 8,
	};

	return edges[byte % ARRAY_SIZE(edges)];
}

/* Addresses of all capabilities of a type (0: any) that the thread can name
 * through at most one further CapNode; one of them is chosen. */
struct choices {
	uint64_t address[CHOICES];
	unsigned int count;
};

static void offer(struct choices *choices, const struct model_cap *cap,
		  uint64_t address, int type)
{
	if (cap->filled && (!type || cap->type == type) &&
	    choices->count < CHOICES) {
		choices->address[choices->count++] = address | cap->incarnation
								       << 32;
	}
}

static uint64_t pick_cap(int thread, int type, uint8_t byte)
{
	struct choices choices = { .count = 0 };
	int node = model_bound(model, thread, MODEL_CAPNODE);

	if (node == MODEL_NONE) {
		return byte;
	}
	const struct model_object *root = &model->objects[node];
	for (int i = 1; i < root->count; i++) {
		const struct model_cap *cap = &model->caps[root->first + i];
		offer(&choices, cap, (uint64_t)i, type);
		if (!cap->filled || cap->type != ABI_TYPE_CAPNODE) {
			continue;
		}
		const struct model_object *below = &model->objects[cap->object];
		for (int j = 1; j < below->count; j++) {
			offer(&choices, &model->caps[below->first + j],
			      (uint64_t)i +
				      (uint64_t)(j + 1) * (uint64_t)root->count,
			      type);
		}
	}
	if (!choices.count) {
		return byte % 16;
	}
	return choices.address[byte % choices.count];
}

/* An empty slot of a CapNode, or a full one when there is none. */
static uint64_t pick_slot(int node, uint8_t byte)
{
	struct choices choices = { .count = 0 };

	for (int i = 1; i < model->objects[node].count; i++) {
		if (!model->caps[model->objects[node].first + i].filled &&
		    choices.count < CHOICES) {
			choices.address[choices.count++] = (uint64_t)i;
		}
	}
	return choices.count ? choices.address[byte % choices.count]
			     : byte % 16u;
}

/* A full one, with its incarnation. Those that everything hangs on are left
 * alone more often than not. */
static uint64_t pick_full(int node, uint8_t byte)
{
	struct choices choices = { .count = 0 };

	for (int i = 1; i < model->objects[node].count; i++) {
		const struct model_cap *cap =
			&model->caps[model->objects[node].first + i];
		if (byte < 192 && cap->is_original && i <= SLOT_THREAD) {
			continue;
		}
		offer(&choices, cap, (uint64_t)i, 0);
	}
	return choices.count ? choices.address[byte % choices.count] : 0;
}

static int object_of(int thread, uint64_t address)
{
	int cap = model_find(model, model_bound(model, thread, MODEL_CAPNODE),
			     address);

	return cap == MODEL_NONE ? MODEL_NONE : model->caps[cap].object;
}

/* Few, so that they meet: three pages in each of three regions. */
static uint64_t pick_address(uint8_t byte)
{
	static const uint64_t regions[] = { USER_START, USER_START, USER_START,
					    USER_START + (1 << 21),
					    1ull << 39 };

	return regions[byte % 5] + byte / 5 % 3 * ABI_PAGE_SIZE;
}

static void make_retype(const uint8_t *b, int thread, uint64_t *words)
{
	static const uint8_t types[] = {
		ABI_TYPE_UNTYPED,  ABI_TYPE_CAPNODE,    ABI_TYPE_THREAD,
		ABI_TYPE_REPLY,    ABI_TYPE_ENDPOINT,   ABI_TYPE_VSPACE,
		ABI_TYPE_FRAME,    ABI_TYPE_PAGE_TABLE, ABI_TYPE_ENDPOINT,
		ABI_TYPE_FRAME,    ABI_TYPE_PAGE_TABLE, ABI_TYPE_NOTIFICATION,
		ABI_TYPE_CAPSULE,  ABI_TYPE_CAPSULE,    ABI_TYPE_EXPORT_TABLE,
		ABI_TYPE_RESERVED,
	};

	words[0] = types[b[3] % sizeof(types)];
	words[1] = words[0] == ABI_TYPE_UNTYPED ? 5u + b[4] % 12
		   : words[0] == ABI_TYPE_CAPNODE ||
				   words[0] == ABI_TYPE_EXPORT_TABLE
			   ? 4u + b[4] % 2
		   : words[0] == ABI_TYPE_RESERVED ? b[4] % 3u
						   : b[4] / 250;
	words[2] = b[5] < 200 ? 1 : b[5] % 4;
	words[3] = pick_cap(thread, ABI_TYPE_CAPNODE, b[6]);
	int node = object_of(thread, words[3]);
	words[4] = node == MODEL_NONE ||
				   model->objects[node].type != ABI_TYPE_CAPNODE
			   ? b[7]
			   : pick_slot(node, b[7]);
}

static void make_capnode(const uint8_t *b, int thread, int node,
			 uint64_t method, uint64_t *words)
{
	words[0] = pick_slot(node, b[3]);
	if (method == ABI_CAPNODE_rotate) {
		words[1] = pick_full(node, b[5]) & UINT32_MAX;
		words[2] = pick_cap(thread, 0, b[4]);
	} else if (method == ABI_CAPNODE_delete ||
		   method == ABI_CAPNODE_revoke ||
		   method == ABI_CAPNODE_inspect) {
		words[0] = pick_full(node, b[3]);
	}
	if (method != ABI_CAPNODE_copy && method != ABI_CAPNODE_mint &&
	    method != ABI_CAPNODE_move) {
		return;
	}
	words[1] = pick_cap(thread, 0, b[4]);
	if (method == ABI_CAPNODE_mint) {
		int cap = model_find(model,
				     model_bound(model, thread, MODEL_CAPNODE),
				     words[1]);
		const struct model_cap *source =
			&model->caps[cap < 0 ? 0 : cap];
		words[2] = (source->rights & (b[5] | 3u)) +
			   (source->delegation - (b[6] % 4 == 0)) % 256 * 256;
		words[3] = source->ops & ~(1ull << b[7] % 64);
		words[4] = source->badge   ? source->badge
			   : b[8] % 4 == 0 ? b[9]
					   : 0;
	}
}

/* Most names are those of an entry, and most tokens its own. */
static void make_token(const uint8_t *b, int thread, int table, uint64_t method,
		       uint64_t *words)
{
	int node = model_bound(model, thread, MODEL_CAPNODE);

	if (method == ABI_EXPORT_TABLE_export) {
		words[0] = pick_slot(table, b[3]);
		words[1] = pick_cap(thread, 0, b[4]);
		return;
	}
	words[0] = pick_full(table, b[3]);
	if (method == ABI_EXPORT_TABLE_withdraw) {
		return;
	}
	int entry = model->objects[table].first + (int)(uint32_t)words[0];
	memcpy(words + 1, model->caps[entry].token,
	       sizeof(model->caps[entry].token));
	if (b[4] < 16) {
		words[1 + b[4] % 4] ^= 1ull << b[5] % 64;
	}
	words[5] = node == MODEL_NONE ? b[6] : pick_slot(node, b[6]);
}

static void make_words(const uint8_t *b, int thread, int cap, uint64_t method,
		       uint64_t *words)
{
	const struct model_cap *through = &model->caps[cap];

	switch (through->type) {
	case ABI_TYPE_UNTYPED:
		if (method == ABI_UNTYPED_retype) {
			make_retype(b, thread, words);
		}
		break;
	case ABI_TYPE_EXPORT_TABLE:
		if (method != ABI_EXPORT_TABLE_info) {
			make_token(b, thread, through->object, method, words);
		}
		break;
	case ABI_TYPE_CAPNODE:
		make_capnode(b, thread, through->object, method, words);
		break;
	case ABI_TYPE_THREAD:
		if (method == ABI_THREAD_configure) {
			words[0] = pick_cap(thread, ABI_TYPE_CAPNODE, b[3]);
			words[1] = pick_cap(thread, ABI_TYPE_VSPACE, b[4]);
			words[2] = pick_cap(thread, ABI_TYPE_FRAME, b[5]);
			words[3] = b[6] % 4 ? pick_cap(thread,
						       ABI_TYPE_ENDPOINT, b[7])
					    : 0;
		} else if (method == ABI_THREAD_set_registers) {
			words[0] = USER_START + b[3];
			words[1] = USER_END - b[4] * 16u;
			words[2] = b[5];
			words[3] = b[6];
		}
		break;
	case ABI_TYPE_CAPSULE:
		if (method == ABI_CAPSULE_configure) {
			words[0] = pick_cap(thread, ABI_TYPE_VSPACE, b[3]);
			words[1] = pick_cap(thread, ABI_TYPE_CAPNODE, b[4]);
			words[2] = b[6] % 2 ? pick_cap(thread,
						       ABI_TYPE_ENDPOINT, b[7])
					    : 0;
		} else if (method == ABI_CAPSULE_bind) {
			words[0] = pick_cap(thread, ABI_TYPE_THREAD, b[3]);
		} else if (method == ABI_CAPSULE_fail) {
			words[0] = b[3];
		}
		break;
	case ABI_TYPE_PAGE_TABLE:
	case ABI_TYPE_FRAME:
		if (method == ABI_FRAME_map) {
			words[0] = pick_cap(thread, ABI_TYPE_VSPACE, b[3]);
			words[1] = pick_address(b[4]);
		}
		if (method == ABI_FRAME_map &&
		    through->type == ABI_TYPE_FRAME) {
			static const uint8_t accesses[] = { 1, 3, 5, 1, 3, 7 };
			words[2] = accesses[b[5] % sizeof(accesses)];
		}
		break;
	default:
		break;
	}
}

static uint64_t argument_count(int of_type, uint64_t of_method)
{
#define X(type, number, name, arguments, results, in, out, errors) \
	if (of_type == ABI_TYPE_##type && of_method == (number)) { \
		return arguments;                                  \
	}
	ABI_METHODS(X)
#undef X
	return 0;
}

static uint64_t method_count(int of_type)
{
	uint64_t highest = 0;
#define X(type, number, name, arguments, results, in, out, errors) \
	if (of_type == ABI_TYPE_##type && (number) > highest) {    \
		highest = (number);                                \
	}
	ABI_METHODS(X)
#undef X
	return highest + 1;
}

/* Which method: one that has effects more often than one that only asks. */
static uint64_t pick_method(int type, uint8_t byte)
{
	uint64_t count = method_count(type), method = byte % count;

	return method == 0 && byte % 5 != 0 && count > 1
		       ? 1 + byte / 5u % (count - 1)
		       : method;
}

static void make_method(const uint8_t *b, int thread, struct model_message *m)
{
	m->verb = ABI_VERB_CALL;
	m->capability = pick_cap(thread, 0, b[1]);
	int cap = model_find(model, model_bound(model, thread, MODEL_CAPNODE),
			     m->capability);
	if (cap == MODEL_NONE) {
		return;
	}
	if (model->caps[cap].type == ABI_TYPE_ENDPOINT) {
		m->label = b[2];
		m->info = b[3] % 12;
		m->words[0] = b[4];
		return;
	}
	m->label = pick_method(model->caps[cap].type, b[2]);
	m->info = argument_count(model->caps[cap].type, m->label);
	make_words(b, thread, cap, m->label, m->words);
}

static void make_verb(const uint8_t *b, int thread, struct model_message *m)
{
	static const uint8_t verbs[] = {
		ABI_VERB_SEND,     ABI_VERB_CALL,  ABI_VERB_TRY_SEND,
		ABI_VERB_RECV,     ABI_VERB_REPLY, ABI_VERB_REPLY_RECV,
		ABI_VERB_TRY_RECV, ABI_VERB_REPLY, ABI_VERB_CALL,
	};

	m->verb = verbs[b[2] % sizeof(verbs)];
	m->capability = pick_cap(thread, ABI_TYPE_ENDPOINT, b[1]);
	m->label = b[3] % 3;
	m->info = b[4] < 250 ? b[4] % 12 : (uint64_t)b[4] + b[5];
	for (unsigned int i = 0; i < 8; i++) {
		m->words[i] = b[5 + i];
	}
	if (m->verb == ABI_VERB_REPLY) {
		m->capability = pick_cap(thread, ABI_TYPE_REPLY, b[1]);
	} else if (m->verb == ABI_VERB_RECV || m->verb == ABI_VERB_TRY_RECV ||
		   m->verb == ABI_VERB_REPLY_RECV) {
		m->info |= pick_cap(thread, ABI_TYPE_REPLY, b[6]) << 32;
	}
	if (m->verb != ABI_VERB_RECV && m->verb != ABI_VERB_TRY_RECV &&
	    b[13] % 2) {
		m->info |= (uint64_t)ABI_MESSAGE_CAPS;
	}
	if ((m->verb == ABI_VERB_CALL || m->verb >= ABI_VERB_REPLY_RECV ||
	     m->verb == ABI_VERB_RECV || m->verb == ABI_VERB_TRY_RECV) &&
	    b[14] % 4) {
		m->info |= (uint64_t)ABI_MESSAGE_SLOTS;
	}
}

/* Its message buffer: words that go beyond the registers, the capabilities it
 * hands over, the slots it has for others. */
static void make_write(const uint8_t *b, int thread, uint64_t *words)
{
	int node = model_bound(model, thread, MODEL_CAPNODE);

	if (b[3] < 64 || node == MODEL_NONE) {
		words[0] = FIRST_WORD + 8u + b[1] % 16;
		words[1] = b[2];
	} else if (b[3] < 160) {
		words[0] = FIRST_CAP + b[1] % 8 / 3;
		words[1] = pick_cap(thread, 0, b[2]) |
			   (b[4] % 2 ? ABI_CAP_GIVE : 0);
		if (b[4] < 16) {
			words[1] = edge(b[4]);
		}
	} else {
		words[0] = FIRST_SLOT + b[1] % 4;
		words[1] = pick_slot(node, b[2]);
	}
}

/* Something that nobody would do. */
static void spoil(const uint8_t *b, struct op *op)
{
	struct model_message *m = &op->message;

	switch (b[14] % 12) {
	case 0:
		m->capability = edge(b[13]);
		break;
	case 1:
		m->label = edge(b[13]);
		break;
	case 2:
		m->info = edge(b[13]);
		break;
	case 3:
		m->verb = b[13] % 16u;
		break;
	case 4:
		m->capability += 1ull << 32;
		break;
	case 5:
		m->info |= edge(b[13]) << 32;
		break;
	default:
		m->words[b[14] / 12 % 5] = edge(b[13]);
		break;
	}
}

static unsigned int ready_count(void)
{
	unsigned int count = 0;

	for (int i = 0; i < model->object_count; i++) {
		count += model->objects[i].is_live &&
			 model->objects[i].type == ABI_TYPE_THREAD &&
			 model->objects[i].thread.state == ABI_THREAD_READY;
	}
	return count;
}

/* The last thread that can run seldom waits: nothing would happen any more. */
static void stay(int thread, struct op *op)
{
	static const uint8_t instead[ABI_VERB_COUNT] = {
		[ABI_VERB_SEND] = ABI_VERB_TRY_SEND,
		[ABI_VERB_RECV] = ABI_VERB_TRY_RECV,
		[ABI_VERB_REPLY_RECV] = ABI_VERB_TRY_RECV,
	};
	struct model_message *m = &op->message;
	int cap = model_find(model, model_bound(model, thread, MODEL_CAPNODE),
			     m->capability);

	if (op->kind == OP_FAULT) {
		op->kind = OP_TICK;
	}
	if (m->verb < ABI_VERB_COUNT && instead[m->verb]) {
		m->verb = instead[m->verb];
	}
	if (m->verb != ABI_VERB_CALL || cap == MODEL_NONE) {
		return;
	}
	if (model->caps[cap].type == ABI_TYPE_ENDPOINT) {
		m->verb = ABI_VERB_TRY_SEND;
	}
	if (model->caps[cap].type == ABI_TYPE_THREAD &&
	    m->label == ABI_THREAD_suspend) {
		m->label = ABI_THREAD_resume;
	}
}

void op_make(const uint8_t b[OP_BYTES], struct op *op)
{
	int thread = lockstep_thread();

	memset(op, 0, sizeof(*op));
	op->kind = OP_CALL;
	if (b[0] < 150) {
		make_method(b, thread, &op->message);
	} else if (b[0] < 225) {
		make_verb(b, thread, &op->message);
	} else if (b[0] < 240) {
		op->message.verb = ABI_VERB_YIELD;
	} else if (b[0] < 245) {
		op->kind = OP_FAULT;
		for (int i = 0; i < ABI_FAULT_WORDS; i++) {
			op->words[i] = b[1 + i];
		}
	} else if (b[0] < 246) {
		op->kind = OP_TICK;
	} else {
		op->kind = OP_WRITE;
		make_write(b, thread, op->words);
	}
	if (b[15] < 24) {
		spoil(b, op);
	}
	if (b[15] < 253 && ready_count() == 1) {
		stay(thread, op);
	}
}
