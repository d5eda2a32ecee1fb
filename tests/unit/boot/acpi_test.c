/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The ACPI reader on tables made by hand, sound ones and each kind of broken
 * one, and on random damage with the checksums put right again.
 */

#include <arch/firmware.h>

#include "support.h"

#define BASE   0x10000u
#define SIZE   0x2000u
#define RSDP   (BASE + 0x40u)
#define XSDT   (BASE + 0x100u)
#define MADT   (BASE + 0x200u)
#define FADT   (BASE + 0x800u)
#define DSDT   (BASE + 0xa00u)
#define RSDT   (BASE + 0x1000u)
#define HEADER 36u

static uint8_t memory[SIZE];
static struct boot_info info;

static uint8_t *at(uint32_t address)
{
	return memory + (address - BASE);
}

static void fix_sum(uint32_t address, uint32_t size, uint32_t where)
{
	uint8_t sum = 0;

	at(address)[where] = 0;
	for (uint32_t i = 0; i < size; i++) {
		sum = (uint8_t)(sum + at(address)[i]);
	}
	at(address)[where] = (uint8_t)-sum;
}

static uint32_t size_of(uint32_t address)
{
	uint32_t size;

	memcpy(&size, at(address) + 4, 4);
	return size;
}

/* Puts the checksum of a table right, if its length is one it can have. */
static void seal(uint32_t address)
{
	uint32_t size = size_of(address);

	if (size >= HEADER && size <= SIZE - (address - BASE)) {
		fix_sum(address, size, 9);
	}
}

static void seal_all(void)
{
	fix_sum(RSDP, 20, 8);
	fix_sum(RSDP, 36, 32);
	seal(XSDT);
	seal(RSDT);
	seal(MADT);
	seal(FADT);
	seal(DSDT);
}

static void table(uint32_t address, const char *signature, uint32_t size)
{
	memcpy(at(address), signature, 4);
	put32(at(address), 4, size);
}

/* Appends an entry to the MADT. */
static void madt_entry(const void *bytes, uint8_t size)
{
	uint32_t end = size_of(MADT);

	memcpy(at(MADT) + end, bytes, size);
	put32(at(MADT), 4, end + size);
	seal(MADT);
}

static void madt_cpu(uint8_t id, uint8_t flags)
{
	uint8_t entry[8] = { 0, 8, 0, id, flags };

	madt_entry(entry, sizeof(entry));
}

/* What QEMU's q35 has, in short: two CPUs, an IOAPIC, S5 with SLP_TYP 0. */
static int build(void **unused)
{
	static const uint8_t ioapic[12] = {
		1, 12, 0, 0, 0x00, 0x00, 0xc0, 0xfe
	};
	static const uint8_t s5[] = { 0x08, '_',  'S', '5', '_', 0x12,
				      0x06, 0x04, 0,   0,   0,   0 };

	(void)unused;
	memset(memory, 0, sizeof(memory));
	memset(&info, 0, sizeof(info));
	memcpy(at(RSDP), "RSD PTR ", 8);
	put8(at(RSDP), 15, 2);
	put32(at(RSDP), 16, RSDT);
	put32(at(RSDP), 20, 36);
	put64(at(RSDP), 24, XSDT);
	table(XSDT, "XSDT", HEADER + 16);
	put64(at(XSDT), HEADER, FADT);
	put64(at(XSDT), HEADER + 8, MADT);
	table(RSDT, "RSDT", HEADER + 8);
	put32(at(RSDT), HEADER, FADT);
	put32(at(RSDT), HEADER + 4, MADT);
	table(MADT, "APIC", 44);
	put32(at(MADT), 36, 0xfee00000);
	table(FADT, "FACP", 244);
	put32(at(FADT), 40, DSDT);
	put32(at(FADT), 64, 0x604);
	table(DSDT, "DSDT", HEADER + 64 + sizeof(s5));
	memcpy(at(DSDT) + HEADER + 64, s5, sizeof(s5));
	madt_cpu(0, 1);
	madt_cpu(1, 1);
	madt_cpu(2, 0);
	madt_cpu(3, 2); /* could be plugged in */
	madt_entry(ioapic, sizeof(ioapic));
	seal_all();
	info.rsdp = RSDP;
	fake_set_memory(memory, BASE, SIZE, true);
	return 0;
}

static void read_is(enum boot_fault fault)
{
	assert_int_equal(acpi_read(&info, 1), fault);
}

static void check_good(void)
{
	assert_int_equal(info.cpu_count, 2);
	assert_int_equal(info.cpus[0], 1); /* the one that runs */
	assert_int_equal(info.cpus[1], 0);
	assert_int_equal(info.irq_base[0], 0xfee00000);
	assert_int_equal(info.irq_base[1], 0xfec00000);
	assert_int_equal(info.power_kind, BOOT_POWER_ACPI_PORT);
	assert_int_equal(info.power_address, 0x604);
}

static void xsdt(void **unused)
{
	(void)unused;
	read_is(FAULT_NONE);
	check_good();
	assert_int_equal(info.power_value, 0x2000);
}

static void rsdt_of_old_firmware(void **unused)
{
	(void)unused;
	put8(at(RSDP), 15, 0);
	fix_sum(RSDP, 20, 8);
	put64(at(RSDP), 24, 0xdead);
	read_is(FAULT_NONE);
	check_good();
}

static void rsdt_when_there_is_no_xsdt(void **unused)
{
	(void)unused;
	put64(at(RSDP), 24, 0);
	fix_sum(RSDP, 36, 32);
	read_is(FAULT_NONE);
	check_good();
}

static void bad_checksums(void **unused)
{
	static const uint32_t tables[] = { RSDP, XSDT, MADT, FADT, DSDT };

	(void)unused;
	for (unsigned int i = 0; i < 5; i++) {
		build(NULL);
		at(tables[i])[10] ^= 1;
		read_is(FAULT_ACPI_SUM);
	}
	build(NULL);
	at(RSDP)[33] ^= 1; /* only the extended checksum covers it */
	read_is(FAULT_ACPI_SUM);
	build(NULL);
	at(RSDT)[10] ^= 1; /* nobody reads it */
	read_is(FAULT_NONE);
}

static void bad_lengths(void **unused)
{
	static const struct {
		uint32_t table, size;
		enum boot_fault fault;
	} tries[] = {
		{ XSDT, 35, FAULT_ACPI_LENGTH },
		{ XSDT, 0, FAULT_ACPI_LENGTH },
		{ XSDT, 0xffffffff, FAULT_ACPI_LENGTH },
		{ XSDT, 0x200000, FAULT_ACPI_REACH },
		{ XSDT, HEADER, FAULT_ACPI_IRQ }, /* lists nothing */
		{ XSDT, HEADER + 7, FAULT_ACPI_IRQ },
		{ MADT, 43, FAULT_ACPI_LENGTH },
		{ MADT, 45, FAULT_ACPI_LENGTH },
		{ MADT, 44, FAULT_ACPI_IRQ }, /* no IOAPIC */
		{ FADT, 115, FAULT_ACPI_LENGTH },
		{ DSDT, 12, FAULT_ACPI_LENGTH },
		{ DSDT, 0x3000, FAULT_ACPI_REACH },
	};

	(void)unused;
	for (unsigned int i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		build(NULL);
		put32(at(tries[i].table), 4, tries[i].size);
		seal(tries[i].table);
		read_is(tries[i].fault);
	}
	build(NULL);
	put32(at(RSDP), 20, 35);
	fix_sum(RSDP, 36, 32);
	read_is(FAULT_ACPI_LENGTH);
}

static void out_of_reach(void **unused)
{
	static const uint64_t addresses[] = {
		0,           BASE - 1,   BASE + SIZE - 35,
		BASE + SIZE, UINT64_MAX, UINT64_MAX - 35
	};

	(void)unused;
	for (unsigned int i = 0; i < 6; i++) {
		build(NULL);
		info.rsdp = addresses[i];
		read_is(FAULT_ACPI_MISSING);
		build(NULL);
		put64(at(XSDT), HEADER, addresses[i]);
		seal(XSDT);
		read_is(FAULT_ACPI_REACH);
	}
	build(NULL);
	put64(at(FADT), 140, UINT64_MAX - 4); /* X_DSDT */
	seal(FADT);
	read_is(FAULT_ACPI_REACH);
}

static void madt_entries(void **unused)
{
	static const uint8_t none[2] = { 9, 0 }, one[2] = { 9, 1 },
			     small[8] = { 9, 8 }, unknown[4] = { 200, 4 },
			     beyond[8] = { 0, 9 };
	static const uint8_t moved[12] = { 5, 12, 0, 0, 0, 0, 0x10, 0xd0 };
	static const uint8_t odd[12] = { 5, 12, 0, 0, 1, 0, 0x10, 0xd0 };
	static const uint8_t x2apic[16] = { 9, 16, 0, 0, 0, 1, 0, 0, 1 };

	(void)unused;
	const uint8_t *bad[] = { none, one, small, beyond };
	const uint8_t sizes[] = { 2, 2, 8, 8 };
	for (unsigned int i = 0; i < 4; i++) {
		build(NULL);
		madt_entry(bad[i], sizes[i]);
		read_is(FAULT_ACPI_LENGTH);
	}
	build(NULL);
	madt_entry(unknown, sizeof(unknown));
	madt_entry(moved, sizeof(moved));
	madt_entry(x2apic, sizeof(x2apic));
	read_is(FAULT_NONE);
	assert_int_equal(info.cpu_count, 3);
	assert_int_equal(info.cpus[2], 0x100);
	assert_int_equal(info.irq_base[0], 0xd0100000);
	build(NULL);
	madt_entry(odd, sizeof(odd));
	read_is(FAULT_ACPI_IRQ);
}

static void cpus(void **unused)
{
	(void)unused;
	for (unsigned int i = 4; i < 4 + BOOT_CPUS_MAX - 2; i++) {
		madt_cpu((uint8_t)i, 1);
	}
	madt_cpu(0, 1); /* listed again */
	read_is(FAULT_NONE);
	assert_int_equal(info.cpu_count, BOOT_CPUS_MAX);
	madt_cpu(200, 1);
	memset(&info, 0, sizeof(info));
	info.rsdp = RSDP;
	read_is(FAULT_CPUS);
	build(NULL);
	assert_int_equal(acpi_read(&info, 9), FAULT_NO_CPU);
	for (uint32_t i = 0; i < 4; i++) { /* none of them is there */
		put32(at(MADT), 44 + 8 * i + 4, 0);
	}
	seal(MADT);
	memset(&info, 0, sizeof(info));
	info.rsdp = RSDP;
	assert_int_equal(acpi_read(&info, 0), FAULT_NO_CPU);
}

/* Writes a _S5_ at the very end of the DSDT and reads it. */
static bool power_of(const void *bytes, uint32_t size, uint32_t *value)
{
	build(NULL);
	memset(at(DSDT) + HEADER, 0, 128);
	memcpy(at(DSDT) + HEADER, bytes, size);
	put32(at(DSDT), 4, HEADER + size);
	seal(DSDT);
	read_is(FAULT_NONE);
	*value = (uint32_t)info.power_value;
	return info.power_kind == BOOT_POWER_ACPI_PORT;
}

static void power(void **unused)
{
	uint32_t value;

	(void)unused;
	assert_true(power_of("_S5_\x12\x06\x04\x0a\x05\x00", 10, &value));
	assert_int_equal(value, 5 << 10 | 1 << 13);
	assert_true(power_of("_S5_\x12\x06\x04\x01", 8, &value));
	assert_int_equal(value, 1 << 10 | 1 << 13);
	/* A length of two and of four bytes. */
	assert_true(power_of("_S5_\x12\x46\x00\x04\x0a\x07", 10, &value));
	assert_int_equal(value, 7 << 10 | 1 << 13);
	assert_true(power_of("_S5_\x12\xc6\x00\x00\x00\x04\x00", 11, &value));
	/* Cut off, out of range, or something else. */
	assert_false(power_of("_S5_\x12\x06\x04\x0a", 8, &value));
	assert_false(power_of("_S5_\x12\x06\x04", 7, &value));
	assert_false(power_of("_S5_\x12", 5, &value));
	assert_false(power_of("_S5_\x12\xc6\x00\x00\x00\x04", 10, &value));
	assert_false(power_of("_S5_\x12\x06\x04\x0a\x08", 9, &value));
	assert_false(power_of("_S5_\x12\x06\x04\x02", 8, &value));
	assert_false(power_of("_S4_\x12\x06\x04\x00", 8, &value));
	build(NULL);
	put32(at(FADT), 64, 0x10000); /* no port has this number */
	seal(FADT);
	read_is(FAULT_NONE);
	assert_int_equal(info.power_kind, BOOT_POWER_NONE);
}

static void random_damage(void **unused)
{
	uint32_t good = 0;

	(void)unused;
	random_seed(2);
	for (uint32_t i = 0; i < MUTATIONS; i++) {
		build(NULL);
		mutate(memory, random_below(2) ? 0x300 : 0xb00);
		if (i % 4) {
			seal_all();
		}
		if (acpi_read(&info, 1) == FAULT_NONE) {
			good++;
			assert_in_range(info.cpu_count, 1, BOOT_CPUS_MAX);
			assert_int_equal(info.cpus[0], 1);
			assert_true(info.power_address <= UINT16_MAX &&
				    info.power_value <= UINT16_MAX);
		}
		assert_true(info.cpu_count <= BOOT_CPUS_MAX);
	}
	assert_in_range(good, 1000, MUTATIONS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(xsdt, build),
		cmocka_unit_test_setup(rsdt_of_old_firmware, build),
		cmocka_unit_test_setup(rsdt_when_there_is_no_xsdt, build),
		cmocka_unit_test(bad_checksums),
		cmocka_unit_test(bad_lengths),
		cmocka_unit_test(out_of_reach),
		cmocka_unit_test(madt_entries),
		cmocka_unit_test_setup(cpus, build),
		cmocka_unit_test(power),
		cmocka_unit_test(random_damage),
	};

	return cmocka_run_group_tests_name("boot acpi", tests, NULL, NULL);
}
