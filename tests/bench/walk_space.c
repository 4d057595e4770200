// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Address spaces of any size, for measuring only. */
#include <errno.h>
#include <stdio.h>
#include "model/fixture.h"
#include "model/mm.h"
#include "model/task.h"
#include "tests/bench/walk_bench.h"

#define PAGE		4096UL
#define SPACE_START	0x100000000000UL
#define NR_FILES	64

/* What VMA number @i looks like; its name is kept in @name. */
static void space_vma(size_t i, struct tv_vma_desc *desc, char name[64])
{
	unsigned int file = i / 2 % NR_FILES;

	*desc = (struct tv_vma_desc){
		.start = SPACE_START + i * PAGE,
		.end = SPACE_START + (i + 1) * PAGE,
		.vm_flags = VM_READ | VM_MAYREAD | VM_MAYWRITE | VM_MAYEXEC,
	};
	if (i % 2 == 0) {
		desc->vm_flags |= VM_WRITE;
		return;
	}
	desc->offset = i / 2 * PAGE;
	desc->major = 0xfe;
	desc->ino = 100000 + file;
	desc->name = name;
	desc->name_len = snprintf(name, 64, "/usr/lib/x86_64-linux-gnu/libbench-%u.so.1", file);
}

static int space_fill(struct mm_struct *mm, size_t nr)
{
	struct tv_vma_list list = { 0 };
	struct vm_area_struct *vma;
	struct tv_vma_desc desc;
	char name[64];
	size_t i;
	int err = 0;

	for (i = 0; !err && i < nr; i++) {
		space_vma(i, &desc, name);
		err = tv_vma_create(mm, &desc, &vma);
		if (err)
			break;
		err = tv_vma_list_add(&list, vma);
		if (err)
			tv_vma_destroy(vma);
	}
	if (!err)
		err = tv_vma_list_load(&list, mm);
	tv_vma_list_fini(&list);
	return err;
}

int space_create(size_t nr, struct tv_world **out)
{
	struct task_struct *task;
	struct tv_world *world;
	struct mm_struct *mm;
	int err;

	err = tv_world_create(&world);
	if (err)
		return err;
	err = tv_task_create(world, 1, "bench", &task);
	if (!err)
		err = tv_mm_create(world, &mm);
	if (!err) {
		tv_task_set_mm(task, mm);
		err = space_fill(mm, nr);
	}
	if (err)
		tv_world_destroy(world);
	else
		*out = world;
	return err;
}

ssize_t space_write(const char *path, size_t nr)
{
	struct tv_world *world;
	ssize_t size;
	FILE *out;
	int err;

	err = space_create(nr, &world);
	if (err)
		return err;
	out = fopen(path, "w");
	err = out ? tv_fixture_write(out, world) : -errno;
	size = out ? ftell(out) : 0;
	if (out && fclose(out) && !err)
		err = -EIO;
	tv_world_destroy(world);
	return err ? err : size;
}
