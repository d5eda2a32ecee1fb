/* SPDX-License-Identifier: Apache-2.0 */
/* Instructions that are nano's, and those that tell of what is not the
 * kernel's; calls from where nobody may call. */

#include "helpers.h"

#include "common/assert.h"

#define ATTEMPT(name, text)                                           \
	static void name(uint64_t argument)                           \
	{                                                             \
		__asm__ volatile(text ::"a"(argument), "c"(0), "d"(0) \
				 : "memory");                         \
	}
ATTEMPT(do_vmrun, "vmrun %%rax")
ATTEMPT(do_vmload, "vmload %%rax")
ATTEMPT(do_vmsave, "vmsave %%rax")
ATTEMPT(do_stgi, "stgi")
ATTEMPT(do_clgi, "clgi")
ATTEMPT(do_skinit, "skinit")
ATTEMPT(do_invlpga, "invlpga %%rax, %%ecx")
ATTEMPT(do_invd, "invd")
ATTEMPT(do_wbinvd, "wbinvd")
ATTEMPT(do_rdpmc, "rdpmc")
ATTEMPT(do_monitor, "monitor")
ATTEMPT(do_mwait, "mwait")
ATTEMPT(do_monitorx, "monitorx")
ATTEMPT(do_mwaitx, "mwaitx")
ATTEMPT(do_rsm, "rsm")
ATTEMPT(do_rdpru, ".byte 0x0f, 0x01, 0xfd")
ATTEMPT(do_vmcall, "vmcall")
ATTEMPT(do_vmxoff, "vmxoff")
ATTEMPT(do_getsec, ".byte 0x0f, 0x37")
ATTEMPT(do_enclu, ".byte 0x0f, 0x01, 0xd7")

static bool instruction_refused(void (*attempt)(uint64_t argument))
{
	return machine_refused(ABI_NANO_COUNTER_INSTRUCTION, FAULT_UD, attempt,
			       attack_nano_page());
}

/* Refused by nano or, if the CPU has none or CR4 forbids it, by the CPU
 * itself: never done. */
static bool undefined(void (*attempt)(uint64_t argument), uint64_t argument)
{
	return attack_faults(attempt, argument) && fault_vector() == FAULT_UD;
}

static bool run_a_guest(void)
{
	return instruction_refused(do_vmrun) && undefined(do_skinit, 0) &&
	       instruction_refused(do_invlpga);
}

/* --- loading and saving state by physical address ------------------------------ */

#define MSR_LSTAR 0xc0000082u

static uint8_t saved[ABI_PAGE_SIZE] __attribute__((aligned(ABI_PAGE_SIZE)));

/* VMLOAD fills registers from any page; one of them can be read. */
static void load_nano(uint64_t page)
{
	uint64_t own = attack_physical(saved);

	do_vmsave(own);
	uint64_t before = rdmsr(MSR_LSTAR);
	do_vmload(page);
	uint64_t told = rdmsr(MSR_LSTAR);
	do_vmload(own);
	if (told != before) {
		attack_effect("VMLOAD read 0x%lx of nano's memory", told);
	}
}

static bool load_and_save(void)
{
	bool faulted = attack_faults(load_nano, attack_nano_page());

	return faulted && instruction_refused(do_vmload) &&
	       instruction_refused(do_vmsave);
}

/* --- holding interrupts back ------------------------------------------------------ */

/* With the global flag clear nothing comes, not even what nano sends. The timer
 * is armed before, because an exit would set the flag. */
static void hold_back(uint64_t unused)
{
	uint64_t before = machine_ticks;

	attack_call(ABI_HYPERCALL_irq_ack_and_arm, 0, 1000000);
	do_clgi(unused);
	machine_let_in(1000000);
	bool none = machine_ticks == before;
	do_stgi(unused);
	machine_let_in(1000);
	if (none && machine_ticks != before) {
		attack_effect("CLGI held an interrupt back, so also nano's");
	}
}

static bool global_interrupts(void)
{
	uint64_t before = machine_ticks;
	bool faulted = attack_faults(hold_back, 0);

	for (uint32_t i = 0; i < 10000000 && machine_ticks == before; i++) {
		machine_let_in(1);
	}
	attack_call(ABI_HYPERCALL_irq_ack_and_arm, ABI_TIMER_VECTOR_X86_64, 0);
	return faulted && instruction_refused(do_stgi) &&
	       instruction_refused(do_clgi);
}

/* --- caches, counters, waiting ------------------------------------------------------ */

static bool invd(void)
{
	return instruction_refused(do_invd);
}

static bool wbinvd(void)
{
	return instruction_refused(do_wbinvd);
}

static bool counter_instruction(void)
{
	return instruction_refused(do_rdpmc);
}

static bool waiting_instructions(void)
{
	uint64_t page = (uint64_t)attack_map(attack_boot->kernel_root, false);

	return undefined(do_monitor, page) && undefined(do_mwait, 0) &&
	       undefined(do_monitorx, page) && undefined(do_mwaitx, 0);
}

static uint32_t cpu_told;

static void do_rdtscp(uint64_t unused)
{
	uint32_t low, high;

	(void)unused;
	__asm__ volatile("rdtscp" : "=a"(low), "=d"(high), "=c"(cpu_told));
	attack_sink = (uint64_t)high << 32 | low;
}

/* Undefined, or, where the machine has no such intercept, the same number on
 * every CPU. */
static bool time_and_cpu(void)
{
	cpu_told = 0;
	bool refused = undefined(do_rdtscp, 0);

	if (cpu_told != 0) {
		attack_effect("RDTSCP tells that this is CPU %u", cpu_told);
	}
	return refused || cpu_told == 0;
}

static bool other_modes(void)
{
	return undefined(do_rsm, 0) && undefined(do_rdpru, 0) &&
	       undefined(do_vmcall, 0) && undefined(do_vmxoff, 0) &&
	       undefined(do_getsec, 0) && undefined(do_enclu, 0);
}

/* --- more register state ---------------------------------------------------------- */

#define CR4_OSXSAVE (1ull << 18)

static uint64_t cr4(void)
{
	uint64_t value;

	__asm__ volatile("mov %%cr4, %0" : "=r"(value));
	return value;
}

static void write_cr4(uint64_t value)
{
	__asm__ volatile("mov %0, %%cr4" ::"r"(value));
}

static void xsetbv(uint64_t value)
{
	__asm__ volatile("xsetbv" ::"a"((uint32_t)value), "d"(0), "c"(0));
}

/* With CR4's consent as well, which is the kernel's to give. QEMU 7.2 does not
 * ask for the intercept then; XCR0 is put back, and nano, which has no such
 * state, goes on. */
static bool more_state(void)
{
	uint64_t old = cr4();
	bool undefined_before = undefined(xsetbv, 7);

	if (!attack_faults(write_cr4, old | CR4_OSXSAVE)) {
		attack_faults(xsetbv, 3);
		bool answers = attack_nano_answers();
		attack_faults(xsetbv, 1);
		write_cr4(old);
		return undefined_before && answers;
	}
	return undefined_before;
}

/* --- calls from ring 3 -------------------------------------------------------------- */

static bool call_from_ring_3(void)
{
	return machine_refused(ABI_NANO_COUNTER_INSTRUCTION, FAULT_UD,
			       machine_enter_user, MACHINE_USER_NULL) &&
	       machine_fault_in_user();
}

/* Not the null call, which is answered before anything else. */
static bool arm_from_ring_3(void)
{
	uint64_t before = machine_ticks;
	bool refused = machine_refused(ABI_NANO_COUNTER_INSTRUCTION, FAULT_UD,
				       machine_enter_user, MACHINE_USER_ARM) &&
		       machine_fault_in_user();

	machine_let_in(100000);
	if (machine_ticks != before) {
		attack_effect("a timer ticks that ring 3 has armed");
		attack_call(ABI_HYPERCALL_irq_ack_and_arm,
			    ABI_TIMER_VECTOR_X86_64, 0);
	}
	return refused && machine_ticks == before;
}

static const struct attack attacks[] = {
	ATTACK("run a guest of one's own", "A2", run_a_guest),
	ATTACK("load and save state by physical address", "A1 A2",
	       load_and_save),
	ATTACK("hold interrupts back for all", "A2", global_interrupts),
	ATTACK("throw caches away", "A2", invd),
	ATTACK("write caches back", "A2", wbinvd),
	ATTACK("performance counters", "A2", counter_instruction),
	ATTACK("MONITOR and MWAIT", "A2", waiting_instructions),
	ATTACK("RDTSCP", "A2", time_and_cpu),
	ATTACK("instructions of other modes and makers", "A2", other_modes),
	ATTACK("more register state", "A2", more_state),
	ATTACK("call nano from ring 3", "A5", call_from_ring_3),
	ATTACK("arm the timer from ring 3", "A5", arm_from_ring_3),
};

const struct attack_group machine_instructions = ATTACK_GROUP(attacks);
