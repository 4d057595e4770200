// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What libbpf hands to bpf(2) (bpf_capture.h). */
#include "tests/differential/bpf_capture.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define MAX_FD		65536
#define LOG_FIXED	8	/* keep the log's beginning when it is full; v6.4 */

static struct capture *active;
static bool stand_in[MAX_FD];	/* file descriptors that are no BPF objects */

static void *copy_of(uint64_t address, size_t size)
{
	void *copy = malloc(size + 1);

	if (copy && size)
		memcpy(copy, (void *)(uintptr_t)address, size);
	return copy;
}

static long enter(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d, r8 __asm__("r8") = e, r9 __asm__("r9") = f;
	long result;

	__asm__ volatile("syscall" : "=a"(result)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

static int make_stand_in(void)
{
	int fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (fd >= 0 && fd < MAX_FD)
		stand_in[fd] = true;
	return fd;
}

static long note_map(const union bpf_attr *attr, unsigned int size, long fd)
{
	struct seen_map *bigger, *map;

	bigger = realloc(active->maps, (active->map_cnt + 1) * sizeof(*bigger));
	if (!bigger)
		abort();
	active->maps = bigger;
	map = &bigger[active->map_cnt++];
	memset(map, 0, sizeof(*map));
	memcpy(&map->attr, attr, size < sizeof(*attr) ? size : sizeof(*attr));
	map->err = fd < 0 ? fd : 0;
	/* libbpf tries once more without BTF: only then it needs something to go on with */
	if (fd < 0 && !attr->btf_value_type_id && !attr->btf_key_type_id)
		fd = make_stand_in();
	else if (fd >= 0 && fd < MAX_FD)
		stand_in[fd] = false;
	map->fd = fd;
	return fd;
}

/* Before the first program: when loading fails later, libbpf forgets them. */
static void note_map_fds(void)
{
	const struct bpf_map *map;
	uint32_t n = 0;

	if (active->map_fds)
		return;
	bpf_object__for_each_map(map, active->object)
		n++;
	active->map_fds = calloc(n + 1, sizeof(*active->map_fds));
	if (!active->map_fds)
		abort();
	bpf_object__for_each_map(map, active->object)
		active->map_fds[active->map_fd_cnt++] = bpf_map__fd(map);
}

static void note_prog(struct seen_prog *prog, const union bpf_attr *attr, unsigned int size)
{
	union bpf_attr again;

	memset(&prog->attr, 0, sizeof(prog->attr));
	memcpy(&prog->attr, attr, size < sizeof(*attr) ? size : sizeof(*attr));
	prog->insns = copy_of(attr->insns, (size_t)attr->insn_cnt * sizeof(struct bpf_insn));
	prog->func_info = copy_of(attr->func_info,
				  (size_t)attr->func_info_cnt * attr->func_info_rec_size);
	prog->line_info = copy_of(attr->line_info,
				  (size_t)attr->line_info_cnt * attr->line_info_rec_size);
	strncpy(prog->license, (const char *)(uintptr_t)attr->license, sizeof(prog->license) - 1);
	prog->seen = true;
	note_map_fds();
	again = prog->attr;
	again.log_level = 2 | LOG_FIXED;
	prog->log[0] = 0;
	prog->err = enter(__NR_bpf, BPF_PROG_LOAD, (long)&again, sizeof(again), 0, 0, 0);
	if (prog->err >= 0) {
		close(prog->err);
		prog->err = 0;
	}
}

static struct seen_prog *prog_of_log(uint64_t log_buf)
{
	uint32_t i;

	for (i = 0; i < active->prog_cnt; i++)
		if ((uintptr_t)active->progs[i].log == log_buf)
			return &active->progs[i];
	return NULL;
}

/* Calls on a map that the kernel did not make. */
static bool is_on_stand_in(int cmd, const union bpf_attr *attr)
{
	switch (cmd) {
	case BPF_MAP_UPDATE_ELEM:
	case BPF_MAP_FREEZE:
		return attr->map_fd < MAX_FD && stand_in[attr->map_fd];
	default:
		return false;
	}
}

static long filtered_bpf(int cmd, union bpf_attr *attr, unsigned int size)
{
	struct seen_prog *prog;
	long result;

	if (active && is_on_stand_in(cmd, attr))
		return 0;
	if (active && cmd == BPF_PROG_LOAD && (prog = prog_of_log(attr->log_buf)) && prog->log) {
		note_prog(prog, attr, size);
		return make_stand_in();
	}
	result = enter(__NR_bpf, cmd, (long)attr, size, 0, 0, 0);
	/* feature probes make maps too, before any of the object's: told apart by who looks */
	if (active && cmd == BPF_MAP_CREATE)
		return note_map(attr, size, result);
	if (active && cmd == BPF_BTF_LOAD && result < 0)
		active->btf_refused = true;
	return result;
}

long syscall(long nr, ...)
{
	long args[6], result;
	va_list ap;
	int i;

	va_start(ap, nr);
	for (i = 0; i < 6; i++)
		args[i] = va_arg(ap, long);
	va_end(ap);
	if (nr == __NR_bpf)
		result = filtered_bpf(args[0], (union bpf_attr *)args[1], args[2]);
	else
		result = enter(nr, args[0], args[1], args[2], args[3], args[4], args[5]);
	if (result < 0) {
		errno = -result;
		return -1;
	}
	return result;
}

void capture_start(struct capture *capture)
{
	active = capture;
}

void capture_stop(void)
{
	active = NULL;
}

void capture_free(struct capture *capture)
{
	uint32_t i;

	for (i = 0; i < capture->prog_cnt; i++) {
		free(capture->progs[i].insns);
		free(capture->progs[i].func_info);
		free(capture->progs[i].line_info);
	}
	free(capture->maps);
	free(capture->map_fds);
	memset(capture, 0, sizeof(*capture));
}
