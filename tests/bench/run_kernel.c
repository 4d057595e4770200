// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Programs on the running kernel: loaded, run in this process by BPF_PROG_TEST_RUN, never attached. */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "tests/bench/run_bench.h"

struct kernel_runs {
	struct bpf_object *obj;
};

static int no_print(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	return 0;
}

int kernel_runs_open(const char *object, struct kernel_runs **out)
{
	struct kernel_runs *runs = calloc(1, sizeof(*runs));
	int err;

	if (!runs)
		return -ENOMEM;
	libbpf_set_print(no_print);
	runs->obj = bpf_object__open_file(object, NULL);
	err = runs->obj ? 0 : -errno;
	if (!err)
		err = bpf_object__load(runs->obj);
	if (err) {
		kernel_runs_close(runs);
		return err == -EPERM || err == -ENOSYS ? -EOPNOTSUPP : err;
	}
	*out = runs;
	return 0;
}

void kernel_runs_close(struct kernel_runs *runs)
{
	bpf_object__close(runs->obj);
	free(runs);
}

int kernel_runs_run(struct kernel_runs *runs, const char *prog, uint32_t *retval)
{
	struct bpf_program *found = bpf_object__find_program_by_name(runs->obj, prog);
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	if (!found)
		return -ENOENT;
	if (bpf_prog_test_run_opts(bpf_program__fd(found), &opts))
		return -errno;
	*retval = opts.retval;
	return 0;
}

/* Where the variable lies in .bss, by the object's BTF; -1. */
static long bss_offset(const struct btf *btf, const char *name)
{
	int id = btf__find_by_name_kind(btf, ".bss", BTF_KIND_DATASEC);
	const struct btf_var_secinfo *at;
	const struct btf_type *section;
	unsigned int i;

	if (id < 0)
		return -1;
	section = btf__type_by_id(btf, id);
	for (i = 0, at = btf_var_secinfos(section); i < btf_vlen(section); i++, at++) {
		if (!strcmp(btf__name_by_offset(btf, btf__type_by_id(btf, at->type)->name_off), name))
			return at->offset;
	}
	return -1;
}

uint64_t kernel_runs_global(struct kernel_runs *runs, const char *name)
{
	long offset = bss_offset(bpf_object__btf(runs->obj), name);
	uint64_t value = 0;
	uint32_t zero = 0;
	struct bpf_map *map;
	char *bytes;

	bpf_object__for_each_map(map, runs->obj) {
		if (offset < 0 || !strstr(bpf_map__name(map), ".bss"))
			continue;
		bytes = malloc(bpf_map__value_size(map));
		if (bytes && !bpf_map_lookup_elem(bpf_map__fd(map), &zero, bytes))
			memcpy(&value, bytes + offset, sizeof(value));
		free(bytes);
	}
	return value;
}
