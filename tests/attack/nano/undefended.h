/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Defences of nano that a test takes away, one in a run, to see that an attack
 * then succeeds: an attack that never can tells nothing.
 *
 * All of it is linked into the test image only (component.mk). That image is
 * nano's own objects, byte for byte, in which calls from one object to another
 * reach a function of this folder first. Which defence is off is told by QEMU
 * when it starts (fw_cfg), so that neither nano nor the attack differs from one
 * run to the next.
 */

#include "abi/boot_info.h"
#include "common/types.h"

/*
 * X(name, machine, what): what is off when `name` is. The attacks that then
 * succeed are listed in tests/attack/defences.
 */
#define DEFENCES(X)                                                            \
	X(memory, both, "nano's memory is absent from the kernel's world")     \
	X(wipe, both, "what becomes the kernel's memory is wiped before")      \
	X(reserve, both, "what is reserved leaves the kernel's world")         \
	X(shoot, both, "every CPU forgets what left the kernel's world")       \
	X(handover, both, "the hand-over does not name nano")                  \
	X(registers, both, "registers hold nothing of nano's at the start")    \
	X(number, both, "a call's number is taken whole")                      \
	X(forgery, both, "a handle must be one that was given")                \
	X(derive, both, "a derived authority reaches no more than its origin") \
	X(authority, both, "the world's own authority decides")                \
	X(restart, x86_64, "a CPU that runs is not started again")             \
	X(low_memory, x86_64, "the first MiB is absent")                       \
	X(lapic, x86_64, "the local APIC is read-only")                        \
	X(ioapic, x86_64, "the I/O APIC is absent")                            \
	X(hpet, x86_64, "other devices in memory are absent")                  \
	X(port_fw_cfg, x86_64, "ports of fw_cfg exit")                         \
	X(port_a20, x86_64, "port 0x92 exits")                                 \
	X(port_pci, x86_64, "ports of PCI configuration exit")                 \
	X(port_cmos, x86_64, "ports of the CMOS exit")                         \
	X(port_smi, x86_64, "ports of system management exit")                 \
	X(port_power, x86_64, "ports of power management exit")                \
	X(port_pic, x86_64, "ports of the interrupt controllers exit")         \
	X(port_pit, x86_64, "ports of timer and speaker exit")                 \
	X(port_dma, x86_64, "ports of the DMA controllers exit")               \
	X(port_other, x86_64, "ports that nobody thought of exit")             \
	X(msr_svm, x86_64, "MSRs of SVM exit")                                 \
	X(msr_mtrr, x86_64, "MSRs of memory types exit")                       \
	X(msr_pat, x86_64, "writes to the PAT exit")                           \
	X(msr_machine_check, x86_64, "MSRs of machine checks exit")            \
	X(msr_sysenter, x86_64, "MSRs of the 32-bit system call exit")         \
	X(msr_aux, x86_64, "writes to TSC_AUX exit")                           \
	X(msr_apic, x86_64, "writes to the APIC's base exit")                  \
	X(msr_other, x86_64, "MSRs that nobody thought of exit")               \
	X(efer, x86_64, "writes to EFER are filtered")                         \
	X(cr0, x86_64, "CR0 but for TS and MP is fixed")                       \
	X(debug, x86_64, "debug registers exit")                               \
	X(vmload, x86_64, "VMLOAD and VMSAVE exit")                            \
	X(tables, x86_64, "reading where descriptor tables are exits")         \
	X(gif, x86_64, "STGI and CLGI exit")                                   \
	X(cpuid, x86_64, "CPUID is filtered")                                  \
	X(ring, x86_64, "ring 3 cannot call")                                  \
	X(smc, aarch64, "HCR.TSC: SMC traps")                                  \
	X(stage2, aarch64, "HCR.VM: stage 2 is on")                            \
	X(walks, aarch64, "HCR.PTW: a walk through a device faults")           \
	X(its, aarch64, "the interrupt translation service is absent")         \
	X(id, aarch64, "HCR.TID3: ID registers are told by an allow-list")     \
	X(pmu, aarch64, "MDCR.TPM, TPMCR: performance monitors trap")          \
	X(breakpoints, aarch64, "MDCR.TDA: debug registers trap")              \
	X(os_lock, aarch64, "MDCR.TDOSA: the OS lock traps")                   \
	X(timer, aarch64, "CNTHCTL: the physical timer traps")                 \
	X(vectors, aarch64, "CPTR.TZ, TSM: SVE and SME trap")                  \
	X(redistributor, aarch64, "RD frames of the GIC are absent")           \
	X(fw_cfg, aarch64, "fw_cfg is absent")                                 \
	X(virtio, aarch64, "virtio-mmio is absent")                            \
	X(smmu, aarch64, "the SMMU is absent")                                 \
	X(pci, aarch64, "PCI configuration is absent")                         \
	X(devices, aarch64, "flash, clock and GPIO are absent")

enum defence {
	DEFENCE_NONE,
#define X(name, machine, what) DEFENCE_##name,
	DEFENCES(X)
#undef X
		DEFENCE_COUNT
};

/** Whether that defence is off in this run. */
bool undefended(enum defence which);

/** Maps [start, end) in the kernel's world as well: for wrap_stage2_build(). */
void undefended_map(uint64_t start, uint64_t end, uint32_t access);

/** Reads the name of what is to be off into `name`, terminated; empty if QEMU
 * was told none. nano's own tables are in use. */
void machine_undefended(char *name, size_t size);

/** The machine's part of what the kernel's world then has. */
void machine_open(const struct boot_info *boot);

/** What QEMU calls the word that says what is off. */
#define UNDEFENDED_FILE "opt/tessera/undefended"

/*
 * WRAP(type, name, parameters): declares real_name(), which is nano's, and
 * wrap_name(), which callers in other objects reach instead. Each stands on one
 * line, from which the linker is told (wraps.sh).
 */
#define WRAP(type, name, parameters)                          \
	type real_##name parameters __asm__("__real_" #name); \
	type wrap_##name parameters __asm__("__wrap_" #name)
