/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of intercepts. Exit codes are those of AMD64 manual volume 2,
 * appendix C; their numbers are also the bits of the intercept words: 0x00
 * reads and 0x10 writes of control registers, 0x20 reads and 0x30 writes of
 * debug registers, 0x40 exceptions, 0x60 the two words of instructions and
 * events.
 *
 * Invariant: no two rows have the same exit code, so each bit has one reason.
 */
#include "nano/arch/x86_64/intercepts.h"

#include "nano/arch/x86_64/vmcb.h"

#define DEBUG_REGISTER                                                  \
	"breakpoints outlive an exit on some machines and would watch " \
	"nano's addresses; DR6 alone only reports"

/* X(exit, ACTION, name, reason) */
#define INTERCEPTS(X)                                                        \
	X(0x20, PROTECTED, "read DR0", DEBUG_REGISTER)                       \
	X(0x21, PROTECTED, "read DR1", DEBUG_REGISTER)                       \
	X(0x22, PROTECTED, "read DR2", DEBUG_REGISTER)                       \
	X(0x23, PROTECTED, "read DR3", DEBUG_REGISTER)                       \
	X(0x25, PROTECTED, "read DR5", DEBUG_REGISTER)                       \
	X(0x27, PROTECTED, "read DR7", DEBUG_REGISTER)                       \
	X(0x30, PROTECTED, "write DR0", DEBUG_REGISTER)                      \
	X(0x31, PROTECTED, "write DR1", DEBUG_REGISTER)                      \
	X(0x32, PROTECTED, "write DR2", DEBUG_REGISTER)                      \
	X(0x33, PROTECTED, "write DR3", DEBUG_REGISTER)                      \
	X(0x35, PROTECTED, "write DR5", DEBUG_REGISTER)                      \
	X(0x37, PROTECTED, "write DR7", DEBUG_REGISTER)                      \
	X(0x52, STOP, "machine check", "memory or CPU is broken")            \
	X(0x61, HOST, "NMI", "an NMI is nano's: a watchdog or another CPU")  \
	X(0x62, HOST, "SMI", "firmware must not see the guest's registers")  \
	X(0x63, STOP, "INIT", "starts firmware code in host mode")           \
	X(0x65, PROTECTED, "CR0 other than TS and MP",                       \
	  "emulators forgot nested paging without PG; the rest is complete") \
	X(0x6f, UNDEFINED, "RDPMC", "counters see nano and foundations")     \
	X(0x72, CPUID, "CPUID", "one view of the CPU for all, without SVM")  \
	X(0x73, UNDEFINED, "RSM", "leaves a mode nobody is in")              \
	X(0x76, UNDEFINED, "INVD", "throws away what others wrote")          \
	X(0x7a, UNDEFINED, "INVLPGA", "TLB entries of other worlds")         \
	X(0x7b, PORT, "port", "every port not in the allow-list")            \
	X(0x7c, MSR, "MSR", "every MSR not in the allow-list")               \
	X(0x7d, PROTECTED, "task switch", "no such thing in 64-bit mode")    \
	X(0x7f, STOP, "shutdown", "a triple fault would reset the machine")  \
	X(0x80, UNDEFINED, "VMRUN", "host mode is nano's; must be set")      \
	X(EXIT_CALL, CALL, "VMMCALL", "how nano is called")                  \
	X(0x82, UNDEFINED, "VMLOAD", "reads physical memory")                \
	X(0x83, UNDEFINED, "VMSAVE", "writes physical memory")               \
	X(0x84, UNDEFINED, "STGI", "NMIs would reach the kernel")            \
	X(0x85, UNDEFINED, "CLGI", "NMIs would reach nobody")                \
	X(0x86, UNDEFINED, "SKINIT", "starts another host")                  \
	X(0x87, UNDEFINED, "RDTSCP", "tells capsules the CPU they run on")   \
	X(0x89, UNDEFINED, "WBINVD",                                         \
	  "stalls the machine; QEMU asks here for INVD")                     \
	X(0x8a, UNDEFINED, "MONITOR", "not offered by CPUID")                \
	X(0x8b, UNDEFINED, "MWAIT", "not offered by CPUID")                  \
	X(0x8c, UNDEFINED, "MWAIT, armed", "not offered by CPUID")           \
	X(0x8d, UNDEFINED, "XSETBV", "XCR0 is not switched with the world")  \
	X(0x8e, UNDEFINED, "RDPRU", "reads MSRs around the bitmap")          \
	X(EXIT_MEMORY, MEMORY, "memory", "every page not in the allow-list") \
	X(EXIT_INVALID, INVALID, "invalid state",                            \
	  "QEMU's answer to reserved bits in CR3 and CR4; or an entry failed")

const struct intercept intercepts[] = {
#define X(code, does, text, why)      \
	{ .exit = (code),             \
	  .action = INTERCEPT_##does, \
	  .name = (text),             \
	  .reason = (why) },
	INTERCEPTS(X)
#undef X
};

const size_t intercept_count = sizeof(intercepts) / sizeof(intercepts[0]);

void intercepts_program(struct vmcb *vmcb)
{
	for (size_t i = 0; i < intercept_count; i++) {
		uint32_t exit = intercepts[i].exit;
		uint32_t bit = exit & 15;

		if (exit < 0x10) {
			vmcb->intercept_cr_read |= (uint16_t)(1u << bit);
		} else if (exit < 0x20) {
			vmcb->intercept_cr_write |= (uint16_t)(1u << bit);
		} else if (exit < 0x30) {
			vmcb->intercept_dr_read |= (uint16_t)(1u << bit);
		} else if (exit < 0x40) {
			vmcb->intercept_dr_write |= (uint16_t)(1u << bit);
		} else if (exit < 0x60) {
			vmcb->intercept_exceptions |= 1u << (exit - 0x40);
		} else if (exit < 0xc0) {
			vmcb->intercept_events[(exit - 0x60) / 32] |=
				1u << (exit % 32);
		}
	}
}

const struct intercept *intercept_find(uint32_t exit)
{
	for (size_t i = 0; i < intercept_count; i++) {
		if (intercepts[i].exit == exit) {
			return &intercepts[i];
		}
	}
	return NULL;
}
