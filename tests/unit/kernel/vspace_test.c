/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Address spaces end, tables and frames are taken out of them, in every order:
 * nothing fails, nothing reaches what is gone, and what belongs to somebody else
 * stays. The fake machine's TLB remembers everything, so each test also shows
 * that it is told in time.
 *
 * Shows C19.
 */

#include <string.h>

#include "cpus.h"
#include "world.h"

#define NODE CORE_SLOT_CAPNODE
#define PAGE 0x6000000000ull

#define STOPPED 126 /* status with which a CHECK ends the machine */

static struct slot *slot_of(uint64_t slot)
{
	return cap_find(world_node(), slot);
}

static struct vspace *object_of(uint64_t slot)
{
	return slot_object(slot_of(slot));
}

/* Fills the tables that `address` lacks; their slots by level. */
static void make_tables(uint64_t vspace, uint64_t address, uint64_t tables[5])
{
	for (uint64_t level = 2; level <= 4; level++) {
		tables[level] = world_make(ABI_TYPE_PAGE_TABLE, 0);
		assert_int_equal(world_call(tables[level], ABI_PAGE_TABLE_map,
					    vspace, address),
				 ST_OK);
		assert_int_equal(world_word(0), level);
	}
}

static uint64_t map_frame(uint64_t vspace, uint64_t address, uint64_t access)
{
	uint64_t frame = world_make(ABI_TYPE_FRAME, 0);

	assert_int_equal(
		world_call(frame, ABI_FRAME_map, vspace, address, access),
		ST_OK);
	return frame;
}

static bool is_mapped(uint64_t frame)
{
	assert_int_equal(world_call(frame, ABI_FRAME_info), ST_OK);
	return world_word(1);
}

static uint64_t page_count(uint64_t vspace)
{
	assert_int_equal(world_call(vspace, ABI_VSPACE_info), ST_OK);
	return world_word(0);
}

static uint64_t level_of(uint64_t table)
{
	assert_int_equal(world_call(table, ABI_PAGE_TABLE_info), ST_OK);
	return world_word(0);
}

/* Ends an address space, and makes another one of the same memory. */
static void renew(uint64_t vspace)
{
	struct vspace *object = object_of(vspace);

	vspace_destroy(object);
	world_check();
	memset(object, 0, 1 << ABI_VSPACE_BITS);
	vspace_init(object, vspace_asid_find());
	world_check();
}

static void test_table_out_and_in(void **unused)
{
	(void)unused;
	uint64_t vspace = world_make(ABI_TYPE_VSPACE, 0), tables[5];

	make_tables(vspace, PAGE, tables);
	uint64_t frame = map_frame(vspace, PAGE, 3);
	uint64_t flushes = fake.flushes;
	assert_int_equal(world_call(tables[4], ABI_PAGE_TABLE_unmap), ST_OK);
	assert_int_equal(fake.flushes, flushes + 1);
	assert_int_equal(fake.flush_start, USER_START);
	assert_int_equal(fake.flush_end, USER_END);
	assert_int_equal(level_of(tables[4]), 0);
	assert_int_equal(world_call(tables[4], ABI_PAGE_TABLE_unmap),
			 ST_NOT_MAPPED);

	/* The page is reached no more, and stays bound until it is unmapped. */
	assert_true(is_mapped(frame));
	assert_int_equal(page_count(vspace), 1);
	assert_int_equal(world_call(frame, ABI_FRAME_map, vspace, PAGE, 3),
			 ST_NO_TABLE);

	/* Elsewhere the table is empty. */
	assert_int_equal(world_call(tables[4], ABI_PAGE_TABLE_map, vspace,
				    PAGE + ABI_LARGE_SIZE),
			 ST_OK);
	uint64_t *entry;
	assert_int_equal(vspace_find_page(object_of(vspace),
					  PAGE + ABI_LARGE_SIZE, ABI_PAGE_BITS,
					  &entry),
			 ST_OK);
	assert_false(arch_pte_present(*entry));
	assert_int_equal(world_call(frame, ABI_FRAME_unmap), ST_OK);
	assert_int_equal(page_count(vspace), 0);
	assert_int_equal(world_call(frame, ABI_FRAME_map, vspace,
				    PAGE + ABI_LARGE_SIZE, 3),
			 ST_OK);
}

/* The table above goes first, the one below later; each to a new place. */
static void test_tables_from_above(void **unused)
{
	(void)unused;
	uint64_t vspace = world_make(ABI_TYPE_VSPACE, 0), tables[5];

	make_tables(vspace, PAGE, tables);
	uint64_t frame = map_frame(vspace, PAGE, 1);
	assert_int_equal(world_call(tables[2], ABI_PAGE_TABLE_unmap), ST_OK);
	assert_int_equal(level_of(tables[3]), 3);
	assert_int_equal(
		world_call(tables[3], ABI_PAGE_TABLE_map, vspace, PAGE),
		ST_MAPPED);
	assert_int_equal(
		world_call(tables[2], ABI_PAGE_TABLE_map, vspace, PAGE), ST_OK);
	assert_int_equal(world_call(tables[3], ABI_PAGE_TABLE_unmap), ST_OK);
	assert_int_equal(
		world_call(tables[3], ABI_PAGE_TABLE_map, vspace, PAGE), ST_OK);
	assert_int_equal(world_word(0), 3);
	assert_int_equal(world_call(frame, ABI_FRAME_unmap), ST_OK);
	assert_int_equal(world_call(tables[4], ABI_PAGE_TABLE_unmap), ST_OK);
	assert_int_equal(
		world_call(tables[4], ABI_PAGE_TABLE_map, vspace, PAGE), ST_OK);
	assert_int_equal(world_word(0), 4);
	assert_int_equal(world_call(frame, ABI_FRAME_map, vspace, PAGE, 1),
			 ST_OK);
}

/* Another table and another page stand where these were: they stay. */
static void test_what_came_after_stays(void **unused)
{
	(void)unused;
	uint64_t vspace = world_make(ABI_TYPE_VSPACE, 0), tables[5];
	uint64_t other = world_make(ABI_TYPE_PAGE_TABLE, 0);
	uint64_t *entry;

	make_tables(vspace, PAGE, tables);
	uint64_t frame = map_frame(vspace, PAGE, 3);
	assert_int_equal(world_call(tables[3], ABI_PAGE_TABLE_unmap), ST_OK);
	assert_int_equal(world_call(other, ABI_PAGE_TABLE_map, vspace, PAGE),
			 ST_OK);
	assert_int_equal(world_word(0), 3);
	uint64_t below = world_make(ABI_TYPE_PAGE_TABLE, 0);
	assert_int_equal(world_call(below, ABI_PAGE_TABLE_map, vspace, PAGE),
			 ST_OK);
	uint64_t newer = map_frame(vspace, PAGE, 1), flushes = fake.flushes;

	assert_int_equal(page_count(vspace), 2);
	assert_int_equal(world_call(frame, ABI_FRAME_unmap), ST_OK);
	assert_int_equal(world_call(tables[4], ABI_PAGE_TABLE_unmap), ST_OK);
	assert_int_equal(fake.flushes, flushes);
	assert_int_equal(page_count(vspace), 1);
	assert_int_equal(vspace_find_page(object_of(vspace), PAGE,
					  ABI_PAGE_BITS, &entry),
			 ST_OK);
	assert_int_equal(arch_pte_address(*entry).a, slot_of(newer)->object);
	assert_int_equal(world_call(newer, ABI_FRAME_unmap), ST_OK);
	assert_false(arch_pte_present(*entry));
}

/* The address space went; what was mapped in it never touches the next one, not
 * even under the same number and at the same address. */
static void test_space_ends_before_its_pages(void **unused)
{
	(void)unused;
	uint64_t vspace = world_make(ABI_TYPE_VSPACE, 0), tables[5], again[5];

	make_tables(vspace, PAGE, tables);
	uint64_t frame = map_frame(vspace, PAGE, 3), copy = world_slot();
	uint64_t name = object_of(vspace)->name;
	uint16_t asid = object_of(vspace)->asid;

	assert_ptr_equal(vspace_named(name), object_of(vspace));
	renew(vspace);
	assert_int_equal(object_of(vspace)->asid, asid);
	assert_int_not_equal(object_of(vspace)->name, name);
	assert_null(vspace_named(name));
	assert_false(is_mapped(frame));

	make_tables(vspace, PAGE, again);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, copy, frame),
			 ST_OK);
	assert_int_equal(world_call(copy, ABI_FRAME_map, vspace, PAGE, 3),
			 ST_OK);
	assert_int_equal(world_call(frame, ABI_FRAME_unmap), ST_NOT_MAPPED);
	frame_release(slot_of(frame));
	table_release(slot_of(tables[3]));
	world_check();
	assert_int_equal(slot_of(tables[3])->where, 0);
	assert_int_equal(page_count(vspace), 1);
	assert_int_equal(world_call(tables[4], ABI_PAGE_TABLE_unmap), ST_OK);
	assert_int_equal(world_call(tables[4], ABI_PAGE_TABLE_map, vspace,
				    PAGE + ABI_LARGE_SIZE),
			 ST_OK);
	uint64_t *entry;
	assert_int_equal(vspace_find_page(object_of(vspace), PAGE,
					  ABI_PAGE_BITS, &entry),
			 ST_OK);
	assert_true(arch_pte_present(*entry));
	assert_int_equal(
		world_call(frame, ABI_FRAME_map, vspace, PAGE + 0x1000, 1),
		ST_OK);
}

/* A capability that goes takes its mapping along. */
static void test_release(void **unused)
{
	(void)unused;
	uint64_t vspace = world_make(ABI_TYPE_VSPACE, 0), tables[5];
	uint64_t *entry;

	make_tables(vspace, PAGE, tables);
	uint64_t frame = map_frame(vspace, PAGE, 3);
	assert_int_equal(vspace_find_page(object_of(vspace), PAGE,
					  ABI_PAGE_BITS, &entry),
			 ST_OK);
	frame_release(slot_of(frame));
	world_check();
	assert_false(arch_pte_present(*entry));
	assert_int_equal(slot_of(frame)->where, 0);
	assert_int_equal(page_count(vspace), 0);
	frame_release(slot_of(frame));
	assert_int_equal(page_count(vspace), 0);
	table_release(slot_of(tables[4]));
	world_check();
	assert_int_equal(vspace_find_page(object_of(vspace), PAGE,
					  ABI_PAGE_BITS, &entry),
			 ST_NO_TABLE);
	table_release(slot_of(tables[4]));
	table_release(slot_of(world_make(ABI_TYPE_PAGE_TABLE, 0)));
	world_check();
}

/* --- large pages -------------------------------------------------------------- */

#define LARGE 9  /* size bits of a Frame */
#define HUGE  18 /* a Frame of 1 GiB, which the fake machine has no memory for */

/* Frames of 1 GiB, as of a device's registers. */
static uint64_t huge_frame(void)
{
	uint64_t untyped = world_make(ABI_TYPE_UNTYPED, 12);
	uint64_t frame = world_slot();
	struct slot *slot = slot_of(untyped);

	slot->object = 1ull << ABI_HUGE_BITS;
	slot->memory.bits = ABI_HUGE_BITS;
	slot->memory.is_device = 1;
	assert_int_equal(world_call(untyped, ABI_UNTYPED_retype, ABI_TYPE_FRAME,
				    HUGE, 1, NODE, frame),
			 ST_OK);
	assert_int_equal(world_call(frame, ABI_FRAME_info), ST_OK);
	assert_int_equal(world_word(0), 1 << ABI_HUGE_BITS);
	return frame;
}

static void test_large_page(void **unused)
{
	(void)unused;
	uint64_t vspace = world_make(ABI_TYPE_VSPACE, 0), tables[5];
	uint64_t large = world_make(ABI_TYPE_FRAME, LARGE);
	uint64_t small = world_make(ABI_TYPE_FRAME, 0);
	uint64_t *entry;

	assert_int_equal(world_call(large, ABI_FRAME_map, vspace, PAGE, 3),
			 ST_NO_TABLE);
	make_tables(vspace, PAGE, tables);
	assert_int_equal(world_call(large, ABI_FRAME_map, vspace, PAGE, 3),
			 ST_MAPPED); /* there is a table */
	assert_int_equal(world_call(tables[4], ABI_PAGE_TABLE_unmap), ST_OK);
	assert_int_equal(world_call(large, ABI_FRAME_map, vspace, PAGE, 3),
			 ST_OK);
	assert_int_equal(page_count(vspace), 512);
	assert_int_equal(vspace_find_page(object_of(vspace), PAGE,
					  ABI_LARGE_BITS, &entry),
			 ST_OK);
	assert_true(fake_pte_is_large(*entry));
	assert_int_equal(fake_pte_access(*entry), 3);
	assert_int_equal(arch_pte_address(*entry).a, slot_of(large)->object);

	/* Nothing fits below it. */
	uint64_t last = PAGE + ABI_LARGE_SIZE - ABI_PAGE_SIZE;
	assert_int_equal(world_call(small, ABI_FRAME_map, vspace, last, 3),
			 ST_MAPPED);
	assert_int_equal(
		world_call(tables[4], ABI_PAGE_TABLE_map, vspace, last),
		ST_MAPPED);
	assert_null(vspace_entry(object_of(vspace)->top, last));

	assert_int_equal(world_call(large, ABI_FRAME_unmap), ST_OK);
	assert_int_equal(fake.flush_start, PAGE);
	assert_int_equal(fake.flush_end, PAGE + ABI_LARGE_SIZE);
	assert_int_equal(page_count(vspace), 0);
	assert_int_equal(
		world_call(tables[4], ABI_PAGE_TABLE_map, vspace, last), ST_OK);
	assert_int_equal(world_call(small, ABI_FRAME_map, vspace, last, 3),
			 ST_OK);
}

static void test_large_page_refusals(void **unused)
{
	(void)unused;
	uint64_t vspace = world_make(ABI_TYPE_VSPACE, 0), tables[5];
	uint64_t large = world_make(ABI_TYPE_FRAME, LARGE);
	const uint64_t bad[] = { PAGE + ABI_PAGE_SIZE,
				 PAGE + ABI_LARGE_SIZE / 2,
				 0,
				 align_down(USER_END, ABI_LARGE_SIZE),
				 KERNEL_WINDOW,
				 KERNEL_BASE,
				 1ull << 47 };

	make_tables(vspace, PAGE, tables);
	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(
			world_call(large, ABI_FRAME_map, vspace, bad[i], 1),
			ST_BAD_ARGUMENT);
	}
	assert_int_equal(world_call(large, ABI_FRAME_map, vspace,
				    PAGE + ABI_LARGE_SIZE, 5),
			 ST_BAD_ARGUMENT); /* never code */
	assert_int_equal(world_call(large, ABI_FRAME_map, vspace,
				    align_down(USER_END, ABI_LARGE_SIZE) -
					    ABI_LARGE_SIZE,
				    1),
			 ST_NO_TABLE);
	vspace = world_make(ABI_TYPE_VSPACE, 0);
	make_tables(vspace, USER_START, tables);
	assert_int_equal(world_call(tables[4], ABI_PAGE_TABLE_unmap), ST_OK);
	assert_int_equal(
		world_call(large, ABI_FRAME_map, vspace, USER_START, 1), ST_OK);
}

static void test_huge_page(void **unused)
{
	(void)unused;
	uint64_t vspace = world_make(ABI_TYPE_VSPACE, 0), tables[5];
	uint64_t huge = huge_frame(), again = world_slot();
	uint64_t large = world_make(ABI_TYPE_FRAME, LARGE), size = 1u << 30;
	uint64_t *entry;

	make_tables(vspace, PAGE, tables);
	assert_int_equal(world_call(NODE, ABI_CAPNODE_copy, again, huge),
			 ST_OK);
	assert_int_equal(world_call(huge, ABI_FRAME_map, vspace, PAGE, 3),
			 ST_MAPPED);
	assert_int_equal(world_call(huge, ABI_FRAME_map, vspace,
				    PAGE + ABI_LARGE_SIZE, 3),
			 ST_BAD_ARGUMENT);
	assert_int_equal(
		world_call(huge, ABI_FRAME_map, vspace, PAGE + size, 3), ST_OK);
	assert_int_equal(
		world_call(again, ABI_FRAME_map, vspace, PAGE + 2 * size, 1),
		ST_OK);
	assert_int_equal(page_count(vspace), 2 << 18);
	assert_int_equal(vspace_find_page(object_of(vspace), PAGE + size,
					  ABI_HUGE_BITS, &entry),
			 ST_OK);
	assert_int_equal(arch_pte_address(*entry).a, 1 << 30);
	assert_int_equal(world_call(large, ABI_FRAME_map, vspace,
				    PAGE + 2 * size - ABI_LARGE_SIZE, 3),
			 ST_MAPPED);
	assert_int_equal(world_call(huge, ABI_FRAME_unmap), ST_OK);
	assert_int_equal(page_count(vspace), 1 << 18);
	frame_release(slot_of(again));
	world_check();
	assert_int_equal(page_count(vspace), 0);

	fake.page_bits_max = ABI_LARGE_BITS;
	assert_int_equal(
		world_call(huge, ABI_FRAME_map, vspace, PAGE + size, 3),
		ST_NOT_SUPPORTED);
	assert_int_equal(world_call(large, ABI_FRAME_map, vspace,
				    PAGE + ABI_LARGE_SIZE, 3),
			 ST_OK);
}

/* A page that was mapped large is not unmapped where small ones are now. */
static void test_pages_of_another_size_stay(void **unused)
{
	(void)unused;
	uint64_t vspace = world_make(ABI_TYPE_VSPACE, 0), tables[5], *entry;
	uint64_t large = world_make(ABI_TYPE_FRAME, LARGE);

	make_tables(vspace, PAGE, tables);
	assert_int_equal(world_call(tables[4], ABI_PAGE_TABLE_unmap), ST_OK);
	assert_int_equal(world_call(large, ABI_FRAME_map, vspace, PAGE, 3),
			 ST_OK);
	assert_int_equal(world_call(tables[3], ABI_PAGE_TABLE_unmap), ST_OK);
	for (unsigned int level = 3; level <= 4; level++) {
		assert_int_equal(world_call(tables[level], ABI_PAGE_TABLE_map,
					    vspace, PAGE),
				 ST_OK);
	}
	map_frame(vspace, PAGE, 3);
	assert_int_equal(page_count(vspace), 513);
	assert_int_equal(world_call(large, ABI_FRAME_unmap), ST_OK);
	assert_int_equal(page_count(vspace), 1);
	assert_int_equal(vspace_find_page(object_of(vspace), PAGE,
					  ABI_PAGE_BITS, &entry),
			 ST_OK);
	assert_true(arch_pte_present(*entry));
}

#define ASIDS  256
#define ROUNDS 10000

/* Every number is used again, every name is new, and nothing is left over. */
static void test_ten_thousand_spaces(void **unused)
{
	(void)unused;
	uint64_t vspace = world_make(ABI_TYPE_VSPACE, 0), last = 0;
	uint64_t taken[KERNEL_ASIDS_MAX / 64];
	struct vspace *object = object_of(vspace);
	bool seen[ASIDS] = { false };

	fake.asid_count = ASIDS;
	memcpy(taken, state.asids, sizeof(taken));
	for (unsigned int i = 0; i < ROUNDS; i++) {
		uint16_t asid = object->asid;
		assert_in_range(asid, 2, ASIDS - 1);
		assert_true(object->name > last);
		last = object->name;
		seen[asid] = true;
		vspace_destroy(object);
		fake_tlb_check();
		memset(object, 0, 1 << ABI_VSPACE_BITS);
		/* a hint somewhere else, as others would leave it */
		state.asid_next = i % (ASIDS / 64);
		vspace_init(object, vspace_asid_find());
	}
	assert_int_equal(object->page_count, 0);
	for (unsigned int i = 0; i < ASIDS; i += 64) {
		assert_true(seen[i ? i : 2]);
	}
	vspace_destroy(object);
	for (unsigned int i = 0; i < KERNEL_ASIDS_MAX; i++) {
		assert_int_equal(state.vspaces[i] != NULL, i == 1);
	}
	assert_int_equal(state.asids[0], 2); /* core's */
	vspace_init(object, vspace_asid_find());
	world_check();
}

/* All numbers that there are, beyond 8 and 12 bits. */
static void test_all_numbers(void **unused)
{
	(void)unused;
	static struct vspace *objects[KERNEL_ASIDS_MAX];
	uint64_t untyped = world_make(ABI_TYPE_UNTYPED, 23);
	paddr_t memory = { slot_of(untyped)->object };
	struct vspace *page = arch_window(memory);
	uint16_t asid;
	uint32_t count = 0;

	memset(page, 0, 1 << ABI_VSPACE_BITS);
	while ((asid = vspace_asid_find()) != 0) {
		assert_in_range(asid, 2, KERNEL_ASIDS_MAX - 1);
		assert_null(objects[asid]);
		objects[asid] = page;
		state.asids[asid / 64] |= 1ull << asid % 64;
		count++;
	}
	assert_int_equal(count, KERNEL_ASIDS_MAX - 2);
	vspace_init(page, KERNEL_ASIDS_MAX - 1);
	assert_ptr_equal(vspace_named(page->name), page);
	assert_null(vspace_named(page->name + (1 << 16)));
	assert_null(vspace_named(page->name | 0x8000));
	vspace_destroy(page);
	assert_int_equal(vspace_asid_find(), KERNEL_ASIDS_MAX - 1);
}

static int setup2(void **unused)
{
	(void)unused;
	cpus_boot(2);
	return 0;
}

/* A CPU that idles has nobody's tables, so whoever ran there may end. */
static void test_no_tables_where_it_idles(void **unused)
{
	(void)unused;
	uint64_t node, slot;
	struct thread *thread = world_thread(&node, &slot);
	struct vspace *vspace = thread->vspace;

	cpus_settle();
	assert_ptr_equal(cpus_current(1), thread);
	assert_ptr_equal(state.cpus[1].vspace, vspace);
	assert_int_equal(world_call(slot, ABI_THREAD_suspend), ST_OK);
	cpus_settle();
	assert_null(state.cpus[1].vspace);
	thread->vspace = NULL;
	uint64_t interrupts = fake.cpus[1].interrupts;
	vspace_destroy(vspace);
	assert_int_equal(fake.cpus[1].interrupts, interrupts);
	world_check();
}

/* The CPU that ends an address space may be on its tables still. */
static void test_no_tables_here(void **unused)
{
	(void)unused;
	struct thread *thread = world_core();
	struct vspace *vspace = thread->vspace;

	assert_ptr_equal(state.cpus[0].vspace, vspace);
	thread->vspace = NULL;
	vspace_destroy(vspace);
	assert_null(state.cpus[0].vspace);
	fake_tlb_check();
}

/* One in which a thread runs is not to end: the machine stops. */
static void test_end_of_one_in_use(void **unused)
{
	(void)unused;
	struct vspace *vspace = world_core()->vspace;

	fake.expects_end = true;
	if (setjmp(fake.back) == 0) {
		vspace_destroy(vspace);
		fail();
	}
	assert_int_equal(fake.end_status, STOPPED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_table_out_and_in, world_boot),
		cmocka_unit_test_setup(test_tables_from_above, world_boot),
		cmocka_unit_test_setup(test_what_came_after_stays, world_boot),
		cmocka_unit_test_setup(test_space_ends_before_its_pages,
				       world_boot),
		cmocka_unit_test_setup(test_release, world_boot),
		cmocka_unit_test_setup(test_large_page, world_boot),
		cmocka_unit_test_setup(test_large_page_refusals, world_boot),
		cmocka_unit_test_setup(test_huge_page, world_boot),
		cmocka_unit_test_setup(test_pages_of_another_size_stay,
				       world_boot),
		cmocka_unit_test_setup(test_ten_thousand_spaces, world_boot),
		cmocka_unit_test_setup(test_all_numbers, world_boot),
		cmocka_unit_test_setup_teardown(test_no_tables_where_it_idles,
						setup2, cpus_end),
		cmocka_unit_test_setup(test_no_tables_here, world_boot),
		cmocka_unit_test_setup(test_end_of_one_in_use, world_boot),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
