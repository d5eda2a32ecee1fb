/* SPDX-License-Identifier: Apache-2.0 */
/* x86_64: variant II of thread-local storage. The data ends at the thread
 * pointer, whose word points to itself. */

#include "core/machine.h"

#include "common/types.h"

#define ELF_MACHINE   62 /* EM_X86_64 */
#define CONTROL_BLOCK 64 /* bytes behind the thread pointer */

uint16_t arch_elf_machine(void)
{
	return ELF_MACHINE;
}

struct tls_layout arch_tls_layout(uint64_t memory_size, uint64_t align)
{
	uint64_t span = align_up(memory_size, align < 16 ? 16 : align);

	return (struct tls_layout){
		.size = span + CONTROL_BLOCK,
		.data = span - align_up(memory_size, align),
		.pointer = span,
	};
}

uint64_t arch_tls_word(const struct tls_layout *layout, uint64_t address)
{
	return address + layout->pointer;
}
