// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Instructions in the words of the kernel's log; `make differential-bpf` asks the kernel itself. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "bpf/disasm.h"

#define I(c, d, s, o, i)	{ .code = (c), .dst_reg = (d), .src_reg = (s), .off = (o), .imm = (i) }

struct expected {
	struct bpf_insn insn;
	const char *text;
};

static void compare(const struct tv_disasm *d, const struct expected *e, size_t n)
{
	char text[TV_DISASM_SIZE];
	size_t i;

	for (i = 0; i < n; i++)
		assert_string_equal(tv_disasm(d, &e[i].insn, text, sizeof(text)), e[i].text);
}
#define COMPARE(d, e)	compare(d, e, sizeof(e) / sizeof((e)[0]))

static void arithmetic(void **state)
{
	static const struct expected e[] = {
		{ I(0xbf, 1, 10, 0, 0), "(bf) r1 = r10" }, { I(0xb4, 2, 0, 0, -7), "(b4) w2 = -7" },
		{ I(0x07, 6, 0, 0, -8), "(07) r6 += -8" }, { I(0x0c, 0, 1, 0, 0), "(0c) w0 += w1" },
		{ I(0x87, 3, 0, 0, 0), "(87) r3 = -r3" }, { I(0x84, 3, 0, 0, 0), "(84) w3 = -w3" },
		{ I(0x3f, 1, 2, 1, 0), "(3f) r1 s/= r2" }, { I(0x94, 1, 0, 1, 5), "(94) w1 s%= 5" },
		{ I(0x37, 1, 0, 0, 3), "(37) r1 /= 3" }, { I(0xbf, 1, 2, 8, 0), "(bf) r1 = (s8)r2" },
		{ I(0xbf, 1, 2, 16, 0), "(bf) r1 = (s16)r2" },
		{ I(0xbf, 1, 2, 32, 0), "(bf) r1 = (s32)r2" },
		{ I(0xbc, 1, 2, 16, 0), "(bc) w1 = (s16)w2" },
		{ I(0xdc, 1, 0, 0, 16), "(dc) r1 = be16 r1" }, { I(0xd4, 1, 0, 0, 32), "(d4) r1 = le32 r1" },
		{ I(0xd7, 1, 0, 0, 64), "(d7) r1 = bswap64 r1" },
		{ I(0xbf, 1, 2, 1, 1 << 16), "(bf) r1 = addr_space_cast(r2, 1, 0)" },
		{ I(0xbf, 1, 2, -1, 0), "(bf) r1 = &(void __percpu *)(r2)" },
		{ I(0xc7, 1, 0, 0, 3), "(c7) r1 s>>= 3" }, { I(0xe7, 1, 0, 0, 3), "(e7) r1 (null) 3" },
	};

	COMPARE(NULL, e);
}

static void memory(void **state)
{
	static const struct expected e[] = {
		{ I(0x79, 1, 2, 8, 0), "(79) r1 = *(u64 *)(r2 +8)" },
		{ I(0x71, 1, 10, -1, 0), "(71) r1 = *(u8 *)(r10 -1)" },
		{ I(0x81, 1, 2, 0, 0), "(81) r1 = *(s32 *)(r2 +0)" },
		{ I(0x91, 1, 2, 0, 0), "(91) r1 = *(s8 *)(r2 +0)" },
		{ I(0x6b, 1, 2, 4, 0), "(6b) *(u16 *)(r1 +4) = r2" },
		{ I(0x62, 10, 0, -4, 7), "(62) *(u32 *)(r10 -4) = 7" },
		{ I(0x30, 0, 0, 0, 23), "(30) r0 = *(u8 *)skb[23]" },
		{ I(0x48, 0, 6, 0, 2), "(48) r0 = *(u16 *)skb[r6 + 2]" },
		{ I(0xc2, 0, 0, 0, 0), "(c2) nospec" }, { I(0x21, 0, 0, 0, 0), "BUG_ldx_21" },
		{ I(0x22, 0, 0, 0, 0), "BUG_st_22" }, { I(0x23, 0, 0, 0, 0), "BUG_23" },
		{ I(0x10, 0, 0, 0, 0), "BUG_ld_10" },
	};

	COMPARE(NULL, e);
}

static void atomics(void **state)
{
	static const struct expected e[] = {
		{ I(0xdb, 1, 2, 0, 0), "(db) lock *(u64 *)(r1 +0) += r2" },
		{ I(0xc3, 1, 2, 0, BPF_XOR), "(c3) lock *(u32 *)(r1 +0) ^= r2" },
		{ I(0xdb, 1, 2, -8, BPF_ADD | BPF_FETCH), "(db) r2 = atomic64_fetch_add((u64 *)(r1 -8), r2)" },
		{ I(0xc3, 1, 2, 0, BPF_OR | BPF_FETCH), "(c3) r2 = atomic_fetch_or((u32 *)(r1 +0), r2)" },
		{ I(0xdb, 1, 2, 0, BPF_XCHG), "(db) r2 = atomic64_xchg((u64 *)(r1 +0), r2)" },
		{ I(0xc3, 1, 2, 0, BPF_CMPXCHG), "(c3) r0 = atomic_cmpxchg((u32 *)(r1 +0), r0, r2)" },
		{ I(0xdb, 1, 2, 0, 0x33), "BUG_db" },
	};
	static const struct expected new[] = {
		{ I(0xdb, 1, 2, 4, BPF_LOAD_ACQ), "(db) r1 = load_acquire((u64 *)(r2 +4))" },
		{ I(0xd3, 1, 2, 4, BPF_STORE_REL), "(d3) store_release((u8 *)(r1 +4), r2)" },
	};
	static const struct expected old[] = { { I(0xdb, 1, 2, 4, BPF_LOAD_ACQ), "BUG_db" } };
	const struct tv_disasm newer = { .kernel = TV_KERNEL_6_18 };

	COMPARE(NULL, e);
	COMPARE(NULL, old);
	COMPARE(&newer, new);
}

static void jumps_and_calls(void **state)
{
	static const struct expected e[] = {
		{ I(0x05, 0, 0, -3, 0), "(05) goto pc-3" }, { I(0x06, 0, 0, 0, 70000), "(06) gotol pc+70000" },
		{ I(0xe5, 0, 0, 2, 0), "(e5) may_goto pc+2" }, { I(0x95, 0, 0, 0, 0), "(95) exit" },
		{ I(0x15, 1, 0, 5, 10), "(15) if r1 == 0xa goto pc+5" },
		{ I(0x56, 1, 0, 5, -1), "(56) if w1 != 0xffffffff goto pc+5" },
		{ I(0xcd, 1, 2, -5, 0), "(cd) if r1 s< r2 goto pc-5" },
		{ I(0x4e, 1, 2, 1, 0), "(4e) if w1 & w2 goto pc+1" },
		{ I(0x85, 0, 0, 0, 1), "(85) call bpf_map_lookup_elem#1" },
		{ I(0x85, 0, 0, 0, 211), "(85) call bpf_cgrp_storage_delete#211" },
		{ I(0x85, 0, 0, 0, 212), "(85) call unknown#212" },
		{ I(0x85, 0, 0, 0, -1), "(85) call unknown#-1" },
		{ I(0x85, 0, 1, 0, 7), "(85) call pc+7" },
		{ I(0x85, 0, 2, 0, 64231), "(85) call kernel-function#64231" },
		{ I(0x85, 0, 9, 0, 3), "(85) call unknown#3" },
	};

	COMPARE(NULL, e);
}

static const char *pointer(void *ctx, const struct bpf_insn *insn, uint64_t imm, char *buf,
			   size_t size)
{
	snprintf(buf, size, "map %d of %s", insn->imm, (const char *)ctx);
	return buf;
}

static const char *callee(void *ctx, const struct bpf_insn *insn)
{
	return "bpf_iter_num_new";
}

static void callers_give_names(void **state)
{
	static const struct bpf_insn wide[2] = { I(0x18, 1, 1, 0, 3), I(0, 0, 0, 0, 9) };
	static const struct bpf_insn kfunc = I(0x85, 0, 2, 0, 64231);
	const struct tv_disasm d = { .imm = pointer, .call = callee, .ctx = "obj" };
	char text[TV_DISASM_SIZE];

	assert_string_equal(tv_disasm(NULL, wide, text, sizeof(text)), "(18) r1 = 0x900000003");
	assert_string_equal(tv_disasm(&d, wide, text, sizeof(text)), "(18) r1 = map 3 of obj");
	assert_string_equal(tv_disasm(&d, &kfunc, text, sizeof(text)),
			    "(85) call bpf_iter_num_new#64231");
}

static void short_buffers_cut_the_text(void **state)
{
	static const struct bpf_insn insn = I(0xbf, 1, 10, 0, 0);
	char text[TV_DISASM_SIZE];
	size_t size;

	for (size = 1; size < 20; size++) {
		memset(text, 'x', sizeof(text));
		tv_disasm(NULL, &insn, text, size);
		assert_true(strlen(text) < size);
		assert_int_equal(text[size], 'x');
	}
}

static void every_word_has_a_text(void **state)
{
	char text[TV_DISASM_SIZE];
	unsigned int code, regs;

	for (code = 0; code < 256; code++)
		for (regs = 0; regs < 256; regs++) {
			const struct bpf_insn insn[2] = {
				I(code, regs & 15, regs >> 4, (int)regs - 128, (int)regs * 7 - 900) };

			assert_true(strlen(tv_disasm(NULL, insn, text, sizeof(text))) > 3);
		}
}

static void helpers_have_numbers(void **state)
{
	assert_int_equal(tv_helper_id("bpf_find_vma"), 180);
	assert_int_equal(tv_helper_id("bpf_cgrp_storage_get"), 210);
	assert_int_equal(tv_helper_id("bpf_nothing"), -ENOENT);
	assert_string_equal(tv_helper_name(209), "bpf_user_ringbuf_drain");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arithmetic),
		cmocka_unit_test(memory),
		cmocka_unit_test(atomics),
		cmocka_unit_test(jumps_and_calls),
		cmocka_unit_test(callers_give_names),
		cmocka_unit_test(short_buffers_cut_the_text),
		cmocka_unit_test(every_word_has_a_text),
		cmocka_unit_test(helpers_have_numbers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
