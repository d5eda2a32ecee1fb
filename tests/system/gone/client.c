/* SPDX-License-Identifier: Apache-2.0 */
/* Calls a server that ends instead of answering. */

#include <tess/ipc.h>
#include <tess/tap.h>

int main(void)
{
	tess_handle_t talk = tess_route("talk");
	struct tess_message message = { .length = 0 };

	tap_plan(2);
	tap_is(tess_call(talk, &message), ST_GONE,
	       "a call to a server that ended returns # E27 C15");
	tap_is(tess_call(talk, &message), ST_NO_CAPABILITY,
	       "and the route to it is gone # E27 C23");
	return tap_end();
}
