// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "tests/fuzz/frame.h"
#include "tests/fuzz/fuzz.h"

#define HEAD		4	/* bytes: head, program, flags, number of functions */
#define FUNC		3	/* bytes: where it begins (16 bits), which it is */
#define FLAGS		(BPF_F_TEST_STATE_FREQ | BPF_F_SLEEPABLE | BPF_F_STRICT_ALIGNMENT)

const struct fuzz_frame *fuzz_frame(void)
{
	static struct fuzz_frame frame;
	struct tv_bpf_error error;
	struct tv_bpf_opts opts = { 0 };

	if (frame.obj)
		return &frame;
	tv_bpf_error_init(&error, "frame");
	fuzz_require(!tv_vmlinux_open(TV_VMLINUX_BUILTIN, &frame.vmlinux, &error), "%s", error.text);
	opts.vmlinux = frame.vmlinux;
	fuzz_require(!tv_bpf_object_open_mem(fuzz_frame_object, fuzz_frame_object_size,
					     "frame.bpf.o", &opts, &frame.obj, &error), "%s",
		     error.text);
	return &frame;
}

static bool is_kfunc_call(const struct bpf_insn *insn)
{
	return insn->code == (BPF_JMP | BPF_CALL) && insn->src_reg == BPF_PSEUDO_KFUNC_CALL;
}

/* The kernel functions among the externs, in their order; NULL behind the last. */
static const struct tv_bpf_extern *kfunc_at(uint32_t nr)
{
	const struct tv_bpf_object *obj = fuzz_frame()->obj;
	uint32_t i;

	for (i = 0; i < obj->extern_cnt; i++) {
		if (obj->externs[i].kind == TV_EXTERN_KFUNC && !nr--)
			return &obj->externs[i];
	}
	return NULL;
}

static int32_t kfunc_nr(int32_t id)
{
	const struct tv_bpf_extern *kfunc;
	int32_t nr;

	for (nr = 0; (kfunc = kfunc_at((uint32_t)nr)); nr++) {
		if (kfunc->vmlinux_id == (uint32_t)id)
			return nr;
	}
	return -1;
}

static void read_insn(struct bpf_insn *insn, struct fuzz_bytes *in)
{
	const struct tv_bpf_extern *kfunc;

	memcpy(insn, in->at, sizeof(*insn));
	in->at += sizeof(*insn);
	in->left -= sizeof(*insn);
	if (is_kfunc_call(insn) && (kfunc = kfunc_at((uint32_t)insn->imm)))
		insn->imm = (int32_t)kfunc->vmlinux_id;
}

static const struct tv_bpf_subprog *subprog_at(const struct tv_bpf_prog *prog, uint32_t which)
{
	return &prog->subprogs[which % prog->subprog_cnt];
}

int fuzz_program_read(struct fuzz_program *program, const uint8_t *data, size_t size)
{
	const struct tv_bpf_object *obj = fuzz_frame()->obj;
	struct fuzz_bytes in = { data, size };
	struct draft *draft = &program->draft;
	uint32_t i, at;

	if (size < HEAD + sizeof(struct bpf_insn))
		return -1;
	program->head = fuzz_byte(&in);
	program->nr = fuzz_below(&in, obj->prog_cnt);
	draft->flags = fuzz_byte(&in) & FLAGS;
	draft->func_cnt = fuzz_below(&in, 5);
	for (i = 0; i < draft->func_cnt; i++) {
		at = fuzz_word(&in);
		draft->funcs[i] = (struct tv_bpf_func_info){
			.insn_off = at,
			.type_id = subprog_at(&obj->progs[program->nr], fuzz_byte(&in))->func_id,
		};
	}
	for (i = 0; i < FUZZ_PROGRAM_MAX && in.left >= sizeof(struct bpf_insn); i++)
		read_insn(&draft->insns[i], &in);
	draft->cnt = i;
	return i ? 0 : -1;
}

static uint8_t subprog_nr(const struct tv_bpf_prog *prog, uint32_t func_id)
{
	uint32_t i;

	for (i = 0; i < prog->subprog_cnt; i++) {
		if (prog->subprogs[i].func_id == func_id)
			return (uint8_t)i;
	}
	return 0;
}

size_t fuzz_program_write(const struct fuzz_program *program, uint8_t *data, size_t max)
{
	const struct tv_bpf_prog *prog = &fuzz_frame()->obj->progs[program->nr];
	const struct draft *draft = &program->draft;
	uint32_t i, funcs = draft->func_cnt < 4 ? draft->func_cnt : 4;
	size_t size = HEAD + FUNC * funcs + draft->cnt * sizeof(struct bpf_insn);
	struct bpf_insn insn;
	uint8_t *to = data;

	if (size > max || !draft->cnt || draft->cnt > FUZZ_PROGRAM_MAX)
		return 0;
	*to++ = (uint8_t)program->head;
	*to++ = (uint8_t)program->nr;
	*to++ = (uint8_t)draft->flags;
	*to++ = (uint8_t)funcs;
	for (i = 0; i < funcs; i++) {
		*to++ = (uint8_t)draft->funcs[i].insn_off;
		*to++ = (uint8_t)(draft->funcs[i].insn_off >> 8);
		*to++ = subprog_nr(prog, draft->funcs[i].type_id);
	}
	for (i = 0; i < draft->cnt; i++, to += sizeof(insn)) {
		insn = draft->insns[i];
		if (is_kfunc_call(&insn))
			insn.imm = kfunc_nr(insn.imm);
		memcpy(to, &insn, sizeof(insn));
	}
	return size;
}

struct tv_bpf_prog fuzz_program_prog(struct fuzz_program *program)
{
	struct tv_bpf_prog prog = fuzz_frame()->obj->progs[program->nr];

	prog.insns = program->draft.insns;
	prog.insn_cnt = program->draft.cnt;
	prog.func_info = program->draft.funcs;
	prog.func_info_cnt = program->draft.func_cnt;
	prog.line_info_cnt = 0;
	return prog;
}

/* A new one of building blocks, or one of the frame's own, changed a little. */
static void program_make(struct fuzz_program *program, struct chance *chance)
{
	const struct tv_bpf_object *obj = fuzz_frame()->obj;

	program->head = chance_below(chance, 256);
	program->nr = chance_below(chance, obj->prog_cnt);
	draft_of(&program->draft, &obj->progs[program->nr]);
	if (chance_percent(chance, 90))
		compose(&program->draft, obj, chance);
	else
		mutate(&program->draft, chance);
}

/* What is taken is not given back, or what is given back was never taken. */
static void forget_a_call(struct draft *draft, struct chance *chance)
{
	uint32_t at = chance_below(chance, draft->cnt);

	while (at < draft->cnt && draft->insns[at].code != (BPF_JMP | BPF_CALL))
		at++;
	if (at < draft->cnt && draft->cnt > 2)
		draft_remove(draft, at);
}

size_t fuzz_program_mutate(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	static struct fuzz_program program;
	struct chance chance = { .state = seed * UINT64_C(0x9e3779b97f4a7c15) + 1 };
	uint32_t what = chance_below(&chance, 8);
	size_t made;

	if (!what)
		return LLVMFuzzerMutate(data, size, max);
	if (what < 3 || fuzz_program_read(&program, data, size))
		program_make(&program, &chance);
	else if (what == 3)
		program.head = chance_below(&chance, 256);
	else if (what == 4)
		forget_a_call(&program.draft, &chance);
	else
		mutate(&program.draft, &chance);
	made = fuzz_program_write(&program, data, max);
	return made ? made : LLVMFuzzerMutate(data, size, max);
}
