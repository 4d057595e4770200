// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Planning a splice: which nodes give way on each level, and what takes their place. */
#include "maple/search.h"
#include "maple/splice.h"

/* --- one level ---------------------------------------------------------------------------- */

void *level_slot(const struct splice_level *lv, unsigned int at)
{
	const struct run *run = lv->runs;

	while (at >= run->count)
		at -= run++->count;
	if (!run->node)
		return lv->new_slot[at];
	return ma_slots(run->node, lv->type)[run->from + at];
}

static void add_run(struct splice_level *lv, const struct maple_node *node, unsigned int from,
		    unsigned int count, unsigned long last)
{
	if (!count)
		return;
	lv->runs[lv->nr_runs++] = (struct run){ node, from, count, last };
	lv->total += count;
}

static void add_source(struct splice_level *lv, const struct step_at *at, unsigned int drop_from,
		       unsigned int drop_to)
{
	lv->sources[lv->nr_sources++] = (struct source){ at->enode, at->max, drop_from, drop_to };
}

/* A whole neighbour joins in, behind (direction 1) or in front of what there is. */
static void add_neighbour(struct splice_level *lv, const struct step_at *at, int direction)
{
	const struct maple_node *node = mte_to_node(at->enode);
	unsigned int count = at->end + 1;

	add_source(lv, at, 0, 0);
	if (direction > 0) {
		add_run(lv, node, 0, count, at->max);
		lv->max = at->max;
		return;
	}
	memmove(lv->runs + 1, lv->runs, lv->nr_runs * sizeof(lv->runs[0]));
	lv->runs[0] = (struct run){ node, 0, count, at->max };
	lv->nr_runs++;
	lv->total += count;
	lv->first_new += count;
	lv->min = at->min;
}

/* Joins the neighbour on the right, else on the left, choosing the one with the nearest common
 * parent, so that the level has enough for a node. There is none on the root's level. */
static void borrow(struct splice *sp, unsigned int level)
{
	struct splice_level *lv = &sp->levels[level];
	unsigned int up;

	for (up = level + 1; up < sp->left.height; up++) {
		if (sp->right.at[up].offset < sp->right.at[up].end) {
			path_move(&sp->right, level, 1);
			add_neighbour(lv, &sp->right.at[level], 1);
			return;
		}
		if (sp->left.at[up].offset) {
			path_move(&sp->left, level, -1);
			add_neighbour(lv, &sp->left.at[level], -1);
			return;
		}
	}
}

/*
 * B*-tree fashion: a full node gives to a sibling with room before it is split. Linux v6.12
 * lib/maple_tree.c, mas_push_data(): some slots stay free, so that the next store does not split.
 */
static bool push_to_sibling(struct splice *sp, unsigned int level, int direction)
{
	struct splice_level *lv = &sp->levels[level];
	struct path *path = direction > 0 ? &sp->right : &sp->left;
	unsigned int slots = ma_nr_slots(lv->type);
	unsigned int room = 2 * slots - 2;
	struct step_at sibling;
	struct step_at parent;

	if (level + 1 >= path->height)
		return false;
	parent = path->at[level + 1];
	if (parent.offset == (direction > 0 ? parent.end : 0))
		return false;
	parent.offset += direction;
	step_enter(&parent, &sibling);

	room -= ma_is_leaf(lv->type);
	room -= lv->max == ULONG_MAX;
	if (lv->total - 1 + sibling.end >= room)
		return false;
	path_move(path, level, direction);
	add_neighbour(lv, &path->at[level], direction);
	lv->nr_out = 2;
	lv->cut[1] = direction < 0 ? slots - 1 : lv->total - slots + 1;
	return true;
}

/* Decides on the outputs of a level whose runs are complete. */
static void choose_outputs(struct splice *sp, unsigned int level, bool overflowing)
{
	struct splice_level *lv = &sp->levels[level];
	bool everything = !lv->min && lv->max == ULONG_MAX;

	if (lv->nr_out) {
		;	/* decided already */
	} else if (overflowing) {
		if (lv->total > ma_nr_slots(lv->type) && !push_to_sibling(sp, level, -1))
			push_to_sibling(sp, level, 1);
	} else if (!everything && lv->total <= ma_min_end(lv->type)) {
		borrow(sp, level);
	}
	splice_cut(sp, level);
	lv->cut[lv->nr_out] = lv->total;
	sp->nodes += lv->nr_out;
	if (sp->reuses)
		sp->nodes -= lv->nr_out < lv->nr_sources ? lv->nr_out : lv->nr_sources;
}

/* --- the leaves --------------------------------------------------------------------------- */

/* A NULL takes in the NULLs at both ends; false if then nothing is left. */
static bool take_in_nulls(struct splice *sp)
{
	struct ma_state *mas = sp->wr->mas;
	struct step_at *left = &sp->left.at[0], *right = &sp->right.at[0];

	if (left->offset && mas->index == step_first(left)) {
		left->offset--;
		if (step_slot(left))
			left->offset++;
	}
	if (!step_slot(left))
		mas->index = step_first(left);
	if (mas->last != ULONG_MAX && !step_slot(right))
		mas->last = step_last(right);
	return mas->index || mas->last != ULONG_MAX;
}

/*
 * Where the right path leads. For a store within one leaf: to that leaf. Else to the slot of
 * last + 1, whose range then begins there, be it in the next leaf. Linux v6.12 lib/maple_tree.c,
 * mas_wr_spanning_store(): but no farther than the lowest node that holds all of the range; if that
 * ends with the range, the path ends in its last leaf, of which nothing is left.
 */
static void find_right_end(struct splice *sp)
{
	const struct ma_state *mas = sp->wr->mas;
	unsigned int level = 0;

	sp->right = sp->left;
	if (mas->store_type != wr_spanning_store)
		return;
	path_walk(&sp->right, mas->tree, mas->last);
	while (sp->left.at[level].enode != sp->right.at[level].enode)
		level++;
	if (mas->last < ULONG_MAX && (!sp->wr->entry || sp->right.at[level].max != mas->last))
		path_walk(&sp->right, mas->tree, mas->last + 1);
}

/* The leaf level: what is left of the first range, the entry, and what lies behind. */
static bool plan_leaves(struct splice *sp)
{
	struct ma_wr_state *wr = sp->wr;
	struct ma_state *mas = wr->mas;
	struct splice_level *lv = &sp->levels[0];
	struct step_at *left = &sp->left.at[0], *right = &sp->right.at[0];
	struct maple_node *node;
	unsigned int kept;

	path_walk(&sp->left, mas->tree, mas->index);
	find_right_end(sp);
	if (mas->store_type == wr_spanning_store && !wr->entry && !take_in_nulls(sp))
		return false;

	lv->type = maple_leaf_64;
	lv->min = left->min;
	lv->max = right->max;
	kept = left->offset + (step_first(left) < mas->index);
	add_run(lv, mte_to_node(left->enode), 0, kept, mas->index - 1);
	lv->first_new = kept;
	lv->nr_new = 1;
	lv->new_slot[0] = wr->entry;
	lv->new_last[0] = mas->last;
	add_run(lv, NULL, 0, 1, mas->last);

	node = mte_to_node(right->enode);
	if (mas->last < right->max) {
		unsigned int from = ma_search(node, maple_leaf_64, mas->last + 1);

		add_run(lv, node, from, right->end + 1 - from, right->max);
	}
	add_source(lv, left, 0, 0);
	if (right->enode != left->enode)
		add_source(lv, right, 0, 0);
	return true;
}

/* --- above -------------------------------------------------------------------------------- */

/* The nodes that the paths cross on an inner level, with the children that do not stay. */
static void add_parent_sources(struct splice *sp, unsigned int level)
{
	struct splice_level *lv = &sp->levels[level];
	const struct step_at *left = &sp->left.at[level], *right = &sp->right.at[level];

	if (left->enode == right->enode) {
		add_source(lv, left, left->offset, right->offset + 1);
		return;
	}
	add_source(lv, left, left->offset, left->end + 1);
	add_source(lv, right, 0, right->offset + 1);
}

/* The level above @level: its outputs instead of the slots from the left path's to the right's. */
static void plan_parents(struct splice *sp, unsigned int level)
{
	const struct splice_level *below = &sp->levels[level];
	struct splice_level *lv = &sp->levels[level + 1];
	struct step_at *left = &sp->left.at[level + 1], *right = &sp->right.at[level + 1];
	bool above_root = level + 1 >= sp->left.height;
	unsigned int j;

	lv->type = mt_inner_type(sp->wr->mas->tree);
	lv->min = above_root ? 0 : left->min;
	lv->max = above_root ? ULONG_MAX : right->max;
	if (!above_root && left->offset)
		add_run(lv, mte_to_node(left->enode), 0, left->offset,
			ma_pivots(mte_to_node(left->enode))[left->offset - 1]);
	lv->first_new = lv->total;
	lv->nr_new = below->nr_out;
	for (j = 0; j < below->nr_out; j++)
		lv->new_last[j] = below->max;	/* the last one's; the others' come with the cuts */
	add_run(lv, NULL, 0, below->nr_out, below->max);
	if (above_root)
		return;
	add_run(lv, mte_to_node(right->enode), right->offset + 1, right->end - right->offset,
		right->max);
	add_parent_sources(sp, level + 1);
}

/* Whether the outputs of a level go where its sources were without the parent being changed. */
static bool fits_in_place(const struct splice *sp, unsigned int level)
{
	const struct step_at *left = &sp->left.at[level + 1], *right = &sp->right.at[level + 1];

	return sp->levels[level].nr_out == 1 && left->enode == right->enode &&
	       left->offset == right->offset;
}

static void level_init(struct splice_level *lv)
{
	lv->nr_runs = 0;
	lv->nr_sources = 0;
	lv->nr_new = 0;
	lv->nr_out = 0;
	lv->total = 0;
}

/*
 * Whether the level above, whose runs are known, can take the outputs of the one below in place: it
 * is one node, nobody reads it meanwhile, and it ends up neither too full nor too empty.
 */
static bool parent_takes(const struct splice *sp, unsigned int level)
{
	const struct splice_level *lv = &sp->levels[level];

	if (mt_in_rcu(sp->wr->mas->tree) || level >= sp->left.height || lv->nr_sources != 1)
		return false;
	if (lv->total > ma_nr_slots(lv->type) || lv->total < 2)
		return false;
	return lv->total > ma_min_end(lv->type) || (!lv->min && lv->max == ULONG_MAX);
}

/* From the leaf level, whose runs are complete, up to where the outputs go in. */
static void plan_levels(struct splice *sp)
{
	enum store_type type = sp->wr->mas->store_type;
	bool overflowing = type == wr_split_store;
	unsigned int level;

	sp->nodes = 0;
	sp->edits_parent = false;
	/* A spanning store still reads its sources after the outputs are written. */
	sp->reuses = !mt_in_rcu(sp->wr->mas->tree) && type != wr_spanning_store;
	for (level = 0; ; level++) {
		const struct splice_level *lv = &sp->levels[level];

		choose_outputs(sp, level, overflowing);
		sp->makes_root = lv->nr_out == 1 && !lv->min && lv->max == ULONG_MAX;
		if (sp->makes_root || (level + 1 < sp->left.height && fits_in_place(sp, level)))
			break;
		level_init(&sp->levels[level + 1]);
		plan_parents(sp, level);
		if (parent_takes(sp, level + 1)) {
			sp->edits_parent = true;
			break;
		}
	}
	sp->nr_levels = level + 1;
	if (sp->edits_parent)
		level++;
	/* A tree that gets lower loses what was above its new root. */
	for (level++; sp->makes_root && level < sp->left.height; level++) {
		level_init(&sp->levels[level]);
		add_parent_sources(sp, level);
	}
	sp->nr_source_levels = level;
}

bool splice_plan(struct splice *sp, struct ma_wr_state *wr)
{
	sp->wr = wr;
	level_init(&sp->levels[0]);
	if (!plan_leaves(sp))
		return false;
	plan_levels(sp);
	return true;
}

/*
 * What mas_store() returns. Linux v6.12 lib/maple_tree.c, mas_store_b_node(): when a leaf is split
 * or rebalanced and the store ends within a later range, it is that range's entry.
 */
static void set_old_content(struct ma_wr_state *wr)
{
	const struct ma_state *mas = wr->mas;

	if (mas->store_type != wr_spanning_store && mas->last < wr->end_piv)
		wr->content = wr->slots[wr->offset_end];
}

int wr_splice(struct ma_wr_state *wr, gfp_t gfp)
{
	unsigned long index = wr->mas->index, last = wr->mas->last;
	struct splice sp;

	if (!splice_plan(&sp, wr)) {
		wr->mas->store_type = wr_new_root;
		return wr_root(wr, gfp);
	}
	if (mas_reserve(wr->mas, sp.nodes, gfp)) {
		wr->mas->index = index;
		wr->mas->last = last;
		return -ENOMEM;
	}
	set_old_content(wr);
	splice_commit(&sp);
	return 0;
}

/*
 * After loading in order the last leaf may be too small: it and the leaf before share what both
 * have. Linux v6.12 lib/maple_tree.c, mas_destroy_rebalance(): the one before keeps its first half.
 * Without memory the leaf stays small, which the rightmost may be.
 */
void splice_fill_last(struct ma_state *mas)
{
	MA_WR_STATE(wr, mas, NULL);
	struct splice_level *lv;
	struct step_at *leaf;
	struct splice sp;

	mas_reset(mas);
	mas_state_walk(mas);
	if (!mas_is_active(mas) || mas->end + 2u >= ma_min_end(maple_leaf_64))
		return;
	sp.wr = &wr;
	lv = &sp.levels[0];
	leaf = &sp.left.at[0];
	path_walk(&sp.left, mas->tree, mas->index);
	if (sp.left.height < 2 || !sp.left.at[1].offset)
		return;
	sp.right = sp.left;

	level_init(lv);
	lv->type = maple_leaf_64;
	lv->max = leaf->max;
	lv->first_new = mas->offset;
	add_run(lv, mte_to_node(leaf->enode), 0, leaf->end + 1, leaf->max);
	add_source(lv, leaf, 0, 0);
	path_move(&sp.left, 0, -1);
	add_neighbour(lv, leaf, -1);
	if (lv->total > MAPLE_RANGE64_SLOTS) {
		lv->nr_out = 2;
		lv->cut[1] = MAPLE_RANGE64_SLOTS / 2 + 1;
	}
	plan_levels(&sp);
	if (!mas_reserve(mas, sp.nodes, GFP_NOWAIT))
		splice_commit(&sp);
	else
		mas_reset(mas);
}
