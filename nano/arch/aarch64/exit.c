/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why the guest left (ESR_EL2, Arm ARM D19.2.37). A fault in stage 2, a call,
 * an SMC, a read of an ID register; everything else is something it may not do.
 */

#include "exit.h"

#include "common/assert.h"
#include "features.h"
#include "idregs.h"
#include "machine.h"
#include "nano/arch.h"
#include "nano/power.h"
#include "nano/trap.h"
#include "sysreg.h"

#define CLASS(esr)       ((esr) >> 26 & 0x3f)
#define CLASS_CP15       0x03
#define CLASS_CP15_WIDE  0x04
#define CLASS_CP14       0x05
#define CLASS_CP14_MEM   0x06
#define CLASS_CP10       0x08
#define CLASS_CP14_WIDE  0x0c
#define CLASS_HVC        0x16
#define CLASS_SMC        0x17
#define CLASS_SYSREG     0x18
#define CLASS_FETCH      0x20 /* from EL0 or EL1; 0x21: the same level */
#define CLASS_DATA       0x24
#define CLASS_SAME_LEVEL 1

#define INSTRUCTION_SIZE 4

/* Aborts. */
#define FAULT_STATUS(esr)  ((esr) & 0x3f)
#define FAULT_STATUS_KIND  0x3c
#define FAULT_ADDRESS_SIZE 0x00 /* | level */
#define FAULT_TRANSLATION  0x04
#define FAULT_ACCESS_FLAG  0x08
#define FAULT_PERMISSION   0x0c
#define FAULT_EXTERNAL     0x10
#define ABORT_WRITE        (1ull << 6)
#define ABORT_STAGE1_WALK  (1ull << 7)
#define ABORT_MAINTENANCE  (1ull << 8)

/* System register traps: op0 op1 CRn CRm op2, the register, the direction. */
#define SYSREG_OP0(esr)   ((esr) >> 20 & 3)
#define SYSREG_OP2(esr)   ((esr) >> 17 & 7)
#define SYSREG_OP1(esr)   ((esr) >> 14 & 7)
#define SYSREG_CRN(esr)   ((esr) >> 10 & 15)
#define SYSREG_RT(esr)    ((esr) >> 5 & 31)
#define SYSREG_CRM(esr)   ((esr) >> 1 & 15)
#define SYSREG_READS(esr) ((esr) & 1)
#define ZERO_REGISTER     31

#define PAR_FAILED  1ull
#define PAR_ADDRESS 0x0000fffffffff000ull

uint64_t exit_external_abort(uint64_t esr, bool lower)
{
	uint64_t class = CLASS(esr) & ~(uint64_t)CLASS_SAME_LEVEL;
	uint64_t kept = esr & (ABORT_WRITE | ABORT_MAINTENANCE);

	class |= lower ? 0 : CLASS_SAME_LEVEL;
	return class << 26 | ESR_LONG | FAULT_EXTERNAL |
	       (class >= CLASS_DATA ? kept : 0);
}

static void exit_call(struct arm_cpu *arm, struct exit_frame *frame,
		      uint64_t esr)
{
	struct trap_call call = {
		/* HVC #0 only: other immediates are not calls. */
		.number = (esr & 0xffff) == 0 ? frame->x[8] : UINT64_MAX,
	};

	for (uint32_t i = 0; i < TRAP_ARGUMENTS; i++) {
		call.arguments[i] = frame->x[i];
	}
	frame->x[0] = trap_call(&arm->cpu, &call);
	frame->x[1] = call.result;
}

/* SMC: of PSCI only the two functions that tell what there is. */
static void exit_firmware(struct arm_cpu *arm, struct exit_frame *frame)
{
	uint32_t function = (uint32_t)frame->x[0];
	uint32_t about = (uint32_t)frame->x[1];

	if (function == PSCI_VERSION) {
		frame->x[0] = PSCI_VERSION_TOLD;
	} else if (function == PSCI_FEATURES) {
		frame->x[0] = about == PSCI_VERSION || about == PSCI_FEATURES
				      ? 0
				      : PSCI_NOT_SUPPORTED;
	} else {
		frame->x[0] = PSCI_NOT_SUPPORTED;
		arm->cpu.counters[ABI_NANO_COUNTER_INSTRUCTION]++;
	}
	frame->pc += INSTRUCTION_SIZE; /* the trap left it at the SMC */
	trap_count(&arm->cpu);
}

/* Reads that nano answers: ID registers, and the identification registers of
 * TID1, which tell nothing. */
static bool answer_read(uint64_t esr, uint64_t *value)
{
	uint32_t op1 = (uint32_t)SYSREG_OP1(esr);
	uint32_t crm = (uint32_t)SYSREG_CRM(esr);
	uint32_t op2 = (uint32_t)SYSREG_OP2(esr);

	if (!SYSREG_READS(esr) || SYSREG_OP0(esr) != 3 ||
	    SYSREG_CRN(esr) != 0) {
		return false;
	}
	*value = 0;
	if (op1 == 0 && crm >= 1 && crm <= 7) {
		enum id_register reg = id_register_of(crm, op2);

		*value = id_register_told(reg, features_id_register(reg));
		return true;
	}
	return (op1 == 0 && crm == 0 && op2 == 6) || /* REVIDR_EL1 */
	       (op1 == 1 && crm == 0 && op2 == 7);   /* AIDR_EL1 */
}

static void exit_register(struct arm_cpu *arm, struct exit_frame *frame,
			  uint64_t esr, bool delivering)
{
	uint64_t value;

	if (!answer_read(esr, &value)) {
		trap_refuse(&arm->cpu, ABI_NANO_COUNTER_REGISTER, delivering);
		return;
	}
	if (SYSREG_RT(esr) != ZERO_REGISTER) {
		frame->x[SYSREG_RT(esr)] = value;
	}
	frame->pc += INSTRUCTION_SIZE;
	trap_count(&arm->cpu);
}

/* The guest-physical address of a fault. HPFAR has it, except after a
 * permission fault outside a walk; then stage 1 is asked again. */
static uint64_t fault_address(uint64_t esr)
{
	uint64_t far = SYSREG_READ(FAR_EL2);
	uint64_t page = SYSREG_READ(HPFAR_EL2) >> 4 << ABI_PAGE_BITS;

	if ((FAULT_STATUS(esr) & FAULT_STATUS_KIND) == FAULT_PERMISSION &&
	    !(esr & ABORT_STAGE1_WALK)) {
		uint64_t guests = SYSREG_READ(PAR_EL1);

		__asm__ volatile("at s1e1r, %0" ::"r"(far) : "memory");
		isb();
		uint64_t par = SYSREG_READ(PAR_EL1);
		SYSREG_WRITE(PAR_EL1, guests);
		if (par & PAR_FAILED) {
			return UINT64_MAX; /* stage 1 changed meanwhile */
		}
		page = par & PAR_ADDRESS;
	}
	return page | (far & (ABI_PAGE_SIZE - 1));
}

static void exit_memory(struct arm_cpu *arm, uint64_t esr, bool delivering)
{
	uint64_t kind = FAULT_STATUS(esr) & FAULT_STATUS_KIND;
	bool data = CLASS(esr) == CLASS_DATA;
	bool write = data && (esr & ABORT_WRITE) &&
		     !(esr & (ABORT_MAINTENANCE | ABORT_STAGE1_WALK));
	bool fetch = !data && !(esr & ABORT_STAGE1_WALK);

	if (kind != FAULT_ADDRESS_SIZE && kind != FAULT_TRANSLATION &&
	    kind != FAULT_ACCESS_FLAG && kind != FAULT_PERMISSION) {
		trap_hopeless("stage 2 failed, syndrome", esr);
	}
	trap_memory(&arm->cpu, fault_address(esr),
		    write   ? TABLE_WRITE
		    : fetch ? TABLE_EXECUTE
			    : TABLE_READ,
		    delivering);
}

void exit_sync(struct arm_cpu *arm, struct exit_frame *frame)
{
	uint64_t esr = SYSREG_READ(ESR_EL2);
	bool delivering = frame->pc == arm->delivered;

	arm->frame = frame;
	arm->delivered = UINT64_MAX; /* no address of an instruction */
	switch (CLASS(esr)) {
	case CLASS_HVC:
		exit_call(arm, frame, esr);
		break;
	case CLASS_SMC:
		exit_firmware(arm, frame);
		break;
	case CLASS_SYSREG:
		exit_register(arm, frame, esr, delivering);
		break;
	case CLASS_FETCH:
	case CLASS_DATA:
		exit_memory(arm, esr, delivering);
		break;
	case CLASS_CP15:
	case CLASS_CP15_WIDE:
	case CLASS_CP14:
	case CLASS_CP14_MEM:
	case CLASS_CP14_WIDE:
	case CLASS_CP10:
		trap_refuse(&arm->cpu, ABI_NANO_COUNTER_REGISTER, delivering);
		break;
	default:
		trap_refuse(&arm->cpu, ABI_NANO_COUNTER_INSTRUCTION,
			    delivering);
	}
}

_Noreturn void exit_unexpected(uint64_t vector)
{
	power_broken("exception %lu, syndrome 0x%lx, pc 0x%lx, address 0x%lx",
		     vector, SYSREG_READ(ESR_EL2), SYSREG_READ(ELR_EL2),
		     SYSREG_READ(FAR_EL2));
}
