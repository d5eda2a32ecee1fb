/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables of aarch64 that are plain data: the trap bits against the values
 * that ran, the ID registers that the kernel is told, and the registers of
 * devices that it may reach. Shows A1 A2.
 */

#include "sample.h"

#include <string.h>

#include "nano/arch/aarch64/devices.h"
#include "nano/arch/aarch64/idregs.h"
#include "nano/arch/aarch64/traps.h"

#define BIT(n)    (1ull << (n))
#define HAS(name) (1ull << ARM_##name)

#define NONE HAS(ALWAYS)
#define A72  (NONE | HAS(PMU) | HAS(TRACE))
#define ALL  ((1ull << ARM_FEATURE_COUNT) - 1)

/* Every register for three CPUs: without anything, Cortex-A72, with all. */
static const struct {
	enum trap_register reg;
	uint64_t none, a72, all;
} values[] = {
	{ TRAP_HCR, 0x807d0607, 0x807d0607, 0x04000318807d0607 },
	{ TRAP_HCRX, 0, 0, 0 },
	{ TRAP_MDCR, 0xe00, 0xe60, 0x8a4e60 },
	{ TRAP_CPTR, 0x33ff, 0x1033ff, 0x401033ff },
	{ TRAP_CNTHCTL, 0, 0, 0 },
	{ TRAP_HSTR, 0, 0, 0 },
	{ TRAP_MPAM2, 0, 0, BIT(48) | BIT(49) },
	{ TRAP_HFGRTR, 0, 0, 0 },
	{ TRAP_HFGWTR, 0, 0, 0 },
	{ TRAP_HFGITR, 0, 0, 0 },
	{ TRAP_HDFGRTR, 0, 0, 0 },
	{ TRAP_HDFGWTR, 0, 0, 0 },
	{ TRAP_HAFGRTR, 0, 0, 0 },
	{ TRAP_ACTLR, 0, 0, 0 },
	{ TRAP_HACR, 0, 0, 0 },
	{ TRAP_ICC_SRE, 0xf, 0xf, 0xf },
	{ TRAP_ICH_HCR, 0, 0, 0 },
};

static void test_values(void **unused)
{
	(void)unused;
	assert_int_equal(ARRAY_SIZE(values), TRAP_REGISTER_COUNT);
	for (uint32_t i = 0; i < ARRAY_SIZE(values); i++) {
		assert_int_equal(values[i].reg, i);
		if (trap_value(values[i].reg, NONE) != values[i].none ||
		    trap_value(values[i].reg, A72) != values[i].a72 ||
		    trap_value(values[i].reg, ALL) != values[i].all) {
			fail_msg("register %u: 0x%lx 0x%lx 0x%lx", i,
				 trap_value(values[i].reg, NONE),
				 trap_value(values[i].reg, A72),
				 trap_value(values[i].reg, ALL));
		}
	}
}

/* Bits that must never be set: they would give the kernel's world something,
 * or take from it what the design leaves it. */
static void test_never_set(void **unused)
{
	(void)unused;
	const uint64_t hcr = trap_value(TRAP_HCR, ALL);
	static const uint32_t never[] = {
		3,  4,  5,  /* FMO, IMO, AMO: interrupts are the kernel's */
		6,  7,  8,  /* no virtual ones */
		12, 13, 14, /* DC, TWI, TWE */
		17,         /* TID2: CTR_EL0 is needed to keep caches */
		23, 24, 25, /* cache and TLB maintenance by address */
		26, 30,     /* TVM, TRVM: its translation registers */
		27,         /* TGE */
		28, 29,     /* TDZ, HCD */
		32, 33, 34, /* CD, ID, E2H */
		42, 43, 45, /* nested virtualisation */
		56,         /* ATA: memory tags */
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(never); i++) {
		assert_false(hcr & BIT(never[i]));
	}
	assert_false(trap_value(TRAP_MDCR, ALL) & BIT(8));  /* TDE: BRK */
	assert_false(trap_value(TRAP_CPTR, ALL) & BIT(10)); /* TFP */
	assert_false(trap_value(TRAP_CPTR, ALL) & BIT(31)); /* TCPAC */
}

static void test_rows(void **unused)
{
	(void)unused;
	for (uint32_t i = 0; i < trap_row_count; i++) {
		const struct trap_row *row = &trap_rows[i];

		assert_true(row->reg < TRAP_REGISTER_COUNT);
		assert_true(row->mask != 0);
		assert_int_equal(row->bits & ~row->mask, 0);
		assert_true(row->feature < ARM_FEATURE_COUNT);
		assert_true(strlen(row->name) > 0);
		assert_true(strlen(row->reason) > 0);
		for (uint32_t j = 0; j < i; j++) {
			/* Two rows for one bit only for two features. */
			assert_true(trap_rows[j].reg != row->reg ||
				    !(trap_rows[j].mask & row->mask) ||
				    trap_rows[j].feature != row->feature);
		}
	}
}

/* Each bit of each register has a reason, and no two rows disagree. But for the
 * number of counters, which stays as the CPU was reset to. */
static void test_each_bit_has_a_reason(void **unused)
{
	(void)unused;
	for (uint32_t reg = 0; reg < TRAP_REGISTER_COUNT; reg++) {
		uint64_t seen = reg == TRAP_MDCR ? 0x1f : 0;

		for (uint32_t i = 0; i < trap_row_count; i++) {
			const struct trap_row *row = &trap_rows[i];

			if (row->reg == reg) {
				uint64_t value = trap_value(
					(enum trap_register)reg, ALL);

				assert_int_equal(value & row->mask, row->bits);
				seen |= row->mask;
			}
		}
		if (seen != UINT64_MAX) {
			fail_msg("register %u: 0x%lx", reg, ~seen);
		}
	}
}

static void test_present(void **unused)
{
	(void)unused;
	static const enum trap_register everywhere[] = {
		TRAP_HCR,   TRAP_MDCR, TRAP_CPTR,    TRAP_CNTHCTL, TRAP_HSTR,
		TRAP_ACTLR, TRAP_HACR, TRAP_ICC_SRE, TRAP_ICH_HCR,
	};

	for (uint32_t i = 0; i < TRAP_REGISTER_COUNT; i++) {
		enum trap_register reg = (enum trap_register)i;
		bool always = false;

		for (uint32_t j = 0; j < ARRAY_SIZE(everywhere); j++) {
			always = always || everywhere[j] == reg;
		}
		assert_int_equal(trap_present(reg, NONE), always);
		assert_true(trap_present(reg, ALL));
	}
	assert_false(trap_present(TRAP_HAFGRTR, NONE | HAS(FGT)));
	assert_true(trap_present(TRAP_HFGRTR, NONE | HAS(FGT)));
	assert_false(trap_present(TRAP_REGISTER_COUNT, ALL));
}

static void test_places_of_id_registers(void **unused)
{
	(void)unused;
	uint32_t found = 0;

	for (uint32_t crm = 0; crm < 16; crm++) {
		for (uint32_t op2 = 0; op2 < 8; op2++) {
			found += id_register_of(crm, op2) != ID_REGISTER_COUNT;
		}
	}
	assert_int_equal(found, ID_REGISTER_COUNT);
	assert_int_equal(id_register_of(4, 0), ID_PFR0);
	assert_int_equal(id_register_of(7, 2), ID_MMFR2);
	assert_int_equal(id_register_of(4, 4), ID_REGISTER_COUNT); /* ZFR0 */
	assert_int_equal(id_register_of(0, 0), ID_REGISTER_COUNT);
}

/* Nothing is told that is not there, and of what is there never more. */
static void test_told_is_never_more(void **unused)
{
	(void)unused;
	uint64_t seed = 5;

	for (uint32_t reg = 0; reg < ID_REGISTER_COUNT; reg++) {
		assert_int_equal(id_register_told((enum id_register)reg, 0), 0);
		for (uint32_t i = 0; i < 1000; i++) {
			uint64_t real = sample_random(&seed);
			uint64_t told =
				id_register_told((enum id_register)reg, real);

			for (uint32_t bit = 0; bit < 64; bit += 4) {
				assert_true((told >> bit & 15) <=
					    (real >> bit & 15));
			}
		}
	}
	assert_int_equal(id_register_told(ID_REGISTER_COUNT, UINT64_MAX), 0);
}

static uint64_t field(enum id_register reg, uint64_t real, uint32_t bit)
{
	return id_register_told(reg, real) >> bit & 15;
}

/* What the trap table takes away, the ID registers do not tell of. */
static void test_withheld(void **unused)
{
	(void)unused;
	static const struct {
		enum id_register reg;
		uint32_t bit;
	} withheld[] = {
		{ ID_PFR0, 8 },   /* EL2 */
		{ ID_PFR0, 12 },  /* EL3 */
		{ ID_PFR0, 28 },  /* RAS */
		{ ID_PFR0, 32 },  /* SVE */
		{ ID_PFR0, 40 },  /* MPAM */
		{ ID_PFR0, 44 },  /* AMU */
		{ ID_PFR1, 8 },   /* MTE */
		{ ID_PFR1, 24 },  /* SME */
		{ ID_DFR0, 4 },   /* TraceVer */
		{ ID_DFR0, 8 },   /* PMUVer */
		{ ID_DFR0, 32 },  /* PMSVer */
		{ ID_DFR0, 40 },  /* TraceFilt */
		{ ID_DFR0, 44 },  /* TraceBuffer */
		{ ID_MMFR0, 56 }, /* FGT */
		{ ID_MMFR0, 60 }, /* ECV */
		{ ID_MMFR1, 8 },  /* VH */
		{ ID_MMFR1, 16 }, /* LO */
		{ ID_MMFR1, 40 }, /* HCX */
		{ ID_MMFR2, 24 }, /* NV */
		{ ID_ISAR2, 16 }, /* MOPS */
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(withheld); i++) {
		assert_int_equal(
			field(withheld[i].reg, UINT64_MAX, withheld[i].bit), 0);
	}
	/* AArch32 at EL0 is there on some CPUs, and not told. */
	assert_int_equal(field(ID_PFR0, 0x22, 0), 1);
	assert_int_equal(field(ID_PFR0, 0x22, 4), 1);
	/* "None" of floating point is fifteen, and must stay fifteen. */
	assert_int_equal(field(ID_PFR0, 15ull << 16, 16), 15);
	assert_int_equal(field(ID_PFR0, 0, 16), 0);
}

/* Every page around the interrupt controllers and the console. */
static void test_devices(void **unused)
{
	(void)unused;
	struct boot_info boot;

	sample_make(&boot);
	boot.irq_size[1] = 4 * DEVICES_REDIST_STRIDE;
	for (uint64_t at = FAKE_IRQ_0 - 0x10000; at < FAKE_CONSOLE + 0x100000;
	     at += ABI_PAGE_SIZE) {
		uint64_t redist = at - FAKE_IRQ_1;
		bool sgi = at >= FAKE_IRQ_1 && redist < 0x80000 &&
			   (redist & 0x10000);
		bool want = sgi || at == FAKE_CONSOLE ||
			    (at >= FAKE_IRQ_0 && at < FAKE_IRQ_0 + 0x10000);
		uint32_t access = devices_access(&boot, at, at + ABI_PAGE_SIZE);

		assert_int_equal(access,
				 want ? TABLE_READ | TABLE_WRITE | TABLE_DEVICE
				      : 0);
	}

	/* Ranges that begin in what is allowed and end outside. */
	static const struct {
		uint64_t start, end;
	} bad[] = {
		{ FAKE_IRQ_0, FAKE_IRQ_0 + 0x11000 },
		{ FAKE_IRQ_1, FAKE_IRQ_1 + 0x20000 },
		{ FAKE_IRQ_1 + 0x10000, FAKE_IRQ_1 + 0x21000 },
		{ FAKE_IRQ_1 + 0x1f000, FAKE_IRQ_1 + 0x21000 },
		{ FAKE_IRQ_1 + 0x10000, FAKE_IRQ_1 + 0x40000 },
		{ FAKE_IRQ_1 + 0x70000, FAKE_IRQ_1 + 0x81000 },
		{ FAKE_CONSOLE, FAKE_CONSOLE + 0x2000 },
		{ FAKE_CONSOLE - 0x1000, FAKE_CONSOLE + 0x1000 },
		{ FAKE_CONSOLE, FAKE_CONSOLE },
		{ FAKE_CONSOLE, UINT64_MAX },
	};
	for (uint32_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(
			devices_access(&boot, bad[i].start, bad[i].end), 0);
	}
	boot.console_kind = BOOT_CONSOLE_16550; /* an I/O port */
	assert_int_equal(devices_access(&boot, FAKE_CONSOLE,
					FAKE_CONSOLE + ABI_PAGE_SIZE),
			 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_never_set),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_each_bit_has_a_reason),
		cmocka_unit_test(test_present),
		cmocka_unit_test(test_places_of_id_registers),
		cmocka_unit_test(test_told_is_never_more),
		cmocka_unit_test(test_withheld),
		cmocka_unit_test(test_devices),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
