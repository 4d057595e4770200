// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Objects of a world as programs read them: laid out by BTF, each field the model's or refused by name. */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "fixture_text.h"
#include "machines.h"

#include "bpf/vmlinux.h"
#include "model/bpf_view.h"
#include "model/file.h"
#include "model/object.h"
#include "model/task.h"

static const char fixture[] =
	"schema: 1\n"
	"tasks:\n"
	"  - pid: 42\n"
	"    comm: fifteen-letters\n"
	"    vmas:\n"
	"      - {start: 0x1000, end: 0x3000, perms: r--p, dev: \"fe:01\", inode: 7, name: /usr/lib/a.so}\n"
	"      - {start: 0x3000, end: 0x4000, perms: r-xp, offset: 0x2000, dev: \"fe:01\", inode: 7, name: /usr/lib/a.so}\n"
	"      - {start: 0x4000, end: 0x5000, perms: rw-p, dev: \"fe:01\", inode: 8, name: /usr/lib/b.so}\n"
	"      - {start: 0x5000, end: 0x6000, perms: rw-s, dev: \"00:01\", inode: 9, name: \"/memfd:a/b (deleted)\"}\n"
	"      - {start: 0x6000, end: 0x7000, perms: rw-s, dev: \"00:01\", inode: 10, name: /dev/zero (deleted)}\n"
	"      - {start: 0x7000, end: 0x8000, perms: r--p, dev: \"fe:01\", inode: 11, name: /usr/gone (deleted)}\n"
	"      - {start: 0x8000, end: 0x9000, perms: rw-s, dev: \"00:0e\", inode: 12, name: \"anon_inode:[perf_event]\"}\n"
	"      - {start: 0x9000, end: 0xa000, perms: rw-s, dev: \"00:08\", inode: 13, name: \"socket:[99]\"}\n"
	"      - {start: 0xa000, end: 0xb000, perms: r--p, dev: \"fe:01\", inode: 14, name: /0123456789012345678901234567890123456789}\n"
	"      - {start: 0xb000, end: 0xc000, perms: rw-p, name: \"[heap]\"}\n"
	"      - {start: 0xc000, end: 0xd000, perms: r--p, inode: 15, name: '/a\\012b/c'}\n"
	"      - {start: 0xd000, end: 0xe000, perms: rw-p}\n"
	"      - {start: 0xe000, end: 0xf000, perms: r-xp, name: \"[vdso]\"}\n"
	"      - {start: 0x10000, end: 0x32000, perms: rw-p, name: \"[stack]\"}\n"
	"  - pid: 43\n"
	"    tgid: 42\n"
	"    comm: thread\n"
	"    mm_of: 42\n"
	"  - pid: 44\n"
	"    tgid: 7\n"
	"    comm: orphan\n"
	"    kthread: true\n";

/* What the tests look at. */
static struct tv_world *world;
static struct tv_btf *btf;
static struct tv_memory *memory;
static struct tv_bpf_view view;
static struct task_struct *task;

static unsigned int judged, no_memory;
static enum tv_view_type judged_type;
static char judged_what[64];

static void judge(void *arg, const void *object, enum tv_view_type type, const char *what, bool stale)
{
	judged++;
	judged_type = type;
	snprintf(judged_what, sizeof(judged_what), "%s%s", what, stale ? " (stale)" : "");
}

static void hear_no_memory(void *arg)
{
	no_memory++;
}

static void set_up_space(const char *fixture, const char *source)
{
	struct tv_bpf_error error;
	struct tv_diag diag;
	const char *why;
	char path[64];
	int fd = memfd_create("fixture", MFD_CLOEXEC);

	assert_int_equal(write(fd, fixture, strlen(fixture)), strlen(fixture));
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	assert_int_equal(tv_fixture_load_watched(path, &world, &diag), 0);
	close(fd);
	if (tv_vmlinux_open(source, &btf, &error))
		skip();
	memory = tv_memory_create();
	assert_int_equal(tv_bpf_view_init(&view, world, btf, &why), 0);
	view.judge = judge;
	view.no_memory = hear_no_memory;
	task = tv_world_find_task(world, 42);
	view.current_task = task;
	assert_int_equal(tv_bpf_view_attach(&view, memory), 0);
}

static void set_up(const char *source)
{
	set_up_space(fixture, source);
}

static void tear_down(void)
{
	tv_bpf_view_fini(&view);
	tv_memory_destroy(memory);
	tv_btf_free(btf);
	tv_world_destroy(world);
}

/* --- reading as programs do ---------------------------------------------------- */

static uint32_t offset_of(enum tv_view_type type, const char *path)
{
	int64_t offset = tv_bpf_layout_offset(&view.layouts[type], path);

	if (offset < 0)
		fail_msg("no field %s", path);
	return offset;
}

/* The field of @size bytes, as a number. */
static uint64_t field(uint64_t addr, enum tv_view_type type, const char *path, uint32_t size)
{
	uint64_t value = 0;
	char why[160] = "";

	if (tv_memory_read(memory, addr + offset_of(type, path), &value, size, false, why, sizeof(why)))
		fail_msg("%s: %s", path, why);
	return value;
}

static void assert_refused(uint64_t addr, uint32_t size, const char *reason)
{
	char why[160] = "";
	uint8_t bytes[4096];

	assert_int_equal(tv_memory_read(memory, addr, bytes, size, true, why, sizeof(why)), -ENOTSUP);
	assert_string_equal(why, reason);
}

static uint64_t vma_at(unsigned long addr)
{
	VMA_ITERATOR(vmi, task->mm, addr);

	return tv_bpf_view_address(&view, vma_next(&vmi));
}

static uint64_t file_at(unsigned long addr)
{
	return field(vma_at(addr), TV_VIEW_VMA, "vm_file", 8);
}

static uint64_t dentry_at(unsigned long addr)
{
	return field(file_at(addr), TV_VIEW_FILE, "f_path.dentry", 8);
}

static void assert_name(uint64_t dentry, const char *name)
{
	uint64_t text = field(dentry, TV_VIEW_DENTRY, "d_name.name", 8);
	uint32_t len = field(dentry, TV_VIEW_DENTRY, "d_name.len", 4);
	char buf[64];

	assert_int_equal(len, strlen(name));
	assert_int_equal(tv_memory_read(memory, text, buf, len + 1, true, NULL, 0), 0);
	assert_string_equal(buf, name);
}

/* --- tests --------------------------------------------------------------------- */

static void tasks_and_mms(void)
{
	uint64_t at = tv_bpf_view_address(&view, task), mm, thread;
	char comm[16];

	assert_int_equal(field(at, TV_VIEW_TASK, "pid", 4), 42);
	assert_int_equal(field(at, TV_VIEW_TASK, "tgid", 4), 42);
	assert_int_equal(field(at, TV_VIEW_TASK, "flags", 4), 0);
	assert_int_equal(field(at, TV_VIEW_TASK, "exit_state", 4), 0);
	assert_int_equal(tv_memory_read(memory, at + offset_of(TV_VIEW_TASK, "comm"), comm, 16, false,
					NULL, 0), 0);
	assert_string_equal(comm, "fifteen-letters");
	mm = field(at, TV_VIEW_TASK, "mm", 8);
	assert_int_equal(field(mm, TV_VIEW_MM, "map_count", 4), 14);
	assert_int_equal(field(mm, TV_VIEW_MM, "mm_users.counter", 4), 2);
	assert_int_equal(field(mm, TV_VIEW_MM, "task_size", 8), 0x7ffffffff000);

	thread = tv_bpf_view_address(&view, tv_world_find_task(world, 43));
	assert_int_equal(field(thread, TV_VIEW_TASK, "mm", 8), mm);
	assert_int_equal(field(thread, TV_VIEW_TASK, "group_leader", 8), at);
	thread = tv_bpf_view_address(&view, tv_world_find_task(world, 44));
	assert_int_equal(field(thread, TV_VIEW_TASK, "flags", 4), PF_KTHREAD);
	assert_int_equal(field(thread, TV_VIEW_TASK, "mm", 8), 0);
	assert_refused(thread + offset_of(TV_VIEW_TASK, "active_mm"), 8,
		       "task_struct.active_mm of a task without mm is not modelled");
	assert_refused(thread + offset_of(TV_VIEW_TASK, "group_leader"), 8,
		       "task_struct.group_leader of a thread whose leader is not there is not modelled");
}

static void vmas(void)
{
	uint64_t vma = vma_at(0x3000), mm = field(tv_bpf_view_address(&view, task), TV_VIEW_TASK, "mm", 8);
	uint8_t ends[16];
	uint64_t end;

	assert_int_equal(field(vma, TV_VIEW_VMA, "vm_start", 8), 0x3000);
	assert_string_equal(judged_what, "read vm_start");
	assert_int_equal(judged_type, TV_VIEW_VMA);
	assert_int_equal(field(vma, TV_VIEW_VMA, "vm_end", 8), 0x4000);
	assert_int_equal(field(vma, TV_VIEW_VMA, "vm_mm", 8), mm);
	assert_int_equal(field(vma, TV_VIEW_VMA, "vm_flags", 8), VM_READ | VM_EXEC);
	assert_int_equal(field(vma, TV_VIEW_VMA, "vm_pgoff", 8), 2);
	/* parts, and several at once */
	assert_int_equal(field(vma, TV_VIEW_VMA, "vm_end", 1), 0);
	assert_int_equal(tv_memory_read(memory, vma + offset_of(TV_VIEW_VMA, "vm_end") + 1, ends, 1, true,
					NULL, 0), 0);
	assert_int_equal(ends[0], 0x40);
	assert_int_equal(tv_memory_read(memory, vma, ends, 16, true, NULL, 0), 0);
	memcpy(&end, ends + 8, 8);
	assert_int_equal(end, 0x4000);

	assert_refused(vma, 192, "vm_area_struct.vm_page_prot is not modelled");
	assert_refused(vma + offset_of(TV_VIEW_VMA, "anon_vma"), 8,
		       "vm_area_struct.anon_vma is not modelled");
	/* without a file: the page's number; the stack's was counted at the top of user space */
	assert_int_equal(field(vma_at(0xb000), TV_VIEW_VMA, "vm_pgoff", 8), 0xb);
	assert_int_equal(field(vma_at(0xd000), TV_VIEW_VMA, "vm_pgoff", 8), 0xd);
	assert_int_equal(field(vma_at(0xe000), TV_VIEW_VMA, "vm_pgoff", 8), 0);
	assert_int_equal(field(vma_at(0x10000), TV_VIEW_VMA, "vm_pgoff", 8), 0x7ffffffdd);
	assert_refused(vma + view.layouts[TV_VIEW_VMA].size - 4, 8,
		       "what lies behind a struct vm_area_struct is not modelled");
	assert_int_equal(field(vma_at(0xb000), TV_VIEW_VMA, "vm_file", 8), 0);
}

static void files(void)
{
	uint64_t a = file_at(0x1000), b = file_at(0x4000), inode, sb;

	assert_int_equal(a, file_at(0x3000));
	inode = field(a, TV_VIEW_FILE, "f_inode", 8);
	assert_int_equal(field(inode, TV_VIEW_INODE, "i_ino", 8), 7);
	assert_int_not_equal(inode, field(b, TV_VIEW_FILE, "f_inode", 8));
	sb = field(inode, TV_VIEW_INODE, "i_sb", 8);
	assert_int_equal(sb, field(field(b, TV_VIEW_FILE, "f_inode", 8), TV_VIEW_INODE, "i_sb", 8));
	assert_int_equal(field(sb, TV_VIEW_SUPER_BLOCK, "s_dev", 4), 0xfe << 20 | 1);
	assert_int_equal(field(field(a, TV_VIEW_FILE, "f_path.mnt", 8), TV_VIEW_MOUNT, "mnt_sb", 8), sb);
	assert_refused(a + offset_of(TV_VIEW_FILE, "f_op"), 8, "file.f_op is not modelled");
	assert_refused(inode + offset_of(TV_VIEW_INODE, "i_mode"), 2, "inode.i_mode is not modelled");
}

static void names(void)
{
	uint64_t a = dentry_at(0x1000), b = dentry_at(0x4000), dir, root;
	char reason[128];

	assert_name(a, "a.so");
	assert_name(b, "b.so");
	assert_int_equal(field(a, TV_VIEW_DENTRY, "d_inode", 8),
			 field(file_at(0x1000), TV_VIEW_FILE, "f_inode", 8));
	assert_refused(a + offset_of(TV_VIEW_DENTRY, "d_name.hash"), 4,
		       "dentry.d_name.hash is not modelled");
	dir = field(a, TV_VIEW_DENTRY, "d_parent", 8);
	assert_int_equal(dir, field(b, TV_VIEW_DENTRY, "d_parent", 8));
	assert_name(dir, "lib");
	assert_refused(dir + offset_of(TV_VIEW_DENTRY, "d_inode"), 8,
		       "dentry.d_inode of a directory is not modelled");
	dir = field(dir, TV_VIEW_DENTRY, "d_parent", 8);
	assert_name(dir, "usr");
	root = field(dir, TV_VIEW_DENTRY, "d_parent", 8);
	assert_name(root, "/");
	assert_int_equal(field(root, TV_VIEW_DENTRY, "d_parent", 8), root);

	assert_name(dentry_at(0x5000), "memfd:a/b");
	assert_int_equal(field(dentry_at(0x5000), TV_VIEW_DENTRY, "d_parent", 8), dentry_at(0x5000));
	assert_name(dentry_at(0x6000), "dev/zero");
	assert_name(dentry_at(0x7000), "gone");
	assert_int_equal(field(dentry_at(0x7000), TV_VIEW_DENTRY, "d_parent", 8), dir);
	assert_name(dentry_at(0x8000), "[perf_event]");
	assert_refused(dentry_at(0x9000) + offset_of(TV_VIEW_DENTRY, "d_name.name"), 8,
		       "dentry.d_name.name of a file whose name maps does not tell is not modelled");
	/* a newline, or what looks like one */
	assert_name(dentry_at(0xc000), "c");
	assert_refused(field(dentry_at(0xc000), TV_VIEW_DENTRY, "d_parent", 8) +
		       offset_of(TV_VIEW_DENTRY, "d_name.len"), 4,
		       "dentry.d_name.len of a file whose name maps does not tell is not modelled");
	if (!view.inline_name.size) {
		assert_refused(field(a, TV_VIEW_DENTRY, "d_name.name", 8), 6,
			       "what lies behind the name of a dentry is not modelled");
		return;
	}
	assert_int_equal(field(a, TV_VIEW_DENTRY, "d_name.name", 8), a + view.inline_name.offset);
	snprintf(reason, sizeof(reason), "dentry.%s behind the name, or of a long one, is not modelled",
		 view.inline_name.fact->path);
	assert_refused(a + view.inline_name.offset, 6, reason);
	/* a name of 40 bytes lies elsewhere */
	a = dentry_at(0xa000);
	assert_refused(a + view.inline_name.offset, 1, reason);
	assert_int_equal(field(a, TV_VIEW_DENTRY, "d_name.name", 8), a + TV_VIEW_NAME);
	assert_name(a, "0123456789012345678901234567890123456789");
}

static void nowhere(void)
{
	uint64_t at = tv_bpf_view_address(&view, task), bad;
	uint8_t byte;
	uint32_t offset;
	unsigned int i;

	/* a slot never used, generations of what has none, derived objects that are not there */
	for (i = 20; i < 44; i++) {
		bad = view.slots.addr + (UINT64_C(1) << i);
		tv_memory_read(memory, bad, &byte, 1, true, NULL, 0);
		bad = view.derived.addr + (UINT64_C(1) << i);
		tv_memory_read(memory, bad, &byte, 1, true, NULL, 0);
	}
	assert_int_equal(tv_memory_read(memory, view.slots.addr + view.slots.size - 1, &byte, 1, true,
					NULL, 0), -EFAULT);
	assert_int_equal(tv_memory_write(memory, at, &byte, 1, NULL, 0), -EFAULT);
	assert_ptr_equal(tv_bpf_view_object(&view, at, TV_VIEW_TASK, &offset), task);
	assert_int_equal(offset, 0);
	assert_null(tv_bpf_view_object(&view, at, TV_VIEW_MM, &offset));
	assert_null(tv_bpf_view_object(&view, 0, TV_VIEW_TASK, &offset));
	assert_null(tv_bpf_view_object(&view, UINT64_MAX, TV_VIEW_DENTRY, &offset));
	assert_int_equal(tv_bpf_view_address(&view, NULL), 0);
	assert_int_equal(tv_bpf_view_address(&view, &byte), 0);
}

/* A dead object is what the allocator made of it; its pointers lead nowhere. */
static void freed(void)
{
	struct file *file = tv_file_open(world, &(struct tv_file_key){ .ino = 1, .path = "/x" });
	uint64_t at = tv_bpf_view_address(&view, file), value = 0;

	fput(file);
	judged = 0;
	assert_int_equal(tv_memory_read(memory, at + offset_of(TV_VIEW_FILE, "f_inode"), &value, 8, false,
					NULL, 0), 0);
	assert_int_equal(value, UINT64_C(0x6b6b6b6b6b6b6b6b));
	assert_int_equal(judged, 1);
}

static void all_of(const char *source)
{
	set_up(source);
	tasks_and_mms();
	vmas();
	files();
	names();
	nowhere();
	freed();
	assert_int_equal(no_memory, 0);
	tear_down();
}

static void laid_out_as_built_in(void **state)
{
	all_of(TV_VMLINUX_BUILTIN);
}

static void laid_out_as_the_running_kernel(void **state)
{
	all_of(TV_VMLINUX_RUNNING);
}

/* A copy is told from another's in the same memory. */
static void copies_have_generations(void **state)
{
	const size_t offset = 48;
	char *bpf_mem;
	uint64_t first, second;
	struct vm_area_struct *copy;

	set_up(TV_VMLINUX_BUILTIN);
	bpf_mem = tv_object_alloc(world, TV_TYPE_BPF_MEM, 300, TV_SITE());
	copy = (struct vm_area_struct *)(bpf_mem + offset);
	copy->vm_start = 0x1234000;
	first = tv_bpf_view_address(&view, copy);
	judged = 0;
	assert_int_equal(field(first, TV_VIEW_VMA, "vm_start", 8), 0x1234000);
	assert_int_equal(judged, 0);
	tv_object_rest(world, bpf_mem, false, TV_SITE());
	tv_object_reuse(world, bpf_mem, TV_SITE());
	second = tv_bpf_view_address(&view, copy);
	assert_int_not_equal(first, second);
	field(first, TV_VIEW_VMA, "vm_start", 8);
	assert_string_equal(judged_what, "read vm_start (stale)");
	judged = 0;
	field(second, TV_VIEW_VMA, "vm_start", 8);
	assert_int_equal(judged, 0);
	/* nothing else of that memory is to be seen */
	assert_int_equal(tv_memory_read(memory, first & ~UINT64_C(0xffff), &second, 8, true, NULL, 0),
			 -EFAULT);
	tear_down();
}

/* One view serves one machine after the other, wherever their memory lies. */
static void attached_anew(void **state)
{
	struct tv_memory *other;
	int i;

	set_up(TV_VMLINUX_BUILTIN);
	for (i = 0; i < 3; i++) {
		other = tv_memory_create();
		assert_int_equal(tv_bpf_view_attach(&view, other), 0);
		assert_int_equal(tv_bpf_view_attach(&view, other), 0);
		assert_ptr_equal(tv_memory_find(other, tv_bpf_view_address(&view, task)), &view.slots);
		tv_memory_destroy(other);
	}
	tear_down();
}

/* Programs see pages of the machine that they run on, and the end of its user space. */
static void counted_in_pages(void **state)
{
	unsigned long page = test_machine->limits.page_size, end = test_machine->limits.task_size;
	unsigned long high = test_machine->high;
	uint64_t mm;
	char text[640];

	snprintf(text, sizeof(text),
		 "schema: 1\npage_size: %lu\ntask_size: 0x%lx\ntasks:\n  - pid: 42\n    vmas:\n"
		 "      - {start: 0x%lx, end: 0x%lx, perms: r--p, offset: 0x%lx, inode: 7, name: /a}\n"
		 "      - {start: 0x%lx, end: 0x%lx, perms: rw-p}\n"
		 "      - {start: 0x%lx, end: 0x%lx, perms: rw-p, name: \"[stack]\"}\n", page, end, page, 2 * page,
		 5 * page, high, high + page, high + 8 * page, high + 11 * page);
	set_up_space(text, TV_VMLINUX_BUILTIN);
	mm = field(tv_bpf_view_address(&view, task), TV_VIEW_TASK, "mm", 8);
	assert_int_equal(field(mm, TV_VIEW_MM, "task_size", 8), end);
	assert_int_equal(field(vma_at(page), TV_VIEW_VMA, "vm_pgoff", 8), 5);
	assert_int_equal(field(vma_at(high), TV_VIEW_VMA, "vm_start", 8), high);
	assert_int_equal(field(vma_at(high), TV_VIEW_VMA, "vm_pgoff", 8), high / page);
	assert_int_equal(field(vma_at(high + 8 * page), TV_VIEW_VMA, "vm_pgoff", 8), end / page - 3);
	tear_down();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(laid_out_as_built_in),
		cmocka_unit_test(laid_out_as_the_running_kernel),
		cmocka_unit_test(copies_have_generations),
		cmocka_unit_test(attached_anew),
		ON_EACH_MACHINE(counted_in_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
