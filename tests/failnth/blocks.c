// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The blocks that are in use, and the traces of those who took them (preload.h). */
#include <dlfcn.h>
#include <execinfo.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include "tests/failnth/preload.h"

#define FIRST_PLACES	(1u << 12)
#define TRACE_PLACES	(1u << 16)
#define MAX_REGIONS	64

/* The library as it is in memory. */
extern char __ehdr_start[], _end[];

static struct region {
	uintptr_t start, end;
} regions[MAX_REGIONS];
static unsigned int nr_regions;

void *own_memory(size_t size)
{
	static const char full[] = "failnth: no memory for its own tables\n";
	void *memory = (void *)-1;

	if (nr_regions < MAX_REGIONS)
		memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (memory == MAP_FAILED) {
		if (write(STDERR_FILENO, full, sizeof(full) - 1) < 0)
			_exit(98);
		_exit(97);
	}
	regions[nr_regions++] = (struct region){ (uintptr_t)memory, (uintptr_t)memory + size };
	return memory;
}

bool own_address(uintptr_t address)
{
	unsigned int i;

	if (address >= (uintptr_t)__ehdr_start && address < (uintptr_t)_end)
		return true;
	for (i = 0; i < nr_regions; i++)
		if (address >= regions[i].start && address < regions[i].end)
			return true;
	return false;
}

/* --- traces -------------------------------------------------------------------- */

void trace_take(struct trace *trace)
{
	void *pc[TRACE_DEPTH + 4];
	int nr = backtrace(pc, TRACE_DEPTH + 4), skip = 0;

	while (skip < nr && own_address((uintptr_t)pc[skip]))
		skip++;
	nr -= skip;
	trace->nr = nr < TRACE_DEPTH ? nr : TRACE_DEPTH;
	memcpy(trace->pc, pc + skip, trace->nr * sizeof(*pc));
}

void trace_print(int fd, const struct trace *trace)
{
	Dl_info info;
	int i;

	for (i = 0; i < trace->nr; i++) {
		/* the call, not the instruction it returns to */
		char *pc = (char *)trace->pc[i] - 1;

		if (!dladdr(pc, &info)) {
			dprintf(fd, "?+%p ?\n", (void *)pc);
			continue;
		}
		dprintf(fd, "%s+0x%lx %s\n", info.dli_fname, (unsigned long)(pc - (char *)info.dli_fbase),
			info.dli_sname ? info.dli_sname : "?");
	}
}

static struct kept {
	uint64_t hash;
	unsigned long seen;
	struct trace trace;
} *kept;

static uint64_t hash_of(const struct trace *trace)
{
	uint64_t hash = 0xcbf29ce484222325;
	int i;

	for (i = 0; i < trace->nr; i++)
		hash = (hash ^ (uintptr_t)trace->pc[i]) * 0x100000001b3;
	return hash | 1;
}

uint32_t trace_keep(const struct trace *trace)
{
	uint64_t hash = hash_of(trace);
	uint32_t tries, at;

	if (!kept)
		kept = own_memory(TRACE_PLACES * sizeof(*kept));
	for (tries = 0; tries < TRACE_PLACES; tries++) {
		at = (uint32_t)((hash >> 20) + tries) % TRACE_PLACES;
		if (!kept[at].hash) {
			kept[at].hash = hash;
			kept[at].trace = *trace;
		}
		if (kept[at].hash == hash)
			break;
	}
	/* with more traces than there are places, the last one stands for all of them */
	kept[at].seen++;
	return at + 1;
}

const struct trace *trace_kept(uint32_t number)
{
	return &kept[number - 1].trace;
}

unsigned long trace_seen(uint32_t number)
{
	return kept[number - 1].seen;
}

/* --- blocks: open addressing, at most half full --------------------------------- */

static struct block *table;
static size_t places, used;

static size_t place_of(uintptr_t start)
{
	return (start >> 4) * 0x9e3779b97f4a7c15 >> 20 & (places - 1);
}

static void put(const struct block *block)
{
	size_t at = place_of(block->start);

	while (table[at].start)
		at = (at + 1) & (places - 1);
	table[at] = *block;
}

static void grow(void)
{
	struct block *old = table;
	size_t old_places = places, i;

	places = places ? places * 4 : FIRST_PLACES;
	table = own_memory(places * sizeof(*table));
	for (i = 0; i < old_places; i++)
		if (old[i].start)
			put(&old[i]);
	/* the old table stays: it is small beside the new one */
}

void blocks_add(void *start, size_t size, uint32_t trace)
{
	if (used * 2 >= places)
		grow();
	put(&(struct block){ (uintptr_t)start, size, trace });
	used++;
}

/* What follows a place that became free, and would have gone there, moves up. */
static void close_gap(size_t gap)
{
	size_t at = gap;

	for (;;) {
		at = (at + 1) & (places - 1);
		if (!table[at].start)
			break;
		if (((at - place_of(table[at].start)) & (places - 1)) < ((at - gap) & (places - 1)))
			continue;
		table[gap] = table[at];
		gap = at;
	}
	table[gap].start = 0;
}

bool blocks_remove(void *start)
{
	size_t at;

	if (!places)
		return false;
	for (at = place_of((uintptr_t)start); table[at].start; at = (at + 1) & (places - 1)) {
		if (table[at].start != (uintptr_t)start)
			continue;
		close_gap(at);
		used--;
		return true;
	}
	return false;
}

const struct block *blocks_table(size_t *nr)
{
	*nr = places;
	return table;
}
