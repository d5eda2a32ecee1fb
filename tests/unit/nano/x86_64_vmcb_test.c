/* SPDX-License-Identifier: Apache-2.0 */
/* The control block the kernel starts with, and the rules of injection.
 * Shows A1 B9. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "nano/arch/x86_64/vmcb.h"

static struct vmcb vmcb;

static int start(void **unused)
{
	(void)unused;
	const struct vmcb_start words = { .iopm = 0x1000,
					  .msrpm = 0x4000,
					  .nested_cr3 = 0x6000,
					  .kernel_cr3 = 0x7000,
					  .entry = 0xffffffff80000000 };

	memset(&vmcb, 0, sizeof(vmcb));
	vmcb_build(&vmcb, &words);
	return 0;
}

/* Each field that decides how the kernel starts. */
static void test_start(void **unused)
{
	(void)unused;
	assert_int_equal(vmcb.iopm, 0x1000);
	assert_int_equal(vmcb.msrpm, 0x4000);
	assert_int_equal(vmcb.nested_control, 1);
	assert_int_equal(vmcb.nested_cr3, 0x6000);
	assert_int_equal(vmcb.asid, 1);
	assert_int_equal(vmcb.tsc_offset, 0);
	assert_int_equal(vmcb.virtual_extensions, 0);
	assert_int_equal(vmcb.clean, 0);
	assert_int_equal(vmcb.interrupt_control, 0);
	assert_int_equal(vmcb.tlb_control, 1);
	assert_int_equal(vmcb.efer, 0x1d00);
	assert_int_equal(vmcb.cr0, 0x80050033);
	assert_int_equal(vmcb.cr3, 0x7000);
	assert_int_equal(vmcb.cr4, 0x6a0);
	assert_int_equal(vmcb.dr6, 0xffff0ff0);
	assert_int_equal(vmcb.dr7, 0x400);
	assert_int_equal(vmcb.rflags, 2);
	assert_int_equal(vmcb.rip, 0xffffffff80000000);
	assert_int_equal(vmcb.cs.attributes, 0xa9b);
	assert_int_equal(vmcb.ss.attributes, 0xc93);
	assert_int_equal(vmcb.cpl, 0);
	assert_int_equal(vmcb.gdtr.limit, 0);
	assert_int_equal(vmcb.idtr.limit, 0);
}

/* Registers of the save area that hold nothing hold zero. */
static void test_scrubbed(void **unused)
{
	(void)unused;
	assert_int_equal(vmcb.rax | vmcb.rsp | vmcb.cr2, 0);
	assert_int_equal(vmcb.star | vmcb.lstar | vmcb.cstar | vmcb.sfmask, 0);
	assert_int_equal(vmcb.kernel_gs_base | vmcb.fs.base | vmcb.gs.base, 0);
	assert_int_equal(vmcb.sysenter_cs | vmcb.sysenter_eip, 0);
	assert_int_equal(vmcb.event, 0);
}

static void test_inject(void **unused)
{
	(void)unused;
	vmcb_inject(&vmcb, VECTOR_GP);
	assert_int_equal(vmcb.event, 0x80000b0d);
	assert_int_equal(vmcb.event_error, 0);
	vmcb_inject(&vmcb, VECTOR_UD);
	assert_int_equal(vmcb.event, 0x80000306);
	vmcb_inject(&vmcb, VECTOR_DF);
	assert_int_equal(vmcb.event, 0x80000b08);
}

#define EXCEPTION(vector) (0x80000300u | (vector))

/* The table of 8.2.9 for a #GP on top, and triple faults. */
static void test_combine(void **unused)
{
	(void)unused;
	assert_int_equal(vmcb_combine(0, VECTOR_GP), VECTOR_GP);
	assert_int_equal(vmcb_combine(0x30d, VECTOR_GP), VECTOR_GP);
	for (uint32_t first = 0; first < 32; first++) {
		uint32_t want = VECTOR_GP;

		if (first == 8) {
			want = VECTOR_NONE;
		} else if (first == 0 || (first >= 10 && first <= 14)) {
			want = VECTOR_DF;
		}
		assert_int_equal(vmcb_combine(EXCEPTION(first), VECTOR_GP),
				 want);
	}
	assert_int_equal(vmcb_combine(0x80000020, VECTOR_GP), VECTOR_GP);
	assert_int_equal(vmcb_combine(EXCEPTION(13), VECTOR_UD), VECTOR_UD);
}

/* A fault on the way of #GP, then of #DF: three steps, and it is over. */
static void test_storms_end(void **unused)
{
	(void)unused;
	uint32_t pending = 0;
	uint32_t vector = vmcb_combine(pending, VECTOR_GP);
	uint32_t steps = 0;

	while (vector != VECTOR_NONE && steps < 10) {
		vmcb_inject(&vmcb, vector);
		pending = vmcb.event;
		vector = vmcb_combine(pending, VECTOR_GP);
		steps++;
	}
	assert_int_equal(steps, 2);
}

static uint32_t redelivered(uint32_t event)
{
	vmcb.event = 0;
	vmcb.exit_event = event;
	vmcb.exit_event_error = 7;
	vmcb_redeliver(&vmcb);
	return vmcb.event;
}

static void test_redeliver(void **unused)
{
	(void)unused;
	assert_int_equal(redelivered(0x80000020), 0x80000020);
	assert_int_equal(redelivered(0x80000b0e), 0x80000b0e);
	assert_int_equal(vmcb.event_error, 7);
	assert_int_equal(redelivered(0x00000b0e), 0); /* stale low bits */
	assert_int_equal(redelivered(0x80000480), 0); /* INT n */
	assert_int_equal(redelivered(0x80000303), 0); /* INT3 */
	assert_int_equal(redelivered(0x80000304), 0); /* INTO */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_start, start),
		cmocka_unit_test_setup(test_scrubbed, start),
		cmocka_unit_test_setup(test_inject, start),
		cmocka_unit_test_setup(test_combine, start),
		cmocka_unit_test_setup(test_storms_end, start),
		cmocka_unit_test_setup(test_redeliver, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
