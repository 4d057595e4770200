// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * format_run: the table of formats (format_table.h) on the interpreter and on the running kernel.
 * Exit: 0 all as the table says, 1 a difference, 3 no bpf(2) here (the interpreter was still asked).
 */
#include <bpf/bpf.h>
#include <errno.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bpf/machine.h"
#include "tests/conformance/format_table.h"
#include "tests/unit/insns.h"

enum { OUTPUT, FORMAT };	/* the maps */

/* What the output map holds. */
struct output {
	char text[FORMAT_OUT];
	char memory[FORMAT_TEXTS];
	int64_t ret;
};

#define FORMAT_SIZE	64
#define MAX_INSNS	64
#define ARGS		(-8 * FORMAT_CNT)	/* from the frame's end */

struct program {
	struct bpf_insn insns[MAX_INSNS];
	uint32_t cnt;
};

static void add(struct program *p, const struct bpf_insn *insns, uint32_t cnt)
{
	memcpy(p->insns + p->cnt, insns, cnt * sizeof(*insns));
	p->cnt += cnt;
}
#define ADD(p, ...)	add(p, (struct bpf_insn[]){ __VA_ARGS__ },				\
			    sizeof((struct bpf_insn[]){ __VA_ARGS__ }) / sizeof(struct bpf_insn))

/* Arguments go on the stack; then the call; its answer into the output. */
static void write_program(struct program *p, const struct format_row *row, int output, int format)
{
	uint32_t i;

	p->cnt = 0;
	ADD(p, LDVALUE(R6, output, 0));
	for (i = 0; i < row->cnt; i++) {
		if (row->args[i] == AT_MEMORY)
			ADD(p, MOVX(R1, R6), ALU64K(BPF_ADD, R1, offsetof(struct output, memory)));
		else
			ADD(p, LD64(R1, row->args[i]));
		ADD(p, STX(BPF_DW, R10, ARGS + 8 * (int)i, R1));
	}
	ADD(p, MOVX(R1, R6), MOVK(R2, (int32_t)row->size), LDVALUE(R3, format, 0), MOVX(R4, R10),
	    ALU64K(BPF_ADD, R4, ARGS), MOVK(R5, (int32_t)row->cnt * 8), HELPER(BPF_FUNC_snprintf),
	    STX(BPF_DW, R6, offsetof(struct output, ret), R0), MOVK(R0, 0), EXIT);
}

static void fill(const struct format_row *row, struct output *output, char format[FORMAT_SIZE])
{
	size_t len = strlen(row->fmt);

	memset(output, 0, sizeof(*output));
	memset(format, 0, FORMAT_SIZE);
	memcpy(format, row->fmt, len < FORMAT_SIZE ? len : FORMAT_SIZE - 1);
	/* the bytes of an address may have zeros among them */
	if (row->memory && strstr(row->fmt, "%p"))
		memcpy(output->memory, row->memory, strstr(row->fmt, "6") ? 16 : 5);
	else if (row->memory)
		strncpy(output->memory, row->memory, sizeof(output->memory) - 1);
}

static int judge(const char *side, const struct format_row *row, const struct output *output)
{
	if (output->ret == row->want_ret && !strcmp(output->text, row->want))
		return 0;
	printf("%s: '%s' gives %" PRId64 " '%.64s', not %" PRId64 " '%s'\n", side, row->fmt, output->ret,
	       output->text, row->want_ret, row->want);
	return 1;
}

/* --- the interpreter ----------------------------------------------------------------- */

static int ask_ours(const struct format_row *row)
{
	struct tv_bpf_map maps[] = {
		[OUTPUT] = { .name = "output", .section = ".maps", .type = BPF_MAP_TYPE_ARRAY, .key_size = 4,
			     .value_size = sizeof(struct output), .max_entries = 1 },
		[FORMAT] = { .name = "format", .section = ".maps", .type = BPF_MAP_TYPE_ARRAY, .key_size = 4,
			     .value_size = FORMAT_SIZE, .max_entries = 1, .flags = BPF_F_RDONLY_PROG },
	};
	struct program program;
	struct tv_bpf_prog prog = { .name = "format", .section = "raw_tp", .insns = program.insns };
	struct tv_bpf_object obj = { .progs = &prog, .prog_cnt = 1, .maps = maps, .map_cnt = 2 };
	const struct tv_machine_opts opts = { .max_insns = 1000 };
	struct tv_run_result result;
	struct tv_machine *machine;
	struct tv_bpf_error error;
	const uint32_t key = 0;
	struct output output;
	char format[FORMAT_SIZE];

	write_program(&program, row, OUTPUT, FORMAT);
	prog.insn_cnt = program.cnt;
	tv_bpf_error_init(&error, "format");
	if (tv_machine_create(&obj, &opts, &machine, &error))
		return 1;
	fill(row, &output, format);
	memcpy(tv_map_value(tv_machine_map(machine, OUTPUT), &key, 0), &output, sizeof(output));
	memcpy(tv_map_value(tv_machine_map(machine, FORMAT), &key, 0), format, sizeof(format));
	tv_machine_run(machine, &prog, NULL, 0, &result);
	memcpy(&output, tv_map_value(tv_machine_map(machine, OUTPUT), &key, 0), sizeof(output));
	tv_machine_destroy(machine);
	if (result.end == TV_RUN_DONE)
		return judge("interpreter", row, &output);
	printf("interpreter: '%s': %s\n", row->fmt, result.why);
	return 1;
}

/* --- the kernel ------------------------------------------------------------------------ */

/* A map of one element with that value, frozen when programs only read it; a descriptor or -errno. */
static int make_map(const void *value, uint32_t size, bool frozen)
{
	LIBBPF_OPTS(bpf_map_create_opts, opts, .map_flags = frozen ? BPF_F_RDONLY_PROG : 0);
	int map = bpf_map_create(BPF_MAP_TYPE_ARRAY, "format", 4, size, 1, &opts), err = 0;
	const uint32_t key = 0;

	if (map < 0)
		return -errno;
	if (bpf_map_update_elem(map, &key, value, 0) || (frozen && bpf_map_freeze(map)))
		err = -errno;
	if (!err)
		return map;
	close(map);
	return err;
}

/* Loads and runs; a format that is refused answers -EINVAL, as the table has it. */
static int run_in_kernel(const struct program *program, int map, struct output *output)
{
	LIBBPF_OPTS(bpf_prog_load_opts, load);
	LIBBPF_OPTS(bpf_test_run_opts, run);
	int prog = bpf_prog_load(BPF_PROG_TYPE_RAW_TRACEPOINT, "format", "GPL", program->insns, program->cnt, &load);
	const uint32_t key = 0;
	int err = 0;

	if (prog < 0) {
		output->ret = -errno;
		return 0;
	}
	if (bpf_prog_test_run_opts(prog, &run) || bpf_map_lookup_elem(map, &key, output))
		err = -errno;
	close(prog);
	return err;
}

static int ask_kernel(const struct format_row *row, bool *missing)
{
	struct program program;
	char format[FORMAT_SIZE];
	struct output output;
	int maps[2], err;

	fill(row, &output, format);
	maps[OUTPUT] = make_map(&output, sizeof(output), false);
	if (maps[OUTPUT] < 0) {
		*missing = true;
		return 0;
	}
	maps[FORMAT] = make_map(format, sizeof(format), true);
	write_program(&program, row, maps[OUTPUT], maps[FORMAT]);
	err = maps[FORMAT] < 0 ? maps[FORMAT] : run_in_kernel(&program, maps[OUTPUT], &output);
	close(maps[OUTPUT]);
	if (maps[FORMAT] >= 0)
		close(maps[FORMAT]);
	if (!err)
		return judge("kernel", row, &output);
	printf("kernel: '%s': %s\n", row->fmt, strerror(-err));
	return 1;
}

int main(void)
{
	const struct format_row *row;
	bool missing = false;
	int rows = 0, bad = 0;

	for (row = format_rows; row->fmt; row++) {
		rows++;
		bad += ask_ours(row);
		if (!missing)
			bad += ask_kernel(row, &missing);
	}
	printf("%d formats on the interpreter%s, %d differences\n", rows, missing ? "" : " and on the kernel", bad);
	return bad ? 1 : missing ? 3 : 0;
}
