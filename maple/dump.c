// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* mt_dump() and mas_dump(): trees and states in the kernel's format. */
#include "maple/internal.h"
#include "maple/visit.h"

/* A number as the format asks: pivots are in capitals, all else is not. */
static void print_number(unsigned long n, bool capitals, enum mt_dump_format format)
{
	if (format == mt_dump_dec)
		pr_cont("%lu", n);
	else if (capitals)
		pr_cont("%lX", n);
	else
		pr_cont("%lx", n);
}

static void print_range(unsigned long min, unsigned long max, unsigned int depth,
			enum mt_dump_format format)
{
	pr_info("%*s", (int)(depth > 16 ? 32 : 2 * depth), "");
	print_number(min, false, format);
	if (min != max) {
		pr_cont("-");
		print_number(max, false, format);
	}
	pr_cont(": ");
}

static void print_entry(const void *entry)
{
	if (xa_is_value(entry))
		pr_cont("value %ld (0x%lx) [%p]\n", (long)xa_to_value(entry), xa_to_value(entry),
			entry);
	else if (xa_is_zero(entry))
		pr_cont("zero (%ld)\n", (long)xa_to_internal(entry));
	else if (mt_is_reserved(entry))
		pr_cont("UNKNOWN ENTRY (%p)\n", entry);
	else
		pr_cont("%p\n", entry);
}

struct dump {
	enum mt_dump_format format;
};

static int dump_root(const struct maple_tree *mt, void *entry, void *arg)
{
	const struct dump *dump = arg;

	print_range(0, 0, 0, dump->format);
	print_entry(entry);
	return 0;
}

/* All gaps and the metadata, then all slots, each with its pivot but for the last. */
static int dump_enter(const struct tv_mt_node *info, void *arg)
{
	const struct dump *dump = arg;
	const struct maple_node *node = info->node;
	unsigned int slots = ma_nr_slots(info->type), i;

	print_range(info->min, info->max, info->depth, dump->format);
	pr_cont("node %p depth %d type %d parent %p contents: ", (const void *)node,
		(int)info->depth, (int)info->type, (void *)node->parent);
	for (i = 0; ma_gaps(node, info->type) && i < slots; i++) {
		print_number(ma_gaps(node, info->type)[i], false, dump->format);
		pr_cont(" ");
	}
	if (info->type == maple_arange_64)
		pr_cont("| %02X %02X| ", info->meta.end, info->meta.gap);
	for (i = 0; i < slots - 1; i++) {
		pr_cont("%p ", ma_slots(node, info->type)[i]);
		print_number(ma_pivots(node)[i], true, dump->format);
		pr_cont(" ");
	}
	pr_cont("%p\n", ma_slots(node, info->type)[i]);
	return 0;
}

static int dump_slot(const struct tv_mt_node *info, const struct tv_mt_slot *slot, void *arg)
{
	const struct dump *dump = arg;

	if (ma_is_leaf(info->type)) {
		print_range(slot->min, slot->last, info->depth + 1, dump->format);
		print_entry(slot->entry);
	}
	return 0;
}

void tv_mt_dump(const struct maple_tree *mt, enum mt_dump_format format)
{
	static const struct tv_mt_visitor visitor = {
		.root = dump_root, .enter = dump_enter, .slot = dump_slot,
	};
	struct dump dump = { format };

	pr_info("maple_tree(%p) flags %X, height %u root %p\n", (const void *)mt, mt->ma_flags,
		mt_height(mt), READ_ONCE(mt->ma_root));
	if (tv_mt_visit(mt, &visitor, &dump))
		pr_err("tree is broken below here\n");
}

void tv_mas_dump(const struct ma_state *mas)
{
	static const char *const statuses[] = {
		[ma_active] = "(ma_active)", [ma_start] = "(ma_start) ", [ma_root] = "(ma_root)",
		[ma_none] = "(ma_none)", [ma_pause] = "(ma_pause) ",
		[ma_overflow] = "(ma_overflow) ", [ma_underflow] = "(ma_underflow) ",
		[ma_error] = "(ma_error) ",
	};
	static const char *const stores[] = {
		[wr_invalid] = "invalid store type", [wr_new_root] = "new_root",
		[wr_store_root] = "store_root", [wr_exact_fit] = "exact_fit",
		[wr_spanning_store] = "spanning_store", [wr_split_store] = "split_store",
		[wr_rebalance] = "rebalance", [wr_append] = "append",
		[wr_node_store] = "node_store", [wr_slot_store] = "slot_store",
	};

	pr_err("MAS: tree=%p enode=%p %sStore Type: %s\n", (void *)mas->tree, (void *)mas->node,
	       mas->status <= ma_error ? statuses[mas->status] : "",
	       mas->store_type <= wr_slot_store ? stores[mas->store_type] : "");
	pr_err("[%u/%u] index=%lx last=%lx\n", mas->offset, mas->end, mas->index, mas->last);
	pr_err("     min=%lx max=%lx alloc=%p, depth=%u, flags=%x\n", mas->min, mas->max,
	       (void *)mas->alloc, mas->depth, mas->mas_flags);
	if (mas->index > mas->last)
		pr_err("Check index & last\n");
}

void tv_mas_wr_dump(const struct ma_wr_state *wr_mas)
{
	pr_err("WR_MAS: node=%p r_min=%lx r_max=%lx\n", (void *)wr_mas->node, wr_mas->r_min,
	       wr_mas->r_max);
	pr_err("        type=%u off_end=%u, node_end=%u, end_piv=%lx\n", (unsigned int)wr_mas->type,
	       wr_mas->offset_end, wr_mas->mas->end, wr_mas->end_piv);
}
