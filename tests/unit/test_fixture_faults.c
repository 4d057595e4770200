// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The faults of a fixture: what is read, is written again, and what is none is refused. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>
#include "model/fixture.h"

static int load(const char *faults, struct tv_world **world, struct tv_diag *diag)
{
	char path[] = "/tmp/taskvma-faults-XXXXXX";
	int fd = mkstemp(path), err;

	assert_true(fd >= 0);
	dprintf(fd, "schema: 1\n%stasks: []\n", faults);
	close(fd);
	err = tv_fixture_load(path, world, diag);
	unlink(path);
	return err;
}

/* Both ways: @faults becomes @plan, and @written when it is written. */
static void read_and_written(const char *faults, const struct tv_fault_plan *plan,
			     const char *written)
{
	const struct tv_cache_plan *cache;
	struct tv_world *world;
	struct tv_diag diag;
	char *text, *line;
	size_t size;
	FILE *out;

	assert_int_equal(load(faults, &world, &diag), 0);
	cache = &world->faults.bpf_cache;
	assert_int_equal(world->faults.fail_alloc, plan->fail_alloc);
	assert_int_equal(world->faults.irq_work_busy, plan->irq_work_busy);
	assert_int_equal(cache->given, plan->bpf_cache.given);
	assert_int_equal(cache->has_free, plan->bpf_cache.has_free);
	assert_int_equal(cache->free, plan->bpf_cache.free);
	assert_int_equal(cache->refill_fails, plan->bpf_cache.refill_fails);

	out = open_memstream(&text, &size);
	assert_non_null(out);
	assert_int_equal(tv_fixture_write(out, world), 0);
	fclose(out);
	line = strchr(text, '\n') + 1;
	assert_memory_equal(line, written, strlen(written));
	assert_string_equal(line + strlen(written), "tasks: []\n");
	free(text);
	tv_world_destroy(world);
}

static void what_is_read_is_written(void **state)
{
	static const struct {
		const char *faults;
		struct tv_fault_plan plan;
		const char *written;	/* NULL: the same */
	} cases[] = {
		{ .faults = "" },
		{ .faults = "faults: {}\n", .written = "" },
		{ .faults = "faults: {irq_work: free}\n", .written = "" },
		{ .faults = "faults: {fail_alloc: 7}\n", .plan = { .fail_alloc = 7 } },
		{ .faults = "faults: {irq_work: busy}\n", .plan = { .irq_work_busy = true } },
		{ .faults = "faults: {fail_alloc: 7, irq_work: busy}\n",
		  .plan = { .fail_alloc = 7, .irq_work_busy = true } },
		{ .faults = "faults: {bpf_cache: {free: 0}}\n",
		  .plan = { .bpf_cache = { .given = true, .has_free = true } } },
		{ .faults = "faults: {bpf_cache: {free: 1000, refill: fails}}\n",
		  .plan = { .bpf_cache = { true, true, 1000, true } } },
		{ .faults = "faults: {bpf_cache: {refill: fails}}\n",
		  .plan = { .bpf_cache = { .given = true, .refill_fails = true } } },
		{ .faults = "faults: {bpf_cache: {}}\n",
		  .plan = { .bpf_cache = { .given = true } },
		  .written = "faults: {bpf_cache: {refill: works}}\n" },
		{ .faults = "faults: {fail_alloc: 1, irq_work: busy, bpf_cache: {free: 3}}\n",
		  .plan = { .fail_alloc = 1, .irq_work_busy = true,
			    .bpf_cache = { true, true, 3, false } } },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		read_and_written(cases[i].faults, &cases[i].plan,
				 cases[i].written ? cases[i].written : cases[i].faults);
}

static void what_is_none_is_refused(void **state)
{
	static const struct {
		const char *faults;
		int column;
		const char *what;
	} cases[] = {
		{ "faults: {bpf_cache: {free: 1001}}\n", 28, "above 1000" },
		{ "faults: {bpf_cache: {free: -1}}\n", 28, "number" },
		{ "faults: {bpf_cache: {refill: maybe}}\n", 30, "works or fails" },
		{ "faults: {bpf_cache: {full: 1}}\n", 22, "full" },
		{ "faults: {bpf_cache: empty}\n", 21, "cache of BPF memory" },
		{ "faults: {irq_work: works}\n", 20, "free or busy" },
	};
	struct tv_world *world;
	struct tv_diag diag;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(load(cases[i].faults, &world, &diag), -EINVAL);
		assert_null(world);
		if (!strstr(diag.text, cases[i].what) || diag.line != 2 ||
		    diag.column != cases[i].column)
			fail_msg("%s: %d:%d: %s", cases[i].faults, diag.line, diag.column, diag.text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_read_is_written),
		cmocka_unit_test(what_is_none_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
