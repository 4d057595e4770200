// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* C's spelling of a type, for messages. */
#include <stdio.h>
#include <string.h>

#include "bpf/btf.h"

#define MAX_LINKS	32	/* pointers, arrays and modifiers that are spelt out */

/* What stands in front of a named type's name. */
static const char *keyword(const struct btf_type *t)
{
	switch (btf_kind(t)) {
	case BTF_KIND_STRUCT:
		return "struct ";
	case BTF_KIND_UNION:
		return "union ";
	case BTF_KIND_ENUM: case BTF_KIND_ENUM64:
		return "enum ";
	case BTF_KIND_FWD:
		return btf_kflag(t) ? "union " : "struct ";
	default:
		return "";
	}
}

static const char *modifier(const struct btf_type *t)
{
	switch (btf_kind(t)) {
	case BTF_KIND_CONST:
		return "const ";
	case BTF_KIND_VOLATILE:
		return "volatile ";
	case BTF_KIND_RESTRICT:
		return "restrict ";
	default:
		return "";
	}
}

/* Puts @s in front of what @buf holds, as far as it fits. */
static void prepend(char *buf, size_t size, const char *s)
{
	size_t len = strlen(s), old = strlen(buf);

	if (len + old >= size)
		return;
	memmove(buf + len, buf, old + 1);
	/* the end is what was moved */
	memcpy(buf, s, len); /* NOLINT(bugprone-not-null-terminated-result) */
}

static void append(char *buf, size_t size, const char *s)
{
	size_t old = strlen(buf);

	snprintf(buf + old, size - old, "%s", s);
}

const char *tv_btf_spell(const struct tv_btf *btf, uint32_t id, char *buf, size_t size)
{
	const struct btf_type *t = tv_btf_type(btf, id);
	char length[16], base[160];
	int links;

	buf[0] = 0;
	/* from the outside in: pointers and modifiers stand in front of what was spelt before */
	for (links = 0; t && id && links < MAX_LINKS; links++) {
		if (btf_is_ptr(t)) {
			prepend(buf, size, "*");
		} else if (btf_is_mod(t)) {
			prepend(buf, size, modifier(t));
		} else if (btf_is_array(t)) {
			snprintf(length, sizeof(length), "[%u]", btf_array(t)->nelems);
			append(buf, size, length);
			id = btf_array(t)->type;
			t = tv_btf_type(btf, id);
			continue;
		} else if (!btf_is_type_tag(t)) {
			break;
		}
		id = t->type;
		t = tv_btf_type(btf, id);
	}
	if (!t || !id)
		snprintf(base, sizeof(base), "void");
	else if (btf_is_func_proto(t))
		snprintf(base, sizeof(base), "function");
	else
		snprintf(base, sizeof(base), "%s%s", keyword(t),
			 t->name_off ? tv_btf_str(btf, t->name_off) : "(anonymous)");
	if (buf[0])
		prepend(buf, size, " ");
	prepend(buf, size, base);
	return buf;
}
