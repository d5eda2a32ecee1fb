/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Every bit by which EL2 decides what EL1 and EL0 may do, set or not, with its
 * reason (Arm ARM D19.2). docs/intercepts.md is made from it.
 *
 * X(REGISTER, first bit, last bit, value, FEATURE, name, reason): `value` is
 * SET, CLEAR, or a number; a row counts only on CPUs that have the feature of
 * ARM_FEATURES, and where a CPU has not, its bits are clear.
 */
#define TRAPS_HCR(X)                                                           \
	X(HCR, 0, 0, SET, ALWAYS, "VM", "stage 2 is on")                       \
	X(HCR, 1, 1, SET, ALWAYS, "SWIO",                                      \
	  "invalidation by set and way also cleans, so it loses nothing")      \
	X(HCR, 2, 2, SET, ALWAYS, "PTW", "tables in device memory fault")      \
	X(HCR, 3, 5, CLEAR, ALWAYS, "FMO, IMO, AMO",                           \
	  "interrupts and SErrors are the kernel's")                           \
	X(HCR, 6, 8, CLEAR, ALWAYS, "VF, VI, VSE", "no virtual interrupts")    \
	X(HCR, 9, 9, SET, ALWAYS, "FB", "maintenance reaches every CPU")       \
	X(HCR, 10, 11, 1, ALWAYS, "BSU", "barriers reach every CPU")           \
	X(HCR, 12, 12, CLEAR, ALWAYS, "DC", "stage 1 is the kernel's")         \
	X(HCR, 13, 14, CLEAR, ALWAYS, "TWI, TWE", "waiting is the kernel's")   \
	X(HCR, 15, 15, CLEAR, ALWAYS, "TID0", "AArch32 at EL1 only")           \
	X(HCR, 16, 16, SET, ALWAYS, "TID1",                                    \
	  "REVIDR, AIDR, SMIDR; they read as zero")                            \
	X(HCR, 17, 17, CLEAR, ALWAYS, "TID2",                                  \
	  "CTR is needed to keep caches, and the same on every CPU")           \
	X(HCR, 18, 18, SET, ALWAYS, "TID3",                                    \
	  "ID registers; idregs.c says which fields are told")                 \
	X(HCR, 19, 19, SET, ALWAYS, "TSC",                                     \
	  "SMC; firmware would start CPUs at EL2 or switch off")               \
	X(HCR, 20, 20, SET, ALWAYS, "TIDCP",                                   \
	  "implementation defined registers")                                  \
	X(HCR, 21, 21, SET, ALWAYS, "TACR", "ACTLR")                           \
	X(HCR, 22, 22, SET, ALWAYS, "TSW",                                     \
	  "maintenance by set and way is machine-wide")                        \
	X(HCR, 23, 24, CLEAR, ALWAYS, "TPCP, TPU",                             \
	  "cache maintenance by address reaches its own memory only")          \
	X(HCR, 25, 25, CLEAR, ALWAYS, "TTLB", "its own translations")          \
	X(HCR, 26, 26, CLEAR, ALWAYS, "TVM", "its own translation registers")  \
	X(HCR, 27, 27, CLEAR, ALWAYS, "TGE", "EL0 is the kernel's")            \
	X(HCR, 28, 28, CLEAR, ALWAYS, "TDZ", "DC ZVA writes its own memory")   \
	X(HCR, 29, 29, CLEAR, ALWAYS, "HCD", "HVC is how nano is called")      \
	X(HCR, 30, 30, CLEAR, ALWAYS, "TRVM", "its own translation registers") \
	X(HCR, 31, 31, SET, ALWAYS, "RW", "EL1 is AArch64")                    \
	X(HCR, 32, 33, CLEAR, ALWAYS, "CD, ID", "memory stays cacheable")      \
	X(HCR, 34, 34, CLEAR, ALWAYS, "E2H", "nano is no host of EL0")         \
	X(HCR, 35, 35, SET, LOR, "TLOR", "limited ordering regions")           \
	X(HCR, 36, 36, SET, RAS, "TERR", "error records")                      \
	X(HCR, 37, 37, CLEAR, ALWAYS, "TEA", "external aborts are EL1's")      \
	X(HCR, 38, 38, CLEAR, ALWAYS, "MIOCNCE", "one view of memory")         \
	X(HCR, 39, 39, CLEAR, ALWAYS, "TME", "no transactions")                \
	X(HCR, 40, 41, 3, PAUTH, "APK, API, not trapped",                      \
	  "the kernel signs its own pointers")                                 \
	X(HCR, 40, 41, 3, PAUTH_IMPDEF, "APK, API, not trapped",               \
	  "likewise, with the maker's algorithm")                              \
	X(HCR, 42, 43, CLEAR, ALWAYS, "NV, NV1", "no guest has guests")        \
	X(HCR, 44, 44, CLEAR, ALWAYS, "AT", "it may ask its own tables")       \
	X(HCR, 45, 45, CLEAR, ALWAYS, "NV2", "no guest has guests")            \
	X(HCR, 46, 46, CLEAR, ALWAYS, "FWB", "stage 1 chooses memory types")   \
	X(HCR, 47, 47, CLEAR, ALWAYS, "FIEN", "no injected errors")            \
	X(HCR, 48, 48, CLEAR, ALWAYS, "GPF", "granule faults are not its own") \
	X(HCR, 49, 49, CLEAR, ALWAYS, "TID4",                                  \
	  "shapes of caches, the same on every CPU")                           \
	X(HCR, 50, 50, CLEAR, ALWAYS, "TICAB", "its own code")                 \
	X(HCR, 51, 51, CLEAR, ALWAYS, "AMVOFFEN", "no activity monitors")      \
	X(HCR, 52, 52, CLEAR, ALWAYS, "TOCU", "its own code")                  \
	X(HCR, 53, 53, CLEAR, ALWAYS, "EnSCXT, trapped",                       \
	  "SCXTNUM is not told")                                               \
	X(HCR, 54, 55, CLEAR, ALWAYS, "TTLBIS, TTLBOS",                        \
	  "its own translations on all CPUs")                                  \
	X(HCR, 56, 57, CLEAR, ALWAYS, "ATA, DCT", "memory tags are off")       \
	X(HCR, 58, 58, SET, MTE, "TID5", "GMID; memory tags are off")          \
	X(HCR, 59, 63, CLEAR, ALWAYS, "TWEDEn, TWEDEL",                        \
	  "waiting is not "                                                    \
	  "delayed")

#define TRAPS_DEBUG(X)                                                      \
	X(MDCR, 5, 6, 3, PMU, "TPMCR, TPM",                                 \
	  "performance monitors tell of other worlds")                      \
	X(MDCR, 7, 7, CLEAR, ALWAYS, "HPME", "no counters of nano's")       \
	X(MDCR, 8, 8, CLEAR, ALWAYS, "TDE", "BRK is the kernel's")          \
	X(MDCR, 9, 11, 7, ALWAYS, "TDA, TDOSA, TDRA",                       \
	  "breakpoints, watchpoints and the debugger's channel")            \
	X(MDCR, 12, 13, CLEAR, ALWAYS, "E2PB",                              \
	  "the buffer of profiles is not EL1's, so its registers trap")     \
	X(MDCR, 14, 14, SET, SPE, "TPMS", "statistical profiling")          \
	X(MDCR, 15, 15, CLEAR, ALWAYS, "EnSPM, trapped", "system monitors") \
	X(MDCR, 16, 16, CLEAR, ALWAYS, "reserved", "zero")                  \
	X(MDCR, 17, 17, SET, PMU_P1, "HPMD", "events at EL2 do not count")  \
	X(MDCR, 18, 18, CLEAR, ALWAYS, "reserved", "zero")                  \
	X(MDCR, 19, 19, SET, TRF, "TTRF", "trace filters")                  \
	X(MDCR, 20, 22, CLEAR, ALWAYS, "reserved", "zero")                  \
	X(MDCR, 23, 23, SET, PMU_P5, "HCCD", "cycles at EL2 do not count")  \
	X(MDCR, 24, 25, CLEAR, ALWAYS, "E2TB",                              \
	  "the trace buffer (TRBE) is not EL1's, so its registers trap")    \
	X(MDCR, 26, 26, CLEAR, ALWAYS, "HLP", "no counters of nano's")      \
	X(MDCR, 27, 27, CLEAR, ALWAYS, "TDCC", "TDA traps the channel")     \
	X(MDCR, 28, 63, CLEAR, ALWAYS, "MTPME and later",                   \
	  "counters and profiles that are trapped anyway")                  \
	X(CPTR, 0, 7, 0xff, ALWAYS, "reserved", "one")                      \
	X(CPTR, 8, 8, SET, ALWAYS, "TZ", "SVE: nano does not scrub it")     \
	X(CPTR, 9, 9, SET, ALWAYS, "reserved", "one")                       \
	X(CPTR, 10, 10, CLEAR, ALWAYS, "TFP", "floating point is its own")  \
	X(CPTR, 11, 11, CLEAR, ALWAYS, "reserved", "zero")                  \
	X(CPTR, 12, 12, SET, ALWAYS, "TSM", "SME: nano does not scrub it")  \
	X(CPTR, 13, 13, SET, ALWAYS, "reserved", "one")                     \
	X(CPTR, 14, 19, CLEAR, ALWAYS, "reserved", "zero")                  \
	X(CPTR, 20, 20, SET, TRACE, "TTA", "trace registers")               \
	X(CPTR, 21, 29, CLEAR, ALWAYS, "reserved", "zero")                  \
	X(CPTR, 30, 30, SET, AMU, "TAM", "activity monitors")               \
	X(CPTR, 31, 31, CLEAR, ALWAYS, "TCPAC", "CPACR is the kernel's")    \
	X(CPTR, 32, 63, CLEAR, ALWAYS, "reserved", "zero")

#define TRAPS_OTHER(X)                                                       \
	X(HCRX, 0, 63, CLEAR, ALWAYS, "all",                                 \
	  "extensions stay off or trapped; it adds no trap that is needed")  \
	X(CNTHCTL, 0, 1, CLEAR, ALWAYS, "EL1PCTEN, EL1PCEN, trapped",        \
	  "the kernel has the virtual counter and timer; CNTVOFF is zero")   \
	X(CNTHCTL, 2, 7, CLEAR, ALWAYS, "EVNTEN, EVNTDIR, EVNTI",            \
	  "no event stream of nano's")                                       \
	X(CNTHCTL, 8, 63, CLEAR, ALWAYS, "EL1TVT, EL1TVCT and others",       \
	  "the virtual counter and timer are the kernel's")                  \
	X(HSTR, 0, 63, CLEAR, ALWAYS, "all",                                 \
	  "registers of AArch32 at EL1, which is AArch64")                   \
	X(MPAM2, 0, 47, CLEAR, ALWAYS, "partition ids",                      \
	  "nano's own requests are of partition zero")                       \
	X(MPAM2, 48, 49, 3, MPAM, "TRAPMPAM0EL1, TRAPMPAM1EL1",              \
	  "cache and bandwidth partitions")                                  \
	X(MPAM2, 50, 63, CLEAR, ALWAYS, "the others", "partitioning is off") \
	X(HFGRTR, 0, 63, CLEAR, ALWAYS, "all",                               \
	  "HCR traps what must be; bits whose zero traps stay so")           \
	X(HFGWTR, 0, 63, CLEAR, ALWAYS, "all",                               \
	  "HCR traps what must be; bits whose zero traps stay so")           \
	X(HFGITR, 0, 63, CLEAR, ALWAYS, "all",                               \
	  "its own maintenance, system calls and returns")                   \
	X(HDFGRTR, 0, 63, CLEAR, ALWAYS, "all",                              \
	  "MDCR traps debug, PMU, SPE, TRBE; branch records trap at zero")   \
	X(HDFGWTR, 0, 63, CLEAR, ALWAYS, "all",                              \
	  "MDCR traps debug, PMU, SPE, TRBE; branch records trap at zero")   \
	X(HAFGRTR, 0, 63, CLEAR, ALWAYS, "all", "CPTR traps all of them")    \
	X(ACTLR, 0, 63, CLEAR, ALWAYS, "all",                                \
	  "nothing of the maker's is handed down")                           \
	X(HACR, 0, 63, CLEAR, ALWAYS, "all",                                 \
	  "what TIDCP traps it traps; no traps of the maker's")              \
	X(ICC_SRE, 0, 3, 0xf, ALWAYS, "SRE, DFB, DIB, Enable",               \
	  "EL1 has the CPU interface itself")                                \
	X(ICC_SRE, 4, 63, CLEAR, ALWAYS, "reserved", "zero")                 \
	X(ICH_HCR, 0, 63, CLEAR, ALWAYS, "all",                              \
	  "no virtual interrupts; interrupts are the kernel's")

#define TRAPS(X)       \
	TRAPS_HCR(X)   \
	TRAPS_DEBUG(X) \
	TRAPS_OTHER(X)
