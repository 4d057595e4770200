/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Memory of the running kernel, read by small BPF programs of our own (bpf_probe_read_kernel()), run by
 * BPF_PROG_TEST_RUN in this process. Needs what loading tracing programs needs.
 */
#ifndef TV_CLI_PEEK_H
#define TV_CLI_PEEK_H

#include <stddef.h>
#include <stdint.h>

#define PEEK_MAX	256u	/* bytes at once */

struct peek {
	int bytes_fd, text_fd;	/* programs; -1 */
	int map_fd;		/* where they put what they read; -1 */
};

/* 0, or -errno of bpf(2). */
int peek_open(struct peek *peek);
void peek_close(struct peek *peek);

/* Copies @size (at most PEEK_MAX) bytes at @addr. 0; -EFAULT: nothing is there; -errno of bpf(2). */
int peek_bytes(const struct peek *peek, uint64_t addr, void *to, size_t size);
/* Text up to its NUL, cut to PEEK_MAX - 1 bytes. The same. */
int peek_text(const struct peek *peek, uint64_t addr, char to[PEEK_MAX]);

#endif
