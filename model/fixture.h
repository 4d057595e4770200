/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Address spaces as YAML; docs/fixtures.md is the schema. */
#ifndef TV_MODEL_FIXTURE_H
#define TV_MODEL_FIXTURE_H

#include <stdio.h>
#include "model/diag.h"
#include "model/world.h"

#define TV_FIXTURE_SCHEMA	1	/* version that is read and written */

/* Linux include/linux/threads.h PID_MAX_LIMIT on 64-bit machines: pids are below it. */
#define TV_PID_LIMIT	(4 << 20)

/* Larger inputs are refused before they are read. */
#define TV_FIXTURE_MAX_BYTES	(1UL << 30)

/*
 * Reads @path ("-": standard input) into a new world. Returns 0; or -EINVAL
 * with @diag filled (bad input, unreadable file), or -ENOMEM with @diag
 * filled; then *@world is NULL. @diag need not be initialized.
 */
int tv_fixture_load(const char *path, struct tv_world **world, struct tv_diag *diag);
/* The same into a world with slots (tv_world_create_watched()), as interpreted programs need it. */
int tv_fixture_load_watched(const char *path, struct tv_world **world, struct tv_diag *diag);

/* Writes the world as a fixture. 0, or -errno of the stream. */
int tv_fixture_write(FILE *out, const struct tv_world *world);

#endif
