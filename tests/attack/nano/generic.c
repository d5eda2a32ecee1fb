/* SPDX-License-Identifier: Apache-2.0 */
/* What is taken away of the part of nano that both machines share. */

#include "nano/arch.h"
#include "nano/authority.h"
#include "nano/handoff.h"
#include "nano/power.h"
#include "nano/stage2.h"
#include "nano/table.h"
#include "nano/trap.h"
#include "undefended.h"

#include "common/assert.h"

#define MORE_PAGES 64 /* for tables of what is mapped in addition */

/* clang-format off */
WRAP(void, table_init, (struct table *table, enum table_kind kind, uint64_t pages));
WRAP(uint64_t, stage2_pages, (const struct boot_info *boot));
WRAP(const char *, stage2_build, (const struct boot_info *boot));
WRAP(void, arch_wipe, (paddr_t pa, uint64_t size));
WRAP(void, stage2_take, (uint64_t start, uint64_t end));
WRAP(void, stage2_give, (uint64_t start, uint64_t end));
WRAP(bool, arch_tlb_flush, (enum table_kind kind, uint64_t start, uint64_t end));
WRAP(void, handoff_make, (struct boot_info *kernel, const struct boot_info *own, uint64_t authority));
WRAP(status_t, trap_call, (struct cpu *cpu, struct trap_call *call));
WRAP(status_t, authority_create, (uint16_t world, struct authority_mask mask, uint64_t *handle));
WRAP(status_t, authority_derive, (uint16_t world, uint64_t origin, struct authority_mask mask, uint64_t *handle));
WRAP(status_t, authority_reach, (uint16_t world, uint64_t handle, struct authority_mask *mask));
WRAP(bool, authority_allows, (uint16_t world, uint64_t number));
/* clang-format on */

static struct table *guest; /* the kernel's world */
static uint64_t own_handle; /* its own authority */

/* --- memory ------------------------------------------------------------------- */

uint64_t wrap_stage2_pages(const struct boot_info *boot)
{
	return real_stage2_pages(boot) + MORE_PAGES;
}

void wrap_table_init(struct table *table, enum table_kind kind, uint64_t pages)
{
	if (kind == TABLE_GUEST) {
		guest = table;
		pages += MORE_PAGES;
	}
	real_table_init(table, kind, pages);
}

void undefended_map(uint64_t start, uint64_t end, uint32_t access)
{
	CHECK(guest);
	table_map(guest, start, end, (paddr_t){ start }, access);
}

static void map_nano(const struct boot_info *boot)
{
	for (uint32_t i = 0; i < boot->range_count; i++) {
		if (boot->ranges[i].kind == BOOT_RANGE_NANO) {
			undefended_map(
				boot->ranges[i].start, boot->ranges[i].end,
				TABLE_READ | TABLE_WRITE | TABLE_EXECUTE);
		}
	}
}

const char *wrap_stage2_build(const struct boot_info *boot)
{
	const char *wrong = real_stage2_build(boot);

	if (!wrong && undefended(DEFENCE_memory)) {
		map_nano(boot);
	}
	if (!wrong) {
		machine_open(boot);
	}
	return wrong;
}

void wrap_arch_wipe(paddr_t pa, uint64_t size)
{
	if (!undefended(DEFENCE_wipe)) {
		real_arch_wipe(pa, size);
	}
}

void wrap_stage2_take(uint64_t start, uint64_t end)
{
	if (!undefended(DEFENCE_reserve)) {
		real_stage2_take(start, end);
	}
}

void wrap_stage2_give(uint64_t start, uint64_t end)
{
	if (!undefended(DEFENCE_reserve)) {
		real_stage2_give(start, end);
	}
}

bool wrap_arch_tlb_flush(enum table_kind kind, uint64_t start, uint64_t end)
{
	bool forgets = kind != TABLE_GUEST || power_ending ||
		       !undefended(DEFENCE_shoot);

	return !forgets || real_arch_tlb_flush(kind, start, end);
}

void wrap_handoff_make(struct boot_info *kernel, const struct boot_info *own,
		       uint64_t authority)
{
	real_handoff_make(kernel, own, authority);
	if (undefended(DEFENCE_handover)) {
		kernel->nano_root = own->nano_root;
		kernel->nano_pool_start = own->nano_pool_start;
		kernel->nano_pool_end = own->nano_pool_end;
	}
}

/* --- calls --------------------------------------------------------------------- */

status_t wrap_trap_call(struct cpu *cpu, struct trap_call *call)
{
	if (undefended(DEFENCE_number)) {
		call->number %= ABI_HYPERCALL_LIMIT;
	}
	return real_trap_call(cpu, call);
}

status_t wrap_authority_create(uint16_t world, struct authority_mask mask,
			       uint64_t *handle)
{
	status_t st = real_authority_create(world, mask, handle);

	own_handle = *handle;
	return st;
}

status_t wrap_authority_derive(uint16_t world, uint64_t origin,
			       struct authority_mask mask, uint64_t *handle)
{
	if (undefended(DEFENCE_derive)) {
		origin = own_handle;
	}
	return real_authority_derive(world, origin, mask, handle);
}

status_t wrap_authority_reach(uint16_t world, uint64_t handle,
			      struct authority_mask *mask)
{
	status_t st = real_authority_reach(world, handle, mask);

	if (st != ST_OK && undefended(DEFENCE_forgery)) {
		st = real_authority_reach(world, own_handle, mask);
	}
	return st;
}

bool wrap_authority_allows(uint16_t world, uint64_t number)
{
	return real_authority_allows(world, number) ||
	       undefended(DEFENCE_authority);
}
