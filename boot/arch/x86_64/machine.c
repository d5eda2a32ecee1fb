/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The x86_64 machine: its serial port, what its CPU can do, and the way into
 * nano. Everything below 4 GiB is mapped at its physical address (entry.S).
 */

#include <arch/firmware.h>
#include <arch/regs.h>

#include "abi/layout.h"
#include "boot/arch.h"
#include "boot/ranges.h"
#include "common/string.h"
#include "common/types.h"

#define RSDP_SIZE      36u
#define EXCEPTIONS     32u
#define INTERRUPT_GATE 0x8eull
#define SENT_PATIENCE  100000u
#define RDRAND_TRIES   100u
#define MSR_VM_CR      0xc0010114u
#define VM_CR_SVMDIS   (1u << 4)
#define CPUID_SVM_LEAF 0x8000000au
#define CPUID_SVM      (1u << 2)  /* ecx of CPUID_FEATURES */
#define CPUID_NESTED   (1u << 0)  /* edx of CPUID_SVM_LEAF */
#define CPUID_RDRAND   (1u << 30) /* ecx of leaf 1 */

/* 16550: registers from its port on, and their bits. */
enum { UART_DATA = 0, UART_INTERRUPTS = 1, UART_FIFO = 2, UART_LINE = 3 };
enum { UART_MODEM = 4, UART_SCRATCH = 7 };
enum { UART_DLAB = 0x80, UART_8N1 = 3, UART_FIFO_ON = 7, UART_READY = 3 };

const struct boot_arch *const arch_self = &boot_x86_64;

extern uint8_t exception[], boot_start[], boot_end[];
_Noreturn void arch_switch(const struct boot_info *info, uint64_t root,
			   uint64_t entry);

static uint64_t console; /* its port; 0: none */

struct cpuid {
	uint32_t a, b, c, d;
};

static struct cpuid cpuid(uint32_t leaf)
{
	struct cpuid r;

	__asm__ volatile("cpuid"
			 : "=a"(r.a), "=b"(r.b), "=c"(r.c), "=d"(r.d)
			 : "a"(leaf), "c"(0));
	return r;
}

static void out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port));
}

static uint8_t in8(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

void *arch_memory(uint64_t address, uint64_t size)
{
	if (address == 0 || address >= boot_x86_64.reach ||
	    size > boot_x86_64.reach - address) {
		return NULL;
	}
	return (void *)(uintptr_t)address;
}

void arch_put(char c)
{
	if (!console) {
		return;
	}
	for (unsigned int i = 0; i < SENT_PATIENCE; i++) {
		if (in8(COM1_STATUS) & COM1_SENT_BIT) {
			break;
		}
	}
	out8(COM1, (uint8_t)c);
}

/* A serial port that keeps what is written to its scratch register is there. */
static void find_console(struct boot_info *info)
{
	static const uint8_t settings[][2] = {
		{ UART_INTERRUPTS, 0 },
		{ UART_LINE, UART_DLAB },
		{ UART_DATA, 1 }, /* 115200 baud */
		{ UART_INTERRUPTS, 0 },
		{ UART_LINE, UART_8N1 },
		{ UART_FIFO, UART_FIFO_ON },
		{ UART_MODEM, UART_READY },
	};

	for (uint8_t probe = 0x5a; probe <= 0xa5; probe += 0xa5 - 0x5a) {
		out8(COM1 + UART_SCRATCH, probe);
		if (in8(COM1 + UART_SCRATCH) != probe) {
			return;
		}
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(settings); i++) {
		out8((uint16_t)(COM1 + settings[i][0]), settings[i][1]);
	}
	console = COM1;
	info->console_kind = BOOT_CONSOLE_16550;
	info->console_address = COM1;
}

/* Any exception ends in one line. */
static void set_exceptions(void)
{
	static uint64_t gates[EXCEPTIONS][2];
	uint64_t to = (uint64_t)(uintptr_t)exception;
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) idt = { sizeof(gates) - 1,
					  (uint64_t)(uintptr_t)gates };

	for (unsigned int i = 0; i < EXCEPTIONS; i++) {
		gates[i][0] = (to & 0xffff) | CODE_SELECTOR << 16 |
			      INTERRUPT_GATE << 40 | (to >> 16 & 0xffff) << 48;
		gates[i][1] = to >> 32;
	}
	__asm__ volatile("lidt %0" ::"m"(idt));
}

static enum boot_fault check_cpu(void)
{
	uint32_t low, high;

	if ((cpuid(CPUID_FEATURES).c & CPUID_SVM) == 0) {
		return FAULT_NO_SVM;
	}
	if (cpuid(CPUID_EXTENDED).a < CPUID_SVM_LEAF ||
	    (cpuid(CPUID_SVM_LEAF).d & CPUID_NESTED) == 0) {
		return FAULT_NO_NESTED;
	}
	__asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(MSR_VM_CR));
	return (low & VM_CR_SVMDIS) ? FAULT_SVM_OFF : FAULT_NONE;
}

/* RDRAND says by the carry flag whether there was a word, which is else 0. */
static void read_entropy(struct boot_info *info, const char **name)
{
	uint32_t tries = (cpuid(1).c & CPUID_RDRAND) ? RDRAND_TRIES : 0;
	uint64_t word;
	bool good;

	*name = "rdrand";
	for (; tries && info->entropy_size < BOOT_ENTROPY_MAX; tries--) {
		__asm__ volatile("rdrand %0" : "=r"(word), "=@ccc"(good));
		memcpy(info->entropy + info->entropy_size, &word, sizeof(word));
		info->entropy_size += good ? (uint32_t)sizeof(word) : 0;
	}
}

enum boot_fault arch_describe(struct boot_info *info, uint64_t first,
			      uint64_t second, const char **entropy)
{
	/* multiboot2 hands over a copy in memory that we may overwrite. */
	static uint8_t rsdp[RSDP_SIZE];

	find_console(info);
	set_exceptions();

	enum boot_fault fault = check_cpu();
	fault = fault ? fault : loader_read(info, first, second);
	fault = fault ? fault : acpi_read(info, cpuid(1).b >> 24);
	if (fault == FAULT_NONE && first == LOADER_MULTIBOOT2) {
		memcpy(rsdp, arch_memory(info->rsdp, RSDP_SIZE), RSDP_SIZE);
		info->rsdp = (uint64_t)(uintptr_t)rsdp;
	}
	read_entropy(info, entropy);
	return fault ? fault
		     : ranges_claim(info, (uint64_t)(uintptr_t)boot_start,
				    (uint64_t)(uintptr_t)boot_end,
				    BOOT_RANGE_BOOT);
}

void arch_enter(const struct boot_info *info)
{
	arch_switch(info, info->nano_root, info->images[0].entry);
}

uint64_t arch_switch_page(void)
{
	return (uint64_t)(uintptr_t)arch_switch;
}

void arch_halt(void)
{
	for (;;) {
		__asm__ volatile("cli; hlt");
	}
}
