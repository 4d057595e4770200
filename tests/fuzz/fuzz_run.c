// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The interpreter against the verifier: a program that either kernel's rules accept runs without a
 * fault and gives back what it took, whatever iterator design and context it meets. One that is
 * rejected runs as well, and whatever it does stays inside of the machine.
 *
 * The input: tests/fuzz/frame.h. Bits of the head: 0 the kernel, 1-3 the design, 4-5 the context,
 * 6 the current task has an address space.
 */
#include "model/bpf_kernel.h"
#include "model/object.h"
#include "model/scenario.h"
#include "tests/fuzz/frame.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/text.h"
#include "verifier_sim/verifier_sim.h"

#define MEMORY	(8u << 20)
#define INSNS	50000
#define DESIGNS	5

static const char fixture[] =
	"schema: 1\n"
	"tasks:\n"
	"  - pid: 42\n"
	"    comm: sh\n"
	"    vmas:\n"
	"      - {start: 0x1000, end: 0x2000, perms: r--p, dev: \"fe:01\", inode: 7, name: /bin/sh}\n"
	"      - {start: 0x3000, end: 0x4000, perms: rw-p}\n"
	"      - {start: 0x5000, end: 0x7000, perms: r-xp}\n"
	"  - pid: 43\n"
	"    vmas: []\n"
	"actors:\n"
	"  - name: nobody\n"
	"    do:\n"
	"      - fork: {task: 43}\n";

#define SLOTS	1024	/* objects of a world: few, since a memory checker marks them all each time */

struct run {
	struct tv_world *world;
	struct tv_bpf_kernel *kernel;
	struct tv_machine *machine;
	struct tv_run_result result;
};

/* The same world each time; its objects lie in slots that are used again. */
static struct tv_world *make_world(void)
{
	static struct tv_scenario *scenario;
	static struct tv_slots *slots;
	struct tv_world *world;
	struct tv_diag diag;

	if (!slots) {
		fuzz_require(!tv_scenario_load(fuzz_file(fixture, sizeof(fixture) - 1), &scenario,
					       &diag), "%d: %s", diag.line, diag.text);
		slots = tv_slots_create(SLOTS);
		fuzz_require(slots, "memory");
	}
	tv_slots_reset(slots);
	fuzz_require(!tv_world_create(&world), "world");
	world->slots = slots;
	fuzz_require(!tv_scenario_populate(scenario, world), "populate");
	return world;
}

static void run_begin(struct run *run, const struct tv_bpf_object *obj, unsigned int head)
{
	const struct fuzz_frame *frame = fuzz_frame();
	struct tv_bpf_kernel_opts opts = {
		.vmlinux = frame->vmlinux, .seed = head, .boot_ns = 1000,
		.design = tv_iter_designs[(head >> 1 & 7) % DESIGNS], .context = head >> 4 & 3,
		.kernel = head & 1 ? TV_KERNEL_6_12 : TV_KERNEL_6_18,
	};
	struct tv_machine_opts machine_opts = {
		.vmlinux = frame->vmlinux, .max_insns = INSNS, .max_memory = MEMORY, .nr_cpus = 2,
		.kernel = opts.kernel,
	};
	struct tv_bpf_error error;
	const char *why = "";

	tv_bpf_error_init(&error, "frame");
	run->world = make_world();
	opts.world = run->world;
	opts.current_task = tv_world_find_task(run->world, head & 64 ? 43 : 42);
	fuzz_require(!tv_bpf_kernel_create(&opts, &run->kernel, &why), "%s", why);
	machine_opts.env = tv_bpf_kernel_env(run->kernel);
	fuzz_require(!tv_machine_create(obj, &machine_opts, &run->machine, &error), "%s",
		     error.text);
}

static void run_end(struct run *run)
{
	tv_machine_destroy(run->machine);
	tv_bpf_kernel_destroy(run->kernel);
	tv_world_destroy(run->world);
}

/*
 * mmap_lock with interrupts off: two walks, one in the other, share the CPU's one slot for unlocking
 * later, and one unlock is lost. That is the design's doing, which no verifier sees.
 */
static bool may_lose_an_unlock(unsigned int head)
{
	return !((head >> 1 & 7) % DESIGNS) && (head >> 4 & 3) >= TV_CONTEXT_IRQS_OFF;
}

/*
 * The kernel's verifier takes r10 itself for the iterator at r10 - 8, and so does ours, which says so
 * (verifier_sim/hazards.c). What such a program does is no finding.
 */
static bool writes_above_frame(const struct tv_bpf_object *obj, const struct tv_bpf_prog *prog,
			       struct tv_verify_opts opts)
{
	struct tv_verify_result verdict;
	bool found;

	opts.explain = true;
	fuzz_require(!tv_verify(obj, prog, &opts, &verdict), "verify");
	found = strstr(verdict.explanation, "passes r10 for an iterator");
	tv_verify_result_fini(&verdict);
	return found;
}

/* What the verifier promises of an accepted program. */
static void require_promises(const struct run *run, unsigned int head)
{
	const struct tv_bpf_hazard *hazards;
	size_t i, nr = tv_bpf_kernel_hazards(run->kernel, &hazards);

	fuzz_require(run->result.end == TV_RUN_DONE || run->result.end == TV_RUN_MAX_INSNS ||
		     run->result.end == TV_RUN_UNSUPPORTED,
		     "accepted, and ended with %d at %u: %s", run->result.end, run->result.insn,
		     run->result.why);
	if (run->result.end != TV_RUN_DONE || may_lose_an_unlock(head))
		return;
	for (i = 0; i < nr; i++)
		fuzz_require(hazards[i].kind != TV_HAZARD_LEAK &&
			     hazards[i].kind != TV_HAZARD_UNBALANCED, "accepted: %s: %s",
			     tv_hazard_text(hazards[i].kind), hazards[i].text);
}

/* The frame's object with the program in its place: the machine knows programs by where they are. */
static const struct tv_bpf_prog *put_in_place(struct tv_bpf_object *obj,
					      struct fuzz_program *program)
{
	static struct tv_bpf_prog progs[8];

	*obj = *fuzz_frame()->obj;
	fuzz_require(obj->prog_cnt <= sizeof(progs) / sizeof(progs[0]), "programs");
	memcpy(progs, obj->progs, obj->prog_cnt * sizeof(progs[0]));
	progs[program->nr] = fuzz_program_prog(program);
	obj->progs = progs;
	return &progs[program->nr];
}

static void run_program(const struct tv_bpf_object *obj, const struct tv_bpf_prog *prog,
			unsigned int head, const struct tv_verify_opts *opts,
			const struct tv_verify_result *verdict)
{
	static const uint64_t ctx[64];
	size_t size = verdict->max_ctx_offset;
	struct run run;

	run_begin(&run, obj, head);
	fuzz_require(!tv_machine_load(run.machine, prog, verdict->probe_loads), "decode");
	tv_bpf_kernel_run(run.kernel, run.machine, prog, ctx,
			  size < sizeof(ctx) ? size : sizeof(ctx), &run.result);
	fuzz_require(run.result.insns <= INSNS + 1, "%llu instructions",
		     (unsigned long long)run.result.insns);
	fuzz_require(run.result.end == TV_RUN_DONE || run.result.why[0], "no word of why");
	if (verdict->verdict == TV_ACCEPT &&
	    (run.result.end == TV_RUN_DONE || !writes_above_frame(obj, prog, *opts)))
		require_promises(&run, head);
	run_end(&run);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fuzz_program program;
	struct tv_verify_opts opts = {
		.vmlinux = fuzz_frame()->vmlinux, .memory_limit = MEMORY, .log_limit = 1 << 20,
		.set_flags = true, .nr_cpus = 2,
	};
	struct tv_verify_result verdict;
	const struct tv_bpf_prog *prog;
	struct tv_bpf_object obj;

	if (fuzz_program_read(&program, data, size))
		return -1;
	prog = put_in_place(&obj, &program);
	opts.kernel = program.head & 1 ? TV_KERNEL_6_12 : TV_KERNEL_6_18;
	opts.flags = program.draft.flags;
	fuzz_require(!tv_verify(&obj, prog, &opts, &verdict), "verify");
	run_program(&obj, prog, program.head, &opts, &verdict);
	tv_verify_result_fini(&verdict);
	return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	return fuzz_program_mutate(data, size, max, seed);
}
