// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What is right when an allocation failed (judge.h). */
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "tests/failnth/judge.h"

#define CANNOT		3	/* the command's status for it */
#define TOLD_MAX	4096

const char *const verdict_names[NR_VERDICTS] = {
	"clean", "harmless", "crash", "hang", "wrong", "lost", "expected",
};

struct text text_read(const char *dir, const char *name)
{
	struct text text = { 0 };
	char path[4096];
	FILE *in;
	long len;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	in = fopen(path, "r");
	if (!in)
		return text;
	if (fseek(in, 0, SEEK_END)) {
		fclose(in);
		return text;
	}
	len = ftell(in);
	rewind(in);
	text.bytes = malloc(len + 1);
	if (!text.bytes)
		abort();
	text.len = fread(text.bytes, 1, len, in);
	text.bytes[text.len] = '\0';
	fclose(in);
	return text;
}

void text_free(struct text *text)
{
	free(text->bytes);
	*text = (struct text){ 0 };
}

void outcome_free(struct outcome *outcome)
{
	text_free(&outcome->out);
	text_free(&outcome->err);
	text_free(&outcome->file);
}

static bool begins_as(const struct text *text, const struct text *whole)
{
	return text->len <= whole->len && !memcmp(text->bytes, whole->bytes, text->len);
}

bool same_text(const struct text *a, const struct text *b)
{
	if (!a->bytes || !b->bytes)
		return !a->bytes == !b->bytes;
	return a->len == b->len && begins_as(a, b);
}

/* Its last line tells of memory; what stands before is told without a failure, too. */
static bool tells_memory(const struct judge *judge, const struct text *err)
{
	struct text before = *err;
	char *line = err->bytes, *next;

	if (!err->len || err->bytes[err->len - 1] != '\n')
		return false;
	while ((next = strchr(line, '\n')) && next[1])
		line = next + 1;
	before.len = line - err->bytes;
	return !strncmp(line, "taskvma: ", 9) && strstr(line, "memory") &&
	       begins_as(&before, &judge->want.err);
}

/* NULL, or what is wrong with an end that is neither clean nor harmless. */
static const char *judge_end(const struct judge *judge, const struct outcome *is, enum verdict *verdict)
{
	const struct outcome *want = &judge->want;

	*verdict = WRONG;
	if (is->nr_beside)
		return "a temporary file is left";
	if (is->status == want->status && same_text(&is->out, &want->out)) {
		if (!same_text(&is->file, &want->file))
			return "ends well, and its file is not what it should be";
		if (!same_text(&is->err, &want->err))
			return "ends well, and says something else on standard error";
		*verdict = HARMLESS;
		return NULL;
	}
	if (!WEXITSTATUS(is->status))
		return "exit status 0, and its output is not what it should be";
	if (WEXITSTATUS(is->status) != CANNOT)
		return "exit status is not 3";
	if (!same_text(&is->file, &judge->before) && !same_text(&is->file, &want->file))
		return "its file is neither what it was before nor what it should be";
	if (!begins_as(&is->out, &want->out))
		return "its output is not the beginning of what it should be";
	if (!tells_memory(judge, &is->err))
		return "does not end with a line that says it is memory";
	*verdict = CLEAN;
	return NULL;
}

static const char *judge_status(const struct judge *judge, const struct outcome *is, enum verdict *verdict)
{
	static char why[64];
	int sig;

	if (!WIFSIGNALED(is->status))
		return judge_end(judge, is, verdict);
	sig = WTERMSIG(is->status);
	*verdict = sig == SIGALRM || sig == SIGXCPU || sig == SIGKILL ? HUNG : CRASHED;
	snprintf(why, sizeof(why), "ended by signal %d, %s", sig, strsignal(sig));
	return why;
}

/* --- what is told, once for each place ------------------------------------------ */

static uint64_t told[TOLD_MAX];
static unsigned int nr_told;

static bool is_new(const char *why, const char *trace)
{
	uint64_t hash = 14695981039346656037u;
	const char *p;
	unsigned int i;

	for (p = why; *p; p++)
		hash = (hash ^ (unsigned char)*p) * 1099511628211u;
	for (p = trace; *p; p++)
		hash = (hash ^ (unsigned char)*p) * 1099511628211u;
	for (i = 0; i < nr_told; i++)
		if (told[i] == hash)
			return false;
	if (nr_told < TOLD_MAX)
		told[nr_told++] = hash;
	return true;
}

static void tell(struct judge *judge, unsigned long nth, const char *why, const struct outcome *is,
		 const char *failed, const char *crash, const char *lost)
{
	if (!is_new(why, lost ? lost : failed) || ++judge->nr_told > judge->max_told)
		return;
	printf("%s: allocation %lu: %s\n", judge->name, nth, why);
	if (is)
		printf("  exit status %d; %zu bytes of output; it said: %.300s%s",
		       WIFEXITED(is->status) ? WEXITSTATUS(is->status) : -1, is->out.len,
		       is->err.len ? is->err.bytes : "nothing\n", is->err.len > 300 ? "...\n" : "");
	if (*failed) {
		printf("  the allocation that failed:\n");
		print_places(failed);
	}
	if (crash && *crash) {
		printf("  where it crashed:\n");
		print_places(crash);
	}
	if (lost) {
		printf("  who took what was lost:\n");
		print_places(lost);
	}
	fflush(stdout);
}

/* The "lost" records of @text: how many are no library's. */
static unsigned int judge_lost(struct judge *judge, unsigned long nth, const struct text *text,
			       const char *failed, bool *expected)
{
	char *at = text->bytes, *trace, *end;
	unsigned int nr = 0;
	char why[64];

	for (; at && !strncmp(at, "lost ", 5) && (end = strstr(at, "\n\n")); at = end + 2) {
		trace = strchr(at, '\n') + 1;
		end[1] = '\0';
		snprintf(why, sizeof(why), "lost %ld bytes", atol(at + 5));
		if (libraries_expect_lost(failed, trace)) {
			*expected = true;
			continue;
		}
		tell(judge, nth, why, NULL, failed, NULL, trace);
		nr++;
	}
	return nr;
}

void judge_outcome(struct judge *judge, unsigned long nth, const struct outcome *outcome)
{
	struct text failed = text_read(judge->dir, "failed"), crash = text_read(judge->dir, "crash");
	struct text lost = text_read(judge->dir, "lost");
	enum verdict verdict;
	bool expected = false;
	const char *why;

	why = judge_status(judge, outcome, &verdict);
	if (!failed.len && verdict != HARMLESS)
		why = "nothing failed, and yet it ends otherwise: its allocations are not the same each time";
	if (why && libraries_expect(verdict, failed.bytes ? failed.bytes : ""))
		verdict = EXPECTED;
	else if (why)
		tell(judge, nth, why, outcome, failed.bytes ? failed.bytes : "", crash.bytes, NULL);
	else if (judge_lost(judge, nth, &lost, failed.bytes ? failed.bytes : "", &expected))
		verdict = LOST;
	else if (expected)
		verdict = EXPECTED;
	judge->nr[verdict]++;
	text_free(&failed);
	text_free(&crash);
	text_free(&lost);
}

bool judge_undisturbed(struct judge *judge)
{
	struct text lost = text_read(judge->dir, "lost");
	bool expected;
	unsigned int nr = judge_lost(judge, 0, &lost, "", &expected);

	text_free(&lost);
	return !nr;
}
