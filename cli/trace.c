// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* An interpreted program, step by step (trace.h). */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include "cli/text.h"
#include "cli/trace.h"
#include "cli/value.h"

#define NR_REGS		11
#define LINE_WIDTH	200	/* characters of a variable's value, about */

bool tracer_break_ok(const char *text)
{
	const char *colon = strrchr(text, ':');
	uint64_t line;

	return colon && colon != text && !cli_parse_u64(colon + 1, &line) && line && line <= UINT32_MAX;
}

/* Whether the line is that of "FILE:LINE", or of a path that ends so. */
static bool is_break(const char *text, const struct tv_bpf_line_info *line)
{
	const char *colon = strrchr(text, ':');
	size_t len = (size_t)(colon - text), file = strlen(line->file);

	if (strtoul(colon + 1, NULL, 0) != line->line || len > file)
		return false;
	if (memcmp(line->file + file - len, text, len))
		return false;
	return len == file || line->file[file - len - 1] == '/';
}

static void tell_line(const struct tv_bpf_line_info *line)
{
	fputs("; ", stderr);
	cli_plain_text(stderr, cli_base_name(line->file), strlen(cli_base_name(line->file)));
	fprintf(stderr, ":%" PRIu32 ": ", line->line);
	cli_plain_text(stderr, line->text + strspn(line->text, " \t"),
		       strlen(line->text + strspn(line->text, " \t")));
	putc('\n', stderr);
}

static void tell_registers(const uint64_t regs[NR_REGS])
{
	for (int i = 0; i < NR_REGS; i++)
		fprintf(stderr, "  r%d = 0x%" PRIx64 "%s", i, regs[i], i % 4 == 3 ? "\n" : "");
	putc('\n', stderr);
}

static void tell_variables(const struct tracer *tracer, struct tv_machine *machine)
{
	const struct tv_bpf_object *obj = tv_machine_object(machine);
	const uint32_t key = 0;

	for (size_t i = 0; tracer->dump && i < tracer->dump->nr; i++) {
		const struct cli_var *var = &tracer->dump->vars[i];
		struct tv_map *map = tv_machine_map(machine, (uint32_t)(var->map - obj->maps));
		const uint8_t *data = map ? tv_map_value(map, &key, 0) : NULL;

		if (!data)
			continue;
		fputs("  ", stderr);
		cli_plain_text(stderr, var->text, strlen(var->text));
		fputs(" = ", stderr);
		if (var->bits)
			fprintf(stderr, "%" PRIu64, value_bits(data + var->offset, var->size, var->bit,
							       var->bits));
		else
			value_text(stderr, obj->btf, var->type_id, data + var->offset, var->size,
				   LINE_WIDTH);
		putc('\n', stderr);
	}
}

/* What the instruction before this one changed stands behind it. */
static void tell_changes(const struct tracer *tracer, const uint64_t regs[NR_REGS])
{
	for (int i = 0; i < NR_REGS; i++)
		if (regs[i] != tracer->regs[i])
			fprintf(stderr, "  r%d=0x%" PRIx64, i, regs[i]);
	putc('\n', stderr);
}

static void tell_insn(const struct tracer *tracer, const struct tv_bpf_prog *prog, uint32_t insn)
{
	char text[TV_DISASM_SIZE];

	fprintf(stderr, "%5" PRIu32 ": %-40s", insn,
		tv_disasm(&tracer->disasm, &prog->insns[insn], text, sizeof(text)));
}

int tracer_step(void *arg, struct tv_machine *machine, uint32_t insn, const uint64_t regs[NR_REGS])
{
	struct tracer *tracer = arg;
	const struct tv_bpf_prog *prog = tv_machine_at(machine, NULL);
	const struct tv_bpf_line_info *line = tv_bpf_prog_line(prog, insn);
	/* a compiler has several records for parts of one line, and line 0 for what is on none */
	bool new_line = line && line->line && (!tracer->line || line->line != tracer->line->line ||
					       insn <= tracer->insn || strcmp(line->file, tracer->line->file));

	if (tracer->all && tracer->begun)
		tell_changes(tracer, regs);
	if (tracer->all && new_line)
		tell_line(line);
	for (size_t i = 0; new_line && i < tracer->breaks->nr; i++) {
		if (!is_break(tracer->breaks->texts[i], line))
			continue;
		if (!tracer->all)
			tell_line(line);
		tell_registers(regs);
		tell_variables(tracer, machine);
	}
	if (tracer->all)
		tell_insn(tracer, prog, insn);
	tracer->begun = true;
	tracer->line = new_line ? line : tracer->line;
	tracer->insn = insn;
	memcpy(tracer->regs, regs, sizeof(tracer->regs));
	return 0;
}

void tracer_end(struct tracer *tracer)
{
	if (tracer->all && tracer->begun)
		putc('\n', stderr);
}
