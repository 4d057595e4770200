// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The interpreter proper: threaded code over the operations of op.h. Each operation is a label; from
 * its end it jumps to the next one's. Semantics: Documentation/bpf/standardization/instruction-set.rst.
 *
 * The hot state is local: the operation, the registers, the frame, and how many instructions may go
 * by before something has to be asked (fuel). It is written back before anything else may look.
 */
#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "bpf/machine_state.h"

#define likely(x)	__builtin_expect(!!(x), 1)
#define unlikely(x)	__builtin_expect(!!(x), 0)

#define FP	10

/* --- memory ------------------------------------------------------------------- */

/* Plain bytes: mostly on the stack of the frame at hand, else wherever they are. */
static inline uint8_t *near_bytes(struct tv_machine *m, struct machine_frame *frame, uint64_t addr,
				  uint32_t size, bool write)
{
	uint64_t offset = addr - frame->stack.addr;

	if (likely(offset <= MACHINE_STACK - size))
		return frame->bytes + offset;
	return memory_bytes(m->memory, addr, size, write);
}

/*
 * A load that near_bytes() cannot do: mostly of a kernel object. @probe: through a pointer of the
 * kernel's types that may be stale, which the kernel compiles so that a fault reads 0 (PROBE_MEM). What
 * was once memory is still a fault: to read it is what the machine is there to tell.
 */
static bool load_far(struct tv_machine *m, uint64_t addr, uint32_t size, bool probe, void *to)
{
	struct tv_region *region = memory_find(m->memory, addr);
	char why[sizeof(m->why)];
	int err;

	why[0] = 0;
	if (region && region->ops && region->ops->read && size <= region->size - (addr - region->addr)) {
		err = region->ops->read(region, addr - region->addr, to, size, false, why, sizeof(why));
	} else if (probe && !tv_memory_was(m->memory, addr)) {
		memset(to, 0, size);
		err = 0;
	} else {
		err = tv_memory_read(m->memory, addr, to, size, false, why, sizeof(why));
	}
	if (err)
		machine_fault(m, err, why);
	return m->end == RUN_GOES_ON;
}

static bool store_far(struct tv_machine *m, uint64_t addr, uint32_t size, const void *from)
{
	char why[sizeof(m->why)] = "";
	int err = tv_memory_write(m->memory, addr, from, size, why, sizeof(why));

	if (err)
		machine_fault(m, err, why);
	return m->end == RUN_GOES_ON;
}

/* --- atomics: the machine has one thread, so these are plain -------------------- */

static uint64_t get_sized(const uint8_t *p, uint32_t size)
{
	uint64_t value = 0;

	memcpy(&value, p, size);
	return value;
}

static uint64_t combined(int32_t op, uint64_t old, uint64_t operand)
{
	switch (op & ~BPF_FETCH) {
	case BPF_ADD:
		return old + operand;
	case BPF_AND:
		return old & operand;
	case BPF_OR:
		return old | operand;
	case BPF_XOR:
		return old ^ operand;
	default:		/* BPF_XCHG without its BPF_FETCH */
		return operand;
	}
}

static bool atomic(struct tv_machine *m, struct machine_frame *frame, const struct op *pc, uint64_t *r,
		   uint32_t size)
{
	bool acquire = pc->imm == BPF_LOAD_ACQ;
	uint64_t addr = r[acquire ? pc->src : pc->dst] + (int64_t)pc->off, old, new = r[pc->src];
	uint8_t *p = near_bytes(m, frame, addr, size, !acquire);

	if (!p) {
		char place[128], why[sizeof(m->why)];

		snprintf(why, sizeof(why), "no atomic operation of %u bytes at %s", size,
			 tv_memory_describe(m->memory, addr, place, sizeof(place)));
		machine_fault(m, -EFAULT, why);
		return false;
	}
	old = get_sized(p, size);
	if (acquire) {
		r[pc->dst] = old;
		return true;
	}
	if (pc->imm == BPF_CMPXCHG) {
		uint64_t expected = get_sized((const uint8_t *)&r[0], size);

		r[0] = old;
		if (old != expected)
			return true;
	} else if (pc->imm != BPF_STORE_REL) {
		new = combined(pc->imm, old, new);
		if (pc->imm & BPF_FETCH)
			r[pc->src] = old;
	}
	memcpy(p, &new, size);
	return true;
}

/* --- frames -------------------------------------------------------------------- */

static struct machine_frame *frame_begin(struct tv_machine *m, uint64_t *r)
{
	struct machine_frame *frame = &m->frames[m->depth];

	r[FP] = frame->stack.addr + MACHINE_STACK;
	frame->may_goto = machine_may_goto_turns(m->opts.kernel);
	frame->may_goto_since = 0;
	return frame;
}

/* The callee's frame, or NULL: too deep. The caller goes on behind @pc. */
static struct machine_frame *frame_call(struct tv_machine *m, const struct op *pc, uint64_t *r)
{
	struct machine_frame *caller = &m->frames[m->depth];

	if (m->depth + 1 == MACHINE_FRAMES) {
		tv_machine_stop(m, TV_RUN_FAULT, "more than %d frames of calls", MACHINE_FRAMES);
		return NULL;
	}
	caller->ret = pc;
	caller->code = m->code;
	memcpy(caller->saved, &r[6], sizeof(caller->saved));
	m->depth++;
	return frame_begin(m, r);
}

static struct machine_frame *frame_return(struct tv_machine *m, uint64_t *r)
{
	struct machine_frame *caller = &m->frames[--m->depth];

	m->code = caller->code;
	memcpy(&r[6], caller->saved, sizeof(caller->saved));
	r[FP] = caller->stack.addr + MACHINE_STACK;
	return caller;
}

/* bpf_tail_call(ctx, map, index): the program that goes on in this frame, or NULL: this one does. */
static struct code *tail_call_target(struct tv_machine *m, const uint64_t *r)
{
	struct tv_map *map = tv_machine_map_at(m, r[2]);
	struct code *code;
	int32_t prog;

	if (!map || tv_map_def(map)->type != BPF_MAP_TYPE_PROG_ARRAY) {
		tv_machine_stop(m, TV_RUN_FAULT, "bpf_tail_call: r2 is no program array");
		return NULL;
	}
	if (m->tail_calls >= MACHINE_TAIL_CALLS)
		return NULL;
	prog = tv_map_prog(map, (uint32_t)r[3]);
	if (prog < 0)
		return NULL;
	code = machine_code(m, (uint32_t)prog);
	if (code)
		m->tail_calls++;
	return code;
}

/* --- what an operation does ------------------------------------------------------ */

#define DST	r[pc->dst]
#define SRC	r[pc->src]
#define IMM	((uint64_t)pc->imm)

#define GO				\
	do {				\
		if (unlikely(--fuel < 0))	\
			goto ask;		\
		goto *labels[pc->kind];		\
	} while (0)
#define NEXT				\
	do {				\
		pc++;			\
		GO;			\
	} while (0)
/* Others may look, or run instructions; then go on. */
#define SYNC	(m->pc = pc, m->fuel = fuel)
#define RESUME	(fuel = m->fuel)

/* One form of a binary operation: @U and @S are its unsigned and signed type, a and b the operands. */
#define ALU_FORM(label, U, S, right, result)					\
	label: {								\
		typedef U u __attribute__((unused));				\
		typedef S s __attribute__((unused));				\
		u a __attribute__((unused)) = (u)DST, b = (u)(right);		\
		DST = (u)(result);						\
		NEXT;								\
	}
#define ALU(name, result)							\
	ALU_FORM(name##_64K, uint64_t, int64_t, IMM, result)			\
	ALU_FORM(name##_64X, uint64_t, int64_t, SRC, result)			\
	ALU_FORM(name##_32K, uint32_t, int32_t, IMM, result)			\
	ALU_FORM(name##_32X, uint32_t, int32_t, SRC, result)
#define SHIFT	(b & (sizeof(u) * 8 - 1))

#define UNARY(label, result)							\
	label: {								\
		uint64_t a = DST;						\
		DST = (result);							\
		NEXT;								\
	}
#define EXTEND(label, U, S)							\
	label: {								\
		DST = (U)(S)SRC;						\
		NEXT;								\
	}

#define JUMP_FORM(label, U, S, right, condition)				\
	label: {								\
		typedef U u;							\
		typedef S s __attribute__((unused));				\
		u a = (u)DST, b = (u)(right);					\
		if (condition)							\
			pc += pc->off;						\
		NEXT;								\
	}
#define JUMP_IF(name, condition)						\
	JUMP_FORM(name##_64K, uint64_t, int64_t, IMM, condition)		\
	JUMP_FORM(name##_64X, uint64_t, int64_t, SRC, condition)		\
	JUMP_FORM(name##_32K, uint32_t, int32_t, IMM, condition)		\
	JUMP_FORM(name##_32X, uint32_t, int32_t, SRC, condition)

#define LOAD(label, type, probe)						\
	label: {								\
		uint64_t addr = SRC + (int64_t)pc->off;				\
		const uint8_t *p = near_bytes(m, frame, addr, sizeof(type), false);	\
		type value = 0;							\
		if (likely(p)) {						\
			memcpy(&value, p, sizeof(value));			\
		} else {							\
			SYNC;							\
			if (!load_far(m, addr, sizeof(value), probe, &value))	\
				goto ended;					\
		}								\
		DST = (uint64_t)(int64_t)value;					\
		NEXT;								\
	}
#define STORE(label, type, from)						\
	label: {								\
		uint64_t addr = DST + (int64_t)pc->off;				\
		uint8_t *p = near_bytes(m, frame, addr, sizeof(type), true);	\
		type value = (type)(from);					\
		if (likely(p)) {						\
			memcpy(p, &value, sizeof(value));			\
		} else {							\
			SYNC;							\
			if (!store_far(m, addr, sizeof(value), &value))		\
				goto ended;					\
		}								\
		NEXT;								\
	}
#define ATOMIC(label, type)							\
	label: {								\
		SYNC;								\
		if (unlikely(!atomic(m, frame, pc, r, sizeof(type))))		\
			goto ended;						\
		NEXT;								\
	}

uint64_t machine_interpret(struct tv_machine *m, const struct op *pc, const uint64_t args[5])
{
	static const void *const labels[] = {
#define AS_LABEL(name)	[OP_##name] = &&name,
		OP_ALL(AS_LABEL)
#undef AS_LABEL
	};
	const uint32_t base = m->depth;
	uint64_t r[11] = { 0, args[0], args[1], args[2], args[3], args[4] };
	struct machine_frame *frame = frame_begin(m, r);
	int64_t fuel = m->fuel;
	struct code *code;

	GO;

	ALU(ADD, a + b)
	ALU(SUB, a - b)
	ALU(MUL, a * b)
	ALU(DIV, b ? a / b : 0)
	ALU(MOD, b ? a % b : a)
	/* -1 apart: the lowest number divided by it is itself, and is no trap */
	ALU(SDIV, !b ? 0 : b == (u)-1 ? -a : (u)((s)a / (s)b))
	ALU(SMOD, !b ? a : b == (u)-1 ? 0 : (u)((s)a % (s)b))
	ALU(OR, a | b)
	ALU(AND, a & b)
	ALU(XOR, a ^ b)
	ALU(LSH, a << SHIFT)
	ALU(RSH, a >> SHIFT)
	ALU(ARSH, (s)a >> SHIFT)
	ALU(MOV, b)

	UNARY(NEG_64, -a)
	UNARY(NEG_32, (uint32_t)-a)
	UNARY(SWAP16, htobe16((uint16_t)a))
	UNARY(SWAP32, htobe32((uint32_t)a))
	UNARY(SWAP64, htobe64(a))
	UNARY(CUT16, (uint16_t)a)
	UNARY(CUT32, (uint32_t)a)
	UNARY(KEEP, a)
	EXTEND(SX8_64, uint64_t, int8_t)
	EXTEND(SX16_64, uint64_t, int16_t)
	EXTEND(SX32_64, uint64_t, int32_t)
	EXTEND(SX8_32, uint32_t, int8_t)
	EXTEND(SX16_32, uint32_t, int16_t)

	JUMP_IF(JEQ, a == b)
	JUMP_IF(JNE, a != b)
	JUMP_IF(JSET, a & b)
	JUMP_IF(JGT, a > b)
	JUMP_IF(JGE, a >= b)
	JUMP_IF(JLT, a < b)
	JUMP_IF(JLE, a <= b)
	JUMP_IF(JSGT, (s)a > (s)b)
	JUMP_IF(JSGE, (s)a >= (s)b)
	JUMP_IF(JSLT, (s)a < (s)b)
	JUMP_IF(JSLE, (s)a <= (s)b)

	LOAD(LOAD_U8, uint8_t, false)
	LOAD(LOAD_U16, uint16_t, false)
	LOAD(LOAD_U32, uint32_t, false)
	LOAD(LOAD_U64, uint64_t, false)
	LOAD(LOAD_S8, int8_t, false)
	LOAD(LOAD_S16, int16_t, false)
	LOAD(LOAD_S32, int32_t, false)
	LOAD(PROBE_U8, uint8_t, true)
	LOAD(PROBE_U16, uint16_t, true)
	LOAD(PROBE_U32, uint32_t, true)
	LOAD(PROBE_U64, uint64_t, true)
	LOAD(PROBE_S8, int8_t, true)
	LOAD(PROBE_S16, int16_t, true)
	LOAD(PROBE_S32, int32_t, true)
	STORE(STORE_8X, uint8_t, SRC)
	STORE(STORE_16X, uint16_t, SRC)
	STORE(STORE_32X, uint32_t, SRC)
	STORE(STORE_64X, uint64_t, SRC)
	STORE(STORE_8K, uint8_t, IMM)
	STORE(STORE_16K, uint16_t, IMM)
	STORE(STORE_32K, uint32_t, IMM)
	STORE(STORE_64K, uint64_t, IMM)
	ATOMIC(ATOMIC_8, uint8_t)
	ATOMIC(ATOMIC_16, uint16_t)
	ATOMIC(ATOMIC_32, uint32_t)
	ATOMIC(ATOMIC_64, uint64_t)

IMM64:
	DST = IMM;
	pc++;
	NEXT;
JUMP:
	pc += pc->off;
	NEXT;
MAY_GOTO:
	SYNC;
	if (!machine_may_goto(m, frame))
		pc += pc->off;
	NEXT;
CALL:
	SYNC;
	r[0] = pc->call(m, &r[1]);
	RESUME;
	if (unlikely(m->end != RUN_GOES_ON))
		goto ended;
	NEXT;
CALL_SUBPROG:
	SYNC;
	frame = frame_call(m, pc, r);
	if (unlikely(!frame))
		goto ended;
	pc += pc->off;
	NEXT;
TAIL_CALL:
	SYNC;
	code = tail_call_target(m, r);
	if (unlikely(m->end != RUN_GOES_ON))
		goto ended;
	if (!code)
		NEXT;
	m->code = code;
	frame = frame_begin(m, r);
	pc = code->ops;
	GO;
EXIT:
	if (m->depth == base) {
		SYNC;
		return r[0];
	}
	frame = frame_return(m, r);
	pc = frame->ret;
	NEXT;
REFUSE:
	SYNC;
	tv_machine_stop(m, pc->refusal->end, "%s", pc->refusal->why);
	goto ended;

ask:
	/* one instruction at a time while somebody watches */
	fuel = 0;
	SYNC;
	if (!m->rest) {
		tv_machine_stop(m, TV_RUN_MAX_INSNS, "%lu instructions were executed",
				(unsigned long)m->max_insns);
		goto ended;
	}
	if (m->opts.env->step(m->opts.env->arg, m, (uint32_t)(pc - m->code->ops), r))
		tv_machine_stop(m, TV_RUN_STOPPED, "stopped before this instruction");
	if (m->end != RUN_GOES_ON)
		goto ended;
	m->rest--;
	goto *labels[pc->kind];
ended:
	/* the first in the frames that were left tells where it was */
	return 0;
}
