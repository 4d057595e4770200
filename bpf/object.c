// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A BPF object file as data (object.h): the stages of loading in their order, and look-ups. */
#include "bpf/object.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/internal.h"

#define EM_BPF_MACHINE	247
#define NAME_LEN	16	/* BPF_OBJ_NAME_LEN */

struct tv_bpf_priv {
	struct arena arena;
	struct file_bytes file;	/* what names and texts point into */
};

/* --- single sections ---------------------------------------------------------- */

static int check_machine(struct loader *ld)
{
	Elf64_Ehdr header;

	memcpy(&header, ld->elf.image, sizeof(header));
	if (header.e_type != ET_REL || (header.e_machine && header.e_machine != EM_BPF_MACHINE))
		return ld_fail(ld, -EINVAL, NULL, TV_BPF_NOWHERE, "not a BPF object file");
	if (!ld->elf.symtab)
		return ld_fail(ld, -ENOENT, NULL, TV_BPF_NOWHERE,
			       "no symbol table: a stripped object?");
	return 0;
}

static int read_license(struct loader *ld)
{
	const struct elf_section *license = elf_file_section(&ld->elf, "license");
	const struct elf_section *version = elf_file_section(&ld->elf, "version");
	size_t len;
	char *text;

	ld->obj->license = "";
	if (license && license->data) {
		len = strnlen((const char *)license->data, license->size);
		len = len > 63 ? 63 : len;
		text = arena_alloc(ld->arena, len + 1);
		if (!text)
			return ld_nomem(ld);
		memcpy(text, license->data, len);
		ld->obj->license = text;
	}
	if (version && (!version->data || version->size != sizeof(ld->obj->version)))
		return ld_fail(ld, -EINVAL, "version", TV_BPF_NOWHERE, "not four bytes");
	if (version)
		memcpy(&ld->obj->version, version->data, sizeof(ld->obj->version));
	return 0;
}

/* Sections that mean something to loaders newer than the one that is modelled. */
static int check_features(struct loader *ld)
{
	uint32_t i;

	for (i = 1; i < ld->elf.section_cnt; i++) {
		const char *name = ld->elf.sections[i].name;

		if (!strncmp(name, ".addr_space.", 12))
			return ld_fail(ld, -ENOTSUP, name, TV_BPF_NOWHERE,
				       "unsupported: variables in an arena (__arena)");
		if (!strcmp(name, ".jumptables"))
			return ld_fail(ld, -ENOTSUP, name, TV_BPF_NOWHERE,
				       "unsupported: jump tables");
	}
	return 0;
}

static int read_btf(struct loader *ld)
{
	const struct elf_section *btf = elf_file_section(&ld->elf, ".BTF");
	const struct elf_section *ext = elf_file_section(&ld->elf, ".BTF.ext");
	int err;

	if (!btf)
		return 0;
	if (btf->type != SHT_PROGBITS)
		return ld_fail(ld, -EINVAL, ".BTF", TV_BPF_NOWHERE, "of another section type");
	err = tv_btf_parse(btf->data, btf->size, ".BTF", &ld->obj->btf, ld->error);
	if (err || !ext)
		return err;
	err = btf_ext_read(&ld->ext, ext, &ld->elf, ld->obj->btf, ld->arena, ld->error);
	return err == -ENOMEM ? ld_nomem(ld) : err;
}

static int ask_kernel(struct loader *ld)
{
	if (ld->obj->btf && btf_refused(ld->obj->btf, &ld->obj->btf_refused))
		return ld_nomem(ld);
	return 0;
}

/* --- programs ----------------------------------------------------------------- */

static int fill_prog(struct loader *ld, struct func *func, struct tv_bpf_prog *prog)
{
	int err, id;

	prog->name = func->name;
	prog->section = func->section;
	prog->autoload = func->autoload;
	id = ld->obj->btf ? tv_btf_find(ld->obj->btf, func->name, BTF_KIND_FUNC) : 0;
	prog->func_id = id > 0 ? id : 0;
	prog->test_flags = prog->func_id ? tags_test_flags(ld->obj->btf, prog->func_id) : 0;
	err = link_prog(ld, func, prog);
	if (err)
		return err;
	/* in the order in which libbpf would meet them */
	prog->err = ld->load_err ? ld->load_err : func->err;
	prog->why = ld->load_err ? ld->load_why : func->why;
	return attach_prog(ld, prog);
}

static int fill_progs(struct loader *ld)
{
	uint32_t i;
	int err = 0;

	ld->obj->progs = arena_array(ld->arena, ld->func_cnt, sizeof(*ld->obj->progs));
	if (!ld->obj->progs)
		return ld_nomem(ld);
	for (i = 0; !err && i < ld->func_cnt; i++)
		if (!ld->funcs[i].is_subprog)
			err = fill_prog(ld, &ld->funcs[i], &ld->obj->progs[ld->obj->prog_cnt++]);
	return err;
}

static int fill_fields(struct loader *ld)
{
	uint32_t i;
	int err = 0;

	if (ld->obj->btf_refused)
		return 0;

	for (i = 0; !err && i < ld->obj->map_cnt; i++) {
		err = map_fields(ld, &ld->obj->maps[i]);
		if (!err && ld->obj->maps[i].inner)
			err = map_fields(ld, ld->obj->maps[i].inner);
	}
	return err;
}

/* What the kernel gets of a map when it has refused the object's BTF. */
static void forget_map_types(struct loader *ld)
{
	uint32_t i;

	for (i = 0; ld->obj->btf_refused && i < ld->obj->map_cnt; i++) {
		struct tv_bpf_map *map = &ld->obj->maps[i];

		map->key_type_id = map->value_type_id = 0;
		if (map->inner)
			map->inner->key_type_id = map->inner->value_type_id = 0;
	}
}

/* --- opening and closing ------------------------------------------------------ */

static int run_stages(struct loader *ld)
{
	static int (*const stages[])(struct loader *ld) = {
		check_machine, check_features, read_license, read_btf, funcs_collect,
		externs_collect, btf_fixup, ask_kernel, maps_declared, maps_data, map_slots,
		relocs_collect, externs_resolve, core_relocate,
	};
	size_t i;
	int err = 0;

	for (i = 0; !err && i < sizeof(stages) / sizeof(stages[0]); i++)
		err = stages[i](ld);
	if (err)
		return err;
	relocs_apply(ld);
	forget_map_types(ld);
	err = fill_fields(ld);
	return err ? err : fill_progs(ld);
}

/* The file's name up to the first dot, cut to what the kernel takes. */
static const char *object_name(struct arena *arena, const char *path)
{
	const char *slash = strrchr(path, '/');
	char name[NAME_LEN];

	snprintf(name, sizeof(name), "%s", slash ? slash + 1 : path);
	name[strcspn(name, ".")] = 0;
	return arena_strdup(arena, name);
}

static int load(struct tv_bpf_object *obj, const struct tv_bpf_opts *opts,
		struct tv_bpf_error *error)
{
	struct loader ld = { .obj = obj, .arena = &obj->priv->arena, .error = error };
	int err;

	if (opts)
		ld.opts = *opts;
	if (!ld.opts.core_btf)
		ld.opts.core_btf = ld.opts.vmlinux;
	if (!ld.opts.kernel_version)
		ld.opts.kernel_version = 6 << 16 | 12 << 8;
	if (!ld.opts.nr_cpus)
		ld.opts.nr_cpus = 1;
	if (ld.opts.max_memory)
		ld.arena->limit = ld.opts.max_memory;
	if (obj->priv->file.size > TV_BPF_MAX_FILE)
		return ld_fail(&ld, -EFBIG, NULL, TV_BPF_NOWHERE, "larger than %u MiB",
			       TV_BPF_MAX_FILE >> 20);
	obj->name = object_name(ld.arena, obj->path);
	if (!obj->name)
		return ld_nomem(&ld);
	err = elf_file_read(&ld.elf, obj->priv->file.data, obj->priv->file.size, ld.arena, error);
	if (err)
		return err == -ENOMEM ? ld_nomem(&ld) : err;
	return run_stages(&ld);
}

static struct tv_bpf_object *create(const char *path)
{
	struct tv_bpf_object *obj = calloc(1, sizeof(*obj));

	if (!obj)
		return NULL;
	obj->priv = calloc(1, sizeof(*obj->priv));
	if (!obj->priv) {
		free(obj);
		return NULL;
	}
	arena_init(&obj->priv->arena, TV_BPF_MAX_MEMORY);
	obj->path = arena_strdup(&obj->priv->arena, path);
	if (!obj->path) {
		tv_bpf_object_close(obj);
		return NULL;
	}
	return obj;
}

/* Loads what stands in obj->priv->file; closes @obj when that fails. */
static int finish_open(struct tv_bpf_object *obj, const struct tv_bpf_opts *opts,
		       struct tv_bpf_object **out, struct tv_bpf_error *error)
{
	struct tv_bpf_error own;
	int err;

	/* stages read back what they reported */
	if (!error) {
		tv_bpf_error_init(&own, obj->path);
		error = &own;
	}
	err = load(obj, opts, error);
	if (err) {
		tv_bpf_object_close(obj);
		return err;
	}
	*out = obj;
	return 0;
}

int tv_bpf_object_open(const char *path, const struct tv_bpf_opts *opts,
		       struct tv_bpf_object **out, struct tv_bpf_error *error)
{
	struct tv_bpf_object *obj;
	int err;

	*out = NULL;
	obj = create(path);
	if (!obj)
		return tv_bpf_error_set(error, -ENOMEM, NULL, TV_BPF_NOWHERE, "out of memory");
	err = file_bytes_read(&obj->priv->file, path, TV_BPF_MAX_FILE, error);
	if (err) {
		tv_bpf_object_close(obj);
		return err;
	}
	return finish_open(obj, opts, out, error);
}

int tv_bpf_object_open_mem(const void *data, size_t size, const char *name,
			   const struct tv_bpf_opts *opts, struct tv_bpf_object **out,
			   struct tv_bpf_error *error)
{
	struct tv_bpf_object *obj;

	*out = NULL;
	obj = create(name);
	if (obj)
		obj->priv->file.data = malloc(size + 1);
	if (!obj || !obj->priv->file.data) {
		tv_bpf_object_close(obj);
		return tv_bpf_error_set(error, -ENOMEM, NULL, TV_BPF_NOWHERE, "out of memory");
	}
	memcpy(obj->priv->file.data, data, size);
	obj->priv->file.size = size;
	return finish_open(obj, opts, out, error);
}

void tv_bpf_object_close(struct tv_bpf_object *obj)
{
	if (!obj)
		return;
	tv_btf_free(obj->btf);
	file_bytes_free(&obj->priv->file);
	arena_fini(&obj->priv->arena);
	free(obj->priv);
	free(obj);
}

/* --- look-ups ----------------------------------------------------------------- */

struct tv_bpf_prog *tv_bpf_object_prog(const struct tv_bpf_object *obj, const char *name)
{
	uint32_t i;

	for (i = 0; i < obj->prog_cnt; i++)
		if (!strcmp(obj->progs[i].name, name))
			return &obj->progs[i];
	return NULL;
}

struct tv_bpf_map *tv_bpf_object_map(const struct tv_bpf_object *obj, const char *name)
{
	uint32_t i;

	for (i = 0; i < obj->map_cnt; i++) {
		struct tv_bpf_map *map = &obj->maps[i];

		if (!strcmp(map->name, name) ||
		    (tv_bpf_map_is_data(map) && !strcmp(map->section, name)))
			return map;
	}
	return NULL;
}

int tv_bpf_object_var(const struct tv_bpf_object *obj, const char *name, struct tv_bpf_map **map,
		      struct tv_bpf_var **var)
{
	uint32_t i, j;

	for (i = 0; i < obj->map_cnt; i++) {
		for (j = 0; j < obj->maps[i].var_cnt; j++) {
			if (strcmp(obj->maps[i].vars[j].name, name))
				continue;
			*map = &obj->maps[i];
			*var = &obj->maps[i].vars[j];
			return 0;
		}
	}
	*var = NULL;
	*map = tv_bpf_object_map(obj, name);
	return *map && tv_bpf_map_is_data(*map) ? 0 : -ENOENT;
}

const struct tv_bpf_line_info *tv_bpf_prog_line(const struct tv_bpf_prog *prog, uint32_t insn)
{
	uint32_t low = 0, high = prog->line_info_cnt;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (prog->line_info[middle].insn_off <= insn)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &prog->line_info[low - 1] : NULL;
}

const struct tv_bpf_subprog *tv_bpf_prog_subprog(const struct tv_bpf_prog *prog, uint32_t insn)
{
	uint32_t i;

	for (i = prog->subprog_cnt; i-- > 0; )
		if (insn >= prog->subprogs[i].start)
			return insn < prog->insn_cnt ? &prog->subprogs[i] : NULL;
	return NULL;
}
