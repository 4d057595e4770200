// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What is refused before a single path is followed: instructions, jumps, functions, 64-bit immediates. */
#include "program.h"

struct eight {
	__u64 n;
};

MAP(STACK_TRACE, traces, __u32, struct eight, 2);

__u64 variable = 5;

DESCRIBED(bpf_rcu_read_lock(); bpf_rcu_read_unlock());

/* a program with one instruction that no compiler makes */
#define ONE(name, expectation, code, dst, src, off, imm)                      \
	PROGRAM("raw_tp", name, expectation, "r0 = 0; .8byte %[insn]; exit;", \
		INSN(insn, code, dst, src, off, imm))
#define LDIMM64 (BPF_LD | BPF_DW | BPF_IMM)

/* --- opcodes ------------------------------------------------------------------------------------ */

ONE(arithmetic_of_no_kind, REJECTED("unknown opcode e7"), 0xe0 | BPF_ALU64, 0, 0, 0, 0);
ONE(negation_of_a_register, REJECTED("unknown opcode 8f"), BPF_ALU64 | BPF_NEG | BPF_X, 0, 0, 0, 0);
ONE(swap_to_big_endian_of_all, REJECTED("unknown opcode df"), BPF_ALU64 | BPF_END | BPF_X, 0, 0, 0,
    16);
PROGRAM("raw_tp", swaps, ACCEPTED, "r0 = 0; .8byte %[all]; .8byte %[half]; exit;",
	INSN(all, BPF_ALU64 | BPF_END, 0, 0, 0, 16),
	INSN(half, BPF_ALU | BPF_END | BPF_X, 0, 0, 0, 16));
ONE(jump_of_no_kind, REJECTED("unknown opcode f5"), 0xf0 | BPF_JMP, 0, 0, 0, 0);
ONE(jump_by_a_register, REJECTED("unknown opcode 0d"), BPF_JMP | BPF_JA | BPF_X, 0, 0, 0, 0);
ONE(call_of_32_bits, REJECTED("unknown opcode 86"), BPF_JMP32 | BPF_CALL, 0, 0, 0, 5);
ONE(exit_of_a_register, REJECTED("unknown opcode 9d"), BPF_JMP | BPF_EXIT | BPF_X, 0, 0, 0, 0);
ONE(load_of_half_an_immediate, REJECTED("unknown opcode 00"), BPF_LD | BPF_W | BPF_IMM, 0, 0, 0, 0);
ONE(packet_load_of_8_bytes, REJECTED("unknown opcode 38"), BPF_LD | BPF_DW | BPF_ABS, 0, 0, 0, 0);
ONE(load_in_no_way, REJECTED("BPF_LDX uses reserved fields"), BPF_LDX | BPF_W | BPF_ABS, 0, 1, 0,
    0);
ONE(load_with_an_immediate, REJECTED("BPF_LDX uses reserved fields"), BPF_LDX | BPF_DW | BPF_MEM, 0,
    1, 0, 1);
ONE(signed_load_of_8_bytes, REJECTED("unknown opcode 99"), BPF_LDX | BPF_DW | 0x80, 0, 1, 0, 0);
ONE(immediate_store_in_no_way, REJECTED("unknown opcode ca"), BPF_ST | BPF_H | BPF_ATOMIC, 10, 0,
    -8, 0);
ONE(store_in_no_way, REJECTED("unknown opcode 23"), BPF_STX | BPF_W | BPF_ABS, 10, 0, -8, 0);

/* --- jumps and calls ------------------------------------------------------------------------------- */

ONE(jump_past_the_end, REJECTED("jump out of range from insn 1 to 12"), BPF_JMP | BPF_JA, 0, 0, 10,
    0);
ONE(jump_before_the_start, REJECTED("jump out of range from insn 1 to -8"), BPF_JMP | BPF_JEQ, 0, 0,
    -10, 0);
ONE(long_jump_past_the_end, REJECTED("jump out of range from insn 1 to 102"), BPF_JMP32 | BPF_JA, 0,
    0, 0, 100);
PROGRAM("raw_tp", nothing_at_the_end, REJECTED("last insn is not an exit or jmp"), "r0 = 0;");
PROGRAM("raw_tp", jump_at_the_end, ACCEPTED, "r0 = 0; goto l_%=; m_%=: exit; l_%=: goto m_%=;");
PROGRAM("raw_tp", long_jump_at_the_end, ACCEPTED,
	"r0 = 0; goto l_%=; m_%=: exit; l_%=: .8byte %[insn];",
	INSN(insn, BPF_JMP32 | BPF_JA, 0, 0, 0, -2));

/* --- 64-bit immediates -------------------------------------------------------------------------------- */

ONE(half_an_immediate, REJECTED("invalid bpf_ld_imm64 insn"), LDIMM64, 1, 0, 0, 7);
PROGRAM("raw_tp", half_an_immediate_at_the_end, REJECTED("last insn is not an exit or jmp"),
	"r0 = 0; exit; .8byte %[insn];", INSN(insn, LDIMM64, 1, 0, 0, 7));
PROGRAM("raw_tp", immediate_of_no_kind, REJECTED("unrecognized bpf_ld_imm64 insn"),
	"r0 = 0; .8byte %[low]; .8byte 0; exit;", INSN(low, LDIMM64, 1, 9, 0, 0));
PROGRAM("raw_tp", map_by_a_bad_descriptor, REJECTED("fd 1000 is not pointing to valid bpf_map"),
	"r0 = 0; .8byte %[low]; .8byte 0; exit;",
	INSN(low, LDIMM64, 1, BPF_PSEUDO_MAP_FD, 0, 1000));
PROGRAM("raw_tp", address_in_a_variable, ACCEPTED,
	"r1 = %[variable] ll; r0 = *(u64 *)(r1 + 0); exit;", ADDR(variable));
PROGRAM("raw_tp", type_that_is_none, REJECTED("ldimm64 insn specifies invalid btf_id 16777216."),
	"r0 = 0; .8byte %[low]; .8byte 0; exit;",
	INSN(low, LDIMM64, 1, BPF_PSEUDO_BTF_ID, 0, 1 << 24));
PROGRAM("raw_tp", type_that_is_no_variable,
	REJECTED("pseudo btf_id 1 in ldimm64 isn't KIND_VAR or KIND_FUNC"),
	"r0 = 0; .8byte %[low]; .8byte 0; exit;", INSN(low, LDIMM64, 1, BPF_PSEUDO_BTF_ID, 0, 1));
PROGRAM("raw_tp", address_of_a_kernel_function, LOGGED("R1=rdonly_mem(sz=0)") ACCEPTED,
	"r0 = 0; r1 = %[bpf_rcu_read_lock] ll; exit;", [bpf_rcu_read_lock] "i"(bpf_rcu_read_lock));
PROGRAM("raw_tp", variable_of_a_module, UNSUPPORTED("variables of kernel modules"),
	"r0 = 0; .8byte %[low]; .8byte %[high]; exit;",
	INSN(low, LDIMM64, 1, BPF_PSEUDO_BTF_ID, 0, 1), INSN(high, 0, 0, 0, 0, 1));
PROGRAM("syscall", map_no_sleeper_may_use,
	REJECTED("Sleepable programs can only use array, hash, ringbuf and local storage maps"),
	"r0 = 0; r1 = %[traces] ll; exit;", ADDR(traces));

/* --- kernel functions ------------------------------------------------------------------------------------- */

#define KFUNC(name, expectation, off, imm) \
	ONE(name, expectation, BPF_JMP | BPF_CALL, 0, BPF_PSEUDO_KFUNC_CALL, off, imm)

KFUNC(function_of_a_module,
      LOGGED("kfunc offset > 0 without fd_array is invalid")
	      REJECTED("failed to find BTF for kernel function"),
      1, 1);
KFUNC(function_of_a_negative_module,
      LOGGED("negative offset disallowed for kernel module function call")
	      REJECTED("failed to find BTF for kernel function"),
      -1, 1);
KFUNC(function_that_is_a_type, REJECTED("kernel btf_id 1 is not a function"), 0, 1);
KFUNC(function_that_is_missing,
      REJECTED("invalid kernel function call not eliminated in verifier pass"), 0, 0);

/* --- functions of the program ---------------------------------------------------------------------------- */

SEC("raw_tp")
__attribute__((btf_decl_tag("exception_callback:variable")))
UNSUPPORTED("exception callbacks") int program_with_exception_callback(void *ctx)
{
	return 0;
}

/* 257 of them */
#define NUMBERED(n)                                                   \
	static NOINLINE __attribute__((used)) int function_##n(int a) \
	{                                                             \
		return a + n;                                         \
	}
/* clang-format off */
#define TEN(each, n)		each(n##0) each(n##1) each(n##2) each(n##3) each(n##4) \
				each(n##5) each(n##6) each(n##7) each(n##8) each(n##9)
#define HUNDRED(each, n)	TEN(each, n##0) TEN(each, n##1) TEN(each, n##2) TEN(each, n##3) TEN(each, n##4) \
				TEN(each, n##5) TEN(each, n##6) TEN(each, n##7) TEN(each, n##8) TEN(each, n##9)
#define ALL(each)		HUNDRED(each, 1) HUNDRED(each, 2) \
				TEN(each, 30) TEN(each, 31) TEN(each, 32) TEN(each, 33) TEN(each, 34) \
				each(350) each(351) each(352) each(353) each(354) each(355) each(356)
/* clang-format on */
#define CALL(n) "call function_" #n ";"
ALL(NUMBERED)

PROGRAM("raw_tp", too_many_functions, REJECTED("too many subprograms"),
	"r1 = 0;" ALL(CALL) "exit;");
