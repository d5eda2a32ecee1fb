/* SPDX-License-Identifier: Apache-2.0 */
/* The numbers that entry.S of the hostile kernel knows. */

#include "mk/offsets.h"
#include "abi/hypercalls.h"
#include "machine.h"

/* Exceptions that push an error code (AMD64 manual volume 2, 8.2). */
#define FAULTS_WITH_ERROR 0x60227d00

#define STACK_BYTES 0x4000

void offsets(void);
void offsets(void)
{
	EMIT(STACK_SIZE, STACK_BYTES);
	EMIT(CALL_ARM, ABI_HYPERCALL_irq_ack_and_arm);
	EMIT(ARM_TICKS, 1000);
	EMIT(STUB_SIZE, STUB_SIZE);
	EMIT(FAULT_COUNT, FAULT_COUNT);
	EMIT(FAULTS_WITH_ERROR, FAULTS_WITH_ERROR);
	OFFSET(FAULT_SYNDROME, struct attack_fault, syndrome);
	OFFSET(FAULT_ADDRESS, struct attack_fault, address);
	OFFSET(FAULT_PC, struct attack_fault, pc);
	OFFSET(START_GENERAL, struct machine_start, general);
	OFFSET(START_VECTOR, struct machine_start, vector);
	OFFSET(START_MXCSR, struct machine_start, mxcsr);
	OFFSET(START_FCW, struct machine_start, fcw);
	EMIT(ARGUMENT_0, 0 * sizeof(uint64_t));
	EMIT(ARGUMENT_1, 1 * sizeof(uint64_t));
	EMIT(ARGUMENT_2, 2 * sizeof(uint64_t));
	EMIT(ARGUMENT_3, 3 * sizeof(uint64_t));
	EMIT(ARGUMENT_4, 4 * sizeof(uint64_t));
	EMIT(ARGUMENT_5, 5 * sizeof(uint64_t));
}
