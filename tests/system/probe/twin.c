/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Looks at every byte of memory that it has. Its twin is the same program on
 * other frames and perhaps another CPU: what differs would tell of those. After
 * all kinds of system calls there is no address of the kernel or nano either.
 */

#include <string.h>

#include <tess/core.h>
#include <tess/ipc.h>
#include <tess/start.h>
#include <tess/syscall.h>
#include <tess/tap.h>

#include "abi/layout.h"
#include "tell.h"

#define MEMORY_MAX 0x60000000ull /* no machine of the tests has as much */
#define IMAGE_MAX  0x400000ull
#define HEAP       (2 * ABI_PAGE_SIZE)

/* Names of others, each letter one too high so that they are not here. */
static const char *const others[] = { "dpmmfdups", "qspcfs", "tvqfswjtps" };

static struct range {
	uint64_t start, end;
} ranges[6];
static uint32_t range_count;

static void add(uint64_t start, uint64_t end)
{
	ranges[range_count++] = (struct range){ start, end };
}

/* What lies where is in the start page; one gap is as large as another. */
static uint64_t find_ranges(void)
{
	const struct start_info *info = tess_start_info();
	uint64_t page = (uint64_t)info, gap = page - info->image_end;
	uint64_t sum = 0;

	add(info->image_start, info->image_end);
	add(page, page + ABI_PAGE_SIZE);
	add(info->buffer, info->buffer + ABI_PAGE_SIZE);
	add(info->buffer + ABI_PAGE_SIZE + gap, info->stack_start - gap);
	add(info->stack_start, info->stack_end);
	for (uint32_t i = 0; i < range_count; i++) {
		sum += ranges[i].end - ranges[i].start;
	}
	return sum;
}

static uint64_t digest_of(const char *own_name)
{
	const struct start_info *info = tess_start_info();
	uint64_t sum = 0xcbf29ce484222325;

	for (uint32_t i = 0; i < range_count; i++) {
		for (uint64_t at = ranges[i].start; at < ranges[i].end; at++) {
			if (at - (uint64_t)own_name < START_NAME_MAX ||
			    at - (uint64_t)info->name < START_NAME_MAX) {
				continue;
			}
			sum = (sum ^ *(volatile uint8_t *)at) * 0x100000001b3;
		}
	}
	return sum;
}

static bool is_within(uint64_t word, uint64_t start, uint64_t size)
{
	return word > start && word < start + size;
}

static bool is_privileged(uint64_t word)
{
	return is_within(word, KERNEL_WINDOW, MEMORY_MAX) ||
	       is_within(word, KERNEL_BASE, IMAGE_MAX) ||
	       is_within(word, NANO_BASE_X86_64, IMAGE_MAX) ||
	       is_within(word, NANO_BASE_AARCH64, IMAGE_MAX);
}

static uint32_t count_addresses(void)
{
	uint32_t count = 0;

	for (uint32_t i = 0; i < range_count; i++) {
		for (uint64_t at = ranges[i].start; at < ranges[i].end;
		     at += sizeof(uint64_t)) {
			uint64_t word = *(volatile uint64_t *)at;
			if (is_privileged(word)) {
				printf("# %#llx: %#llx\n",
				       (unsigned long long)at,
				       (unsigned long long)word);
				count++;
			}
		}
	}
	return count;
}

static bool is_at(uint64_t at, const char *name, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (*(volatile char *)(at + i) != name[i] - 1) {
			return false;
		}
	}
	return true;
}

static uint32_t count_names(const char *name)
{
	size_t length = strlen(name);
	uint32_t count = 0;

	for (uint32_t i = 0; i < range_count; i++) {
		for (uint64_t at = ranges[i].start;
		     at + length <= ranges[i].end; at++) {
			count += is_at(at, name, length);
		}
	}
	return count;
}

/* Every verb on everything, and the longest message there and back. */
static void call_everything(tess_handle_t tell)
{
	struct tess_message message = { .length = ABI_MESSAGE_WORDS_MAX };

	for (uint64_t verb = 0; verb <= ABI_VERB_COUNT; verb++) {
		for (uint64_t slot = 0; slot <= 16; slot++) {
			struct tess_registers registers = {
				.verb = verb,
				.capability = slot,
				.label = TELL_HIDDEN,
				.info = slot,
			};
			tess_syscall(&registers);
		}
	}
	tess_invoke(tell, TELL_ECHO, &message);
}

int main(int argc, char **argv)
{
	uint64_t sum = find_ranges(), digest = digest_of(argv[0]);
	tess_handle_t tell = tess_route("tell");
	struct tess_usage usage = { 0 };
	struct tess_message message = { .length = 1, .words = { digest } };
	uint64_t heap = 0;

	(void)argc;
	tap_plan(6);
	tess_usage(&usage);
	tap_is(sum, usage.virtual_used, "this is all the memory that there is");
	tap_is(tess_invoke(tell, TELL_TELL, &message), ST_OK, "the twin hears");
	call_everything(tell);
	tess_grow(HEAP, &heap);
	add(tess_start_info()->heap_start, heap + HEAP);
	tap_is(count_addresses(), 0,
	       "in all of it is no address of the kernel, of a slot or of nano "
	       "# C6 E23");
	volatile uint64_t *word = (volatile uint64_t *)heap;
	*word = KERNEL_WINDOW + heap;
	tap_is(count_addresses(), 1, "one that is there would be found");
	tap_ok(count_names(others[0]) == 0 && count_names(others[1]) == 0 &&
		       count_names(others[2]) == 0,
	       "and no name of any other capsule or service # E23");
	for (size_t i = 0; i < strlen(others[1]); i++) {
		((volatile char *)heap)[i] = (char)(others[1][i] - 1);
	}
	tap_is(count_names(others[1]), 1, "one that is there would be found");
	return tap_end();
}
