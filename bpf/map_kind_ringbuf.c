// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Ring buffers: records one behind the other, each with a header of 8 bytes and rounded up to 8, read
 * in the order in which they were reserved and only up to one that is still being written.
 *
 * The data is mapped twice in a row, so that a record that runs over the end is in one piece, as in
 * the kernel. Headers are kept beside it, where no program reaches them; those in the data are for
 * who reserves a record there later and finds what was left.
 */
#include <errno.h>
#include <linux/bpf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bpf/map_kind.h"
#include "bpf/memory_cache.h"

#define HEADER		BPF_RINGBUF_HDR_SZ
#define MOST_RECORD	(UINT32_MAX / 4)	/* RINGBUF_MAX_RECORD_SZ */
#define FIRST_PAGE	3u			/* of the data, counted from struct bpf_ringbuf */
#define LENGTH(header)	((header) & ~(BPF_RINGBUF_BUSY_BIT | BPF_RINGBUF_DISCARD_BIT))

struct ringbuf_map {
	struct tv_map map;
	struct tv_region data;		/* 2 * size bytes */
	uint32_t *headers;		/* one each 8 bytes of data: length and bits; 0: none */
	uint64_t size;
	uint64_t consumed, produced;	/* bytes since the beginning: read, reserved */
};

static const struct tv_region_ops data_ops;	/* marks a ring's data */

static uint32_t page_size(const struct tv_map_room *room)
{
	return room->page_size ? room->page_size : TV_BPF_PAGE_SIZE;
}

static int check_ringbuf(const struct tv_bpf_map *def)
{
	bool power = def->max_entries && !(def->max_entries & (def->max_entries - 1));

	return def->flags & ~BPF_F_NUMA_NODE || def->key_size || def->value_size || !power ? -EINVAL : 0;
}

/* @size bytes of memory, seen twice in a row; NULL. */
static uint8_t *map_twice(uint64_t size)
{
	uint8_t *bytes;
	int fd, half;

	fd = memfd_create("taskvma-ringbuf", MFD_CLOEXEC);
	if (fd < 0)
		return NULL;
	bytes = mmap(NULL, 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (bytes == MAP_FAILED || ftruncate(fd, size))
		goto failed;
	for (half = 0; half < 2; half++)
		if (mmap(bytes + half * size, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED,
			 fd, 0) == MAP_FAILED)
			goto failed;
	close(fd);
	return bytes;
failed:
	if (bytes != MAP_FAILED)
		munmap(bytes, 2 * size);
	close(fd);
	return NULL;
}

static int start_ringbuf(struct tv_map *map)
{
	struct ringbuf_map *ring = (struct ringbuf_map *)map;
	int err;

	if (map->max_entries % page_size(map->room))
		return -EINVAL;
	ring->size = map->max_entries;
	ring->headers = map_array(map, ring->size / HEADER, sizeof(*ring->headers));
	if (!ring->headers || map_charge(map, ring->size))
		return -ENOMEM;
	ring->data = (struct tv_region){
		.name = map->value_name, .size = 2 * ring->size, .ops = &data_ops, .object = map,
		.bytes = map_twice(ring->size),
	};
	if (!ring->data.bytes)
		return map_no_memory(map);
	err = tv_memory_add(map->room->memory, &ring->data);
	if (err) {
		munmap(ring->data.bytes, ring->data.size);
		ring->data.bytes = NULL;
	}
	return err;
}

static void end_ringbuf(struct tv_map *map)
{
	struct ringbuf_map *ring = (struct ringbuf_map *)map;

	if (ring->data.bytes) {
		tv_memory_remove(map->room->memory, &ring->data);
		munmap(ring->data.bytes, ring->data.size);
	}
	free(ring->headers);
}

static uint32_t *header_at(const struct ringbuf_map *ring, uint64_t position)
{
	return &ring->headers[(position & (ring->size - 1)) / HEADER];
}

static void set_header(struct ringbuf_map *ring, uint64_t position, uint32_t header)
{
	uint64_t offset = position & (ring->size - 1);
	uint32_t in_data[] = { header, FIRST_PAGE + offset / page_size(ring->map.room) };

	*header_at(ring, position) = header;
	memcpy(ring->data.bytes + offset, in_data, HEADER);
}

/* What a record of @size bytes takes in the ring. */
static uint64_t room_for(uint64_t size)
{
	return (size + HEADER + 7) & ~UINT64_C(7);
}

static struct ringbuf_map *ring_of(struct tv_map *map)
{
	return map->kind == &map_kind_ringbuf ? (struct ringbuf_map *)map : NULL;
}

uint64_t tv_map_reserve(struct tv_map *map, uint64_t size)
{
	struct ringbuf_map *ring = ring_of(map);
	uint64_t at, end;

	if (!ring || size > MOST_RECORD || room_for(size) > ring->size)
		return 0;
	at = ring->produced;
	end = at + room_for(size);
	/* it is never full to the last byte; what is being written is not consumed either */
	if (end - ring->consumed >= ring->size)
		return 0;
	set_header(ring, at, size | BPF_RINGBUF_BUSY_BIT);
	ring->produced = end;
	return ring->data.addr + (at & (ring->size - 1)) + HEADER;
}

int tv_map_submit(const struct tv_memory *memory, uint64_t record, bool discard)
{
	const struct tv_region *region = memory_find((struct tv_memory *)memory, record);
	uint64_t offset = region ? record - region->addr : 0;
	struct ringbuf_map *ring;
	uint32_t header;

	/* a record may begin behind the first half's last header */
	if (!region || region->ops != &data_ops || offset % 8 || offset < HEADER)
		return -EINVAL;
	ring = region->object;
	offset -= HEADER;
	if (offset >= ring->size)
		return -EINVAL;
	header = *header_at(ring, offset);
	if (!(header & BPF_RINGBUF_BUSY_BIT))
		return -EINVAL;
	set_header(ring, offset, LENGTH(header) | (discard ? BPF_RINGBUF_DISCARD_BIT : 0));
	return 0;
}

int tv_map_output(struct tv_map *map, const void *data, uint64_t size)
{
	uint64_t record = tv_map_reserve(map, size);
	const struct ringbuf_map *ring = ring_of(map);

	if (!record)
		return ring ? -EAGAIN : -EOPNOTSUPP;
	memcpy(ring->data.bytes + (record - ring->data.addr), data, size);
	return tv_map_submit(map->room->memory, record, false);
}

uint64_t tv_map_ringbuf_query(const struct tv_map *map, uint64_t what)
{
	const struct ringbuf_map *ring = ring_of((struct tv_map *)map);

	if (!ring)
		return 0;
	switch (what) {
	case BPF_RB_AVAIL_DATA:
		return ring->produced - ring->consumed;
	case BPF_RB_RING_SIZE:
		return ring->size;
	case BPF_RB_CONS_POS:
		return ring->consumed;
	case BPF_RB_PROD_POS:
		return ring->produced;
	default:
		return 0;
	}
}

static bool consume(struct tv_map *map, const void **data, uint32_t *size)
{
	struct ringbuf_map *ring = (struct ringbuf_map *)map;

	while (ring->consumed < ring->produced) {
		uint64_t offset = ring->consumed & (ring->size - 1);
		uint32_t header = *header_at(ring, offset);

		if (header & BPF_RINGBUF_BUSY_BIT)
			return false;
		ring->consumed += room_for(LENGTH(header));
		if (header & BPF_RINGBUF_DISCARD_BIT)
			continue;
		*data = ring->data.bytes + offset + HEADER;
		*size = LENGTH(header);
		return true;
	}
	return false;
}

const struct map_kind map_kind_ringbuf = {
	.size = sizeof(struct ringbuf_map),
	.check = check_ringbuf,
	.start = start_ringbuf,
	.end = end_ringbuf,
	.consume = consume,
};
