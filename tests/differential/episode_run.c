// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* One episode on both sides, compared after every operation and, at intervals, as a whole. */
#include "tests/differential/episode.h"

#include <execinfo.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

#define ROOM 65536		/* entries listed of a tree */
#define ACTIVE 0		/* ma_active */

struct pair {
	struct sided_tree *ours, *kernel;
	struct tally *tally;
	struct item *item_ours, *item_kernel;
	size_t entries;			/* at the last look */
};

/* The first difference of an episode is told; after it nothing more is compared. */
static bool differ(struct tally *tally, const char *format, ...)
{
	va_list args;

	tally->differences++;
	va_start(args, format);
	vsnprintf(tally->what, sizeof(tally->what), format, args);
	va_end(args);
	return false;
}

static bool same_word(struct tally *tally, const char *name, unsigned long ours, unsigned long kernel)
{
	tally->comparisons++;
	return ours == kernel || differ(tally, "%s: ours %#lx, kernel %#lx", name, ours, kernel);
}

static bool same_truth(struct tally *tally, const char *name, bool ours, bool kernel,
		       const struct place *place)
{
	tally->comparisons++;
	return ours || !kernel ||
	       differ(tally, "the state's %s is not where index %#lx lies (limits %#lx-%#lx, offset %u, end %u); the kernel's is",
		      name, place->index, place->min, place->max, place->offset, place->end);
}

/*
 * Index, last and status are the same at any rate. Node limits, offset and end are the same where
 * the trees have the same node there; where not, ours must fit our tree whenever the kernel's fit
 * the kernel's tree.
 */
static bool same_place(struct tally *tally, const struct place *ours, const struct place *kernel)
{
	bool same_limits = ours->min == kernel->min && ours->max == kernel->max;

	if (!same_word(tally, "mas.status", ours->status, kernel->status) ||
	    !same_word(tally, "mas.index", ours->index, kernel->index) ||
	    !same_word(tally, "mas.last", ours->last, kernel->last))
		return false;
	if (ours->status != ACTIVE)
		return true;
	tally->places++;
	tally->same_node += same_limits;
	return same_truth(tally, "node", ours->node_true, kernel->node_true, ours) &&
	       same_truth(tally, "offset", ours->offset_true, kernel->offset_true, ours) &&
	       same_truth(tally, "end", ours->end_true, kernel->end_true, ours) &&
	       (!same_limits || !ours->node_true || !kernel->node_true ||
		(same_word(tally, "mas.offset", ours->offset, kernel->offset) &&
		 (!kernel->end_true || same_word(tally, "mas.end", ours->end, kernel->end))));
}

static bool same_outcome(struct tally *tally, const struct outcome *ours,
			 const struct outcome *kernel)
{
	return same_word(tally, "return value", ours->ret, kernel->ret) &&
	       (kernel->entry == SIDE_UNTOLD ||
		same_word(tally, "entry", (unsigned long)ours->entry, (unsigned long)kernel->entry)) &&
	       same_word(tally, "out parameter", ours->out, kernel->out) &&
	       same_word(tally, "nodes preallocated", ours->reserved, kernel->reserved) &&
	       /* A search that failed leaves the state open: its users start anew. */
	       (kernel->ret < 0 || same_place(tally, &ours->place, &kernel->place));
}

static bool same_list(struct pair *pair, bool falling)
{
	size_t ours = side_ours.list(pair->ours, falling, pair->item_ours, ROOM);
	size_t kernel = side_kernel.list(pair->kernel, falling, pair->item_kernel, ROOM);
	const char *way = falling ? "backward" : "forward";

	pair->entries = kernel;
	pair->tally->comparisons++;
	for (size_t i = 0; i < ours && i < kernel && i < ROOM; i++) {
		const struct item *a = &pair->item_ours[i], *b = &pair->item_kernel[i];

		pair->tally->comparisons++;
		if (a->first != b->first || a->last != b->last || a->entry != b->entry)
			return differ(pair->tally,
				      "entry %zu %s: ours %#lx-%#lx %p, kernel %#lx-%#lx %p", i, way,
				      a->first, a->last, a->entry, b->first, b->last, b->entry);
	}
	return ours == kernel ||
	       differ(pair->tally, "%s iteration: ours %zu entries, kernel %zu", way, ours, kernel);
}

/* A tree may be one level higher and have a twentieth more nodes; see RATIO_NODES. */
static bool similar_shape(struct pair *pair)
{
	struct tally *tally = pair->tally;
	struct shape ours, kernel;
	bool same_nodes;
	int higher;

	side_ours.shape(pair->ours, &ours);
	side_kernel.shape(pair->kernel, &kernel);
	tally->shapes++;
	same_nodes = ours.geometry == kernel.geometry && ours.nodes == kernel.nodes;
	tally->same_shape += same_nodes;
	tally->nodes_ours += ours.nodes;
	tally->nodes_kernel += kernel.nodes;
	higher = (int)ours.height - (int)kernel.height;
	if (higher > tally->worst_height)
		tally->worst_height = higher;
	if (kernel.nodes >= RATIO_NODES && ours.nodes > tally->worst_nodes * kernel.nodes)
		tally->worst_nodes = (double)ours.nodes / kernel.nodes;

	tally->comparisons += 3;
	if (higher > 1)
		return differ(tally, "height: ours %u, kernel %u", ours.height, kernel.height);
	if (kernel.nodes >= RATIO_NODES ? ours.nodes * 100 > kernel.nodes * 105
					: ours.nodes > kernel.nodes + 1)
		return differ(tally, "nodes: ours %lu, kernel %lu", ours.nodes, kernel.nodes);
	/* A leaf at the root keeps no gaps: compare only where both have them. */
	if (ours.height > 1 && kernel.height > 1 && ours.max_gap != kernel.max_gap)
		return differ(tally, "largest gap: ours %#lx, kernel %#lx", ours.max_gap,
			      kernel.max_gap);
	return !same_nodes || same_word(tally, "a hash of the nodes' gaps",
					ours.bookkeeping, kernel.bookkeeping);
}

static bool same_whole(struct pair *pair)
{
	const char *why;

	pair->tally->comparisons++;
	why = side_ours.broken(pair->ours);
	if (why)
		return differ(pair->tally, "our tree is broken: %s", why);
	return same_list(pair, false) && same_list(pair, true) && similar_shape(pair);
}

/*
 * Random calls may use a tree in ways the API does not allow, which nothing but the kernel's own
 * code can tell: where it crashes there is no right answer, and the episode ends in agreement. The
 * crash may come in a call, or in what the call left for RCU's thread to do.
 */
static volatile sig_atomic_t in_kernel;
static struct tally *crash_tally;

#ifdef __x86_64__
#define REG_AT	REG_RIP
#else
#define REG_AT	REG_EIP
#endif

static void on_crash(int number, siginfo_t *info, void *context)
{
	void *frames[24];
	const char *at = (const char *)((ucontext_t *)context)->uc_mcontext.gregs[REG_AT];

	if (in_kernel || side_kernel.kernel_at_work(at) || side_ours.kernel_at_work(at)) {
		crash_tally->beyond++;
		_exit(0);
	}
	backtrace_symbols_fd(frames, backtrace(frames, sizeof(frames) / sizeof(frames[0])), STDERR_FILENO);
	signal(number, SIG_DFL);
	raise(number);
}

static void catch_crashes(struct tally *tally)
{
	static const int signals[] = { SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL };
	struct sigaction action = { .sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_NODEFER };
	void *warm_up[1];

	backtrace(warm_up, 1);		/* loads what it needs, which a signal handler must not */
	crash_tally = tally;
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

/*
 * After some stores the kernel's state is active, yet its node, offset or end are left from before
 * (a root that grew, a store that spanned), and going on from there gives what chance will have.
 * Both states then forget their place: the next call finds it by walking.
 */
static void forget_false_place(struct pair *pair, const struct place *kernel)
{
	static const struct op reset = { .kind = OP_MAS_RESET };
	struct outcome ignored;

	if (kernel->status != ACTIVE || (kernel->offset_true && kernel->end_true))
		return;
	pair->tally->forgotten++;
	side_kernel.apply(pair->kernel, &reset, &ignored);
	side_ours.apply(pair->ours, &reset, &ignored);
}

static bool step(struct pair *pair, const struct op *op)
{
	struct outcome ours, kernel;

	in_kernel = true;
	side_kernel.apply(pair->kernel, op, &kernel);
	in_kernel = false;
	side_ours.apply(pair->ours, op, &ours);
	pair->tally->ops += op->kind == OP_FILL || op->kind == OP_BULK ? op->b : 1;
	pair->tally->per_kind[op->kind]++;
	if (!same_outcome(pair->tally, &ours, &kernel))
		return false;
	forget_false_place(pair, &kernel.place);
	return true;
}

/* Whole trees are compared often while they are small. */
static bool due(const struct pair *pair, size_t since)
{
	return since >= 4 + pair->entries / 8;
}

bool episode_run(const struct episode *episode, struct tally *tally)
{
	struct pair pair = {
		.ours = side_ours.create(episode->flags),
		.kernel = side_kernel.create(episode->flags),
		.tally = tally,
		.item_ours = calloc(ROOM, sizeof(struct item)),
		.item_kernel = calloc(ROOM, sizeof(struct item)),
	};
	size_t since = 0;
	bool good = true;

	if (!pair.item_ours || !pair.item_kernel)
		abort();
	catch_crashes(tally);
	side_ours.refuse_nowait(episode->refuse_nowait);
	side_kernel.refuse_nowait(episode->refuse_nowait);
	for (size_t i = 0; good && i < episode->count; i++) {
		tally->at = i;
		good = step(&pair, &episode->ops[i]);
		if (good && (due(&pair, ++since) || i + 1 == episode->count)) {
			good = same_whole(&pair);
			since = 0;
		}
	}
	free(pair.item_ours);
	free(pair.item_kernel);
	/* A tree that went wrong may not survive being taken apart. */
	if (good) {
		side_ours.destroy(pair.ours);
		side_kernel.destroy(pair.kernel);
	}
	return good;
}
