/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The virtual machine control block: what VMRUN reads and #VMEXIT writes
 * (AMD64 manual volume 2, appendix B). Only the fields that nano uses have
 * names. There is one for the kernel on each CPU; nobody but nano can reach
 * it.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/assert.h"

/* Vectors of exceptions, and the only event type that nano injects. */
enum {
	VECTOR_DE = 0,
	VECTOR_DB = 1,
	VECTOR_NMI = 2,
	VECTOR_BP = 3,
	VECTOR_OF = 4,
	VECTOR_UD = 6,
	VECTOR_DF = 8,
	VECTOR_TS = 10,
	VECTOR_GP = 13,
	VECTOR_PF = 14,
	VECTOR_MC = 18,
	VECTOR_NONE = 256,
};

/* EVENTINJ and EXITINTINFO (15.20). */
#define EVENT_VALID          (1u << 31)
#define EVENT_ERROR_CODE     (1u << 11)
#define EVENT_TYPE           (7u << 8)
#define EVENT_TYPE_EXCEPTION (3u << 8)
#define EVENT_TYPE_SOFTWARE  (4u << 8)
#define EVENT_VECTOR         0xffu

#define VMCB_NP_ENABLE      1u
#define VMCB_TLB_FLUSH_ALL  1u
#define VMCB_TLB_DO_NOTHING 0u

/* Bits of registers in the save area, and of the host's own. */
#define CR0_PE         (1ull << 0)
#define CR0_MP         (1ull << 1)
#define CR0_ET         (1ull << 4)
#define CR0_NE         (1ull << 5)
#define CR0_WP         (1ull << 16)
#define CR0_AM         (1ull << 18)
#define CR0_PG         (1ull << 31)
#define CR4_PAE        (1ull << 5)
#define CR4_PGE        (1ull << 7)
#define CR4_OSFXSR     (1ull << 9)
#define CR4_OSXMMEXCPT (1ull << 10)
#define CR4_UMIP       (1ull << 11)
#define CR4_SMEP       (1ull << 20)
#define CR4_SMAP       (1ull << 21)
#define EFER_SCE       (1ull << 0)
#define EFER_LME       (1ull << 8)
#define EFER_LMA       (1ull << 10)
#define EFER_NXE       (1ull << 11)
#define EFER_SVME      (1ull << 12)
#define DR6_RESET      0xffff0ff0ull
#define DR7_RESET      0x400ull
#define RFLAGS_RESET   0x2ull
#define PAT_RESET      0x0007040600070406ull

struct vmcb_segment {
	uint16_t selector;
	uint16_t attributes;
	uint32_t limit;
	uint64_t base;
};

struct vmcb {
	/* Control area. */
	uint16_t intercept_cr_read;
	uint16_t intercept_cr_write;
	uint16_t intercept_dr_read;
	uint16_t intercept_dr_write;
	uint32_t intercept_exceptions;
	uint32_t intercept_events[3]; /* 0x0c, 0x10, 0x14 */
	uint8_t zero_018[0x040 - 0x018];
	uint64_t iopm;
	uint64_t msrpm;
	uint64_t tsc_offset;
	uint32_t asid;
	uint8_t tlb_control;
	uint8_t zero_05d[3];
	uint64_t interrupt_control;
	uint64_t interrupt_shadow;
	uint64_t exit_code; /* the low 32 bits: QEMU writes no more */
	uint64_t exit_info1;
	uint64_t exit_info2;
	uint32_t exit_event; /* EXITINTINFO */
	uint32_t exit_event_error;
	uint64_t nested_control;
	uint8_t zero_098[0x0a8 - 0x098];
	uint32_t event; /* EVENTINJ */
	uint32_t event_error;
	uint64_t nested_cr3;
	uint64_t virtual_extensions;
	uint64_t clean;
	uint8_t zero_0c8[0x400 - 0x0c8];

	/* State save area. */
	struct vmcb_segment es, cs, ss, ds, fs, gs, gdtr, ldtr, idtr, tr;
	uint8_t zero_4a0[0x4cb - 0x4a0];
	uint8_t cpl;
	uint8_t zero_4cc[4];
	uint64_t efer;
	uint8_t zero_4d8[0x548 - 0x4d8];
	uint64_t cr4, cr3, cr0;
	uint64_t dr7, dr6;
	uint64_t rflags, rip;
	uint8_t zero_580[0x5d8 - 0x580];
	uint64_t rsp;
	uint8_t zero_5e0[0x5f8 - 0x5e0];
	uint64_t rax;
	uint64_t star, lstar, cstar, sfmask, kernel_gs_base;
	uint64_t sysenter_cs, sysenter_esp, sysenter_eip;
	uint64_t cr2;
	uint8_t zero_648[0x668 - 0x648];
	uint64_t pat;
	uint8_t zero_670[0x1000 - 0x670];
};

#define VMCB_AT(member, offset)                                  \
	static_assert(offsetof(struct vmcb, member) == (offset), \
		      "appendix B: " #member)
VMCB_AT(intercept_exceptions, 0x008);
VMCB_AT(intercept_events, 0x00c);
VMCB_AT(iopm, 0x040);
VMCB_AT(msrpm, 0x048);
VMCB_AT(asid, 0x058);
VMCB_AT(tlb_control, 0x05c);
VMCB_AT(exit_code, 0x070);
VMCB_AT(exit_event, 0x088);
VMCB_AT(nested_control, 0x090);
VMCB_AT(event, 0x0a8);
VMCB_AT(nested_cr3, 0x0b0);
VMCB_AT(clean, 0x0c0);
VMCB_AT(es, 0x400);
VMCB_AT(gdtr, 0x460);
VMCB_AT(tr, 0x490);
VMCB_AT(cpl, 0x4cb);
VMCB_AT(efer, 0x4d0);
VMCB_AT(cr4, 0x548);
VMCB_AT(rip, 0x578);
VMCB_AT(rsp, 0x5d8);
VMCB_AT(rax, 0x5f8);
VMCB_AT(cr2, 0x640);
VMCB_AT(pat, 0x668);
static_assert(sizeof(struct vmcb) == 4096, "one page");

/** What differs from one VMCB of the kernel to another; physical addresses. */
struct vmcb_start {
	uint64_t iopm, msrpm, nested_cr3, kernel_cr3;
	uint64_t entry; /* virtual */
};

/**
 * Fills a zeroed VMCB for the kernel: every intercept of the table, nested
 * paging, its own interrupts, 64-bit mode at the entry with all registers of
 * the save area scrubbed and no descriptor tables.
 */
void vmcb_build(struct vmcb *vmcb, const struct vmcb_start *start);

/**
 * What becomes of an exception that is raised while `pending` (an EXITINTINFO
 * word) was being delivered: the same vector, VECTOR_DF, or VECTOR_NONE for a
 * triple fault.
 */
uint32_t vmcb_combine(uint32_t pending, uint32_t vector);

/** Makes the delivery of #UD, #DF or #GP, error code 0, the guest's next
 * step. */
void vmcb_inject(struct vmcb *vmcb, uint32_t vector);

/** Starts again the delivery that the last exit interrupted. The INT family is
 * left out: the guest executes that instruction once more. */
void vmcb_redeliver(struct vmcb *vmcb);
