// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * vmlinux_h [BTF]: the running kernel's types, or those of a BTF file, as a C header for BPF programs:
 * what `bpftool btf dump file /sys/kernel/btf/vmlinux format c` prints, without bpftool.
 * Exit 3 where the kernel does not tell its types.
 */
#include <bpf/btf.h>
#include <stdarg.h>
#include <stdio.h>

static void print(void *out, const char *fmt, va_list args)
{
	vfprintf(out, fmt, args);
}

int main(int argc, char **argv)
{
	struct btf *btf = btf__parse(argc > 1 ? argv[1] : "/sys/kernel/btf/vmlinux", NULL);
	struct btf_dump *dump;
	__u32 id;
	int err = 0;

	if (!btf)
		return 3;
	dump = btf_dump__new(btf, print, stdout, NULL);
	if (!dump)
		return 1;
	/* fields are found where they are in the kernel that the program is loaded into */
	puts("#ifndef __VMLINUX_H__\n#define __VMLINUX_H__\n"
	     "#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)");
	for (id = 1; !err && id < btf__type_cnt(btf); id++)
		err = btf_dump__dump_type(dump, id);
	puts("#pragma clang attribute pop\n#endif");
	btf_dump__free(dump);
	btf__free(btf);
	return err || fflush(stdout) ? 1 : 0;
}
