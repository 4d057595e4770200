/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#include "verifier_sim/state.h"

#include <errno.h>
#include <string.h>

bool vs_same_callsites(const struct vs_state *a, const struct vs_state *b)
{
	if (a->curframe != b->curframe)
		return false;
	for (uint32_t i = 0; i <= a->curframe; i++)
		if (a->frames[i]->callsite != b->frames[i]->callsite)
			return false;
	return true;
}

void vs_reg_unknown(struct vs_reg *reg)
{
	memset(reg, 0, sizeof(*reg));
	reg->type = SCALAR_VALUE;
	reg->v = VS_UNBOUNDED;
}

void vs_reg_not_init(struct vs_reg *reg)
{
	vs_reg_unknown(reg);
	reg->type = NOT_INIT;
}

void vs_reg_known(struct vs_reg *reg, uint64_t value)
{
	reg->off = 0;
	reg->extra = 0;
	reg->id = 0;
	reg->ref_obj_id = 0;
	reg->owner = 0;
	vs_scalar_set(&reg->v, value);
}

void vs_reg_zero(struct vs_reg *reg)
{
	vs_reg_known(reg, 0);
	reg->type = SCALAR_VALUE;
	reg->precise = false;
}

void vs_reg_pointer(struct vs_reg *reg, uint32_t type)
{
	vs_reg_known(reg, 0);
	reg->type = type;
}

struct vs_frame *vs_frame_create(struct vs_pool *pool, int callsite, uint32_t frameno,
				 uint32_t subprog)
{
	struct vs_frame *frame = vs_pool_zalloc(pool, sizeof(*frame));

	if (!frame)
		return NULL;
	frame->callsite = callsite;
	frame->frameno = frameno;
	frame->subprog = subprog;
	for (int i = 0; i < VS_REGS; i++)
		vs_reg_not_init(&frame->regs[i]);
	vs_reg_pointer(&frame->regs[VS_FP], PTR_TO_STACK);
	frame->regs[VS_FP].frameno = (uint8_t)frameno;
	return frame;
}

void vs_frame_destroy(struct vs_pool *pool, struct vs_frame *frame)
{
	if (!frame)
		return;
	vs_pool_free(pool, frame->slots, frame->slot_cap * sizeof(*frame->slots));
	vs_pool_free(pool, frame, sizeof(*frame));
}

/* Enough capacity, contents lost unless @keep slots are copied over. */
static int reserve_slots(struct vs_pool *pool, struct vs_frame *frame, uint32_t cap, uint32_t keep)
{
	struct vs_slot *slots;

	if (frame->slot_cap >= cap)
		return 0;
	slots = vs_pool_alloc(pool, cap * sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	if (keep)
		memcpy(slots, frame->slots, keep * sizeof(*slots));
	vs_pool_free(pool, frame->slots, frame->slot_cap * sizeof(*slots));
	frame->slots = slots;
	frame->slot_cap = cap;
	return 0;
}

int vs_frame_grow(struct vs_pool *pool, struct vs_frame *frame, uint32_t slots)
{
	if (slots <= frame->slot_cnt)
		return 0;
	if (reserve_slots(pool, frame, slots, frame->slot_cnt))
		return -ENOMEM;
	memset(frame->slots + frame->slot_cnt, 0,
	       (slots - frame->slot_cnt) * sizeof(*frame->slots));
	frame->slot_cnt = slots;
	return 0;
}

static int copy_frame(struct vs_pool *pool, struct vs_frame *dst, const struct vs_frame *src)
{
	struct vs_slot *slots;
	uint32_t cap;

	if (reserve_slots(pool, dst, src->slot_cnt, 0))
		return -ENOMEM;
	slots = dst->slots;
	cap = dst->slot_cap;
	*dst = *src;
	dst->slots = slots;
	dst->slot_cap = cap;
	if (src->slot_cnt)
		memcpy(slots, src->slots, src->slot_cnt * sizeof(*slots));
	return 0;
}

static void drop_frames(struct vs_pool *pool, struct vs_state *st, uint32_t from)
{
	for (uint32_t i = from; i < VS_MAX_FRAMES && st->frames[i]; i++) {
		vs_frame_destroy(pool, st->frames[i]);
		st->frames[i] = NULL;
	}
}

static void free_hist(struct vs_pool *pool, struct vs_state *st)
{
	vs_pool_free(pool, st->hist, st->hist_cap * sizeof(*st->hist));
	st->hist = NULL;
	st->hist_cnt = st->hist_cap = 0;
}

static void free_refs(struct vs_pool *pool, struct vs_state *st)
{
	vs_pool_free(pool, st->refs, st->ref_cap * sizeof(*st->refs));
	st->refs = NULL;
	st->ref_cnt = st->ref_cap = 0;
}

void vs_state_fini(struct vs_pool *pool, struct vs_state *st)
{
	drop_frames(pool, st, 0);
	free_hist(pool, st);
	free_refs(pool, st);
}

/* Room for @want history entries; the old ones are lost unless @keep. */
static int reserve_hist(struct vs_pool *pool, struct vs_state *st, uint32_t want, bool keep)
{
	uint32_t cap = (want + 7) & ~7u;
	struct vs_hist *hist;

	if (want <= st->hist_cap)
		return 0;
	hist = vs_pool_alloc(pool, cap * sizeof(*hist));
	if (!hist)
		return -ENOMEM;
	if (keep && st->hist_cnt)
		memcpy(hist, st->hist, st->hist_cnt * sizeof(*hist));
	vs_pool_free(pool, st->hist, st->hist_cap * sizeof(*hist));
	st->hist = hist;
	st->hist_cap = cap;
	return 0;
}

static int reserve_refs(struct vs_pool *pool, struct vs_state *st, uint32_t want, bool keep)
{
	uint32_t cap = (want + 3) & ~3u;
	struct vs_ref *refs;

	if (want <= st->ref_cap)
		return 0;
	refs = vs_pool_alloc(pool, cap * sizeof(*refs));
	if (!refs)
		return -ENOMEM;
	if (keep && st->ref_cnt)
		memcpy(refs, st->refs, st->ref_cnt * sizeof(*refs));
	vs_pool_free(pool, st->refs, st->ref_cap * sizeof(*refs));
	st->refs = refs;
	st->ref_cap = cap;
	return 0;
}

int vs_state_copy(struct vs_pool *pool, struct vs_state *dst, const struct vs_state *src)
{
	struct vs_state own;

	if (reserve_hist(pool, dst, src->hist_cnt, false) ||
	    reserve_refs(pool, dst, src->ref_cnt, false))
		return -ENOMEM;
	drop_frames(pool, dst, src->curframe + 1);
	own = *dst;
	*dst = *src;
	memcpy(dst->frames, own.frames, sizeof(own.frames));
	dst->hist = own.hist;
	dst->hist_cap = own.hist_cap;
	dst->refs = own.refs;
	dst->ref_cap = own.ref_cap;
	if (src->hist_cnt)
		memcpy(dst->hist, src->hist, src->hist_cnt * sizeof(*src->hist));
	if (src->ref_cnt)
		memcpy(dst->refs, src->refs, src->ref_cnt * sizeof(*src->refs));
	for (uint32_t i = 0; i <= src->curframe; i++) {
		if (!dst->frames[i])
			dst->frames[i] = vs_pool_zalloc(pool, sizeof(*dst->frames[i]));
		if (!dst->frames[i] || copy_frame(pool, dst->frames[i], src->frames[i]))
			return -ENOMEM;
	}
	return 0;
}

int vs_state_add_hist(struct vs_pool *pool, struct vs_state *st, const struct vs_hist *entry)
{
	if (reserve_hist(pool, st, st->hist_cnt + 1, true))
		return -ENOMEM;
	st->hist[st->hist_cnt++] = *entry;
	return 0;
}

int vs_state_add_ref(struct vs_pool *pool, struct vs_state *st, const struct vs_ref *ref)
{
	if (reserve_refs(pool, st, st->ref_cnt + 1, true))
		return -ENOMEM;
	st->refs[st->ref_cnt++] = *ref;
	return 0;
}

struct vs_reg *vs_reg_walk_next(struct vs_reg_walk *walk)
{
	while (walk->frame <= walk->st->curframe) {
		struct vs_frame *frame = walk->st->frames[walk->frame];

		while (walk->next < VS_REGS + frame->slot_cnt) {
			uint32_t i = walk->next++;
			struct vs_slot *slot;

			if (i < VS_REGS)
				return &frame->regs[i];
			slot = &frame->slots[i - VS_REGS];
			if (walk->slot_mask & (1u << slot->type[VS_SLOT - 1]))
				return &slot->reg;
		}
		walk->frame++;
		walk->next = 0;
	}
	return NULL;
}
