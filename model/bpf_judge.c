// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What an interpreted program must not do, told with its instruction. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "model/bpf_internal.h"
#include "model/mm.h"
#include "model/object.h"

/* Where the program is, or was told to be. */
static const struct tv_bpf_prog *now_at(const struct tv_bpf_kernel *kernel, uint32_t *insn)
{
	if (kernel->machine)
		return tv_machine_at(kernel->machine, insn);
	*insn = kernel->judge.insn;
	return kernel->judge.prog;
}

/* --- what was given back ------------------------------------------------------- */

static void hear_event(void *arg, const struct tv_event *ev)
{
	struct tv_bpf_kernel *kernel = arg;
	struct tv_bpf_judge *judge = &kernel->judge;
	struct tv_bpf_release *release;

	if (judge->sink)
		judge->sink(judge->sink_arg, ev);
	if (ev->op != TV_RELEASE)
		return;
	release = &judge->releases[judge->nr_releases++ % TV_BPF_RELEASES];
	*release = (struct tv_bpf_release){ .site = ev->site, .res = ev->res };
	release->prog = now_at(kernel, &release->insn);
}

/* The newest that @fits. */
static const struct tv_bpf_release *newest(const struct tv_bpf_judge *judge,
					   bool (*fits)(const struct tv_bpf_release *release,
							const void *arg), const void *arg)
{
	unsigned int i;

	for (i = 1; i <= TV_BPF_RELEASES && i <= judge->nr_releases; i++) {
		const struct tv_bpf_release *release =
			&judge->releases[(judge->nr_releases - i) % TV_BPF_RELEASES];

		if (fits(release, arg))
			return release;
	}
	return NULL;
}

const struct tv_site *tv_bpf_judge_released(const struct tv_bpf_judge *judge)
{
	return judge->nr_releases ?
	       judge->releases[(judge->nr_releases - 1) % TV_BPF_RELEASES].site : NULL;
}

static bool is_of_site(const struct tv_bpf_release *release, const void *site)
{
	return release->site == site;
}

/* What a VMA can be held by. */
static bool is_of_a_vma(const struct tv_bpf_release *release, const void *unused)
{
	return release->res == TV_RES_MMAP_READ || release->res == TV_RES_VMA_READ ||
	       release->res == TV_RES_VMA_REF || release->res == TV_RES_RCU_READ;
}

/* --- keeping hazards ----------------------------------------------------------- */

static bool is_known(const struct tv_bpf_judge *judge, const struct tv_bpf_hazard *hazard)
{
	size_t i;

	for (i = 0; i < judge->nr; i++) {
		const struct tv_bpf_hazard *known = &judge->hazards[i];

		if (known->kind == hazard->kind && known->prog == hazard->prog &&
		    known->insn == hazard->insn &&
		    (hazard->kind != TV_HAZARD_LEAK || !strcmp(known->text, hazard->text)))
			return true;
	}
	return false;
}

static void describe_cause(struct tv_bpf_hazard *hazard, const struct tv_bpf_judge *judge,
			   const struct tv_site *site)
{
	const struct tv_bpf_release *release = newest(judge, is_of_site, site);
	const struct tv_bpf_line_info *line = NULL;
	size_t size = sizeof(hazard->cause), used;

	used = snprintf(hazard->cause, size, "%s (%s:%d)", site->func, site->file, site->line);
	if (!release || !release->prog || used >= size)
		return;
	line = tv_bpf_prog_line(release->prog, release->insn);
	used += snprintf(hazard->cause + used, size - used, " at instruction %u", release->insn);
	if (line && used < size)
		snprintf(hazard->cause + used, size - used, ", %s:%u", line->file, line->line);
}

static void keep(struct tv_bpf_judge *judge, const struct tv_bpf_hazard *hazard)
{
	size_t room = judge->room ? judge->room * 2 : 16;
	struct tv_bpf_hazard *hazards;

	if (judge->nr == TV_BPF_MAX_HAZARDS)
		return;
	if (judge->nr == judge->room) {
		hazards = reallocarray(judge->hazards, room, sizeof(*hazards));
		if (!hazards) {
			judge->out_of_memory = true;
			return;
		}
		judge->hazards = hazards;
		judge->room = room;
	}
	judge->hazards[judge->nr++] = *hazard;
}

static void hear_hazard(void *arg, const struct tv_hazard *told)
{
	struct tv_bpf_kernel *kernel = arg;
	struct tv_bpf_judge *judge = &kernel->judge;
	struct tv_bpf_hazard hazard = { .kind = told->kind };

	hazard.prog = now_at(kernel, &hazard.insn);
	memcpy(hazard.text, told->text, sizeof(hazard.text));
	if (is_known(judge, &hazard))
		return;
	if (judge->told)
		judge->told(judge->told_arg, told);
	if (told->cause)
		describe_cause(&hazard, judge, told->cause);
	keep(judge, &hazard);
	/* who waits for himself never goes on */
	if (told->kind == TV_HAZARD_DEADLOCK && kernel->machine)
		tv_machine_stop(kernel->machine, TV_RUN_STOPPED, "deadlock: %s", told->text);
}

void tv_bpf_judge_begin(struct tv_bpf_kernel *kernel)
{
	struct tv_world *world = kernel->opts.world;
	struct tv_bpf_judge *judge = &kernel->judge;

	judge->sink = world->sink;
	judge->sink_arg = world->sink_arg;
	judge->told = world->told;
	judge->told_arg = world->told_arg;
	kernel->view.held = NULL;
	judge->prog = NULL;
	judge->insn = 0;
	world->sink = hear_event;
	world->told = hear_hazard;
	world->sink_arg = world->told_arg = kernel;
}

void tv_bpf_judge_end(struct tv_bpf_kernel *kernel)
{
	struct tv_world *world = kernel->opts.world;
	const struct tv_bpf_judge *judge = &kernel->judge;

	world->sink = judge->sink;
	world->sink_arg = judge->sink_arg;
	world->told = judge->told;
	world->told_arg = judge->told_arg;
}

void tv_bpf_judge_fini(struct tv_bpf_judge *judge)
{
	free(judge->hazards);
}

size_t tv_bpf_kernel_hazards(const struct tv_bpf_kernel *kernel,
			     const struct tv_bpf_hazard **hazards)
{
	*hazards = kernel->judge.hazards;
	return kernel->judge.nr;
}

/* --- reads --------------------------------------------------------------------- */

/*
 * Something the program took keeps the VMA what it is. A program's own read-side section, which it
 * is in from its beginning, keeps only the memory a VMA's.
 */
static bool is_held(struct tv_bpf_kernel *kernel, const struct vm_area_struct *vma)
{
	const struct tv_world *world = kernel->opts.world;

	if (kernel->actor.rcu_depth > kernel->base_rcu)
		return true;
	if (!tv_ledger_holds(&world->ledger, &kernel->actor, TV_RES_MMAP_READ, vma->vm_mm))
		return tv_vma_is_held(vma);
	/* so it is for all VMAs of that mm, until something happens */
	kernel->view.held = vma->vm_mm;
	kernel->view.held_at = world->events;
	return true;
}

void tv_bpf_judge_read(void *arg, const void *object, enum tv_view_type type, const char *what,
		       bool stale)
{
	struct tv_bpf_kernel *kernel = arg;
	const void *memory = tv_object_around(object);
	const struct tv_bpf_release *release;

	if (!tv_touch(memory, TV_PART_FIELDS, TV_ACCESS_READ, what, TV_SITE()))
		return;
	if (stale) {
		tv_hazard(TV_HAZARD_USE_AFTER_FREE, TV_SITE(), NULL,
			  "%s of memory that was freed and is another iterator's now", what);
		return;
	}
	if (type != TV_VIEW_VMA || memory != object || is_held(kernel, object))
		return;
	release = newest(&kernel->judge, is_of_a_vma, NULL);
	tv_hazard(TV_HAZARD_USE_UNPROTECTED, TV_SITE(), release ? release->site : NULL,
		  "%s of a VMA that no lock and no reference keeps", what);
}

/* --- the end ------------------------------------------------------------------- */

static int tell_leak(void *arg, const struct tv_held *held)
{
	struct tv_bpf_kernel *kernel = arg;
	char of[64];

	if (held->actor != kernel->actor.name)
		return 0;
	tv_object_text(held->res, held->object, of, sizeof(of));
	tv_hazard(TV_HAZARD_LEAK, held->site, held->site, "the program ends with %s%s%s",
		  tv_resource_text(held->res), *of ? ": " : "", of);
	return 0;
}

/* Mostly it is an iterator that was not destroyed: where it was made is where to look. */
void tv_bpf_judge_leaks(struct tv_bpf_kernel *kernel)
{
	const struct tv_bpf_walk *walk = tv_bpf_walks_alive(&kernel->walks);

	if (walk) {
		kernel->judge.prog = walk->prog;
		kernel->judge.insn = walk->insn;
	}
	tv_ledger_for_each_held(&kernel->opts.world->ledger, tell_leak, kernel);
}
