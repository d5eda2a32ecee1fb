/* SPDX-License-Identifier: Apache-2.0 */
/* I/O ports. nano lets through those of the console, and no others. */

#include "common/assert.h"
#include "kernel/arch.h"

status_t arch_port_read(uint16_t port, uint32_t bytes, uint64_t *value)
{
	uint32_t read = 0;

	switch (bytes) {
	case 1:
		__asm__ volatile("inb %w1, %b0" : "+a"(read) : "Nd"(port));
		break;
	case 2:
		__asm__ volatile("inw %w1, %w0" : "+a"(read) : "Nd"(port));
		break;
	default:
		CHECK(bytes == 4);
		__asm__ volatile("inl %w1, %0" : "+a"(read) : "Nd"(port));
	}
	*value = read;
	return ST_OK;
}

status_t arch_port_write(uint16_t port, uint32_t bytes, uint64_t value)
{
	uint32_t word = (uint32_t)value;

	switch (bytes) {
	case 1:
		__asm__ volatile("outb %b0, %w1" : : "a"(word), "Nd"(port));
		break;
	case 2:
		__asm__ volatile("outw %w0, %w1" : : "a"(word), "Nd"(port));
		break;
	default:
		CHECK(bytes == 4);
		__asm__ volatile("outl %0, %w1" : : "a"(word), "Nd"(port));
	}
	return ST_OK;
}
