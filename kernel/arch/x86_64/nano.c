/* SPDX-License-Identifier: Apache-2.0 */
/* Calls to the floor below. */

#include "common/assert.h"
#include "kernel/arch.h"

struct nano_result arch_nano_call(enum abi_hypercall number,
				  const uint64_t arguments[6])
{
	register uint64_t r10 __asm__("r10") = arguments[3];
	register uint64_t r8 __asm__("r8") = arguments[4];
	register uint64_t r9 __asm__("r9") = arguments[5];
	uint64_t rax = number, rdx = arguments[2];

	__asm__ volatile("vmmcall"
			 : "+a"(rax), "+d"(rdx)
			 : "D"(arguments[0]), "S"(arguments[1]), "r"(r10),
			   "r"(r8), "r"(r9)
			 : "memory", "cc");
	return (struct nano_result){ .status = rax, .value = rdx };
}

/* The kernel can only read the LAPIC. */
void arch_ipi(uint64_t cpus)
{
	uint64_t arguments[6] = { cpus };

	CHECK(arch_nano_call(ABI_HYPERCALL_ipi, arguments).status == ST_OK);
}
