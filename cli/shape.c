// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * An own child with the address space of a fixture (shape.h).
 *
 * All calls are made from a camp: a page with a syscall instruction and some room, where neither the
 * child nor the fixture has anything. From there everything else can be unmapped.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "cli/child_regs.h"
#include "cli/shape.h"
#include "model/mm.h"

#define LOWEST		0x10000ul	/* vm.mmap_min_addr is hardly ever above */
#define ROOM_AFTER	8192ul		/* bytes that a room in the fixture's own memory has at least */
#define VM_GROWSDOWN	0x00000100ul
#define VM_ACCOUNT	0x00100000ul
#define VM_NORESERVE	0x00200000ul

/* Mappings that the kernel makes, and that can be moved. */
static const char *const movable[] = { "[vdso]", "[vvar]", "[vvar_vclock]" };
#define NR_MOVABLE	(sizeof(movable) / sizeof(movable[0]))

#define SHAPE_TOLD	(-ECANCELED)	/* what went wrong has been said */

struct range {
	uint64_t start, end;
};

struct move {
	struct range from;	/* empty: the child has none */
	uint64_t to;		/* where the fixture has it */
	bool wanted;		/* it has, of the same size */
};

struct shaping {
	struct child *child;
	const struct task_struct *task;
	uint64_t page;
	struct range *taken;	/* by the child and by the fixture, ascending */
	size_t nr, room;
	struct move moves[NR_MOVABLE];
	struct range camp;
	uint64_t vdso_gadget;	/* bytes into [vdso]; ~0: none */
	int file;		/* open in the child: that of @file_of; -1 */
	const struct file *file_of;
	int err;		/* of ptrace(2), or no memory: the child is lost */
};

/* --- calls --------------------------------------------------------------------- */

static int64_t call(struct shaping *s, long nr, uint64_t a, uint64_t b, uint64_t c, uint64_t d,
		    uint64_t e, uint64_t f)
{
	const uint64_t args[6] = { a, b, c, d, e, f };
	int64_t ret = -EIO;

	if (!s->err)
		s->err = child_call(s->child, nr, args, &ret);
	return s->err ? s->err : ret;
}

static int64_t call_mmap(struct shaping *s, const struct range *r, int prot, int flags, int fd,
			 uint64_t offset)
{
	int64_t ret = call(s, SYS_mmap, r->start, r->end - r->start, (uint64_t)prot,
			   (uint64_t)(flags | MAP_FIXED_NOREPLACE), (uint64_t)(int64_t)fd, offset);

	/* kernels without that flag take the address for a hint */
	if (ret >= 0 && (uint64_t)ret != r->start) {
		call(s, SYS_munmap, (uint64_t)ret, r->end - r->start, 0, 0, 0, 0);
		return -EEXIST;
	}
	return ret < 0 ? ret : 0;
}

static void call_munmap(struct shaping *s, const struct range *r)
{
	if (r->end > r->start)
		call(s, SYS_munmap, r->start, r->end - r->start, 0, 0, 0, 0);
}

/* --- what is taken ------------------------------------------------------------- */

static int take(struct shaping *s, uint64_t start, uint64_t end)
{
	if (s->nr == s->room) {
		size_t room = s->room ? 2 * s->room : 256;
		struct range *taken = realloc(s->taken, room * sizeof(*taken));

		if (!taken)
			return -ENOMEM;
		s->taken = taken;
		s->room = room;
	}
	s->taken[s->nr++] = (struct range){ start, end };
	return 0;
}

static int by_start(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* Free for both, a page away from everything; 0: there is no such place. */
static uint64_t find_gap(const struct shaping *s, uint64_t size)
{
	uint64_t at = LOWEST;

	for (size_t i = 0; i < s->nr; i++) {
		if (s->taken[i].start >= at + size + s->page)
			return at;
		if (s->taken[i].end + s->page > at)
			at = s->taken[i].end + s->page;
	}
	return at + size <= TV_DEFAULT_TASK_SIZE ? at : 0;
}

static void note_move(struct shaping *s, const struct child_mapping *m)
{
	for (size_t i = 0; i < NR_MOVABLE; i++) {
		if (strcmp(m->name, movable[i]))
			continue;
		s->moves[i].from = (struct range){ m->start, m->end };
		if (!i && s->child->gadget >= m->start && s->child->gadget < m->end)
			s->vdso_gadget = s->child->gadget - m->start;
	}
}

static int take_child(struct shaping *s)
{
	FILE *maps = child_maps_open(s->child);
	struct child_mapping m;
	int err = maps ? 0 : SHAPE_TOLD;

	while (!err && child_maps_next(maps, &m)) {
		err = take(s, m.start, m.end);
		note_move(s, &m);
	}
	if (maps)
		fclose(maps);
	return err;
}

static int take_fixture(struct shaping *s)
{
	VMA_ITERATOR(vmi, s->task->mm, 0);
	const struct vm_area_struct *vma;
	int err = 0;

	while (!err && (vma = vma_next(&vmi))) {
		err = take(s, vma->vm_start, vma->vm_end);
		for (size_t i = 0; vma->tv_name && i < NR_MOVABLE; i++) {
			struct move *move = &s->moves[i];

			if (strcmp(vma->tv_name, movable[i]) || move->wanted)
				continue;
			move->wanted = vma->vm_end - vma->vm_start == move->from.end - move->from.start;
			move->to = vma->vm_start;
		}
	}
	return err;
}

/* --- making room --------------------------------------------------------------- */

static int make_camp(struct shaping *s)
{
	uint64_t addr = find_gap(s, s->page + CHILD_ROOM);
	const struct range code = { addr, addr + s->page };
	const struct range room = { code.end, code.end + CHILD_ROOM };
	const int flags = MAP_PRIVATE | MAP_ANONYMOUS;
	int64_t err;

	if (!addr)
		return -ENOSPC;
	err = call_mmap(s, &code, PROT_READ | PROT_EXEC, flags, -1, 0);
	if (!err)
		err = call_mmap(s, &room, PROT_READ | PROT_WRITE, flags, -1, 0);
	if (!err)
		err = child_write(s->child, addr, child_syscall_insn, child_syscall_insn_size);
	if (err)
		return (int)err;
	s->camp = (struct range){ code.start, room.end };
	s->child->gadget = addr;
	s->child->room = room.start;
	s->child->room_size = CHILD_ROOM;
	err = take(s, code.start, room.end);
	qsort(s->taken, s->nr, sizeof(*s->taken), by_start);
	return (int)err;
}

static bool move_to(struct shaping *s, struct range *from, uint64_t to)
{
	uint64_t size = from->end - from->start;

	if (call(s, SYS_mremap, from->start, size, size, MREMAP_MAYMOVE | MREMAP_FIXED, to, 0) < 0)
		return false;
	*from = (struct range){ to, to + size };
	return true;
}

/* What can be moved goes beside the camp first: the places of old and new may overlap. */
static void move_aside(struct shaping *s)
{
	for (size_t i = 0; i < NR_MOVABLE; i++) {
		struct move *move = &s->moves[i];
		uint64_t gap = move->wanted ? find_gap(s, move->from.end - move->from.start) : 0;

		if (!gap || !move_to(s, &move->from, gap)) {
			move->wanted = false;
			continue;
		}
		s->err = take(s, move->from.start, move->from.end);
		qsort(s->taken, s->nr, sizeof(*s->taken), by_start);
	}
}

static bool is_kept(const struct shaping *s, const struct child_mapping *m)
{
	if (m->start >= s->camp.start && m->end <= s->camp.end)
		return true;
	for (size_t i = 0; i < NR_MOVABLE; i++)
		if (s->moves[i].wanted && m->start == s->moves[i].from.start)
			return true;
	return !strcmp(m->name, "[vsyscall]");
}

static void unmap_all(struct shaping *s)
{
	FILE *maps = child_maps_open(s->child);
	struct child_mapping m;
	struct range *all = NULL;
	size_t nr = 0;

	if (!maps)
		s->err = SHAPE_TOLD;
	/* the file is read whole first: it changes under us */
	while (maps && child_maps_next(maps, &m)) {
		struct range *more;

		if (is_kept(s, &m))
			continue;
		more = realloc(all, (nr + 1) * sizeof(*all));
		if (!more) {
			s->err = -ENOMEM;
			break;
		}
		all = more;
		all[nr++] = (struct range){ m.start, m.end };
	}
	if (maps)
		fclose(maps);
	for (size_t i = 0; i < nr; i++)
		call_munmap(s, &all[i]);
	free(all);
	for (size_t i = 0; i < NR_MOVABLE; i++)
		if (s->moves[i].wanted)
			s->moves[i].wanted = move_to(s, &s->moves[i].from, s->moves[i].to);
}

/* --- mapping ------------------------------------------------------------------- */

static bool is_moved(const struct shaping *s, const struct vm_area_struct *vma)
{
	for (size_t i = 0; i < NR_MOVABLE; i++)
		if (s->moves[i].wanted && vma->vm_start == s->moves[i].to)
			return true;
	return false;
}

/* The file of @vma, open in the child; -1: it has none that may be opened. */
static int open_file(struct shaping *s, const struct vm_area_struct *vma)
{
	const char *path = vma->vm_file ? vma->vm_file->tv_key.path : "";
	size_t len = strlen(path);
	struct stat st;
	int64_t fd;

	if (vma->vm_file && vma->vm_file == s->file_of)
		return s->file;
	if (s->file >= 0)
		call(s, SYS_close, (uint64_t)s->file, 0, 0, 0, 0, 0);
	s->file = -1;
	s->file_of = vma->vm_file;
	/* devices may do things when they are opened */
	if (*path != '/' || len >= s->child->room_size || stat(path, &st) || !S_ISREG(st.st_mode))
		return -1;
	if (child_write(s->child, s->child->room, path, len + 1))
		return -1;
	fd = call(s, SYS_openat, (uint64_t)AT_FDCWD, s->child->room, O_RDONLY | O_CLOEXEC | O_NONBLOCK,
		  0, 0, 0);
	s->file = fd < 0 ? -1 : (int)fd;
	return s->file;
}

static int prot_of(const struct vm_area_struct *vma)
{
	return (vma->vm_flags & VM_READ ? PROT_READ : 0) | (vma->vm_flags & VM_WRITE ? PROT_WRITE : 0) |
	       (vma->vm_flags & VM_EXEC ? PROT_EXEC : 0);
}

static int64_t map_anonymous(struct shaping *s, const struct vm_area_struct *vma, int flags)
{
	const struct range r = { vma->vm_start, vma->vm_end };
	int64_t err;

	if (vma->vm_flags & VM_GROWSDOWN && !(flags & MAP_SHARED))
		flags |= MAP_GROWSDOWN;
	if (vma->vm_flags & VM_NORESERVE)
		flags |= MAP_NORESERVE;
	err = call_mmap(s, &r, prot_of(vma), flags | MAP_ANONYMOUS, -1, 0);
	/* more than this machine has, but nobody will touch it */
	if (err == -ENOMEM)
		err = call_mmap(s, &r, prot_of(vma), flags | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return err;
}

static void map_vma(struct shaping *s, const struct vm_area_struct *vma)
{
	const struct range r = { vma->vm_start, vma->vm_end };
	int flags = vma->vm_flags & VM_MAYSHARE ? MAP_SHARED : MAP_PRIVATE;
	int fd = open_file(s, vma), prot = prot_of(vma);
	int64_t err = -EBADF;

	/* files are open for reading: others must not see what is written */
	if (flags == MAP_SHARED)
		prot &= ~PROT_WRITE;
	/* what was writable once is accounted for, which keeps it from becoming one with its neighbour */
	if (fd >= 0 && flags == MAP_PRIVATE && vma->vm_flags & VM_ACCOUNT)
		prot |= PROT_WRITE;
	if (fd >= 0)
		err = call_mmap(s, &r, prot, flags, fd, vma->vm_pgoff * s->page);
	if (err)
		map_anonymous(s, vma, flags);
	else if (flags == MAP_PRIVATE && prot != prot_of(vma))
		call(s, SYS_mprotect, r.start, r.end - r.start, (uint64_t)prot_of(vma), 0, 0, 0);
}

static void map_all(struct shaping *s)
{
	VMA_ITERATOR(vmi, s->task->mm, 0);
	const struct vm_area_struct *vma;

	while (!s->err && (vma = vma_next(&vmi)))
		if (!is_moved(s, vma))
			map_vma(s, vma);
	if (s->file >= 0)
		call(s, SYS_close, (uint64_t)s->file, 0, 0, 0, 0, 0);
}

/* --- breaking camp ------------------------------------------------------------- */

/* Memory of the fixture's own that can be written as room for calls. */
static bool find_room(const struct shaping *s, struct range *room)
{
	const unsigned long wanted = VM_READ | VM_WRITE;
	VMA_ITERATOR(vmi, s->task->mm, 0);
	const struct vm_area_struct *vma;
	uint8_t byte;

	while ((vma = vma_next(&vmi))) {
		if ((vma->vm_flags & (wanted | VM_MAYSHARE)) != wanted || vma->vm_file ||
		    vma->vm_end - vma->vm_start < ROOM_AFTER || is_moved(s, vma))
			continue;
		*room = (struct range){ vma->vm_end - ROOM_AFTER, vma->vm_end };
		/* it may not be there after all */
		if (!child_read(s->child, room->start, &byte, 1))
			return true;
	}
	return false;
}

static void break_camp(struct shaping *s)
{
	struct range room;

	if (s->vdso_gadget == ~UINT64_C(0) || !s->moves[0].wanted || !find_room(s, &room)) {
		cli_error("--live: a mapping of the test's own stays at 0x%lx",
			  (unsigned long)s->camp.start);
		return;
	}
	s->child->gadget = s->moves[0].to + s->vdso_gadget;
	s->child->room = room.start;
	s->child->room_size = ROOM_AFTER;
	call_munmap(s, &s->camp);
}

enum cli_status shape_child(struct child *child, const struct task_struct *task)
{
	struct shaping s = {
		.child = child, .task = task, .page = (uint64_t)sysconf(_SC_PAGESIZE),
		.vdso_gadget = ~UINT64_C(0), .file = -1,
	};
	int err;

	if (!task->mm) {
		cli_error("--live: task %d of the fixture has no address space, which a process cannot be "
			  "without", task->pid);
		return CLI_CANNOT;
	}
	if (task->tv_world->limits.page_size != s.page) {
		cli_error("--live: the fixture's pages are not of this machine's size");
		return CLI_CANNOT;
	}
	err = take_child(&s);
	if (!err)
		err = take_fixture(&s);
	qsort(s.taken, s.nr, sizeof(*s.taken), by_start);
	if (!err)
		err = make_camp(&s);
	if (!err) {
		move_aside(&s);
		unmap_all(&s);
		map_all(&s);
		if (!s.err)
			break_camp(&s);
		err = s.err;
	}
	free(s.taken);
	if (err && err != SHAPE_TOLD)
		cli_error("--live: the child could not be shaped: %s", strerror(-err));
	return err ? CLI_CANNOT : CLI_OK;
}
