/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One verification from beginning to end, in the kernel's order (bpf_check). */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "verifier_sim/explain.h"
#include "verifier_sim/internal.h"
#include "verifier_sim/log_read.h"

/* --- setting up --------------------------------------------------------------- */

static bool gpl_compatible(const char *license)
{
	static const char *const compatible[] = {
		"GPL", "GPL v2", "GPL and additional rights", "Dual BSD/GPL", "Dual MIT/GPL",
		"Dual MPL/GPL",
	};

	for (size_t i = 0; i < sizeof(compatible) / sizeof(compatible[0]); i++)
		if (!strcmp(license, compatible[i]))
			return true;
	return false;
}

static void describe_map(struct vs_map *map, const struct tv_bpf_map *def, uint32_t index)
{
	map->def = def;
	snprintf(map->name, sizeof(map->name), "%s", def->name);
	map->addr = UINT64_C(0xffff888000000000) + (uint64_t)index * 0x1000;
	for (uint32_t i = 0; i < def->field_cnt; i++) {
		enum tv_field_kind kind = def->fields[i].kind;

		if (kind == TV_FIELD_SPIN_LOCK || kind == TV_FIELD_RES_SPIN_LOCK)
			map->has_lock = true;
		if (kind == TV_FIELD_TIMER || kind == TV_FIELD_WORKQUEUE || kind == TV_FIELD_TASK_WORK)
			map->has_async_field = true;
	}
}

/* Maps 1 to n are the object's; templates of inner maps follow. */
static int collect_maps(struct vs_env *env)
{
	const struct tv_bpf_object *obj = env->obj;
	uint32_t n = obj->map_cnt, inner = n;

	env->maps = calloc((size_t)n * 2 + 1, sizeof(*env->maps));
	if (!env->maps)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++) {
		describe_map(&env->maps[i + 1], &obj->maps[i], i + 1);
		if (!obj->maps[i].inner)
			continue;
		inner++;
		describe_map(&env->maps[inner], obj->maps[i].inner, inner);
		env->maps[inner].name[0] = '\0';	/* the kernel gives its templates none */
		env->maps[i + 1].inner = inner;
	}
	env->map_cnt = inner + 1;
	return 0;
}

static const char *imm_text(void *ctx, const struct bpf_insn *insn, uint64_t imm, char *buf,
			    size_t size)
{
	const struct vs_env *env = ctx;
	uint64_t value = imm;

	if ((insn->src_reg == BPF_PSEUDO_MAP_FD || insn->src_reg == BPF_PSEUDO_MAP_VALUE) &&
	    (uint32_t)insn->imm < env->obj->map_cnt) {
		value = env->maps[insn->imm + 1].addr;
		if (insn->src_reg == BPF_PSEUDO_MAP_VALUE)
			value += (uint32_t)insn[1].imm;
	}
	snprintf(buf, size, "0x%" PRIx64, value);
	return buf;
}

static int env_init(struct vs_env *env, const struct tv_bpf_object *obj,
		    const struct tv_bpf_prog *prog, const struct tv_verify_opts *opts)
{
	env->obj = obj;
	env->prog = prog;
	env->opts = opts;
	env->vmlinux = opts->vmlinux;
	env->btf = obj->btf;
	env->rules = vs_rules_of(opts->kernel);
	env->insns = prog->insns;
	env->insn_cnt = prog->insn_cnt;
	env->flags = opts->set_flags ? opts->flags | (prog->flags & BPF_F_SLEEPABLE)
				     : prog->flags | prog->test_flags;
	env->sleepable = env->flags & BPF_F_SLEEPABLE;
	env->test_state_freq = env->flags & BPF_F_TEST_STATE_FREQ;
	env->strict_alignment = env->flags & BPF_F_STRICT_ALIGNMENT &&
				!(env->flags & BPF_F_ANY_ALIGNMENT);
	env->test_reg_invariants = env->flags & BPF_F_TEST_REG_INVARIANTS;
	env->gpl_compatible = gpl_compatible(obj->license);
	env->nr_cpus = opts->nr_cpus ? opts->nr_cpus : (uint32_t)sysconf(_SC_NPROCESSORS_CONF);
	env->log.level = opts->log_level;
	env->log.limit = opts->log_limit ? opts->log_limit : TV_VERIFY_LOG;
	env->disasm = (struct tv_disasm){
		.kernel = opts->kernel, .vmlinux = opts->vmlinux, .imm = imm_text, .ctx = env,
	};
	vs_pool_init(&env->pool, opts->memory_limit ? opts->memory_limit : TV_VERIFY_MEMORY);
	env->aux = calloc(env->insn_cnt, sizeof(*env->aux));
	env->explored = calloc(env->insn_cnt, sizeof(*env->explored));
	if (!env->aux || !env->explored)
		return -ENOMEM;
	return collect_maps(env);
}

void vs_env_destroy(struct vs_env *env)
{
	if (!env)
		return;
	vs_trace_destroy(env->trace);
	vs_livestack_fini(env);
	vs_pool_fini(&env->pool);
	free(env->postorder);
	free(env->scc_visits);
	free(env->explored);
	free(env->aux);
	free(env->maps);
	free(env->log.text);
	free(env->unsupported);
	free(env);
}

struct vs_env *vs_env_create(const struct tv_bpf_object *obj, const struct tv_bpf_prog *prog,
			     const struct tv_verify_opts *opts)
{
	struct vs_env *env = calloc(1, sizeof(*env));

	if (!env || !env_init(env, obj, prog, opts))
		return env;
	vs_env_destroy(env);
	return NULL;
}

/* --- the checks, in order ----------------------------------------------------- */

static int check_shape(struct vs_env *env)
{
	int err;

	if (!vs_helper_user(env->prog->type))
		return vs_unsupported(env, "program type %u", env->prog->type);
	err = vs_layout_subprogs(env);
	if (!err)
		err = vs_layout_check_jumps(env);
	if (!err && env->rules->kernel < TV_KERNEL_6_18)
		err = vs_check_attach(env);
	if (!err)
		err = vs_layout_resolve_imm64(env);
	if (!err)
		err = vs_check_cfg(env);
	if (!err)
		err = vs_compute_postorder(env);
	if (!err)
		err = vs_livestack_init(env);
	if (!err && env->rules->kernel >= TV_KERNEL_6_18)
		err = vs_check_attach(env);
	if (!err)
		err = vs_compute_scc(env);
	return err ? err : vs_compute_live_regs(env);
}

/* Global functions that were called, and those that these call. */
static int run_global_funcs(struct vs_env *env)
{
	bool again = true;

	while (again) {
		again = false;
		for (uint32_t i = 1; i < env->subprog_cnt; i++) {
			struct vs_subprog *sub = &env->subprogs[i];
			int err;

			if (!sub->is_global || !sub->called || sub->verified)
				continue;
			err = vs_run(env, i);
			if (err)
				return err;
			if (vs_log_path(env))
				vs_log(env, "Func#%u ('%s') is safe for any args that match its prototype\n",
				       i, sub->name);
			sub->verified = true;
			again = true;
		}
	}
	return 0;
}

/* A call of a weak function that is missing is fine where no path leads to it. */
static int check_missing_kfuncs(struct vs_env *env)
{
	for (uint32_t i = 0; i < env->insn_cnt; i++) {
		if (!env->aux[i].seen || !tv_insn_is_kfunc_call(&env->insns[i]) ||
		    env->insns[i].imm)
			continue;
		vs_log(env, "invalid kernel function call not eliminated in verifier pass\n");
		return -EINVAL;
	}
	return 0;
}

/* Functions that some path enters: the others are removed as dead. */
static uint32_t live_subprogs(const struct vs_env *env)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < env->subprog_cnt; i++)
		n += env->aux[env->subprogs[i].start].seen;
	return n;
}

/*
 * The address of a function that no path enters: the kernel removes the function as dead, then does
 * not find what the address is of. Its message has the place in the rewritten program.
 */
static int check_dead_callbacks(struct vs_env *env)
{
	if (live_subprogs(env) < 2)
		return 0;
	for (uint32_t i = 0; i < env->insn_cnt; i++) {
		if (env->aux[i].seen && tv_insn_is_func_addr(&env->insns[i]) &&
		    !env->aux[i + 1 + (uint32_t)env->insns[i].imm].seen)
			return vs_unsupported(env, "the address of a function that is never called");
	}
	return 0;
}

int vs_check_program(struct vs_env *env)
{
	int err = check_shape(env);

	if (!err)
		err = vs_run(env, 0);
	if (!err)
		err = run_global_funcs(env);
	if (!err)
		err = vs_check_stack_depth(env);
	if (!err)
		err = check_missing_kfuncs(env);
	return err ? err : check_dead_callbacks(env);
}

/* --- the result --------------------------------------------------------------- */

static uint64_t now_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000 + (uint64_t)ts.tv_nsec / 1000;
}

static void log_stats(struct vs_env *env, uint64_t us)
{
	if (env->log.level & TV_LOG_STATS) {
		vs_log(env, "verification time %" PRIu64 " usec\n", us);
		vs_log(env, "stack depth ");
		for (uint32_t i = 0; i < env->subprog_cnt; i++)
			vs_log(env, "%u%s", env->subprogs[i].stack_depth,
			       i + 1 < env->subprog_cnt ? "+" : "");
		vs_log(env, "\n");
	}
	vs_log(env, "processed %u insns (limit %u) max_states_per_insn %u total_states %u peak_states %u mark_read 0\n",
	       env->insn_processed, VS_MAX_INSNS, env->max_states_per_insn, env->total_states,
	       env->peak_states);
}

/* Linux: convert_ctx_accesses(): through which pointers loads are guarded. */
static bool is_guarded(const struct vs_env *env, uint32_t type)
{
	if (vs_base(type) == PTR_TO_MEM)
		return env->rules->kernel >= TV_KERNEL_6_18 && type == (PTR_TO_MEM | MEM_RDONLY | PTR_UNTRUSTED);
	return vs_one_of(type, PTR_TO_BTF_ID, PTR_TO_BTF_ID | PTR_UNTRUSTED,
			 PTR_TO_BTF_ID | MEM_ALLOC | PTR_UNTRUSTED);
}

static int list_probe_loads(const struct vs_env *env, struct tv_verify_result *res)
{
	res->probe_loads = calloc(env->insn_cnt / 8 + 1, 1);
	for (uint32_t i = 0; res->probe_loads && i < env->insn_cnt; i++)
		if (BPF_CLASS(env->insns[i].code) == BPF_LDX && is_guarded(env, env->aux[i].ptr_type))
			res->probe_loads[i / 8] |= 1u << i % 8;
	return res->probe_loads ? 0 : -ENOMEM;
}

static int fill_result(struct vs_env *env, int err, uint64_t us, struct tv_verify_result *res)
{
	res->duration_us = us;
	res->total_insns = env->insn_processed;
	res->max_states_per_insn = env->max_states_per_insn;
	res->total_states = env->total_states;
	res->peak_states = env->peak_states;
	res->peak_memory = env->pool.peak;
	res->max_ctx_offset = env->max_ctx_offset;
	if (env->unsupported || err == VS_UNSUPPORTED) {
		res->verdict = TV_UNSUPPORTED;
		res->message = env->unsupported;
		env->unsupported = NULL;
	} else if (err == -ENOMEM && !env->pool.limited) {
		/* this machine has no more, which is no verdict */
		return -ENOMEM;
	} else if (err == -ENOMEM) {
		res->verdict = TV_UNSUPPORTED;
		res->message = strdup("more memory than the limit allows");
	} else {
		res->verdict = err ? TV_REJECT : TV_ACCEPT;
		res->err = err == VS_KERNEL_ENOMEM ? -ENOMEM : err;
		res->message = err ? tv_log_message(env->log.text ? env->log.text : "", env->log.len) : strdup("");
	}
	log_stats(env, us);
	if (env->log.failed)
		return -ENOMEM;
	if (env->log.level) {
		res->log = env->log.text;
		res->log_len = env->log.len;
		env->log.text = NULL;
	} else {
		res->log = strdup("");
	}
	if (!res->message || !res->log)
		return -ENOMEM;
	return res->verdict == TV_ACCEPT ? list_probe_loads(env, res) : 0;
}

int tv_verify(const struct tv_bpf_object *obj, const struct tv_bpf_prog *prog,
	      const struct tv_verify_opts *opts, struct tv_verify_result *res)
{
	uint64_t start = now_us();
	struct vs_env *env;
	int err;

	memset(res, 0, sizeof(*res));
	if (prog->err || !prog->insn_cnt || !vs_rules_of(opts->kernel))
		return -EINVAL;
	env = vs_env_create(obj, prog, opts);
	if (!env)
		return -ENOMEM;
	err = vs_check_program(env);
	err = fill_result(env, err, now_us() - start, res);
	vs_env_destroy(env);
	if (!err && opts->explain) {
		res->explanation = vs_explain(obj, prog, opts, res);
		err = res->explanation ? 0 : -ENOMEM;
	}
	if (err)
		tv_verify_result_fini(res);
	return err;
}

void tv_verify_result_fini(struct tv_verify_result *res)
{
	free(res->message);
	free(res->log);
	free(res->explanation);
	free(res->probe_loads);
	memset(res, 0, sizeof(*res));
}
