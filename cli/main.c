// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The command: finds the verb and runs it. */
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include "cli/cli.h"
#include "cli/output.h"

const char *argp_program_version = "taskvma " TASKVMA_VERSION;

struct verb {
	const char *name;
	const char *summary;
	cli_verb_fn *run;	/* NULL: known by name, not there yet */
};

static const struct verb verbs[] = {
	{ "walk", "walk an address space with the emulated iterator and print it", cli_walk },
	{ "capture", "write a live process, or a saved maps text, as a fixture", cli_capture },
	{ "check", "check fixtures and the model's invariants on them", cli_check },
	{ "tree", "show the maple tree of an address space", cli_tree },
	{ "explore", "every interleaving of a scenario's actors, and what goes wrong", cli_explore },
	{ "ablate", "each decision of a design with and without, and what goes wrong", cli_ablate },
	{ "compare", "a scenario, every design and what came before, side by side", cli_compare },
	{ "verify", "what a kernel's verifier says of the programs of BPF objects", cli_verify },
	{ "run", "run a BPF program on an emulated address space, or on the running kernel", cli_run },
	{ "diff", "BPF programs on the model and on the running kernel, side by side", cli_diff },
	{ .name = "record" }, { .name = "replay" },
};

#define NR_VERBS	(sizeof(verbs) / sizeof(verbs[0]))

static void print_help(FILE *out)
{
	const struct verb *verb;

	fputs("Usage: taskvma VERB [OPTION...] [OPERAND...]\n\n"
	      "Walks address spaces with the kernel's bpf_iter_task_vma, emulated.\n\n", out);
	for (verb = verbs; verb < verbs + NR_VERBS; verb++) {
		if (verb->run)
			fprintf(out, "  %-10s %s\n", verb->name, verb->summary);
	}
	fputs("\n`taskvma VERB --help' tells a verb's options; --version tells the version.\n\n"
	      "Exit status: 0 done and it holds, 1 done and the answer is no, 2 bad input or\n"
	      "usage, 3 this machine can't.\n", out);
}

static enum cli_status unknown_verb(const char *name)
{
	const struct verb *verb;
	char list[256];
	size_t len = 0;

	for (verb = verbs; verb < verbs + NR_VERBS; verb++) {
		if (verb->run)
			len += snprintf(list + len, sizeof(list) - len, "%s%s",
					len ? ", " : "", verb->name);
	}
	cli_error("there is no verb '%s'; there are: %s", name, list);
	return CLI_BAD;
}

static enum cli_status run_verb(int argc, char **argv)
{
	const struct verb *verb;
	char what[64];

	for (verb = verbs; verb < verbs + NR_VERBS; verb++) {
		if (strcmp(argv[0], verb->name))
			continue;
		if (verb->run)
			return verb->run(argc, argv);
		snprintf(what, sizeof(what), "verb %s", verb->name);
		return cli_unsupported(what);
	}
	return unknown_verb(argv[0]);
}

/*
 * libfyaml 0.7.12 may read a byte through a pointer that it took before its buffer grew
 * (docs/fixtures.md). The buffer is of some hundred KiB at most: kept on the heap, its old bytes
 * are still there then; a mapping of its own would be gone.
 */
static void keep_buffers_on_heap(void)
{
	mallopt(M_MMAP_THRESHOLD, 2 << 20);
	mallopt(M_TRIM_THRESHOLD, 64 << 20);
}

int main(int argc, char **argv)
{
	keep_buffers_on_heap();
	cli_output_init();
	if (argc < 2) {
		print_help(stderr);
		return CLI_BAD;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-?")) {
		print_help(stdout);
		return CLI_OK;
	}
	if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
		puts(argp_program_version);
		return CLI_OK;
	}
	return run_verb(argc - 1, argv + 1);
}
