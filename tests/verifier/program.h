/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What every program here includes: no more than a compiler, linux/bpf.h and libbpf's helpers, so that
 * they compile on any machine. Types of the kernel are declared as far as they are used.
 *
 * An expectation stands before each program. The tags are the selftests' own, so that the
 * kernel's tools could read them, too:
 *
 *	ACCEPTED			the program is accepted
 *	REJECTED("R1 !read_ok")		it is not; this is the final error, whole. {{...}} is a regular expression
 *	LOGGED("text")			stands somewhere in the log of level 2; several: in this order
 *	EXPLAINED("text")		stands somewhere in the explanation (verify --explain); several: in any order
 *	UNSUPPORTED("helper x")		the simulator does not model this, and says so in these words
 *	KERNEL("6.12")			judged by that kernel's rules only; without it by those of all
 *	FLAGS("BPF_F_...")		loaded with these
 */
#ifndef TV_TEST_VERIFIER_PROGRAM_H
#define TV_TEST_VERIFIER_PROGRAM_H

/* Types that only newer headers have: the headers' own are put aside. */
#define bpf_iter_num	iter_num_of_the_header
#define bpf_list_head	list_head_of_the_header
#define bpf_list_node	list_node_of_the_header
#define bpf_wq		wq_of_the_header
#include <linux/bpf.h>
#undef bpf_iter_num
#undef bpf_list_head
#undef bpf_list_node
#undef bpf_wq
#include <linux/types.h>
#include <bpf/bpf_helpers.h>

struct bpf_iter_num { __u64 opaque[1]; } __attribute__((aligned(8)));
struct bpf_list_head { __u64 opaque[2]; } __attribute__((aligned(8)));
struct bpf_list_node { __u64 opaque[3]; } __attribute__((aligned(8)));
struct bpf_wq { __u64 opaque[2]; } __attribute__((aligned(8)));

#define TEST_TAG(text)	__attribute__((btf_decl_tag("comment:test_" text)))
#define TEXT_(x)	#x
#define TEXT(x)		TEXT_(x)

#define ACCEPTED	TEST_TAG("expect_success")
/* a counter keeps equal tags of one program apart */
#define LOGGED(text)	TEST_TAG("expect_msg=" TEXT(__COUNTER__) "=" text)
#define REJECTED(text)	TEST_TAG("expect_failure") LOGGED(text)
#define EXPLAINED(text)	TEST_TAG("explained=" text)
#define UNSUPPORTED(text) TEST_TAG("unsupported=" text)
#define KERNEL(version)	TEST_TAG("kernel=" version)
#define FLAGS(text)	TEST_TAG("prog_flags=" text)
/* a state at each place where one may be, so that a few hundred rounds are many states */
#define OFTEN		FLAGS("BPF_F_TEST_STATE_FREQ")

#define NAKED		__attribute__((naked))
#define NOINLINE	__attribute__((noinline))
#define CLOBBERS	"r0", "r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8", "r9", "memory"

/* An instruction that the assembler does not know, or refuses; registers are source << 4 | destination. */
#define RAW(code, regs, off, imm) \
	".byte " #code ", " #regs "; .2byte " #off "; .4byte " #imm ";"

/* PROGRAM("raw_tp", name, ACCEPTED, "instructions", operands of asm()...) */
#define PROGRAM(section, name, expectation, text, ...)	\
	SEC(section) expectation NAKED int name(void)	\
	{						\
		asm volatile(text "" : : __VA_ARGS__ : CLOBBERS);	\
	}						\
	extern int name##_is_a_program

/* A function of the program's own. */
#define FUNCTION(name, text, ...)	\
	static NAKED NOINLINE __attribute__((used)) int name(void)	\
	{						\
		asm volatile(text "" : : __VA_ARGS__ : CLOBBERS);	\
	}

/* One that the rules of 6.12 and those of 6.18 judge differently. */
#define PROGRAMS(section, name, expectation_6_12, expectation_6_18, ...)	\
	PROGRAM(section, name##_6_12, expectation_6_12 KERNEL("6.12"), __VA_ARGS__);	\
	PROGRAM(section, name##_6_18, expectation_6_18 KERNEL("6.18"), __VA_ARGS__)

/* Operands: %[name] is the number or address of that name; an instruction the compiler has no word for. */
#define IMM(name)	[name] "i"(name)
#define ADDR(name)	[name] "i"(&name)
#define INSN(name, code, dst, src, off, imm)	\
	[name] "i"((__u64)(__u32)(imm) << 32 | (__u64)(__u16)(off) << 16 | (src) << 12 | (dst) << 8 | (code))

#define MAP(kind, name, key_type, value_type, entries)	\
	struct {					\
		__uint(type, BPF_MAP_TYPE_##kind);	\
		__uint(max_entries, entries);		\
		__type(key, key_type);			\
		__type(value, value_type);		\
	} name SEC(".maps")

/* The same with flags, whose values are numbers. */
#define FLAGGED_MAP(kind, name, entries, flags)		\
	struct {					\
		__uint(type, BPF_MAP_TYPE_##kind);	\
		__uint(max_entries, entries);		\
		__uint(map_flags, flags);		\
		__type(key, __u32);			\
		__type(value, __u64);			\
	} name SEC(".maps")

/* of bytes, without keys */
#define RING(kind, name)				\
	struct {					\
		__uint(type, BPF_MAP_TYPE_##kind);	\
		__uint(max_entries, 4096);		\
	} name SEC(".maps")

#define PROGRAM_ARRAY(name)				\
	struct {					\
		__uint(type, BPF_MAP_TYPE_PROG_ARRAY);	\
		__uint(max_entries, 4);			\
		__uint(key_size, 4);			\
		__uint(value_size, 4);			\
	} name SEC(".maps")

/* --- what the kernel has ----------------------------------------------------------------- */

extern const int bpf_prog_active __ksym;
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) __ksym;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) __ksym;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) __ksym;
extern void bpf_rcu_read_lock(void) __ksym;
extern void bpf_rcu_read_unlock(void) __ksym;
extern void bpf_preempt_disable(void) __ksym;
extern void bpf_preempt_enable(void) __ksym;

/* The compiler describes only functions that C calls: these. */
#define DESCRIBED(calls)		\
	void describes_functions(void)	\
	{				\
		calls;			\
	}				\
	extern int functions_are_described

/* --- instructions, and what they need of the operands ------------------------------------- */

#define DONE	"r0 = 0; exit;"
#define END	"out_%=:" DONE

/* Of the context. */
#define READ(size, off)		"r0 = *(" #size " *)(r1 " #off ");" DONE
#define WRITE(size, off)	"r0 = 0; *(" #size " *)(r1 " #off ") = r0; exit;"

/* r0 = the element with key 0 of %[map], or NULL; or out */
#define LOOKUP								\
	"r9 = 0; *(u32 *)(r10 - 4) = r9; r2 = r10; r2 += -4;"		\
	"r1 = %[map] ll; call %[bpf_map_lookup_elem];"
#define ELEMENT		LOOKUP "if r0 == 0 goto out_%=;"
#define ON(name)	[map] "i"(&name), IMM(bpf_map_lookup_elem)

/* r0 = the task, trusted; and r1 */
#define CURRENT		"call %[bpf_get_current_task_btf];"
#define TASK		CURRENT "r1 = r0;"
#define AND_TASK	IMM(bpf_get_current_task_btf)

#define RANDOM		"call %[bpf_get_prandom_u32];"
#define AND_RANDOM	IMM(bpf_get_prandom_u32)

#define LOOP		[loop] "i"(BPF_FUNC_loop)

/* r2 bytes, to r1 */
#define READ_KERNEL	"r3 = 0; call %[bpf_probe_read_kernel];"

#ifndef LICENCE
#define LICENCE "GPL"
#endif
char _license[] SEC("license") = LICENCE;

#endif
