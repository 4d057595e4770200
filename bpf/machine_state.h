/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a machine is made of. Private to bpf/. */
#ifndef TV_BPF_MACHINE_STATE_H
#define TV_BPF_MACHINE_STATE_H

#include "bpf/machine.h"
#include "bpf/memory_cache.h"
#include "bpf/op.h"

#define MACHINE_FRAMES	8	/* Linux: MAX_CALL_FRAMES */
#define MACHINE_STACK	512	/* bytes of a frame: MAX_BPF_STACK */
#define MACHINE_TAIL_CALLS 33	/* MAX_TAIL_CALL_CNT */
#define REFUSAL_SIZE	160

/* While a run goes on; not one of the ends. */
#define RUN_GOES_ON	((enum tv_run_end)-1)

struct machine_frame {
	struct tv_region stack;
	uint8_t bytes[MACHINE_STACK];
	/* What the caller goes on with, when this frame called another. */
	const struct op *ret;
	struct code *code;
	uint64_t saved[4];		/* r6 to r9 */
	uint64_t may_goto;		/* turns left */
	uint64_t may_goto_since;	/* instructions executed when the first may_goto was asked; 0: not yet */
};

/* Bytes of a call's argument that is in no plain memory. */
struct machine_copy {
	void *bytes;
	uint64_t size;
};
#define MACHINE_COPIES	3

/* Memory that a call made for the program. */
struct machine_block {
	struct tv_region region;
	struct machine_block *next, **link;
	uint8_t bytes[];
};

struct tv_machine {
	struct tv_memory *memory;
	const struct tv_bpf_object *obj;
	struct tv_machine_opts opts;
	struct tv_map_room room;
	struct tv_map **maps;		/* by number; NULL: not modelled */
	struct code **codes;		/* by number of the program; NULL: not decoded yet */
	struct machine_block *blocks;
	struct machine_copy copies[MACHINE_COPIES];
	uint32_t cpu;

	/* the run */
	struct machine_frame frames[MACHINE_FRAMES];
	uint32_t depth;
	uint32_t tail_calls;
	struct code *code;
	const struct op *pc;
	int64_t fuel;			/* instructions until something is to be asked */
	uint64_t rest;			/* instructions allowed after these */
	uint64_t max_insns;
	enum tv_run_end end;
	char why[sizeof(((struct tv_run_result *)NULL)->why)];
	struct tv_region ctx;
	uint64_t ctx_room;		/* bytes ctx.bytes has */
};

/* Runs from @pc in the frame at hand until that returns; r0. Otherwise the run was stopped. */
uint64_t machine_interpret(struct tv_machine *machine, const struct op *pc, const uint64_t args[5]);
/* Executed so far. While the interpreter runs, its own count is ahead of this. */
uint64_t machine_insns(const struct tv_machine *machine);

/* may_goto.c: the turns a frame begins with; and whether the loop may go on once more. */
uint64_t machine_may_goto_turns(enum tv_kernel kernel);
bool machine_may_goto(struct tv_machine *machine, struct machine_frame *frame);

/* The program decoded; NULL: the run was stopped, or (outside of one) out of memory. */
struct code *machine_code(struct tv_machine *machine, uint32_t prog);

/* From env, or bpf/'s own; NULL: not modelled. */
tv_call_fn *machine_helper(struct tv_machine *machine, int id);
tv_call_fn *machine_kfunc(struct tv_machine *machine, const char *name);
/* bpf/'s own (call_table.c). */
tv_call_fn *call_own_helper(int id);
tv_call_fn *call_own_kfunc(const char *name);

/*
 * @size bytes at @addr to read: where they are, or in copy number @slot. NULL: the run was stopped,
 * with a message that begins with @what.
 */
const void *machine_input(struct tv_machine *machine, uint64_t addr, uint64_t size, int slot,
			  const char *what);

/* A copy of @size bytes at @from; NULL: the run was stopped. */
void *machine_keep(struct tv_machine *machine, const void *from, uint64_t size, int slot);

/* The string at @addr, all in one region of plain memory; or the run was stopped. */
const char *machine_string(struct tv_machine *machine, uint64_t addr, const char *what);

/* Zeroed memory for the program, until it is freed or the run ends. NULL: none is left. */
struct tv_region *machine_block(struct tv_machine *machine, const char *name, uint64_t size);
void machine_block_free(struct tv_machine *machine, struct tv_region *region);
void machine_free_blocks(struct tv_machine *machine);
/* The block that begins at @addr and was made with this very @name; NULL. */
struct tv_region *machine_block_at(struct tv_machine *machine, uint64_t addr, const char *name);

/* The run's end is a fault of memory: @why says which. */
void machine_fault(struct tv_machine *machine, int err, const char *why);

#endif
