/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The fake machine, for host tests of everything in kernel/ that is not
 * below arch/. It has memory, page tables, a console through a fake nano, and
 * remembers what the kernel asked of it; it never does nothing silently.
 */

#include <arch/fake.h>
#include <arch/switch.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/assert.h"
#include "kernel/entry.h"
#include "kernel/state.h"
#include "kernel/vspace.h"

#define RUBBISH     0xa5
#define PTE_MARK    0xfa00000000000000ull
#define PTE_PRESENT 1ull
#define PTE_TABLE   2ull
#define PTE_DEVICE  4ull
#define PTE_LARGE   2048ull
#define PTE_ACCESS  8 /* shift of ABI_ACCESS_* */
#define PTE_ADDRESS 0x0000fffffffff000ull

/* What arch_cpu_prepare() hands through nano, not to be looked behind. */
#define FAKE_ENTRY  0xe4741000ull
#define FAKE_STACKS 0x57ac0000ull

struct fake fake;

void fake_reset(void)
{
	uint8_t *ram = fake.ram;

	if (!ram) {
		ram = aligned_alloc(ABI_LARGE_SIZE, FAKE_RAM_SIZE);
		CHECK(ram);
	}
	fake_reserved_show(true);
	memset(ram, RUBBISH, FAKE_RAM_SIZE);
	memset(&fake, 0, sizeof(fake));
	fake.ram = ram;
	fake.end_status = -1;
	fake.asid_count = KERNEL_ASIDS_MAX;
	fake.page_bits_max = ABI_HUGE_BITS;
	memset(&state, 0, sizeof(state));
	fake_tlb_reset();
}

/* --- memory -------------------------------------------------------------- */

void *arch_window(paddr_t pa)
{
	CHECK(pa.a >= FAKE_RAM_START && pa.a - FAKE_RAM_START < FAKE_RAM_SIZE);
	return fake.ram + (pa.a - FAKE_RAM_START);
}

paddr_t arch_window_address(const void *p)
{
	const uint8_t *byte = p;

	CHECK(byte >= fake.ram && byte < fake.ram + FAKE_RAM_SIZE);
	return (paddr_t){ FAKE_RAM_START + (uint64_t)(byte - fake.ram) };
}

bool arch_pte_present(uint64_t pte)
{
	CHECK(pte == 0 || (pte & PTE_MARK) == PTE_MARK);
	return pte & PTE_PRESENT;
}

uint64_t arch_pte_table(paddr_t table)
{
	const uint64_t *entries = arch_window(table);

	for (unsigned int i = 0; i < 512; i++) {
		CHECK(entries[i] == 0); /* a table starts empty */
	}
	return table.a | PTE_MARK | PTE_PRESENT | PTE_TABLE;
}

uint64_t arch_pte_page(paddr_t page, uint32_t access, bool device)
{
	CHECK(is_aligned(page.a, ABI_PAGE_SIZE));
	CHECK(access && !(access & ~7u));
	return page.a | PTE_MARK | PTE_PRESENT |
	       ((uint64_t)access << PTE_ACCESS) | (device ? PTE_DEVICE : 0);
}

uint64_t arch_pte_large(paddr_t page, uint32_t access, bool device)
{
	CHECK(is_aligned(page.a, ABI_LARGE_SIZE));
	CHECK(!(access & ABI_ACCESS_EXECUTE));
	return arch_pte_page(page, access, device) | PTE_LARGE;
}

bool arch_pte_is_table(uint64_t pte)
{
	CHECK(arch_pte_present(pte));
	return pte & PTE_TABLE;
}

paddr_t arch_pte_address(uint64_t pte)
{
	CHECK(arch_pte_present(pte));
	return (paddr_t){ pte & PTE_ADDRESS };
}

uint32_t fake_pte_access(uint64_t pte)
{
	CHECK(arch_pte_present(pte) && !(pte & PTE_TABLE));
	return (uint32_t)(pte >> PTE_ACCESS & 7);
}

bool fake_pte_is_large(uint64_t pte)
{
	return arch_pte_present(pte) && pte & PTE_LARGE;
}

bool fake_pte_is_table(uint64_t pte)
{
	return arch_pte_present(pte) && pte & PTE_TABLE;
}

uint64_t arch_vspace_init(paddr_t top, uint16_t asid)
{
	CHECK(is_aligned(top.a, ABI_PAGE_SIZE));
	(void)arch_pte_table(top);
	return top.a | asid;
}

/* As on a machine whose TLBs only their own CPU reaches. */
void arch_tlb_flush(const struct vspace *vspace, uint64_t start, uint64_t end)
{
	CHECK(vspace->asid && start < end);
	fake.flushes++;
	fake.flush_asid = vspace->asid;
	fake.flush_start = start;
	fake.flush_end = end;
	fake_tlb_flush(vspace->asid, start, end);
	for (uint32_t i = 0; i < KERNEL_CPUS_MAX; i++) {
		fake.cpus[i].is_stale |=
			i != fake.cpu && state.cpus[i].vspace == vspace;
	}
	cpu_flush_others(vspace);
	for (uint32_t i = 0; i < KERNEL_CPUS_MAX; i++) {
		CHECK(!fake.cpus[i].is_stale || !state.cpus[i].vspace);
	}
}

void arch_vspace_forget(const struct vspace *vspace)
{
	if (arch_cpu()->vspace == vspace) {
		arch_cpu()->vspace = NULL;
	}
	for (uint32_t i = 0; i < KERNEL_CPUS_MAX; i++) {
		CHECK(state.cpus[i].vspace != vspace);
	}
	fake_tlb_flush(vspace->asid, USER_START, USER_END);
}

void arch_tlb_forget(void)
{
	fake.cpus[fake.cpu].is_stale = false;
	fake.cpus[fake.cpu].forgets++;
}

void arch_table_filled(void)
{
}

uint32_t arch_asid_count(void)
{
	return (uint32_t)fake.asid_count;
}

uint32_t arch_page_bits_max(void)
{
	return fake.page_bits_max;
}

void arch_code_written(paddr_t start, uint64_t size)
{
	(void)arch_window(start);
	CHECK(size == ABI_PAGE_SIZE);
	fake.code_written = start.a;
}

/* --- threads ------------------------------------------------------------- */

void arch_cpu_init(struct cpu *cpu, const struct boot_info *boot)
{
	CHECK(cpu == arch_cpu() && boot == state.boot);
	fake.cpus[fake.cpu].running = cpu->current;
}

uint64_t arch_cpu_prepare(struct cpu *cpu)
{
	cpu->stack_top = FAKE_STACKS + cpu->index;
	return FAKE_ENTRY;
}

const char *arch_features(void)
{
	return "fake";
}

struct cpu *arch_cpu(void)
{
	return &state.cpus[fake.cpu];
}

void arch_relax(void)
{
	CHECK(fake.relax);
	fake.relax();
}

void arch_start(struct thread *thread)
{
	CHECK(thread == fake.cpus[fake.cpu].running);
	if (fake.cpu != 0) {
		longjmp(fake.cpus[fake.cpu].entered, 1);
	}
	fake.started = thread;
	longjmp(fake.back, 1);
}

static bool is_zero(const void *p, size_t size)
{
	const uint8_t *bytes = p;

	while (size && !bytes[size - 1]) {
		size--;
	}
	return size == 0;
}

void arch_context_init(struct arch_context *context)
{
	CHECK(is_zero(context, sizeof(*context)));
	context->is_user = 1;
}

void arch_context_init_idle(struct arch_context *context, struct cpu *cpu)
{
	CHECK(is_zero(context, sizeof(*context)) && cpu);
	context->is_user = 2;
}

void arch_vector_init(struct arch_vector *vector)
{
	CHECK(is_zero(vector, sizeof(*vector)));
	vector->is_ready = FAKE_VECTOR_READY;
}

/* The registers of a thread that runs are in its CPU, not in its context. */
static void check_is_saved(const struct arch_context *context)
{
	for (uint32_t i = 0; i < KERNEL_CPUS_MAX; i++) {
		const struct thread *running = fake.cpus[i].running;
		CHECK(!running || &running->context != context);
	}
}

status_t arch_context_set(struct arch_context *context,
			  const uint64_t registers[4])
{
	check_is_saved(context);
	if (registers[0] >= USER_END || registers[1] > USER_END) {
		return ST_BAD_ARGUMENT;
	}
	context->pc = registers[0];
	context->sp = registers[1];
	context->argument = registers[2];
	context->tls = registers[3];
	return ST_OK;
}

void arch_context_rewind(struct arch_context *context)
{
	CHECK(context->is_user == 1);
	context->pc -= FAKE_CALL_BYTES;
	fake.rewinds++;
}

void arch_context_get(const struct arch_context *context, uint64_t registers[4])
{
	check_is_saved(context);
	registers[0] = context->pc;
	registers[1] = context->sp;
	registers[2] = context->argument;
	registers[3] = context->tls;
}

/* Hardware would run anything; only a thread that can run may be switched to. */
void arch_switch(struct cpu *cpu, struct thread *from, struct thread *to)
{
	struct fake_cpu *self = &fake.cpus[fake.cpu];

	CHECK(cpu == arch_cpu() && state.lock.next != state.lock.serving);
	CHECK(from == self->running && to != from);
	if (to->flags & THREAD_IDLE) {
		CHECK(to->context.is_user == 2);
		CHECK(to == &state.idle_threads[fake.cpu]);
		CHECK(!to->vspace);
		cpu->vspace = NULL;
		self->is_stale = false;
	} else {
		check_is_saved(&to->context); /* and nobody runs it */
		CHECK(to->state == ABI_THREAD_READY);
		CHECK(to->context.is_user == 1 && to->vspace && to->capnode);
		CHECK(to->vector.is_ready == FAKE_VECTOR_READY);
		if (cpu->vspace != to->vspace) {
			cpu->vspace = to->vspace;
			self->is_stale = false;
		}
		CHECK(!self->is_stale);
	}
	self->running = to;
	self->switches++;
}

void arch_forget(struct thread *thread)
{
	check_is_saved(&thread->context);
}

/* --- time and devices ---------------------------------------------------- */

uint64_t arch_counter(void)
{
	return ++fake.now;
}

uint64_t arch_counter_hz(void)
{
	return 1000000000;
}

void arch_timer_arm(uint64_t ticks)
{
	CHECK(ticks);
	fake.cpus[fake.cpu].timer = ticks;
}

void arch_ipi(uint64_t cpus)
{
	CHECK(state.lock.next != state.lock.serving);
	CHECK(cpus && !(cpus & ~state.online) && !(cpus >> fake.cpu & 1));
	for (uint32_t i = 0; i < KERNEL_CPUS_MAX; i++) {
		if (cpus >> i & 1) {
			fake.cpus[i].is_interrupted = true;
			fake.cpus[i].interrupts++;
		}
	}
}

status_t arch_port_read(uint16_t port, uint32_t bytes, uint64_t *value)
{
	CHECK(bytes == 1 || bytes == 2 || bytes == 4);
	fake.port = port;
	*value = fake.port_value;
	return ST_OK;
}

status_t arch_port_write(uint16_t port, uint32_t bytes, uint64_t value)
{
	CHECK(bytes == 1 || bytes == 2 || bytes == 4);
	fake.port = port;
	fake.port_value = value;
	return ST_OK;
}

/* --- nano ---------------------------------------------------------------- */

static void end(int status)
{
	fake.end_status = status;
	if (!fake.expects_end) {
		fprintf(stderr, "%.*s", (int)fake.console_length, fake.console);
		abort();
	}
	longjmp(fake.back, 1);
}

static struct nano_result console_write(const uint64_t arguments[6])
{
	CHECK(arguments[0] >= 1 && arguments[0] <= 40);
	if (fake.is_operational) {
		return (struct nano_result){ ST_BAD_STATE, 0 };
	}
	if (fake.console_length + arguments[0] >= FAKE_CONSOLE_SIZE) {
		fputs("fake: the console is full\n", stderr);
		abort(); /* panic() would want to print */
	}

	uint64_t taken =
		arguments[0]; /* a slow device: some, or none for now */
	if (fake.slow_console) {
		taken = fake.slow_console++ % 3;
	}
	taken = taken < arguments[0] ? taken : arguments[0];
	memcpy(fake.console + fake.console_length, &arguments[1], taken);
	fake.console_length += taken;
	return (struct nano_result){ taken ? ST_OK : ST_AGAIN, taken };
}

/* As on a machine: the CPU runs until it has entered its idle thread; then the caller goes on. */
static status_t cpu_start(const uint64_t arguments[6])
{
	uint32_t caller = fake.cpu, index = (uint32_t)arguments[0];
	struct fake_cpu *started = &fake.cpus[index];
	struct cpu *cpu = (struct cpu *)arguments[2];

	CHECK(arguments[0] < state.boot->cpu_count && index != caller);
	CHECK(arguments[1] == FAKE_ENTRY && cpu == &state.cpus[index]);
	CHECK(cpu->stack_top == FAKE_STACKS + index);
	if (started->is_started) {
		return ST_BUSY;
	}
	if (fake.slow) {
		fake.slow--;
		return ST_AGAIN;
	}
	started->is_started = true;
	if (fake.deaf >> index & 1) {
		return ST_OK;
	}
	fake.cpu = index;
	if (setjmp(started->entered) == 0) {
		kernel_secondary(cpu);
	}
	fake.cpu = caller;
	return ST_OK;
}

struct nano_result arch_nano_call(enum abi_hypercall number,
				  const uint64_t arguments[6])
{
	switch (number) {
	case ABI_HYPERCALL_console_write:
		return console_write(arguments);
	case ABI_HYPERCALL_cpu_start:
		return (struct nano_result){ cpu_start(arguments), 0 };
	case ABI_HYPERCALL_operational:
		CHECK(!fake.is_operational);
		fake.is_operational = true;
		return (struct nano_result){ ST_OK, 0 };
	case ABI_HYPERCALL_power_off:
		end((int)arguments[0]);
		return (struct nano_result){ ST_OK, 0 };
	case ABI_HYPERCALL_counter:
		if (arguments[0] >= ABI_NANO_COUNTER_COUNT) {
			return (struct nano_result){ ST_BAD_ARGUMENT, 0 };
		}
		return (struct nano_result){ ST_OK, 100 + arguments[0] };
	case ABI_HYPERCALL_reservation_make:
	case ABI_HYPERCALL_revoke_start:
	case ABI_HYPERCALL_revoke_finish:
		return fake_reservation_call(number, arguments);
	default:
		panic("not a nano call of the kernel's", __FILE__, __LINE__);
	}
}

void arch_halt(void)
{
	end(-2);
	abort();
}
