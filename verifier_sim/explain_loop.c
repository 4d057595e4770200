/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Why a loop does not converge: each time round, some register or slot that matters differs from
 * what it was the time before, so no state is ever equal to one seen.
 */
#include "verifier_sim/explain.h"

#include <string.h>

#define MANY_STATES	500
#define MANY_INSNS	20000
#define TOLD		3	/* places told of */

bool vs_does_not_converge(const struct tv_verify_result *res)
{
	return strstr(res->message, "too large. Processed") || strstr(res->message, "too complex") ||
	       (res->verdict == TV_ACCEPT && (res->total_states >= MANY_STATES ||
					      res->total_insns >= MANY_INSNS));
}

int vs_busiest_insn(const struct vs_env *env)
{
	const uint32_t *visits = env->trace->visits;
	int best = -1;

	for (uint32_t i = 0; i < env->insn_cnt; i++) {
		bool loop = env->aux[i].scc || env->aux[i].calls_callback;

		if (visits[i] && loop && (best < 0 || visits[i] > visits[best]))
			best = (int)i;
	}
	return best;
}

static void name_place(FILE *out, const struct vs_env *env, const struct vs_place *place)
{
	if (place->is_slot)
		fprintf(out, "stack slot fp-%u", (place->index + 1) * VS_SLOT);
	else
		fprintf(out, "r%u", place->index);
	if (place->frame)
		fprintf(out, " of frame %u", place->frame);
}

static bool is_number(const char *text)
{
	return !strncmp(text, "scalar", 6) || *text == 'P' || *text == '-' ||
	       (*text >= '0' && *text <= '9');
}

static void tell_help(FILE *out, const struct vs_diff *diff)
{
	if (is_number(diff->before) && is_number(diff->after))
		fputs("    What helps: a number that is compared or used as an index is precise, and then each of its\n"
		      "    values is a state of its own. Take the index from the iterator (bpf_for) and check it right\n"
		      "    where it is used; count in memory (a global or a map value) instead of a local variable;\n"
		      "    bound the loop by bpf_for, bpf_loop() or can_loop instead of by this number.\n", out);
	else if (!strcmp(diff->before, "nothing") || !strcmp(diff->after, "nothing"))
		fputs("    What helps: initialise the variable before the loop, so that it is there each time round.\n",
		      out);
	else
		fputs("    What helps: keep an index and compute the pointer from its base inside the loop; do not\n"
		      "    carry what an earlier round found over to the next.\n", out);
}

static void tell_diff(FILE *out, const struct vs_env *env, const struct vs_diff *diff)
{
	fputs("  ", out);
	name_place(out, env, &diff->place);
	fprintf(out, " differs (%u times): %s, then %s\n", diff->times, diff->before, diff->after);
	if (diff->precise_by >= 0) {
		fputs("    its exact number is needed by ", out);
		vs_explain_line(out, env, (uint32_t)diff->precise_by);
		fprintf(out, " (instruction %d)\n", diff->precise_by);
	}
	tell_help(out, diff);
}

/* The @n-th most frequent; NULL. */
static const struct vs_diff *nth(const struct vs_trace *trace, uint32_t n)
{
	for (uint32_t i = 0; i < trace->diff_cnt; i++) {
		uint32_t above = 0;

		for (uint32_t j = 0; j < trace->diff_cnt; j++)
			above += trace->diffs[j].times > trace->diffs[i].times ||
				 (trace->diffs[j].times == trace->diffs[i].times && j < i);
		if (above == n && trace->diffs[i].times)
			return &trace->diffs[i];
	}
	return NULL;
}

void vs_explain_loop(FILE *out, const struct vs_env *env)
{
	const struct vs_trace *trace = env->trace;
	uint32_t head = (uint32_t)trace->watch;
	const struct vs_diff *diff;

	fputs("The loop that takes most states goes through ", out);
	vs_explain_line(out, env, head);
	fprintf(out, " (instruction %u).\n", head);
	if (!env->aux[head].is_iter_next && !env->aux[head].calls_callback &&
	    !vs_is_may_goto(&env->insns[head]))
		fputs("It is a plain loop, which is followed round by round until its own condition ends it: only loops by\n"
		      "an iterator, bpf_loop() or can_loop are found to repeat.\n", out);
	fprintf(out, "States there were compared %u times in vain; between two visits\n",
		trace->visits[head]);
	for (uint32_t n = 0; n < TOLD && (diff = nth(trace, n)); n++)
		tell_diff(out, env, diff);
	if (!nth(trace, 0))
		fputs("  references, locks or the call chain differ: what is taken in a round is not given back in it\n",
		      out);
}
