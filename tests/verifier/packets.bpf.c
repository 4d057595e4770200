// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Programs of a socket and of traffic control: what they may do with a packet and its context. */
#include "program.h"

PROGRAM_ARRAY(programs);

#define NO_ACCESS(off, size) REJECTED("invalid bpf_context access off=" #off " size=" #size)

/* --- members of struct __sk_buff --------------------------------------------------------------- */

PROGRAM("socket", length, ACCEPTED, READ(u32, +0));
PROGRAM("socket", part_of_length, ACCEPTED, READ(u8, +1));
PROGRAM("socket", two_members, NO_ACCESS(0, 8), READ(u64, +0));
PROGRAM("socket", misaligned, NO_ACCESS(2, 4), READ(u32, +2));
PROGRAM("socket", before_first, NO_ACCESS(-4, 4), READ(u32, -4));
PROGRAM("socket", past_last, NO_ACCESS(192, 4), READ(u32, +192));
PROGRAM("socket", length_written, NO_ACCESS(0, 4), WRITE(u32, +0));
PROGRAM("socket", mark_written_by_socket, NO_ACCESS(8, 4), WRITE(u32, +8));
PROGRAM("tc", mark_written_by_tc, ACCEPTED, WRITE(u32, +8));
PROGRAM("tc", part_of_mark_written, NO_ACCESS(8, 2), WRITE(u16, +8));
PROGRAM("socket", control_block, ACCEPTED,
	"r0 = 0; *(u64 *)(r1 + 56) = r0; *(u8 *)(r1 + 67) = r0; exit;");
PROGRAM("socket", across_control_block, NO_ACCESS(64, 8), READ(u64, +64));
PROGRAM("socket", packet_of_a_socket, NO_ACCESS(76, 4), READ(u32, +76));
PROGRAM("tc", addresses, NO_ACCESS(92, 4), READ(u32, +92));
PROGRAM("tc", part_of_packet_pointer, NO_ACCESS(76, 2), READ(u16, +76));
PROGRAM("tc", packet_pointer_written, NO_ACCESS(76, 4), WRITE(u32, +76));
PROGRAM("tc", packet_pointer_extended, NO_ACCESS(76, 4), ".8byte %[insn]; r0 = 0; exit;",
	INSN(insn, BPF_LDX | BPF_W | 0x80, 0, 1, 76, 0));
PROGRAM("tc", time_stamp, ACCEPTED, WRITE(u64, +152));
PROGRAM("tc", half_a_time_stamp, NO_ACCESS(152, 4), READ(u32, +152));
PROGRAM("tc", kind_of_time_stamp, ACCEPTED, READ(u8, +180));
PROGRAM("tc", padding, NO_ACCESS(181, 1), READ(u8, +181));
PROGRAM("tc", socket_of_a_packet, UNSUPPORTED("sockets"), READ(u64, +168));

/* --- the packet ---------------------------------------------------------------------------------- */

/* r2 = its start, r3 = its end */
#define PACKET "r2 = *(u32 *)(r1 + 76); r3 = *(u32 *)(r1 + 80);"
#define META "r2 = *(u32 *)(r1 + 140); r3 = *(u32 *)(r1 + 76);"

PROGRAM("tc", pointers, LOGGED("R2=pkt(r=0)") LOGGED("R3=pkt_end()") ACCEPTED, PACKET END);
PROGRAM("tc", unchecked,
	LOGGED("invalid access to packet, off=0 size=1, R2(id=0,off=0,r=0)")
		REJECTED("R2 offset is outside of the packet"),
	PACKET "r0 = *(u8 *)(r2 + 0);" END);
PROGRAM("tc", longer_than, LOGGED("R4=pkt(off=14,r=14)") ACCEPTED,
	PACKET "r4 = r2; r4 += 14; if r4 > r3 goto out_%=; r0 = *(u8 *)(r2 + 13); r0 = *(u16 *)(r4 "
	       "- 2);" END);
PROGRAM("tc", not_longer_than,
	LOGGED("invalid access to packet, off=14 size=1, R2(id=0,off=14,r=14)")
		REJECTED("R2 offset is outside of the packet"),
	PACKET "r4 = r2; r4 += 14; if r4 > r3 goto out_%=; r0 = *(u8 *)(r2 + 14);" END);
PROGRAM("tc", as_long_as, ACCEPTED,
	PACKET "r4 = r2; r4 += 14; if r4 >= r3 goto out_%=; r0 = *(u8 *)(r2 + 14);" END);
PROGRAM("tc", less_than, ACCEPTED,
	PACKET
	"r4 = r2; r4 += 14; if r4 < r3 goto l_%=; goto out_%=; l_%=: r0 = *(u8 *)(r2 + 14);" END);
PROGRAM("tc", less_or_equal, ACCEPTED,
	PACKET
	"r4 = r2; r4 += 14; if r4 <= r3 goto l_%=; goto out_%=; l_%=: r0 = *(u8 *)(r2 + 13);" END);
PROGRAM("tc", less_or_equal_too_far, REJECTED("R2 offset is outside of the packet"),
	PACKET
	"r4 = r2; r4 += 14; if r4 <= r3 goto l_%=; goto out_%=; l_%=: r0 = *(u8 *)(r2 + 14);" END);
PROGRAM("tc", end_first, ACCEPTED,
	PACKET "r4 = r2; r4 += 14; if r3 < r4 goto out_%=; r0 = *(u8 *)(r2 + 13);" END);
PROGRAM("tc", end_first_too_far, REJECTED("R2 offset is outside of the packet"),
	PACKET "r4 = r2; r4 += 14; if r3 < r4 goto out_%=; r0 = *(u8 *)(r2 + 14);" END);
PROGRAM("tc", end_first_above, ACCEPTED,
	PACKET
	"r4 = r2; r4 += 14; if r3 > r4 goto l_%=; goto out_%=; l_%=: r0 = *(u8 *)(r2 + 14);" END);
PROGRAM("tc", other_branch, REJECTED("R2 offset is outside of the packet"),
	PACKET
	"r4 = r2; r4 += 14; if r4 > r3 goto l_%=; goto out_%=; l_%=: r0 = *(u8 *)(r2 + 0);" END);
PROGRAM("tc", compared_by_halves, REJECTED("R2 offset is outside of the packet"),
	PACKET "r4 = r2; r4 += 14; if w4 > w3 goto out_%=; r0 = *(u8 *)(r2 + 0);" END);
PROGRAM("tc", compared_as_signed, REJECTED("R2 offset is outside of the packet"),
	PACKET "r4 = r2; r4 += 14; if r4 s> r3 goto out_%=; r0 = *(u8 *)(r2 + 0);" END);
PROGRAM("tc", nothing_learnt_from_the_start, REJECTED("R2 offset is outside of the packet"),
	PACKET "if r2 >= r3 goto l_%=; goto out_%=; l_%=: r0 = *(u8 *)(r2 + 0);" END);
/* there is a byte, but the kernel does not say so */
PROGRAM("tc", one_byte_learnt_from_the_start, REJECTED("R2 offset is outside of the packet"),
	PACKET "if r2 >= r3 goto out_%=; r0 = *(u8 *)(r2 + 0);" END);

PROGRAM("tc", second_question_answered, ACCEPTED,
	PACKET "r4 = r2; r4 += 8; if r4 > r3 goto l_%=; goto out_%=;"
	       "l_%=: if r4 <= r3 goto m_%=; goto out_%=; m_%=: r0 = *(u64 *)(r2 + 100);" END);
PROGRAM("tc", second_question_answered_end_first, ACCEPTED,
	PACKET "r4 = r2; r4 += 8; if r4 >= r3 goto l_%=; goto out_%=;"
	       "l_%=: if r3 > r4 goto m_%=; goto out_%=; m_%=: r0 = *(u64 *)(r2 + 100);" END);
PROGRAM("tc", second_question_open, REJECTED("R2 offset is outside of the packet"),
	PACKET "r4 = r2; r4 += 8; if r4 >= r3 goto l_%=; goto out_%=;"
	       "l_%=: if r4 > r3 goto out_%=; r0 = *(u64 *)(r2 + 100);" END);

/* --- unknown offsets --------------------------------------------------------------------------------- */

PROGRAM("tc", unknown_offset, ACCEPTED,
	PACKET "r5 = *(u8 *)(r1 + 0); r2 += r5; r4 = r2; r4 += 4; if r4 > r3 goto out_%=; r0 = "
	       "*(u32 *)(r2 + 0);" END);
PROGRAM("tc", unknown_offset_of_another, REJECTED("R2 offset is outside of the packet"),
	PACKET "r5 = *(u8 *)(r1 + 0); r4 = r2; r4 += r5; if r4 > r3 goto out_%=; r0 = *(u8 *)(r2 + "
	       "0);" END);
PROGRAM("tc", unknown_offset_too_large, REJECTED("R2 offset is outside of the packet"),
	PACKET
	"r5 = *(u32 *)(r1 + 0); r5 &= 0x1ffff; r2 += r5; r4 = r2; r4 += 4; if r4 > r3 goto out_%=;"
	"r0 = *(u32 *)(r2 + 0);" END);
PROGRAM("tc", known_offset_too_large, REJECTED("R2 offset is outside of the packet"),
	PACKET "r4 = r2; r4 += 0x10000; if r4 > r3 goto out_%=; r0 = *(u8 *)(r2 + 0);" END);
PROGRAM("tc", offset_perhaps_negative,
	REJECTED("R2 min value is negative, either use unsigned index or do a if (index >=0) "
		 "check."),
	PACKET "r5 = *(u8 *)(r1 + 0); r5 -= 1; r2 += r5; r0 = *(u8 *)(r2 + 0);" END);
PROGRAM("tc", before_packet,
	LOGGED("invalid access to packet, off=-1 size=1, R2(id=0,off=-1,r=14)")
		REJECTED("R2 offset is outside of the packet"),
	PACKET "r4 = r2; r4 += 14; if r4 > r3 goto out_%=; r0 = *(u8 *)(r2 - 1);" END);
PROGRAM("tc", end_of_packet_read, REJECTED("R3 invalid mem access 'pkt_end'"),
	PACKET "r0 = *(u8 *)(r3 + 0);" END);
PROGRAM("tc", end_of_packet_moved, REJECTED("R3 pointer arithmetic on pkt_end prohibited"),
	PACKET "r3 += -1;" END);

/* --- data in front of the packet ------------------------------------------------------------------------ */

PROGRAM("tc", meta_data, LOGGED("R2=pkt_meta(r=8)") ACCEPTED,
	META "r4 = r2; r4 += 8; if r4 > r3 goto out_%=; r0 = *(u64 *)(r2 + 0);" END);
PROGRAM("tc", meta_data_packet_first, ACCEPTED,
	META "r4 = r2; r4 += 8; if r3 < r4 goto out_%=; r0 = *(u64 *)(r2 + 0);" END);
PROGRAM("tc", meta_data_beside_moved_packet, REJECTED("R2 offset is outside of the packet"),
	META "r3 += 1; r4 = r2; r4 += 8; if r4 > r3 goto out_%=; r0 = *(u64 *)(r2 + 0);" END);
PROGRAM("tc", meta_data_past_packet, REJECTED("R2 offset is outside of the packet"),
	META "r4 = r2; r4 += 8; if r4 > r3 goto out_%=; r0 = *(u64 *)(r2 + 1);" END);

/* --- writes, and what may change a packet -------------------------------------------------------------------- */

PROGRAM("tc", written, ACCEPTED,
	PACKET "r4 = r2; r4 += 8; if r4 > r3 goto out_%=; r0 = 0; *(u64 *)(r2 + 0) = r0;" END);
PROGRAM("tc", written_outside, REJECTED("R2 offset is outside of the packet"),
	PACKET "r4 = r2; r4 += 8; if r4 > r3 goto out_%=; r0 = 0; *(u64 *)(r2 + 8) = r0;" END);
PROGRAM("tc", changed_atomically, REJECTED("BPF_ATOMIC stores into R2 pkt is not allowed"),
	PACKET
	"r4 = r2; r4 += 8; if r4 > r3 goto out_%=; r0 = 1; lock *(u64 *)(r2 + 0) += r0;" END);
PROGRAM("tc", misaligned_packet,
	REJECTED("misaligned packet access off 2+0+0+0 size 4") FLAGS("BPF_F_STRICT_ALIGNMENT"),
	PACKET "r4 = r2; r4 += 8; if r4 > r3 goto out_%=; r0 = *(u32 *)(r2 + 0);" END);
PROGRAM("tc", aligned_packet, ACCEPTED FLAGS("BPF_F_STRICT_ALIGNMENT"),
	PACKET "r4 = r2; r4 += 8; if r4 > r3 goto out_%=; r0 = *(u32 *)(r2 + 2); r0 = *(u8 *)(r2 + "
	       "1);" END);
PROGRAM("tc", passed_to_a_helper, UNSUPPORTED("packet pointers passed to helpers"),
	PACKET
	"r4 = r2; r4 += 8; if r4 > r3 goto out_%=; r1 = r2; r2 = 8; call %[bpf_trace_printk];" END,
	IMM(bpf_trace_printk));

#define TAIL_CALL "r2 = %[programs] ll; r3 = 0; call %[bpf_tail_call];"

PROGRAMS("tc", kept_over_a_tail_call, REJECTED("R6 invalid mem access 'scalar'"), ACCEPTED,
	 PACKET "r6 = r2; r4 = r2; r4 += 8; if r4 > r3 goto out_%=;" TAIL_CALL
		"r0 = *(u8 *)(r6 + 0);" END,
	 ADDR(programs), IMM(bpf_tail_call));

static NOINLINE __attribute__((used)) int jumps_away(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &programs, 0);
	return 0;
}

SEC("tc")
REJECTED("R6 invalid mem access 'scalar'") NAKED int kept_over_a_function_with_a_tail_call(void)
{
	asm volatile(PACKET "r6 = r2; r4 = r2; r4 += 8; if r4 > r3 goto out_%=; call jumps_away;"
			    "r0 = *(u8 *)(r6 + 0);" END
		     :
		     :
		     : CLOBBERS);
}

__attribute__((weak)) NOINLINE int jumps_away_as_well(struct __sk_buff *skb)
{
	bpf_tail_call(skb, &programs, 0);
	return 0;
}

SEC("tc")
REJECTED("R6 invalid mem access 'scalar'") NAKED
	int kept_over_a_global_function_with_a_tail_call(void)
{
	asm volatile(PACKET
		     "r6 = r2; r4 = r2; r4 += 8; if r4 > r3 goto out_%=; call jumps_away_as_well;"
		     "r0 = *(u8 *)(r6 + 0);" END
		     :
		     :
		     : CLOBBERS);
}

/* --- a tracepoint's own buffer ---------------------------------------------------------------------------------- */

PROGRAM("raw_tp.w", buffer, LOGGED("R2=tp_buffer()") ACCEPTED,
	"r2 = *(u64 *)(r1 + 0); r0 = *(u32 *)(r2 + 4); r0 = 0; *(u64 *)(r2 + 8) = r0; exit;");
PROGRAM("raw_tp.w", part_of_buffer_pointer, NO_ACCESS(0, 4), READ(u32, +0));
PROGRAM("raw_tp.w", argument_behind_buffer, LOGGED("R0=scalar()") ACCEPTED, READ(u64, +8));
PROGRAM("raw_tp.w", argument_past_last, NO_ACCESS(96, 8), READ(u64, +96));
PROGRAM("raw_tp.w", before_buffer, REJECTED("R2 invalid tracepoint buffer access: off=-8, size=8"),
	"r2 = *(u64 *)(r1 + 0); r0 = *(u64 *)(r2 - 8); r0 = 0; exit;");
PROGRAM("raw_tp.w", somewhere_in_buffer,
	REJECTED("R2 invalid variable buffer offset: off=0, var_off=(0x0; 0x8)"),
	"r2 = *(u64 *)(r1 + 0); r3 = *(u64 *)(r1 + 8); r3 &= 8; r2 += r3; r0 = *(u64 *)(r2 + 0); "
	"r0 = 0; exit;");
