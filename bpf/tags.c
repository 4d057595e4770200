// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What declaration tags say (tags.h). */
#include "bpf/tags.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/internal.h"

#define TEST	"comment:test_"

/* The rest of @s behind @prefix, or NULL. */
static const char *after(const char *s, const char *prefix)
{
	size_t len = strlen(prefix);

	return strncmp(s, prefix, len) ? NULL : s + len;
}

static int parse_int(const char *text, int *number)
{
	bool hex = !strncmp(text, "0x", 2);
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, hex ? 16 : 10);
	if (errno || *end || end == text || n < INT_MIN || n > UINT_MAX)
		return -EINVAL;
	*number = (int)n;
	return 0;
}

/* --- program flags ------------------------------------------------------------ */

static const struct { const char *name; uint32_t flag; } flags[] = {
	{ "BPF_F_STRICT_ALIGNMENT", BPF_F_STRICT_ALIGNMENT },
	{ "BPF_F_ANY_ALIGNMENT", BPF_F_ANY_ALIGNMENT },
	{ "BPF_F_TEST_RND_HI32", BPF_F_TEST_RND_HI32 },
	{ "BPF_F_TEST_STATE_FREQ", BPF_F_TEST_STATE_FREQ },
	{ "BPF_F_SLEEPABLE", BPF_F_SLEEPABLE },
	{ "BPF_F_XDP_HAS_FRAGS", BPF_F_XDP_HAS_FRAGS },
	{ "BPF_F_TEST_REG_INVARIANTS", BPF_F_TEST_REG_INVARIANTS },
};

/* One tag: a flag's name, "!name" to take it back, or a number. */
static int apply_flag(const char *value, uint32_t *set)
{
	bool clear = *value == '!';
	uint32_t flag = 0;
	size_t i;
	int n;

	value += clear;
	for (i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (!strcmp(value, flags[i].name))
			flag = flags[i].flag;
	if (!flag) {
		if (parse_int(value, &n))
			return -EINVAL;
		flag = n;
	}
	*set = clear ? *set & ~flag : *set | flag;
	return 0;
}

uint32_t tags_test_flags(const struct tv_btf *btf, uint32_t func_id)
{
	uint32_t pos = 0, set = 0;
	const char *tag, *value;

	while ((tag = tv_btf_next_tag(btf, func_id, -1, &pos))) {
		value = after(tag, TEST "prog_flags=");
		if (value)
			apply_flag(value, &set);
	}
	return set;
}

/* --- expectations ------------------------------------------------------------- */

/* Messages carry a counter, which keeps equal ones apart: "PREFIX17=text". */
static const char *message(const char *tag, const char *prefix)
{
	const char *text = after(tag, prefix);

	if (!text)
		return NULL;
	text = strchr(text, '=');
	return text ? text + 1 : NULL;
}

static int push(const char ***list, uint32_t *cnt, const char *text)
{
	const char **bigger = realloc(*list, (*cnt + 1) * sizeof(**list));

	if (!bigger)
		return -ENOMEM;
	*list = bigger;
	bigger[(*cnt)++] = text;
	return 0;
}

static int read_retval(struct tv_bpf_expect *e, const char *value)
{
	static const struct { const char *name; int value; } named[] = {
		{ "INT_MIN", INT_MIN }, { "POINTER_VALUE", 0xcafe4a }, { "TEST_DATA_LEN", 64 },
	};
	size_t i;

	e->has_retval = true;
	for (i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		if (!strcmp(value, named[i].name)) {
			e->retval = named[i].value;
			return 0;
		}
	}
	return parse_int(value, &e->retval);
}

static int read_tag(struct tv_bpf_expect *e, const char *tag)
{
	const char *value;

	if (!strcmp(tag, TEST "expect_success"))
		e->verdict = TV_VERDICT_ACCEPT;
	else if (!strcmp(tag, TEST "expect_failure"))
		e->verdict = TV_VERDICT_REJECT;
	else if (!strcmp(tag, TEST "expect_success_unpriv"))
		e->verdict_unpriv = TV_VERDICT_ACCEPT;
	else if (!strcmp(tag, TEST "expect_failure_unpriv"))
		e->verdict_unpriv = TV_VERDICT_REJECT;
	else if (!strcmp(tag, TEST "auxiliary"))
		e->auxiliary = true;
	else if ((value = message(tag, TEST "expect_msg=")))
		return push(&e->msgs, &e->msg_cnt, value);
	else if ((value = message(tag, TEST "expect_msg_unpriv=")))
		return push(&e->msgs_unpriv, &e->msg_unpriv_cnt, value);
	else if ((value = after(tag, TEST "description=")))
		e->description = value;
	else if ((value = after(tag, TEST "arch=")))
		e->arches |= !strcmp(value, "X86_64") ? TV_ARCH_X86_64 : TV_ARCH_OTHER;
	else if ((value = after(tag, TEST "log_level=")))
		return parse_int(value, &e->log_level);
	else if ((value = after(tag, TEST "prog_flags=")))
		return apply_flag(value, &e->flags);
	else if ((value = after(tag, TEST "retval=")))
		return read_retval(e, value);
	return 0;
}

int tv_bpf_expect_init(struct tv_bpf_expect *expect, const struct tv_bpf_object *obj,
		       const struct tv_bpf_prog *prog)
{
	uint32_t pos = 0;
	const char *tag;
	int err = 0;

	memset(expect, 0, sizeof(*expect));
	if (!prog->func_id)
		return 0;
	while (!err && (tag = tv_btf_next_tag(obj->btf, prog->func_id, -1, &pos)))
		err = read_tag(expect, tag);
	if (err)
		tv_bpf_expect_fini(expect);
	return err;
}

void tv_bpf_expect_fini(struct tv_bpf_expect *expect)
{
	free(expect->msgs);
	free(expect->msgs_unpriv);
	memset(expect, 0, sizeof(*expect));
}

/* --- arguments ---------------------------------------------------------------- */

unsigned int tv_bpf_arg_tags(const struct tv_btf *btf, uint32_t func_id, int arg)
{
	static const struct { const char *name; unsigned int bit; } known[] = {
		{ "ctx", TV_ARG_CTX }, { "nonnull", TV_ARG_NONNULL }, { "trusted", TV_ARG_TRUSTED },
		{ "nullable", TV_ARG_NULLABLE }, { "arena", TV_ARG_ARENA },
		{ "untrusted", TV_ARG_UNTRUSTED },
	};
	unsigned int bits = 0, bit;
	uint32_t pos = 0;
	const char *tag, *name;
	size_t i;

	while ((tag = tv_btf_next_tag(btf, func_id, arg, &pos))) {
		name = after(tag, "arg:");
		if (!name)
			continue;
		bit = TV_ARG_OTHER;
		for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
			if (!strcmp(name, known[i].name))
				bit = known[i].bit;
		bits |= bit;
	}
	return bits;
}
