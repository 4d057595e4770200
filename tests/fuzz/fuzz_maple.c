// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Operations on a maple tree against a sorted list of ranges. After each the tree is valid, and
 * what it returned is what the list says; at the end both hold the same, read in either direction.
 *
 * An input is a byte for the tree (its flags and the spacing of indices), then RECORD bytes an
 * operation: what, a place (16 bits), a length (16 bits), an argument.
 */
#include "maple/alloc.h"
#include "maple/maple_tree.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/nodes.h"

#define RECORD		6
#define MAX_OPS		64
#define MAX_SPANS	1024

/* [first, last] holds entry; where no span is, nothing is. */
struct span {
	unsigned long first, last;
	void *entry;
};

static struct {
	struct maple_tree mt;
	unsigned int spacing;
	struct span spans[MAX_SPANS];
	unsigned int nr;
	unsigned long stamp;
} f;

/* One operation as the input has it. */
struct op {
	unsigned int what, argument;
	unsigned long first, last;
};

/* --- the list ----------------------------------------------------------------------- */

/* The first span that ends at or above @index. */
static unsigned int span_at(unsigned long index)
{
	unsigned int lo = 0, hi = f.nr, mid;

	while (lo < hi) {
		mid = (lo + hi) / 2;
		if (f.spans[mid].last < index)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

static const struct span *span_of(unsigned long index)
{
	unsigned int at = span_at(index);

	return at < f.nr && f.spans[at].first <= index ? &f.spans[at] : NULL;
}

static void *list_load(unsigned long index)
{
	const struct span *span = span_of(index);

	return span ? span->entry : NULL;
}

/* Spans [from, to) become the @nr at @with. */
static void list_replace(unsigned int from, unsigned int to, const struct span *with,
			 unsigned int nr)
{
	unsigned int i;

	if (from + nr != to && to != f.nr)
		memmove(&f.spans[from + nr], &f.spans[to], (f.nr - to) * sizeof(f.spans[0]));
	for (i = 0; i < nr; i++)
		f.spans[from + i] = with[i];
	f.nr += nr - (to - from);
}

static void list_store(unsigned long first, unsigned long last, void *entry)
{
	unsigned int from = span_at(first), to = from, nr = 0;
	struct span with[3];

	while (to < f.nr && f.spans[to].last < last)
		to++;
	if (to < f.nr && f.spans[to].first <= last)
		to++;
	if (from < to && f.spans[from].first < first)
		with[nr++] = (struct span){ f.spans[from].first, first - 1, f.spans[from].entry };
	if (entry)
		with[nr++] = (struct span){ first, last, entry };
	if (from < to && f.spans[to - 1].last > last)
		with[nr++] = (struct span){ last + 1, f.spans[to - 1].last, f.spans[to - 1].entry };
	list_replace(from, to, with, nr);
}

static bool list_is_free(unsigned long first, unsigned long last)
{
	unsigned int at = span_at(first);

	return at == f.nr || f.spans[at].first > last;
}

/* The room between span @at - 1 and span @at, within [@min, @max]. False: there is none. */
static bool list_gap(unsigned int at, unsigned long min, unsigned long max, unsigned long *first,
		     unsigned long *last)
{
	if ((at && f.spans[at - 1].last == ULONG_MAX) || (at < f.nr && !f.spans[at].first))
		return false;
	*first = at ? f.spans[at - 1].last + 1 : 0;
	*last = at < f.nr ? f.spans[at].first - 1 : ULONG_MAX;
	if (*first < min)
		*first = min;
	if (*last > max)
		*last = max;
	return *first <= *last;
}

/* Where mas_empty_area() (up) or mas_empty_area_rev() has to find room. */
static bool list_room(unsigned long min, unsigned long max, unsigned long size, bool up,
		      unsigned long *where)
{
	unsigned long first, last;
	unsigned int i, at;

	for (i = 0; i <= f.nr; i++) {
		at = up ? i : f.nr - i;
		if (list_gap(at, min, max, &first, &last) && last - first >= size - 1) {
			*where = up ? first : last - size + 1;
			return true;
		}
	}
	return false;
}

/* --- the tree ------------------------------------------------------------------------ */

static void *fresh(void)
{
	return xa_mk_value(++f.stamp);
}

static void require_valid(void)
{
	const char *why = "";

	fuzz_require(!mt_validate(&f.mt, &why), "%s", why);
}

static void require_span(const struct ma_state *mas, const void *entry, const struct span *span)
{
	fuzz_require(entry == span->entry && mas->index == span->first && mas->last == span->last,
		     "%p at [%lx, %lx], not %p at [%lx, %lx]", entry, mas->index, mas->last,
		     span->entry, span->first, span->last);
}

static void require_same(void)
{
	MA_STATE(mas, &f.mt, 0, 0);
	unsigned int i = 0;
	void *entry;

	mas_lock(&mas);
	mas_for_each(&mas, entry, ULONG_MAX) {
		fuzz_require(i < f.nr, "%p at [%lx, %lx] is too much", entry, mas.index, mas.last);
		require_span(&mas, entry, &f.spans[i++]);
	}
	fuzz_require(i == f.nr, "%u spans, not %u", i, f.nr);
	mas_set(&mas, ULONG_MAX);
	mas_for_each_rev(&mas, entry, 0) {
		fuzz_require(i, "%p at [%lx, %lx] is too much", entry, mas.index, mas.last);
		require_span(&mas, entry, &f.spans[--i]);
	}
	fuzz_require(!i, "%u spans are missing", i);
	mas_unlock(&mas);
}

/* --- operations: each on the tree, then on the list -------------------------------------- */

static void do_store(const struct op *op)
{
	void *entry = op->argument % 4 ? fresh() : NULL;

	fuzz_require(!mtree_store_range(&f.mt, op->first, op->last, entry, GFP_KERNEL), "store");
	list_store(op->first, op->last, entry);
}

static void do_insert(const struct op *op)
{
	/* Linux v6.12 mas_insert(): of a root that is a leaf, all indices may be replaced unseen */
	bool unseen = !op->first && op->last == ULONG_MAX && mt_height(&f.mt) == 1;
	bool is_free = list_is_free(op->first, op->last);
	void *entry = fresh();
	int err = mtree_insert_range(&f.mt, op->first, op->last, entry, GFP_KERNEL);

	fuzz_require(err ? err == -EEXIST && !is_free : is_free || unseen, "insert: %d", err);
	if (!err)
		list_store(op->first, op->last, entry);
}

static void do_erase(const struct op *op)
{
	const struct span *span = span_of(op->first);
	MA_STATE(mas, &f.mt, op->first, op->first);
	void *entry;

	if (op->argument & 1) {
		entry = mtree_erase(&f.mt, op->first);
	} else {
		mas_lock(&mas);
		entry = mas_erase(&mas);
		mas_unlock(&mas);
	}
	fuzz_require(entry == (span ? span->entry : NULL), "erase: %p", entry);
	if (span)
		list_store(span->first, span->last, NULL);
}

static void do_load(const struct op *op)
{
	fuzz_require(mtree_load(&f.mt, op->first) == list_load(op->first), "load %lx", op->first);
	fuzz_require(mtree_load(&f.mt, op->last) == list_load(op->last), "load %lx", op->last);
}

/* A node that is not to be had: all is as before, or the store has not needed it. */
static void do_store_failing(const struct op *op)
{
	void *entry = op->argument % 4 ? fresh() : NULL;
	int err;

	fuzz_nodes_fail(1 + op->argument / 4 % 16);
	err = mtree_store_range(&f.mt, op->first, op->last, entry, GFP_KERNEL);
	fuzz_require(!err || (err == -ENOMEM && fuzz_nodes_failed()), "store: %d", err);
	fuzz_nodes_fail(0);
	if (!err)
		list_store(op->first, op->last, entry);
	else
		require_same();
}

/* What was reserved is enough. */
static void do_preallocate(const struct op *op)
{
	void *entry = op->argument % 4 ? fresh() : NULL;
	MA_STATE(mas, &f.mt, op->first, op->last);

	mas_lock(&mas);
	fuzz_require(!mas_preallocate(&mas, entry, GFP_KERNEL), "preallocate");
	fuzz_nodes_fail(1);
	if (op->argument & 128) {
		mas_destroy(&mas);
	} else {
		mas_store_prealloc(&mas, entry);
		list_store(op->first, op->last, entry);
	}
	fuzz_require(!fuzz_nodes_failed(), "the reserve was too small");
	fuzz_nodes_fail(0);
	mas_unlock(&mas);
}

/* From the span that a walk stands on, over some of it. */
static void do_store_walked(const struct op *op)
{
	MA_STATE(mas, &f.mt, op->first, op->first);
	unsigned long first, last;
	void *entry, *fresh_entry = op->argument % 4 ? fresh() : NULL;

	mas_lock(&mas);
	entry = op->argument & 4 ? mas_find(&mas, ULONG_MAX) : mas_walk(&mas);
	if (entry) {
		first = mas.index;
		last = mas.last;
		if (op->argument & 8 && first < last)
			first += (last - first) / 2;
		if (op->argument & 16 && first < last)
			last--;
		__mas_set_range(&mas, first, last);
		fuzz_require(!mas_store_gfp(&mas, fresh_entry, GFP_KERNEL), "store");
		list_store(first, last, fresh_entry);
	}
	mas_unlock(&mas);
}

static void do_find(const struct op *op)
{
	unsigned int at = span_at(op->first), steps = op->argument % 32;
	MA_STATE(mas, &f.mt, op->first, op->first);
	void *entry;

	mas_lock(&mas);
	while (steps--) {
		entry = mas_find(&mas, op->last);
		if (at == f.nr || f.spans[at].first > op->last) {
			fuzz_require(!entry, "%p at [%lx, %lx] above %lx",
				     entry, mas.index, mas.last, op->last);
			break;
		}
		require_span(&mas, entry, &f.spans[at++]);
		if (steps % 5 == 4)
			mas_pause(&mas);
	}
	mas_unlock(&mas);
}

static void do_find_back(const struct op *op)
{
	unsigned int at = span_at(op->last), steps = op->argument % 32;
	/* Linux v6.12 mas_find_rev_setup(): of a lone entry at index 0 the limit is not asked */
	unsigned long min = mt_height(&f.mt) ? op->first : 0;
	MA_STATE(mas, &f.mt, op->last, op->last);
	void *entry;

	if (at < f.nr && f.spans[at].first <= op->last)
		at++;
	mas_lock(&mas);
	while (steps--) {
		entry = mas_find_rev(&mas, op->first);
		if (!at || f.spans[at - 1].last < min) {
			fuzz_require(!entry, "%p at [%lx, %lx] below %lx",
				     entry, mas.index, mas.last, op->first);
			break;
		}
		require_span(&mas, entry, &f.spans[--at]);
	}
	mas_unlock(&mas);
}

static void do_neighbours(const struct op *op)
{
	unsigned long index = op->first;
	unsigned int at = span_at(op->first), next = at, prev = at;
	void *entry;

	if (at < f.nr && f.spans[at].first <= op->first)
		next++;
	entry = mt_next(&f.mt, op->first, ULONG_MAX);
	fuzz_require(entry == (next < f.nr ? f.spans[next].entry : NULL), "next: %p", entry);
	entry = mt_prev(&f.mt, op->first, 0);
	fuzz_require(entry == (prev ? f.spans[prev - 1].entry : NULL), "prev: %p", entry);
	entry = mt_find(&f.mt, &index, op->last);
	if (at == f.nr || f.spans[at].first > op->last)
		fuzz_require(!entry, "find: %p", entry);
	else
		fuzz_require(entry == f.spans[at].entry && index == f.spans[at].last + 1,
			     "find: %p up to %lx", entry, index);
}

/* Counts of indices are words: the one of all of them has no number (docs/maple.md). */
static bool window_is_odd(const struct op *op, unsigned long size)
{
	return op->last - op->first > LONG_MAX || size > LONG_MAX;
}

static void do_alloc(const struct op *op)
{
	unsigned long size = (1UL + op->argument % 32) << f.spacing, at = 0, where = 0;
	bool keeps_gaps = f.mt.ma_flags & MT_FLAGS_ALLOC_RANGE, up = op->argument & 64, room;
	void *entry = fresh();
	int err;

	if (!size || window_is_odd(op, size))
		return;
	room = op->last - op->first >= size - 1 &&
	       list_room(op->first, op->last, size, up, &where);
	err = (up ? mtree_alloc_range : mtree_alloc_rrange)(&f.mt, &at, entry, size, op->first,
							    op->last, GFP_KERNEL);
	if (!keeps_gaps || op->last - op->first < size - 1) {
		fuzz_require(err == -EINVAL, "alloc: %d", err);
		return;
	}
	/*
	 * Linux v6.12 mas_rev_awalk(): up to ULONG_MAX a slot from 0 on counts as having no room, and
	 * so does, up to anywhere, the NULL of all indices in a root that is a leaf
	 */
	if (err == -EBUSY && !up && (op->last == ULONG_MAX || (!f.nr && mt_height(&f.mt))))
		return;
	fuzz_require(err == (room ? 0 : -EBUSY), "alloc: %d", err);
	if (!err) {
		fuzz_require(at == where, "alloc: at %lx, not %lx", at, where);
		list_store(at, at + size - 1, entry);
	}
}

static void do_alloc_cyclic(const struct op *op)
{
	unsigned long next = op->first + op->argument, at = 0, where = 0;
	void *entry = fresh();
	bool room;
	int err;

	if (!(f.mt.ma_flags & MT_FLAGS_ALLOC_RANGE) || window_is_odd(op, 1) || next < op->first)
		return;
	room = (next <= op->last && next > op->first &&
		list_room(next, op->last, 1, true, &where)) ||
	       list_room(op->first, op->last, 1, true, &where);
	err = mtree_alloc_cyclic(&f.mt, &at, entry, op->first, op->last, &next, GFP_KERNEL);
	fuzz_require((err >= 0) == room && err <= 1, "alloc_cyclic: %d", err);
	if (err >= 0) {
		fuzz_require(at == where && next == at + 1, "alloc_cyclic: at %lx, not %lx", at,
			     where);
		list_store(at, at, entry);
	}
}

/* Many small ranges side by side, so that the tree grows. */
static void do_fill(const struct op *op)
{
	unsigned long index = op->first, step = 1UL << f.spacing;
	unsigned int i, nr = 1 + op->argument % 16;

	for (i = 0; i < nr && index <= ULONG_MAX - 2 * step; i++, index += step) {
		unsigned long last = op->argument & 64 ? index : index + step - 1;
		void *entry = fresh();

		fuzz_require(!mtree_store_range(&f.mt, index, last, entry, GFP_KERNEL), "store");
		list_store(index, last, entry);
		if (op->argument & 128)
			index += step;
	}
}

static void do_dup(const struct op *op)
{
	struct maple_tree copy;
	int err;

	mt_init_flags(&copy, f.mt.ma_flags & ~MT_FLAGS_HEIGHT_MASK);
	if (op->argument & 1)
		fuzz_nodes_fail(1 + op->argument / 2 % 8);
	err = mtree_dup(&f.mt, &copy, GFP_KERNEL);
	fuzz_require(!err || (err == -ENOMEM && fuzz_nodes_failed()), "dup: %d", err);
	fuzz_nodes_fail(0);
	if (err) {
		fuzz_require(mtree_empty(&copy), "half a copy was left");
		return;
	}
	/* the original goes on, or a copy of the copy */
	if (op->argument & 128) {
		mtree_destroy(&f.mt);
		fuzz_require(!mtree_dup(&copy, &f.mt, GFP_KERNEL), "dup back");
	}
	mtree_destroy(&copy);
}

/* The same content in one bulk load. */
static void do_reload(const struct op *op)
{
	unsigned int i;

	MA_STATE(mas, &f.mt, 0, 0);
	mtree_destroy(&f.mt);
	mas_lock(&mas);
	fuzz_require(!mas_expected_entries(&mas, f.nr + op->argument), "expected_entries");
	for (i = 0; i < f.nr; i++) {
		mas_set_range(&mas, f.spans[i].first, f.spans[i].last);
		mas_store(&mas, f.spans[i].entry);
		fuzz_require(!mas_is_err(&mas), "store %u of %u in bulk", i, f.nr);
	}
	mas_destroy(&mas);
	mas_unlock(&mas);
}

static void do_mode(const struct op *op)
{
	if (op->argument & 1)
		mt_set_in_rcu(&f.mt);
	else
		mt_clear_in_rcu(&f.mt);
	if (op->argument & 2)
		fuzz_nodes_grace();
	if (op->argument == 255) {
		mtree_destroy(&f.mt);
		f.nr = 0;
	}
}

/* Those that change nothing come first. */
static void (*const operations[])(const struct op *op) = {
	do_load, do_find, do_find_back, do_neighbours,
	do_store, do_store, do_store, do_insert, do_erase, do_store_failing, do_preallocate,
	do_store_walked, do_alloc, do_alloc_cyclic, do_fill, do_dup, do_reload, do_mode,
};
#define READERS	4

/* --- from bytes ------------------------------------------------------------------------ */

/* Sparse trees reach up to ULONG_MAX: there 16 bits are spread over all of the word. */
static unsigned long place(unsigned int bits)
{
	return f.spacing == 48 ? bits * 0x0001000100010001UL : (unsigned long)bits << f.spacing;
}

static void read_op(struct fuzz_bytes *in, struct op *op)
{
	unsigned long length;
	unsigned int bits;

	op->what = fuzz_byte(in) % ARRAY_SIZE(operations);
	op->first = place(fuzz_word(in));
	bits = fuzz_word(in);
	length = bits == 0xffff ? ULONG_MAX : place(bits);
	op->last = op->first + length < op->first ? ULONG_MAX : op->first + length;
	op->argument = fuzz_byte(in);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	fuzz_nodes_use();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const unsigned int spacings[] = { 0, 4, 12, 48 };
	struct fuzz_bytes in = { data, size };
	unsigned int kind = fuzz_byte(&in), i;
	struct op op;

	f.spacing = spacings[kind >> 2 & 3];
	f.nr = 0;
	f.stamp = 0;
	mt_init_flags(&f.mt, (kind & 1 ? MT_FLAGS_ALLOC_RANGE : 0) |
			     (kind & 2 ? MT_FLAGS_USE_RCU : 0));
	for (i = 0; i < MAX_OPS && in.left >= RECORD && f.nr < MAX_SPANS - 64; i++) {
		read_op(&in, &op);
		operations[op.what](&op);
		if (op.what >= READERS)
			require_valid();
	}
	require_same();
	mtree_destroy(&f.mt);
	fuzz_nodes_grace();
	fuzz_require(!tv_maple_nodes_live(), "%lu nodes are left", tv_maple_nodes_live());
	return 0;
}

/* --- mutations: operations come, go and change places as a whole ---------------------------- */

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	uint64_t chance = seed;
	size_t nr = size > RECORD ? (size - 1) / RECORD : 0, at, from;
	uint8_t *op;

	if (!nr || max < 1 + 2 * RECORD || fuzz_random(&chance) % 4 == 0)
		return LLVMFuzzerMutate(data, size, max);
	size = 1 + nr * RECORD;
	at = fuzz_random(&chance) % nr;
	op = data + 1 + at * RECORD;
	switch (fuzz_random(&chance) % 6) {
	case 0: /* one goes */
		memmove(op, op + RECORD, (nr - at - 1) * RECORD);
		return size - RECORD;
	case 1: /* one of them again, here */
		if (size + RECORD > max)
			break;
		from = fuzz_random(&chance) % nr;
		memmove(op + RECORD, op, (nr - at) * RECORD);
		memcpy(op, data + 1 + (from + (from >= at)) * RECORD, RECORD);
		return size + RECORD;
	case 2: /* something new, here */
		if (size + RECORD > max)
			break;
		memmove(op + RECORD, op, (nr - at) * RECORD);
		for (from = 0; from < RECORD; from++)
			op[from] = (uint8_t)fuzz_random(&chance);
		return size + RECORD;
	case 3: /* the same thing near by */
		op[1] += (uint8_t)(fuzz_random(&chance) % 9 - 4);
		return size;
	case 4: /* shorter */
		op[3] = (uint8_t)(fuzz_random(&chance) % 16);
		op[4] = 0;
		return size;
	default: /* another thing, here */
		op[0] = (uint8_t)(fuzz_random(&chance) % ARRAY_SIZE(operations));
		return size;
	}
	LLVMFuzzerMutate(op, RECORD, RECORD);
	return size;
}
