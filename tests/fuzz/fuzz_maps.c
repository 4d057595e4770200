// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Bytes as the text of /proc/PID/maps or smaps. What is refused comes with its line; what is read
 * and printed is read again, and then printed byte for byte the same, one line for each VMA.
 */
#include <errno.h>

#include "model/maps.h"
#include "model/task.h"
#include "tests/fuzz/fuzz.h"

/* A world with one task, whose mm has the VMAs of @text. NULL: it is refused. */
static struct tv_world *parse(const char *text, size_t size, struct tv_diag *diag)
{
	struct tv_vma_list vmas = { 0 };
	struct task_struct *task;
	struct tv_world *world;
	struct mm_struct *mm;
	int err;

	fuzz_require(!tv_world_create(&world), "world");
	fuzz_require(!tv_task_create(world, 1, "sh", &task) && !tv_mm_create(world, &mm), "task");
	tv_task_set_mm(task, mm);
	tv_diag_init(diag, "maps");
	err = tv_maps_parse(text, size, mm, &vmas, diag);
	if (!err)
		err = tv_vma_list_load(&vmas, mm);
	tv_vma_list_fini(&vmas);
	if (!err)
		return world;
	fuzz_require(err == -EINVAL && diag->text[0], "refused: %d: %s", err, diag->text);
	tv_world_destroy(world);
	return NULL;
}

static char *printed(struct tv_world *world, size_t *size)
{
	struct mm_struct *mm = tv_world_find_task(world, 1)->mm;
	VMA_ITERATOR(vmi, mm, 0);
	struct vm_area_struct *vma;
	char *text = NULL;
	FILE *out = open_memstream(&text, size);
	const char *why = "";

	fuzz_require(out, "memory");
	fuzz_require(!mt_validate(&mm->mm_mt, &why), "%s", why);
	for_each_vma(vmi, vma)
		fuzz_require(!tv_maps_print(out, vma), "print");
	fclose(out);
	return text;
}

static void forget(struct tv_world *world)
{
	tv_world_teardown(world);
	fuzz_require(tv_ledger_is_clean(&world->ledger), "something is still held");
	tv_world_destroy(world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t first_size, again_size;
	struct tv_world *world;
	struct tv_diag diag;
	char *first, *again;

	world = parse((const char *)data, size, &diag);
	if (!world)
		return 0;
	first = printed(world, &first_size);
	forget(world);
	/* a text of nothing but [vsyscall] */
	if (!first_size) {
		free(first);
		return 0;
	}
	world = parse(first, first_size, &diag);
	fuzz_require(world, "what was printed is refused: %d: %s\n%s", diag.line, diag.text, first);
	again = printed(world, &again_size);
	forget(world);
	fuzz_require(first_size == again_size && !memcmp(first, again, first_size),
		     "printed, read, printed:\n%s\n%s", first, again);
	free(first);
	free(again);
	return 0;
}
