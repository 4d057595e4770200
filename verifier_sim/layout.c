/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is checked of a program's shape before any path is followed: functions, jumps within them,
 * 64-bit immediates and the maps they name, opcodes.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bpf/prog_type.h"
#include "verifier_sim/internal.h"

/* --- functions ---------------------------------------------------------------- */

/* Keeps env->subprogs in order of their start; one that is known already is no error. */
static int add_subprog(struct vs_env *env, int64_t start)
{
	uint32_t at = env->subprog_cnt;

	if (start < 0 || start >= env->insn_cnt) {
		vs_log(env, "call to invalid destination\n");
		return -EINVAL;
	}
	while (at > 0 && env->subprogs[at - 1].start > start)
		at--;
	if (at > 0 && env->subprogs[at - 1].start == start)
		return 0;
	if (env->subprog_cnt >= VS_MAX_SUBPROGS) {
		vs_log(env, "too many subprograms\n");
		return -E2BIG;
	}
	memmove(&env->subprogs[at + 1], &env->subprogs[at],
		(env->subprog_cnt - at) * sizeof(env->subprogs[0]));
	memset(&env->subprogs[at], 0, sizeof(env->subprogs[0]));
	env->subprogs[at].start = (uint32_t)start;
	env->subprog_cnt++;
	return 0;
}

static int add_kfunc(struct vs_env *env, const struct bpf_insn *insn)
{
	const struct btf_type *func, *proto;

	if (!env->vmlinux) {
		vs_log(env, "calling kernel function is not supported without CONFIG_DEBUG_INFO_BTF\n");
		return -VS_ENOTSUPP;
	}
	if (!env->gpl_compatible) {
		vs_log(env, "cannot call kernel function from non-GPL compatible program\n");
		return -EINVAL;
	}
	/* the loader gives no descriptors of modules' types along */
	if (insn->off) {
		vs_log(env, insn->off < 0 ?
		       "negative offset disallowed for kernel module function call\n" :
		       "kfunc offset > 0 without fd_array is invalid\n");
		vs_log(env, "failed to find BTF for kernel function\n");
		return insn->off < 0 ? -EINVAL : -EPROTO;
	}
	if (!insn->imm)		/* weak, and not there: checked if it is reached */
		return 0;
	func = tv_btf_type(env->vmlinux, (uint32_t)insn->imm);
	if (!func || !btf_is_func(func)) {
		vs_log(env, "kernel btf_id %u is not a function\n", insn->imm);
		return -EINVAL;
	}
	proto = tv_btf_type(env->vmlinux, func->type);
	if (!proto || !btf_is_func_proto(proto)) {
		vs_log(env, "kernel function btf_id %u does not have a valid func_proto\n", insn->imm);
		return -EINVAL;
	}
	return 0;
}

/* Names and linkage come with func_info, which has one record a function, in order. */
static int name_subprogs(struct vs_env *env)
{
	const struct tv_bpf_prog *prog = env->prog;

	if (!prog->func_info_cnt)
		return 0;
	if (prog->func_info_cnt != env->subprog_cnt) {
		vs_log(env, "number of funcs in func_info doesn't match number of subprogs\n");
		return -EINVAL;
	}
	for (uint32_t i = 0; i < env->subprog_cnt; i++) {
		struct vs_subprog *sub = &env->subprogs[i];
		const struct btf_type *func;

		if (prog->func_info[i].insn_off != sub->start) {
			vs_log(env, "func_info BTF section doesn't match subprog layout in BPF program\n");
			return -EINVAL;
		}
		sub->func_id = prog->func_info[i].type_id;
		func = env->btf ? tv_btf_type(env->btf, sub->func_id) : NULL;
		if (!func || !btf_is_func(func)) {
			vs_log(env, "invalid type id %d in func info", sub->func_id);
			return -EINVAL;
		}
		sub->name = tv_btf_name(env->btf, sub->func_id);
		sub->is_global = btf_vlen(func) == BTF_FUNC_GLOBAL;
	}
	return 0;
}

static int refuse_exception_callback(struct vs_env *env)
{
	const char *tag;
	uint32_t pos = 0;

	if (!env->btf || !env->prog->func_info_cnt)
		return 0;
	while ((tag = tv_btf_next_tag(env->btf, env->prog->func_info[0].type_id, -1, &pos)))
		if (!strncmp(tag, "exception_callback:", strlen("exception_callback:")))
			return vs_unsupported(env, "exception callbacks");
	return 0;
}

int vs_layout_subprogs(struct vs_env *env)
{
	int err = add_subprog(env, 0);

	for (uint32_t i = 0; i < env->insn_cnt && !err; i++) {
		const struct bpf_insn *insn = &env->insns[i];

		if (tv_insn_is_func_addr(insn) || tv_insn_is_subprog_call(insn))
			err = add_subprog(env, (int64_t)i + insn->imm + 1);
		else if (tv_insn_is_kfunc_call(insn))
			err = add_kfunc(env, insn);
	}
	if (!err)
		err = refuse_exception_callback(env);
	if (err)
		return err;
	env->subprogs[env->subprog_cnt].start = env->insn_cnt;
	if (vs_log_all(env))
		for (uint32_t i = 0; i < env->subprog_cnt; i++)
			vs_log(env, "func#%u @%u\n", i, env->subprogs[i].start);
	return 0;
}

/* --- jumps -------------------------------------------------------------------- */

static bool is_plain_jump(const struct bpf_insn *insn)
{
	uint8_t class = BPF_CLASS(insn->code), op = BPF_OP(insn->code);

	return (class == BPF_JMP || class == BPF_JMP32) && op != BPF_EXIT && op != BPF_CALL;
}

static int check_last(struct vs_env *env, const struct bpf_insn *last)
{
	if (last->code == (BPF_JMP | BPF_EXIT) || last->code == (BPF_JMP32 | BPF_JA) ||
	    last->code == (BPF_JMP | BPF_JA))
		return 0;
	vs_log(env, "last insn is not an exit or jmp\n");
	return -EINVAL;
}

static int check_jumps_of(struct vs_env *env, struct vs_subprog *sub, uint32_t end)
{
	for (uint32_t i = sub->start; i < end; i++) {
		const struct bpf_insn *insn = &env->insns[i];
		uint8_t mode = BPF_MODE(insn->code);
		int64_t to;

		if (tv_insn_is_helper_call(insn) && insn->imm == BPF_FUNC_tail_call)
			sub->has_tail_call = sub->tail_call_reachable = true;
		if (BPF_CLASS(insn->code) == BPF_LD && (mode == BPF_ABS || mode == BPF_IND))
			sub->has_ld_abs = true;
		if (!is_plain_jump(insn))
			continue;
		to = (int64_t)i + 1 + (insn->code == (BPF_JMP32 | BPF_JA) ? insn->imm : insn->off);
		if (to < sub->start || to >= end) {
			vs_log(env, "jump out of range from insn %u to %lld\n", i, (long long)to);
			return -EINVAL;
		}
	}
	return check_last(env, &env->insns[end - 1]);
}

int vs_layout_check_jumps(struct vs_env *env)
{
	int err = 0;

	for (uint32_t s = 0; s < env->subprog_cnt && !err; s++)
		err = check_jumps_of(env, &env->subprogs[s], env->subprogs[s + 1].start);
	return err ? err : name_subprogs(env);
}

/* --- opcodes ------------------------------------------------------------------ */

static bool alu_opcode_exists(uint8_t code)
{
	switch (BPF_OP(code)) {
	case BPF_ADD: case BPF_SUB: case BPF_MUL: case BPF_DIV: case BPF_OR: case BPF_AND:
	case BPF_LSH: case BPF_RSH: case BPF_MOD: case BPF_XOR: case BPF_MOV: case BPF_ARSH:
		return true;
	case BPF_NEG:
		return BPF_SRC(code) == BPF_K;
	case BPF_END:
		return BPF_CLASS(code) == BPF_ALU || BPF_SRC(code) == BPF_TO_LE;
	default:
		return false;
	}
}

static bool jump_opcode_exists(uint8_t code)
{
	bool wide = BPF_CLASS(code) == BPF_JMP;

	switch (BPF_OP(code)) {
	case BPF_JEQ: case BPF_JNE: case BPF_JGT: case BPF_JGE: case BPF_JLT: case BPF_JLE:
	case BPF_JSGT: case BPF_JSGE: case BPF_JSLT: case BPF_JSLE: case BPF_JSET:
		return true;
	case BPF_JA:
		return BPF_SRC(code) == BPF_K;
	case BPF_CALL: case BPF_EXIT: case BPF_JCOND:
		return wide && BPF_SRC(code) == BPF_K;
	default:
		return false;
	}
}

static bool opcode_exists(const struct vs_env *env, uint8_t code)
{
	uint8_t mode = BPF_MODE(code), size = BPF_SIZE(code);

	switch (BPF_CLASS(code)) {
	case BPF_ALU:
	case BPF_ALU64:
		return alu_opcode_exists(code);
	case BPF_JMP:
	case BPF_JMP32:
		return jump_opcode_exists(code);
	case BPF_LD:
		return mode == BPF_IMM ? size == BPF_DW
				       : (mode == BPF_ABS || mode == BPF_IND) && size != BPF_DW;
	case BPF_LDX:
		return mode == BPF_MEM || (mode == BPF_MEMSX && size != BPF_DW);
	case BPF_ST:
		return mode == BPF_MEM;
	default:
		if (mode == BPF_ATOMIC)
			return env->rules->kernel >= TV_KERNEL_6_18 || size == BPF_W || size == BPF_DW;
		return mode == BPF_MEM;
	}
}

/* --- 64-bit immediates -------------------------------------------------------- */

#define MAP_TYPE_CGRP_STORAGE	32	/* newer than the headers of this machine may be */

static bool tracing_prog(uint32_t type)
{
	return type == BPF_PROG_TYPE_KPROBE || type == BPF_PROG_TYPE_TRACEPOINT ||
	       type == BPF_PROG_TYPE_PERF_EVENT || type == BPF_PROG_TYPE_RAW_TRACEPOINT ||
	       type == BPF_PROG_TYPE_RAW_TRACEPOINT_WRITABLE;
}

static bool has_field(const struct tv_bpf_map *map, enum tv_field_kind kind)
{
	for (uint32_t i = 0; i < map->field_cnt; i++)
		if (map->fields[i].kind == kind)
			return true;
	return false;
}

static bool sleepable_may_use(uint32_t map_type)
{
	switch (map_type) {
	case BPF_MAP_TYPE_HASH: case BPF_MAP_TYPE_LRU_HASH: case BPF_MAP_TYPE_ARRAY:
	case BPF_MAP_TYPE_PERCPU_HASH: case BPF_MAP_TYPE_PERCPU_ARRAY:
	case BPF_MAP_TYPE_LRU_PERCPU_HASH: case BPF_MAP_TYPE_ARRAY_OF_MAPS:
	case BPF_MAP_TYPE_HASH_OF_MAPS: case BPF_MAP_TYPE_RINGBUF: case BPF_MAP_TYPE_USER_RINGBUF:
	case BPF_MAP_TYPE_INODE_STORAGE: case BPF_MAP_TYPE_SK_STORAGE:
	case BPF_MAP_TYPE_TASK_STORAGE: case MAP_TYPE_CGRP_STORAGE: case BPF_MAP_TYPE_QUEUE:
	case BPF_MAP_TYPE_STACK: case TV_MAP_TYPE_ARENA:
		return true;
	default:
		return false;
	}
}

static int map_fits_prog(struct vs_env *env, const struct tv_bpf_map *map)
{
	bool locks = has_field(map, TV_FIELD_SPIN_LOCK) || has_field(map, TV_FIELD_RES_SPIN_LOCK);
	bool graph = has_field(map, TV_FIELD_LIST_HEAD) || has_field(map, TV_FIELD_RB_ROOT);
	uint32_t type = env->prog->type;

	if (graph && tracing_prog(type)) {
		vs_log(env, "tracing progs cannot use bpf_{list_head,rb_root} yet\n");
		return -EINVAL;
	}
	if (locks && type == BPF_PROG_TYPE_SOCKET_FILTER) {
		vs_log(env, "socket filter progs cannot use bpf_spin_lock yet\n");
		return -EINVAL;
	}
	if (locks && tracing_prog(type)) {
		vs_log(env, "tracing progs cannot use bpf_spin_lock yet\n");
		return -EINVAL;
	}
	if (has_field(map, TV_FIELD_TIMER) && tracing_prog(type)) {
		vs_log(env, "tracing progs cannot use bpf_timer yet\n");
		return -EINVAL;
	}
	if (has_field(map, TV_FIELD_WORKQUEUE) && tracing_prog(type)) {
		vs_log(env, "tracing progs cannot use bpf_wq yet\n");
		return -EINVAL;
	}
	if (map->type == BPF_MAP_TYPE_STRUCT_OPS) {
		vs_log(env, "bpf_struct_ops map cannot be used in prog\n");
		return -EINVAL;
	}
	if (env->sleepable && !sleepable_may_use(map->type)) {
		vs_log(env, "Sleepable programs can only use array, hash, ringbuf and local storage maps\n");
		return -EINVAL;
	}
	if (map->type == TV_MAP_TYPE_ARENA)
		return vs_unsupported(env, "arena maps");
	return 0;
}

static int resolve_map(struct vs_env *env, const struct bpf_insn *insn, struct vs_aux *aux)
{
	const struct tv_bpf_map *map;
	int err;

	if (insn->src_reg == BPF_PSEUDO_MAP_FD && insn[1].imm) {
		vs_log(env, "unrecognized bpf_ld_imm64 insn\n");
		return -EINVAL;
	}
	if (insn->imm < 0 || (uint32_t)insn->imm >= env->obj->map_cnt) {
		/* a descriptor that the program itself spells: open are only the standard streams */
		int fd = -1 - insn->imm;

		vs_log(env, "fd %d is not pointing to valid bpf_map\n", fd);
		return fd >= 0 && fd <= 2 ? -EINVAL : -EBADF;
	}
	map = &env->obj->maps[insn->imm];
	aux->map = (uint32_t)insn->imm + 1;
	err = map_fits_prog(env, map);
	if (err || insn->src_reg == BPF_PSEUDO_MAP_FD)
		return err;
	/* only arrays have an address to offer, and only those of one element */
	if (map->type != BPF_MAP_TYPE_ARRAY) {
		vs_log(env, "no direct value access support for this map type\n");
		return -EINVAL;
	}
	aux->map_off = (uint32_t)insn[1].imm;
	err = map->max_entries != 1 ? -VS_ENOTSUPP : aux->map_off >= map->value_size ? -EINVAL : 0;
	if (err)
		vs_log(env, "invalid access to map value pointer, value_size=%u off=%u\n",
		       map->value_size, aux->map_off);
	return err;
}

/* Is @var one of the kernel's per-CPU variables? They are listed in one section. */
static bool is_percpu_var(const struct tv_btf *btf, uint32_t var)
{
	int sec = tv_btf_find(btf, ".data..percpu", BTF_KIND_DATASEC);
	const struct btf_type *t = sec > 0 ? tv_btf_type(btf, (uint32_t)sec) : NULL;

	for (uint32_t i = 0; t && i < btf_vlen(t); i++)
		if (btf_var_secinfos(t)[i].type == var)
			return true;
	return false;
}

/* A ksym: a variable or function of the kernel, through its BTF. */
/* A kernel may have a variable's type and not its address (no CONFIG_KALLSYMS_ALL). */
static bool has_address(struct vs_env *env, const char *name)
{
	uint64_t addr;

	if (!env->opts->ksym || !env->opts->ksym(env->opts->ksym_ctx, name, &addr))
		return true;
	vs_log(env, "ldimm64 failed to find the address for kernel symbol '%s'.\n", name);
	return false;
}

static int resolve_ksym(struct vs_env *env, const struct bpf_insn *insn, struct vs_aux *aux)
{
	uint32_t id = (uint32_t)insn->imm, type;
	const struct btf_type *t;
	int64_t size;

	if (insn[1].imm)
		return vs_unsupported(env, "variables of kernel modules");
	t = env->vmlinux ? tv_btf_type(env->vmlinux, id) : NULL;
	if (!t) {
		vs_log(env, "ldimm64 insn specifies invalid btf_id %d.\n", id);
		return -ENOENT;
	}
	if (!btf_is_var(t) && !btf_is_func(t)) {
		vs_log(env, "pseudo btf_id %d in ldimm64 isn't KIND_VAR or KIND_FUNC\n", id);
		return -EINVAL;
	}
	if (!has_address(env, tv_btf_str(env->vmlinux, t->name_off)))
		return -ENOENT;
	aux->value_type = PTR_TO_MEM | MEM_RDONLY;
	if (btf_is_func(t))
		return 0;
	type = t->type;
	t = tv_btf_skip(env->vmlinux, type, NULL);
	if (is_percpu_var(env->vmlinux, id)) {
		aux->value_type = PTR_TO_BTF_ID | MEM_PERCPU;
		aux->value_btf_id = type;
	} else if (btf_is_composite(t)) {
		aux->value_type = PTR_TO_BTF_ID;
		aux->value_btf_id = type;
	} else {
		size = tv_btf_size(env->vmlinux, type);
		if (size < 0) {
			vs_log(env, "ldimm64 unable to resolve the size of type '%s': %lld\n",
			       tv_btf_str(env->vmlinux, t->name_off), (long long)size);
			return -EINVAL;
		}
		aux->value_size = (uint32_t)size;
	}
	return 0;
}

static int resolve_one(struct vs_env *env, uint32_t i)
{
	const struct bpf_insn *insn = &env->insns[i];

	if (i + 1 == env->insn_cnt || insn[1].code || insn[1].dst_reg || insn[1].src_reg ||
	    insn[1].off) {
		vs_log(env, "invalid bpf_ld_imm64 insn\n");
		return -EINVAL;
	}
	switch (insn->src_reg) {
	case 0:
	case BPF_PSEUDO_FUNC:
		return 0;
	case BPF_PSEUDO_BTF_ID:
		return resolve_ksym(env, insn, &env->aux[i]);
	case BPF_PSEUDO_MAP_FD:
	case BPF_PSEUDO_MAP_VALUE:
		return resolve_map(env, insn, &env->aux[i]);
	default:
		vs_log(env, "unrecognized bpf_ld_imm64 insn\n");
		return -EINVAL;
	}
}

int vs_layout_resolve_imm64(struct vs_env *env)
{
	for (uint32_t i = 0; i < env->insn_cnt; i++) {
		const struct bpf_insn *insn = &env->insns[i];
		uint8_t mode = BPF_MODE(insn->code);
		int err;

		if (BPF_CLASS(insn->code) == BPF_LDX &&
		    ((mode != BPF_MEM && mode != BPF_MEMSX) || insn->imm)) {
			vs_log(env, "BPF_LDX uses reserved fields\n");
			return -EINVAL;
		}
		if (tv_insn_is_ldimm64(insn)) {
			err = resolve_one(env, i++);
			if (err)
				return err;
		} else if (!opcode_exists(env, insn->code)) {
			vs_log(env, "unknown opcode %02x\n", insn->code);
			return -EINVAL;
		}
	}
	return 0;
}
