/* SPDX-License-Identifier: Apache-2.0 */
/*
 * `tess manifest`: from YAML to the compiled form, and questions about both.
 */

#include <string.h>

#include "abi/image.h"
#include "tess/command.h"
#include "tess/file.h"
#include "tess/images.h"
#include "tess/model.h"
#include "tess/show.h"
#include "tess/value.h"

struct request {
	const char *input, *output, *memory_text, *arch;
	bool check, list_images, docs, show, json;
	uint64_t memory;
	struct image_search search;
};

static bool read_machine(struct request *request)
{
	if (request->arch == NULL) {
		return true;
	}
	if (strcmp(request->arch, "x86_64") == 0) {
		request->search.machine = IMAGE_MACHINE_X86_64;
	} else if (strcmp(request->arch, "aarch64") == 0) {
		request->search.machine = IMAGE_MACHINE_AARCH64;
	} else {
		usage_error("manifest",
			    "'%s' is no machine; use x86_64 or aarch64",
			    request->arch);
		return false;
	}
	return true;
}

static bool read_memory(struct request *request)
{
	request->memory = DEFAULT_MEMORY;
	if (request->memory_text == NULL) {
		return true;
	}
	if (value_size(request->memory_text, &request->memory) != VALUE_OK) {
		usage_error("manifest",
			    "'%s' is not a size of memory such as 256MiB",
			    request->memory_text);
		return false;
	}
	return true;
}

static bool read_request(int argc, char **argv, struct request *request)
{
	const struct option options[] = {
		{ "-o", .value = &request->output },
		{ "--check", .flag = &request->check },
		{ "--list-images", .flag = &request->list_images },
		{ "--docs", .flag = &request->docs },
		{ "--show", .flag = &request->show },
		{ "--json", .flag = &request->json },
		{ "--memory", .value = &request->memory_text },
		{ "--arch", .value = &request->arch },
		{ "--capsules", .values = &request->search.folders },
	};

	if (!options_read("manifest", argc, argv, options,
			  sizeof(options) / sizeof(options[0]),
			  &request->input)) {
		return false;
	}
	int modes = (request->output != NULL) + request->check +
		    request->list_images + request->docs + request->show;
	if (modes != 1) {
		usage_error("manifest",
			    "needs one of -o FILE, --check, --list-images, "
			    "--show and --docs");
		return false;
	}
	if ((request->input == NULL) != request->docs) {
		usage_error("manifest", request->docs
						? "--docs takes no file"
						: "needs a manifest file");
		return false;
	}
	return read_memory(request) && read_machine(request);
}

static void compile(struct diags *diags, const struct request *request,
		    struct model *model)
{
	struct bytes text = { 0 };
	const char *why =
		file_read(diags->arena, request->input, YAML_SIZE_LIMIT, &text);

	if (why != NULL) {
		struct diag *diag =
			diag_add(diags, DIAG_UNREADABLE, (struct place){ 0, 0 },
				 "the manifest cannot be read");
		diag->found = why;
		return;
	}
	yaml_document_t document;
	if (!yaml_read(diags, text, &document)) {
		return;
	}
	model_read(diags, &document, model);
	yaml_document_delete(&document);
	model_check(diags, model, request->memory);
	if (!request->list_images) {
		images_check(diags, model, &request->search);
	}
}

static void list_images(const struct model *model)
{
	for (uint32_t i = 0; i < model->capsule_count; i++) {
		const char *name = model->capsules[i].image.text;
		uint32_t k = 0;

		while (strcmp(model->capsules[k].image.text, name) != 0) {
			k++;
		}
		if (k == i) {
			puts(name);
		}
	}
}

static void run(struct diags *diags, struct request *request)
{
	struct model model = { 0 };

	if (request->show) {
		manifest_show(diags, request->input, request->json);
		return;
	}
	request->search.beside = path_folder(diags->arena, request->input);
	request->search.sources = request->check;
	compile(diags, request, &model);
	if (diags->count != 0) {
		return;
	}
	if (request->list_images) {
		list_images(&model);
	}
	if (request->output != NULL) {
		const char *why =
			file_write(diags->arena, request->output,
				   model_compile(diags->arena, &model));

		if (why != NULL) {
			diags->file = request->output;
			struct diag *diag = diag_add(diags, DIAG_FILE,
						     (struct place){ 0, 0 },
						     "the file cannot be "
						     "written");
			diag->found = why;
		}
	}
}

int command_manifest(int argc, char **argv)
{
	struct request request = { 0 };

	if (!read_request(argc, argv, &request)) {
		return EXIT_USAGE;
	}
	if (request.docs) {
		manifest_docs();
		return EXIT_DONE;
	}

	struct arena arena = { 0 };
	struct diags diags = { .arena = &arena, .file = request.input };
	run(&diags, &request);
	diags_print(&diags, request.json, request.json ? stdout : stderr);
	int status = diags.count == 0 ? EXIT_DONE : EXIT_REFUSED;
	arena_free(&arena);
	return status;
}
