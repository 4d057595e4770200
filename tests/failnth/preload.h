/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is preloaded into a command to let its allocations fail, one at a time (preload.c), and what it
 * remembers of blocks (blocks.c, lost.c). None of it allocates.
 */
#ifndef TV_TESTS_FAILNTH_PRELOAD_H
#define TV_TESTS_FAILNTH_PRELOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma GCC visibility push(hidden)

/* Return addresses, innermost first, without those of the preloaded library. */
#define TRACE_DEPTH	28

struct trace {
	int nr;
	void *pc[TRACE_DEPTH];
};

void trace_take(struct trace *trace);
/* A line for each frame: "OBJECT+0xOFFSET FUNCTION"; FUNCTION is "?" unless it is exported. */
void trace_print(int fd, const struct trace *trace);

/* Traces that were seen, each once: its number, from 1. */
uint32_t trace_keep(const struct trace *trace);
const struct trace *trace_kept(uint32_t number);
/* How often trace_keep() got it. */
unsigned long trace_seen(uint32_t number);

/* Memory that the library takes for itself; ends the process when there is none. */
void *own_memory(size_t size);
/* Is it the library's own, its variables included? */
bool own_address(uintptr_t address);

struct block {
	uintptr_t start;	/* 0: no block */
	size_t size;
	uint32_t trace;
};

void blocks_add(void *start, size_t size, uint32_t trace);
/* False: no such block. */
bool blocks_remove(void *start);
/* All blocks there are: the table with its empty places. */
const struct block *blocks_table(size_t *places);

/*
 * Writes a line "lost SIZE", the trace and an empty line for each block to which nothing leads from
 * variables of the program and its libraries, nor from the main stack above @stack (0: none of it).
 */
void blocks_print_lost(int fd, uintptr_t stack);

#pragma GCC visibility pop

#endif
