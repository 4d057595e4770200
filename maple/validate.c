// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Every rule a tree keeps, checked. The rules are those of Linux v6.12 lib/maple_tree.c
 * (mt_validate() and what it calls, and the comments on fill and NULLs there).
 */
#include <stdarg.h>

#include "maple/internal.h"
#include "maple/visit.h"

struct validation {
	const struct maple_tree *mt;
	const char **reason;
	unsigned long checks;
	bool last_was_null;			/* the leaf slot before */
	unsigned long largest[MA_LEVELS];	/* gap found below the node at each depth */
};

static int fail(struct validation *v, const struct tv_mt_node *info, const char *format, ...)
	__attribute__((__format__(__printf__, 3, 4)));

static int fail(struct validation *v, const struct tv_mt_node *info, const char *format, ...)
{
	static __thread char text[256];
	int at = 0;
	va_list args;

	if (info)
		at = snprintf(text, sizeof(text), "node %p [%lx-%lx] depth %u: ",
			      (const void *)info->node, info->min, info->max, info->depth);
	va_start(args, format);
	vsnprintf(text + at, sizeof(text) - at, format, args);
	va_end(args);
	*v->reason = text;
	return -EINVAL;
}

/* A rule, counted elsewhere; the text says what is wrong when it is broken. */
#define HOLDS(v, info, holds, ...)					\
	do {								\
		if (unlikely(!(holds)))					\
			return fail(v, info, __VA_ARGS__);		\
	} while (0)

#define RULE(v, info, holds, ...)					\
	do {								\
		(v)->checks++;						\
		HOLDS(v, info, holds, __VA_ARGS__);			\
	} while (0)

static int check_root(const struct maple_tree *mt, void *entry, void *arg)
{
	struct validation *v = arg;

	RULE(v, NULL, !mt_height(mt), "height %u without nodes", mt_height(mt));
	RULE(v, NULL, !xa_is_internal(entry) || xa_is_zero(entry),
	     "internal entry %p in the root pointer", entry);
	return 0;
}

static int check_parent(struct validation *v, const struct tv_mt_node *info)
{
	unsigned long link = (unsigned long)info->node->parent;

	if (!info->parent) {
		RULE(v, info, link == (unsigned long)ma_root_parent(v->mt),
		     "the root's parent is %lx, not its tree", link);
		return 0;
	}
	RULE(v, info, parent_node(link) != info->node, "dead");
	RULE(v, info, !parent_is_root(link), "marked as root");
	RULE(v, info, parent_node(link) == info->parent->node, "parent is %p, not %p",
	     (void *)parent_node(link), (const void *)info->parent->node);
	RULE(v, info, parent_slot(link) == info->parent_slot, "parent slot is %u, not %u",
	     parent_slot(link), info->parent_slot);
	RULE(v, info, (link & 7) == MAPLE_PARENT_RANGE64, "parent type in %lx", link);
	return 0;
}

/*
 * Pivots rise up to the node's end, which only the last can be beyond (visit.c); behind the last
 * slot in use all is zero.
 */
static int check_arrays(struct validation *v, const struct tv_mt_node *info)
{
	const unsigned long *pivots = ma_pivots(info->node);
	const unsigned long *gaps = ma_gaps(info->node, info->type);
	void **slots = ma_slots(info->node, info->type);
	unsigned int nr = ma_nr_pivots(info->type), end = info->end, i;
	unsigned long low = info->min, max = info->max;

	v->checks += end + 1 + 3 * (nr - end);
	for (i = 0; i <= end; i++) {
		unsigned long last = i < nr ? pivots[i] : max;

		HOLDS(v, info, last >= low, "pivot %lx of slot %u is below %lx", last, i, low);
		low = last + 1;
	}
	RULE(v, info, end == nr || pivots[end] <= max, "pivot %lx of slot %u is too large",
	     pivots[end], end);
	RULE(v, info, ma_data_end(info->node, info->type, max) == end,
	     "data end %u, last slot in use %u", ma_data_end(info->node, info->type, max), end);
	for (i = end + 1; i <= nr; i++) {
		HOLDS(v, info, i == nr || !pivots[i], "pivot %lx in unused slot %u", pivots[i], i);
		HOLDS(v, info, !slots[i] || (i == nr && !gaps), "unused slot %u has %p", i, slots[i]);
		HOLDS(v, info, !gaps || !gaps[i], "unused slot %u has gap %lx", i, gaps[i]);
	}
	return 0;
}

/* The entries of a leaf whose pivots are sound; the room between them. */
static int check_entries(struct validation *v, const struct tv_mt_node *info)
{
	const unsigned long *pivots = ma_pivots(info->node);
	void **slots = ma_slots(info->node, info->type);
	unsigned long low = info->min, largest = 0;
	bool null = v->last_was_null;
	unsigned int i;

	v->checks += info->end + 1;
	for (i = 0; i <= info->end; i++) {
		unsigned long last = i < info->end ? pivots[i] : info->max;

		HOLDS(v, info, slots[i] || !null, "slot %u: a NULL behind a NULL", i);
		null = !slots[i];
		if (null && last - low + 1 > largest)
			largest = last - low + 1;
		low = last + 1;
	}
	RULE(v, info, !null || info->max == ULONG_MAX, "ends in NULL");
	v->last_was_null = null;
	v->largest[info->depth] = largest;
	return 0;
}

static int check_enter(const struct tv_mt_node *info, void *arg)
{
	struct validation *v = arg;
	bool leaf = ma_is_leaf(info->type);
	int err = check_parent(v, info);

	if (err)
		return err;
	RULE(v, info, leaf == (info->depth + 1 == mt_height(v->mt)),
	     "type %d at this depth, height is %u", info->type, mt_height(v->mt));
	RULE(v, info, leaf || info->type == mt_inner_type(v->mt), "type %d in this tree",
	     info->type);
	RULE(v, info, info->max == ULONG_MAX || info->end >= ma_min_end(info->type),
	     "end %u, too small", info->end);
	v->largest[info->depth] = 0;
	err = check_arrays(v, info);
	return err || !leaf ? err : check_entries(v, info);
}

/* Of an inner node. */
static int check_slot(const struct tv_mt_node *info, const struct tv_mt_slot *slot, void *arg)
{
	struct validation *v = arg;
	unsigned long size = slot->last - slot->min + 1;

	RULE(v, info, slot->child, "no child in slot %u", slot->offset);
	RULE(v, info, xa_is_node(slot->entry) || mte_node_type(slot->entry) != maple_dense,
	     "no node in slot %u: %p", slot->offset, slot->entry);
	RULE(v, info, !size || slot->gap <= size, "gap %lx in slot %u of size %lx", slot->gap,
	     slot->offset, size);
	return 0;
}

/* What was found below, against what the parent and the metadata say. */
static int check_leave(const struct tv_mt_node *info, void *arg)
{
	struct validation *v = arg;
	unsigned long found = v->largest[info->depth];
	unsigned long *above;

	if (!mt_is_alloc(v->mt))
		return 0;
	if (info->type == maple_arange_64) {
		unsigned int top = info->meta.gap;

		RULE(v, info, top <= info->end, "gap offset %u", top);
		RULE(v, info, info->node->ma64.gap[top] == found,
		     "gap offset %u has %lx, the largest is %lx", top,
		     info->node->ma64.gap[top], found);
	}
	if (!info->parent)
		return 0;
	RULE(v, info, info->parent->node->ma64.gap[info->parent_slot] == found,
	     "largest gap is %lx, the parent has %lx", found,
	     info->parent->node->ma64.gap[info->parent_slot]);
	above = &v->largest[info->depth - 1];
	if (found > *above)
		*above = found;
	return 0;
}

int tv_mt_validate(const struct maple_tree *mt, const char **reason, unsigned long *checks)
{
	static const struct tv_mt_visitor visitor = {
		.root = check_root, .enter = check_enter, .slot = check_slot,
		.leave = check_leave, .inner_slots = true,
	};
	const char *unasked;
	struct validation v = { .mt = mt, .reason = reason ? reason : &unasked };
	int err;

	*v.reason = NULL;
	err = tv_mt_visit(mt, &visitor, &v);
	if (err && !*v.reason)
		fail(&v, NULL, "not a tree: a child is missing, of no type, or too deep");
	if (checks)
		*checks += v.checks;
	return err;
}

/* Weak: a test that is built without debugging may bring its own. */
__attribute__((__weak__)) atomic_t maple_tree_tests_run;
__attribute__((__weak__)) atomic_t maple_tree_tests_passed;

void tv_mt_validate_counted(const struct maple_tree *mt)
{
	unsigned long checks = 0;
	const char *reason;
	bool bad = tv_mt_validate(mt, &reason, &checks);

	atomic_add((int)checks, &maple_tree_tests_run);
	atomic_add((int)checks - bad, &maple_tree_tests_passed);
	if (bad) {
		pr_err("mt_validate: %s\n", reason);
		tv_mt_dump(mt, mt_dump_hex);
	}
}
