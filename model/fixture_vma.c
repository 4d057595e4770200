// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The keys of a VMA in fixtures, and how they fit together. */
#include <string.h>
#include "model/fixture_read.h"
#include "model/intern.h"
#include "model/maps.h"

int tv_fixture_vma_start(struct tv_yaml_reader *r, void *to)
{
	struct tv_fixture_vma *vma = to;

	vma->start = tv_yaml_here(r);
	return tv_fixture_ulong(r, &vma->desc.start);
}

int tv_fixture_vma_end(struct tv_yaml_reader *r, void *to)
{
	struct tv_fixture_vma *vma = to;

	vma->end = tv_yaml_here(r);
	return tv_fixture_ulong(r, &vma->desc.end);
}

int tv_fixture_vma_perms(struct tv_yaml_reader *r, void *to)
{
	static const char what[] = "permissions such as r-xp";
	struct tv_fixture_vma *vma = to;
	char word[8];
	int err = tv_yaml_word(r, what, word, sizeof(word));

	if (!err && (strlen(word) != 4 || tv_vm_flags_from_perms(word, &vma->desc.vm_flags)))
		err = tv_yaml_bad(r, tv_yaml_here(r), "expected %s", what);
	return err;
}

int tv_fixture_vma_offset(struct tv_yaml_reader *r, void *to)
{
	struct tv_fixture_vma *vma = to;

	vma->offset = tv_yaml_here(r);
	return tv_yaml_number(r, UINT64_MAX, &vma->desc.offset);
}

int tv_fixture_vma_dev(struct tv_yaml_reader *r, void *to)
{
	static const char what[] = "a device such as \"fe:00\"";
	struct tv_vma_desc *desc = &((struct tv_fixture_vma *)to)->desc;
	char word[16];
	int err = tv_yaml_word(r, what, word, sizeof(word));

	if (!err && tv_maps_device(word, strlen(word), &desc->major, &desc->minor))
		err = tv_yaml_bad(r, tv_yaml_here(r), "expected %s", what);
	return err;
}

int tv_fixture_vma_inode(struct tv_yaml_reader *r, void *to)
{
	return tv_yaml_number(r, UINT64_MAX, &((struct tv_fixture_vma *)to)->desc.ino);
}

int tv_fixture_vma_name(struct tv_yaml_reader *r, void *to)
{
	struct tv_fixture_vma *vma = to;
	const char *text;
	int err = tv_yaml_text(r, TV_VMA_NAME_MAX, &text, &vma->desc.name_len);

	if (err)
		return err;
	/* the text goes with its event, the world's copy stays */
	vma->desc.name = tv_intern(vma->world, text, vma->desc.name_len);
	return vma->desc.name ? 0 : tv_yaml_out_of_memory(r);
}

int tv_fixture_vma_flags(struct tv_yaml_reader *r, void *to)
{
	static const char what[] = "words of VmFlags such as \"rd ex mr\"";
	char words[TV_VM_FLAGS_WORDS_MAX];
	struct tv_fixture_vma *vma = to;
	size_t at;
	int err = tv_yaml_word(r, what, words, sizeof(words));

	vma->flags_at = tv_yaml_here(r);
	vma->has_flags = true;
	if (!err && (!words[0] ||
		     tv_vm_flags_from_words(words, strlen(words), &vma->flags, &at)))
		err = tv_yaml_bad(r, vma->flags_at, "expected %s", what);
	return err;
}

/* perms and flags say the same of what maps shows. */
static int settle_flags(struct tv_yaml_reader *r, struct tv_fixture_vma *vma)
{
	char perms[5], of_flags[5];

	if (!vma->has_flags)
		return 0;
	tv_vm_flags_to_perms(vma->desc.vm_flags, perms);
	tv_vm_flags_to_perms(vma->flags, of_flags);
	if (memcmp(perms, of_flags, sizeof(perms)))
		return tv_yaml_bad(r, vma->flags_at, "flags contradict perms: they mean %s, not %s",
			   of_flags, perms);
	vma->desc.vm_flags = vma->flags;
	return 0;
}

int tv_fixture_vma_check(struct tv_yaml_reader *r, struct tv_fixture_vma *vma,
			 const struct tv_vma_desc *prev)
{
	const char *what;
	char which;
	int err = settle_flags(r, vma);

	if (err)
		return err;
	what = tv_vma_desc_check(&vma->world->limits, prev, &vma->desc, &which);
	if (!what)
		return 0;
	return tv_yaml_bad(r, which == 's' ? vma->start : which == 'e' ? vma->end : vma->offset,
			   "%s", what);
}
