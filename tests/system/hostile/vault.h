/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* The service "vault", methods in the manifest's order. */
enum vault_method {
	VAULT_ASK,  /* -> how often it was asked */
	VAULT_OPEN, /* granted to nobody: counted */
	VAULT_END,  /* attacks made -> how often it was opened; it ends */
};
