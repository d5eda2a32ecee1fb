/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes a CPU ready to run user code, with every protection it has.
 *
 * nano starts the kernel with the MMU on, on boot's table in TTBR1_EL1; this
 * code writes every other register of EL1 that EL0 or the kernel depend on.
 * The exceptions are debug, the performance monitors, and what else belongs to
 * MDCR_EL2 and CPTR_EL2: those are nano's, and off.
 *
 * What EL0 may do besides computing: use the virtual counter and its frequency
 * (CNTVCT_EL0), the cache type (CTR_EL0), DC ZVA and WFE. What it may not:
 * everything else that a bit below can forbid, WFI and cache maintenance among
 * it.
 *
 * Pointer authentication: the kernel signs return addresses with the A key,
 * drawn from the hand-over's entropy. The architecture has one set of keys for
 * EL0 and EL1, and all threads share it; so a thread can make signatures that
 * the kernel accepts, if it finds a way to place them. It is a second line of
 * defence against a broken kernel, not a border between threads.
 */

#include <arch/cpu.h>
#include <arch/system.h>

#include "common/assert.h"
#include "common/fmt.h"
#include "common/string.h"
#include "kernel/arch.h"
#include "kernel/state.h"

/* SCTLR_EL1. Bits left out trap EL0's instruction or switch nothing on. */
#define SCTLR_MMU           (1ull << 0)
#define SCTLR_DATA_CACHE    (1ull << 2)
#define SCTLR_SP_ALIGNED    (3ull << 3) /* SA, SA0: EL1 and EL0 */
#define SCTLR_NO_IT         (1ull << 7) /* ITD, SED: of AArch32 */
#define SCTLR_NO_SETEND     (1ull << 8)
#define SCTLR_EXIT_SYNC     (1ull << 11) /* EOS: eret synchronizes */
#define SCTLR_CODE_CACHE    (1ull << 12)
#define SCTLR_EL0_ZERO      (1ull << 14) /* DZE: DC ZVA */
#define SCTLR_EL0_CTR       (1ull << 15) /* UCT: CTR_EL0 */
#define SCTLR_EL0_WFE       (1ull << 18) /* nTWE */
#define SCTLR_WRITE_NO_EXEC (1ull << 19) /* WXN: writable is never code */
#define SCTLR_NO_SCXTNUM    (1ull << 20) /* TSCXT; else reserved, 1 */
#define SCTLR_ENTRY_SYNC    (1ull << 22) /* EIS: exceptions synchronize */
#define SCTLR_SPAN          (1ull << 23) /* 0: PAN set on entry; else 1 */
#define SCTLR_RESERVED_ONE  (3ull << 28) /* nTLSMD, LSMAOE */
#define SCTLR_PAUTH_A       (1ull << 31) /* EnIA */
#define SCTLR_BTI           (3ull << 35) /* BT0, BT1: PACIASP is no target */
#define SCTLR_PAN_EXECUTE   (1ull << 57) /* EPAN: also for EL0's code */

/* TCR_EL1: 48-bit addresses and the 4 KiB granule on both sides; table walks
 * are cached, inner shareable. */
#define TCR_SIZE_0   16ull
#define TCR_WALK_0   (1ull << 8 | 1ull << 10 | 3ull << 12)
#define TCR_SIZE_1   (16ull << 16)
#define TCR_A1       (1ull << 22) /* the ASID in force is TTBR1_EL1's */
#define TCR_WALK_1   (1ull << 24 | 1ull << 26 | 3ull << 28 | 2ull << 30)
#define TCR_PA_SHIFT 32
#define TCR_PA_MAX   5 /* 48 bits */
#define TCR_ASID_16  (1ull << 36)
#define TCR_E0PD1    (1ull << 56) /* EL0 never walks the upper half */

#define CNTKCTL_EL0_VIRTUAL 2 /* EL0 may read CNTVCT_EL0, nothing else */

extern const char image_start[];

struct features {
	bool pan, bti, pac, absent;
};

/* Of the first CPU. The others must be like it, because a thread runs on any of
 * them; so a machine whose CPUs differ in these does not start. */
static struct features features;
static char features_text[64];

paddr_t image_address(const struct boot_info *boot, const void *p)
{
	for (uint32_t i = 0; i < boot->image_count; i++) {
		const struct boot_image *image = &boot->images[i];
		uint64_t offset = (uint64_t)p - image->virtual_address;

		if (image->kind == BOOT_IMAGE_KERNEL && offset < image->size) {
			return (paddr_t){ image->address + offset };
		}
	}
	CHECK(!"the hand-over tells of the kernel's image");
	return (paddr_t){ 0 };
}

static bool has_pauth(void)
{
	return id_field(isar1_read(), ISAR1_APA) ||
	       id_field(isar1_read(), ISAR1_API) ||
	       id_field(isar2_read(), ISAR2_APA3);
}

/*
 * Called by _start, before any function that signs its return address and yet
 * returns; itself it must not sign. Without entropy a key would be no secret,
 * so there is none.
 */
__attribute__((target("branch-protection=bti"))) void
pauth_enable(const struct boot_info *boot)
{
	uint64_t key[2];

	if (!has_pauth() || boot->entropy_size < sizeof(key) ||
	    boot->entropy_size > BOOT_ENTROPY_MAX) {
		return;
	}
	memcpy(key, boot->entropy + boot->entropy_size - sizeof(key),
	       sizeof(key));
	apia_low_write(key[0]);
	apia_high_write(key[1]);
	isb();
	sctlr_write(sctlr_read() | SCTLR_PAUTH_A);
	isb();
}

static struct features features_find(void)
{
	return (struct features){
		.pan = id_field(mmfr1_read(), MMFR1_PAN),
		.bti = id_field(pfr1_read(), PFR1_BT),
		.pac = sctlr_read() & SCTLR_PAUTH_A,
		.absent = !id_field(pfr0_read(), PFR0_CSV3) &&
			  !id_field(mmfr2_read(), MMFR2_E0PD),
	};
}

static void features_init(void)
{
	features = features_find();
	/* A CPU with one of the later two has the first. */
	fmt(features_text, sizeof(features_text),
	    "%s%s%s%skernel %s user tables", features.pan ? "PAN" : "",
	    features.bti ? " BTI" : "", features.pac ? " PAC" : "",
	    features.pan ? ", " : "",
	    features.absent ? "absent from" : "present in");
}

static uint64_t sctlr_value(void)
{
	uint64_t value = SCTLR_MMU | SCTLR_DATA_CACHE | SCTLR_SP_ALIGNED |
			 SCTLR_NO_IT | SCTLR_NO_SETEND | SCTLR_EXIT_SYNC |
			 SCTLR_CODE_CACHE | SCTLR_EL0_ZERO | SCTLR_EL0_CTR |
			 SCTLR_EL0_WFE | SCTLR_WRITE_NO_EXEC |
			 SCTLR_NO_SCXTNUM | SCTLR_ENTRY_SYNC |
			 SCTLR_RESERVED_ONE;

	value |= features.pan ? 0 : SCTLR_SPAN;
	value |= features.bti ? SCTLR_BTI : 0;
	value |= features.pac ? SCTLR_PAUTH_A : 0;
	value |= id_field(mmfr1_read(), MMFR1_PAN) >= 3 ? SCTLR_PAN_EXECUTE : 0;
	return value;
}

static uint64_t tcr_value(void)
{
	uint64_t size = id_field(mmfr0_read(), MMFR0_PARANGE);
	uint64_t value = TCR_SIZE_0 | TCR_WALK_0 | TCR_SIZE_1 | TCR_WALK_1;

	value |= (size > TCR_PA_MAX ? TCR_PA_MAX : size) << TCR_PA_SHIFT;
	value |= arch_asid_count() > 256 ? TCR_ASID_16 : 0;
	value |= features.absent ? TCR_A1 : 0;
	value |= id_field(mmfr2_read(), MMFR2_E0PD) ? TCR_E0PD1 : 0;
	return value;
}

/* Everything about translation and its protections, at once. TTBR1_EL1 is
 * boot's table already, under ASID 0. */
static void protect(void)
{
	ttbr0_write(vspace_empty.a);
	isb();
	tcr_write(tcr_value());
	sctlr_write(sctlr_value());
	isb();
	/* TLBs may hold what the old values of these registers allowed. */
	__asm__ volatile("tlbi vmalle1; dsb nsh; isb" : : : "memory");
	if (features.pan) {
		__asm__ volatile(".arch_extension pan\n\tmsr pan, #1");
	}
}

uint64_t arch_cpu_prepare(struct cpu *cpu)
{
	cpu->stack_top = (uint64_t)&cpu_stacks[cpu->index][KERNEL_STACK_SIZE];
	return (uint64_t)_start_secondary;
}

/* What lies between the stacks: a stack that is too deep runs into the one of
 * the CPU before it. Below the first one the linker script leaves a hole. */
static void holes_make(void)
{
	for (uint32_t i = 0; i < KERNEL_CPUS_MAX; i++) {
		vspace_unmap_kernel(&cpu_stacks[i][KERNEL_STACK_SIZE]);
	}
}

static void machine_init(struct cpu *cpu, const struct boot_info *boot)
{
	CHECK((uint64_t)image_start == KERNEL_BASE);
	arch_cpu_prepare(cpu);
	features_init();
	vspace_machine_init(boot);
	holes_make();
}

void arch_cpu_init(struct cpu *cpu, const struct boot_info *boot)
{
	CHECK(cpu->index < KERNEL_CPUS_MAX);

	tpidr_el1_write((uint64_t)cpu);
	if (cpu->index == 0) {
		machine_init(cpu, boot);
	}
	struct features own = features_find();
	CHECK(memcmp(&own, &features, sizeof(own)) == 0);
	protect();
	if (features.absent) {
		trampoline_init(cpu, boot);
		vbar_write((uint64_t)vectors_absent);
	} else {
		vbar_write((uint64_t)vectors_present);
	}

	cpacr_write(0);
	cntkctl_write(CNTKCTL_EL0_VIRTUAL);
	contextidr_write(0);
	tpidr_el0_write(0);
	tpidrro_write(0);
	timer_stop();
	isb();
	gic_init(cpu, boot);
}

const char *arch_features(void)
{
	return features_text;
}

_Noreturn void arch_start(struct thread *thread)
{
	if (arch_cpu()->scratch[SCRATCH_TRAMPOLINE]) {
		exit_absent(thread);
	}
	exit_present(thread);
}

_Noreturn void arch_halt(void)
{
	__asm__ volatile("msr daifset, #15");
	for (;;) {
		__asm__ volatile("wfi");
	}
}
