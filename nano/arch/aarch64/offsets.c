/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers of C that nano's assembly needs. */

#include "mk/offsets.h"
#include "cpu.h"

void offsets(void);
void offsets(void)
{
	OFFSET(FRAME_X, struct exit_frame, x);
	OFFSET(FRAME_X30, struct exit_frame, x[30]);
	OFFSET(FRAME_PSTATE, struct exit_frame, pstate);
	SIZE(FRAME_SIZE, struct exit_frame);

	EMIT(CURRENT_EL2, 2 << 2);
	OFFSET(START_MAIR, struct arm_start, mair);
	OFFSET(START_TTBR, struct arm_start, ttbr);
	OFFSET(START_STACK, struct arm_start, stack);
	OFFSET(START_ENTRY, struct arm_start, entry);
}
