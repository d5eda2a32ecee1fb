/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From the first instruction of a capsule to main(), and from there to its end.
 * Core has set up the stack and thread-local storage; what is left is to
 * remember the start page, to run constructors, and to hand main's status to
 * exit().
 */

#include <tess/start.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/_initfini.h>
#include <unistd.h>

#include <tess/core.h>
#include <tess/internal.h>
#include <tess/ipc.h>

#include "common/assert.h"

/* The status of a capsule that ended by abort(), as a shell would show it. */
#define ABORT_STATUS 134

int main(int argc, char **argv);

static const struct start_info *start_info;

const struct start_info *tess_start_info(void)
{
	return start_info;
}

_Noreturn void tess_start(const void *info)
{
	static char name[START_NAME_MAX];
	static char *arguments[] = { name, NULL };

	start_info = info;
	if (start_info->magic != START_INFO_MAGIC ||
	    start_info->version != START_INFO_VERSION) {
		__builtin_trap();
	}
	tess_set_buffer(start_info->buffer);
	tess_set_slots(start_info->capnode, start_info->slots_start,
		       start_info->slots_end);
	memcpy(name, start_info->name, sizeof(name));
	__libc_init_array();
	exit(main(1, arguments));
}

_Noreturn void _exit(int status)
{
	tess_exit((uint32_t)status & 0xff);
}

_Noreturn void abort(void)
{
	fflush(stdout);
	_exit(ABORT_STATUS);
}

_Noreturn void panic(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, what);
	abort();
}

tess_handle_t tess_route(const char *name)
{
	const struct start_route *routes = start_info->routes;

	for (uint32_t i = 0; i < start_info->route_count; i++) {
		if (strcmp(routes[i].name, name) == 0) {
			return routes[i].slot;
		}
	}
	fprintf(stderr, "no route '%s': the manifest gives %s ", name,
		start_info->name);
	for (uint32_t i = 0; i < start_info->route_count; i++) {
		fprintf(stderr, "%s%s", i ? ", " : "", routes[i].name);
	}
	fprintf(stderr, "%s\n", start_info->route_count ? "" : "none");
	return TESS_NONE;
}

static const struct start_offer *find_offer(const char *name)
{
	const struct start_offer *offers = start_info->offers;

	for (uint32_t i = 0; i < start_info->offer_count; i++) {
		if (strcmp(offers[i].name, name) == 0) {
			return &offers[i];
		}
	}
	fprintf(stderr, "no offer '%s': in the manifest %s offers ", name,
		start_info->name);
	for (uint32_t i = 0; i < start_info->offer_count; i++) {
		fprintf(stderr, "%s%s", i ? ", " : "", offers[i].name);
	}
	fprintf(stderr, "%s\n", start_info->offer_count ? "" : "nothing");
	return NULL;
}

tess_handle_t tess_offer(const char *name)
{
	const struct start_offer *offer = find_offer(name);

	return offer ? offer->slot : TESS_NONE;
}

tess_handle_t tess_source(const char *name)
{
	const struct start_offer *offer = find_offer(name);

	if (offer && !offer->source) {
		fprintf(stderr,
			"offer '%s' of %s has no delegation in the manifest\n",
			name, start_info->name);
	}
	return offer ? offer->source : TESS_NONE;
}
