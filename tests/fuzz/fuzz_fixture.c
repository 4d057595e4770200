// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Bytes as a fixture. What is refused comes with a place in the input and one printable line; what
 * is read is written, reads again as the same world, and is written byte for byte the same. Nothing
 * leaks.
 */
#include <ctype.h>
#include <errno.h>

#include "model/fixture.h"
#include "model/mm.h"
#include "model/mmap_lock.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/text.h"

static unsigned long lines_of(const uint8_t *data, size_t size)
{
	unsigned long lines = 1;
	size_t i;

	/* YAML's line breaks: LF, CR, CR LF, and (as bytes) U+0085, U+2028, U+2029 */
	for (i = 0; i < size; i++)
		lines += data[i] == '\n' || data[i] == '\r' || data[i] == 0xc2 || data[i] == 0xe2;
	return lines;
}

static void require_diag(const struct tv_diag *diag, unsigned long lines)
{
	const char *c;

	fuzz_require(diag->text[0], "no word of what is wrong");
	fuzz_require(diag->line >= 0 && (unsigned long)diag->line <= lines + 1 && diag->column >= 0,
		     "%d:%d: %s", diag->line, diag->column, diag->text);
	for (c = diag->text; *c; c++)
		fuzz_require(!iscntrl((unsigned char)*c), "a message with the byte %02x", *c);
}

/* The world as text, allocated. */
static char *written(const struct tv_world *world, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	fuzz_require(out, "memory");
	fuzz_require(!tv_fixture_write(out, world), "write");
	fclose(out);
	return text;
}

static void forget(struct tv_world *world)
{
	tv_world_teardown(world);
	fuzz_require(tv_ledger_is_clean(&world->ledger), "something is still held");
	fuzz_require(!world->hazards, "%s", world->hazard.text);
	tv_world_destroy(world);
}

/* --- two worlds are the same --------------------------------------------------------- */

static void require_same_spaces(struct mm_struct *a, struct mm_struct *b)
{
	VMA_ITERATOR(at_a, a, 0);
	VMA_ITERATOR(at_b, b, 0);
	struct vm_area_struct *vma_a, *vma_b;
	struct tv_vma_desc x, y;

	fuzz_require(a->map_count == b->map_count &&
		     tv_mmap_lock_get_state(a) == tv_mmap_lock_get_state(b), "address spaces");
	for_each_vma(at_a, vma_a) {
		vma_b = vma_next(&at_b);
		fuzz_require(vma_b, "a VMA at %lx", vma_a->vm_start);
		tv_vma_describe(vma_a, &x);
		tv_vma_describe(vma_b, &y);
		fuzz_require(x.start == y.start && x.end == y.end && x.vm_flags == y.vm_flags &&
			     x.offset == y.offset && x.major == y.major && x.minor == y.minor &&
			     x.ino == y.ino && x.name_len == y.name_len &&
			     !memcmp(x.name ? x.name : "", y.name ? y.name : "", x.name_len),
			     "the VMA at %lx", x.start);
	}
}

static void require_same_faults(const struct tv_fault_plan *a, const struct tv_fault_plan *b)
{
	const struct tv_cache_plan *x = &a->bpf_cache, *y = &b->bpf_cache;

	fuzz_require(a->fail_alloc == b->fail_alloc && a->irq_work_busy == b->irq_work_busy &&
		     x->given == y->given && x->has_free == y->has_free && x->free == y->free &&
		     x->refill_fails == y->refill_fails, "faults");
}

static void require_same(const struct tv_world *a, const struct tv_world *b)
{
	const struct task_struct *x = a->tasks, *y = b->tasks;

	require_same_faults(&a->faults, &b->faults);
	fuzz_require(a->context == b->context && a->limits.page_size == b->limits.page_size &&
		     a->limits.task_size == b->limits.task_size, "limits");
	for (; x && y; x = x->tv_next, y = y->tv_next) {
		fuzz_require(x->pid == y->pid && x->tgid == y->tgid && x->flags == y->flags &&
			     !memcmp(x->comm, y->comm, sizeof(x->comm)) && !x->mm == !y->mm,
			     "task %d", x->pid);
		if (x->mm)
			require_same_spaces(x->mm, y->mm);
	}
	fuzz_require(!x && !y, "more tasks");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t first_size, again_size;
	struct tv_world *world, *reread;
	struct tv_diag diag;
	char *first, *again;
	int err = tv_fixture_load(fuzz_file(data, size), &world, &diag);

	if (err) {
		fuzz_require(err == -EINVAL && !world, "%d", err);
		require_diag(&diag, lines_of(data, size));
		return 0;
	}
	first = written(world, &first_size);
	err = tv_fixture_load(fuzz_file(first, first_size), &reread, &diag);
	fuzz_require(!err, "what was written is refused: %d:%d: %s\n%s", diag.line, diag.column,
		     diag.text, first);
	require_same(world, reread);
	again = written(reread, &again_size);
	forget(reread);
	forget(world);
	fuzz_require(first_size == again_size && !memcmp(first, again, first_size),
		     "written, read, written:\n%s\n%s", first, again);
	free(first);
	free(again);
	return 0;
}
