/* SPDX-License-Identifier: Apache-2.0 */
/* The machine of nano's unit tests; see fake.h. */

#include "fake.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/assert.h"
#include "nano/console.h"
#include "nano/own.h"

#define MAGIC       0xa5ull << 56
#define PRESENT     1ull
#define TABLE       2ull
#define ACCESS_BIT  2
#define ACCESS      (15ull << ACCESS_BIT)
#define KIND_BIT    6
#define KIND        (3ull << KIND_BIT)
#define LEVEL_BIT   8
#define LEVEL       (3ull << LEVEL_BIT)
#define ADDRESS     0x0000fffffffff000ull
#define STALE_LIMIT 65536

struct fake fake;

static uint8_t ram[FAKE_RAM_SIZE] __attribute__((aligned(ABI_LARGE_SIZE)));
static struct cpu cpus[BOOT_CPUS_MAX];
static struct spinlock *held; /* the lock at this moment, or NULL */
static jmp_buf end_of_run;
static bool running;

/* Entries that a TLB may still hold as they were. */
static struct stale {
	const uint64_t *entry;
	enum table_kind kind;
	uint64_t start, end; /* what the entry mapped, physical */
} stale[STALE_LIMIT];
static uint32_t stale_count;

/* The run is over, and with it whoever had a lock. */
static void let_go(void) __attribute__((no_thread_safety_analysis))
{
	if (held) {
		held->held = 0;
		held = NULL;
	}
}

static _Noreturn void end(enum fake_end how)
{
	if (!running) {
		fprintf(stderr, "%s\n", fake.console);
		abort();
	}
	let_go();
	longjmp(end_of_run, (int)how);
}

void fake_reset(void)
{
	memset(&fake, 0, sizeof(fake));
	memset(ram, 0, sizeof(ram));
	memset(cpus, 0, sizeof(cpus));
	fake.guest_levels = 4;
	let_go();
	stale_count = 0;
}

void *fake_memory(uint64_t pa)
{
	CHECK(pa >= FAKE_RAM_START && pa < FAKE_RAM_END);
	return ram + (pa - FAKE_RAM_START);
}

enum fake_end fake_run(void (*function)(void *argument), void *argument)
{
	CHECK(!running);
	running = true;

	volatile int how = setjmp(end_of_run);
	if (how == FAKE_RETURNED) {
		function(argument);
	}
	running = false;
	return (enum fake_end)how;
}

uint32_t fake_stale(void)
{
	return stale_count;
}

bool fake_said(const char *text)
{
	return strstr(fake.console, text) != NULL;
}

/* Another CPU's turn: what it does up to the kernel's world. */
static void come_up(void)
{
	struct cpu *cpu = fake.coming;
	uint32_t at = fake.at;

	fake.coming = NULL;
	fake.at = cpu->index;
	arch_cpu_init(cpu);
	cpu_come_up(cpu, fake.up_wrong);
	fake.at = at;
}

void arch_relax(void)
{
	CHECK(!held || console_over); /* a broken nano may have it */
	fake.relaxed++;
	if (fake.coming && fake.relaxed == fake.up_after) {
		come_up();
	}
	if (fake.on_relax) {
		fake.on_relax();
	}
}

/* nano takes one lock at a time; a second one is the start of a deadlock. */
void arch_lock(struct spinlock *lock) __attribute__((no_thread_safety_analysis))
{
	CHECK(!lock->held && !held);
	lock->held = 1;
	held = lock;
	fake.locks++;
}

bool arch_try_lock(struct spinlock *lock)
	__attribute__((no_thread_safety_analysis))
{
	if (lock->held || held || fake.lock_busy) {
		return false;
	}
	lock->held = 1;
	held = lock;
	fake.locks++;
	return true;
}

void arch_unlock(struct spinlock *lock)
	__attribute__((no_thread_safety_analysis))
{
	CHECK(lock->held && held == lock);
	lock->held = 0;
	held = NULL;
	if (fake.on_unlock) {
		fake.on_unlock();
	}
}

void *arch_window(paddr_t pa, uint64_t size)
{
	CHECK(pa.a >= FAKE_RAM_START && pa.a < FAKE_RAM_END);
	CHECK(size <= FAKE_RAM_END - pa.a);
	CHECK(pa.a + size <= fake.nano_start || pa.a >= fake.nano_end);
	return fake_memory(pa.a);
}

void arch_wipe(paddr_t pa, uint64_t size)
{
	CHECK(is_aligned(pa.a | size, ABI_PAGE_SIZE));
	memset(arch_window(pa, size), 0, size);
}

bool arch_console_early(const struct boot_info *boot)
{
	return boot->console_kind <= BOOT_CONSOLE_PL011 && !fake.no_console;
}

bool arch_console_put(char c, uint32_t *polls)
{
	CHECK(*polls > 0);
	if (fake.console_slow) {
		*polls -=
			*polls < fake.console_slow ? *polls : fake.console_slow;
		if (*polls == 0) {
			return false;
		}
	}
	if (fake.console_length + 1 < sizeof(fake.console)) {
		fake.console[fake.console_length++] = c;
	}
	return true;
}

void arch_console_move(const struct boot_info *boot)
{
	CHECK(!fake.activated);
	if (boot->console_kind == BOOT_CONSOLE_PL011) {
		own_map_device(boot->console_address, ABI_PAGE_SIZE);
	}
	fake.console_moved = true;
}

const char *arch_cpu_missing(void)
{
	return fake.missing;
}

uint32_t arch_device_access(const struct boot_info *boot, uint64_t start,
			    uint64_t end)
{
	const uint32_t access = TABLE_READ | TABLE_WRITE | TABLE_DEVICE;

	CHECK(start < end);
	if (start == boot->console_address) {
		return end - start == ABI_PAGE_SIZE ? access : 0;
	}
	for (uint32_t i = 0; i < ARRAY_SIZE(boot->irq_base); i++) {
		if (start >= boot->irq_base[i] &&
		    end <= boot->irq_base[i] + boot->irq_size[i]) {
			return access;
		}
	}
	return 0;
}

bool arch_device_extra(const struct boot_info *boot, uint32_t index,
		       struct boot_range *range, uint32_t *access)
{
	(void)boot;
	if (index >= fake.extra_count) {
		return false;
	}
	*range = (struct boot_range){
		.start = 0xfee00000ull + index * (uint64_t)ABI_PAGE_SIZE,
		.end = 0xfee01000ull + index * (uint64_t)ABI_PAGE_SIZE,
		.kind = BOOT_RANGE_DEVICE,
	};
	*access = TABLE_READ | TABLE_DEVICE;
	return true;
}

/* --- page tables -------------------------------------------------------------- */

static void check_entry(enum table_kind kind, uint64_t pte)
{
	CHECK(kind < TABLE_KIND_COUNT);
	CHECK(pte == 0 || (pte >> 56 == 0xa5 && (pte & PRESENT)));
	CHECK(pte == 0 || (pte & KIND) >> KIND_BIT == kind + 1u);
}

uint32_t arch_pte_levels(enum table_kind kind)
{
	return kind == TABLE_GUEST ? fake.guest_levels : 4;
}

uint64_t arch_pte_table(enum table_kind kind, paddr_t table)
{
	CHECK(is_aligned(table.a, ABI_PAGE_SIZE) && table.a <= ADDRESS);
	return MAGIC | table.a | (kind + 1ull) << KIND_BIT | TABLE | PRESENT;
}

uint64_t arch_pte_leaf(enum table_kind kind, paddr_t pa, uint32_t level,
		       uint32_t access)
{
	CHECK(level == 1 || level == 2);
	CHECK(is_aligned(pa.a, level == 2 ? ABI_LARGE_SIZE : ABI_PAGE_SIZE));
	CHECK(access != 0 && access < 16 && pa.a <= ADDRESS);
	CHECK(!(access & TABLE_DEVICE) || !(access & TABLE_EXECUTE));
	CHECK(kind != TABLE_OWN || !(access & TABLE_WRITE) ||
	      !(access & TABLE_EXECUTE));
	return MAGIC | pa.a | (uint64_t)level << LEVEL_BIT |
	       (kind + 1ull) << KIND_BIT | (uint64_t)access << ACCESS_BIT |
	       PRESENT;
}

bool arch_pte_present(enum table_kind kind, uint64_t pte)
{
	check_entry(kind, pte);
	return pte & PRESENT;
}

bool arch_pte_is_table(enum table_kind kind, uint64_t pte, uint32_t level)
{
	check_entry(kind, pte);
	CHECK(pte & PRESENT);
	CHECK((pte & TABLE) ? level > 1 : (pte & LEVEL) >> LEVEL_BIT == level);
	return pte & TABLE;
}

paddr_t arch_pte_address(enum table_kind kind, uint64_t pte)
{
	check_entry(kind, pte);
	CHECK(pte & PRESENT);
	return (paddr_t){ pte & ADDRESS };
}

uint32_t arch_pte_access(enum table_kind kind, uint64_t pte)
{
	check_entry(kind, pte);
	CHECK((pte & PRESENT) && !(pte & TABLE));
	return (uint32_t)((pte & ACCESS) >> ACCESS_BIT);
}

static bool is_stale(const uint64_t *entry)
{
	for (uint32_t i = 0; i < stale_count; i++) {
		if (stale[i].entry == entry) {
			return true;
		}
	}
	return false;
}

/* What becomes less permissive must be flushed; what is replaced by something
 * else must be absent, and flushed, in between. */
void arch_pte_write(uint64_t *entry, uint64_t pte)
{
	uint64_t old = *entry;
	const uint64_t same = ADDRESS | TABLE | LEVEL | KIND;

	CHECK((const uint8_t *)entry >= ram &&
	      (const uint8_t *)entry < ram + sizeof(ram));
	if ((old & PRESENT) && (pte & PRESENT)) {
		CHECK((old & same) == (pte & same)); /* break before make */
	}
	if (!(old & PRESENT)) {
		CHECK(!is_stale(entry)); /* flush before make */
	}
	if ((old & PRESENT) && (!(pte & PRESENT) || (old & ~pte & ACCESS))) {
		CHECK(stale_count < STALE_LIMIT);
		bool table = old & TABLE; /* all that it may lead to */
		uint64_t size = (old & LEVEL) >> LEVEL_BIT == 2 ? ABI_LARGE_SIZE
								: ABI_PAGE_SIZE;
		stale[stale_count++] = (struct stale){
			.entry = entry,
			.kind = ((old & KIND) >> KIND_BIT) == 1 ? TABLE_OWN
								: TABLE_GUEST,
			.start = table ? 0 : old & ADDRESS,
			.end = table ? table_limit(TABLE_GUEST)
				     : (old & ADDRESS) + size,
		};
	}
	*entry = pte;
}

/* Guest addresses are physical ones, so the range can be compared; of nano's
 * own tables everything of the kind is forgotten. */
bool arch_tlb_flush(enum table_kind kind, uint64_t start, uint64_t end)
{
	uint32_t kept = 0;

	CHECK(start <= end);
	fake.flushes++;
	for (uint32_t i = 0; i < stale_count; i++) {
		bool covered = kind == TABLE_OWN ||
			       (stale[i].start >= start && stale[i].end <= end);
		if (stale[i].kind != kind || !covered) {
			stale[kept++] = stale[i];
		}
	}
	stale_count = kept;
	return !fake.deaf;
}

/* --- nano's own address space, this CPU, the machine ------------------------------ */

/* Sections of an image at the start of nano's range: code, constants, data,
 * and a stack behind a guard page. */
bool arch_own_section(uint32_t index, struct own_section *section)
{
	static const struct {
		uint64_t start, end;
		uint32_t access;
	} pages[] = {
		{ 0, 4, TABLE_READ | TABLE_EXECUTE },
		{ 4, 6, TABLE_READ },
		{ 6, 9, TABLE_READ | TABLE_WRITE },
		{ 10, 14, TABLE_READ | TABLE_WRITE },
	};
	uint64_t base = (uint64_t)fake_memory(fake.nano_start);

	if (index >= ARRAY_SIZE(pages)) {
		return false;
	}
	section->start = base + pages[index].start * ABI_PAGE_SIZE;
	section->end = base + pages[index].end * ABI_PAGE_SIZE;
	section->access = pages[index].access;
	return true;
}

void arch_own_activate(paddr_t root)
{
	CHECK(fake.console_moved && !fake.activated);
	fake.activated = true;
	fake.own_root = root;
}

struct cpu *arch_cpu_at(uint32_t index)
{
	CHECK(index < BOOT_CPUS_MAX);
	return &cpus[index];
}

struct cpu *arch_cpu(void)
{
	CHECK(fake.cpu_inits > 0);
	return &cpus[fake.at];
}

void arch_cpu_init(struct cpu *cpu)
{
	CHECK(fake.activated && cpu == &cpus[fake.at]);
	fake.cpu_inits++;
}

uint64_t arch_cpu_pages(void)
{
	return FAKE_CPU_PAGES;
}

void arch_cpu_memory(struct cpu *cpu, paddr_t memory)
{
	CHECK(cpu != &cpus[0] && fake.activated);
	fake.stack_end[cpu->index] =
		own_map_stack(memory, FAKE_CPU_PAGES * (uint64_t)ABI_PAGE_SIZE);
}

status_t arch_cpu_start(struct cpu *cpu, bool again)
{
	CHECK(cpu != &cpus[0] && fake.closed && cpu->state == CPU_STARTING);
	CHECK(again == (fake.coming == cpu));
	if (fake.start_answer == ST_OK) {
		fake.kicks++;
		fake.coming = cpu;
	}
	return fake.start_answer;
}

_Noreturn void arch_cpu_park(void)
{
	CHECK(!held);
	end(FAKE_PARKED);
}

status_t arch_ipi(uint64_t mask)
{
	fake.interrupted = mask;
	return ST_OK;
}

const char *arch_machine_close(const struct boot_info *boot)
{
	(void)boot;
	CHECK(fake.activated && !fake.closed);
	fake.closed = true;
	return fake.close_wrong;
}

void arch_clock(struct boot_info *boot)
{
	boot->counter_hz = boot->counter_hz ? boot->counter_hz : 1000000000;
	boot->timer_hz = boot->timer_hz ? boot->timer_hz : 62500000;
}

const char *arch_machine_name(void)
{
	return "fake";
}

bool arch_dma_confined(void)
{
	return false;
}

void arch_guest_prepare(struct cpu *cpu, const struct guest_start *start)
{
	CHECK(fake.closed && cpu == &cpus[fake.at]);
	fake.start = *start;
}

_Noreturn void arch_guest_enter(struct cpu *cpu)
{
	CHECK(cpu == &cpus[fake.at] && fake.start.entry != 0 && !held);
	end(FAKE_ENTERED);
}

void arch_guest_inject(struct cpu *cpu, enum abi_nano_counter kind,
		       uint64_t address)
{
	CHECK(cpu == &cpus[fake.at] && kind != ABI_NANO_COUNTER_EXITS &&
	      kind != ABI_NANO_COUNTER_CALL && !held);
	fake.injections++;
	fake.injected = kind;
	fake.injected_address = address;
}

status_t arch_irq_ack_and_arm(struct cpu *cpu, uint64_t vector, uint64_t ticks)
{
	CHECK(cpu == &cpus[fake.at]);
	fake.acked = vector;
	fake.armed = ticks;
	return ST_OK;
}

_Noreturn void arch_power_off(void)
{
	end(FAKE_OFF);
}
