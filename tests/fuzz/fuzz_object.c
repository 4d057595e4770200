// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Bytes as a BPF object file. What opens keeps what bpf/object.h promises: references in
 * instructions lead to maps and functions that are there, records lie inside, the same bytes give
 * the same programs. What is refused comes with one line.
 */
#include "bpf/object.h"
#include "bpf/vmlinux.h"
#include "tests/fuzz/frame.h"
#include "tests/fuzz/fuzz.h"

#define MEMORY	(64u << 20)

static void require_insns(const struct tv_bpf_object *obj, const struct tv_bpf_prog *prog)
{
	uint32_t i;

	for (i = 0; i < prog->insn_cnt; i++) {
		const struct bpf_insn *insn = &prog->insns[i];

		if (!tv_insn_is_ldimm64(insn))
			continue;
		/* what ends in the middle of an immediate is for the verifier to say */
		if ((insn->src_reg == BPF_PSEUDO_MAP_FD || insn->src_reg == BPF_PSEUDO_MAP_VALUE) &&
		    insn->imm >= 0)
			fuzz_require((uint32_t)insn->imm < obj->map_cnt, "map %d", insn->imm);
		i++;
	}
}

static void require_records(const struct tv_bpf_prog *prog)
{
	uint32_t i, end = 0;

	for (i = 0; i < prog->subprog_cnt; i++) {
		fuzz_require(prog->subprogs[i].start == end && prog->subprogs[i].name,
			     "function %u begins at %u, not %u", i, prog->subprogs[i].start, end);
		end += prog->subprogs[i].cnt;
	}
	fuzz_require(!prog->subprog_cnt || end == prog->insn_cnt, "functions end at %u of %u", end,
		     prog->insn_cnt);
	for (i = 0; i < prog->line_info_cnt; i++)
		fuzz_require(prog->line_info[i].insn_off < prog->insn_cnt &&
			     prog->line_info[i].file && prog->line_info[i].text, "line %u", i);
	for (i = 0; i < prog->func_info_cnt; i++)
		fuzz_require(prog->func_info[i].insn_off < prog->insn_cnt, "function %u", i);
	for (i = 0; i <= prog->insn_cnt; i++) {
		tv_bpf_prog_line(prog, i);
		fuzz_require(!!tv_bpf_prog_subprog(prog, i) == (i < prog->insn_cnt), "insn %u", i);
	}
}

static void require_object(const struct tv_bpf_object *obj)
{
	uint32_t i;

	fuzz_require(obj->name && obj->license, "names");
	for (i = 0; i < obj->prog_cnt; i++) {
		const struct tv_bpf_prog *prog = &obj->progs[i];

		fuzz_require(prog->name && prog->section && !!prog->err == !!prog->why, "program %u",
			     i);
		if (prog->err)
			continue;
		fuzz_require(prog->insn_cnt && prog->insns, "%s is empty", prog->name);
		require_insns(obj, prog);
		require_records(prog);
	}
	for (i = 0; i < obj->map_cnt; i++)
		fuzz_require(obj->maps[i].name, "map %u", i);
}

static void require_same(const struct tv_bpf_object *a, const struct tv_bpf_object *b)
{
	uint32_t i;

	fuzz_require(a->prog_cnt == b->prog_cnt && a->map_cnt == b->map_cnt &&
		     a->extern_cnt == b->extern_cnt, "opened twice, different");
	for (i = 0; i < a->prog_cnt; i++) {
		fuzz_require(a->progs[i].err == b->progs[i].err &&
			     a->progs[i].insn_cnt == b->progs[i].insn_cnt, "program %u", i);
		fuzz_require(a->progs[i].err ||
			     !memcmp(a->progs[i].insns, b->progs[i].insns,
				     a->progs[i].insn_cnt * sizeof(struct bpf_insn)), "program %u", i);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tv_bpf_opts opts = {
		.vmlinux = fuzz_frame()->vmlinux, .max_memory = MEMORY, .nr_cpus = 4,
		.kconfig = "CONFIG_HZ=250\nCONFIG_ANSWER=y\n",
	};
	struct tv_bpf_object *obj, *again;
	struct tv_bpf_error error;
	int err;

	tv_bpf_error_init(&error, "fuzz");
	err = tv_bpf_object_open_mem(data, size, "fuzz.bpf.o", &opts, &obj, &error);
	if (err) {
		fuzz_require(err < 0 && error.err == err && error.text[0], "%d: %s", err, error.text);
		return 0;
	}
	require_object(obj);
	err = tv_bpf_object_open_mem(data, size, "fuzz.bpf.o", &opts, &again, &error);
	fuzz_require(!err, "opened once: %s", error.text);
	require_same(obj, again);
	tv_bpf_object_close(again);
	tv_bpf_object_close(obj);
	return 0;
}
