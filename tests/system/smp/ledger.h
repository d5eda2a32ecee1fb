/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The service "ledger", methods in the manifest's order. */
enum ledger_method {
	LEDGER_ADD,   /* amount, token -> sum so far, entries, token */
	LEDGER_TOTAL, /* -> sum, entries */
	LEDGER_CLEAR, /* granted to nobody */
};

#define CLIENTS  4   /* capsules that run client.c */
#define ENTRIES  250 /* of each */
#define REFUSALS 50  /* of each */
