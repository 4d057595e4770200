/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The benchmark of running programs: what its files share. */
#ifndef TV_TESTS_RUN_BENCH_H
#define TV_TESTS_RUN_BENCH_H

#include <stdbool.h>
#include <stdint.h>

/* --- run_kernel.c: the running kernel, which compiles programs before it runs them --- */

struct kernel_runs;

/* Loads all programs of the object. 0; -EOPNOTSUPP where bpf(2) is missing; else -errno. */
int kernel_runs_open(const char *object, struct kernel_runs **runs);
void kernel_runs_close(struct kernel_runs *runs);
/* Runs the program in this process. 0 with what it returned, or -errno. */
int kernel_runs_run(struct kernel_runs *runs, const char *prog, uint32_t *retval);
/* A global variable of 8 bytes in .bss; 0 when there is none. */
uint64_t kernel_runs_global(struct kernel_runs *runs, const char *name);

/* --- run_model.c: the interpreter, over the address space of this process as it is now --- */

struct model_runs;

/* 0 or -errno; why is told. @design: as --design takes it. */
int model_runs_open(const char *object, const char *design, struct model_runs **runs);
void model_runs_close(struct model_runs *runs);
/* 0 with what it returned and how many instructions that took, or -errno; why is told. */
int model_runs_run(struct model_runs *runs, const char *prog, uint32_t *retval, uint64_t *insns);
uint64_t model_runs_global(struct model_runs *runs, const char *name);

#endif
