// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Fibres. On x86-64 and arm64 a switch is a dozen instructions; elsewhere it
 * is swapcontext(), which also saves the signal mask, by a system call.
 */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>
#include "model/fiber.h"

#if defined(__SANITIZE_ADDRESS__)
#define FIBER_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define FIBER_ASAN 1
#endif
#endif

#ifdef FIBER_ASAN
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#endif

#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#else
#define VALGRIND_STACK_REGISTER(low, high)	0
#define VALGRIND_STACK_DEREGISTER(id)		((void)(id))
#endif

#if defined(__x86_64__) || defined(__aarch64__)
#define FIBER_FAST 1
typedef void *fiber_context;	/* a stack pointer; registers lie above it */
#else
#include <ucontext.h>
typedef ucontext_t fiber_context;
#endif

struct tv_fiber {
	fiber_context here, back;
	char *map;		/* guard page, then the stack */
	size_t map_size, guard;
	void (*fn)(void *arg);
	void *arg;
	bool alive;
	unsigned int valgrind_id;
	struct tv_fiber *next;	/* in spare */
#ifdef FIBER_ASAN
	const void *back_stack;
	size_t back_size;
	void *fake_stack, *back_fake_stack;
#endif
};

static __thread struct tv_fiber *current;

struct tv_fiber *tv_fiber_current(void)
{
	return current;
}

static void fiber_main(void);

#ifdef FIBER_FAST

/*
 * Saves what the ABI says a call preserves, and the stack pointer in *@from;
 * goes on with the stack @to, which looks as this function left it.
 */
void tv_fiber_switch(void **from, void *to);

#ifdef __x86_64__
#define SAVED_WORDS	7	/* six registers and the return address */
__asm__(
"	.text\n"
"	.globl tv_fiber_switch\n"
"	.hidden tv_fiber_switch\n"
"	.type tv_fiber_switch, @function\n"
"tv_fiber_switch:\n"
"	push %rbx\n	push %rbp\n	push %r12\n	push %r13\n	push %r14\n	push %r15\n"
"	mov %rsp, (%rdi)\n"
"	mov %rsi, %rsp\n"
"	pop %r15\n	pop %r14\n	pop %r13\n	pop %r12\n	pop %rbp\n	pop %rbx\n"
"	ret\n"
"	.size tv_fiber_switch, . - tv_fiber_switch\n");

static void context_init(struct tv_fiber *fiber)
{
	uintptr_t *top = (uintptr_t *)(fiber->map + fiber->map_size);

	/* the ABI wants the stack 16-aligned before a call, so 8 off at the entry */
	*--top = 0;
	*--top = (uintptr_t)fiber_main;
	fiber->here = top - (SAVED_WORDS - 1);
}
#else
#define SAVED_WORDS	20	/* x19 to x30, d8 to d15 */
__asm__(
"	.text\n"
"	.globl tv_fiber_switch\n"
"	.hidden tv_fiber_switch\n"
"	.type tv_fiber_switch, %function\n"
"tv_fiber_switch:\n"
"	sub sp, sp, #160\n"
"	stp x19, x20, [sp]\n	stp x21, x22, [sp, #16]\n	stp x23, x24, [sp, #32]\n"
"	stp x25, x26, [sp, #48]\n	stp x27, x28, [sp, #64]\n	stp x29, x30, [sp, #80]\n"
"	stp d8, d9, [sp, #96]\n	stp d10, d11, [sp, #112]\n"
"	stp d12, d13, [sp, #128]\n	stp d14, d15, [sp, #144]\n"
"	mov x9, sp\n	str x9, [x0]\n	mov sp, x1\n"
"	ldp x19, x20, [sp]\n	ldp x21, x22, [sp, #16]\n	ldp x23, x24, [sp, #32]\n"
"	ldp x25, x26, [sp, #48]\n	ldp x27, x28, [sp, #64]\n	ldp x29, x30, [sp, #80]\n"
"	ldp d8, d9, [sp, #96]\n	ldp d10, d11, [sp, #112]\n"
"	ldp d12, d13, [sp, #128]\n	ldp d14, d15, [sp, #144]\n"
"	add sp, sp, #160\n	ret\n"
"	.size tv_fiber_switch, . - tv_fiber_switch\n");

static void context_init(struct tv_fiber *fiber)
{
	uintptr_t *top = (uintptr_t *)(fiber->map + fiber->map_size);

	top -= SAVED_WORDS;
	top[11] = (uintptr_t)fiber_main;	/* x30, where ret goes */
	fiber->here = top;
}
#endif

static void context_switch(fiber_context *from, fiber_context *to)
{
	tv_fiber_switch(from, *to);
}

#else /* !FIBER_FAST */

static void context_init(struct tv_fiber *fiber)
{
	getcontext(&fiber->here);
	fiber->here.uc_stack.ss_sp = fiber->map + fiber->guard;
	fiber->here.uc_stack.ss_size = fiber->map_size - fiber->guard;
	fiber->here.uc_link = NULL;
	makecontext(&fiber->here, fiber_main, 0);
}

static void context_switch(fiber_context *from, fiber_context *to)
{
	swapcontext(from, to);
}

#endif

static void fiber_main(void)
{
	struct tv_fiber *self = current;

#ifdef FIBER_ASAN
	__sanitizer_finish_switch_fiber(NULL, &self->back_stack, &self->back_size);
#endif
	self->fn(self->arg);
	self->alive = false;
	tv_fiber_yield();
	abort();	/* nobody resumes a fibre that is done */
}

/*
 * Fibres that were destroyed, with their stacks. A small exploration takes less time than to map
 * and unmap the stacks for it.
 */
#define MAX_SPARE	16

static struct {
	pthread_mutex_t lock;
	struct tv_fiber *first;
	unsigned int nr;
} spare = { .lock = PTHREAD_MUTEX_INITIALIZER };

static struct tv_fiber *take_spare(size_t map_size)
{
	struct tv_fiber *fiber;

	pthread_mutex_lock(&spare.lock);
	fiber = spare.first;
	if (fiber && fiber->map_size == map_size) {
		spare.first = fiber->next;
		spare.nr--;
		fiber->alive = false;
	} else {
		fiber = NULL;
	}
	pthread_mutex_unlock(&spare.lock);
	return fiber;
}

static bool keep_spare(struct tv_fiber *fiber)
{
	bool kept;

	pthread_mutex_lock(&spare.lock);
	kept = spare.nr < MAX_SPARE;
	if (kept) {
		fiber->next = spare.first;
		spare.first = fiber;
		spare.nr++;
	}
	pthread_mutex_unlock(&spare.lock);
	return kept;
}

int tv_fiber_create(size_t stack_size, struct tv_fiber **out)
{
	size_t page = sysconf(_SC_PAGESIZE);
	size_t map_size = page + (stack_size + page - 1) / page * page;
	struct tv_fiber *fiber = take_spare(map_size);

	*out = fiber;
	if (fiber)
		return 0;
	fiber = calloc(1, sizeof(*fiber));
	if (!fiber)
		return -ENOMEM;
	fiber->guard = page;
	fiber->map_size = map_size;
	fiber->map = mmap(NULL, fiber->map_size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (fiber->map == MAP_FAILED) {
		free(fiber);
		return -ENOMEM;
	}
	mprotect(fiber->map, page, PROT_NONE);
	fiber->valgrind_id = VALGRIND_STACK_REGISTER(fiber->map + page,
						     fiber->map + fiber->map_size);
	*out = fiber;
	return 0;
}

void tv_fiber_destroy(struct tv_fiber *fiber)
{
	if (!fiber || keep_spare(fiber))
		return;
	VALGRIND_STACK_DEREGISTER(fiber->valgrind_id);
	munmap(fiber->map, fiber->map_size);
	free(fiber);
}

void tv_fiber_start(struct tv_fiber *fiber, void (*fn)(void *arg), void *arg)
{
	fiber->fn = fn;
	fiber->arg = arg;
	fiber->alive = true;
#ifdef FIBER_ASAN
	/* what an abandoned run left poisoned is fresh stack again */
	__asan_unpoison_memory_region(fiber->map + fiber->guard, fiber->map_size - fiber->guard);
	fiber->fake_stack = NULL;
#endif
	context_init(fiber);
}

bool tv_fiber_resume(struct tv_fiber *fiber)
{
	struct tv_fiber *outer = current;

	current = fiber;
#ifdef FIBER_ASAN
	__sanitizer_start_switch_fiber(&fiber->back_fake_stack, fiber->map + fiber->guard,
				       fiber->map_size - fiber->guard);
#endif
	context_switch(&fiber->back, &fiber->here);
#ifdef FIBER_ASAN
	__sanitizer_finish_switch_fiber(fiber->back_fake_stack, NULL, NULL);
#endif
	current = outer;
	return fiber->alive;
}

void tv_fiber_yield(void)
{
	struct tv_fiber *self = current;

#ifdef FIBER_ASAN
	__sanitizer_start_switch_fiber(self->alive ? &self->fake_stack : NULL,
				       self->back_stack, self->back_size);
#endif
	context_switch(&self->here, &self->back);
#ifdef FIBER_ASAN
	__sanitizer_finish_switch_fiber(self->fake_stack, &self->back_stack, &self->back_size);
#endif
}
