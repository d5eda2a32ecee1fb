/* SPDX-License-Identifier: Apache-2.0 */
/* Does what its name says. Whoever comes back from that says so and fails. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <tess/ipc.h>
#include <tess/start.h>

#include "abi/layout.h"

#define HOLE 0x0000900000000000 /* no address of anybody */

static const int constant = 5;
static volatile unsigned char code[16] = { 0xc3 };

static void read_at(uint64_t address)
{
	(void)*(volatile uint64_t *)address;
}

static void write_at(uint64_t address)
{
	*(volatile uint64_t *)address = 1;
}

static void call(uint64_t address)
{
	void (*volatile function)(void) = (void (*)(void))address;

	function();
}

static int recurse(volatile char *above, unsigned int depth)
{
	volatile char here[512];

	here[0] = *above;
	return depth ? recurse(here, depth - 1) + here[0] : 0;
}

/* One instruction that only a kernel may execute. */
static void privileged(void)
{
#if defined(__x86_64__)
	__asm__ volatile("cli");
#else
	__asm__ volatile("msr daifset, #2");
#endif
}

static void undefined(void)
{
#if defined(__x86_64__)
	__asm__ volatile("ud2");
#else
	__asm__ volatile("udf #0");
#endif
}

/* An access with an alignment that the machine insists on. */
static void misaligned(void)
{
#if defined(__x86_64__)
	__asm__ volatile("movaps %%xmm0, 8(%%rsp)" ::: "memory");
#else
	__asm__ volatile("add x0, sp, #1\n\tldxr x0, [x0]" ::: "x0", "memory");
#endif
}

static void serve_badly(void)
{
	struct tess_message message = { .length = 0 };

	tess_recv(tess_offer("gone"), &message);
	write_at(8); /* the caller waits for ever */
}

static void wait_for_server(void)
{
	struct tess_message message = { .length = 0 };

	tess_call(tess_route("gone"), &message);
}

static void fault(const char *name)
{
	char local[16] = { 0 };

	if (strcmp(name, "null-read") == 0) {
		read_at(0);
	} else if (strcmp(name, "null-write") == 0) {
		write_at(16);
	} else if (strcmp(name, "null-call") == 0) {
		call(0);
	} else if (strcmp(name, "code-write") == 0) {
		write_at(USER_START);
	} else if (strcmp(name, "constant-write") == 0) {
		write_at((uint64_t)&constant & ~7ull);
	} else if (strcmp(name, "start-write") == 0) {
		write_at((uint64_t)tess_start_info());
	} else if (strcmp(name, "data-call") == 0) {
		call((uint64_t)code);
	} else if (strcmp(name, "stack-call") == 0) {
		call((uint64_t)local & ~15ull);
	} else if (strcmp(name, "stack-overflow") == 0) {
		recurse(local, UINT32_MAX);
	} else if (strcmp(name, "undefined") == 0) {
		undefined();
	} else if (strcmp(name, "kernel-read") == 0) {
		read_at(KERNEL_BASE);
	} else if (strcmp(name, "kernel-write") == 0) {
		write_at(KERNEL_BASE);
	} else if (strcmp(name, "kernel-call") == 0) {
		call(KERNEL_BASE);
	} else if (strcmp(name, "window-read") == 0) {
		read_at(KERNEL_WINDOW);
	} else if (strcmp(name, "hole-read") == 0) {
		read_at(HOLE);
	} else if (strcmp(name, "privileged") == 0) {
		privileged();
	} else if (strcmp(name, "misaligned") == 0) {
		misaligned();
	} else if (strcmp(name, "server") == 0) {
		serve_badly();
	} else {
		wait_for_server();
	}
}

int main(int argc, char **argv)
{
	printf("about to");
	fflush(stdout);
	fault(argv[argc - 1]);
	printf(" come back from %s\n", argv[0]);
	return 0;
}
