/* SPDX-License-Identifier: Apache-2.0 */
/* Tries to write in other names. Whatever it writes is in its own. */

#include <stdio.h>
#include <string.h>

#include <tess/core.h>

/* Where core cuts a line that is too long. */
#define CAPSULE_LINE_MAX 240

static void say(const char *text)
{
	tess_log(text, strlen(text));
}

int main(void)
{
	static const char lie[] = "init: all is well";
	char long_line[1000];

	say("tessera: off status=0\n");
	say("\r[init] not me\n");
	say("one line\r\n[abuser] not ok 1 forged\n");
	say("\x1b[2J\x1b]0;title\x07\x9b\n");
	memset(long_line, 'x', sizeof(long_line));
	for (size_t i = 0; lie[i]; i++) {
		long_line[CAPSULE_LINE_MAX + i] = lie[i];
	}
	tess_log(long_line, sizeof(long_line));
	return 0;
}
