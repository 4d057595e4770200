// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Open-coded iterators of numbers and bits. Their state is in the program's memory, where it may have
 * been overwritten: whatever stands there leads to an answer or a fault.
 */
#include <errno.h>
#include <string.h>

#include "bpf/call.h"

#define MAX_LOOPS	(8 << 20)	/* Linux: BPF_MAX_LOOPS */
#define MAX_WORDS	511u		/* Linux: BITS_ITER_NR_WORDS_MAX */
#define WORD_BITS	64

/* --- numbers: struct bpf_iter_num ------------------------------------------------- */

/* @cur is the number before the next one; both 0: at the end, or never begun. */
struct numbers {
	int32_t cur, end;
};

static void set_numbers(void *iter, int32_t cur, int32_t end)
{
	const struct numbers numbers = { cur, end };

	memcpy(iter, &numbers, sizeof(numbers));
}

static uint64_t num_new(struct tv_machine *machine, const uint64_t args[5])
{
	void *iter = tv_machine_bytes(machine, args[0], sizeof(struct numbers), true, "bpf_iter_num_new");
	int64_t start = (int32_t)args[1], end = (int32_t)args[2];
	int err = start > end ? -EINVAL : end - start > MAX_LOOPS ? -E2BIG : 0;

	if (!iter)
		return 0;
	if (err)
		set_numbers(iter, 0, 0);
	else
		set_numbers(iter, (int32_t)((uint32_t)start - 1), (int32_t)end);
	/* a kernel function's int leaves the upper half of the register clear */
	return (uint32_t)err;
}

/* The number's address is that of the iterator. */
static uint64_t num_next(struct tv_machine *machine, const uint64_t args[5])
{
	void *iter = tv_machine_bytes(machine, args[0], sizeof(struct numbers), true, "bpf_iter_num_next");
	struct numbers numbers;
	int32_t next;

	if (!iter)
		return 0;
	memcpy(&numbers, iter, sizeof(numbers));
	/* wraps, as the kernel is compiled to */
	next = (int32_t)((uint32_t)numbers.cur + 1);
	if (next >= numbers.end) {
		set_numbers(iter, 0, 0);
		return 0;
	}
	set_numbers(iter, next, numbers.end);
	return args[0];
}

static uint64_t num_destroy(struct tv_machine *machine, const uint64_t args[5])
{
	void *iter = tv_machine_bytes(machine, args[0], sizeof(struct numbers), true,
				      "bpf_iter_num_destroy");

	if (iter)
		set_numbers(iter, 0, 0);
	return 0;
}

/* --- bits: struct bpf_iter_bits ---------------------------------------------------- */

struct bits {
	uint64_t words;		/* the only word itself, or the address of a copy of several */
	int32_t cnt;		/* bits; 0: failed */
	int32_t bit;		/* the last one given; -1: none yet */
};

static const char copy_name[] = "bits of an iterator";

static int begin_bits(struct tv_machine *machine, struct bits *bits, uint64_t addr, uint32_t nr_words)
{
	uint64_t size = (uint64_t)nr_words * sizeof(uint64_t);
	struct tv_region *copy;
	int err;

	if (!addr || !nr_words)
		return -EINVAL;
	if (nr_words > MAX_WORDS)
		return -E2BIG;
	if (nr_words == 1) {
		if (tv_memory_read(machine->memory, addr, &bits->words, size, true, NULL, 0))
			return -EFAULT;
	} else {
		copy = machine_block(machine, copy_name, size);
		if (!copy) {
			tv_machine_stop(machine, TV_RUN_NOMEM, "out of memory");
			return -ENOMEM;
		}
		err = tv_memory_read(machine->memory, addr, copy->bytes, size, true, NULL, 0);
		if (err) {
			machine_block_free(machine, copy);
			return err;
		}
		bits->words = copy->addr;
	}
	bits->cnt = (int32_t)(nr_words * WORD_BITS);
	return 0;
}

static uint64_t bits_new(struct tv_machine *machine, const uint64_t args[5])
{
	void *iter = tv_machine_bytes(machine, args[0], sizeof(struct bits), true, "bpf_iter_bits_new");
	struct bits bits = { .bit = -1 };
	int err;

	if (!iter)
		return 0;
	err = begin_bits(machine, &bits, args[1], (uint32_t)args[2]);
	memcpy(iter, &bits, sizeof(bits));
	return (uint32_t)err;
}

/* The lowest bit that is set at or above @from; @cnt: none. */
static int32_t find_bit(const uint8_t *words, int32_t cnt, int32_t from)
{
	uint64_t word;

	while (from < cnt) {
		memcpy(&word, words + (from / WORD_BITS) * sizeof(word), sizeof(word));
		word >>= from % WORD_BITS;
		if (word)
			return from + __builtin_ctzll(word);
		from = (from / WORD_BITS + 1) * WORD_BITS;
	}
	return cnt;
}

static uint64_t bits_next(struct tv_machine *machine, const uint64_t args[5])
{
	static const char what[] = "bpf_iter_bits_next";
	void *iter = tv_machine_bytes(machine, args[0], sizeof(struct bits), true, what);
	const void *words = NULL;
	struct bits bits;

	if (!iter)
		return 0;
	memcpy(&bits, iter, sizeof(bits));
	if (!bits.cnt || bits.bit >= bits.cnt)
		return 0;
	if (bits.cnt < 0 || bits.cnt % WORD_BITS || bits.bit < -1) {
		tv_machine_stop(machine, TV_RUN_FAULT, "%s: r1 is no iterator", what);
		return 0;
	}
	if (bits.cnt == WORD_BITS)
		words = &bits.words;
	else
		words = tv_machine_bytes(machine, bits.words, (uint64_t)bits.cnt / 8, false, what);
	if (!words)
		return 0;
	bits.bit = find_bit(words, bits.cnt, bits.bit + 1);
	memcpy(iter, &bits, sizeof(bits));
	return bits.bit < bits.cnt ? args[0] + offsetof(struct bits, bit) : 0;
}

static uint64_t bits_destroy(struct tv_machine *machine, const uint64_t args[5])
{
	static const char what[] = "bpf_iter_bits_destroy";
	const void *iter = tv_machine_bytes(machine, args[0], sizeof(struct bits), true, what);
	struct tv_region *copy;
	struct bits bits;

	if (!iter)
		return 0;
	memcpy(&bits, iter, sizeof(bits));
	if (bits.cnt <= WORD_BITS)
		return 0;
	copy = machine_block_at(machine, bits.words, copy_name);
	if (copy)
		machine_block_free(machine, copy);
	else
		tv_machine_stop(machine, TV_RUN_FAULT, "%s: r1 is no iterator", what);
	return 0;
}

const struct call_entry call_iter_list[] = {
	{ .name = "bpf_iter_num_new", .call = num_new },
	{ .name = "bpf_iter_num_next", .call = num_next },
	{ .name = "bpf_iter_num_destroy", .call = num_destroy },
	{ .name = "bpf_iter_bits_new", .call = bits_new },
	{ .name = "bpf_iter_bits_next", .call = bits_next },
	{ .name = "bpf_iter_bits_destroy", .call = bits_destroy },
	{ 0 },
};
