// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What the maps of a loaded object hold, asked of the kernel (run_live.h). */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "cli/run_live.h"

#define PIDFD_THREAD	O_EXCL	/* since 6.9; before, only a process has a pidfd */

/* A map that is being read. */
struct reading {
	int fd;
	struct outcome_map *map;
	uint8_t *value;		/* room for what a lookup gives */
	uint32_t stride;	/* bytes from one CPU's value to the next, as the kernel gives them */
};

static bool is_array(uint32_t type)
{
	return type == BPF_MAP_TYPE_ARRAY || type == BPF_MAP_TYPE_PERCPU_ARRAY;
}

static int add_row(struct reading *r, const void *key)
{
	struct outcome_map *map = r->map;
	uint8_t *row = outcome_add_row(map);

	if (!row)
		return -ENOMEM;
	if (map->key_size)
		memcpy(row, key, map->key_size);
	row += map->key_size;
	for (uint32_t i = 0; i < map->nr_values; i++)
		memcpy(row + (size_t)i * map->value_size, r->value + (size_t)i * r->stride,
		       map->value_size);
	return 0;
}

static int read_array(struct reading *r)
{
	uint32_t nr = r->map->def->max_entries;
	int err = 0;

	for (uint32_t key = 0; !err && key < nr; key++) {
		err = bpf_map_lookup_elem(r->fd, &key, r->value);
		if (!err)
			err = add_row(r, &key);
	}
	return err;
}

static int read_hash(struct reading *r)
{
	uint8_t *key = malloc(r->map->key_size);
	const void *prev = NULL;
	int err = key ? 0 : -ENOMEM;

	while (!err && !bpf_map_get_next_key(r->fd, prev, key)) {
		prev = key;
		err = bpf_map_lookup_elem(r->fd, key, r->value);
		if (!err)
			err = add_row(r, key);
	}
	free(key);
	return err;
}

/* Of each task that there is: it is asked for by a pidfd, and shown by its pid. */
static int read_task(struct reading *r, uint32_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, PIDFD_THREAD), err = 0;

	if (fd < 0)
		fd = (int)syscall(SYS_pidfd_open, pid, 0);
	if (fd < 0)
		return 0;
	if (!bpf_map_lookup_elem(r->fd, &fd, r->value))
		err = add_row(r, &pid);
	close(fd);
	return err;
}

static int read_storage(struct reading *r)
{
	glob_t tasks;
	int err = 0;

	if (glob("/proc/[0-9]*/task/[0-9]*", GLOB_NOSORT, NULL, &tasks))
		return -ENOENT;
	for (size_t i = 0; !err && i < tasks.gl_pathc; i++)
		err = read_task(r, (uint32_t)strtoul(strrchr(tasks.gl_pathv[i], '/') + 1, NULL, 10));
	globfree(&tasks);
	return err;
}

/* Queues and stacks give what they have by giving it away. */
static int read_queue(struct reading *r)
{
	int err = 0;

	r->map->key_size = 0;
	while (!err && !bpf_map_lookup_and_delete_elem(r->fd, NULL, r->value))
		err = add_row(r, NULL);
	return err;
}

static int add_record(void *map, void *data, size_t size)
{
	return outcome_add_record(map, data, (uint32_t)size);
}

static int read_ringbuf(struct reading *r)
{
	struct ring_buffer *ring = ring_buffer__new(r->fd, add_record, r->map, NULL);
	int err;

	if (!ring)
		return -errno;
	err = ring_buffer__consume(ring);
	ring_buffer__free(ring);
	return err < 0 ? err : 0;
}

static int read_map(struct reading *r)
{
	uint32_t type = r->map->def->type;

	if (type == BPF_MAP_TYPE_RINGBUF)
		return read_ringbuf(r);
	r->stride = r->map->value_size;
	if (outcome_is_percpu(r->map->def))
		r->stride = (r->stride + 7) / 8 * 8;
	r->value = calloc(r->map->nr_values, (size_t)r->stride + 8);
	if (!r->value)
		return -ENOMEM;
	if (is_array(type))
		return read_array(r);
	if (type == BPF_MAP_TYPE_QUEUE || type == BPF_MAP_TYPE_STACK)
		return read_queue(r);
	if (type == BPF_MAP_TYPE_TASK_STORAGE)
		return read_storage(r);
	return read_hash(r);
}

int live_fetch_maps(struct live_run *run)
{
	struct outcome *outcome = run->outcome;
	int cpus = libbpf_num_possible_cpus();
	struct bpf_map *map;
	uint32_t i = 0;
	int err;

	if (cpus < 0)
		return cpus;
	err = outcome_add_maps(outcome, (uint32_t)cpus);
	bpf_object__for_each_map(map, run->loaded) {
		struct reading r = { .fd = bpf_map__fd(map), .map = &outcome->maps[i] };

		if (err || i++ >= outcome->obj->map_cnt)
			break;
		if (!r.map->shown)
			continue;
		if (r.map->def->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY) {
			err = live_perf_read(run, i - 1, r.map);
			continue;
		}
		/* what libbpf gave it may differ from what the file says */
		r.map->value_size = bpf_map__value_size(map);
		err = read_map(&r);
		free(r.value);
	}
	return err;
}
