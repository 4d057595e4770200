/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Objects of a world as an interpreted program sees them: at addresses of its own, laid out by the
 * target's BTF.
 *
 * One window of addresses is for the slots of the world, another for what files lead to. An object's
 * address is that of its window, 64 KiB for each number, and the offset in the target's structure: so
 * either leads to the other at once. A copy of a VMA lies inside of other memory, which may be another's
 * later: its address has a few bits of the generation, to tell them apart.
 */
#ifndef TV_MODEL_BPF_VIEW_H
#define TV_MODEL_BPF_VIEW_H

#include "bpf/disasm.h"
#include "bpf/memory.h"
#include "model/bpf_layout.h"
#include "model/world.h"

enum tv_view_type {
	TV_VIEW_TASK,
	TV_VIEW_MM,
	TV_VIEW_VMA,
	TV_VIEW_FILE,
	TV_VIEW_DENTRY,
	TV_VIEW_INODE,
	TV_VIEW_SUPER_BLOCK,
	TV_VIEW_MOUNT,
	TV_VIEW_REGS,
	TV_VIEW_NR,
};

/* What lies at an offset of the window of slots. */
struct tv_bpf_found {
	const void *object;
	enum tv_view_type type;
	uint32_t offset;	/* in the target's structure */
	bool is_copy;		/* of a VMA, in other memory ... */
	bool stale;		/* ... which is another's by now */
	bool alive;
};

#define TV_VIEW_SHIFT		16	/* log2 of the bytes of address space an object has */
#define TV_VIEW_MAX_DERIVED	(1u << 24)

/* What a file leads to, found at its first use. Inodes are of a device, names of what is above them. */
struct tv_bpf_derived {
	struct tv_bpf_derived_key {
		uint32_t type;		/* enum tv_view_type */
		uint32_t above;		/* number: parent, or superblock; 0: none */
		uint64_t number;	/* dev_t, inode number; number of a dentry's inode, 0: a directory's */
		const char *name;	/* interned; of dentries. NULL: unknown */
	} key;
	uint32_t nr;			/* its number, from 1 */
	uint32_t super_block;		/* of dentries; 0: unknown */
	UT_hash_handle hh;
};

/* Numbers of what one file leads to. */
struct tv_bpf_file_view {
	uint32_t dentry, inode, super_block, mount;
};

struct tv_bpf_view {
	struct tv_world *world;
	enum tv_kernel kernel;		/* whose bits flags have; the caller's to set */
	struct tv_bpf_layout layouts[TV_VIEW_NR];
	struct tv_region slots, derived;	/* the two windows */
	struct tv_memory *memory;	/* in which they have their addresses; NULL: none yet */
	unsigned int slot_bits;		/* of the number of a slot */
	struct tv_layout_field inline_name;	/* of a dentry: short names lie there. .size 0: none */
	unsigned int copy_offset;	/* bytes into their memory at which copies of VMAs lie; 0: none was shown */

	struct tv_bpf_derived *index;	/* (uthash) */
	struct tv_bpf_derived **by_nr;
	uint32_t nr_derived, room;
	struct tv_bpf_file_view *files;	/* by slot */

	const struct task_struct *current_task;
	/*
	 * Before a program reads directly what might be freed, or a VMA that might be unlocked: tells
	 * hazards, and what comes of it shows. @what: "read vm_start". @stale: the address is that of a copy
	 * whose memory is another's by now.
	 */
	void (*judge)(void *arg, const void *object, enum tv_view_type type, const char *what, bool stale);
	/* The judge's: VMAs of that mm may be read as long as the world is at that event. */
	const struct mm_struct *held;
	unsigned long held_at;
	void (*no_memory)(void *arg);	/* what a file leads to could not be made; 0 is read */
	void *arg;
};

/* 0, -ENOMEM, or -EINVAL: @btf lacks a type that is needed, which *@why names. The world has slots. */
int tv_bpf_view_init(struct tv_bpf_view *view, struct tv_world *world, const struct tv_btf *btf,
		     const char **why);
void tv_bpf_view_fini(struct tv_bpf_view *view);

/* Gives the windows their addresses in @memory, if they are not there already. 0, -ENOMEM or -ENOSPC. */
int tv_bpf_view_attach(struct tv_bpf_view *view, struct tv_memory *memory);

/* The address of a task, mm, VMA, file, or copy of a VMA; 0 for NULL, and for what is none of them. */
uint64_t tv_bpf_view_address(struct tv_bpf_view *view, const void *object);

/*
 * What lies at @addr, freed or not, and in *@offset how far into the target's structure @addr leads;
 * NULL: no object of that @type, one of those in slots, is there.
 */
const void *tv_bpf_view_object(const struct tv_bpf_view *view, uint64_t addr,
			       enum tv_view_type type, uint32_t *offset);

/* model/bpf_files.c: the numbers of what @file leads to. NULL: out of memory. */
const struct tv_bpf_file_view *tv_bpf_view_file(struct tv_bpf_view *view, const struct file *file);
/* The address of derived number @nr, or 0 for 0. */
uint64_t tv_bpf_view_derived(const struct tv_bpf_view *view, uint32_t nr);
/* Number 0 is no file's: the registers of user space, of whichever task. 0 or -ENOMEM. */
int tv_bpf_files_init(struct tv_bpf_view *view);
void tv_bpf_files_fini(struct tv_bpf_view *view);

/* model/bpf_facts.c */
struct tv_bpf_facts {
	const char *type;		/* name of the structure */
	bool needed;			/* in every target */
	const struct tv_bpf_fact *facts;
	uint32_t nr;
};

extern const struct tv_bpf_facts tv_bpf_facts[TV_VIEW_NR];

/* Is it what the kernel has? Maps shows a newline as \\012, and these four characters too. */
bool tv_bpf_path_is_known(const char *path);

/* Where the name of a dentry lies from the dentry on, bytes. */
#define TV_VIEW_NAME	(1u << 15)

#endif
