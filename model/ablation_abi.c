// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What a program compiled for one kernel meets on another one, when the size
 * of the iterator depends on the kernel's own structures.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "model/ablation.h"
#include "model/ablation_inline_data.h"
#include "model/task.h"

/* sizeof(struct ma_state): 64 in Linux 6.7; 72 since it has store_type, as in 6.12 and here */
#define OLD_MA_STATE_BYTES	64

#define VARIABLE	0x1122334455667788ULL

_Static_assert(sizeof(struct ma_state) > OLD_MA_STATE_BYTES, "it has grown since");

/* The program's stack: the iterator, as large as it was when it was compiled, then a variable. */
struct stack {
	struct bpf_iter_task_vma it;
	unsigned char rest[512];
};

static unsigned long long variable_at(const struct stack *stack, size_t at)
{
	unsigned long long value;

	memcpy(&value, (const char *)stack + at, sizeof(value));
	return value;
}

static void put_variable(struct stack *stack, size_t at)
{
	const unsigned long long value = VARIABLE;

	memset(stack, 0, sizeof(*stack));
	memcpy((char *)stack + at, &value, sizeof(value));
}

/* Whether the variable behind @bytes of iterator is what it was, once new has run. */
static bool tell(const struct stack *stack, size_t bytes, size_t needed, char *text, size_t room)
{
	unsigned long long value = variable_at(stack, bytes);

	snprintf(text, room, "%zu bytes compiled, %zu used: the variable behind the iterator is 0x%llx, "
		 "was 0x%llx", bytes, needed, value, VARIABLE);
	return value == VARIABLE;
}

static int show(struct task_struct *task, struct tv_ablation_shown *shown)
{
	const struct tv_iter_design *whole = tv_iter_design_find("mmap_lock");
	const size_t now = tv_ablation_inline_bytes;
	const size_t compiled = now - sizeof(struct ma_state) + OLD_MA_STATE_BYTES;
	struct stack stack;
	int err;

	put_variable(&stack, sizeof(stack.it));
	err = whole->iter_new(&stack.it, task, 0);
	if (err)
		return err;
	shown->with_is_right = tell(&stack, sizeof(stack.it), sizeof(stack.it), shown->with,
				    sizeof(shown->with));
	whole->iter_destroy(&stack.it);

	put_variable(&stack, compiled);
	err = mmap_lock_inline_data_iter_new(&stack.it, task, 0);
	if (err)
		return err;
	shown->without_is_right = tell(&stack, compiled, now, shown->without,
				       sizeof(shown->without));
	mmap_lock_inline_data_iter_destroy(&stack.it);
	return 0;
}

int tv_ablation_inline_data_shown(struct tv_ablation_shown *shown)
{
	struct tv_actor *current = tv_current;
	struct task_struct *task;
	struct tv_world *world;
	struct mm_struct *mm;
	int err;

	err = tv_world_create(&world);
	if (err)
		return err;
	err = tv_task_create(world, 42, "sh", &task);
	if (!err)
		err = tv_mm_create(world, &mm);
	if (!err) {
		tv_task_set_mm(task, mm);
		err = show(task, shown);
	}
	tv_world_destroy(world);
	tv_current = current;
	return err;
}
