/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * core's one thread: it waits for a message, does what it says, answers, for
 * ever. It never waits for anybody else.
 */

#include <stdbool.h>

#include <tess/ipc.h>

#include "common/archive.h"
#include "core/capsule.h"

/** Whether the message is answered now, or later, or never. */
enum answer { ANSWER_NOW, ANSWER_LATER, ANSWER_NEVER };

/** Makes core's endpoint and Reply objects. */
void server_init(void);

/** Serves for ever. */
_Noreturn void server_run(void);

/** The supervisor's service; the message becomes the answer. */
enum answer supervisor_serve(struct tess_message *message);

/** The archive that capsules' images come from. */
void supervisor_init(const struct archive_view *archive);

/**
 * A capsule ended: fills the answer for a supervisor that waits and returns
 * true, or leaves it to be told by the next wait.
 */
bool supervisor_tell(struct tess_message *answer);

/** Ends the machine with a line that says why. */
_Noreturn void core_fail(const char *why);
