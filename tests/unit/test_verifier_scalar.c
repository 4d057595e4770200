// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What is known of a number stays true: for random ranges, and random numbers in them, the result
 * of every operation lies in what the simulator says of it, under any kernel's rules.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <linux/bpf.h>

#include "verifier_sim/rules.h"

#define ROUNDS 60000

static uint64_t seed = 88172645463325252u;

static uint64_t any64(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed;
}

/* Small, large and near the limits, rather than large alone. */
static uint64_t number(void)
{
	static const uint64_t edges[] = { 0, 1, 0x7fffffff, 0x80000000, 0xffffffff, 0x100000000,
					  INT64_MAX, (uint64_t)INT64_MIN, UINT64_MAX };
	uint64_t value = any64() >> (any64() & 63);

	if (!(any64() & 3))
		value = edges[any64() % (sizeof(edges) / sizeof(edges[0]))] + any64() % 3 - 1;
	return any64() & 1 ? value : -value;
}

static bool holds(const struct vs_scalar *s, uint64_t v)
{
	return (v & ~s->bits.mask) == s->bits.value &&
	       v >= s->umin && v <= s->umax && (int64_t)v >= s->smin && (int64_t)v <= s->smax &&
	       (uint32_t)v >= s->umin32 && (uint32_t)v <= s->umax32 &&
	       (int32_t)v >= s->smin32 && (int32_t)v <= s->smax32;
}

/* Something true of @v: unknown bits, a range around it, or the number itself. */
static struct vs_scalar about(uint64_t v, const struct vs_scalar_rules *rules)
{
	struct vs_scalar s = VS_UNBOUNDED;
	uint64_t below = number(), above = number(), mask = number();

	switch (any64() % 4) {
	case 0:
		vs_scalar_set(&s, v);
		return s;
	case 1:
		s.bits = (struct tnum){ v & ~mask, mask };
		break;
	case 2:
		s.umin = below < v ? below : v;
		s.umax = above > v ? above : v;
		break;
	default:
		s.smin = (int64_t)below < (int64_t)v ? (int64_t)below : (int64_t)v;
		s.smax = (int64_t)above > (int64_t)v ? (int64_t)above : (int64_t)v;
	}
	vs_scalar_sync(&s, rules);
	assert_true(holds(&s, v));
	return s;
}

static uint64_t compute(uint8_t op, bool alu32, uint64_t a, uint64_t b)
{
	unsigned int by = (unsigned int)b & (alu32 ? 31 : 63);
	uint64_t r;

	switch (op) {
	case BPF_ADD: r = a + b; break;
	case BPF_SUB: r = a - b; break;
	case BPF_MUL: r = a * b; break;
	case BPF_AND: r = a & b; break;
	case BPF_OR:  r = a | b; break;
	case BPF_XOR: r = a ^ b; break;
	case BPF_NEG: r = -a; break;
	case BPF_LSH: r = a << by; break;
	case BPF_RSH: r = alu32 ? (uint32_t)a >> by : a >> by; break;
	default:      r = alu32 ? (uint64_t)((int32_t)a >> by) : (uint64_t)((int64_t)a >> by);
	}
	return alu32 ? (uint32_t)r : r;
}

static void one(uint8_t op, bool alu32, const struct vs_scalar_rules *rules)
{
	bool shift = op == BPF_LSH || op == BPF_RSH || op == BPF_ARSH;
	uint64_t a = number(), b = shift ? any64() % (alu32 ? 32 : 64) : number();
	struct vs_scalar x = about(a, rules), y = about(b, rules), was = x;
	uint64_t want = compute(op, alu32, a, b);

	if (vs_scalar_alu(&x, &y, op, alu32, rules) && !holds(&x, want))
		fail_msg("op %02x%s: %llx, %llx gives %llx, outside of [%llx, %llx] bits %llx/%llx (first operand [%llx, %llx])",
			 op, alu32 ? " (32 bits)" : "", (unsigned long long)a, (unsigned long long)b,
			 (unsigned long long)want, (unsigned long long)x.umin, (unsigned long long)x.umax,
			 (unsigned long long)x.bits.value, (unsigned long long)x.bits.mask,
			 (unsigned long long)was.umin, (unsigned long long)was.umax);
}

static void arithmetic_is_sound(void **state)
{
	static const uint8_t ops[] = { BPF_ADD, BPF_SUB, BPF_MUL, BPF_AND, BPF_OR, BPF_XOR, BPF_NEG,
				       BPF_LSH, BPF_RSH, BPF_ARSH };
	static const enum tv_kernel kernels[] = { TV_KERNEL_6_12, TV_KERNEL_6_18 };

	for (int i = 0; i < ROUNDS; i++)
		one(ops[any64() % sizeof(ops)], any64() & 1,
		    &vs_rules_of(kernels[any64() & 1])->scalar);
}

static void extensions_are_sound(void **state)
{
	const struct vs_scalar_rules *rules = &vs_rules_of(TV_KERNEL_6_18)->scalar;

	for (int i = 0; i < ROUNDS; i++) {
		unsigned int size = 1u << any64() % 3, drop = 64 - size * 8;
		uint64_t v = number();
		struct vs_scalar zero = about(v, rules), sign = zero;

		vs_scalar_zext(&zero, size, rules);
		assert_true(holds(&zero, v << drop >> drop));
		vs_scalar_sext64(&sign, size);
		assert_true(holds(&sign, (uint64_t)((int64_t)(v << drop) >> drop)));
	}
}

static void byte_swaps_are_sound(void **state)
{
	const struct vs_scalar_rules *rules = &vs_rules_of(TV_KERNEL_6_18)->scalar;

	for (int i = 0; i < ROUNDS; i++) {
		unsigned int size = 2u << any64() % 3, drop = 64 - size * 8;
		uint64_t v = number();
		bool swap = any64() & 1;
		struct vs_scalar s = about(v, rules);

		vs_scalar_byte_swap(&s, size, swap, rules);
		assert_true(holds(&s, swap ? __builtin_bswap64(v) >> drop : v << drop >> drop));
	}
}

static void next_member_of_a_tnum(void **state)
{
	const struct tnum t = { 0x10, 0x05 };	/* 10, 11, 14, 15 */

	assert_int_equal(tnum_next(t, 0x10), 0x11);
	assert_int_equal(tnum_next(t, 0x11), 0x14);
	assert_int_equal(tnum_next(t, 0x12), 0x14);
	assert_int_equal(tnum_next(t, 0x14), 0x15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arithmetic_is_sound),
		cmocka_unit_test(extensions_are_sound),
		cmocka_unit_test(byte_swaps_are_sound),
		cmocka_unit_test(next_member_of_a_tnum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
