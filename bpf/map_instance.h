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
	uint32_t page_size;		/* bytes; 0: TV_BPF_PAGE_SIZE */
	uint64_t left;			/* bytes maps may still take; -ENOMEM when it is not enough */
	bool out_of_memory;		/* -ENOMEM, of whatever call, was this machine's, not the limit's */
	/* the keys of per-task maps: an opaque number for a task's address, 0 when it is none */
	uint64_t (*owner)(void *arg, uint64_t addr);
	void *owner_arg;
};

/* 0; -ENOTSUP: this kind is not modelled; -EINVAL, -E2BIG: as the kernel refuses it; -ENOMEM. */
int tv_map_create(const struct tv_bpf_map *def, struct tv_map_room *room, struct tv_map **map);
void tv_map_destroy(struct tv_map *map);
const struct tv_bpf_map *tv_map_def(const struct tv_map *map);
/* The address that stands for the map itself in programs; and the map that an address stands for, or NULL. */
uint64_t tv_map_address(const struct tv_map *map);
struct tv_map *tv_map_at(const struct tv_memory *memory, uint64_t addr);

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

/* The address of byte @offset of an array's only value (BPF_PSEUDO_MAP_VALUE); 0: none. */
uint64_t tv_map_value_address(const struct tv_map *map, uint32_t offset);

/*
 * bpf_for_each_map_elem(): the elements there were at the beginning, as far as they are still there
 * when it is their turn. Between two calls of next the map may change as it likes.
 *
 *	err = tv_map_cursor_begin(&cursor, map);
 *	while (!err && tv_map_cursor_next(&cursor, cpu, &key, &value))
 *		...
 *	tv_map_cursor_end(&cursor);
 */
struct tv_map_cursor {
	struct tv_map *map;
	/* private */
	struct tv_map_cursor *other;
	void *entry;
	uint64_t end;
	uint32_t index, key;
};

/* 0, or -EOPNOTSUPP for a kind of map that the helper does not take. */
int tv_map_cursor_begin(struct tv_map_cursor *cursor, struct tv_map *map);
/* @key: key_size bytes, until the map changes; @value: its address (of @cpu). False: that was all. */
bool tv_map_cursor_next(struct tv_map_cursor *cursor, uint32_t cpu, const void **key, uint64_t *value);
void tv_map_cursor_end(struct tv_map_cursor *cursor);

/*
 * Storage kept with tasks: @object is a task's address. get: the value's address, made from @init
 * (NULL: zeros) when @flags say so (BPF_LOCAL_STORAGE_GET_F_CREATE); 0: none.
 */
uint64_t tv_map_storage_get(struct tv_map *map, uint64_t object, const void *init, uint64_t flags);
int tv_map_storage_delete(struct tv_map *map, uint64_t object);

/*
 * bpf_get_stackid() with the trace in hand, innermost first: the id that the kernel gives, or
 * -EFAULT, -EEXIST, -ENOMEM. @flags: BPF_F_SKIP_FIELD_MASK, BPF_F_FAST_STACK_CMP, BPF_F_REUSE_STACKID.
 */
int64_t tv_map_stack_id(struct tv_map *map, const uint64_t *ips, uint32_t nr, uint64_t flags);

/* Prog arrays and maps in maps: what stands in a slot; -1: nothing. */
int32_t tv_map_prog(const struct tv_map *map, uint32_t index);
int tv_map_set_prog(struct tv_map *map, uint32_t index, int32_t prog);
/* -EINVAL: not of the shape that the template has. */
int tv_map_set_inner(struct tv_map *map, uint32_t key, struct tv_map *inner);
struct tv_map *tv_map_inner(const struct tv_map *map, const void *key);

/*
 * Ring buffers, from a program: reserve gives an address or 0; the record at that address, of
 * whatever map, goes or is given up (-EINVAL: none is reserved there); output is -EAGAIN when full.
 */
uint64_t tv_map_reserve(struct tv_map *map, uint64_t size);
int tv_map_submit(const struct tv_memory *memory, uint64_t record, bool discard);
int tv_map_output(struct tv_map *map, const void *data, uint64_t size);
/* BPF_RB_AVAIL_DATA, ... of bpf_ringbuf_query(). */
uint64_t tv_map_ringbuf_query(const struct tv_map *map, uint64_t what);
/* bpf_perf_event_output() on @cpu, as if user space read one buffer for each CPU. */
int tv_map_perf_output(struct tv_map *map, uint32_t cpu, uint64_t flags, const void *data,
		       uint64_t size);

/* What user space does: keys in the order BPF_MAP_GET_NEXT_KEY gives (@prev NULL: the first); -ENOENT: no more. */
int tv_map_next_key(const struct tv_map *map, const void *prev, void *key);
/* The bytes of a value, of @cpu in a per-CPU map; NULL: none, or no bytes (programs, maps). No sign of use. */
void *tv_map_value(const struct tv_map *map, const void *key, uint32_t cpu);
bool tv_map_is_percpu(const struct tv_map *map);
/* The next record of a ring buffer (or perf event array), consumed by this; false: no more. */
bool tv_map_consume(struct tv_map *map, const void **data, uint32_t *size);

#endif
