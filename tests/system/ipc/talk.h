/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The service "talk", methods in the manifest's order. */
enum talk_method {
	TALK_ECHO, /* any words -> the same words */
	TALK_NEXT, /* count -> count: the server checks that it goes up by one */
	TALK_WHO,  /* -> the caller's badge */
	TALK_HOLD,   /* token -> token, when CALLERS callers wait here */
	TALK_NOTE,   /* sent without a call: number; counted */
	TALK_DONE,   /* -> notes counted; the last caller ends the server */
	TALK_SECRET, /* granted to nobody */
};

#define CALLERS    3   /* capsules that run caller.c */
#define CALLS      200 /* of each, to TALK_NEXT */
#define BADGES_MAX 16
