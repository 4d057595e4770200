/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The interpreter: runs programs of one object on memory of its own.
 *
 *	struct tv_machine_opts opts = { .vmlinux = vmlinux, .env = &env, .max_insns = 1000000 };
 *	err = tv_machine_create(obj, &opts, &machine);
 *	tv_machine_run(machine, prog, ctx, sizeof(ctx), &result);
 *	value = tv_map_value(tv_machine_map(machine, 0), key, cpu);
 *	tv_machine_destroy(machine);
 *
 * It knows instructions, maps and what needs only these. The kernel around (tasks, address
 * spaces, iterators, the clock) is a table that the caller fills: struct tv_env.
 *
 * Any program is safe to run, verified or not: it reaches only memory of the machine, and ends at
 * max_insns.
 */
#ifndef TV_BPF_MACHINE_H
#define TV_BPF_MACHINE_H

#include "bpf/disasm.h"
#include "bpf/map_instance.h"
#include "bpf/memory.h"
#include "bpf/object.h"

struct tv_machine;

/* A helper or kfunc: @args are r1 to r5; returns r0. What goes wrong it tells by tv_machine_stop(). */
typedef uint64_t tv_call_fn(struct tv_machine *machine, const uint64_t args[5]);

/* The kernel around. Each member may be NULL: there is none then. */
struct tv_env {
	void *arg;
	uint32_t page_size;	/* bytes; 0: TV_BPF_PAGE_SIZE */
	uint64_t user_end;	/* first address after user space; 0: that of x86-64 with four levels */
	/* The helper with that id, or the kfunc of that name, when it is modelled; else NULL. */
	tv_call_fn *(*helper)(void *arg, int id);
	tv_call_fn *(*kfunc)(void *arg, const char *name);
	/* The address of a typed kernel variable (a __ksym of vmlinux BTF); 0: not modelled. */
	uint64_t (*variable)(void *arg, struct tv_machine *machine, const char *name);
	/* A line of bpf_printk(), without its newline; NULL: nobody reads it. */
	void (*printk)(void *arg, const char *line);
	/* What per-task maps know the task at @addr by; 0: no task is there. */
	uint64_t (*owner)(void *arg, uint64_t addr);
	/* Before each instruction, when set: for traces and breakpoints. Nonzero stops the run. */
	int (*step)(void *arg, struct tv_machine *machine, uint32_t insn, const uint64_t regs[11]);
};

struct tv_machine_opts {
	const struct tv_btf *vmlinux;	/* names kfuncs and kernel variables; NULL: none */
	const struct tv_env *env;	/* NULL: no kernel around */
	uint64_t max_insns;		/* executed by one run; 0: TV_MACHINE_MAX_INSNS */
	uint64_t max_memory;		/* bytes of all maps; 0: TV_MACHINE_MAX_MEMORY */
	uint32_t nr_cpus;		/* of per-CPU maps; 0: 1 */
	enum tv_kernel kernel;		/* whose rules (may_goto's budget) */
};

#define TV_MACHINE_MAX_INSNS	(UINT64_C(1) << 32)
#define TV_MACHINE_MAX_MEMORY	(UINT64_C(1) << 30)

/* How a run ended. */
enum tv_run_end {
	TV_RUN_DONE,		/* the program returned */
	TV_RUN_MAX_INSNS,	/* max_insns were executed */
	TV_RUN_FAULT,		/* it touched what is not its, or is not there any more */
	TV_RUN_UNSUPPORTED,	/* it came to what is not modelled, which @why names */
	TV_RUN_STOPPED,		/* env->step, or a hazard after which nothing sensible comes */
	TV_RUN_NOMEM,
};

struct tv_run_result {
	enum tv_run_end end;
	uint64_t retval;	/* r0 of a run that is done */
	uint64_t insns;		/* executed, a 64-bit immediate load counts one */
	const struct tv_bpf_prog *prog;	/* in which it ended: another after a tail call */
	uint32_t insn;		/* at which it ended */
	char why[256];		/* one line, when it is not done */
};

/*
 * Makes the maps of @obj (with its data as it is now) and room to run. 0, -ENOMEM, or what
 * tv_map_create() gives, with @error. A map of a kind that is not modelled stops the programs that use it.
 */
int tv_machine_create(const struct tv_bpf_object *obj, const struct tv_machine_opts *opts,
		      struct tv_machine **machine, struct tv_bpf_error *error);
void tv_machine_destroy(struct tv_machine *machine);

/*
 * Decodes @prog now, once; a run would else do it. @btf_load has a bit for each instruction (bit 0 of
 * byte 0 is the first) that loads through a typed kernel pointer: where no memory is, such a load reads
 * 0 (the kernel's PROBE_MEM); without it, or with NULL, it is a fault. 0 or -ENOMEM.
 */
int tv_machine_load(struct tv_machine *machine, const struct tv_bpf_prog *prog,
		    const uint8_t *btf_load);

/* Runs @prog with a copy of @size bytes of context (struct bpf_raw_tracepoint_args, ...). Maps keep what they have. */
void tv_machine_run(struct tv_machine *machine, const struct tv_bpf_prog *prog, const void *ctx,
		    size_t size, struct tv_run_result *result);

/* For calls (struct tv_env) while a program runs. */

struct tv_memory *tv_machine_memory(struct tv_machine *machine);
void *tv_machine_env(struct tv_machine *machine);	/* env->arg */
const struct tv_bpf_object *tv_machine_object(struct tv_machine *machine);
/* Program and instruction under way; NULL and 0 while a program is decoded and none has begun. */
const struct tv_bpf_prog *tv_machine_at(struct tv_machine *machine, uint32_t *insn);
/* The run ends when the call returns; the first reason is kept. */
void tv_machine_stop(struct tv_machine *machine, enum tv_run_end end, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Calls the BPF function at @func, an address a program passed as callback; its r0 in *@ret. 0, or the run is stopped. */
int tv_machine_callback(struct tv_machine *machine, uint64_t func, const uint64_t args[5],
			uint64_t *ret);
/* Instance of the object's map number @index; and the one whose address programs pass to calls, or NULL. */
struct tv_map *tv_machine_map(struct tv_machine *machine, uint32_t index);
struct tv_map *tv_machine_map_at(struct tv_machine *machine, uint64_t addr);
/* The CPU it runs on, below nr_cpus; 0 at first. */
void tv_machine_set_cpu(struct tv_machine *machine, uint32_t cpu);

/* Plain bytes and copies at addresses of the program; a failure stops the run. NULL or -errno then. */
void *tv_machine_bytes(struct tv_machine *machine, uint64_t addr, uint64_t size, bool write,
		       const char *what);
int tv_machine_read(struct tv_machine *machine, uint64_t addr, void *to, uint64_t size,
		    const char *what);

#endif
