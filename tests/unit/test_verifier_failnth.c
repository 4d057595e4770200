// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Each allocation of a verification fails once: the first, the second, and so on until a run needs no
 * more. Each time the answer is -ENOMEM, that memory is short, or the right one; and nothing is lost.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BPF_PROGRAM "verifier_failnth.bpf.c"
#include "bpf_compile.h"
#include "fail_nth.h"
#include "verifier_sim/pool.h"
#include "verifier_sim/verifier_sim.h"

static const char short_of_memory[] = "more memory than the limit allows";

FILE *__real_open_memstream(char **text, size_t *size);
int __real_fclose(FILE *file);
void *__real_vs_pool_alloc(struct vs_pool *pool, size_t size);
void *__real_vs_pool_zalloc(struct vs_pool *pool, size_t size);
int __wrap_vasprintf(char **text, const char *fmt, va_list ap);
int __wrap_asprintf(char **text, const char *fmt, ...);
FILE *__wrap_open_memstream(char **text, size_t *size);
int __wrap_fclose(FILE *file);
void *__wrap_vs_pool_alloc(struct vs_pool *pool, size_t size);
void *__wrap_vs_pool_zalloc(struct vs_pool *pool, size_t size);

/* What a failure leaves in *@text is undefined: something that no one may free. */
int __wrap_vasprintf(char **text, const char *fmt, va_list ap)
{
	static char nothing[] = "nothing";
	va_list again;
	int len;

	*text = nothing;
	if (is_due())
		return -1;
	va_copy(again, ap);
	len = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	*text = __real_malloc(len + 1);
	return vsnprintf(*text, len + 1, fmt, ap);
}

int __wrap_asprintf(char **text, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = __wrap_vasprintf(text, fmt, ap);
	va_end(ap);
	return len;
}

FILE *__wrap_open_memstream(char **text, size_t *size)
{
	return is_due() ? NULL : __real_open_memstream(text, size);
}

/* A stream in memory needs some to be closed. */
int __wrap_fclose(FILE *file)
{
	int status = __real_fclose(file);

	return is_due() ? EOF : status;
}

void *__wrap_vs_pool_alloc(struct vs_pool *pool, size_t size)
{
	return is_due() ? NULL : __real_vs_pool_alloc(pool, size);
}

void *__wrap_vs_pool_zalloc(struct vs_pool *pool, size_t size)
{
	return is_due() ? NULL : __real_vs_pool_zalloc(pool, size);
}

/* --- one program, again and again --------------------------------------------------------- */

static struct tv_bpf_object *obj;

static void same_text(const char *text, const char *right)
{
	if (right)
		assert_string_equal(text, right);
	else
		assert_null(text);
}

static void same_answer(const struct tv_verify_result *res, const struct tv_verify_result *right)
{
	assert_int_equal(res->verdict, right->verdict);
	assert_int_equal(res->err, right->err);
	assert_int_equal(res->total_insns, right->total_insns);
	assert_int_equal(res->total_states, right->total_states);
	assert_string_equal(res->message, right->message);
	same_text(res->explanation, right->explanation);
	assert_string_equal(res->log, right->log);
	if (right->probe_loads)
		assert_non_null(res->probe_loads);
}

static void check(int err, const struct tv_verify_result *res, const struct tv_verify_result *right)
{
	static const struct tv_verify_result empty;

	if (err) {
		assert_int_equal(err, -ENOMEM);
		assert_memory_equal(res, &empty, sizeof(empty));
	} else if (res->verdict == TV_UNSUPPORTED && !strcmp(res->message, short_of_memory)) {
		assert_non_null(res->log);
	} else {
		same_answer(res, right);
	}
}

/* The first @each one by one, then ever fewer: some runs ask very often. */
static unsigned int next(unsigned int nth, unsigned int each)
{
	return nth < each ? nth + 1 : 2 * nth;
}

static void fail_each(const struct tv_bpf_prog *prog, const struct tv_verify_opts *opts, unsigned int each)
{
	struct tv_verify_result right, res;
	unsigned int nth;
	bool failed;
	int err;

	assert_int_equal(tv_verify(obj, prog, opts, &right), 0);
	for (nth = 1;; nth = next(nth, each)) {
		fail_nth(nth);
		err = tv_verify(obj, prog, opts, &res);
		failed = fail_nth_end();
		check(err, &res, &right);
		tv_verify_result_fini(&res);
		if (!failed)
			break;
	}
	assert_true(nth > 10);
	tv_verify_result_fini(&right);
}

static void fail_by_all_rules(const char *name, struct tv_verify_opts opts, unsigned int each)
{
	const struct tv_bpf_prog *prog = tv_bpf_object_prog(obj, name);

	assert_non_null(prog);
	opts.vmlinux = compiled.vmlinux;
	opts.nr_cpus = 1;
	for (opts.kernel = TV_KERNEL_6_12; opts.kernel <= TV_KERNEL_6_18; opts.kernel++)
		fail_each(prog, &opts, each);
}

static const struct tv_verify_opts logged = { .log_level = TV_LOG_ALL }, explained = { .explain = true };

static void of_accepted(void **state)
{
	fail_by_all_rules("accepted", logged, 500);
	fail_by_all_rules("accepted", explained, 500);
}

static void of_leaks(void **state)
{
	fail_by_all_rules("leaks", logged, 300);
	fail_by_all_rules("leaks", explained, 300);
}

static void of_rejected(void **state)
{
	fail_by_all_rules("rejected", logged, 300);
	fail_by_all_rules("rejected", explained, 300);
}

static void of_unsupported(void **state)
{
	fail_by_all_rules("unsupported", logged, 300);
	fail_by_all_rules("unsupported", explained, 300);
}

static void of_slow(void **state)
{
	fail_by_all_rules("slow", explained, 3);
}

static int open_object(void **state)
{
	struct tv_bpf_error error;

	if (compile_program(state))
		return -1;
	tv_bpf_error_init(&error, BPF_PROGRAM);
	return tv_bpf_object_open_mem(compiled.data, compiled.size, BPF_PROGRAM, &compiled.opts, &obj, &error);
}

static int close_object(void **state)
{
	tv_bpf_object_close(obj);
	return forget_program(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(of_accepted),
		cmocka_unit_test(of_leaks),
		cmocka_unit_test(of_rejected),
		cmocka_unit_test(of_unsupported),
		cmocka_unit_test(of_slow),
	};

	return cmocka_run_group_tests(tests, open_object, close_object) != 0;
}
