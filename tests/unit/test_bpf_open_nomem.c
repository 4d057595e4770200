// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Each allocation on the way from a file to an object, and of what is asked of it, fails once. Each
 * time that is said, and nothing is lost.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bpf/arena.h"
#include "bpf/tags.h"
#include "tests/unit/bpf_compile.h"
#include "tests/unit/fail_nth.h"

#define MAX_NTH	20000	/* no work needs as many */

void *__real_arena_alloc(struct arena *arena, size_t size);
void *__real_arena_array(struct arena *arena, size_t count, size_t size);
void *__real_arena_copy(struct arena *arena, const void *data, size_t size);
char *__real_arena_strdup(struct arena *arena, const char *s);
void *__real_arena_grow(struct arena *arena, void *array, size_t count, size_t size);
void *__wrap_arena_alloc(struct arena *arena, size_t size);
void *__wrap_arena_array(struct arena *arena, size_t count, size_t size);
void *__wrap_arena_copy(struct arena *arena, const void *data, size_t size);
char *__wrap_arena_strdup(struct arena *arena, const char *s);
char *__wrap_arena_printf(struct arena *arena, const char *fmt, ...);
void *__wrap_arena_grow(struct arena *arena, void *array, size_t count, size_t size);

void *__wrap_arena_alloc(struct arena *arena, size_t size)
{
	return is_due() ? NULL : __real_arena_alloc(arena, size);
}

void *__wrap_arena_array(struct arena *arena, size_t count, size_t size)
{
	return is_due() ? NULL : __real_arena_array(arena, count, size);
}

void *__wrap_arena_copy(struct arena *arena, const void *data, size_t size)
{
	return is_due() ? NULL : __real_arena_copy(arena, data, size);
}

char *__wrap_arena_strdup(struct arena *arena, const char *s)
{
	return is_due() ? NULL : __real_arena_strdup(arena, s);
}

char *__wrap_arena_printf(struct arena *arena, const char *fmt, ...)
{
	char line[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	return __wrap_arena_strdup(arena, line);
}

void *__wrap_arena_grow(struct arena *arena, void *array, size_t count, size_t size)
{
	return is_due() ? NULL : __real_arena_grow(arena, array, count, size);
}

/* @work: 0 or -ENOMEM, with that in @error. */
static void each_fails_once(int (*work)(struct tv_bpf_error *error))
{
	unsigned int n, failed = 0;
	int err;

	for (n = 1; n < MAX_NTH; n++) {
		struct tv_bpf_error error;

		tv_bpf_error_init(&error, "scarce");
		fail_nth(n);
		err = work(&error);
		if (!fail_nth_end())
			break;
		assert_true(!err || err == -ENOMEM);
		if (err) {
			failed++;
			assert_int_equal(error.err, -ENOMEM);
			assert_true(error.text[0]);
		}
	}
	assert_in_range(n, 2, MAX_NTH - 1);
	assert_int_equal(err, 0);
	/* hardly anything can be done without */
	assert_true(failed + failed / 8 + 2 >= n);
}

static int open_object(struct tv_bpf_error *error)
{
	struct tv_bpf_object *obj = NULL;
	int err;

	err = tv_bpf_object_open_mem(compiled.data, compiled.size, "scarce.bpf.o", &compiled.opts,
				     &obj, error);
	assert_int_equal(!obj, err != 0);
	if (obj)
		tv_bpf_object_close(obj);
	return err;
}

static void opening_an_object(void **state)
{
	each_fails_once(open_object);
}

/* Without the kernel's types every program has a reason, which takes memory, too. */
static void opening_what_cannot_be_loaded(void **state)
{
	struct tv_bpf_opts kept = compiled.opts;

	compiled.opts.vmlinux = NULL;
	compiled.opts.kconfig = "CONFIG_HZ=y\n";
	each_fails_once(open_object);
	compiled.opts = kept;
}

static int open_file(struct tv_bpf_error *error)
{
	struct tv_bpf_object *obj;
	int err;

	err = tv_bpf_object_open("/dev/null", NULL, &obj, error);
	if (err == -ENOMEM)
		return err;
	assert_int_equal(err, -EINVAL);
	return 0;
}

static void opening_a_file(void **state)
{
	each_fails_once(open_file);
}

static int open_builtin(struct tv_bpf_error *error)
{
	struct tv_btf *btf;
	int err;

	err = tv_vmlinux_open(TV_VMLINUX_BUILTIN, &btf, error);
	if (!err)
		tv_btf_free(btf);
	return err;
}

static void the_builtin_types(void **state)
{
	each_fails_once(open_builtin);
}

static int parse_types(struct tv_bpf_error *error)
{
	uint32_t size;
	const void *data = btf__raw_data(tv_btf_raw(compiled.vmlinux), &size);
	struct tv_btf *btf;
	int err;

	err = tv_btf_parse(data, size, "BTF", &btf, error);
	if (!err)
		tv_btf_free(btf);
	return err;
}

static void parsing_types(void **state)
{
	each_fails_once(parse_types);
}

static struct tv_bpf_object *object;

static int expect(struct tv_bpf_error *error)
{
	struct tv_bpf_expect expect;
	int err;

	err = tv_bpf_expect_init(&expect, object, tv_bpf_object_prog(object, "walk"));
	if (err)
		return tv_bpf_error_set(error, err, NULL, TV_BPF_NOWHERE, "no memory");
	assert_int_equal(expect.msg_cnt, 2);
	tv_bpf_expect_fini(&expect);
	return 0;
}

static void expectations(void **state)
{
	assert_int_equal(tv_bpf_object_open_mem(compiled.data, compiled.size, "o", &compiled.opts,
						&object, NULL), 0);
	each_fails_once(expect);
	tv_bpf_object_close(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(opening_an_object),
		cmocka_unit_test(opening_what_cannot_be_loaded),
		cmocka_unit_test(opening_a_file),
		cmocka_unit_test(the_builtin_types),
		cmocka_unit_test(parsing_types),
		cmocka_unit_test(expectations),
	};

	return cmocka_run_group_tests(tests, compile_program, forget_program) != 0;
}
