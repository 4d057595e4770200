// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A world as a fixture: docs/fixtures.md. The same world gives the same
 * bytes, and what the schema has a default for is left out.
 */
#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <utlist.h>
#include "maple/maple_tree.h"
#include "model/base64.h"
#include "model/fixture.h"
#include "model/maps.h"
#include "model/mmap_lock.h"
#include "model/utf8.h"
#include "model/yaml_scalar.h"

/* The characters that stand for themselves in double quotes, on every reader. */
static bool is_quotable(uint32_t code)
{
	if (code < 0xa0)
		return code >= ' ' && code < 0x7f && code != '"' && code != '\\';
	/* line ends to YAML 1.1, and a byte order mark that is easy to lose */
	return code != 0x2028 && code != 0x2029 && code != 0xfeff &&
	       code != 0xfffe && code != 0xffff;
}

static void put_escaped(FILE *out, uint32_t code)
{
	if (code == '"' || code == '\\')
		fprintf(out, "\\%c", (char)code);
	else
		fprintf(out, code < 0x100 ? "\\x%02" PRIx32 : "\\u%04" PRIx32, code);
}

static void put_quoted(FILE *out, const char *text, size_t len)
{
	struct tv_utf8 utf8 = { 0 };
	size_t first = 0, i;

	putc('"', out);
	for (i = 0; i < len; i++) {
		if (!tv_utf8_push(&utf8, text[i]))
			continue;
		if (is_quotable(utf8.code))
			fwrite(text + first, 1, i + 1 - first, out);
		else
			put_escaped(out, utf8.code);
		first = i + 1;
	}
	putc('"', out);
}

/* Any text: as it is where that is safe, else in quotes, else as !!binary. */
static void put_text(FILE *out, const char *text, size_t len)
{
	if (tv_yaml_may_be_plain(text, len)) {
		fwrite(text, 1, len, out);
	} else if (tv_is_utf8(text, len)) {
		put_quoted(out, text, len);
	} else {
		fputs("!!binary \"", out);
		tv_base64_print(out, text, len);
		putc('"', out);
	}
}

static void put_flags(FILE *out, unsigned long vm_flags, const char *perms)
{
	char words[TV_VM_FLAGS_WORDS_MAX];
	unsigned long implied = 0;

	tv_vm_flags_from_perms(perms, &implied);
	if (vm_flags != implied && tv_vm_flags_to_words(vm_flags, words, sizeof(words)))
		fprintf(out, ", flags: \"%s\"", words);
}

static void put_vma(FILE *out, const struct vm_area_struct *vma)
{
	struct tv_vma_desc desc;
	char perms[5];

	tv_vma_describe(vma, &desc);
	tv_vm_flags_to_perms(desc.vm_flags, perms);
	fprintf(out, "      - {start: 0x%lx, end: 0x%lx, perms: %s", desc.start, desc.end, perms);
	if (desc.offset)
		fprintf(out, ", offset: 0x%" PRIx64, desc.offset);
	if (desc.major || desc.minor)
		fprintf(out, ", dev: \"%02x:%02x\"", desc.major, desc.minor);
	if (desc.ino)
		fprintf(out, ", inode: %" PRIu64, desc.ino);
	if (desc.name_len) {
		fputs(", name: ", out);
		put_text(out, desc.name, desc.name_len);
	}
	put_flags(out, desc.vm_flags, perms);
	fputs("}\n", out);
}

static void put_vmas(FILE *out, struct mm_struct *mm)
{
	const enum tv_mmap_lock_state lock = tv_mmap_lock_get_state(mm);
	struct vm_area_struct *vma;
	VMA_ITERATOR(vmi, mm, 0);

	if (lock != TV_MMAP_FREE)
		fprintf(out, "    mmap_lock: %s\n", tv_mmap_lock_state_name(lock));
	fputs(mm->map_count ? "    vmas:\n" : "    vmas: []\n", out);
	for_each_vma(vmi, vma)
		put_vma(out, vma);
}

/* The task before @task that has its address space already; or NULL. */
static const struct task_struct *shares_with(const struct task_struct *task)
{
	const struct task_struct *other = task->tv_world->tasks;

	while (other->mm != task->mm)
		other = other->tv_next;
	return other == task ? NULL : other;
}

static void put_task(FILE *out, const struct task_struct *task)
{
	fprintf(out, "  - pid: %d\n", task->pid);
	if (task->tgid != task->pid)
		fprintf(out, "    tgid: %d\n", task->tgid);
	if (task->comm[0]) {
		fputs("    comm: ", out);
		put_text(out, task->comm, strlen(task->comm));
		putc('\n', out);
	}
	if (task->flags & PF_KTHREAD)
		fputs("    kthread: true\n", out);
	/* without an mm one is a kernel thread or has exited */
	if (!task->mm && (task->flags & PF_EXITING || !(task->flags & PF_KTHREAD)))
		fputs("    exited: true\n", out);
	if (!task->mm)
		return;
	if (shares_with(task))
		fprintf(out, "    mm_of: %d\n", shares_with(task)->pid);
	else
		put_vmas(out, task->mm);
}

/* One key of a mapping in braces, of which *@nr are written. */
static void put_key(FILE *out, unsigned int *nr, const char *key)
{
	fprintf(out, "%s%s: ", (*nr)++ ? ", " : "{", key);
}

static void put_cache(FILE *out, const struct tv_cache_plan *plan)
{
	unsigned int nr = 0;

	if (plan->has_free) {
		put_key(out, &nr, "free");
		fprintf(out, "%u", plan->free);
	}
	if (plan->refill_fails || !nr) {
		put_key(out, &nr, "refill");
		fputs(plan->refill_fails ? "fails" : "works", out);
	}
	putc('}', out);
}

static void put_faults(FILE *out, const struct tv_fault_plan *faults)
{
	unsigned int nr = 0;

	if (!faults->fail_alloc && !faults->irq_work_busy && !faults->bpf_cache.given)
		return;
	fputs("faults: ", out);
	if (faults->fail_alloc) {
		put_key(out, &nr, "fail_alloc");
		fprintf(out, "%lu", faults->fail_alloc);
	}
	if (faults->irq_work_busy) {
		put_key(out, &nr, "irq_work");
		fputs("busy", out);
	}
	if (faults->bpf_cache.given) {
		put_key(out, &nr, "bpf_cache");
		put_cache(out, &faults->bpf_cache);
	}
	fputs("}\n", out);
}

int tv_fixture_write(FILE *out, const struct tv_world *world)
{
	const struct task_struct *task;

	fprintf(out, "schema: %d\n", TV_FIXTURE_SCHEMA);
	if (world->limits.page_size != TV_DEFAULT_PAGE_SIZE)
		fprintf(out, "page_size: %lu\n", world->limits.page_size);
	if (world->limits.task_size != tv_default_task_size(world->limits.page_size))
		fprintf(out, "task_size: 0x%lx\n", world->limits.task_size);
	if (world->context != TV_CONTEXT_PROCESS)
		fprintf(out, "context: %s\n", tv_context_name(world->context));
	put_faults(out, &world->faults);
	fputs(world->tasks ? "tasks:\n" : "tasks: []\n", out);
	DL_FOREACH2(world->tasks, task, tv_next)
		put_task(out, task);
	return ferror(out) ? -EIO : 0;
}
