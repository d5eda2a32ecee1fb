/* SPDX-License-Identifier: Apache-2.0 */
/* The table of what may fail, and the hook; see inject.h. */

#include "inject.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FUNCTIONS_MAX 512
#define POINTS_MAX    1024
#define CODE_MAX      0x100000 /* bytes from the first function to the last */
#define HOOK_SIZE     5        /* of the call in a function's first line */
#define NAME_SIZE     128

struct function {
	uint64_t address;
	int64_t value; /* what it returns when it fails; -1: the status */
	char name[NAME_SIZE];
};

/* A place in the source; inline functions make it several in the program. */
struct point {
	uint64_t address;
	char name[NAME_SIZE]; /* place: function: what it calls */
	uint64_t failed;
};

static struct function functions[FUNCTIONS_MAX];
static struct point points[POINTS_MAX];
static uint32_t function_count, point_count;
static uint64_t base;                  /* address of the lowest function */
static uint16_t function_at[CODE_MAX]; /* index + 1; 0: it cannot fail */

static struct {
	bool on;
	uint32_t which, count;
	uint64_t status;
	const struct function *entered[INJECT_DEEP];
	struct point *failed;
	const struct function *callee;
} armed;

static _Noreturn void die(const char *what, const char *which)
{
	fprintf(stderr, "inject: %s: %s\n", what, which);
	exit(2);
}

/* --- the table ---------------------------------------------------------------- */

static void load_line(const char *line)
{
	struct function function;
	struct point point = { 0 };

	if (sscanf(line, "function %lx %ld %127s", &function.address,
		   &function.value, function.name) == 3) {
		if (function_count == FUNCTIONS_MAX) {
			die("too many functions", line);
		}
		functions[function_count++] = function;
	} else if (sscanf(line, "point %lx %127[^\n]", &point.address,
			  point.name) == 2) {
		if (point_count == POINTS_MAX) {
			die("too many points", line);
		}
		points[point_count++] = point;
	} else {
		die("what is that", line);
	}
}

void inject_load(const char *path)
{
	char line[2 * NAME_SIZE];
	FILE *file = fopen(path, "r");

	if (!file) {
		die("no table", path);
	}
	while (fgets(line, sizeof(line), file)) {
		load_line(line);
	}
	(void)fclose(file);
	base = UINT64_MAX;
	for (uint32_t i = 0; i < function_count; i++) {
		base = functions[i].address < base ? functions[i].address
						   : base;
	}
	for (uint32_t i = 0; i < function_count; i++) {
		if (functions[i].address - base >= CODE_MAX) {
			die("too far away", functions[i].name);
		}
		function_at[functions[i].address - base] = (uint16_t)(i + 1);
	}
}

/* --- failing ------------------------------------------------------------------ */

static struct point *point_at(uint64_t address)
{
	for (uint32_t i = 0; i < point_count; i++) {
		if (points[i].address == address) {
			return &points[i];
		}
	}
	return NULL;
}

int64_t inject_entered(uint64_t in_function, uint64_t in_caller)
{
	uint64_t at = in_function - HOOK_SIZE - base;

	if (!armed.on || at >= CODE_MAX || !function_at[at]) {
		return -1;
	}
	const struct function *function = &functions[function_at[at] - 1];
	if (armed.count == INJECT_DEEP) {
		die("too many in one call", function->name);
	}
	armed.entered[armed.count++] = function;
	if (armed.count != armed.which) {
		return -1;
	}
	armed.failed = point_at(in_caller);
	armed.callee = function;
	if (armed.failed) {
		armed.failed->failed++;
	}
	return function->value < 0 ? (int64_t)armed.status : function->value;
}

void inject_arm(uint32_t which, uint64_t status)
{
	armed.on = true;
	armed.which = which;
	armed.count = 0;
	armed.status = status;
	armed.failed = NULL;
	armed.callee = NULL;
}

uint32_t inject_disarm(void)
{
	armed.on = false;
	return armed.count;
}

bool inject_was_in(const char *function)
{
	uint32_t end = armed.which ? armed.which - 1 : armed.count;

	for (uint32_t i = 0; i < end && i < armed.count; i++) {
		if (strcmp(armed.entered[i]->name, function) == 0) {
			return true;
		}
	}
	return false;
}

bool inject_is_at(const char *function)
{
	return strcmp(armed.callee->name, function) == 0;
}

bool inject_is_status(void)
{
	return armed.callee->value < 0;
}

const char *inject_failed(void)
{
	return armed.failed   ? armed.failed->name
	       : armed.callee ? armed.callee->name
			      : "nothing";
}

/* --- what failed -------------------------------------------------------------- */

/* The reason that a file gives in lines "beginning of a point = reason"; it does
 * not know the number of the line. */
static const char *reason_of(const char *reasons, const char *name)
{
	static char line[512];
	char place[512];
	size_t path = strcspn(name, ":");
	FILE *file = fopen(reasons, "r");
	const char *found = NULL;

	if (!file) {
		die("no reasons", reasons);
	}
	(void)snprintf(place, sizeof(place), "%.*s%s", (int)path, name,
		       name + path + 1 + strspn(name + path + 1, "0123456789"));
	while (!found && fgets(line, sizeof(line), file)) {
		char *reason = strstr(line, " = ");
		if (line[0] == '#' || !reason) {
			continue;
		}
		*reason = 0;
		line[strcspn(line, "\n")] = 0;
		if (strncmp(line, place, strlen(line)) == 0) {
			found = reason + 3;
		}
	}
	(void)fclose(file);
	return found;
}

/* Whether this is the first of those that stand for the same place, which then
 * has what happened to all. */
static bool is_first(struct point *point)
{
	for (struct point *other = points; other < point; other++) {
		if (strcmp(other->name, point->name) == 0) {
			return false;
		}
	}
	for (struct point *other = point + 1; other < points + point_count;
	     other++) {
		if (strcmp(other->name, point->name) == 0) {
			point->failed += other->failed;
		}
	}
	return true;
}

bool inject_report(const char *reasons)
{
	uint32_t all = 0, failed = 0, wrong = 0;

	for (struct point *point = points; point < points + point_count;
	     point++) {
		if (!is_first(point)) {
			continue;
		}
		const char *reason = reason_of(reasons, point->name);
		all++;
		failed += point->failed != 0;
		if (!point->failed) {
			printf("# never: %s: %s", point->name,
			       reason ? reason : "no reason is given\n");
		} else if (reason) {
			printf("# did fail: %s\n", point->name);
		}
		wrong += (reason != NULL) == (point->failed != 0);
	}
	printf("# %u of %u points failed at least once\n", failed, all);
	return wrong == 0;
}
