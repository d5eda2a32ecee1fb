/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The aarch64 machine: its PL011, what its CPU can do, and the way into nano.
 * boot runs with the MMU off, so every physical address is an address.
 */

#include <arch/regs.h>
#include <arch/tree.h>

#include "abi/layout.h"
#include "boot/arch.h"
#include "boot/ranges.h"
#include "common/assert.h"
#include "common/string.h"
#include "common/types.h"

#define AFFINITY      0xff00ffffff /* of MPIDR_EL1 */
#define RNDR_SHIFT    60           /* in ID_AA64ISAR0_EL1 */
#define RNDR_TRIES    10u
#define UART_FULL     (1u << 5) /* in the flag register */
#define UART_FLAGS    0x18u
#define UART_LINE     0x2cu
#define UART_CONTROL  0x30u
#define UART_8N1      0x70u  /* with FIFO */
#define UART_ON       0x301u /* sends and receives */
#define SENT_PATIENCE 1000000u

#define MAIR      0x04ffull /* 0: normal, write-back; 1: device nGnRE */
#define TCR_FIXED (1ull << 31 | 1ull << 23)             /* RES1 */
#define TCR_T0SZ  16ull                                 /* 48 bits */
#define TCR_WALK  (1ull << 8 | 1ull << 10 | 3ull << 12) /* WB WA, inner */
#define TCR_PS    16
#define PS_48     5ull

const struct boot_arch *const arch_self = &boot_aarch64;

_Noreturn void arch_switch(const struct boot_info *info, uint64_t root,
			   uint64_t entry, uint64_t tcr, uint64_t mair);

extern uint8_t boot_start[], boot_end[];

static uint64_t console;

#define READ(name)                                                 \
	({                                                         \
		uint64_t value_;                                   \
		__asm__ volatile("mrs %0, " #name : "=r"(value_)); \
		value_;                                            \
	})

void *arch_memory(uint64_t address, uint64_t size)
{
	if (address == 0 || address >= boot_aarch64.reach ||
	    size > boot_aarch64.reach - address) {
		return NULL;
	}
	return (void *)(uintptr_t)address;
}

static volatile uint32_t *uart(uint32_t offset)
{
	return (volatile uint32_t *)(uintptr_t)(console + offset);
}

void arch_put(char c)
{
	if (!console) {
		return;
	}
	for (unsigned int i = 0; i < SENT_PATIENCE; i++) {
		if ((*uart(UART_FLAGS) & UART_FULL) == 0) {
			break;
		}
	}
	*uart(0) = (uint8_t)c;
}

/* The loader has set the baud rate; we set the rest. */
static void start_console(const struct boot_info *info)
{
	if (info->console_kind == BOOT_CONSOLE_PL011) {
		console = info->console_address;
		*uart(UART_CONTROL) = 0;
		*uart(UART_LINE) = UART_8N1;
		*uart(UART_CONTROL) = UART_ON;
	}
}

/* RNDR clears Z and gives a word, or sets Z when it has none just now. */
static bool rndr(uint64_t *value)
{
	uint64_t none = 1;

	for (unsigned int i = 0; i < RNDR_TRIES && none; i++) {
		__asm__ volatile("mrs %0, s3_3_c2_c4_0\n\tcset %1, eq"
				 : "=r"(*value), "=r"(none)
				 :
				 : "cc");
	}
	return !none;
}

/* The CPU's generator if it has one, and else the loader's seed. */
static void read_entropy(struct boot_info *info, const char **name)
{
	uint64_t word;
	uint32_t size = 0;

	*name = "rng-seed";
	if (READ(id_aa64isar0_el1) >> RNDR_SHIFT == 0) {
		return;
	}
	for (; size < BOOT_ENTROPY_MAX && rndr(&word);
	     size += (uint32_t)sizeof(word)) {
		memcpy(info->entropy + size, &word, sizeof(word));
	}
	if (size > info->entropy_size) {
		info->entropy_size = size;
		*name = "rndr";
	}
}

enum boot_fault arch_describe(struct boot_info *info, uint64_t first,
			      uint64_t second, const char **entropy)
{
	size_t size = 0;
	void *tree = tree_check(first, &size);

	if (!tree) {
		return FAULT_TREE; /* known to nobody: no console either */
	}
	tree_console(tree, info);
	start_console(info);
	if (second != EL2_CURRENT) {
		return FAULT_NO_EL2;
	}
	info->dtb = first;
	info->dtb_size = size;
	info->counter_hz = info->timer_hz = READ(cntfrq_el0);

	enum boot_fault fault = tree_read(
		tree, info, (uint64_t)(uintptr_t)boot_start,
		(uint64_t)(uintptr_t)boot_end, READ(mpidr_el1) & AFFINITY);
	read_entropy(info, entropy);
	return fault;
}

/* boot wrote with the caches off: no cache may hold what was there before. */
static void clean(uint64_t start, uint64_t end)
{
	uint64_t line = 4ull << ((READ(ctr_el0) >> 16) & 15);

	for (uint64_t at = align_down(start, line); at < end; at += line) {
		__asm__ volatile("dc civac, %0" ::"r"(at) : "memory");
	}
}

void arch_enter(const struct boot_info *info)
{
	uint64_t size = READ(id_aa64mmfr0_el1) & 15;
	uint64_t tcr = TCR_FIXED | TCR_T0SZ | TCR_WALK |
		       (size < PS_48 ? size : PS_48) << TCR_PS;

	for (uint32_t i = 0; i < info->range_count; i++) {
		const struct boot_range *range = &info->ranges[i];
		if (ranges_is_memory(range->kind) &&
		    range->kind != BOOT_RANGE_RAM) {
			clean(range->start, range->end);
		}
	}
	__asm__ volatile("dsb sy" ::: "memory");
	arch_switch(info, info->nano_root, info->images[0].entry, tcr, MAIR);
}

uint64_t arch_switch_page(void)
{
	return (uint64_t)(uintptr_t)arch_switch;
}

void arch_halt(void)
{
	for (;;) {
		__asm__ volatile("wfi");
	}
}
