/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* Where the owner keeps its secrets: data, heap, stack. */
enum where_method {
	WHERE_ASK,  /* -> three addresses */
	WHERE_TELL, /* 1 if the thief found none: ends the owner */
};

#define SECRET 0x7365637265742121
