/* SPDX-License-Identifier: Apache-2.0 */
/* Runs although its neighbours were refused. */

#include <tess/tap.h>

int main(void)
{
	tap_plan(1);
	tap_ok(1, "a good image runs beside bad ones");
	return tap_end();
}
