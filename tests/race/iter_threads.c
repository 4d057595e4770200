// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The iterator's designs between real threads: model/iter_*.c, the same files,
 * over atomics, a maple tree in RCU mode and liburcu (threads/ has what they
 * stand on).
 *
 * Walkers, each a CPU, walk the address spaces of a few tasks, in process
 * context or with interrupts off, from anywhere, to the end or not so far;
 * BPF memory is refused now and then. Writers map, unmap and protect there,
 * which splits and merges VMAs. One thread forks tasks, has the parent exit,
 * and executes new programs. A kworker and irq_work do what they are left.
 *
 * For each design, with memory of VMAs that is freed after a grace period
 * (Linux 6.12) or handed out again at once (6.15 and later), it is checked that
 *   each VMA shown once was as it is shown, and stays so while it is in view;
 *   a walk goes on and never back, and with mmap_lock held shows all there is;
 *   whom no writer comes near is not missed;
 *   new fails when, and only when, it must; a failed walk is harmless;
 *   nothing is held, or given back twice, at the end;
 * each as far as the design says it. Two weaknesses are known, counted and no
 * failure: mmap_lock does not hold the mm, and where memory is handed out again
 * at once, designs that take their next address from a VMA miss some (docs/scenarios.md).
 * Under ThreadSanitizer all of this is free of data races as well.
 *
 * usage: iter_threads [--design NAME] [--memory rcu|typesafe] [--seconds N]
 *                     [--walkers N] [--writers N] [--seed N]
 * Exit 0: so it is; 1: it is not; 2: bad usage.
 */
#include <getopt.h>
#include <pthread.h>
#include <time.h>

#include "maple/alloc.h"
#include "model/task_vma_iter.h"
#include "tests/race/dice.h"
#include "tests/race/threads/judge.h"
#include "tests/race/threads/locks.h"
#include "tests/race/threads/space.h"
#include "tests/race/watchdog.h"

#define DECLARE_DESIGN(name) \
	int name##_iter_new(struct bpf_iter_task_vma *it, struct task_struct *task, \
			    unsigned long long addr); \
	struct vm_area_struct *name##_iter_next(struct bpf_iter_task_vma *it); \
	void name##_iter_destroy(struct bpf_iter_task_vma *it)

DECLARE_DESIGN(mmap_lock);
DECLARE_DESIGN(snapshot);
DECLARE_DESIGN(vma_lock);
DECLARE_DESIGN(vma_ref);
DECLARE_DESIGN(rcu_addr);

#define DESIGN(design, what) \
	{ #design, what, design##_iter_new, design##_iter_next, design##_iter_destroy }

static const struct design designs[] = {
	DESIGN(mmap_lock, WHOLE | STABLE | FROZEN | OWN),
	DESIGN(snapshot, WHOLE | STABLE | HOLDS_MM | MAY_FAULT | OWN),
	DESIGN(vma_lock, WHOLE | STABLE | HOLDS_MM | OWN),
	DESIGN(vma_ref, HOLDS_MM | MAY_FAULT | OWN),
	DESIGN(rcu_addr, HOLDS_MM),
};

/* --- the tasks --- */

#define SLOTS	3u

/* The task of that slot, under RCU, and how often its mm was about to be copied, or had been. */
static struct {
	struct task_struct *task;
	unsigned long forks;		/* odd: one is under way */
} slots[SLOTS];

static bool stop;

static bool stopped(void)
{
	return __atomic_load_n(&stop, __ATOMIC_RELAXED);
}

/* Linux bpf_task_from_pid(): with a reference. */
static struct task_struct *task_find(unsigned int slot)
{
	struct task_struct *task;

	rcu_read_lock();
	do
		task = rcu_dereference(slots[slot].task);
	while (!ref_get_live(&task->usage, HELD_TASK_REF));
	rcu_read_unlock();
	return task;
}

/* --- walkers --- */

struct walker {
	pthread_t thread;
	const struct design *design;
	unsigned int number;
	uint64_t dice;
	struct verdict verdict;
};

/* A program that faults takes mmap_lock of the task it looks at. */
static void fault(struct mm_struct *mm, unsigned long address)
{
	VMA_ITERATOR(vmi, mm, address);

	mmap_read_lock(mm);
	vma_iter_load(&vmi);
	mmap_read_unlock(mm);
}

/* Was it right of new to fail with @err? */
static void judge_refusal(const struct walker *walker, int err)
{
	bool frozen = walker->design->says & FROZEN;

	if (err == -ENOMEM ? !bpf_mem_was_refused() : err != -EBUSY && err != -ENOENT)
		complain("%s: new fails with %d", walker->design->name, err);
	if (!frozen && irqs_disabled() && err != -EBUSY)
		complain("%s: new with interrupts off: %d", walker->design->name, err);
}

static void walk(struct walker *walker, struct task_struct *task, unsigned int slot)
{
	uint64_t *dice = &walker->dice;
	unsigned long from = roll(dice) % 2 ? 0 : SPACE_START + roll(dice) % (SPACE_END - SPACE_START);
	unsigned long limit = roll(dice) % 2 ? -1ul : roll(dice) % 40;
	bool faults = (walker->design->says & MAY_FAULT) && roll(dice) % 4 == 0;
	unsigned long forks = __atomic_load_n(&slots[slot].forks, __ATOMIC_ACQUIRE);
	struct vm_area_struct *vma;
	struct bpf_iter_task_vma it;
	struct judge judge;
	int err;

	judge_begin(&judge, walker->design, from, &walker->verdict);
	err = walker->design->iter_new(&it, task, from);
	for (vma = NULL; limit; limit--) {
		vma = walker->design->iter_next(&it);
		if (!vma)
			break;
		if (err)
			complain("%s: a failed walk shows a VMA", walker->design->name);
		judge_vma(&judge, vma);
		if (faults && roll(dice) % 16 == 0)
			fault(judge.mm, judge.last_end);
	}
	if (err) {
		walker->verdict.refused++;
		judge_refusal(walker, err);
	} else {
		/* the walk's own looks come before this one */
		smp_rmb();
		judge_end(&judge, limit && !vma,
			  forks & 1 || forks != __atomic_load_n(&slots[slot].forks, __ATOMIC_RELAXED));
	}
	walker->design->iter_destroy(&it);
}

/* A program that may sleep holds the task, another runs in an RCU section as a whole. */
static void *walk_until_stopped(void *arg)
{
	struct walker *walker = arg;

	cpu_set(walker->number);
	while (!stopped()) {
		bool sleepable = walker->design->says & MAY_FAULT || roll(&walker->dice) % 2;
		unsigned int slot = roll(&walker->dice) % SLOTS;
		struct task_struct *task;

		if (roll(&walker->dice) % 4 == 0)
			local_irq_disable();
		if (sleepable) {
			task = task_find(slot);
			walk(walker, task, slot);
			put_task_struct(task);
		} else {
			rcu_read_lock();
			walk(walker, rcu_dereference(slots[slot].task), slot);
			rcu_read_unlock();
		}
		local_irq_enable();
	}
	return NULL;
}

/* --- those who change things --- */

struct writer {
	pthread_t thread;
	uint64_t dice;
	unsigned long changes;
};

static void *write_until_stopped(void *arg)
{
	struct writer *writer = arg;

	while (!stopped()) {
		struct task_struct *task = task_find(roll(&writer->dice) % SLOTS);
		struct mm_struct *mm = get_task_mm(task);

		if (mm) {
			space_change(mm, &writer->dice);
			writer->changes++;
			mmput(mm);
		}
		put_task_struct(task);
		if (roll(&writer->dice) % 64 == 0)
			pause_briefly();
	}
	return NULL;
}

/* The child takes its parent's place; the parent exits. */
static void fork_and_exit(unsigned int slot)
{
	struct task_struct *parent = slots[slot].task, *child;

	__atomic_fetch_add(&slots[slot].forks, 1, __ATOMIC_SEQ_CST);
	child = task_create(space_copy(parent->mm));
	__atomic_fetch_add(&slots[slot].forks, 1, __ATOMIC_RELEASE);
	rcu_assign_pointer(slots[slot].task, child);
	task_exit(parent);
}

static void *live_until_stopped(void *arg)
{
	struct writer *life = arg;

	while (!stopped()) {
		unsigned int slot = roll(&life->dice) % SLOTS;

		if (roll(&life->dice) % 4)
			fork_and_exit(slot);
		else
			task_replace_mm(slots[slot].task, space_create());
		life->changes++;
		for (unsigned int i = 0; i < 10 && !stopped(); i++)
			pause_briefly();
	}
	return NULL;
}

/* --- one run --- */

struct setting {
	unsigned int walkers, writers;
	double seconds;
	uint64_t seed;
};

#define MAX_THREADS	(MAX_CPUS - 1)

static struct walker walkers[MAX_THREADS];
static struct writer writers[MAX_THREADS];
static struct writer life;

static void start(pthread_t *thread, void *(*body)(void *), void *arg)
{
	if (pthread_create(thread, NULL, body, arg)) {
		perror("iter_threads: pthread_create");
		exit(1);
	}
}

static void run_threads(const struct design *design, const struct setting *setting)
{
	struct timespec time = {
		.tv_sec = setting->seconds,
		.tv_nsec = (setting->seconds - (time_t)setting->seconds) * 1e9,
	};
	unsigned int i;

	__atomic_store_n(&stop, false, __ATOMIC_RELAXED);
	kernel_threads_start();
	for (i = 0; i < setting->walkers; i++) {
		walkers[i] = (struct walker){ .design = design, .number = i,
					      .dice = setting->seed + i };
		start(&walkers[i].thread, walk_until_stopped, &walkers[i]);
	}
	for (i = 0; i < setting->writers; i++) {
		writers[i] = (struct writer){ .dice = setting->seed + 1000 + i };
		start(&writers[i].thread, write_until_stopped, &writers[i]);
	}
	life = (struct writer){ .dice = setting->seed + 2000 };
	start(&life.thread, live_until_stopped, &life);
	nanosleep(&time, NULL);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	for (i = 0; i < setting->walkers; i++)
		pthread_join(walkers[i].thread, NULL);
	for (i = 0; i < setting->writers; i++)
		pthread_join(writers[i].thread, NULL);
	pthread_join(life.thread, NULL);
	for (i = 0; i < SLOTS; i++)
		task_exit(slots[i].task);
	kernel_threads_stop();
}

static struct verdict sum_up(const struct setting *setting, unsigned long *changes)
{
	struct verdict sum = { 0 };
	unsigned int i;

	for (i = 0; i < setting->walkers; i++) {
		const struct verdict *one = &walkers[i].verdict;

		sum.walks += one->walks;
		sum.refused += one->refused;
		sum.shown += one->shown;
		sum.checked += one->checked;
		sum.missed += one->missed;
		sum.unheld += one->unheld;
	}
	*changes = 0;
	for (i = 0; i < setting->writers; i++)
		*changes += writers[i].changes;
	return sum;
}

/* Where memory is a VMA's again at once, a next address may be a stranger's. */
static bool may_miss(const struct design *design, bool typesafe)
{
	return typesafe && !(design->says & FROZEN);
}

static bool run(const struct design *design, bool typesafe, const struct setting *setting)
{
	unsigned long before = complaints(), changes, taken;
	struct verdict sum;
	bool balanced;
	unsigned int i;

	watchdog(setting->seconds);
	space_set_typesafe(typesafe);
	mm_keep_memory(!(design->says & HOLDS_MM));
	for (i = 0; i < SLOTS; i++) {
		slots[i].task = task_create(space_create());
		slots[i].forks = 0;
	}
	run_threads(design, setting);
	sum = sum_up(setting, &changes);
	if (sum.missed && !may_miss(design, typesafe))
		complain("%s: %lu VMAs that nobody touched are missed", design->name, sum.missed);
	printf("  %-10s %-8s %lu walks, %lu VMAs, %lu refused; %lu changes, %lu forks and execs; "
	       "missed: %lu in %lu walks", design->name, typesafe ? "typesafe" : "rcu", sum.walks,
	       sum.shown, sum.refused, changes, life.changes, sum.missed, sum.checked);
	if (sum.unheld)
		printf("; %lu of an mm without users", sum.unheld);
	balanced = account_balanced(&taken);
	mm_keep_memory(false);
	space_set_typesafe(false);
	if (tv_maple_nodes_live()) {
		printf("\n    %lu nodes of trees are left", tv_maple_nodes_live());
		balanced = false;
	}
	printf("; %lu taken and given back\n", taken);
	fflush(stdout);
	return balanced && complaints() == before;
}

/* --- the command --- */

static void usage(const char *why, const char *what)
{
	fprintf(stderr, "iter_threads: %s '%s'\n", why, what);
	exit(2);
}

static double number_or_exit(const char *text, double most)
{
	char *end;
	double n = strtod(text, &end);

	if (end == text || *end || !(n > 0) || n > most)
		usage("no number that will do:", text);
	return n;
}

static const struct design *design_or_exit(const char *name)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(designs); i++) {
		if (!strcmp(designs[i].name, name))
			return &designs[i];
	}
	usage("there is no design", name);
	return NULL;
}

/* @design NULL: all; @memory -1: both kinds. */
static bool run_all(const struct design *design, int memory, struct setting *setting)
{
	const struct design *first = design ? design : designs;
	const struct design *last = design ? design : designs + ARRAY_SIZE(designs) - 1;
	bool good = true;

	setting->seconds /= (last - first + 1) * (memory < 0 ? 2 : 1);
	for (; first <= last; first++) {
		if (memory != 1)
			good &= run(first, false, setting);
		if (memory != 0)
			good &= run(first, true, setting);
	}
	return good;
}

int main(int argc, char **argv)
{
	static const struct option known[] = {
		{ "design", required_argument, NULL, 'd' },
		{ "memory", required_argument, NULL, 'm' },
		{ "seconds", required_argument, NULL, 's' },
		{ "walkers", required_argument, NULL, 'w' },
		{ "writers", required_argument, NULL, 'r' },
		{ "seed", required_argument, NULL, 'e' },
		{ 0 }
	};
	struct setting setting = { .walkers = 3, .writers = 2, .seconds = 10, .seed = 1 };
	const struct design *design = NULL;
	int c, memory = -1;

	while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
		if (c == 'd')
			design = design_or_exit(optarg);
		else if (c == 'm' && (!strcmp(optarg, "rcu") || !strcmp(optarg, "typesafe")))
			memory = *optarg == 't';
		else if (c == 'm')
			usage("memory of VMAs is rcu or typesafe, not", optarg);
		else if (c == 's')
			setting.seconds = number_or_exit(optarg, 1e6);
		else if (c == 'w')
			setting.walkers = number_or_exit(optarg, MAX_THREADS);
		else if (c == 'r')
			setting.writers = number_or_exit(optarg, MAX_THREADS);
		else if (c == 'e')
			setting.seed = number_or_exit(optarg, 1e15);
		else
			return 2;
	}
	if (optind < argc)
		usage("unexpected", argv[optind]);
#ifdef __SANITIZE_THREAD__
	tv_maple_set_allocator(&tv_maple_malloc_ops);
#endif
	bpf_global_ma.refuse_every = 64;
	return !run_all(design, memory, &setting);
}
