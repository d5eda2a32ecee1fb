/* SPDX-License-Identifier: Apache-2.0 */
/* The names and texts of statuses, from the table of abi/status.h. */

#include <tess/ipc.h>

const char *tess_status_name(uint64_t status)
{
	static const char *const names[ST_COUNT] = {
#define X(number, name, refusal, text) [ST_##name] = #name,
		ABI_STATUSES(X)
#undef X
	};

	return status < ST_COUNT ? names[status] : "?";
}

const char *tess_status_text(uint64_t status)
{
	static const char *const texts[ST_COUNT] = {
#define X(number, name, refusal, text) [ST_##name] = (text),
		ABI_STATUSES(X)
#undef X
	};

	return status < ST_COUNT ? texts[status] : "an unknown status";
}
