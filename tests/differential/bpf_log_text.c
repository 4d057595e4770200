// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Our disassembly against the kernel's words (bpf_log_text.h). */
#include "tests/differential/bpf_log_text.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The kernel replaces these immediates by addresses before it prints. */
static bool is_address(const struct bpf_insn *insn)
{
	return tv_insn_is_ldimm64(insn) && insn->src_reg && insn->src_reg != BPF_PSEUDO_FUNC;
}

/* "12: (bf) r1 = r10   ; R1=fp0" is number 12 and the text between; false for other lines. */
static bool parse_line(const char *line, size_t len, unsigned long *number, char *text,
		       size_t size)
{
	const char *end = line + len, *colon;
	char *after;

	if (!len || !isdigit((unsigned char)*line))
		return false;
	*number = strtoul(line, &after, 10);
	if (after + 3 > end || strncmp(after, ": (", 3))
		return false;
	after += 2;
	colon = memchr(after, ';', end - after);
	if (colon)
		end = colon;
	while (end > after && isspace((unsigned char)end[-1]))
		end--;
	snprintf(text, size, "%.*s", (int)(end - after), after);
	return true;
}

static bool same_text(const struct bpf_insn *insn, const char *ours, const char *kernel)
{
	const char *address = strstr(ours, "= 0x");

	if (is_address(insn) && address)
		return !strncmp(ours, kernel, address + 4 - ours);
	return !strcmp(ours, kernel);
}

void log_text_compare(const char *name, const char *log, const struct bpf_insn *insns,
		      uint32_t insn_cnt, const struct tv_btf *vmlinux, struct text_count *count)
{
	const struct tv_disasm how = { .kernel = TV_KERNEL_6_18, .vmlinux = vmlinux };
	char ours[TV_DISASM_SIZE], kernel[TV_DISASM_SIZE];
	const char *line, *end;
	unsigned long n;

	for (line = log; (end = strchr(line, '\n')); line = end + 1) {
		if (!parse_line(line, end - line, &n, kernel, sizeof(kernel)) || n >= insn_cnt)
			continue;
		if (tv_insn_is_ldimm64(&insns[n]) && n + 1 == insn_cnt)
			continue;
		tv_disasm(&how, &insns[n], ours, sizeof(ours));
		count->lines++;
		if (same_text(&insns[n], ours, kernel))
			continue;
		count->different++;
		printf("  text  %s insn %lu: ours '%s', the kernel's '%s'\n", name, n, ours, kernel);
	}
}

/* --- every opcode ------------------------------------------------------------- */

#define PRELUDE		10	/* r0..r9 = 0: any of them may be read */

static uint32_t wrap(struct bpf_insn *prog, const struct bpf_insn *insn)
{
	uint32_t n = 0, i;

	/* all of it must be reachable, or nothing is printed */
	for (i = 0; i < PRELUDE; i++)
		prog[n++] = (struct bpf_insn){ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = i };
	prog[n++] = *insn;
	if (tv_insn_is_ldimm64(insn))
		prog[n++] = (struct bpf_insn){ .imm = 0x1234 };
	if (insn->code == (BPF_JMP | BPF_EXIT))
		return n;
	prog[n++] = (struct bpf_insn){ .code = BPF_ALU64 | BPF_MOV | BPF_K };
	prog[n++] = (struct bpf_insn){ .code = BPF_JMP | BPF_EXIT };
	return n;
}

static void sweep_one(const struct bpf_insn *insn, const struct tv_btf *vmlinux,
		      struct text_count *count)
{
	static char log[65536];
	struct bpf_insn prog[PRELUDE + 8];
	uint32_t n = wrap(prog, insn);
	union bpf_attr attr;
	long fd;

	memset(&attr, 0, sizeof(attr));
	attr.prog_type = BPF_PROG_TYPE_SOCKET_FILTER;
	attr.insns = (uintptr_t)prog;
	attr.insn_cnt = n;
	attr.license = (uintptr_t)"GPL";
	attr.log_buf = (uintptr_t)log;
	attr.log_size = sizeof(log);
	attr.log_level = 2;
	log[0] = 0;
	fd = syscall(__NR_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));
	if (fd >= 0)
		close(fd);
	log_text_compare("sweep", log, prog, n, vmlinux, count);
}

void log_text_sweep(const struct tv_btf *vmlinux, struct text_count *count)
{
	static const int offs[] = { 0, 1, 8, 16, 32, -1 };
	static const int imms[] = { 0, 1, 16, 32, 64, 0x41, 0x51, 0xa1, 0xe1, 0xf1, 0x100, 0x110, -7 };
	static const int regs[] = { 0, 1, 2, 10 };
	unsigned int code, o, i, r;

	/* offsets with two immediates, immediates with one offset */
	for (code = 0; code < 256; code++)
		for (o = 0; o < sizeof(offs) / sizeof(offs[0]); o++)
			for (i = 0; i < (o ? 3 : sizeof(imms) / sizeof(imms[0])); i++)
				for (r = 0; r < sizeof(regs) / sizeof(regs[0]); r++) {
					const struct bpf_insn insn = {
						.code = code, .dst_reg = 1, .src_reg = regs[r],
						.off = offs[o], .imm = imms[i],
					};

					sweep_one(&insn, vmlinux, count);
				}
}
