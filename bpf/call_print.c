// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Helpers that make text: bpf_snprintf(), bpf_trace_printk() and bpf_trace_vprintk(). */
#include <errno.h>
#include <string.h>

#include "bpf/call.h"
#include "bpf/format.h"

/* Arguments that come as an array of 64-bit numbers; NULL: @err says why, or the run was stopped. */
static const uint64_t *array_args(struct tv_machine *machine, uint64_t addr, uint32_t size,
				  uint64_t args[FORMAT_ARGS], const char *what, int *err)
{
	*err = 0;
	if (size % 8 || size > FORMAT_ARGS * 8 || (size && !addr)) {
		*err = -EINVAL;
		return NULL;
	}
	return size && tv_machine_read(machine, addr, args, size, what) ? NULL : args;
}

/* bpf_snprintf(str, size, fmt, args, args_size) */
static uint64_t snprintf_call(struct tv_machine *machine, const uint64_t args[5])
{
	static const char what[] = "bpf_snprintf";
	uint32_t size = (uint32_t)args[1];
	uint64_t array[FORMAT_ARGS];
	const char *fmt;
	char *to = NULL;
	int64_t len;
	int err;

	if (!array_args(machine, args[3], (uint32_t)args[4], array, what, &err))
		return err;
	fmt = machine_string(machine, args[2], what);
	if (fmt && size)
		to = tv_machine_bytes(machine, args[0], size, true, what);
	if (!fmt || (size && !to))
		return 0;
	len = format_text(machine, to, size, fmt, array, (uint32_t)args[4] / 8);
	return len < 0 ? len : len + 1;
}

/* The line goes to who reads it; the kernel's answer is the length that is asked for. */
static uint64_t print(struct tv_machine *machine, const char *fmt, uint32_t fmt_size,
		      const uint64_t *args, uint32_t cnt)
{
	const struct tv_env *env = machine->opts.env;
	char line[FORMAT_TEXT];
	int64_t len;

	if (!memchr(fmt, 0, fmt_size))
		return -EINVAL;
	len = format_text(machine, line, sizeof(line), fmt, args, cnt);
	if (len < 0 || machine->end != RUN_GOES_ON)
		return len;
	if (env && env->printk) {
		size_t last = strlen(line);

		if (last && line[last - 1] == '\n')
			line[last - 1] = 0;
		env->printk(env->arg, line);
	}
	return len;
}

/* bpf_trace_printk(fmt, fmt_size, ...) with up to three arguments */
static uint64_t trace_printk(struct tv_machine *machine, const uint64_t args[5])
{
	const char *fmt = machine_input(machine, args[0], (uint32_t)args[1], 0, "bpf_trace_printk");

	return fmt ? print(machine, fmt, (uint32_t)args[1], &args[2], 3) : 0;
}

/* bpf_trace_vprintk(fmt, fmt_size, args, args_size) */
static uint64_t trace_vprintk(struct tv_machine *machine, const uint64_t args[5])
{
	static const char what[] = "bpf_trace_vprintk";
	uint64_t array[FORMAT_ARGS];
	const char *fmt;
	int err;

	if (!array_args(machine, args[2], (uint32_t)args[3], array, what, &err))
		return err;
	fmt = machine_input(machine, args[0], (uint32_t)args[1], 0, what);
	return fmt ? print(machine, fmt, (uint32_t)args[1], array, (uint32_t)args[3] / 8) : 0;
}

const struct call_entry call_print_list[] = {
	{ .id = BPF_FUNC_snprintf, .call = snprintf_call },
	{ .id = BPF_FUNC_trace_printk, .call = trace_printk },
	{ .id = BPF_FUNC_trace_vprintk, .call = trace_vprintk },
	{ 0 },
};
