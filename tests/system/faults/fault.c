/* SPDX-License-Identifier: Apache-2.0 */
/* Does what its name says. Whoever comes back from that says so and fails. */

#include <stdio.h>
#include <string.h>

#include <tess/ipc.h>
#include <tess/start.h>

#include "abi/layout.h"
#include "common/types.h"

#define HOLE 0x0000900000000000 /* no address of anybody */

/* The faults are meant: no sanitizer may report them first. */
#define AS_WRITTEN __attribute__((no_sanitize("undefined")))

static const int constant = 5;
static volatile unsigned char code[16];

static uint64_t target;

/* Where the next access goes; nobody shall reason about it. */
static uint64_t there(void)
{
	uint64_t address = target;

	__asm__ volatile("" : "+r"(address));
	return address;
}

AS_WRITTEN static void read_there(void)
{
	(void)*(volatile uint64_t *)there();
}

AS_WRITTEN static void write_there(void)
{
	*(volatile uint64_t *)there() = 1;
}

AS_WRITTEN static void call_there(void)
{
	((void (*)(void))there())();
}

static int recurse(volatile char *above, unsigned int depth)
{
	volatile char here[512];

	here[0] = *above;
	return depth ? recurse(here, depth - 1) + here[0] : 0;
}

static void overflow(void)
{
	volatile char here = 1;

	recurse(&here, UINT32_MAX);
}

/* An instruction that only a kernel may execute; one that nobody may; and an
 * access with an alignment that the machine insists on. */
#if defined(__x86_64__)
#define PRIVILEGED "cli"
#define UNDEFINED  "ud2"
#define MISALIGNED "movaps %%xmm0, 8(%%rsp)"
#define CLOBBERED  "memory"
#else
#define PRIVILEGED "msr daifset, #2"
#define UNDEFINED  "udf #0"
#define MISALIGNED "add x16, sp, #1\n\tldxr x16, [x16]"
#define CLOBBERED  "memory", "x16"
#endif

static void privileged(void)
{
	__asm__ volatile(PRIVILEGED ::: "memory");
}

static void undefined(void)
{
	__asm__ volatile(UNDEFINED ::: "memory");
}

static void misaligned(void)
{
	__asm__ volatile(MISALIGNED ::: CLOBBERED);
}

/* Takes a call and faults, so that its caller would wait for ever. */
static void serve_badly(void)
{
	struct tess_message message = { .length = 0 };

	tess_recv(tess_offer("gone"), &message);
	write_there();
}

/* The call ends with its server, and init this capsule, if it is still there. */
static void wait_for_server(void)
{
	struct tess_message message = { .length = 0 };

	tess_call(tess_route("gone"), &message);
	for (;;) {
		tess_yield();
	}
}

int main(int argc, char **argv)
{
	uint64_t stack = (uint64_t)__builtin_frame_address(0);
	const struct {
		const char *name;
		void (*action)(void);
		uint64_t target;
	} faults[] = {
		{ "null-read", read_there, 0 },
		{ "null-write", write_there, 16 },
		{ "null-call", call_there, 0 },
		{ "code-write", write_there, USER_START },
		{ "constant-write", write_there, (uint64_t)&constant },
		{ "start-write", write_there, (uint64_t)tess_start_info() },
		{ "data-call", call_there, (uint64_t)code },
		{ "stack-call", call_there, stack },
		{ "stack-overflow", overflow, 0 },
		{ "undefined", undefined, 0 },
		{ "kernel-read", read_there, KERNEL_BASE },
		{ "kernel-write", write_there, KERNEL_BASE },
		{ "kernel-call", call_there, KERNEL_BASE },
		{ "window-read", read_there, KERNEL_WINDOW },
		{ "hole-read", read_there, HOLE },
		{ "privileged", privileged, 0 },
		{ "misaligned", misaligned, 0 },
		{ "server", serve_badly, 8 },
		{ "client", wait_for_server, 0 },
	};

	printf("about to");
	fflush(stdout);
	for (size_t i = 0; i < ARRAY_SIZE(faults); i++) {
		if (strcmp(argv[argc - 1], faults[i].name) == 0) {
			target = faults[i].target & ~7ull;
			faults[i].action();
		}
	}
	printf(" come back from %s\n", argv[0]);
	return 0;
}
