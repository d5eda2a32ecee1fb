/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads ACPI's static tables. Of the DSDT's bytecode only one object is wanted,
 * the package _S5_; it is found by its bytes and not by running anything.
 */

#include "boot/acpi.h"

#include "abi/layout.h"
#include "boot/arch.h"
#include "boot/bytes.h"
#include "boot/ranges.h"
#include "common/types.h"

#define HEADER_SIZE  36u
#define TABLE_LIMIT  (4u << 20) /* no machine has a table of this size */
#define TABLES_LIMIT 256u
#define FADT_LEAST   116u
#define MADT_ENTRIES 44u

enum madt_type {
	MADT_LAPIC = 0,
	MADT_IOAPIC = 1,
	MADT_LAPIC_ADDRESS = 5,
	MADT_X2APIC = 9,
};

struct table {
	const uint8_t *bytes;
	uint32_t size;
};

static bool sums_to_zero(const uint8_t *bytes, uint32_t size)
{
	uint8_t sum = 0;

	for (uint32_t i = 0; i < size; i++) {
		sum = (uint8_t)(sum + bytes[i]);
	}
	return sum == 0;
}

/* The table at `address`, if it has that signature; bytes is null if not. Only
 * a table that is wanted has its length and checksum checked. */
static enum boot_fault table_at(uint64_t address, const char *signature,
				struct table *table)
{
	const uint8_t *bytes = arch_memory(address, HEADER_SIZE);

	*table = (struct table){ 0 };
	if (!bytes) {
		return FAULT_ACPI_REACH;
	}
	if (memcmp(bytes, signature, 4) != 0) {
		return FAULT_NONE;
	}

	uint32_t size = field32(bytes, 4);
	if (size < HEADER_SIZE || size > TABLE_LIMIT) {
		return FAULT_ACPI_LENGTH;
	}
	bytes = arch_memory(address, size);
	if (!bytes) {
		return FAULT_ACPI_REACH;
	}
	if (!sums_to_zero(bytes, size)) {
		return FAULT_ACPI_SUM;
	}
	*table = (struct table){ bytes, size };
	return FAULT_NONE;
}

/* The RSDT or XSDT, and how long its entries are. */
static enum boot_fault root_table(uint64_t rsdp, struct table *root,
				  uint32_t *stride)
{
	const uint8_t *bytes = rsdp ? arch_memory(rsdp, 20) : NULL;

	if (!bytes || memcmp(bytes, "RSD PTR ", 8) != 0) {
		return FAULT_ACPI_MISSING;
	}
	if (!sums_to_zero(bytes, 20)) {
		return FAULT_ACPI_SUM;
	}

	uint64_t address = field32(bytes, 16);
	*stride = 4;
	if (bytes[15] >= 2) {
		bytes = arch_memory(rsdp, 36);
		if (!bytes || field32(bytes, 20) != 36) {
			return FAULT_ACPI_LENGTH;
		}
		if (!sums_to_zero(bytes, 36)) {
			return FAULT_ACPI_SUM;
		}
		if (field64(bytes, 24) != 0) {
			address = field64(bytes, 24);
			*stride = 8;
		}
	}

	enum boot_fault fault =
		table_at(address, *stride == 8 ? "XSDT" : "RSDT", root);
	return fault == FAULT_NONE && !root->bytes ? FAULT_ACPI_MISSING : fault;
}

/* The first table of that name that the root lists. */
static enum boot_fault find_table(const struct table *root, uint32_t stride,
				  const char *signature, struct table *table)
{
	enum boot_fault fault = FAULT_NONE;
	uint32_t count = (root->size - HEADER_SIZE) / stride;

	*table = (struct table){ 0 };
	if (count > TABLES_LIMIT) {
		return FAULT_ACPI_LENGTH;
	}
	for (uint32_t i = 0; i < count && !fault && !table->bytes; i++) {
		const uint8_t *entry = root->bytes + HEADER_SIZE + i * stride;

		fault = table_at(stride == 8 ? field64(entry, 0)
					     : field32(entry, 0),
				 signature, table);
	}
	return fault;
}

/* A CPU that is there (flag 0) and not only could be. */
static enum boot_fault add_cpu(struct boot_info *info, uint64_t id,
			       uint32_t flags, uint64_t self)
{
	return (flags & 1) ? cpus_add(info, id, self) : FAULT_NONE;
}

static enum boot_fault read_madt_entry(struct boot_info *info,
				       const uint8_t *entry, uint64_t self)
{
	static const uint8_t sizes[] = { [MADT_LAPIC] = 8,
					 [MADT_IOAPIC] = 12,
					 [MADT_LAPIC_ADDRESS] = 12,
					 [MADT_X2APIC] = 16 };
	uint8_t type = entry[0];

	if (type < sizeof(sizes) && entry[1] < sizes[type]) {
		return FAULT_ACPI_LENGTH;
	}
	switch (type) {
	case MADT_LAPIC:
		return add_cpu(info, entry[3], field32(entry, 4), self);
	case MADT_X2APIC:
		return add_cpu(info, field32(entry, 4), field32(entry, 8),
			       self);
	case MADT_LAPIC_ADDRESS:
		info->irq_base[0] = field64(entry, 4);
		return FAULT_NONE;
	case MADT_IOAPIC:
		if (!info->irq_base[1]) { /* the first serves interrupt 0 on */
			info->irq_base[1] = field32(entry, 4);
		}
		return FAULT_NONE;
	default:
		return FAULT_NONE;
	}
}

static enum boot_fault read_madt(struct boot_info *info,
				 const struct table *madt, uint64_t self)
{
	enum boot_fault fault = FAULT_NONE;

	if (!madt->bytes) {
		return FAULT_ACPI_IRQ;
	}
	if (madt->size < MADT_ENTRIES) {
		return FAULT_ACPI_LENGTH;
	}
	info->irq_base[0] = field32(madt->bytes, HEADER_SIZE);
	for (uint32_t at = MADT_ENTRIES; at < madt->size && !fault;) {
		const uint8_t *entry = madt->bytes + at;
		uint32_t left = madt->size - at;

		if (left < 2 || entry[1] < 2 || entry[1] > left) {
			return FAULT_ACPI_LENGTH;
		}
		fault = read_madt_entry(info, entry, self);
		at += entry[1];
	}
	if (fault != FAULT_NONE) {
		return fault;
	}
	if (!info->irq_base[0] || !info->irq_base[1] ||
	    !is_aligned(info->irq_base[0] | info->irq_base[1], ABI_PAGE_SIZE)) {
		return FAULT_ACPI_IRQ;
	}
	info->irq_size[0] = info->irq_size[1] = ABI_PAGE_SIZE;
	return cpus_check(info, self);
}

/*
 * Finds Name(_S5_, Package { SLP_TYPa, ...}) and its first number: the name,
 * PackageOp, the package's length (1 to 4 bytes, as the top two bits of the
 * first say), the number of elements, and then BytePrefix and a byte, or an
 * op that is the number 0 or 1.
 */
static bool find_s5(const struct table *dsdt, uint32_t *type)
{
	const uint8_t *bytes = dsdt->bytes;

	for (uint32_t i = HEADER_SIZE; i + 6 <= dsdt->size; i++) {
		if (bytes[i] != '_' || memcmp(bytes + i, "_S5_\x12", 5) != 0) {
			continue;
		}
		uint32_t at = i + 5 + 1 + (bytes[i + 5] >> 6) + 1;
		bool prefix = at < dsdt->size && bytes[at] == 0x0a;

		at += prefix;
		*type = at < dsdt->size ? bytes[at] : UINT32_MAX;
		return *type < (prefix ? 8u : 2u);
	}
	return false;
}

static enum boot_fault read_power(struct boot_info *info,
				  const struct table *fadt)
{
	struct table dsdt;
	uint32_t type;

	if (!fadt->bytes) {
		return FAULT_NONE;
	}
	if (fadt->size < FADT_LEAST) {
		return FAULT_ACPI_LENGTH;
	}

	uint64_t dsdt_address = field32(fadt->bytes, 40);
	if (fadt->size >= 148 && field64(fadt->bytes, 140) != 0) {
		dsdt_address = field64(fadt->bytes, 140);
	}
	enum boot_fault fault = table_at(dsdt_address, "DSDT", &dsdt);
	uint64_t port = field32(fadt->bytes, 64); /* PM1a_CNT_BLK */
	if (!fault && dsdt.bytes && port && port <= UINT16_MAX &&
	    find_s5(&dsdt, &type)) {
		info->power_kind = BOOT_POWER_ACPI_PORT;
		info->power_address = port;
		info->power_value = type << 10 | 1u << 13; /* SLP_EN */
	}
	return fault;
}

enum boot_fault acpi_read(struct boot_info *info, uint64_t self)
{
	struct table root, madt, fadt;
	uint32_t stride;
	enum boot_fault fault = root_table(info->rsdp, &root, &stride);

	fault = fault ? fault : find_table(&root, stride, "APIC", &madt);
	fault = fault ? fault : read_madt(info, &madt, self);
	fault = fault ? fault : find_table(&root, stride, "FACP", &fadt);
	return fault ? fault : read_power(info, &fadt);
}
