/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds the control block that the kernel starts with, and injects events.
 *
 * Nothing here touches the machine, so that the host compares the words with
 * the table of intercepts. Attributes are those of a descriptor without its
 * middle: type and S, DPL, P in bits 0 to 7, AVL, L, D, G in bits 8 to 11.
 */
#include "nano/arch/x86_64/vmcb.h"

#include "common/assert.h"
#include "nano/arch/x86_64/intercept_list.h"
#include "nano/arch/x86_64/intercepts.h"

/* 64-bit code and flat data at CPL 0, both accessed; QEMU takes the CPL from
 * the stack segment. A busy TSS and an empty LDT that are never used. */
#define SEGMENT_CODE  0xa9bu
#define SEGMENT_DATA  0xc93u
#define SEGMENT_TSS   0x08bu
#define SEGMENT_LDT   0x082u
#define SELECTOR_CODE 0x08u
#define SELECTOR_DATA 0x10u

static const struct vmcb_segment code = { SELECTOR_CODE, SEGMENT_CODE,
					  0xffffffff, 0 };
static const struct vmcb_segment data = { SELECTOR_DATA, SEGMENT_DATA,
					  0xffffffff, 0 };

void vmcb_build(struct vmcb *vmcb, const struct vmcb_start *start)
{
	intercepts_program(vmcb);
	vmcb->iopm = start->iopm;
	vmcb->msrpm = start->msrpm;
	vmcb->tlb_control = VMCB_TLB_FLUSH_ALL;
#define X(field, value, name, reason) vmcb->field = (value);
	VMCB_CONTROLS(X)
#undef X
	vmcb->nested_cr3 = start->nested_cr3;

	vmcb->cs = code;
	vmcb->ss = data;
	vmcb->ds = data;
	vmcb->es = data;
	vmcb->fs = data;
	vmcb->gs = data;
	vmcb->ldtr.attributes = SEGMENT_LDT;
	vmcb->tr.attributes = SEGMENT_TSS;

	vmcb->efer = EFER_SVME | EFER_NXE | EFER_LMA | EFER_LME;
	vmcb->cr0 =
		CR0_PG | CR0_AM | CR0_WP | CR0_NE | CR0_ET | CR0_MP | CR0_PE;
	vmcb->cr3 = start->kernel_cr3;
	vmcb->cr4 = CR4_PAE | CR4_PGE | CR4_OSFXSR | CR4_OSXMMEXCPT;
	vmcb->dr6 = DR6_RESET;
	vmcb->dr7 = DR7_RESET;
	vmcb->rflags = RFLAGS_RESET;
	vmcb->rip = start->entry;
	vmcb->pat = PAT_RESET;
}

/* The classes of 8.2.9: these make a double fault of a #GP on top. */
static bool combines(uint32_t vector)
{
	return vector == VECTOR_DE ||
	       (vector >= VECTOR_TS && vector <= VECTOR_PF);
}

uint32_t vmcb_combine(uint32_t pending, uint32_t vector)
{
	uint32_t first = pending & EVENT_VECTOR;

	if (!(pending & EVENT_VALID) ||
	    (pending & EVENT_TYPE) != EVENT_TYPE_EXCEPTION) {
		return vector;
	}
	if (first == VECTOR_DF) {
		return VECTOR_NONE;
	}
	return vector == VECTOR_GP && combines(first) ? VECTOR_DF : vector;
}

void vmcb_inject(struct vmcb *vmcb, uint32_t vector)
{
	CHECK(vector == VECTOR_UD || vector == VECTOR_DF ||
	      vector == VECTOR_GP);

	vmcb->event_error = 0;
	vmcb->event = EVENT_VALID | EVENT_TYPE_EXCEPTION | vector |
		      (vector == VECTOR_UD ? 0 : EVENT_ERROR_CODE);
}

void vmcb_redeliver(struct vmcb *vmcb)
{
	uint32_t type = vmcb->exit_event & EVENT_TYPE;
	uint32_t vector = vmcb->exit_event & EVENT_VECTOR;

	if (!(vmcb->exit_event & EVENT_VALID) || type == EVENT_TYPE_SOFTWARE ||
	    (type == EVENT_TYPE_EXCEPTION &&
	     (vector == VECTOR_BP || vector == VECTOR_OF))) {
		return;
	}
	vmcb->event = vmcb->exit_event;
	vmcb->event_error = vmcb->exit_event_error;
}
