/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Which model-specific registers the kernel's world reaches directly: a short
 * list; everything else exits and is refused. EFER exits and is filtered.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* AMD64 manual volume 2, appendix A. */
#define MSR_TSC            0x00000010u
#define MSR_APIC_BASE      0x0000001bu
#define MSR_PAT            0x00000277u
#define MSR_EFER           0xc0000080u
#define MSR_STAR           0xc0000081u
#define MSR_LSTAR          0xc0000082u
#define MSR_CSTAR          0xc0000083u
#define MSR_SFMASK         0xc0000084u
#define MSR_FS_BASE        0xc0000100u
#define MSR_GS_BASE        0xc0000101u
#define MSR_KERNEL_GS_BASE 0xc0000102u
#define MSR_TSC_AUX        0xc0000103u
#define MSR_SYSCFG         0xc0010010u
#define MSR_VM_CR          0xc0010114u
#define MSR_VM_HSAVE_PA    0xc0010117u

#define APIC_BASE_X2APIC  (1ull << 10)
#define APIC_BASE_ENABLE  (1ull << 11)
#define APIC_BASE_ADDRESS 0x000ffffffffff000ull
#define VM_CR_R_INIT      (1ull << 1) /* INIT becomes #SX */
#define VM_CR_DIS_A20M    (1ull << 2) /* address line 20 is never masked */
#define VM_CR_LOCK        (1ull << 3)
#define VM_CR_SVMDIS      (1ull << 4)

/* The permission map: two bits an MSR, read then write, set means exit. */
#define MSR_MAP_SIZE 8192

struct msr_rule {
	uint32_t msr;
	bool read, write;
	const char *reason;
};

extern const struct msr_rule msr_rules[];
extern const size_t msr_rule_count;

/** Fills the whole map from the rules. */
void msr_map_build(uint8_t map[MSR_MAP_SIZE]);

/** Whether that access exits, as the CPU reads the map (15.11). */
bool msr_map_exits(const uint8_t map[MSR_MAP_SIZE], uint32_t msr, bool write);

/** EFER as the kernel sees it. */
uint64_t msr_efer_seen(uint64_t efer);

/**
 * A write to EFER by the kernel: true and the new value, or false and nothing.
 * It may switch system calls and the no-execute bit, nothing else.
 */
bool msr_efer_write(uint64_t *efer, uint64_t value);
