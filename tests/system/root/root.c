/* SPDX-License-Identifier: Apache-2.0 */
/* The console, objects and threads of root tests; see root.h. */

#include "tests/system/root/root.h"

#include <tess/internal.h>

#include "abi/boot_info.h"
#include "abi/layout.h"
#include "common/assert.h"
#include "common/fmt.h"

#define STACK_SIZE 16384
#define CONSOLE    0x3ffff000 /* where its registers are mapped */

/* 16550: the transmitter is empty; PL011: its queue is full. */
#define UART_STATUS     5
#define UART_EMPTY      0x20
#define PL011_FLAGS     (0x18 / sizeof(uint32_t))
#define PL011_FLAG_FULL (1u << 5)

const struct core_info *root_info;
uint64_t root_untyped, root_faults;

static uint64_t next_slot = CORE_SLOT_FREE, nowhere;
static volatile uint32_t *pl011;
static uint32_t results, failures;

static struct {
	uint64_t slot;
	bool used;
} threads[ROOT_THREADS_MAX];
static uint8_t stacks[ROOT_THREADS_MAX][STACK_SIZE]
	__attribute__((aligned(16)));

_Noreturn void tess_start(const void *argument);

/* --- results --------------------------------------------------------------- */

static void put_port(char letter)
{
	uint64_t status[ABI_MESSAGE_REGISTERS];

	do {
		status[0] = root_info->console_port + UART_STATUS;
		status[1] = 1;
		invoke(CORE_SLOT_IO_PORTS, ABI_IO_PORT_RANGE_read, 2, status);
	} while (!(status[0] & UART_EMPTY));
	CALL(CORE_SLOT_IO_PORTS, ABI_IO_PORT_RANGE_write,
	     root_info->console_port, 1, (unsigned char)letter);
}

static void put_char(char letter)
{
	if (!pl011) {
		put_port(letter);
		return;
	}
	while (pl011[PL011_FLAGS] & PL011_FLAG_FULL) {
	}
	pl011[0] = (unsigned char)letter;
}

void say(const char *format, ...)
{
	char line[200];
	va_list arguments;

	va_start(arguments, format);
	size_t length = fmt_list(line, sizeof(line), format, arguments);
	va_end(arguments);
	for (size_t i = 0; i < length; i++) {
		put_char(line[i]);
	}
}

void result(bool good, const char *name)
{
	failures += !good;
	say("%sok %u %s\n", good ? "" : "not ", ++results, name);
}

static _Noreturn void finish(void)
{
	for (;;) {
		CALL(CORE_SLOT_SYSTEM_CONTROL, ABI_SYSTEM_CONTROL_power_off,
		     failures != 0);
	}
}

void must(status_t status, const char *call)
{
	if (status != ST_OK) {
		say("Bail out! %s: status %u\n", call, status);
		failures++;
		finish();
	}
}

_Noreturn void panic(const char *what, const char *file, int line)
{
	say("Bail out! %s, %s:%d\n", what, file, line);
	failures++;
	finish();
}

/* --- objects --------------------------------------------------------------- */

status_t invoke(uint64_t object, uint32_t method, uint32_t argument_count,
		uint64_t words[ABI_MESSAGE_REGISTERS])
{
	struct tess_registers r = {
		.capability = object,
		.label = method,
		.info = argument_count,
		.verb = ABI_VERB_CALL,
	};

	for (uint32_t i = 0; i < argument_count; i++) {
		r.words[i] = words[i];
	}
	tess_syscall(&r);
	for (uint32_t i = 0; i < ABI_MESSAGE_REGISTERS; i++) {
		words[i] = r.words[i];
	}
	return (status_t)r.verb;
}

uint64_t root_slot(void)
{
	return next_slot++;
}

uint64_t make_of_size(enum abi_object_type type, uint64_t bits)
{
	MUST(CALL(root_untyped, ABI_UNTYPED_retype, type, bits, 1,
		  CORE_SLOT_CAPNODE, next_slot));
	return next_slot++;
}

uint64_t make(enum abi_object_type type)
{
	return make_of_size(type, 0);
}

uint64_t copy(uint64_t slot)
{
	MUST(CALL(CORE_SLOT_CAPNODE, ABI_CAPNODE_copy, next_slot, slot));
	return next_slot++;
}

uint64_t info(uint64_t object, uint32_t word)
{
	uint64_t words[ABI_MESSAGE_REGISTERS];

	MUST(invoke(object, 0, 0, words));
	return words[word];
}

void make_tables(uint64_t address)
{
	status_t status;

	do {
		status = CALL(make(ABI_TYPE_PAGE_TABLE), ABI_PAGE_TABLE_map,
			      CORE_SLOT_VSPACE, address);
	} while (status == ST_OK);
	must(status == ST_MAPPED ? ST_OK : status, "page tables");
}

uint64_t system_count(uint32_t which)
{
	return info(CORE_SLOT_SYSTEM_CONTROL, which);
}

static void wait_for_ticks(uint64_t number)
{
	uint64_t end = system_count(COUNT_TICKS) + number;

	while (system_count(COUNT_TICKS) < end) {
	}
}

/* CPUs that have begun to idle tick once more. */
uint64_t root_clock_hz(void)
{
	static uint64_t hz;

	if (hz == 0) {
		wait_for_ticks(root_info->cpu_count + 1);
		uint64_t begin = root_clock();
		wait_for_ticks(10);
		hz = (root_clock() - begin) * (ROOT_TICKS_PER_SECOND / 10);
	}
	return hz;
}

/* --- threads --------------------------------------------------------------- */

static uint32_t index_of(uint64_t thread)
{
	uint32_t i = 0;

	while (i < ROOT_THREADS_MAX && threads[i].slot != thread) {
		i++;
	}
	CHECK(i < ROOT_THREADS_MAX);
	return i;
}

static uint32_t find_unused(void)
{
	uint32_t i = 0;

	while (i < ROOT_THREADS_MAX && threads[i].used) {
		i++;
	}
	CHECK(i < ROOT_THREADS_MAX);
	return i;
}

void thread_set(uint64_t thread, void (*entry)(uint64_t argument),
		uint64_t argument)
{
	uint64_t stack = (uint64_t)stacks[index_of(thread)] + STACK_SIZE;

	MUST(CALL(thread, ABI_THREAD_set_registers, (uint64_t)entry,
		  stack - STACK_BIAS, argument, 0));
}

uint64_t thread_start(void (*entry)(uint64_t argument), uint64_t argument)
{
	uint32_t i = find_unused();

	threads[i].used = true;
	if (threads[i].slot == 0) {
		threads[i].slot = make(ABI_TYPE_THREAD);
		MUST(CALL(threads[i].slot, ABI_THREAD_configure,
			  CORE_SLOT_CAPNODE, CORE_SLOT_VSPACE,
			  make(ABI_TYPE_FRAME), root_faults));
	}
	thread_set(threads[i].slot, entry, argument);
	MUST(CALL(threads[i].slot, ABI_THREAD_resume));
	return threads[i].slot;
}

void thread_stop(uint64_t thread)
{
	MUST(CALL(thread, ABI_THREAD_suspend));
	threads[index_of(thread)].used = false;
}

void thread_await(uint64_t thread, enum abi_thread_state state)
{
	while (info(thread, 0) != state) {
		tess_yield();
	}
}

_Noreturn void thread_rest(void)
{
	for (;;) {
		struct tess_registers r = {
			.capability = nowhere,
			.verb = ABI_VERB_SEND,
		};

		tess_syscall(&r);
	}
}

/* --- start ----------------------------------------------------------------- */

static void find_memory(void)
{
	uint32_t largest = 0;

	for (uint32_t i = 0; i < root_info->untyped_count; i++) {
		if (root_info->untyped[i].bits >
		    root_info->untyped[largest].bits) {
			largest = i;
		}
	}
	root_untyped = CORE_SLOT_UNTYPED + largest;
}

static void find_console(void)
{
	if (root_info->console_kind == BOOT_CONSOLE_16550) {
		return;
	}
	uint64_t frame = next_slot++;

	make_tables(CONSOLE);
	MUST(CALL(CORE_SLOT_CONSOLE, ABI_UNTYPED_retype, ABI_TYPE_FRAME, 0, 1,
		  CORE_SLOT_CAPNODE, frame));
	MUST(CALL(frame, ABI_FRAME_map, CORE_SLOT_VSPACE, CONSOLE,
		  ABI_ACCESS_READ | ABI_ACCESS_WRITE));
	pl011 = (volatile uint32_t *)CONSOLE;
}

_Noreturn void tess_start(const void *argument)
{
	root_info = argument;
	tess_set_buffer(CORE_BUFFER);
	find_memory();
	find_console();
	MUST(CALL(CORE_SLOT_SYSTEM_CONTROL, ABI_SYSTEM_CONTROL_operational));
	root_faults = make(ABI_TYPE_ENDPOINT);
	nowhere = make(ABI_TYPE_ENDPOINT);
	root_main();
	finish();
}
