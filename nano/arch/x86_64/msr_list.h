/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * MSRs, by allow-list: what is not in MSR_RULES exits and is refused, known to
 * this file or not. docs/intercepts.md is made from it.
 *
 * MSR_RULES: X(NAME, number, read, write, reason), NAME as in AMD64 manual
 * volume 2, appendix A.
 */
#define MSR_RULES(X)                                                        \
	X(TSC, 0x00000010u, true, false, "time; the same as RDTSC")         \
	X(APIC_BASE, 0x0000001bu, true, false, "says where the APIC is")    \
	X(PAT, 0x00000277u, true, false,                                    \
	  "memory types stay those of "                                     \
	  "reset")                                                          \
	X(STAR, 0xc0000081u, true, true, "the kernel's system call entry")  \
	X(LSTAR, 0xc0000082u, true, true, "the kernel's system call entry") \
	X(SFMASK, 0xc0000084u, true, true,                                  \
	  "the kernel's system call "                                       \
	  "entry")                                                          \
	X(FS_BASE, 0xc0000100u, true, true, "thread pointer")               \
	X(GS_BASE, 0xc0000101u, true, true, "the kernel's CPU pointer")     \
	X(KERNEL_GS_BASE, 0xc0000102u, true, true, "the kernel's CPU pointer")

/* Why those that are left out are: X(first, last, name, reason). The list is
 * for people; the map does not need it. */
#define MSR_REFUSED(X)                                                      \
	X(0x00000048u, 0x00000049u, "SPEC_CTRL, PRED_CMD",                  \
	  "not offered; predictors are shared with nano")                   \
	X(0x0000008bu, 0x0000008bu, "PATCH_LEVEL", "tells of the CPU")      \
	X(0x000000e7u, 0x000000e8u, "MPERF, APERF", "count what nano does") \
	X(0x000000feu, 0x000000feu, "MTRRcap", "no MTRRs are offered")      \
	X(0x00000174u, 0x00000176u, "SYSENTER",                             \
	  "not offered; another way into the kernel")                       \
	X(0x00000179u, 0x0000017bu, "MCG", "machine checks are nano's")     \
	X(0x000001d9u, 0x000001deu, "DebugCtl and LBR",                     \
	  "branches of nano would be among those recorded")                 \
	X(0x00000200u, 0x0000020fu, "variable MTRRs",                       \
	  "types of memory, also of nano's")                                \
	X(0x00000250u, 0x0000026fu, "fixed MTRRs",                          \
	  "types of memory, and what lies below 1 MiB")                     \
	X(0x000002ffu, 0x000002ffu, "MTRRdefType", "types of memory")       \
	X(0x00000400u, 0x0000047fu, "machine-check banks", "nano's")        \
	X(0x000006e0u, 0x000006e0u, "TSC_DEADLINE", "the timer is nano's")  \
	X(0x00000800u, 0x000008ffu, "x2APIC",                               \
	  "interrupts between CPUs "                                        \
	  "are nano's")                                                     \
	X(0x00000da0u, 0x00000da0u, "XSS", "not switched with the world")   \
	X(0xc0000080u, 0xc0000080u, "EFER",                                 \
	  "filtered: of it SCE and NXE are the kernel's")                   \
	X(0xc0000083u, 0xc0000083u, "CSTAR", "no system calls of 32 bits")  \
	X(0xc0000103u, 0xc0000103u, "TSC_AUX",                              \
	  "zero on every CPU, or RDPID would tell which it is")             \
	X(0xc0000104u, 0xc0000104u, "TSC_RATIO", "one time for all")        \
	X(0xc0010000u, 0xc0010007u, "performance counters",                 \
	  "see nano and foundations")                                       \
	X(0xc0010010u, 0xc0010010u, "SYSCFG",                               \
	  "memory encryption, and what of memory is RAM")                   \
	X(0xc0010015u, 0xc0010015u, "HWCR",                                 \
	  "system management mode, and user mode's MONITOR")                \
	X(0xc0010016u, 0xc001001du, "IORR, TOP_MEM",                        \
	  "which addresses are RAM and which are devices")                  \
	X(0xc001001fu, 0xc001001fu, "NB_CFG", "PCI configuration")          \
	X(0xc0010020u, 0xc0010020u, "PATCH_LOADER", "changes the CPU")      \
	X(0xc0010030u, 0xc0010035u, "name of the CPU", "CPUID tells it")    \
	X(0xc0010055u, 0xc0010055u, "interrupt pending message",            \
	  "would raise SMIs")                                               \
	X(0xc0010058u, 0xc0010058u, "MMIO_CFG_BASE", "PCI configuration")   \
	X(0xc0010061u, 0xc0010064u, "P-states", "power is shared")          \
	X(0xc0010111u, 0xc0010113u, "SMBASE, TSEG",                         \
	  "where system management mode is")                                \
	X(0xc0010114u, 0xc0010118u, "VM_CR, VM_HSAVE_PA, SVM_KEY",          \
	  "host mode is nano's")                                            \
	X(0xc0010130u, 0xc0010132u, "SEV", "not offered")                   \
	X(0xc0010140u, 0xc0010141u, "OSVW", "not offered")                  \
	X(0xc0010200u, 0xc001020bu, "more performance counters",            \
	  "see nano and foundations")                                       \
	X(0xc0010230u, 0xc0010247u, "counters of caches and links",         \
	  "see all CPUs")                                                   \
	X(0xc0011000u, 0xc001102fu, "what CPUID says, how the CPU works",   \
	  "changes the CPU")                                                \
	X(0xc0011030u, 0xc001103du, "IBS",                                  \
	  "samples instructions of nano and foundations")
