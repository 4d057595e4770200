/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Loops as 6.12 knows them: a state remembers the outermost open state that paths from it came back
 * to, its loop entry. While paths from the entry are open, the marks of the states in its loop may
 * not be final (compare scc.c, by which later kernels tell).
 */
#include "verifier_sim/internal.h"

/* The outermost entry known of @st's loop, or NULL. Shortens the way there for the next time. */
static struct vs_state *outermost(struct vs_state *st)
{
	struct vs_state *top = st->loop_entry, *next;

	if (!top)
		return NULL;
	while (top->loop_entry && top->loop_entry != top)
		top = top->loop_entry;
	for (; st != top; st = next) {
		next = st->loop_entry;
		st->loop_entry = top;
	}
	return top;
}

/* @st leads to @head. They share a loop if the way to @st went through where @head's begins. */
static void join(struct vs_state *st, struct vs_state *head)
{
	const struct vs_state *ours = outermost(st), *theirs = outermost(head);

	if (!ours)
		ours = st;
	if (!theirs)
		theirs = head;
	if (!theirs->branches || theirs->dfs_depth > ours->dfs_depth)
		return;
	st->loop_entry = head;
	head->used_as_loop_entry = true;
}

void vs_loop_entry_hit(struct vs_state *cur, struct vs_state *old)
{
	join(cur, old->branches ? old : outermost(old));
}

void vs_loop_entry_finish(struct vs_state *st)
{
	if (st->parent && st->loop_entry)
		join(st->parent, st->loop_entry);
}

bool vs_loop_entry_open(struct vs_state *st)
{
	const struct vs_state *entry = outermost(st);

	return entry && entry->branches;
}
