// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * A small vmlinux BTF made of the declarations in vmlinux_types.c (which says their syntax).
 *
 * libbpf adds members to the newest type only, so what members refer to gets its id before the
 * structures: first all types that are spelt anywhere are listed, each once (their ids are their
 * places in the list), then they are added, then structures in order of declaration, then functions,
 * per-CPU variables last.
 */
#include "bpf/vmlinux_builtin.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MAX_SPELLED	512
#define NAME_SIZE	128

static const struct { const char *name, *c_name; int size, encoding; } integers[] = {
	{ "char", "char", 1, BTF_INT_SIGNED }, { "schar", "signed char", 1, BTF_INT_SIGNED },
	{ "uchar", "unsigned char", 1, 0 }, { "bool", "_Bool", 1, BTF_INT_BOOL },
	{ "short", "short", 2, BTF_INT_SIGNED }, { "ushort", "unsigned short", 2, 0 },
	{ "int", "int", 4, BTF_INT_SIGNED }, { "uint", "unsigned int", 4, 0 },
	{ "long", "long", 8, BTF_INT_SIGNED }, { "ulong", "unsigned long", 8, 0 },
	{ "llong", "long long", 8, BTF_INT_SIGNED }, { "ullong", "unsigned long long", 8, 0 },
};

struct builder {
	struct btf *btf;
	const char *spelled[MAX_SPELLED];	/* id minus one -> the type's spelling */
	int cnt;
	int err;	/* the first failure; everything after it is void */
};

/* One part of a declaration: "MEMBER PLACE TYPE" or "PARAM TYPE"; the declaration's head is one too. */
struct part {
	char name[NAME_SIZE], word[NAME_SIZE];
	const char *rest;	/* behind two words */
	const char *type;	/* behind one word */
};

static const char *next_word(const char *s, char *word)
{
	size_t len = strcspn(s, " ;"), kept = len < NAME_SIZE ? len : NAME_SIZE - 1;

	memcpy(word, s, kept);
	word[kept] = 0;
	return s + len + (s[len] == ' ');
}

static void read_part(const char *s, struct part *p)
{
	p->type = next_word(s, p->name);
	p->rest = next_word(p->type, p->word);
}

/* The part behind this one; NULL after the last. */
static const char *next_part(const char *s)
{
	s = strchr(s, ';');
	return s ? s + 1 + strspn(s + 1, " ") : NULL;
}

/* Types end where their part does. */
static size_t type_len(const char *type)
{
	return strcspn(type, ";");
}

static bool same_type(const char *a, const char *b)
{
	return type_len(a) == type_len(b) && !strncmp(a, b, type_len(a));
}

static bool starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

static bool is_composite(const char *s)
{
	return starts(s, "struct ") || starts(s, "union ");
}

static bool is_variable(const char *s)
{
	return starts(s, "var ") || starts(s, "percpu ");
}

/* Position of the structure's or union's declaration among those of their kind; -1. */
static int declared(const char *type)
{
	char word[NAME_SIZE], name[NAME_SIZE];
	int i, n = 0;

	next_word(strchr(type, ' ') + 1, name);
	for (i = 0; vmlinux_builtin_types[i]; i++) {
		if (!is_composite(vmlinux_builtin_types[i]))
			continue;
		next_word(strchr(vmlinux_builtin_types[i], ' ') + 1, word);
		if (!strcmp(word, name))
			return n;
		n++;
	}
	return -1;
}

/* The type inside: behind "*", "[N]", "const " or "@TAG "; NULL for one that stands alone. */
static const char *inside(const char *type)
{
	if (*type == '*')
		return type + 1;
	if (*type == '[')
		return strchr(type, ']') + 1;
	return starts(type, "const ") || *type == '@' ? strchr(type, ' ') + 1 : NULL;
}

/* --- listing ------------------------------------------------------------------ */

static int id_of(const struct builder *b, const char *type)
{
	int i;

	if (starts(type, "void"))
		return 0;
	if (is_composite(type) && declared(type) >= 0)
		return b->cnt + 1 + declared(type);
	for (i = 0; i < b->cnt; i++)
		if (same_type(b->spelled[i], type))
			return i + 1;
	return -1;
}

static void list_type(struct builder *b, const char *type)
{
	for (; type; type = inside(type)) {
		if (id_of(b, type) >= 0)
			continue;
		if (b->cnt == MAX_SPELLED) {
			b->err = -E2BIG;
			return;
		}
		b->spelled[b->cnt++] = type;
	}
}

static void list_declaration(struct builder *b, const char *s)
{
	bool members = is_composite(s);
	struct part p;

	if (starts(s, "enum "))
		return;
	/* a function's head has its result where a member has its type */
	if (members)
		s = next_part(s);
	for (bool head = !members; s; s = next_part(s), head = false) {
		read_part(s, &p);
		list_type(b, members || head ? p.rest : p.type);
	}
}

/* --- adding ------------------------------------------------------------------- */

static int added(struct builder *b, int id)
{
	if (id < 0 && !b->err)
		b->err = id;
	return id;
}

static void add_spelled(struct builder *b, const char *type)
{
	char name[NAME_SIZE];
	size_t i;

	if (*type == '*') {
		added(b, btf__add_ptr(b->btf, id_of(b, type + 1)));
	} else if (*type == '[') {
		added(b, btf__add_array(b->btf, id_of(b, "uint"), id_of(b, inside(type)),
					atoi(type + 1)));
	} else if (starts(type, "const ")) {
		added(b, btf__add_const(b->btf, id_of(b, inside(type))));
	} else if (*type == '@') {
		next_word(type + 1, name);
		added(b, btf__add_type_tag(b->btf, name, id_of(b, inside(type))));
	} else if (starts(type, "struct ")) {
		next_word(type + strlen("struct "), name);
		added(b, btf__add_fwd(b->btf, name, BTF_FWD_STRUCT));
	} else if (starts(type, "func")) {
		added(b, btf__add_func_proto(b->btf, 0));
	} else {
		next_word(type, name);
		for (i = 0; i < sizeof(integers) / sizeof(integers[0]); i++)
			if (!strcmp(name, integers[i].name))
				added(b, btf__add_int(b->btf, integers[i].c_name, integers[i].size,
						      integers[i].encoding));
	}
}

/* What is nameless in the kernel has a name here that others can refer to; members are "_". */
static const char *kernel_name(const char *name)
{
	return starts(name, "anon.") || !strcmp(name, "_") ? NULL : name;
}

static void add_composite(struct builder *b, const char *s)
{
	struct part p;

	read_part(s, &p);
	if (starts(s, "struct "))
		added(b, btf__add_struct(b->btf, kernel_name(p.word), atoi(p.rest)));
	else
		added(b, btf__add_union(b->btf, kernel_name(p.word), atoi(p.rest)));
	while ((s = next_part(s))) {
		const char *bits;

		read_part(s, &p);
		bits = strchr(p.word, ':');
		added(b, btf__add_field(b->btf, kernel_name(p.name), id_of(b, p.rest),
					bits ? atoi(p.word) : atoi(p.word) * 8,
					bits ? atoi(bits + 1) : 0));
	}
}

static int add_prototype(struct builder *b, const char *result, const char *params)
{
	int id = added(b, btf__add_func_proto(b->btf, id_of(b, result)));
	struct part p;

	for (; params; params = next_part(params)) {
		read_part(params, &p);
		added(b, btf__add_func_param(b->btf, kernel_name(p.name), id_of(b, p.type)));
	}
	return id;
}

static void add_function(struct builder *b, const char *s)
{
	char name[NAME_SIZE + sizeof("btf_trace_")];
	struct part head;
	int proto, id;

	read_part(s, &head);
	proto = add_prototype(b, head.rest, next_part(s));
	if (!strcmp(head.name, "tracepoint")) {
		snprintf(name, sizeof(name), "btf_trace_%s", head.word);
		id = added(b, btf__add_ptr(b->btf, proto));
		added(b, btf__add_typedef(b->btf, name, id));
		return;
	}
	id = added(b, btf__add_func(b->btf, head.word, BTF_FUNC_STATIC, proto));
	if (!strcmp(head.name, "kfunc"))
		added(b, btf__add_decl_tag(b->btf, "bpf_kfunc", id, -1));
}

static void add_enum(struct builder *b, const char *s)
{
	struct part p;

	read_part(s, &p);
	added(b, btf__add_enum(b->btf, p.word, 4));
	while ((s = next_part(s))) {
		read_part(s, &p);
		added(b, btf__add_enum_value(b->btf, p.name, atoi(p.word)));
	}
}

/* Variables declared with this word; the id of the first, and of the last in @last. */
static int add_variables(struct builder *b, const char *word, int *last)
{
	const char *const *s;
	struct part p;
	int first = 0, id = 0;

	for (s = vmlinux_builtin_types; *s; s++) {
		if (!starts(*s, word))
			continue;
		read_part(*s, &p);
		id = added(b, btf__add_var(b->btf, p.word, BTF_VAR_GLOBAL_ALLOCATED, id_of(b, p.rest)));
		first = first ? first : id;
	}
	*last = id;
	return first;
}

/* The kernel's per-CPU variables are listed in one section. */
static void add_all_variables(struct builder *b)
{
	int id, first;

	add_variables(b, "var ", &id);
	first = add_variables(b, "percpu ", &id);
	added(b, btf__add_datasec(b->btf, ".data..percpu", 0));
	for (; first && first <= id; first++)
		added(b, btf__add_datasec_var_info(b->btf, first, 0, 0));
}

static void add_all(struct builder *b)
{
	const char *const *s;
	int i;

	list_type(b, "uint");
	for (s = vmlinux_builtin_types; *s; s++)
		list_declaration(b, *s);
	for (i = 0; i < b->cnt; i++)
		add_spelled(b, b->spelled[i]);
	for (s = vmlinux_builtin_types; *s; s++)
		if (is_composite(*s))
			add_composite(b, *s);
	for (s = vmlinux_builtin_types; *s; s++) {
		if (starts(*s, "enum "))
			add_enum(b, *s);
		else if (!is_composite(*s) && !is_variable(*s))
			add_function(b, *s);
	}
	add_all_variables(b);
}

int vmlinux_builtin(struct tv_btf **btf, struct tv_bpf_error *error)
{
	struct builder *b = calloc(1, sizeof(*b));
	int err = -ENOMEM;

	if (b)
		b->btf = btf__new_empty();
	if (b && b->btf) {
		add_all(b);
		err = b->err ? b->err : tv_btf_adopt(b->btf, "built-in BTF", btf, error);
		if (err)
			btf__free(b->btf);
	}
	free(b);
	return err ? tv_bpf_error_set(error, err, NULL, TV_BPF_NOWHERE,
				      "the built-in BTF cannot be made") : 0;
}
