/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The kernel around an interpreted program, from inside. */
#ifndef TV_MODEL_BPF_INTERNAL_H
#define TV_MODEL_BPF_INTERNAL_H

#include "model/bpf_kernel.h"
#include "model/bpf_view.h"

/* --- iterators ----------------------------------------------------------------- */

enum tv_walk_kind { TV_WALK_VMA, TV_WALK_TASK };

/*
 * What an iterator on a program's stack stands for. There lies only its handle: whatever a program
 * writes over it, it never becomes a pointer of this process.
 */
struct tv_bpf_walk {
	uint64_t handle;
	enum tv_walk_kind kind;
	bool alive;
	uint32_t next_free;			/* number of another that is not alive, + 1 */
	const struct tv_site *destroyed;	/* not alive: by which event; NULL: none */
	const struct tv_bpf_prog *prog;		/* where `new` was called */
	uint32_t insn;
	struct bpf_iter_task_vma vma;
	struct task_struct *task, *pos;		/* Linux bpf_iter_task_kern */
	unsigned int flags;
};

struct tv_bpf_walks {
	struct tv_bpf_walk *of;
	uint32_t nr, room, first_free;		/* number + 1 */
};

/* --- references a program took ------------------------------------------------- */

struct tv_bpf_refs {
	const void **of;
	size_t nr, room;
};

/* --- hazards ------------------------------------------------------------------- */

/* Who gave something back, and where in the program that was. */
struct tv_bpf_release {
	const struct tv_site *site;
	enum tv_resource res;
	const struct tv_bpf_prog *prog;
	uint32_t insn;
};

#define TV_BPF_RELEASES		16	/* the last ones */
#define TV_BPF_MAX_HAZARDS	1000	/* kept */

struct tv_bpf_judge {
	struct tv_bpf_hazard *hazards;
	size_t nr, room;
	bool out_of_memory;		/* not all are there */
	struct tv_bpf_release releases[TV_BPF_RELEASES];
	unsigned int nr_releases;	/* told so far */
	/* what went on when nothing runs any more: where hazards are told to be */
	const struct tv_bpf_prog *prog;
	uint32_t insn;
	/* who listened to the world before */
	tv_event_fn sink;
	void *sink_arg;
	void (*told)(void *arg, const struct tv_hazard *hazard);
	void *told_arg;
};

/* --- the whole ----------------------------------------------------------------- */

struct tv_bpf_kernel {
	struct tv_bpf_kernel_opts opts;
	struct tv_env env;
	struct tv_bpf_view view;
	struct tv_bpf_walks walks;
	struct tv_bpf_refs tasks, files;	/* bpf_task_acquire(), ... */
	struct tv_bpf_judge judge;
	struct tv_lockdep lockdep;
	struct tv_actor actor;
	struct tv_machine *machine;		/* NULL: nothing runs */
	unsigned int base_rcu;			/* read-side sections that are not the program's own doing */
	unsigned int preempt_off;		/* bpf_preempt_disable(), nested */
	uint64_t clock_ns, random;
	uint32_t path_offset;			/* of f_path in struct file */
};

static inline struct tv_bpf_kernel *tv_bpf_kernel_of(struct tv_machine *machine)
{
	return tv_machine_env(machine);
}

/* A call under the kernel's name for it. */
struct tv_bpf_call {
	int id;			/* enum bpf_func_id, of a helper */
	const char *name;	/* of a kfunc */
	tv_call_fn *call;
};

extern const struct tv_bpf_call tv_bpf_helpers[], tv_bpf_user_helpers[];	/* until .call is NULL */
extern const struct tv_bpf_call tv_bpf_kfuncs[], tv_bpf_iter_kfuncs[], tv_bpf_user_kfuncs[];

/* model/bpf_judge.c: listens to the world while a program runs. */
void tv_bpf_judge_begin(struct tv_bpf_kernel *kernel);
void tv_bpf_judge_end(struct tv_bpf_kernel *kernel);
void tv_bpf_judge_fini(struct tv_bpf_judge *judge);
/* tv_bpf_view.judge */
void tv_bpf_judge_read(void *arg, const void *object, enum tv_view_type type, const char *what,
		       bool stale);
/* What the program still holds is a hazard. */
void tv_bpf_judge_leaks(struct tv_bpf_kernel *kernel);
/* By which event something was given back last; NULL: none yet. */
const struct tv_site *tv_bpf_judge_released(const struct tv_bpf_judge *judge);

/* model/bpf_iters.c */
void tv_bpf_walks_fini(struct tv_bpf_walks *walks);
/* The oldest walk that was not destroyed, or NULL. */
const struct tv_bpf_walk *tv_bpf_walks_alive(const struct tv_bpf_walks *walks);

/* model/bpf_kfuncs.c: what the program still holds is given back; the leak was told. */
void tv_bpf_refs_fini(struct tv_bpf_refs *refs);

/*
 * The object that argument @nr (from 1) of @call leads to; NULL, the run stopped: none of that type, or
 * it was freed, which is a hazard.
 */
const void *tv_bpf_object_arg(struct tv_machine *machine, const uint64_t args[5], int nr,
			      enum tv_view_type type, const char *call);

/*
 * d_path() of the path in argument 1 into the buffer, of @size bytes and at least one, in argument 2:
 * bytes or -errno. Faults, and paths that are not known, stop the run.
 */
int tv_bpf_d_path(struct tv_machine *machine, const uint64_t args[5], uint32_t size,
		  const char *call);

#endif
