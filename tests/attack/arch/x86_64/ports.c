/* SPDX-License-Identifier: Apache-2.0 */
/*
 * I/O ports. Most of what a PC has behind them changes memory, CPUs or
 * interrupts without asking any page table, so all but the console's are
 * nano's. What is open is written out here by hand.
 */

#include "helpers.h"

#include "common/assert.h"

#define NOTHING_BYTE 0xffu
#define NOTHING_LONG 0xffffffffu

static void in_byte(uint64_t port)
{
	uint8_t value;

	__asm__ volatile("inb %w1, %0" : "=a"(value) : "d"(port));
	attack_sink = value;
}

static void in_word(uint64_t port)
{
	uint16_t value;

	__asm__ volatile("inw %w1, %0" : "=a"(value) : "d"(port));
	attack_sink = value;
}

static void in_long(uint64_t port)
{
	uint32_t value;

	__asm__ volatile("inl %w1, %0" : "=a"(value) : "d"(port));
	attack_sink = value;
}

/* Value in the upper half of the argument. */
static void out_byte(uint64_t argument)
{
	__asm__ volatile("outb %b0, %w1" ::"a"(argument >> 32), "d"(argument));
}

static void out_long(uint64_t argument)
{
	__asm__ volatile("outl %k0, %w1" ::"a"(argument >> 32), "d"(argument));
}

static void out_zero(uint64_t port)
{
	out_byte(port);
	attack_sink = NOTHING_BYTE;
}

static void out_string(uint64_t port)
{
	uint64_t zero = 0;
	const uint64_t *from = &zero;
	uint64_t count = 2;

	__asm__ volatile("rep outsl"
			 : "+S"(from), "+c"(count)
			 : "d"(port)
			 : "memory");
}

static uint16_t string[8];

static void in_string(uint64_t port)
{
	void *to = string;
	uint64_t count = ARRAY_SIZE(string);

	__asm__ volatile("rep insw"
			 : "+D"(to), "+c"(count)
			 : "d"(port)
			 : "memory");
}

static bool port_refused(void (*attempt)(uint64_t argument), uint64_t port,
			 uint64_t value)
{
	return machine_refused(ABI_NANO_COUNTER_PORT, FAULT_GP, attempt,
			       value << 32 | port);
}

static uint8_t read_port(uint64_t port)
{
	attack_sink = NOTHING_BYTE;
	attack_faults(in_byte, port);
	return (uint8_t)attack_sink;
}

/* Writes a register through its port, looks whether it is different then, and
 * puts it back. `index`, if not zero, is written to the port before it first. */
static bool register_refused(uint64_t port, uint8_t index, uint8_t change)
{
	bool refused = true;

	if (index != 0) {
		refused = port_refused(out_byte, port - 1, index);
	}

	uint8_t old = read_port(port), value = old ^ change;
	refused = port_refused(out_byte, port, value) && refused;

	uint8_t now = refused ? old : read_port(port);
	if (now != old) {
		attack_faults(out_byte, port | (uint64_t)old << 32);
		attack_effect("register %u of port 0x%lx was 0x%x and is 0x%x",
			      index, port, old, now);
	}
	return refused;
}

/* --- devices that write memory ------------------------------------------------ */

/* The DMA of fw_cfg knows no page tables: it gets physical addresses. */
static volatile struct {
	uint32_t control, length;
	uint64_t address;
} request __attribute__((aligned(16)));

#define DMA_READ_ITEM_0 0x0a /* select item 0, the signature, and read it */
#define DMA_SIZE        4

static bool dma_refused(uint64_t to)
{
	uint64_t pa = attack_physical(&request);

	request.control = __builtin_bswap32(DMA_READ_ITEM_0);
	request.length = __builtin_bswap32(DMA_SIZE);
	request.address = __builtin_bswap64(to);

	bool high = port_refused(out_long, 0x514,
				 __builtin_bswap32((uint32_t)(pa >> 32)));
	bool low =
		port_refused(out_long, 0x518, __builtin_bswap32((uint32_t)pa));
	return high && low &&
	       request.control == __builtin_bswap32(DMA_READ_ITEM_0);
}

/* First at a word of ours, to see that it works, then at nano. */
static bool fw_cfg_dma(void)
{
	static volatile uint32_t word;
	bool good = dma_refused(attack_physical(&word)) &&
		    port_refused(out_string, 0x518, 0) &&
		    port_refused(in_byte, 0x511, 0);

	good = dma_refused(attack_nano_page()) && good;
	if (word != 0) {
		attack_effect("0x%x came to memory by its physical address",
			      word);
	}
	return good;
}

/* Without address line 20 the second MiB shows the first. The line is off for
 * two instructions, which need tables that lie where it does not matter. */
static uint64_t read_without_a20(const volatile uint64_t *at)
{
	uint64_t value, old;

	__asm__ volatile("mov %%cr3, %1\n\t"
			 "mov %3, %%cr3\n\t"
			 "outb %%al, $0x92\n\t"
			 "movq (%2), %0\n\t"
			 "movb $2, %%al\n\t"
			 "outb %%al, $0x92\n\t"
			 "mov %1, %%cr3"
			 : "=&r"(value), "=&r"(old)
			 : "r"(at), "r"(machine_own_root()), "a"(0)
			 : "memory");
	return value;
}

static void look_without_a20(uint64_t at)
{
	const volatile uint64_t *word = (const volatile uint64_t *)at;
	uint64_t before = *word, without;

	out_byte(0x92 | 2ull << 32); /* faults here if it does at all */
	without = read_without_a20(word);
	if (without != before) {
		attack_effect("0x%lx of the first MiB shows in the second",
			      without);
	}
}

static bool a20_and_reset(void)
{
	uint64_t page = (uint64_t)attack_map(0x100000 + 0x400, false) + 0x400;

	if (!attack_faults(look_without_a20, page)) {
		return false; /* the rest would reset the machine */
	}
	return port_refused(out_byte, 0x92, 0) &&
	       port_refused(out_byte, 0x92, 1) &&
	       port_refused(out_byte, 0x64, 0xd1) &&
	       port_refused(out_byte, 0x60, 0xdd) &&
	       port_refused(out_byte, 0x64, 0xfe) &&
	       port_refused(out_byte, 0xcf9, 6);
}

/* Who can make a device bus master has it write where it likes. Tried with the
 * SATA controller that every q35 has, bus 0, device 31, function 2. */
static bool pci_configuration(void)
{
	const uint64_t select = 0x8000fa04ull << 32 | 0xcf8;
	bool refused = port_refused(out_long, 0xcf8, 0x80000000) &&
		       port_refused(in_long, 0xcfc, 0) &&
		       port_refused(out_byte, 0xcfe, 0);

	attack_sink = NOTHING_LONG;
	attack_faults(out_long, select);
	attack_faults(in_long, 0xcfc);

	uint64_t old = attack_sink & 0xffff;
	refused = port_refused(out_long, 0xcfc, old | 6) && refused;
	attack_sink = old;
	attack_faults(in_long, 0xcfc);
	if ((attack_sink & 0xffff) != old) {
		attack_effect("a device's command was 0x%lx and is 0x%lx", old,
			      attack_sink & 0xffff);
		attack_faults(out_long, old << 32 | 0xcfc);
	}
	return refused;
}

/* --- firmware, power, the old devices -------------------------------------------- */

/* Where firmware goes on after a reset; what SMM would do. */
static bool cmos(void)
{
	return register_refused(0x71, 0x0f, 0x0a);
}

static bool system_management(void)
{
	return register_refused(0xb3, 0, 0x55) &&
	       port_refused(out_byte, 0xb2, 0);
}

static bool power(void)
{
	bool refused = port_refused(in_word, 0x604, 0);

	attack_sink = NOTHING_BYTE;
	attack_faults(in_long, 0x608);
	if (attack_sink != NOTHING_BYTE) {
		attack_effect("the power management timer says 0x%lx",
			      attack_sink);
	}
	return refused && attack_sink == NOTHING_BYTE &&
	       port_refused(out_long, 0x604, 0x2000);
}

static bool old_interrupts(void)
{
	return register_refused(0x21, 0, 0x01) &&
	       register_refused(0xa1, 0, 0x01) &&
	       port_refused(out_byte, 0x20, 0x11) &&
	       port_refused(out_byte, 0xa0, 0x11);
}

static bool old_timer(void)
{
	return register_refused(0x61, 0, 0x03) &&
	       port_refused(out_byte, 0x43, 0x34) &&
	       port_refused(out_byte, 0x40, 1);
}

static bool old_dma(void)
{
	return register_refused(0x87, 0, 0x55) &&
	       port_refused(out_byte, 0x0b, 0x44) &&
	       port_refused(out_byte, 0x0a, 0);
}

/* Disks of old, video, the debug ports of emulators and boards. */
static bool other_devices(void)
{
	static const uint64_t ports[] = {
		0x80,  0xe9,  0xed,  0xf4,  0x170, 0x177, 0x1f0, 0x1f7, 0x2f8,
		0x376, 0x378, 0x3b4, 0x3c0, 0x3d4, 0x3f2, 0x3f6, 0x402, 0x501,
	};

	for (uint32_t i = 0; i < ARRAY_SIZE(ports); i++) {
		if (!port_refused(in_byte, ports[i], 0) ||
		    !port_refused(out_byte, ports[i], 0)) {
			attack_note("port 0x%lx", ports[i]);
			return false;
		}
	}
	return true;
}

/* --- every port ------------------------------------------------------------------ */

/* An access is refused if any of its bytes is. */
static bool ports_by_the_edge(void)
{
	return port_refused(in_word, 0x3f7, 0) &&
	       port_refused(in_word, 0x3ff, 0) &&
	       port_refused(in_long, 0x3fd, 0) &&
	       port_refused(in_long, 0x3f5, 0) &&
	       port_refused(in_word, 0xffff, 0);
}

/* With the operand in memory and a count; memory stays what it was. */
static bool string_accesses(void)
{
	bool refused = port_refused(in_string, 0x1f0, 0) &&
		       port_refused(in_string, 0x3ff, 0) &&
		       port_refused(out_string, 0xcfc, 0) &&
		       port_refused(out_string, 0x3fd, 0);

	for (uint32_t i = 0; i < ARRAY_SIZE(string); i++) {
		if (string[i] != 0) {
			attack_effect("a string of words came in: 0x%x",
				      string[i]);
			return false;
		}
	}
	return refused;
}

static bool is_console(uint64_t port)
{
	return port >= 0x3f8 && port < 0x400;
}

static bool every_port(void)
{
	return machine_all_refused(&(struct machine_sweep){
		.counter = ABI_NANO_COUNTER_PORT,
		.attempt = in_byte,
		.end = 0x10000,
		.allowed = is_console,
		.nothing = NOTHING_BYTE,
	});
}

static bool every_port_write(void)
{
	return machine_all_refused(&(struct machine_sweep){
		.counter = ABI_NANO_COUNTER_PORT,
		.attempt = out_zero,
		.end = 0x10000,
		.allowed = is_console,
		.nothing = NOTHING_BYTE,
	});
}

/* nano's lines still come out: this one's result is the proof. */
static bool console_left_in_a_mess(void)
{
	out_byte(0x3f9 | 0x0full << 32); /* all interrupts */
	out_byte(0x3fc | 0x10ull << 32); /* loopback */
	out_byte(0x3fb | 0x80ull << 32); /* the divisor instead of data */
	out_byte(0x3f8);
	return true;
}

static const struct attack attacks[] = {
	ATTACK("write nano's memory through fw_cfg", "A2", fw_cfg_dma),
	ATTACK("PCI configuration", "A2", pci_configuration),
	ATTACK("CMOS, where firmware starts again", "A2", cmos),
	ATTACK("system management", "A2", system_management),
	ATTACK("power management", "A2", power),
	ATTACK("the old interrupt controllers", "A2", old_interrupts),
	ATTACK("the old timer and the speaker", "A2", old_timer),
	ATTACK("the old DMA controllers", "A2", old_dma),
	ATTACK("other devices behind ports", "A2", other_devices),
	ATTACK("accesses that begin or end at an open port", "A2",
	       ports_by_the_edge),
	ATTACK("string accesses", "A2", string_accesses),
	ATTACK("leave the console in a mess", "A2", console_left_in_a_mess),
	ATTACK("switch address line 20, reset", "A2", a20_and_reset),
	SWEEP("read every other port", "A2", every_port),
	SWEEP("write every other port", "A2", every_port_write),
};

const struct attack_group machine_ports = ATTACK_GROUP(attacks);
