/* SPDX-License-Identifier: Apache-2.0 */
/* The call to the floor below, with the registers of abi/hypercalls.h. */

#include "kernel/arch.h"

struct nano_result arch_nano_call(enum abi_hypercall number,
				  const uint64_t arguments[6])
{
	register uint64_t x0 __asm__("x0") = arguments[0];
	register uint64_t x1 __asm__("x1") = arguments[1];
	register uint64_t x2 __asm__("x2") = arguments[2];
	register uint64_t x3 __asm__("x3") = arguments[3];
	register uint64_t x4 __asm__("x4") = arguments[4];
	register uint64_t x5 __asm__("x5") = arguments[5];
	register uint64_t x8 __asm__("x8") = number;

	__asm__ volatile("hvc #0"
			 : "+r"(x0), "+r"(x1)
			 : "r"(x2), "r"(x3), "r"(x4), "r"(x5), "r"(x8)
			 : "memory");
	return (struct nano_result){ .status = x0, .value = x1 };
}
