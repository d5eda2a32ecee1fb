/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A capsule that attacks with system calls: every verb, address, label and info
 * word that is not its own. After each attack the vault must still answer. It
 * has four kinds of capabilities: a route to the vault, one to core, an
 * endpoint of its own, and Reply objects.
 */

#include <string.h>

#include <tess/ipc.h>
#include <tess/syscall.h>
#include <tess/tap.h>

#include "abi/layout.h"
#include "abi/objects.h"
#include "abi/start.h"
#include "common/types.h"
#include "instructions.h"
#include "vault.h"

#define CORE    START_SLOT_CORE
#define REPLY   START_SLOT_REPLY
#define NO_SLOT (START_SLOT_FREE + 9) /* of 16, the last one: empty */
#define VAULT   0x56415554            /* stands for the handle */
#define TRAP    0x54524150
#define RANDOM  20000

/* Reply slots in info. */
#define WITH(slot) ((uint64_t)(slot) << ABI_MESSAGE_REPLY_SHIFT)
#define FLAG(bit)  (1ull << (bit))

static tess_handle_t vault, trap;
static uint64_t attacks;

static const struct attack {
	uint64_t verb, capability, label, info;
	uint32_t want; /* status_t */
	const char *name;
} table[] = {
#define A(verb, capability, label, info, want, name) \
	{ (verb), (capability), (label), (info), ST_##want, name },
#define CALL ABI_VERB_CALL
	/* verbs */
	A(8, VAULT, 0, 0, BAD_CALL, "the verb behind the last")
		A(FLAG(32) | CALL, VAULT, 0, 0, BAD_CALL, "a verb in 33 bits")
			A(FLAG(63) | CALL, VAULT, 0, 0, BAD_CALL,
			  "a verb with a sign") A(UINT64_MAX, VAULT, 0, 0,
						  BAD_CALL, "the greatest verb")
				A(ABI_VERB_YIELD, VAULT, 0, 0, BAD_ARGUMENT,
				  "yield to somebody") A(ABI_VERB_YIELD, 0, 1,
							 0, BAD_ARGUMENT,
							 "yield with a label")
					A(ABI_VERB_YIELD, 0, 0, 1, BAD_ARGUMENT,
					  "yield with a word")
	/* addresses */
	A(CALL, 0, 0, 0, NO_CAPABILITY, "the header of its CapNode # C4") A(
		CALL, NO_SLOT, 0, 0, NO_CAPABILITY,
		"an empty slot # C4") A(CALL, 16, 0, 0, NO_CAPABILITY,
					"behind its CapNode # C8")
		A(CALL, 16 * 2 + REPLY, 0, 0, NO_CAPABILITY, "a Reply as a node # C8") A(
			CALL, 16 * 2 + CORE, 0, 0, NO_CAPABILITY,
			"core's as a node # C8") A(CALL, FLAG(32) | CORE, 0, 0,
						   NO_CAPABILITY,
						   "another incarnation # C28")
			A(CALL, 0xffffull << 32 | CORE, 0, 0, NO_CAPABILITY,
			  "the last incarnation # C28") A(CALL, FLAG(48) | CORE,
							  0, 0, NO_CAPABILITY,
							  "an address in 49 bits # C8")
				A(CALL, FLAG(63) | CORE, 0, 0, NO_CAPABILITY,
				  "one with a sign # C8") A(CALL, UINT32_MAX, 0,
							    0, NO_CAPABILITY,
							    "the greatest slot # C3")
					A(CALL, UINT64_MAX, 0, 0, NO_CAPABILITY,
					  "the greatest address # C3")
						A(CALL, KERNEL_BASE, 0, 0,
						  NO_CAPABILITY,
						  "the kernel's address # C3")
							A(CALL, KERNEL_WINDOW,
							  0, 0, NO_CAPABILITY,
							  "the window's address # C3")
								A(CALL,
								  USER_START, 0,
								  0,
								  NO_CAPABILITY,
								  "its own address # C3")
	/* methods */
	A(CALL, VAULT, VAULT_OPEN, 0, NO_RIGHT, "a method it has not # C5 E31") A(
		CALL, VAULT, FLAG(32) | VAULT_OPEN, 0, NO_RIGHT,
		"the same under a greater label # E31")
		A(CALL, VAULT, 31, 0, NO_RIGHT, "the system's method # E31") A(
			CALL, VAULT, UINT64_MAX, 0, NO_RIGHT,
			"the greatest label # E31") A(ABI_VERB_SEND, VAULT,
						      VAULT_OPEN, 0, NO_RIGHT,
						      "to send it # E31")
			A(ABI_VERB_TRY_SEND, VAULT, VAULT_OPEN, 0, NO_RIGHT,
			  "to try to send it # E31")
				A(CALL, CORE, 31, 0, NO_RIGHT,
				  "core's last method # E31")
					A(CALL, TRAP, 0, 0, NO_RIGHT,
					  "to call itself # E21")
						A(ABI_VERB_SEND, TRAP, 0, 0,
						  NO_RIGHT,
						  "to send to itself # E21")
	/* info */
	A(CALL, VAULT, 0, 505, BAD_ARGUMENT, "505 words # E71") A(
		CALL, VAULT, 0, 0xffff, BAD_ARGUMENT,
		"65535 words # E71") A(ABI_VERB_SEND, VAULT, 0, 505,
				       BAD_ARGUMENT, "to send 505 words # E71")
		A(CALL, VAULT, 0, FLAG(19), BAD_ARGUMENT,
		  "the first unknown flag # E71") A(CALL, VAULT,
						    0, FLAG(29), BAD_ARGUMENT,
						    "the last unknown flag # E71")
			A(CALL, VAULT, 0, FLAG(30), BAD_ARGUMENT,
			  "to forge CALLED # E71") A(CALL, VAULT, 0, FLAG(31),
						     BAD_ARGUMENT,
						     "to forge KERNEL # E71")
				A(CALL, VAULT, 0, UINT64_MAX, BAD_ARGUMENT,
				  "the greatest info # E71") A(CALL, VAULT, 0,
							       WITH(REPLY),
							       BAD_ARGUMENT,
							       "a call with a Reply # E71")
					A(ABI_VERB_SEND, VAULT, 0, WITH(REPLY),
					  BAD_ARGUMENT,
					  "to send with a Reply # E71")
						A(CALL, VAULT, 0, FLAG(16),
						  NO_RIGHT,
						  "to hand capabilities over # C11")
							A(ABI_VERB_SEND, VAULT,
							  0, FLAG(16), NO_RIGHT,
							  "to send them # C11")
								A(CALL, CORE, 0,
								  FLAG(16),
								  NO_RIGHT,
								  "to hand them to core # C11")
									A(ABI_VERB_SEND,
									  VAULT,
									  0,
									  FLAG(18),
									  BAD_ARGUMENT,
									  "slots for what does not come # C11")
	/* receiving */
	A(ABI_VERB_RECV, VAULT, 0, WITH(REPLY), NO_RIGHT,
	  "to receive for the vault # E21") A(ABI_VERB_TRY_RECV, VAULT, 0,
					      WITH(REPLY), NO_RIGHT,
					      "to try it # E21") A(ABI_VERB_RECV,
								   CORE, 0,
								   WITH(REPLY), NO_RIGHT,
								   "to receive for core # E21")
		A(ABI_VERB_RECV, REPLY, 0, WITH(REPLY), WRONG_TYPE,
		  "to receive on a Reply # C5") A(ABI_VERB_RECV, NO_SLOT, 0,
						  WITH(REPLY), NO_CAPABILITY,
						  "to receive on nothing # C4")
			A(ABI_VERB_TRY_RECV, TRAP, 0, 0, NO_CAPABILITY, "without a Reply # C4") A(
				ABI_VERB_TRY_RECV, TRAP, 0,
				WITH(CORE),
				WRONG_TYPE, "with core for a Reply # C5") A(ABI_VERB_TRY_RECV,
									    TRAP,
									    0, WITH(NO_SLOT), NO_CAPABILITY,
									    "with an empty slot for a Reply # C4")
				A(ABI_VERB_TRY_RECV, TRAP, 0, WITH(UINT32_MAX),
				  NO_CAPABILITY,
				  "with the greatest slot for a Reply # C3")
					A(ABI_VERB_TRY_RECV, TRAP, 0,
					  WITH(REPLY) | FLAG(16),
					  BAD_ARGUMENT,
					  "to receive with capabilities # C11")
						A(ABI_VERB_TRY_RECV, TRAP, 0,
						  WITH(REPLY), WOULD_BLOCK,
						  "where nobody sends")
							A(ABI_VERB_REPLY_RECV,
							  VAULT, 0, WITH(REPLY),
							  NO_RIGHT,
							  "to answer nobody and receive for the vault # E21")
								A(ABI_VERB_REPLY_RECV,
								  TRAP, 0,
								  WITH(CORE),
								  WRONG_TYPE,
								  "to answer core and receive # C5")
									A(ABI_VERB_REPLY_RECV,
									  TRAP,
									  0,
									  505 | WITH(REPLY),
									  BAD_ARGUMENT,
									  "to answer 505 words # E71")
	/* answering */
	A(ABI_VERB_REPLY, REPLY, 0, 0, BAD_STATE, "to answer nobody # C5")
		A(ABI_VERB_REPLY, VAULT, 0, 0, WRONG_TYPE,
		  "to answer the vault # C5") A(ABI_VERB_REPLY, 0, 0, 0,
						NO_CAPABILITY,
						"to answer through 0 # C4")
			A(ABI_VERB_REPLY, FLAG(32) | REPLY, 0, 0, NO_CAPABILITY,
			  "with an old Reply # C28")
				A(ABI_VERB_REPLY, REPLY, 0, 505, BAD_ARGUMENT,
				  "to answer nobody 505 words # E71")
	/* a kernel object */
	A(CALL, REPLY, 1, 0, NO_METHOD, "a method that a Reply has not # C5") A(
		CALL, REPLY, 31, 0, NO_METHOD,
		"the last method of a Reply # C5")
		A(CALL, REPLY, 32, 0, BAD_ARGUMENT,
		  "a label that is no method # C28") A(CALL, REPLY, 0, 1,
						       BAD_ARGUMENT,
						       "an argument too many # C28")
			A(CALL, REPLY, 0, FLAG(16), BAD_ARGUMENT,
			  "a kernel object that is given capabilities # C11")
				A(ABI_VERB_SEND, REPLY, 0, 0, WRONG_TYPE,
				  "to send to a Reply # C5")
					A(ABI_VERB_TRY_SEND, REPLY, 0, 0,
					  WRONG_TYPE, "to try it # C5")
#undef CALL
#undef A
};

/* The vault answers, and with the number that comes next. */
static bool vault_lives(void)
{
	struct tess_message message = { .length = 1 };

	attacks++;
	return tess_invoke(vault, VAULT_ASK, &message) == ST_OK &&
	       message.length == 1 && message.words[0] == attacks;
}

static uint64_t handle_of(uint64_t capability)
{
	return capability == VAULT  ? vault
	       : capability == TRAP ? trap
				    : capability;
}

/* A refused call gives back what it was given, but for the status. */
static bool refused(const struct attack *attack)
{
	struct tess_registers registers = {
		.verb = attack->verb,
		.capability = handle_of(attack->capability),
		.label = attack->label,
		.info = attack->info,
		.words = { 1, 2, 3, 4, 5, 6, 7, 8 },
	};
	const struct tess_registers before = registers;

	tess_syscall(&registers);
	if (registers.verb != attack->want) {
		printf("# status %u, expected %u\n",
		       (unsigned int)registers.verb, attack->want);
		return false;
	}
	return memcmp(registers.words, before.words, sizeof(before.words)) == 0;
}

static uint64_t next_random(void)
{
	static uint64_t seed = 0x5eed;

	seed ^= seed << 13;
	seed ^= seed >> 7;
	return seed ^= seed << 17;
}

/* Not one address that it was not given reaches anything. */
static bool guess(void)
{
	for (uint32_t i = 0; i < RANDOM; i++) {
		struct tess_registers registers = {
			.verb = ABI_VERB_CALL,
			.capability = next_random() >> i % 48,
			.label = 0,
		};
		if (registers.capability < 16) {
			continue;
		}
		tess_syscall(&registers);
		if (registers.verb != ST_NO_CAPABILITY) {
			return false;
		}
	}
	return true;
}

/* Whatever is in the registers: it comes back, and with a status. */
static bool rubbish(void)
{
	for (uint32_t i = 0; i < RANDOM; i++) {
		struct tess_registers registers;
		uint64_t *words = (uint64_t *)&registers;
		for (size_t j = 0; j < sizeof(registers) / 8; j++) {
			words[j] = next_random() >> next_random() % 64;
		}
		registers.verb = i % 2 ? ABI_VERB_TRY_SEND : ABI_VERB_TRY_RECV;
		registers.capability |= 16; /* no slot that it has */
		tess_syscall(&registers);
		if (registers.verb == ST_OK || registers.verb >= ST_COUNT) {
			return false;
		}
	}
	return true;
}

static void test(const char *name, bool good)
{
	tap_ok(vault_lives() && good, name);
}

int main(void)
{
	vault = tess_route("vault");
	trap = tess_offer("trap");
	tap_plan(ARRAY_SIZE(table) + 6);
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		test(table[i].name, refused(&table[i]));
	}
	test("20000 guessed addresses # C3", guess());
	test("20000 system calls of rubbish # C28", rubbish());
	test("a stack pointer of the kernel's", call_on_stack(KERNEL_WINDOW));
	test("a stack pointer that is no address", call_on_stack(1ull << 55));
	test("strange flags, and strange rounding", call_with_flags());
	struct tess_message message = { .length = 1, .words = { attacks } };
	bool good = tess_invoke(vault, VAULT_END, &message) == ST_OK;
	tap_ok(good && message.words[0] == 0,
	       "the vault was never opened # E21");
	return tap_end();
}
