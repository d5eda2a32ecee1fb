/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * What user mode can ask of a CPU without a fault, and the instructions that
 * would tell which CPU it is and must fault.
 */

#include <stddef.h>
#include <stdint.h>

#define WORDS_MAX 2048

struct words {
	uint64_t word[WORDS_MAX];
	size_t count;
};

static inline void note(struct words *words, uint64_t word)
{
	if (words->count < WORDS_MAX) {
		words->word[words->count++] = word;
	}
}

#if defined(__x86_64__)

static inline uint64_t now(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence\n\trdtsc" : "=a"(low), "=d"(high)::"memory");
	return (uint64_t)high << 32 | low;
}

static inline void note_cpuid(struct words *words, uint32_t leaf,
			      uint32_t subleaf)
{
	uint32_t a = leaf, b, c = subleaf, d;

	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
	note(words, (uint64_t)a << 32 | b);
	note(words, (uint64_t)c << 32 | d);
}

/* Access rights and limit of a selector, or nothing. */
static inline void note_selector(struct words *words, uint64_t selector)
{
	uint64_t rights = 0, limit = 0;

	__asm__ volatile("lar %2, %0\n\tlsl %2, %1"
			 : "+r"(rights), "+r"(limit)
			 : "r"(selector)
			 : "cc");
	note(words, rights << 32 | limit);
}

/* CPUID with APIC ids, topology and caches in each form, segments, modes of the
 * arithmetic units. */
static inline void read_all(struct words *words)
{
	static const uint32_t starts[] = { 0, 0x40000000, 0x80000000 };
	uint64_t word;
	uint32_t mode;

	words->count = 0;
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		for (uint32_t leaf = 0; leaf < 0x22; leaf++) {
			for (uint32_t subleaf = 0; subleaf < 3; subleaf++) {
				note_cpuid(words, starts[i] + leaf, subleaf);
			}
		}
	}
	for (uint64_t selector = 0; selector < 0x80; selector += 4) {
		note_selector(words, selector);
	}
	__asm__ volatile("mov %%cs, %0" : "=r"(word));
	note(words, word);
	__asm__ volatile("mov %%ss, %0" : "=r"(word));
	note(words, word);
	__asm__ volatile("mov %%fs, %0" : "=r"(word));
	note(words, word);
	__asm__ volatile("mov %%gs, %0" : "=r"(word));
	note(words, word);
	__asm__ volatile("stmxcsr %0" : "=m"(mode));
	note(words, mode);
	__asm__ volatile("fnstcw %0" : "=m"(*(uint16_t *)&mode));
	note(words, mode & 0xffff);
}

/* The number that the kernel of another system puts there for each CPU. Not
 * every CPU and emulator lets nano refuse the instruction. */
static inline uint64_t number_of_cpu(void)
{
	uint64_t number;

	__asm__ volatile("rdtscp" : "=c"(number)::"rax", "rdx");
	return number;
}

#define PRY_COUNT 6

static inline void pry(int which)
{
	uint8_t table[16] = { 0 };
	uint64_t word = 0;

	switch (which) {
	case 0:
		__asm__ volatile("sgdt %0" : "=m"(table));
		break;
	case 1:
		__asm__ volatile("sidt %0" : "=m"(table));
		break;
	case 2:
		__asm__ volatile("str %0" : "+r"(word));
		break;
	case 3:
		__asm__ volatile("sldt %0" : "+r"(word));
		break;
	case 4:
		__asm__ volatile("rdmsr" ::"c"(0xc0000103) : "rax", "rdx");
		break;
	default:
		__asm__ volatile("rdpmc" ::"c"(0) : "rax", "rdx");
	}
}

#else

static inline uint64_t now(void)
{
	uint64_t count;

	__asm__ volatile("isb\n\tmrs %0, cntvct_el0" : "=r"(count)::"memory");
	return count;
}

#define READ(name)                                               \
	({                                                       \
		uint64_t word_;                                  \
		__asm__ volatile("mrs %0, " name : "=r"(word_)); \
		word_;                                           \
	})

/* All that EL0 may read and that is not the thread's own. */
static inline void read_all(struct words *words)
{
	words->count = 0;
	note(words, READ("ctr_el0"));
	note(words, READ("dczid_el0"));
	note(words, READ("cntfrq_el0"));
	note(words, READ("tpidrro_el0"));
	note(words, READ("fpcr"));
}

static inline uint64_t number_of_cpu(void)
{
	return READ("tpidrro_el0");
}

#define PRY_COUNT 6

static inline void pry(int which)
{
	switch (which) {
	case 0:
		READ("mpidr_el1");
		break;
	case 1:
		READ("midr_el1");
		break;
	case 2:
		READ("revidr_el1");
		break;
	case 3:
		READ("id_aa64pfr0_el1");
		break;
	case 4:
		READ("cntpct_el0");
		break;
	default:
		READ("pmccntr_el0");
	}
}

#endif
