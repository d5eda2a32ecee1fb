/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Making capsules on the real kernel: what a capsule has is exactly what was
 * asked for, and a refused one leaves nothing behind, whatever the reason.
 * Shows C23 D5 D19 E10 E12 E27 E49 E51 E52 E53 E55.
 */

#include "core/capsule.h"

#include <stdlib.h>

#include <arch/fake.h>
#include <tess/objects.h>

#include "core/load.h"
#include "core/machine.h"
#include "image.h"
#include "kernel/state.h"
#include "world.h"

#define LONG_NAME "a2345678901234567890123456789012" /* one too long */
#define KIB       1024ull
#define MIB       (1024 * KIB)

static struct image image;

static int fresh(void **unused)
{
	for (uint32_t i = 0; i < CAPSULES_MAX; i++) {
		if (capsule_at(i)) {
			capsule_at(i)->state = CAPSULE_FREE;
		}
	}
	image_make(&image);
	return world_boot(unused);
}

static struct capsule_plan request(const char *name)
{
	return (struct capsule_plan){
		.name = name,
		.image = &image,
		.image_size = sizeof(image),
		.image_name = "x.elf",
		.memory_bytes = MIB,
		.virtual_bytes = 16 * MIB,
		.cap_slots = 16,
	};
}

static status_t create(struct capsule_plan plan, struct capsule **made)
{
	return capsule_create(&plan, made);
}

static struct capsule *create_good(const char *name)
{
	struct capsule *made = NULL;

	assert_int_equal(create(request(name), &made), ST_OK);
	assert_non_null(made);
	return made;
}

/* An offer of which nothing is handed over, and a route that carries nothing. */
static status_t offer(struct capsule *server, const char *name,
		      uint64_t *service)
{
	return capsule_offer(server, name, 0, 0, service);
}

static status_t route(struct capsule *client, uint64_t service, uint32_t ops,
		      uint64_t badge, const char *name)
{
	const struct route_limits limits = { .ops = ops, .badge = badge };

	return capsule_route(client, service, &limits, name);
}

static struct vspace *space_of(const struct capsule *capsule)
{
	return slot_object(world_cap(capsule->vspace));
}

static struct start_info info_of(const struct capsule *capsule)
{
	struct start_info info;

	world_read(space_of(capsule), capsule->info_address, &info,
		   sizeof(info));
	return info;
}

static void test_memory(void **unused)
{
	(void)unused;
	struct capsule *capsule = create_good("one");
	struct vspace *space = space_of(capsule);
	uint8_t bytes[0x1000];
	uint32_t access;

	world_read(space, USER_START, bytes, 0x1000);
	assert_memory_equal(bytes, image.code, 0x1000);
	world_read(space, USER_START + 0x1000, bytes, 0x1000);
	assert_memory_equal(bytes, image.data, sizeof(image.data));
	for (uint32_t i = sizeof(image.data); i < 0x1000; i++) {
		assert_int_equal(bytes[i], 0);
	}
	assert_non_null(world_page(space, USER_START, &access));
	assert_int_equal(access, ABI_ACCESS_READ | ABI_ACCESS_EXECUTE);
	assert_non_null(world_page(space, USER_START + 0x3000, &access));
	assert_int_equal(access, ABI_ACCESS_READ | ABI_ACCESS_WRITE);
	assert_null(world_page(space, USER_START + 0x4000, &access));
	assert_null(world_page(space, capsule->info_address, &access));
	assert_int_equal(capsule_start(capsule), ST_OK);
	assert_non_null(world_page(space, capsule->info_address, &access));
	assert_int_equal(access, ABI_ACCESS_READ);

	struct start_info info = info_of(capsule);
	assert_int_equal(info.magic, START_INFO_MAGIC);
	assert_string_equal(info.name, "one");
	for (uint64_t page = info.stack_start; page < info.stack_end;
	     page += ABI_PAGE_SIZE) {
		assert_non_null(world_page(space, page, &access));
		assert_int_equal(access, ABI_ACCESS_READ | ABI_ACCESS_WRITE);
	}
	assert_null(world_page(space, info.stack_start - ABI_PAGE_SIZE, NULL));
	assert_null(world_page(space, info.stack_end, NULL));
	assert_null(world_page(space, info.heap_start, NULL));
	assert_non_null(world_page(space, info.buffer, NULL));
	assert_int_equal(space->page_count * ABI_PAGE_SIZE,
			 capsule->virtual_used);
}

static void test_thread_storage(void **unused)
{
	(void)unused;
	struct capsule *capsule = create_good("one");
	const struct thread *thread = slot_object(world_cap(capsule->thread));
	uint64_t pointer = thread->context.tls, word;
	uint8_t bytes[0x50];

	world_read(space_of(capsule), pointer, &word, sizeof(word));
	assert_int_equal(word, pointer);
	world_read(space_of(capsule), pointer - 0x50, bytes, sizeof(bytes));
	assert_memory_equal(bytes, image.data + 0x40, 0x20);
	for (uint32_t i = 0x20; i < 0x50; i++) {
		assert_int_equal(bytes[i], 0);
	}
	assert_int_equal(thread->context.pc, USER_START + 16);
	assert_int_equal(thread->context.argument, capsule->info_address);
}

/* One capability to core, with four methods, and nothing else. */
static void test_capabilities(void **unused)
{
	(void)unused;
	struct capsule *capsule = create_good("one");
	struct capnode *node = slot_object(world_cap(capsule->capnode));
	const struct slot *core = capnode_slot(node, START_SLOT_CORE);

	assert_int_equal(node->count, 16);
	assert_int_equal(node->filled, 1);
	assert_int_equal(core->type, ABI_TYPE_ENDPOINT);
	assert_int_equal(core->rights, ABI_RIGHT_SEND);
	assert_int_equal(core->ops, 0xf);
	assert_int_equal(core->delegation, 0);
	assert_int_equal(core->badge, badge_of(BADGE_CAPSULE, 0));
}

static void test_route(void **unused)
{
	(void)unused;
	struct capsule *server = create_good("server");
	struct capsule *client = create_good("client");
	char name[START_NAME_MAX] = "kv";
	uint64_t service;

	assert_int_equal(offer(server, name, &service), ST_OK);
	assert_int_equal(route(client, service, 5, 77, name), ST_OK);

	struct capnode *node = slot_object(world_cap(client->capnode));
	const struct slot *sender = capnode_slot(node, START_SLOT_FREE);
	assert_int_equal(node->filled, 2);
	assert_int_equal(sender->type, ABI_TYPE_ENDPOINT);
	assert_int_equal(sender->rights, ABI_RIGHT_SEND);
	assert_int_equal(sender->ops, 5);
	assert_int_equal(sender->badge, 77);
	node = slot_object(world_cap(server->capnode));
	assert_int_equal(node->filled, 2 + START_REPLY_COUNT);
	const struct slot *receiver = capnode_slot(node, START_SLOT_FREE);
	assert_int_equal(receiver->rights, ABI_RIGHT_RECV);
	assert_int_equal(receiver->ops, 0);
	assert_int_equal(receiver->object, sender->object);
	for (uint32_t i = 0; i < START_REPLY_COUNT; i++) {
		assert_int_equal(capnode_slot(node, START_SLOT_REPLY + i)->type,
				 ABI_TYPE_REPLY);
	}

	assert_int_equal(capsule_start(client), ST_OK);
	assert_int_equal(capsule_start(server), ST_OK);
	struct start_info info = info_of(client);
	assert_int_equal(info.route_count, 1);
	assert_string_equal(info.routes[0].name, "kv");
	assert_int_equal(info.routes[0].slot, START_SLOT_FREE);
	assert_int_equal(info.routes[0].ops, 5);
	info = info_of(server);
	assert_int_equal(info.offer_count, 1);
	assert_string_equal(info.offers[0].name, "kv");
	assert_int_equal(info.offers[0].slot, START_SLOT_FREE);
	assert_int_equal(route(client, service, 5, 77, name), ST_BAD_STATE);
	assert_int_equal(offer(server, name, &service), ST_BAD_STATE);
	assert_int_equal(capsule_start(client), ST_BAD_STATE);
}

/* Whoever may hand capabilities over has what that takes, and no more. */
static void test_grant(void **unused)
{
	(void)unused;
	struct capsule_plan plan = request("server");
	struct capsule *server = NULL, *client = create_good("client");
	const struct route_limits limits = { 5, true, 77 };
	char name[START_NAME_MAX] = "kv";
	uint64_t service;

	plan.holds_capnode = true;
	assert_int_equal(create(plan, &server), ST_OK);
	assert_int_equal(capsule_offer(server, name, 3, 6, &service), ST_OK);
	assert_int_equal(capsule_route(client, service, &limits, name), ST_OK);
	struct capnode *node = slot_object(world_cap(server->capnode));
	const struct slot *own = capnode_slot(node, START_SLOT_FREE);
	assert_int_equal(own->type, ABI_TYPE_CAPNODE);
	assert_ptr_equal(slot_object(own), node);
	assert_int_equal(own->rights, 0);
	assert_int_equal(own->delegation, 0);
	assert_int_equal(own->ops, 0xe6);
	const struct slot *source = own + 2;
	assert_int_equal(source->type, ABI_TYPE_ENDPOINT);
	assert_int_equal(source->rights, ABI_RIGHT_SEND);
	assert_int_equal(source->delegation, 3);
	assert_int_equal(source->ops, 6);
	assert_int_equal(source->badge, 0);
	const struct slot *sender = capnode_slot(
		slot_object(world_cap(client->capnode)), START_SLOT_FREE);
	assert_int_equal(sender->rights, ABI_RIGHT_SEND | ABI_RIGHT_GRANT);
	assert_int_equal(sender->delegation, 0);

	assert_int_equal(capsule_start(server), ST_OK);
	assert_int_equal(capsule_start(client), ST_OK);
	struct start_info info = info_of(server);
	assert_int_equal(info.capnode, START_SLOT_FREE);
	assert_int_equal(info.offers[0].slot, START_SLOT_FREE + 1);
	assert_int_equal(info.offers[0].source, START_SLOT_FREE + 2);
	assert_int_equal(info.slots_start, START_SLOT_FREE + 3);
	assert_int_equal(info.slots_end, 16);
	info = info_of(client);
	assert_int_equal(info.capnode, 0);
	assert_int_equal(info.routes[0].grant, 1);
	assert_int_equal(info.slots_start, START_SLOT_FREE + 1);
}

/* Two slots or none; a depth and methods that there are, or none of both. */
static void test_grant_limits(void **unused)
{
	(void)unused;
	struct capsule *server = create_good("server");
	char name[START_NAME_MAX] = "kv";
	uint64_t service;

	assert_int_equal(capsule_offer(server, name, 255, 1, &service),
			 ST_BAD_ARGUMENT);
	assert_int_equal(capsule_offer(server, name, 1, 0, &service),
			 ST_BAD_ARGUMENT);
	assert_int_equal(capsule_offer(server, name, 0, 1, &service),
			 ST_BAD_ARGUMENT);
	assert_int_equal(capsule_offer(server, name, 1, 1u << 31, &service),
			 ST_BAD_ARGUMENT);
	for (uint32_t i = START_SLOT_FREE; i + 2 < 16; i += 2) {
		assert_int_equal(capsule_offer(server, name, 1, 1, &service),
				 ST_OK);
	}
	assert_int_equal(offer(server, name, &service), ST_OK);
	assert_int_equal(capsule_offer(server, name, 1, 1, &service), ST_LIMIT);
	assert_int_equal(offer(server, name, &service), ST_OK);
	assert_int_equal(offer(server, name, &service), ST_LIMIT);
}

static void test_route_limits(void **unused)
{
	(void)unused;
	struct capsule *server = create_good("server");
	struct capsule *client = create_good("client");
	char name[START_NAME_MAX] = "kv", no_end[START_NAME_MAX];
	uint64_t service;
	uint32_t count = 0;

	memset(no_end, 'x', sizeof(no_end));
	assert_int_equal(offer(server, name, &service), ST_OK);
	assert_int_equal(offer(server, no_end, &service), ST_BAD_ARGUMENT);
	assert_int_equal(route(client, service + 1, 1, 0, name), ST_NOT_FOUND);
	assert_int_equal(route(client, service, 0, 0, name), ST_BAD_ARGUMENT);
	assert_int_equal(route(client, service, 1u << 31, 0, name),
			 ST_BAD_ARGUMENT);
	while (route(client, service, 1, 0, name) == ST_OK) {
		count++;
	}
	assert_int_equal(count, 16 - START_SLOT_FREE);
	assert_int_equal(route(client, service, 1, 0, name), ST_LIMIT);
	while (offer(server, name, &service) == ST_OK) {
		count++;
	}
	assert_int_equal(count, 2 * (16 - START_SLOT_FREE) - 1);
}

/* Nothing of the machine's memory may change when a request is refused. */
static void refused(struct capsule_plan plan, status_t want)
{
	struct capsule *made = NULL;
	uint64_t sum = world_sum(), calls = world_calls;

	assert_int_equal(create(plan, &made), want);
	assert_null(made);
	assert_int_equal(world_calls, calls);
	assert_int_equal(world_sum(), sum);
}

static void test_bad_requests(void **unused)
{
	static const char *const names[] = { "",          "Web",    "1web",
					     "-web",      "w b",    "web!",
					     "w\x1b[2Jb", LONG_NAME };
	struct capsule_plan plan;

	(void)unused;
	for (uint32_t i = 0; i < ARRAY_SIZE(names); i++) {
		refused(request(names[i]), ST_BAD_ARGUMENT);
	}
	for (uint32_t slots = 0; slots < 9000; slots++) {
		if (slots < 16 || slots > 4096 || (slots & (slots - 1))) {
			plan = request("web");
			plan.cap_slots = slots;
			struct capsule *made;
			assert_int_equal(create(plan, &made), ST_BAD_ARGUMENT);
		}
	}
	plan = request("web");
	plan.memory_bytes += 1;
	refused(plan, ST_BAD_ARGUMENT);
	plan = request("web");
	plan.virtual_bytes = UINT64_MAX;
	refused(plan, ST_BAD_ARGUMENT);
	image.segments[1].flags = 7;
	refused(request("web"), ST_DAMAGED);
	assert_string_equal(world_console,
			    "core: image 'x.elf' has a segment that is "
			    "writable and executable\r\n");
}

/* Every memory quota up to the first that suffices is refused and changes
 * nothing; that one is enough, and is used to no more than its end. */
static void sweep_memory(uint32_t cap_slots)
{
	struct capsule_plan plan = request("web");
	struct capsule *made = NULL;

	plan.cap_slots = cap_slots;
	for (uint64_t bytes = 0; bytes < MIB; bytes += ABI_PAGE_SIZE) {
		plan.memory_bytes = bytes;
		uint64_t calls = world_calls;
		status_t status = create(plan, &made);
		if (status == ST_OK) {
			break;
		}
		assert_int_equal(status, ST_LIMIT);
		assert_int_equal(world_calls, calls);
	}
	assert_non_null(made);
	assert_true(made->pool.charged <= made->pool.quota);
	assert_true(made->pool.quota - made->pool.charged < ABI_PAGE_SIZE);
}

static void test_memory_quota(void **unused)
{
	(void)unused;
	for (uint32_t slots = 16; slots <= 4096; slots *= 2) {
		sweep_memory(slots);
	}
}

static void test_virtual_quota(void **unused)
{
	(void)unused;
	struct capsule *made = create_good("one");
	struct capsule_plan plan = request("two");

	plan.virtual_bytes = made->virtual_used - ABI_PAGE_SIZE;
	refused(plan, ST_LIMIT);
	plan.virtual_bytes = made->virtual_used;
	assert_int_equal(create(plan, &made), ST_OK);
	uint64_t address;
	assert_int_equal(capsule_grow(made, ABI_PAGE_SIZE, &address), ST_LIMIT);
}

static void test_machine_full(void **unused)
{
	struct capsule_plan plan = request("web");
	struct capsule *made = NULL;
	uint32_t count = 0;

	(void)unused;
	plan.cap_slots = 1024;
	status_t status = create(plan, &made);
	for (; status == ST_OK; status = create(plan, &made)) {
		count++;
	}
	assert_int_equal(status, ST_NO_MEMORY);
	assert_in_range(count, 10, CAPSULES_MAX);
	made = NULL;
	refused(plan, ST_NO_MEMORY);
}

static void test_grow(void **unused)
{
	(void)unused;
	struct capsule *capsule = create_good("one");
	struct vspace *space = space_of(capsule);
	uint64_t start = capsule->heap_end, address, used = 0;
	uint32_t access;

	assert_int_equal(capsule_grow(capsule, 0, &address), ST_BAD_ARGUMENT);
	assert_int_equal(capsule_grow(capsule, 100, &address), ST_BAD_ARGUMENT);
	assert_int_equal(capsule_grow(capsule, 32 * MIB, &address), ST_LIMIT);
	assert_int_equal(capsule_grow(capsule, UINT64_MAX - 0xfff, &address),
			 ST_LIMIT);
	while (capsule_grow(capsule, 2 * ABI_PAGE_SIZE, &address) == ST_OK) {
		assert_int_equal(address, start + used);
		used += 2 * ABI_PAGE_SIZE;
	}
	assert_in_range(used, 800 * KIB, MIB);
	assert_int_equal(capsule->heap_end, start + used);
	while (capsule_grow(capsule, ABI_PAGE_SIZE, &address) == ST_OK) {
		used += ABI_PAGE_SIZE;
	}
	assert_int_equal(capsule->pool.charged, capsule->pool.quota);
	for (uint64_t at = start; at < start + used; at += ABI_PAGE_SIZE) {
		const uint8_t *page = world_page(space, at, &access);
		assert_non_null(page);
		assert_int_equal(access, ABI_ACCESS_READ | ABI_ACCESS_WRITE);
		for (uint32_t i = 0; i < ABI_PAGE_SIZE; i++) {
			assert_int_equal(page[i], 0);
		}
	}
	assert_null(world_page(space, start + used, NULL));
}

/* core's own address space holds nothing of a capsule afterwards. */
static void test_core_keeps_nothing(void **unused)
{
	(void)unused;
	uint64_t pages = fake.started->vspace->page_count;
	struct capsule *capsule = create_good("one");
	uint64_t service;
	char name[START_NAME_MAX] = "kv";

	assert_int_equal(offer(capsule, name, &service), ST_OK);
	assert_int_equal(route(capsule, service, 1, 1, name), ST_OK);
	assert_int_equal(capsule_start(capsule), ST_OK);
	assert_int_equal(fake.started->vspace->page_count, pages);
}

/* The kernel's word about it. */
static uint64_t state_of(const struct capsule *capsule)
{
	uint64_t facts[4];

	assert_int_equal(tess_capsule_info(capsule->control, facts), ST_OK);
	return facts[0];
}

/* Nothing is left but the record, which says why. */
static void test_end(void **unused)
{
	(void)unused;
	uint64_t free_bytes = untyped_free_bytes();
	struct capsule *capsule = create_good("one");
	uint64_t handle = capsule_handle(capsule), thread = capsule->thread;
	struct slot_run fault = capsule_fault_slot(capsule);

	assert_int_equal(state_of(capsule), ABI_CAPSULE_CREATED);
	assert_int_equal(capsule_start(capsule), ST_OK);
	assert_int_equal(state_of(capsule), ABI_CAPSULE_RUNNING);
	assert_true(untyped_free_bytes() < free_bytes);
	capsule_end(capsule, SUPERVISOR_FAULTED, 3, 7);
	assert_int_equal(untyped_free_bytes(), free_bytes);
	assert_int_equal(capsule->pool.charged, 0);
	assert_null(world_cap(thread));
	assert_null(world_cap(slot_address(&fault, 0)));
	assert_int_equal(capsule->end, SUPERVISOR_FAULTED);
	assert_int_equal(capsule->status, 3);
	assert_int_equal(capsule_start(capsule), ST_BAD_STATE);
	assert_ptr_equal(capsule_of(handle), capsule);
	capsule_release(capsule);
	assert_null(capsule_of(handle));
	assert_ptr_equal(create_good("two"), capsule);
	assert_null(capsule_of(handle)); /* not the old one's */
}

/* A route goes with its server, and the server's name for others with it. */
static void test_end_of_a_server(void **unused)
{
	(void)unused;
	struct capsule *server = create_good("server");
	struct capsule *client = create_good("client");
	struct capnode *node = slot_object(world_cap(client->capnode));
	char name[START_NAME_MAX] = "kv";
	uint64_t service, again;

	assert_int_equal(offer(server, name, &service), ST_OK);
	assert_int_equal(route(client, service, 5, 77, name), ST_OK);
	assert_int_equal(node->filled, 2);
	capsule_end(server, SUPERVISOR_EXITED, 0, 0);
	assert_int_equal(node->filled, 1);
	assert_int_equal(route(client, service, 5, 77, name), ST_NOT_FOUND);
	capsule_release(server);
	server = create_good("server");
	assert_int_equal(offer(server, name, &again), ST_OK);
	assert_int_not_equal(again, service);
	assert_int_equal(route(client, service, 5, 77, name), ST_NOT_FOUND);
	assert_int_equal(route(client, again, 5, 77, name), ST_OK);
}

/* What there is of everything, in core and in the kernel. */
struct counters {
	uint64_t bytes, slots, pages, sweeps, refusals;
};

static struct counters counters(void)
{
	return (struct counters){
		.bytes = untyped_free_bytes(),
		.slots = fake.started->capnode->filled,
		.pages = fake.started->vspace->page_count,
		.sweeps = state.sweeps + (state.gone != NULL),
		.refusals = state.refusals,
	};
}

/* A server and a client, from the first page to the last, again and again. */
static void live(uint32_t round)
{
	struct capsule *server = create_good("server"), *client;
	char name[START_NAME_MAX] = "kv";
	uint64_t service, address;

	assert_int_equal(offer(server, name, &service), ST_OK);
	client = create_good("client");
	assert_int_equal(route(client, service, 1, 1, name), ST_OK);
	assert_int_equal(capsule_start(server), ST_OK);
	if (round % 2) {
		assert_int_equal(capsule_start(client), ST_OK);
		assert_int_equal(capsule_grow(client,
					      (1 + round % 50) * ABI_PAGE_SIZE,
					      &address),
				 ST_OK);
	}
	struct capsule *first = round % 3 ? server : client;
	struct capsule *second = round % 3 ? client : server;
	bool fails = first == server && round % 5 == 0;
	capsule_end(first, SUPERVISOR_EXITED, 0, fails);
	capsule_release(first);
	capsule_end(second, SUPERVISOR_EXITED, 0, 0);
	capsule_release(second);
}

static void test_again_and_again(void **unused)
{
	const char *rounds = getenv("ROUNDS");
	uint32_t count = rounds ? (uint32_t)atoi(rounds) : 1000;
	uint64_t free_bytes = untyped_free_bytes();

	(void)unused;
	for (uint32_t i = 0; i < 100; i++) {
		live(i); /* until every record has the slots it keeps */
	}
	struct counters before = counters();
	for (uint32_t i = 0; i < count; i++) {
		live(i);
	}
	struct counters after = counters();
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(after.sweeps, 0);
	assert_in_range(after.bytes, free_bytes - MIB, free_bytes);
}

/* As many as the machine holds, twice. */
static void test_full_and_empty(void **unused)
{
	struct capsule_plan plan = request("web");
	struct capsule *made[CAPSULES_MAX];
	uint32_t counts[2];

	(void)unused;
	plan.cap_slots = 1024;
	for (uint32_t i = 0; i < 2; i++) {
		uint32_t count = 0;
		while (create(plan, &made[count]) == ST_OK) {
			count++;
		}
		counts[i] = count;
		while (count > 0) {
			capsule_end(made[--count], 0, 0, 0);
			capsule_release(made[count]);
		}
	}
	assert_int_equal(counts[0], counts[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_memory, fresh),
		cmocka_unit_test_setup(test_thread_storage, fresh),
		cmocka_unit_test_setup(test_capabilities, fresh),
		cmocka_unit_test_setup(test_route, fresh),
		cmocka_unit_test_setup(test_grant, fresh),
		cmocka_unit_test_setup(test_grant_limits, fresh),
		cmocka_unit_test_setup(test_route_limits, fresh),
		cmocka_unit_test_setup(test_bad_requests, fresh),
		cmocka_unit_test_setup(test_memory_quota, fresh),
		cmocka_unit_test_setup(test_virtual_quota, fresh),
		cmocka_unit_test_setup(test_machine_full, fresh),
		cmocka_unit_test_setup(test_grow, fresh),
		cmocka_unit_test_setup(test_core_keeps_nothing, fresh),
		cmocka_unit_test_setup(test_end, fresh),
		cmocka_unit_test_setup(test_end_of_a_server, fresh),
		cmocka_unit_test_setup(test_again_and_again, fresh),
		cmocka_unit_test_setup(test_full_and_empty, fresh),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
