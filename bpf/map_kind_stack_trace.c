// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Stack traces by id: the id is the trace's hash, cut to the number of buckets, so it is the one that
 * the kernel gives (v6.12 kernel/bpf/stackmap.c). A bucket holds one trace.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/map_kind.h"

#define DEEPEST		127u		/* sysctl kernel.perf_event_max_stack as it is by default */
#define MOST_ENTRIES	(1u << 31)

struct trace {
	uint32_t hash, nr;
	uint64_t ips[];		/* value_size bytes, zeros behind the last */
};

struct stack_map {
	struct tv_map map;
	struct trace **buckets;
	uint32_t bucket_cnt;	/* a power of two, max_entries or more */
	uint32_t cnt;		/* of traces: at most max_entries */
};

/* Words of 32 bits by Bob Jenkins's lookup3, as jhash2() of the kernel does it. */
static uint32_t hash_words(const uint32_t *words, uint32_t cnt)
{
	static const uint8_t mix[] = { 4, 6, 8, 16, 19, 4 }, last[] = { 14, 11, 25, 16, 4, 14, 24 };
	uint32_t s[3], i, x, y;

	s[0] = s[1] = s[2] = 0xdeadbeef + cnt * 4;
	for (; cnt > 3; cnt -= 3, words += 3) {
		for (i = 0; i < 3; i++)
			s[i] += words[i];
		for (i = 0; i < sizeof(mix); i++) {
			x = i % 3;
			y = (i + 2) % 3;
			s[x] = (s[x] - s[y]) ^ (s[y] << mix[i] | s[y] >> (32 - mix[i]));
			s[y] += s[(i + 1) % 3];
		}
	}
	for (i = 0; i < cnt; i++)
		s[i] += words[i];
	for (i = 0; cnt && i < sizeof(last); i++) {
		x = (i + 2) % 3;
		y = (i + 1) % 3;
		s[x] = (s[x] ^ s[y]) - (s[y] << last[i] | s[y] >> (32 - last[i]));
	}
	return s[2];
}

static int check_stack(const struct tv_bpf_map *def)
{
	uint32_t each = def->flags & BPF_F_STACK_BUILD_ID ? sizeof(struct bpf_stack_build_id) : 8;

	if (def->flags & ~(BPF_F_NUMA_NODE | BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_STACK_BUILD_ID) ||
	    !def->max_entries || def->key_size != sizeof(uint32_t) || !def->value_size ||
	    def->value_size % each || def->value_size / each > DEEPEST)
		return -EINVAL;
	return def->max_entries > MOST_ENTRIES ? -E2BIG : 0;
}

static int start_stack(struct tv_map *map)
{
	struct stack_map *stacks = (struct stack_map *)map;

	stacks->bucket_cnt = 1;
	while (stacks->bucket_cnt < map->max_entries)
		stacks->bucket_cnt *= 2;
	stacks->buckets = map_array(map, stacks->bucket_cnt, sizeof(*stacks->buckets));
	return stacks->buckets ? 0 : -ENOMEM;
}

static uint64_t trace_size(const struct tv_map *map)
{
	return sizeof(struct trace) + map->def->value_size;
}

static void empty_bucket(struct stack_map *stacks, uint32_t id)
{
	if (!stacks->buckets[id])
		return;
	free(stacks->buckets[id]);
	stacks->buckets[id] = NULL;
	stacks->cnt--;
	map_uncharge(&stacks->map, trace_size(&stacks->map));
}

static void end_stack(struct tv_map *map)
{
	struct stack_map *stacks = (struct stack_map *)map;
	uint32_t id;

	for (id = 0; stacks->cnt; id++)
		empty_bucket(stacks, id);
	free(stacks->buckets);
}

static const struct trace *trace_at(const struct tv_map *map, uint32_t id)
{
	const struct stack_map *stacks = (const struct stack_map *)map;

	return id < stacks->bucket_cnt ? stacks->buckets[id] : NULL;
}

/* A trace in place of what is there, which must find an element of its own all the same. */
static int64_t keep(struct stack_map *stacks, uint32_t id, const struct trace *seen,
		    const uint64_t *ips)
{
	struct trace *trace;

	if (stacks->cnt == stacks->map.max_entries)
		return -ENOMEM;
	trace = map_array(&stacks->map, 1, trace_size(&stacks->map));
	if (!trace)
		return -ENOMEM;
	*trace = *seen;
	memcpy(trace->ips, ips, seen->nr * sizeof(*ips));
	empty_bucket(stacks, id);
	stacks->buckets[id] = trace;
	stacks->cnt++;
	return id;
}

int64_t tv_map_stack_id(struct tv_map *map, const uint64_t *ips, uint32_t nr, uint64_t flags)
{
	struct stack_map *stacks = (struct stack_map *)map;
	uint32_t skip = flags & BPF_F_SKIP_FIELD_MASK, depth = map->def->value_size / sizeof(*ips);
	const struct trace *there;
	struct trace seen;
	uint32_t id;

	if (map->kind != &map_kind_stack_trace)
		return -EINVAL;
	if (map->def->flags & BPF_F_STACK_BUILD_ID)
		return -EOPNOTSUPP;
	if (nr <= skip)
		return -EFAULT;
	if (depth + skip > DEEPEST)
		depth = DEEPEST > skip ? DEEPEST - skip : 0;
	seen.nr = nr - skip < depth ? nr - skip : depth;
	seen.hash = hash_words((const uint32_t *)(ips + skip), seen.nr * 2);
	id = seen.hash & (stacks->bucket_cnt - 1);
	there = stacks->buckets[id];
	if (there && there->hash == seen.hash &&
	    (flags & BPF_F_FAST_STACK_CMP ||
	     (there->nr == seen.nr && !memcmp(there->ips, ips + skip, seen.nr * sizeof(*ips)))))
		return id;
	if (there && !(flags & BPF_F_REUSE_STACKID))
		return -EEXIST;
	return keep(stacks, id, &seen, ips + skip);
}

static int remove_trace(struct tv_map *map, const void *key)
{
	struct stack_map *stacks = (struct stack_map *)map;
	uint32_t id = map_key_index(key);

	if (id >= stacks->bucket_cnt)
		return -E2BIG;
	if (!stacks->buckets[id])
		return -ENOENT;
	empty_bucket(stacks, id);
	return 0;
}

static int refuse_update(struct tv_map *map, uint32_t cpu, const void *key, const void *value,
			 uint64_t flags)
{
	return -EINVAL;
}

static int next_key(const struct tv_map *map, const void *prev, void *key)
{
	const struct stack_map *stacks = (const struct stack_map *)map;
	uint32_t id = prev && trace_at(map, map_key_index(prev)) ? map_key_index(prev) + 1 : 0;

	while (id < stacks->bucket_cnt && !stacks->buckets[id])
		id++;
	if (id == stacks->bucket_cnt)
		return -ENOENT;
	memcpy(key, &id, sizeof(id));
	return 0;
}

static void *value_of(const struct tv_map *map, const void *key, uint32_t cpu)
{
	const struct trace *trace = trace_at(map, map_key_index(key));

	return trace ? (void *)trace->ips : NULL;
}

const struct map_kind map_kind_stack_trace = {
	.size = sizeof(struct stack_map),
	.check = check_stack,
	.start = start_stack,
	.end = end_stack,
	.update = refuse_update,
	.remove = remove_trace,
	.next_key = next_key,
	.value = value_of,
};
