// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Arguments of the program's own functions: what global ones may have, and what their callers may pass. */
#include "program.h"

struct unknown;
struct bpf_user_pt_regs;
struct bpf_user_pt_regs_t {
	__u64 r15;
};
struct pt_regs {
	__u64 r15;
};
struct sk_buff {
	int len;
};
struct bpf_perf_event_data {
	struct pt_regs regs;
};
struct eight {
	__u64 n;
};
struct large {
	__u8 bytes[65537];
};
struct task_struct {
	int pid;
};

MAP(HASH, table, __u32, struct eight, 2);
RING(RINGBUF, ring);

#define GLOBAL __attribute__((weak)) NOINLINE
#define ARG(tag) __attribute__((btf_decl_tag("arg:" tag)))
/* keeps the compiler from knowing what a function does */
#define OPAQUE(x) asm volatile("" : "+r"(x))

/* --- numbers ------------------------------------------------------------------------------------ */

enum colour {
	RED,
	GREEN
};

GLOBAL int takes_numbers(int a, enum colour b, __u64 c)
{
	return a + b + (int)c;
}

SEC("raw_tp")
LOGGED("Func#1 ('takes_numbers') is global and assumed valid.")
ACCEPTED int numbers_for_numbers(void *ctx)
{
	return takes_numbers(1, GREEN, 3);
}

SEC("raw_tp")
LOGGED("R1 is not a scalar")
REJECTED("Caller passes invalid args into func#1 "
	 "('takes_numbers')") int pointer_for_a_number(void *ctx)
{
	return takes_numbers((int)(long)ctx, GREEN, 3);
}

PROGRAM("raw_tp", context_for_a_number,
	LOGGED("R1 is not a scalar")
		REJECTED("Caller passes invalid args into func#1 ('takes_numbers')"),
	"r2 = 0; r3 = 0; call takes_numbers; r0 = 0; exit;");

/* --- memory ------------------------------------------------------------------------------------- */

GLOBAL int takes_memory(struct eight *p)
{
	return p ? (int)p->n : 0;
}
GLOBAL int takes_memory_unchecked(struct eight *p)
{
	return (int)p->n;
}
GLOBAL int takes_nonnull(struct eight *p ARG("nonnull"))
{
	return (int)p->n;
}
GLOBAL int takes_unknown(struct unknown *p)
{
	return !p;
}
GLOBAL int takes_large(struct large *p)
{
	return p ? p->bytes[0] : 0;
}
GLOBAL int overreads(struct eight *p)
{
	return p ? (int)p[1].n : 0;
}

#define CALL(name) "call " #name "; r0 = 0; exit;"

PROGRAM("raw_tp", stack_for_memory, LOGGED("R1=mem_or_null(id=1,sz=8)") ACCEPTED,
	"r1 = 0; *(u64 *)(r10 - 8) = r1; r1 = r10; r1 += -8;" CALL(takes_memory));
PROGRAM("raw_tp", null_for_memory, ACCEPTED, "r1 = 0;" CALL(takes_memory));
PROGRAM("raw_tp", number_for_memory,
	LOGGED("R1 type=scalar expected=fp")
		REJECTED("Caller passes invalid args into func#1 ('takes_memory')"),
	"r1 = 1;" CALL(takes_memory));
PROGRAM("raw_tp", too_little_memory,
	REJECTED("Caller passes invalid args into func#1 ('takes_memory')"),
	"r1 = 0; *(u64 *)(r10 - 8) = r1; r1 = r10; r1 += -4;" CALL(takes_memory));
PROGRAM("raw_tp", memory_used_unchecked, REJECTED("R1 invalid mem access 'mem_or_null'"),
	"r1 = 0;" CALL(takes_memory_unchecked));
PROGRAM("raw_tp", memory_overread,
	LOGGED("invalid access to memory, mem_size=8 off=8 size=8")
		REJECTED("R1 min value is outside of the allowed memory range"),
	"r1 = 0;" CALL(overreads));
PROGRAM("raw_tp", memory_never_null, LOGGED("R1=mem(sz=8)") ACCEPTED,
	"r1 = 0; *(u64 *)(r10 - 8) = r1; r1 = r10; r1 += -8;" CALL(takes_nonnull));
PROGRAM("raw_tp", unknown_type,
	LOGGED("arg#0 reference type('FWD unknown') size cannot be determined: -22")
		REJECTED("Caller passes invalid args into func#1 ('takes_unknown')"),
	"r1 = 0;" CALL(takes_unknown));

PROGRAM("raw_tp", value_for_memory, ACCEPTED,
	ELEMENT "r1 = r0; call takes_memory;" END, ON(table));
PROGRAM("raw_tp", value_perhaps_null_for_memory, ACCEPTED,
	LOOKUP "r1 = r0; call takes_memory;" END, ON(table));
PROGRAM("raw_tp", value_perhaps_null_where_never,
	LOGGED("arg#0 is expected to be non-NULL")
		REJECTED("Caller passes invalid args into func#1 ('takes_nonnull')"),
	LOOKUP "r1 = r0; call takes_nonnull;" END, ON(table));
PROGRAM("raw_tp", map_for_memory,
	LOGGED("R1 type=map_ptr expected=fp")
		REJECTED("Caller passes invalid args into func#1 ('takes_memory')"),
	"r1 = %[table] ll;" CALL(takes_memory), ADDR(table));
PROGRAMS("raw_tp", structure_for_memory, ACCEPTED,
	 LOGGED("only read is supported")
		 REJECTED("Caller passes invalid args into func#1 ('takes_memory')"),
	 "call %[bpf_get_current_task_btf]; r1 = r0; r1 += 1488;" CALL(takes_memory),
	 IMM(bpf_get_current_task_btf));
PROGRAM("raw_tp", context_for_memory,
	LOGGED("invalid bpf_context access off=7 size=1")
		REJECTED("Caller passes invalid args into func#1 ('takes_memory')"),
	CALL(takes_memory));
PROGRAM("syscall", context_as_memory, ACCEPTED, CALL(takes_memory));
PROGRAM("syscall", context_too_large,
	LOGGED("invalid bpf_context access off=65536 size=1")
		REJECTED("Caller passes invalid args into func#1 ('takes_large')"),
	CALL(takes_large));
PROGRAM("perf_event", context_that_is_no_memory,
	LOGGED("R1 type=ctx expected=fp")
		REJECTED("Caller passes invalid args into func#1 ('takes_memory')"),
	CALL(takes_memory));
PROGRAM("raw_tp", moved_context_for_memory,
	LOGGED("dereference of modified ctx ptr R1 off=8 disallowed")
		REJECTED("Caller passes invalid args into func#1 ('takes_memory')"),
	"r1 += 8;" CALL(takes_memory));

PROGRAM("raw_tp", record_for_memory, ACCEPTED,
	"r1 = %[ring] ll; r2 = 8; r3 = 0; call %[bpf_ringbuf_reserve]; if r0 == 0 goto out_%=; r6 "
	"= r0; r1 = r6;"
	"call takes_memory; r1 = r6; r2 = 0; call %[bpf_ringbuf_submit];" END,
	ADDR(ring), IMM(bpf_ringbuf_reserve), IMM(bpf_ringbuf_submit));
PROGRAM("tc", packet_for_memory, ACCEPTED,
	"r2 = *(u32 *)(r1 + 76); r3 = *(u32 *)(r1 + 80); r4 = r2; r4 += 8; if r4 > r3 goto out_%=; "
	"r1 = r2;"
	"call takes_memory;" END);
PROGRAM("tc", packet_too_short_for_memory,
	LOGGED("R1 offset is outside of the packet")
		REJECTED("Caller passes invalid args into func#1 ('takes_memory')"),
	"r2 = *(u32 *)(r1 + 76); r3 = *(u32 *)(r1 + 80); r4 = r2; r4 += 7; if r4 > r3 goto out_%=; "
	"r1 = r2;"
	"call takes_memory;" END);

GLOBAL int takes_number(int *p)
{
	return p ? *p : 0;
}

/* what a loop counts with can only be read, memory passed to a function may be written */
SEC("raw_tp")
LOGGED("R1 cannot write into rdonly_mem")
REJECTED("Caller passes invalid args into func#1 "
	 "('takes_number')")
int read_only_memory_for_memory(void *ctx)
{
	struct bpf_iter_num it;
	int *n;

	bpf_iter_num_new(&it, 0, 3);
	n = bpf_iter_num_next(&it);
	if (n)
		takes_number(n);
	bpf_iter_num_destroy(&it);
	return 0;
}

GLOBAL int takes_key(__u32 *p)
{
	return p ? *p : 0;
}
static long passes_key(void *map, __u32 *key, struct eight *value, void *ctx)
{
	return takes_key(key);
}

SEC("raw_tp")
LOGGED("R1 cannot write into map_key")
REJECTED("Caller passes invalid args into func#2 ('takes_key')") int key_for_memory(void *ctx)
{
	return bpf_for_each_map_elem(&table, passes_key, 0, 0);
}

/* --- contexts ------------------------------------------------------------------------------------ */

GLOBAL int takes_raw_context(struct bpf_raw_tracepoint_args *ctx)
{
	return !ctx;
}
GLOBAL int takes_registers(struct pt_regs *ctx)
{
	return (int)ctx->r15;
}
typedef struct bpf_user_pt_regs bpf_user_pt_regs_t;
GLOBAL int takes_user_registers(bpf_user_pt_regs_t *ctx)
{
	return !ctx;
}
GLOBAL int takes_old_user_registers(struct bpf_user_pt_regs_t *ctx)
{
	return (int)ctx->r15;
}
GLOBAL int takes_words(__u64 *ctx)
{
	return ctx ? (int)*ctx : 0;
}
GLOBAL int takes_event(struct bpf_perf_event_data *ctx)
{
	return (int)ctx->regs.r15;
}
GLOBAL int takes_packet(struct __sk_buff *skb)
{
	return (int)skb->len;
}
GLOBAL int takes_packet_as_kernel(struct sk_buff *skb)
{
	return skb->len;
}
GLOBAL int takes_any_context(void *ctx ARG("ctx"))
{
	return !ctx;
}
GLOBAL int takes_contradiction(void *ctx ARG("ctx") ARG("nonnull"))
{
	return !ctx;
}

PROGRAM("raw_tp", context_of_raw_tracepoint, ACCEPTED, CALL(takes_raw_context));
PROGRAM("raw_tp", number_for_a_context,
	LOGGED("arg#0 expects pointer to ctx")
		REJECTED("Caller passes invalid args into func#1 ('takes_raw_context')"),
	"r1 = 0;" CALL(takes_raw_context));
PROGRAM("kprobe", context_of_probe, ACCEPTED, CALL(takes_registers));
PROGRAM("kprobe", context_of_probe_of_user, ACCEPTED, CALL(takes_user_registers));
PROGRAM("kprobe", context_of_probe_of_user_as_structure, ACCEPTED, CALL(takes_old_user_registers));
PROGRAM("tp", context_of_tracepoint_is_words,
	LOGGED("invalid bpf_context access off=7 size=1")
		REJECTED("Caller passes invalid args into func#1 ('takes_words')"),
	CALL(takes_words));
PROGRAM("perf_event", context_of_event, ACCEPTED, CALL(takes_event));
PROGRAM("tc", context_of_packet, ACCEPTED, CALL(takes_packet));
PROGRAM("socket", context_of_packet_as_kernel, ACCEPTED, CALL(takes_packet_as_kernel));
PROGRAM("syscall", tagged_context, ACCEPTED, CALL(takes_any_context));
PROGRAM("raw_tp", tagged_context_and_more,
	LOGGED("arg#0 has invalid combination of tags")
		REJECTED("Caller passes invalid args into func#1 ('takes_contradiction')"),
	CALL(takes_contradiction));

/* --- what a global function may not have ------------------------------------------------------------ */

struct pair {
	__u64 a, b;
};

GLOBAL void returns_nothing(int a)
{
	OPAQUE(a);
}
GLOBAL int takes_structure(struct pair p)
{
	return (int)(p.a + p.b);
}
GLOBAL int takes_nullable(struct eight *p ARG("nullable"))
{
	return !p;
}
GLOBAL int takes_trusted(struct task_struct *p ARG("trusted"))
{
	return !p;
}
GLOBAL int takes_strange(struct eight *p ARG("strange"))
{
	return !p;
}
GLOBAL int takes_tagged_number(int n ARG("nonnull"))
{
	return n;
}
GLOBAL int takes_dynptr(struct bpf_dynptr *p)
{
	return !p;
}
static NOINLINE __attribute__((used)) int static_with_tag(struct eight *p ARG("nonnull"))
{
	return p ? (int)p->n : 0;
}
static NOINLINE __attribute__((used)) int static_with_dynptr(struct bpf_dynptr *p)
{
	return !p;
}

PROGRAM("raw_tp", nothing_comes_back,
	LOGGED("Global function returns_nothing() doesn't return scalar. Only those are supported.")
		REJECTED("Caller passes invalid args into func#1 ('returns_nothing')"),
	"r1 = 0;" CALL(returns_nothing));
PROGRAM("raw_tp", structure_by_value,
	LOGGED("Arg#0 type STRUCT in takes_structure() is not supported yet.")
		REJECTED("Caller passes invalid args into func#1 ('takes_structure')"),
	"r1 = 0; r2 = 0;" CALL(takes_structure));
PROGRAM("raw_tp", nullable_memory,
	LOGGED("arg#0 has invalid combination of tags")
		REJECTED("Caller passes invalid args into func#1 ('takes_nullable')"),
	"r1 = 0;" CALL(takes_nullable));
PROGRAM("raw_tp", trusted_argument,
	UNSUPPORTED("tags of function arguments (trusted, untrusted, arena)"),
	"r1 = 0;" CALL(takes_trusted));
PROGRAM("raw_tp", unknown_tag,
	LOGGED("arg#0 has unsupported set of tags")
		REJECTED("Caller passes invalid args into func#1 ('takes_strange')"),
	"r1 = 0;" CALL(takes_strange));
PROGRAM("raw_tp", tagged_number,
	LOGGED("arg#0 has pointer tag, but is not a pointer type")
		REJECTED("Caller passes invalid args into func#1 ('takes_tagged_number')"),
	"r1 = 0;" CALL(takes_tagged_number));
PROGRAM("raw_tp", dynptr_argument, UNSUPPORTED("dynptr arguments of functions"),
	"r1 = 0;" CALL(takes_dynptr));
PROGRAM("raw_tp", static_function_with_tag,
	LOGGED("arg#0 type tag is not supported in static functions") ACCEPTED,
	"r1 = 0;" CALL(static_with_tag));
PROGRAM("raw_tp", static_function_with_dynptr,
	LOGGED("arg#0 expected pointer to stack or const struct bpf_dynptr") ACCEPTED,
	"r1 = 0;" CALL(static_with_dynptr));
PROGRAM("raw_tp", static_function_with_dynptr_on_stack,
	UNSUPPORTED("dynptr arguments of functions"),
	"r1 = r10; r1 += -16;" CALL(static_with_dynptr));

/* --- in which order they stand ---------------------------------------------------------------------- */

static NOINLINE __attribute__((used)) int innermost(int a)
{
	return a + 1;
}

static NOINLINE __attribute__((used)) int inner(int a)
{
	return innermost(a) + 1;
}

static NOINLINE __attribute__((used)) int other(int a)
{
	return a + 2;
}

/* innermost() stands between the two that are called first */
PROGRAM("raw_tp", function_between_others, ACCEPTED,
	"r1 = 0; call inner; r1 = r0; call other; r0 = 0; exit;");
