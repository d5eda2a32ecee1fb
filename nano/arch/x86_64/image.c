/* SPDX-License-Identifier: Apache-2.0 */
/*
 * nano's image in memory: its parts as the link script lays them out, and the
 * stacks, each above a page that is not mapped, so that an overflow faults
 * instead of writing to its neighbour.
 */
#include "nano/arch/x86_64/image.h"

#include "nano/arch/x86_64/instructions.h"

#include "common/assert.h"

/* Placed by link.ld; whole pages. */
extern const char image_start[], text_end[], rodata_end[], data_end[];

struct stacks stacks __attribute__((section(".stacks"), used));

static_assert(offsetof(struct stacks, main) % ABI_PAGE_SIZE == 0, "pages");
static_assert(sizeof(stacks.ist[0]) % ABI_PAGE_SIZE == 0, "pages");

/* Virtual minus physical, from the checked boot_info. */
static uint64_t distance;

bool arch_own_section(uint32_t index, struct own_section *section)
{
	uint64_t text = (uint64_t)image_start;

	CHECK(text == NANO_BASE_X86_64);
	switch (index) {
	case 0:
		*section = (struct own_section){ text, (uint64_t)text_end,
						 TABLE_READ | TABLE_EXECUTE };
		return true;
	case 1:
		*section = (struct own_section){ (uint64_t)text_end,
						 (uint64_t)rodata_end,
						 TABLE_READ };
		return true;
	case 2:
		*section = (struct own_section){ (uint64_t)rodata_end,
						 (uint64_t)data_end,
						 TABLE_READ | TABLE_WRITE };
		return true;
	case 3:
		*section = (struct own_section){ (uint64_t)stacks.main,
						 (uint64_t)stacks.main +
							 sizeof(stacks.main),
						 TABLE_READ | TABLE_WRITE };
		return true;
	default:
		break;
	}
	if (index - 4 >= IST_COUNT) {
		return false;
	}

	uint64_t stack = (uint64_t)stacks.ist[index - 4].stack;
	*section = (struct own_section){ stack, stack + IST_SIZE,
					 TABLE_READ | TABLE_WRITE };
	return true;
}

void *arch_window(paddr_t pa, uint64_t size)
{
	CHECK(pa.a < NANO_WINDOW_END - NANO_WINDOW &&
	      size <= NANO_WINDOW_END - NANO_WINDOW - pa.a);
	return (void *)(NANO_WINDOW + pa.a);
}

/* Caches are coherent, whatever memory type the guest has. */
void arch_wipe(paddr_t pa, uint64_t size)
{
	words_zero(arch_window(pa, size), size / sizeof(uint64_t));
}

void image_stacks(struct machine_cpu *cpu)
{
	cpu->stack = (uint64_t)stacks.main + sizeof(stacks.main);
	for (uint32_t i = 0; i < IST_COUNT; i++) {
		cpu->ist[i] = (uint64_t)stacks.ist[i].stack + IST_SIZE;
	}
}

void image_note(const struct boot_info *boot)
{
	for (uint32_t i = 0; i < boot->image_count; i++) {
		if (boot->images[i].kind == BOOT_IMAGE_NANO) {
			distance =
				(uint64_t)image_start - boot->images[i].address;
		}
	}
}

paddr_t image_address(const void *p)
{
	CHECK(distance != 0);
	return (paddr_t){ (uint64_t)p - distance };
}
