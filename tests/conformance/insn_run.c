// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * insn_run [RANDOM [SEED]]: the table (insn_table.h) on the interpreter and on the running kernel; then each
 * of its cases RANDOM times with operands and immediates that nobody chose, on both.
 * Exit: 0 all equal, 1 a difference, 3 no bpf(2) here (the interpreter was still held against the table).
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/conformance/insn_kernel.h"
#include "tests/conformance/insn_ours.h"

#define RUNS_EACH	20	/* of a program with other operands */

struct session {
	struct kernel_side kernel;
	bool has_kernel;
	uint64_t seed;
	uint32_t random;	/* how many times each case */
	unsigned long ours, kernels, refused, lacking, randoms, different;
};

static void tell(struct session *s, const char *side, const struct insn_case *c, const char *what)
{
	printf("%s: %s: a 0x%" PRIx64 ", b 0x%" PRIx64 ", imm 0x%x: %s\n", side, c->name, c->in.r1, c->in.r2,
	       (uint32_t)c->body[0].imm, what);
	s->different++;
}

/* Runs a program that was loaded; how it went is compared with @c->want. */
static void judge_ours(struct session *s, const struct insn_case *c, struct ours *ours)
{
	struct cells cells = c->in;
	char text[128];
	const char *what = ours_run(ours, &cells, NULL);

	if (!what)
		what = cells_differ(&cells, &c->want, text, sizeof(text));
	if (what)
		tell(s, "interpreter", c, what);
}

static void judge_kernel(struct session *s, const struct insn_case *c, int prog)
{
	struct cells cells = c->in;
	char text[128];
	int err = kernel_run(&s->kernel, prog, &cells, NULL);
	const char *what = err ? strerror(-err) : cells_differ(&cells, &c->want, text, sizeof(text));

	if (what)
		tell(s, "kernel", c, what);
}

/* What the kernel says of loading a case: a descriptor, or -1 when it is not to be run there. */
static int load_in_kernel(struct session *s, const struct insn_case *c, const struct bpf_insn *insns,
			  uint32_t cnt)
{
	int prog = s->has_kernel ? kernel_load(&s->kernel, insns, cnt) : -1;

	if (!s->has_kernel)
		return -1;
	if (case_is_refused(c)) {
		if (prog != -EINVAL)
			tell(s, "kernel", c, "is not refused");
		s->refused++;
		if (prog >= 0)
			close(prog);
		return -1;
	}
	if (prog < 0 && case_is_new(c)) {
		s->lacking++;
		return -1;
	}
	if (prog < 0)
		tell(s, "kernel", c, s->kernel.log[0] ? s->kernel.log : strerror(-prog));
	return prog;
}

static int table_case(void *arg, const struct insn_case *c)
{
	struct bpf_insn insns[CASE_INSNS];
	uint32_t cnt = case_program(c, 0, insns);
	struct session *s = arg;
	struct ours ours;
	int prog;

	if (ours_load(&ours, insns, cnt))
		return -ENOMEM;
	judge_ours(s, c, &ours);
	ours_unload(&ours);
	s->ours++;
	prog = load_in_kernel(s, c, insns, cnt);
	if (prog >= 0) {
		judge_kernel(s, c, prog);
		close(prog);
		s->kernels++;
	}
	return 0;
}

static int table_programs(struct session *s)
{
	const struct prog_case *p;

	for (p = prog_cases; p->name; p++) {
		struct insn_case c = { .name = p->name };
		struct bpf_insn insns[PROG_INSNS];
		uint32_t cnt = insns_used(p->insns, PROG_INSNS), ret;
		struct cells cells = { 0 };
		const char *what;
		struct ours ours;
		uint64_t retval;
		int prog;

		memcpy(insns, p->insns, sizeof(insns));
		if (ours_load(&ours, insns, cnt))
			return -ENOMEM;
		what = ours_run(&ours, &cells, &retval);
		if (what || (uint32_t)retval != p->want)
			tell(s, "interpreter", &c, what ? what : "another result");
		ours_unload(&ours);
		s->ours++;
		prog = load_in_kernel(s, &c, insns, cnt);
		if (prog < 0)
			continue;
		if (kernel_run(&s->kernel, prog, &cells, &ret) || ret != p->want)
			tell(s, "kernel", &c, "another result");
		close(prog);
		s->kernels++;
	}
	return 0;
}

/* --- operands that nobody chose -------------------------------------------------------- */

static uint64_t draw(struct session *s)
{
	s->seed ^= s->seed << 13;
	s->seed ^= s->seed >> 7;
	s->seed ^= s->seed << 17;
	return s->seed;
}

/* Often near the edges of 8, 16, 32 and 64 bits. */
static uint64_t draw_operand(struct session *s)
{
	uint64_t bits = draw(s), edge = UINT64_C(1) << (bits >> 8) % 64;

	switch (bits % 8) {
	case 0:
		return edge;
	case 1:
		return edge - 1;
	case 2:
		return -edge;
	case 3:
		return bits >> 16 & 0xff;
	case 4:
		return (uint64_t)(int64_t)(int32_t)draw(s);
	case 5:
		return (uint32_t)draw(s);
	default:
		return draw(s);
	}
}

static struct cells draw_cells(struct session *s)
{
	return (struct cells){
		.r0 = draw_operand(s), .r1 = draw_operand(s), .r2 = draw_operand(s),
		.mem = { draw(s) % 4 ? draw_operand(s) : 0, draw_operand(s) },
	};
}

/* An immediate that the verifier takes. */
static int32_t draw_immediate(struct session *s, struct insn_case *c)
{
	do
		c->body[0].imm = (int32_t)draw_operand(s);
	while (case_is_refused(c) && (c->body[0].imm &= 31, case_is_refused(c)));
	return c->body[0].imm;
}

static bool has_free_immediate(const struct bpf_insn *insn)
{
	uint8_t class = BPF_CLASS(insn->code);

	if (BPF_SRC(insn->code) != BPF_K || BPF_OP(insn->code) == BPF_NEG || BPF_OP(insn->code) == BPF_END)
		return false;
	return class == BPF_ALU || class == BPF_ALU64 || class == BPF_JMP || class == BPF_JMP32;
}

/* The instruction of a case with other operands, here and there. */
static int random_program(struct session *s, struct insn_case *c)
{
	struct bpf_insn insns[CASE_INSNS];
	uint32_t cnt, i;
	struct ours ours;
	int prog;

	if (has_free_immediate(&c->body[0]))
		draw_immediate(s, c);
	cnt = case_program(c, 0, insns);
	prog = load_in_kernel(s, c, insns, cnt);
	if (prog < 0)
		return 0;
	if (ours_load(&ours, insns, cnt)) {
		close(prog);
		return -ENOMEM;
	}
	for (i = 0; i < RUNS_EACH; i++) {
		c->in = draw_cells(s);
		/* what a compare-and-exchange waits for */
		if (!(draw(s) % 3))
			c->in.r0 = c->in.mem[0];
		c->want = c->in;
		if (kernel_run(&s->kernel, prog, &c->want, NULL))
			tell(s, "kernel", c, "does not run");
		judge_ours(s, c, &ours);
		s->randoms++;
	}
	ours_unload(&ours);
	close(prog);
	return 0;
}

static int random_case(void *arg, const struct insn_case *c)
{
	struct session *s = arg;
	struct insn_case copy = *c;
	uint32_t i;
	int err = 0;

	if (case_is_refused(c))
		return 0;
	for (i = 0; !err && i < (s->random + RUNS_EACH - 1) / RUNS_EACH; i++)
		err = random_program(s, &copy);
	return err;
}

int main(int argc, char **argv)
{
	struct session s = { .random = argc > 1 ? strtoul(argv[1], NULL, 0) : 200 };
	int err;

	s.seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 20250607;
	err = kernel_open(&s.kernel);
	s.has_kernel = !err;
	if (err)
		fprintf(stderr, "insn_run: no bpf(2) here: %s\n", strerror(-err));
	err = for_each_case(table_case, &s);
	if (!err)
		err = table_programs(&s);
	if (!err && s.has_kernel)
		err = for_each_case(random_case, &s);
	if (s.has_kernel)
		kernel_close(&s.kernel);
	if (err) {
		fprintf(stderr, "insn_run: %s\n", strerror(-err));
		return 1;
	}
	printf("%lu cases on the interpreter, %lu on the kernel, %lu that its verifier refuses, %lu that it does "
	       "not have yet; %lu with random operands on both; %lu differences\n",
	       s.ours, s.kernels, s.refused, s.lacking, s.randoms, s.different);
	return s.different ? 1 : s.has_kernel ? 0 : 3;
}
