// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The keys of the faults in fixtures: what is made to go wrong. */
#include <string.h>
#include "model/fixture_read.h"

/* One of two words; *@second: it was the other one. */
static int either(struct tv_yaml_reader *r, const char *what, const char *one, const char *other,
		  bool *second)
{
	char word[8];
	int err = tv_yaml_word(r, what, word, sizeof(word));

	*second = !err && !strcmp(word, other);
	if (!err && !*second && strcmp(word, one))
		err = tv_yaml_bad(r, tv_yaml_here(r), "expected %s", what);
	return err;
}

int tv_fixture_fail_alloc(struct tv_yaml_reader *r, void *to)
{
	return tv_fixture_ulong(r, &((struct tv_fault_plan *)to)->fail_alloc);
}

int tv_fixture_irq_work(struct tv_yaml_reader *r, void *to)
{
	return either(r, "free or busy", "free", "busy",
		      &((struct tv_fault_plan *)to)->irq_work_busy);
}

static int cache_free(struct tv_yaml_reader *r, void *to)
{
	struct tv_cache_plan *plan = to;
	uint64_t number = 0;
	int err = tv_yaml_number(r, 1000, &number);

	plan->has_free = true;
	plan->free = number;
	return err;
}

static int cache_refill(struct tv_yaml_reader *r, void *to)
{
	return either(r, "works or fails", "works", "fails",
		      &((struct tv_cache_plan *)to)->refill_fails);
}

static const struct tv_yaml_shape cache_shape = {
	.what = "a cache of BPF memory",
	.keys = { TV_YAML_KEY("free", cache_free), TV_YAML_KEY("refill", cache_refill) },
};

int tv_fixture_bpf_cache(struct tv_yaml_reader *r, void *to)
{
	struct tv_cache_plan *plan = &((struct tv_fault_plan *)to)->bpf_cache;

	plan->given = true;
	return tv_yaml_mapping(r, &cache_shape, plan);
}
