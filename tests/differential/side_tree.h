/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What the two files of a side share; <linux/maple_tree.h> is ours or the kernel's. */
#ifndef TV_TESTS_SIDE_TREE_H
#define TV_TESTS_SIDE_TREE_H

#include <linux/maple_tree.h>

#include "tests/differential/side.h"

struct sided_tree {
	struct maple_tree mt;
	struct ma_state mas;
};

#define ONLY_HERE __attribute__((__visibility__("hidden")))

/* side_look.c */
ONLY_HERE void side_place(const struct ma_state *mas, struct place *place);
ONLY_HERE bool side_reaches_beyond_leaf(const struct ma_state *mas);
ONLY_HERE size_t side_list(struct sided_tree *tree, bool falling, struct item *items, size_t room);
ONLY_HERE void side_shape(struct sided_tree *tree, struct shape *shape);

/* side_apply.c */
ONLY_HERE void side_apply(struct sided_tree *tree, const struct op *op, struct outcome *result);

/* side_ours.c, side_kernel.c: what differs */
ONLY_HERE void side_empty(struct maple_tree *mt);	/* mtree_destroy() */
ONLY_HERE unsigned long side_live(void);
ONLY_HERE unsigned long side_allocations(void);
ONLY_HERE struct sided_tree *side_create(unsigned int flags);
ONLY_HERE void side_destroy(struct sided_tree *tree);

#endif
