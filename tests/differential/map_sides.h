/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The two sides of map_ops: a map of the running kernel, and ours. */
#ifndef TV_TEST_MAP_SIDES_H
#define TV_TEST_MAP_SIDES_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/map_instance.h"
#include "tests/differential/map_ops.h"

#define MOST_CPUS	64u

struct kernel_map;
struct our_map;

/* False, with @why: this machine cannot do it. */
bool kernel_can(const char **why);

/*
 * A map alone (@program NULL), or the one that a program of the BPF object is loaded with. 0 or what
 * BPF_MAP_CREATE answers (-errno); -EUCLEAN: the program was not loaded.
 */
int kernel_map_make(const struct tv_bpf_map *def, const char *object, const char *program,
		    struct kernel_map **map);
void kernel_map_free(struct kernel_map *map);
int our_map_make(const struct tv_bpf_map *def, uint32_t cpus, struct our_map **map);
void our_map_free(struct our_map *map);
/* Ours, to ask it what only its interface has. */
struct tv_map *our_map_instance(struct our_map *map);

/* By system calls: of a per-CPU map @values are those of all CPUs, 8 bytes and 8 more each, if so big. */
void kernel_map_call(struct kernel_map *map, const struct map_op *op, void *values,
		     struct map_answer *answer);
void our_map_call(struct our_map *map, const struct map_op *op, void *values,
		  struct map_answer *answer);

/* By the program, on @cpu. False: it did not run. */
bool kernel_map_batch(struct kernel_map *map, uint32_t cpu, const struct map_op *ops, uint32_t cnt,
		      struct map_answer *answers);
void our_map_batch(struct our_map *map, uint32_t cpu, const struct map_op *ops, uint32_t cnt,
		   struct map_answer *answers);

/* What a program sent is read: calls @read with each record. */
typedef void record_fn(void *arg, const void *data, uint32_t size);
void kernel_map_consume(struct kernel_map *map, record_fn *read, void *arg);
void our_map_consume(struct our_map *map, record_fn *read, void *arg);

#endif
