/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Programs by hand with what the kernel's verifier (6.18) says of them, in the frame of
 * tests/fuzz/frame.bpf.c. Tables of them stand in verifier_iter_*.h; `make differential-recorded` holds
 * the running kernel against them.
 */
#ifndef TV_TEST_VERIFIER_PROGRAMS_H
#define TV_TEST_VERIFIER_PROGRAMS_H

#include <errno.h>

#include "tests/differential/generate.h"
#include "tests/unit/insns.h"

/* tables are constant: no compound literal there */
#undef INSN
#define INSN(c, d, s, o, i)	{ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) }

/* What a call of KFUNC() names here; the ids differ from kernel to kernel. */
#define KFUNCS(X)										\
	X(bpf_iter_num_new) X(bpf_iter_num_next) X(bpf_iter_num_destroy)			\
	X(bpf_iter_bits_new) X(bpf_iter_bits_next) X(bpf_iter_bits_destroy)			\
	X(bpf_iter_task_vma_new) X(bpf_iter_task_vma_next) X(bpf_iter_task_vma_destroy)	\
	X(bpf_iter_task_new) X(bpf_iter_task_next) X(bpf_iter_task_destroy)			\
	X(bpf_iter_css_new) X(bpf_iter_css_next) X(bpf_iter_css_destroy)			\
	X(bpf_iter_css_task_new) X(bpf_iter_css_task_next) X(bpf_iter_css_task_destroy)	\
	X(bpf_rcu_read_lock) X(bpf_rcu_read_unlock)						\
	X(bpf_preempt_disable) X(bpf_preempt_enable)						\
	X(bpf_task_acquire) X(bpf_task_release) X(bpf_task_from_pid)				\
	X(bpf_cpumask_create) X(bpf_cpumask_release)

enum {
	KFUNC_NONE,
#define KFUNC_ENUM(name) K_##name,
	KFUNCS(KFUNC_ENUM)
#undef KFUNC_ENUM
	NR_KFUNCS
};

static const char *const kfunc_names[] = {
#define KFUNC_NAME(name) [K_##name] = #name,
	KFUNCS(KFUNC_NAME)
#undef KFUNC_NAME
};

/* Helpers by number. */
enum { LOOKUP = 1, RANDOM = 7, TASK_BTF = 158, LOOP = 181, COPY_FROM_USER = 148 };
/* Maps of the frame, by number. */
enum { ARRAY, HASH, PERCPU };

#define SLEEPABLE_KPROBE "carrier_kprobe", BPF_F_SLEEPABLE
#define TRACEPOINT	 "carrier", 0
#define EVERY_STATE	 "carrier", BPF_F_TEST_STATE_FREQ
/* which may call more of the kernel's functions */
#define AS_TRACEPOINT	 "carrier", 0, .type = BPF_PROG_TYPE_TRACEPOINT
#define AS_SYSCALL	 "carrier", BPF_F_SLEEPABLE, .type = BPF_PROG_TYPE_SYSCALL

struct known_program {
	const char *name;
	const char *prog;		/* of the frame, whose place it takes */
	uint32_t flags;			/* BPF_F_* */
	uint32_t type;			/* BPF_PROG_TYPE_*; 0: the frame's */
	uint32_t callback, first;	/* where these functions begin, or 0 */
	const struct bpf_insn *insns;
	uint32_t cnt;
	/* the kernel's answer */
	int err;
	uint32_t total_insns, total_states;
	uint64_t log;			/* log_digest(), at level 2 */
	const char *message;
};

#define CODE(...)						\
	.insns = (const struct bpf_insn[]){ __VA_ARGS__ },	\
	.cnt = sizeof((struct bpf_insn[]){ __VA_ARGS__ }) / sizeof(struct bpf_insn)

/* --- pieces of programs -------------------------------------------------------------------- */

#define AT(reg, off)	MOVX(reg, R10), ALU64K(BPF_ADD, reg, off)
#define ON(off, kfunc)	AT(R1, off), KFUNC(K_##kfunc)
#define NUM_NEW(off)	MOVK(R2, 0), MOVK(R3, 10), ON(off, bpf_iter_num_new)
#define NUM_NEXT(off)	ON(off, bpf_iter_num_next)
#define NUM_DESTROY(off) ON(off, bpf_iter_num_destroy)
#define BITS_NEW(off)	ST(BPF_DW, R10, -128, 5), AT(R2, -128), MOVK(R3, 1), ON(off, bpf_iter_bits_new)
#define BITS_NEXT(off)	ON(off, bpf_iter_bits_next)
#define BITS_DESTROY(off) ON(off, bpf_iter_bits_destroy)
#define TASK(reg)	HELPER(TASK_BTF), MOVX(reg, R0)
#define TASKS_NEW(off)	MOVK(R2, 0), MOVK(R3, 1), ON(off, bpf_iter_task_new)
#define RETURN		MOVK(R0, 0), EXIT

/* --- from a table to a program ----------------------------------------------------------------- */

/* Records of functions: all that are there, or none. */
static inline void known_func(const struct tv_bpf_object *obj, struct draft *draft,
			      const char *name, uint32_t at)
{
	draft->funcs[draft->func_cnt++] = (struct tv_bpf_func_info){
		at, (uint32_t)tv_btf_find(obj->btf, name, BTF_KIND_FUNC)
	};
}

/* Its number in the frame's object, and @draft. */
static inline uint32_t known_draft(const struct known_program *p, const struct tv_bpf_object *obj,
				   const struct tv_btf *vmlinux, struct draft *draft)
{
	struct bpf_insn *insn;

	memset(draft, 0, sizeof(*draft));
	draft->flags = p->flags;
	draft->type = p->type;
	draft->cnt = p->cnt;
	memcpy(draft->insns, p->insns, p->cnt * sizeof(*p->insns));
	for (insn = draft->insns; insn < draft->insns + draft->cnt; insn++)
		if (tv_insn_is_kfunc_call(insn))
			insn->imm = tv_btf_find(vmlinux, kfunc_names[insn->imm], BTF_KIND_FUNC);
	known_func(obj, draft, p->prog, 0);
	if (p->first)
		known_func(obj, draft, "first", p->first);
	if (p->callback)
		known_func(obj, draft, "callback", p->callback);
	return (uint32_t)(tv_bpf_object_prog(obj, p->prog) - obj->progs);
}

#endif
