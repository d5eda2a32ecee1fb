/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The memory and string functions of C that boot, nano, the kernel and the
 * libraries linked into them need, with their standard meaning (C17 7.24,
 * strtoul of 7.22.1.4; strnlen of POSIX). Programs above the kernel use
 * picolibc's.
 */

#include <stddef.h>

void *memcpy(void *restrict to, const void *restrict from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *to, int byte, size_t size);
int memcmp(const void *a, const void *b, size_t size);
void *memchr(const void *s, int c, size_t size);
size_t strlen(const char *s);
size_t strnlen(const char *s, size_t size);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, size_t size);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
unsigned long strtoul(const char *restrict s, char **restrict end, int base);
