/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The system call of x86_64. Every general register but rbp and rsp carries
 * something or is lost, so the compiler is told each by name.
 */

#include <tess/syscall.h>

void tess_syscall(struct tess_registers *registers)
{
	register uint64_t w0 __asm__("r8") = registers->words[0];
	register uint64_t w1 __asm__("r9") = registers->words[1];
	register uint64_t w2 __asm__("r10") = registers->words[2];
	register uint64_t w3 __asm__("r12") = registers->words[3];
	register uint64_t w4 __asm__("r13") = registers->words[4];
	register uint64_t w5 __asm__("r14") = registers->words[5];
	register uint64_t w6 __asm__("r15") = registers->words[6];
	uint64_t w7 = registers->words[7];
	uint64_t verb = registers->verb;
	uint64_t capability = registers->capability;
	uint64_t label = registers->label;
	uint64_t info = registers->info;

	__asm__ volatile("syscall"
			 : "+r"(w0), "+r"(w1), "+r"(w2), "+r"(w3), "+r"(w4),
			   "+r"(w5), "+r"(w6), "+b"(w7), "+a"(verb),
			   "+D"(capability), "+S"(label), "+d"(info)
			 :
			 : "rcx", "r11", "memory", "cc");
	*registers = (struct tess_registers){
		.capability = capability,
		.label = label,
		.info = info,
		.words = { w0, w1, w2, w3, w4, w5, w6, w7 },
		.verb = verb,
	};
}
