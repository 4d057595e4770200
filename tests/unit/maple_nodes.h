/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A tree looked at as a whole. */
#ifndef TV_TEST_MAPLE_NODES_H
#define TV_TEST_MAPLE_NODES_H

#include "maple/maple_tree.h"
#include "maple/visit.h"

static inline int count_node(const struct tv_mt_node *node, void *arg)
{
	++*(unsigned long *)arg;
	return 0;
}

static inline unsigned long nodes_of(const struct maple_tree *mt)
{
	static const struct tv_mt_visitor visitor = { .enter = count_node };
	unsigned long nodes = 0;

	assert_int_equal(tv_mt_visit(mt, &visitor, &nodes), 0);
	return nodes;
}

static inline void assert_whole(const struct maple_tree *mt)
{
	const char *reason = NULL;

	if (mt_validate(mt, &reason))
		fail_msg("the tree is broken: %s", reason);
}

#endif
