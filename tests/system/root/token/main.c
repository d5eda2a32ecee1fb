/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tokens on the machine: a capability becomes a string in one capsule and a
 * capability again in another, until it is withdrawn; who lacks a right, guesses
 * or comes too late is refused; and a token is nowhere but with whom it was
 * given to. A machine without entropy has none.
 */

#include "tests/system/root/root.h"

#include "abi/layout.h"
#include "abi/message.h"
#include "common/string.h"
#include "common/types.h"

#define STACK_SIZE 16384
#define GUESSES    20000
#define ROUNDS     100
#define REGION     0x40000000ull /* where nothing is mapped */
#define PAGES      4
#define WORDS      5 /* of a name: the entry and its token */
#define DIGITS     16
#define TEXT       (WORDS * DIGITS)

extern const char IMAGE_BASE[];

/* Slots of the other capsule. */
enum { OWN_NODE = 1, IMPORTER, TABLE, WEAK, FIRST, SECOND, THIRD };

static uint64_t next_slot = 8000; /* behind those of make() */
static uint64_t node, table, endpoint, reply;

static uint64_t make_sized(uint64_t untyped, enum abi_object_type type,
			   uint64_t bits)
{
	MUST(CALL(untyped, ABI_UNTYPED_retype, type, bits, 1, CORE_SLOT_CAPNODE,
		  next_slot));
	return next_slot++;
}

/* --- names as text ------------------------------------------------------------ */

static void to_text(const uint64_t name[WORDS], char text[TEXT])
{
	for (uint32_t i = 0; i < TEXT; i++) {
		uint64_t digit = name[i / DIGITS] >> (60 - i % DIGITS * 4) & 15;
		text[i] = "0123456789abcdef"[digit];
	}
}

static void from_text(const char text[TEXT], uint64_t name[WORDS])
{
	for (uint32_t i = 0; i < TEXT; i++) {
		uint64_t digit =
			(uint64_t)text[i] - (text[i] < 'a' ? '0' : 'a' - 10);
		name[i / DIGITS] = name[i / DIGITS] << 4 | digit;
	}
}

static status_t export(uint64_t entry, uint64_t capability, char text[TEXT])
{
	uint64_t words[ABI_MESSAGE_REGISTERS] = { entry, capability };
	status_t status = invoke(table, ABI_EXPORT_TABLE_export, 2, words);

	if (status == ST_OK) {
		to_text(words, text);
	}
	return status;
}

static uint64_t entry_of(const char text[TEXT])
{
	uint64_t name[WORDS] = { 0 };

	from_text(text, name);
	return name[0];
}

static status_t withdraw(const char text[TEXT])
{
	return CALL(table, ABI_EXPORT_TABLE_withdraw, entry_of(text));
}

/* What import is called with. */
static void import_words(const char text[TEXT], uint64_t slot,
			 uint64_t words[ABI_MESSAGE_REGISTERS])
{
	from_text(text, words);
	words[WORDS] = slot;
}

/* --- the other capsule ---------------------------------------------------------- */

static struct tess_registers job;
static uint64_t asked, done, guesses_refused, imports;
static char published[TEXT];
static uint64_t is_published;
static uint8_t stacks[2][STACK_SIZE] __attribute__((aligned(16)));

/* Wrong tokens, and right ones of the wrong entry, into a slot that is free. */
static void guess(void)
{
	uint64_t random = 88172645463325252u;

	for (uint32_t i = 0; i < GUESSES; i++) {
		uint64_t words[ABI_MESSAGE_REGISTERS] = { i % 16 };
		for (uint32_t word = 1; word < WORDS; word++) {
			random ^= random << 13;
			random ^= random >> 7;
			random ^= random << 17;
			words[word] = random;
		}
		words[WORDS] = THIRD;
		guesses_refused += invoke(IMPORTER, ABI_EXPORT_TABLE_import,
					  WORDS + 1, words) == ST_NOT_FOUND;
	}
}

/* Makes the system calls that it is told to. */
static void obey(uint64_t unused)
{
	(void)unused;
	for (uint64_t turn = 1;; turn++) {
		while (get(&asked) < turn) {
			tess_yield();
		}
		if (job.verb == ABI_VERB_COUNT) {
			guess();
		} else {
			tess_syscall(&job);
		}
		put(&done, turn);
	}
}

/* Imports whatever was published last, and lets go of it again. */
static void take(uint64_t unused)
{
	(void)unused;
	for (;;) {
		uint64_t words[ABI_MESSAGE_REGISTERS] = { 0 };
		import_words(published, SECOND, words);
		if (get(&is_published) &&
		    invoke(IMPORTER, ABI_EXPORT_TABLE_import, WORDS + 1,
			   words) == ST_OK) {
			count(&imports);
			CALL(OWN_NODE, ABI_CAPNODE_delete, words[0]);
		}
		tess_yield();
	}
}

static void ask(const struct tess_registers *registers)
{
	job = *registers;
	put(&asked, asked + 1);
	while (get(&done) < asked) {
		tess_yield();
	}
}

/* A method, called by the other capsule. */
static status_t other(uint64_t object, uint32_t method, uint32_t argument_count,
		      const uint64_t words[ABI_MESSAGE_REGISTERS])
{
	struct tess_registers r = {
		.capability = object,
		.label = method,
		.info = argument_count,
		.verb = ABI_VERB_CALL,
	};

	memcpy(r.words, words, sizeof(r.words));
	ask(&r);
	return (status_t)job.verb;
}

static status_t other_import(const char text[TEXT], uint64_t slot)
{
	uint64_t words[ABI_MESSAGE_REGISTERS] = { 0 };

	import_words(text, slot, words);
	return other(IMPORTER, ABI_EXPORT_TABLE_import, WORDS + 1, words);
}

static status_t other_verb(enum abi_verb verb, uint64_t capability)
{
	const struct tess_registers r = {
		.capability = capability,
		.info = verb == ABI_VERB_TRY_RECV
				? (uint64_t)THIRD << ABI_MESSAGE_REPLY_SHIFT
				: 0,
		.verb = verb,
	};

	ask(&r);
	return (status_t)job.verb;
}

static uint64_t start_in(uint64_t capsule, void (*entry)(uint64_t),
			 uint8_t *stack)
{
	uint64_t thread = make(ABI_TYPE_THREAD);

	MUST(CALL(thread, ABI_THREAD_configure, node, CORE_SLOT_VSPACE,
		  make(ABI_TYPE_FRAME), root_faults));
	MUST(CALL(thread, ABI_THREAD_set_registers, (uint64_t)entry,
		  (uint64_t)stack + STACK_SIZE - STACK_BIAS, 0, 0));
	MUST(CALL(capsule, ABI_CAPSULE_bind, thread));
	MUST(CALL(thread, ABI_THREAD_resume));
	return thread;
}

/* It may import, and has the whole table and something to export as well. */
static uint64_t make_other(uint64_t *racer)
{
	uint64_t capsule = make(ABI_TYPE_CAPSULE);

	node = make_sized(root_untyped, ABI_TYPE_CAPNODE, 5);
	MUST(CALL(capsule, ABI_CAPSULE_configure, CORE_SLOT_VSPACE, node, 0));
	MUST(CALL(node, ABI_CAPNODE_copy, OWN_NODE, node));
	MUST(CALL(node, ABI_CAPNODE_mint, IMPORTER, table,
		  ABI_DELEGATION_MAX << 8, 1u << ABI_EXPORT_TABLE_import, 0));
	MUST(CALL(node, ABI_CAPNODE_copy, TABLE, table));
	MUST(CALL(node, ABI_CAPNODE_mint, WEAK, endpoint,
		  ABI_RIGHT_SEND | ABI_RIGHT_RECV | ABI_DELEGATION_MAX << 8,
		  UINT32_MAX, 0));
	uint64_t thread = start_in(capsule, obey, stacks[0]);
	*racer = start_in(capsule, take, stacks[1]);
	MUST(CALL(capsule, ABI_CAPSULE_start));
	return thread;
}

/* --- what is shown ----------------------------------------------------------------- */

/* One message, if anybody sends. */
static status_t receive(void)
{
	struct tess_registers r = {
		.capability = endpoint,
		.info = reply << ABI_MESSAGE_REPLY_SHIFT,
		.verb = ABI_VERB_TRY_RECV,
	};

	tess_syscall(&r);
	return (status_t)r.verb;
}

/* Waits in a SEND of the other capsule, and takes it. */
static bool hears_other(uint64_t capability)
{
	job = (struct tess_registers){
		.capability = capability,
		.verb = ABI_VERB_SEND,
	};
	put(&asked, asked + 1);
	while (receive() == ST_WOULD_BLOCK && get(&done) < asked) {
		tess_yield();
	}
	while (get(&done) < asked) {
		tess_yield();
	}
	return job.verb == ST_OK;
}

static void test_there_and_back(void)
{
	uint64_t send_only = next_slot++;
	char text[TEXT] = { 0 }, again[TEXT] = { 0 };

	MUST(CALL(CORE_SLOT_CAPNODE, ABI_CAPNODE_mint, send_only, endpoint,
		  ABI_RIGHT_SEND | ABI_RIGHT_EXPORT | 1 << 8, UINT32_MAX, 7));
	MUST(export(5, send_only, text));
	result(other_import(text, FIRST) == ST_OK && hears_other(FIRST),
	       "what one capsule exports as a string another one uses # E28");
	result(other_import(text, THIRD) == ST_OK &&
		       other_verb(ABI_VERB_TRY_RECV, THIRD) == ST_NO_RIGHT,
	       "with the rights that were exported and no others # E28");
	MUST(withdraw(text));
	result(other_verb(ABI_VERB_TRY_SEND, FIRST) == ST_NO_CAPABILITY &&
		       other_verb(ABI_VERB_TRY_SEND, THIRD) ==
			       ST_NO_CAPABILITY &&
		       receive() == ST_WOULD_BLOCK,
	       "withdrawn, it is gone in every capsule # E28 C15");
	bool old = other_import(text, FIRST) == ST_NOT_FOUND;
	MUST(export(5, send_only, again));
	old &= other_import(text, FIRST) == ST_NOT_FOUND;
	old &= memcmp(text, again, TEXT) != 0;
	result(old && other_import(again, FIRST) == ST_OK,
	       "the string of an entry that was withdrawn is no good again "
	       "# E28");
	MUST(CALL(CORE_SLOT_CAPNODE, ABI_CAPNODE_delete, send_only));
	result(other_import(again, THIRD) == ST_NOT_FOUND &&
		       info(table, 1) == 0 &&
		       other_verb(ABI_VERB_TRY_SEND, FIRST) == ST_NO_CAPABILITY,
	       "an entry goes with what it was exported from # E28 C15");
}

static void test_rights(void)
{
	const uint64_t own[ABI_MESSAGE_REGISTERS] = { 3, OWN_NODE };
	const uint64_t weak[ABI_MESSAGE_REGISTERS] = { 3, WEAK };
	const uint64_t entry[ABI_MESSAGE_REGISTERS] = { 5 };
	char text[TEXT] = { 0 };

	MUST(export(5, endpoint, text));
	result(other(IMPORTER, ABI_EXPORT_TABLE_export, 2, own) ==
			       ST_NO_RIGHT &&
		       other(IMPORTER, ABI_EXPORT_TABLE_withdraw, 1, entry) ==
			       ST_NO_RIGHT &&
		       info(table, 1) == 1,
	       "who may import exports and withdraws nothing # E3 E28");
	result(other(TABLE, ABI_EXPORT_TABLE_export, 2, weak) == ST_NO_RIGHT &&
		       other(TABLE, ABI_EXPORT_TABLE_export, 2, own) == ST_OK,
	       "no token is shown without the right EXPORT # E28");
	MUST(CALL(table, ABI_EXPORT_TABLE_withdraw, 3));
	MUST(withdraw(text));
}

static void test_guesses(uint64_t thread)
{
	const struct tess_registers guesses = { .verb = ABI_VERB_COUNT };
	uint64_t refusals = info(thread, 1);
	char text[TEXT] = { 0 };

	MUST(export(9, endpoint, text));
	ask(&guesses);
	result(guesses_refused == GUESSES &&
		       info(thread, 1) == refusals + GUESSES &&
		       other_verb(ABI_VERB_TRY_SEND, THIRD) == ST_NO_CAPABILITY,
	       "guesses are refused alike, and counted # E28 E45");
	MUST(withdraw(text));
}

/* Imports on another CPU, or in between, while entries come and go. */
static void test_race(uint64_t racer)
{
	uint64_t filled = info(node, 1);
	bool gone = true;

	for (uint32_t round = 0; round < ROUNDS; round++) {
		uint64_t before = get(&imports);
		MUST(export(11, endpoint, published));
		put(&is_published, 1);
		while (get(&imports) == before) {
			tess_yield();
		}
		MUST(withdraw(published));
		gone &= info(table, 1) == 0 && info(node, 1) == filled;
		put(&is_published, 0);
	}
	MUST(CALL(racer, ABI_THREAD_suspend));
	result(gone, "none is imported once withdraw has returned # E28 C15");
}

/* --- where tokens lie ------------------------------------------------------------------ */

/* The token that is looked for, with every bit turned, so that this is none; and
 * volatile, so that the compiler keeps no copy that is turned back. */
static volatile uint64_t turned[WORDS - 1];

static void clear(volatile uint64_t *words, uint32_t word_count)
{
	for (uint32_t i = 0; i < word_count; i++) {
		words[i] = 0;
	}
}

static void export_and_forget(uint64_t from)
{
	static struct tess_registers r;

	r = (struct tess_registers){
		.capability = from,
		.label = ABI_EXPORT_TABLE_export,
		.info = 2,
		.words = { 1, endpoint },
		.verb = ABI_VERB_CALL,
	};
	tess_syscall(&r);
	must((status_t)r.verb, "export");
	for (uint32_t i = 0; i < WORDS - 1; i++) {
		turned[i] = ~r.words[1 + i];
	}
	clear(r.words, ABI_MESSAGE_REGISTERS);
}

/* How many words of the token lie in memory from start to end. */
static uint32_t found(uint64_t start, uint64_t end)
{
	uint32_t words = 0;

	for (uint64_t at = start; at < end; at += sizeof(uint64_t)) {
		uint64_t word = ~*(volatile uint64_t *)at;
		for (uint32_t i = 0; i < WORDS - 1; i++) {
			words += word == turned[i];
		}
	}
	return words;
}

static uint32_t found_anywhere(void)
{
	return found((uint64_t)IMAGE_BASE, root_info->image_end) +
	       found(CORE_STACK_END - CORE_STACK_SIZE, CORE_STACK_END) +
	       found(CORE_BUFFER, CORE_BUFFER + ABI_PAGE_SIZE) +
	       found(CORE_INFO, CORE_INFO + ABI_PAGE_SIZE);
}

static void test_memory(void)
{
	static volatile uint64_t planted;
	uint64_t block = make_sized(root_untyped, ABI_TYPE_UNTYPED, 14);
	uint64_t lost = make_sized(block, ABI_TYPE_EXPORT_TABLE, 4);
	uint64_t first = next_slot;

	next_slot += PAGES;
	export_and_forget(lost);
	uint32_t nowhere = found_anywhere();
	planted = ~turned[2];
	uint32_t once = found_anywhere();
	clear(&planted, 1);
	result(nowhere == 0 && once != 0,
	       "a token that its exporter forgot lies nowhere in its memory "
	       "# E29");
	MUST(CALL(CORE_SLOT_CAPNODE, ABI_CAPNODE_revoke, block));
	MUST(CALL(block, ABI_UNTYPED_retype, ABI_TYPE_FRAME, 0, PAGES,
		  CORE_SLOT_CAPNODE, first));
	make_tables(REGION);
	for (uint64_t i = 0; i < PAGES; i++) {
		MUST(CALL(first + i, ABI_FRAME_map, CORE_SLOT_VSPACE,
			  REGION + i * ABI_PAGE_SIZE, ABI_ACCESS_READ));
	}
	result(found(REGION, REGION + PAGES * ABI_PAGE_SIZE) == 0,
	       "nor in memory that a table was made of # E29");
}

void root_main(void)
{
	char text[TEXT] = { 0 };
	uint64_t racer;

	endpoint = make(ABI_TYPE_ENDPOINT);
	reply = make(ABI_TYPE_REPLY);
	table = make_sized(root_untyped, ABI_TYPE_EXPORT_TABLE, 4);
	if (export(1, endpoint, text) == ST_NOT_SUPPORTED) {
		say("1..1\n");
		result(info(table, 1) == 0, "no token without entropy # E28");
		return;
	}
	MUST(withdraw(text));
	say("1..11\n");
	uint64_t thread = make_other(&racer);
	test_there_and_back();
	test_rights();
	test_guesses(thread);
	test_race(racer);
	test_memory();
}
