/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* What the capsules of this test say to each other. */
enum bank_method {
	BANK_OPEN,  /* delegation -> a session, which may do BADGE */
	BANK_CLOSE, /* takes back every session of this client */
	BANK_HOLD,  /* the same after a long while; there is no answer */
	BANK_BADGE, /* -> the badge of whoever asks */
};

enum friend_method {
	FRIEND_ACCEPT, /* how many capabilities the next message may bring */
	FRIEND_PUT,    /* with a session -> how many came */
	FRIEND_USE, /* -> status of a call through it, the badge; and lends it
			  on to whoever asks, if he accepts it */
};
