/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* An explanation, put together from its parts (explain.h). */
#include "verifier_sim/explain.h"

#include <ctype.h>
#include <errno.h>
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

/* The same verification with a trace, as far as the first one came; NULL: out of memory. */
static struct vs_env *run_again(const struct tv_bpf_object *obj, const struct tv_bpf_prog *prog,
				const struct tv_verify_opts *opts, int watch)
{
	struct tv_verify_opts quiet = *opts;
	struct vs_env *env;
	int err = -ENOMEM;

	quiet.log_level = 0;
	env = vs_env_create(obj, prog, &quiet);
	if (!env)
		return NULL;
	env->trace = vs_trace_create(env->insn_cnt, watch);
	if (env->trace)
		err = vs_check_program(env);
	env->opts = opts;
	if (err != -ENOMEM && !env->trace->failed && !env->log.failed)
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

/* Watches, once more, what happens at the @busiest instruction. */
static int explain_stuck(FILE *out, const struct vs_env *env, int busiest, const struct tv_verify_result *res)
{
	struct vs_env *watched = run_again(env->obj, env->prog, env->opts, busiest);

	if (!watched)
		return -ENOMEM;
	if (res->verdict == TV_REJECT)
		vs_explain_rule(out, res->message);
	vs_explain_loop(out, watched);
	vs_env_destroy(watched);
	return 0;
}

char *vs_explain(const struct tv_bpf_object *obj, const struct tv_bpf_prog *prog,
		 const struct tv_verify_opts *opts, const struct tv_verify_result *res)
{
	bool stuck = vs_does_not_converge(res);
	struct vs_env *env;
	char *text = NULL;
	size_t size;
	int err = 0;
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
	if (stuck && vs_busiest_insn(env) >= 0)
		err = explain_stuck(out, env, vs_busiest_insn(env), res);
	if (res->verdict == TV_ACCEPT)
		vs_explain_hazards(out, env);
	vs_env_destroy(env);
	if (ferror(out))
		err = -ENOMEM;
	if (fclose(out) || err) {
		free(text);
		return NULL;
	}
	return text;
}
