/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* BPF objects in the booted kernel: loaded, run by BPF_PROG_TEST_RUN, never attached. */
#ifndef KERNEL_BOOT_ASK_H
#define KERNEL_BOOT_ASK_H

#include <bpf/libbpf.h>

/* Where a program runs; the names are those of `taskvma walk --context`. */
enum boot_context {
	BOOT_PROCESS,	/* in the calling process */
	BOOT_SOFTIRQ,	/* from a timer */
	BOOT_IRQS_OFF,	/* another CPU, from an interrupt that this one sent it */
};

const char *boot_context_name(enum boot_context context);

/* Opens and loads @file; NULL, and the verifier's log on stderr, on failure. */
struct bpf_object *boot_load(const char *file);

/* The global variable @name of a loaded object, shared with the program; NULL: there is none. */
void *boot_var(struct bpf_object *obj, const char *name);

/*
 * Runs @prog once and returns 0 when it came to its end, else -errno. Softirq
 * is for programs that start a timer: then this waits, as @done says, at most
 * a few seconds (-ETIMEDOUT).
 */
int boot_run(struct bpf_object *obj, const char *prog, enum boot_context context,
	     const volatile int *done);

#endif
