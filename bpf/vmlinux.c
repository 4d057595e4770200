// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Where the target kernel's types come from (vmlinux.h). */
#include "bpf/vmlinux.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "bpf/elf_file.h"
#include "bpf/file_bytes.h"
#include "bpf/vmlinux_builtin.h"

#define RUNNING_FILE	"/sys/kernel/btf/vmlinux"
#define MAX_IMAGE	(2ul << 30)	/* bytes of an uncompressed vmlinux with debug information */

/* The .BTF section of an ELF file. */
static int parse_elf(const void *image, size_t size, struct tv_btf **btf,
		     struct tv_bpf_error *error)
{
	const struct elf_section *section;
	struct elf_file elf;
	struct arena arena;
	int err;

	arena_init(&arena, 64u << 20);
	err = elf_file_read(&elf, image, size, &arena, error);
	if (err)
		goto out;
	section = elf_file_section(&elf, ".BTF");
	if (!section || !section->data) {
		err = tv_bpf_error_set(error, -EINVAL, NULL, TV_BPF_NOWHERE, "no .BTF section");
		goto out;
	}
	err = tv_btf_parse(section->data, section->size, ".BTF", btf, error);
out:
	arena_fini(&arena);
	return err;
}

static int parse_file(const char *path, struct tv_btf **btf, struct tv_bpf_error *error)
{
	struct file_bytes file;
	int err;

	err = file_bytes_read(&file, path, MAX_IMAGE, error);
	if (err)
		return err;
	if (file.size >= 4 && !memcmp(file.data, ELFMAG, SELFMAG))
		err = parse_elf(file.data, file.size, btf, error);
	else
		err = tv_btf_parse(file.data, file.size, "BTF", btf, error);
	file_bytes_free(&file);
	return err;
}

int tv_vmlinux_open(const char *source, struct tv_btf **btf, struct tv_bpf_error *error)
{
	if (!source)
		source = access(RUNNING_FILE, R_OK) ? TV_VMLINUX_BUILTIN : TV_VMLINUX_RUNNING;
	if (!strcmp(source, TV_VMLINUX_BUILTIN))
		return vmlinux_builtin(btf, error);
	if (!strcmp(source, TV_VMLINUX_RUNNING))
		source = RUNNING_FILE;
	return parse_file(source, btf, error);
}
