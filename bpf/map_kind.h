/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a kind of map is made of (map_kind_*.c), and what kinds have in common. Private to the maps
 * of bpf/map_instance.h.
 */
#ifndef TV_BPF_MAP_KIND_H
#define TV_BPF_MAP_KIND_H

#include "bpf/map_instance.h"

/* Limits of the kernel (v6.12, x86-64). */
#define MAP_KMALLOC_MAX		(4u << 20)	/* KMALLOC_MAX_SIZE */
#define MAP_PERCPU_MAX		(32u << 10)	/* PCPU_MIN_UNIT_SIZE */
#define MAP_ENOTSUPP		524		/* the kernel's own, which it lets through to user space */
#define MAP_ACCESS_FLAGS	(BPF_F_RDONLY | BPF_F_WRONLY | BPF_F_RDONLY_PROG | BPF_F_WRONLY_PROG)

/* Calls that a kind does not have are NULL. Their contracts are those of bpf/map_instance.h. */
struct map_kind {
	size_t size;		/* bytes of its structure, which begins with a struct tv_map */
	bool percpu;

	/* What BPF_MAP_CREATE refuses: 0 or -errno. */
	int (*check)(const struct tv_bpf_map *def);
	/* The rest of the structure, zeroed so far. When it fails, end() follows. */
	int (*start)(struct tv_map *map);
	void (*end)(struct tv_map *map);

	uint64_t (*lookup)(struct tv_map *map, uint32_t cpu, const void *key);
	int (*update)(struct tv_map *map, uint32_t cpu, const void *key, const void *value,
		      uint64_t flags);
	int (*remove)(struct tv_map *map, const void *key);
	int (*push)(struct tv_map *map, const void *value, uint64_t flags);
	int (*pop)(struct tv_map *map, void *value);
	int (*peek)(struct tv_map *map, void *value);

	int (*next_key)(const struct tv_map *map, const void *prev, void *key);
	void *(*value)(const struct tv_map *map, const void *key, uint32_t cpu);
	bool (*consume)(struct tv_map *map, const void **data, uint32_t *size);

	/* The cursor at the map's beginning; and one element further. */
	void (*cursor_begin)(struct tv_map_cursor *cursor);
	bool (*cursor_next)(struct tv_map_cursor *cursor, uint32_t cpu, const void **key,
			    uint64_t *value);
	void (*cursor_end)(struct tv_map_cursor *cursor);
};

/* The beginning of every kind's structure. */
struct tv_map {
	const struct map_kind *kind;
	const struct tv_bpf_map *def;
	struct tv_map_room *room;
	struct tv_region self;		/* what programs have for the map; its bytes are not modelled */
	char *value_name;		/* "value of map counts" */
	uint32_t max_entries;		/* as the kernel rounds it */
	uint32_t stride;		/* value_size, rounded up to 8 */
	uint64_t charged;		/* bytes taken from room->left */
};

extern const struct map_kind map_kind_array, map_kind_percpu_array, map_kind_hash,
	map_kind_percpu_hash, map_kind_lru_hash, map_kind_lru_percpu_hash, map_kind_ringbuf,
	map_kind_queue, map_kind_stack, map_kind_prog_array, map_kind_perf_events,
	map_kind_array_of_maps, map_kind_hash_of_maps, map_kind_stack_trace, map_kind_task_storage,
	map_kind_lpm_trie, map_kind_bloom_filter;

/* Takes @bytes from what maps may take: 0 or -ENOMEM. All is given back when the map ends. */
int map_charge(struct tv_map *map, uint64_t bytes);
void map_uncharge(struct tv_map *map, uint64_t bytes);
/* Zeroed memory of @cnt elements, charged; NULL: no room, or out of memory. The map frees it. */
void *map_array(struct tv_map *map, uint64_t cnt, uint64_t size);
/* -ENOMEM that is this machine's, and no limit: what the program sees of it is no answer. */
int map_no_memory(struct tv_map *map);

/* @size zero bytes at an address for programs. 0, -ENOMEM or -ENOSPC; then map_area_end() is harmless. */
int map_area_start(struct tv_map *map, struct tv_region *area, uint64_t size);
void map_area_end(struct tv_map *map, struct tv_region *area);

/* @to becomes @from but for the special fields, which keep what they have. */
void map_copy_value(const struct tv_map *map, uint8_t *to, const uint8_t *from);
/* The special fields of a value that goes are let go of. */
void map_clear_fields(const struct tv_map *map, uint8_t *value);
bool map_has_lock(const struct tv_map *map);

/* Flags that only say what programs or user space may do, and do not contradict each other. */
bool map_access_ok(uint32_t flags);
/*
 * Whether an update with @flags (BPF_ANY, BPF_NOEXIST, BPF_EXIST) is allowed on an element that is
 * there or not: 0, -EEXIST or -ENOENT.
 */
int map_check_exists(uint64_t flags, bool exists);

static inline uint32_t map_key_index(const void *key)
{
	uint32_t index;

	__builtin_memcpy(&index, key, sizeof(index));
	return index;
}

#endif
