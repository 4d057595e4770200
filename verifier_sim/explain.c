/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* An explanation, put together from its parts (explain.h). */
#include "verifier_sim/explain.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

void vs_explain_line(FILE *out, const struct vs_env *env, uint32_t insn)
{
	const struct tv_bpf_line_info *line = tv_bpf_prog_line(env->prog, insn);
	const char *text, *slash;

	if (!line) {
		struct tv_disasm disasm = env->disasm;
		char buf[TV_DISASM_SIZE];

		fprintf(out, "instruction %u: %s", insn,
			tv_disasm(&disasm, &env->insns[insn], buf, sizeof(buf)));
		return;
	}
	for (text = line->text; isspace((unsigned char)*text); text++)
		;
	slash = strrchr(line->file, '/');
	fprintf(out, "%s:%u: %s", slash ? slash + 1 : line->file, line->line, text);
}

/* The same verification with a trace; NULL: out of memory. */
static struct vs_env *run_again(const struct tv_bpf_object *obj, const struct tv_bpf_prog *prog,
				const struct tv_verify_opts *opts, int watch)
{
	struct tv_verify_opts quiet = *opts;
	struct vs_env *env;

	quiet.log_level = 0;
	env = vs_env_create(obj, prog, &quiet);
	if (!env)
		return NULL;
	env->trace = vs_trace_create(env->insn_cnt, watch);
	if (env->trace)
		vs_check_program(env);
	if (env->trace && !env->trace->failed)
		return env;
	vs_env_destroy(env);
	return NULL;
}

static void explain_rejection(FILE *out, const struct vs_env *env,
			      const struct tv_verify_result *res)
{
	vs_explain_rule(out, res->message);
	if (env->trace->step_cnt)
		vs_explain_path(out, env);
}

char *vs_explain(const struct tv_bpf_object *obj, const struct tv_bpf_prog *prog,
		 const struct tv_verify_opts *opts, const struct tv_verify_result *res)
{
	bool stuck = vs_does_not_converge(res);
	struct vs_env *env, *watched;
	char *text = NULL;
	size_t size;
	FILE *out;

	if (res->verdict == TV_UNSUPPORTED)
		return strdup("");
	env = run_again(obj, prog, opts, -1);
	if (!env)
		return NULL;
	out = open_memstream(&text, &size);
	if (!out) {
		vs_env_destroy(env);
		return NULL;
	}
	if (res->verdict == TV_REJECT && !stuck)
		explain_rejection(out, env, res);
	if (stuck && vs_busiest_insn(env) >= 0) {
		if (res->verdict == TV_REJECT)
			vs_explain_rule(out, res->message);
		watched = run_again(obj, prog, opts, vs_busiest_insn(env));
		if (watched)
			vs_explain_loop(out, watched);
		vs_env_destroy(watched);
	}
	if (res->verdict == TV_ACCEPT)
		vs_explain_hazards(out, env);
	vs_env_destroy(env);
	if (fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}
