/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * One verification: everything the files of this folder share. Below the structures, the functions
 * of each file. Unless said otherwise they return 0 or -errno, and have then logged the kernel's
 * message.
 */
#ifndef TV_VERIFIER_INTERNAL_H
#define TV_VERIFIER_INTERNAL_H

#include <stdarg.h>

#include "bpf/btf.h"
#include "bpf/insn.h"
#include "bpf/object.h"
#include "verifier_sim/rules.h"
#include "verifier_sim/state.h"
#include "verifier_sim/verifier_sim.h"

#define VS_MAX_INSNS		1000000u	/* simulated, over all paths */
#define VS_MAX_PENDING		8192u		/* branches waiting */
#define VS_MAX_SUBPROGS		256u
#define VS_MAX_VAR_OFF		(INT64_C(1) << 29)
#define VS_MAX_VAR_SIZE		(UINT64_C(1) << 29)

/* The kernel's own ENOTSUPP, which it lets through to user space. */
#define VS_ENOTSUPP		524

/* Not an errno of the kernel's: the feature is named in env->unsupported. */
#define VS_UNSUPPORTED		(-10000)

/* The kernel's verdict is -ENOMEM, which by itself means that we ran out of memory. */
#define VS_KERNEL_ENOMEM	(-10012)

/* --- a map as the program sees it --------------------------------------------- */

struct vs_map {
	const struct tv_bpf_map *def;
	char name[16];
	uint32_t inner;			/* index of the template of its inner maps; 0: none */
	uint64_t addr;			/* made up, stable, for the log */
	bool has_lock;			/* its values have a bpf_spin_lock */
	bool has_async_field;		/* ... a timer, work queue or task work */
};

/* --- what is known of an instruction ------------------------------------------ */

struct vs_aux {
	uint32_t ptr_type;		/* through what it accessed memory; 0: not yet */
	uint32_t scc;			/* strongly connected component; 0: in no loop */
	uint32_t map;			/* ld_imm64 of a map, call: the one map it used */
	uint32_t map_off;
	uint32_t value_type, value_btf_id, value_size;	/* ld_imm64 of a kernel variable */
	uint16_t live_regs;		/* read later, before being written */
	uint16_t loop_callee;		/* of a call of bpf_loop; 0: not yet seen */
	bool prune_point : 1, jmp_point : 1, jump_target : 1, force_checkpoint : 1;
	bool calls_callback : 1, is_iter_next : 1, seen : 1, map_poisoned : 1, loop_inline : 1;
};

#define VS_ARGS_MAX 5

struct vs_arg {
	uint32_t type;			/* enum vs_arg_base | flags */
	uint32_t mem_size, btf_id;
};

struct vs_subprog {
	uint32_t start, postorder_start;
	uint32_t stack_depth;		/* bytes, as far as seen */
	uint32_t func_id;		/* FUNC in the program's BTF; 0: none */
	const char *name;
	bool is_global, has_tail_call, has_ld_abs, tail_call_reachable;
	bool is_cb, changes_pkt_data, might_sleep;
	bool args_cached, unreliable, called, verified;
	uint32_t arg_cnt;
	struct vs_arg args[VS_ARGS_MAX];
};

#include "verifier_sim/trace.h"

/* --- remembered states -------------------------------------------------------- */

struct vs_checkpoint {
	struct vs_state state;		/* first: a state's parent is always one of these */
	struct vs_checkpoint *next, *prev;
	uint32_t miss_cnt, hit_cnt;
	bool in_free_list;
};

/* The end of a path that ran into a state of a loop still being explored. */
struct vs_backedge {
	struct vs_state state;
	struct vs_backedge *next;
};

struct vs_callchain {
	uint32_t callsites[VS_MAX_FRAMES - 1];
	uint32_t scc;
};

/* One run through a loop, from the calls that lead to it. */
struct vs_scc_visit {
	struct vs_callchain chain;
	struct vs_state *entry_state;
	struct vs_backedge *backedges;
	uint32_t num_backedges;
	struct vs_scc_visit *next;	/* of the same component */
};

/* A branch to be explored later. */
struct vs_pending {
	struct vs_state st;
	uint32_t insn_idx;
	int prev_insn_idx;
	uint64_t log_pos;
	struct vs_trace_mark trace;
	struct vs_pending *next;
};

/* Which registers and slots have to be precise, going back. */
struct vs_backtrack {
	uint32_t frame;
	uint32_t regs[VS_MAX_FRAMES];
	uint64_t slots[VS_MAX_FRAMES];
};

#define VS_ID_MAP_SIZE ((VS_REGS + VS_MAX_STACK / VS_SLOT) * VS_MAX_FRAMES)

/* Which id of the old state stands for which of the new one. */
struct vs_idmap {
	uint32_t tmp_id_gen, cnt;
	struct { uint32_t old, cur; } pairs[VS_ID_MAP_SIZE];
};

struct vs_log {
	unsigned int level;
	char *text;
	size_t len, cap, limit;
	uint64_t dropped;		/* bytes cut off at the front */
	bool failed;			/* out of memory: the rest is missing */
};

struct vs_livestack;

struct vs_env {
	const struct tv_bpf_object *obj;
	const struct tv_bpf_prog *prog;
	const struct tv_verify_opts *opts;
	const struct tv_btf *vmlinux, *btf;	/* kernel's, program's; either may be NULL */
	const struct vs_rules *rules;
	const struct bpf_insn *insns;
	uint32_t insn_cnt;
	uint32_t flags;
	bool test_state_freq, strict_alignment, test_reg_invariants, sleepable;
	bool gpl_compatible;
	uint32_t nr_cpus;
	uint32_t max_ctx_offset;	/* end of what was accessed of the context */
	char *unsupported;
	struct vs_pool pool;
	struct vs_log log;

	struct vs_map *maps;		/* [0] is none */
	uint32_t map_cnt;
	struct vs_aux *aux;
	struct vs_subprog subprogs[VS_MAX_SUBPROGS + 1];
	uint32_t subprog_cnt, exception_cb;
	uint32_t *postorder, postorder_cnt;

	/* tp_btf, fentry, ...: the prototype attached to */
	const struct btf_type *attach_proto;
	const char *attach_name;
	bool attach_is_trace;

	struct vs_checkpoint **explored;	/* [insn_cnt] lists */
	struct vs_checkpoint *free_list;
	struct vs_scc_visit **scc_visits;	/* [scc_cnt] */
	uint32_t scc_cnt;
	struct vs_pending *pending;
	uint32_t pending_cnt;
	struct vs_state *cur;
	uint32_t insn_idx;
	int prev_insn_idx;
	struct vs_hist *cur_hist;	/* this instruction's entry, once it has one */
	uint32_t id_gen;
	struct vs_reg fake[2];		/* immediate operands */
	struct vs_backtrack bt;
	struct vs_idmap idmap;
	struct vs_livestack *livestack;

	struct vs_trace *trace;		/* NULL unless the program is to be explained */
	struct vs_place differs;	/* why the last two states compared were not equal */
	bool differs_known;

	uint32_t insn_processed, jmps_processed, prev_insn_processed, prev_jmps_processed;
	uint32_t max_states_per_insn, total_states, peak_states;
	uint32_t explored_size, free_list_size, num_backedges;

	/* what the current instruction changed, for the log */
	uint32_t scratched_regs;
	uint64_t scratched_slots;
	uint64_t prev_log_pos;
	uint32_t prev_insn_print_len;
	const struct tv_bpf_line_info *prev_line;
	struct tv_disasm disasm;
};

static inline struct vs_reg *vs_regs(struct vs_env *env)
{
	return vs_cur_frame(env->cur)->regs;
}

static inline bool vs_in_sleepable(const struct vs_env *env)
{
	return env->sleepable;
}

static inline bool vs_in_rcu_cs(const struct vs_env *env)
{
	return env->cur->active_rcu || !vs_in_sleepable(env);
}

/* Sections of the log that only people who asked for everything see. */
static inline bool vs_log_all(const struct vs_env *env)
{
	return env->log.level & TV_LOG_ALL;
}

static inline bool vs_log_path(const struct vs_env *env)
{
	return env->log.level & (TV_LOG_PATH | TV_LOG_ALL);
}

/* env.c */
/* The name of what is missing; returns VS_UNSUPPORTED. */
int vs_unsupported(struct vs_env *env, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
struct vs_subprog *vs_subprog_containing(struct vs_env *env, uint32_t insn);
/* Index of the subprogram that starts at @insn, or -ENOENT. */
int vs_subprog_at(struct vs_env *env, uint32_t insn);
static inline bool vs_is_may_goto(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_JCOND) && insn->src_reg == TV_MAY_GOTO;
}
/* Successors in program order: fall through first. Returns their number (0..2). */
int vs_successors(const struct vs_env *env, uint32_t insn, uint32_t succ[2]);
bool vs_is_sync_callback_call(const struct vs_env *env, const struct bpf_insn *insn);
bool vs_is_async_callback_call(const struct vs_env *env, const struct bpf_insn *insn);

/* verify.c: one verification. _create: NULL when out of memory; _destroy takes NULL */
struct vs_env *vs_env_create(const struct tv_bpf_object *obj, const struct tv_bpf_prog *prog,
			     const struct tv_verify_opts *opts);
void vs_env_destroy(struct vs_env *env);
int vs_check_program(struct vs_env *env);

/* log.c: the text, kept whatever the level: the last lines are the result's message */
void vs_log(struct vs_env *env, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
uint64_t vs_log_pos(const struct vs_env *env);
/* Forgets what was written after @pos. */
void vs_log_reset(struct vs_env *env, uint64_t pos);
/* "; SOURCE @ FILE:LINE" unless that line was the last one printed. */
void vs_log_line(struct vs_env *env, uint32_t insn, const char *prefix);
void vs_log_insn(struct vs_env *env, uint32_t insn);

/* print.c */
void vs_print_state(struct vs_env *env, const struct vs_state *st, uint32_t frame, bool all);
/* What this instruction changed, behind its text where there is room. */
void vs_print_insn_state(struct vs_env *env, const struct vs_state *st, uint32_t frame);
/* A register of @frame, as in the log. */
void vs_print_reg(struct vs_env *env, const struct vs_frame *frame, const struct vs_reg *reg);
void vs_print_tnum(char *buf, size_t size, struct tnum t);
const char *vs_iter_name(const struct vs_env *env, uint32_t btf_id);
/* "STRUCT", "PTR", ... */
const char *vs_kind_word(const struct btf_type *t);
/* A type's or member's name in the kernel's messages: "(anon)" where it has none. */
const char *vs_name_or_anon(const struct tv_btf *btf, uint32_t name_off);
static inline void vs_scratch_reg(struct vs_env *env, uint32_t reg)
{
	env->scratched_regs |= 1u << reg;
}
static inline void vs_scratch_slot(struct vs_env *env, uint32_t slot)
{
	env->scratched_slots |= UINT64_C(1) << slot;
}
static inline void vs_scratch_all(struct vs_env *env)
{
	env->scratched_regs = ~0u;
	env->scratched_slots = UINT64_MAX;
}

/* layout.c: subprograms, jumps, 64-bit immediates: what is checked before any path is followed */
int vs_layout_subprogs(struct vs_env *env);
int vs_layout_check_jumps(struct vs_env *env);
int vs_layout_resolve_imm64(struct vs_env *env);

/* attach.c, null_args.c */
int vs_check_attach(struct vs_env *env);
/* Of a tracepoint's argument (from 0): bit 0, may be NULL; bit 1, may be an error pointer. */
uint32_t vs_tracepoint_null_args(const struct vs_rules *rules, const char *name, uint32_t arg);

/* cfg.c */
int vs_check_cfg(struct vs_env *env);

/* flow.c */
int vs_compute_postorder(struct vs_env *env);
int vs_compute_scc(struct vs_env *env);
int vs_compute_live_regs(struct vs_env *env);

/* livestack.c: which stack slots may be read later */
int vs_livestack_init(struct vs_env *env);
void vs_livestack_fini(struct vs_env *env);
int vs_livestack_begin_insn(struct vs_env *env, uint32_t insn);
int vs_livestack_end_insn(struct vs_env *env);
void vs_livestack_forget_chain(struct vs_env *env);
int vs_livestack_read(struct vs_env *env, uint32_t frame, uint64_t slots);
void vs_livestack_wrote(struct vs_env *env, uint32_t frame, uint64_t slots);
int vs_livestack_update(struct vs_env *env);
int vs_livestack_query(struct vs_env *env, const struct vs_state *st);
bool vs_livestack_alive(struct vs_env *env, const struct vs_state *st, uint32_t frame,
			uint32_t slot);

/* path.c: branches to explore, the history of the current one */
struct vs_state *vs_push_branch(struct vs_env *env, uint32_t insn, int prev_insn);
/* NULL: vs_push_error() says why. */
struct vs_state *vs_push_async(struct vs_env *env, uint32_t insn, int prev_insn, uint32_t subprog,
			       bool sleepable);
/* -ENOENT: none is left. @insn, @prev_insn may be NULL. */
int vs_pop_branch(struct vs_env *env, int *prev_insn, uint32_t *insn, bool reset_log);
/* Why pushing failed; @full: what the kernel returns here when too many are waiting. */
int vs_push_error(const struct vs_env *env, int full);
int vs_push_hist(struct vs_env *env, struct vs_state *st, uint32_t flags, uint32_t frame,
		 uint32_t spi, const struct vs_linked *linked, uint32_t linked_cnt);

/* prune.c, scc.c, equal.c: states seen before */
/* 1: an equivalent state was found, the path ends. */
int vs_state_visited(struct vs_env *env, uint32_t insn);
int vs_finish_branch(struct vs_env *env, struct vs_state *st);
void vs_free_checkpoints(struct vs_env *env);
/* The latest unfinished state at @insn on the same call chain, before @cur; NULL. */
struct vs_state *vs_prev_entry(struct vs_env *env, const struct vs_state *cur, uint32_t insn);
void vs_widen(struct vs_env *env, const struct vs_state *old, struct vs_state *cur);
void vs_update_peak(struct vs_env *env);

enum vs_exact { VS_NOT_EXACT, VS_EXACT, VS_RANGE_WITHIN };
bool vs_states_equal(struct vs_env *env, const struct vs_state *old, const struct vs_state *cur,
		     enum vs_exact exact);
/* Same registers but for ids that differ consistently; env->idmap is reset by the caller. */
bool vs_regs_exact(struct vs_env *env, const struct vs_reg *old, const struct vs_reg *cur);
void vs_idmap_reset(struct vs_env *env);

int vs_scc_enter(struct vs_env *env, struct vs_state *st);
int vs_scc_exit(struct vs_env *env, struct vs_state *st);
int vs_scc_add_backedge(struct vs_env *env, struct vs_state *found, struct vs_backedge *edge);
bool vs_scc_incomplete(struct vs_env *env, const struct vs_state *st);
void vs_scc_free(struct vs_env *env);

/* In place of the above by 6.12's rules: @cur ends at @old; all paths from @st have ended; whether
 * the loop that @st, all of whose paths have ended, is in is still explored. */
void vs_loop_entry_hit(struct vs_state *cur, struct vs_state *old);
void vs_loop_entry_finish(struct vs_state *st);
bool vs_loop_entry_open(struct vs_state *st);
int vs_propagate_precision(struct vs_env *env, const struct vs_state *old, struct vs_state *cur,
			   bool *changed);

/* precision.c: of register @reg in the current frame; -1: nothing */
int vs_mark_precise(struct vs_env *env, int reg);
int vs_mark_chain_precise(struct vs_env *env, struct vs_state *st, int reg, bool *changed);
void vs_force_precise(struct vs_env *env, struct vs_state *st);

/* reg.c */
int vs_check_src(struct vs_env *env, uint32_t reg);
int vs_check_dst(struct vs_env *env, uint32_t reg, bool mark_unknown);
int vs_check_bounds(struct vs_env *env, struct vs_reg *reg, const char *where);
void vs_give_id(struct vs_env *env, struct vs_reg *reg);
void vs_clear_caller_saved(struct vs_env *env, struct vs_reg *regs);
void vs_reg_not_null(struct vs_env *env, struct vs_reg *reg);
bool vs_reg_is_trusted(const struct vs_reg *reg);
bool vs_reg_is_surely_not_null(const struct vs_reg *reg);
void vs_mark_null_checked(struct vs_env *env, struct vs_state *st, uint32_t reg, bool is_null);

/* alu.c, pointer_alu.c */
int vs_check_alu(struct vs_env *env, const struct bpf_insn *insn);
/* "+=", "<<=", ... */
const char *vs_alu_word(uint8_t op);
int vs_pointer_alu(struct vs_env *env, const struct bpf_insn *insn, const struct vs_reg *ptr,
		   const struct vs_reg *off);

/* branch.c, refine.c, linked.c, packet.c */
int vs_check_jump(struct vs_env *env, const struct bpf_insn *insn);
int vs_branch_taken(const struct vs_reg *a, const struct vs_reg *b, uint8_t op, bool jmp32,
		    const struct vs_rules *rules);
int vs_refine_branch(struct vs_env *env, struct vs_reg *true_a, struct vs_reg *true_b,
		     struct vs_reg *false_a, struct vs_reg *false_b, uint8_t op, bool jmp32);
uint8_t vs_flip_op(uint8_t op);

struct vs_linked_set {
	uint32_t cnt;
	struct vs_linked e[VS_LINKED_MAX];
};
void vs_collect_linked(struct vs_env *env, struct vs_state *st, uint32_t id,
		       struct vs_linked_set *set);
void vs_sync_linked(struct vs_env *env, struct vs_state *st, const struct vs_reg *known,
		    const struct vs_linked_set *set);
bool vs_refine_packet(const struct bpf_insn *insn, const struct vs_reg *dst,
		      const struct vs_reg *src, struct vs_state *this_branch,
		      struct vs_state *other_branch);
void vs_forget_packets(struct vs_env *env);
int vs_packet_taken(const struct vs_reg *a, const struct vs_reg *b, uint8_t op);

/* memory.c, stack.c, ctx.c, btf_access.c, map_access.c */
enum vs_access { VS_READ, VS_WRITE };
/* Loads into or stores from @value (-1: none). */
int vs_check_mem(struct vs_env *env, uint32_t insn_idx, uint32_t reg, int off, int size,
		 enum vs_access access, int value, bool strict_once, bool sign_extend);
int vs_check_load(struct vs_env *env, const struct bpf_insn *insn);
int vs_check_store(struct vs_env *env, const struct bpf_insn *insn);
int vs_check_atomic(struct vs_env *env, const struct bpf_insn *insn);
/* A range of @size bytes from a pointer with a variable offset, within @mem_size bytes. */
int vs_check_region(struct vs_env *env, uint32_t reg, int off, int size, uint32_t mem_size,
		    bool zero_ok);
int vs_check_packet(struct vs_env *env, uint32_t reg, int off, int size, bool zero_ok);
int vs_check_alignment(struct vs_env *env, const struct vs_reg *reg, int off, int size,
		       bool strict_once);
int vs_check_ptr_off(struct vs_env *env, const struct vs_reg *reg, uint32_t regno, bool fixed_ok);

int vs_check_stack_access(struct vs_env *env, uint32_t reg, int off, int size,
			  enum vs_access access, int value, uint32_t insn_idx);
struct vs_call_meta;
int vs_check_stack_range(struct vs_env *env, uint32_t reg, int off, int size, bool zero_ok,
			 bool by_helper, enum vs_access access, struct vs_call_meta *meta);
int vs_stack_within(struct vs_env *env, uint32_t reg, int off, int size, bool by_helper,
		    enum vs_access access);

int vs_check_ctx(struct vs_env *env, uint32_t insn_idx, const struct vs_reg *reg, uint32_t regno,
		 int off, int size, enum vs_access access, int value, bool sign_extend);
/* skb.c: may a network program do so with its context? @type: what is found, when it is a pointer */
bool vs_skb_access(const struct vs_env *env, int off, int size, enum vs_access how, bool sign_extend,
		   uint32_t *type);
int vs_check_btf_ptr(struct vs_env *env, uint32_t reg, int off, int size, enum vs_access access,
		     int value);
bool vs_btf_ids_match(struct vs_env *env, uint32_t id, int off, uint32_t want_id, bool strict);
int vs_check_map_type(struct vs_env *env, uint32_t reg, int off, int size, enum vs_access access);
int vs_check_map_value(struct vs_env *env, uint32_t reg, int off, int size, bool zero_ok,
		       bool by_helper);
int vs_check_map_load(struct vs_env *env, uint32_t reg, int off, int size, enum vs_access access,
		      int value, uint32_t insn_idx, bool sign_extend);
int vs_check_map_ptr(struct vs_env *env, uint32_t reg, int off, int size, enum vs_access access,
		     int value);

/* refs.c */
int vs_acquire_ref(struct vs_env *env, uint32_t insn_idx);	/* its id, or -errno */
int vs_release_ref(struct vs_env *env, uint32_t id);
/* Only the record, not registers that hold it. */
int vs_drop_ref(struct vs_env *env, struct vs_state *st, uint32_t id);
/* Is the program out of all sections? Before v6.14, at its exit only. */
int vs_check_sections_left(struct vs_env *env);
int vs_check_leaks(struct vs_env *env, bool check_sections, const char *what, bool summary);
int vs_rcu_lock(struct vs_env *env, const char *func, bool lock, bool unlock, bool sleepable);
int vs_preempt(struct vs_env *env, const char *func, bool disable, bool enable, bool sleepable);

/* iter.c */
struct vs_kfunc_meta;
int vs_iter_arg(struct vs_env *env, uint32_t reg, uint32_t insn_idx, struct vs_kfunc_meta *meta);
int vs_iter_next(struct vs_env *env, uint32_t insn_idx, struct vs_kfunc_meta *meta);
int vs_slot_of(int off);
/* Slot of an object that stands on the stack at @reg, or -EINVAL, -ERANGE. */
int vs_stack_object(struct vs_env *env, const struct vs_reg *reg, const char *kind, int slots);


/* call.c, callback.c, func_args.c */
typedef int (*vs_callee_fn)(struct vs_env *env, struct vs_frame *caller, struct vs_frame *callee,
			    uint32_t insn_idx);
int vs_check_call(struct vs_env *env, const struct bpf_insn *insn);
int vs_push_callback(struct vs_env *env, uint32_t insn_idx, uint32_t subprog, vs_callee_fn setup);
int vs_enter_func(struct vs_env *env, uint32_t subprog, uint32_t callsite, vs_callee_fn setup,
		  struct vs_state *st);
int vs_leave_func(struct vs_env *env, uint32_t *insn_idx);
int vs_helper_callback(struct vs_env *env, uint32_t func, uint32_t insn_idx,
		       struct vs_call_meta *meta);
int vs_func_prepare_args(struct vs_env *env, uint32_t subprog);
int vs_func_match_args(struct vs_env *env, uint32_t subprog, struct vs_reg *regs);
int vs_func_entry_regs(struct vs_env *env, uint32_t subprog, struct vs_reg *regs);

/* helper_call.c, helper_arg.c, helper_proto.c */
#include "verifier_sim/helper.h"

/* kfunc_call.c, kfunc_arg.c, kfunc_set.c */
#include "verifier_sim/kfunc.h"

/* exit.c */
int vs_check_exit(struct vs_env *env, bool *print_state);
int vs_check_return_code(struct vs_env *env, uint32_t reg, const char *name);
int vs_check_stack_depth(struct vs_env *env);
void vs_log_bad_range(struct vs_env *env, const struct vs_reg *reg, int32_t min, int32_t max,
		      const char *where, const char *name);

/* run.c */
#define VS_PATH_DONE 1		/* of vs_check_exit() and others: this path has come to its end */
int vs_run(struct vs_env *env, uint32_t subprog);

/* Is @x one of the values listed after it? */
#define vs_one_of(x, ...) \
	vs_in_list(x, (const uint32_t[]){ __VA_ARGS__ }, \
		   sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

static inline bool vs_in_list(uint32_t x, const uint32_t *list, size_t nr)
{
	while (nr--) {
		if (list[nr] == x)
			return true;
	}
	return false;
}

#endif
