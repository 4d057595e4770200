/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Helpers that call back. At each visit of the call two ways are open: the helper is done, or it
 * calls once more; after the callback the path comes back to the call. So loops converge there.
 */
#include <errno.h>

#include "verifier_sim/internal.h"

static void clear_args(struct vs_frame *callee, uint32_t from)
{
	for (uint32_t i = from; i <= BPF_REG_5; i++)
		vs_reg_not_init(&callee->regs[i]);
}

static void as_callback(struct vs_frame *callee)
{
	callee->in_callback = true;
	callee->ret_min = 0;
	callee->ret_max = 1;
}

static void map_pointer(struct vs_reg *reg, uint32_t type, const struct vs_reg *map)
{
	vs_reg_pointer(reg, type);
	reg->map = map->map;
	reg->map_uid = map->map_uid;
}

/* long callback(struct bpf_map *map, const void *key, void *value, void *ctx) */
static int map_elem_callee(struct vs_env *env, struct vs_frame *caller, struct vs_frame *callee,
			   uint32_t insn_idx)
{
	const struct vs_reg *map = &caller->regs[BPF_REG_1];

	callee->regs[BPF_REG_1] = *map;
	map_pointer(&callee->regs[BPF_REG_2], PTR_TO_MAP_KEY, map);
	map_pointer(&callee->regs[BPF_REG_3], PTR_TO_MAP_VALUE, map);
	callee->regs[BPF_REG_4] = caller->regs[BPF_REG_3];
	clear_args(callee, BPF_REG_5);
	as_callback(callee);
	return 0;
}

/* long callback(u64 index, void *ctx) */
static int loop_callee(struct vs_env *env, struct vs_frame *caller, struct vs_frame *callee,
		       uint32_t insn_idx)
{
	callee->regs[BPF_REG_1].type = SCALAR_VALUE;
	callee->regs[BPF_REG_2] = caller->regs[BPF_REG_3];
	clear_args(callee, BPF_REG_3);
	as_callback(callee);
	return 0;
}

/* long callback(struct task_struct *task, struct vm_area_struct *vma, void *ctx) */
static int find_vma_callee(struct vs_env *env, struct vs_frame *caller, struct vs_frame *callee,
			   uint32_t insn_idx)
{
	int vma = env->vmlinux ? tv_btf_find(env->vmlinux, "vm_area_struct", BTF_KIND_STRUCT) : -1;

	if (vma < 0)
		return vs_unsupported(env, "bpf_find_vma without the kernel's vm_area_struct");
	callee->regs[BPF_REG_1] = caller->regs[BPF_REG_1];
	vs_reg_pointer(&callee->regs[BPF_REG_2], PTR_TO_BTF_ID);
	callee->regs[BPF_REG_2].btf_id = (uint32_t)vma;
	callee->regs[BPF_REG_3] = caller->regs[BPF_REG_4];
	clear_args(callee, BPF_REG_4);
	as_callback(callee);
	return 0;
}

/* long callback(const struct bpf_dynptr *sample, void *ctx) */
static int user_ringbuf_callee(struct vs_env *env, struct vs_frame *caller,
			       struct vs_frame *callee, uint32_t insn_idx)
{
	struct vs_reg *sample = &callee->regs[BPF_REG_1];

	vs_reg_not_init(&callee->regs[BPF_REG_0]);
	vs_reg_pointer(sample, CONST_PTR_TO_DYNPTR);
	sample->id = ++env->id_gen;
	sample->dynptr_type = DYNPTR_TYPE_LOCAL;
	sample->dynptr_first = true;
	callee->regs[BPF_REG_2] = caller->regs[BPF_REG_3];
	clear_args(callee, BPF_REG_3);
	as_callback(callee);
	return 0;
}

int vs_push_callback(struct vs_env *env, uint32_t insn_idx, uint32_t subprog, vs_callee_fn setup)
{
	struct vs_frame *caller = vs_cur_frame(env->cur);
	struct vs_state *st;
	int err = vs_func_match_args(env, subprog, caller->regs);

	if (err == -EFAULT || err == VS_UNSUPPORTED || err == -ENOMEM)
		return err;
	env->subprogs[subprog].is_cb = true;
	st = vs_push_branch(env, env->subprogs[subprog].start, (int)insn_idx);
	if (!st)
		return vs_push_error(env, VS_KERNEL_ENOMEM);
	err = vs_enter_func(env, subprog, insn_idx, setup, st);
	if (err)
		return err;
	st->callback_unroll_depth++;
	st->frames[st->curframe - 1]->callback_depth++;
	caller->callback_depth = 0;
	return 0;
}

static bool map_has_for_each(uint32_t type)
{
	switch (type) {
	case BPF_MAP_TYPE_HASH:
	case BPF_MAP_TYPE_PERCPU_HASH:
	case BPF_MAP_TYPE_LRU_HASH:
	case BPF_MAP_TYPE_LRU_PERCPU_HASH:
	case BPF_MAP_TYPE_ARRAY:
	case BPF_MAP_TYPE_PERCPU_ARRAY:
		return true;
	default:
		return false;
	}
}

static int for_each(struct vs_env *env, uint32_t insn_idx, struct vs_call_meta *meta)
{
	if (!map_has_for_each(env->maps[meta->map].def->type)) {
		vs_log(env, "callback function not allowed for map\n");
		return -VS_ENOTSUPP;
	}
	return vs_push_callback(env, insn_idx, meta->subprog, map_elem_callee);
}

/*
 * A call whose flags are always 0 and whose callback is always the same is later made a plain
 * loop; then the program's safety rests on that 0.
 */
static int rest_on_flags(struct vs_env *env, uint32_t insn_idx, uint32_t subprog)
{
	struct vs_aux *aux = &env->aux[insn_idx];
	bool zero;

	if (aux->loop_callee && !aux->loop_inline)
		return 0;
	zero = vs_reg_is_null(&vs_regs(env)[BPF_REG_4]);
	aux->loop_inline = zero && (!aux->loop_callee || aux->loop_callee == subprog);
	aux->loop_callee = aux->loop_callee ? aux->loop_callee : subprog;
	return zero ? vs_mark_precise(env, BPF_REG_4) : 0;
}

/* bpf_loop's number of rounds bounds how often the callback is simulated. */
static int loop(struct vs_env *env, uint32_t insn_idx, struct vs_call_meta *meta)
{
	struct vs_frame *frame = vs_cur_frame(env->cur);
	int err = rest_on_flags(env, insn_idx, meta->subprog);

	if (!err)
		err = vs_mark_precise(env, BPF_REG_1);
	if (err)
		return err;
	if (frame->callback_depth < frame->regs[BPF_REG_1].v.umax)
		return vs_push_callback(env, insn_idx, meta->subprog, loop_callee);
	frame->callback_depth = 0;
	if (vs_log_all(env))
		vs_log(env, "frame%u bpf_loop iteration limit reached\n", env->cur->curframe);
	return 0;
}

int vs_helper_callback(struct vs_env *env, uint32_t func, uint32_t insn_idx,
		       struct vs_call_meta *meta)
{
	switch (func) {
	case BPF_FUNC_for_each_map_elem:
		return for_each(env, insn_idx, meta);
	case BPF_FUNC_loop:
		return loop(env, insn_idx, meta);
	case BPF_FUNC_find_vma:
		return vs_push_callback(env, insn_idx, meta->subprog, find_vma_callee);
	case BPF_FUNC_user_ringbuf_drain:
		return vs_push_callback(env, insn_idx, meta->subprog, user_ringbuf_callee);
	default:
		return 0;
	}
}
