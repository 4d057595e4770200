// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * .BTF.ext (btf_ext.h). A header gives three ranges; each starts with the size of its records
 * (newer compilers may write longer ones: what is behind the known fields is skipped) and goes on
 * with blocks: a section's name, a count, and that many records.
 */
#include "bpf/btf_ext.h"
#include "bpf/insn.h"

#include <errno.h>
#include <linux/btf.h>
#include <stddef.h>
#include <string.h>

struct ext_header {
	uint16_t magic;
	uint8_t version, flags;
	uint32_t hdr_len;
	struct { uint32_t off, len; } ranges[3];	/* functions, lines, CO-RE */
};

#define HEADER_WITHOUT_CORE	(offsetof(struct ext_header, ranges) + 4 * sizeof(uint32_t))

struct reader {
	const struct elf_section *section;
	const struct elf_file *elf;
	const struct tv_btf *btf;
	struct arena *arena;
	struct tv_bpf_error *error;
};

static const struct sort {
	const char *what;
	uint32_t record;	/* bytes of the fields that are read */
} sorts[3] = {
	{ "function records", sizeof(struct ext_func) },
	{ "line records", sizeof(struct ext_line) },
	{ "CO-RE records", sizeof(struct ext_core) },
};

static int bad(const struct reader *r, long at, const char *what, const char *why)
{
	return tv_bpf_error_set(r->error, -EINVAL, r->section->name, at, "%s: %s", what, why);
}

static uint32_t word_at(const struct reader *r, uint64_t at)
{
	uint32_t word;

	memcpy(&word, r->section->data + at, sizeof(word));
	return word;
}

/* Whether a record's references are good. All sorts start with the instruction's offset. */
static bool record_is_valid(const struct reader *r, const struct sort *sort, const void *record)
{
	const struct btf_type *t;

	if (sort == &sorts[0]) {
		const struct ext_func *f = record;

		t = tv_btf_type(r->btf, f->type_id);
		return t && btf_is_func(t);
	}
	if (sort == &sorts[1]) {
		const struct ext_line *l = record;

		return btf__str_by_offset(tv_btf_raw(r->btf), l->file_off) &&
		       btf__str_by_offset(tv_btf_raw(r->btf), l->line_off);
	} else {
		const struct ext_core *c = record;

		return c->type_id && tv_btf_type(r->btf, c->type_id) &&
		       btf__str_by_offset(tv_btf_raw(r->btf), c->access_off);
	}
}

static int read_records(const struct reader *r, const struct sort *sort, uint64_t at,
			uint32_t stride, struct ext_section *out)
{
	uint32_t i, last = 0;
	uint8_t *records;

	records = arena_array(r->arena, out->cnt, sort->record);
	if (!records)
		return -ENOMEM;
	for (i = 0; i < out->cnt; i++, at += stride) {
		uint8_t *record = records + (size_t)i * sort->record;
		uint32_t insn_off = word_at(r, at);

		memcpy(record, r->section->data + at, sort->record);
		if (insn_off % sizeof(struct bpf_insn))
			return bad(r, at, sort->what, "not at an instruction");
		if (sort != &sorts[2] && i && insn_off < last)
			return bad(r, at, sort->what, "not in order");
		if (!record_is_valid(r, sort, record))
			return bad(r, at, sort->what, "refers to no valid type or string");
		last = insn_off;
	}
	out->funcs = (struct ext_func *)records;
	return 0;
}

static int read_range(const struct reader *r, const struct sort *sort, uint64_t at, uint32_t len,
		      struct ext_list *list)
{
	uint64_t end = at + len;
	uint32_t stride;

	if (!len)
		return 0;
	if (at % 4 || end > r->section->size || len < 3 * sizeof(uint32_t))
		return bad(r, at, sort->what, "past the end of the section");
	stride = word_at(r, at);
	at += sizeof(uint32_t);
	if (stride < sort->record || stride % 4)
		return bad(r, at, sort->what, "records too short");
	list->elf_cnt = r->elf->section_cnt;
	list->of_elf = arena_array(r->arena, list->elf_cnt, sizeof(*list->of_elf));
	if (!list->of_elf)
		return -ENOMEM;
	while (at < end) {
		const struct elf_section *where;
		struct ext_section *out;
		int err;

		/* a block is about a section: more of them would only cost time */
		if (list->cnt > list->elf_cnt)
			return bad(r, at, sort->what, "of more sections than there are");
		list->sections = arena_grow(r->arena, list->sections, list->cnt, sizeof(*out));
		if (!list->sections)
			return -ENOMEM;
		out = &list->sections[list->cnt++];
		*out = (struct ext_section){ 0 };
		if (end - at < 2 * sizeof(uint32_t))
			return bad(r, at, sort->what, "cut short");
		where = elf_file_section(r->elf, tv_btf_str(r->btf, word_at(r, at)));
		out->sec_idx = where ? elf_section_index(r->elf, where) : 0;
		out->cnt = word_at(r, at + sizeof(uint32_t));
		at += 2 * sizeof(uint32_t);
		if (!out->cnt || out->cnt > (end - at) / stride)
			return bad(r, at, sort->what, "cut short");
		err = read_records(r, sort, at, stride, out);
		if (err)
			return err;
		if (!list->of_elf[out->sec_idx])
			list->of_elf[out->sec_idx] = list->cnt;
		at += (uint64_t)out->cnt * stride;
	}
	return 0;
}

int btf_ext_read(struct btf_ext_info *ext, const struct elf_section *section,
		 const struct elf_file *elf, const struct tv_btf *btf, struct arena *arena,
		 struct tv_bpf_error *error)
{
	const struct reader r = { section, elf, btf, arena, error };
	struct ext_list *lists[3] = { &ext->funcs, &ext->lines, &ext->core };
	struct ext_header h = { 0 };
	int i, n, err;

	if (section->size < HEADER_WITHOUT_CORE || !section->data)
		return bad(&r, 0, "header", "cut short");
	memcpy(&h, section->data, HEADER_WITHOUT_CORE);
	if (h.magic != BTF_MAGIC || h.version != BTF_VERSION || h.flags)
		return bad(&r, 0, "header", "not .BTF.ext of version 1");
	if (h.hdr_len < HEADER_WITHOUT_CORE || h.hdr_len > section->size)
		return bad(&r, 4, "header", "bad length");
	n = h.hdr_len < sizeof(h) ? 2 : 3;
	if (n == 3)
		memcpy(&h, section->data, sizeof(h));
	for (i = 0; i < n; i++) {
		err = read_range(&r, &sorts[i], (uint64_t)h.hdr_len + h.ranges[i].off,
				 h.ranges[i].len, lists[i]);
		if (err)
			return err;
	}
	return 0;
}

const struct ext_section *ext_list_find(const struct ext_list *list, uint32_t sec_idx)
{
	if (!list->of_elf || sec_idx >= list->elf_cnt || !list->of_elf[sec_idx])
		return NULL;
	return &list->sections[list->of_elf[sec_idx] - 1];
}
