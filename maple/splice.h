/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Stores that change more than one leaf, or the number of leaves.
 *
 * Every such store is seen the same way on every level of the tree: a stretch of neighbouring nodes
 * (the sources) gives way to one to three new ones (the outputs), which together hold runs of the
 * sources' slots and, between them, what is new: the entry on the leaf level, above it the outputs
 * of the level below. The plan is made from the leaves up, without touching anything, until a
 * level's outputs fit exactly where its sources were; only then memory is reserved and the outputs
 * are written.
 */
#ifndef TV_MAPLE_SPLICE_H
#define TV_MAPLE_SPLICE_H

#include "maple/path.h"

/* Some slots of one node. */
struct run {
	const struct maple_node *node;	/* NULL: the level's new items */
	unsigned char from, count;
	unsigned long last;		/* where the last slot of the run ends */
};

/* A node that is replaced, and which of its slots are not taken over. */
struct source {
	struct maple_enode *enode;
	unsigned long max;
	unsigned char drop_from, drop_to;	/* exclusive; children there are dropped, too */
};

#define MAX_OUT		3
#define MAX_RUNS	4
#define MAX_SOURCES	3

struct splice_level {
	enum maple_type type;
	unsigned long min, max;			/* what the sources and the outputs cover */
	unsigned int nr_runs, nr_sources;
	struct run runs[MAX_RUNS];		/* in order of index */
	struct source sources[MAX_SOURCES];

	unsigned int total;			/* slots in all runs */
	unsigned int first_new;			/* the position of the first new item */
	unsigned int nr_new;
	unsigned long new_last[MAX_OUT];	/* the new items: where they end, */
	void *new_slot[MAX_OUT];		/* what they are, */
	unsigned long new_gap[MAX_OUT];		/* and the gap below */

	unsigned int nr_out;
	unsigned int cut[MAX_OUT + 1];		/* output j holds positions cut[j] to cut[j + 1] - 1 */
	struct maple_node *out[MAX_OUT];
	unsigned long out_last[MAX_OUT];	/* where they end */
};

struct splice {
	struct ma_wr_state *wr;
	struct path left, right;		/* to the first and the last slot concerned */
	unsigned int nr_levels;
	unsigned int nr_source_levels;		/* more when the tree gets lower */
	bool makes_root;			/* the last level's only output becomes the root */
	bool edits_parent;			/* without RCU: the node above the last level is edited */
	bool reuses;				/* without RCU: sources become outputs */
	unsigned int nodes;			/* to be allocated */
	struct splice_level levels[MA_LEVELS + 1];
};

/* plan: false when the store covers everything, so that there is nothing to splice. */
bool splice_plan(struct splice *sp, struct ma_wr_state *wr);
/* Cuts the runs of a level into outputs; cut.c. */
void splice_cut(struct splice *sp, unsigned int level);
/* Puts the last level's outputs into the node above them, whose level is nr_levels; edit.c. */
void splice_edit_parent(struct splice *sp);
/* With the nodes in reserve: builds, publishes, disposes of the sources; commit.c. */
void splice_commit(struct splice *sp);

/* What a level holds at a position; NULL in leaves where nothing is. */
void *level_slot(const struct splice_level *lv, unsigned int at);

#endif /* TV_MAPLE_SPLICE_H */
