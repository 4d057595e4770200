// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Blocks that were lost. When a process ends, those are in order that a variable leads to, directly or
 * through other blocks: libraries keep such things for the whole life of a process. So are those that a
 * function knows which called exit(). But what only main() knew should have been given back when it returns.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>
#include "tests/failnth/preload.h"

/* What is left, by address. */
static struct left {
	struct block block;
	bool reached, followed;
} *left;
static size_t nr_left;

static void sift_down(size_t from, size_t nr)
{
	struct left moving = left[from];
	size_t child;

	while ((child = from * 2 + 1) < nr) {
		if (child + 1 < nr && left[child + 1].block.start > left[child].block.start)
			child++;
		if (left[child].block.start <= moving.block.start)
			break;
		left[from] = left[child];
		from = child;
	}
	left[from] = moving;
}

/* A heap sort: qsort() may allocate. */
static void sort_left(void)
{
	struct left last;
	size_t i;

	for (i = nr_left / 2; i--; )
		sift_down(i, nr_left);
	for (i = nr_left; i-- > 1; ) {
		last = left[i];
		left[i] = left[0];
		left[0] = last;
		sift_down(0, i);
	}
}

static void collect(void)
{
	size_t places, i, nr = 0;
	const struct block *table = blocks_table(&places);

	for (i = 0; i < places; i++)
		nr += !!table[i].start;
	nr_left = 0;
	left = own_memory((nr + 1) * sizeof(*left));
	for (i = 0; i < places; i++)
		if (table[i].start)
			left[nr_left++] = (struct left){ .block = table[i] };
	sort_left();
}

/* The last block that begins at or below @address; NULL when there is none. */
static struct left *at_or_below(uintptr_t address)
{
	size_t low = 0, high = nr_left, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (left[middle].block.start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &left[low - 1] : NULL;
}

/*
 * Is @offset in the block? Its last bytes may be the head of the allocator's next chunk, too, to which its
 * own lists point.
 */
static bool leads_to(const struct block *block, size_t offset)
{
	size_t next = (block->size + 23) / 16 * 16 - 16;

	if (offset == (next < 16 ? 16 : next))
		return false;
	return offset < block->size + !block->size;
}

/* Within one page. */
static void scan_words(const uintptr_t *words, size_t nr)
{
	struct left *found;
	size_t i;

	for (i = 0; i < nr; i++) {
		found = at_or_below(words[i]);
		if (found && leads_to(&found->block, words[i] - found->block.start))
			found->reached = true;
	}
}

/* Page by page, by a call that minds a page without access: stacks of fibres have one. */
static void scan(uintptr_t start, uintptr_t end)
{
	uintptr_t page[4096 / sizeof(uintptr_t)];
	uintptr_t at = (start + 7) & ~7UL, stop;

	for (; at + sizeof(page[0]) <= end; at = stop) {
		struct iovec to = { .iov_base = page }, from = { .iov_base = (void *)at };

		stop = (at | 4095) + 1 < end ? (at | 4095) + 1 : end;
		to.iov_len = from.iov_len = (stop - at) & ~7UL;
		if (process_vm_readv(getpid(), &to, 1, &from, 1, 0) == (ssize_t)to.iov_len)
			scan_words(page, to.iov_len / sizeof(page[0]));
	}
}

/* Of a mapping what is neither a block nor the library's own: both may lie in it, since the kernel merges. */
static void scan_around_blocks(uintptr_t start, uintptr_t end)
{
	uintptr_t at = start, stop;
	struct left *below;

	while (at < end) {
		stop = (at | 4095) + 1;
		below = at_or_below(at);
		if (below && at < below->block.start + below->block.size) {
			at = (below->block.start + below->block.size + 7) & ~7UL;
			continue;
		}
		below = below ? below + 1 : left;
		if (below < left + nr_left && below->block.start < stop)
			stop = below->block.start;
		if (!own_address(at))
			scan(at, stop);
		at = stop;
	}
}

/* @stack: what lies above it on the main stack counts, too; 0: nothing. */
static void scan_mapping(const char *line, uintptr_t stack)
{
	unsigned long start, end;
	char perms[5];

	if (sscanf(line, "%lx-%lx %4s", &start, &end, perms) != 3)
		return;
	if (memcmp(perms, "rw", 2) || perms[3] == 's' || strstr(line, "[heap]"))
		return;
	if (strstr(line, "[stack]")) {
		if (stack)
			scan(stack, end);
		return;
	}
	scan_around_blocks(start, end);
}

static void scan_variables(uintptr_t stack)
{
	static char text[1 << 16];
	int fd = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
	size_t len = 0, used;
	char *line, *end;
	ssize_t got;

	while (fd >= 0 && (got = read(fd, text + len, sizeof(text) - len)) > 0) {
		len += got;
		used = 0;
		for (line = text; (end = memchr(line, '\n', text + len - line)); line = end + 1) {
			*end = '\0';
			scan_mapping(line, stack);
			used = end + 1 - text;
		}
		len -= used;
		memmove(text, text + used, len);
	}
	if (fd >= 0)
		close(fd);
}

static void follow_blocks(void)
{
	bool more = true;
	size_t i;

	while (more) {
		more = false;
		for (i = 0; i < nr_left; i++) {
			if (!left[i].reached || left[i].followed)
				continue;
			left[i].followed = more = true;
			scan(left[i].block.start, left[i].block.start + left[i].block.size);
		}
	}
}

void blocks_print_lost(int fd, uintptr_t stack)
{
	size_t i;

	collect();
	scan_variables(stack);
	follow_blocks();
	for (i = 0; i < nr_left; i++) {
		if (left[i].reached)
			continue;
		dprintf(fd, "lost %zu\n", left[i].block.size);
		trace_print(fd, trace_kept(left[i].block.trace));
		dprintf(fd, "\n");
	}
}
