/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Maps with content, as BPF_MAP_CREATE would make them: what programs update and people read
 * afterwards. Which kinds there are: docs/interpreter.md. Semantics, limits and errnos are the kernel's.
 */
#ifndef TV_BPF_MAP_INSTANCE_H
#define TV_BPF_MAP_INSTANCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "bpf/map.h"
#include "bpf/memory.h"

struct tv_map;

/* What maps are made with. */
struct tv_map_room {
	struct tv_memory *memory;	/* where values get addresses that programs use */
	uint32_t nr_cpus;
	uint64_t left;			/* bytes maps may still take; -ENOMEM when it is not enough */
	/* the keys of per-task maps: an opaque number for a task's address, 0 when it is none */
	uint64_t (*owner)(void *arg, uint64_t addr);
	void *owner_arg;
};

/* 0; -ENOTSUP: this kind is not modelled; -EINVAL, -E2BIG: as the kernel refuses it; -ENOMEM. */
int tv_map_create(const struct tv_bpf_map *def, struct tv_map_room *room, struct tv_map **map);
void tv_map_destroy(struct tv_map *map);
const struct tv_bpf_map *tv_map_def(const struct tv_map *map);
/* The address that stands for the map itself in programs. */
uint64_t tv_map_address(const struct tv_map *map);

/*
 * What programs do, on @cpu. @key points at key_size bytes, @value at value_size bytes.
 * lookup: the address of the value (of @cpu, in a per-CPU map), or 0.
 */
uint64_t tv_map_lookup(struct tv_map *map, uint32_t cpu, const void *key);
int tv_map_update(struct tv_map *map, uint32_t cpu, const void *key, const void *value, uint64_t flags);
int tv_map_delete(struct tv_map *map, const void *key);
int tv_map_push(struct tv_map *map, const void *value, uint64_t flags);
int tv_map_pop(struct tv_map *map, void *value);
int tv_map_peek(struct tv_map *map, void *value);

/* The address of byte @offset of a data map's only value (BPF_PSEUDO_MAP_VALUE); 0: none. */
uint64_t tv_map_value_address(const struct tv_map *map, uint32_t offset);

/* Prog arrays and maps in maps: what stands in a slot; -1: nothing. */
int32_t tv_map_prog(const struct tv_map *map, uint32_t index);
int tv_map_set_prog(struct tv_map *map, uint32_t index, int32_t prog);
int tv_map_set_inner(struct tv_map *map, uint32_t key, struct tv_map *inner);

/* Ring buffers, from a program: reserve gives an address or 0; the record goes or is given up. */
uint64_t tv_map_reserve(struct tv_map *map, uint64_t size);
int tv_map_submit(struct tv_map *map, uint64_t record, bool discard);
int tv_map_output(struct tv_map *map, const void *data, uint64_t size);
/* BPF_RB_AVAIL_DATA, ... of bpf_ringbuf_query(). */
uint64_t tv_map_ringbuf_query(const struct tv_map *map, uint64_t what);

/* What user space does: keys in the order BPF_MAP_GET_NEXT_KEY gives (@prev NULL: the first); -ENOENT: no more. */
int tv_map_next_key(const struct tv_map *map, const void *prev, void *key);
/* The bytes of a value, of @cpu in a per-CPU map; NULL. */
void *tv_map_value(const struct tv_map *map, const void *key, uint32_t cpu);
bool tv_map_is_percpu(const struct tv_map *map);
/* The next record of a ring buffer (or perf event array), consumed by this; false: no more. */
bool tv_map_consume(struct tv_map *map, const void **data, uint32_t *size);

#endif
