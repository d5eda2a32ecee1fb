/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making a capsule, in two halves. The first checks the request, the image and
 * the quotas, and reserves; it may refuse and changes nothing. The second makes
 * every object and cannot fail.
 */

#include "core/capsule.h"

#include <string.h>

#include <tess/ipc.h>

#include "abi/layout.h"
#include "abi/manifest.h"
#include "abi/message.h"
#include "common/assert.h"
#include "common/types.h"
#include "core/load.h"
#include "core/log.h"
#include "core/object.h"
#include "core/space.h"

/* Room behind the image for what is not the heap. */
#define ABOVE_IMAGE (64ull << 20)

#define KIB 1024

uint64_t core_endpoint;

static uint32_t log2_of(uint32_t power)
{
	return (uint32_t)__builtin_ctz(power);
}

static bool name_valid(const char *name)
{
	uint32_t length = 0;

	for (; length < START_NAME_MAX && name[length]; length++) {
		char c = name[length];
		bool letter = c >= 'a' && c <= 'z';
		bool other = (c >= '0' && c <= '9') || c == '-';
		if (!letter && !(other && length > 0)) {
			return false;
		}
	}
	return length > 0 && length < START_NAME_MAX;
}

static bool quota_valid(const struct capsule_plan *plan)
{
	uint32_t slots = plan->cap_slots;

	return plan->memory_bytes <= MANIFEST_MEMORY_LIMIT &&
	       plan->virtual_bytes <= MANIFEST_VIRTUAL_LIMIT &&
	       is_aligned(plan->memory_bytes, ABI_PAGE_SIZE) &&
	       is_aligned(plan->virtual_bytes, ABI_PAGE_SIZE) &&
	       slots >= MANIFEST_CAPS_MIN && slots <= MANIFEST_CAPS_MAX &&
	       (slots & (slots - 1)) == 0;
}

static status_t check_image(const struct capsule_plan *plan,
			    struct elf_plan *elf)
{
	struct elf_limits limits = {
		.machine = arch_elf_machine(),
		.start = USER_START,
		.end = USER_END - ABOVE_IMAGE,
		.virtual_bytes = plan->virtual_bytes,
	};
	enum elf_error error =
		elf_plan(plan->image, plan->image_size, &limits, elf);

	if (error == ELF_OK) {
		return ST_OK;
	}
	log_line("core: image '%s' %s", plan->image_name,
		 elf_error_text(error));
	return error == ELF_TOO_LARGE ? ST_LIMIT : ST_DAMAGED;
}

/* The objects of a capsule without an offer. */
static struct pool_need need_of(const struct capsule_plan *plan,
				const struct elf_plan *elf,
				const struct layout *layout)
{
	uint32_t capnode = plan->cap_slots << ABI_SLOT_BITS;
	struct pool_need need = {
		.large_bytes = 1u << ABI_VSPACE_BITS,
		.large_count = 1,
		.small_bytes =
			(1u << ABI_THREAD_BITS) + (1u << ABI_CAPSULE_BITS),
		.small_count = 2,
		.pages = layout_pages(elf, layout) + layout_tables(elf, layout),
	};

	if (capnode > ABI_PAGE_SIZE) {
		need.large_bytes += capnode;
		need.large_count++;
	} else if (capnode == ABI_PAGE_SIZE) {
		need.pages++;
	} else {
		need.small_bytes += capnode;
		need.small_count++;
	}
	return need;
}

static status_t reserve(const struct capsule_plan *plan, struct pool *pool,
			const struct elf_plan *elf, const struct layout *layout)
{
	struct pool_need need = need_of(plan, elf, layout);
	uint64_t pages = layout_pages(elf, layout);

	if (pages > plan->virtual_bytes / ABI_PAGE_SIZE) {
		log_line("core: %s needs %lu KiB of addresses to start",
			 plan->name, pages * ABI_PAGE_SIZE / KIB);
		return ST_LIMIT;
	}
	*pool = (struct pool){ .quota = plan->memory_bytes };
	status_t status = pool_reserve(pool, &need);
	if (status == ST_LIMIT) {
		uint64_t smalls = align_up(need.small_bytes, ABI_PAGE_SIZE);
		log_line("core: %s needs %lu KiB of memory to start",
			 plan->name,
			 (need.large_bytes + smalls +
			  need.pages * ABI_PAGE_SIZE) /
				 KIB);
	}
	return status;
}

/* The CapNode, with the capability that every capsule has, and perhaps that of
 * the CapNode itself, without the methods that move anything. Small and large
 * objects come before pages: see struct pool_need. */
static void make_objects(struct capsule *capsule, uint32_t cap_slots,
			 bool holds_capnode)
{
	struct pool *pool = &capsule->pool;
	uint32_t size = cap_slots << ABI_SLOT_BITS;
	uint32_t bits = log2_of(cap_slots);

	capsule->vspace = pool_take(pool, ABI_TYPE_VSPACE, 0);
	if (size > ABI_PAGE_SIZE) {
		capsule->capnode = pool_take(pool, ABI_TYPE_CAPNODE, bits);
	}
	capsule->thread = pool_take(pool, ABI_TYPE_THREAD, 0);
	if (size < ABI_PAGE_SIZE) {
		capsule->capnode = pool_take(pool, ABI_TYPE_CAPNODE, bits);
	}
	capsule->control = pool_take(pool, ABI_TYPE_CAPSULE, 0);
	if (size == ABI_PAGE_SIZE) {
		capsule->capnode = pool_take(pool, ABI_TYPE_CAPNODE, bits);
	}
	status_t status =
		object_mint(capsule->capnode, START_SLOT_CORE, core_endpoint,
			    ABI_RIGHT_SEND,
			    1u << CORE_log | 1u << CORE_exit | 1u << CORE_grow |
				    1u << CORE_info,
			    badge_of(BADGE_CAPSULE, capsule_number(capsule)));
	CHECK(status == ST_OK);
	capsule->slot_count = cap_slots;
	capsule->slot_next = START_SLOT_FREE;
	if (holds_capnode) {
		status = object_mint(capsule->capnode, capsule->slot_next++,
				     capsule->capnode, 0,
				     1u << ABI_CAPNODE_copy |
					     1u << ABI_CAPNODE_mint |
					     1u << ABI_CAPNODE_delete |
					     1u << ABI_CAPNODE_revoke |
					     1u << ABI_CAPNODE_inspect,
				     0);
		CHECK(status == ST_OK);
	}
}

/* Who is told when a thread of it faults. */
static uint64_t make_fault_endpoint(const struct capsule *capsule)
{
	struct slot_run run = capsule_fault_slot(capsule);
	status_t status = object_mint(
		run.node, run.first, core_endpoint, ABI_RIGHT_SEND, UINT32_MAX,
		badge_of(BADGE_FAULT, capsule_number(capsule)));

	CHECK(status == ST_OK);
	return object_address(&run, 0);
}

/* The thread, which is the capsule's from now on. */
static void make_thread(struct capsule *capsule, const struct elf_plan *elf,
			const struct layout *layout, uint64_t buffer,
			uint64_t tls)
{
	uint64_t fault = make_fault_endpoint(capsule);
	status_t status = object_capsule_configure(
		capsule->control, capsule->vspace, capsule->capnode, fault);

	CHECK(status == ST_OK);
	status = object_thread_configure(capsule->thread, capsule->capnode,
					 capsule->vspace, buffer, 0);
	CHECK(status == ST_OK);
	status = object_thread_set(capsule->thread, elf->entry,
				   layout->stack_end, layout->info, tls);
	CHECK(status == ST_OK);
	status = object_capsule_bind(capsule->control, capsule->thread);
	CHECK(status == ST_OK);
}

static void write_info(const struct capsule *capsule,
		       const struct capsule_plan *plan,
		       const struct elf_plan *elf, const struct layout *layout)
{
	struct start_info *info = space_open(capsule->info_frame);

	*info = (struct start_info){
		.magic = START_INFO_MAGIC,
		.version = START_INFO_VERSION,
		.size = sizeof(*info),
		.buffer = layout->buffer,
		.heap_start = layout->heap,
		.stack_start = layout->stack_start,
		.stack_end = layout->stack_end,
		.image_start = elf->start,
		.image_end = elf->end,
		.tls_start = elf->tls_memory_size ? elf->tls_vaddr : 0,
		.tls_file_size = elf->tls_file_size,
		.tls_memory_size = elf->tls_memory_size,
		.tls_align = elf->tls_align,
		.data_start = plan->data ? layout->data : 0,
		.data_size = plan->data_size,
		.capnode = plan->holds_capnode ? START_SLOT_FREE : 0,
	};
	memcpy(info->name, capsule->name, sizeof(info->name));
	space_close(capsule->info_frame);
}

static void commit(struct capsule *capsule, const struct capsule_plan *plan,
		   const struct elf_plan *elf, const struct layout *layout)
{
	const uint32_t writable = ABI_ACCESS_READ | ABI_ACCESS_WRITE;

	strncpy(capsule->name, plan->name, START_NAME_MAX);
	capsule->virtual_quota = plan->virtual_bytes;
	capsule->virtual_used = layout_pages(elf, layout) * ABI_PAGE_SIZE;
	make_objects(capsule, plan->cap_slots, plan->holds_capnode);
	load_image(capsule, elf, plan->image);
	capsule->info_address = layout->info;
	capsule->info_frame = load_pages(capsule, layout->info, ABI_PAGE_SIZE,
					 NULL, ABI_ACCESS_READ);
	uint64_t buffer = load_pages(capsule, layout->buffer, ABI_PAGE_SIZE,
				     NULL, writable);
	uint64_t tls = load_tls(capsule, elf, layout, plan->image);
	load_pages(capsule, layout->stack_start, CAPSULE_STACK_SIZE, NULL,
		   writable);
	if (plan->data) {
		load_pages(capsule, layout->data, plan->data_size, plan->data,
			   ABI_ACCESS_READ);
	}
	capsule->heap_end = layout->heap;
	make_thread(capsule, elf, layout, buffer, tls);
	/* Its tables are there now; it is mapped again when it is complete. */
	space_close(capsule->info_frame);
	write_info(capsule, plan, elf, layout);
	capsule->state = CAPSULE_MADE;
}

status_t capsule_create(const struct capsule_plan *plan, struct capsule **made)
{
	struct capsule *capsule = capsule_find_free();
	struct elf_plan elf;
	struct layout layout;
	struct pool pool;

	if (!name_valid(plan->name) || !quota_valid(plan)) {
		return ST_BAD_ARGUMENT;
	}
	if (!capsule) {
		return ST_LIMIT;
	}
	status_t status = check_image(plan, &elf);
	if (status != ST_OK) {
		return status;
	}
	layout_plan(&elf, plan->data_size, &layout);
	status = reserve(plan, &pool, &elf, &layout);
	if (status != ST_OK) {
		return status;
	}
	*capsule = (struct capsule){
		.pool = pool,
		.generation = capsule->generation + 1,
	};
	commit(capsule, plan, &elf, &layout);
	*made = capsule;
	return ST_OK;
}
