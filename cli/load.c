// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Fixtures as the verbs need them: with a message for what is wrong. */
#include <errno.h>
#include "cli/cli.h"
#include "model/fixture.h"

enum cli_status cli_load(const char *path, struct tv_world **world)
{
	struct tv_diag diag;
	int err;

	tv_diag_init(&diag, path);
	err = tv_fixture_load(path, world, &diag);
	return err ? cli_bad_input(&diag, err) : CLI_OK;
}

static enum cli_status find_task(const char *path, struct tv_world *world, int pid,
				 struct task_struct **task)
{
	*task = tv_world_find_task(world, pid);
	if (*task)
		return CLI_OK;
	if (pid < 0)
		cli_error("%s has no task", path);
	else
		cli_error("%s has no task with pid %d", path, pid);
	tv_world_destroy(world);
	return CLI_BAD;
}

enum cli_status cli_load_task(const char *path, int pid, struct task_struct **task)
{
	struct tv_world *world;
	enum cli_status status;

	status = cli_load(path, &world);
	return status ? status : find_task(path, world, pid, task);
}

enum cli_status cli_load_watched(const char *path, int pid, struct task_struct **task)
{
	struct tv_world *world;
	struct tv_diag diag;
	int err;

	tv_diag_init(&diag, path);
	err = tv_fixture_load_watched(path, &world, &diag);
	return err ? cli_bad_input(&diag, err) : find_task(path, world, pid, task);
}
