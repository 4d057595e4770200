// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What else one might keep ranges in, for comparison: a red-black tree, a Judy array by first
 * index, a sorted array. None has readers without a lock; none finds gaps.
 */
#include <bsd/sys/tree.h>
#include <Judy.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "tests/bench/maple_bench.h"
#include "tests/differential/slab.h"

static unsigned long first_of(unsigned long i)
{
	return i * BENCH_STRIDE;
}

static unsigned long last_of(unsigned long i)
{
	return i * BENCH_STRIDE + BENCH_LENGTH - 1;
}

/* A structure with its operations; the loops below time any of them. */
struct kind {
	void (*insert)(void *all, unsigned long i);
	void (*erase)(void *all, unsigned long i);
	const void *(*load)(void *all, unsigned long index);	/* the range that index lies in */
	void (*iterate)(void *all, bool back);
	void (*destroy)(void *all);
};

static size_t some(const struct bench_keys *keys)
{
	return keys->count < 100000 ? keys->count : 100000;
}

static void fill(const struct kind *kind, void *all, const struct bench_keys *keys, bool random)
{
	for (size_t i = 0; i < keys->count; i++)
		kind->insert(all, random ? keys->order[i] : i);
}

/* Searches: all rounds on one filling. */
static double time_search(const struct kind *kind, void *all, enum bench_op op,
			  const struct bench_keys *keys)
{
	size_t rounds = bench_rounds(keys), done = op == BENCH_LOAD ? some(keys) : keys->count;
	double start;

	fill(kind, all, keys, false);
	start = bench_clock();
	for (size_t round = 0; round < rounds; round++) {
		if (op != BENCH_LOAD)
			kind->iterate(all, op == BENCH_BACKWARD);
		else
			for (size_t i = 0; i < done; i++)
				bench_use(kind->load(all, first_of(keys->order[i]) + 3));
	}
	start = bench_clock() - start;
	kind->destroy(all);
	return start / ((double)done * rounds);
}

/* Changes: each round on a filling of its own. What the clock costs is taken off. */
static double time_change(const struct kind *kind, void *all, enum bench_op op,
			  const struct bench_keys *keys)
{
	bool filled = op == BENCH_ERASE || op == BENCH_ERASE_INSERT || op == BENCH_DESTROY;
	size_t rounds = bench_rounds(keys), done = op == BENCH_ERASE_INSERT ? some(keys) : keys->count;
	double spent = 0, start, clock = bench_clock();

	for (int i = 0; i < 64; i++)
		start = bench_clock();
	clock = (start - clock) / 64;
	for (size_t round = 0; round < rounds; round++) {
		if (filled)
			fill(kind, all, keys, false);
		start = bench_clock();
		if (!filled)
			fill(kind, all, keys, op == BENCH_INSERT_RAND);
		else if (op == BENCH_DESTROY)
			kind->destroy(all);
		else
			for (size_t i = 0; i < done; i++) {
				kind->erase(all, keys->order[i]);
				if (op == BENCH_ERASE_INSERT)
					kind->insert(all, keys->order[i]);
			}
		spent += bench_clock() - start - clock;
		kind->destroy(all);
	}
	return spent > 0 ? spent / ((double)done * rounds) : 0;
}

static double time_kind(const struct kind *kind, void *all, enum bench_op op,
			const struct bench_keys *keys)
{
	switch (op) {
	case BENCH_LOAD:
	case BENCH_FORWARD:
	case BENCH_BACKWARD:
		return time_search(kind, all, op, keys);
	case BENCH_INSERT_SEQ:
	case BENCH_INSERT_RAND:
	case BENCH_BULK:
	case BENCH_ERASE:
	case BENCH_ERASE_INSERT:
	case BENCH_DESTROY:
		return time_change(kind, all, op, keys);
	default:
		return -1;
	}
}

/* --- red-black tree --- */

struct range {
	RB_ENTRY(range) link;
	unsigned long first, last;
	void *entry;
};

static int by_first(struct range *a, struct range *b)
{
	return a->first < b->first ? -1 : a->first > b->first;
}

RB_HEAD(ranges, range);
static struct slab *range_slab;
RB_PROTOTYPE_INTERNAL(ranges, range, link, by_first, static __attribute__((__unused__)));
RB_GENERATE_INTERNAL(ranges, range, link, by_first, static __attribute__((__unused__)));

static void rb_insert(void *all, unsigned long i)
{
	struct range *range = slab_alloc(range_slab, true);

	range->first = first_of(i);
	range->last = last_of(i);
	RB_INSERT(ranges, all, range);
}

static void rb_erase(void *all, unsigned long i)
{
	struct range key = { .first = first_of(i) }, *range = RB_FIND(ranges, all, &key);

	RB_REMOVE(ranges, all, range);
	slab_free(range_slab, range);
}

static const void *rb_load(void *all, unsigned long index)
{
	struct range *at = RB_ROOT((struct ranges *)all);

	while (at && (index < at->first || index > at->last))
		at = index < at->first ? RB_LEFT(at, link) : RB_RIGHT(at, link);
	return at;
}

static void rb_iterate(void *all, bool back)
{
	struct range *range;

	if (back)
		RB_FOREACH_REVERSE(range, ranges, (struct ranges *)all)
			bench_use(range);
	else
		RB_FOREACH(range, ranges, (struct ranges *)all)
			bench_use(range);
}

static void rb_free(struct range *range)
{
	if (!range)
		return;
	rb_free(RB_LEFT(range, link));
	rb_free(RB_RIGHT(range, link));
	slab_free(range_slab, range);
}

static void rb_destroy(void *all)
{
	struct ranges *ranges = all;

	rb_free(RB_ROOT(ranges));
	RB_INIT(ranges);
}

static double rb_run(enum bench_op op, const struct bench_keys *keys)
{
	static const struct kind kind = { rb_insert, rb_erase, rb_load, rb_iterate, rb_destroy };
	struct ranges ranges = RB_INITIALIZER(&ranges);

	return time_kind(&kind, &ranges, op, keys);
}

static double rb_bytes(const struct bench_keys *keys, int random)
{
	return sizeof(struct range);
}

static void rb_init(void)
{
	range_slab = slab_create(sizeof(struct range), sizeof(void *));
}

const struct bench_side bench_rbtree = {
	.name = "RB tree", .init = rb_init, .run = rb_run, .bytes = rb_bytes,
};

/* --- Judy array: the first index is the key, the word holds the last --- */

static void judy_insert(void *all, unsigned long i)
{
	Word_t *word;

	JLI(word, *(void **)all, first_of(i));
	*word = last_of(i);
}

static void judy_erase(void *all, unsigned long i)
{
	int gone;

	JLD(gone, *(void **)all, first_of(i));
	(void)gone;
}

static const void *judy_load(void *all, unsigned long index)
{
	Word_t key = index, *word;

	JLL(word, *(void **)all, key);
	return word && index <= *word ? word : NULL;
}

static void judy_iterate(void *all, bool back)
{
	Word_t key = back ? -1ul : 0, *word;

	/* The J* macros are blocks: each needs braces of its own. */
	if (back) {
		JLL(word, *(void **)all, key);
	} else {
		JLF(word, *(void **)all, key);
	}
	while (word) {
		bench_use(word);
		if (back) {
			JLP(word, *(void **)all, key);
		} else {
			JLN(word, *(void **)all, key);
		}
	}
}

static void judy_destroy(void *all)
{
	JudyLFreeArray(all, PJE0);
}

static double judy_run(enum bench_op op, const struct bench_keys *keys)
{
	static const struct kind kind = {
		judy_insert, judy_erase, judy_load, judy_iterate, judy_destroy
	};
	void *array = NULL;

	return time_kind(&kind, &array, op, keys);
}

static double judy_bytes(const struct bench_keys *keys, int random)
{
	void *array = NULL;
	Word_t bytes;

	for (size_t i = 0; i < keys->count; i++)
		judy_insert(&array, random ? keys->order[i] : i);
	JLMU(bytes, array);
	judy_destroy(&array);
	return (double)bytes / keys->count;
}

const struct bench_side bench_judy = { .name = "JudyL", .run = judy_run, .bytes = judy_bytes };

/* --- sorted array of ranges --- */

struct array {
	struct { unsigned long first, last; void *entry; } *at;
	size_t count, room;
};

/* The number of ranges that begin at or below @index. */
static size_t array_rank(const struct array *array, unsigned long index)
{
	size_t low = 0, high = array->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (array->at[middle].first <= index)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void array_insert(void *all, unsigned long i)
{
	struct array *array = all;
	size_t at = array_rank(array, first_of(i));

	if (array->count == array->room) {
		array->room = array->room ? 2 * array->room : 64;
		array->at = reallocarray(array->at, array->room, sizeof(array->at[0]));
		if (!array->at)
			abort();
	}
	memmove(&array->at[at + 1], &array->at[at], (array->count - at) * sizeof(array->at[0]));
	array->at[at].first = first_of(i);
	array->at[at].last = last_of(i);
	array->count++;
}

static void array_erase(void *all, unsigned long i)
{
	struct array *array = all;
	size_t at = array_rank(array, first_of(i)) - 1;

	array->count--;
	memmove(&array->at[at], &array->at[at + 1], (array->count - at) * sizeof(array->at[0]));
}

static const void *array_load(void *all, unsigned long index)
{
	struct array *array = all;
	size_t rank = array_rank(array, index);

	return rank && index <= array->at[rank - 1].last ? &array->at[rank - 1] : NULL;
}

static void array_iterate(void *all, bool back)
{
	struct array *array = all;

	for (size_t i = 0; i < array->count; i++)
		bench_use(&array->at[back ? array->count - 1 - i : i]);
}

static void array_destroy(void *all)
{
	struct array *array = all;

	free(array->at);
	*array = (struct array){ 0 };
}

static double array_run(enum bench_op op, const struct bench_keys *keys)
{
	static const struct kind kind = {
		array_insert, array_erase, array_load, array_iterate, array_destroy
	};
	struct array array = { 0 };
	bool moves = op == BENCH_INSERT_RAND || op == BENCH_ERASE || op == BENCH_ERASE_INSERT;

	/* Half the array is moved each time: hours at a million. */
	if (moves && keys->count > 10000)
		return -1;
	return time_kind(&kind, &array, op, keys);
}

static double array_bytes(const struct bench_keys *keys, int random)
{
	return 3 * sizeof(void *);
}

const struct bench_side bench_array = { .name = "array", .run = array_run, .bytes = array_bytes };
