/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * Why boot cannot go on: one list, one line each. A text is what the machine's
 * owner reads behind "boot: ", so it names the cause and, where there is one,
 * the remedy. Every function of boot that can fail returns one of these and
 * has then handed nothing over.
 */
#define BOOT_FAULTS(X)                                                        \
	X(NONE, "nothing is wrong")                                           \
	X(PROTOCOL, "started by a loader that speaks neither PVH nor "        \
		    "multiboot2")                                             \
	X(LOADER_DATA, "the loader's description of the machine is damaged")  \
	X(NO_MEMORY_MAP, "the loader gave no memory map")                     \
	X(NO_ARCHIVE, "the loader gave no boot archive "                      \
		      "(QEMU: -initrd boot.tess; GRUB: module2)")             \
	X(MODULES, "the loader gave more than one module; all images belong " \
		   "into one boot archive")                                   \
	X(MEMORY_WRAPS, "the memory map has an entry that wraps around")      \
	X(RANGES, "the memory map has too many pieces")                       \
	X(NOT_IN_RAM, "the archive, the device tree or boot itself does not " \
		      "lie in free memory of its own")                        \
	X(NOT_ALIGNED, "the loader put the archive off a page boundary")      \
	X(ARCHIVE_REACH, "the loader put the archive above 4 GiB")            \
	X(DEVICE_PLACE, "a device lies in memory or in another device")       \
	X(CPUS, "this machine has more CPUs than Tessera counts")             \
	X(NO_CPU, "the firmware does not list the CPU that runs")             \
	X(ACPI_MISSING, "the firmware gave no ACPI tables")                   \
	X(ACPI_REACH, "an ACPI table lies where boot cannot read it")         \
	X(ACPI_LENGTH, "an ACPI table has a wrong length")                    \
	X(ACPI_SUM, "an ACPI table has a wrong checksum")                     \
	X(ACPI_IRQ, "the ACPI tables name no interrupt controller (MADT)")    \
	X(TREE, "the device tree is missing or damaged")                      \
	X(TREE_MEMORY, "the device tree names no usable memory")              \
	X(TREE_PSCI, "the device tree's PSCI method is not smc")              \
	X(TREE_GIC, "the device tree names no GICv3 (QEMU: -machine "         \
		    "virt,gic-version=3)")                                    \
	X(NO_SVM, "this CPU has no SVM: Tessera's nanokernel needs AMD SVM "  \
		  "with nested paging (QEMU: -cpu max or EPYC)")              \
	X(NO_NESTED, "this CPU has SVM, but no nested paging: Tessera's "     \
		     "nanokernel needs both (QEMU: -cpu max or EPYC)")        \
	X(SVM_OFF, "the firmware has switched SVM off: switch it on in its "  \
		   "set-up")                                                  \
	X(NO_EL2, "not entered at EL2: Tessera's nanokernel needs the "       \
		  "hypervisor level (QEMU: -machine virt,virtualization=on)") \
	X(IMAGE_BASE, "an image is linked for another address")               \
	X(NO_ROOM, "not enough memory in one piece for the images")           \
	X(NANO_SPAN, "too much memory for the address range of nano")         \
	X(TABLE_PAGES, "the first page tables do not fit where they belong")  \
	X(TABLE_OVERLAP, "two mappings of the first page tables collide")     \
	X(TABLE_ALIGNMENT, "a mapping of the first page tables is ragged")

enum boot_fault {
#define X(name, text) FAULT_##name,
	BOOT_FAULTS(X)
#undef X
};

/** Prints "boot: ", the formatted text (common/fmt.h) and a line end. */
void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** The same, and then stops the machine for good. */
_Noreturn void say_and_stop(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

/** Stops with the fault's line, unless it is FAULT_NONE. */
void stop_on(enum boot_fault fault);

/** An exception that boot did not expect: one line, then the end. */
_Noreturn void boot_exception(void);
