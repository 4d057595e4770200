// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Map values that hold locks, timers, lists and kernel pointers; maps that never change. */
#include "program.h"

struct task_struct {
	int pid;
};

struct locked {
	struct bpf_spin_lock lock;
	__u32 n;
};
struct timed {
	struct bpf_timer timer;
	__u64 n;
};
#define KPTR __attribute__((btf_type_tag("kptr_untrusted")))
struct pointing {
	__u64 n;
	struct task_struct KPTR *task;
};

struct working {
	struct bpf_wq wq;
	__u64 n;
};

MAP(ARRAY, works, __u32, struct working, 2);
MAP(ARRAY, locks, __u32, struct locked, 2);
MAP(ARRAY, timers, __u32, struct timed, 2);
MAP(ARRAY, pointers, __u32, struct pointing, 2);
MAP(HASH, table, __u32, __u64, 2);

/* where each list starts has a type for its nodes */
struct node {
	struct bpf_list_node link;
	__u64 n;
};
struct listing {
	struct bpf_spin_lock lock;
	struct bpf_list_head head __attribute__((btf_decl_tag("contains:node:link")));
};
MAP(ARRAY, lists, __u32, struct listing, 1);

/* of types that only maps name the compiler writes no more than the name */
int describes_types(struct node *node, struct pointing *pointing)
{
	return node->n + pointing->task->pid;
}

const volatile __s8 numbers[8] = { 1, -2, 3, 4, 5, 6, 7, 8 };
volatile __u64 variable = 5;

/* --- locks, timers, lists ------------------------------------------------------------------- */

PROGRAM("tc", beside_a_lock, ACCEPTED, ELEMENT "r1 = *(u32 *)(r0 + 4);" END, ON(locks));
PROGRAM("tc", lock_read, REJECTED("bpf_spin_lock cannot be accessed directly by load/store"),
	ELEMENT "r1 = *(u32 *)(r0 + 0);" END, ON(locks));
PROGRAM("tc", lock_written_by_helper,
	REJECTED("bpf_spin_lock cannot be accessed directly by load/store"),
	ELEMENT "r1 = r0; r2 = 8;" READ_KERNEL END, ON(locks), IMM(bpf_probe_read_kernel));
PROGRAM("tc", perhaps_a_lock, REJECTED("bpf_spin_lock cannot be accessed directly by load/store"),
	ELEMENT "r1 = *(u8 *)(r0 + 4); r1 &= 4; r0 += r1; r1 = *(u32 *)(r0 + 0);" END, ON(locks));
PROGRAM("tc", beside_a_lock_somewhere, ACCEPTED,
	ELEMENT "r1 = *(u8 *)(r0 + 4); r1 &= 3; r0 += r1; r1 = *(u8 *)(r0 + 4);" END, ON(locks));
PROGRAM("tc", timer_read, REJECTED("bpf_timer cannot be accessed directly by load/store"),
	ELEMENT "r1 = *(u8 *)(r0 + 15);" END, ON(timers));
PROGRAM("tc", beside_a_timer, ACCEPTED, ELEMENT "r1 = *(u64 *)(r0 + 16);" END, ON(timers));
PROGRAM("tc", list_read, REJECTED("bpf_list_head cannot be accessed directly by load/store"),
	ELEMENT "r1 = *(u64 *)(r0 + 8);" END, ON(lists));
PROGRAM("socket", lock_of_a_socket, REJECTED("socket filter progs cannot use bpf_spin_lock yet"),
	ELEMENT END, ON(locks));
PROGRAM("raw_tp", lock_of_a_tracepoint, REJECTED("tracing progs cannot use bpf_spin_lock yet"),
	ELEMENT END, ON(locks));
PROGRAM("raw_tp", list_of_a_tracepoint,
	REJECTED("tracing progs cannot use bpf_{list_head,rb_root} yet"), ELEMENT END, ON(lists));
PROGRAM("raw_tp", timer_of_a_tracepoint, REJECTED("tracing progs cannot use bpf_timer yet"),
	ELEMENT END, ON(timers));
PROGRAM("tc", work_read, REJECTED("bpf_wq cannot be accessed directly by load/store"),
	ELEMENT "r1 = *(u64 *)(r0 + 0);" END, ON(works));
PROGRAM("raw_tp", work_of_a_tracepoint, REJECTED("tracing progs cannot use bpf_wq yet"),
	ELEMENT END, ON(works));

/* --- kernel pointers ------------------------------------------------------------------------- */

/* clang 14 forgets the tags: tests/unit/test_verifier_fields.c looks at these programs with its own */
#if __clang_major__ >= 15
#define TAGGED(expectation) expectation
#else
#define TAGGED(expectation)
#endif

PROGRAM("tc", beside_a_pointer, TAGGED(ACCEPTED), ELEMENT "r1 = *(u64 *)(r0 + 0);" END,
	ON(pointers));
PROGRAM("tc", pointer_loaded, TAGGED(UNSUPPORTED("kernel pointers in map values (kptr)")),
	ELEMENT "r1 = *(u64 *)(r0 + 8);" END, ON(pointers));
PROGRAM("tc", half_a_pointer, TAGGED(REJECTED("kptr access size must be BPF_DW")),
	ELEMENT "r1 = *(u32 *)(r0 + 8);" END, ON(pointers));
PROGRAM("tc", across_a_pointer, TAGGED(REJECTED("kptr access misaligned expected=8 off=4")),
	ELEMENT "r1 = *(u64 *)(r0 + 4);" END, ON(pointers));
PROGRAM("tc", perhaps_a_pointer, TAGGED(REJECTED("kptr access cannot have variable offset")),
	ELEMENT "r1 = *(u64 *)(r0 + 0); r1 &= 8; r0 += r1; r1 = *(u64 *)(r0 + 0);" END,
	ON(pointers));
PROGRAM("tc", pointer_passed_to_helper,
	TAGGED(REJECTED("kptr cannot be accessed indirectly by helper")),
	ELEMENT "r1 = r0; r2 = 16;" READ_KERNEL END, ON(pointers), IMM(bpf_probe_read_kernel));

/* --- the map itself ---------------------------------------------------------------------------- */

PROGRAM("raw_tp", structure_of_a_map, UNSUPPORTED("reading a map's own structure"),
	"r1 = %[table] ll; r0 = *(u32 *)(r1 + 4); r0 = 0; exit;", ADDR(table));

/* --- what never changes ------------------------------------------------------------------------ */

PROGRAM("raw_tp", constant, LOGGED("R0=0x403fe01") ACCEPTED,
	"r1 = %[numbers] ll; r0 = *(u32 *)(r1 + 0); exit;", ADDR(numbers));
PROGRAM("raw_tp", constant_byte, LOGGED("R0=254") ACCEPTED,
	"r1 = %[numbers] ll; r0 = *(u8 *)(r1 + 1); exit;", ADDR(numbers));
PROGRAM("raw_tp", constant_signed_byte, LOGGED("R0=-2") ACCEPTED,
	"r1 = %[numbers] ll; .8byte %[insn]; exit;", ADDR(numbers),
	INSN(insn, BPF_LDX | BPF_B | 0x80, 0, 1, 1, 0));
PROGRAM("raw_tp", constant_somewhere, LOGGED("R0=scalar(") ACCEPTED,
	"call %[bpf_get_prandom_u32]; r1 = %[numbers] ll; r0 &= 7; r1 += r0; r0 = *(u8 *)(r1 + 0); "
	"exit;",
	ADDR(numbers), IMM(bpf_get_prandom_u32));
PROGRAM("raw_tp", constant_written, REJECTED("write into map forbidden, value_size=8 off=0 size=1"),
	"r1 = %[numbers] ll; r0 = 0; *(u8 *)(r1 + 0) = r0; exit;", ADDR(numbers));
PROGRAM("raw_tp", not_constant, LOGGED("R0=scalar()") ACCEPTED,
	"r1 = %[variable] ll; r0 = *(u64 *)(r1 + 0); exit;", ADDR(variable));
