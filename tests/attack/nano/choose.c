/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which defence is off. It is asked for once nano's own tables are in use and
 * before anything is given to the kernel's world; and, whatever was off, the
 * end of a run says whether nano's code is still what it was.
 */

#include "nano/arch.h"
#include "nano/console.h"
#include "nano/own.h"
#include "nano/power.h"
#include "undefended.h"

#include "common/string.h"

#define NAME_SIZE 32

/* clang-format off */
WRAP(void, cpu_init_all, (const struct boot_info *boot));
WRAP(_Noreturn void, power_off, (uint32_t status));
/* clang-format on */

static const char *const names[DEFENCE_COUNT] = { [DEFENCE_NONE] = "none",
#define X(name, machine, what) [DEFENCE_##name] = #name,
						  DEFENCES(X)
#undef X
};

static enum defence off;
static uint64_t code; /* hash of nano's code at the start */

bool undefended(enum defence which)
{
	return off == which;
}

/* FNV-1a (Fowler, Noll, Vo). */
static uint64_t hash_of_code(void)
{
	uint64_t hash = 0xcbf29ce484222325ull;
	struct own_section text;

	if (!arch_own_section(0, &text)) {
		return 0;
	}
	for (uint64_t at = text.start; at < text.end; at++) {
		hash ^= *(const volatile uint8_t *)at;
		hash *= 0x100000001b3ull;
	}
	return hash;
}

void wrap_cpu_init_all(const struct boot_info *boot)
{
	char name[NAME_SIZE] = "none";

	real_cpu_init_all(boot);
	code = hash_of_code();
	machine_undefended(name, sizeof(name));
	for (uint32_t i = 0; i < DEFENCE_COUNT; i++) {
		if (strcmp(names[i], name) == 0) {
			off = (enum defence)i;
			console_print("nano: a test image, undefended: %s\n",
				      name);
			return;
		}
	}
	power_fail("no defence has this name: %s", name);
}

_Noreturn void wrap_power_off(uint32_t status)
{
	uint64_t now = hash_of_code();

	if (now != code) {
		console_print("# nano's code was %lx and is %lx\n", code, now);
	}
	real_power_off(status);
}
