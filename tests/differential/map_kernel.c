// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Maps of the running kernel. Programs run by BPF_PROG_TEST_RUN in this process; nothing is attached. */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/differential/map_sides.h"

#define PERF_PAGES 16

struct kernel_map {
	const struct tv_bpf_map *def;
	struct bpf_object *object;
	struct ring_buffer *ring;
	struct perf_buffer *perf;
	char *data;		/* the program's variables, and their size */
	size_t data_size;
	record_fn *read;
	void *read_arg;
	int fd, prog_fd;
	/* in the program's memory */
	uint32_t *cnt;
	struct map_op *ops;
	struct map_answer *answers;
	uint8_t *blob;
};

static int silent(enum libbpf_print_level level, const char *format, va_list args)
{
	return 0;
}

bool kernel_can(const char **why)
{
	int fd;

	libbpf_set_print(silent);
	fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "probe", 4, 8, 1, NULL);
	*why = "no bpf(2)";
	if (fd < 0)
		return false;
	close(fd);
	*why = "no BTF of the running kernel";
	return !access("/sys/kernel/btf/vmlinux", R_OK);
}

static bool pin(uint32_t cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	return !sched_setaffinity(0, sizeof(set), &set);
}

static int make_alone(struct kernel_map *map)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = map->def->flags,
		    .map_extra = map->def->extra);

	/* what system calls do, they do on our first CPU */
	if (!pin(0))
		return -EUCLEAN;
	map->fd = bpf_map_create(map->def->type, "tested", map->def->key_size, map->def->value_size,
				 map->def->max_entries, &opts);
	return map->fd < 0 ? -errno : 0;
}

/* Of the object only one program and its map are made. */
static int configure(struct kernel_map *map, const char *program, struct bpf_map **tested)
{
	const struct tv_bpf_map *def = map->def;
	bool storage = def->type == BPF_MAP_TYPE_TASK_STORAGE;
	struct bpf_program *prog;
	struct bpf_map *each;

	bpf_object__for_each_program(prog, map->object)
		bpf_program__set_autoload(prog, !strcmp(bpf_program__name(prog), program));
	bpf_object__for_each_map(each, map->object)
		if (!strcmp(bpf_map__name(each), storage ? "tested" : "storage"))
			bpf_map__set_autocreate(each, false);
	*tested = bpf_object__find_map_by_name(map->object, storage ? "storage" : "tested");
	if (!*tested)
		return -ENOENT;
	if (storage)
		return 0;
	if (bpf_map__set_type(*tested, def->type) || bpf_map__set_key_size(*tested, def->key_size) ||
	    bpf_map__set_value_size(*tested, def->value_size) ||
	    bpf_map__set_max_entries(*tested, def->max_entries) ||
	    bpf_map__set_map_flags(*tested, def->flags))
		return -EINVAL;
	return def->extra ? bpf_map__set_map_extra(*tested, def->extra) : 0;
}

/* The program's variables in this process's memory. */
static int share_data(struct kernel_map *map)
{
	struct bpf_map *each, *bss = NULL;

	bpf_object__for_each_map(each, map->object)
		if (strstr(bpf_map__name(each), ".bss"))
			bss = each;
	if (!bss)
		return -EUCLEAN;
	map->data_size = bpf_map__value_size(bss);
	map->data = mmap(NULL, map->data_size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(bss), 0);
	if (map->data != MAP_FAILED)
		return 0;
	map->data = NULL;
	return -EUCLEAN;
}

static void *variable(struct kernel_map *map, const char *name)
{
	const struct btf *btf = bpf_object__btf(map->object);
	const struct btf_var_secinfo *info;
	const struct btf_type *sec, *var;
	int i;

	sec = btf__type_by_id(btf, btf__find_by_name_kind(btf, ".bss", BTF_KIND_DATASEC));
	for (i = 0; sec && i < btf_vlen(sec); i++) {
		info = &btf_var_secinfos(sec)[i];
		var = btf__type_by_id(btf, info->type);
		if (!strcmp(btf__name_by_offset(btf, var->name_off), name))
			return map->data + info->offset;
	}
	return NULL;
}

static int read_ring(void *ctx, void *data, size_t size)
{
	struct kernel_map *map = ctx;

	map->read(map->read_arg, data, size);
	return 0;
}

static void read_perf(void *ctx, int cpu, void *data, uint32_t size)
{
	read_ring(ctx, data, size);
}

static int open_readers(struct kernel_map *map)
{
	if (map->def->type == BPF_MAP_TYPE_RINGBUF) {
		map->ring = ring_buffer__new(map->fd, read_ring, map, NULL);
		return map->ring ? 0 : -EUCLEAN;
	}
	if (map->def->type == BPF_MAP_TYPE_PERF_EVENT_ARRAY) {
		map->perf = perf_buffer__new(map->fd, PERF_PAGES, read_perf, NULL, map, NULL);
		return map->perf ? 0 : -EUCLEAN;
	}
	return 0;
}

static int make_with_program(struct kernel_map *map, const char *object, const char *program)
{
	struct bpf_map *tested;
	int i;

	map->object = bpf_object__open_file(object, NULL);
	if (!map->object)
		return -errno;
	if (configure(map, program, &tested) || bpf_object__load(map->object))
		return -EUCLEAN;
	map->fd = bpf_map__fd(tested);
	map->prog_fd = bpf_program__fd(bpf_object__find_program_by_name(map->object, program));
	if (share_data(map))
		return -EUCLEAN;
	map->cnt = variable(map, "cnt");
	map->ops = variable(map, "ops");
	map->answers = variable(map, "answers");
	map->blob = variable(map, "blob");
	if (!map->cnt || !map->ops || !map->answers || !map->blob)
		return -EUCLEAN;
	for (i = 0; i < MAP_OPS_BLOB; i++)
		map->blob[i] = i * 7;
	return open_readers(map);
}

int kernel_map_make(const struct tv_bpf_map *def, const char *object, const char *program,
		    struct kernel_map **result)
{
	struct kernel_map *map = calloc(1, sizeof(*map));
	int err;

	*result = NULL;
	if (!map)
		return -ENOMEM;
	map->def = def;
	map->fd = -1;
	err = program ? make_with_program(map, object, program) : make_alone(map);
	if (err)
		kernel_map_free(map);
	else
		*result = map;
	return err;
}

void kernel_map_free(struct kernel_map *map)
{
	if (!map)
		return;
	ring_buffer__free(map->ring);
	perf_buffer__free(map->perf);
	if (map->data)
		munmap(map->data, map->data_size);
	if (map->object)
		bpf_object__close(map->object);
	else if (map->fd >= 0)
		close(map->fd);
	free(map);
}

static int answer_of(int ret)
{
	return ret ? -errno : 0;
}

void kernel_map_call(struct kernel_map *map, const struct map_op *op, void *values,
		     struct map_answer *answer)
{
	*answer = (struct map_answer){ 0 };
	switch (op->kind) {
	case OP_LOOKUP:
		answer->ret = answer_of(bpf_map_lookup_elem(map->fd, op->key, values));
		break;
	case OP_UPDATE:
		answer->ret = answer_of(bpf_map_update_elem(map->fd, op->key, values, op->flags));
		break;
	case OP_DELETE:
		answer->ret = answer_of(bpf_map_delete_elem(map->fd, op->key));
		break;
	case OP_NEXT_KEY:
		answer->ret = answer_of(bpf_map_get_next_key(map->fd, op->arg ? op->key : NULL, values));
		break;
	case OP_PUSH:
		answer->ret = answer_of(bpf_map_update_elem(map->fd, NULL, values, op->flags));
		break;
	case OP_PEEK:
		answer->ret = answer_of(bpf_map_lookup_elem(map->fd, NULL, values));
		break;
	case OP_POP:
		answer->ret = answer_of(bpf_map_lookup_and_delete_elem(map->fd, NULL, values));
		break;
	}
}

bool kernel_map_batch(struct kernel_map *map, uint32_t cpu, const struct map_op *ops, uint32_t cnt,
		      struct map_answer *answers)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	memcpy(map->ops, ops, cnt * sizeof(*ops));
	memset(map->answers, 0, cnt * sizeof(*answers));
	*map->cnt = cnt;
	if (!pin(cpu) || bpf_prog_test_run_opts(map->prog_fd, &opts) ||
	    opts.retval != cnt)
		return false;
	memcpy(answers, map->answers, cnt * sizeof(*answers));
	return true;
}

void kernel_map_consume(struct kernel_map *map, record_fn *read, void *arg)
{
	map->read = read;
	map->read_arg = arg;
	if (map->ring)
		ring_buffer__consume(map->ring);
	if (map->perf)
		perf_buffer__consume(map->perf);
}
