/* SPDX-License-Identifier: Apache-2.0 */
/* What is taken away of nano at EL2, and how QEMU tells what. */

#include "nano/arch/aarch64/machine.h"

#include "nano/arch.h"
#include "nano/arch/aarch64/exit.h"
#include "nano/arch/aarch64/idregs.h"
#include "nano/arch/aarch64/traps.h"
#include "nano/own.h"
#include "tests/attack/nano/undefended.h"

#include "common/string.h"

/* clang-format off */
WRAP(uint64_t, trap_value, (enum trap_register reg, uint64_t features));
WRAP(uint64_t, id_register_told, (enum id_register reg, uint64_t value));
WRAP(_Noreturn void, guest_enter, (uint64_t argument, uint64_t stack));
/* clang-format on */

/** enter.S: the same without scrubbing. */
_Noreturn void enter_unscrubbed(uint64_t argument, uint64_t stack);

/* --- what QEMU was told ------------------------------------------------------- */

/* Of QEMU's virt machine. */
#define FLASH       0x00000000ull
#define RTC         0x09010000ull
#define FW_CFG      0x09020000ull
#define GPIO        0x09030000ull
#define SMMU        0x09050000ull
#define ITS         0x08080000ull
#define VIRTIO_MMIO 0x0a000000ull
#define ECAM_HIGH   0x4010000000ull

#define FW_CFG_SELECT    0x08
#define FW_CFG_DIRECTORY 0x19
#define FW_CFG_NAME_SIZE 56
#define FW_CFG_FILES_MAX 64

static volatile uint8_t *fw_cfg;

static void fw_cfg_select(uint16_t what)
{
	*(volatile uint16_t *)(fw_cfg + FW_CFG_SELECT) =
		__builtin_bswap16(what);
}

static void fw_cfg_read(void *to, size_t size)
{
	uint8_t *bytes = to;

	for (size_t i = 0; i < size; i++) {
		bytes[i] = *fw_cfg;
	}
}

void machine_undefended(char *name, size_t size)
{
	struct {
		uint32_t size;
		uint16_t select, zero;
		char name[FW_CFG_NAME_SIZE];
	} file;
	uint32_t count;

	fw_cfg = own_map_device(FW_CFG, ABI_PAGE_SIZE);
	fw_cfg_select(FW_CFG_DIRECTORY);
	fw_cfg_read(&count, sizeof(count));
	count = __builtin_bswap32(count);
	for (uint32_t i = 0; i < count && i < FW_CFG_FILES_MAX; i++) {
		fw_cfg_read(&file, sizeof(file));
		file.name[FW_CFG_NAME_SIZE - 1] = 0;
		if (strcmp(file.name, UNDEFENDED_FILE) != 0) {
			continue;
		}

		size_t length = __builtin_bswap32(file.size);
		length = length < size ? length : size - 1;
		fw_cfg_select(__builtin_bswap16(file.select));
		fw_cfg_read(name, length);
		name[length] = 0;
		return;
	}
}

/* --- memory -------------------------------------------------------------------- */

void machine_open(const struct boot_info *boot)
{
	const struct {
		enum defence defence;
		uint64_t start, size;
	} devices[] = {
		{ DEFENCE_redistributor, boot->irq_base[1], 0x10000 },
		{ DEFENCE_fw_cfg, FW_CFG, ABI_PAGE_SIZE },
		{ DEFENCE_virtio, VIRTIO_MMIO, 0x4000 },
		{ DEFENCE_smmu, SMMU, 0x20000 },
		{ DEFENCE_its, ITS, 0x20000 },
		{ DEFENCE_pci, ECAM_HIGH, 0x100000 },
		{ DEFENCE_devices, RTC, ABI_PAGE_SIZE },
		{ DEFENCE_devices, GPIO, ABI_PAGE_SIZE },
		{ DEFENCE_devices, FLASH, ABI_PAGE_SIZE },
	};

	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++) {
		if (undefended(devices[i].defence)) {
			undefended_map(devices[i].start,
				       devices[i].start + devices[i].size,
				       TABLE_READ | TABLE_WRITE | TABLE_DEVICE);
		}
	}
}

/* --- traps ---------------------------------------------------------------------- */

/* Bits that a defence sets, or, where zero is the trap, that it leaves. */
static const struct {
	enum defence defence;
	enum trap_register reg;
	uint64_t clear, set;
} traps[] = {
	{ DEFENCE_smc, TRAP_HCR, 1ull << 19, 0 },
	{ DEFENCE_stage2, TRAP_HCR, 1ull << 0, 0 },
	{ DEFENCE_walks, TRAP_HCR, 1ull << 2, 0 },
	{ DEFENCE_pmu, TRAP_MDCR, 3ull << 5, 0 },
	{ DEFENCE_breakpoints, TRAP_MDCR, 1ull << 9, 0 },
	{ DEFENCE_os_lock, TRAP_MDCR, 1ull << 10, 0 },
	{ DEFENCE_timer, TRAP_CNTHCTL, 0, 3 },
	{ DEFENCE_vectors, TRAP_CPTR, 1ull << 8 | 1ull << 12, 0 },
};

uint64_t wrap_trap_value(enum trap_register reg, uint64_t features)
{
	uint64_t value = real_trap_value(reg, features);

	for (size_t i = 0; i < sizeof(traps) / sizeof(traps[0]); i++) {
		if (traps[i].reg == reg && undefended(traps[i].defence)) {
			value = (value & ~traps[i].clear) | traps[i].set;
		}
	}
	return value;
}

uint64_t wrap_id_register_told(enum id_register reg, uint64_t value)
{
	return undefended(DEFENCE_id) ? value
				      : real_id_register_told(reg, value);
}

_Noreturn void wrap_guest_enter(uint64_t argument, uint64_t stack)
{
	if (undefended(DEFENCE_registers)) {
		enter_unscrubbed(argument, stack);
	}
	real_guest_enter(argument, stack);
}
