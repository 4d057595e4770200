// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Fixtures: what is written is read back, what is wrong is refused with its place. */
#include <errno.h>
#include <stdlib.h>
#include <sys/param.h>
#include "fixture_text.h"
#include "model_world.h"
#include "model/maps.h"
#include "model/mmap_lock.h"

#define TASK(fields)	"schema: 1\ntasks:\n  - {pid: 1, " fields "}\n"
#define VMA(fields)	"schema: 1\ntasks:\n- pid: 1\n  vmas:\n  - {" fields "}\n"
#define RANGE		"start: 0x1000, end: 0x2000, perms: r--p"

static struct tv_world *load(const char *text)
{
	struct tv_world *world = NULL;
	struct tv_diag diag;
	int err = fixture_load_text(text, &world, &diag);

	if (err)
		print_error("%d:%d: %s\n%s", diag.line, diag.column, diag.text, text);
	assert_int_equal(err, 0);
	return world;
}

/* To be freed. */
static char *write_world(const struct tv_world *world, size_t *len)
{
	char *text;
	FILE *out = open_memstream(&text, len);

	assert_non_null(out);
	assert_int_equal(tv_fixture_write(out, world), 0);
	fclose(out);
	return text;
}

/* The name of the first VMA of the first task. */
static void first_vma(const struct tv_world *world, struct tv_vma_desc *desc)
{
	VMA_ITERATOR(vmi, world->tasks->mm, 0);
	struct vm_area_struct *vma = vma_next(&vmi);

	assert_non_null(vma);
	tv_vma_describe(vma, desc);
}

/* --- what is read ------------------------------------------------------------ */

static void every_key_is_read(void **state)
{
	struct tv_world *world = load(
		"# a comment\n"
		"schema: 1\n"
		"page_size: 0x4000\n"
		"task_size: 0x1000000000000\n"
		"context: irqs-off\n"
		"faults: {fail_alloc: 3, irq_work: busy}\n"
		"tasks:\n"
		"  - pid: 4194303\n"
		"    tgid: 7\n"
		"    comm: 'fifteen bytes !'\n"
		"    mmap_lock: write-waiting\n"
		"    vmas:\n"
		"      - start: 0x4000\n"
		"        end: 32768\n"
		"        perms: r-xs\n"
		"        offset: 0x8000\n"
		"        dev: fe:01\n"
		"        inode: 1312\n"
		"        name: \"/a\\nb\"\n"
		"        flags: rd ex mr ms\n"
		"  - {kthread: true, pid: 0}\n"
		"  - {exited: true, pid: 1, kthread: false}\n");
	struct task_struct *task = tv_world_find_task(world, 4194303);
	struct tv_vma_desc desc;

	assert_int_equal(world->limits.page_size, 0x4000);
	assert_int_equal(world->limits.task_size, 0x1000000000000);
	assert_int_equal(world->context, TV_CONTEXT_IRQS_OFF);
	assert_int_equal(world->faults.fail_alloc, 3);
	assert_true(world->faults.irq_work_busy);
	assert_int_equal(task->tgid, 7);
	assert_string_equal(task->comm, "fifteen bytes !");
	assert_int_equal(tv_mmap_lock_get_state(task->mm), TV_MMAP_WRITE_WAITING);
	assert_int_equal(task->mm->map_count, 1);
	first_vma(world, &desc);
	assert_int_equal(desc.start, 0x4000);
	assert_int_equal(desc.end, 0x8000);
	assert_int_equal(desc.offset, 0x8000);
	assert_int_equal(desc.major, 0xfe);
	assert_int_equal(desc.minor, 1);
	assert_int_equal(desc.ino, 1312);
	assert_string_equal(desc.name, "/a\nb");
	assert_int_equal(desc.vm_flags, VM_READ | VM_EXEC | VM_MAYREAD | VM_MAYSHARE);
	assert_int_equal(tv_world_find_task(world, 0)->flags, PF_KTHREAD);
	assert_int_equal(tv_world_find_task(world, 1)->flags, PF_EXITING);
	model_world_end(world);
}

static void what_is_left_out_has_a_default(void **state)
{
	struct tv_world *world = load(VMA(RANGE));
	struct tv_vma_desc desc;

	assert_int_equal(world->limits.page_size, 4096);
	assert_int_equal(world->limits.task_size, 0x7ffffffff000);
	assert_int_equal(world->context, TV_CONTEXT_PROCESS);
	assert_int_equal(world->tasks->tgid, 1);
	assert_string_equal(world->tasks->comm, "");
	first_vma(world, &desc);
	assert_int_equal(desc.vm_flags, VM_READ);
	assert_int_equal(desc.name_len, 0);
	model_world_end(world);
}

static void no_task_and_no_vma_are_allowed(void **state)
{
	struct tv_world *world = load("schema: 1\ntasks: []\n");

	assert_null(world->tasks);
	model_world_end(world);
	world = load(TASK("vmas: []"));
	assert_int_equal(world->tasks->mm->map_count, 0);
	model_world_end(world);
}

/* The mm is one, with a user more; it is written once. */
static void a_thread_shares_the_address_space(void **state)
{
	static const char fixture[] =
		"schema: 1\n"
		"tasks:\n"
		"  - pid: 1\n"
		"    vmas:\n"
		"      - {start: 0x1000, end: 0x2000, perms: r--p}\n"
		"  - pid: 2\n"
		"    tgid: 1\n"
		"    mm_of: 1\n";
	struct tv_world *world = load(fixture);
	const struct task_struct *leader = tv_world_find_task(world, 1);
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_ptr_equal(tv_world_find_task(world, 2)->mm, leader->mm);
	assert_int_equal(leader->mm->mm_users, 2);
	assert_int_equal(leader->mm->tv_pid, 1);
	assert_int_equal(tv_fixture_write(out, world), 0);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, fixture);
	free(text);
	tv_world_teardown(world);
	assert_true(tv_ledger_is_clean(&world->ledger));
	tv_world_destroy(world);
}

static void line_ends_and_byte_order_mark_do_not_matter(void **state)
{
	struct tv_world *world = load("\xef\xbb\xbfschema: 1\r\ntasks:\r\n- pid: 3\r\n  vmas: []\r\n");

	assert_int_equal(world->tasks->pid, 3);
	model_world_end(world);
}

static const struct {
	const char *yaml, *name;
} names[] = {
	{ "/usr/bin/plain", "/usr/bin/plain" },
	{ "two  words", "two  words" },
	{ "'it''s'", "it's" },
	{ "'''a''b'''", "'a'b'" },
	{ "'one\n     line'", "one line" },
	{ "one\n     line", "one line" },
	{ "\"\\x41\\u00e9\\U0001F409\\N\\_\\L\\P\\e\\/\\t\\\\\"",
	  "A\303\251\360\237\220\211\302\205\302\240\342\200\250\342\200\251\033/\t\\" },
	{ "\"null\"", "null" },
	{ "'12'", "12" },
	{ "3proxy", "3proxy" },
	{ "0x", "0x" },
	{ "1e", "1e" },
	{ "!!binary \"/v8=\"", "\xfe\xff" },
	{ "!!binary 'YWJj'", "abc" },
	{ "!!binary \"\"", "" },
	{ "\"\"", "" },
};

static void names_in_every_style(void **state)
{
	struct tv_vma_desc desc;
	struct tv_world *world;
	char text[300];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(text, sizeof(text), VMA(RANGE ", name: %s"), names[i].yaml);
		world = load(text);
		first_vma(world, &desc);
		assert_string_equal(desc.name_len ? desc.name : "", names[i].name);
		model_world_end(world);
	}
}

/* --- what is refused --------------------------------------------------------- */

static const struct {
	const char *text;
	int line, column;
	const char *says;
} bad[] = {
	/* the file */
	{ "", 1, 1, "empty" },
	{ "# nothing\n", 2, 1, "nothing but comments" },
	{ "\x25\x22\xa6", 1, 1, "may not begin with '%'" },
	{ "schema: \xa6\n", 1, 9, "not UTF-8: byte 0xa6" },
	{ "a: \303\251\303\n", 1, 5, "not UTF-8" },
	{ "a: \300\200\n", 1, 4, "not UTF-8" },
	{ "a: \355\240\200\n", 1, 4, "not UTF-8" },
	{ "a: \364\220\200\200\n", 1, 4, "not UTF-8" },
	{ "schema: 1\n# \xe2\x82", 2, 3, "within a character" },
	{ "schema: 1\n\033[0m\n", 2, 1, "no character 0x1b" },
	{ "schema: 1\r\n# \302\201\n", 2, 3, "no character 0x81" },
	{ "schema: 1\n# \357\277\277\n", 2, 3, "no character 0xffff" },
	{ "%YAML 1.2\n---\nschema: 1\n", 1, 1, "may not begin with '%'" },
	{ "schema: 1\ntasks: []\n---\nschema: 1\n", 3, 1, "one document" },
	{ "schema: [1\n", 1, 9, "found a sequence" },
	{ "schema: 1\n  tasks: 2\n", 1, 9, "multiline" },
	/* YAML that the schema has no use for */
	{ "[]\n", 1, 1, "found a sequence" },
	{ "schema\n", 1, 1, "found a single value" },
	{ "schema: &a 1\n", 1, 12, "anchors" },
	{ "schema: 1\ntasks: *a\n", 2, 9, "aliases" },
	{ "schema: 1\ntasks: &a []\n", 2, 11, "anchors" },
	{ "schema: !!int 1\n", 1, 15, "no tag" },
	{ "schema: 1\ntasks: !x []\n", 2, 11, "no tag" },
	{ "{schema: 1, tasks: [[]]}\n", 1, 21, "a task, a mapping; found a sequence" },
	{ "? [schema]\n: 1\n", 1, 3, "expected a key" },
	{ "schema: 1\ntasks: []\n<<: {}\n", 3, 1, "unknown key \"<<\"" },
	/* keys */
	{ "tasks: []\n", 1, 1, "first key" },
	{ "tasks: []\nschema: 1\n", 1, 1, "first key" },
	{ "schema: 1\n", 1, 1, "missing key \"tasks\"" },
	{ "schema: 1\ntasks: []\nextra: 1\n", 3, 1, "unknown key \"extra\"" },
	{ "schema: 1\nschema: 1\ntasks: []\n", 2, 1, "duplicate key \"schema\"" },
	{ "schema: 1\ntasks: []\n\"tasks\": []\n", 3, 1, "duplicate key \"tasks\"" },
	{ "schema: 1\ntasks: []\npage_size: 4096\n", 3, 1, "before \"tasks\"" },
	{ "schema: 1\ntasks: []\ntask_size: 4096\n", 3, 1, "before \"tasks\"" },
	{ VMA(RANGE ", end: 3"), 5, 47, "duplicate key \"end\"" },
	{ VMA(RANGE ", Name: x"), 5, 47, "unknown key \"Name\"" },
	{ VMA("start: 0x1000, perms: r--p"), 5, 5, "missing key \"end\"" },
	{ TASK("pid: 1, vmas: []"), 3, 14, "duplicate key \"pid\"" },
	{ "schema: 1\ntasks:\n- vmas: []\n", 3, 3, "missing key \"pid\"" },
	/* values */
	{ "schema: 2\n", 1, 9, "schema 2" },
	{ "schema: '1'\n", 1, 9, "found a text" },
	{ "schema:\n", 1, 1, "expected a number" },
	{ "schema: one\n", 1, 9, "expected a number" },
	{ "schema: 1\npage_size: 4095\n", 2, 12, "power of two" },
	{ "schema: 1\npage_size: 2048\n", 2, 12, "power of two" },
	{ "schema: 1\npage_size: 131072\n", 2, 12, "power of two" },
	{ "schema: 1\ntask_size: 0\ntasks: []\n", 2, 12, "multiple" },
	{ "schema: 1\ntask_size: 0x1800\ntasks: []\n", 2, 12, "multiple" },
	{ "schema: 1\ntask_size: 18446744073709551616\ntasks: []\n", 2, 12, "above" },
	{ "schema: 1\ntask_size: 0x10000000000000000\ntasks: []\n", 2, 12, "above" },
	{ "schema: 1\ntask_size: 010\ntasks: []\n", 2, 12, "expected a number" },
	{ "schema: 1\ntask_size: -1\ntasks: []\n", 2, 12, "expected a number" },
	{ "schema: 1\ntask_size: 0x\ntasks: []\n", 2, 12, "expected a number" },
	{ "schema: 1\ntask_size: 0x1g\ntasks: []\n", 2, 12, "expected a number" },
	{ "schema: 1\ntask_size: 1_000\ntasks: []\n", 2, 12, "expected a number" },
	{ "schema: 1\ncontext: hardirq\n", 2, 10, "process, softirq" },
	{ "schema: 1\ncontext: []\n", 2, 10, "found a sequence" },
	{ "schema: 1\nfaults: 1\n", 2, 9, "the faults, a mapping" },
	{ "schema: 1\nfaults: {alloc: 1}\n", 2, 10, "unknown key" },
	{ "schema: 1\nfaults: {irq_work: maybe}\n", 2, 20, "free or busy" },
	{ "schema: 1\ntasks: {}\n", 2, 8, "tasks, a sequence" },
	{ TASK("vmas: {}"), 3, 20, "VMAs, a sequence" },
	{ TASK("vmas: [x]"), 3, 21, "a VMA, a mapping" },
	{ "schema: 1\ntasks: [{pid: -1}]\n", 2, 15, "expected a number" },
	{ "schema: 1\ntasks: [{pid: 4194304}]\n", 2, 15, "above 4194303" },
	{ "schema: 1\ntasks: [{pid: 1, exited: true}, {pid: 1, exited: true}]\n", 2, 39,
	  "duplicate pid 1" },
	{ TASK("comm: sixteen bytes !!, vmas: []"), 3, 20, "longer than 15" },
	{ TASK("comm: 12, vmas: []"), 3, 20, "needs quotes" },
	{ TASK("comm: ~, vmas: []"), 3, 20, "needs quotes" },
	{ TASK("comm: , vmas: []"), 3, 14, "needs quotes" },
	{ TASK("comm: True, vmas: []"), 3, 20, "needs quotes" },
	{ TASK("comm: 1.5e3, vmas: []"), 3, 20, "needs quotes" },
	{ TASK("comm: \"a\\0b\", vmas: []"), 3, 20, "NUL" },
	{ TASK("comm: !!binary \"AA==\", vmas: []"), 3, 29, "NUL" },
	{ TASK("comm: !!binary \"A\", vmas: []"), 3, 29, "base64" },
	{ TASK("comm: [], vmas: []"), 3, 20, "found a sequence" },
	{ TASK("mmap_lock: busy, vmas: []"), 3, 25, "free, read" },
	/* kernel threads and exited tasks */
	{ TASK("comm: x"), 3, 5, "missing key \"vmas\"" },
	{ TASK("kthread: false"), 3, 5, "missing key \"vmas\"" },
	{ TASK("kthread: 1"), 3, 23, "true or false" },
	{ TASK("kthread: 'true'"), 3, 23, "true or false" },
	{ TASK("kthread: true, vmas: []"), 3, 29, "kernel thread" },
	{ TASK("vmas: [], exited: true"), 3, 14, "exited task" },
	{ TASK("mm_of: 2"), 3, 21, "no task 2 with an address space" },
	{ TASK("mm_of: 1"), 3, 21, "no task 1 with an address space" },
	{ TASK("mm_of: []"), 3, 21, "found a sequence" },
	{ TASK("mmap_lock: [], vmas: []"), 3, 25, "found a sequence" },
	{ "schema: 1\ntasks:\n- {pid: 1, kthread: true}\n- {pid: 2, mm_of: 1}\n", 4, 19, "no task 1" },
	{ "schema: 1\ntasks:\n- {pid: 1, vmas: []}\n- {pid: 2, mm_of: 1, vmas: []}\n", 4, 22,
	  "has another's" },
	{ "schema: 1\ntasks:\n- {pid: 1, vmas: []}\n- {pid: 2, vmas: [], mm_of: 1}\n", 4, 22,
	  "in a task with" },
	{ "schema: 1\ntasks:\n- {pid: 1, vmas: []}\n- {pid: 2, mm_of: 1, kthread: true}\n", 4, 12,
	  "kernel thread" },
	{ "schema: 1\ntasks:\n- {pid: 1, vmas: []}\n- {pid: 2, mm_of: 1, mmap_lock: read}\n", 4, 22,
	  "belongs to the task" },
	{ TASK("exited: true, mmap_lock: read"), 3, 28, "exited task" },
	/* VMAs */
	{ VMA("start: 0x1000, end: 0x2000, perms: rwx"), 5, 41, "permissions" },
	{ VMA("start: 0x1000, end: 0x2000, perms: xwrp"), 5, 41, "permissions" },
	{ VMA("start: 0x2000, end: 0x1000, perms: r--p"), 5, 26, "reversed" },
	{ VMA("start: 0x1000, end: 0x1000, perms: r--p"), 5, 26, "empty" },
	{ VMA("start: 0x1001, end: 0x2000, perms: r--p"), 5, 13, "aligned" },
	{ VMA("start: 0x1000, end: 0x2001, perms: r--p"), 5, 26, "aligned" },
	{ VMA("start: 0x1000, end: 0x800000000000, perms: r--p"), 5, 26, "task size" },
	{ VMA(RANGE ", offset: 0x10"), 5, 55, "aligned" },
	{ VMA(RANGE ", offset: 0xfffffffffffff000"), 5, 55, "overflow" },
	{ VMA(RANGE ", dev: \"fe\""), 5, 52, "device" },
	{ VMA(RANGE ", dev: \"FE:00\""), 5, 52, "device" },
	{ VMA(RANGE ", dev: \"1000:00\""), 5, 52, "device" },
	{ VMA(RANGE ", dev: \"00:100000\""), 5, 52, "device" },
	{ VMA(RANGE ", inode: 18446744073709551616"), 5, 54, "above" },
	{ VMA(RANGE ", name: 'a''''b'"), 5, 53, "in a row" },
	{ VMA(RANGE ", name: 0x10"), 5, 53, "needs quotes" },
	{ VMA(RANGE ", flags: rd wr"), 5, 54, "contradict perms: they mean rw-p, not r--p" },
	{ VMA(RANGE ", flags: rd qq"), 5, 54, "VmFlags" },
	{ VMA(RANGE ", flags: \"\""), 5, 54, "VmFlags" },
	{ VMA(RANGE "}\n  - {" RANGE), 6, 13, "overlaps" },
	{ VMA(RANGE "}\n  - {start: 0, end: 0x1000, perms: r--p"), 6, 13, "out of order" },
	{ VMA(RANGE "}\n  - {start: 0x1000, end: 0x3000, perms: r--p"), 6, 13, "overlaps" },
};

static void bad_fixtures_are_refused_with_their_place(void **state)
{
	struct tv_world *world;
	struct tv_diag diag;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(fixture_load_text(bad[i].text, &world, &diag), -EINVAL);
		assert_null(world);
		if (strstr(diag.text, bad[i].says) && MAX(diag.line, 1) == bad[i].line &&
		    MAX(diag.column, 1) == bad[i].column)
			continue;
		fail_msg("\"%s\": expected %d:%d: %s, found %d:%d: %s", bad[i].text, bad[i].line,
			 bad[i].column, bad[i].says, diag.line, diag.column, diag.text);
	}
}

static void files_that_are_none(void **state)
{
	struct tv_world *world;
	struct tv_diag diag;

	assert_int_equal(tv_fixture_load("/nowhere/at/all", &world, &diag), -EINVAL);
	assert_string_equal(diag.text, strerror(ENOENT));
	assert_string_equal(diag.file, "/nowhere/at/all");
	assert_int_equal(tv_fixture_load("/", &world, &diag), -EINVAL);
	assert_string_equal(diag.text, strerror(EISDIR));
	assert_int_equal(tv_fixture_load("/dev/zero", &world, &diag), -EINVAL);
	assert_int_equal(tv_fixture_load("/dev/null", &world, &diag), -EINVAL);
	assert_string_equal(diag.text, "the file is empty");
	/* can be opened, but nothing is mapped at its beginning */
	assert_int_equal(tv_fixture_load("/proc/self/mem", &world, &diag), -EINVAL);
	assert_string_equal(diag.text, strerror(EIO));
}

/* A hole of a file, which takes no disk. */
static void a_file_too_large_is_refused(void **state)
{
	int fd = memfd_create("fixture", MFD_CLOEXEC);
	struct tv_world *world;
	struct tv_diag diag;
	char path[64];

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, TV_FIXTURE_MAX_BYTES + 1), 0);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_int_equal(tv_fixture_load(path, &world, &diag), -EINVAL);
	assert_string_equal(diag.text, "larger than 1073741824 bytes");
	close(fd);
}

/* Much of what nests, or never ends. */
static void nesting_is_refused(void **state)
{
	static const char *const units[] = {
		"[", "{", "- ", "? ", "[a,", "{a: ", "? [", "'", "!", "&a ", "*a ", "[\n", "{? ",
		"a ", "#", "\n", "- - [", "a: ", "\"", "|", "%", "- \n", "schema: 1\n", " ",
	};
	const size_t size = 1 << 18;
	char *text = malloc(size);
	struct tv_world *world;
	struct tv_diag diag;
	size_t i, at, len;

	assert_non_null(text);
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		len = strlen(units[i]);
		for (at = 0; at + len <= size; at += len)
			memcpy(text + at, units[i], len);
		assert_int_equal(fixture_load_bytes(text, at, &world, &diag), -EINVAL);
	}
	free(text);
}

static void a_long_text_is_refused(void **state)
{
	const size_t head = strlen(VMA(RANGE ", name: \"")) - 2;
	char *text = malloc(head + TV_VMA_NAME_MAX + 10);
	struct tv_world *world;
	struct tv_diag diag;
	size_t len;

	assert_non_null(text);
	for (len = TV_VMA_NAME_MAX; len <= TV_VMA_NAME_MAX + 1; len++) {
		strcpy(text, VMA(RANGE ", name: \""));
		memset(text + head, 'x', len);
		strcpy(text + head + len, "\"}\n");
		if (fixture_load_text(text, &world, &diag)) {
			assert_int_equal(len, TV_VMA_NAME_MAX + 1);
			assert_non_null(strstr(diag.text, "longer than"));
		} else {
			assert_int_equal(len, TV_VMA_NAME_MAX);
			model_world_end(world);
		}
	}
	free(text);
}

/* --- what is written --------------------------------------------------------- */

static void writes_what_a_person_would(void **state)
{
	static const char text[] =
		"schema: 1\n"
		"page_size: 8192\n"
		"task_size: 0x10000000000\n"
		"context: nmi\n"
		"faults: {irq_work: busy}\n"
		"tasks:\n"
		"  - pid: 42\n"
		"    tgid: 41\n"
		"    comm: bash\n"
		"    mmap_lock: read\n"
		"    vmas:\n"
		"      - {start: 0x2000, end: 0x4000, perms: r-xp, offset: 0x2000, dev: \"fe:00\", "
		"inode: 12, name: /bin/bash, flags: \"rd ex mr\"}\n"
		"      - {start: 0x4000, end: 0x6000, perms: rw-p, name: \"[heap]\"}\n"
		"      - {start: 0x8000, end: 0xa000, perms: ---s}\n"
		"  - pid: 2\n"
		"    comm: \"a b\"\n"
		"    kthread: true\n"
		"  - pid: 3\n"
		"    exited: true\n"
		"  - pid: 4\n"
		"    vmas: []\n";
	struct tv_world *world = load(text);
	size_t len;
	char *written = write_world(world, &len);

	assert_string_equal(written, text);
	free(written);
	model_world_end(world);
}

static unsigned int pseudo_random;

static unsigned int next_random(unsigned int limit)
{
	pseudo_random = pseudo_random * 1664525 + 1013904223;
	return (pseudo_random >> 8) % limit;
}

/* Bytes that are hard on one layer or another. */
static size_t random_text(char *text, size_t max)
{
	static const char *const parts[] = {
		"/", "a", "Z", "0", " ", "  ", "''''''", "\n", "\r", "\t", "\"", "'", "\\", ": ", " #", "- ",
		"[", "]", "{", "}", ",", "&", "*", "!", "%", "|", ">", "@", "`", "\\012", "~", "null",
		"\302\205", "\302\240", "\342\200\250", "\357\273\277", "\357\277\276", "\303\251",
		"\360\237\220\211", "\177", "\001", "\302\200", "(deleted)", "\xff", "\xe2\x80", "yes",
	};
	size_t len = 0, nr = next_random(12), n;
	const char *part;
	char byte[2] = "";

	while (nr--) {
		part = parts[next_random(sizeof(parts) / sizeof(parts[0]))];
		if (!next_random(8)) {
			byte[0] = 1 + next_random(255);
			part = byte;
		}
		n = strlen(part);
		if (len + n > max)
			break;
		memcpy(text + len, part, n);
		len += n;
	}
	return len;
}

static void add_random_vmas(struct mm_struct *mm, struct tv_vma_list *list)
{
	const struct tv_space_limits *limits = &mm->tv_world->limits;
	unsigned long page = limits->page_size, at = next_random(2) * page;
	struct vm_area_struct *vma;
	size_t words, i, nr = next_random(40);
	char name[100];

	for (i = 0; i < nr; i++) {
		struct tv_vma_desc desc = { .start = at, .name = name };

		desc.end = at + page * (1 + next_random(3));
		at = desc.end + page * next_random(2);
		tv_vm_flags_from_words("rd wr ex sh mr mw me ms sd sl", 29, &desc.vm_flags, &words);
		desc.vm_flags &= (unsigned long)next_random(1 << 24) << 40 | next_random(1 << 24);
		if (!(desc.vm_flags & VM_MAYSHARE))
			desc.vm_flags &= ~VM_SHARED;
		if (next_random(2)) {
			desc.offset = page * next_random(1000);
			desc.major = next_random(0x1000);
			desc.minor = next_random(0x100000);
			desc.ino = next_random(2) ? next_random(100000) : UINT64_MAX;
		}
		desc.name_len = random_text(name, sizeof(name));
		assert_int_equal(tv_vma_create(mm, &desc, &vma), 0);
		assert_int_equal(tv_vma_list_add(list, vma), 0);
	}
}

static void add_random_task(struct tv_world *world, int pid)
{
	char comm[TASK_COMM_LEN] = "";
	struct tv_vma_list list = { 0 };
	struct task_struct *task;
	struct mm_struct *mm;

	random_text(comm, sizeof(comm) - 1);
	assert_int_equal(tv_task_create(world, pid, comm, &task), 0);
	task->tgid = next_random(2) ? pid : (int)next_random(1000);
	if (!next_random(4)) {
		task->flags |= next_random(2) ? PF_KTHREAD : PF_EXITING;
		return;
	}
	assert_int_equal(tv_mm_create(world, &mm), 0);
	tv_task_set_mm(task, mm);
	add_random_vmas(mm, &list);
	assert_int_equal(tv_vma_list_load(&list, mm), 0);
	tv_vma_list_fini(&list);
	tv_mmap_lock_set_state(mm, next_random(TV_MMAP_STATE_NR));
}

static struct tv_world *random_world(void)
{
	struct tv_world *world;
	int i, nr = next_random(4);

	assert_int_equal(tv_world_create(&world), 0);
	world->limits.page_size = 4096u << next_random(5);
	world->limits.task_size = tv_default_task_size(world->limits.page_size);
	if (next_random(2))
		world->limits.task_size = 0xfffffffffff0000;
	world->context = next_random(TV_CONTEXT_NR);
	world->faults.fail_alloc = next_random(2) * next_random(1000);
	world->faults.irq_work_busy = next_random(2);
	for (i = 0; i < nr; i++)
		add_random_task(world, i * 7);
	return world;
}

static void assert_same_mm(struct mm_struct *a, struct mm_struct *b)
{
	VMA_ITERATOR(vmi_a, a, 0);
	VMA_ITERATOR(vmi_b, b, 0);
	struct vm_area_struct *vma_a, *vma_b;
	struct tv_vma_desc x, y;

	assert_int_equal(a->map_count, b->map_count);
	assert_int_equal(tv_mmap_lock_get_state(a), tv_mmap_lock_get_state(b));
	while ((vma_a = vma_next(&vmi_a))) {
		vma_b = vma_next(&vmi_b);
		assert_non_null(vma_b);
		tv_vma_describe(vma_a, &x);
		tv_vma_describe(vma_b, &y);
		assert_int_equal(x.start, y.start);
		assert_int_equal(x.end, y.end);
		assert_int_equal(x.vm_flags, y.vm_flags);
		assert_int_equal(x.offset, y.offset);
		assert_int_equal(x.major, y.major);
		assert_int_equal(x.minor, y.minor);
		assert_int_equal(x.ino, y.ino);
		assert_int_equal(x.name_len, y.name_len);
		if (x.name_len)
			assert_memory_equal(x.name, y.name, x.name_len);
	}
	assert_null(vma_next(&vmi_b));
}

static void assert_same_world(const struct tv_world *a, const struct tv_world *b)
{
	const struct task_struct *x = a->tasks, *y = b->tasks;

	assert_memory_equal(&a->limits, &b->limits, sizeof(a->limits));
	assert_int_equal(a->context, b->context);
	assert_int_equal(a->faults.fail_alloc, b->faults.fail_alloc);
	assert_int_equal(a->faults.irq_work_busy, b->faults.irq_work_busy);
	for (; x; x = x->tv_next, y = y->tv_next) {
		assert_non_null(y);
		assert_int_equal(x->pid, y->pid);
		assert_int_equal(x->tgid, y->tgid);
		assert_int_equal(x->flags, y->flags);
		assert_string_equal(x->comm, y->comm);
		assert_int_equal(!x->mm, !y->mm);
		if (x->mm)
			assert_same_mm(x->mm, y->mm);
	}
	assert_null(y);
}

static void what_is_written_is_read_back(void **state)
{
	struct tv_world *world, *again;
	size_t len, len_again;
	char *text, *text_again;
	struct tv_diag diag;
	int round;

	for (round = 0; round < 300; round++) {
		pseudo_random = round;
		world = random_world();
		text = write_world(world, &len);
		if (fixture_load_bytes(text, len, &again, &diag))
			fail_msg("%d:%d: %s\n%s", diag.line, diag.column, diag.text, text);
		assert_same_world(world, again);
		text_again = write_world(again, &len_again);
		assert_string_equal(text, text_again);
		free(text_again);
		free(text);
		model_world_end(again);
		model_world_end(world);
	}
}

/* Every byte, alone and between others, in a name. */
static void every_byte_is_read_back(void **state)
{
	struct tv_vma_desc desc = { .end = 0x1000, .name_len = 4 }, same;
	struct tv_world *world, *again;
	struct vm_area_struct *vma;
	struct tv_diag diag;
	char name[5] = "/a?b", *text;
	size_t len;
	int byte;

	for (byte = 1; byte < 256; byte++) {
		name[2] = byte;
		desc.name = name;
		world = model_world(0);
		assert_int_equal(tv_vma_create(world->tasks->mm, &desc, &vma), 0);
		assert_int_equal(tv_mm_load(world->tasks->mm, &vma, 1), 0);
		text = write_world(world, &len);
		assert_int_equal(fixture_load_bytes(text, len, &again, &diag), 0);
		first_vma(again, &same);
		assert_string_equal(same.name, name);
		free(text);
		model_world_end(again);
		model_world_end(world);
	}
}

static void a_full_disk_is_reported(void **state)
{
	struct tv_world *world = model_world(3);
	FILE *full = fopen("/dev/full", "w");

	if (!full) {
		model_world_end(world);
		skip();
	}
	setvbuf(full, NULL, _IONBF, 0);
	assert_int_equal(tv_fixture_write(full, world), -EIO);
	fclose(full);
	model_world_end(world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_key_is_read),
		cmocka_unit_test(what_is_left_out_has_a_default),
		cmocka_unit_test(no_task_and_no_vma_are_allowed),
		cmocka_unit_test(a_thread_shares_the_address_space),
		cmocka_unit_test(line_ends_and_byte_order_mark_do_not_matter),
		cmocka_unit_test(names_in_every_style),
		cmocka_unit_test(bad_fixtures_are_refused_with_their_place),
		cmocka_unit_test(files_that_are_none),
		cmocka_unit_test(a_file_too_large_is_refused),
		cmocka_unit_test(nesting_is_refused),
		cmocka_unit_test(a_long_text_is_refused),
		cmocka_unit_test(writes_what_a_person_would),
		cmocka_unit_test(what_is_written_is_read_back),
		cmocka_unit_test(every_byte_is_read_back),
		cmocka_unit_test(a_full_disk_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
