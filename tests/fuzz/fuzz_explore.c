// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Small scenarios, made from bytes, and some hundred steps of exploring them: programs of any
 * design in any context, writers, exits, allocations that fail. What the explorer finds is what its
 * own schedule shows when it is replayed; the same exploration finds the same; and nothing is ever
 * found that the design rules out.
 *
 * An input is a byte for the design, one for faults, one for each task's VMAs, then an actor after
 * the other: CPU and context, then a byte or two for each action, 0xff at the end.
 */
#include <errno.h>
#include <stdarg.h>

#include "model/explore.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/text.h"

#define STEPS	300
#define TRIES	16	/* to shorten schedules: most of the time would go there */
#define DESIGNS	5
#define TASKS	2
#define ACTORS	3
#define ACTIONS	4

/* YAML under way. */
struct text {
	char of[8192];
	size_t len;
};

__attribute__((format(printf, 2, 3)))
static void say(struct text *text, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	text->len += vsnprintf(text->of + text->len, sizeof(text->of) - text->len, fmt, args);
	va_end(args);
	fuzz_require(text->len < sizeof(text->of), "room for the scenario");
}

/* --- a scenario from bytes ---------------------------------------------------------------- */

/* Each of four VMAs of one or two pages is there or not; an odd byte: with a file. */
static void say_task(struct text *text, unsigned int nr, unsigned int vmas)
{
	unsigned int i;

	say(text, "  - pid: %u\n    comm: t%u\n    vmas:\n", 40 + nr, nr);
	say(text, "      - {start: 0x1000, end: 0x2000, perms: r--p}\n");
	for (i = 0; i < 3; i++) {
		if (!(vmas >> i & 1))
			continue;
		say(text, "      - {start: 0x%x000, end: 0x%x000, perms: %s", 3 + 2 * i,
		    4 + 2 * i + (vmas >> 4 & 1), i & 1 ? "rw-p" : "r--p");
		say(text, vmas & 0x80 ? ", dev: \"08:01\", inode: 7, name: /bin/sh}\n" : "}\n");
	}
}

static void say_inside(struct text *text, unsigned int bits)
{
	static const char *const actions[] = {
		"read", "keep, read", "copy_from_user", "find_vma: {addr: 0x3000}", "read_task",
		"read, walk: {task: 41, inside: [read]}", "munmap: {task: 41, start: 0x1000, end: 0x2000}",
		"read",
	};
	const char *action = actions[bits & 7];

	/* in a list on one line a mapping stands in braces, unless it is a word */
	if (strchr(action, ':') && strncmp(action, "read", 4))
		say(text, "inside: [{%s}]", action);
	else if (strchr(action, ':'))
		say(text, "inside: [read, {walk: {task: 41, inside: [read]}}]");
	else
		say(text, "inside: [%s]", action);
}

static void say_walk(struct text *text, unsigned int bits, unsigned int more, bool sleepable)
{
	static const char *const pointers[] = { "held", "held", "rcu", "bare" };

	say(text, "      - walk: {task: %u, from: 0x%x000, pointer: %s, limit: %u, ", 40 + (bits & 1),
	    more >> 3 & 3, pointers[more >> 5 & 3], more >> 7);
	/* what writes, or sleeps, is for process context */
	if (!sleepable && ((more & 7) == 2 || (more & 7) == 6))
		more = 0;
	say_inside(text, more);
	say(text, "}\n");
}

static void say_change(struct text *text, unsigned int what, unsigned int bits, unsigned int more)
{
	unsigned int task = 40 + (bits & 1), start = 1 + (more & 7), end = start + 1 + (more >> 3 & 3);

	switch (what) {
	case 0:
		say(text, "      - mmap: {task: %u, start: 0x%x000, end: 0x%x000, perms: %s}\n", task,
		    start, end, more & 0x80 ? "rw-p" : "r--p");
		break;
	case 1:
		say(text, "      - munmap: {task: %u, start: 0x%x000, end: 0x%x000}\n", task, start,
		    end);
		break;
	case 2:
		say(text, "      - mprotect: {task: %u, start: 0x%x000, end: 0x%x000, perms: %s}\n",
		    task, start, end, more & 0x80 ? "rw-" : "r--");
		break;
	case 3:
		say(text, "      - resize_%s: {task: %u, from: 0x%x000, to: 0x%x000}\n",
		    more & 0x80 ? "start" : "end", task, start, end);
		break;
	default:
		say(text, "      - fork: {task: %u}\n", task);
	}
}

/* Exit and exec are the task's own doing: the last thing of one actor. */
static void say_end(struct text *text, unsigned int actor, unsigned int bits)
{
	if (actor == 1 && bits >> 6 == 1)
		say(text, "      - exit: {task: 40}\n");
	else if (actor == 1 && bits >> 6 == 2)
		say(text, "      - exec: {task: 40}\n");
}

static void say_actor(struct text *text, struct fuzz_bytes *in, unsigned int nr)
{
	static const char *const contexts[] = { "process", "softirq", "irqs-off", "nmi" };
	unsigned int head = fuzz_byte(in), context = head >> 4 & 3;
	unsigned int i, bits, more;
	bool process = !context;

	say(text, "  - name: a%u\n    cpu: %u\n    context: %s\n%s    do:\n", nr, head & 1,
	    contexts[context], head & 0x80 && !process ? "    interrupts: true\n" : "");
	for (i = 0; i < ACTIONS; i++) {
		bits = fuzz_byte(in);
		if (i && (bits == 0xff || !in->left))
			break;
		more = fuzz_byte(in);
		if (!process || !(bits >> 1 & 7) || (bits >> 1 & 7) > 5)
			say_walk(text, bits, more, process);
		else
			say_change(text, (bits >> 1 & 7) - 1, bits, more);
	}
	if (process)
		say_end(text, nr, head);
}

static const struct tv_iter_design *say_scenario(struct text *text, struct fuzz_bytes *in)
{
	static const char *const faults[] = {
		"", "", "faults: {fail_alloc: 1}\n", "faults: {any_alloc: 1}\n", "faults: {irq_work: busy}\n",
		"faults: {any_alloc: 2}\n", "faults: {bpf_cache: {free: 1}}\n",
		"faults: {bpf_cache: {refill: fails}}\n",
	};
	const struct tv_iter_design *design = tv_iter_designs[fuzz_below(in, DESIGNS)];
	unsigned int i;

	say(text, "schema: 1\n%stasks:\n", faults[fuzz_byte(in) & 7]);
	for (i = 0; i < TASKS; i++)
		say_task(text, i, fuzz_byte(in));
	say(text, "actors:\n");
	for (i = 0; i < ACTORS && (!i || in->left); i++)
		say_actor(text, in, i);
	return design;
}

/* --- what must hold ----------------------------------------------------------------------- */

/*
 * With interrupts off: the CPU's one slot for unlocking later is found busy only once something is
 * queued there. What unlocks while a walk lasts (another walk, a bpf_find_vma(), an NMI's) queues
 * first, and the walk's own unlock is lost.
 */
static bool may_lose_an_unlock(const struct text *text)
{
	return strstr(text->of, "irqs-off") || strstr(text->of, "nmi");
}

/* Whatever programs and writers do, no order of theirs makes a design do this. */
static unsigned int ruled_out(const struct tv_iter_design *design, const struct text *text)
{
	unsigned int never = 1u << TV_HAZARD_UNBALANCED | 1u << TV_HAZARD_LEAK |
			     1u << TV_HAZARD_NEW_FAILED;

	if (!strcmp(design->name, "snapshot"))
		never |= 1u << TV_HAZARD_FOREIGN_VMA | 1u << TV_HAZARD_TORN_READ |
			 1u << TV_HAZARD_REPEATED_VMA;
	if (!strcmp(design->name, "mmap_lock"))
		never |= 1u << TV_HAZARD_FOREIGN_VMA | 1u << TV_HAZARD_TORN_READ |
			 1u << TV_HAZARD_MISSED_VMA | 1u << TV_HAZARD_REPEATED_VMA;
	return may_lose_an_unlock(text) ? never & ~(1u << TV_HAZARD_LEAK) : never;
}

static void require_allowed(const struct tv_iter_design *design, const struct text *text,
			    const struct tv_exploration *found)
{
	const struct tv_finding *finding;
	unsigned int never = ruled_out(design, text);

	for (finding = found->findings; finding; finding = finding->next)
		fuzz_require(!(never >> finding->hazard.kind & 1), "%s: %s: %s\n%s",
			     design->name, tv_hazard_text(finding->hazard.kind),
			     finding->hazard.text, text->of);
}

/* A finding's schedule shows it again. */
static void require_replays(const struct tv_scenario *scenario,
			    const struct tv_iter_design *design, const struct text *text,
			    const struct tv_exploration *found)
{
	const struct tv_finding *finding;
	struct tv_exploration again;
	unsigned int at = 0;
	int err;

	for (finding = found->findings; finding; finding = finding->next) {
		/* of that a short search cannot say much */
		if (finding->hazard.kind == TV_HAZARD_NO_PROGRESS)
			continue;
		err = tv_explore_replay(scenario, design, finding->moves, finding->nr, &again, &at);
		fuzz_require(!err, "replay of %s: %d at move %u\n%s", finding->hazard.text, err, at,
			     text->of);
		fuzz_require(tv_exploration_hazards(&again) >> finding->hazard.kind & 1,
			     "replayed, no %s\n%s", finding->hazard.text, text->of);
		tv_exploration_fini(&again);
	}
}

static void require_same(const struct tv_exploration *a, const struct tv_exploration *b)
{
	fuzz_require(a->search.executions == b->search.executions &&
		     a->search.steps == b->search.steps && a->walks == b->walks &&
		     a->vmas == b->vmas && tv_exploration_hazards(a) == tv_exploration_hazards(b),
		     "explored twice, found otherwise");
}

static void explore(const struct tv_scenario *scenario, const struct tv_iter_design *design,
		    const struct text *text)
{
	struct tv_explore_limits limits = {
		.max_steps = STEPS, .max_depth = STEPS, .max_tries = TRIES,
	};
	struct tv_exploration first, second;

	fuzz_require(!tv_explore_scenario(scenario, design, &limits, &first), "explore");
	require_allowed(design, text, &first);
	require_replays(scenario, design, text, &first);
	limits.max_tries = 1;	/* schedules are not compared */
	fuzz_require(!tv_explore_scenario(scenario, design, &limits, &second), "explore");
	require_same(&first, &second);
	tv_exploration_fini(&first);
	tv_exploration_fini(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_bytes in = { data, size };
	const struct tv_iter_design *design;
	struct tv_scenario *scenario;
	static struct text text;
	struct tv_diag diag;
	int err;

	text.len = 0;
	design = say_scenario(&text, &in);
	if (getenv("FUZZ_SHOW"))
		fprintf(stderr, "%s: \n%s", design->name, text.of);
	err = tv_scenario_load(fuzz_file(text.of, text.len), &scenario, &diag);
	fuzz_require(!err, "%d:%d: %s\n%s", diag.line, diag.column, diag.text, text.of);
	explore(scenario, design, &text);
	tv_scenario_destroy(scenario);
	return 0;
}
