/* SPDX-License-Identifier: Apache-2.0 */
/* aarch64: variant I of thread-local storage. The data begins two words, or its
 * own alignment, behind the thread pointer. */

#include "core/machine.h"

#define ELF_MACHINE   183 /* EM_AARCH64 */
#define CONTROL_BLOCK 16

uint16_t arch_elf_machine(void)
{
	return ELF_MACHINE;
}

struct tls_layout arch_tls_layout(uint64_t memory_size, uint64_t align)
{
	uint64_t data = align < CONTROL_BLOCK ? CONTROL_BLOCK : align;

	return (struct tls_layout){
		.size = data + memory_size,
		.data = data,
		.pointer = 0,
	};
}

uint64_t arch_tls_word(const struct tls_layout *layout, uint64_t address)
{
	(void)layout;
	(void)address;
	return 0;
}
