// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The scenario reader: what it reads, each thing it refuses and where, and worlds made of it. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "model/scenario.h"
#include "tests/unit/model_world.h"

#define TASKS \
	"tasks:\n" \
	"  - pid: 42\n" \
	"    comm: sh\n" \
	"    vmas:\n" \
	"      - {start: 0x1000, end: 0x3000, perms: r--p, inode: 7, name: /bin/sh}\n" \
	"      - {start: 0x4000, end: 0x5000, perms: rw-p, name: \"[heap]\"}\n"
#define HEAD	"schema: 1\n" TASKS
/* Line 8 begins the actors, line 9 the first, line 10 its actions. */
#define ACTOR	HEAD "actors:\n  - name: a\n    do:\n"

static int load(const char *text, struct tv_scenario **scenario, struct tv_diag *diag)
{
	char path[] = "/tmp/scenario-XXXXXX";
	int fd = mkstemp(path), err;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	err = tv_scenario_load(path, scenario, diag);
	unlink(path);
	return err;
}

static struct tv_scenario *load_good(const char *text)
{
	struct tv_scenario *scenario;
	struct tv_diag diag;
	int err = load(text, &scenario, &diag);

	if (err)
		print_error("%d:%d: %s\n", diag.line, diag.column, diag.text);
	assert_int_equal(err, 0);
	return scenario;
}

/* @text is refused at @line and @column, with @what in the message. */
static void refused(const char *text, int line, int column, const char *what)
{
	struct tv_scenario *scenario;
	struct tv_diag diag;

	assert_int_equal(load(text, &scenario, &diag), -EINVAL);
	assert_null(scenario);
	if (!strstr(diag.text, what) || diag.line != line || diag.column != column)
		print_error("%d:%d: %s (expected %d:%d: %s)\n", diag.line, diag.column, diag.text,
			    line, column, what);
	assert_non_null(strstr(diag.text, what));
	assert_int_equal(diag.line, line);
	assert_int_equal(diag.column, column);
}

/* --- what is read -------------------------------------------------------------- */

static void everything_is_read(void **state)
{
	struct tv_scenario *s = load_good(
		"schema: 1\ntitle: all there is\nfaults: {any_alloc: 2, irq_work: busy}\n" TASKS
		"actors:\n"
		"  - name: reader\n"
		"    cpu: 2\n"
		"    context: nmi\n"
		"    interrupts: true\n"
		"    do:\n"
		"      - walk: {task: 42, from: 0x2000, limit: 3, inside: [read, keep, copy_from_user,"
		" {find_vma: {addr: 0x1234}}, {walk: {task: 42, inside: [read]}}]}\n"
		"      - read_kept\n"
		"  - name: writer\n"
		"    do:\n"
		"      - mmap: {task: 42, start: 0x6000, end: 0x7000, perms: rw-p, name: \"[x]\"}\n"
		"      - munmap: {task: 42, start: 0x1000, end: 0x2000}\n"
		"      - mprotect: {task: 42, start: 0x2000, end: 0x3000, perms: rw-}\n"
		"      - resize_end: {task: 42, from: 0x5000, to: 0x6000}\n"
		"      - resize_start: {task: 42, from: 0x4000, to: 0x3000}\n"
		"      - fork: {task: 42}\n"
		"      - exec: {task: 42}\n"
		"      - exit: {task: 42}\n"
		"expect:\n"
		"  mmap_lock: [deadlock, use after free]\n"
		"  snapshot: []\n");
	const struct tv_actor_plan *reader = &s->actors[0], *writer = &s->actors[1];
	const struct tv_action *walk = &reader->actions[0];
	unsigned int i;

	assert_string_equal(s->title, "all there is");
	assert_int_equal(s->faults.any_alloc, 2);
	assert_true(s->faults.irq_work_busy);
	assert_int_equal(s->nr_actors, 2);

	assert_string_equal(reader->name, "reader");
	assert_int_equal(reader->cpu, 2);
	assert_int_equal(reader->context, TV_CONTEXT_NMI);
	assert_true(reader->interrupts);
	assert_int_equal(reader->nr, 2);
	assert_int_equal(walk->kind, TV_DO_WALK);
	assert_int_equal(walk->task, 42);
	assert_int_equal(walk->desc.start, 0x2000);
	assert_int_equal(walk->limit, 3);
	assert_int_equal(walk->nr_inside, 5);
	assert_int_equal(walk->inside[0].kind, TV_DO_READ);
	assert_int_equal(walk->inside[1].kind, TV_DO_KEEP);
	assert_int_equal(walk->inside[2].kind, TV_DO_COPY_FROM_USER);
	assert_int_equal(walk->inside[3].kind, TV_DO_FIND_VMA);
	assert_int_equal(walk->inside[3].desc.start, 0x1234);
	assert_int_equal(walk->inside[4].kind, TV_DO_WALK);
	assert_int_equal(walk->inside[4].nr_inside, 1);
	assert_int_equal(reader->actions[1].kind, TV_DO_READ_KEPT);

	assert_int_equal(writer->cpu, 0);
	assert_int_equal(writer->context, TV_CONTEXT_PROCESS);
	assert_int_equal(writer->nr, 8);
	for (i = 0; i < writer->nr; i++)
		assert_int_equal(writer->actions[i].kind, TV_DO_MMAP + (int)i);
	assert_int_equal(writer->actions[0].desc.start, 0x6000);
	assert_int_equal(writer->actions[0].desc.end, 0x7000);
	assert_string_equal(writer->actions[0].desc.name, "[x]");
	assert_int_equal(writer->actions[2].desc.vm_flags & 7, VM_READ | VM_WRITE);
	assert_int_equal(writer->actions[3].desc.start, 0x5000);
	assert_int_equal(writer->actions[3].desc.end, 0x6000);

	assert_int_equal(s->nr_expect, 2);
	assert_int_equal(tv_scenario_expectation(s, "mmap_lock")->hazards,
			 1 << TV_HAZARD_DEADLOCK | 1 << TV_HAZARD_USE_AFTER_FREE);
	assert_int_equal(tv_scenario_expectation(s, "snapshot")->hazards, 0);
	assert_null(tv_scenario_expectation(s, "vma_ref"));
	tv_scenario_destroy(s);
}

static void the_current_actor_stays(void **state)
{
	struct tv_world *world = model_world(1);
	struct tv_actor *current = tv_current;
	struct tv_scenario *scenario = load_good(ACTOR "      - walk: {task: 42}\n");

	assert_ptr_equal(tv_current, current);
	tv_scenario_destroy(scenario);
	assert_ptr_equal(tv_current, current);
	model_world_end(world);
}

/* --- what is refused ----------------------------------------------------------- */

static void bad_roots(void **state)
{
	refused("title: x\n", 1, 1, "the first key must be \"schema\"");
	refused("schema: 2\n", 1, 9, "schema 2 is not known here");
	refused(HEAD, 1, 1, "missing key \"actors\" in a scenario");
	refused("schema: 1\nactors: []\n", 2, 1, "\"tasks\" must stand before this key");
	refused(HEAD "actors: []\n", 8, 1, "no actors: nothing would happen");
	refused(HEAD "actors: {}\n", 8, 9, "expected actors, a sequence");
	refused("schema: 1\ncontext: nmi\n", 2, 1, "unknown key \"context\" in a scenario");
	refused("schema: 1\ntitle: 7\n", 2, 8, "this one needs quotes");
	refused("schema: 1\nfaults: {any_alloc: 9}\n", 2, 21, "number is above 8");
	refused("schema: 1\nfaults: {some_alloc: 1}\n", 2, 10, "unknown key \"some_alloc\"");
	refused("schema: 1\ntasks:\n  - pid: 1\n    vmas: [{start: 1, end: 0x1000, perms: r--p}]\n",
		4, 20, "start is not page aligned");
}

static void bad_actors(void **state)
{
	refused(HEAD "actors:\n  - cpu: 0\n", 9, 5, "missing key \"name\" in an actor");
	refused(HEAD "actors:\n  - name: a\n", 9, 5, "missing key \"do\" in an actor");
	refused(HEAD "actors:\n  - name: a b\n", 9, 11, "expected a name: up to 15 letters");
	refused(HEAD "actors:\n  - name: abcdefghijklmnop\n", 9, 11, "expected a name");
	refused(HEAD "actors:\n  - name: []\n", 9, 11, "expected a name, found a sequence");
	refused(HEAD "actors:\n  - name: rcu\n", 9, 11, "is an actor of the kernel's");
	refused(ACTOR "      - walk: {task: 42}\n  - name: a\n", 12, 11, "duplicate actor \"a\"");
	refused(HEAD "actors:\n  - name: a\n    cpu: 4\n", 10, 10, "number is above 3");
	refused(HEAD "actors:\n  - name: a\n    context: dream\n", 10, 14,
		"expected process, softirq, irqs-off or nmi");
	refused(HEAD "actors:\n  - name: a\n    interrupts: maybe\n", 10, 17,
		"expected true or false");
	refused(HEAD "actors:\n  - name: a\n    interrupts: true\n    do: []\n", 10, 5,
		"what interrupts runs in softirq, irqs-off or nmi context");
	refused(HEAD "actors:\n  - name: a\n    context: nmi\n    do:\n      - exit: {task: 42}\n",
		12, 9, "\"exit\" is done in process context, not in nmi");
	refused(HEAD "actors:\n"
		"  - {name: a, do: []}\n  - {name: b, do: []}\n  - {name: c, do: []}\n"
		"  - {name: d, do: []}\n  - {name: e, do: []}\n  - {name: f, do: []}\n"
		"  - {name: g, do: []}\n", 15, 5, "more than 6 actors");
}

static void bad_actions(void **state)
{
	refused(ACTOR "      - dance: {task: 42}\n", 11, 9, "unknown action \"dance\"; there are: walk");
	refused(ACTOR "      - dance\n", 11, 9, "unknown action \"dance\"");
	refused(ACTOR "      - walk\n", 11, 9, "as in \"walk: {task: ...}\"");
	refused(ACTOR "      - read\n", 11, 9, "\"read\" is done inside of a walk only");
	refused(ACTOR "      - walk: {task: 42, inside: [{read: {}}]}\n", 11, 42,
		"\"read\" stands alone");
	refused(ACTOR "      - walk: {task: 42, inside: [find_vma]}\n", 11, 35,
		"as in \"find_vma: {addr: ...}\"");
	refused(ACTOR "      - {}\n", 11, 9, "no action in this item");
	refused(ACTOR "      - {exit: {task: 42}, fork: {task: 42}}\n", 11, 28,
		"\"fork\" is a second action");
	refused(ACTOR "      - read_kept\n", 11, 9, "nothing is kept that could be read");
	refused(ACTOR "      - []\n", 11, 9, "expected an action");
	refused(ACTOR "      - walk: {task: 43}\n", 11, 22, "there is no task 43");
	refused(ACTOR "      - exec: {task: 42}\n      - exit: {task: 42}\n"
		"  - name: b\n    do:\n      - exit: {task: 42}\n", 15, 9,
		"task 42 exits or execs in actor \"a\" already");
	refused(ACTOR "      - walk: {}\n", 11, 15, "missing key \"task\" in a walk");
	refused(ACTOR "      - walk: {task: 42, inside: [{walk: {task: 42, inside:"
		" [{walk: {task: 42, inside: [read]}}]}}]}\n", 11, 80,
		"more than 2 walks inside of each other");
	refused(ACTOR "      - walk: {task: 42, limit: 1001}\n", 11, 33, "number is above 1000");
	refused(ACTOR "      - walk: {task: 42, pointer: far}\n", 11, 35, "expected held, rcu or bare");
}

static void bad_ranges(void **state)
{
	refused(ACTOR "      - munmap: {task: 42, start: 0x1001, end: 0x2000}\n", 11, 35,
		"start is not page aligned");
	refused(ACTOR "      - munmap: {task: 42, start: 0x1000, end: 0x1000}\n", 11, 48,
		"end equals start");
	refused(ACTOR "      - munmap: {task: 42, start: 0x1000}\n", 11, 17, "missing key \"end\"");
	refused(ACTOR "      - mmap: {task: 42, start: 0x1000, end: 0x2000}\n", 11, 15,
		"missing key \"perms\" in an mmap");
	refused(ACTOR "      - mmap: {start: 0x1000, end: 0x2000, perms: r--p}\n", 11, 15,
		"missing key \"task\" in an mmap");
	refused(ACTOR "      - mmap: {task: 42, start: 0x1000, end: 0x2000, perms: r--p, flags: wr}\n",
		11, 74, "flags contradict perms");
	refused(ACTOR "      - mprotect: {task: 42, start: 0x1000, end: 0x2000, perms: r--p}\n", 11, 65,
		"expected access such as rw-");
	refused(ACTOR "      - mprotect: {task: 42, start: 0x1000, end: 0x2000, perms: rwq}\n", 11, 65,
		"expected access such as rw-");
	refused(ACTOR "      - mprotect: {task: 42, start: 0x1000, end: 0x2000, perms: []}\n", 11, 65,
		"found a sequence");
	refused(ACTOR "      - resize_end: {task: 42, from: 0x3000, to: 0x3800}\n", 11, 50,
		"address is not page aligned");
	refused(ACTOR "      - resize_end: {task: 42, from: 0x3000, to: 0x3000}\n", 11, 50,
		"the same address");
	refused(ACTOR "      - resize_start: {task: 42, from: 0x1000, to: 0xffffffffffff0000}\n", 11, 52,
		"address is above the task size");
}

static void bad_expectations(void **state)
{
#define WHOLE	ACTOR "      - walk: {task: 42}\n"
	refused(WHOLE "expect: []\n", 12, 9, "expected what is expected, a mapping");
	refused(WHOLE "expect:\n  nothing: []\n", 13, 3, "there is no design \"nothing\"");
	refused(WHOLE "expect:\n  snapshot: deadlock\n", 13, 13, "expected hazards, a sequence");
	refused(WHOLE "expect:\n  snapshot: [trouble]\n", 13, 14, "there is no hazard \"trouble\"");
	refused(WHOLE "expect:\n  snapshot: [[]]\n", 13, 14, "expected a hazard");
	refused(WHOLE "expect:\n  snapshot: []\n  snapshot: []\n", 14, 3, "duplicate key");
}

/* More tasks, VMAs and actions than a scenario has room for. */
static void too_large(void **state)
{
	char text[8192];
	size_t len = 0;
	int i;

	len += sprintf(text + len, "schema: 1\ntasks:\n");
	for (i = 0; i <= TV_SCENARIO_TASKS; i++)
		len += sprintf(text + len, "  - {pid: %d, vmas: []}\n", i + 1);
	refused(text, 2, 1, "more than 8 tasks");

	len = sprintf(text, "schema: 1\ntasks:\n  - pid: 42\n    vmas:\n");
	for (i = 0; i <= TV_SCENARIO_VMAS; i++)
		len += sprintf(text + len, "      - {start: 0x%x000, end: 0x%x000, perms: r--p}\n",
			       2 * i + 1, 2 * i + 2);
	refused(text, 2, 1, "more than 24 VMAs in task 42");

	len = sprintf(text, ACTOR);
	for (i = 0; i <= TV_SCENARIO_ACTIONS; i++)
		len += sprintf(text + len, "      - exit: {task: 42}\n");
	refused(text, 11 + TV_SCENARIO_ACTIONS, 9, "more than 16 actions");
}

/* More designs than a scenario can expect something of. */
static void too_many_expectations(void **state)
{
	static const char *const names[] = {
		"mmap_lock", "vma_lock", "vma_ref", "rcu_addr", "snapshot", "maps", "vm_next",
		"find_vma", "seq_file", "seq_file_v5", "mmap_lock-no-task-ref", "mmap_lock-no-mark",
		"mmap_lock-lock-dropped", "mmap_lock-gate", "mmap_lock-waits",
		"snapshot-no-mm-ref", "snapshot-waits",
	};
	const size_t nr = sizeof(names) / sizeof(names[0]);
	char text[2048];
	size_t len, i;

	assert_int_equal(nr, TV_SCENARIO_EXPECT + 1);
	len = sprintf(text, WHOLE "expect:\n");
	for (i = 0; i < nr; i++)
		len += sprintf(text + len, "  %s: []\n", names[i]);
	refused(text, 13 + TV_SCENARIO_EXPECT, 3, "more than 16 designs");
}

static void unreadable(void **state)
{
	struct tv_scenario *scenario;
	struct tv_diag diag;

	assert_int_equal(tv_scenario_load("/nonexistent/scenario.yaml", &scenario, &diag), -EINVAL);
	assert_null(scenario);
	assert_string_equal(diag.file, "/nonexistent/scenario.yaml");
}

/* --- worlds -------------------------------------------------------------------- */

/* Twice from one scenario: the same tasks, none of them shared. */
static void worlds_are_copies(void **state)
{
	struct tv_scenario *s = load_good(
		"schema: 1\npage_size: 4096\nfaults: {fail_alloc: 3}\n" TASKS
		"  - {pid: 43, tgid: 42, kthread: true}\n"
		"  - {pid: 44, mmap_lock: write, vmas: []}\n"
		"actors:\n  - name: a\n    do: [{walk: {task: 42}}]\n");
	int round;

	for (round = 0; round < 2; round++) {
		struct task_struct *task;
		struct tv_vma_desc desc;
		struct tv_world *world;

		assert_int_equal(tv_world_create(&world), 0);
		assert_int_equal(tv_scenario_populate(s, world), 0);
		assert_ptr_equal(tv_current, &world->kernel);
		assert_int_equal(world->faults.fail_alloc, 3);

		task = tv_world_find_task(world, 42);
		assert_string_equal(task->comm, "sh");
		assert_int_equal(task->mm->map_count, 2);
		assert_int_equal(mt_validate(&task->mm->mm_mt, NULL), 0);
		{
			VMA_ITERATOR(vmi, task->mm, 0);
			tv_vma_describe(vma_next(&vmi), &desc);
		}
		assert_int_equal(desc.start, 0x1000);
		assert_int_equal(desc.end, 0x3000);
		assert_int_equal(desc.ino, 7);
		assert_string_equal(desc.name, "/bin/sh");

		task = tv_world_find_task(world, 43);
		assert_int_equal(task->tgid, 42);
		assert_true(task->flags & PF_KTHREAD);
		assert_null(task->mm);
		task = tv_world_find_task(world, 44);
		assert_int_equal(tv_mmap_lock_get_state(task->mm), TV_MMAP_WRITE);
		model_world_end(world);
	}
	tv_scenario_destroy(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_is_read),
		cmocka_unit_test(the_current_actor_stays),
		cmocka_unit_test(bad_roots),
		cmocka_unit_test(bad_actors),
		cmocka_unit_test(bad_actions),
		cmocka_unit_test(bad_ranges),
		cmocka_unit_test(bad_expectations),
		cmocka_unit_test(too_large),
		cmocka_unit_test(too_many_expectations),
		cmocka_unit_test(unreadable),
		cmocka_unit_test(worlds_are_copies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
