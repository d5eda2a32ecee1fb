/* SPDX-License-Identifier: Apache-2.0 */
/* Tries to write in other names. Whatever it writes is in its own. */

#include <stdio.h>
#include <string.h>

#include <tess/core.h>

static void say(const char *text)
{
	tess_log(text, strlen(text));
}

int main(void)
{
	char long_line[1000];

	say("tessera: off status=0\n");
	say("\r[init] not me\n");
	say("one line\r\n[abuser] not ok 1 forged\n");
	say("\x1b[2J\x1b]0;title\x07\x9b\n");
	memset(long_line, 'x', sizeof(long_line));
	memcpy(long_line + 240, "init: all is well", 17);
	tess_log(long_line, sizeof(long_line));
	return 0;
}
