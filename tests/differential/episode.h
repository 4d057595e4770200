/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * An episode: a sequence of operations that starts from an empty tree, done on both sides and
 * compared. It is made from a number, read from a file, or replays a recorded history.
 */
#ifndef TV_TESTS_EPISODE_H
#define TV_TESTS_EPISODE_H

#include <stdio.h>

#include "tests/differential/side.h"

struct episode {
	char name[64];
	unsigned int flags;		/* MT_FLAGS_* of the tree */
	bool refuse_nowait;		/* mas_store() must ask for memory through mas_nomem() */
	size_t count;
	struct op *ops;
};

/* What was done and seen; lives in memory that the comparing process shares with its parent. */
struct tally {
	unsigned long ops, comparisons, differences;
	unsigned long beyond;		/* episodes cut short where the kernel's own code fails */
	unsigned long places, same_node;	/* active states; of these, with the same node limits */
	unsigned long forgotten;	/* active states that the kernel's code left in a false place */
	unsigned long shapes, same_shape;	/* whole trees looked at; of these, nodes all alike */
	unsigned long per_kind[NR_OP_KINDS];
	int worst_height;			/* ours - kernel's */
	double worst_nodes;			/* ours / kernel's, of trees of RATIO_NODES and more */
	unsigned long nodes_ours, nodes_kernel;	/* summed over all trees looked at */
	size_t at;				/* the operation in work */
	char what[512];				/* the first difference in words */
};

/* A ratio of node counts means something from here on; below, one node more is let pass. */
#define RATIO_NODES 20

/* episode_make.c: @number and @ops give everything. */
void episode_make(struct episode *episode, unsigned long number, size_t ops);

/* episode_text.c: one operation a line. */
void episode_write(const struct episode *episode, FILE *to);
int episode_read(struct episode *episode, FILE *from);		/* 0, or the line that is wrong */

/* histories.c: the histories recorded in the kernel's tests. */
unsigned int episode_histories(void);
void episode_history(struct episode *episode, unsigned int which, unsigned int flags);

/* episode_run.c: true when both sides agree throughout. */
bool episode_run(const struct episode *episode, struct tally *tally);

/*
 * episode_shrink.c: run in a process of its own, so that a crash is a difference too, and make a
 * failing episode as short as it gets.
 */
bool episode_agrees(const struct episode *episode, struct tally *shared, unsigned int seconds);
void episode_shrink(struct episode *episode, struct tally *shared);

void episode_free(struct episode *episode);

#endif
