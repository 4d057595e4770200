// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Instructions in the words of the verifier log (disasm.h; the words are those of v6.12 and v6.18
 * kernel/bpf/disasm.c). One function for each class of instruction gives the text behind the
 * opcode; what the kernel cannot print ("BUG_...") has no opcode in front.
 */
#include "bpf/disasm.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Where the text goes, and what it is about. */
struct text {
	const struct tv_disasm *d;
	const struct bpf_insn *insn;
	char *buf;
	size_t size;
};

__attribute__((format(printf, 2, 3)))
static void say(const struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n = snprintf(t->buf, t->size, "(%02x) ", t->insn->code);

	if ((size_t)n >= t->size)
		return;
	va_start(ap, fmt);
	vsnprintf(t->buf + n, t->size - n, fmt, ap);
	va_end(ap);
}

static void say_bug(const struct text *t, const char *class)
{
	snprintf(t->buf, t->size, "BUG_%s%02x", class, t->insn->code);
}

/* What the kernel's printf makes of a missing name. */
static const char *or_null(const char *s)
{
	return s ? s : "(null)";
}

/* "*(u32 *)": unsigned ('u') or sign-extending ('s') access of the instruction's size. */
static const char *memory_type(const struct bpf_insn *insn, char sign)
{
	static const char *const zero_extended[] = { "u32", "u16", "u8", "u64" };
	static const char *const sign_extended[] = { "s32", "s16", "s8", "(null)" };
	int i = BPF_SIZE(insn->code) >> 3;

	return sign == 's' ? sign_extended[i] : zero_extended[i];
}

/* --- arithmetic --------------------------------------------------------------- */

static const char *alu_operator(const struct bpf_insn *insn)
{
	static const char *const operators[16] = {
		"+=", "-=", "*=", "/=", "|=", "&=", "<<=", ">>=", "neg", "%=", "^=", "=", "s>>=",
		"endian",
	};
	int op = BPF_OP(insn->code);

	if (insn->off == 1 && op == BPF_DIV)
		return "s/=";
	if (insn->off == 1 && op == BPF_MOD)
		return "s%=";
	return or_null(operators[op >> 4]);
}

/* The cast of a sign-extending move. */
static const char *move_cast(const struct bpf_insn *insn)
{
	if (BPF_OP(insn->code) != BPF_MOV)
		return "";
	switch (insn->off) {
	case 8:
		return "(s8)";
	case 16:
		return "(s16)";
	case 32:
		return "(s32)";
	default:
		return "";
	}
}

static void say_byte_swap(const struct text *t)
{
	const struct bpf_insn *insn = t->insn;
	const char *how = "bswap";

	if (BPF_CLASS(insn->code) == BPF_ALU)
		how = BPF_SRC(insn->code) == BPF_TO_BE ? "be" : "le";
	say(t, "r%d = %s%d r%d", insn->dst_reg, how, insn->imm, insn->dst_reg);
}

/* Moves whose offset says that an address is translated. */
static bool say_address_move(const struct text *t)
{
	const struct bpf_insn *insn = t->insn;

	if (insn->code != (BPF_ALU64 | BPF_MOV | BPF_X))
		return false;
	if (insn->off == TV_ADDR_SPACE_CAST)
		say(t, "r%d = addr_space_cast(r%d, %d, %d)", insn->dst_reg, insn->src_reg,
		    (uint32_t)insn->imm >> 16, (uint16_t)insn->imm);
	else if (insn->off == TV_ADDR_PERCPU)
		say(t, "r%d = &(void __percpu *)(r%d)", insn->dst_reg, insn->src_reg);
	else
		return false;
	return true;
}

static void say_alu(const struct text *t)
{
	const struct bpf_insn *insn = t->insn;
	char width = BPF_CLASS(insn->code) == BPF_ALU ? 'w' : 'r';

	if (BPF_OP(insn->code) == BPF_END)
		say_byte_swap(t);
	else if (BPF_OP(insn->code) == BPF_NEG)
		say(t, "%c%d = -%c%d", width, insn->dst_reg, width, insn->dst_reg);
	else if (say_address_move(t))
		return;
	else if (BPF_SRC(insn->code) == BPF_K)
		say(t, "%c%d %s %d", width, insn->dst_reg, alu_operator(insn), insn->imm);
	else
		say(t, "%c%d %s %s%c%d", width, insn->dst_reg, alu_operator(insn), move_cast(insn),
		    width, insn->src_reg);
}

/* --- memory ------------------------------------------------------------------- */

/* Atomic read-modify-writes come with a sign for the plain form and a word for the fetching one. */
static const struct { int op; const char *sign, *word; } atomics[] = {
	{ BPF_ADD, "+=", "add" }, { BPF_AND, "&=", "and" },
	{ BPF_OR, "|=", "or" }, { BPF_XOR, "^=", "xor" },
};

static bool say_read_modify_write(const struct text *t, const char *type, const char *wide)
{
	const struct bpf_insn *insn = t->insn;
	size_t i;

	for (i = 0; i < sizeof(atomics) / sizeof(atomics[0]); i++) {
		if ((insn->imm & ~BPF_FETCH) != atomics[i].op)
			continue;
		if (insn->imm & BPF_FETCH)
			say(t, "r%d = atomic%s_fetch_%s((%s *)(r%d %+d), r%d)", insn->src_reg, wide,
			    atomics[i].word, type, insn->dst_reg, insn->off, insn->src_reg);
		else
			say(t, "lock *(%s *)(r%d %+d) %s r%d", type, insn->dst_reg, insn->off,
			    atomics[i].sign, insn->src_reg);
		return true;
	}
	return false;
}

static void say_atomic(const struct text *t)
{
	const struct bpf_insn *insn = t->insn;
	const char *type = memory_type(insn, 'u');
	const char *wide = BPF_SIZE(insn->code) == BPF_DW ? "64" : "";
	bool ordered = t->d && t->d->kernel >= TV_KERNEL_6_18;

	if (say_read_modify_write(t, type, wide))
		return;
	if (insn->imm == BPF_XCHG)
		say(t, "r%d = atomic%s_xchg((%s *)(r%d %+d), r%d)", insn->src_reg, wide, type,
		    insn->dst_reg, insn->off, insn->src_reg);
	else if (insn->imm == BPF_CMPXCHG)
		say(t, "r0 = atomic%s_cmpxchg((%s *)(r%d %+d), r0, r%d)", wide, type, insn->dst_reg,
		    insn->off, insn->src_reg);
	else if (ordered && insn->imm == BPF_LOAD_ACQ)
		say(t, "r%d = load_acquire((%s *)(r%d %+d))", insn->dst_reg, type, insn->src_reg,
		    insn->off);
	else if (ordered && insn->imm == BPF_STORE_REL)
		say(t, "store_release((%s *)(r%d %+d), r%d)", type, insn->dst_reg, insn->off,
		    insn->src_reg);
	else
		say_bug(t, "");
}

static void say_store(const struct text *t)
{
	const struct bpf_insn *insn = t->insn;
	int mode = BPF_MODE(insn->code);
	bool from_register = BPF_CLASS(insn->code) == BPF_STX;

	if (mode == BPF_MEM && from_register)
		say(t, "*(%s *)(r%d %+d) = r%d", memory_type(insn, 'u'), insn->dst_reg, insn->off,
		    insn->src_reg);
	else if (mode == BPF_MEM)
		say(t, "*(%s *)(r%d %+d) = %d", memory_type(insn, 'u'), insn->dst_reg, insn->off,
		    insn->imm);
	else if (mode == BPF_ATOMIC && from_register)
		say_atomic(t);
	else if (mode == TV_NOSPEC && !from_register)
		say(t, "nospec");
	else
		say_bug(t, from_register ? "" : "st_");
}

static void say_load(const struct text *t)
{
	const struct bpf_insn *insn = t->insn;
	int mode = BPF_MODE(insn->code);

	if (mode == BPF_MEM || mode == BPF_MEMSX)
		say(t, "r%d = *(%s *)(r%d %+d)", insn->dst_reg,
		    memory_type(insn, mode == BPF_MEMSX ? 's' : 'u'), insn->src_reg, insn->off);
	else
		say_bug(t, "ldx_");
}

static void say_wide_immediate(const struct text *t)
{
	const struct bpf_insn *insn = t->insn;
	uint64_t imm = (uint64_t)(uint32_t)insn[1].imm << 32 | (uint32_t)insn->imm;
	const char *shown;
	char own[64];

	if (t->d && t->d->imm) {
		shown = t->d->imm(t->d->ctx, insn, imm, own, sizeof(own));
	} else {
		snprintf(own, sizeof(own), "0x%llx", (unsigned long long)imm);
		shown = own;
	}
	say(t, "r%d = %s", insn->dst_reg, shown);
}

static void say_ld(const struct text *t)
{
	const struct bpf_insn *insn = t->insn;
	const char *type = memory_type(insn, 'u');

	if (BPF_MODE(insn->code) == BPF_ABS)
		say(t, "r0 = *(%s *)skb[%d]", type, insn->imm);
	else if (BPF_MODE(insn->code) == BPF_IND)
		say(t, "r0 = *(%s *)skb[r%d + %d]", type, insn->src_reg, insn->imm);
	else if (tv_insn_is_ldimm64(insn))
		say_wide_immediate(t);
	else
		say_bug(t, "ld_");
}

/* --- jumps and calls ---------------------------------------------------------- */

static const char *callee(const struct text *t)
{
	const struct bpf_insn *insn = t->insn;
	const struct tv_disasm *d = t->d;
	const struct btf_type *type;
	const char *name = NULL;

	if (!insn->src_reg)
		return tv_helper_name(insn->imm);
	if (insn->src_reg != BPF_PSEUDO_KFUNC_CALL)
		return "unknown";
	if (d && d->call)
		name = d->call(d->ctx, insn);
	if (!name && d && d->vmlinux) {
		/* whatever type it is: a weak kfunc that is missing is 0, whose name is empty */
		type = tv_btf_type(d->vmlinux, insn->imm);
		name = type ? tv_btf_name(d->vmlinux, insn->imm) : NULL;
	}
	return name ? name : "kernel-function";
}

static const char *jump_operator(const struct bpf_insn *insn)
{
	static const char *const operators[16] = {
		"jmp", "==", ">", ">=", "&", "!=", "s>", "s>=", "call", "exit", "<", "<=", "s<",
		"s<=",
	};

	return or_null(operators[BPF_OP(insn->code) >> 4]);
}

/* Jumps without a comparison; false for those with one. */
static bool say_plain_jump(const struct text *t)
{
	const struct bpf_insn *insn = t->insn;

	if (insn->code == (BPF_JMP | BPF_JA))
		say(t, "goto pc%+d", insn->off);
	else if (insn->code == (BPF_JMP32 | BPF_JA))
		say(t, "gotol pc%+d", insn->imm);
	else if (insn->code == (BPF_JMP | BPF_JCOND) && insn->src_reg == TV_MAY_GOTO)
		say(t, "may_goto pc%+d", insn->off);
	else if (insn->code == (BPF_JMP | BPF_EXIT))
		say(t, "exit");
	else
		return false;
	return true;
}

static void say_jump(const struct text *t)
{
	const struct bpf_insn *insn = t->insn;
	char width = BPF_CLASS(insn->code) == BPF_JMP32 ? 'w' : 'r';

	if (BPF_OP(insn->code) == BPF_CALL && insn->src_reg == BPF_PSEUDO_CALL)
		say(t, "call pc%+d", insn->imm);
	else if (BPF_OP(insn->code) == BPF_CALL)
		say(t, "call %s#%d", callee(t), insn->imm);
	else if (say_plain_jump(t))
		return;
	else if (BPF_SRC(insn->code) == BPF_X)
		say(t, "if %c%d %s %c%d goto pc%+d", width, insn->dst_reg, jump_operator(insn),
		    width, insn->src_reg, insn->off);
	else
		say(t, "if %c%d %s 0x%x goto pc%+d", width, insn->dst_reg, jump_operator(insn),
		    insn->imm, insn->off);
}

const char *tv_disasm(const struct tv_disasm *d, const struct bpf_insn *insn, char *buf,
		      size_t size)
{
	const struct text t = { d, insn, buf, size };

	switch (BPF_CLASS(insn->code)) {
	case BPF_ALU:
	case BPF_ALU64:
		say_alu(&t);
		break;
	case BPF_ST:
	case BPF_STX:
		say_store(&t);
		break;
	case BPF_LDX:
		say_load(&t);
		break;
	case BPF_LD:
		say_ld(&t);
		break;
	default:
		say_jump(&t);
		break;
	}
	return buf;
}
