// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What programs that walk a task's VMAs see, held against /proc/self/maps. */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <test_progs.h>
#include <linux/types.h>
#include "../progs/task_vma_walk.h"
#include "task_vma_walk.skel.h"
#include "task_vma_walk_fail.skel.h"

/* include/linux/mm.h */
#define VM_READ		0x1
#define VM_WRITE	0x2
#define VM_EXEC		0x4
#define VM_MAYSHARE	0x80

/* The thread that all kernel threads come from, whatever the pid namespace here. */
#define KTHREADD_PID	2

struct maps_line {
	__u64 start;
	__u64 end;
	char perms[5];
	__u64 offset;	/* bytes */
	__u64 inode;
};

/* Static, and read without stdio: no memory is mapped between two looks. */
static char text[1 << 20];
static struct maps_line maps[MAX_SEEN];
static unsigned int nr_maps;

static bool read_text(void)
{
	size_t len = 0;
	ssize_t got;
	int fd;

	fd = open("/proc/self/maps", O_RDONLY);
	if (!ASSERT_OK_FD(fd, "open maps"))
		return false;
	while ((got = read(fd, text + len, sizeof(text) - 1 - len)) > 0)
		len += got;
	close(fd);
	text[len] = '\0';
	return ASSERT_EQ(got, 0, "read maps") && ASSERT_LT(len, sizeof(text) - 1, "size of maps");
}

/* [vsyscall] is no VMA of the task. */
static bool read_maps(void)
{
	char *line, *end;

	if (!read_text())
		return false;
	nr_maps = 0;
	for (line = text; *line; line = end + 1) {
		struct maps_line *m = &maps[nr_maps];

		end = strchr(line, '\n');
		if (!ASSERT_OK_PTR(end, "end of line"))
			return false;
		*end = '\0';
		if (strstr(line, "[vsyscall]"))
			continue;
		if (!ASSERT_LT(nr_maps, MAX_SEEN, "lines of maps") ||
		    !ASSERT_EQ(sscanf(line, "%llx-%llx %4s %llx %*s %llu", &m->start, &m->end,
				      m->perms, &m->offset, &m->inode), 5, "fields of maps"))
			return false;
		nr_maps++;
	}
	return ASSERT_GT(nr_maps, 0, "lines of maps");
}

static bool run(struct bpf_program *prog, int expected)
{
	LIBBPF_OPTS(bpf_test_run_opts, opts);

	return ASSERT_OK(bpf_prog_test_run_opts(bpf_program__fd(prog), &opts), "test_run") &&
	       ASSERT_EQ(opts.retval, expected, "retval");
}

static bool walk_from(struct task_vma_walk *skel, __u64 from)
{
	skel->bss->from = from;
	return run(skel->progs.walk_self, 0) && ASSERT_OK(skel->bss->err, "new");
}

static void expect_vma(const struct seen_vma *vma, const struct maps_line *m)
{
	char perms[5] = {
		vma->flags & VM_READ ? 'r' : '-',
		vma->flags & VM_WRITE ? 'w' : '-',
		vma->flags & VM_EXEC ? 'x' : '-',
		vma->flags & VM_MAYSHARE ? 's' : 'p',
	};
	__u64 offset = vma->has_file ? vma->pgoff * getpagesize() : 0;

	ASSERT_EQ(vma->start, m->start, "start");
	ASSERT_EQ(vma->end, m->end, "end");
	ASSERT_STREQ(perms, m->perms, "permissions");
	ASSERT_EQ(offset, m->offset, "offset");
	ASSERT_EQ(vma->inode, m->inode, "inode");
}

static void test_whole(struct task_vma_walk *skel)
{
	unsigned int i;

	if (!read_maps() || !walk_from(skel, 0) || !ASSERT_EQ(skel->bss->seen, nr_maps, "VMAs"))
		return;
	for (i = 0; i < nr_maps; i++)
		expect_vma(&skel->bss->vmas[i], &maps[i]);
}

/* The first line that ends above @from; nr_maps: none. */
static unsigned int line_at(__u64 from)
{
	unsigned int i = 0;

	while (i < nr_maps && maps[i].end <= from)
		i++;
	return i;
}

static bool expect_from(struct task_vma_walk *skel, __u64 from)
{
	unsigned int first = line_at(from);

	if (!walk_from(skel, from) || !ASSERT_EQ(skel->bss->seen, nr_maps - first, "VMAs"))
		return false;
	return first == nr_maps ||
	       ASSERT_EQ(skel->bss->vmas[0].start, maps[first].start, "first VMA");
}

static void test_from(struct task_vma_walk *skel)
{
	unsigned int i;

	if (!read_maps())
		return;
	for (i = 0; i < nr_maps; i++) {
		if (!expect_from(skel, maps[i].start) || !expect_from(skel, maps[i].end - 1) ||
		    !expect_from(skel, maps[i].end))
			return;
	}
	expect_from(skel, ~0ULL);
}

static void test_inside(struct task_vma_walk *skel)
{
	if (!read_maps() || !run(skel->progs.walk_inside, 0))
		return;
	ASSERT_EQ(skel->bss->seen, nr_maps, "VMAs");
	ASSERT_EQ(skel->bss->seen_inside, nr_maps * nr_maps, "VMAs of the walks inside");
}

/* Is VMA @i of the walk the pages [first, first + nr) from @base on? */
static bool is_pages(struct task_vma_walk *skel, unsigned int i, void *base, unsigned int first,
		     unsigned int nr)
{
	const struct seen_vma *vma = &skel->bss->vmas[i];
	__u64 start = (unsigned long)base + first * getpagesize();

	return ASSERT_EQ(vma->start, start, "start of pages") &&
	       ASSERT_EQ(vma->end, start + nr * getpagesize(), "end of pages");
}

static void test_changed(struct task_vma_walk *skel)
{
	int page = getpagesize();
	void *base;

	/* two pages around that are no VMA's neighbours */
	base = mmap(NULL, 7 * page, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (!ASSERT_NEQ(base, MAP_FAILED, "mmap"))
		return;
	munmap(base, page);
	munmap(base + 6 * page, page);
	base += page;

	if (!walk_from(skel, (unsigned long)base) || !is_pages(skel, 0, base, 0, 5))
		goto out;
	if (!ASSERT_OK(mprotect(base + 2 * page, page, PROT_READ), "mprotect") ||
	    !walk_from(skel, (unsigned long)base))
		goto out;
	if (!is_pages(skel, 0, base, 0, 2) || !is_pages(skel, 1, base, 2, 1) ||
	    !is_pages(skel, 2, base, 3, 2))
		goto out;
	ASSERT_EQ(skel->bss->vmas[1].flags & (VM_READ | VM_WRITE | VM_EXEC), VM_READ, "flags");
	if (!ASSERT_OK(munmap(base + 2 * page, page), "munmap") ||
	    !walk_from(skel, (unsigned long)base))
		goto out;
	if (is_pages(skel, 0, base, 0, 2))
		is_pages(skel, 1, base, 3, 2);
out:
	munmap(base, 5 * page);
}

static void expect_no_space(struct task_vma_walk *skel, int pid)
{
	skel->bss->from = 0;
	skel->bss->other_pid = pid;
	skel->bss->seen = 1;
	if (!run(skel->progs.walk_other, 0))
		return;
	ASSERT_EQ(skel->bss->err, -ENOENT, "new");
	ASSERT_EQ(skel->bss->seen, 0, "VMAs");
}

static void test_kernel_thread(struct task_vma_walk *skel)
{
	expect_no_space(skel, KTHREADD_PID);
}

static void test_zombie(struct task_vma_walk *skel)
{
	siginfo_t info;
	pid_t child;

	child = fork();
	if (!ASSERT_GE(child, 0, "fork"))
		return;
	if (!child) {
		LIBBPF_OPTS(bpf_test_run_opts, opts);

		_exit(bpf_prog_test_run_opts(bpf_program__fd(skel->progs.who_am_i), &opts) != 0);
	}
	/* it stays a zombie until it is waited for without WNOWAIT */
	if (ASSERT_OK(waitid(P_PID, child, &info, WEXITED | WNOWAIT), "waitid") &&
	    ASSERT_OK(info.si_status, "child"))
		expect_no_space(skel, skel->bss->my_pid);
	waitpid(child, NULL, 0);
}

void test_task_vma_walk(void)
{
	struct task_vma_walk *skel;

	skel = task_vma_walk__open_and_load();
	if (!ASSERT_OK_PTR(skel, "open_and_load"))
		return;
	if (test__start_subtest("whole"))
		test_whole(skel);
	if (test__start_subtest("from"))
		test_from(skel);
	if (test__start_subtest("inside"))
		test_inside(skel);
	if (test__start_subtest("changed"))
		test_changed(skel);
	if (test__start_subtest("kernel_thread"))
		test_kernel_thread(skel);
	if (test__start_subtest("zombie"))
		test_zombie(skel);
	task_vma_walk__destroy(skel);
}

void test_task_vma_walk_fail(void)
{
	RUN_TESTS(task_vma_walk_fail);
}
