/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Why a program was judged as it was, in words. The parts of --explain; private to this folder. */
#ifndef TV_VERIFIER_EXPLAIN_H
#define TV_VERIFIER_EXPLAIN_H

#include <stdio.h>

#include "verifier_sim/internal.h"

/*
 * The explanation of @res, to be freed; "" when there is nothing to say. The program is verified
 * again for it, once or twice. NULL: out of memory.
 */
char *vs_explain(const struct tv_bpf_object *obj, const struct tv_bpf_prog *prog,
		 const struct tv_verify_opts *opts, const struct tv_verify_result *res);

/* "prog.c:12: text" of the line an instruction stands on, or "instruction N". */
void vs_explain_line(FILE *out, const struct vs_env *env, uint32_t insn);

/* explain_path.c: how the verifier came to where it stands. */
void vs_explain_path(FILE *out, const struct vs_env *env);

/* explain_rule.c: which rule a final error stands for, and what helps. */
void vs_explain_rule(FILE *out, const char *message);

/* explain_loop.c: what keeps a loop from converging. */
bool vs_does_not_converge(const struct tv_verify_result *res);
/* The instruction where most states were compared in vain; -1: none. */
int vs_busiest_insn(const struct vs_env *env);
void vs_explain_loop(FILE *out, const struct vs_env *env);

/* hazards.c: what the verifier lets pass. */
void vs_explain_hazards(FILE *out, const struct vs_env *env);

#endif
