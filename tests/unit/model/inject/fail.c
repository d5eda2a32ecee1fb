/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One system call again and again, with another function failing each time; see
 * main.c.
 */

#include "inject.h"

#include <stdio.h>
#include <string.h>

#include "kernel/invoke.h"
#include "tests/unit/kernel/world.h"
#include "tests/unit/model/lockstep.h"

/* So seldom the call is made once more after it failed. */
#define RUN_AGAIN 4

uint64_t fail_count;

static struct lockstep_state *start, *done;     /* of the call */
static struct lockstep_state *failed, *halfway; /* it failed; half is done */
static struct thread *caller;
static bool is_elsewhere; /* things are not as they are in `start` */

void fail_message(const struct model_message *m)
{
	struct message_registers *to = &world_current()->context.message;

	*to = (struct message_registers){ .capability = m->capability,
					  .label = m->label,
					  .info = m->info,
					  .verb = m->verb };
	for (unsigned int i = 0; i < ABI_MESSAGE_REGISTERS; i++) {
		to->words[i] = m->words[i];
	}
}

/* Makes the call; true if the thread is sent back to it. */
static bool run(void)
{
	uint64_t behind = caller->context.pc;

	(void)kernel_syscall(caller);
	bool again = caller->context.pc != behind;
	caller->context.pc = behind;
	return again;
}

/* --- what has to be when something failed ----------------------------------- */

static bool is_answered(void)
{
	return inject_was_in("answer") &&
	       (inject_was_in("receive_next") || inject_is_at("receive_next"));
}

static bool is_senders(void)
{
	return inject_was_in("endpoint_receive_caps");
}

/* REPLY_RECV that cannot receive is REPLY. */
static const struct lockstep_state *only_answered(void)
{
	struct message_registers *message = &caller->context.message;

	lockstep_restore(start);
	message->verb = ABI_VERB_REPLY;
	message->capability = message->info >> ABI_MESSAGE_REPLY_SHIFT;
	message->info &= ABI_MESSAGE_LENGTH_MASK | (uint32_t)ABI_MESSAGE_CAPS;
	(void)run();
	lockstep_save_to(halfway);
	return halfway;
}

static struct thread *sender_of(struct message_registers *message)
{
	struct slot *slot = cap_find(caller->capnode, message->capability);

	return ((struct endpoint *)slot_object(slot))->head;
}

/* What is wrong with the capabilities makes no difference but to what the sender
 * is told, and whether that is a refusal. */
static uint64_t told;
static const struct lockstep_state *only_refused(struct thread **sender)
{
	lockstep_restore(start);
	*sender = sender_of(&caller->context.message);
	uint64_t *name = (*sender)->buffer ? &(*sender)->buffer->caps[0] : NULL;
	uint64_t good = name ? *name : 0;
	if (name) {
		*name = UINT64_MAX;
	}
	(void)run();
	if (name) {
		*name = good;
	}
	told = (*sender)->refusals;
	lockstep_save_to(halfway);
	return halfway;
}

/* The error, or another one where two things are wrong at once. */
static void check_answer(const char *what, bool again,
			 const struct message_registers *message)
{
	if (again) {
		if (memcmp(&caller->context.message, message,
			   sizeof(*message)) != 0) {
			lockstep_fail("%s: to be run again with other "
				      "registers",
				      what);
		}
	} else if (caller->context.message.verb == ST_OK) {
		lockstep_fail("%s: the caller is told of no error", what);
	}
}

/* Lets the call's function number `which` fail; false if there are not so many.
 * What was to fail for that call to be run again is only tried where a call can
 * be. */
static bool fail_at(uint32_t which, status_t status, bool *may_restart)
{
	static char what[300];
	struct message_registers message;
	struct thread *sender = NULL;

	if (is_elsewhere) {
		lockstep_restore(start);
		is_elsewhere = false;
	}
	message = caller->context.message;
	uint64_t sweep = caller->sweep;
	inject_arm(which, status);
	bool again = run();
	if (inject_disarm() < which) {
		is_elsewhere = true;
		return false;
	}
	fail_count++;
	(void)snprintf(what, sizeof(what),
		       "number %u, %s, fails with %u in verb %lu cap %#lx "
		       "label %#lx info %#lx and",
		       which, inject_failed(), status, message.verb,
		       message.capability, message.label, message.info);
	*may_restart = inject_is_status() && !is_answered() && !is_senders();
	if (!is_senders()) {
		check_answer(what, again, &message);
	}
	if (*may_restart || (!is_answered() && !is_senders())) {
		/* Whether it was told to come back is its own affair. */
		caller->sweep = sweep;
		lockstep_check_same(start, caller, what);
		caller->context.message = message;
		if (fail_count % RUN_AGAIN == 0) {
			is_elsewhere = true;
			(void)run();
			lockstep_check_same(done, caller, what);
		}
		return true;
	}
	is_elsewhere = true;
	lockstep_save_to(failed);
	const struct lockstep_state *should =
		is_senders() ? only_refused(&sender) : only_answered();
	lockstep_restore(failed);
	if (sender) {
		sender->context.message.verb = ST_BAD_ARGUMENT;
		sender->refusals = told;
	}
	lockstep_check_same(should, caller, what);
	return true;
}

bool fail_everywhere(void)
{
	bool may_restart = false;

	if (!start) {
		start = lockstep_save();
		done = lockstep_save();
		failed = lockstep_save();
		halfway = lockstep_save();
	}
	caller = world_current();
	caller->sweep = 0; /* else it may go on with what it does not find */
	lockstep_save_to(start);
	inject_arm(0, 0);
	bool again = run();
	(void)inject_disarm();
	lockstep_save_to(done);
	is_elsewhere = true;
	for (uint32_t which = 1; fail_at(which, ST_NO_MEMORY, &may_restart);
	     which++) {
		if (may_restart) {
			(void)fail_at(which, KERNEL_RESTART, &may_restart);
		}
	}
	lockstep_restore(done);
	return again && state.cpus[0].current == caller;
}
