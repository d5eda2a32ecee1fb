/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attacks with a second CPU. Once it runs it does what the first one tells it,
 * one job at a time while the first waits; so every attack of the machine is
 * tried on it as well. What it finds at its own start is one of them.
 */

#include "attack.h"

#include "abi/layout.h"
#include "common/assert.h"

#define SECOND     1
#define TRIES      20000u      /* calls of cpu_start */
#define WAIT_LIMIT 4000000000u /* turns of a loop that waits for a CPU */
#define ARGUMENT   0x0123456789abcdefull

enum { JOB_NONE, JOB_POSTED, JOB_DONE };

static struct {
	uint32_t state; /* JOB_* */
	bool (*what)(void);
	bool result;
} job;

static uint64_t came_with; /* the argument of the second CPU's start */
static uint32_t flooding;

static uint32_t load(const uint32_t *at)
{
	return __atomic_load_n(at, __ATOMIC_ACQUIRE);
}

static void store(uint32_t *at, uint32_t value)
{
	__atomic_store_n(at, value, __ATOMIC_RELEASE);
}

/* Whether *at becomes `value` before long. */
static bool becomes(const uint32_t *at, uint32_t value)
{
	for (uint32_t i = 0; i < WAIT_LIMIT; i++) {
		if (load(at) == value) {
			return true;
		}
		attack_relax();
	}
	attack_note("the second CPU does not answer");
	return false;
}

_Noreturn void attack_cpu_main(uint64_t argument)
{
	attack_machine_init();
	came_with = argument;
	for (;;) {
		while (load(&job.state) != JOB_POSTED) {
			attack_relax();
		}
		job.result = job.what();
		store(&job.state, JOB_DONE);
	}
}

bool attack_on_second(bool (*what)(void))
{
	job.what = what;
	store(&job.state, JOB_POSTED);

	bool ended = becomes(&job.state, JOB_DONE);
	store(&job.state, JOB_NONE);
	return ended && job.result;
}

static struct attack_result start(uint64_t index, uint64_t entry,
				  uint64_t argument)
{
	const uint64_t arguments[6] = { index, entry, argument };
	struct attack_result got = { ST_AGAIN, 0 };

	for (uint32_t i = 0; i < TRIES && got.status == ST_AGAIN; i++) {
		got = attack_call_all(ABI_HYPERCALL_cpu_start, arguments);
	}
	return got;
}

static bool start_refused(uint64_t index, uint64_t entry, status_t status)
{
	const uint64_t arguments[6] = { index, entry, 0 };

	return attack_call_refused(ABI_HYPERCALL_cpu_start, arguments, status);
}

static uint64_t entry_of_ours(void)
{
	return (uint64_t)attack_cpu_entry;
}

static bool no_such_cpu(void)
{
	uint64_t entry = entry_of_ours();

	return start_refused(attack_boot->cpu_count, entry, ST_BAD_ARGUMENT) &&
	       start_refused(BOOT_CPUS_MAX, entry, ST_BAD_ARGUMENT) &&
	       start_refused(1ull << 32 | SECOND, entry, ST_BAD_ARGUMENT) &&
	       start_refused(UINT64_MAX, entry, ST_BAD_ARGUMENT);
}

static bool no_such_entry(void)
{
	return start_refused(SECOND, 0, ST_BAD_ARGUMENT) &&
	       start_refused(SECOND, attack_nano_page(), ST_BAD_ARGUMENT) &&
	       start_refused(SECOND, NANO_BASE_X86_64, ST_BAD_ARGUMENT) &&
	       start_refused(SECOND, NANO_BASE_AARCH64, ST_BAD_ARGUMENT) &&
	       start_refused(SECOND, KERNEL_WINDOW, ST_BAD_ARGUMENT);
}

static bool running_cpu(void)
{
	return start_refused(0, entry_of_ours(), ST_BUSY);
}

static bool interrupt_refused(uint64_t mask)
{
	const uint64_t arguments[6] = { mask };

	return attack_call_refused(ABI_HYPERCALL_ipi, arguments,
				   ST_BAD_ARGUMENT);
}

/* Before the second CPU runs. */
static bool interrupt_nobody(void)
{
	return interrupt_refused(1ull << SECOND) && interrupt_refused(3) &&
	       interrupt_refused(1ull << 63) && interrupt_refused(UINT64_MAX);
}

static bool start_second(void)
{
	struct attack_result got = start(SECOND, entry_of_ours(), ARGUMENT);

	if (got.status != ST_OK || got.value != 0) {
		attack_note("status %lu, value 0x%lx", got.status, got.value);
		return false;
	}
	return attack_on_second(attack_nano_answers) && came_with == ARGUMENT;
}

static bool start_twice(void)
{
	const uint64_t same[6] = { SECOND, entry_of_ours(), ARGUMENT };

	return start_refused(SECOND, entry_of_ours(), ST_BUSY) &&
	       attack_call_refused(ABI_HYPERCALL_cpu_start, same, ST_BUSY) &&
	       attack_on_second(running_cpu);
}

static bool second_reads_nano(void)
{
	return attack_read_refused(attack_nano_page(), false);
}

static bool second_writes_nano(void)
{
	return attack_write_refused(attack_nano_page(), false);
}

static bool confined_to_read(void)
{
	return attack_on_second(second_reads_nano);
}

static bool confined_to_write(void)
{
	return attack_on_second(second_writes_nano);
}

/* --- the end ------------------------------------------------------------------ */

static bool flood(void)
{
	store(&flooding, 1);
	for (;;) {
		attack_console_byte('\n');
	}
}

void attack_flood(void)
{
	job.what = flood;
	store(&job.state, JOB_POSTED);
	becomes(&flooding, 1);
}

const struct attack attack_cpus[] = {
	{ "start a CPU that does not exist", "A28", no_such_cpu },
	{ "start a CPU outside the kernel", "A28", no_such_entry },
	{ "start the CPU that runs", "A28", running_cpu },
	{ "interrupt CPUs that do not run", "A2", interrupt_nobody },
	{ "start the second CPU", "A28", start_second },
	{ "start it twice", "A28", start_twice },
	{ "second CPU: read nano's first page", "A1", confined_to_read },
	{ "second CPU: write nano's first page", "A1", confined_to_write },
	{ "interrupt the second CPU", "A2", attack_interrupt_second },
};

const uint32_t attack_cpus_count = ARRAY_SIZE(attack_cpus);
