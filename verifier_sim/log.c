/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The log's text. Past its limit the oldest half goes, as the kernel's rotating log does. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "verifier_sim/internal.h"

static bool make_room(struct vs_log *log, size_t more)
{
	size_t want = log->len + more + 1, cap;
	char *text;

	if (want <= log->cap)
		return true;
	if (log->len && log->limit && want > log->limit) {
		size_t drop = log->len / 2;

		memmove(log->text, log->text + drop, log->len - drop);
		log->len -= drop;
		log->dropped += drop;
		if (log->len + more + 1 <= log->cap)
			return true;
		want = log->len + more + 1;
	}
	cap = log->cap ? log->cap * 2 : 512;
	if (cap < want)
		cap = want;
	text = realloc(log->text, cap);
	if (!text) {
		log->failed = true;
		return false;
	}
	log->text = text;
	log->cap = cap;
	return true;
}

void vs_log(struct vs_env *env, const char *fmt, ...)
{
	struct vs_log *log = &env->log;
	size_t room = log->cap - log->len;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(log->text ? log->text + log->len : NULL, log->text ? room : 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if (!log->text || (size_t)n >= room) {
		if (!make_room(log, (size_t)n)) {
			if (log->text)
				log->text[log->len] = 0;
			return;
		}
		va_start(ap, fmt);
		vsnprintf(log->text + log->len, log->cap - log->len, fmt, ap);
		va_end(ap);
	}
	log->len += (size_t)n;
}

uint64_t vs_log_pos(const struct vs_env *env)
{
	return env->log.dropped + env->log.len;
}

void vs_log_reset(struct vs_env *env, uint64_t pos)
{
	struct vs_log *log = &env->log;

	if (pos > log->dropped + log->len)
		return;
	log->len = pos > log->dropped ? (size_t)(pos - log->dropped) : 0;
	if (log->text)
		log->text[log->len] = 0;
}

void vs_log_line(struct vs_env *env, uint32_t insn, const char *prefix)
{
	const struct tv_bpf_line_info *line, *prev = env->prev_line;
	const char *text, *slash;

	/* without a log the final error has to stay the last line */
	if (!vs_log_path(env))
		return;
	line = tv_bpf_prog_line(env->prog, insn);
	if (!line || line == prev)
		return;
	if (prev && line->file_off == prev->file_off && line->line == prev->line)
		return;
	text = line->text;
	while (isspace((unsigned char)*text))
		text++;
	slash = strrchr(line->file, '/');
	vs_log(env, "%s%s @ %s:%u\n", prefix, text, slash ? slash + 1 : line->file, line->line);
	env->prev_line = line;
}

void vs_log_insn(struct vs_env *env, uint32_t insn)
{
	char text[TV_DISASM_SIZE];

	vs_log(env, "%s\n", tv_disasm(&env->disasm, &env->insns[insn], text, sizeof(text)));
}
