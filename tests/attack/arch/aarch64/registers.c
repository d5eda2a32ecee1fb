/* SPDX-License-Identifier: Apache-2.0 */
/* System registers and instructions by name; sweep.c tries all there are. */

#include "machine.h"

/* One function for each register, because an instruction names it. */
#define READS(name, reg)                                        \
	static void read_##name(uint64_t unused)                \
	{                                                       \
		uint64_t value;                                 \
		(void)unused;                                   \
		__asm__ volatile("mrs %0, " reg : "=r"(value)); \
		attack_sink = value;                            \
	}
#define WRITES(name, reg)                                         \
	static void write_##name(uint64_t value)                  \
	{                                                         \
		__asm__ volatile("msr " reg ", %0" ::"r"(value)); \
	}
#define DOES(name, instruction)                                        \
	static void do_##name(uint64_t value)                          \
	{                                                              \
		__asm__ volatile(instruction ::"r"(value) : "memory"); \
	}

READS(hcr, "hcr_el2")
WRITES(hcr, "hcr_el2")
READS(vbar, "vbar_el2")
WRITES(vbar, "vbar_el2")
WRITES(vttbr, "vttbr_el2")
WRITES(sctlr2, "sctlr_el2")
WRITES(elr2, "elr_el2")
READS(tpidr2, "tpidr_el2")
WRITES(sre2, "s3_4_c12_c9_5")
WRITES(ich, "s3_4_c12_c11_0")
WRITES(cnthp, "cnthp_ctl_el2")
DOES(alle2, "tlbi alle2\n\tmov x9, %0")
DOES(ipas2, "tlbi ipas2e1, %0")
DOES(at12, "at s12e1r, %0")

/* EL1 cannot even ask: undefined without a word of nano. */
static bool registers_of_el2(void)
{
	static void (*const attempts[])(uint64_t) = {
		read_hcr,     write_hcr,  read_vbar,   write_vbar, write_vttbr,
		write_sctlr2, write_elr2, read_tpidr2, write_sre2, write_ich,
		write_cnthp,  do_alle2,   do_ipas2,    do_at12,
	};
	uint64_t before = attack_counter(ABI_NANO_COUNTER_REGISTER);

	for (uint32_t i = 0; i < ARRAY_SIZE(attempts); i++) {
		if (!machine_undefined(attempts[i], 0)) {
			attack_note("attempt %u", i);
			return false;
		}
	}
	return attack_counter(ABI_NANO_COUNTER_REGISTER) == before;
}

/* Writes; if that was done, looks whether the register then holds the value, and
 * puts it back. */
static bool hold_refused(const char *name, void (*write)(uint64_t),
			 void (*read)(uint64_t), uint64_t value)
{
	bool readable = !attack_faults(read, 0);
	uint64_t old = attack_sink;
	bool refused =
		attack_refused(ABI_NANO_COUNTER_REGISTER, write, value) &&
		CLASS(attack_fault.syndrome) == CLASS_UNDEFINED;

	if (refused || !readable || attack_faults(read, 0) ||
	    attack_sink == old) {
		return refused;
	}

	uint64_t now = attack_sink;
	attack_faults(write, old);
	attack_effect("%s was 0x%lx and is 0x%lx", name, old, now);
	return false;
}

READS(pmcr, "pmcr_el0")
WRITES(pmcr, "pmcr_el0")
READS(pmccntr, "pmccntr_el0")
WRITES(pmuserenr, "pmuserenr_el0")
WRITES(pmccfiltr, "pmccfiltr_el0")
WRITES(pmcntenset, "pmcntenset_el0")
READS(pmceid0, "pmceid0_el0")
READS(pmuserenr, "pmuserenr_el0")

static bool performance_monitors(void)
{
	if (!hold_refused("PMUSERENR_EL0", write_pmuserenr, read_pmuserenr,
			  1)) {
		return false;
	}

	static void (*const attempts[])(uint64_t) = {
		read_pmcr,       write_pmcr,      read_pmccntr,
		write_pmuserenr, write_pmccfiltr, write_pmcntenset,
		read_pmceid0,
	};

	return machine_all_trapped(attempts, ARRAY_SIZE(attempts));
}

READS(mdscr, "mdscr_el1")
WRITES(mdscr, "mdscr_el1")
WRITES(breakpoint, "dbgbvr0_el1")
WRITES(breakpoint_control, "dbgbcr0_el1")
WRITES(watchpoint, "dbgwvr0_el1")
WRITES(oslar, "oslar_el1")
READS(mdrar, "mdrar_el1")
READS(breakpoint, "dbgbvr0_el1")
READS(oslsr, "oslsr_el1")

/* A breakpoint on an address that nano uses as well. */
static bool debug_registers(void)
{
	if (!hold_refused("DBGBVR0_EL1", write_breakpoint, read_breakpoint,
			  NANO_BASE_AARCH64)) {
		return false;
	}

	static void (*const attempts[])(uint64_t) = {
		read_mdscr,       write_mdscr,
		write_breakpoint, write_breakpoint_control,
		write_watchpoint, read_mdrar,
	};

	return machine_all_trapped(attempts, ARRAY_SIZE(attempts));
}

static bool os_lock(void)
{
	static void (*const attempts[])(uint64_t) = { write_oslar, read_oslsr };

	attack_faults(read_oslsr, 0);
	uint64_t old = attack_sink >> 1 & 1;
	return hold_refused("OSLSR_EL1", write_oslar, read_oslsr, old ^ 1) &&
	       machine_all_trapped(attempts, ARRAY_SIZE(attempts));
}

READS(lorc, "s3_0_c10_c4_3")
WRITES(lorc, "s3_0_c10_c4_3")
READS(lorid, "s3_0_c10_c4_7")

/* Counted where the CPU has them, undefined by itself elsewhere. */
static bool ordering_regions(void)
{
	if (machine_undefined(read_lorc, 0)) {
		return machine_undefined(write_lorc, 1) &&
		       machine_undefined(read_lorid, 0);
	}
	return hold_refused("LORC_EL1", write_lorc, read_lorc, 1);
}

READS(actlr, "actlr_el1")
WRITES(actlr, "actlr_el1")
DOES(clean_set, "dc cisw, %0")
DOES(invalidate_set, "dc isw, %0")

static bool makers_registers(void)
{
	static void (*const attempts[])(uint64_t) = {
		read_actlr,
		write_actlr,
		do_clean_set,
		do_invalidate_set,
	};

	return machine_all_trapped(attempts, ARRAY_SIZE(attempts));
}

/* QEMU 7.2 has a few such registers, constant zero, and lets EL1 at them
 * whatever HCR_EL2.TIDCP says; a CPU that obeys it counts both accesses. */
static uint64_t makers_word;

static void use_makers_register(uint64_t value)
{
	__asm__ volatile("msr s3_1_c15_c2_0, %0" ::"r"(value));
	__asm__ volatile("mrs %0, s3_1_c15_c2_0" : "=r"(makers_word));
}

static bool implementation_defined(void)
{
	uint64_t before = attack_counter(ABI_NANO_COUNTER_REGISTER);

	makers_word = 0;
	bool faulted = attack_faults(use_makers_register, UINT64_MAX);
	uint64_t counted = attack_counter(ABI_NANO_COUNTER_REGISTER) - before;
	return makers_word == 0 && counted <= faulted;
}

WRITES(physical_control, "cntp_ctl_el0")
WRITES(physical_value, "cntp_cval_el0")
READS(physical_value, "cntp_tval_el0")
READS(physical_compare, "cntp_cval_el0")

static bool physical_timer(void)
{
	if (!hold_refused("CNTP_CVAL_EL0", write_physical_value,
			  read_physical_compare, 0x123456)) {
		return false;
	}

	static void (*const attempts[])(uint64_t) = {
		write_physical_control,
		write_physical_value,
		read_physical_value,
	};

	return machine_all_trapped(attempts, ARRAY_SIZE(attempts));
}

/* What nano withholds the kernel is not told of. */
static bool id_registers(void)
{
	uint64_t pfr0, pfr1, dfr0, other, revision;

	__asm__ volatile("mrs %0, id_aa64pfr0_el1" : "=r"(pfr0));
	__asm__ volatile("mrs %0, id_aa64pfr1_el1" : "=r"(pfr1));
	__asm__ volatile("mrs %0, id_aa64dfr0_el1" : "=r"(dfr0));
	__asm__ volatile("mrs %0, s3_0_c0_c4_4" : "=r"(other));
	__asm__ volatile("mrs %0, revidr_el1" : "=r"(revision));
	__asm__ volatile("mrs xzr, id_aa64pfr0_el1");
	if ((pfr0 >> 8 & 15) != 0) {
		attack_effect("ID_AA64PFR0_EL1 tells of EL2: 0x%lx", pfr0);
	}
	return (pfr0 & 0xff) == 0x11 && (pfr0 >> 8 & 0xff) == 0 &&
	       (pfr0 >> 32 & 15) == 0 && (pfr0 >> 44 & 15) == 0 &&
	       (pfr1 >> 8 & 15) == 0 && (dfr0 >> 4 & 0xff) == 0 && other == 0 &&
	       revision == 0;
}

static void read_vector_length(uint64_t unused)
{
	register uint64_t x0 __asm__("x0");

	(void)unused;
	__asm__ volatile(".inst 0x04bf5020" : "=r"(x0)); /* rdvl x0, #1 */
	attack_sink = x0;
}

DOES(sme, ".inst 0x04bf5820\n\tmov x9, %0") /* rdsvl x0, #1 */
DOES(halt, "hlt #0xf000\n\tmov x9, %0")     /* semihosting */

static bool wide_vectors(void)
{
	uint64_t exits = attack_counter(ABI_NANO_COUNTER_INSTRUCTION);
	bool faulted;

	__asm__ volatile("msr cpacr_el1, %0; isb" ::"r"(
		3ull << 16 | 3ull << 20 | 3ull << 24));
	attack_sink = 0;
	faulted = machine_undefined(read_vector_length, 0);
	if (attack_sink != 0) {
		attack_effect("SVE has vectors of %lu bytes", attack_sink);
	}
	faulted = attack_faults(do_sme, 0) && faulted;
	__asm__ volatile("msr cpacr_el1, xzr; isb");

	/* Counted where the CPU has them, undefined by itself elsewhere. */
	uint64_t counted = attack_counter(ABI_NANO_COUNTER_INSTRUCTION) - exits;
	return faulted && counted <= 2;
}

static bool semihosting(void)
{
	return attack_faults(do_halt, 0);
}

static bool other_immediate(void)
{
	register uint64_t x0 __asm__("x0") = 0;
	register uint64_t x8 __asm__("x8") = 0;
	uint64_t before = attack_counter(ABI_NANO_COUNTER_CALL);

	__asm__ volatile("hvc #1" : "+r"(x0), "+r"(x8)::"x1", "memory");
	return x0 == ST_BAD_CALL &&
	       attack_counter(ABI_NANO_COUNTER_CALL) == before + 1;
}

/* Registers of EL1 by the names that only EL2 with host extensions has, and of
 * EL2's own translation. */
READS(sctlr12, "s3_5_c1_c0_0")
WRITES(sctlr12, "s3_5_c1_c0_0")
READS(ttbr12, "s3_5_c2_c0_0")
READS(vbar12, "s3_5_c12_c0_0")
READS(cntp12, "s3_5_c14_c2_1")
READS(ttbr2, "s3_4_c2_c0_0")
WRITES(ttbr2, "s3_4_c2_c0_0")
READS(ttbr1_2, "s3_4_c2_c0_1")
READS(tcr2, "s3_4_c2_c0_2")
WRITES(vtcr, "s3_4_c2_c1_2")
READS(far2, "s3_4_c6_c0_0")
READS(hpfar, "s3_4_c6_c0_4")
WRITES(mdcr, "s3_4_c1_c1_1")
WRITES(cptr, "s3_4_c1_c1_2")
WRITES(hacr, "s3_4_c1_c1_7")
WRITES(vmpidr, "s3_4_c0_c0_5")
WRITES(cntvoff, "s3_4_c14_c0_3")
WRITES(cnthctl, "s3_4_c14_c1_0")
READS(scr, "s3_6_c1_c1_0")
WRITES(scr, "s3_6_c1_c1_0")
READS(sctlr3, "s3_6_c1_c0_0")

static bool other_names(void)
{
	static void (*const attempts[])(uint64_t) = {
		read_sctlr12,  write_sctlr12, read_ttbr12, read_vbar12,
		read_cntp12,   read_ttbr2,    write_ttbr2, read_ttbr1_2,
		read_tcr2,     write_vtcr,    read_far2,   read_hpfar,
		write_mdcr,    write_cptr,    write_hacr,  write_vmpidr,
		write_cntvoff, write_cnthctl, read_scr,    write_scr,
		read_sctlr3,
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(attempts); i++) {
		if (!machine_undefined(attempts[i], 0)) {
			attack_note("attempt %u", i);
			return false;
		}
	}
	return attack_nano_answers();
}

DOES(at_e2r, "at s1e2r, %0")
DOES(at_e2w, "at s1e2w, %0")
DOES(at_e0, "at s12e0r, %0")
DOES(at_e3, "at s1e3r, %0")

/* Where nano's own addresses lie, and what is behind stage 2. */
static bool translations_of_el2(void)
{
	static void (*const attempts[])(uint64_t) = { do_at_e2r, do_at_e2w,
						      do_at_e0, do_at_e3 };

	for (uint32_t i = 0; i < ARRAY_SIZE(attempts); i++) {
		if (!machine_undefined(attempts[i], NANO_BASE_AARCH64)) {
			attack_note("attempt %u", i);
			return false;
		}
	}
	return true;
}

DOES(tlbi_va2, "tlbi vae2is, %0")
DOES(tlbi_all2, "tlbi alle2is\n\tmov x9, %0")
DOES(tlbi_all1, "tlbi alle1is\n\tmov x9, %0")
DOES(tlbi_s12, "tlbi vmalls12e1is\n\tmov x9, %0")
DOES(tlbi_all3, "tlbi alle3is\n\tmov x9, %0")

static bool translations_forgotten(void)
{
	static void (*const attempts[])(uint64_t) = { do_tlbi_va2, do_tlbi_all2,
						      do_tlbi_all1, do_tlbi_s12,
						      do_tlbi_all3 };

	for (uint32_t i = 0; i < ARRAY_SIZE(attempts); i++) {
		if (!machine_undefined(attempts[i], 0)) {
			attack_note("attempt %u", i);
			return false;
		}
	}
	return attack_nano_answers();
}

READS(pmsidr, "s3_0_c9_c9_7")
WRITES(pmscr, "s3_0_c9_c9_0")
WRITES(trbptr, "s3_0_c9_c11_1")
READS(trblimit, "s3_0_c9_c11_0")
WRITES(trfcr, "s3_0_c1_c2_1")
READS(trcidr, "s2_1_c0_c8_7")
READS(amcr, "s3_3_c13_c2_0")
READS(gmid, "s3_1_c0_c0_4")
READS(mpam, "s3_0_c10_c5_1")
READS(erridr, "s3_0_c5_c3_0")

/* Whichever of these the CPU has: profiling and trace buffers write memory. */
static bool profiling_and_trace(void)
{
	static void (*const attempts[])(uint64_t) = {
		read_pmsidr, write_pmscr, write_trbptr, read_trblimit,
		write_trfcr, read_trcidr, read_amcr,    read_gmid,
		read_mpam,   read_erridr,
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(attempts); i++) {
		if (!machine_undefined(attempts[i], 0)) {
			attack_note("attempt %u", i);
			return false;
		}
	}
	return true;
}

/* MDSCR is nano's, so PSTATE.SS does nothing; BRK is the kernel's. */
DOES(brk, "brk #1\n\tmov x9, %0")

static bool breakpoint_instruction(void)
{
	uint64_t before = attack_counter(ABI_NANO_COUNTER_EXITS);
	bool faulted = attack_faults(do_brk, 0) &&
		       CLASS(attack_fault.syndrome) == 0x3c;

	return faulted && attack_counter(ABI_NANO_COUNTER_EXITS) == before + 1;
}

static const struct attack attacks[] = {
	ATTACK("registers of EL2", "A2", registers_of_el2),
	ATTACK("registers of EL2 and EL3 by other names", "A2", other_names),
	ATTACK("translate as EL2 and beyond", "A1", translations_of_el2),
	ATTACK("forget translations of EL2", "A1", translations_forgotten),
	ATTACK("performance monitors", "A2", performance_monitors),
	ATTACK("profiling and trace", "A2", profiling_and_trace),
	ATTACK("debug registers", "A2", debug_registers),
	ATTACK("the OS lock", "A2", os_lock),
	ATTACK("BRK is the kernel's own", "A2", breakpoint_instruction),
	ATTACK("limited ordering regions", "A2", ordering_regions),
	ATTACK("auxiliary control, caches by set and way", "A2",
	       makers_registers),
	ATTACK("implementation defined registers", "A2",
	       implementation_defined),
	ATTACK("the physical timer", "A2", physical_timer),
	ATTACK("ID registers tell nothing that is withheld", "A2",
	       id_registers),
	ATTACK("SVE and SME", "A2", wide_vectors),
	ATTACK("semihosting", "A2", semihosting),
	ATTACK("HVC with another immediate", "A5", other_immediate),
};

const struct attack_group machine_registers = ATTACK_GROUP(attacks);
