// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Carrying out a splice: the outputs are written level by level, each directly from its sources;
 * the topmost is published with one release; then the sources are dead.
 *
 * Ordering: children that stay are given their new parents before publication (release, see
 * ma_set_parent()), so that a reader who climbs from one of them meets either the old parent, which
 * is still whole, or a new one, which is whole already.
 */
#include "maple/splice.h"

/* Copies positions [from, from + count) of a level to @node: slots, gaps, pivots. */
static void fill(const struct splice_level *lv, struct maple_node *node, unsigned int from,
		 unsigned int count)
{
	unsigned long *pivots = ma_pivots(node), *gaps = ma_gaps(node, lv->type);
	void **slots = ma_slots(node, lv->type);
	unsigned int room = ma_nr_pivots(lv->type), at = 0;
	const struct run *run = lv->runs;

	while (from >= run->count)
		from -= run++->count;
	for (; at < count; run++, from = 0) {
		unsigned int nr = run->count - from, i;
		const unsigned long *run_gaps = lv->new_gap, *run_pivots = lv->new_last;
		void *const *run_slots = lv->new_slot;

		if (nr > count - at)
			nr = count - at;
		if (run->node) {
			run_pivots = ma_pivots(run->node) + run->from;
			run_slots = ma_slots(run->node, lv->type) + run->from;
			if (gaps)
				run_gaps = ma_gaps(run->node, lv->type) + run->from;
		}
		for (i = 0; i < nr; i++) {
			slots[at + i] = run_slots[from + i];
			if (gaps)
				gaps[at + i] = run_gaps[from + i];
			if (at + i < room)
				pivots[at + i] = from + i + 1 == run->count ? run->last :
									      run_pivots[from + i];
		}
		at += nr;
	}
}

/* Where position @at of a level ends. */
static unsigned long last_of(const struct splice_level *lv, unsigned int at)
{
	const struct run *run = lv->runs;

	while (at >= run->count)
		at -= run++->count;
	if (at + 1 == run->count)
		return run->last;
	return run->node ? ma_pivots(run->node)[run->from + at] : lv->new_last[at];
}

/* Everything behind the last slot in use is 0; the metadata says where that is. */
static void close_node(struct maple_node *node, enum maple_type type, unsigned int end)
{
	unsigned long *pivots = ma_pivots(node), *gaps = ma_gaps(node, type);
	void **slots = ma_slots(node, type);
	unsigned int room = ma_nr_pivots(type), top = 0, i;

	for (i = end + 1; i <= room; i++) {
		slots[i] = NULL;
		if (i < room)
			pivots[i] = 0;
		if (gaps)
			gaps[i] = 0;
	}
	if (gaps)
		ma_inner_gap(node, end, &top);
	ma_set_meta(node, type, end, top);
}

static void adopt_children(struct maple_node *node, enum maple_type type, unsigned int end)
{
	void **slots = ma_slots(node, type);
	unsigned int i;

	for (i = 0; i <= end; i++)
		ma_set_parent(mte_to_node(slots[i]), ma_mk_parent(node, i));
}

/* The sources' memory is about to be reused: their runs are read from copies. */
static void put_aside(struct splice_level *lv, struct maple_node *kept)
{
	unsigned int i, j;

	for (i = 0; i < lv->nr_sources; i++) {
		const struct maple_node *node = mte_to_node(lv->sources[i].enode);

		memcpy(&kept[i], node, sizeof(*node));
		for (j = 0; j < lv->nr_runs; j++)
			if (lv->runs[j].node == node)
				lv->runs[j].node = &kept[i];
	}
}

/* Writes the outputs of a level; the level above learns what they are. */
static void build_level(struct splice *sp, unsigned int level)
{
	struct splice_level *lv = &sp->levels[level], *above = lv + 1;
	struct ma_state *mas = sp->wr->mas;
	bool tell = level + 1 < sp->nr_levels || sp->edits_parent;
	bool gaps = mt_is_alloc(mas->tree);
	unsigned long min = lv->min;
	struct maple_node kept[MAX_SOURCES];
	unsigned int j, unused;

	if (sp->reuses)
		put_aside(lv, kept);
	for (j = 0; j < lv->nr_out; j++) {
		bool reuse = sp->reuses && j < lv->nr_sources;
		struct maple_node *node = reuse ? mte_to_node(lv->sources[j].enode) :
						  mas_take_node(mas);
		unsigned int end = lv->cut[j + 1] - lv->cut[j] - 1;
		unsigned long max = last_of(lv, lv->cut[j + 1] - 1);

		lv->out[j] = node;
		lv->out_last[j] = max;
		fill(lv, node, lv->cut[j], end + 1);
		close_node(node, lv->type, end);
		if (tell) {
			above->new_slot[j] = mt_mk_node(node, lv->type);
			above->new_last[j] = max;
			if (gaps && level)
				above->new_gap[j] = ma_inner_gap(node, end, &unused);
			else if (gaps)
				above->new_gap[j] = ma_leaf_gap(node, min, max, end);
		}
		min = max + 1;
	}
}

/* Where the topmost output hangs. */
static struct maple_pnode *top_parent(const struct splice *sp)
{
	const struct step_at *parent = &sp->left.at[sp->nr_levels];

	if (sp->makes_root)
		return ma_root_parent(sp->wr->mas->tree);
	return ma_mk_parent(mte_to_node(parent->enode), parent->offset);
}

/* Every output and every child that stays learns its parent, from the top down. */
static void link_up(struct splice *sp)
{
	unsigned int level = sp->nr_levels, j;

	if (!sp->edits_parent)
		ma_set_parent(sp->levels[level - 1].out[0], top_parent(sp));
	while (--level) {
		const struct splice_level *lv = &sp->levels[level];

		for (j = 0; j < lv->nr_out; j++)
			adopt_children(lv->out[j], lv->type, lv->cut[j + 1] - lv->cut[j] - 1);
	}
}

/* Ordering: all of the outputs is visible to whoever loads the topmost one's address. */
static void publish(struct splice *sp)
{
	struct maple_tree *mt = sp->wr->mas->tree;
	const struct splice_level *top = &sp->levels[sp->nr_levels - 1];
	const struct step_at *parent = &sp->left.at[sp->nr_levels];
	struct maple_enode *enode = mt_mk_node(top->out[0], top->type);
	void **slots;

	if (sp->makes_root) {
		mt_set_height(mt, sp->nr_levels);
		rcu_assign_pointer(mt->ma_root, mte_mk_root(enode));
		return;
	}
	slots = ma_slots(mte_to_node(parent->enode), mte_node_type(parent->enode));
	rcu_assign_pointer(slots[parent->offset], (void *)enode);
}

/* --- what is left behind ------------------------------------------------------------------ */

static bool is_source(const struct splice_level *lv, const struct maple_enode *enode)
{
	unsigned int i;

	for (i = 0; i < lv->nr_sources; i++)
		if (lv->sources[i].enode == enode)
			return true;
	return false;
}

/*
 * The children in slots [from, to) of a node on @level go, with all below them; but sources of
 * lower levels, whose children may stay, are disposed of in their turn.
 */
static void drop_children(const struct splice *sp, struct ma_reclaim *dead,
			  const struct source *of, unsigned int level)
{
	const struct maple_node *node = mte_to_node(of->enode);
	enum maple_type type = mte_node_type(of->enode);
	unsigned int i;

	for (i = of->drop_from; i < of->drop_to; i++) {
		struct source child = {
			.enode = ma_slots(node, type)[i],
			.max = i < ma_nr_pivots(type) ? ma_pivots(node)[i] : of->max,
		};

		if (is_source(&sp->levels[level - 1], child.enode))
			continue;
		if (level > 1) {
			child.drop_to = 1 + ma_data_end(mte_to_node(child.enode),
							mte_node_type(child.enode), child.max);
			drop_children(sp, dead, &child, level - 1);
		}
		reclaim_node(dead, mte_to_node(child.enode));
	}
}

static void dispose(const struct splice *sp)
{
	struct ma_reclaim dead;
	unsigned int level, i;

	reclaim_begin(&dead, sp->wr->mas->tree, sp->wr->mas);
	for (level = sp->nr_source_levels; level--; ) {
		const struct splice_level *lv = &sp->levels[level];

		for (i = 0; i < lv->nr_sources; i++) {
			bool stays = level >= sp->nr_levels && sp->edits_parent;

			if (level && !sp->reuses)
				drop_children(sp, &dead, &lv->sources[i], level);
			if (!stays && (!sp->reuses || i >= lv->nr_out))
				reclaim_node(&dead, mte_to_node(lv->sources[i].enode));
		}
	}
	reclaim_end(&dead);
}

/* --- the state afterwards ----------------------------------------------------------------- */

/* At the entry, in the output that has it. */
static void settle(struct splice *sp)
{
	struct ma_state *mas = sp->wr->mas;
	const struct splice_level *leaves = &sp->levels[0];
	unsigned int at = leaves->first_new, j = 0;

	while (at >= leaves->cut[j + 1])
		j++;
	mas->node = mt_mk_node(leaves->out[j], maple_leaf_64);
	mas->status = ma_active;
	mas->min = j ? leaves->out_last[j - 1] + 1 : leaves->min;
	mas->max = leaves->out_last[j];
	mas->offset = at - leaves->cut[j];
	mas->end = leaves->cut[j + 1] - leaves->cut[j] - 1;
	mas->depth = mt_height(mas->tree);
}

/* The gap below the topmost output, for the nodes above it. */
static void update_gaps(const struct splice *sp)
{
	const struct splice_level *top = &sp->levels[sp->nr_levels - 1];
	struct maple_node *node = top->out[0];

	if (sp->makes_root || !mt_is_alloc(sp->wr->mas->tree))
		return;
	if (ma_is_leaf(top->type))
		mt_gap_up(node, ma_leaf_gap(node, top->min, top->max, top->total - 1));
	else
		mt_gap_up(node, node->ma64.gap[node->ma64.meta.gap]);
}

void splice_commit(struct splice *sp)
{
	unsigned int level;

	for (level = 0; level < sp->nr_levels; level++)
		build_level(sp, level);
	link_up(sp);
	if (!sp->edits_parent) {
		publish(sp);
		update_gaps(sp);
	}
	settle(sp);
	dispose(sp);
	if (sp->edits_parent)
		splice_edit_parent(sp);
}
