// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Drafts on paper:
 *
 *	# any comment
 *	frame iters-clang-14/iters.bpf.o iter_err_unsafe_c_loop
 *	flags 8
 *	func 0 iter_err_unsafe_c_loop
 *	insn bf 6 1 0 0 ; r6 = r1
 *	insn 85 0 2 0 bpf_iter_num_new ; call ...
 *
 * Numbers of instructions: code (hexadecimal), destination, source, offset, immediate.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/disasm.h"
#include "tests/differential/generate.h"

/* The object by its folder and name: where the folder stands differs. */
static const char *short_name(const char *file)
{
	const char *slash = strrchr(file, '/');

	while (slash && slash > file && slash[-1] != '/')
		slash--;
	return slash ? slash : file;
}

static void print_insn(FILE *f, const struct frame *frame, const struct bpf_insn *insn)
{
	struct tv_disasm d = { .kernel = TV_KERNEL_6_18, .vmlinux = frame->vmlinux };
	char text[TV_DISASM_SIZE];

	fprintf(f, "insn %02x %u %u %d ", insn->code, insn->dst_reg, insn->src_reg, insn->off);
	if (tv_insn_is_kfunc_call(insn) && insn->imm)
		fprintf(f, "%s", tv_btf_name(frame->vmlinux, (uint32_t)insn->imm));
	else
		fprintf(f, "%d", insn->imm);
	fprintf(f, "%s%s\n", insn->code ? " ; " : "", insn->code ? tv_disasm(&d, insn, text, sizeof(text)) : "");
}

void draft_print(FILE *f, const struct frame *frame, uint32_t prog, const struct draft *draft,
		 const struct judgement *result)
{
	uint32_t i;

	fprintf(f, "# %s\nframe %s %s\nflags %u\n", result->text, short_name(frame->file),
		frame->obj->progs[prog].name, draft->flags);
	for (i = 0; i < draft->func_cnt; i++)
		fprintf(f, "func %u %s\n", draft->funcs[i].insn_off,
			tv_btf_name(frame->obj->btf, draft->funcs[i].type_id));
	for (i = 0; i < draft->cnt; i++)
		print_insn(f, frame, &draft->insns[i]);
}

/* --- reading -------------------------------------------------------------------- */

int draft_frame(const char *path, char *object, char *program, size_t size)
{
	FILE *f = fopen(path, "re");
	char line[1024], a[512], b[256];
	int err = -EINVAL;

	if (!f)
		return -errno;
	while (err && fgets(line, sizeof(line), f))
		if (sscanf(line, "frame %511s %255s", a, b) == 2)
			err = 0;
	fclose(f);
	if (!err) {
		snprintf(object, size, "%s", a);
		snprintf(program, size, "%s", b);
	}
	return err;
}

static int read_insn(const struct frame *frame, const char *line, struct bpf_insn *insn)
{
	unsigned int code, dst, src;
	char imm[256], *end;
	int off, id;

	if (sscanf(line, "%x %u %u %d %255s", &code, &dst, &src, &off, imm) != 5 || code > 255 ||
	    dst > 15 || src > 15)
		return -EINVAL;
	*insn = (struct bpf_insn){ .code = (uint8_t)code, .dst_reg = dst, .src_reg = src,
				   .off = (int16_t)off, .imm = (int32_t)strtol(imm, &end, 10) };
	if (!*end)
		return 0;
	id = tv_btf_find(frame->vmlinux, imm, BTF_KIND_FUNC);
	insn->imm = id;
	return id > 0 ? 0 : -ENOENT;
}

static int read_func(const struct frame *frame, const char *line, struct tv_bpf_func_info *func)
{
	char name[256];
	int id;

	if (sscanf(line, "%u %255s", &func->insn_off, name) != 2)
		return -EINVAL;
	id = tv_btf_find(frame->obj->btf, name, BTF_KIND_FUNC);
	func->type_id = id > 0 ? (uint32_t)id : 0;
	return id > 0 ? 0 : -ENOENT;
}

int draft_read(const char *path, const struct frame *frame, struct draft *draft)
{
	FILE *f = fopen(path, "re");
	char line[1024];
	int err = 0;

	if (!f)
		return -errno;
	memset(draft, 0, sizeof(*draft));
	while (!err && fgets(line, sizeof(line), f)) {
		if (!strncmp(line, "flags ", 6))
			draft->flags = (uint32_t)strtoul(line + 6, NULL, 10);
		else if (!strncmp(line, "func ", 5) && draft->func_cnt < MAX_FUNCS)
			err = read_func(frame, line + 5, &draft->funcs[draft->func_cnt++]);
		else if (!strncmp(line, "insn ", 5) && draft->cnt < MAX_INSNS)
			err = read_insn(frame, line + 5, &draft->insns[draft->cnt++]);
	}
	fclose(f);
	return err ? err : draft->cnt ? 0 : -EINVAL;
}
