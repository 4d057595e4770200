/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A simulated BPF verifier: what BPF_PROG_LOAD of a given kernel would say of a program, without
 * that kernel.
 *
 *	struct tv_verify_opts opts = { .kernel = TV_KERNEL_6_18, .vmlinux = vmlinux };
 *	struct tv_verify_result res;
 *	err = tv_verify(obj, prog, &opts, &res);
 *	if (!err)
 *		printf("%s: %s\n", prog->name, res.message);
 *	tv_verify_result_fini(&res);
 *
 * Nothing is guessed: a program that touches something the simulator does not model gets the
 * verdict TV_UNSUPPORTED, and the message names the feature.
 *
 * Time is bounded as in the kernel: one million instructions simulated, 8192 pending branches.
 * Memory: at most opts.memory_limit for states, plus opts.log_limit for the log, plus about
 * 200 bytes an instruction of the program. Nothing recurses over the input.
 */
#ifndef TV_VERIFIER_SIM_H
#define TV_VERIFIER_SIM_H

#include "bpf/disasm.h"
#include "bpf/object.h"

enum tv_verify_verdict { TV_ACCEPT, TV_REJECT, TV_UNSUPPORTED };

#define TV_VERIFY_MEMORY	(UINT64_C(1) << 30)	/* default of memory_limit, in bytes */
#define TV_VERIFY_LOG		(UINT64_C(1) << 26)	/* default of log_limit, in bytes */

/* Log levels, or-ed as in BPF_PROG_LOAD. */
#define TV_LOG_PATH	1u	/* the path that failed (or nothing) */
#define TV_LOG_ALL	2u	/* every path, with all the verifier's bookkeeping */
#define TV_LOG_STATS	4u	/* time and stack depth */

struct tv_verify_opts {
	enum tv_kernel kernel;		/* whose rules */
	const struct tv_btf *vmlinux;	/* that kernel's types; NULL: none */
	unsigned int log_level;		/* TV_LOG_* */
	bool set_flags;			/* take @flags instead of the program's own and its test tags */
	uint32_t flags;			/* BPF_F_* */
	uint64_t memory_limit, log_limit;	/* bytes; 0: the defaults */
	uint32_t nr_cpus;		/* of the kernel; 0: as many as this machine can have */
	/* The address of a kernel variable, or -ENOENT; NULL: all that have a type have one. */
	int (*ksym)(void *ctx, const char *name, uint64_t *addr);
	void *ksym_ctx;
	bool explain;			/* fill the result's explanation: takes up to three times as long */
};

struct tv_verify_result {
	enum tv_verify_verdict verdict;
	int err;			/* as the kernel returns it: -EINVAL, ...; 0 when accepted */
	/*
	 * The kernel's final error, or the feature that is not supported; "" when accepted. Of a
	 * leak both lines, joined by "; ". Never NULL.
	 */
	char *message;
	/* The log (log_level != 0), with its last "processed ..." line. Never NULL. */
	char *log;
	size_t log_len;
	uint32_t total_insns, max_states_per_insn, total_states, peak_states;
	uint64_t duration_us;
	uint64_t peak_memory;		/* bytes of states */
	uint32_t max_ctx_offset;	/* bytes of the context that the program may touch */
	/*
	 * Of an accepted program a bit for each instruction (the first is bit 0 of byte 0): it loads through a
	 * pointer that may be stale, which the kernel compiles so that a fault reads 0 (PROBE_MEM). Else NULL.
	 */
	uint8_t *probe_loads;
	/*
	 * With opts.explain, else NULL: of a rejected program the rule it breaks and the path there; of
	 * one that does not converge what keeps it from that; of an accepted one hazards. "": none.
	 */
	char *explanation;
};

/*
 * Verifies one program of an object. 0 with @res filled whatever the verdict; -ENOMEM, or -EINVAL
 * for a program that was not loaded (prog->err), with @res empty.
 */
int tv_verify(const struct tv_bpf_object *obj, const struct tv_bpf_prog *prog,
	      const struct tv_verify_opts *opts, struct tv_verify_result *res);
void tv_verify_result_fini(struct tv_verify_result *res);

#endif
