/* SPDX-License-Identifier: Apache-2.0 */
/*
 * make-bad-elf GOOD FOLDER: writes damaged copies of a good program file, each
 * with one thing wrong, and a good one that nothing can be said against.
 */

#include <elf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIZE_MAX_HERE (4 << 20)

static unsigned char good[SIZE_MAX_HERE], bad[SIZE_MAX_HERE];
static size_t size;

static Elf64_Ehdr *header(void)
{
	return (Elf64_Ehdr *)bad;
}

/* Loaded segment `n`. */
static Elf64_Phdr *load(unsigned int n)
{
	Elf64_Phdr *ph = (Elf64_Phdr *)(bad + header()->e_phoff);

	for (unsigned int i = 0; i < header()->e_phnum; i++) {
		if (ph[i].p_type == PT_LOAD && n-- == 0) {
			return &ph[i];
		}
	}
	fprintf(stderr, "make-bad-elf: the good file has too few segments\n");
	exit(1);
}

static size_t damage(const char *kind)
{
	if (strcmp(kind, "truncated") == 0) {
		return load(1)->p_offset + 8;
	} else if (strcmp(kind, "stub") == 0) {
		return header()->e_phoff + 3;
	} else if (strcmp(kind, "wx") == 0) {
		load(0)->p_flags |= PF_W;
	} else if (strcmp(kind, "overlap") == 0) {
		load(1)->p_vaddr = load(0)->p_vaddr;
	} else if (strcmp(kind, "wrap") == 0) {
		load(2)->p_memsz = 0 - load(2)->p_vaddr + 0x1000;
	} else if (strcmp(kind, "huge") == 0) {
		load(2)->p_memsz = 1ull << 40;
	} else if (strcmp(kind, "kernel") == 0) {
		load(2)->p_vaddr = 0xffffffff80000000;
	} else if (strcmp(kind, "entry") == 0) {
		header()->e_entry = load(2)->p_vaddr;
	} else if (strcmp(kind, "filesize") == 0) {
		load(1)->p_filesz = load(1)->p_memsz + 1;
	}
	return size;
}

static void write_copy(const char *folder, const char *kind)
{
	char path[4096];

	memcpy(bad, good, size);
	size_t length = damage(kind);
	snprintf(path, sizeof(path), "%s/bad-%s.elf", folder, kind);
	FILE *file = fopen(path, "wb");
	if (!file || fwrite(bad, 1, length, file) != length || fclose(file)) {
		perror(path);
		exit(1);
	}
}

int main(int argc, char **argv)
{
	static const char *const kinds[] = { "truncated", "stub",  "wx",
					     "overlap",   "wrap",  "huge",
					     "kernel",    "entry", "filesize",
					     "none" };

	if (argc != 3) {
		fprintf(stderr, "usage: make-bad-elf GOOD FOLDER\n");
		return 2;
	}
	FILE *file = fopen(argv[1], "rb");
	size = file ? fread(good, 1, sizeof(good), file) : 0;
	if (size < sizeof(Elf64_Ehdr)) {
		perror(argv[1]);
		return 1;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		write_copy(argv[2], kinds[i]);
	}
	return 0;
}
