/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A program compiled into memory, for unit tests: bpf_program.bpf.c, or what BPF_PROGRAM says. */
#ifndef TV_TEST_BPF_COMPILE_H
#define TV_TEST_BPF_COMPILE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef BPF_PROGRAM
#define BPF_PROGRAM "bpf_program.bpf.c"
#endif

#include "bpf/object.h"
#include "bpf/vmlinux.h"

struct compiled {
	unsigned char *data;
	size_t size;
	struct tv_btf *vmlinux;	/* the built-in one: the same everywhere */
	struct tv_bpf_opts opts;
};

static struct compiled compiled;

static int read_whole(const char *path)
{
	FILE *f = fopen(path, "rb");
	long size;

	if (!f || fseek(f, 0, SEEK_END))
		return -1;
	size = ftell(f);
	rewind(f);
	compiled.data = malloc(size);
	compiled.size = fread(compiled.data, 1, size, f);
	fclose(f);
	return compiled.size == (size_t)size ? 0 : -1;
}

/* cmocka's group setup: clang is among what the tests need. */
static int compile_program(void **state)
{
	const char *clang = getenv("CLANG");
	char source[512], object[] = "/tmp/taskvma-bpf-XXXXXX", command[2048];
	struct tv_bpf_error error;
	int fd, err;

	snprintf(source, sizeof(source), "%s", __FILE__);
	*strrchr(source, '/') = 0;
	fd = mkstemp(object);
	if (fd < 0)
		return -1;
	close(fd);
	snprintf(command, sizeof(command),
		 "%s -target bpf -mcpu=v3 -g -O2 -c %s/" BPF_PROGRAM " -o %s",
		 clang ? clang : "clang", source, object);
	err = system(command) ? -1 : read_whole(object);
	unlink(object);
	tv_bpf_error_init(&error, "built-in");
	if (err || tv_vmlinux_open(TV_VMLINUX_BUILTIN, &compiled.vmlinux, &error))
		return -1;
	compiled.opts.vmlinux = compiled.vmlinux;
	compiled.opts.kernel_version = 6 << 16 | 12 << 8 | 5;
	compiled.opts.kconfig = "CONFIG_HZ=250\n# CONFIG_OTHER is not set\nCONFIG_ANSWER=y\n"
				"CONFIG_NAME=\"longer than it\"\n";
	return 0;
}

static int forget_program(void **state)
{
	free(compiled.data);
	tv_btf_free(compiled.vmlinux);
	return 0;
}

#endif
