/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Descriptor tables and scratch page tables of the hostile kernel. The scratch
 * tables hang in the first entry of the top table that boot made, which is
 * free, because boot maps the kernel in the upper half only.
 */
#include "machine.h"

#include "common/assert.h"

#define PTE_PRESENT  (1ull << 0)
#define PTE_WRITE    (1ull << 1)
#define PTE_USER     (1ull << 2)
#define PTE_UNCACHED (3ull << 3)
#define PTE_LARGE    (1ull << 7)

#define ENTRIES 512
#define PAGE    __attribute__((aligned(ABI_PAGE_SIZE)))

/* Scratch addresses: all below 2 GiB, so that they are in two entries. */
#define SCRATCH_PAGE  0x0ull
#define SCRATCH_USER  0x1000ull
#define SCRATCH_LARGE 0x200000ull
#define SCRATCH_TABLE 0x400000ull
#define SCRATCH_HUGE  0x40000000ull

/* Descriptors (AMD64 manual volume 2, 4.8). */
#define CODE      0x00af9b000000ffffull
#define DATA      0x00cf93000000ffffull
#define USER_DATA 0x00cff3000000ffffull
#define USER_CODE 0x00affb000000ffffull
#define TSS       0x0000890000000000ull
#define GATE      0x8e0000000000ull

struct table_pointer {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

struct tss {
	uint32_t zero;
	uint32_t rsp[6];
	uint32_t rest[18];
	uint32_t io_map;
};

extern const uint8_t exception_stubs[FAULT_COUNT][STUB_SIZE];
extern const char timer_stub[], ipi_stub[];
extern const char user_code[], user_null[], user_null_call[], user_arm[],
	user_arm_call[];

void machine_unexpected(void);

struct machine_start machine_start;

static uint64_t level3[ENTRIES] PAGE, level2[ENTRIES] PAGE;
static uint64_t level1[ENTRIES] PAGE;
static uint64_t own_top[ENTRIES] PAGE, own_level3[ENTRIES] PAGE,
	own_level2[ENTRIES] PAGE;
static uint64_t gates[256][2];
static uint64_t gdt[7];
static struct tss tss;
static uint8_t trap_stack[ABI_PAGE_SIZE] PAGE;

void attack_flush(void)
{
	uint64_t root;

	__asm__ volatile("mov %%cr3, %0\n\tmov %0, %%cr3"
			 : "=r"(root)::"memory");
}

uint64_t attack_physical(const volatile void *p)
{
	for (uint32_t i = 0; i < attack_boot->image_count; i++) {
		const struct boot_image *image = &attack_boot->images[i];

		if (image->kind == BOOT_IMAGE_KERNEL) {
			return (uint64_t)p - image->virtual_address +
			       image->address;
		}
	}
	CHECK(!"the hand-over tells where we are");
	return 0;
}

volatile void *attack_map(uint64_t pa, bool device)
{
	level1[SCRATCH_PAGE / ABI_PAGE_SIZE] =
		pa | PTE_PRESENT | PTE_WRITE | (device ? PTE_UNCACHED : 0);
	attack_flush();
	return (volatile void *)SCRATCH_PAGE;
}

uint64_t machine_map_large(uint64_t pa, uint32_t level)
{
	uint64_t size = level == 3 ? SCRATCH_HUGE : ABI_LARGE_SIZE;
	uint64_t base = level == 3 ? SCRATCH_HUGE : SCRATCH_LARGE;
	uint64_t *entry = level == 3 ? &level3[1] : &level2[1];

	*entry = align_down(pa, size) | PTE_PRESENT | PTE_WRITE | PTE_LARGE;
	attack_flush();
	return base + pa % size;
}

uint64_t machine_use_table(uint64_t pa)
{
	level2[SCRATCH_TABLE / ABI_LARGE_SIZE] = pa | PTE_PRESENT | PTE_WRITE;
	attack_flush();
	return SCRATCH_TABLE;
}

uint64_t machine_own_root(void)
{
	const uint64_t table = PTE_PRESENT | PTE_WRITE;
	uint64_t image = attack_physical((const void *)KERNEL_BASE);

	own_top[0] = attack_physical(level3) | table;
	own_top[ENTRIES - 1] = attack_physical(own_level3) | table;
	own_level3[ENTRIES - 2] = attack_physical(own_level2) | table;
	own_level2[0] = image | table | PTE_LARGE;
	return attack_physical(own_top);
}

static uint64_t user_place(const char *label)
{
	return SCRATCH_USER + (uint64_t)(label - user_code);
}

void machine_enter_user(uint64_t what)
{
	uint64_t pc =
		user_place(what == MACHINE_USER_ARM ? user_arm : user_null);

	__asm__ volatile("pushq %0\n\t"
			 "pushq $0\n\t"
			 "pushq $2\n\t"
			 "pushq %1\n\t"
			 "pushq %2\n\t"
			 "iretq" ::"i"(SELECTOR_USER_DATA),
			 "i"(SELECTOR_USER_CODE), "r"(pc)
			 : "memory");
}

bool machine_fault_in_user(void)
{
	return attack_fault.pc == user_place(user_null_call) ||
	       attack_fault.pc == user_place(user_arm_call);
}

void machine_unexpected(void)
{
	attack_note("exception %u at 0x%lx, syndrome 0x%lx, address 0x%lx",
		    fault_vector(), attack_fault.pc, attack_fault.syndrome,
		    attack_fault.address);
	panic("an exception outside every attempt", __FILE__, __LINE__);
}

static void set_gate(uint32_t vector, const void *stub)
{
	uint64_t address = (uint64_t)stub;

	gates[vector][0] = (address & 0xffff) | SELECTOR_CODE << 16 | GATE |
			   (address >> 16 & 0xffff) << 48;
	gates[vector][1] = address >> 32;
}

/* The tables are the same on every CPU, and so is the task state: one CPU at a
 * time uses them. Loading the task register marks it as in use, which is undone
 * here by writing it anew. */
static void load_descriptors(void)
{
	uint64_t base = (uint64_t)&tss;
	uint64_t stack = (uint64_t)trap_stack + sizeof(trap_stack);
	struct table_pointer gdtr = { sizeof(gdt) - 1, (uint64_t)gdt };
	struct table_pointer idtr = { sizeof(gates) - 1, (uint64_t)gates };

	tss.rsp[0] = (uint32_t)stack;
	tss.rsp[1] = (uint32_t)(stack >> 32);
	gdt[SELECTOR_CODE / 8] = CODE;
	gdt[SELECTOR_DATA / 8] = DATA;
	gdt[SELECTOR_USER_DATA / 8] = USER_DATA;
	gdt[SELECTOR_USER_CODE / 8] = USER_CODE;
	gdt[SELECTOR_TSS / 8] = TSS | (sizeof(tss) - 1) |
				(base & 0xffffff) << 16 |
				(base >> 24 & 0xff) << 56;
	gdt[SELECTOR_TSS / 8 + 1] = base >> 32;
	for (uint32_t i = 0; i < FAULT_COUNT; i++) {
		set_gate(i, exception_stubs[i]);
	}
	set_gate(ABI_TIMER_VECTOR_X86_64, timer_stub);
	set_gate(ABI_IPI_VECTOR_X86_64, ipi_stub);
	__asm__ volatile("lgdt %0\n\tlidt %1\n\tltr %w2" ::"m"(gdtr), "m"(idtr),
			 "r"(SELECTOR_TSS)
			 : "memory");
}

void attack_machine_init(void)
{
	uint64_t *top = (uint64_t *)(KERNEL_WINDOW + attack_boot->kernel_root);

	load_descriptors();
	if (top[0] != 0) {
		return; /* not the first CPU */
	}
	level1[SCRATCH_USER / ABI_PAGE_SIZE] =
		attack_physical(user_code) | PTE_PRESENT | PTE_USER;
	level2[0] =
		attack_physical(level1) | PTE_PRESENT | PTE_WRITE | PTE_USER;
	level3[0] =
		attack_physical(level2) | PTE_PRESENT | PTE_WRITE | PTE_USER;
	top[0] = attack_physical(level3) | PTE_PRESENT | PTE_WRITE | PTE_USER;
	attack_flush();
}

void attack_relax(void)
{
	__asm__ volatile("pause");
}

void attack_console_byte(char byte)
{
	__asm__ volatile("outb %0, %1" ::"a"(byte), "Nd"((uint16_t)0x3f8));
}

uint64_t attack_clock(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence\n\trdtsc\n\tlfence"
			 : "=a"(low), "=d"(high)::"memory");
	return (uint64_t)high << 32 | low;
}

void attack_spin(uint64_t turns)
{
	__asm__ volatile("1:\tdec %0\n\tjnz 1b" : "+r"(turns)::"cc");
}
