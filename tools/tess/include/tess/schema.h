/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/*
 * The manifest's schema: one table that drives the compiler and the docs.
 *
 * A path names a key: "*" stands for a name that the author chooses, "[]" for
 * an entry of a list. A key that is not enforced is known and refused, so that
 * nobody relies on a limit that is not there.
 */
#include <stdbool.h>
#include <stdint.h>

#include "tess/arena.h"

/* X(TYPE, "what a reader calls it") */
#define SCHEMA_TYPES(X)                                         \
	X(MAP, "map")           /* keys of the schema */        \
	X(NAMED, "map by name") /* keys chosen by the author */ \
	X(LIST, "list")                                         \
	X(NAME, "name")                                         \
	X(IMAGE, "image file name")                             \
	X(TEXT, "text")                                         \
	X(PATTERN, "pattern")                                   \
	X(CHOICE, "word")                                       \
	X(COUNT, "number")                                      \
	X(SLOTS, "number, a power of two")                      \
	X(SIZE, "size")                                         \
	X(TIME, "time")                                         \
	X(RATE, "rate")

enum schema_type {
#define X(name, text) SCHEMA_##name,
	SCHEMA_TYPES(X)
#undef X
};

#define NEEDED      true
#define OPTIONAL    false
#define ENFORCED    true
#define UNENFORCED  false
#define ANY_NUMBER  UINT32_MAX
#define SIZE_LIMIT  MANIFEST_MEMORY_LIMIT
#define SPACE_LIMIT MANIFEST_VIRTUAL_LIMIT

/*
 * X(ID, "path", TYPE, needed, enforced, least, most, "example", "doc")
 * least and most bound a value, or the number of entries of a map or list. For
 * a CHOICE the example lists the words, the default first.
 */
#define SCHEMA(X)                                                                \
	X(ROOT, "", MAP, NEEDED, ENFORCED, 0, ANY_NUMBER,                        \
	  "{ system: demo, capsules: { web: { image: web.elf, quota: ... } } }", \
	  "the manifest")                                                        \
	X(SYSTEM, "system", NAME, NEEDED, ENFORCED, 0, 0, "demo",                \
	  "name of the system")                                                  \
	X(CAPSULES, "capsules", NAMED, NEEDED, ENFORCED, 1,                      \
	  MANIFEST_CAPSULE_LIMIT, "{ web: { image: web.elf, quota: ... } }",     \
                                                                                 \
	  "the capsules that the system consists of; no other will exist")       \
	X(CAPSULE, "capsules.*", MAP, OPTIONAL, ENFORCED, 0, ANY_NUMBER,         \
	  "{ image: web.elf, quota: ... }", "one capsule, by its name")          \
	X(IMAGE, "capsules.*.image", IMAGE, NEEDED, ENFORCED, 0, 0,              \
	  "store.elf",                                                           \
	  "the program; looked for beside the manifest, then in each folder "    \
	  "given with --capsules")                                               \
	X(LIFETIME, "capsules.*.lifetime", CHOICE, OPTIONAL, ENFORCED, 0, 0,     \
	  "program|daemon",                                                      \
	  "what its end means: the system ends with its last program; a "        \
	  "daemon serves until then. Without this key a capsule that offers "    \
	  "something is a daemon, and any other a program")                      \
	X(CLASS, "capsules.*.class", CHOICE, OPTIONAL, UNENFORCED, 0, 0,         \
	  "interactive|batch|system|realtime", "scheduling class")               \
	X(SHARES, "capsules.*.shares", COUNT, OPTIONAL, UNENFORCED, 1, 10000,    \
	  "100", "weight within its scheduling class")                           \
	X(RESTART, "capsules.*.restart", MAP, OPTIONAL, UNENFORCED, 0,           \
	  ANY_NUMBER, "{ policy: always }", "what happens when it fails")        \
	X(RESTART_POLICY, "capsules.*.restart.policy", CHOICE, NEEDED,           \
	  UNENFORCED, 0, 0, "never|on-failure|always", "when to start anew")     \
	X(RESTART_MAX, "capsules.*.restart.max", COUNT, OPTIONAL, UNENFORCED,    \
	  1, 1000, "5", "restarts within the window before `then` happens")      \
	X(RESTART_WINDOW, "capsules.*.restart.window", TIME, OPTIONAL,           \
	  UNENFORCED, 1, ANY_NUMBER, "60s", "the time that `max` counts in")     \
	X(RESTART_THEN, "capsules.*.restart.then", CHOICE, OPTIONAL,             \
	  UNENFORCED, 0, 0, "stop|quarantine", "what then")                      \
	X(QUOTA, "capsules.*.quota", MAP, NEEDED, ENFORCED, 0, ANY_NUMBER,       \
	  "{ memory: 2MiB, virtual: 64MiB, caps: 64 }",                          \
	  "what it may use up; there is no default")                             \
	X(MEMORY, "capsules.*.quota.memory", SIZE, NEEDED, ENFORCED, 4096,       \
	  SIZE_LIMIT, "2MiB",                                                    \
	  "physical memory: its image, stack, heap, and the kernel's objects "   \
	  "for it. The sum over all capsules must fit the machine")              \
	X(VIRTUAL, "capsules.*.quota.virtual", SIZE, NEEDED, ENFORCED, 4096,     \
	  SPACE_LIMIT, "64MiB", "addresses that it can have mapped")             \
	X(CAPS, "capsules.*.quota.caps", SLOTS, NEEDED, ENFORCED,                \
	  MANIFEST_CAPS_MIN, MANIFEST_CAPS_MAX, "64",                            \
	  "capability slots: its own, one for each use and each offer, the "     \
	  "rest to work with")                                                   \
	X(ALLOC_RATE, "capsules.*.quota.alloc-rate", RATE, OPTIONAL,             \
	  UNENFORCED, 1, ANY_NUMBER, "1MiB/s", "memory it may ask for")          \
	X(CPU, "capsules.*.quota.cpu", MAP, OPTIONAL, UNENFORCED, 0,             \
	  ANY_NUMBER, "{ budget: 2ms, period: 10ms }", "processor time")         \
	X(CPU_BUDGET, "capsules.*.quota.cpu.budget", TIME, NEEDED, UNENFORCED,   \
	  1, ANY_NUMBER, "2ms", "time within each period")                       \
	X(CPU_PERIOD, "capsules.*.quota.cpu.period", TIME, NEEDED, UNENFORCED,   \
	  1, ANY_NUMBER, "10ms", "the period")                                   \
	X(OFFERS, "capsules.*.offers", NAMED, OPTIONAL, ENFORCED, 1,             \
	  MANIFEST_OFFER_LIMIT, "{ kv: { rights: [get, put] } }",                \
	  "the services that it provides, by name")                              \
	X(OFFER, "capsules.*.offers.*", MAP, OPTIONAL, ENFORCED, 0,              \
	  ANY_NUMBER, "{ rights: [get, put] }", "one service, by its name")      \
	X(OFFER_RIGHTS, "capsules.*.offers.*.rights", LIST, NEEDED, ENFORCED,    \
	  1, MANIFEST_RIGHT_LIMIT, "[get, put]",                                 \
	  "its methods in order: the first is method 0, the second method 1")    \
	X(OFFER_RIGHT, "capsules.*.offers.*.rights[]", NAME, OPTIONAL,           \
	  ENFORCED, 0, 0, "get", "name of a method")                             \
	X(OFFER_TO, "capsules.*.offers.*.to", LIST, OPTIONAL, ENFORCED, 0,       \
	  MANIFEST_CAPSULE_LIMIT, "[web]",                                       \
	  "the capsules that may use it; without this key, any of the "          \
	  "manifest; an empty list, none")                                       \
	X(OFFER_TO_NAME, "capsules.*.offers.*.to[]", NAME, OPTIONAL, ENFORCED,   \
	  0, 0, "web", "name of a capsule")                                      \
	X(OFFER_DELEGATION, "capsules.*.offers.*.delegation", COUNT, OPTIONAL,   \
	  ENFORCED, 1, MANIFEST_DELEGATION_MAX, "1",                             \
	  "the server may hand out capabilities for this service that it "       \
	  "makes itself, and each may go through so many capsules: 1 is whom "   \
	  "the server hands it to and no further. Without this key it makes "    \
	  "none")                                                                \
	X(USES, "capsules.*.uses", LIST, OPTIONAL, ENFORCED, 0,                  \
	  MANIFEST_USE_LIMIT,                                                    \
	  "[{ service: kv, from: store, rights: [get], reason: ... }]",          \
                                                                                 \
	  "the services that it calls; no other can be reached")                 \
	X(USE, "capsules.*.uses[]", MAP, OPTIONAL, ENFORCED, 0, ANY_NUMBER,      \
	  "{ service: kv, from: store, rights: [get], reason: ... }",            \
	  "one route")                                                           \
	X(USE_SERVICE, "capsules.*.uses[].service", NAME, NEEDED, ENFORCED, 0,   \
	  0, "kv", "the service; its name is what the program asks for")         \
	X(USE_FROM, "capsules.*.uses[].from", NAME, NEEDED, ENFORCED, 0, 0,      \
	  "store", "the capsule that offers it")                                 \
	X(USE_RIGHTS, "capsules.*.uses[].rights", LIST, NEEDED, ENFORCED, 1,     \
	  MANIFEST_RIGHT_LIMIT, "[get]",                                         \
	  "the methods it may call; the kernel refuses all others")              \
	X(USE_RIGHT, "capsules.*.uses[].rights[]", NAME, OPTIONAL, ENFORCED,     \
	  0, 0, "get", "name of a method")                                       \
	X(USE_REASON, "capsules.*.uses[].reason", TEXT, NEEDED, ENFORCED, 1,     \
	  MANIFEST_REASON_SIZE - 1, "serves pages",                              \
	  "why, for whoever reads the manifest or the audit trail")              \
	X(USE_GRANT, "capsules.*.uses[].grant", CHOICE, OPTIONAL, ENFORCED, 0,   \
	  0, "false|true",                                                       \
	  "capabilities may go with messages and answers of this route")         \
	X(USE_LIMITS, "capsules.*.uses[].limits", MAP, OPTIONAL, UNENFORCED,     \
	  0, ANY_NUMBER, "{ rate: 2000/s }", "bounds of the route")              \
	X(LIMIT_USES, "capsules.*.uses[].limits.uses", COUNT, OPTIONAL,          \
	  UNENFORCED, 1, ANY_NUMBER, "100000", "calls in all")                   \
	X(LIMIT_RATE, "capsules.*.uses[].limits.rate", RATE, OPTIONAL,           \
	  UNENFORCED, 1, ANY_NUMBER, "2000/s", "calls a second")                 \
	X(LIMIT_BYTES, "capsules.*.uses[].limits.bytes", SIZE, OPTIONAL,         \
	  UNENFORCED, 1, ANY_NUMBER, "64MiB", "payload in all")                  \
	X(LIMIT_TTL, "capsules.*.uses[].limits.ttl", TIME, OPTIONAL,             \
	  UNENFORCED, 1, ANY_NUMBER, "10m", "life of the route")                 \
	X(LIMIT_DELEGATION, "capsules.*.uses[].limits.delegation", COUNT,        \
	  OPTIONAL, UNENFORCED, 0, 255, "0",                                     \
	  "how many times it may be handed on")                                  \
	X(USE_AUDIT, "capsules.*.uses[].audit", CHOICE, OPTIONAL, UNENFORCED,    \
	  0, 0, "none|grants|calls", "what of it the audit trail records")       \
	X(NEVER, "capsules.*.never-reaches", LIST, OPTIONAL, ENFORCED, 1, 64,    \
	  "[\"net.*\"]",                                                         \
	  "services that it must not reach, neither itself nor through any "     \
	  "chain of capsules; proved on the graph when compiling")               \
	X(NEVER_PATTERN, "capsules.*.never-reaches[]", PATTERN, OPTIONAL,        \
	  ENFORCED, 0, 0, "\"net.*\"",                                           \
	  "`service` of any capsule, `capsule.service`, or `capsule.*`")

enum schema_id {
#define X(id, ...) KEY_##id,
	SCHEMA(X)
#undef X
		KEY_COUNT
};

struct schema_row {
	enum schema_id id;
	enum schema_type type;
	const char *path;
	bool needed, enforced;
	uint64_t least, most;
	const char *example;
	const char *doc;
};

/** All rows, in the order of enum schema_id. */
extern const struct schema_row schema_rows[KEY_COUNT];

/**
 * The row of a key within a map, of any name within a map by name ("*"), or of
 * an entry of a list ("[]"); null when the schema has none.
 */
const struct schema_row *schema_child(const struct schema_row *row,
				      const char *key);

/** True if `child` is a key of the map `row`. */
bool schema_is_child(const struct schema_row *row,
		     const struct schema_row *child);

/** The last part of a path: "memory" of "capsules.*.quota.memory". */
const char *schema_key(const struct schema_row *row);

/** The key of map `row` that was probably meant by `key`, or null. */
const struct schema_row *schema_nearest(const struct schema_row *row,
					const char *key);

/** The words of a CHOICE: word `index`, or null behind the last. */
const char *schema_word(struct arena *arena, const struct schema_row *row,
			uint32_t index);

/** "1 to 128", "4KiB to 1024GiB, a multiple of 4KiB", ...; "" for no range. */
const char *schema_range(struct arena *arena, const struct schema_row *row);

/** "map", "size", ... */
const char *schema_type_name(enum schema_type type);
