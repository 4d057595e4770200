// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * verifier_compare [--logs DIR] [--quiet] [--strict] GROUP=OBJECT...: each program judged by the
 * simulated verifier, by the running kernel's rules, and by the running kernel; verdict, final error,
 * counts and level 2 logs compared. Prints every miss, and a table by group. Nothing is attached.
 *
 * Kept apart from misses: what is not modelled (unsupported), and what has no oracle here (the
 * kernel refuses before it verifies, or libbpf cannot load it).
 *
 * Exit 1 when a verdict or a final error differs (--strict: or a count, or a log, or anything is
 * unsupported), 3 when this machine has no bpf(2) or no BTF.
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bpf/vmlinux.h"
#include "tests/differential/verifier_kernel.h"
#include "tests/differential/verifier_text.h"
#include "verifier_sim/log_read.h"
#include "verifier_sim/verifier_sim.h"

#define MAX_GROUPS	16
#define MAX_SECONDS	1200	/* for one object */

struct group {
	char name[32];
	unsigned int objects, programs, no_oracle, unsupported, judged;
	unsigned int verdict, message, counts, logs, logs_compared, died;
};

static struct group *groups;	/* shared with the children; ends at an empty name */
static const struct tv_btf *vmlinux;
static char *kconfig;		/* the running kernel's configuration; NULL: not to be had */
static enum tv_kernel rules;	/* the running kernel's */
static const char *log_dir;
static bool quiet;

static int no_print(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	return getenv("VERIFIER_COMPARE_VERBOSE") ? vfprintf(stderr, fmt, ap) : 0;
}

/* --- one program -------------------------------------------------------------- */

static int find_symbol(void *ctx, const char *wanted, uint64_t *addr)
{
	char line[1024], name[512];
	FILE *f = fopen("/proc/kallsyms", "r");
	int found = -ENOENT;

	while (f && found && fgets(line, sizeof(line), f))
		if (sscanf(line, "%" SCNx64 " %*c %511s", addr, name) == 2 && !strcmp(name, wanted))
			found = 0;
	if (f)
		fclose(f);
	return found;
}

static void keep_log(const char *file, const char *prog, const char *side, const char *log)
{
	const char *base = strrchr(file, '/');
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.%s.%s", log_dir, base ? base + 1 : file, prog, side);
	f = fopen(path, "w");
	if (!f)
		return;
	fputs(log, f);
	fclose(f);
}

static void compare_judged(struct group *g, const char *file, const char *name,
			   const struct tv_verify_result *ours, const struct kernel_verdict *theirs)
{
	char *message = tv_log_message(theirs->log, strlen(theirs->log));
	struct tv_log_counts c;
	bool same;

	g->judged++;
	same = ours->err == theirs->err;
	g->verdict += same;
	if (!same)
		printf("  VERDICT %s %s: ours %d %s | kernel %d %s\n", file, name, ours->err,
		       ours->message, theirs->err, theirs->err ? message : "");
	same = same && (!theirs->err || log_same(ours->message, message));
	g->message += same;
	if (!same && ours->err == theirs->err)
		printf("  MESSAGE %s %s: ours '%s' | kernel '%s'\n", file, name, ours->message, message);
	free(message);
	if (tv_log_counts(theirs->log, &c)) {
		same = c.insns == ours->total_insns && c.total_states == ours->total_states &&
		       c.max_states_per_insn == ours->max_states_per_insn && c.peak_states == ours->peak_states;
		if (!same && !quiet)
			printf("  COUNTS  %s %s: ours %u/%u/%u/%u | kernel %u/%u/%u/%u\n", file, name,
			       ours->total_insns, ours->max_states_per_insn, ours->total_states,
			       ours->peak_states, c.insns,
			       c.max_states_per_insn, c.total_states, c.peak_states);
	}
	g->counts += same;
	if (theirs->log_cut)
		return;
	g->logs_compared++;
	if (log_same(ours->log, theirs->log))
		g->logs++;
	else if (!quiet)
		printf("  LOG     %s %s\n", file, name);
}

static void compare_prog(struct group *g, const char *file, const struct tv_bpf_object *obj,
			 const struct tv_bpf_prog *prog, const struct kernel_verdict *theirs)
{
	struct tv_verify_opts opts = { .kernel = rules, .vmlinux = vmlinux,
				       .log_level = TV_LOG_ALL, .ksym = find_symbol };
	struct tv_verify_result ours;
	int err;

	g->programs++;
	/* without a log the kernel refused for reasons outside the program */
	if (!theirs->asked || (theirs->err && !*theirs->log)) {
		g->no_oracle++;
		return;
	}
	err = tv_verify(obj, prog, &opts, &ours);
	if (err) {
		printf("  FAILED  %s %s: %s\n", file, prog->name, strerror(-err));
		g->judged++;
		return;
	}
	if (log_dir) {
		keep_log(file, prog->name, "ours", ours.log);
		keep_log(file, prog->name, "kernel", theirs->log);
	}
	if (ours.verdict == TV_UNSUPPORTED) {
		g->unsupported++;
		if (!quiet)
			printf("  UNSUP   %s %s: %s\n", file, prog->name, ours.message);
	} else {
		compare_judged(g, file, prog->name, &ours, theirs);
	}
	tv_verify_result_fini(&ours);
}

/* --- objects and groups ------------------------------------------------------- */

static uint32_t running_version(void)
{
	unsigned int a = 0, b = 0, c = 0;
	struct utsname u;

	uname(&u);
	sscanf(u.release, "%u.%u.%u", &a, &b, &c);
	return a << 16 | b << 8 | (c > 255 ? 255 : c);
}

/* 6.12 is judged by its own rules, all others by the newest. */
static enum tv_kernel running_rules(void)
{
	return running_version() >> 8 == (6 << 8 | 12) ? TV_KERNEL_6_12 : TV_KERNEL_6_18;
}

static void compare_object(struct group *g, const char *file)
{
	struct tv_bpf_opts opts = { .vmlinux = vmlinux, .kernel_version = running_version(),
				    .nr_cpus = (uint32_t)libbpf_num_possible_cpus(),
				    .no_syscall_wrapper = access("/sys/bus/event_source/devices/kprobe/type", F_OK) &&
							  access("/sys/kernel/tracing/kprobe_events", F_OK),
				    .size_maps = true, .kconfig = kconfig, .ksym = find_symbol };
	struct kernel_verdict *theirs;
	struct tv_bpf_object *obj;
	struct tv_bpf_error error;

	tv_bpf_error_init(&error, file);
	if (tv_bpf_object_open(file, &opts, &obj, &error))
		return;
	g->objects++;
	theirs = calloc(obj->prog_cnt + 1, sizeof(*theirs));
	if (theirs && !kernel_verify(file, obj, theirs)) {
		for (uint32_t i = 0; i < obj->prog_cnt; i++)
			if (!obj->progs[i].err)
				compare_prog(g, file, obj, &obj->progs[i], &theirs[i]);
		kernel_verdicts_free(obj, theirs);
	}
	free(theirs);
	tv_bpf_object_close(obj);
}

/* As libbpf reads it, for .kconfig variables. */
static char *read_kconfig(void)
{
	FILE *pipe = popen("zcat /proc/config.gz 2>/dev/null || "
			   "cat \"/boot/config-$(uname -r)\" 2>/dev/null", "r");
	char *text = NULL;
	size_t size = 0;
	ssize_t len = pipe ? getdelim(&text, &size, 0, pipe) : -1;

	if (pipe)
		pclose(pipe);
	if (len > 0)
		return text;
	free(text);
	return NULL;
}

static struct group *group_of(const char *name, size_t len)
{
	for (struct group *g = groups; g < groups + MAX_GROUPS; g++) {
		if (!g->name[0])
			snprintf(g->name, sizeof(g->name), "%.*s", (int)len, name);
		if (strlen(g->name) == len && !memcmp(g->name, name, len))
			return g;
	}
	fprintf(stderr, "verifier_compare: too many groups\n");
	exit(2);
}

/* In a process of its own: a crash, or a walk without end, is that object's only. */
static void compare_apart(const char *arg)
{
	const char *eq = strchr(arg, '=');
	struct group *g;
	int status;
	pid_t pid;

	if (!eq) {
		fprintf(stderr, "verifier_compare: not GROUP=OBJECT: %s\n", arg);
		exit(2);
	}
	g = group_of(arg, (size_t)(eq - arg));
	fflush(stdout);
	pid = fork();
	if (!pid) {
		alarm(MAX_SECONDS);
		compare_object(g, eq + 1);
		fflush(stdout);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) < 0 || status) {
		printf("  DIED    %s\n", eq + 1);
		g->died++;
	}
}

static void print_table(void)
{
	printf("%-24s %7s %8s %9s %11s %6s %7s %7s %7s %11s\n", "group", "objects", "programs",
	       "no oracle", "unsupported", "judged", "verdict", "message", "counts", "logs");
	for (struct group *g = groups; g->name[0]; g++)
		printf("%-24s %7u %8u %9u %11u %6u %7u %7u %7u %5u/%u\n", g->name, g->objects,
		       g->programs, g->no_oracle, g->unsupported, g->judged, g->verdict, g->message,
		       g->counts, g->logs, g->logs_compared);
}

static bool all_well(bool strict)
{
	bool well = true;

	for (struct group *g = groups; g->name[0]; g++) {
		well = well && !g->died && g->verdict == g->judged && g->message == g->judged;
		if (strict)
			well = well && !g->unsupported && g->counts == g->judged &&
			       g->logs == g->logs_compared;
	}
	return well;
}

int main(int argc, char **argv)
{
	struct tv_bpf_error error;
	struct tv_btf *btf;
	bool strict = false;
	int i = 1;

	for (; i < argc && argv[i][0] == '-'; i++) {
		if (!strcmp(argv[i], "--logs") && i + 1 < argc)
			log_dir = argv[++i];
		else if (!strcmp(argv[i], "--quiet"))
			quiet = true;
		else if (!strcmp(argv[i], "--strict"))
			strict = true;
	}
	libbpf_set_print(no_print);
	tv_bpf_error_init(&error, "vmlinux");
	if (access("/sys/kernel/btf/vmlinux", R_OK) || tv_vmlinux_open(TV_VMLINUX_RUNNING, &btf, &error) ||
	    libbpf_probe_bpf_prog_type(BPF_PROG_TYPE_RAW_TRACEPOINT, NULL) != 1)
		return 3;
	vmlinux = btf;
	rules = running_rules();
	kconfig = read_kconfig();
	groups = mmap(NULL, (MAX_GROUPS + 1) * sizeof(*groups), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (groups == MAP_FAILED)
		return 2;
	for (; i < argc; i++)
		compare_apart(argv[i]);
	print_table();
	tv_btf_free(btf);
	free(kconfig);
	return !all_well(strict);
}
