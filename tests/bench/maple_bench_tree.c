// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The timed loops of a maple tree; compiled against maple/ and against the kernel's header, so that
 * both trees run the same loops. SIDE is the name of the table, SIDE_NAME what it is called.
 */
#include <linux/maple_tree.h>
#include <pthread.h>
#include <time.h>

#include "tests/bench/maple_bench.h"
#include "tests/bench/maple_bench_memory.h"

#define FLAGS MT_FLAGS_ALLOC_RANGE
#define FLAGS_RCU (MT_FLAGS_ALLOC_RANGE | MT_FLAGS_USE_RCU)

static unsigned long first_of(unsigned long i)
{
	return i * BENCH_STRIDE;
}

static unsigned long last_of(unsigned long i)
{
	return i * BENCH_STRIDE + BENCH_LENGTH - 1;
}

static void insert(struct maple_tree *mt, unsigned long i)
{
	if (mtree_insert_range(mt, first_of(i), last_of(i), xa_mk_value(i), GFP_KERNEL))
		abort();
}

static void fill(struct maple_tree *mt, const struct bench_keys *keys, bool random)
{
	for (size_t i = 0; i < keys->count; i++)
		insert(mt, random ? keys->order[i] : i);
}

static void bulk(struct maple_tree *mt, const struct bench_keys *keys)
{
	MA_STATE(mas, mt, 0, 0);

	mas_lock(&mas);
	if (mas_expected_entries(&mas, keys->count))
		abort();
	for (size_t i = 0; i < keys->count; i++) {
		mas.index = first_of(i);
		mas.last = last_of(i);
		mas_store(&mas, xa_mk_value(i));
	}
	mas_destroy(&mas);
	mas_unlock(&mas);
}

static void erase(struct maple_tree *mt, const struct bench_keys *keys)
{
	for (size_t i = 0; i < keys->count; i++)
		bench_use(mtree_erase(mt, first_of(keys->order[i])));
}

/* A large tree is changed in part only: what the operation costs does not change on the way. */
static size_t some(const struct bench_keys *keys)
{
	return keys->count < 100000 ? keys->count : 100000;
}

static void replace(struct maple_tree *mt, const struct bench_keys *keys)
{
	for (size_t i = 0; i < some(keys); i++) {
		bench_use(mtree_erase(mt, first_of(keys->order[i])));
		insert(mt, keys->order[i]);
	}
}

static void store_over(struct maple_tree *mt, const struct bench_keys *keys)
{
	for (size_t i = 0; i < some(keys); i++) {
		unsigned long at = keys->order[i];

		if (mtree_store_range(mt, first_of(at), last_of(at), xa_mk_value(at + 1), GFP_KERNEL))
			abort();
	}
}

/* --- changes: each sample on trees of its own, made and taken apart outside the time --- */

struct change {
	unsigned int flags;
	void (*prepare)(struct maple_tree *mt, const struct bench_keys *keys);
	void (*timed)(struct maple_tree *mt, const struct bench_keys *keys);
	bool in_part;		/* does some() of the entries */
};

static void fill_rising(struct maple_tree *mt, const struct bench_keys *keys)
{
	fill(mt, keys, false);
}

static void fill_random(struct maple_tree *mt, const struct bench_keys *keys)
{
	fill(mt, keys, true);
}

static void destroy(struct maple_tree *mt, const struct bench_keys *keys)
{
	mtree_destroy(mt);
}

static const struct change changes[NR_BENCH_OPS] = {
	[BENCH_INSERT_SEQ] = { FLAGS, NULL, fill_rising, false },
	[BENCH_INSERT_RAND] = { FLAGS, NULL, fill_random, false },
	[BENCH_BULK] = { FLAGS, NULL, bulk, false },
	[BENCH_ERASE] = { FLAGS, fill_rising, erase, false },
	[BENCH_ERASE_INSERT] = { FLAGS, fill_rising, replace, true },
	[BENCH_DESTROY] = { FLAGS, fill_rising, destroy, false },
	[BENCH_RCU_INSERT] = { FLAGS_RCU, NULL, fill_random, false },
	[BENCH_RCU_REPLACE] = { FLAGS_RCU, bulk, replace, true },
	[BENCH_RCU_STORE] = { FLAGS_RCU, bulk, store_over, true },
};

/* Takes a tree apart: out of RCU mode first, as the kernel does when an address space ends. */
static void discard(struct maple_tree *mt)
{
	mt_clear_in_rcu(mt);
	mtree_destroy(mt);
}

/*
 * Reading the clock costs as much as ten stores: small trees are timed a batch at once, few enough
 * to stay in the cache.
 */
#define MAX_BATCH 32

static size_t batch_of(const struct bench_keys *keys)
{
	size_t batch = 1000 / keys->count;

	return batch < 1 ? 1 : batch > MAX_BATCH ? MAX_BATCH : batch;
}

static double run_change(const struct change *change, const struct bench_keys *keys)
{
	size_t batch = batch_of(keys), rounds = (bench_rounds(keys) + batch - 1) / batch;
	size_t done = change->in_part ? some(keys) : keys->count;
	struct maple_tree trees[MAX_BATCH];
	double spent = 0;

	for (size_t round = 0; round < rounds; round++) {
		double start;

		for (size_t i = 0; i < batch; i++) {
			mt_init_flags(&trees[i], change->flags & ~MT_FLAGS_USE_RCU);
			if (change->prepare)
				change->prepare(&trees[i], keys);
			if (change->flags & MT_FLAGS_USE_RCU)
				mt_set_in_rcu(&trees[i]);
		}
		start = bench_clock();
		for (size_t i = 0; i < batch; i++)
			change->timed(&trees[i], keys);
		spent += bench_clock() - start;
		for (size_t i = 0; i < batch; i++)
			discard(&trees[i]);
	}
	/* What waits for a grace period must not be freed in the next sample's time. */
	if (change->flags & MT_FLAGS_USE_RCU)
		rcu_barrier();
	return spent / ((double)done * rounds * batch);
}

/* --- searches: on one tree that stays --- */

static struct maple_tree *standing_tree(const struct bench_keys *keys)
{
	static struct maple_tree mt;
	static size_t count;

	if (count != keys->count) {
		if (count)
			mtree_destroy(&mt);
		mt_init_flags(&mt, FLAGS);
		fill(&mt, keys, false);
		count = keys->count;
	}
	return &mt;
}

static void search(struct maple_tree *mt, const struct bench_keys *keys, enum bench_op op)
{
	unsigned long end = first_of(keys->count);

	for (size_t i = 0; i < some(keys); i++) {
		unsigned long index = first_of(keys->order[i]) + 3;
		MA_STATE(mas, mt, index, index);

		switch (op) {
		case BENCH_LOAD:
			bench_use(mtree_load(mt, index));
			break;
		case BENCH_WALK:
			bench_use(mas_walk(&mas));
			break;
		case BENCH_FIND:
			bench_use(mt_find(mt, &index, ULONG_MAX));
			break;
		/* By turns a gap that is near, and one that is only behind the last entry. */
		case BENCH_GAP_UP:
			if (mas_empty_area(&mas, index, ULONG_MAX - 1, i & 1 ? 4096 : BENCH_LENGTH))
				abort();
			break;
		default:
			if (mas_empty_area_rev(&mas, 0, i & 1 ? end + 65536 : index,
					       i & 1 ? 4096 : 4))
				if (keys->order[i])
					abort();
		}
	}
}

static void iterate(struct maple_tree *mt, const struct bench_keys *keys, bool back)
{
	unsigned long start = back ? ULONG_MAX : 0;
	MA_STATE(mas, mt, start, start);
	size_t seen = 0;
	void *entry;

	if (back) {
		while ((entry = mas_prev(&mas, 0))) {
			bench_use(entry);
			seen++;
		}
	} else {
		mas_for_each(&mas, entry, ULONG_MAX) {
			bench_use(entry);
			seen++;
		}
	}
	if (seen != keys->count)
		abort();
}

static double run_search(enum bench_op op, const struct bench_keys *keys)
{
	struct maple_tree *mt = standing_tree(keys);
	size_t rounds = bench_rounds(keys), done = some(keys);
	double start;

	rcu_read_lock();
	start = bench_clock();
	for (size_t round = 0; round < rounds; round++) {
		if (op == BENCH_FORWARD || op == BENCH_BACKWARD) {
			done = keys->count;
			iterate(mt, keys, op == BENCH_BACKWARD);
		} else {
			search(mt, keys, op);
		}
	}
	start = bench_clock() - start;
	rcu_read_unlock();
	return start / ((double)done * rounds);
}

static double run_dup(const struct bench_keys *keys)
{
	struct maple_tree *mt = standing_tree(keys), copies[MAX_BATCH];
	size_t batch = batch_of(keys), rounds = (bench_rounds(keys) + batch - 1) / batch;
	double spent = 0;

	for (size_t round = 0; round < rounds; round++) {
		double start;

		for (size_t i = 0; i < batch; i++)
			mt_init_flags(&copies[i], FLAGS);
		start = bench_clock();
		for (size_t i = 0; i < batch; i++)
			if (mtree_dup(mt, &copies[i], GFP_KERNEL))
				abort();
		spent += bench_clock() - start;
		for (size_t i = 0; i < batch; i++)
			mtree_destroy(&copies[i]);
	}
	return spent / ((double)keys->count * rounds * batch);
}

/* --- readers beside a writer: what a load costs a reader of its own time --- */

#define READ_SECONDS 0.2

struct crowd {
	struct maple_tree mt;
	const struct bench_keys *keys;
	bool stop;
	unsigned long reads, cpu_ns;	/* of all readers */
};

static double wall(void)
{
	struct timespec at;

	clock_gettime(CLOCK_MONOTONIC, &at);
	return at.tv_sec + at.tv_nsec / 1e9;
}

static void *reader(void *arg)
{
	struct crowd *crowd = arg;
	unsigned long reads = 0;
	double start;

	rcu_register_thread();
	start = bench_clock();
	for (size_t i = 0; !__atomic_load_n(&crowd->stop, __ATOMIC_RELAXED); reads++) {
		bench_use(mtree_load(&crowd->mt, first_of(crowd->keys->order[i])));
		i = i + 1 < crowd->keys->count ? i + 1 : 0;
	}
	start = bench_clock() - start;
	rcu_unregister_thread();
	__atomic_fetch_add(&crowd->reads, reads, __ATOMIC_RELAXED);
	__atomic_fetch_add(&crowd->cpu_ns, (unsigned long)start, __ATOMIC_RELAXED);
	return NULL;
}

static double run_readers(const struct bench_keys *keys, unsigned int readers)
{
	struct crowd crowd = { .keys = keys };
	pthread_t threads[2];
	double end;

	mt_init_flags(&crowd.mt, FLAGS);
	fill(&crowd.mt, keys, false);
	mt_set_in_rcu(&crowd.mt);
	for (unsigned int i = 0; i < readers; i++)
		if (pthread_create(&threads[i], NULL, reader, &crowd))
			abort();
	end = wall() + READ_SECONDS;
	for (size_t i = 0; wall() < end; i++) {
		unsigned long at = keys->order[i % keys->count];

		bench_use(mtree_erase(&crowd.mt, first_of(at)));
		insert(&crowd.mt, at);
	}
	__atomic_store_n(&crowd.stop, true, __ATOMIC_RELAXED);
	for (unsigned int i = 0; i < readers; i++)
		pthread_join(threads[i], NULL);
	discard(&crowd.mt);
	rcu_barrier();
	return (double)crowd.cpu_ns / crowd.reads;
}

/* --- the table --- */

static double run(enum bench_op op, const struct bench_keys *keys)
{
	if (changes[op].timed)
		return run_change(&changes[op], keys);
	if (op == BENCH_DUP)
		return run_dup(keys);
	if (op == BENCH_READ_1 || op == BENCH_READ_2)
		return run_readers(keys, op == BENCH_READ_1 ? 1 : 2);
	return run_search(op, keys);
}

static double bytes(const struct bench_keys *keys, int random)
{
	unsigned long before = bench_memory_nodes();
	struct maple_tree mt;
	double nodes;

	mt_init_flags(&mt, FLAGS);
	fill(&mt, keys, random);
	nodes = bench_memory_nodes() - before;
	mtree_destroy(&mt);
	return nodes * sizeof(struct maple_node) / keys->count;
}

const struct bench_side SIDE = {
	.name = SIDE_NAME, .init = bench_memory_init, .run = run, .bytes = bytes,
};
