# SPDX-License-Identifier: Apache-2.0
# The host tool. It shares its checkers of all formats with the target.
tess.srcs := $(addprefix tools/tess/,arena.c check.c command_image.c \
	command_manifest.c compile.c diag.c docs.c elf.c file.c graph.c images.c \
	main.c options.c pack.c panic.c read.c schema.c show.c value.c yaml.c)
tess.uses := common
tess.libs := bearssl
