/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Address spaces as the hardware sees them. TTBR0_EL1 holds user's tables and
 * nothing of the kernel, so a new top table needs nothing; TTBR1_EL1 is the
 * kernel's or, where the kernel is absent from EL0's tables, the trampoline's
 * (trampoline.c).
 *
 * Entries are filed in TLBs under the address space id in every case, since
 * all are not global. Invalidation is broadcast, and is complete on return
 * (Arm ARM D8.14).
 */

#include <arch/cpu.h>
#include <arch/system.h>

#include "common/assert.h"
#include "kernel/arch.h"
#include "kernel/state.h"
#include "kernel/vspace.h"

#define FLUSH_PAGES 32 /* above that, forget the whole address space */

/* Fields of CTR_EL0: log2 of words in a line, kind of instruction cache. */
#define CTR_ICACHE_LINE 0
#define CTR_DCACHE_LINE 16
#define CTR_ICACHE_KIND 14
#define CTR_ICACHE_PIPT 3
#define CTR_IDC         (1ull << 28)
#define CTR_DIC         (1ull << 29)

static uint64_t empty[512] __attribute__((aligned(ABI_PAGE_SIZE)));
paddr_t vspace_empty;
static paddr_t kernel_root;
static uint32_t asid_count; /* nano answers for ID registers: ask once */

void vspace_machine_init(const struct boot_info *boot)
{
	vspace_empty = image_address(boot, empty);
	kernel_root = (paddr_t){ boot->kernel_root };
	asid_count = id_field(mmfr0_read(), MMFR0_ASIDBITS) == 2
			     ? KERNEL_ASIDS_MAX
			     : 256;
}

/* Tables of the kernel's image have pages of 4 KiB. */
void vspace_unmap_kernel(const void *page)
{
	uint64_t at = (uint64_t)page;
	uint64_t *entry = vspace_entry(kernel_root, at);

	CHECK(entry && is_aligned(at, ABI_PAGE_SIZE));
	*entry = 0;
	dsb_ishst();
	__asm__ volatile("tlbi vaale1is, %0"
			 :
			 : "r"(at << 8 >> (ABI_PAGE_BITS + 8))
			 : "memory");
	dsb_ish();
	isb();
}

uint64_t arch_vspace_init(paddr_t top, uint16_t asid)
{
	return top.a | (uint64_t)asid << TTBR_ASID_SHIFT;
}

void arch_tlb_flush(const struct vspace *vspace, uint64_t start, uint64_t end)
{
	uint64_t id = (uint64_t)vspace->asid << TTBR_ASID_SHIFT;

	dsb_ishst();
	if (end - start > FLUSH_PAGES * ABI_PAGE_SIZE) {
		__asm__ volatile("tlbi aside1is, %0" : : "r"(id) : "memory");
	} else {
		for (uint64_t at = start; at < end; at += ABI_PAGE_SIZE) {
			__asm__ volatile("tlbi vale1is, %0"
					 :
					 : "r"(id | at >> ABI_PAGE_BITS)
					 : "memory");
		}
	}
	dsb_ish();
	isb();
}

/* Where the kernel is absent from EL0's tables, TTBR0_EL1 holds none of a user's
 * while the kernel runs. */
void arch_vspace_forget(const struct vspace *vspace)
{
	if ((ttbr0_read() & ARCH_PTE_ADDRESS) == vspace->top.a) {
		ttbr0_write(vspace_empty.a);
	}
	arch_tlb_flush(vspace, USER_START, USER_END);
}

/* Nobody asks: invalidation reaches all CPUs. */
void arch_tlb_forget(void)
{
	__asm__ volatile("tlbi vmalle1; dsb nsh; isb" : : : "memory");
}

void arch_table_filled(void)
{
	dsb_ishst();
	isb();
}

uint32_t arch_asid_count(void)
{
	return asid_count;
}

/* With 4 KiB tables every CPU has blocks of both sizes. */
uint32_t arch_page_bits_max(void)
{
	return ABI_HUGE_BITS;
}

static uint64_t line_size(uint32_t field)
{
	return 4ull << id_field(ctr_read(), field);
}

static void clean_data(paddr_t start, uint64_t end)
{
	uint64_t line = line_size(CTR_DCACHE_LINE);
	paddr_t at = { align_down(start.a, line) };

	for (; at.a < end; at.a += line) {
		__asm__ volatile("dc cvau, %0"
				 :
				 : "r"(arch_window(at))
				 : "memory");
	}
}

/* An instruction cache that is not looked up by physical address may hold the
 * code under an address of a user, where we cannot name it. */
static void forget_instructions(paddr_t start, uint64_t end)
{
	if ((ctr_read() >> CTR_ICACHE_KIND & 3) != CTR_ICACHE_PIPT) {
		__asm__ volatile("ic ialluis" : : : "memory");
		return;
	}
	uint64_t line = line_size(CTR_ICACHE_LINE);
	paddr_t at = { align_down(start.a, line) };
	for (; at.a < end; at.a += line) {
		__asm__ volatile("ic ivau, %0"
				 :
				 : "r"(arch_window(at))
				 : "memory");
	}
}

void arch_code_written(paddr_t start, uint64_t size)
{
	if (!(ctr_read() & CTR_IDC)) {
		clean_data(start, start.a + size);
	}
	dsb_ish();
	if (!(ctr_read() & CTR_DIC)) {
		forget_instructions(start, start.a + size);
		dsb_ish();
	}
	isb();
}
