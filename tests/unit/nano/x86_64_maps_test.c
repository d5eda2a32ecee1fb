/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The permission maps of ports and MSRs, read the way the CPU reads them and
 * compared with lists written out here; and the filter of EFER. Shows A2.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nano/arch/x86_64/ioport.h"
#include "nano/arch/x86_64/msr.h"
#include "nano/arch/x86_64/msr_list.h"
#include "nano/arch/x86_64/vmcb.h"

static uint8_t ports[IOPORT_MAP_SIZE];
static uint8_t msrs[MSR_MAP_SIZE];

static int build(void **unused)
{
	(void)unused;
	ioport_map_build(ports);
	msr_map_build(msrs);
	return 0;
}

static void test_ports(void **unused)
{
	(void)unused;
	for (uint32_t port = 0; port < 0x10000; port++) {
		for (uint32_t size = 1; size <= 4; size *= 2) {
			bool inside = port >= 0x3f8 && port + size <= 0x400;

			assert_int_equal(ioport_map_exits(ports, port, size),
					 !inside);
		}
	}
}

/* Bits behind the last port belong to accesses that reach beyond it. */
static void test_ports_end(void **unused)
{
	(void)unused;
	for (uint32_t i = 0x10000 / 8; i < IOPORT_MAP_SIZE; i++) {
		assert_int_equal(ports[i], 0xff);
	}
}

static bool readable(uint32_t msr)
{
	switch (msr) {
	case 0x10:
	case 0x1b:
	case 0x277:
	case 0xc0000081:
	case 0xc0000082:
	case 0xc0000084:
	case 0xc0000100:
	case 0xc0000101:
	case 0xc0000102:
		return true;
	default:
		return false;
	}
}

static bool writable(uint32_t msr)
{
	return readable(msr) && msr > 0xc0000000;
}

static void test_msrs(void **unused)
{
	(void)unused;
	static const uint32_t starts[] = { 0, 0xc0000000, 0xc0010000 };

	for (size_t i = 0; i < 3; i++) {
		for (uint32_t m = starts[i]; m < starts[i] + 0x2000; m++) {
			assert_int_equal(msr_map_exits(msrs, m, false),
					 !readable(m));
			assert_int_equal(msr_map_exits(msrs, m, true),
					 !writable(m));
		}
	}
}

/* The list of what is refused and why: nothing of it is open. */
static void test_msrs_refused(void **unused)
{
	(void)unused;
	static const struct {
		uint32_t first, last;
		const char *name, *reason;
	} refused[] = {
#define X(from, to, text, why) { from, to, text, why },
		MSR_REFUSED(X)
#undef X
	};

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		assert_true(refused[i].first <= refused[i].last);
		assert_true(i == 0 || refused[i - 1].last < refused[i].first);
		for (uint32_t m = refused[i].first; m <= refused[i].last; m++) {
			assert_true(msr_map_exits(msrs, m, false));
			assert_true(msr_map_exits(msrs, m, true));
		}
	}
}

/* What has no place in the map always exits. */
static void test_msrs_outside(void **unused)
{
	(void)unused;
	static const uint32_t outside[] = {
		0x2000,     0x40000000, 0xbfffffff,
		0xc0002000, 0xc0012000, UINT32_MAX
	};

	for (size_t i = 0; i < 6; i++) {
		assert_true(msr_map_exits(msrs, outside[i], false));
		assert_true(msr_map_exits(msrs, outside[i], true));
	}
}

/* Spot checks of the layout itself (15.11): byte 0x800 begins 0xc0000000. */
static void test_msr_layout(void **unused)
{
	(void)unused;
	assert_int_equal(msrs[0x010 / 4] & 0x03, 0x02);
	assert_int_equal(msrs[0x800 + 0x80 / 4], 0xc3);
	assert_int_equal(msrs[0x800 + 0x84 / 4] & 0x03, 0x00);
	assert_int_equal(msrs[0x1000 + 0x117 / 4], 0xff);
	assert_int_equal(msrs[MSR_MAP_SIZE - 1], 0xff);
}

#define EFER_START (EFER_SVME | EFER_LME | EFER_LMA | EFER_NXE)

static void test_efer_hides_svm(void **unused)
{
	(void)unused;
	assert_int_equal(msr_efer_seen(EFER_START),
			 EFER_LME | EFER_LMA | EFER_NXE);
}

/* Every single bit, from the state at the start: two may change, and SVME is
 * kept whatever the guest thinks. */
static void test_efer_bits(void **unused)
{
	(void)unused;
	for (uint32_t bit = 0; bit < 64; bit++) {
		uint64_t efer = EFER_START;
		uint64_t value = msr_efer_seen(efer) ^ 1ull << bit;
		bool accepted = msr_efer_write(&efer, value);

		assert_int_equal(accepted, bit == 0 || bit == 10 || bit == 11);
		assert_true(efer & EFER_SVME);
		assert_true(efer & EFER_LMA);
		assert_true(efer & EFER_LME);
		assert_int_equal(efer & EFER_SCE,
				 accepted && bit == 0 ? EFER_SCE : 0);
		assert_int_equal(efer & EFER_NXE,
				 accepted && bit == 11 ? 0 : EFER_NXE);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ports),
		cmocka_unit_test(test_ports_end),
		cmocka_unit_test(test_msrs),
		cmocka_unit_test(test_msrs_refused),
		cmocka_unit_test(test_msrs_outside),
		cmocka_unit_test(test_msr_layout),
		cmocka_unit_test(test_efer_hides_svm),
		cmocka_unit_test(test_efer_bits),
	};

	return cmocka_run_group_tests(tests, build, NULL);
}
