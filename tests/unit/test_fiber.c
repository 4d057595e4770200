// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Fibres keep their stacks apart, come back where they yielded, and can be dropped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "model/fiber.h"

struct log {
	char text[64];
};

static void note(struct log *log, char c)
{
	size_t len = strlen(log->text);

	if (len + 1 < sizeof(log->text))
		log->text[len] = c;
}

struct actor {
	struct log *log;
	char letter;
	int depth;
};

/* Yields from below several frames, each with locals that must survive. */
static void dive(const struct actor *actor, int depth)
{
	volatile char mine = actor->letter + depth;

	if (depth < actor->depth)
		dive(actor, depth + 1);
	tv_fiber_yield();
	note(actor->log, mine);
}

static void act(void *arg)
{
	dive(arg, 0);
}

static void fibres_interleave(void **state)
{
	struct log log = { "" };
	struct actor a = { &log, 'a', 2 }, b = { &log, 'A', 1 };
	struct tv_fiber *fa, *fb;

	assert_int_equal(tv_fiber_create(64 << 10, &fa), 0);
	assert_int_equal(tv_fiber_create(64 << 10, &fb), 0);
	tv_fiber_start(fa, act, &a);
	tv_fiber_start(fb, act, &b);
	assert_true(tv_fiber_resume(fa));
	assert_true(tv_fiber_resume(fb));
	assert_true(tv_fiber_resume(fa));
	assert_true(tv_fiber_resume(fb));
	assert_true(tv_fiber_resume(fa));
	assert_false(tv_fiber_resume(fb));
	assert_false(tv_fiber_resume(fa));
	assert_string_equal(log.text, "cBbAa");
	assert_null(tv_fiber_current());
	tv_fiber_destroy(fa);
	tv_fiber_destroy(fb);
}

static void dropped_and_started_again(void **state)
{
	struct log log = { "" };
	struct actor a = { &log, 'a', 5 };
	struct tv_fiber *fiber;
	int i;

	assert_int_equal(tv_fiber_create(16 << 10, &fiber), 0);
	for (i = 0; i < 1000; i++) {
		tv_fiber_start(fiber, act, &a);
		assert_true(tv_fiber_resume(fiber));
	}
	assert_string_equal(log.text, "");
	while (tv_fiber_resume(fiber))
		;
	assert_string_equal(log.text, "fedcba");
	tv_fiber_destroy(fiber);
}

/* A stack that was given back half-way may serve the next fibre, of the same size only. */
static void made_after_one_was_destroyed(void **state)
{
	static const size_t sizes[] = { 16 << 10, 64 << 10, 64 << 10, 16 << 10 };
	struct tv_fiber *fiber;
	unsigned int i, all;

	for (i = 0; i < 100; i++) {
		struct log log = { "" };
		struct actor a = { &log, 'a', i % 4 };

		assert_int_equal(tv_fiber_create(sizes[i % 4], &fiber), 0);
		tv_fiber_start(fiber, act, &a);
		assert_true(tv_fiber_resume(fiber));
		assert_string_equal(log.text, "");
		for (all = 0; i % 3 && tv_fiber_resume(fiber); all++)
			;
		assert_true(!(i % 3) || all == i % 4);
		tv_fiber_destroy(fiber);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fibres_interleave),
		cmocka_unit_test(dropped_and_started_again),
		cmocka_unit_test(made_after_one_was_destroyed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
