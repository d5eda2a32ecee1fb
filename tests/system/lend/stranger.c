/* SPDX-License-Identifier: Apache-2.0 */
/* Its route has no grant: nothing goes along it, and it cannot work with its own
 * capabilities. */

#include <tess/ipc.h>
#include <tess/start.h>
#include <tess/syscall.h>
#include <tess/tap.h>

#include "lend.h"

int main(void)
{
	const struct start_info *info = tess_start_info();
	tess_handle_t bank = tess_route("bank"), made = TESS_NONE;
	struct tess_message message = { .length = 1 };
	struct message_buffer *buffer = (struct message_buffer *)info->buffer;

	tap_plan(7);
	tess_lend(&message, bank);
	tap_is(tess_call(bank, &message), ST_NO_RIGHT,
	       "nothing is lent along a route without grant # C11 C16 E21");
	message = (struct tess_message){ .length = 1 };
	tess_give(&message, START_SLOT_CORE);
	tap_is(tess_call(bank, &message), ST_NO_RIGHT,
	       "nor given # C11 C16 E21");
	message = (struct tess_message){ .length = 1, .accept = 1 };
	tap_is(tess_call(bank, &message), ST_NO_CAPABILITY,
	       "the library accepts nothing along it");
	buffer->slots[0] = info->slots_start;
	struct tess_registers registers = {
		.verb = ABI_VERB_CALL,
		.capability = bank,
		.label = BANK_OPEN,
		.info = (uint32_t)ABI_MESSAGE_SLOTS | 1,
	};
	tess_syscall(&registers);
	tap_is(registers.verb, ST_NO_RIGHT,
	       "nor does the kernel, of a caller that says it would # C11 C16");
	message = (struct tess_message){ .length = 1 };
	tap_is(tess_invoke(bank, BANK_OPEN, &message), ST_SLOT_FULL,
	       "what the server hands out does not come without it # C11 C16");
	tap_is(tess_copy(bank, &made), ST_NO_CAPABILITY,
	       "it has no capability of its CapNode # C16 E3");
	bool all = true;
	for (uint64_t slot = 1; slot < info->slots_end; slot++) {
		message =
			(struct tess_message){ .length = 1, .words = { slot } };
		all = tess_delete(slot) != ST_OK && all;
	}
	tap_ok(all, "and can delete nothing # C16 E3");
	return tap_end();
}
