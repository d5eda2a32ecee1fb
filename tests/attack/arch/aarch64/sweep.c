/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every system register and every system instruction that an encoding can name.
 * What is the kernel's own is written out here by hand; all else must be
 * undefined, or hold the same whatever is written to it.
 */

#include "machine.h"

#define STUBS   512u /* in a page: one instruction and a return */
#define RET     0xd65f03c0u
#define MRS     0xd5200000u
#define MSR     0xd5000000u
#define CODE_VA SCRATCH

static uint64_t target[ABI_PAGE_SIZE / sizeof(uint64_t)]
	__attribute__((aligned(ABI_PAGE_SIZE)));

static uint32_t code[ABI_PAGE_SIZE / sizeof(uint32_t)]
	__attribute__((aligned(ABI_PAGE_SIZE)));

/* An encoding is op0 op1 CRn CRm op2 as the instruction has them. */
struct place {
	uint32_t op0, op1, crn, crm, op2;
};

static struct place place_of(uint32_t n)
{
	return (struct place){ n >> 14 & 3, n >> 11 & 7, n >> 7 & 15,
			       n >> 3 & 15, n & 7 };
}

static void synchronize_code(void)
{
	__asm__ volatile("dsb ish; ic ialluis; dsb ish; isb" ::: "memory");
}

static void fill(uint32_t instruction, uint32_t first)
{
	for (uint32_t i = 0; i < STUBS; i++) {
		uint32_t *stub = &code[2 * (size_t)i];

		stub[0] = instruction | (first + i) << 5;
		stub[1] = RET;
	}
	machine_map_as(attack_physical(code) | PAGE | ACCESSED | INNER |
		       READ_ONLY | UXN);
	synchronize_code();
}

static uint64_t argument;

/* Runs stub `index` with the argument in x0, which then is in attack_sink. */
static void run_stub(uint64_t index)
{
	register uint64_t x0 __asm__("x0") = argument;

	__asm__ volatile("blr %1"
			 : "+r"(x0)
			 : "r"(CODE_VA + index * 2 * sizeof(uint32_t))
			 : "x30", "memory", "cc");
	attack_sink = x0;
}

static bool refused(uint32_t index)
{
	return attack_faults(run_stub, index);
}

static void name(const char *what, struct place p, uint64_t value)
{
	attack_note("%s S%u_%u_C%u_C%u_%u: 0x%lx", what, p.op0, p.op1, p.crn,
		    p.crm, p.op2, value);
}

#define S(op0, op1, crn, crm, op2)                             \
	((op0) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | \
	 (op2)) /* as place_of() has it */

/* Registers that the kernel's world has itself, from first to last. */
static const struct {
	uint32_t first, last;
} own_registers[] = {
	{ S(3, 0, 0, 0, 0), S(3, 0, 0, 7, 7) },    /* ID registers, as told */
	{ S(3, 0, 1, 0, 0), S(3, 0, 1, 0, 0) },    /* SCTLR_EL1 */
	{ S(3, 0, 1, 0, 2), S(3, 0, 1, 0, 2) },    /* CPACR_EL1 */
	{ S(3, 0, 2, 0, 0), S(3, 0, 2, 0, 2) },    /* TTBR0, TTBR1, TCR */
	{ S(3, 0, 2, 1, 0), S(3, 0, 2, 3, 1) },    /* keys */
	{ S(3, 0, 4, 0, 0), S(3, 0, 4, 0, 1) },    /* SPSR_EL1, ELR_EL1 */
	{ S(3, 0, 4, 1, 0), S(3, 0, 4, 1, 0) },    /* SP_EL0 */
	{ S(3, 0, 4, 2, 0), S(3, 0, 4, 2, 4) },    /* SPSel, level, PAN, UAO */
	{ S(3, 0, 4, 6, 0), S(3, 0, 4, 6, 0) },    /* ICC_PMR_EL1 */
	{ S(3, 0, 5, 1, 0), S(3, 0, 5, 2, 0) },    /* AFSR0, AFSR1, ESR */
	{ S(3, 0, 6, 0, 0), S(3, 0, 6, 0, 0) },    /* FAR_EL1 */
	{ S(3, 0, 7, 4, 0), S(3, 0, 7, 4, 0) },    /* PAR_EL1 */
	{ S(3, 0, 10, 2, 0), S(3, 0, 10, 3, 0) },  /* MAIR, AMAIR */
	{ S(3, 0, 12, 0, 0), S(3, 0, 12, 1, 1) },  /* VBAR, ISR, DISR */
	{ S(3, 0, 12, 8, 0), S(3, 0, 12, 12, 7) }, /* ICC_*, the interface */
	{ S(3, 0, 13, 0, 1), S(3, 0, 13, 0, 1) },  /* CONTEXTIDR_EL1 */
	{ S(3, 0, 13, 0, 4), S(3, 0, 13, 0, 4) },  /* TPIDR_EL1 */
	{ S(3, 0, 14, 1, 0), S(3, 0, 14, 1, 0) },  /* CNTKCTL_EL1 */
	{ S(3, 1, 0, 0, 0), S(3, 1, 0, 0, 1) },    /* CCSIDR, CLIDR */
	{ S(3, 2, 0, 0, 0), S(3, 2, 0, 0, 0) },    /* CSSELR */
	{ S(3, 3, 0, 0, 1), S(3, 3, 0, 0, 1) },    /* CTR_EL0 */
	{ S(3, 3, 0, 0, 7), S(3, 3, 0, 0, 7) },    /* DCZID_EL0 */
	{ S(3, 3, 2, 4, 0), S(3, 3, 2, 4, 1) },    /* RNDR, RNDRRS */
	{ S(3, 3, 4, 2, 0), S(3, 3, 4, 2, 1) },    /* NZCV, DAIF */
	{ S(3, 3, 4, 2, 5), S(3, 3, 4, 2, 6) },    /* DIT, SSBS */
	{ S(3, 3, 13, 0, 2), S(3, 3, 13, 0, 3) },  /* TPIDR_EL0, TPIDRRO */
	{ S(3, 3, 13, 0, 5), S(3, 3, 13, 0, 5) },  /* TPIDR2_EL0 */
	{ S(3, 3, 14, 0, 0), S(3, 3, 14, 0, 0) },  /* CNTFRQ_EL0 */
	{ S(3, 3, 14, 0, 2), S(3, 3, 14, 0, 2) },  /* CNTVCT_EL0 */
	{ S(3, 3, 14, 3, 0), S(3, 3, 14, 3, 2) },  /* CNTV_* */
};

static bool is_own_register(uint32_t place)
{
	for (uint32_t i = 0; i < ARRAY_SIZE(own_registers); i++) {
		if (place >= own_registers[i].first &&
		    place <= own_registers[i].last) {
			return true;
		}
	}
	return false;
}

/* Instructions of the kernel's world: its caches by address, its translations,
 * and what it predicts. By set and way is not among them. */
static bool is_own_instruction(uint32_t place)
{
	switch (place) {
	case S(1, 0, 7, 1, 0): /* IC IALLUIS, IALLU, IVAU */
	case S(1, 0, 7, 5, 0):
	case S(1, 3, 7, 5, 1):
	case S(1, 0, 7, 6,
	       1): /* DC IVAC, ZVA, CVAC, CVAU, CVAP, CVADP, CIVAC */
	case S(1, 3, 7, 4, 1):
	case S(1, 3, 7, 10, 1):
	case S(1, 3, 7, 11, 1):
	case S(1, 3, 7, 12, 1):
	case S(1, 3, 7, 13, 1):
	case S(1, 3, 7, 14, 1):
	case S(1, 3, 7, 3, 4): /* CFP, DVP, CPP RCTX */
	case S(1, 3, 7, 3, 5):
	case S(1, 3, 7, 3, 7):
		return true;
	default:
		return (place >= S(1, 0, 7, 8, 0) &&
			place <= S(1, 0, 7, 9, 1)) || /* AT S1E1*, S1E0* */
		       (place >= S(1, 0, 8, 0, 0) &&
			place <= S(1, 0, 9, 15, 7)); /* TLBI of EL1 */
	}
}

/* Whether a register that can be read holds the same after something else was
 * written to it. Uses the first two stubs of the page, and puts them back. */
static bool is_constant(uint32_t place)
{
	const uint32_t kept[] = { code[0], code[2] };
	uint64_t kept_argument = argument;

	code[0] = MRS | place << 5;
	code[2] = MSR | place << 5;
	synchronize_code();
	bool readable = !refused(0);
	uint64_t before = attack_sink;
	argument = ~before;
	refused(1);
	bool same = readable && !refused(0) && attack_sink == before;

	code[0] = kept[0];
	code[2] = kept[1];
	argument = kept_argument;
	synchronize_code();
	return same;
}

/* The registers of op0 2 and 3. Those of the maker may read as a constant: QEMU
 * 7.2 has a few, whatever HCR_EL2.TIDCP says. */
static bool every_register_read(void)
{
	uint64_t before = attack_counter(ABI_NANO_COUNTER_EXITS);

	for (uint32_t first = S(2, 0, 0, 0, 0); first < S(4, 0, 0, 0, 0);
	     first += STUBS) {
		fill(MRS, first);
		for (uint32_t i = 0; i < STUBS; i++) {
			if (!refused(i) && !is_own_register(first + i) &&
			    !is_constant(first + i)) {
				name("reads", place_of(first + i), attack_sink);
				return false;
			}
		}
	}
	attack_note("%lu entries into nano",
		    attack_counter(ABI_NANO_COUNTER_EXITS) - before);
	return attack_nano_answers();
}

/* All ones, and then nothing may be different. */
static bool every_register_write(void)
{
	for (uint32_t first = S(2, 0, 0, 0, 0); first < S(4, 0, 0, 0, 0);
	     first += STUBS) {
		fill(MSR, first);
		argument = UINT64_MAX;
		for (uint32_t i = 0; i < STUBS; i++) {
			if (!is_own_register(first + i) && !refused(i) &&
			    !is_constant(first + i)) {
				name("writes", place_of(first + i), argument);
				return false;
			}
		}
	}
	return attack_nano_answers();
}

/* With the address of a page of ours, which anything may be done to. */
static bool every_instruction(void)
{
	for (uint32_t first = S(1, 0, 0, 0, 0); first < S(2, 0, 0, 0, 0);
	     first += STUBS) {
		fill(MSR, first);
		argument = (uint64_t)target;
		for (uint32_t i = 0; i < STUBS; i++) {
			if (!refused(i) && !is_own_instruction(first + i)) {
				name("does", place_of(first + i), argument);
				return false;
			}
		}
	}
	return attack_nano_answers();
}

static const struct attack attacks[] = {
	SWEEP("read every system register", "A2", every_register_read),
	SWEEP("write every system register", "A2", every_register_write),
	SWEEP("every system instruction", "A1 A2", every_instruction),
};

const struct attack_group machine_sweeps = ATTACK_GROUP(attacks);
