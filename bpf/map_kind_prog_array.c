// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Prog arrays: programs by index, which only bpf_tail_call() reads. */
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>

#include "bpf/map_fd.h"

struct prog_array {
	struct tv_map map;
	uint32_t *progs;	/* the program's index and 1; 0: nothing */
};

static int start_progs(struct tv_map *map)
{
	struct prog_array *array = (struct prog_array *)map;

	array->progs = map_array(map, map->max_entries, sizeof(*array->progs));
	return array->progs ? 0 : -ENOMEM;
}

static void end_progs(struct tv_map *map)
{
	free(((struct prog_array *)map)->progs);
}

const struct map_kind map_kind_prog_array = {
	.size = sizeof(struct prog_array),
	.check = map_fd_check,
	.start = start_progs,
	.end = end_progs,
	.next_key = map_index_next_key,
};

int32_t tv_map_prog(const struct tv_map *map, uint32_t index)
{
	const struct prog_array *array = (const struct prog_array *)map;

	if (map->kind != &map_kind_prog_array || index >= map->max_entries)
		return -1;
	return (int32_t)array->progs[index] - 1;
}

int tv_map_set_prog(struct tv_map *map, uint32_t index, int32_t prog)
{
	if (map->kind != &map_kind_prog_array || prog < 0 || prog == INT32_MAX)
		return -EINVAL;
	if (index >= map->max_entries)
		return -E2BIG;
	((struct prog_array *)map)->progs[index] = prog + 1;
	return 0;
}
