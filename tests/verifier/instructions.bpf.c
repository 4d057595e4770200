// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Instructions with fields that must be zero, immediates out of range, and opcodes that do not exist. */
#include "program.h"

#define FIELDS(name, message, code, regs, off, imm)		\
	PROGRAM("raw_tp", name, REJECTED(message),		\
		"r0 = 0;"					\
		"r1 = 1;"					\
		RAW(code, regs, off, imm)			\
		"exit;")

/* arithmetic */
FIELDS(add_with_offset, "BPF_ALU uses reserved fields", 0x07, 0x00, 1, 1);
FIELDS(add_with_negative_offset, "BPF_ALU uses reserved fields", 0x07, 0x00, -1, 1);
FIELDS(add_by_register_with_immediate, "BPF_ALU uses reserved fields", 0x0f, 0x10, 0, 1);
FIELDS(add_by_immediate_with_register, "BPF_ALU uses reserved fields", 0x07, 0x10, 0, 1);
FIELDS(divide_with_offset, "BPF_ALU uses reserved fields", 0x37, 0x00, 2, 1);
FIELDS(remainder_of_zero, "div by zero", 0x97, 0x00, 0, 0);
FIELDS(signed_remainder_of_zero, "div by zero", 0x94, 0x00, 1, 0);
FIELDS(shift_by_64, "invalid shift 64", 0x67, 0x00, 0, 64);
FIELDS(shift_by_less_than_nothing, "invalid shift -1", 0x77, 0x00, 0, -1);
FIELDS(shift_half_by_32, "invalid shift 32", 0xc4, 0x00, 0, 32);
FIELDS(add_from_unset, "R2 !read_ok", 0x0f, 0x20, 0, 0);
FIELDS(add_to_unset, "R2 !read_ok", 0x0f, 0x02, 0, 0);
FIELDS(add_to_frame_pointer, "frame pointer is read only", 0x07, 0x0a, 0, 8);

/* moves */
FIELDS(move_with_immediate, "BPF_MOV uses reserved fields", 0xbf, 0x10, 0, 1);
FIELDS(move_with_offset, "BPF_MOV uses reserved fields", 0xbf, 0x10, 24, 0);
FIELDS(move_half_with_offset_32, "BPF_MOV uses reserved fields", 0xbc, 0x10, 32, 0);
FIELDS(move_immediate_with_offset, "BPF_MOV uses reserved fields", 0xb7, 0x00, 8, 0);
FIELDS(move_immediate_with_register, "BPF_MOV uses reserved fields", 0xb7, 0x10, 0, 0);
FIELDS(move_from_unset, "R2 !read_ok", 0xbf, 0x20, 0, 0);
FIELDS(move_to_frame_pointer, "frame pointer is read only", 0xb7, 0x0a, 0, 0);
FIELDS(cast_between_unknown_spaces,
       "addr_space_cast insn can only convert between address space 1 and 0", 0xbf, 0x10, 1, 2);
FIELDS(cast_without_arena,
       "addr_space_cast insn can only be used in a program that has an associated arena", 0xbf, 0x10, 1, 1);
FIELDS(cast_back_without_arena,
       "addr_space_cast insn can only be used in a program that has an associated arena", 0xbf, 0x10, 1, 0x10000);

/* one operand */
FIELDS(negate_with_register, "BPF_NEG uses reserved fields", 0x87, 0x10, 0, 0);
FIELDS(negate_with_offset, "BPF_NEG uses reserved fields", 0x87, 0x00, 1, 0);
FIELDS(negate_with_immediate, "BPF_NEG uses reserved fields", 0x87, 0x00, 0, 1);
FIELDS(negate_unset, "R2 !read_ok", 0x87, 0x02, 0, 0);
FIELDS(swap_with_register, "BPF_END uses reserved fields", 0xd4, 0x10, 0, 16);
FIELDS(swap_with_offset, "BPF_END uses reserved fields", 0xdc, 0x00, 1, 16);
FIELDS(swap_8_bits, "BPF_END uses reserved fields", 0xdc, 0x00, 0, 8);

/* jumps */
FIELDS(jump_by_register_with_immediate, "BPF_JMP/JMP32 uses reserved fields", 0x1d, 0x10, 0, 1);
FIELDS(jump_by_immediate_with_register, "BPF_JMP/JMP32 uses reserved fields", 0x15, 0x10, 0, 1);
FIELDS(jump_on_unset, "R2 !read_ok", 0x15, 0x02, 0, 0);
FIELDS(jump_by_unset, "R2 !read_ok", 0x1d, 0x20, 0, 0);
FIELDS(goto_with_source, "BPF_JA uses reserved fields", 0x05, 0x10, 0, 0);
FIELDS(goto_with_destination, "BPF_JA uses reserved fields", 0x05, 0x01, 0, 0);
FIELDS(goto_with_immediate, "BPF_JA uses reserved fields", 0x05, 0x00, 0, 1);
FIELDS(long_goto_with_offset, "BPF_JA uses reserved fields", 0x06, 0x00, 1, 0);
#define MAY_GOTO(name, expectation_6_12, expectation_6_18, regs, imm)	\
	PROGRAMS("raw_tp", name, expectation_6_12, expectation_6_18,	\
		 "r0 = 0; r1 = 1;" RAW(0xe5, regs, 0, imm) "exit;")
MAY_GOTO(may_goto_with_immediate, REJECTED("invalid may_goto off 0 imm 1"),
	 REJECTED("invalid may_goto imm 1"), 0x00, 1);
MAY_GOTO(may_goto_with_destination, REJECTED("invalid may_goto off 0 imm 0"),
	 REJECTED("invalid may_goto imm 0"), 0x01, 0);
MAY_GOTO(may_goto_of_another_kind, REJECTED("invalid may_goto off 0 imm 0"),
	 REJECTED("invalid may_goto imm 0"), 0x10, 0);
MAY_GOTO(may_goto_next, REJECTED("invalid may_goto off 0 imm 0"), ACCEPTED, 0x00, 0);

/* calls and exits */
FIELDS(call_with_destination, "BPF_CALL uses reserved fields", 0x85, 0x01, 0, 7);
FIELDS(call_with_offset, "BPF_CALL uses reserved fields", 0x85, 0x00, 1, 7);
FIELDS(call_of_unknown_kind, "BPF_CALL uses reserved fields", 0x85, 0x30, 0, 7);

#define LEAVES(name, code, regs, off, imm)				\
	PROGRAM("raw_tp", name, REJECTED("BPF_EXIT uses reserved fields"), "r0 = 0;" RAW(code, regs, off, imm))

LEAVES(exit_with_immediate, 0x95, 0x00, 0, 1);
LEAVES(exit_with_source, 0x95, 0x10, 0, 0);
LEAVES(exit_with_destination, 0x95, 0x01, 0, 0);

/* loads and stores */
FIELDS(store_immediate_with_source, "BPF_ST uses reserved fields", 0x7a, 0x1a, -8, 0);
FIELDS(store_with_immediate, "BPF_STX uses reserved fields", 0x7b, 0x1a, -8, 1);
FIELDS(load_with_immediate, "BPF_LDX uses reserved fields", 0x79, 0xa1, -8, 1);
FIELDS(atomic_of_unknown_kind, "BPF_ATOMIC uses invalid atomic opcode 02", 0xdb, 0x1a, -8, 2);

PROGRAM("raw_tp", atomic_of_bytes, KERNEL("6.12") REJECTED("unknown opcode d3"),
	"r1 = 1;"
	RAW(0xd3, 0x1a, -8, 0)
	"exit;");
PROGRAM("raw_tp", atomic_of_bytes_too, KERNEL("6.18") REJECTED("invalid atomic operand size"),
	"r1 = 1;"
	RAW(0xd3, 0x1a, -8, 0)
	"exit;");

/* opcodes */
FIELDS(negate_by_register, "unknown opcode 8f", 0x8f, 0x00, 0, 0);
FIELDS(swap_whole_to_big_endian, "unknown opcode df", 0xdf, 0x00, 0, 16);
FIELDS(goto_by_register, "unknown opcode 0d", 0x0d, 0x00, 0, 0);
FIELDS(may_goto_in_halves, "unknown opcode e6", 0xe6, 0x00, 0, 0);
FIELDS(call_by_register, "unknown opcode 8d", 0x8d, 0x00, 0, 7);
FIELDS(exit_by_register, "unknown opcode 9d", 0x9d, 0x00, 0, 0);
FIELDS(load_half_of_a_number, "unknown opcode 10", 0x10, 0x00, 0, 0);
FIELDS(opcode_of_no_arithmetic, "unknown opcode e7", 0xe7, 0x00, 0, 0);
FIELDS(opcode_of_no_jump, "unknown opcode f5", 0xf5, 0x00, 0, 0);
FIELDS(opcode_of_no_half_jump, "unknown opcode 86", 0x86, 0x00, 0, 7);
FIELDS(load_indirectly, "BPF_LDX uses reserved fields", 0x59, 0x00, 0, 0);

/* --- numbers of 64 bits, in two halves -------------------------------------------------- */

PROGRAM("raw_tp", jumps_into_a_number, REJECTED("jump into the middle of ldimm64 insn 1"),
	"if r1 == 0 goto +1;"
	"r0 = 5 ll;"
	"exit;");

PROGRAM("raw_tp", number_with_offset, REJECTED("BPF_LD_IMM64 uses reserved fields"),
	RAW(0x18, 0x00, 1, 5)
	RAW(0x00, 0x00, 0, 0)
	"exit;");

PROGRAM("raw_tp", number_whose_half_is_an_instruction, REJECTED("invalid bpf_ld_imm64 insn"),
	RAW(0x18, 0x00, 0, 5)
	"r0 = 1;"
	"exit;");

PROGRAM("raw_tp", number_of_unknown_kind, REJECTED("unrecognized bpf_ld_imm64 insn"),
	RAW(0x18, 0xf0, 0, 5)
	RAW(0x00, 0x00, 0, 0)
	"r0 = 0;"
	"exit;");

PROGRAM("raw_tp", number_to_frame_pointer, REJECTED("frame pointer is read only"),
	RAW(0x18, 0x0a, 0, 5)
	RAW(0x00, 0x00, 0, 0)
	"r0 = 0;"
	"exit;");

/* registers there are not */
FIELDS(destination_beyond_the_last, "R11 is invalid", 0xb7, 0x0b, 0, 0);
FIELDS(source_beyond_the_last, "R12 is invalid", 0xbf, 0xc0, 0, 0);
