// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The running kernel's verdicts (verifier_kernel.h). */
#include "tests/differential/verifier_kernel.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tests/differential/bpf_capture.h"

#define LOG_SIZE	(16u << 20)
#define LOG_STATS	4u

/* What ours got by opts.size_maps, for the kernel as well. Nothing is pinned. */
static void prepare_map(struct bpf_map *theirs, const struct tv_bpf_map *ours)
{
	bpf_map__set_pin_path(theirs, NULL);
	if (!ours || strcmp(ours->name, bpf_map__name(theirs)))
		return;
	if (!bpf_map__max_entries(theirs))
		bpf_map__set_max_entries(theirs, ours->max_entries);
	if (!bpf_map__key_size(theirs))
		bpf_map__set_key_size(theirs, ours->key_size);
	if (!bpf_map__value_size(theirs))
		bpf_map__set_value_size(theirs, ours->value_size);
}

static struct bpf_object *open_object(const char *file, const struct tv_bpf_object *ours,
				      struct capture *capture)
{
	struct bpf_object *obj = bpf_object__open_file(file, NULL);
	struct bpf_program *theirs;
	struct bpf_map *map;
	uint32_t i = 0;

	if (!obj)
		return NULL;
	bpf_object__for_each_map(map, obj) {
		prepare_map(map, i < ours->map_cnt ? &ours->maps[i] : NULL);
		i++;
	}
	bpf_object__for_each_program(theirs, obj) {
		const struct tv_bpf_prog *prog = tv_bpf_object_prog(ours, bpf_program__name(theirs));
		bool load = prog && !prog->err;

		bpf_program__set_autoload(theirs, load);
		if (!load)
			continue;
		bpf_program__set_flags(theirs, bpf_program__flags(theirs) | prog->test_flags);
		bpf_program__set_log_buf(theirs, capture->progs[prog - ours->progs].log, LOG_SIZE);
		bpf_program__set_log_level(theirs, 2);
	}
	capture->object = obj;
	return obj;
}

/* The same load once more, with another log. */
static int load_again(const struct seen_prog *seen, uint32_t level, char *log, uint32_t size)
{
	union bpf_attr attr = seen->attr;
	int fd;

	attr.insns = (uintptr_t)seen->insns;
	attr.func_info = (uintptr_t)seen->func_info;
	attr.line_info = (uintptr_t)seen->line_info;
	attr.license = (uintptr_t)seen->license;
	attr.log_level = level;
	attr.log_buf = (uintptr_t)log;
	attr.log_size = size;
	log[0] = 0;
	fd = (int)syscall(__NR_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

static uint64_t time_told(const char *log)
{
	const char *at = strstr(log, "verification time ");

	return at ? strtoull(at + strlen("verification time "), NULL, 10) : 0;
}

static void take_verdict(struct seen_prog *seen, struct kernel_verdict *verdict, bool timed)
{
	verdict->asked = seen->seen;
	verdict->err = seen->err;
	verdict->log = seen->log;
	if (!seen->seen)
		return;
	if (timed) {
		verdict->err = load_again(seen, LOG_STATS, seen->log, LOG_SIZE);
		verdict->usec = time_told(seen->log);
	} else if (seen->err == -ENOSPC) {
		/* a log that does not fit hides the verdict: ask for the last message alone */
		verdict->log_cut = true;
		verdict->err = load_again(seen, LOG_STATS, seen->log, LOG_SIZE);
	}
}

/* libbpf 1.1 crashes on objects with struct_ops of which it loads no program. */
static bool loads_any(const struct tv_bpf_object *obj)
{
	for (uint32_t i = 0; i < obj->prog_cnt; i++)
		if (!obj->progs[i].err)
			return true;
	return false;
}

/* Where the kernel refused a map, a program that uses it says nothing of the verifier. */
static bool lacks_map(const struct capture *capture, const struct seen_prog *seen)
{
	for (uint32_t i = 0; i < capture->map_cnt; i++)
		if (capture->maps[i].err)
			return seen->log && strstr(seen->log, "is not pointing to valid bpf_map");
	return false;
}

static int ask(const char *file, const struct tv_bpf_object *ours, struct kernel_verdict *verdicts,
	       bool timed)
{
	struct capture capture = { .prog_cnt = ours->prog_cnt };
	struct bpf_object *obj;
	int err = 0;

	memset(verdicts, 0, ours->prog_cnt * sizeof(*verdicts));
	if (!loads_any(ours))
		return 0;
	capture.progs = calloc(ours->prog_cnt + 1, sizeof(*capture.progs));
	for (uint32_t i = 0; capture.progs && i < ours->prog_cnt; i++) {
		capture.progs[i].log = calloc(1, LOG_SIZE);
		if (!capture.progs[i].log)
			abort();
	}
	obj = capture.progs ? open_object(file, ours, &capture) : NULL;
	if (obj) {
		capture_start(&capture);
		bpf_object__load(obj);
		capture_stop();
	} else {
		err = -errno;
	}
	for (uint32_t i = 0; i < capture.prog_cnt; i++) {
		take_verdict(&capture.progs[i], &verdicts[i], timed);
		verdicts[i].asked = verdicts[i].asked && !lacks_map(&capture, &capture.progs[i]);
	}
	bpf_object__close(obj);
	capture_free(&capture);
	free(capture.progs);
	return err;
}

int kernel_verify(const char *file, const struct tv_bpf_object *ours,
		  struct kernel_verdict *verdicts)
{
	return ask(file, ours, verdicts, false);
}

int kernel_time(const char *file, const struct tv_bpf_object *ours,
		struct kernel_verdict *verdicts)
{
	return ask(file, ours, verdicts, true);
}

void kernel_verdicts_free(const struct tv_bpf_object *ours, struct kernel_verdict *verdicts)
{
	for (uint32_t i = 0; i < ours->prog_cnt; i++)
		free(verdicts[i].log);
}
