// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Values of .kconfig externs: CONFIG_* from lines like those of a kernel's configuration file,
 * LINUX_* made up by the loader. libbpf's rules on what type takes what value.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/internal.h"

enum value_type { VALUE_NONE, VALUE_BOOL, VALUE_TRISTATE, VALUE_CHAR, VALUE_INT, VALUE_STRING };

/* libbpf's enum libbpf_tristate, which programs name: "no" is 0, "yes" 1, "module" 2. */
#define TRISTATE_ENUM	"libbpf_tristate"

static enum value_type scalar_type(const struct tv_btf *btf, uint32_t type_id, bool *is_signed)
{
	uint32_t id;
	const struct btf_type *t = tv_btf_skip(btf, type_id, &id);

	*is_signed = false;
	if (btf_is_enum64(t) || (btf_is_enum(t) && t->size == 4))
		return strcmp(tv_btf_name(btf, id), TRISTATE_ENUM) ? VALUE_NONE : VALUE_TRISTATE;
	if (!btf_is_int(t))
		return VALUE_NONE;
	if (btf_int_encoding(t) & BTF_INT_BOOL)
		return t->size == 1 ? VALUE_BOOL : VALUE_NONE;
	*is_signed = btf_int_encoding(t) & BTF_INT_SIGNED;
	if (t->size == 1)
		return VALUE_CHAR;
	return t->size <= 8 ? VALUE_INT : VALUE_NONE;
}

static enum value_type type_of_value(const struct tv_btf *btf, uint32_t type_id, bool *is_signed)
{
	const struct btf_type *t = tv_btf_skip(btf, type_id, NULL);

	if (!btf_is_array(t))
		return scalar_type(btf, type_id, is_signed);
	if (!btf_array(t)->nelems ||
	    scalar_type(btf, btf_array(t)->type, is_signed) != VALUE_CHAR)
		return VALUE_NONE;
	return VALUE_STRING;
}

uint32_t kconfig_align(const struct tv_btf *btf, uint32_t type_id)
{
	const struct btf_type *t = tv_btf_skip(btf, type_id, NULL);
	bool is_signed;

	if (type_of_value(btf, type_id, &is_signed) == VALUE_NONE)
		return 0;
	return btf_is_array(t) ? 1 : t->size < 8 ? t->size : 8;
}

/* --- one value into its variable ---------------------------------------------- */

struct target {
	struct loader *ld;
	struct kconfig_var *var;
	uint8_t *bytes;
	enum value_type type;
	bool is_signed;
};

static int refuse(const struct target *t, const char *value, const char *why)
{
	return load_fail(t->ld, -EINVAL, "extern (kcfg) '%s': value '%.64s' %s", t->var->name, value,
			 why);
}

static void store(const struct target *t, uint64_t number)
{
	memcpy(t->bytes, &number, t->var->size < 8 ? t->var->size : 8);
	t->var->is_set = true;
}

static int set_letter(const struct target *t, const char *value)
{
	static const char order[] = "nym";

	switch (t->type) {
	case VALUE_BOOL:
		if (value[0] == 'm')
			return refuse(t, value, "implies tristate or char type");
		store(t, value[0] == 'y');
		return 0;
	case VALUE_TRISTATE:
		store(t, strchr(order, value[0]) - order);
		return 0;
	case VALUE_CHAR:
		store(t, (uint8_t)value[0]);
		return 0;
	default:
		return refuse(t, value, "implies bool, tristate, or char type");
	}
}

static int set_string(const struct target *t, const char *value)
{
	size_t len = strlen(value);

	if (t->type != VALUE_STRING)
		return refuse(t, value, "implies char array type");
	if (len < 2 || value[len - 1] != '"')
		return refuse(t, value, "is no string");
	len -= 2;
	if (len >= t->var->size)
		len = t->var->size - 1;
	memcpy(t->bytes, value + 1, len);
	t->bytes[len] = 0;
	t->var->is_set = true;
	return 0;
}

static bool fits(uint64_t number, uint32_t size, bool is_signed)
{
	uint64_t half = 1ull << (size * 8 - 1);

	if (size == 8)
		return true;
	return is_signed ? number + half < half * 2 : number < half * 2;
}

static int set_number(const struct target *t, const char *value)
{
	uint64_t number;
	char *end;

	errno = 0;
	number = strtoull(value, &end, 0);
	if (errno || *end || end == value)
		return refuse(t, value, "isn't a valid integer");
	if (t->type != VALUE_INT && t->type != VALUE_CHAR)
		return refuse(t, value, "implies integer type");
	if (!fits(number, t->var->size, t->is_signed))
		return refuse(t, value, "doesn't fit");
	store(t, number);
	return 0;
}

static int set_value(const struct target *t, const char *value)
{
	switch (value[0]) {
	case 'y': case 'n': case 'm':
		return set_letter(t, value);
	case '"':
		return set_string(t, value);
	default:
		return set_number(t, value);
	}
}

/* --- where values come from --------------------------------------------------- */

static struct target target_of(struct loader *ld, struct kconfig_var *var, uint8_t *data)
{
	struct target t = { .ld = ld, .var = var, .bytes = data + var->offset };

	t.type = type_of_value(ld->obj->btf, var->type_id, &t.is_signed);
	return t;
}

static int set_virtual(struct loader *ld, struct kconfig_var *var, uint8_t *data)
{
	const struct target t = target_of(ld, var, data);
	uint64_t number = 0;

	if (!strcmp(var->name, "LINUX_KERNEL_VERSION"))
		number = ld->opts.kernel_version;
	else if (!strcmp(var->name, "LINUX_HAS_BPF_COOKIE"))
		number = 1;
	else if (!strcmp(var->name, "LINUX_HAS_SYSCALL_WRAPPER"))
		number = !ld->opts.no_syscall_wrapper;
	else if (strncmp(var->name, "LINUX_", 6) || !var->weak)
		return load_fail(ld, -EINVAL, "extern (kcfg) '%s': unrecognized virtual extern",
				 var->name);
	if (t.type != VALUE_INT && t.type != VALUE_CHAR && t.type != VALUE_BOOL)
		return refuse(&t, "number", "implies integer, char, or boolean type");
	if (!fits(number, var->size, t.is_signed))
		return refuse(&t, "number", "doesn't fit");
	store(&t, number);
	return 0;
}

static struct kconfig_var *find(struct kconfig_var *vars, uint32_t cnt, const char *name)
{
	uint32_t i;

	for (i = 0; i < cnt; i++)
		if (!vars[i].is_set && !strcmp(vars[i].name, name))
			return &vars[i];
	return NULL;
}

static int read_line(struct loader *ld, char *line, struct kconfig_var *vars, uint32_t cnt,
		     uint8_t *data)
{
	struct kconfig_var *var;
	char *value;

	if (strncmp(line, "CONFIG_", 7))
		return 0;
	value = strchr(line, '=');
	if (!value || !value[1])
		return load_fail(ld, -EINVAL, "configuration line '%.64s' has no value", line);
	*value++ = 0;
	var = find(vars, cnt, line);
	if (var) {
		const struct target t = target_of(ld, var, data);

		return set_value(&t, value);
	}
	return 0;
}

/* CONFIG_PAGE_SHIFT, CONFIG_PAGE_SIZE_4KB and the like (Linux arch/Kconfig, since 6.9). */
static bool is_about_pages(const char *line)
{
	return !strncmp(line, "CONFIG_PAGE_SHIFT=", 18) || !strncmp(line, "CONFIG_PAGE_SIZE_", 17);
}

/* As such a kernel is configured. */
static int set_pages(struct loader *ld, struct kconfig_var *vars, uint32_t cnt, uint8_t *data)
{
	uint32_t size = ld->opts.page_size;
	char line[64];
	int err;

	snprintf(line, sizeof(line), "CONFIG_PAGE_SHIFT=%d", __builtin_ctz(size));
	err = read_line(ld, line, vars, cnt, data);
	if (err)
		return err;
	snprintf(line, sizeof(line), "CONFIG_PAGE_SIZE_%uKB=y", size / 1024);
	return read_line(ld, line, vars, cnt, data);
}

static int read_lines(struct loader *ld, struct kconfig_var *vars, uint32_t cnt, uint8_t *data)
{
	char *text = strdup(ld->opts.kconfig), *line, *rest;
	int err = 0;

	if (!text)
		return ld_nomem(ld);
	for (rest = text; !err && (line = strsep(&rest, "\n")); )
		if (!ld->opts.page_size || !is_about_pages(line))
			err = read_line(ld, line, vars, cnt, data);
	free(text);
	return err;
}

int kconfig_fill(struct loader *ld, struct kconfig_var *vars, uint32_t cnt, uint8_t *data)
{
	uint32_t i;
	int err = 0;

	for (i = 0; !err && i < cnt; i++)
		if (strncmp(vars[i].name, "CONFIG_", 7))
			err = set_virtual(ld, &vars[i], data);
	if (!err && ld->opts.page_size)
		err = set_pages(ld, vars, cnt, data);
	if (!err && ld->opts.kconfig)
		err = read_lines(ld, vars, cnt, data);
	for (i = 0; !err && i < cnt; i++)
		if (!vars[i].is_set && !vars[i].weak)
			err = load_fail(ld, -ESRCH, "extern '%s' (strong): not resolved",
					vars[i].name);
	return err;
}
