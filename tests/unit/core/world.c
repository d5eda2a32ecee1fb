/* SPDX-License-Identifier: Apache-2.0 */
/* The kernel below core; see world.h. */

#include "world.h"

#include <string.h>
#include <sys/mman.h>

#include <arch/fake.h>
#include <tess/internal.h>
#include <tess/syscall.h>

#include "core/alloc.h"
#include "core/machine.h"
#include "core/server.h"
#include "core/space.h"
#include "kernel/cpu.h"
#include "kernel/entry.h"
#include "kernel/state.h"

#define KERNEL_PA  FAKE_RAM_START
#define TABLES_PA  (KERNEL_PA + 0x200000)
#define CORE_PA    (TABLES_PA + 0x10000)
#define ARCHIVE_PA (CORE_PA + 0x10000)
#define RAM_PA     (ARCHIVE_PA + 0x10000)

#define CONSOLE_SIZE 65536

uint64_t world_calls;
char world_console[CONSOLE_SIZE];
size_t world_console_length;

static void *window; /* the page of the fake machine that core sees */

void arch_console_write(const char *bytes, size_t size)
{
	assert_true(world_console_length + size < CONSOLE_SIZE);
	memcpy(world_console + world_console_length, bytes, size);
	world_console_length += size;
	world_console[world_console_length] = 0;
}

static struct boot_info *make_boot_info(void)
{
	struct boot_info *boot = arch_window((paddr_t){ TABLES_PA });

	*boot = (struct boot_info){
		.magic = BOOT_INFO_MAGIC,
		.version = BOOT_INFO_VERSION,
		.size = sizeof(*boot),
		.range_count = 5,
		.ranges = {
			{ KERNEL_PA, TABLES_PA, BOOT_RANGE_KERNEL, 0 },
			{ TABLES_PA, CORE_PA, BOOT_RANGE_TABLES, 0 },
			{ CORE_PA, ARCHIVE_PA, BOOT_RANGE_CORE, 0 },
			{ ARCHIVE_PA, RAM_PA, BOOT_RANGE_ARCHIVE, 0 },
			{ RAM_PA, FAKE_RAM_START + FAKE_RAM_SIZE,
			  BOOT_RANGE_RAM, 0 },
		},
		.image_count = 1,
		.images = { {
			.kind = BOOT_IMAGE_CORE,
			.address = CORE_PA,
			.size = ABI_PAGE_SIZE,
			.virtual_address = CORE_BASE,
			.entry = CORE_BASE,
			.segment_count = 1,
			.segments = { { 0, ABI_PAGE_SIZE,
					ABI_ACCESS_READ | ABI_ACCESS_EXECUTE,
					0 } },
		} },
		.archive = ARCHIVE_PA,
		.archive_size = ABI_PAGE_SIZE,
		.cpu_count = 1,
	};
	return boot;
}

static void *page_at(struct vspace *vspace, uint64_t address, uint32_t *access)
{
	uint64_t *entry;

	if (vspace_find_page(vspace, address, ABI_PAGE_BITS, &entry) != ST_OK ||
	    !arch_pte_present(*entry)) {
		return NULL;
	}
	if (access) {
		*access = fake_pte_access(*entry);
	}
	return arch_window(arch_pte_address(*entry));
}

/* What core writes to its window lands in the page it shows. */
static void sync_window(void)
{
	void *page = page_at(fake.started->vspace, CORE_SCRATCH, NULL);

	if (page != window) {
		if (page) {
			void *at = mmap((void *)CORE_SCRATCH, ABI_PAGE_SIZE,
					PROT_READ | PROT_WRITE,
					MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
					-1, 0);
			assert_ptr_equal(at, (void *)CORE_SCRATCH);
			memcpy(at, page, ABI_PAGE_SIZE);
		} else {
			munmap((void *)CORE_SCRATCH, ABI_PAGE_SIZE);
		}
		window = page;
	}
}

void tess_syscall(struct tess_registers *registers)
{
	struct thread *thread = fake.started;
	struct message_registers *message = &thread->context.message;

	if (window) {
		memcpy(window, (void *)CORE_SCRATCH, ABI_PAGE_SIZE);
	}
	*message = (struct message_registers){
		.capability = registers->capability,
		.label = registers->label,
		.info = registers->info,
		.verb = registers->verb,
	};
	memcpy(message->words, registers->words, sizeof(message->words));
	/* Again for as long as the kernel sends the thread back to it. */
	const uint64_t behind = thread->context.pc;
	do {
		thread->context.pc = behind;
		struct thread *next = kernel_syscall(thread);
		assert_ptr_equal(next, thread); /* core never waits here */
	} while (thread->context.pc != behind);
	world_calls++;
	registers->capability = message->capability;
	registers->label = message->label;
	registers->info = message->info;
	registers->verb = message->verb;
	memcpy(registers->words, message->words, sizeof(message->words));
	sync_window();
}

int world_boot(void **unused)
{
	static struct core_info info;

	(void)unused;
	if (window) {
		munmap((void *)CORE_SCRATCH, ABI_PAGE_SIZE);
		window = NULL;
	}
	fake_reset();
	struct boot_info *boot = make_boot_info();
	if (setjmp(fake.back) == 0) {
		kernel_main(boot);
	}
	assert_non_null(fake.started);
	info = *(const struct core_info *)page_at(fake.started->vspace,
						  CORE_INFO, NULL);
	world_console_length = 0;
	core_pool = (struct pool){ 0 };
	slot_init(info.slot_count);
	untyped_init(&info);
	space_init();
	server_init();
	world_calls = 0;
	return 0;
}

struct slot *world_cap(uint64_t address)
{
	return cap_find(fake.started->capnode, address);
}

const void *world_page(struct vspace *vspace, uint64_t address,
		       uint32_t *access)
{
	return page_at(vspace, address, access);
}

void world_read(struct vspace *vspace, uint64_t address, void *bytes,
		size_t size)
{
	for (size_t i = 0; i < size; i++) {
		const uint8_t *page = page_at(
			vspace, align_down(address + i, ABI_PAGE_SIZE), NULL);
		assert_non_null(page);
		((uint8_t *)bytes)[i] = page[(address + i) % ABI_PAGE_SIZE];
	}
}

uint64_t world_sum(void)
{
	uint64_t sum = 0;
	const uint64_t *words = (const void *)fake.ram;

	for (size_t i = 0; i < FAKE_RAM_SIZE / sizeof(*words); i++) {
		sum = sum * 31 + words[i];
	}
	return sum;
}

_Noreturn void core_fail(const char *why)
{
	fail_msg("%s", why);
	__builtin_trap();
}
