// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Perf event arrays of a loaded object (run_live.h): a program's samples go where user space has opened
 * a buffer, so one is opened on each CPU before the program runs.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include "cli/run_live.h"

#define PAGES 64	/* of each CPU's buffer */

/* One perf event array and its buffers. */
struct live_perf {
	struct perf_buffer *buffer;	/* NULL: the map is of another kind */
	struct outcome_map *to;		/* while it is read */
	int err;			/* of its samples */
};

static void add_sample(void *ctx, int cpu, void *data, uint32_t size)
{
	struct live_perf *perf = ctx;

	if (!perf->err)
		perf->err = outcome_add_record(perf->to, data, size);
}

int live_perf_open(struct live_run *run)
{
	struct bpf_map *map;
	uint32_t i = 0;

	run->perf = calloc(run->outcome->obj->map_cnt + 1, sizeof(*run->perf));
	if (!run->perf)
		return -ENOMEM;
	bpf_object__for_each_map(map, run->loaded) {
		struct live_perf *perf = &run->perf[i];

		if (i++ >= run->outcome->obj->map_cnt)
			break;
		if (bpf_map__type(map) != BPF_MAP_TYPE_PERF_EVENT_ARRAY)
			continue;
		perf->buffer = perf_buffer__new(bpf_map__fd(map), PAGES, add_sample, NULL, perf, NULL);
		if (!perf->buffer)
			return -errno;
	}
	return 0;
}

int live_perf_read(struct live_run *run, uint32_t index, struct outcome_map *to)
{
	struct live_perf *perf = &run->perf[index];
	int err;

	perf->to = to;
	err = perf_buffer__consume(perf->buffer);
	return err < 0 ? err : perf->err;
}

void live_perf_close(struct live_run *run)
{
	for (uint32_t i = 0; run->perf && i < run->outcome->obj->map_cnt; i++)
		perf_buffer__free(run->perf[i].buffer);
	free(run->perf);
	run->perf = NULL;
}
