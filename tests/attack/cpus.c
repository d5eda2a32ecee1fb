/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attacks with several CPUs. Once the second one runs it does what the first
 * tells it, one job at a time while the first waits; so every attack of the
 * machine is tried on it as well. What it finds at its own start is one of them.
 * CPUs behind it help where all call nano at the same time.
 */

#include "attack.h"

#include "abi/layout.h"
#include "common/assert.h"

#define SECOND     1
#define TRIES      40000u      /* calls of cpu_start */
#define WAIT_LIMIT 4000000000u /* turns of a loop that waits for a CPU */
#define BEAT_LIMIT 3000000u    /* turns in which the second CPU shows a sign */
#define ARGUMENT   0x0123456789abcdefull

#define ROUNDS     500 /* of calls that all CPUs make at once */
#define DERIVED    3   /* authorities of each CPU, then */
#define STACK_SIZE 4096

enum { JOB_NONE, JOB_POSTED, JOB_DONE };

static struct {
	uint32_t state; /* JOB_* */
	bool (*what)(void);
	bool result;
} job;

uint32_t attack_beat;

static volatile uint64_t came_with; /* the argument of the second CPU's start */
static uint32_t flooding, ending, calling;

/* CPUs behind the second. */
static struct helper {
	uint8_t stack[STACK_SIZE];
	uint32_t round; /* of the storm that it has ended */
	uint64_t wrong; /* answers, in all */
} __attribute__((aligned(16))) helpers[BOOT_CPUS_MAX];
static uint32_t storm; /* counts them */
static uint64_t derived[BOOT_CPUS_MAX][DERIVED];

static uint32_t load(const uint32_t *at)
{
	return __atomic_load_n(at, __ATOMIC_ACQUIRE);
}

static void store(uint32_t *at, uint32_t value)
{
	__atomic_store_n(at, value, __ATOMIC_RELEASE);
}

/* Whether *at becomes `value` before long. */
bool attack_becomes(const uint32_t *at, uint32_t value)
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

bool attack_second_beats(void)
{
	uint32_t before = load(&attack_beat);

	for (uint32_t i = 0; i < BEAT_LIMIT; i++) {
		if (load(&attack_beat) != before) {
			return true;
		}
		attack_relax();
	}
	return false;
}

_Noreturn void attack_cpu_main(uint64_t argument)
{
	attack_machine_init();
	came_with = argument;
	for (;;) {
		while (load(&job.state) != JOB_POSTED) {
			store(&attack_beat, attack_beat + 1);
			attack_relax();
		}
		job.result = job.what();
		store(&job.state, JOB_DONE);
	}
}

void attack_second_begin(bool (*what)(void))
{
	job.what = what;
	store(&job.state, JOB_POSTED);
}

bool attack_second_end(bool *result)
{
	bool ended = attack_becomes(&job.state, JOB_DONE);

	*result = ended && job.result;
	store(&job.state, JOB_NONE);
	return ended;
}

bool attack_on_second(bool (*what)(void))
{
	bool result;

	attack_second_begin(what);
	return attack_second_end(&result) && result;
}

struct attack_result attack_start(uint64_t index, uint64_t entry,
				  uint64_t argument)
{
	const uint64_t arguments[6] = { index, entry, argument };
	struct attack_result got = { ST_AGAIN, 0 };

	for (uint32_t i = 0; i < TRIES && got.status == ST_AGAIN; i++) {
		uint64_t cost =
			attack_cost(ABI_HYPERCALL_cpu_start, arguments, &got);

		if (cost > attack_start_cost) {
			attack_start_cost = cost;
		}
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
	struct attack_result got =
		attack_start(SECOND, entry_of_ours(), ARGUMENT);

	if (got.status != ST_OK || got.value != 0) {
		attack_note("status %lu, value 0x%lx", got.status, got.value);
		return false;
	}
	return attack_on_second(attack_nano_answers) && came_with == ARGUMENT;
}

/* Restarting a CPU that runs would run it twice in nano's one structure of it. */
static bool start_twice(void)
{
	attack_start(SECOND, entry_of_ours(), ARGUMENT + 1);
	for (uint32_t i = 0; i < TRIES && came_with == ARGUMENT; i++) {
		attack_relax();
	}
	if (came_with != ARGUMENT) {
		attack_effect_last("the second CPU began once more, with 0x%lx",
				   came_with);
	}

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

/* --- all at once ---------------------------------------------------------------- */

/* Calls of every kind that is quick; the answers must be what one CPU alone
 * gets. Each round is refused twice. Returns how many were wrong. */
static uint64_t call_many(uint64_t *handles)
{
	uint64_t authority = attack_boot->authority, wrong = 0;
	const uint64_t derive[6] = { authority, UINT64_MAX, UINT64_MAX };

	for (uint64_t i = 0; i < ROUNDS; i++) {
		wrong += attack_call(ABI_HYPERCALL_null, i, i).status != ST_OK;
		wrong += attack_call(ABI_HYPERCALL_interface_query, authority,
				     ABI_HYPERCALL_ipi)
				 .value != ABI_HYPERCALL_ipi;
		wrong += attack_call(ABI_HYPERCALL_counter, i + 1000, 0)
				 .status != ST_BAD_ARGUMENT;
		wrong += attack_call(ABI_HYPERCALL_interface_query, ~i, i)
				 .status != ST_NOT_FOUND;
	}
	for (uint32_t i = 0; i < DERIVED; i++) {
		struct attack_result got =
			attack_call_all(ABI_HYPERCALL_interface_derive, derive);

		handles[i] = got.value;
		wrong += got.status != ST_OK;
	}
	return wrong;
}

/* In nano most of the time, and interrupting the one that switches off. */
static _Noreturn void call_for_ever(void)
{
	for (;;) {
		attack_call(ABI_HYPERCALL_counter, 0, 0);
		attack_call(ABI_HYPERCALL_ipi, 1, 0);
		store(&calling, 1);
	}
}

_Noreturn void attack_helper_main(uint64_t stack)
{
	struct helper *self =
		(struct helper *)(stack - sizeof(self->stack)); // NOLINT

	for (;;) {
		uint32_t now = load(&storm);

		if (now != self->round) {
			self->wrong += call_many(derived[self - helpers]);
			store(&self->round, now);
		}
		if (load(&ending) && (self - helpers) % 2) {
			call_for_ever();
		}
		attack_relax();
	}
}

/* They do next to nothing at their start, so the cost is that of nano. */
static bool start_the_others(void)
{
	attack_start_cost = 0;
	for (uint32_t i = SECOND + 1; i < attack_boot->cpu_count; i++) {
		uint64_t stack = (uint64_t)helpers[i].stack + STACK_SIZE;
		struct attack_result got =
			attack_start(i, (uint64_t)attack_helper_entry, stack);

		if (got.status != ST_OK) {
			attack_note("CPU %u: status %lu", i, got.status);
			return false;
		}
	}
	return true;
}

static bool second_in_the_storm(void)
{
	return call_many(derived[SECOND]) == 0;
}

/* No authority was given to two. */
static bool all_differ(void)
{
	const uint64_t *all = derived[0];

	for (uint32_t i = 0; i < attack_boot->cpu_count * DERIVED; i++) {
		for (uint32_t j = 0; j < i; j++) {
			if (all[i] == all[j]) {
				attack_note("authority 0x%lx twice", all[i]);
				return false;
			}
		}
	}
	return true;
}

static bool all_at_once(void)
{
	uint64_t before = attack_counter(ABI_NANO_COUNTER_CALL);
	uint64_t want = before + 2ull * ROUNDS * attack_boot->cpu_count;

	store(&storm, storm + 1);
	attack_second_begin(second_in_the_storm);
	uint64_t wrong = call_many(derived[0]);
	bool right, ended = attack_second_end(&right);
	wrong += !right;
	for (uint32_t i = SECOND + 1; i < attack_boot->cpu_count && ended;
	     i++) {
		ended = attack_becomes(&helpers[i].round, storm);
		wrong += helpers[i].wrong;
	}

	uint64_t after = attack_counter(ABI_NANO_COUNTER_CALL);
	if (wrong || after != want) {
		attack_note("%lu wrong, %lu refused, not %lu", wrong,
			    after - before, want - before);
	}
	return ended && wrong == 0 && after == want && all_differ();
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
	attack_becomes(&flooding, 1);
	store(&ending, 1);
	if (attack_boot->cpu_count > SECOND + 2) {
		attack_becomes(&calling, 1);
	}
}

static const struct attack cpus[] = {
	ATTACK("start a CPU that does not exist", "A28", no_such_cpu),
	ATTACK("start a CPU outside the kernel", "A28", no_such_entry),
	ATTACK("start the CPU that runs", "A28", running_cpu),
	ATTACK("interrupt CPUs that do not run", "A2", interrupt_nobody),
	ATTACK("start the second CPU", "A28", start_second),
	ATTACK("start it twice", "A28", start_twice),
	ATTACK("second CPU: read nano's first page", "A1", confined_to_read),
	ATTACK("second CPU: write nano's first page", "A1", confined_to_write),
	ATTACK("interrupt the second CPU", "A2", attack_interrupt_second),
	ATTACK("start all other CPUs", "A28", start_the_others),
	ATTACK("all CPUs call nano at once", "A5 A14 A16", all_at_once),
};

const struct attack_group attack_cpus = ATTACK_GROUP(cpus);
