// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The nodes that a state holds in reserve for its next store.
 *
 * mas->alloc is the head of a chain of boxes. A box is itself a spare node; it holds up to
 * MAPLE_ALLOC_SLOTS - 1 others in slot[1..node_count], and slot[0] leads to the next box. Only the
 * head's total and request_count count. Without any node, mas->alloc is 2 * request + 1, or NULL.
 */
#include "maple/internal.h"

#define BOX_ROOM	(MAPLE_ALLOC_SLOTS - 1)

static bool has_box(const struct ma_state *mas)
{
	return mas->alloc && !((unsigned long)mas->alloc & 1);
}

unsigned long mas_allocated(const struct ma_state *mas)
{
	return has_box(mas) ? mas->alloc->total : 0;
}

static void set_request(struct ma_state *mas, unsigned long count)
{
	if (has_box(mas))
		mas->alloc->request_count = count;
	else
		mas->alloc = count ? (struct maple_alloc *)(count << 1 | 1) : NULL;
}

static unsigned long get_request(const struct ma_state *mas)
{
	return has_box(mas) ? mas->alloc->request_count : (unsigned long)mas->alloc >> 1;
}

void mas_forget_request(struct ma_state *mas)
{
	set_request(mas, 0);
}

/* A fresh node becomes the head, in front of the boxes there are. */
static void push_box(struct ma_state *mas, struct maple_node *node)
{
	struct maple_alloc *box = &node->alloc;

	box->slot[0] = has_box(mas) ? mas->alloc : NULL;
	box->total = mas_allocated(mas) + 1;
	box->request_count = 0;
	box->node_count = 0;
	mas->alloc = box;
}

/* Gets @count more. What a failure leaves behind stays in reserve, the rest becomes the request. */
static int get_more(struct ma_state *mas, unsigned long count, gfp_t gfp)
{
	while (count) {
		struct maple_alloc *box = has_box(mas) ? mas->alloc : NULL;
		unsigned long room = box ? BOX_ROOM - box->node_count : 0;

		if (!room) {
			struct maple_node *node = mt_alloc_one(gfp);

			if (!node)
				goto nomem;
			push_box(mas, node);
			count--;
			continue;
		}
		if (room > count)
			room = count;
		if (!mt_alloc_bulk(gfp, room, (void **)&box->slot[1 + box->node_count]))
			goto nomem;
		box->node_count += room;
		box->total += room;
		count -= room;
	}
	set_request(mas, 0);
	return 0;

nomem:
	set_request(mas, count);
	mas_set_err(mas, -ENOMEM);
	return -ENOMEM;
}

int mas_reserve(struct ma_state *mas, unsigned long count, gfp_t gfp)
{
	unsigned long have = mas_allocated(mas);

	return have >= count ? 0 : get_more(mas, count - have, gfp);
}

int mas_reserve_again(struct ma_state *mas, gfp_t gfp)
{
	return get_more(mas, get_request(mas), gfp);
}

/* The caller has reserved it: a node of any content. */
struct maple_node *mas_take_node(struct ma_state *mas)
{
	struct maple_alloc *box = mas->alloc, *below;

	if (WARN_ON(!has_box(mas)))
		return NULL;
	if (box->node_count) {
		box->total--;
		return (struct maple_node *)box->slot[box->node_count--];
	}
	below = box->slot[0];
	if (below) {
		below->total = box->total - 1;
		below->request_count = box->request_count;
	}
	mas->alloc = below;
	return (struct maple_node *)box;
}

void mas_give_node(struct ma_state *mas, struct maple_node *node)
{
	struct maple_alloc *box = has_box(mas) ? mas->alloc : NULL;

	if (!box || box->node_count == BOX_ROOM) {
		push_box(mas, node);
		return;
	}
	box->slot[++box->node_count] = &node->alloc;
	box->total++;
}

void mas_drop_reserve(struct ma_state *mas)
{
	struct maple_alloc *box = has_box(mas) ? mas->alloc : NULL;

	while (box) {
		struct maple_alloc *below = box->slot[0];

		if (box->node_count)
			mt_free_bulk(box->node_count, (void **)&box->slot[1]);
		mt_free_one((struct maple_node *)box);
		box = below;
	}
	mas->alloc = NULL;
}
