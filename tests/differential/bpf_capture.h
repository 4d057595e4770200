/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What libbpf hands to bpf(2): the program defines syscall(), through which libbpf makes its calls,
 * and notes maps and programs on their way to the running kernel.
 */
#ifndef TV_TEST_BPF_CAPTURE_H
#define TV_TEST_BPF_CAPTURE_H

#include <bpf/libbpf.h>
#include <linux/bpf.h>
#include <stdbool.h>
#include <stdint.h>

/* One BPF_MAP_CREATE. */
struct seen_map {
	union bpf_attr attr;
	int fd;		/* what libbpf got; a stand-in where the kernel refused */
	int err;	/* the kernel's answer: 0 or -errno */
};

/* One BPF_PROG_LOAD, found by its log buffer. */
struct seen_prog {
	char *log;		/* the kernel's, level 2; owned by the caller */
	uint32_t log_size;
	bool seen;
	int err;		/* the kernel's verdict: 0 or -errno */
	union bpf_attr attr;	/* pointers below replace those in it */
	struct bpf_insn *insns;
	void *func_info, *line_info;
	char license[128];
};

struct capture {
	struct bpf_object *object;	/* whose calls these are */
	struct seen_map *maps;
	uint32_t map_cnt;
	int *map_fds;			/* of the object's maps, in its order, before any program */
	uint32_t map_fd_cnt;
	bool btf_refused;		/* the kernel did not take the object's BTF */
	struct seen_prog *progs;	/* the caller's, in any order */
	uint32_t prog_cnt;
};

/*
 * From now on calls are noted in @capture. Programs and maps really go to the kernel, but libbpf
 * hears success each time, so that all of an object's programs come by.
 */
void capture_start(struct capture *capture);
void capture_stop(void);
/* What was allocated in @capture and its programs, but for their logs. */
void capture_free(struct capture *capture);

#endif
