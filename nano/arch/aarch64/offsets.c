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
}
