// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A maple tree's nodes as text and as JSON. */
#include <string.h>
#include "cli/text.h"
#include "cli/tree_nodes.h"
#include "model/maps.h"

static void print_vma(FILE *out, const struct vm_area_struct *vma)
{
	struct tv_vma_desc desc;
	char perms[5];

	tv_vma_describe(vma, &desc);
	tv_vm_flags_to_perms(desc.vm_flags, perms);
	fprintf(out, "vma %s%s", perms, desc.name_len ? " " : "");
	cli_plain_text(out, desc.name, desc.name_len);
}

static void print_slot(FILE *out, const struct cli_tree_node *node, unsigned int offset)
{
	const struct cli_tree_slot *slot = &node->slots[offset];

	fprintf(out, "%*s%2u: %lx-%lx ", node->depth * 4 + 2, "", offset, slot->min, slot->last);
	if (slot->vma)
		print_vma(out, slot->vma);
	else if (cli_tree_is_leaf(node))
		fputs("-", out);
	else if (slot->child)
		fprintf(out, "node %zu", slot->child);
	else
		fputs("node not shown", out);
	if (cli_tree_has_gaps(node))
		fprintf(out, ", largest gap %lx", slot->gap);
	putc('\n', out);
}

/* The node's own line, its slots, and below the slots the children. */
void cli_tree_text(FILE *out, const struct cli_tree *tree, const struct task_struct *task)
{
	const struct cli_tree_node *node;
	unsigned int offset;

	fprintf(out, "task %d (", task->pid);
	cli_plain_text(out, task->comm, strlen(task->comm));
	fprintf(out, "): %zu VMAs, %zu nodes, height %u", tree->vmas, tree->nr + tree->left_out,
		tree->height);
	if (tree->left_out)
		fprintf(out, " (%zu nodes deeper than %u not shown)", tree->left_out,
			tree->max_depth);
	fputs("; ranges with both ends included\n", out);
	for (node = tree->nodes; node < tree->nodes + tree->nr; node++) {
		fprintf(out, "%*snode %zu: %s %lx-%lx, %u slots\n", node->depth * 4, "",
			(size_t)(node - tree->nodes), cli_tree_type_name(node->type), node->min,
			node->max, node->nr_slots);
		for (offset = 0; offset < node->nr_slots; offset++)
			print_slot(out, node, offset);
	}
}

/* "," before every element of a list but the first. */
static const char *comma(unsigned int i)
{
	return i ? "," : "";
}

static void json_slot(FILE *out, const struct cli_tree_node *node, unsigned int offset)
{
	const struct cli_tree_slot *slot = &node->slots[offset];
	struct tv_vma_desc desc;
	char perms[5];

	if (!slot->vma) {
		if (slot->child)
			fprintf(out, "%s{\"node\":%zu}", comma(offset), slot->child);
		else
			/* nothing mapped; or, with --depth, a node that is not shown */
			fprintf(out, cli_tree_is_leaf(node) ? "%snull" : "%s{\"node\":null}",
				comma(offset));
		return;
	}
	tv_vma_describe(slot->vma, &desc);
	tv_vm_flags_to_perms(desc.vm_flags, perms);
	fprintf(out, "%s{\"start\":%lu,\"end\":%lu,\"perms\":\"%s\",", comma(offset), desc.start,
		desc.end, perms);
	cli_json_text(out, "name", desc.name, desc.name_len);
	putc('}', out);
}

static void json_node(FILE *out, const struct cli_tree *tree, const struct cli_tree_node *node)
{
	unsigned int i;

	fprintf(out, "{\"node\":%zu,\"type\":\"%s\",\"depth\":%u,\"min\":%lu,\"max\":%lu,",
		(size_t)(node - tree->nodes), cli_tree_type_name(node->type), node->depth,
		node->min, node->max);
	if (node->depth)
		fprintf(out, "\"parent\":%zu,\"parent_slot\":%u,", node->parent, node->parent_slot);
	/* the last slot's end is the node's, and not stored as a pivot */
	fputs("\"pivots\":[", out);
	for (i = 0; i + 1 < node->nr_slots; i++)
		fprintf(out, "%s%lu", comma(i), node->slots[i].last);
	fputs("],\"slots\":[", out);
	for (i = 0; i < node->nr_slots; i++)
		json_slot(out, node, i);
	putc(']', out);
	if (cli_tree_has_gaps(node)) {
		fputs(",\"gaps\":[", out);
		for (i = 0; i < node->nr_slots; i++)
			fprintf(out, "%s%lu", comma(i), node->slots[i].gap);
		putc(']', out);
	}
	fputs("}\n", out);
}

void cli_tree_json(FILE *out, const struct cli_tree *tree, const struct task_struct *task)
{
	size_t i;

	for (i = 0; i < tree->nr; i++)
		json_node(out, tree, &tree->nodes[i]);
}
