/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The service "seen": what a reader saw -> nothing. */
enum seen_method { SEEN_TELL };

/* Words of its message. */
enum {
	SEEN_DIGEST,    /* of all that was read */
	SEEN_CHANGES,   /* readings that were not as the first one */
	SEEN_BACKWARDS, /* times that time ran backwards */
	SEEN_COUNT,     /* things read, each time */
	SEEN_WORDS,
};

#define READERS 6 /* capsules that run reader.c */
