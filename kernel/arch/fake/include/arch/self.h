/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

struct cpu;

/** The CPU in whose name the test runs: fake.cpu. */
struct cpu *arch_cpu(void);

/** For a word that no other CPU writes. */
static inline void arch_count_up(uint32_t *word)
{
	__atomic_store_n(word, *word + 1, __ATOMIC_RELEASE);
}

/** Once around a loop that waits for another CPU: fake.relax(), which lets the
 * others run. Without one, the loop would never end, and the test does. */
void arch_relax(void);
