// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Objects of the world at addresses of a program. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "model/bpf_view.h"
#include "model/object_slot.h"

#define WINDOW_MASK	((1u << TV_VIEW_SHIFT) - 1)

/*
 * The address of a copy, in its window: where in its memory it begins, in units of 8 bytes, and the
 * offset in the structure.
 */
#define COPY_SHIFT	10
#define COPY_MASK	((1u << COPY_SHIFT) - 1)
#define COPY_UNIT	8

/* Above the number of a slot: the low bits of its generation, for memory that holds copies. */
#define GENERATION_BITS	4
#define GENERATION_MASK	((1u << GENERATION_BITS) - 1)

_Static_assert(TV_SLOT_SIZE / COPY_UNIT <= 1u << (TV_VIEW_SHIFT - COPY_SHIFT),
	       "every place of a slot has its addresses");

static const enum tv_view_type type_of[TV_TYPE_NR] = {
	[TV_TYPE_TASK] = TV_VIEW_TASK, [TV_TYPE_MM] = TV_VIEW_MM, [TV_TYPE_VMA] = TV_VIEW_VMA,
	[TV_TYPE_FILE] = TV_VIEW_FILE, [TV_TYPE_BPF_MEM] = TV_VIEW_VMA,
	[TV_TYPE_KMALLOC] = TV_VIEW_NR, [TV_TYPE_PROGRAM] = TV_VIEW_NR,
};

/* --- addresses ----------------------------------------------------------------- */

/* @slot holds a copy of a VMA, @offset bytes in. */
static uint64_t address_of_copy(struct tv_bpf_view *view, const struct slot *slot, uint64_t addr,
				unsigned int offset)
{
	uint64_t generation = slot->generation & GENERATION_MASK;

	view->copy_offset = offset;
	return addr + (generation << (TV_VIEW_SHIFT + view->slot_bits)) +
	       (offset / COPY_UNIT << COPY_SHIFT);
}

uint64_t tv_bpf_view_address(struct tv_bpf_view *view, const void *object)
{
	const struct tv_slots *slots = view->world->slots;
	long nr = slot_number_at(slots, object);
	const struct slot *slot;
	uint64_t addr;

	if (nr < 0)
		return 0;
	slot = slot_nr(slots, nr);
	addr = view->slots.addr + ((uint64_t)nr << TV_VIEW_SHIFT);
	if (slot->type == TV_TYPE_BPF_MEM && (const char *)object >= slot->object)
		return address_of_copy(view, slot, addr, (const char *)object - slot->object);
	return object == slot->object && type_of[slot->type] != TV_VIEW_NR ? addr : 0;
}

static bool find_copy(const struct tv_bpf_view *view, const struct slot *slot, uint64_t offset,
		      struct tv_bpf_found *found)
{
	uint64_t generation = offset >> (TV_VIEW_SHIFT + view->slot_bits);
	uint32_t within = offset & WINDOW_MASK;

	if (!view->copy_offset || within >> COPY_SHIFT != view->copy_offset / COPY_UNIT)
		return false;
	found->is_copy = true;
	found->stale = generation != (slot->generation & GENERATION_MASK);
	found->object = slot->object + view->copy_offset;
	found->offset = within & COPY_MASK;
	return true;
}

static inline bool find_in_slots(const struct tv_bpf_view *view, uint64_t offset,
				 struct tv_bpf_found *found)
{
	const struct tv_slots *slots = view->world->slots;
	uint64_t nr = offset >> TV_VIEW_SHIFT;
	const struct slot *slot;

	if (nr >= slots->used) {
		nr &= (1u << view->slot_bits) - 1;
		/* who has a generation is a copy */
		if (nr >= slots->used || slot_nr(slots, nr)->type != TV_TYPE_BPF_MEM)
			return false;
	}
	slot = slot_nr(slots, nr);
	found->alive = slot->state == SLOT_ALIVE;
	found->type = type_of[slot->type];
	if (slot->type == TV_TYPE_BPF_MEM)
		return find_copy(view, slot, offset, found);
	found->object = slot->object;
	found->offset = offset & WINDOW_MASK;
	found->stale = found->is_copy = false;
	return found->type != TV_VIEW_NR;
}

const void *tv_bpf_view_object(const struct tv_bpf_view *view, uint64_t addr,
			       enum tv_view_type type, uint32_t *offset)
{
	struct tv_bpf_found found;

	if (addr - view->slots.addr >= view->slots.size ||
	    !find_in_slots(view, addr - view->slots.addr, &found) || found.type != type)
		return NULL;
	*offset = found.offset;
	return found.object;
}

/* --- reading ------------------------------------------------------------------- */

static int unknown(const struct tv_bpf_layout *layout, uint32_t offset, const char *of, char *why,
		   size_t why_size)
{
	char name[128];

	if (why_size)
		snprintf(why, why_size, "%s%s is not modelled",
			 tv_bpf_layout_name(layout, offset, name, sizeof(name)), of);
	return -ENOTSUP;
}

/* The bytes of one field from @skip on, at most @size of them. */
static int copy_field(struct tv_bpf_view *view, const struct tv_bpf_layout *layout,
		      const struct tv_layout_field *field, const void *object, uint32_t skip,
		      uint8_t *to, uint32_t size, char *why, size_t why_size)
{
	const struct tv_bpf_fact *fact = field->fact;
	const void *bytes;
	const char *of;
	uint64_t value;
	uint32_t known;

	if (fact->bytes) {
		bytes = fact->bytes(view, object, &known);
		of = skip < known && size <= known - skip ? NULL : fact->of;
	} else {
		of = fact->get(view, object, &value);
		bytes = &value;
	}
	if (of)
		return unknown(layout, field->offset, of, why, why_size);
	memcpy(to, (const uint8_t *)bytes + skip, size);
	return 0;
}

/* Any bytes of an object, as many fields as they are of. */
static int compose(struct tv_bpf_view *view, const struct tv_bpf_layout *layout,
		   const void *object, uint32_t offset, uint8_t *to, uint32_t size, char *why,
		   size_t why_size)
{
	const struct tv_layout_field *field;
	uint32_t end = offset + size, part;
	int err;

	for (; offset < end; offset += part, to += part) {
		part = 1;
		*to = 0;
		if (layout->at[offset] == TV_BYTE_PADDING)
			continue;
		if (layout->at[offset] == TV_BYTE_UNKNOWN)
			return unknown(layout, offset, "", why, why_size);
		field = &layout->fields[layout->at[offset] - TV_BYTE_FIELD];
		part = field->offset + field->size - offset;
		if (part > end - offset)
			part = end - offset;
		err = copy_field(view, layout, field, object, offset - field->offset, to, part, why,
				 why_size);
		if (err)
			return err;
	}
	return 0;
}

static int nothing_there(char *why, size_t why_size)
{
	if (why_size)
		snprintf(why, why_size, "no object of the kernel is there");
	return -EFAULT;
}

/* Linux has another object there, or more of this one. */
static int past_the_end(const struct tv_bpf_layout *layout, char *why, size_t why_size)
{
	if (why_size)
		snprintf(why, why_size, "what lies behind a struct %s is not modelled", layout->name);
	return -ENOTSUP;
}

static inline int read_layout(struct tv_bpf_view *view, enum tv_view_type type, const void *object,
			      uint32_t offset, void *to, uint32_t size, char *why, size_t why_size)
{
	const struct tv_bpf_layout *layout = &view->layouts[type];
	const struct tv_layout_field *field;
	uint64_t value;

	field = tv_bpf_layout_whole(layout, offset, size);
	if (!field || !field->fact->get || field->fact->get(view, object, &value))
		return compose(view, layout, object, offset, to, size, why, why_size);
	if (size == sizeof(value))
		memcpy(to, &value, sizeof(value));
	else
		memcpy(to, &value, size);
	return 0;
}

/* Nobody needs to ask: it is there, and what a VMA needs to be read is held. */
static inline bool may_read(const struct tv_bpf_view *view, const struct tv_bpf_found *found)
{
	const struct vm_area_struct *vma = found->object;

	if (!found->alive || found->stale)
		return false;
	if (found->type != TV_VIEW_VMA || found->is_copy)
		return true;
	return vma->vm_mm == view->held && view->held_at == view->world->events;
}

static const char *field_text(const struct tv_bpf_layout *layout, uint32_t offset)
{
	uint8_t at = layout->at[offset];

	return at >= TV_BYTE_FIELD ? layout->fields[at - TV_BYTE_FIELD].what : "read";
}

static int read_slots(struct tv_region *region, uint64_t offset, void *to, uint32_t size,
		      bool probing, char *why, size_t why_size)
{
	struct tv_bpf_view *view = region->object;
	const struct tv_bpf_layout *layout;
	struct tv_bpf_found found;

	if (!find_in_slots(view, offset, &found))
		return nothing_there(why, why_size);
	layout = &view->layouts[found.type];
	if (found.offset >= layout->size || size > layout->size - found.offset)
		return past_the_end(layout, why, why_size);
	if (!probing && size && !may_read(view, &found))
		view->judge(view->arg, found.object, found.type, field_text(layout, found.offset),
			    found.stale);
	/* what was freed is read as what it became; its pointers lead nowhere */
	if (!found.alive && tv_object_is_dead(found.object)) {
		memset(to, TV_POISON, size);
		return 0;
	}
	return read_layout(view, found.type, found.object, found.offset, to, size, why, why_size);
}

static int read_name(const struct tv_bpf_derived *dentry, uint32_t offset, void *to, uint32_t size,
		     char *why, size_t why_size)
{
	const char *name = dentry->key.name;
	size_t room = name ? strlen(name) + 1 : 0;

	if (offset < room && size <= room - offset) {
		memcpy(to, name + offset, size);
		return 0;
	}
	if (why_size)
		snprintf(why, why_size, "what lies behind the name of a dentry is not modelled");
	return -ENOTSUP;
}

static int read_derived(struct tv_region *region, uint64_t offset, void *to, uint32_t size,
			bool probing, char *why, size_t why_size)
{
	struct tv_bpf_view *view = region->object;
	uint64_t nr = offset >> TV_VIEW_SHIFT;
	uint32_t within = offset & WINDOW_MASK;
	const struct tv_bpf_layout *layout;
	enum tv_view_type type;

	if (nr >= view->nr_derived)
		return nothing_there(why, why_size);
	type = view->by_nr[nr]->key.type;
	if (type == TV_VIEW_DENTRY && within >= TV_VIEW_NAME)
		return read_name(view->by_nr[nr], within - TV_VIEW_NAME, to, size, why, why_size);
	layout = &view->layouts[type];
	if (within >= layout->size || size > layout->size - within)
		return past_the_end(layout, why, why_size);
	return read_layout(view, type, view->by_nr[nr], within, to, size, why, why_size);
}

/* The verifier lets nobody: who gets here was not verified. */
static int write_slots(struct tv_region *region, uint64_t offset, const void *from, uint32_t size,
		       char *why, size_t why_size)
{
	const struct tv_bpf_view *view = region->object;
	struct tv_bpf_found found;
	char name[128];

	if (!find_in_slots(view, offset, &found) || found.offset >= view->layouts[found.type].size)
		return nothing_there(why, why_size);
	if (why_size)
		snprintf(why, why_size, "%s is not for programs to write",
			 tv_bpf_layout_name(&view->layouts[found.type], found.offset, name,
					    sizeof(name)));
	return -EFAULT;
}

static const struct tv_region_ops slots_ops = { .read = read_slots, .write = write_slots };
static const struct tv_region_ops derived_ops = { .read = read_derived };

/* --- the whole ----------------------------------------------------------------- */

static int init_layouts(struct tv_bpf_view *view, const struct tv_btf *btf, const char **why)
{
	const struct tv_layout_field *inline_name;
	int type, err;

	for (type = 0; type < TV_VIEW_NR; type++) {
		const struct tv_bpf_facts *facts = &tv_bpf_facts[type];

		err = tv_bpf_layout_init(&view->layouts[type], btf, facts->type, facts->facts,
					 facts->nr);
		if (err)
			return err;
		if (facts->needed && !view->layouts[type].size) {
			*why = facts->type;
			return -EINVAL;
		}
	}
	inline_name = tv_bpf_layout_field(&view->layouts[TV_VIEW_DENTRY], "d_iname");
	if (!inline_name)
		inline_name = tv_bpf_layout_field(&view->layouts[TV_VIEW_DENTRY], "d_shortname.string");
	if (inline_name)
		view->inline_name = *inline_name;
	/* copies have few addresses each: what lies behind them is not modelled */
	if (view->layouts[TV_VIEW_VMA].size > COPY_MASK)
		view->layouts[TV_VIEW_VMA].size = COPY_MASK;
	return 0;
}

int tv_bpf_view_init(struct tv_bpf_view *view, struct tv_world *world, const struct tv_btf *btf,
		     const char **why)
{
	int err;

	*view = (struct tv_bpf_view){
		.world = world,
		.slot_bits = 32 - __builtin_clz(tv_slots_room(world->slots)),
		.slots = { .name = "objects of the kernel", .ops = &slots_ops, .object = view },
		.derived = { .name = "files of the kernel", .ops = &derived_ops, .object = view },
	};
	view->slots.size = UINT64_C(1) << (TV_VIEW_SHIFT + view->slot_bits + GENERATION_BITS);
	view->derived.size = (uint64_t)TV_VIEW_MAX_DERIVED << TV_VIEW_SHIFT;
	/* zeroed, and touched where there are files only */
	view->files = calloc(tv_slots_room(world->slots), sizeof(*view->files));
	err = view->files ? tv_bpf_files_init(view) : -ENOMEM;
	if (!err)
		err = init_layouts(view, btf, why);
	if (err)
		tv_bpf_view_fini(view);
	return err;
}

void tv_bpf_view_fini(struct tv_bpf_view *view)
{
	int type;

	tv_bpf_files_fini(view);
	free(view->files);
	for (type = 0; type < TV_VIEW_NR; type++)
		tv_bpf_layout_fini(&view->layouts[type]);
}

int tv_bpf_view_attach(struct tv_bpf_view *view, struct tv_memory *memory)
{
	int err;

	/* another machine's memory may lie where the last one's did */
	if (view->memory == memory && tv_memory_find(memory, view->slots.addr) == &view->slots)
		return 0;
	err = tv_memory_add(memory, &view->slots);
	if (!err)
		err = tv_memory_add(memory, &view->derived);
	if (!err)
		view->memory = memory;
	return err;
}
