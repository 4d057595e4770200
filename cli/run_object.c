// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The object whose programs are run (run_object.h). */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include "cli/judge.h"
#include "cli/run_object.h"

enum cli_status run_object_open(struct run_object *object, const char *path, struct run_options *opts,
				const struct tv_world *world)
{
	struct tv_bpf_error error;
	enum cli_status status;

	status = cli_target_open(&object->target, opts->vmlinux, 6,
				 opts->kernel == TV_KERNEL_6_12 ? 12 : 18);
	if (status)
		return status;
	object->target.opts.page_size = (uint32_t)(world ? world->limits.page_size
							 : (unsigned long)sysconf(_SC_PAGESIZE));
	opts->verify.kernel = opts->kernel;
	cli_judge_by(&opts->verify, &object->target);
	tv_bpf_error_init(&error, path);
	if (tv_bpf_object_open(path, &object->target.opts, &object->obj, &error))
		return cli_bad_object(&error);
	return CLI_OK;
}

void run_object_close(struct run_object *object)
{
	if (object->obj)
		tv_bpf_object_close(object->obj);
	cli_target_close(&object->target);
	object->obj = NULL;
}

enum cli_status run_object_prog(const struct run_object *object, const char *name,
				const struct tv_bpf_prog **prog)
{
	const struct tv_bpf_object *obj = object->obj;

	if (name) {
		*prog = tv_bpf_object_prog(obj, name);
		if (*prog)
			return CLI_OK;
		cli_error("%s: no program is called '%s'", obj->path, name);
		return CLI_BAD;
	}
	*prog = obj->progs;
	if (obj->prog_cnt == 1)
		return CLI_OK;
	cli_error("%s: there are %u programs: --prog says which", obj->path, obj->prog_cnt);
	return CLI_BAD;
}

static enum cli_status bad_option(const char *option, const char *why, int err)
{
	if (err == -ENOMEM) {
		cli_error("out of memory");
		return CLI_CANNOT;
	}
	cli_error("%s: %s", option, why);
	return CLI_BAD;
}

enum cli_status run_object_set(const struct run_object *object, const struct cli_texts *sets, int pid)
{
	char why[512];

	for (size_t i = 0; i < sets->nr; i++) {
		int err = cli_var_assign(object->obj, sets->texts[i], pid, why, sizeof(why));

		if (err)
			return bad_option("--set", why, err);
	}
	return CLI_OK;
}

enum cli_status run_object_dump(const struct run_object *object, const struct cli_texts *names,
				const char *record, struct dump *dump)
{
	char why[512];
	int err;

	err = dump_select(dump, object->obj, names->texts, names->nr, why, sizeof(why));
	if (err)
		return bad_option("--dump", why, err);
	err = record ? dump_set_record(dump, object->obj, record, why, sizeof(why)) : 0;
	if (!err)
		return CLI_OK;
	dump_fini(dump);
	return bad_option("--record", why, err);
}
