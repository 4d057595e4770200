// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The programs of tests/verifier, each judged as it says itself (program.h there), by the rules of
 * each kernel. `make differential-verifier` asks the running kernel about the same programs.
 */
#include <dirent.h>
#include <regex.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bpf/tags.h"
#include "bpf/vmlinux.h"
#include "verifier_sim/verifier_sim.h"

#ifndef VERIFIER_PROGRAMS
#error "the folder of the compiled programs"
#endif

#define MAX_OBJECTS	256

static const struct { const char *name; enum tv_kernel kernel; } kernels[] = {
	{ "6.12", TV_KERNEL_6_12 }, { "6.18", TV_KERNEL_6_18 },
};

/* One program by the rules of one kernel. */
struct judged {
	const struct tv_bpf_object *obj;
	const struct tv_bpf_prog *prog;
	struct tv_bpf_expect expect;
	const char *unsupported;
	unsigned int kernel;	/* index into kernels */
};

static struct tv_btf *vmlinux;
static struct tv_bpf_object *objects[MAX_OBJECTS];
static unsigned int nr_objects;

/* What the next "comment:test_NAME=" tag from @pos on says; NULL: none is left. */
static const char *next_tag(const struct tv_bpf_object *obj, const struct tv_bpf_prog *prog, const char *name,
			    uint32_t *pos)
{
	const size_t len = strlen(name);
	const char *tag;

	while ((tag = tv_btf_next_tag(obj->btf, prog->func_id, -1, pos)))
		if (!strncmp(tag, name, len))
			return tag + len;
	return NULL;
}

static const char *own_tag(const struct tv_bpf_object *obj, const struct tv_bpf_prog *prog, const char *name)
{
	uint32_t pos = 0;

	return next_tag(obj, prog, name, &pos);
}

/* Of a text with {{...}} the regular expression: what is outside stands for itself. */
static void pattern_of(const char *text, char *pattern, size_t size)
{
	size_t at = 0;
	bool literal = true;

	for (; *text && at + 4 < size; text++) {
		if (!strncmp(text, literal ? "{{" : "}}", 2)) {
			literal = !literal;
			text++;
			continue;
		}
		if (literal && strchr("\\^$.[]|()*+?{}", *text))
			pattern[at++] = '\\';
		pattern[at++] = *text;
	}
	assert_false(*text);
	pattern[at] = 0;
}

/* Where @text matches in @log; its end goes to @end. NULL: nowhere. */
static const char *find(const char *log, const char *text, const char **end)
{
	char pattern[1024];
	regmatch_t at;
	regex_t regex;
	int status;

	pattern_of(text, pattern, sizeof(pattern));
	assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NEWLINE), 0);
	status = regexec(&regex, log, 1, &at, 0);
	regfree(&regex);
	if (status)
		return NULL;
	*end = log + at.rm_eo;
	return log + at.rm_so;
}

static void check_message(const char *want, const char *message)
{
	const char *end = NULL;

	if (find(message, want, &end) != message || *end)
		fail_msg("message \"%s\", not \"%s\"", message, want);
}

/* The log without source lines: a program's has its expectation in it. */
static char *without_source(const char *log)
{
	char *kept = strdup(log), *to = kept;

	assert_non_null(kept);
	while (*log) {
		size_t len = strcspn(log, "\n");

		len += log[len] == '\n';
		if (*log != ';') {
			memcpy(to, log, len);
			to += len;
		}
		log += len;
	}
	*to = 0;
	return kept;
}

static void check_log(const struct tv_bpf_expect *expect, uint32_t cnt, const char *log)
{
	char *kept = without_source(log);
	const char *at = kept;
	uint32_t i;

	for (i = 0; i < cnt; i++)
		if (!find(at, expect->msgs[i], &at))
			fail_msg("not in the log from there on: \"%s\"\n%s", expect->msgs[i], at);
	free(kept);
}

static void check(const struct judged *judged, const struct tv_verify_result *res)
{
	const struct tv_bpf_expect *expect = &judged->expect;
	uint32_t logged = expect->msg_cnt;

	if (judged->unsupported) {
		assert_int_equal(res->verdict, TV_UNSUPPORTED);
		check_message(judged->unsupported, res->message);
		return;
	}
	if (res->verdict != (expect->verdict == TV_VERDICT_ACCEPT ? TV_ACCEPT : TV_REJECT))
		fail_msg("verdict %d: %s", res->verdict, res->message);
	if (expect->verdict == TV_VERDICT_REJECT)
		check_message(expect->msgs[--logged], res->message);
	check_log(expect, logged, res->log);
}

/* The explanation without the text of source lines, for the same reason; of "a.bpf.c:7: text" the place stays. */
static char *without_source_text(const char *explanation)
{
	char *kept = strdup(explanation), *line = kept, *to = kept;

	assert_non_null(kept);
	while (*line) {
		size_t len = strcspn(line, "\n"), keep = len;
		char *place = memmem(line, len, ".bpf.c:", 7);

		if (place)
			keep = (size_t)(place - line) + 7 + strspn(place + 7, "0123456789:");
		memmove(to, line, keep);
		to += keep;
		line += len;
		if (*line)
			*to++ = *line++;
	}
	*to = 0;
	return kept;
}

static void check_explanation(const struct judged *judged, const char *explanation)
{
	const char *text, *end;
	uint32_t pos = 0;
	char *kept;

	assert_non_null(explanation);
	kept = without_source_text(explanation);
	while ((text = next_tag(judged->obj, judged->prog, "comment:test_explained=", &pos)))
		if (!find(kept, text, &end))
			fail_msg("not in the explanation: \"%s\"\n%s", text, kept);
	free(kept);
}

/* A log and an explanation change nothing of the verdict. */
static void test_program(void **state)
{
	const struct judged *judged = *state;
	struct tv_verify_opts opts = {
		.kernel = kernels[judged->kernel].kernel, .vmlinux = vmlinux, .log_level = TV_LOG_ALL,
	};
	struct tv_verify_result res, silent;

	assert_int_equal(tv_verify(judged->obj, judged->prog, &opts, &res), 0);
	check(judged, &res);
	opts.log_level = 0;
	opts.explain = true;
	assert_int_equal(tv_verify(judged->obj, judged->prog, &opts, &silent), 0);
	assert_int_equal(silent.verdict, res.verdict);
	assert_string_equal(silent.message, res.message);
	assert_int_equal(silent.total_insns, res.total_insns);
	assert_int_equal(silent.total_states, res.total_states);
	check_explanation(judged, silent.explanation);
	tv_verify_result_fini(&silent);
	tv_verify_result_fini(&res);
}

/* --- which programs there are ------------------------------------------------------------ */

static int is_object(const struct dirent *entry)
{
	const char *dot = strchr(entry->d_name, '.');

	return dot && !strcmp(dot, ".bpf.o");
}

static bool open_objects(void)
{
	const struct tv_bpf_opts opts = { .vmlinux = vmlinux, .kernel_version = 6 << 16 | 12 << 8 };
	struct tv_bpf_error error;
	struct dirent **names;
	char path[512];
	int i, cnt, err = 0;

	cnt = scandir(VERIFIER_PROGRAMS, &names, is_object, alphasort);
	for (i = 0; i < cnt; i++) {
		snprintf(path, sizeof(path), "%s/%s", VERIFIER_PROGRAMS, names[i]->d_name);
		tv_bpf_error_init(&error, path);
		if (!err && nr_objects < MAX_OBJECTS) {
			err = tv_bpf_object_open(path, &opts, &objects[nr_objects++], &error);
			if (err)
				fprintf(stderr, "%s: %s\n", path, error.text);
		}
		free(names[i]);
	}
	if (cnt >= 0)
		free(names);
	return cnt > 0 && !err;
}

/* A test for @prog by the rules of kernel @k; false: it says nothing, or is not meant for that kernel. */
static bool make_test(const struct tv_bpf_object *obj, const struct tv_bpf_prog *prog, unsigned int k,
		      struct CMUnitTest *test)
{
	const char *only = own_tag(obj, prog, "comment:test_kernel=");
	struct judged *judged = calloc(1, sizeof(*judged));
	char *name = NULL;

	if (!judged || tv_bpf_expect_init(&judged->expect, obj, prog))
		abort();
	judged->obj = obj;
	judged->prog = prog;
	judged->kernel = k;
	judged->unsupported = own_tag(obj, prog, "comment:test_unsupported=");
	if ((only && strcmp(only, kernels[k].name)) ||
	    (!judged->unsupported && judged->expect.verdict == TV_VERDICT_NONE)) {
		tv_bpf_expect_fini(&judged->expect);
		free(judged);
		return false;
	}
	if (asprintf(&name, "%s_%s_%s", obj->name, prog->name, kernels[k].name) < 0)
		abort();
	*test = (struct CMUnitTest){ .name = name, .test_func = test_program, .initial_state = judged };
	return true;
}

static size_t make_tests(struct CMUnitTest *tests)
{
	size_t nr = 0;
	unsigned int i, k;
	uint32_t p;

	for (i = 0; i < nr_objects; i++)
		for (p = 0; p < objects[i]->prog_cnt; p++)
			for (k = 0; k < 2; k++)
				nr += make_test(objects[i], &objects[i]->progs[p], k, &tests[nr]);
	return nr;
}

static void forget(struct CMUnitTest *tests, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		struct judged *judged = tests[i].initial_state;

		tv_bpf_expect_fini(&judged->expect);
		free(judged);
		free((char *)tests[i].name);
	}
	free(tests);
	for (i = 0; i < nr_objects; i++)
		tv_bpf_object_close(objects[i]);
	tv_btf_free(vmlinux);
}

int main(void)
{
	struct tv_bpf_error error;
	struct CMUnitTest *tests;
	size_t nr = 0;
	unsigned int i;
	int failed;

	tv_bpf_error_init(&error, "built-in");
	if (tv_vmlinux_open(TV_VMLINUX_BUILTIN, &vmlinux, &error) || !open_objects())
		return 1;
	for (i = 0; i < nr_objects; i++)
		nr += 2 * objects[i]->prog_cnt;
	tests = calloc(nr, sizeof(*tests));
	if (!tests)
		return 1;
	nr = make_tests(tests);
	failed = _cmocka_run_group_tests("verifier programs", tests, nr, NULL, NULL);
	forget(tests, nr);
	return failed != 0;
}
