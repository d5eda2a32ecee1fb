/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the C library's console streams stand on: output goes to core's log,
 * which prints it by whole lines; input is at its end from the start. stderr is
 * line-buffered like stdout, because here a write is a message.
 */

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include <tess/core.h>

#define ERROR_LINE 256

static char error_line[ERROR_LINE];
__attribute__((constructor(101))) static void buffer_errors(void)
{
	setvbuf(stderr, error_line, _IOLBF, sizeof(error_line));
}

__attribute__((destructor(101))) static void flush_errors(void)
{
	fflush(stderr);
}

ssize_t write(int file, const void *bytes, size_t size)
{
	if (file != STDOUT_FILENO && file != STDERR_FILENO) {
		errno = EBADF;
		return -1;
	}
	if (tess_log(bytes, size) != ST_OK) {
		errno = EIO;
		return -1;
	}
	return (ssize_t)size;
}

ssize_t read(int file, void *bytes, size_t size)
{
	(void)bytes;
	(void)size;
	if (file != STDIN_FILENO) {
		errno = EBADF;
		return -1;
	}
	return 0;
}

int close(int file)
{
	(void)file;
	errno = EBADF;
	return -1;
}

off_t lseek(int file, off_t offset, int whence)
{
	(void)file;
	(void)offset;
	(void)whence;
	errno = ESPIPE;
	return -1;
}
