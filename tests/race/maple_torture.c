// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Readers without a lock beside one writer, on a tree in RCU mode. What a reader finds must be what
 * the writer had stored at some time between the reader's start and end of looking:
 *
 *   lost          nothing found where something was all the time, by lookup or by iteration
 *   resurrected   something found that was gone, or overwritten, before the reader looked
 *   ghost         something found that was never there, or not yet
 *   torn          an entry found with a range that it never had
 *
 * usage: maple_torture [--seconds N] [--readers N] [--seed N]
 * Exit 0: none of these, and the tree is whole at the end; 1: some; 2: bad usage.
 */
#include <errno.h>
#include <getopt.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "maple/alloc.h"
#include "maple/maple_tree.h"
#include "tests/race/dice.h"
#include "tests/race/watchdog.h"

/*
 * Zone 1, slots: each WIDTH indices wide, stored and erased as a whole. By number modulo 4: always
 * there and rewritten; never there; coming and going; there and rarely rewritten.
 * Zone 2, regions: always covered, by one entry or by one entry for each part. Going from parts to
 * one is a store over many nodes.
 */
#define WIDTH 16ul
#define SLOTS 4000ul
#define REGIONS 24ul
#define REGION_BASE (SLOTS * WIDTH)

/* A slot's life: the generation of its entry, and what the writer is doing with it. */
enum phase { ABSENT, STORING, PRESENT, ERASING };
static unsigned long lives[SLOTS];

struct region {
	unsigned long first, parts;
};
static struct region regions[REGIONS];

static struct maple_tree mt;
static bool stop;

struct errors {
	unsigned long lost, resurrected, ghost, torn;
};

struct reader {
	pthread_t thread;
	uint64_t dice;
	unsigned long looks, steps;
	struct errors errors;
};

/* --- entries say what they are: a slot's number and generation, or a region's part --- */

#define NUMBER_BITS 12
#define WHOLE 1023ul		/* in place of a part's number */
#define OF_REGION (1ul << (CHAR_BIT * sizeof(long) - 2))	/* as far up as values go */

_Static_assert(SLOTS <= 1ul << NUMBER_BITS, "a slot's number has its bits");

static void *slot_entry(unsigned long slot, unsigned long generation)
{
	return xa_mk_value(generation << NUMBER_BITS | slot);
}

static void *region_entry(unsigned long region, unsigned long part)
{
	return xa_mk_value(OF_REGION | region << NUMBER_BITS | part);
}

static bool is_region_entry(void *entry)
{
	return xa_to_value(entry) & OF_REGION;
}

/* A slot, or a part of a region. */
static unsigned long number_of(void *entry)
{
	return xa_to_value(entry) & ((1ul << NUMBER_BITS) - 1);
}

/* A slot's generation, or a region. */
static unsigned long above_number(void *entry)
{
	return (xa_to_value(entry) & ~OF_REGION) >> NUMBER_BITS;
}

/* --- the writer --- */

static void set_life(unsigned long slot, unsigned long generation, enum phase phase)
{
	__atomic_store_n(&lives[slot], generation << 2 | phase, __ATOMIC_RELEASE);
}

static unsigned long get_life(unsigned long slot)
{
	return __atomic_load_n(&lives[slot], __ATOMIC_ACQUIRE);
}

static void store(unsigned long first, unsigned long last, void *entry)
{
	if (mtree_store_range(&mt, first, last, entry, GFP_KERNEL)) {
		fputs("maple_torture: out of memory\n", stderr);
		exit(1);
	}
}

static void rewrite_slot(unsigned long slot)
{
	unsigned long generation = (get_life(slot) >> 2) + 1;

	if (generation >= OF_REGION >> NUMBER_BITS) {
		fputs("maple_torture: too long a run for words of this size\n", stderr);
		exit(2);
	}
	set_life(slot, generation, STORING);
	store(slot * WIDTH, slot * WIDTH + WIDTH - 1, slot_entry(slot, generation));
	set_life(slot, generation, PRESENT);
}

static void erase_slot(unsigned long slot)
{
	unsigned long generation = get_life(slot) >> 2;

	set_life(slot, generation, ERASING);
	mtree_erase(&mt, slot * WIDTH + 3);
	set_life(slot, generation, ABSENT);
}

static void region_to_one(unsigned long number)
{
	const struct region *region = &regions[number];

	store(region->first, region->first + region->parts * WIDTH - 1, region_entry(number, WHOLE));
}

static void region_to_parts(unsigned long number)
{
	const struct region *region = &regions[number];

	for (unsigned long part = 0; part < region->parts; part++)
		store(region->first + part * WIDTH, region->first + part * WIDTH + WIDTH - 1,
		      region_entry(number, part));
}

static void set_up(void)
{
	unsigned long first = REGION_BASE;

	for (unsigned long slot = 0; slot < SLOTS; slot++) {
		set_life(slot, 0, ABSENT);
		if (slot % 4 != 1)
			rewrite_slot(slot);
	}
	for (unsigned long i = 0; i < REGIONS; i++) {
		regions[i] = (struct region){ first, i % 12 == 0 ? 512 : i % 4 == 0 ? 64 : 4 };
		first += regions[i].parts * WIDTH;
		region_to_parts(i);
	}
}

#define BATCH 1000ul

static void write_batch(uint64_t seed)
{
	uint64_t dice = seed;

	for (unsigned long i = 0; i < BATCH; i++) {
		unsigned long slot = roll(&dice) % SLOTS;

		if (roll(&dice) % 512 == 0) {
			unsigned long region = roll(&dice) % REGIONS;

			region_to_one(region);
			region_to_parts(region);
		} else if (slot % 4 == 2 && (get_life(slot) & 3) == PRESENT) {
			erase_slot(slot);
		} else if (slot % 4 == 0 || slot % 4 == 2 || (slot % 4 == 3 && dice % 64 == 0)) {
			rewrite_slot(slot);
		}
	}
}

/* --- the readers --- */

/* What a slot may hold at a moment when its life is @life: nothing, or generations low to high. */
struct allowed {
	bool nothing;
	unsigned long low, high;	/* low > high: no entry */
};

/* A slot that comes and goes is stored where nothing is; all others are overwritten. */
static struct allowed allowed_by(unsigned long life, unsigned long slot)
{
	unsigned long generation = life >> 2;
	bool comes = slot % 4 == 2 && generation > 1;

	switch ((enum phase)(life & 3)) {
	case ABSENT:
		return (struct allowed){ true, generation + 1, generation };
	case STORING:
		return (struct allowed){ comes, comes ? generation : generation - 1, generation };
	case PRESENT:
		return (struct allowed){ false, generation, generation };
	case ERASING:
		return (struct allowed){ true, generation, generation };
	}
	return (struct allowed){ 0 };
}

/* May @entry have been found between the moments when the slot's life was @before and @after? */
static void judge_slot(struct reader *reader, unsigned long before, unsigned long after,
		       void *entry, unsigned long slot)
{
	struct allowed first = allowed_by(before, slot), last = allowed_by(after, slot);
	unsigned long generation = above_number(entry);

	if (!entry) {
		/* Where it comes and goes, it may have gone and come again meanwhile. */
		if (!first.nothing && !last.nothing && (before == after || slot % 4 != 2))
			reader->errors.lost++;
		return;
	}
	if (is_region_entry(entry) || number_of(entry) != slot || generation > last.high)
		reader->errors.ghost++;
	else if (generation < first.low)
		reader->errors.resurrected++;
}

/* A region's entry at @index with the range that was found. */
static void judge_region(struct reader *reader, unsigned long index, void *entry,
			 unsigned long first, unsigned long last)
{
	unsigned long number, part;
	const struct region *region;

	if (!entry) {
		reader->errors.lost++;
		return;
	}
	number = above_number(entry);
	part = number_of(entry);
	if (!is_region_entry(entry) || number >= REGIONS) {
		reader->errors.ghost++;
		return;
	}
	region = &regions[number];
	if (index < region->first || index >= region->first + region->parts * WIDTH ||
	    (part != WHOLE && part != (index - region->first) / WIDTH))
		reader->errors.ghost++;
	else if (part != WHOLE ? first != region->first + part * WIDTH || last != first + WIDTH - 1
			       : last != region->first + region->parts * WIDTH - 1 || first % WIDTH)
		reader->errors.torn++;
}

static void look_at_slot(struct reader *reader)
{
	unsigned long slot = roll(&reader->dice) % SLOTS;
	unsigned long index = slot * WIDTH + roll(&reader->dice) % WIDTH;
	unsigned long before = get_life(slot);
	MA_STATE(mas, &mt, index, index);
	void *entry;

	if (roll(&reader->dice) & 1) {
		entry = mtree_load(&mt, index);
	} else {
		rcu_read_lock();
		entry = mas_walk(&mas);
		rcu_read_unlock();
		if (entry && (mas.index != slot * WIDTH || mas.last != mas.index + WIDTH - 1))
			reader->errors.torn++;
	}
	judge_slot(reader, before, get_life(slot), entry, slot);
}

static void look_at_region(struct reader *reader)
{
	const struct region *region = &regions[roll(&reader->dice) % REGIONS];
	unsigned long index = region->first + roll(&reader->dice) % (region->parts * WIDTH);
	MA_STATE(mas, &mt, index, index);
	void *entry;

	rcu_read_lock();
	entry = mas_walk(&mas);
	rcu_read_unlock();
	judge_region(reader, index, entry, mas.index, mas.last);
}

/* Walks over slots one way or the other: those always there come by, all of them and in order. */
static void iterate(struct reader *reader, bool falling)
{
	unsigned long count = 40, from = roll(&reader->dice) % (SLOTS - count);
	unsigned long low = from * WIDTH, high = (from + count) * WIDTH - 1;
	unsigned long expected = falling ? from + count - 1 : from;
	MA_STATE(mas, &mt, falling ? high : low, falling ? high : low);
	void *entry;

	rcu_read_lock();
	while ((entry = falling ? mas_find_rev(&mas, low) : mas_find(&mas, high))) {
		unsigned long slot = mas.index / WIDTH;

		reader->steps++;
		if (slot < from || slot >= from + count || slot % 4 == 1 || is_region_entry(entry) ||
		    number_of(entry) != slot) {
			reader->errors.ghost++;
			break;
		}
		if (mas.index != slot * WIDTH || mas.last != mas.index + WIDTH - 1)
			reader->errors.torn++;
		/* Between the last one and this one only the ones that come and go may be missing. */
		while (expected != slot && expected >= from && expected < from + count) {
			reader->errors.lost += expected % 4 == 0 || expected % 4 == 3;
			expected += falling ? -1 : 1;
		}
		if (expected != slot) {
			reader->errors.torn++;	/* went back */
			break;
		}
		expected += falling ? -1 : 1;
	}
	rcu_read_unlock();
	while (expected >= from && expected < from + count) {
		reader->errors.lost += expected % 4 == 0 || expected % 4 == 3;
		expected += falling ? -1 : 1;
	}
}

static void *read_until_stopped(void *arg)
{
	struct reader *reader = arg;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		unsigned long kind = roll(&reader->dice) % 16;

		reader->looks++;
		if (kind < 10)
			look_at_slot(reader);
		else if (kind < 14)
			look_at_region(reader);
		else
			iterate(reader, kind & 1);
	}
	return NULL;
}

/* --- the run --- */

/* Quiet now: what is there must be exactly what the writer left. */
static bool ends_well(void)
{
	const char *reason = NULL;
	unsigned long wrong = 0;

	for (unsigned long slot = 0; slot < SLOTS; slot++) {
		unsigned long life = get_life(slot);
		void *want = (life & 3) == PRESENT ? slot_entry(slot, life >> 2) : NULL;

		wrong += mtree_load(&mt, slot * WIDTH) != want;
	}
	if (wrong)
		printf("  %lu slots do not hold what was stored last\n", wrong);
	if (mt_validate(&mt, &reason)) {
		printf("  the tree is broken: %s\n", reason);
		wrong++;
	}
	mtree_destroy(&mt);
	rcu_barrier();
	if (tv_maple_nodes_live()) {
		printf("  %lu nodes left\n", tv_maple_nodes_live());
		wrong++;
	}
	return !wrong;
}

static bool torture(const char *name, unsigned int flags, unsigned int readers, double seconds,
		    uint64_t seed)
{
	struct reader *all = calloc(readers, sizeof(*all));
	struct errors sum = { 0 };
	unsigned long looks = 0, steps = 0;
	struct timespec start, now;
	unsigned long writes = 0;

	if (!all)
		exit(1);
	watchdog(seconds);
	mt_init_flags(&mt, flags);
	set_up();
	__atomic_store_n(&stop, false, __ATOMIC_RELAXED);
	for (unsigned int i = 0; i < readers; i++) {
		all[i].dice = seed + i + 1;
		if (pthread_create(&all[i].thread, NULL, read_until_stopped, &all[i]))
			exit(1);
	}
	/* The writer is this thread; a helper would only add one more to two cores. */
	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		write_batch(seed + writes);
		writes += BATCH;
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec - start.tv_sec + (now.tv_nsec - start.tv_nsec) / 1e9 < seconds);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (unsigned int i = 0; i < readers; i++) {
		pthread_join(all[i].thread, NULL);
		looks += all[i].looks;
		steps += all[i].steps;
		sum.lost += all[i].errors.lost;
		sum.resurrected += all[i].errors.resurrected;
		sum.ghost += all[i].errors.ghost;
		sum.torn += all[i].errors.torn;
	}
	free(all);
	printf("  %-12s %u readers, %lu looks, %lu steps; 1 writer, %lu writes: "
	       "%lu lost, %lu resurrected, %lu ghosts, %lu torn\n", name, readers, looks, steps, writes,
	       sum.lost, sum.resurrected, sum.ghost, sum.torn);
	return ends_well() && !(sum.lost + sum.resurrected + sum.ghost + sum.torn);
}

static double positive_or_exit(const char *text)
{
	char *end;
	double n = strtod(text, &end);

	if (end == text || *end || !(n > 0) || n > 1e6) {
		fprintf(stderr, "maple_torture: '%s' is not a positive number\n", text);
		exit(2);
	}
	return n;
}

int main(int argc, char **argv)
{
	static const struct option known[] = {
		{ "seconds", required_argument, NULL, 's' },
		{ "readers", required_argument, NULL, 'r' },
		{ "seed", required_argument, NULL, 'e' },
		{ 0 }
	};
	double seconds = 10;
	unsigned int readers = 4;
	uint64_t seed = 1;
	bool good;
	int c;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (c == 's')
			seconds = positive_or_exit(optarg);
		else if (c == 'r')
			readers = positive_or_exit(optarg);
		else if (c == 'e')
			seed = positive_or_exit(optarg);
		else
			return 2;
	}
#ifdef __SANITIZE_THREAD__
	tv_maple_set_allocator(&tv_maple_malloc_ops);
#endif
	good = torture("range", MT_FLAGS_USE_RCU, readers, seconds / 2, seed);
	good &= torture("alloc-range", MT_FLAGS_USE_RCU | MT_FLAGS_ALLOC_RANGE, readers, seconds / 2,
			seed);
	return !good;
}
