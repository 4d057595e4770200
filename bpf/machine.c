// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A machine's life: its maps, its programs, a run from its beginning to why it ended (machine.h). */
#include "bpf/machine.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/machine_state.h"

static int add_frames(struct tv_machine *machine)
{
	uint32_t i;
	int err = 0;

	for (i = 0; !err && i < MACHINE_FRAMES; i++) {
		struct machine_frame *frame = &machine->frames[i];

		frame->stack = (struct tv_region){
			.name = "stack", .size = MACHINE_STACK, .bytes = frame->bytes,
		};
		err = tv_memory_add(machine->memory, &frame->stack);
	}
	return err;
}

static int add_map(struct tv_machine *machine, uint32_t i, struct tv_bpf_error *error)
{
	const struct tv_bpf_map *def = &machine->obj->maps[i];
	int err = tv_map_create(def, &machine->room, &machine->maps[i]);

	if (!err || err == -ENOTSUP)
		return 0;
	if (machine->room.out_of_memory)
		return tv_bpf_error_set(error, err, NULL, TV_BPF_NOWHERE, "out of memory");
	return tv_bpf_error_set(error, err, def->section, def->sec_offset, "map %s: %s", def->name,
				err == -ENOMEM ? "more memory than maps may take" : "no such map can be made");
}

/* Initial values of program arrays and maps in maps. */
static int fill_slots(struct tv_machine *machine, uint32_t i)
{
	const struct tv_bpf_map *def = &machine->obj->maps[i];
	struct tv_map *map = machine->maps[i];
	uint32_t j;
	int err = 0;

	for (j = 0; map && !err && j < def->slot_cnt; j++) {
		const struct tv_bpf_slot *slot = &def->slots[j];

		if (slot->prog >= 0)
			err = tv_map_set_prog(map, slot->key, slot->prog);
		else if (machine->maps[slot->map])
			err = tv_map_set_inner(map, slot->key, machine->maps[slot->map]);
	}
	return err;
}

static int add_maps(struct tv_machine *machine, struct tv_bpf_error *error)
{
	uint32_t i;
	int err = 0;

	for (i = 0; !err && i < machine->obj->map_cnt; i++)
		err = add_map(machine, i, error);
	for (i = 0; !err && i < machine->obj->map_cnt; i++) {
		err = fill_slots(machine, i);
		if (err)
			tv_bpf_error_set(error, err, machine->obj->maps[i].section, TV_BPF_NOWHERE,
					 "map %s: its initial values do not fit", machine->obj->maps[i].name);
	}
	return err;
}

static int set_up(struct tv_machine *machine, struct tv_bpf_error *error)
{
	const struct tv_env *env = machine->opts.env;
	int err;

	machine->memory = tv_memory_create();
	machine->maps = calloc(machine->obj->map_cnt + 1, sizeof(*machine->maps));
	machine->codes = calloc(machine->obj->prog_cnt + 1, sizeof(*machine->codes));
	if (!machine->memory || !machine->maps || !machine->codes)
		return -ENOMEM;
	err = add_frames(machine);
	if (err)
		return err;
	machine->room = (struct tv_map_room){
		.memory = machine->memory,
		.nr_cpus = machine->opts.nr_cpus ? machine->opts.nr_cpus : 1,
		.page_size = env ? env->page_size : 0,
		.left = machine->opts.max_memory ? machine->opts.max_memory : TV_MACHINE_MAX_MEMORY,
		.owner = env ? env->owner : NULL,
		.owner_arg = env ? env->arg : NULL,
	};
	return add_maps(machine, error);
}

int tv_machine_create(const struct tv_bpf_object *obj, const struct tv_machine_opts *opts,
		      struct tv_machine **machine, struct tv_bpf_error *error)
{
	struct tv_machine *m = calloc(1, sizeof(*m));
	int err;

	*machine = NULL;
	if (!m)
		return tv_bpf_error_set(error, -ENOMEM, NULL, TV_BPF_NOWHERE, "out of memory");
	m->obj = obj;
	m->opts = *opts;
	m->max_insns = opts->max_insns ? opts->max_insns : TV_MACHINE_MAX_INSNS;
	if (m->max_insns > INT64_MAX)
		m->max_insns = INT64_MAX;
	m->end = TV_RUN_DONE;
	err = set_up(m, error);
	if (err) {
		tv_machine_destroy(m);
		return tv_bpf_error_set(error, err, NULL, TV_BPF_NOWHERE, "out of memory");
	}
	*machine = m;
	return 0;
}

void tv_machine_destroy(struct tv_machine *machine)
{
	uint32_t i;

	if (!machine)
		return;
	for (i = 0; machine->codes && i < machine->obj->prog_cnt; i++)
		code_destroy(machine, machine->codes[i]);
	for (i = machine->maps ? machine->obj->map_cnt : 0; i > 0; i--)
		if (machine->maps[i - 1])
			tv_map_destroy(machine->maps[i - 1]);
	machine_free_blocks(machine);
	for (i = 0; i < MACHINE_COPIES; i++)
		free(machine->copies[i].bytes);
	free(machine->ctx.bytes);
	free(machine->codes);
	free(machine->maps);
	tv_memory_destroy(machine->memory);
	free(machine);
}

/* --- programs ------------------------------------------------------------------- */

tv_call_fn *machine_helper(struct tv_machine *machine, int id)
{
	const struct tv_env *env = machine->opts.env;
	tv_call_fn *call = env && env->helper ? env->helper(env->arg, id) : NULL;

	return call ? call : call_own_helper(id);
}

tv_call_fn *machine_kfunc(struct tv_machine *machine, const char *name)
{
	const struct tv_env *env = machine->opts.env;
	tv_call_fn *call = env && env->kfunc ? env->kfunc(env->arg, name) : NULL;

	return call ? call : call_own_kfunc(name);
}

int tv_machine_load(struct tv_machine *machine, const struct tv_bpf_prog *prog,
		    const uint8_t *btf_load)
{
	size_t i = prog - machine->obj->progs;

	if (!machine->codes[i])
		machine->codes[i] = code_create(machine, prog, btf_load);
	return machine->codes[i] ? 0 : -ENOMEM;
}

struct code *machine_code(struct tv_machine *machine, uint32_t prog)
{
	const struct tv_bpf_prog *p = &machine->obj->progs[prog];

	if (p->err)
		tv_machine_stop(machine, TV_RUN_UNSUPPORTED, "program %s cannot be loaded: %s", p->name, p->why);
	else if (tv_machine_load(machine, p, NULL))
		tv_machine_stop(machine, TV_RUN_NOMEM, "out of memory");
	else
		return machine->codes[prog];
	return NULL;
}

/* --- a run ---------------------------------------------------------------------- */

static int set_context(struct tv_machine *machine, const void *ctx, uint64_t size)
{
	struct tv_region *region = &machine->ctx;

	if (size > machine->ctx_room) {
		uint8_t *bytes = realloc(region->bytes, size);

		if (!bytes)
			return -ENOMEM;
		region->bytes = bytes;
		machine->ctx_room = size;
	}
	region->name = "context";
	region->size = size;
	if (size)
		memcpy(region->bytes, ctx, size);
	return tv_memory_add(machine->memory, region);
}

static void begin(struct tv_machine *machine)
{
	bool watched = machine->opts.env && machine->opts.env->step;
	uint32_t i;

	for (i = 0; i < MACHINE_FRAMES; i++)
		memset(machine->frames[i].bytes, 0, MACHINE_STACK);
	machine->depth = 0;
	machine->tail_calls = 0;
	machine->code = NULL;
	machine->pc = NULL;
	machine->fuel = watched ? 0 : (int64_t)machine->max_insns;
	machine->rest = watched ? machine->max_insns : 0;
	machine->end = RUN_GOES_ON;
	machine->why[0] = 0;
}

static uint64_t run(struct tv_machine *machine, uint32_t prog)
{
	const uint64_t args[5] = { machine->ctx.addr };
	uint64_t ret;

	machine->code = machine_code(machine, prog);
	if (!machine->code)
		return 0;
	machine->pc = machine->code->ops;
	ret = machine_interpret(machine, machine->code->ops, args);
	if (machine->end != RUN_GOES_ON)
		return 0;
	machine->end = TV_RUN_DONE;
	return ret;
}

void tv_machine_run(struct tv_machine *machine, const struct tv_bpf_prog *prog, const void *ctx,
		    size_t size, struct tv_run_result *result)
{
	uint64_t retval = 0;

	begin(machine);
	if (set_context(machine, ctx, size)) {
		tv_machine_stop(machine, TV_RUN_NOMEM, "out of memory");
	} else {
		retval = run(machine, prog - machine->obj->progs);
		tv_memory_remove(machine->memory, &machine->ctx);
		machine_free_blocks(machine);
	}
	/* what a program was told of memory was not the kernel's answer */
	if (machine->room.out_of_memory) {
		machine->end = RUN_GOES_ON;
		tv_machine_stop(machine, TV_RUN_NOMEM, "out of memory");
	}
	*result = (struct tv_run_result){
		.end = machine->end, .retval = retval, .insns = machine_insns(machine), .prog = prog,
	};
	if (machine->code)
		result->prog = tv_machine_at(machine, &result->insn);
	snprintf(result->why, sizeof(result->why), "%s", machine->why);
}

uint64_t machine_insns(const struct tv_machine *machine)
{
	return machine->max_insns - machine->rest - (machine->fuel > 0 ? (uint64_t)machine->fuel : 0);
}

void tv_machine_stop(struct tv_machine *machine, enum tv_run_end end, const char *fmt, ...)
{
	va_list ap;

	if (machine->end != RUN_GOES_ON)
		return;
	machine->end = end;
	va_start(ap, fmt);
	vsnprintf(machine->why, sizeof(machine->why), fmt, ap);
	va_end(ap);
}

void machine_fault(struct tv_machine *machine, int err, const char *why)
{
	tv_machine_stop(machine, err == -ENOTSUP ? TV_RUN_UNSUPPORTED : TV_RUN_FAULT, "%s", why);
}

/* The operation at @func, when that is a function of the program under way; NULL. */
static const struct op *function_at(struct tv_machine *machine, uint64_t func)
{
	const struct tv_region *region = tv_memory_find(machine->memory, func);
	uint64_t offset = region ? func - region->addr : 0;

	if (!machine->code || region != &machine->code->region || offset % sizeof(struct bpf_insn))
		return NULL;
	return &machine->code->ops[offset / sizeof(struct bpf_insn)];
}

int tv_machine_callback(struct tv_machine *machine, uint64_t func, const uint64_t args[5],
			uint64_t *ret)
{
	const struct op *pc = function_at(machine, func), *back = machine->pc;
	struct code *code = machine->code;

	if (machine->end != RUN_GOES_ON)
		return -EINTR;
	if (!pc)
		tv_machine_stop(machine, TV_RUN_FAULT, "0x%" PRIx64 " is no function to call back", func);
	else if (machine->depth + 1 == MACHINE_FRAMES)
		tv_machine_stop(machine, TV_RUN_FAULT, "more than %d frames of calls", MACHINE_FRAMES);
	if (machine->end != RUN_GOES_ON)
		return -EINTR;
	machine->depth++;
	*ret = machine_interpret(machine, pc, args);
	if (machine->end != RUN_GOES_ON)
		return -EINTR;
	machine->depth--;
	machine->pc = back;
	machine->code = code;
	return 0;
}
