// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What an own child lacks of a fixture's address space (shape.h). */
#include <string.h>
#include "cli/shape.h"
#include "model/maps.h"
#include "model/mm.h"

#define MAX_TOLD	10	/* mappings, each in a line */

struct report {
	const char *fixture;
	unsigned long all, other, extra;	/* mappings */
};

static void tell(struct report *report, const struct tv_vma_desc *desc, const char *what)
{
	char perms[5];

	if (report->other + report->extra > MAX_TOLD)
		return;
	tv_vm_flags_to_perms(desc->vm_flags, perms);
	cli_error("%s: %lx-%lx %s %.*s: %s", report->fixture, desc->start, desc->end, perms,
		  (int)desc->name_len, desc->name ? desc->name : "", what);
}

static bool same_name(const struct tv_vma_desc *a, const struct tv_vma_desc *b)
{
	return a->name_len == b->name_len && !memcmp(a->name ? a->name : "", b->name ? b->name : "",
						     a->name_len);
}

/* What of @want is not as @got has it; NULL: nothing that maps shows. */
static const char *difference(const struct tv_vma_desc *want, const struct tv_vma_desc *got)
{
	const unsigned long perms = VM_READ | VM_WRITE | VM_EXEC | VM_MAYSHARE;

	if (want->end != got->end)
		return "has another end, being one with its neighbour or cut";
	if ((want->vm_flags ^ got->vm_flags) & perms)
		return "has other permissions";
	if (!same_name(want, got))
		return got->name_len ? "is another file or name" : "has no name or file";
	if (want->offset != got->offset)
		return "has another offset";
	if (want->ino != got->ino || want->major != got->major || want->minor != got->minor)
		return "is a file of the same name, with another inode";
	return NULL;
}

static void compare(struct report *report, const struct tv_vma_desc *want, const struct tv_vma_desc *got)
{
	const char *what = got ? difference(want, got) : "is not there";

	report->all++;
	if (!what)
		return;
	report->other++;
	tell(report, want, what);
}

void shape_report(const char *fixture, const struct task_struct *task, const struct task_struct *got)
{
	struct report report = { .fixture = fixture };
	struct vm_area_struct *want_vma, *got_vma;
	struct tv_vma_desc want, have;

	VMA_ITERATOR(wanted, task->mm, 0);
	VMA_ITERATOR(there, got->mm, 0);

	want_vma = vma_next(&wanted);
	got_vma = vma_next(&there);
	while (want_vma || got_vma) {
		bool first = want_vma && (!got_vma || want_vma->vm_start <= got_vma->vm_start);
		bool second = got_vma && (!want_vma || got_vma->vm_start <= want_vma->vm_start);

		if (first)
			tv_vma_describe(want_vma, &want);
		if (second)
			tv_vma_describe(got_vma, &have);
		if (first) {
			compare(&report, &want, second ? &have : NULL);
			want_vma = vma_next(&wanted);
		} else {
			report.extra++;
			tell(&report, &have, "is the child's own");
		}
		if (second)
			got_vma = vma_next(&there);
	}
	if (report.other || report.extra)
		cli_error("%s: of %lu mappings %lu are not quite as in the fixture; %lu are the child's own",
			  fixture, report.all, report.other, report.extra);
}
