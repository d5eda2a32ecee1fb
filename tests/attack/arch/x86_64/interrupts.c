/* SPDX-License-Identifier: Apache-2.0 */
/* The interrupt controllers of a PC and other devices in memory: who can write
 * to them restarts CPUs in host mode or has devices write memory. */

#include "helpers.h"

#include "common/assert.h"

#define LAPIC_VERSION  0x030
#define LAPIC_PRIORITY 0x080
#define LAPIC_ICR      0x300
#define LAPIC_ICR_TO   0x310

/* Words of the interrupt command register (AMD64 manual volume 2, 16.5). */
#define ICR_FIXED  0x4000u
#define ICR_SMI    0x4200u
#define ICR_NMI    0x4400u
#define ICR_INIT   0x4500u
#define ICR_START  0x4600u
#define ICR_OTHERS 0xc0000u

static uint32_t write_value;

static void write_word(uint64_t address)
{
	*(volatile uint32_t *)address = write_value;
}

static uint64_t lapic_address(void)
{
	return (uint64_t)attack_map(attack_boot->irq_base[0], true);
}

static bool signal_refused(uint64_t id, uint32_t command)
{
	uint64_t lapic = lapic_address();

	write_value = (uint32_t)id << 24;
	bool to = machine_refused(ABI_NANO_COUNTER_MEMORY, FAULT_GP, write_word,
				  lapic + LAPIC_ICR_TO);
	write_value = command;
	return machine_refused(ABI_NANO_COUNTER_MEMORY, FAULT_GP, write_word,
			       lapic + LAPIC_ICR) &&
	       to;
}

/* The task priority is the kernel's to have, so it is tried first: a change of
 * it is seen and harms nobody. */
static bool priority_changed(uint64_t lapic)
{
	volatile uint32_t *priority =
		(volatile uint32_t *)(lapic + LAPIC_PRIORITY);
	uint32_t old = *priority;

	write_value = 0x10;
	if (attack_faults(write_word, lapic + LAPIC_PRIORITY)) {
		return false;
	}

	uint32_t now = *priority;
	*priority = old;
	if (now != old) {
		attack_effect("the local APIC's priority was %u and is %u", old,
			      now);
	}
	return true;
}

static bool lapic_is_read_only(void)
{
	uint64_t lapic = lapic_address();

	if (attack_faults(attack_read_word, lapic + LAPIC_VERSION)) {
		attack_note("the local APIC cannot be read");
		return false;
	}
	if (priority_changed(lapic)) {
		return false;
	}
	write_value = ICR_INIT;
	for (uint64_t r = 0; r < ABI_PAGE_SIZE; r += 0x10) {
		if (!machine_refused(ABI_NANO_COUNTER_MEMORY, FAULT_GP,
				     write_word, lapic + r)) {
			attack_note("register 0x%lx", r);
			return false;
		}
	}
	return true;
}

/* An interrupt of our own to ourselves, which nano has not sent. */
static bool send_to_self(void)
{
	uint64_t before = machine_ipis;
	bool refused = signal_refused(attack_boot->cpus[0],
				      ICR_FIXED | ABI_IPI_VECTOR_X86_64);

	machine_let_in(1000);
	if (machine_ipis != before) {
		attack_effect("an interrupt came that nano had not sent");
		attack_call(ABI_HYPERCALL_irq_ack_and_arm,
			    ABI_IPI_VECTOR_X86_64, 0);
	}
	return refused && machine_ipis == before;
}

/* A CPU that INIT stops would go on in host mode, at an address we name. */
static bool restart_second(void)
{
	if (!attack_second_beats()) {
		return false;
	}

	bool refused = signal_refused(attack_boot->cpus[1], ICR_INIT) &&
		       signal_refused(attack_boot->cpus[1], ICR_START | 1) &&
		       signal_refused(attack_boot->cpus[1], ICR_SMI);
	if (!attack_second_beats()) {
		attack_effect_last("INIT took the second CPU from nano");
	}
	return refused;
}

static bool nmi_to_second(void)
{
	return signal_refused(attack_boot->cpus[1], ICR_NMI) &&
	       signal_refused(0xff, ICR_NMI | ICR_OTHERS) &&
	       attack_second_beats();
}

static bool ioapic_is_absent(void)
{
	return attack_read_refused(attack_boot->irq_base[1], true) &&
	       attack_write_refused(attack_boot->irq_base[1], true);
}

/* Flash, HPET, TPM and PCI windows: what q35 has between RAM and 4 GiB. */
static bool devices_are_absent(void)
{
	static const uint64_t pages[] = {
		0xb0000000, 0xe0000000, 0xfed00000,   0xfed1c000,
		0xfed40000, 0xfed80000, 0xfed90000,   0xfee01000,
		0xffc00000, 0xfffff000, 0xe000000000,
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(pages); i++) {
		if (!attack_read_refused(pages[i], true) ||
		    !attack_write_refused(pages[i], true)) {
			attack_note("page 0x%lx", pages[i]);
			return false;
		}
	}
	return true;
}

static bool ack_refused(uint64_t vector, uint64_t ticks)
{
	return attack_call(ABI_HYPERCALL_irq_ack_and_arm, vector, ticks)
		       .status == ST_BAD_ARGUMENT;
}

/* The one interrupt there is works, once; no other can be had. */
static bool only_the_timer(void)
{
	uint64_t before = machine_ticks;
	struct attack_result armed =
		attack_call(ABI_HYPERCALL_irq_ack_and_arm, 0, 1000);

	for (uint32_t i = 0; i < 1000000 && machine_ticks == before; i++) {
		machine_let_in(1);
	}
	if (armed.status != ST_OK || machine_ticks != before + 1) {
		attack_note("status %lu, %lu ticks", armed.status,
			    machine_ticks - before);
		return false;
	}

	bool bad = ack_refused(2, 0) && ack_refused(0x21, 0) &&
		   ack_refused(ABI_TIMER_VECTOR_X86_64 + 256, 0) &&
		   ack_refused(UINT64_MAX, 0) && ack_refused(0, 1ull << 32);
	bool ended = attack_call(ABI_HYPERCALL_irq_ack_and_arm,
				 ABI_TIMER_VECTOR_X86_64, 0)
			     .status == ST_OK;
	return bad && ended && ack_refused(ABI_TIMER_VECTOR_X86_64, 0);
}

static bool take_one_ipi(void)
{
	uint64_t before = machine_ipis;

	for (uint32_t i = 0; i < 100000000 && machine_ipis == before; i++) {
		machine_let_in(1);
	}

	bool other = ack_refused(ABI_TIMER_VECTOR_X86_64, 0);
	bool ended = attack_call(ABI_HYPERCALL_irq_ack_and_arm,
				 ABI_IPI_VECTOR_X86_64, 0)
			     .status == ST_OK;
	if (machine_ipis != before + 1 || !other || !ended) {
		attack_note("%lu interrupts, ended %u", machine_ipis - before,
			    ended);
	}
	return machine_ipis == before + 1 && other && ended &&
	       ack_refused(ABI_IPI_VECTOR_X86_64, 0);
}

/* It comes once, to that CPU only, with its own vector; nobody gets it twice
 * for one call that names both. */
bool attack_interrupt_second(void)
{
	bool both = attack_call(ABI_HYPERCALL_ipi, 2, 0).status == ST_OK &&
		    attack_on_second(take_one_ipi) &&
		    attack_call(ABI_HYPERCALL_ipi, 3, 0).status == ST_OK &&
		    take_one_ipi() && attack_on_second(take_one_ipi);
	uint64_t before = machine_ipis;

	for (uint32_t i = 0; i < 1000; i++) {
		machine_let_in(1);
	}
	return both && machine_ipis == before &&
	       attack_call(ABI_HYPERCALL_ipi, 0, 0).status == ST_OK;
}

static const struct attack attacks[] = {
	ATTACK("write to each register of the local APIC", "A2",
	       lapic_is_read_only),
	ATTACK("send an interrupt to oneself", "A2", send_to_self),
	ATTACK("I/O APIC", "A2", ioapic_is_absent),
	ATTACK("other devices in memory", "A2", devices_are_absent),
	ATTACK("have another interrupt than the timer's", "A2", only_the_timer),
};

const struct attack_group machine_interrupts = ATTACK_GROUP(attacks);

static const struct attack with_second[] = {
	ATTACK("NMI to the second CPU", "A2", nmi_to_second),
	ATTACK("INIT, start-up signal and SMI to the second CPU", "A2",
	       restart_second),
};

const struct attack_group attack_machine_cpus = ATTACK_GROUP(with_second);
