/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The path to a rejection in source lines, with what became of the iterators on it. */
#include "verifier_sim/explain.h"

#define HEAD	12	/* lines shown of a long path's beginning */
#define TAIL	28	/* ... and of its end */

struct walk {
	const struct vs_env *env;
	const struct tv_bpf_line_info *line;	/* the last one told */
	uint32_t subprog;
	uint32_t note;				/* the next one */
	uint32_t lines;				/* told, or passed over */
};

/* Does a new line of the path begin with step @i? */
static bool begins_line(struct walk *w, uint32_t i)
{
	uint32_t insn = w->env->trace->steps[i];
	const struct tv_bpf_line_info *line = tv_bpf_prog_line(w->env->prog, insn);
	uint32_t subprog = (uint32_t)(vs_subprog_containing((struct vs_env *)w->env, insn) -
				      w->env->subprogs);
	bool same = w->line && line && line->line == w->line->line && subprog == w->subprog;

	/* line 0 is the compiler's own */
	if (line && !line->line)
		return false;
	w->line = line;
	w->subprog = subprog;
	return !line || !same;
}

static void tell_step(FILE *out, const struct walk *w, uint32_t i)
{
	fputs("  ", out);
	if (w->env->subprogs[w->subprog].name && w->subprog)
		fprintf(out, "%s() ", w->env->subprogs[w->subprog].name);
	vs_explain_line(out, w->env, w->env->trace->steps[i]);
	putc('\n', out);
}

/* What happened to iterators during step @i, which may come after others of its line. */
static void tell_notes(FILE *out, struct walk *w, uint32_t i, bool print)
{
	const struct vs_trace *trace = w->env->trace;

	for (; w->note < trace->note_cnt && trace->notes[w->note].step <= i + 1; w->note++) {
		if (print)
			fprintf(out, "      %s\n", trace->notes[w->note].text);
	}
}

static uint32_t count_lines(const struct vs_env *env)
{
	struct walk w = { .env = env };
	uint32_t n = 0;

	for (uint32_t i = 0; i < env->trace->step_cnt; i++)
		n += begins_line(&w, i);
	return n;
}

/* Several instructions may stand on one line, and all of an asm statement does. */
static void tell_end(FILE *out, const struct vs_env *env, uint32_t insn)
{
	struct tv_disasm disasm = env->disasm;
	char text[TV_DISASM_SIZE];

	fputs("It ends at ", out);
	vs_explain_line(out, env, insn);
	fprintf(out, "\n  instruction %u: %s\n", insn,
		tv_disasm(&disasm, &env->insns[insn], text, sizeof(text)));
}

void vs_explain_path(FILE *out, const struct vs_env *env)
{
	const struct vs_trace *trace = env->trace;
	struct walk w = { .env = env };
	uint32_t total = count_lines(env);
	bool all = total <= HEAD + TAIL, gap = false;

	fprintf(out, "The path there (%u instructions):\n", trace->step_cnt);
	for (uint32_t i = 0; i < trace->step_cnt; i++) {
		bool first = begins_line(&w, i), shown;

		w.lines += first;
		shown = all || w.lines <= HEAD || w.lines + TAIL > total;
		if (shown && first)
			tell_step(out, &w, i);
		else if (!shown && !gap)
			fprintf(out, "  ... %u lines ...\n", total - HEAD - TAIL);
		gap = gap || !shown;
		tell_notes(out, &w, i, shown);
	}
	tell_end(out, env, trace->steps[trace->step_cnt - 1]);
}
