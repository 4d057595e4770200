// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Bytes as BTF. What is parsed keeps what bpf/btf.h promises: whatever a type refers to is there,
 * names are whole, following types by value ends. What is refused comes with one line.
 */
#include <ctype.h>

#include "bpf/btf.h"
#include "tests/fuzz/fuzz.h"

static void require_error(const struct tv_bpf_error *error, int err)
{
	const char *c;

	fuzz_require(err < 0 && error->err == err && error->text[0], "%d: %s", err, error->text);
	for (c = error->text; *c; c++)
		fuzz_require(!iscntrl((unsigned char)*c), "a message with the byte %02x", *c);
}

/* A type that another refers to. */
static void require_type(const struct tv_btf *btf, uint32_t id)
{
	fuzz_require(tv_btf_type(btf, id), "type %u is missing", id);
}

/* A name that a type, or a part of one, has. */
static void require_name(const struct tv_btf *btf, uint32_t offset)
{
	fuzz_require(btf__str_by_offset(tv_btf_raw(btf), offset), "no string at %u", offset);
}

static void look_at_members(const struct tv_btf *btf, const struct btf_type *type)
{
	const struct btf_param *params = btf_params(type);
	const struct btf_member *members = btf_members(type);
	const struct btf_var_secinfo *vars = btf_var_secinfos(type);
	uint32_t i, nr = btf_vlen(type);

	for (i = 0; i < nr && btf_is_composite(type); i++) {
		require_type(btf, members[i].type);
		require_name(btf, members[i].name_off);
	}
	for (i = 0; i < nr && btf_is_func_proto(type); i++) {
		require_type(btf, params[i].type);
		require_name(btf, params[i].name_off);
	}
	for (i = 0; i < nr && btf_is_datasec(type); i++)
		require_type(btf, vars[i].type);
}

/* Tags' texts are no names, and "void" is type 0, whatever else has the name. */
static bool is_found_by_name(const struct btf_type *type, const char *name)
{
	return name[0] && strcmp(name, "void") && btf_kind(type) != BTF_KIND_DECL_TAG &&
	       btf_kind(type) != BTF_KIND_TYPE_TAG;
}

static void look_at(const struct tv_btf *btf, uint32_t id)
{
	const struct btf_type *type = tv_btf_type(btf, id);
	const char *name = tv_btf_name(btf, id), *tag;
	uint32_t to = 0, pos = 0;
	char text[128];
	int found;

	fuzz_require(type && name, "type %u", id);
	require_name(btf, type->name_off);
	fuzz_require(tv_btf_skip(btf, id, &to) && tv_btf_skip_mods(btf, id, NULL), "skip %u", id);
	require_type(btf, to);
	fuzz_require(!btf_is_mod(tv_btf_type(btf, to)), "a modifier is left");
	tv_btf_size(btf, id);
	fuzz_require(strlen(tv_btf_spell(btf, id, text, sizeof(text))) < sizeof(text), "spelling");
	if (is_found_by_name(type, name)) {
		found = tv_btf_find(btf, name, btf_kind(type));
		fuzz_require(found > 0 && (uint32_t)found <= id, "%s: %d, not %u", name, found, id);
	}
	look_at_members(btf, type);
	while ((tag = tv_btf_next_tag(btf, id, -1, &pos)))
		fuzz_require(strlen(tag) < SIZE_MAX, "tag");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tv_bpf_error error;
	struct tv_btf *btf;
	uint32_t id;
	int err;

	tv_bpf_error_init(&error, "fuzz");
	err = tv_btf_parse(data, size, ".BTF", &btf, &error);
	if (err) {
		require_error(&error, err);
		return 0;
	}
	for (id = 1; id < tv_btf_count(btf); id++)
		look_at(btf, id);
	tv_btf_free(btf);
	return 0;
}
