/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernel objects on the machine: one of each kind that can be made, and no
 * other; two address spaces that share memory at the same addresses, and page
 * tables that neither can reach; and up to sixteen threads of one capsule.
 */

#include "objects.h"

#include "tests/system/root/root.h"

#define UNKNOWN_TYPE 200

static const struct kind {
	uint64_t type, least;
	bool made, has_info;
} kinds[] = {
#define X(number, name, built, made, bits, least, most, text) \
	{ number, least, made, number != ABI_TYPE_ENDPOINT },
	ABI_OBJECT_TYPES(X)
#undef X
};

static status_t retype(uint64_t type, uint64_t bits, uint64_t slot)
{
	return CALL(root_untyped, ABI_UNTYPED_retype, type, bits, 1,
		    CORE_SLOT_CAPNODE, slot);
}

static uint64_t type_in(uint64_t slot)
{
	uint64_t words[ABI_MESSAGE_REGISTERS] = { slot };

	MUST(invoke(CORE_SLOT_CAPNODE, ABI_CAPNODE_inspect, 1, words));
	return words[0];
}

void test_kinds(void)
{
	bool made = true, told = true, refused = true;
	uint64_t slot = 9000, words[ABI_MESSAGE_REGISTERS];

	for (uint32_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct kind *kind = &kinds[i];
		status_t status = retype(kind->type, kind->least, slot);
		if (!kind->made) {
			refused = refused && status == ST_BAD_ARGUMENT &&
				  type_in(slot) == ABI_TYPE_NULL;
			continue;
		}
		made = made && status == ST_OK && type_in(slot) == kind->type;
		told = told &&
		       (!kind->has_info || invoke(slot, 0, 0, words) == ST_OK);
		slot++;
	}
	told = told && invoke(CORE_SLOT_IRQ_CONTROL, 0, 0, words) == ST_OK &&
	       invoke(CORE_SLOT_SYSTEM_CONTROL, 0, 0, words) == ST_OK;
	result(made, "one of each kind is made and says what it is # C1 C21");
	result(told, "each of them answers info # C1");
	result(refused, "kinds that are not made are refused # C1");
	result(retype(ABI_TYPE_NULL, 0, slot) == ST_BAD_ARGUMENT &&
		       retype(ABI_TYPE_COUNT, 0, slot) == ST_BAD_ARGUMENT &&
		       retype(UNKNOWN_TYPE, 0, slot) == ST_BAD_ARGUMENT &&
		       retype(UINT64_MAX, 0, slot) == ST_BAD_ARGUMENT &&
		       type_in(slot) == ABI_TYPE_NULL,
	       "and so are those that there are not # C1");
}

void root_main(void)
{
	say("1..%u\n", KINDS_RESULTS + SPACES_RESULTS + THREADS_RESULTS);
	test_kinds();
	test_spaces();
	test_threads();
}
