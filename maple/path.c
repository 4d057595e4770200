// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Ways from the root to a leaf. */
#include "maple/path.h"
#include "maple/search.h"

void path_walk(struct path *path, const struct maple_tree *mt, unsigned long index)
{
	unsigned int level = mt_height(mt);
	struct step_at *at;

	path->height = level;
	step_set(&path->at[--level], mte_safe_root(mt->ma_root), 0, ULONG_MAX);
	for (;; level--) {
		at = &path->at[level];
		at->offset = ma_search(mte_to_node(at->enode), mte_node_type(at->enode), index);
		if (!level)
			return;
		step_enter(at, at - 1);
	}
}

void path_move(struct path *path, unsigned int level, int direction)
{
	unsigned int up = level + 1;

	while (path->at[up].offset == (direction > 0 ? path->at[up].end : 0))
		up++;
	path->at[up].offset += direction;
	while (up-- > level) {
		step_enter(&path->at[up + 1], &path->at[up]);
		path->at[up].offset = direction > 0 ? 0 : path->at[up].end;
	}
}
