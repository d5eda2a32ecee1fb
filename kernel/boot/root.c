/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes core, the first user program, by hand: whoever makes programs later is
 * core itself. Its image, stack, message buffer, information page and the boot
 * archive are mapped for it; everything else it gets as capabilities in fixed
 * slots (abi/start.h). All authority of the machine starts in this CapNode.
 */

#include "kernel/boot.h"
#include "kernel/console.h"
#include "kernel/sched.h"
#include "kernel/state.h"
#include "kernel/thread.h"
#include "kernel/vspace.h"

#define MIB       (1024 * 1024)
#define NODE_SIZE (1ull << (CORE_CAPNODE_BITS + ABI_SLOT_BITS))

struct root {
	struct boot_info *boot;
	struct capnode *node;
	struct vspace *vspace;
	struct thread *thread;
	paddr_t buffer;
	struct core_info *info;
};

/* Zeroed memory for one object, in whole pages. */
static void *take(struct root *root, uint64_t size)
{
	return arch_window(
		boot_memory_take(root->boot, align_up(size, ABI_PAGE_SIZE)));
}

static void map_page(struct root *root, uint64_t address, paddr_t page,
		     uint32_t access)
{
	uint64_t *entry;

	while (vspace_find_page(root->vspace, address, ABI_PAGE_BITS, &entry) ==
	       ST_NO_TABLE) {
		uint32_t level;
		status_t status =
			vspace_find_gap(root->vspace, address, &entry, &level);
		CHECK(status == ST_OK);
		vspace_fill_gap(entry,
				boot_memory_take(root->boot, ABI_PAGE_SIZE));
	}
	vspace_map_page(root->vspace, entry, page, ABI_PAGE_BITS, access,
			false);
}

static void map_range(struct root *root, uint64_t address, uint64_t start,
		      uint64_t size, uint32_t access)
{
	for (uint64_t done = 0; done < size; done += ABI_PAGE_SIZE) {
		map_page(root, address + done, (paddr_t){ start + done },
			 access);
	}
}

static const struct boot_image *core_image(const struct boot_info *boot)
{
	for (uint32_t i = 0; i < boot->image_count; i++) {
		if (boot->images[i].kind == BOOT_IMAGE_CORE) {
			return &boot->images[i];
		}
	}
	panic("the hand-over names no image of core", __FILE__, __LINE__);
}

static void make_address_space(struct root *root, const struct boot_image *core)
{
	for (uint32_t i = 0; i < core->segment_count; i++) {
		const struct boot_segment *segment = &core->segments[i];
		map_range(root, core->virtual_address + segment->start,
			  core->address + segment->start,
			  segment->end - segment->start, segment->access);
	}
	map_range(root, CORE_STACK_END - CORE_STACK_SIZE,
		  boot_memory_take(root->boot, CORE_STACK_SIZE).a,
		  CORE_STACK_SIZE, ABI_ACCESS_READ | ABI_ACCESS_WRITE);
	map_range(root, CORE_BUFFER, root->buffer.a, ABI_PAGE_SIZE,
		  ABI_ACCESS_READ | ABI_ACCESS_WRITE);
	map_range(root, CORE_INFO, arch_window_address(root->info).a,
		  ABI_PAGE_SIZE, ABI_ACCESS_READ);
	map_range(root, CORE_ARCHIVE, root->boot->archive,
		  align_up(root->boot->archive_size, ABI_PAGE_SIZE),
		  ABI_ACCESS_READ);
}

static struct slot *give(struct root *root, enum core_slot slot,
			 enum abi_object_type type, uint64_t object)
{
	struct slot *given = capnode_slot(root->node, slot);

	cap_make_original(root->node, given, NULL, type, object);
	return given;
}

static void give_console(struct root *root)
{
	uint64_t address = root->boot->console_address;

	if (root->boot->console_kind == BOOT_CONSOLE_16550) {
		struct slot *ports = give(root, CORE_SLOT_IO_PORTS,
					  ABI_TYPE_IO_PORT_RANGE, 0);
		ports->ports.first = (uint16_t)address;
		ports->ports.last = (uint16_t)(address + 7);
	} else if (root->boot->console_kind == BOOT_CONSOLE_PL011) {
		struct slot *registers =
			give(root, CORE_SLOT_CONSOLE, ABI_TYPE_UNTYPED,
			     align_down(address, ABI_PAGE_SIZE));
		registers->memory.bits = ABI_PAGE_BITS;
		registers->memory.is_device = 1;
	}
}

/* Everything the kernel needs memory for comes before the Untyped. */
static void give_capabilities(struct root *root)
{
	uint64_t lost;

	give(root, CORE_SLOT_CAPNODE, ABI_TYPE_CAPNODE, (uint64_t)root->node);
	give(root, CORE_SLOT_VSPACE, ABI_TYPE_VSPACE, (uint64_t)root->vspace);
	give(root, CORE_SLOT_THREAD, ABI_TYPE_THREAD, (uint64_t)root->thread);
	give(root, CORE_SLOT_SYSTEM_CONTROL, ABI_TYPE_SYSTEM_CONTROL, 0);
	give(root, CORE_SLOT_IRQ_CONTROL, ABI_TYPE_IRQ_CONTROL, 0);
	give_console(root);
	root->info->untyped_count = boot_memory_to_untyped(
		root->boot, root->node, CORE_SLOT_UNTYPED, CORE_UNTYPED_MAX,
		root->info->untyped, &lost);
	for (uint32_t i = 0; i < root->info->untyped_count; i++) {
		root->info->memory += 1ull << root->info->untyped[i].bits;
	}
	console_line("%lu MiB in %u untyped ranges for core%s",
		     (unsigned long)(root->info->memory / MIB),
		     root->info->untyped_count,
		     lost ? ", and some in too small pieces" : "");
}

static void fill_info(struct root *root, const struct boot_image *core)
{
	struct core_info *info = root->info;

	info->magic = CORE_INFO_MAGIC;
	info->version = CORE_INFO_VERSION;
	info->size = sizeof(*info);
	info->slot_count = root->node->count;
	info->cpu_count = (uint32_t)__builtin_popcountll(state.online);
	info->archive = CORE_ARCHIVE;
	info->archive_size = root->boot->archive_size;
	info->image_end = core->virtual_address + core->size;
	info->console_kind = root->boot->console_kind;
	if (root->boot->console_kind == BOOT_CONSOLE_16550) {
		info->console_port = (uint32_t)root->boot->console_address;
	}
}

static void start_thread(struct root *root, const struct boot_image *core)
{
	struct thread *thread = root->thread;

	thread_init(thread);
	thread_bind(thread, BOUND_CAPNODE,
		    capnode_slot(root->node, CORE_SLOT_CAPNODE));
	thread_bind(thread, BOUND_VSPACE,
		    capnode_slot(root->node, CORE_SLOT_VSPACE));
	thread->buffer = arch_window(root->buffer);
	status_t status = arch_context_set(&thread->context,
					   (const uint64_t[4]){ core->entry,
								CORE_STACK_END,
								CORE_INFO, 0 });
	CHECK(status == ST_OK);
	thread->state = ABI_THREAD_READY;
}

struct thread *boot_make_core(struct boot_info *boot)
{
	const struct boot_image *core = core_image(boot);
	struct root root = { .boot = boot };

	root.node = arch_window(
		boot_memory_take_aligned(boot, NODE_SIZE, NODE_SIZE));
	root.vspace = take(&root, 1ull << ABI_VSPACE_BITS);
	root.thread = take(&root, 1ull << ABI_THREAD_BITS);
	root.info = take(&root, ABI_PAGE_SIZE);
	root.buffer = boot_memory_take(boot, ABI_PAGE_SIZE);
	capnode_init(root.node, CORE_CAPNODE_BITS);
	state.root = root.node;
	vspace_init(root.vspace, vspace_asid_find());
	fill_info(&root, core);
	make_address_space(&root, core);
	give_capabilities(&root);
	start_thread(&root, core);
	return root.thread;
}
