# SPDX-License-Identifier: Apache-2.0
# The host tool. It shares its checkers of all formats with the target.
tess.srcs := $(addprefix tools/tess/,arena.c check.c command_image.c \
	command_manifest.c compile.c diag.c docs.c elf.c file.c graph.c handover.c images.c \
	main.c options.c pack.c panic.c read.c read_scalar.c schema.c show.c \
	store.c value.c yaml.c)
tess.uses := common
tess.libs := bearssl
unit.ldlibs.tess := -lyaml
# The same with sanitizers, for the tests of the command line.
unit: $(H)/tess-checked
$(H)/tess-checked: $(H)/tess.a $(H)/common.a $(HLIB)/libbearssl-kernel.a
	$(call say,LD,$@)
	$(Q)$(CC) -fuse-ld=lld -fsanitize=address,undefined -o $@ $^ -lyaml
