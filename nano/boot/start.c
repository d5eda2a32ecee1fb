/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nano's start, once, on the first CPU: check what boot handed over, take
 * possession of nano's memory and of the machine, and run the kernel below.
 * Each step may rely on all before it. A step that fails ends the run with one
 * line; nothing of the kernel has run by then.
 */

#include "nano/start.h"

#include "abi/layout.h"
#include "common/assert.h"
#include "common/string.h"
#include "nano/arch.h"
#include "nano/authority.h"
#include "nano/book.h"
#include "nano/check.h"
#include "nano/console.h"
#include "nano/cpu.h"
#include "nano/handoff.h"
#include "nano/own.h"
#include "nano/pool.h"
#include "nano/power.h"
#include "nano/stage2.h"
#include "nano/world.h"

static struct boot_info boot; /* nano's copy, checked and completed */

static void take_boot_info(uint64_t at)
{
	if (at > NANO_WINDOW_END - NANO_WINDOW - sizeof(boot) ||
	    !is_aligned(at, _Alignof(struct boot_info))) {
		arch_power_off(); /* there is no console yet */
	}

	memcpy(&boot, arch_window((paddr_t){ at }, sizeof(boot)), sizeof(boot));
	if (boot.magic != BOOT_INFO_MAGIC || !arch_console_early(&boot)) {
		arch_power_off();
	}

	const char *missing = arch_cpu_missing();
	if (missing) {
		power_fail("this CPU has no %s", missing);
	}

	struct own_section first, section;
	uint64_t end = 0;
	CHECK(arch_own_section(0, &first));
	for (uint32_t i = 0; arch_own_section(i, &section); i++) {
		end = section.end;
	}
	enum check_error error =
		check_boot_info(&boot, at, first.start, end - first.start);
	if (error != CHECK_OK) {
		power_fail("boot_info: %s", check_error_text(error));
	}
}

static const struct boot_image *image_of(uint32_t kind)
{
	for (uint32_t i = 0; i < boot.image_count; i++) {
		if (boot.images[i].kind == kind) {
			return &boot.images[i];
		}
	}
	CHECK(!"a checked boot_info has every image");
	return NULL;
}

/* nano's memory: the pool, and with it nano's own address space. */
static void take_memory(void)
{
	const struct boot_image *image = image_of(BOOT_IMAGE_NANO);
	uint64_t offset = boot.nano_pool_start - image->address;
	uint64_t needed = own_pages(&boot) + book_pages(&boot) +
			  stage2_pages(&boot) + cpu_pages(&boot);

	pool_init(boot.nano_pool_start, boot.nano_pool_end,
		  (void *)(uintptr_t)(image->virtual_address + offset));
	if (pool_left() < needed) {
		power_fail("the pool has %lu pages, this machine needs %lu",
			   pool_left(), needed);
	}
	own_build(&boot);
	arch_console_move(&boot);
	arch_own_activate(own_root());

	cpu_init_all(&boot);
	arch_cpu_init(arch_cpu_at(0));
}

static enum book_operation operation_for(uint32_t kind)
{
	switch (kind) {
	case BOOT_RANGE_NANO:
		return BOOK_ADD_NANO;
	case BOOT_RANGE_BOOT:
		return BOOK_ADD_DIRTY;
	case BOOT_RANGE_DEVICE:
		return BOOK_ADD_DEVICE;
	default:
		return BOOK_ADD_OUTSIDE;
	}
}

static void change(enum book_operation operation,
		   const struct boot_range *range)
{
	book_acquire();
	status_t st = book_change(operation, range->start, range->end);
	book_release();
	CHECK(st == ST_OK);
}

/* The book; then boot's memory, with all that boot left there, is wiped. */
static void write_book(void)
{
	book_init(&boot);
	for (uint32_t i = 0; i < boot.range_count; i++) {
		const struct boot_range *range = &boot.ranges[i];

		if (range->kind == BOOT_RANGE_RESERVED) {
			continue;
		}
		change(operation_for(range->kind), range);
		if (range->kind == BOOT_RANGE_BOOT) {
			arch_wipe((paddr_t){ range->start },
				  range->end - range->start);
			change(BOOK_RELEASE, range);
		}
	}
}

static void take_machine(void)
{
	const char *wrong = stage2_build(&boot);

	if (!wrong) {
		wrong = arch_machine_close(&boot);
	}
	if (wrong) {
		power_fail("%s", wrong);
	}
	arch_clock(&boot);
}

/* The kernel's copy of boot_info, with the authority of its world. */
static uint64_t hand_over(void)
{
	uint64_t at = handoff_address(&boot);
	void *copy = arch_window((paddr_t){ at }, sizeof(struct boot_info));
	uint64_t authority = 0;

	authority_init();
	status_t st =
		authority_create(world_kernel.id, authority_all(), &authority);
	CHECK(st == ST_OK);
	handoff_make(copy, &boot, authority);
	return KERNEL_WINDOW + at;
}

static void announce(void)
{
	const uint8_t *hash = image_of(BOOT_IMAGE_KERNEL)->sha256;
	uint64_t kept = 0;

	for (uint32_t i = 0; i < boot.range_count; i++) {
		if (boot.ranges[i].kind == BOOT_RANGE_NANO) {
			kept = boot.ranges[i].end - boot.ranges[i].start;
		}
	}
	console_print("nano: %s, %lu MiB kept, book of %lu frames, DMA %s\n",
		      arch_machine_name(), kept >> 20, book_frame_count(),
		      arch_dma_confined() ? "confined" : "not confined");
	console_print("nano: starting the kernel %02x%02x%02x%02x\n", hash[0],
		      hash[1], hash[2], hash[3]);
}

_Noreturn void nano_start(uint64_t boot_info)
{
	take_boot_info(boot_info);
	take_memory();
	write_book();
	take_machine();

	struct guest_start start = {
		.argument = hand_over(),
		.entry = image_of(BOOT_IMAGE_KERNEL)->entry,
		.root = boot.kernel_root,
		.guest_table = stage2_root(),
	};
	struct cpu *cpu = arch_cpu();
	arch_guest_prepare(cpu, &start);
	cpu_allow(&start);
	announce();
	arch_guest_enter(cpu);
}
