/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine's side of address spaces. The kernel is present and inaccessible
 * in every one of them: all top tables share the upper half of boot's, which
 * never changes, so nothing of it is ever flushed.
 */

#include "kernel/vspace.h"

#include <arch/cpu.h>

#include "common/assert.h"
#include "common/string.h"
#include "kernel/arch.h"
#include "kernel/state.h"

#define TABLE_ENTRIES 512
#define UPPER_HALF    (TABLE_ENTRIES / 2)

/* Above so many pages, forgetting everything of user memory is cheaper. */
#define FLUSH_PAGES_MAX 32

/* Without address space ids in the TLB, ids only have to differ. */
#define ASID_COUNT KERNEL_ASIDS_MAX

/* CPUID leaf 0x80000001, EDX bit 26: pages of 1 GiB. */
#define CPUID_EXTENDED 0x80000001
#define CPUID_HUGE     (1u << 26)

paddr_t vspace_kernel_root;
static uint32_t page_bits_max; /* nano answers for CPUID: ask once */

static bool has_huge_pages(void)
{
	uint32_t eax = CPUID_EXTENDED, ebx, ecx = 0, edx;

	__asm__ volatile("cpuid" : "+a"(eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
	return edx & CPUID_HUGE;
}

void vspace_machine_init(const struct boot_info *boot)
{
	vspace_kernel_root = (paddr_t){ boot->kernel_root };
	page_bits_max = has_huge_pages() ? ABI_HUGE_BITS : ABI_LARGE_BITS;
}

uint64_t arch_vspace_init(paddr_t top, uint16_t asid)
{
	const uint64_t *from = arch_window(vspace_kernel_root);
	uint64_t *to = arch_window(top);

	(void)asid;
	CHECK(vspace_kernel_root.a != 0);
	memcpy(to + UPPER_HALF, from + UPPER_HALF,
	       UPPER_HALF * sizeof(uint64_t));
	return top.a;
}

/* Tables of the kernel's image have pages of 4 KiB. */
void vspace_unmap_kernel(const void *page)
{
	uint64_t at = (uint64_t)page;
	uint64_t *entry = vspace_entry(vspace_kernel_root, at);

	CHECK(entry != NULL && is_aligned(at, ABI_PAGE_SIZE));
	*entry = 0;
	__asm__ volatile("invlpg (%0)" : : "r"(at) : "memory");
}

/* Loading other tables forgets what the TLB has of these. */
void arch_vspace_forget(const struct vspace *vspace)
{
	struct cpu *cpu = arch_cpu();

	if (cpu->vspace == vspace) {
		cpu->vspace = NULL;
		cr3_write(vspace_kernel_root.a);
	}
	for (uint64_t left = state.online; left; left &= left - 1) {
		CHECK(state.cpus[__builtin_ctzll(left)].vspace != vspace);
	}
}

void arch_tlb_forget(void)
{
	cr3_write(arch_cpu()->vspace->root);
}

/* Only the loaded address space can have entries in the TLB: loading another
 * drops them. */
void arch_tlb_flush(const struct vspace *vspace, uint64_t start, uint64_t end)
{
	if (arch_cpu()->vspace == vspace) {
		if ((end - start) / ABI_PAGE_SIZE > FLUSH_PAGES_MAX) {
			arch_tlb_forget();
			end = start;
		}
		for (uint64_t at = start; at < end; at += ABI_PAGE_SIZE) {
			__asm__ volatile("invlpg (%0)" : : "r"(at) : "memory");
		}
	}
	cpu_flush_others(vspace);
}

void arch_table_filled(void)
{
	/* The walker sees stores in order, and no TLB keeps absent entries. */
	__asm__ volatile("" : : : "memory");
}

uint32_t arch_asid_count(void)
{
	return ASID_COUNT;
}

uint32_t arch_page_bits_max(void)
{
	return page_bits_max;
}

void arch_code_written(paddr_t start, uint64_t size)
{
	/* Instruction fetch is coherent with stores. */
	(void)start;
	(void)size;
	__asm__ volatile("" : : : "memory");
}
