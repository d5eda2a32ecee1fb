/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The memory and string functions that the fetched libraries use in boot and
 * nano. lib/common implements them; there is no C library below user code.
 */
#pragma once

#include <stddef.h>

void *memchr(const void *bytes, int byte, size_t size);
int memcmp(const void *left, const void *right, size_t size);
void *memcpy(void *to, const void *from, size_t size);
void *memmove(void *to, const void *from, size_t size);
void *memset(void *bytes, int byte, size_t size);
char *strchr(const char *text, int byte);
size_t strlen(const char *text);
size_t strnlen(const char *text, size_t limit);
char *strrchr(const char *text, int byte);
