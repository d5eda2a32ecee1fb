/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Every intercept that there is, set or not, each with its reason. Exit codes
 * are those of AMD64 manual volume 2, appendix C; their numbers are also the
 * bits of the intercept words: 0x00 reads and 0x10 writes of control registers,
 * 0x20 reads and 0x30 writes of debug registers, 0x40 exceptions, 0x60 the
 * three words of instructions and events. docs/intercepts.md is made from it.
 *
 * X(first exit code, how many, ACTION, name, reason)
 */
#define INTERCEPT_WHY_DEBUG                                             \
	"breakpoints outlive an exit on some machines and would watch " \
	"nano's addresses; DR6 alone only reports"

#define INTERCEPTS(X)                                                          \
	X(0x72, 1, CPUID, "CPUID", "one view of the CPU for all, without SVM") \
	X(0x7c, 1, MSR, "MSR", "every MSR not in the allow-list")              \
	X(0x400, 1, MEMORY, "memory", "every page not in the allow-list")      \
	X(0x61, 1, HOST, "NMI", "an NMI is nano's: a watchdog, another CPU")   \
	X(0x81, 1, CALL, "VMMCALL", "how nano is called")                      \
	X(0x20, 4, PROTECTED, "read DR0 to DR3", INTERCEPT_WHY_DEBUG)          \
	X(0x25, 1, PROTECTED, "read DR5", INTERCEPT_WHY_DEBUG)                 \
	X(0x27, 1, PROTECTED, "read DR7", INTERCEPT_WHY_DEBUG)                 \
	X(0x30, 4, PROTECTED, "write DR0 to DR3", INTERCEPT_WHY_DEBUG)         \
	X(0x35, 1, PROTECTED, "write DR5", INTERCEPT_WHY_DEBUG)                \
	X(0x37, 1, PROTECTED, "write DR7", INTERCEPT_WHY_DEBUG)                \
	X(0x52, 1, STOP, "machine check", "memory or CPU is broken")           \
	X(0x62, 1, HOST, "SMI", "firmware must not see the guest's registers") \
	X(0x63, 1, STOP, "INIT", "starts firmware code in host mode")          \
	X(0x65, 1, PROTECTED, "CR0 other than TS and MP",                      \
	  "emulators forgot nested paging without PG; the rest is complete")   \
	X(0x66, 4, PROTECTED, "read IDTR, GDTR, LDTR, TR",                     \
	  "one of each CPU, and addresses; without UMIP user mode reads them") \
	X(0x6f, 1, UNDEFINED, "RDPMC", "counters see nano and foundations")    \
	X(0x73, 1, UNDEFINED, "RSM", "leaves a mode nobody is in")             \
	X(0x76, 1, UNDEFINED, "INVD", "throws away what others wrote")         \
	X(0x7a, 1, UNDEFINED, "INVLPGA", "TLB entries of other worlds")        \
	X(0x7b, 1, PORT, "port", "every port not in the allow-list")           \
	X(0x7d, 1, PROTECTED, "task switch", "no such thing in 64-bit mode")   \
	X(0x7f, 1, STOP, "shutdown", "a triple fault would reset the machine") \
	X(0x80, 1, UNDEFINED, "VMRUN", "host mode is nano's; must be set")     \
	X(0x82, 1, UNDEFINED, "VMLOAD", "reads physical memory")               \
	X(0x83, 1, UNDEFINED, "VMSAVE", "writes physical memory")              \
	X(0x84, 1, UNDEFINED, "STGI", "NMIs would reach the kernel")           \
	X(0x85, 1, UNDEFINED, "CLGI", "NMIs would reach nobody")               \
	X(0x86, 1, UNDEFINED, "SKINIT", "starts another host")                 \
	X(0x87, 1, UNDEFINED, "RDTSCP", "tells capsules the CPU they run on")  \
	X(0x89, 1, UNDEFINED, "WBINVD",                                        \
	  "stalls the machine; QEMU asks here for INVD")                       \
	X(0x8a, 1, UNDEFINED, "MONITOR", "not offered by CPUID")               \
	X(0x8b, 1, UNDEFINED, "MWAIT", "not offered by CPUID")                 \
	X(0x8c, 1, UNDEFINED, "MWAIT, armed", "not offered by CPUID")          \
	X(0x8d, 1, UNDEFINED, "XSETBV", "XCR0 is not switched with the world") \
	X(0x8e, 1, UNDEFINED, "RDPRU", "reads MSRs around the bitmap")         \
	X(0xa0, 2, UNDEFINED, "INVLPGB, also when illegal",                    \
	  "TLB entries of other CPUs and worlds")                              \
	X(0xa3, 1, UNDEFINED, "MCOMMIT", "reports errors of memory to nobody") \
	X(0xa4, 1, UNDEFINED, "TLBSYNC", "the other half of INVLPGB")          \
	X(0xffffffff, 1, INVALID, "invalid state",                             \
	  "QEMU's answer to reserved bits in CR3 and CR4; or an entry failed")

/* What stays the kernel's: X(first exit code, how many, name, reason). */
#define INTERCEPTS_OPEN(X)                                                    \
	X(0x00, 16, "read CR0 to CR15", "its own, and they tell of it alone") \
	X(0x10, 16, "write CR0 to CR15",                                      \
	  "its own translation, features and priority; CR0 has a row above")  \
	X(0x24, 1, "read DR4", "DR6 by another name")                         \
	X(0x26, 1, "read DR6", "only reports")                                \
	X(0x28, 8, "read DR8 to DR15", "no such registers")                   \
	X(0x34, 1, "write DR4", "DR6 by another name")                        \
	X(0x36, 1, "write DR6", "only reports")                               \
	X(0x38, 8, "write DR8 to DR15", "no such registers")                  \
	X(0x40, 18, "exceptions 0 to 17", "no fault of its own enters nano")  \
	X(0x53, 13, "exceptions 19 to 31", "no fault of its own enters nano") \
	X(0x60, 1, "INTR", "interrupts are its own")                          \
	X(0x64, 1, "virtual interrupt", "nano makes none pending")            \
	X(0x6a, 4, "write IDTR, GDTR, LDTR, TR", "its own tables")            \
	X(0x6e, 1, "RDTSC", "time is no secret, and the same on all CPUs")    \
	X(0x70, 1, "PUSHF", "its own flags")                                  \
	X(0x71, 1, "POPF", "its own flags")                                   \
	X(0x74, 1, "IRET", "its own way back")                                \
	X(0x75, 1, "INT n", "its own vectors")                                \
	X(0x77, 1, "PAUSE", "harmless")                                       \
	X(0x78, 1, "HLT", "interrupts wake it, and NMIs take it to nano")     \
	X(0x79, 1, "INVLPG", "its own translations")                          \
	X(0x7e, 1, "FERR freeze", "CR0.NE is set and cannot be cleared")      \
	X(0x88, 1, "ICEBP", "a debug exception of its own")                   \
	X(0x8f, 1, "behind a write to EFER", "EFER goes through the MSR map") \
	X(0x90, 16, "behind a write to CR0 to CR15",                          \
	  "what must not be written is refused before")                       \
	X(0xa2, 1, "INVPCID", "its own translations")                         \
	X(0xa5, 1, "bus lock", "slow, and tells nothing")                     \
	X(0xa6, 1, "HLT with an interrupt pending", "as HLT")                 \
	X(0xa7, 25, "reserved", "no such intercepts")

/* The other fields of a VMCB that decide what the kernel's world may do:
 * X(field, value, name, reason). */
#define VMCB_CONTROLS(X)                                                      \
	X(tsc_offset, 0, "TSC offset", "one time for all CPUs and worlds")    \
	X(asid, 1, "ASID", "zero would share nano's TLB entries")             \
	X(interrupt_control, 0, "virtual interrupts, AVIC, virtual GIF, NMI", \
	  "off: interrupts are the kernel's, NMIs and GIF nano's")            \
	X(nested_control, VMCB_NP_ENABLE, "nested paging",                    \
	  "on; memory encryption, GMET and INVLPGB in the guest off")         \
	X(virtual_extensions, 0, "LBR, VMLOAD and VMSAVE, IBS",               \
	  "off: no record of branches, no way around the intercepts")         \
	X(clean, 0, "what the CPU may keep of the last VMCB", "nothing")
