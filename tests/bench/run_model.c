// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Programs in the interpreter, over a world with this process's own address space. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "bpf/machine.h"
#include "bpf/vmlinux.h"
#include "model/bpf_kernel.h"
#include "model/maps.h"
#include "model/task.h"
#include "tests/bench/run_bench.h"

struct model_runs {
	struct tv_btf *vmlinux;
	struct tv_bpf_object *obj;
	struct tv_world *world;
	struct tv_bpf_kernel *kernel;
	struct tv_machine *machine;
};

static int told(const char *what, const char *why, int err)
{
	fprintf(stderr, "bench-run: %s: %s\n", what, why);
	return err;
}

/* All of /proc/self/maps, which changes while it is read if memory is needed for it: read until it fits. */
static char *own_maps(size_t *len)
{
	size_t room = 16 << 20;
	char *text = malloc(room);
	FILE *in = fopen("/proc/self/maps", "r");

	*len = 0;
	if (text && in)
		*len = fread(text, 1, room, in);
	if (in)
		fclose(in);
	if (!*len) {
		free(text);
		return NULL;
	}
	return text;
}

static int fill(struct mm_struct *mm)
{
	struct tv_vma_list list = { 0 };
	struct tv_diag diag;
	size_t len;
	char *text = own_maps(&len);
	int err;

	if (!text)
		return -ENOMEM;
	tv_diag_init(&diag, "/proc/self/maps");
	err = tv_maps_parse(text, len, mm, &list, &diag);
	if (!err)
		err = tv_vma_list_load(&list, mm);
	tv_vma_list_fini(&list);
	free(text);
	return err;
}

static int make_world(struct model_runs *runs, struct task_struct **task)
{
	struct mm_struct *mm;
	int err;

	err = tv_world_create_watched(&runs->world);
	if (err)
		return err;
	err = tv_task_create(runs->world, getpid(), "bench", task);
	if (!err)
		err = tv_mm_create(runs->world, &mm);
	if (err)
		return err;
	tv_task_set_mm(*task, mm);
	return fill(mm);
}

static int make_machine(struct model_runs *runs, const char *design, struct task_struct *task)
{
	struct tv_bpf_kernel_opts opts = {
		.world = runs->world,
		.current_task = task,
		.design = tv_iter_design_find(design),
		.vmlinux = runs->vmlinux,
		.kernel = TV_KERNEL_6_18,
	};
	struct tv_machine_opts mopts = { .vmlinux = runs->vmlinux, .kernel = TV_KERNEL_6_18 };
	struct tv_bpf_error error = { 0 };
	const char *why = "out of memory";
	int err;

	err = tv_bpf_kernel_create(&opts, &runs->kernel, &why);
	if (err)
		return told("the kernel around", why, err);
	mopts.env = tv_bpf_kernel_env(runs->kernel);
	err = tv_machine_create(runs->obj, &mopts, &runs->machine, &error);
	return err ? told("the machine", strerror(-err), err) : 0;
}

int model_runs_open(const char *object, const char *design, struct model_runs **out)
{
	struct model_runs *runs = calloc(1, sizeof(*runs));
	struct tv_bpf_opts opts = { .size_maps = true };
	struct task_struct *task;
	int err;

	if (!runs)
		return -ENOMEM;
	err = tv_vmlinux_open(TV_VMLINUX_RUNNING, &runs->vmlinux, NULL);
	opts.vmlinux = runs->vmlinux;
	if (!err)
		err = tv_bpf_object_open(object, &opts, &runs->obj, NULL);
	if (!err)
		err = make_world(runs, &task);
	if (!err)
		err = make_machine(runs, design, task);
	if (err) {
		model_runs_close(runs);
		return told(object, strerror(-err), err);
	}
	*out = runs;
	return 0;
}

void model_runs_close(struct model_runs *runs)
{
	if (runs->machine)
		tv_machine_destroy(runs->machine);
	if (runs->kernel)
		tv_bpf_kernel_destroy(runs->kernel);
	if (runs->world)
		tv_world_destroy(runs->world);
	if (runs->obj)
		tv_bpf_object_close(runs->obj);
	if (runs->vmlinux)
		tv_btf_free(runs->vmlinux);
	free(runs);
}

int model_runs_run(struct model_runs *runs, const char *prog, uint32_t *retval, uint64_t *insns)
{
	const struct tv_bpf_prog *found = tv_bpf_object_prog(runs->obj, prog);
	struct tv_run_result result;

	if (!found)
		return -ENOENT;
	tv_bpf_kernel_run(runs->kernel, runs->machine, found, NULL, 0, &result);
	if (result.end != TV_RUN_DONE)
		return told(prog, result.why, -EIO);
	*retval = result.retval;
	*insns = result.insns;
	return 0;
}

uint64_t model_runs_global(struct model_runs *runs, const char *name)
{
	struct tv_bpf_map *map;
	struct tv_bpf_var *var;
	uint32_t zero = 0;
	uint64_t value = 0;
	const char *bytes;

	if (tv_bpf_object_var(runs->obj, name, &map, &var) || !var)
		return 0;
	bytes = tv_map_value(tv_machine_map(runs->machine, map - runs->obj->maps), &zero, 0);
	if (bytes)
		memcpy(&value, bytes + var->offset, sizeof(value));
	return value;
}
