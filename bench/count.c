/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A QEMU plugin that counts the instructions a guest executes, those of the
 * kernel, of nano and of everything else apart, by the virtual address they lie
 * at (abi/layout.h). At each marker (bench/mark.h) it logs the three totals.
 *
 *   -plugin count.so,log=FILE[,profile=FILE][,at=ADDRESS:NAME]...
 *
 * The log: "begin K N U" and so on at markers, what the guest says as text, "at
 * NAME K N U" when the instruction at an address is about to be executed, and
 * "end-of-run K N U". The profile: for each span "middle", if it has one, and
 * "end", each followed by "ADDRESS COUNT" for what was executed in it up to
 * there. An instruction that faults and is executed once more counts twice.
 */

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "abi/layout.h"
#include "bench/mark.h"
#include "bench/qemu.h"

#define X86_MARKER_SIZE 7
#define ARM_MARKER_SIZE 4
#define PLACES_MAX      16
#define CELLS           (1u << 18) /* more addresses than any run executes */

enum class { KERNEL, NANO, USER, CLASSES };

/* How often one instruction was executed: ever, before the span or its last
 * pause, and in the span. */
struct cell {
	uint64_t address, count, before, spanned;
	bool used;
};

static struct {
	bool is_x86, in_span, has_nibble;
	uint8_t nibble;
	uint64_t nano_base;
	uint64_t count[CLASSES];
	FILE *log, *profile;
	uint32_t place_count;
	struct {
		uint64_t address;
		const char *name;
	} places[PLACES_MAX];
	uint32_t used_count;
	uint32_t used[CELLS]; /* indexes of cells */
	struct cell cells[CELLS];
} state;

int qemu_plugin_version = QEMU_PLUGIN_API;

_Noreturn static void stop(const char *what)
{
	fprintf(stderr, "count: %s\n", what);
	exit(EXIT_FAILURE);
}

static enum class class_of(uint64_t address) {
	if (address - state.nano_base < NANO_SPAN){ return NANO; }
return address >= KERNEL_WINDOW ? KERNEL : USER;
}

/* The cell of an address, which never moves: translated code adds to it. */
static struct cell *cell_of(uint64_t address)
{
	uint32_t first = (uint32_t)(address * 0x9e3779b97f4a7c15u >> 46);

	for (uint32_t i = 0; i < CELLS; i++) {
		struct cell *cell = &state.cells[(first + i) % CELLS];
		if (cell->used && cell->address == address) {
			return cell;
		}
		if (!cell->used) {
			cell->used = true;
			cell->address = address;
			state.used[state.used_count++] = (first + i) % CELLS;
			return cell;
		}
	}
	stop("more code than there are cells");
}

static void log_totals(const char *what)
{
	fprintf(state.log, "%s %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", what,
		state.count[KERNEL], state.count[NANO], state.count[USER]);
}

/* --- the profile of a span -------------------------------------------------- */

static void profile_go_on(bool from_zero)
{
	for (uint32_t i = 0; i < state.used_count; i++) {
		struct cell *cell = &state.cells[state.used[i]];

		cell->before = cell->count;
		cell->spanned = from_zero ? 0 : cell->spanned;
	}
}

static void profile_pause(void)
{
	for (uint32_t i = 0; i < state.used_count; i++) {
		struct cell *cell = &state.cells[state.used[i]];

		cell->spanned += cell->count - cell->before;
		cell->before = cell->count;
	}
}

static void profile_write(const char *what)
{
	fprintf(state.profile, "%s\n", what);
	for (uint32_t i = 0; i < state.used_count; i++) {
		const struct cell *cell = &state.cells[state.used[i]];

		if (cell->spanned) {
			fprintf(state.profile, "%016" PRIx64 " %" PRIu64 "\n",
				cell->address, cell->spanned);
		}
	}
}

static void profile_marker(uint32_t id)
{
	switch (id) {
	case MARK_BEGIN:
		profile_go_on(true);
		break;
	case MARK_CONTINUE:
		profile_go_on(false);
		break;
	case MARK_MIDDLE:
		profile_pause();
		profile_write("middle");
		break;
	case MARK_PAUSE:
		profile_pause();
		break;
	case MARK_END:
		profile_pause();
		profile_write("end");
		break;
	default:
		break;
	}
}

/* --- markers ---------------------------------------------------------------- */

static void take_nibble(uint8_t nibble)
{
	if (state.has_nibble) {
		fputc(state.nibble << 4 | nibble, state.log);
	}
	state.nibble = nibble;
	state.has_nibble = !state.has_nibble;
}

static void on_marker(unsigned int vcpu, void *data)
{
	static const char *const names[] = {
		[MARK_BEGIN] = "begin",       [MARK_MIDDLE] = "middle",
		[MARK_PAUSE] = "pause",       [MARK_END] = "end",
		[MARK_CONTINUE] = "continue",
	};
	uint32_t id = (uint32_t)(uintptr_t)data;

	(void)vcpu;
	if (id >= MARK_NIBBLE && id < MARK_NIBBLE + 16) {
		take_nibble(id & 15);
		return;
	}
	/* Other threads may pass a marker where nobody measures. */
	if (id < MARK_BEGIN || id > MARK_END ||
	    (!state.in_span && id != MARK_BEGIN)) {
		return;
	}
	log_totals(names[id]);
	state.in_span = id != MARK_END;
	if (state.profile) {
		profile_marker(id);
	}
}

static void on_place(unsigned int vcpu, void *data)
{
	(void)vcpu;
	fprintf(state.log, "at %s", (const char *)data);
	log_totals("");
}

/* The id of a marker, or -1 for any other instruction. */
static int32_t marker_id(const struct qemu_plugin_insn *insn)
{
	static const uint8_t nopl[] = { 0x0f, 0x1f, 0x80 };
	const uint8_t *code = qemu_plugin_insn_data(insn);
	size_t size = qemu_plugin_insn_size(insn);
	uint32_t word;

	if (state.is_x86) {
		if (size != X86_MARKER_SIZE ||
		    memcmp(code, nopl, sizeof(nopl)) != 0) {
			return -1;
		}
		memcpy(&word, code + sizeof(nopl), sizeof(word));
		return (word & 0xffff0000u) == MARK_X86_64_BASE
			       ? (int32_t)(word & 0xffff)
			       : -1;
	}
	if (size != ARM_MARKER_SIZE) {
		return -1;
	}
	memcpy(&word, code, sizeof(word));
	return (word & MARK_AARCH64_MASK) == MARK_AARCH64_BASE
		       ? (int32_t)(word >> 5 & 0xffff)
		       : -1;
}

static void on_instruction(struct qemu_plugin_insn *insn)
{
	uint64_t address = qemu_plugin_insn_vaddr(insn);
	int32_t id = marker_id(insn);

	for (uint32_t i = 0; i < state.place_count; i++) {
		if (state.places[i].address == address) {
			qemu_plugin_register_vcpu_insn_exec_cb(
				insn, on_place, QEMU_PLUGIN_NO_REGISTERS,
				(void *)(uintptr_t)state.places[i].name);
		}
	}
	if (id >= 0) {
		qemu_plugin_register_vcpu_insn_exec_cb(insn, on_marker,
						       QEMU_PLUGIN_NO_REGISTERS,
						       (void *)(uintptr_t)id);
		return;
	}
	qemu_plugin_register_vcpu_insn_exec_inline(
		insn, QEMU_PLUGIN_ADD_U64, &state.count[class_of(address)], 1);
	if (state.profile) {
		qemu_plugin_register_vcpu_insn_exec_inline(
			insn, QEMU_PLUGIN_ADD_U64, &cell_of(address)->count, 1);
	}
}

static void on_block(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t count = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (size_t i = 0; i < count; i++) {
		on_instruction(qemu_plugin_tb_get_insn(tb, i));
	}
}

static void on_end(qemu_plugin_id_t id, void *data)
{
	(void)id;
	(void)data;
	log_totals("end-of-run");
	if (fclose(state.log) != 0 ||
	    (state.profile && fclose(state.profile) != 0)) {
		stop("the log could not be written");
	}
}

/* --- start ------------------------------------------------------------------ */

static FILE *create(const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file) {
		perror(path);
		stop("the log cannot be written");
	}
	return file;
}

static bool take_argument(char *argument)
{
	char *value = strchr(argument, '=');
	char *end;

	if (!value) {
		return false;
	}
	*value++ = 0;
	if (strcmp(argument, "log") == 0) {
		state.log = create(value);
		return true;
	}
	if (strcmp(argument, "profile") == 0) {
		state.profile = create(value);
		return true;
	}
	if (strcmp(argument, "at") != 0 || state.place_count == PLACES_MAX) {
		return false;
	}
	state.places[state.place_count].address = strtoull(value, &end, 16);
	state.places[state.place_count++].name = strdup(end + (*end == ':'));
	return end != value && *end == ':';
}

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info,
			int argc, char **argv)
{
	if (!info->system_emulation || info->system.max_vcpus != 1) {
		stop("only a whole machine with one CPU can be counted");
	}
	state.is_x86 = strcmp(info->target_name, "x86_64") == 0;
	state.nano_base = state.is_x86 ? NANO_BASE_X86_64 : NANO_BASE_AARCH64;
	for (int i = 0; i < argc; i++) {
		if (!take_argument(argv[i])) {
			stop("arguments: log=FILE, profile=FILE, "
			     "at=ADDRESS:NAME");
		}
	}
	if (!state.log) {
		stop("no log=FILE");
	}
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_block);
	qemu_plugin_register_atexit_cb(id, on_end, NULL);
	return 0;
}
