/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* One run of one program of bpf_kernel.bpf.c, in a small world. */
#ifndef TV_TEST_BPF_RUN_H
#define TV_TEST_BPF_RUN_H

#include "fixture_text.h"

#define BPF_PROGRAM "bpf_kernel.bpf.c"
#include "bpf_compile.h"
#include "model/bpf_kernel.h"

static const char run_fixture[] =
	"schema: 1\n"
	"tasks:\n"
	"  - pid: 42\n"
	"    comm: sh\n"
	"    vmas:\n"
	"      - {start: 0x1000, end: 0x2000, perms: r--p, offset: 0x3000, dev: \"fe:01\", inode: 7, name: /bin/sh}\n"
	"      - {start: 0x3000, end: 0x4000, perms: r-xp}\n"
	"      - {start: 0x5000, end: 0x6000, perms: ---p}\n"
	"  - pid: 43\n"
	"    tgid: 42\n"
	"    mm_of: 42\n"
	"  - pid: 44\n"
	"    vmas: []\n";

/* One run of one program. */
static struct run {
	struct tv_world *world;
	struct tv_bpf_object *obj;
	struct tv_bpf_kernel *kernel;
	struct tv_machine *machine;
	struct tv_run_result result;
	const struct tv_bpf_hazard *hazards;
	size_t nr_hazards;
	uint64_t got[16];
	char text[64];
	char printed[64];
} run;

static void note_printed(void *arg, const char *line)
{
	snprintf(run.printed, sizeof(run.printed), "%s", line);
}

static inline void load_world(void)
{
	int fd = memfd_create("fixture", MFD_CLOEXEC);
	struct tv_diag diag;
	char path[64];

	assert_int_equal(write(fd, run_fixture, strlen(run_fixture)),
			 strlen(run_fixture));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_int_equal(tv_fixture_load_watched(path, &run.world, &diag), 0);
	close(fd);
}

static void *variable(const char *name, bool of_file, size_t *size)
{
	struct tv_bpf_map *map;
	struct tv_bpf_var *var;
	uint32_t key = 0;
	char *value;

	assert_int_equal(tv_bpf_object_var(run.obj, name, &map, &var), 0);
	*size = var->size;
	value = of_file ? (char *)map->data
			: tv_map_value(tv_machine_map(run.machine, map - run.obj->maps), &key, 0);
	return value + var->offset;
}

/* What happens before each instruction; its first argument is the address of run.kernel. NULL: nothing. */
static int (*run_step)(void *arg, struct tv_machine *machine, uint32_t insn, const uint64_t regs[11]);

/*
 * The world, the object with @arg in its variable, and then, with @armed called before, the kernel and
 * one run in it. 0, or what could not be made.
 */
static int run_try(const char *name, const char *design, enum tv_context context, uint64_t arg,
		   void (*armed)(void))
{
	struct tv_bpf_kernel_opts opts = {
		.vmlinux = compiled.vmlinux, .design = tv_iter_design_find(design),
		.context = context, .boot_ns = 5000000000, .seed = 1,
		.step = run_step, .step_arg = &run.kernel, .printk = note_printed,
	};
	struct tv_machine_opts machine_opts = { .vmlinux = compiled.vmlinux };
	struct tv_bpf_error error;
	const char *why;
	size_t size;
	int err;

	run = (struct run){ 0 };
	load_world();
	opts.world = run.world;
	opts.current_task = tv_world_find_task(run.world, 42);
	assert_int_equal(tv_bpf_object_open_mem(compiled.data, compiled.size, "bpf_kernel",
						&compiled.opts, &run.obj, &error), 0);
	*(uint64_t *)variable("arg", true, &size) = arg;
	if (armed)
		armed();
	err = tv_bpf_kernel_create(&opts, &run.kernel, &why);
	if (err)
		return err;
	machine_opts.env = tv_bpf_kernel_env(run.kernel);
	err = tv_machine_create(run.obj, &machine_opts, &run.machine, &error);
	if (err)
		return err;
	tv_bpf_kernel_run(run.kernel, run.machine, tv_bpf_object_prog(run.obj, name), NULL, 0,
			  &run.result);
	memcpy(run.got, variable("got", false, &size), sizeof(run.got));
	memcpy(run.text, variable("text", false, &size), sizeof(run.text));
	run.nr_hazards = tv_bpf_kernel_hazards(run.kernel, &run.hazards);
	return 0;
}

static void run_end(void)
{
	tv_machine_destroy(run.machine);
	tv_bpf_kernel_destroy(run.kernel);
	tv_bpf_object_close(run.obj);
	tv_world_destroy(run.world);
}

#endif
