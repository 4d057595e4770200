/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the ledger still shows when all should have been given back. */
#ifndef TV_CLI_LEAKS_H
#define TV_CLI_LEAKS_H

#include <stddef.h>
#include "model/world.h"

struct cli_leaks {
	struct cli_leak *held;	/* by others than the world, before its teardown */
	size_t nr, room;
};

/* What programs hold now, while the objects can still be described. 0 or -ENOMEM. */
int cli_leaks_note(struct cli_leaks *leaks, const struct tv_world *world);

/*
 * After tv_world_teardown(), of a world that did not run out of memory: a line for each thing still held
 * or given back twice. Returns how many. Frees @leaks.
 */
size_t cli_leaks_report(struct cli_leaks *leaks, const struct tv_world *world);
void cli_leaks_fini(struct cli_leaks *leaks);

#endif
