/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

/* A manifest to test with, and what every test does with manifests. */
#include "test.h"

#include "common/manifest.h"

/** A sound manifest: three capsules, three services, three uses. */
extern const char sample_text[];
extern const size_t sample_size;

/** Reads and compiles a text; without data if it was refused. */
struct bytes sample_compile(struct arena *arena, const char *yaml, size_t size);

/** The compiled form of the sample. */
struct bytes sample_binary(struct arena *arena);

/** Reads all that a checked manifest says; the sum keeps it from vanishing. */
uint64_t sample_walk(const struct manifest_view *view);
