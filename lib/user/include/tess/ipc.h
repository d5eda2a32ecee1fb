/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Messages, as a capsule sends and receives them (abi/message.h).
 *
 * A capsule names what it may use by handles. It finds its handles by the names
 * its manifest gives: tess_route("kv") is a service it may call, and
 * tess_offer("kv") the endpoint it receives on for one that it offers itself.
 *
 * The first eight words of a message stand in the structure. A longer message
 * goes on in the message buffer of the thread, tess_buffer()[8] and so on; the
 * next message of any kind overwrites it.
 *
 * Along routes whose manifest says `grant`, capabilities go with messages:
 * tess_lend() and tess_give() add what goes out, and `accept` says how many may
 * come in. docs/programming.md has an example.
 */

#include <stddef.h>
#include <stdint.h>

#include "abi/message.h"
#include "abi/status.h"

/** The address of a capability in the caller's own CapNode. */
typedef uint64_t tess_handle_t;

/** No capability; every call through it is refused. */
#define TESS_NONE ((tess_handle_t)0)

struct tess_message {
	uint64_t label;  /* bits 0-4 of a request: the method */
	uint32_t length; /* in words, at most ABI_MESSAGE_WORDS_MAX */
	uint32_t flags;  /* received: ABI_MESSAGE_CALLED, _KERNEL */
	uint64_t badge;  /* received: which client sent it; 0 in a reply */
	uint64_t words[ABI_MESSAGE_REGISTERS];

	/* How many capabilities may come with the message that is received into
	 * this, at most ABI_MESSAGE_CAPS_MAX; and those that came, the caller's
	 * to tess_delete() once it needs them no more. */
	uint32_t accept, cap_count;
	tess_handle_t caps[ABI_MESSAGE_CAPS_MAX];

	/* What goes out with it; a message that is received replaces it. */
	uint32_t hand_count;
	uint64_t hand[ABI_MESSAGE_CAPS_MAX];
};

/**
 * The handle of a service that the manifest lets this capsule use, or TESS_NONE
 * and one line on stderr that says which services it does have.
 */
tess_handle_t tess_route(const char *name);

/** The endpoint of a service that this capsule offers, or TESS_NONE and one
 * line on stderr that says which ones it offers. */
tess_handle_t tess_offer(const char *name);

/**
 * Sends `message` and waits for the reply, which replaces it. ST_OK says that
 * there is a reply; what it means is its label's to say. A refused call leaves
 * the message alone: NO_CAPABILITY, NO_RIGHT (method not granted), WRONG_TYPE,
 * BAD_ARGUMENT (too long).
 */
status_t tess_call(tess_handle_t to, struct tess_message *message);

/**
 * tess_call() for a service whose replies carry a status in their label: sets
 * the method, and returns the kernel's status if the call was refused, else the
 * service's.
 */
status_t tess_invoke(tess_handle_t to, uint32_t method,
		     struct tess_message *message);

/** Sends and waits until the message is taken; there will be no reply. */
status_t tess_send(tess_handle_t to, const struct tess_message *message);

/** Sends if a receiver waits, else WOULD_BLOCK. */
status_t tess_try_send(tess_handle_t to, const struct tess_message *message);

/**
 * Waits for a message. If its flags say CALLED, the sender waits for one reply.
 * BUSY while the last caller has not been answered: see tess_recv_with().
 */
status_t tess_recv(tess_handle_t endpoint, struct tess_message *message);

/** Takes a message if a sender waits, else WOULD_BLOCK. */
status_t tess_try_recv(tess_handle_t endpoint, struct tess_message *message);

/** Answers the last caller; BAD_STATE when it is answered or called nothing. */
status_t tess_reply(const struct tess_message *message);

/** Answers the last caller, if it waits, and waits for the next message, which
 * replaces the answer: the step of a server's loop. */
status_t tess_reply_recv(tess_handle_t endpoint, struct tess_message *message);

/**
 * The same with a chosen Reply object, so that a server can keep a caller
 * waiting and serve others: START_SLOT_REPLY and the START_REPLY_COUNT - 1
 * behind it. Each stands for one caller at a time.
 */
status_t tess_recv_with(tess_handle_t endpoint, tess_handle_t reply,
			struct tess_message *message);
status_t tess_try_recv_with(tess_handle_t endpoint, tess_handle_t reply,
			    struct tess_message *message);
status_t tess_reply_with(tess_handle_t reply,
			 const struct tess_message *message);
status_t tess_reply_recv_with(tess_handle_t endpoint, tess_handle_t reply,
			      struct tess_message *message);

/* --- capabilities ----------------------------------------------------------- */

/**
 * Adds a capability to what goes with a message, at most ABI_MESSAGE_CAPS_MAX,
 * else it is a broken invariant. Lent, the receiver has one derived from it,
 * which ends with it; given, it is the receiver's and the handle names nothing
 * any more. All of them go with the message or none, and then the message does
 * not either. Beside its own, the verb that sends it then has the errors
 * NO_RIGHT (the route has no `grant`, or the delegation of one of them is used
 * up), NO_CAPABILITY, WRONG_TYPE (cannot be lent), BAD_ARGUMENT (twice the same),
 * TOO_DEEP, BUSY (it is used by too many to be given), and SLOT_FULL (the
 * receiver does not accept as many).
 *
 * A verb that receives with `accept` has the errors LIMIT (`caps` of the
 * manifest is used up) and NO_CAPABILITY (no route with `grant`); tess_call()
 * with `accept` has NO_RIGHT where its own route has none.
 */
void tess_lend(struct tess_message *message, tess_handle_t handle);
void tess_give(struct tess_message *message, tess_handle_t handle);

/** The capability for an offer with `delegation` that the capabilities which
 * this capsule hands over for it are minted from; TESS_NONE and one line on
 * stderr if there is none. */
tess_handle_t tess_source(const char *name);

/** Badges from here on are never those of routes. */
#define TESS_BADGE_OWN (1ull << 32)

/** What a capability that is minted permits; no more than its source. */
struct tess_limits {
	uint32_t ops;        /* methods, a bit each */
	uint32_t delegation; /* how many capsules it may go through */
	uint64_t badge; /* what its messages carry; that of the source if it has
			   one */
};

/**
 * Makes another capability in a free slot of this capsule: as it is, or to send
 * with and weaker. It ends with the one it was made of. LIMIT if `caps` of the
 * manifest is used up; NO_CAPABILITY without such a source, or for a capsule that
 * no route with `grant` belongs to; NO_RIGHT for more than the source has;
 * WRONG_TYPE for what there is only one of; TOO_DEEP after ABI_DERIVATION_MAX.
 */
status_t tess_copy(tess_handle_t source, tess_handle_t *made);
status_t tess_mint(tess_handle_t source, const struct tess_limits *limits,
		   tess_handle_t *made);

/** Takes back all that was made of a capability and lent, wherever it is; the
 * capability stays. Uses of what was taken back end with NO_CAPABILITY, calls that
 * wait through it with GONE. */
status_t tess_revoke(tess_handle_t handle);

/** The same, and the capability ends too. DENIED for routes, offers and the other
 * slots that the capsule started with. */
status_t tess_delete(tess_handle_t handle);

/** Lets other threads run. */
void tess_yield(void);

/** The words of the message buffer; those from ABI_MESSAGE_REGISTERS on belong
 * to messages. */
uint64_t *tess_buffer(void);

/** The method a request asks for. */
static inline uint32_t tess_method(const struct tess_message *message)
{
	return message->label & ABI_METHOD_MASK;
}

/**
 * Puts `size` bytes into the words from `word` on, eight a word, low byte
 * first, the rest of the last word zero, and sets the length. Returns the word
 * behind them. What does not fit a message is a broken invariant.
 */
uint32_t tess_put_bytes(struct tess_message *message, uint32_t word,
			const void *bytes, size_t size);

/** Takes `size` bytes out again; false, and nothing taken, if the message is
 * not that long. */
_Bool tess_get_bytes(const struct tess_message *message, uint32_t word,
		     void *bytes, size_t size);

/** One line about a status; never NULL. */
const char *tess_status_text(uint64_t status);

/** The name of a status, such as "NO_RIGHT"; "?" for a number without one. */
const char *tess_status_name(uint64_t status);
