// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* BPF objects in the booted kernel (boot_ask.h). */
#include "kernel/boot_ask.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define OTHER_CPU	1	/* boot_guest keeps to CPU 0 */
#define TIMER_USEC	(5 * 1000 * 1000)
#define POLL_USEC	1000

const char *boot_context_name(enum boot_context context)
{
	static const char *const names[] = {
		[BOOT_PROCESS] = "process",
		[BOOT_SOFTIRQ] = "softirq",
		[BOOT_IRQS_OFF] = "irqs-off",
	};

	return names[context];
}

struct bpf_object *boot_load(const char *file)
{
	struct bpf_object *obj = bpf_object__open_file(file, NULL);

	if (!obj || !bpf_object__load(obj))
		return obj;
	bpf_object__close(obj);
	return NULL;
}

/* Where the variable @name lies in the section @section; -1: not there. */
static long offset_in(const struct btf *btf, const char *section, const char *name)
{
	int id = btf__find_by_name_kind(btf, section, BTF_KIND_DATASEC);
	const struct btf_type *type = id > 0 ? btf__type_by_id(btf, id) : NULL;
	const struct btf_var_secinfo *var = type ? btf_var_secinfos(type) : NULL;

	for (int i = 0; type && i < btf_vlen(type); i++) {
		const struct btf_type *t = btf__type_by_id(btf, var[i].type);

		if (!strcmp(btf__name_by_offset(btf, t->name_off), name))
			return var[i].offset;
	}
	return -1;
}

void *boot_var(struct bpf_object *obj, const char *name)
{
	static const char *const sections[] = { ".bss", ".data" };

	for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++) {
		struct bpf_map *map = bpf_object__find_map_by_name(obj, sections[i]);
		long offset = offset_in(bpf_object__btf(obj), sections[i], name);
		char *memory;

		if (!map || offset < 0)
			continue;
		/* libbpf maps the kernel's memory for skeletons alone */
		memory = mmap(NULL, bpf_map__value_size(map), PROT_READ | PROT_WRITE, MAP_SHARED,
			      bpf_map__fd(map), 0);
		return memory == MAP_FAILED ? NULL : memory + offset;
	}
	return NULL;
}

static int wait_for(const volatile int *done)
{
	for (int waited = 0; waited < TIMER_USEC; waited += POLL_USEC) {
		if (*done)
			return 0;
		usleep(POLL_USEC);
	}
	return -ETIMEDOUT;
}

int boot_run(struct bpf_object *obj, const char *prog, enum boot_context context,
	     const volatile int *done)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);
	struct bpf_program *found = bpf_object__find_program_by_name(obj, prog);

	if (!found)
		return -ENOENT;
	if (context == BOOT_IRQS_OFF) {
		opts.flags = BPF_F_TEST_RUN_ON_CPU;
		opts.cpu = OTHER_CPU;
	}
	if (bpf_prog_test_run_opts(bpf_program__fd(found), &opts))
		return -errno;
	if (opts.retval)
		return -EPROTO;
	return context == BOOT_SOFTIRQ ? wait_for(done) : 0;
}
