/* SPDX-License-Identifier: Apache-2.0 */
/* Whole files in, whole files out; and text that is safe to print. */

#include "tess/file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *read_stream(struct arena *arena, FILE *file, size_t limit,
			       struct bytes *out)
{
	struct stat info;

	if (fstat(fileno(file), &info) != 0) {
		return strerror(errno);
	}
	if (!S_ISREG(info.st_mode)) {
		return "it is not a regular file";
	}
	if (info.st_size < 0 || (uintmax_t)info.st_size > limit) {
		return arena_printf(arena, "it is larger than %zu bytes",
				    limit);
	}

	out->size = (size_t)info.st_size;
	out->data = arena_alloc(arena, out->size + 1, 1);
	if (fread(out->data, 1, out->size, file) != out->size) {
		return "it became shorter while it was read";
	}
	return NULL;
}

const char *file_read(struct arena *arena, const char *path, size_t limit,
		      struct bytes *out)
{
	FILE *file = fopen(path, "rb");

	if (file == NULL) {
		return strerror(errno);
	}
	const char *why = read_stream(arena, file, limit, out);
	fclose(file);
	return why;
}

const char *file_write(struct arena *arena, const char *path,
		       struct bytes bytes)
{
	const char *part =
		arena_printf(arena, "%s.%ld.part", path, (long)getpid());
	FILE *file = fopen(part, "wb");

	if (file == NULL) {
		return strerror(errno);
	}
	bool written = fwrite(bytes.data, 1, bytes.size, file) == bytes.size;
	int reason = errno;
	if (fclose(file) != 0) {
		reason = errno;
		written = false;
	}
	if (written && rename(part, path) != 0) {
		reason = errno;
		written = false;
	}
	if (!written) {
		unlink(part);
		return strerror(reason);
	}
	return NULL;
}

bool file_exists(const char *path)
{
	struct stat info;

	return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

bool folder_exists(const char *path)
{
	struct stat info;

	return stat(path, &info) == 0 && S_ISDIR(info.st_mode);
}

char *path_folder(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');

	if (slash == NULL) {
		return arena_printf(arena, ".");
	}
	if (slash == path) {
		return arena_printf(arena, "/");
	}
	return arena_printf(arena, "%.*s", (int)(slash - path), path);
}

char *path_join(struct arena *arena, const char *folder, const char *name)
{
	size_t length = strlen(folder);

	if (strcmp(folder, ".") == 0) {
		return arena_printf(arena, "%s", name);
	}
	return arena_printf(arena, "%s%s%s", folder,
			    length > 0 && folder[length - 1] == '/' ? "" : "/",
			    name);
}

/*
 * Length of the UTF-8 character at `s`, or 0: overlong forms, surrogates and
 * everything above U+10FFFF are none. (RFC 3629, section 4)
 */
static size_t utf8_length(const unsigned char *s)
{
	size_t length = s[0] < 0x80 ? 1 : s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;

	if ((s[0] >= 0x80 && s[0] < 0xC2) || s[0] > 0xF4) {
		return 0;
	}
	for (size_t i = 1; i < length; i++) {
		if ((s[i] & 0xC0) != 0x80) {
			return 0;
		}
	}
	if ((s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xED && s[1] > 0x9F) ||
	    (s[0] == 0xF0 && s[1] < 0x90) || (s[0] == 0xF4 && s[1] > 0x8F)) {
		return 0;
	}
	return length;
}

/* Terminals act on the ASCII controls and on U+0080 to U+009F. */
static bool is_control(const unsigned char *s)
{
	return *s < 0x20 || *s == 0x7F || (s[0] == 0xC2 && s[1] < 0xA0);
}

void print_safe(FILE *out, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	while (*s != '\0') {
		size_t length = utf8_length(s);

		if (length == 0 || is_control(s)) {
			fprintf(out, "\\x%02x", *s++);
			continue;
		}
		fwrite(s, 1, length, out);
		s += length;
	}
}

void print_json(FILE *out, const char *text)
{
	const unsigned char *s = (const unsigned char *)text;

	fputc('"', out);
	while (*s != '\0') {
		size_t length = utf8_length(s);

		if (length == 0) {
			fputs("\\ufffd", out);
			s++;
		} else if (*s == '"' || *s == '\\') {
			fprintf(out, "\\%c", *s++);
		} else if (*s < 0x20 || *s == 0x7F) {
			fprintf(out, "\\u%04x", *s++);
		} else {
			fwrite(s, 1, length, out);
			s += length;
		}
	}
	fputc('"', out);
}
