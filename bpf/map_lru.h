/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Which element of an LRU map goes when there is no room: the kernel's lists, its batches and its
 * two chances (v6.12 kernel/bpf/bpf_lru_list.c), so that on one CPU the same elements go.
 *
 * Elements in use stand on an active or an inactive list. What was looked up since the last scan
 * moves to, or stays on, the active one; what was not sinks to the inactive one, whose far end is
 * evicted. A map has one such pair, in front of which each CPU keeps a stock of free elements and
 * the elements it took lately; or, with BPF_F_NO_COMMON_LRU, each CPU has a pair of its own.
 *
 * Private to map_kind_lru.c.
 */
#ifndef TV_BPF_MAP_LRU_H
#define TV_BPF_MAP_LRU_H

#include "bpf/map_kind.h"

#define LRU_NONE	UINT32_MAX

struct lru_node;
struct lru_shelf;

struct lru {
	struct lru_node *nodes;		/* of each slot, then the heads of lists */
	struct lru_shelf *shelves;	/* one, or one for each CPU */
	uint32_t *steal_from;		/* of each CPU: where it looks next when it finds nothing */
	uint32_t slots, cpus;
	uint32_t batch;			/* free elements a CPU fetches at once */
	uint32_t scans;			/* elements that one scan looks at, at most */
	bool per_cpu;
	void (*evict)(void *arg, uint32_t slot);	/* the slot's key leaves the map */
	void *arg;
};

/* evict and arg are the caller's to set. 0 or -ENOMEM; then lru_end() is harmless. */
int lru_start(struct lru *lru, struct tv_map *map, uint32_t slots, bool per_cpu);
void lru_end(struct lru *lru);

/* A slot that is free, or was freed for this; LRU_NONE. It counts as in use from now on. */
uint32_t lru_take(struct lru *lru, uint32_t cpu);
void lru_give(struct lru *lru, uint32_t slot);
/* Its key was looked up. */
void lru_use(struct lru *lru, uint32_t slot);

#endif
