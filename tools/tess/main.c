/* SPDX-License-Identifier: Apache-2.0 */
/* tess, the host tool of Tessera: chooses the command. */

#include <stdio.h>
#include <string.h>

#include "abi/archive.h"
#include "abi/image.h"
#include "abi/manifest.h"
#include "tess/command.h"
#include "tess/value.h"

static const char general[] =
	"usage: tess COMMAND ...\n"
	"\n"
	"  tess manifest   compile and check a system's manifest\n"
	"  tess image      pack, list and check a boot archive\n"
	"  tess help CMD   the options of a command\n"
	"  tess --version  versions of the tool and of what it writes\n"
	"\n"
	"Exit status: 0 done, 1 the input is at fault, 2 the command line is.\n";

static const char manifest[] =
	"usage: tess manifest SYSTEM.yaml -o FILE   compile\n"
	"       tess manifest --check SYSTEM.yaml   check only\n"
	"       tess manifest --list-images SYSTEM.yaml\n"
	"                 check all but the images, and print their names\n"
	"       tess manifest --show FILE           print a compiled manifest\n"
	"       tess manifest --docs                print docs/manifest.md\n"
	"\n"
	"  --capsules DIR  look there for images, after the manifest's own\n"
	"                  folder; can be given several times\n"
	"  --memory SIZE   memory of the machine (256MiB); the memory quotas\n"
	"                  together may have it less 64MiB for the system\n"
	"  --arch ARCH     refuse images that are not for x86_64 or aarch64\n"
	"  --json          errors, and --show, as one JSON object per line on\n"
	"                  standard output\n"
	"\n"
	"--check accepts the source of an image, x.c or a folder x beside the\n"
	"manifest, in place of x.elf.\n";

static const char image[] =
	"usage: tess image -o ARCHIVE --nano FILE --kernel FILE --core FILE\n"
	"           --init FILE --manifest FILE [--capsules DIR]...\n"
	"       tess image --list ARCHIVE    names, types, sizes, SHA-256\n"
	"       tess image --check ARCHIVE   check every byte\n"
	"\n"
	"  --nano, --kernel, --core, --init  ELF64 files\n"
	"  --manifest FILE       a compiled manifest; its images are packed\n"
	"  --capsules DIR        look there for images; in the order given\n"
	"  --partial             pack what is given, for tests of lower floors\n"
	"  --unchecked-capsules  pack capsules' files byte by byte, for tests\n"
	"                        of the loader\n"
	"  --json                one JSON object per line on standard output\n"
	"\n"
	"Equal input gives equal bytes. Of ELF files only what is loaded goes\n"
	"in: no symbols, no debug data.\n";

static int help(const char *command)
{
	if (command == NULL) {
		fputs(general, stdout);
	} else if (strcmp(command, "manifest") == 0) {
		fputs(manifest, stdout);
	} else if (strcmp(command, "image") == 0) {
		fputs(image, stdout);
	} else {
		fprintf(stderr, "tess: no command '%s' to help with\n",
			command);
		return EXIT_USAGE;
	}
	return EXIT_DONE;
}

static int version(void)
{
	printf("tess %s (archive %u, flat image %u, manifest %u)\n",
	       TESS_VERSION, ARCHIVE_VERSION, IMAGE_VERSION, MANIFEST_VERSION);
	return EXIT_DONE;
}

static int unknown(const char *word)
{
	static const char *const commands[] = { "manifest", "image", "help",
						"--version" };

	fprintf(stderr, "tess: no command '%s'", word);
	for (uint32_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (value_is_near(word, commands[i])) {
			fprintf(stderr, "; did you mean '%s'?", commands[i]);
			break;
		}
	}
	fputs("\n  `tess help` shows what is possible\n", stderr);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fputs(general, stderr);
		return EXIT_USAGE;
	}
	const char *word = argv[1];
	if (strcmp(word, "manifest") == 0) {
		return command_manifest(argc - 1, argv + 1);
	}
	if (strcmp(word, "image") == 0) {
		return command_image(argc - 1, argv + 1);
	}
	if (strcmp(word, "help") == 0 || strcmp(word, "--help") == 0 ||
	    strcmp(word, "-h") == 0) {
		return help(argc > 2 ? argv[2] : NULL);
	}
	if (strcmp(word, "--version") == 0) {
		return version();
	}
	return unknown(word);
}
