/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel around an interpreted BPF program (struct tv_env of bpf/machine.h): the world's tasks,
 * address spaces and files, seen through the target's BTF; helpers and kfuncs that meet them; and
 * the iterators of one design.
 *
 *	tv_bpf_kernel_create(&opts, &kernel);
 *	mopts.env = tv_bpf_kernel_env(kernel);
 *	tv_machine_create(obj, &mopts, &machine, &error);
 *	tv_bpf_kernel_run(kernel, machine, prog, ctx, size, &result);
 *	tv_machine_destroy(machine);
 *	tv_bpf_kernel_destroy(kernel);
 *
 * Reading freed or unprotected memory is a hazard of the world (model/hazard.h), kept with the
 * instruction that did. A field that the model does not have stops the run and is named.
 */
#ifndef TV_MODEL_BPF_KERNEL_H
#define TV_MODEL_BPF_KERNEL_H

#include "bpf/machine.h"
#include "model/iter.h"

struct tv_bpf_kernel;

struct tv_bpf_kernel_opts {
	struct tv_world *world;			/* with slots: tv_world_create_watched() */
	struct task_struct *current_task;	/* in which the program runs */
	const struct tv_iter_design *design;	/* of bpf_iter_task_vma; NULL: the default */
	enum tv_context context;
	const struct tv_btf *vmlinux;	/* layout of what programs read; never NULL */
	enum tv_kernel kernel;
	uint64_t boot_ns;		/* bpf_ktime_get_ns() of the first call; later ones are later */
	uint64_t seed;			/* of bpf_get_prandom_u32() */
	/* bpf_printk(): one line without newline; NULL: nobody reads it */
	void (*printk)(void *arg, const char *line);
	void *printk_arg;
	/* struct tv_env.step, for traces and breakpoints; NULL: none */
	int (*step)(void *arg, struct tv_machine *machine, uint32_t insn, const uint64_t regs[11]);
	void *step_arg;
};

/* A hazard of the world as it came to be in a program. */
struct tv_bpf_hazard {
	enum tv_hazard_kind kind;
	char text[200];			/* what, of whom; one line */
	/*
	 * The instruction that made it, of the program run (or tail called); of a leak the call that took
	 * it, where that is known. NULL: none.
	 */
	const struct tv_bpf_prog *prog;
	uint32_t insn;
	/* What went before: "mmap_read_unlock (model/iter_mmap_lock.c:76) at instruction 31, prog.c:12"; "": nothing. */
	char cause[200];
};

/*
 * 0, -ENOMEM, or -EINVAL: @vmlinux lacks a type that is needed, or the world has no slots, or there is
 * no current task, or the design is no iterator, which *@why (a static text) says.
 */
int tv_bpf_kernel_create(const struct tv_bpf_kernel_opts *opts, struct tv_bpf_kernel **kernel,
			 const char **why);
void tv_bpf_kernel_destroy(struct tv_bpf_kernel *kernel);
const struct tv_env *tv_bpf_kernel_env(struct tv_bpf_kernel *kernel);

/*
 * tv_machine_run() as the current task on CPU 0 in the given context: under rcu_read_lock(), or
 * under RCU tasks trace for a sleepable program. What is still held when it ends (locks,
 * references, BPF memory) stays in the world's ledger; put-off work has been done.
 */
void tv_bpf_kernel_run(struct tv_bpf_kernel *kernel, struct tv_machine *machine,
		       const struct tv_bpf_prog *prog, const void *ctx, size_t size,
		       struct tv_run_result *result);

/*
 * The hazards of all runs until now, in order, each kind once for an instruction; as long as nothing is
 * run. What is left over at the end is there as TV_HAZARD_LEAK. Returns how many.
 */
size_t tv_bpf_kernel_hazards(const struct tv_bpf_kernel *kernel,
			     const struct tv_bpf_hazard **hazards);

#endif
