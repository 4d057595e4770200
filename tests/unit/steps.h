/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The steps of a piece of work, as the explorer is offered them. */
#ifndef TESTS_STEPS_H
#define TESTS_STEPS_H

#include <stdio.h>
#include "model/fiber.h"
#include "model/step.h"
#include "tests/unit/model_world.h"

/* Of enum tv_access: "task->mm = NULL/W" writes. */
#define ACCESS_LETTERS	"RWALSTUu"

/*
 * @actor does @fn(@arg) from step to step, with nobody between; *@text (@size
 * bytes) is told what each does, and how it touches its object. @fn asserts
 * nothing: it has a stack of its own.
 */
static inline void steps_of(struct tv_actor *actor, void (*fn)(void *arg), void *arg, char *text,
			    size_t size)
{
	struct tv_actor *before = tv_current;
	struct tv_fiber *fiber;
	size_t len = 0;

	assert_int_equal(tv_fiber_create(64 << 10, &fiber), 0);
	tv_fiber_start(fiber, fn, arg);
	tv_current = actor;
	actor->explored = true;
	text[0] = '\0';
	while (tv_fiber_resume(fiber)) {
		len += snprintf(text + len, size - len, "%s%s/%c", len ? ", " : "",
				actor->point->what, ACCESS_LETTERS[actor->point->step.access]);
		assert_true(len < size);
	}
	actor->explored = false;
	tv_current = before;
	tv_fiber_destroy(fiber);
}

#endif
