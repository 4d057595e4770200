// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What helpers and kfuncs ask a machine for: where they are, memory of the program, memory for it. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bpf/machine_state.h"

struct tv_memory *tv_machine_memory(struct tv_machine *machine)
{
	return machine->memory;
}

void *tv_machine_env(struct tv_machine *machine)
{
	return machine->opts.env ? machine->opts.env->arg : NULL;
}

const struct tv_bpf_object *tv_machine_object(struct tv_machine *machine)
{
	return machine->obj;
}

const struct tv_bpf_prog *tv_machine_at(struct tv_machine *machine, uint32_t *insn)
{
	if (insn)
		*insn = machine->code && machine->pc ? (uint32_t)(machine->pc - machine->code->ops) : 0;
	return machine->code ? machine->code->prog : NULL;
}

struct tv_map *tv_machine_map(struct tv_machine *machine, uint32_t index)
{
	return index < machine->obj->map_cnt ? machine->maps[index] : NULL;
}

struct tv_map *tv_machine_map_at(struct tv_machine *machine, uint64_t addr)
{
	return tv_map_at(machine->memory, addr);
}

void tv_machine_set_cpu(struct tv_machine *machine, uint32_t cpu)
{
	if (cpu < machine->room.nr_cpus)
		machine->cpu = cpu;
}

static void cannot_reach(struct tv_machine *machine, const char *what, uint64_t addr, uint64_t size,
			 bool write)
{
	char place[128];

	tv_machine_stop(machine, TV_RUN_FAULT, "%s: %" PRIu64 " bytes cannot be %s at %s", what, size,
			write ? "written" : "read",
			tv_memory_describe(machine->memory, addr, place, sizeof(place)));
}

void *tv_machine_bytes(struct tv_machine *machine, uint64_t addr, uint64_t size, bool write,
		       const char *what)
{
	void *bytes = memory_bytes(machine->memory, addr, size, write);

	if (!bytes)
		cannot_reach(machine, what, addr, size, write);
	return bytes;
}

int tv_machine_read(struct tv_machine *machine, uint64_t addr, void *to, uint64_t size,
		    const char *what)
{
	char why[200] = "";
	int err = tv_memory_read(machine->memory, addr, to, size, false, why, sizeof(why));

	if (err)
		tv_machine_stop(machine, err == -ENOTSUP ? TV_RUN_UNSUPPORTED : TV_RUN_FAULT, "%s: %s", what,
				why);
	return err;
}

const char *machine_string(struct tv_machine *machine, uint64_t addr, const char *what)
{
	const struct tv_region *region = memory_find(machine->memory, addr);
	uint64_t offset = region ? addr - region->addr : 0;
	const char *text = region && region->bytes ? (const char *)region->bytes + offset : NULL;

	if (text && memchr(text, 0, region->size - offset))
		return text;
	tv_machine_stop(machine, TV_RUN_FAULT, "%s: no string that ends is at 0x%" PRIx64, what, addr);
	return NULL;
}

/* --- memory that calls make ------------------------------------------------------- */

struct tv_region *machine_block(struct tv_machine *machine, const char *name, uint64_t size)
{
	struct machine_block *block;

	if (size > machine->room.left)
		return NULL;
	block = calloc(1, sizeof(*block) + size);
	if (!block)
		return NULL;
	block->region = (struct tv_region){
		.name = name, .size = size, .bytes = block->bytes, .object = block,
	};
	if (tv_memory_add(machine->memory, &block->region)) {
		free(block);
		return NULL;
	}
	machine->room.left -= size;
	block->link = &machine->blocks;
	block->next = machine->blocks;
	if (block->next)
		block->next->link = &block->next;
	machine->blocks = block;
	return &block->region;
}

void machine_block_free(struct tv_machine *machine, struct tv_region *region)
{
	struct machine_block *block = region->object;

	*block->link = block->next;
	if (block->next)
		block->next->link = block->link;
	tv_memory_remove(machine->memory, region);
	machine->room.left += region->size;
	free(block);
}

struct tv_region *machine_block_at(struct tv_machine *machine, uint64_t addr, const char *name)
{
	struct tv_region *region = memory_find(machine->memory, addr);

	return region && region->addr == addr && region->name == name ? region : NULL;
}

void machine_free_blocks(struct tv_machine *machine)
{
	while (machine->blocks)
		machine_block_free(machine, &machine->blocks->region);
}

static void *room_for_copy(struct tv_machine *machine, uint64_t size, int slot)
{
	struct machine_copy *copy = &machine->copies[slot];
	void *bytes = copy->bytes;

	if (copy->size >= size)
		return bytes;
	bytes = realloc(bytes, size);
	if (bytes)
		*copy = (struct machine_copy){ bytes, size };
	else
		tv_machine_stop(machine, TV_RUN_NOMEM, "out of memory");
	return bytes;
}

void *machine_keep(struct tv_machine *machine, const void *from, uint64_t size, int slot)
{
	void *copy = room_for_copy(machine, size, slot);

	return copy ? memcpy(copy, from, size) : NULL;
}

const void *machine_input(struct tv_machine *machine, uint64_t addr, uint64_t size, int slot,
			  const char *what)
{
	const struct tv_region *region = memory_find(machine->memory, addr);
	void *copy;

	if (!region || region->bytes || size > region->size - (addr - region->addr))
		return tv_machine_bytes(machine, addr, size, false, what);
	copy = room_for_copy(machine, size ? size : 1, slot);
	return copy && !tv_machine_read(machine, addr, copy, size, what) ? copy : NULL;
}
