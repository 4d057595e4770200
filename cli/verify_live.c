// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The running kernel's verdicts, asked for through libbpf (verify_live.h). */
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "cli/verify_live.h"
#include "verifier_sim/log_read.h"

#define LOG_SIZE	(16u << 20)
#define CGRP_STORAGE	32	/* BPF_MAP_TYPE_CGRP_STORAGE, which older headers lack */

/* libbpf's last complaint, for what fails before the kernel is asked. */
static char complaint[512];

/*
 * It does not always say that it is memory that it lacks, nor fail for it: errno does, which is cleared
 * before libbpf is called.
 */
static bool ran_out;

static int note_complaint(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	ran_out |= errno == ENOMEM;
	if (level != LIBBPF_WARN)
		return 0;
	vsnprintf(complaint, sizeof(complaint), fmt, ap);
	complaint[strcspn(complaint, "\n")] = '\0';
	return 0;
}

enum cli_status verify_live_ready(void)
{
	const struct bpf_insn exit0[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd;

	libbpf_set_print(note_complaint);
	if (access("/sys/kernel/btf/vmlinux", R_OK)) {
		cli_error("--live: /sys/kernel/btf/vmlinux: %s", strerror(errno));
		return CLI_CANNOT;
	}
	fd = bpf_prog_load(BPF_PROG_TYPE_SOCKET_FILTER, NULL, "GPL", exit0, 2, NULL);
	if (fd < 0) {
		cli_error("--live: bpf(2) does not load programs here: %s", strerror(-fd));
		return CLI_CANNOT;
	}
	close(fd);
	return CLI_OK;
}

/* What a loader that only wants to verify sets right. */
static void prepare_maps(struct bpf_object *obj)
{
	struct bpf_map *map;

	bpf_object__for_each_map(map, obj) {
		bpf_map__set_pin_path(map, NULL);
		switch ((int)bpf_map__type(map)) {
		case BPF_MAP_TYPE_SK_STORAGE:
		case BPF_MAP_TYPE_TASK_STORAGE:
		case BPF_MAP_TYPE_INODE_STORAGE:
		case BPF_MAP_TYPE_CGROUP_STORAGE:
		case CGRP_STORAGE:
		case BPF_MAP_TYPE_STRUCT_OPS:
			break;
		default:
			if (!bpf_map__max_entries(map))
				bpf_map__set_max_entries(map, 1);
		}
	}
}

/* Global data as the caller has set it. */
static int copy_data(struct bpf_object *obj, const struct tv_bpf_object *ours)
{
	struct bpf_map *map;
	uint32_t i = 0;
	size_t size;

	bpf_object__for_each_map(map, obj) {
		const struct tv_bpf_map *our = i < ours->map_cnt ? &ours->maps[i++] : NULL;
		const void *data = our ? our->data : NULL;
		void *theirs;

		if (!data || our->origin == TV_MAP_KCONFIG)
			continue;
		/* const in this libbpf only by its prototype: skeletons write there, too */
		theirs = (void *)bpf_map__initial_value(map, &size);
		if (!theirs || size != our->value_size)
			return -EINVAL;
		memcpy(theirs, data, size);
	}
	return i == ours->map_cnt ? 0 : -EINVAL;
}

/* A program that a map of the object points to. */
static bool is_in_slot(const struct tv_bpf_object *ours, const char *name)
{
	for (uint32_t i = 0; i < ours->map_cnt; i++) {
		const struct tv_bpf_map *map = &ours->maps[i];

		for (uint32_t j = 0; j < map->slot_cnt; j++) {
			int32_t prog = map->slots[j].prog;

			if (prog >= 0 && !strcmp(ours->progs[prog].name, name))
				return true;
		}
	}
	return false;
}

static struct bpf_object *open_one(const struct tv_bpf_object *ours, const struct tv_bpf_prog *prog,
				   const struct tv_verify_opts *opts, char *log)
{
	struct bpf_object *obj = bpf_object__open_file(ours->path, NULL);
	struct bpf_program *theirs;

	if (!obj)
		return NULL;
	prepare_maps(obj);
	bpf_object__for_each_program(theirs, obj) {
		const char *name = bpf_program__name(theirs);
		bool wanted = !strcmp(name, prog->name);
		uint32_t flags = bpf_program__flags(theirs);

		bpf_program__set_autoload(theirs, wanted || is_in_slot(ours, name));
		if (!wanted)
			continue;
		flags = opts->set_flags ? opts->flags | (flags & BPF_F_SLEEPABLE)
					: flags | prog->test_flags;
		bpf_program__set_flags(theirs, flags);
		bpf_program__set_log_buf(theirs, log, LOG_SIZE);
		/* the counts come with any level */
		bpf_program__set_log_level(theirs, opts->log_level | TV_LOG_STATS);
	}
	return obj;
}

/* Takes the two lines of TV_LOG_STATS away again, which were not asked for. */
static void drop_stats(char *log)
{
	char *from = strstr(log, "verification time "), *to = from ? strstr(from, "processed ") : NULL;

	if (to)
		memmove(from, to, strlen(to) + 1);
}

static int fill_result(char *log, int err, const struct tv_verify_opts *opts,
		       struct tv_verify_result *res)
{
	struct tv_log_counts counts;

	tv_log_counts(log, &counts);
	res->verdict = err ? TV_REJECT : TV_ACCEPT;
	res->err = err;
	res->total_insns = counts.insns;
	res->max_states_per_insn = counts.max_states_per_insn;
	res->total_states = counts.total_states;
	res->peak_states = counts.peak_states;
	res->duration_us = counts.time_us;
	drop_stats(log);
	if (err && !*log)
		res->message = strdup(complaint);
	else
		res->message = err ? tv_log_message(log, strlen(log)) : strdup("");
	res->log = strdup(opts->log_level ? log : "");
	if (!res->message || !res->log)
		return -ENOMEM;
	res->log_len = strlen(res->log);
	return 0;
}

/* Old libbpf crashes on them when none of their programs is loaded. */
static bool has_struct_ops(const struct tv_bpf_object *obj)
{
	for (uint32_t i = 0; i < obj->map_cnt; i++) {
		if (obj->maps[i].type == BPF_MAP_TYPE_STRUCT_OPS)
			return true;
	}
	return false;
}

static int tells_unsupported(struct tv_verify_result *res)
{
	res->verdict = TV_UNSUPPORTED;
	res->message = strdup("--live of objects with struct_ops");
	res->log = strdup("");
	if (res->message && res->log)
		return 0;
	tv_verify_result_fini(res);
	return -ENOMEM;
}

/* The kernel's verdict, or libbpf's; with ran_out it is none. */
static int load(const struct tv_bpf_object *ours, const struct tv_bpf_prog *prog,
		const struct tv_verify_opts *opts, char *log, struct bpf_object **loaded)
{
	struct bpf_object *obj;
	int err;

	complaint[0] = '\0';
	ran_out = false;
	errno = 0;
	obj = open_one(ours, prog, opts, log);
	err = obj ? 0 : -errno;
	ran_out |= errno == ENOMEM;
	if (!err && !ran_out)
		err = copy_data(obj, ours);
	if (!err && !ran_out) {
		err = bpf_object__load(obj);
		/* the kernel's verifier may say so as well, and gives a log then */
		ran_out = (ran_out || err == -ENOMEM) && !*log;
	}
	if (!err && !ran_out) {
		*loaded = obj;
		return 0;
	}
	bpf_object__close(obj);
	return ran_out ? -ENOMEM : err;
}

int verify_live_load(const struct tv_bpf_object *ours, const struct tv_bpf_prog *prog,
		     const struct tv_verify_opts *opts, struct tv_verify_result *res,
		     struct bpf_object **loaded)
{
	char *log = calloc(1, LOG_SIZE);
	int err;

	memset(res, 0, sizeof(*res));
	*loaded = NULL;
	if (!log)
		return -ENOMEM;
	if (has_struct_ops(ours)) {
		free(log);
		return tells_unsupported(res);
	}
	err = load(ours, prog, opts, log, loaded);
	if (!ran_out)
		err = fill_result(log, err, opts, res);
	free(log);
	if (err) {
		tv_verify_result_fini(res);
		bpf_object__close(*loaded);
		*loaded = NULL;
	}
	return err;
}

int verify_live(const struct tv_bpf_object *ours, const struct tv_bpf_prog *prog,
		const struct tv_verify_opts *opts, struct tv_verify_result *res)
{
	struct bpf_object *loaded;
	int err = verify_live_load(ours, prog, opts, res, &loaded);

	bpf_object__close(loaded);
	return err;
}
