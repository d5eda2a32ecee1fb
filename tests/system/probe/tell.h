/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

enum tell_method {
	TELL_TELL,   /* a digest of all the memory that a twin has */
	TELL_ECHO,   /* -> the same words */
	TELL_HIDDEN, /* nobody has a route with it */
};

#define TWINS 2
