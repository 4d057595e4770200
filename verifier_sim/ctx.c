/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The context: what a program of each type may read of its argument, and what it finds there. */
#include <errno.h>
#include <string.h>

#include "verifier_sim/internal.h"

#define MAX_ARGS	12	/* of a tracepoint or function attached to */
#define PT_REGS_SIZE	168	/* x86_64 */
#define TRACE_SIZE	8192	/* PERF_MAX_TRACE_SIZE */

struct access {
	int off, size;
	enum vs_access how;
	bool sign_extend;
	/* what is found */
	uint32_t type, btf_id;
};

static bool aligned(const struct access *a)
{
	return a->off % a->size == 0;
}

/* --- raw tracepoints and tracing ---------------------------------------------- */

static bool raw_args_ok(const struct access *a)
{
	return a->off >= 0 && a->off < MAX_ARGS * 8 && a->how == VS_READ && aligned(a);
}

static const struct btf_type *skip_mods(const struct vs_env *env, uint32_t id)
{
	return tv_btf_skip(env->vmlinux, id, NULL);
}

static bool is_plain(const struct btf_type *t)
{
	if (btf_is_int(t))
		return t->size <= 8 && !(t->size & (t->size - 1));
	return btf_is_any_enum(t) || btf_is_composite(t);
}

/* Bytes in the context: a multiple of 8, structures may be larger; nothing for void. */
static int room_of(const struct vs_env *env, uint32_t type)
{
	int64_t size = tv_btf_size(env->vmlinux, type);

	return size < 0 ? 0 : (int)(size + 7) / 8 * 8;
}

/* Which parameter stands at @off; behind them all the result, and one more for what is further. */
static uint32_t arg_index(const struct vs_env *env, const struct btf_type *proto, int off)
{
	uint32_t i, count = btf_vlen(proto);
	int end = 0;

	for (i = 0; i < count; i++) {
		end += room_of(env, btf_params(proto)[i].type);
		if (off < end)
			return i;
	}
	return off < end + room_of(env, proto->type) ? count : count + 1;
}

/* A pointer argument. */
static bool pointer_arg(struct vs_env *env, struct access *a, const struct btf_type *ptr,
			const struct btf_param *param, uint32_t arg)
{
	const struct btf_type *target;
	uint32_t nulls;

	if (a->size != 8) {
		vs_log(env, "func '%s' size %d must be 8\n", env->attach_name, a->size);
		return false;
	}
	target = skip_mods(env, ptr->type);
	/* void * and int * are numbers, in 6.18 const void *, too */
	if (!ptr->type || btf_is_int(target) ||
	    (!btf_kind(target) && env->rules->kernel >= TV_KERNEL_6_18))
		return true;
	a->type = PTR_TO_BTF_ID;
	if (env->attach_is_trace)	/* the tracepoint's caller holds what it passes */
		a->type |= PTR_TRUSTED;
	if (param && vs_param_has_suffix(env->vmlinux, param, "__nullable"))
		a->type |= PTR_MAYBE_NULL;
	nulls = env->attach_is_trace ? vs_tracepoint_null_args(env->rules, env->attach_name, arg) : 0;
	if (nulls & 1)
		a->type |= PTR_MAYBE_NULL;
	target = tv_btf_type(env->vmlinux, ptr->type);
	if (btf_is_type_tag(target)) {
		const char *tag = tv_btf_str(env->vmlinux, target->name_off);

		a->type |= !strcmp(tag, "user") ? MEM_USER : !strcmp(tag, "percpu") ? MEM_PERCPU : 0;
	}
	target = tv_btf_skip(env->vmlinux, ptr->type, &a->btf_id);
	if (!btf_is_composite(target)) {
		vs_log(env, "func '%s' arg%u type %s is not a struct\n", env->attach_name, arg,
		       vs_kind_word(target));
		return false;
	}
	vs_log(env, "func '%s' arg%u has btf_id %u type %s '%s'\n", env->attach_name, arg, a->btf_id,
	       vs_kind_word(target), vs_name_or_anon(env->vmlinux, target->name_off));
	if (nulls & 2) {
		vs_log(env, "marking pointer arg%u as scalar as it may encode error", arg);
		a->type = SCALAR_VALUE;
	}
	return true;
}

static bool btf_args_ok(struct vs_env *env, struct access *a)
{
	const struct btf_type *proto = env->attach_proto, *t;
	uint32_t first = env->attach_is_trace ? 1 : 0, arg, count;
	const struct btf_param *param = NULL;

	if (!raw_args_ok(a))
		return false;
	if (a->off % 8) {
		vs_log(env, "func '%s' offset %d is not multiple of 8\n", env->attach_name, a->off);
		return false;
	}
	/* the context lacks the first parameter of a tracepoint's function, which counts for the end */
	arg = arg_index(env, proto, a->off);
	count = btf_vlen(proto) >= first ? btf_vlen(proto) - first : 0;
	if (arg > count || (arg == count && env->prog->attach_type != BPF_TRACE_FEXIT)) {
		vs_log(env, "func '%s' doesn't have %u-th argument\n", env->attach_name, arg + 1);
		return false;
	}
	if (arg < count) {
		param = &btf_params(proto)[arg + first];
		t = skip_mods(env, param->type);
	} else {
		t = skip_mods(env, proto->type);
	}
	if (is_plain(t))
		return true;
	if (!btf_is_ptr(t)) {
		vs_log(env, "func '%s' arg%u '%s' has type %s. Only pointer access is allowed\n",
		       env->attach_name, arg, vs_name_or_anon(env->vmlinux, t->name_off),
		       vs_kind_word(t));
		return false;
	}
	return pointer_arg(env, a, t, param, arg);
}

/* --- the others --------------------------------------------------------------- */

static bool regs_ok(const struct access *a)
{
	return a->off >= 0 && a->off + a->size <= PT_REGS_SIZE && aligned(a);
}

/* Reads of part of an 8-byte member. */
static bool narrow_ok(const struct access *a, int start)
{
	return a->off >= start && a->off + a->size <= start + 8 && aligned(a);
}

static bool perf_event_ok(const struct access *a)
{
	if (a->off < 0 || a->off >= PT_REGS_SIZE + 16 || a->how != VS_READ || !aligned(a))
		return false;
	if (a->off >= PT_REGS_SIZE)
		return narrow_ok(a, a->off & ~7);
	return a->size == 8;
}

/* The first argument is the tracepoint's own buffer. */
static bool writable_args_ok(struct access *a)
{
	if (!raw_args_ok(a) || (a->off < 8 && a->size != 8))
		return false;
	if (!a->off)
		a->type = PTR_TO_TP_BUFFER;
	return true;
}

static int skb_ok(struct vs_env *env, struct access *a)
{
	if (!vs_skb_access(env, a->off, a->size, a->how, a->sign_extend, &a->type))
		return false;
	return a->type == PTR_TO_SOCK_COMMON ? vs_unsupported(env, "sockets") : true;
}

static int valid_access(struct vs_env *env, struct access *a)
{
	switch (env->prog->type) {
	case BPF_PROG_TYPE_RAW_TRACEPOINT:
		return raw_args_ok(a);
	case BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE:
		return writable_args_ok(a);
	case BPF_PROG_TYPE_SOCKET_FILTER:
	case BPF_PROG_TYPE_SCHED_CLS:
		return skb_ok(env, a);
	case BPF_PROG_TYPE_TRACING:
		return btf_args_ok(env, a);
	case BPF_PROG_TYPE_KPROBE:
		if (a->how == VS_WRITE && regs_ok(a) && env->rules->kernel >= TV_KERNEL_6_18)
			return vs_unsupported(env, "stores to a probe's registers");
		return a->how == VS_READ && regs_ok(a);
	case BPF_PROG_TYPE_TRACEPOINT:
		return a->off >= 8 && a->off < TRACE_SIZE && a->how == VS_READ && aligned(a);
	case BPF_PROG_TYPE_PERF_EVENT:
		return perf_event_ok(a);
	default:	/* BPF_PROG_TYPE_SYSCALL: its caller's memory */
		return a->off >= 0 && a->off < UINT16_MAX && aligned(a);
	}
}

int vs_check_ctx(struct vs_env *env, uint32_t insn_idx, const struct vs_reg *reg, uint32_t regno,
		 int off, int size, enum vs_access how, int value, bool sign_extend)
{
	struct access a = { .off = off, .size = size, .how = how, .sign_extend = sign_extend,
			    .type = SCALAR_VALUE };
	struct vs_reg *dst;
	int ok = vs_check_ptr_off(env, reg, regno, false);

	if (ok)
		return ok;
	ok = valid_access(env, &a);
	if (ok < 0)
		return ok;
	if (!ok) {
		vs_log(env, "invalid bpf_context access off=%d size=%d\n", off, size);
		vs_log_line(env, insn_idx, "; ");
		return -EACCES;
	}
	if (off + size > 0 && env->max_ctx_offset < (uint32_t)(off + size))
		env->max_ctx_offset = (uint32_t)(off + size);
	if (how == VS_WRITE || value < 0)
		return 0;
	dst = &vs_regs(env)[value];
	if (a.type == SCALAR_VALUE) {
		vs_reg_unknown(dst);
		return 0;
	}
	vs_reg_pointer(dst, a.type);
	if (vs_maybe_null(a.type))
		dst->id = ++env->id_gen;
	dst->btf_id = a.btf_id;
	return 0;
}
