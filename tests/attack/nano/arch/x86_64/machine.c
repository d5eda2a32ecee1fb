/* SPDX-License-Identifier: Apache-2.0 */
/* What is taken away of nano on a PC, and how QEMU tells what. */

#include "nano/arch/x86_64/machine.h"

#include "nano/arch/x86_64/image.h"
#include "nano/arch/x86_64/instructions.h"
#include "nano/arch/x86_64/intercepts.h"
#include "nano/arch/x86_64/ioport.h"
#include "nano/arch/x86_64/msr.h"
#include "tests/attack/nano/undefended.h"

#include "common/string.h"

/* clang-format off */
WRAP(bool, arch_device_extra, (const struct boot_info *boot, uint32_t index, struct boot_range *range, uint32_t *access));
WRAP(void, intercepts_program, (struct vmcb *vmcb));
WRAP(void, msr_map_build, (uint8_t map[MSR_MAP_SIZE]));
WRAP(void, ioport_map_build, (uint8_t map[IOPORT_MAP_SIZE]));
WRAP(bool, msr_efer_write, (uint64_t *efer, uint64_t value));
WRAP(void, arch_guest_prepare, (struct cpu *cpu, const struct guest_start *start));
WRAP(void, exit_handle, (struct guest *guest));
WRAP(status_t, cpu_start, (uint64_t index, uint64_t entry, uint64_t argument));
/* clang-format on */

/* --- what QEMU was told ------------------------------------------------------- */

#define FW_CFG_SELECT    0x510
#define FW_CFG_DATA      0x511
#define FW_CFG_DIRECTORY 0x19
#define FW_CFG_NAME_SIZE 56
#define FW_CFG_FILES_MAX 64

static void fw_cfg_read(void *to, size_t size)
{
	uint8_t *bytes = to;

	for (size_t i = 0; i < size; i++) {
		bytes[i] = in8(FW_CFG_DATA);
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

	out16(FW_CFG_SELECT, FW_CFG_DIRECTORY);
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
		out16(FW_CFG_SELECT, __builtin_bswap16(file.select));
		fw_cfg_read(name, length);
		name[length] = 0;
		return;
	}
}

/* --- memory -------------------------------------------------------------------- */

#define FIRST_MIB 0x100000
#define HPET      0xfed00000

void machine_open(const struct boot_info *boot)
{
	uint64_t ioapic = boot->irq_base[1];

	if (undefended(DEFENCE_low_memory)) {
		undefended_map(0, FIRST_MIB, TABLE_READ | TABLE_WRITE);
	}
	if (undefended(DEFENCE_ioapic)) {
		undefended_map(ioapic, ioapic + ABI_PAGE_SIZE,
			       TABLE_READ | TABLE_WRITE | TABLE_DEVICE);
	}
	if (undefended(DEFENCE_hpet)) {
		undefended_map(HPET, HPET + ABI_PAGE_SIZE,
			       TABLE_READ | TABLE_WRITE | TABLE_DEVICE);
	}
}

bool wrap_arch_device_extra(const struct boot_info *boot, uint32_t index,
			    struct boot_range *range, uint32_t *access)
{
	bool more = real_arch_device_extra(boot, index, range, access);

	if (more && undefended(DEFENCE_lapic)) {
		*access |= TABLE_WRITE;
	}
	return more;
}

/* --- intercepts ------------------------------------------------------------------ */

static const struct {
	enum defence defence;
	uint32_t first, last; /* exit codes */
} exits[] = {
	{ DEFENCE_debug, 0x20, 0x3f }, { DEFENCE_cr0, 0x65, 0x65 },
	{ DEFENCE_cpuid, 0x72, 0x72 }, { DEFENCE_vmload, 0x82, 0x83 },
	{ DEFENCE_gif, 0x84, 0x85 },   { DEFENCE_tables, 0x66, 0x69 },
};

static void clear(struct vmcb *vmcb, uint32_t exit)
{
	if (exit >= 0x20 && exit < 0x30) {
		vmcb->intercept_dr_read = 0;
	} else if (exit >= 0x30 && exit < 0x40) {
		vmcb->intercept_dr_write = 0;
	} else if (exit >= 0x60 && exit < 0xc0) {
		vmcb->intercept_events[(exit - 0x60) / 32] &=
			~(1u << (exit % 32));
	}
}

void wrap_intercepts_program(struct vmcb *vmcb)
{
	real_intercepts_program(vmcb);
	for (size_t i = 0; i < sizeof(exits) / sizeof(exits[0]); i++) {
		if (!undefended(exits[i].defence)) {
			continue;
		}
		for (uint32_t e = exits[i].first; e <= exits[i].last; e++) {
			clear(vmcb, e);
		}
	}
}

/* --- ports and MSRs ---------------------------------------------------------------- */

struct opening {
	enum defence defence;
	uint32_t first, last;
};

static const struct opening ports[] = {
	{ DEFENCE_port_fw_cfg, 0x510, 0x51b },
	{ DEFENCE_port_a20, 0x92, 0x92 },
	{ DEFENCE_port_pci, 0xcf8, 0xcff },
	{ DEFENCE_port_cmos, 0x70, 0x71 },
	{ DEFENCE_port_smi, 0xb2, 0xb3 },
	{ DEFENCE_port_power, 0x600, 0x67f },
	{ DEFENCE_port_pic, 0x20, 0x21 },
	{ DEFENCE_port_pic, 0xa0, 0xa1 },
	{ DEFENCE_port_pit, 0x40, 0x43 },
	{ DEFENCE_port_pit, 0x61, 0x61 },
	{ DEFENCE_port_dma, 0x00, 0x0f },
	{ DEFENCE_port_dma, 0x80, 0x8f },
	{ DEFENCE_port_other, 0x700, 0x7ff },
};

static const struct opening msrs[] = {
	{ DEFENCE_msr_svm, 0xc0010114, 0xc0010118 },
	{ DEFENCE_msr_mtrr, 0x200, 0x26f },
	{ DEFENCE_msr_mtrr, 0x2ff, 0x2ff },
	{ DEFENCE_msr_pat, 0x277, 0x277 },
	{ DEFENCE_msr_machine_check, 0x179, 0x17b },
	{ DEFENCE_msr_machine_check, 0x400, 0x42f },
	{ DEFENCE_msr_sysenter, 0x174, 0x176 },
	{ DEFENCE_msr_sysenter, 0xc0000083, 0xc0000083 },
	{ DEFENCE_msr_aux, 0xc0000103, 0xc0000103 },
	{ DEFENCE_msr_apic, 0x1b, 0x1b },
	{ DEFENCE_msr_other, 0x1a0, 0x1a0 },
};

void wrap_ioport_map_build(uint8_t map[IOPORT_MAP_SIZE])
{
	real_ioport_map_build(map);
	for (size_t i = 0; i < sizeof(ports) / sizeof(ports[0]); i++) {
		if (!undefended(ports[i].defence)) {
			continue;
		}
		for (uint32_t p = ports[i].first; p <= ports[i].last; p++) {
			map[p / 8] = (uint8_t)(map[p / 8] & ~(1u << p % 8));
		}
	}
}

/* Two bits for each MSR, 2 KiB for each of three ranges (15.11). */
static void open_msr(uint8_t map[MSR_MAP_SIZE], uint32_t msr)
{
	uint32_t range = msr >= 0xc0010000 ? 2 : msr >= 0xc0000000 ? 1 : 0;
	uint32_t bit = range * 2048 * 8 + (msr & 0x1fff) * 2;

	map[bit / 8] = (uint8_t)(map[bit / 8] & ~(3u << bit % 8));
}

void wrap_msr_map_build(uint8_t map[MSR_MAP_SIZE])
{
	real_msr_map_build(map);
	for (size_t i = 0; i < sizeof(msrs) / sizeof(msrs[0]); i++) {
		if (!undefended(msrs[i].defence)) {
			continue;
		}
		for (uint32_t m = msrs[i].first; m <= msrs[i].last; m++) {
			open_msr(map, m);
		}
	}
}

bool wrap_msr_efer_write(uint64_t *efer, uint64_t value)
{
	if (undefended(DEFENCE_efer)) {
		*efer = value | EFER_LMA | EFER_SVME;
		return true;
	}
	return real_msr_efer_write(efer, value);
}

/* --- entries and exits --------------------------------------------------------------- */

void wrap_arch_guest_prepare(struct cpu *cpu, const struct guest_start *start)
{
	real_arch_guest_prepare(cpu, start);
	if (undefended(DEFENCE_registers)) {
		struct guest *guest = machine_cpu(cpu)->guest;

		guest->registers.r15 = (uint64_t)guest;
	}
}

/* Where the call came from decides; it must be put back, for the guest goes on
 * there. */
void wrap_exit_handle(struct guest *guest)
{
	uint8_t cpl = guest->vmcb.cpl;

	if (undefended(DEFENCE_ring)) {
		guest->vmcb.cpl = 0;
	}
	real_exit_handle(guest);
	guest->vmcb.cpl = cpl;
}

status_t wrap_cpu_start(uint64_t index, uint64_t entry, uint64_t argument)
{
	if (undefended(DEFENCE_restart) && index != 0 && index < cpu_count) {
		struct cpu *cpu = arch_cpu_at((uint32_t)index);

		if (cpu->state == CPU_RUNNING && cpu->told) {
			cpu->state = CPU_IDLE;
			cpu->told = false;
		}
	}
	return real_cpu_start(index, entry, argument);
}
