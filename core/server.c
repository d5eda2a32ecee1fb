/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop, the service for every capsule, and faults. The badge of a message
 * says who sent it; a capsule cannot change its badge, so it can speak only for
 * itself.
 */

#include "core/server.h"

#include <string.h>

#include "common/assert.h"
#include "core/log.h"
#include "core/object.h"
#include "core/space.h"

/* One Reply object for the message at hand, one for a supervisor that waits. */
static uint64_t reply_now, reply_later;
static bool supervisor_waits;

void server_init(void)
{
	struct pool_need need = {
		.small_bytes = 3 << ABI_ENDPOINT_BITS,
		.small_count = 3,
	};
	status_t status = pool_reserve(&core_pool, &need);

	CHECK(status == ST_OK);
	core_endpoint = pool_take(&core_pool, ABI_TYPE_ENDPOINT, 0);
	reply_now = pool_take(&core_pool, ABI_TYPE_REPLY, 0);
	reply_later = pool_take(&core_pool, ABI_TYPE_REPLY, 0);
	capsule_setup();
}

/* --- the end of a capsule ------------------------------------------------- */

static void swap_replies(void)
{
	uint64_t reply = reply_now;

	reply_now = reply_later;
	reply_later = reply;
}

static void ended(struct capsule *capsule, uint32_t end, uint32_t exit_status,
		  uint64_t reason)
{
	struct tess_message answer = { .length = 0 };

	capsule_end(capsule, end, exit_status, reason);
	if (capsule_number(capsule) == CAPSULE_INIT) {
		core_fail("init ended, and nothing runs without it");
	}
	if (supervisor_waits && supervisor_tell(&answer)) {
		supervisor_waits = false;
		status_t status = tess_reply_with(reply_later, &answer);
		CHECK(status == ST_OK);
	}
}

static const char *fault_text(uint64_t kind)
{
	switch (kind) {
#define X(number, name, text)  \
	case ABI_FAULT_##name: \
		return (text);
		ABI_FAULT_KINDS(X)
#undef X
	default:
		return "an unknown fault";
	}
}

static const char *access_text(uint64_t access)
{
	return access & ABI_ACCESS_WRITE     ? "write to"
	       : access & ABI_ACCESS_EXECUTE ? "execution of"
					     : "read of";
}

/* Who, which access, which address, where. */
static void report_fault(struct capsule *capsule, const uint64_t *words)
{
	uint64_t access = words[ABI_FAULT_ACCESS];
	uint64_t address = words[ABI_FAULT_ADDRESS], pc = words[ABI_FAULT_PC];

	log_flush(capsule);
	if (words[ABI_FAULT_KIND] == ABI_FAULT_MEMORY) {
		log_line("core: %s faulted: %s 0x%016lx at 0x%016lx",
			 capsule->name, access_text(access), address, pc);
	} else if (access) {
		log_line("core: %s faulted: %s, %s 0x%016lx at 0x%016lx",
			 capsule->name, fault_text(words[ABI_FAULT_KIND]),
			 access_text(access), address, pc);
	} else {
		log_line("core: %s faulted: %s at 0x%016lx", capsule->name,
			 fault_text(words[ABI_FAULT_KIND]), pc);
	}
}

static enum answer serve_fault(struct capsule *capsule,
			       struct tess_message *message)
{
	report_fault(capsule, message->words);
	/* A fault that was taken is never answered. */
	ended(capsule, SUPERVISOR_FAULTED, 0, message->words[ABI_FAULT_KIND]);
	return ANSWER_NEVER;
}

/* --- the service for every capsule ---------------------------------------- */

static status_t do_log(struct capsule *capsule,
		       const struct tess_message *message)
{
	char text[CORE_TEXT_MAX];
	uint64_t size = message->words[0];

	if (message->length < 1 || size > sizeof(text) ||
	    message->length != 1 + (size + 7) / 8 ||
	    !tess_get_bytes(message, 1, text, size)) {
		return ST_BAD_ARGUMENT;
	}
	log_put(capsule, text, size);
	return ST_OK;
}

static enum answer answer_with(struct tess_message *message, status_t status,
			       uint32_t length)
{
	message->label = status;
	message->length = status == ST_OK ? length : 0;
	return ANSWER_NOW;
}

static enum answer serve_capsule(struct capsule *capsule,
				 struct tess_message *message)
{
	status_t status;

	switch (tess_method(message)) {
	case CORE_log:
		return answer_with(message, do_log(capsule, message), 0);
	case CORE_exit:
		if (message->length != 1 || message->words[0] > 255) {
			return answer_with(message, ST_BAD_ARGUMENT, 0);
		}
		ended(capsule, SUPERVISOR_EXITED, (uint32_t)message->words[0],
		      0);
		return ANSWER_NEVER;
	case CORE_grow:
		status = message->length == 1
				 ? capsule_grow(capsule, message->words[0],
						&message->words[0])
				 : ST_BAD_ARGUMENT;
		return answer_with(message, status, 1);
	case CORE_info:
		message->words[0] = capsule->pool.charged;
		message->words[1] = capsule->pool.quota;
		message->words[2] = capsule->virtual_used;
		message->words[3] = capsule->virtual_quota;
		return answer_with(message, ST_OK, 4);
	default: /* the kernel lets no other method through */
		return answer_with(message, ST_NO_METHOD, 0);
	}
}

/* --- the loop ------------------------------------------------------------- */

static enum answer serve(struct tess_message *message)
{
	uint64_t class = message->badge >> BADGE_CLASS_SHIFT;
	struct capsule *capsule = capsule_at((uint32_t)message->badge);

	CHECK(capsule && capsule->state == CAPSULE_RUNNING);
	switch (class) {
	case BADGE_CAPSULE:
		return serve_capsule(capsule, message);
	case BADGE_SUPERVISOR:
		return supervisor_serve(message);
	default:
		CHECK(class == BADGE_FAULT);
		return serve_fault(capsule, message);
	}
}

_Noreturn void server_run(void)
{
	struct tess_message message = { .length = 0 };
	enum answer answer = ANSWER_NEVER;

	for (;;) {
		status_t status =
			answer == ANSWER_NOW
				? tess_reply_recv_with(core_endpoint, reply_now,
						       &message)
				: tess_recv_with(core_endpoint, reply_now,
						 &message);
		CHECK(status == ST_OK);
		bool called = message.flags & (uint32_t)ABI_MESSAGE_CALLED;
		answer = serve(&message);
		if (!called) {
			answer = ANSWER_NEVER;
		}
		if (answer == ANSWER_LATER) {
			CHECK(!supervisor_waits);
			supervisor_waits = true;
			swap_replies();
		}
	}
}
