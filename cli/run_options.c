// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The options that run and diff share (run_options.h). */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include "cli/child.h"
#include "cli/run_options.h"

static void out_of_memory(void) __attribute__((noreturn));
static void out_of_memory(void)
{
	cli_error("out of memory");
	exit(CLI_CANNOT);
}

void cli_texts_add(struct cli_texts *list, const char *text)
{
	const char **more = realloc(list->texts, (list->nr + 1) * sizeof(*more));

	if (!more)
		out_of_memory();
	more[list->nr++] = text;
	list->texts = more;
}

/* "1,0x2,-3" */
static void parse_ctx(struct run_options *opts, const char *text)
{
	size_t nr = 1;
	char *copy = strdup(text), *at = copy, *value;

	for (const char *c = text; *c; c++)
		nr += *c == ',';
	if (nr > RUN_MAX_CTX)
		cli_usage("--ctx has more than %u values", RUN_MAX_CTX);
	free(opts->ctx);
	opts->nr_ctx = 0;
	opts->ctx = calloc(nr, sizeof(*opts->ctx));
	if (!copy || !opts->ctx)
		out_of_memory();
	while ((value = strsep(&at, ","))) {
		bool negative = *value == '-';
		uint64_t number = cli_usage_number("--ctx", value + negative, UINT64_MAX);

		opts->ctx[opts->nr_ctx++] = negative ? -number : number;
	}
	free(copy);
}

static long parse_stop(const char *text)
{
	static const struct {
		const char *name;
		long nr;
	} calls[] = {
		{ "exec", CHILD_AT_EXEC }, { "read", SYS_read }, { "write", SYS_write }, { "close", SYS_close },
		{ "mmap", SYS_mmap }, { "munmap", SYS_munmap }, { "mprotect", SYS_mprotect },
		{ "brk", SYS_brk }, { "ioctl", SYS_ioctl }, { "clone", SYS_clone }, { "wait4", SYS_wait4 },
		{ "exit_group", SYS_exit_group }, { "futex", SYS_futex }, { "getpid", SYS_getpid },
		{ "getppid", SYS_getppid }, { "nanosleep", SYS_nanosleep },
		{ "clock_nanosleep", SYS_clock_nanosleep }, { "openat", SYS_openat },
		{ "pselect6", SYS_pselect6 }, { "ppoll", SYS_ppoll }, { "madvise", SYS_madvise },
		{ "sched_yield", SYS_sched_yield }, { "kill", SYS_kill },
#ifdef SYS_pause
		{ "pause", SYS_pause }, { "poll", SYS_poll }, { "select", SYS_select },
#endif
	};

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		if (!strcmp(text, calls[i].name))
			return calls[i].nr;
	if (*text >= '0' && *text <= '9')
		return (long)cli_usage_number("--stop-at", text, 4095);
	cli_usage("--stop-at: system call '%s' is not known by name here, give its number", text);
}

static int parse_context(const char *name)
{
	enum tv_context context;

	if (tv_context_parse(name, &context))
		cli_usage("there is no context '%s'; there are: process, softirq, irqs-off, nmi", name);
	return context;
}

static error_t parse_target(int key, char *arg, struct run_options *opts)
{
	static const char *const versions[] = { [TV_KERNEL_6_12] = "6.12", [TV_KERNEL_6_18] = "6.18" };

	switch (key) {
	case RUN_KEY_KERNEL:
		opts->kernel = cli_usage_choice("kernel", arg, versions, 2);
		return 0;
	case RUN_KEY_VMLINUX:
		opts->vmlinux = arg;
		return 0;
	case RUN_KEY_FLAGS:
		opts->verify.set_flags = true;
		opts->verify.flags = (uint32_t)cli_usage_number("--flags", arg, UINT32_MAX);
		return 0;
	case RUN_KEY_RECORD:
		opts->record = arg;
		return 0;
	case RUN_KEY_STOP_AT:
		opts->stop_at = parse_stop(arg);
		return 0;
	case 'o':
		opts->output = arg;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

error_t run_options_parse(int key, char *arg, struct argp_state *state, struct run_options *opts)
{
	switch (key) {
	case RUN_KEY_PROG:
		opts->prog = arg;
		return 0;
	case RUN_KEY_FIXTURE:
		opts->fixture = arg;
		return 0;
	case RUN_KEY_PID:
		opts->pid = (int)cli_usage_number("--pid", arg, INT_MAX);
		return 0;
	case RUN_KEY_DESIGN:
		opts->design = cli_usage_design(arg);
		return 0;
	case RUN_KEY_CONTEXT:
		opts->context = parse_context(arg);
		return 0;
	case RUN_KEY_SET:
		cli_texts_add(&opts->sets, arg);
		return 0;
	case RUN_KEY_CTX:
		parse_ctx(opts, arg);
		return 0;
	case RUN_KEY_MAX_INSNS:
		opts->max_insns = cli_usage_number("--max-insns", arg, UINT64_MAX);
		if (!opts->max_insns)
			cli_usage("--max-insns 0 leaves no instruction to run");
		return 0;
	default:
		return parse_target(key, arg, opts);
	}
}

void run_options_take_command(int *argc, char **argv, struct run_options *opts)
{
	for (int i = 1; i < *argc; i++) {
		if (strcmp(argv[i], "--"))
			continue;
		if (i + 1 < *argc)
			opts->command = &argv[i + 1];
		*argc = i;
	}
}

void run_options_init(struct run_options *opts)
{
	*opts = (struct run_options){
		.pid = -1, .context = -1, .kernel = TV_KERNEL_6_18, .stop_at = CHILD_AT_EXEC,
	};
}

void run_options_fini(struct run_options *opts)
{
	free(opts->sets.texts);
	free(opts->breaks.texts);
	free(opts->ctx);
}
