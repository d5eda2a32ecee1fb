/* SPDX-License-Identifier: Apache-2.0 */
/* This machine has no I/O ports: devices are memory. */

#include "kernel/arch.h"

status_t arch_port_read(uint16_t port, uint32_t bytes, uint64_t *value)
{
	(void)port;
	(void)bytes;
	(void)value;
	return ST_NOT_SUPPORTED;
}

status_t arch_port_write(uint16_t port, uint32_t bytes, uint64_t value)
{
	(void)port;
	(void)bytes;
	(void)value;
	return ST_NOT_SUPPORTED;
}
