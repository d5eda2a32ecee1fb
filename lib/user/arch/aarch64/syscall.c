/* SPDX-License-Identifier: Apache-2.0 */
/* The system call of aarch64: x0 to x11 in and out, every other kept. */

#include <tess/syscall.h>

void tess_syscall(struct tess_registers *registers)
{
	register uint64_t capability __asm__("x0") = registers->capability;
	register uint64_t label __asm__("x1") = registers->label;
	register uint64_t info __asm__("x2") = registers->info;
	register uint64_t w0 __asm__("x3") = registers->words[0];
	register uint64_t w1 __asm__("x4") = registers->words[1];
	register uint64_t w2 __asm__("x5") = registers->words[2];
	register uint64_t w3 __asm__("x6") = registers->words[3];
	register uint64_t w4 __asm__("x7") = registers->words[4];
	register uint64_t w5 __asm__("x8") = registers->words[5];
	register uint64_t w6 __asm__("x9") = registers->words[6];
	register uint64_t w7 __asm__("x10") = registers->words[7];
	register uint64_t verb __asm__("x11") = registers->verb;

	__asm__ volatile("svc #0"
			 : "+r"(capability), "+r"(label), "+r"(info), "+r"(w0),
			   "+r"(w1), "+r"(w2), "+r"(w3), "+r"(w4), "+r"(w5),
			   "+r"(w6), "+r"(w7), "+r"(verb)
			 :
			 : "memory", "cc");
	*registers = (struct tess_registers){
		.capability = capability,
		.label = label,
		.info = info,
		.words = { w0, w1, w2, w3, w4, w5, w6, w7 },
		.verb = verb,
	};
}
