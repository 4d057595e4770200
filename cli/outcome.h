/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What came of running a program, on the model or on a kernel: its end, and what it left in the
 * object's maps. Printed by dump.h, compared by compared_runs.h.
 */
#ifndef TV_CLI_OUTCOME_H
#define TV_CLI_OUTCOME_H

#include <stdbool.h>
#include "bpf/object.h"

enum outcome_end {
	OUTCOME_DONE,
	OUTCOME_REJECTED,	/* by the verifier */
	OUTCOME_UNVERIFIED,	/* the simulated verifier does not model what it uses */
	OUTCOME_REFUSED,	/* BPF_PROG_TEST_RUN answered an errno */
	OUTCOME_MAX_INSNS,
	OUTCOME_FAULT,
	OUTCOME_UNSUPPORTED,	/* it came to what is not modelled */
	OUTCOME_STOPPED,
	OUTCOME_NR,
};

struct outcome_record {
	size_t at;		/* into the map's record_bytes */
	uint32_t size;
};

/* The contents of one map of the object. */
struct outcome_map {
	const struct tv_bpf_map *def;
	bool shown;		/* of a kind whose contents can be listed */
	uint32_t nr_values;	/* of an element: 1, or as many as there are CPUs */
	uint32_t key_size, value_size;	/* of a row; key_size 0: elements have none */
	uint8_t *rows;		/* key, then nr_values values; in the order they are iterated */
	size_t nr, room;	/* rows */
	struct outcome_record *records;	/* outcome_has_records(): in the order they are read */
	size_t nr_records, record_room;
	uint8_t *record_bytes;
	size_t record_used, record_bytes_room;
};

/* What the model found dangerous; texts are owned. */
struct outcome_hazard {
	const char *kind;	/* static */
	char *text;
	char *cause;		/* NULL: unknown */
	const char *file;	/* of the source line, in the object; NULL: unknown */
	const char *source;	/* the line itself */
	long insn;		/* -1: not at an instruction */
	uint32_t line;		/* 0: unknown */
};

struct outcome {
	const struct tv_bpf_object *obj;	/* lives longer */
	const struct tv_bpf_prog *prog;
	enum outcome_end end;
	int err;		/* -errno of a rejection or of BPF_PROG_TEST_RUN */
	char *message;		/* one line, when it is not done; else NULL */
	uint32_t retval;	/* done only */
	uint64_t insns;		/* executed; 0: nobody counts */
	struct outcome_map *maps;	/* beside obj->maps; NULL: it did not run */
	struct outcome_hazard *hazards;
	size_t nr_hazards;
};

void outcome_init(struct outcome *outcome, const struct tv_bpf_object *obj,
		  const struct tv_bpf_prog *prog);
void outcome_fini(struct outcome *outcome);

/* The end and why, as printf; the first reason is kept. Out of memory leaves no message. */
void outcome_end(struct outcome *outcome, enum outcome_end end, int err, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
const char *outcome_end_name(enum outcome_end end);
/* It ran and has contents of maps. */
bool outcome_has_run(const struct outcome *outcome);

/* Makes room for the contents of all maps, with @nr_cpus values where there is one a CPU. 0, -ENOMEM. */
int outcome_add_maps(struct outcome *outcome, uint32_t nr_cpus);
/* A new last row, zeroed; its key is at the start. NULL: out of memory. */
uint8_t *outcome_add_row(struct outcome_map *map);
int outcome_add_record(struct outcome_map *map, const void *data, uint32_t size);
/* Maps whose order means nothing (hashes) get one: by key. */
void outcome_sort(struct outcome *outcome);
/* Below, at or above 0: keys of a number's size are compared as numbers, others byte by byte. */
int outcome_key_order(const void *a, const void *b, uint32_t key_size);
bool outcome_is_percpu(const struct tv_bpf_map *map);
/* A ring buffer, or a perf event array: what is sent through it is in the map's records. */
bool outcome_has_records(const struct tv_bpf_map *map);
size_t outcome_row_size(const struct outcome_map *map);
/* Byte 0 of a data map's value; NULL when it is not there. */
const uint8_t *outcome_data(const struct outcome *outcome, const struct tv_bpf_map *map);

#endif
