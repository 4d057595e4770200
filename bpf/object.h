/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A BPF object file as data: its programs and maps exactly as libbpf 1.1 hands them to bpf(2),
 * without a kernel. The same input gives the same result; nothing is cached between calls.
 *
 *	struct tv_bpf_opts opts = { .vmlinux = vmlinux };
 *	struct tv_bpf_object *obj;
 *	err = tv_bpf_object_open("prog.bpf.o", &opts, &obj, &error);
 *	for (i = 0; i < obj->prog_cnt; i++)
 *		if (!obj->progs[i].err)
 *			use(obj->progs[i].insns, obj->progs[i].insn_cnt);
 *	tv_bpf_object_close(obj);
 *
 * Opening fails for what libbpf's bpf_object__open() refuses. What bpf_object__load() would refuse
 * stands in the programs it concerns (@err, @why): each program is prepared as if it alone were
 * loaded, as veristat does. A strong extern that is missing concerns every program.
 */
#ifndef TV_BPF_OBJECT_H
#define TV_BPF_OBJECT_H

#include "bpf/btf.h"
#include "bpf/error.h"
#include "bpf/insn.h"
#include "bpf/map.h"

/* Limits: an input past one is refused with -EFBIG. Memory: TV_BPF_MAX_MEMORY for an object. */
#define TV_BPF_MAX_FILE		(64u << 20)	/* bytes of the file */
#define TV_BPF_MAX_INSNS	(1u << 20)	/* instructions of one program with its subprograms */
#define TV_BPF_MAX_PROGS	4096u		/* functions of the object, subprograms included */
#define TV_BPF_MAX_MAPS		4096u
#define TV_BPF_MAX_SECTIONS	8192u
#define TV_BPF_MAX_DATA		(64u << 20)	/* bytes of all data sections (.bss takes none in the file) */
#define TV_BPF_MAX_RELOCS	(4u << 20)	/* relocations of all sections */
#define TV_BPF_MAX_LINKED	(64u << 20)	/* instructions of all programs, shared subprograms each time */
#define TV_BPF_MAX_MEMORY	(1u << 30)	/* bytes an object takes, all counted */

struct tv_bpf_opts {
	const struct tv_btf *vmlinux;	/* the target kernel's types; NULL: nothing resolves against it */
	const struct tv_btf *core_btf;	/* the types CO-RE is for (libbpf's btf_custom_path); NULL: @vmlinux */
	uint32_t kernel_version;	/* LINUX_KERNEL_VERSION: (6 << 16) | (12 << 8); 0: 6.12.0 */
	const char *kconfig;		/* lines "CONFIG_X=y" for .kconfig externs; NULL: none are set */
	/* The address of a symbol for typeless ksyms (/proc/kallsyms); NULL: not found. */
	int (*ksym)(void *ctx, const char *name, uint64_t *addr);
	void *ksym_ctx;
	bool no_syscall_wrapper;	/* LINUX_HAS_SYSCALL_WRAPPER is 0: that kernel has no kprobes */
	uint32_t nr_cpus;		/* size of perf event arrays left at 0; 0: 1 */
	/* of the machine, in bytes, whatever @kconfig says; 0: TV_BPF_PAGE_SIZE, and as @kconfig says */
	uint32_t page_size;
	/*
	 * Many tools give their maps a size just before they load: 1 entry for those that have none in the
	 * file (as veristat does), and stack traces as deep as the kernel keeps them.
	 */
	bool size_maps;
	uint32_t max_memory;		/* bytes; 0: TV_BPF_MAX_MEMORY */
};

/* A relocation that took part in the final instructions, for messages and interpreters. */
enum tv_extern_kind { TV_EXTERN_KCONFIG, TV_EXTERN_KFUNC, TV_EXTERN_KSYM_TYPED, TV_EXTERN_KSYM };

struct tv_bpf_extern {
	const char *name;
	enum tv_extern_kind kind;
	bool weak, resolved;
	uint32_t btf_id;	/* the FUNC or VAR in the object's BTF */
	uint32_t vmlinux_id;	/* typed and resolved: the FUNC or VAR in vmlinux BTF */
	uint64_t addr;		/* typeless and resolved */
	uint32_t offset, size;	/* kconfig: bytes in the .kconfig map's value */
};

/* As in struct bpf_func_info. */
struct tv_bpf_func_info {
	uint32_t insn_off;	/* instructions from the program's start */
	uint32_t type_id;	/* FUNC in the object's BTF */
};

struct tv_bpf_line_info {
	uint32_t insn_off;
	const char *file;	/* never NULL */
	const char *text;	/* the source line, with its leading white space; never NULL */
	uint32_t line, column;
	uint32_t file_off, line_off, line_col;	/* as in struct bpf_line_info */
};

/* A function of the final program: instructions [start, start + cnt). The first is the main one. */
struct tv_bpf_subprog {
	const char *name;
	uint32_t start, cnt;
	uint32_t func_id;	/* FUNC in the object's BTF; 0: none */
	bool is_global;		/* BTF linkage after hidden ones became static: verified on its own */
};

struct tv_bpf_prog {
	const char *name;	/* the ELF symbol */
	const char *section;	/* without '?' */
	bool autoload;		/* false for a section that starts with '?' */
	uint32_t type;		/* enum bpf_prog_type; 0: the section's name says nothing */
	uint32_t attach_type;	/* expected_attach_type */
	bool sleepable;
	uint32_t flags;		/* prog_flags libbpf sets: BPF_F_SLEEPABLE, BPF_F_XDP_HAS_FRAGS */
	uint32_t test_flags;	/* of comment:test_prog_flags= tags, to be or-ed by who runs tests */
	const char *attach_name;	/* what stands after '/' in the section; NULL: nothing */
	uint32_t attach_btf_id;		/* in vmlinux BTF; 0: none needed or none found */

	int err;		/* 0, or why it cannot be loaded (-ENOTSUP: a feature not modelled) */
	const char *why;	/* one line when @err; else NULL */

	/*
	 * What BPF_PROG_LOAD gets, but maps are indexes into @maps instead of file descriptors:
	 * src_reg BPF_PSEUDO_MAP_FD (imm: map) and BPF_PSEUDO_MAP_VALUE (imm: map, next imm: offset).
	 * Where the program itself spells a descriptor, imm is -1 - descriptor: no map stands there.
	 * Kfunc calls: imm is the id in vmlinux BTF (0: a weak one that is missing).
	 */
	struct bpf_insn *insns;
	uint32_t insn_cnt;

	struct tv_bpf_func_info *func_info;
	uint32_t func_info_cnt;
	struct tv_bpf_line_info *line_info;
	uint32_t line_info_cnt;
	struct tv_bpf_subprog *subprogs;
	uint32_t subprog_cnt;

	uint32_t func_id;	/* FUNC in the object's BTF; 0: none. Its tags: tv_btf_next_tag() */
};

struct tv_bpf_object {
	const char *path;
	const char *name;	/* file name up to the first dot, as libbpf names the object */
	const char *license;	/* "" when none */
	uint32_t version;	/* of a version section; 0 */
	struct tv_btf *btf;	/* NULL when the object has none */
	/*
	 * Why the kernel would refuse that BTF, or NULL. When it would, libbpf loads without: no program
	 * has function or line records (all its functions are static), no map has types.
	 */
	const char *btf_refused;

	struct tv_bpf_prog *progs;	/* entry programs, by section index and offset, as libbpf lists them */
	uint32_t prog_cnt;
	struct tv_bpf_map *maps;	/* declared, then data, then kconfig, as libbpf lists them */
	uint32_t map_cnt;
	struct tv_bpf_extern *externs;
	uint32_t extern_cnt;

	struct tv_bpf_priv *priv;
};

/* A file, or bytes in memory (@name stands for the path). @opts may be NULL. */
int tv_bpf_object_open(const char *path, const struct tv_bpf_opts *opts,
		       struct tv_bpf_object **obj, struct tv_bpf_error *error);
int tv_bpf_object_open_mem(const void *data, size_t size, const char *name,
			   const struct tv_bpf_opts *opts, struct tv_bpf_object **obj,
			   struct tv_bpf_error *error);
void tv_bpf_object_close(struct tv_bpf_object *obj);

/* By ELF name; NULL. */
struct tv_bpf_prog *tv_bpf_object_prog(const struct tv_bpf_object *obj, const char *name);
struct tv_bpf_map *tv_bpf_object_map(const struct tv_bpf_object *obj, const char *name);
/* A global variable of a data map by name (or "SECTION" with @var NULL on return); -ENOENT. */
int tv_bpf_object_var(const struct tv_bpf_object *obj, const char *name, struct tv_bpf_map **map,
		      struct tv_bpf_var **var);

/* The line an instruction stands on: the last record at or before @insn; NULL. */
const struct tv_bpf_line_info *tv_bpf_prog_line(const struct tv_bpf_prog *prog, uint32_t insn);
/* The function an instruction stands in; NULL past the end. */
const struct tv_bpf_subprog *tv_bpf_prog_subprog(const struct tv_bpf_prog *prog, uint32_t insn);

#endif
