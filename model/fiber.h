/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Fibres: several call stacks in one thread, switched by hand.
 *
 * The explorer runs each actor of a scenario on a fibre, so that unmodified
 * kernel-style code can be stopped before any step and another let go first.
 * A fibre is resumed by its thread's scheduler and yields back to it. It may
 * be dropped half-way and started again: what it had on its stack is then
 * forgotten, so it must own nothing that only the stack knows of.
 */
#ifndef TV_MODEL_FIBER_H
#define TV_MODEL_FIBER_H

#include <stdbool.h>
#include <stddef.h>

struct tv_fiber;

/* A fibre with @stack_size bytes of stack (rounded up to pages), guarded. 0 or -ENOMEM. */
int tv_fiber_create(size_t stack_size, struct tv_fiber **fiber);
void tv_fiber_destroy(struct tv_fiber *fiber);

/* The next resume calls @fn(@arg) from the top, whatever the fibre was doing. */
void tv_fiber_start(struct tv_fiber *fiber, void (*fn)(void *arg), void *arg);

/* Runs the fibre until it yields or its function returns; true while it has more to do. */
bool tv_fiber_resume(struct tv_fiber *fiber);

/* In a fibre: back to whoever resumed it. */
void tv_fiber_yield(void);

/* The running fibre of this thread, or NULL. */
struct tv_fiber *tv_fiber_current(void);

#endif
