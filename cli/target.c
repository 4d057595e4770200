// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The kernel that BPF objects are read for (target.h). */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>
#include <zlib.h>
#include "bpf/vmlinux.h"
#include "cli/target.h"

#define MAX_KCONFIG	(16u << 20)

enum cli_status cli_bad_object(const struct tv_bpf_error *error)
{
	char text[sizeof(*error) + 64];

	cli_error("%s%s", tv_bpf_error_text(error, text, sizeof(text)),
		  error->err == -ENOTSUP ? " (unsupported)" : "");
	return error->err == -ENOMEM ? CLI_CANNOT : CLI_BAD;
}

/* As libbpf looks a symbol up: the first line of that name. 0, -ENOENT or -ENOMEM. */
static int find_symbol(void *ctx, const char *wanted, uint64_t *addr)
{
	char line[1024], name[512];
	FILE *f = fopen("/proc/kallsyms", "re");
	int found = !f && errno == ENOMEM ? -ENOMEM : -ENOENT;

	while (f && found && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "%" SCNx64 " %*c %511s", addr, name) == 2 && !strcmp(name, wanted))
			found = 0;
	}
	if (f)
		fclose(f);
	return found;
}

int cli_target_symbol(const char *name, uint64_t *addr)
{
	uint64_t found;
	int err = find_symbol(NULL, name, &found);

	if (!err)
		*addr = found;
	return err;
}

/* All of a file, plain or compressed. 0, -ENOENT: there is none that can be read; or -ENOMEM. */
static int read_gz(const char *path, char **read)
{
	char *text, *fit;
	int len, why;
	gzFile f;

	errno = 0;
	f = gzopen(path, "re");
	if (!f)
		return errno == ENOMEM ? -ENOMEM : -ENOENT;
	text = malloc(MAX_KCONFIG + 1);
	len = text ? gzread(f, text, MAX_KCONFIG) : -1;
	gzerror(f, &why);
	gzclose(f);
	if (len <= 0) {
		why = !text || why == Z_MEM_ERROR ? -ENOMEM : -ENOENT;
		free(text);
		return why;
	}
	text[len] = '\0';
	fit = realloc(text, (size_t)len + 1);
	*read = fit ? fit : text;
	return 0;
}

/* Where libbpf looks, and in its order. 0, -ENOENT or -ENOMEM. */
static int running_kconfig(const struct utsname *u, char **text)
{
	char path[sizeof(u->release) + 16];
	int err;

	snprintf(path, sizeof(path), "/boot/config-%s", u->release);
	err = read_gz(path, text);
	return err == -ENOENT ? read_gz("/proc/config.gz", text) : err;
}

/* 0 or -ENOMEM. */
static int set_version(struct cli_target *target, unsigned int major, unsigned int minor)
{
	unsigned int a = 0, b = 0, c = 0;
	struct utsname u;
	int err = 0;

	uname(&u);
	sscanf(u.release, "%u.%u.%u", &a, &b, &c);
	if (a != major || b != minor)
		c = 0;
	else
		err = running_kconfig(&u, &target->kconfig);
	/* libbpf finds the wrapper by a kprobe on it */
	target->opts.no_syscall_wrapper = a == major && b == minor &&
		access("/sys/bus/event_source/devices/kprobe/type", F_OK) &&
		access("/sys/kernel/tracing/kprobe_events", F_OK);
	target->opts.kernel_version = major << 16 | minor << 8 | (c > 255 ? 255 : c);
	return err == -ENOMEM ? err : 0;
}

enum cli_status cli_target_open(struct cli_target *target, const char *vmlinux,
				unsigned int major, unsigned int minor)
{
	struct tv_bpf_error error;
	long cpus = sysconf(_SC_NPROCESSORS_CONF);

	*target = (struct cli_target){ 0 };
	if (!vmlinux)
		vmlinux = access("/sys/kernel/btf/vmlinux", R_OK) ? TV_VMLINUX_BUILTIN
								   : TV_VMLINUX_RUNNING;
	target->builtin = !strcmp(vmlinux, TV_VMLINUX_BUILTIN);
	target->running = !strcmp(vmlinux, TV_VMLINUX_RUNNING) && !access("/proc/kallsyms", R_OK);
	tv_bpf_error_init(&error, vmlinux);
	if (tv_vmlinux_open(vmlinux, &target->vmlinux, &error)) {
		enum cli_status status = cli_bad_object(&error);

		/* asked for the running kernel's types: this machine has none */
		return strcmp(vmlinux, TV_VMLINUX_RUNNING) ? status : CLI_CANNOT;
	}
	if (set_version(target, major, minor)) {
		cli_error("the running kernel's configuration: out of memory");
		return CLI_CANNOT;
	}
	target->opts.vmlinux = target->vmlinux;
	target->opts.kconfig = target->kconfig;
	target->opts.ksym = find_symbol;
	/* as every tool that only verifies does */
	target->opts.size_maps = true;
	target->opts.nr_cpus = cpus > 0 ? (uint32_t)cpus : 1;
	return CLI_OK;
}

void cli_target_close(struct cli_target *target)
{
	tv_btf_free(target->vmlinux);
	free(target->kconfig);
	*target = (struct cli_target){ 0 };
}
