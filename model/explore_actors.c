// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Who takes part in an exploration. */
#include <errno.h>
#include <stdlib.h>
#include "model/explore_internal.h"

int tv_explore_actors(const struct tv_scenario *scenario, const char *names[TV_MAX_ACTORS],
		      unsigned int *nr)
{
	struct tv_exploration found;
	struct tv_run *run = calloc(1, sizeof(*run));
	unsigned int i;
	int err = -ENOMEM;

	if (!run)
		return err;
	err = tv_run_init(run, scenario, tv_iter_designs[0], &found);
	for (i = 0; i < run->nr; i++)
		names[i] = run->actors[i].name;
	*nr = run->nr;
	tv_run_fini(run);
	free(run);
	return err;
}
