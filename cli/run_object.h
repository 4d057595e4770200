/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The object whose programs are run: opened, its variables set. Failures have been told. */
#ifndef TV_CLI_RUN_OBJECT_H
#define TV_CLI_RUN_OBJECT_H

#include "cli/dump.h"
#include "cli/run_options.h"
#include "cli/target.h"
#include "model/world.h"

struct run_object {
	struct cli_target target;
	struct tv_bpf_object *obj;
};

/*
 * Opens the target kernel that @opts names, and fills opts->verify; then the object, for the machine of
 * @world, or for this one (NULL).
 */
enum cli_status run_object_open(struct run_object *object, const char *path, struct run_options *opts,
				const struct tv_world *world);
void run_object_close(struct run_object *object);

/* The program called @name; with NULL the only one there is. */
enum cli_status run_object_prog(const struct run_object *object, const char *name,
				const struct tv_bpf_prog **prog);
/* Writes the values into the object's data; @pid is what @pid stands for. */
enum cli_status run_object_set(const struct run_object *object, const struct cli_texts *sets, int pid);
/* dump_select(), and dump_set_record() when @record is given. */
enum cli_status run_object_dump(const struct run_object *object, const struct cli_texts *names,
				const char *record, struct dump *dump);

#endif
