/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads ACPI's static tables. Of the DSDT's bytecode only one object is wanted,
 * the package _S5_; it is found by its bytes and not by running anything.
 */

#include <arch/firmware.h>

#include "abi/layout.h"
#include "boot/arch.h"
#include "boot/ranges.h"
#include "common/assert.h"
#include "common/string.h"
#include "common/types.h"

#define TABLE_LIMIT  (4u << 20) /* no machine has a table of this size */
#define TABLES_LIMIT 256u
#define RSDP1_SIZE   20u  /* of ACPI 1.0 */
#define FADT_LEAST   116u /* of ACPI 1.0, without x_dsdt */
#define SLP_EN       (1u << 13)

struct rsdp {
	char signature[8];
	uint8_t sum, oem[6], revision;
	uint32_t rsdt;
	uint32_t size; /* from here on since ACPI 2.0 */
	uint64_t xsdt;
	uint8_t extended_sum, reserved[3];
} PACKED;

struct header {
	char signature[4];
	uint32_t size; /* of the whole table */
	uint8_t revision, sum, maker[26];
} PACKED;

struct madt {
	struct header header;
	uint32_t lapic, flags;
} PACKED;

struct fadt {
	struct header header;
	uint32_t facs, dsdt;
	uint8_t other[20];
	uint32_t pm1a_control;
	uint8_t others[72];
	uint64_t x_dsdt;
} PACKED;

static_assert(sizeof(struct rsdp) == 36 && sizeof(struct madt) == 44 &&
		      offsetof(struct fadt, x_dsdt) == 140,
	      "ACPI 6.5, 5.2.5.3, 5.2.9, 5.2.12");

enum { MADT_LAPIC = 0, MADT_IOAPIC = 1, MADT_LAPIC_AT = 5, MADT_X2APIC = 9 };

/* LAPIC: id in bytes[1], flags. IOAPIC: address. LAPIC_AT: address in two
 * words. X2APIC: id, flags. */
struct madt_entry {
	uint8_t type, size, bytes[2];
	uint32_t words[3];
};

static bool sums_to_zero(const void *table, uint32_t size)
{
	const uint8_t *bytes = table;
	uint8_t sum = 0;

	for (uint32_t i = 0; i < size; i++) {
		sum = (uint8_t)(sum + bytes[i]);
	}
	return sum == 0;
}

/* The table at `address`, or null if it has another signature. Only a table
 * that is wanted has its length and checksum checked. */
static enum boot_fault table_at(uint64_t address, const char *signature,
				uint32_t least, const void **table)
{
	const struct header *header = arch_memory(address, sizeof(*header));

	*table = NULL;
	if (!header) {
		return FAULT_ACPI_REACH;
	}
	if (memcmp(header->signature, signature, 4) != 0) {
		return FAULT_NONE;
	}

	uint32_t size = header->size;
	if (size < least || size > TABLE_LIMIT) {
		return FAULT_ACPI_LENGTH;
	}
	header = arch_memory(address, size);
	if (!header) {
		return FAULT_ACPI_REACH;
	}
	*table = header;
	return sums_to_zero(header, size) ? FAULT_NONE : FAULT_ACPI_SUM;
}

/* The RSDT or XSDT, and how long its entries are. */
static enum boot_fault root_table(uint64_t address, const void **root,
				  uint32_t *stride)
{
	const struct rsdp *rsdp = arch_memory(address, RSDP1_SIZE);

	if (!rsdp || memcmp(rsdp->signature, "RSD PTR ", 8) != 0) {
		return FAULT_ACPI_MISSING;
	}
	bool second = rsdp->revision >= 2;
	uint32_t size = second ? sizeof(*rsdp) : RSDP1_SIZE;
	rsdp = arch_memory(address, size);
	if (!rsdp || (second && rsdp->size != size)) {
		return FAULT_ACPI_LENGTH;
	}
	if (!sums_to_zero(rsdp, RSDP1_SIZE) || !sums_to_zero(rsdp, size)) {
		return FAULT_ACPI_SUM;
	}
	second = second && rsdp->xsdt;
	*stride = second ? 8 : 4;

	enum boot_fault fault =
		table_at(second ? rsdp->xsdt : rsdp->rsdt,
			 second ? "XSDT" : "RSDT", sizeof(struct header), root);
	return fault == FAULT_NONE && !*root ? FAULT_ACPI_MISSING : fault;
}

/* The first table of that name that the root lists, or null. */
static enum boot_fault find_table(const struct header *root, uint32_t stride,
				  const char *signature, uint32_t least,
				  const void **table)
{
	const uint8_t *entry = (const uint8_t *)(root + 1);
	uint32_t count = (root->size - (uint32_t)sizeof(*root)) / stride;
	enum boot_fault fault = FAULT_NONE;

	*table = NULL;
	if (count > TABLES_LIMIT) {
		return FAULT_ACPI_LENGTH;
	}
	for (; count && !fault && !*table; count--, entry += stride) {
		uint64_t address = 0;

		memcpy(&address, entry, stride);
		fault = table_at(address, signature, least, table);
	}
	return fault;
}

static enum boot_fault read_madt_entry(struct boot_info *info,
				       const uint8_t *bytes, uint64_t self)
{
	static const uint8_t sizes[MADT_X2APIC + 1] = { [MADT_LAPIC] = 8,
							[MADT_IOAPIC] = 12,
							[MADT_LAPIC_AT] = 12,
							[MADT_X2APIC] = 16 };
	struct madt_entry entry = { .type = bytes[0], .size = bytes[1] };

	if (entry.type > MADT_X2APIC) {
		return FAULT_NONE;
	}
	if (entry.size < sizes[entry.type]) {
		return FAULT_ACPI_LENGTH;
	}
	memcpy(&entry, bytes, sizes[entry.type]);
	/* Flag 0 of a CPU: it is there, and not only could be. */
	if (entry.type == MADT_LAPIC && (entry.words[0] & 1)) {
		return cpus_add(info, entry.bytes[1], self);
	}
	if (entry.type == MADT_X2APIC && (entry.words[1] & 1)) {
		return cpus_add(info, entry.words[0], self);
	}
	if (entry.type == MADT_LAPIC_AT) {
		info->irq_base[0] = entry.words[0] | (uint64_t)entry.words[1]
							     << 32;
	} else if (entry.type == MADT_IOAPIC && !info->irq_base[1]) {
		info->irq_base[1] =
			entry.words[0]; /* it serves interrupt 0 on */
	}
	return FAULT_NONE;
}

static enum boot_fault read_madt(struct boot_info *info,
				 const struct madt *madt, uint64_t self)
{
	enum boot_fault fault = FAULT_NONE;

	if (!madt) {
		return FAULT_ACPI_IRQ;
	}
	info->irq_base[0] = madt->lapic;
	for (uint32_t at = sizeof(*madt); at < madt->header.size && !fault;) {
		const uint8_t *entry = (const uint8_t *)madt + at;
		uint32_t left = madt->header.size - at;

		if (left < 2 || entry[1] < 2 || entry[1] > left) {
			return FAULT_ACPI_LENGTH;
		}
		fault = read_madt_entry(info, entry, self);
		at += entry[1];
	}
	info->irq_size[0] = info->irq_size[1] = ABI_PAGE_SIZE;
	if (!fault && (!info->irq_base[0] || !info->irq_base[1] ||
		       !is_aligned(info->irq_base[0] | info->irq_base[1],
				   ABI_PAGE_SIZE))) {
		fault = FAULT_ACPI_IRQ;
	}
	bool self_listed = info->cpu_count && info->cpus[0] == self;
	return fault || self_listed ? fault : FAULT_NO_CPU;
}

/*
 * Finds Name(_S5_, Package { SLP_TYPa, ...}) and its first number: the name,
 * PackageOp, the package's length (1 to 4 bytes, as the top two bits of the
 * first say), the number of elements, and then BytePrefix and a byte, or an
 * op that is the number 0 or 1.
 */
static bool find_s5(const struct header *dsdt, uint32_t *type)
{
	const uint8_t *bytes = (const uint8_t *)dsdt;
	uint32_t size = dsdt->size;

	for (uint32_t i = sizeof(*dsdt); i + 6 <= size; i++) {
		if (bytes[i] != '_' || memcmp(bytes + i, "_S5_\x12", 5) != 0) {
			continue;
		}
		uint32_t at = i + 5 + 1 + (bytes[i + 5] >> 6) + 1;
		bool prefix = at < size && bytes[at] == 0x0a;

		at += prefix;
		*type = at < size ? bytes[at] : UINT32_MAX;
		return *type < (prefix ? 8u : 2u);
	}
	return false;
}

static enum boot_fault read_power(struct boot_info *info,
				  const struct fadt *fadt)
{
	const void *dsdt;
	uint32_t type;

	if (!fadt) {
		return FAULT_NONE;
	}
	bool extended = fadt->header.size >= sizeof(*fadt) && fadt->x_dsdt;
	enum boot_fault fault = table_at(extended ? fadt->x_dsdt : fadt->dsdt,
					 "DSDT", sizeof(struct header), &dsdt);
	uint32_t port = fadt->pm1a_control;
	if (!fault && dsdt && port && port <= UINT16_MAX &&
	    find_s5(dsdt, &type)) {
		info->power_kind = BOOT_POWER_ACPI_PORT;
		info->power_address = port;
		info->power_value = type << 10 | SLP_EN;
	}
	return fault;
}

enum boot_fault acpi_read(struct boot_info *info, uint64_t self)
{
	const void *root, *table;
	uint32_t stride;
	enum boot_fault fault = root_table(info->rsdp, &root, &stride);

	fault = fault ? fault
		      : find_table(root, stride, "APIC", sizeof(struct madt),
				   &table);
	fault = fault ? fault : read_madt(info, table, self);
	fault = fault ? fault
		      : find_table(root, stride, "FACP", FADT_LEAST, &table);
	return fault ? fault : read_power(info, table);
}
