// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The lists of LRU maps (map_lru.h): rings of nodes linked by index, newest first. */
#include "bpf/map_lru.h"

#include <errno.h>
#include <stdlib.h>

#define COMMON_BATCH	128u	/* LOCAL_FREE_TARGET, and as many scanned */
#define PER_CPU_BATCH	4u	/* PERCPU_FREE_TARGET */

/* Where a node stands. Of the first two the lengths are known. */
enum lru_list {
	ACTIVE,
	INACTIVE,
	FREE,
	SHELF_LISTS,
	STOCK = SHELF_LISTS,	/* free, set aside for a CPU */
	RECENT,			/* taken by a CPU, not yet on a shelf */
	CPU_LISTS = 2,
};

struct lru_node {
	uint32_t prev, next;	/* prev of a head is its last node */
	uint16_t cpu;		/* whose it is, on RECENT or a CPU's own shelf */
	uint8_t list;
	uint8_t used;		/* looked up since it was last moved */
};

struct lru_shelf {
	uint32_t heads;		/* index of ACTIVE's head, the others follow */
	uint32_t cnt[2];
	uint32_t resume;	/* where the next look along INACTIVE begins: a node of it, or its head */
	uint32_t fresh, fresh_end;	/* slots never taken: free, behind those on FREE */
};

int lru_start(struct lru *lru, struct tv_map *map, uint32_t slots, bool per_cpu)
{
	uint32_t cpus = map->room->nr_cpus, shelves = per_cpu ? cpus : 1, share = slots / shelves;
	uint32_t heads = shelves * SHELF_LISTS + cpus * CPU_LISTS, i;

	lru->slots = slots;
	lru->cpus = cpus;
	lru->per_cpu = per_cpu;
	lru->scans = per_cpu ? PER_CPU_BATCH : COMMON_BATCH;
	lru->batch = slots / cpus / 2;
	if (lru->batch > COMMON_BATCH)
		lru->batch = COMMON_BATCH;
	if (!lru->batch)
		lru->batch = 1;
	lru->nodes = map_array(map, (uint64_t)slots + heads, sizeof(*lru->nodes));
	lru->shelves = map_array(map, shelves, sizeof(*lru->shelves));
	lru->steal_from = map_array(map, cpus, sizeof(*lru->steal_from));
	if (!lru->nodes || !lru->shelves || !lru->steal_from)
		return -ENOMEM;
	for (i = slots; i < slots + heads; i++)
		lru->nodes[i].prev = lru->nodes[i].next = i;
	for (i = 0; i < shelves; i++)
		lru->shelves[i] = (struct lru_shelf){
			.heads = slots + i * SHELF_LISTS,
			.resume = slots + i * SHELF_LISTS + INACTIVE,
			.fresh = i * share,
			.fresh_end = (i + 1) * share,
		};
	for (i = 0; i < cpus; i++)
		lru->steal_from[i] = i;
	return 0;
}

void lru_end(struct lru *lru)
{
	free(lru->nodes);
	free(lru->shelves);
	free(lru->steal_from);
}

/* --- lists --- */

static uint32_t shelf_head(const struct lru_shelf *shelf, enum lru_list list)
{
	return shelf->heads + list;
}

static uint32_t cpu_head(const struct lru *lru, uint32_t cpu, enum lru_list list)
{
	uint32_t shelves = lru->per_cpu ? lru->cpus : 1;

	return lru->slots + shelves * SHELF_LISTS + cpu * CPU_LISTS + (list - STOCK);
}

static bool is_empty(const struct lru *lru, uint32_t head)
{
	return lru->nodes[head].next == head;
}

static struct lru_shelf *shelf_of(struct lru *lru, uint32_t cpu)
{
	return &lru->shelves[lru->per_cpu ? cpu : 0];
}

/* To the front of a list. The look along INACTIVE goes on before it. It begins anew as not used. */
static void put(struct lru *lru, struct lru_shelf *shelf, uint32_t at, enum lru_list list,
		uint32_t head)
{
	struct lru_node *node = &lru->nodes[at];

	if (shelf->resume == at)
		shelf->resume = node->prev;
	if (node->list <= INACTIVE)
		shelf->cnt[node->list]--;
	if (list <= INACTIVE)
		shelf->cnt[list]++;
	node->list = list;
	node->used = false;
	lru->nodes[node->prev].next = node->next;
	lru->nodes[node->next].prev = node->prev;
	node->prev = head;
	node->next = lru->nodes[head].next;
	lru->nodes[node->next].prev = at;
	lru->nodes[head].next = at;
}

static void put_on_shelf(struct lru *lru, struct lru_shelf *shelf, uint32_t at, enum lru_list list)
{
	put(lru, shelf, at, list, shelf_head(shelf, list));
}

static void put_on_cpu(struct lru *lru, uint32_t at, enum lru_list list, uint32_t cpu)
{
	put(lru, shelf_of(lru, cpu), at, list, cpu_head(lru, cpu, list));
	lru->nodes[at].cpu = cpu;
}

/* The first free node of a shelf, or LRU_NONE. */
static uint32_t first_free(struct lru *lru, struct lru_shelf *shelf)
{
	uint32_t head = shelf_head(shelf, FREE), at;

	if (!is_empty(lru, head))
		return lru->nodes[head].next;
	if (shelf->fresh == shelf->fresh_end)
		return LRU_NONE;
	at = shelf->fresh++;
	lru->nodes[at] = (struct lru_node){ .prev = at, .next = at, .list = FREE };
	return at;
}

/* --- the two chances --- */

/* The oldest active ones: used ones stay, at the front, others become inactive. */
static void age_active(struct lru *lru, struct lru_shelf *shelf)
{
	uint32_t at = lru->nodes[shelf_head(shelf, ACTIVE)].prev, older;
	uint32_t left = shelf->cnt[ACTIVE] < lru->scans ? shelf->cnt[ACTIVE] : lru->scans;

	for (; left; left--, at = older) {
		older = lru->nodes[at].prev;
		put_on_shelf(lru, shelf, at, lru->nodes[at].used ? ACTIVE : INACTIVE);
	}
}

/* A stretch of the inactive ones, from where the last look ended: used ones become active. */
static void look_along_inactive(struct lru *lru, struct lru_shelf *shelf)
{
	uint32_t head = shelf_head(shelf, INACTIVE), at = shelf->resume, last, left, next = head;

	if (is_empty(lru, head))
		return;
	last = lru->nodes[at].next;
	if (last == head)
		last = lru->nodes[head].next;
	for (left = lru->scans; left; left--) {
		if (at == head)
			at = lru->nodes[head].prev;
		next = lru->nodes[at].prev;
		if (lru->nodes[at].used)
			put_on_shelf(lru, shelf, at, ACTIVE);
		if (at == last)
			break;
		at = next;
	}
	shelf->resume = next;
}

static void rotate(struct lru *lru, struct lru_shelf *shelf)
{
	if (shelf->cnt[INACTIVE] < shelf->cnt[ACTIVE])
		age_active(lru, shelf);
	look_along_inactive(lru, shelf);
}

/* --- eviction --- */

static void evict(struct lru *lru, uint32_t at)
{
	lru->evict(lru->arg, at);
}

/* Where what is evicted from a shelf goes. */
static void set_free(struct lru *lru, struct lru_shelf *shelf, uint32_t at, uint32_t cpu)
{
	evict(lru, at);
	if (lru->per_cpu)
		put_on_shelf(lru, shelf, at, FREE);
	else
		put_on_cpu(lru, at, STOCK, cpu);
}

/* Up to @want of the oldest inactive ones that were not used; used ones become active. */
static uint32_t shrink_inactive(struct lru *lru, struct lru_shelf *shelf, uint32_t cpu, uint32_t want)
{
	uint32_t head = shelf_head(shelf, INACTIVE), at = lru->nodes[head].prev, newer;
	uint32_t left, done = 0;

	for (left = lru->scans; left && done < want && at != head; left--, at = newer) {
		newer = lru->nodes[at].prev;
		if (lru->nodes[at].used) {
			put_on_shelf(lru, shelf, at, ACTIVE);
		} else {
			set_free(lru, shelf, at, cpu);
			done++;
		}
	}
	return done;
}

/* When all were used, the oldest goes nevertheless. */
static void shrink(struct lru *lru, struct lru_shelf *shelf, uint32_t cpu, uint32_t want)
{
	uint32_t head = shelf_head(shelf, INACTIVE);

	if (shrink_inactive(lru, shelf, cpu, want))
		return;
	if (is_empty(lru, head))
		head = shelf_head(shelf, ACTIVE);
	if (!is_empty(lru, head))
		set_free(lru, shelf, lru->nodes[head].prev, cpu);
}

/* --- a shelf for each CPU --- */

static uint32_t take_from_own_shelf(struct lru *lru, uint32_t cpu)
{
	struct lru_shelf *shelf = shelf_of(lru, cpu);
	uint32_t at;

	rotate(lru, shelf);
	at = first_free(lru, shelf);
	if (at == LRU_NONE) {
		shrink(lru, shelf, cpu, PER_CPU_BATCH);
		at = first_free(lru, shelf);
	}
	if (at != LRU_NONE) {
		lru->nodes[at].cpu = cpu;
		put_on_shelf(lru, shelf, at, INACTIVE);
	}
	return at;
}

/* --- one shelf, and a stock on each CPU --- */

/* What the CPU took lately goes on the shelf, the oldest first. */
static void shelve_recent(struct lru *lru, struct lru_shelf *shelf, uint32_t cpu)
{
	uint32_t head = cpu_head(lru, cpu, RECENT), at;

	while ((at = lru->nodes[head].prev) != head)
		put_on_shelf(lru, shelf, at, lru->nodes[at].used ? ACTIVE : INACTIVE);
}

static void refill_stock(struct lru *lru, uint32_t cpu)
{
	struct lru_shelf *shelf = shelf_of(lru, cpu);
	uint32_t at, missing = lru->batch;

	shelve_recent(lru, shelf, cpu);
	rotate(lru, shelf);
	while (missing && (at = first_free(lru, shelf)) != LRU_NONE) {
		put_on_cpu(lru, at, STOCK, cpu);
		missing--;
	}
	if (missing)
		shrink(lru, shelf, cpu, missing);
}

static uint32_t first_in_stock(const struct lru *lru, uint32_t cpu)
{
	uint32_t head = cpu_head(lru, cpu, STOCK);

	return is_empty(lru, head) ? LRU_NONE : lru->nodes[head].next;
}

/*
 * What a CPU took lately. That is one element: batches are such that all CPUs together hold half of
 * what there is, or one each.
 */
static uint32_t evict_recent(struct lru *lru, uint32_t cpu)
{
	uint32_t head = cpu_head(lru, cpu, RECENT), at = lru->nodes[head].prev;

	if (at == head)
		return LRU_NONE;
	evict(lru, at);
	return at;
}

/* All is with the CPUs: one after the other is asked, each time from where it ended. */
static uint32_t steal(struct lru *lru, uint32_t cpu)
{
	uint32_t from = lru->steal_from[cpu], asked, at = LRU_NONE;

	for (asked = 0; asked < lru->cpus && at == LRU_NONE; asked++) {
		at = first_in_stock(lru, from);
		if (at == LRU_NONE)
			at = evict_recent(lru, from);
		from = (from + 1) % lru->cpus;
	}
	lru->steal_from[cpu] = from;
	return at;
}

static uint32_t take_from_stock(struct lru *lru, uint32_t cpu)
{
	uint32_t at = first_in_stock(lru, cpu);

	if (at == LRU_NONE) {
		refill_stock(lru, cpu);
		at = first_in_stock(lru, cpu);
	}
	if (at == LRU_NONE)
		at = steal(lru, cpu);
	if (at != LRU_NONE)
		put_on_cpu(lru, at, RECENT, cpu);
	return at;
}

uint32_t lru_take(struct lru *lru, uint32_t cpu)
{
	return lru->per_cpu ? take_from_own_shelf(lru, cpu) : take_from_stock(lru, cpu);
}

/* Back to the stock of the CPU that took it lately, or to the shelf. */
void lru_give(struct lru *lru, uint32_t slot)
{
	const struct lru_node *node = &lru->nodes[slot];

	if (node->list == RECENT)
		put_on_cpu(lru, slot, STOCK, node->cpu);
	else
		put_on_shelf(lru, shelf_of(lru, node->cpu), slot, FREE);
}

void lru_use(struct lru *lru, uint32_t slot)
{
	lru->nodes[slot].used = true;
}
