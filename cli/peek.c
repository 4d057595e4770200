// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Memory of the running kernel (peek.h). */
#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "bpf/insn.h"
#include "cli/insns.h"
#include "cli/peek.h"

/* What the programs get as context. */
struct peek_ctx {
	uint64_t addr;
	uint64_t size;
};

/* Reads ctx->size bytes at ctx->addr with @helper into the map's only value; returns what the helper does. */
static int load(int map_fd, int helper)
{
	const struct bpf_insn insns[] = {
		INSN_LOAD(BPF_DW, 2, 1, offsetof(struct peek_ctx, size)),
		INSN_LOAD(BPF_DW, 3, 1, offsetof(struct peek_ctx, addr)),
		/* the verifier wants to see that it fits */
		INSN_IMM(BPF_AND, 2, 2 * PEEK_MAX - 1),
		INSN_JUMP(BPF_JGT, 2, PEEK_MAX, 4),
		INSN_MAP_VALUE(1, map_fd),
		INSN_CALL(helper),
		INSN_EXIT,
		INSN_IMM(BPF_MOV, 0, -E2BIG),
		INSN_EXIT,
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .prog_flags = BPF_F_SLEEPABLE);

	return bpf_prog_load(BPF_PROG_TYPE_SYSCALL, "taskvma_peek", "GPL", insns,
			     sizeof(insns) / sizeof(insns[0]), &opts);
}

int peek_open(struct peek *peek)
{
	int err;

	*peek = (struct peek){ -1, -1, -1 };
	peek->map_fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, "taskvma_peek", sizeof(uint32_t), PEEK_MAX, 1, NULL);
	err = peek->map_fd;
	if (err >= 0)
		err = peek->bytes_fd = load(peek->map_fd, BPF_FUNC_probe_read_kernel);
	if (err >= 0)
		err = peek->text_fd = load(peek->map_fd, BPF_FUNC_probe_read_kernel_str);
	if (err >= 0)
		return 0;
	peek_close(peek);
	return err;
}

void peek_close(struct peek *peek)
{
	const int fds[] = { peek->bytes_fd, peek->text_fd, peek->map_fd };

	for (size_t i = 0; i < sizeof(fds) / sizeof(fds[0]); i++)
		if (fds[i] >= 0)
			close(fds[i]);
	*peek = (struct peek){ -1, -1, -1 };
}

static int run(const struct peek *peek, int prog_fd, uint64_t addr, size_t size, uint8_t got[PEEK_MAX])
{
	struct peek_ctx ctx = { addr, size };
	const uint32_t key = 0;
	int err;

	LIBBPF_OPTS(bpf_test_run_opts, opts, .ctx_in = &ctx, .ctx_size_in = sizeof(ctx));
	err = bpf_prog_test_run_opts(prog_fd, &opts);
	if (!err && (int32_t)opts.retval < 0)
		err = (int32_t)opts.retval;
	return err ? err : bpf_map_lookup_elem(peek->map_fd, &key, got);
}

int peek_bytes(const struct peek *peek, uint64_t addr, void *to, size_t size)
{
	uint8_t got[PEEK_MAX];
	int err = run(peek, peek->bytes_fd, addr, size, got);

	if (!err)
		memcpy(to, got, size);
	return err;
}

int peek_text(const struct peek *peek, uint64_t addr, char to[PEEK_MAX])
{
	int err = run(peek, peek->text_fd, addr, PEEK_MAX, (uint8_t *)to);

	to[PEEK_MAX - 1] = '\0';
	return err;
}
