// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Loads and stores through pointers to plain memory: map values and keys, records, read-only memory. */
#include "program.h"

struct numbers {
	__u64 n[4];
};

MAP(HASH, table, __u32, struct numbers, 2);
RING(RINGBUF, ring);
FLAGGED_MAP(ARRAY, only_read, 1, BPF_F_RDONLY_PROG);
FLAGGED_MAP(ARRAY, only_written, 1, BPF_F_WRONLY_PROG);

#define RMW (BPF_STX | BPF_DW | BPF_ATOMIC)

/* --- map values ----------------------------------------------------------------------------- */

PROGRAM("raw_tp", value_read_and_written, ACCEPTED,
	ELEMENT "r1 = *(u64 *)(r0 + 0); r1 += 1; *(u64 *)(r0 + 24) = r1; r9 = 7; *(u8 *)(r0 + 31) "
		"= r9;" END,
	ON(table));

PROGRAM("raw_tp", value_may_be_null, REJECTED("R0 invalid mem access 'map_value_or_null'"),
	LOOKUP "r0 = *(u64 *)(r0 + 0); exit;",
	ON(table));

PROGRAM("raw_tp", value_past_its_end,
	LOGGED("invalid access to map value, value_size=32 off=32 size=1")
		REJECTED("R0 min value is outside of the allowed memory range"),
	ELEMENT "r1 = *(u8 *)(r0 + 32);" END, ON(table));

PROGRAM("raw_tp", value_across_its_end,
	LOGGED("invalid access to map value, value_size=32 off=25 size=8")
		REJECTED("R0 min value is outside of the allowed memory range"),
	ELEMENT "r1 = *(u64 *)(r0 + 25);" END, ON(table));

PROGRAM("raw_tp", value_before_its_start,
	LOGGED("invalid access to map value, value_size=32 off=-1 size=1")
		REJECTED("R0 min value is outside of the allowed memory range"),
	ELEMENT "r1 = *(u8 *)(r0 - 1);" END, ON(table));

PROGRAM("raw_tp", value_index_may_be_negative,
	REJECTED("R0 min value is negative, either use unsigned index or do a if (index >=0) "
		 "check."),
	ELEMENT "r1 = *(u64 *)(r0 + 0); if r1 s> 3 goto out_%=; if r1 s< -3 goto out_%=;"
		"r0 += r1; r1 = *(u8 *)(r0 + 0);" END,
	ON(table));

PROGRAM("raw_tp", value_index_unknown,
	REJECTED("R0 unbounded memory access, make sure to bounds check any such access"),
	ELEMENT "r1 = *(u64 *)(r0 + 0); r1 >>= 1; r0 += r1; r1 = *(u8 *)(r0 + 0);" END, ON(table));

PROGRAM("raw_tp", value_index_too_large,
	LOGGED("invalid access to map value, value_size=32 off=32 size=1")
		REJECTED("R0 max value is outside of the allowed memory range"),
	ELEMENT "r1 = *(u64 *)(r0 + 0); r1 &= 32; r0 += r1; r1 = *(u8 *)(r0 + 0);" END, ON(table));

PROGRAM("raw_tp", value_index_in_range, ACCEPTED,
	ELEMENT "r1 = *(u64 *)(r0 + 0); r1 &= 31; r0 += r1; r1 = *(u8 *)(r0 + 0);" END, ON(table));

/* between 0 and 7 all the same, but as unsigned numbers these are no small ones */
PROGRAM("raw_tp", value_index_negative_before_offset,
	REJECTED("R0 unbounded memory access, make sure to bounds check any such access"),
	ELEMENT "r1 = *(u64 *)(r0 + 0); r1 &= 7; r1 -= 8; r0 += r1; r1 = *(u8 *)(r0 + 8);" END,
	ON(table));

PROGRAM("raw_tp", map_only_to_be_read, ACCEPTED, ELEMENT "r1 = *(u64 *)(r0 + 0);" END,
	ON(only_read));

PROGRAM("raw_tp", map_only_to_be_read_is_written,
	REJECTED("write into map forbidden, value_size=8 off=0 size=8"),
	ELEMENT "r9 = 1; *(u64 *)(r0 + 0) = r9;" END, ON(only_read));

PROGRAM("raw_tp", map_only_to_be_written, ACCEPTED, ELEMENT "r9 = 1; *(u64 *)(r0 + 0) = r9;" END,
	ON(only_written));

PROGRAM("raw_tp", map_only_to_be_written_is_read,
	REJECTED("read from map forbidden, value_size=8 off=0 size=8"),
	ELEMENT "r1 = *(u64 *)(r0 + 0);" END, ON(only_written));

/* --- alignment ------------------------------------------------------------------------------ */

PROGRAM("raw_tp", unaligned_value, ACCEPTED, ELEMENT "r1 = *(u64 *)(r0 + 1);" END, ON(table));

PROGRAM("raw_tp", unaligned_value_strictly,
	REJECTED("misaligned value access off 0+0+1 size 8") FLAGS("BPF_F_STRICT_ALIGNMENT"),
	ELEMENT "r1 = *(u64 *)(r0 + 1);" END, ON(table));

PROGRAM("raw_tp", aligned_value_strictly, ACCEPTED FLAGS("BPF_F_STRICT_ALIGNMENT"),
	ELEMENT "r1 = *(u64 *)(r0 + 8); r2 = *(u8 *)(r0 + 1);" END, ON(table));

PROGRAM("raw_tp", unaligned_stack, REJECTED("misaligned stack access off 0+0+-9 size 8"),
	"r9 = 0; *(u64 *)(r10 - 9) = r9; r0 = 0; exit;");

PROGRAM("raw_tp", unaligned_context_strictly,
	REJECTED("misaligned context access off 0+0+4 size 8") FLAGS("BPF_F_STRICT_ALIGNMENT"),
	"r0 = *(u64 *)(r1 + 4); r0 = 0; exit;");

/* --- atomics -------------------------------------------------------------------------------- */

PROGRAM("raw_tp", atomics_of_all_kinds, ACCEPTED,
	ELEMENT "r1 = 1; lock *(u64 *)(r0 + 0) += r1; lock *(u32 *)(r0 + 8) += w1;"
		".8byte %[and_]; .8byte %[or_]; .8byte %[xor_]; .8byte %[fetch_add];"
		"r2 = r0; r0 = 5; r1 = 6; .8byte %[cmpxchg]; .8byte %[xchg];" END,
	ON(table), INSN(and_, RMW, 0, 1, 0, BPF_AND), INSN(or_, RMW, 0, 1, 0, BPF_OR),
	INSN(xor_, RMW, 0, 1, 0, BPF_XOR), INSN(fetch_add, RMW, 0, 1, 0, BPF_ADD | BPF_FETCH),
	INSN(cmpxchg, RMW, 2, 1, 0, BPF_CMPXCHG), INSN(xchg, RMW, 2, 1, 0, BPF_XCHG));

PROGRAM("raw_tp", atomic_of_a_byte, REJECTED("invalid atomic operand size") KERNEL("6.18"),
	ELEMENT "r1 = 1; .8byte %[add];" END, ON(table),
	INSN(add, BPF_STX | BPF_B | BPF_ATOMIC, 0, 1, 0, BPF_ADD));

PROGRAM("raw_tp", atomic_of_a_byte_is_no_instruction, REJECTED("unknown opcode d3") KERNEL("6.12"),
	ELEMENT "r1 = 1; .8byte %[add];" END, ON(table),
	INSN(add, BPF_STX | BPF_B | BPF_ATOMIC, 0, 1, 0, BPF_ADD));

PROGRAM("raw_tp", atomic_of_an_unknown_kind, REJECTED("BPF_ATOMIC uses invalid atomic opcode 30"),
	ELEMENT "r1 = 1; .8byte %[insn];" END, ON(table), INSN(insn, RMW, 0, 1, 0, 0x30));

PROGRAM("raw_tp", atomic_with_a_register_unset, REJECTED("R7 !read_ok"),
	ELEMENT "lock *(u64 *)(r0 + 0) += r7;" END, ON(table));

PROGRAM("raw_tp", atomic_through_a_register_unset, REJECTED("R7 !read_ok"),
	"r1 = 1; lock *(u64 *)(r7 + 0) += r1; r0 = 0; exit;");

PROGRAM("raw_tp", compare_and_exchange_needs_r0, REJECTED("R0 !read_ok"),
	"r1 = 1; r9 = 0; *(u64 *)(r10 - 8) = r9; .8byte %[cmpxchg]; r0 = 0; exit;",
	INSN(cmpxchg, RMW, 10, 1, -8, BPF_CMPXCHG));

PROGRAM("raw_tp", atomic_on_the_context, REJECTED("BPF_ATOMIC stores into R1 ctx is not allowed"),
	"r2 = 1; lock *(u64 *)(r1 + 0) += r2; r0 = 0; exit;");

PROGRAM("raw_tp", atomic_fetches_into_the_frame_pointer, REJECTED("frame pointer is read only"),
	ELEMENT ".8byte %[fetch];" END, ON(table), INSN(fetch, RMW, 0, 10, 0, BPF_ADD | BPF_FETCH));

PROGRAM("raw_tp", atomic_out_of_range,
	REJECTED("R0 min value is outside of the allowed memory range"),
	ELEMENT "r1 = 1; lock *(u64 *)(r0 + 32) += r1;" END, ON(table));

PROGRAM("raw_tp", atomic_to_memory_that_is_only_read,
	REJECTED("write into map forbidden, value_size=8 off=0 size=8"),
	ELEMENT "r1 = 1; lock *(u64 *)(r0 + 0) += r1;" END, ON(only_read));

PROGRAM("raw_tp", load_acquire, UNSUPPORTED("load-acquire and store-release") KERNEL("6.18"),
	ELEMENT ".8byte %[insn];" END, ON(table), INSN(insn, RMW, 1, 0, 0, 0x100));

PROGRAM("raw_tp", load_acquire_is_no_instruction,
	REJECTED("BPF_ATOMIC uses invalid atomic opcode 100") KERNEL("6.12"),
	ELEMENT ".8byte %[insn];" END, ON(table), INSN(insn, RMW, 1, 0, 0, 0x100));

/* --- instructions --------------------------------------------------------------------------- */

PROGRAM("raw_tp", load_from_an_unset_register, REJECTED("R7 !read_ok"),
	"r0 = *(u64 *)(r7 + 0); exit;");

PROGRAM("raw_tp", load_into_the_frame_pointer, REJECTED("frame pointer is read only"),
	".8byte %[insn]; r0 = 0; exit;", INSN(insn, BPF_LDX | BPF_DW | BPF_MEM, 10, 1, 0, 0));

PROGRAM("raw_tp", store_of_an_unset_register, REJECTED("R7 !read_ok"),
	"*(u64 *)(r10 - 8) = r7; r0 = 0; exit;");

PROGRAM("raw_tp", store_to_an_unset_register, REJECTED("R7 !read_ok"),
	"r0 = 0; *(u64 *)(r7 + 0) = r0; exit;");

PROGRAM("raw_tp", load_from_a_number, REJECTED("R2 invalid mem access 'scalar'"),
	"r2 = 64; r0 = *(u64 *)(r2 + 0); exit;");

PROGRAM("raw_tp", store_with_a_reserved_field, REJECTED("BPF_STX uses reserved fields"),
	".8byte %[insn]; r0 = 0; exit;", INSN(insn, BPF_STX | BPF_DW | BPF_MEM, 10, 1, -8, 1));

PROGRAM("raw_tp", immediate_store_with_a_reserved_field, REJECTED("BPF_ST uses reserved fields"),
	".8byte %[insn]; r0 = 0; exit;", INSN(insn, BPF_ST | BPF_DW | BPF_MEM, 10, 1, -8, 0));

PROGRAM("raw_tp", loads_extend, LOGGED("R2=255") LOGGED("R3=-1") ACCEPTED,
	"r9 = -1; *(u64 *)(r10 - 8) = r9; r2 = *(u8 *)(r10 - 8); .8byte %[sign]; r0 = 0; exit;",
	INSN(sign, BPF_LDX | BPF_B | 0x80, 3, 10, -8, 0));

PROGRAM("raw_tp", one_load_through_two_kinds,
	REJECTED("same insn cannot be used with different pointers"),
	"r6 = r1;" RANDOM
	"r2 = r10; r2 += -8; r9 = 0; *(u64 *)(r10 - 8) = r9; if r0 == 0 goto l_%=; r2 = r6;"
	"l_%=: r0 = *(u64 *)(r2 + 0); r0 = 0; exit;",
	AND_RANDOM);

PROGRAM("raw_tp", one_load_through_value_and_stack, ACCEPTED,
	ELEMENT "r6 = r0;" RANDOM
		"r2 = r10; r2 += -8; r9 = 0; *(u64 *)(r10 - 8) = r9; if r0 == 0 goto l_%=; r2 = r6;"
		"l_%=: r0 = *(u64 *)(r2 + 0); r0 = 0; exit;" END,
	ON(table), AND_RANDOM);

/* --- keys ----------------------------------------------------------------------------------- */

static long key_read(void *map, __u32 *key, struct numbers *value, void *ctx)
{
	return *key > 3;
}

SEC("raw_tp") ACCEPTED int reads_keys(void *ctx)
{
	return bpf_for_each_map_elem(&table, key_read, 0, 0);
}

static long key_written(void *map, __u32 *key, struct numbers *value, void *ctx)
{
	*(volatile __u32 *)key = 1;
	return 0;
}

SEC("raw_tp") REJECTED("write to change key R2 not allowed") int writes_keys(void *ctx)
{
	return bpf_for_each_map_elem(&table, key_written, 0, 0);
}

static long key_overread(void *map, __u32 *key, struct numbers *value, void *ctx)
{
	return ((volatile __u32 *)key)[1] > 3;
}

SEC("raw_tp")
LOGGED("invalid access to map key, key_size=4 off=4 size=4")
REJECTED("R2 min value is outside of the allowed memory range")
int reads_past_keys(void *ctx)
{
	return bpf_for_each_map_elem(&table, key_overread, 0, 0);
}

static NAKED long key_unaligned(void)
{
	asm volatile("r0 = *(u16 *)(r2 + 1); r0 = 0; exit;");
}

SEC("raw_tp")
REJECTED("misaligned key access off 0+0+1 size 2")
FLAGS("BPF_F_STRICT_ALIGNMENT") int reads_keys_unaligned(void *ctx)
{
	return bpf_for_each_map_elem(&table, key_unaligned, 0, 0);
}

/* --- records of a ring buffer --------------------------------------------------------------- */

#define RESERVE "r1 = %[ring] ll; r2 = 16; r3 = 0; call %[bpf_ringbuf_reserve];"
#define SUBMIT "r1 = r6; r2 = 0; call %[bpf_ringbuf_submit]; r0 = 0; exit;"
#define ON_RING ADDR(ring), IMM(bpf_ringbuf_reserve), IMM(bpf_ringbuf_submit)

PROGRAM("raw_tp", record_filled, ACCEPTED,
	RESERVE "if r0 == 0 goto out_%=; r6 = r0; r9 = 1; *(u64 *)(r6 + 8) = r9; r7 = *(u64 *)(r6 "
		"+ 8);" SUBMIT END,
	ON_RING);

PROGRAM("raw_tp", record_may_be_null, REJECTED("R6 invalid mem access 'ringbuf_mem_or_null'"),
	RESERVE "r6 = r0; r9 = 1; *(u64 *)(r6 + 8) = r9;" SUBMIT, ON_RING);

PROGRAM("raw_tp", record_overrun,
	LOGGED("invalid access to memory, mem_size=16 off=16 size=8")
		REJECTED("R6 min value is outside of the allowed memory range"),
	RESERVE "if r0 == 0 goto out_%=; r6 = r0; r9 = 1; *(u64 *)(r6 + 16) = r9;" SUBMIT END,
	ON_RING);

PROGRAM("raw_tp", record_index_unchecked,
	REJECTED("R2 max value is outside of the allowed memory range"),
	RESERVE "if r0 == 0 goto out_%=; r6 = r0; r1 = *(u8 *)(r6 + 0); r2 = r6; r2 += r1;"
		"r9 = 1; *(u8 *)(r2 + 0) = r9;" SUBMIT END,
	ON_RING);

PROGRAM("raw_tp", unaligned_record_strictly,
	REJECTED("misaligned access off 0+0+1 size 8") FLAGS("BPF_F_STRICT_ALIGNMENT"),
	RESERVE "if r0 == 0 goto out_%=; r6 = r0; r1 = *(u64 *)(r6 + 1);" SUBMIT END, ON_RING);
