/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * The kernel's memory as an interpreted program sees it: regions with 64-bit addresses that are no
 * addresses of this process. Whatever a program makes of a pointer, it reaches a byte of a region
 * that lets it, or is told that there is none.
 *
 * Addresses look like the kernel's (the upper half), one region never touches the next, and an
 * address is not given out again: after tv_memory_remove() it stays known as what it was.
 */
#ifndef TV_BPF_MEMORY_H
#define TV_BPF_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TV_MEMORY_BASE	UINT64_C(0xffff888000000000)
#define TV_MEMORY_BITS	45		/* addresses there are: 2^45 bytes from the base */
#define TV_MEMORY_PAGE	(1u << 16)	/* regions begin at its multiples */

struct tv_memory;
struct tv_region;

/* What a region without plain bytes does: kernel objects, laid out by the target's BTF. */
struct tv_region_ops {
	/*
	 * Copies @size bytes (at most region->size - @offset) to @to. 0; -EFAULT: cannot be read now
	 * (freed, unlocked), -ENOTSUP: a field that is not modelled; @why (of @why_size bytes) says what.
	 * @probing: on behalf of bpf_probe_read_kernel() and the like, which never judge.
	 */
	int (*read)(struct tv_region *region, uint64_t offset, void *to, uint32_t size, bool probing,
		    char *why, size_t why_size);
	/* The same for a store; NULL: read-only. */
	int (*write)(struct tv_region *region, uint64_t offset, const void *from, uint32_t size,
		     char *why, size_t why_size);
};

/* The owner's; it must live until it is removed. */
struct tv_region {
	const char *name;		/* for messages, lives as long as the memory: "value of map counts" */
	uint64_t addr;			/* set by tv_memory_add() */
	uint64_t size;			/* bytes */
	uint8_t *bytes;			/* plain memory; NULL: @ops */
	bool read_only;			/* for programs; @bytes only */
	const struct tv_region_ops *ops;
	void *object;			/* the owner's */
};

/* NULL: out of memory. */
struct tv_memory *tv_memory_create(void);
void tv_memory_destroy(struct tv_memory *memory);

/* Gives the region its address. 0, -ENOMEM, or -ENOSPC: all addresses are used up. */
int tv_memory_add(struct tv_memory *memory, struct tv_region *region);
/* From now on its addresses lead to "freed: NAME" in messages. */
void tv_memory_remove(struct tv_memory *memory, struct tv_region *region);

/*
 * In words, for messages, into @buf, which is returned: "value of map counts+8", "16 bytes past value of
 * map counts", "freed: iterator data+0", "NULL+24", "address 0x1234".
 */
const char *tv_memory_describe(const struct tv_memory *memory, uint64_t addr, char *buf, size_t size);

/* @addr lies in a region, or in what was one. */
bool tv_memory_was(const struct tv_memory *memory, uint64_t addr);
/* The region that @addr lies in (up to its size, not its end), or NULL. */
struct tv_region *tv_memory_find(const struct tv_memory *memory, uint64_t addr);

/* The @size plain bytes at @addr, to read, or with @write to write; NULL when not all are there. */
void *tv_memory_bytes(const struct tv_memory *memory, uint64_t addr, uint64_t size, bool write);

/* Copies, plain bytes or not. 0, -EFAULT or -ENOTSUP with @why filled (may be NULL when @why_size is 0). */
int tv_memory_read(const struct tv_memory *memory, uint64_t addr, void *to, uint64_t size,
		   bool probing, char *why, size_t why_size);
int tv_memory_write(const struct tv_memory *memory, uint64_t addr, const void *from, uint64_t size,
		    char *why, size_t why_size);

#endif
