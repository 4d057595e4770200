// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A maple tree's nodes as a Graphviz graph. */
#include <string.h>
#include "cli/tree_nodes.h"
#include "model/maps.h"

/*
 * A text inside a record label: what has a meaning there gets a backslash.
 * Bytes outside ASCII are shown as '?', since names need not be UTF-8.
 */
static void put_label(FILE *out, const char *text, size_t len)
{
	for (; len--; text++) {
		unsigned char c = *text;

		if (strchr("{}|<>\"\\ ", c) && c)
			fprintf(out, "\\%c", c);
		else
			putc(c < ' ' || c >= 0x7f ? '?' : c, out);
	}
}

/* Only the last part of a path: boxes stay narrow. */
static void put_vma(FILE *out, const struct vm_area_struct *vma)
{
	struct tv_vma_desc desc;
	const char *name, *slash;
	char perms[5];

	tv_vma_describe(vma, &desc);
	tv_vm_flags_to_perms(desc.vm_flags, perms);
	fputs(perms, out);
	if (!desc.name_len)
		return;
	slash = memrchr(desc.name, '/', desc.name_len);
	name = slash ? slash + 1 : desc.name;
	fputs("\\ ", out);
	put_label(out, name, desc.name + desc.name_len - name);
}

static void put_slot(FILE *out, const struct cli_tree_node *node, unsigned int offset)
{
	const struct cli_tree_slot *slot = &node->slots[offset];

	fprintf(out, "|<s%u>%lx-%lx", offset, slot->min, slot->last);
	fputs(cli_tree_is_leaf(node) ? "\\ " : "\\n", out);
	if (slot->vma)
		put_vma(out, slot->vma);
	else if (cli_tree_is_leaf(node))
		putc('-', out);
	else if (!slot->child)
		fputs("...\\n", out);
	if (cli_tree_has_gaps(node))
		fprintf(out, "gap\\ %lx", slot->gap);
	fputs(cli_tree_is_leaf(node) ? "\\l" : "", out);
}

/* Leaves list their slots downwards, the others from left to right. */
static void put_node(FILE *out, const struct cli_tree *tree, const struct cli_tree_node *node)
{
	size_t id = node - tree->nodes;
	unsigned int offset;

	fprintf(out, "\tn%zu [label=\"%snode\\ %zu\\n%s", id, cli_tree_is_leaf(node) ? "{" : "",
		id, cli_tree_type_name(node->type));
	for (offset = 0; offset < node->nr_slots; offset++)
		put_slot(out, node, offset);
	fprintf(out, "%s\"];\n", cli_tree_is_leaf(node) ? "}" : "");
	if (node->depth)
		fprintf(out, "\tn%zu:s%u -> n%zu;\n", node->parent, node->parent_slot, id);
}

void cli_tree_dot(FILE *out, const struct cli_tree *tree, const struct task_struct *task)
{
	size_t i;

	fprintf(out, "digraph maple_tree {\n\tgraph [label=\"task %d: %zu VMAs, %zu nodes\"];\n",
		task->pid, tree->vmas, tree->nr + tree->left_out);
	fputs("\tnode [shape=record, fontname=\"monospace\", fontsize=9];\n", out);
	for (i = 0; i < tree->nr; i++)
		put_node(out, tree, &tree->nodes[i]);
	fputs("}\n", out);
}
