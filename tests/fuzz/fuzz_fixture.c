// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Bytes as a fixture. What is refused comes with a place in the input and one printable line; what
 * is read is written again, reads again, and is then written byte for byte the same. Nothing leaks.
 */
#include <ctype.h>
#include <errno.h>

#include "model/fixture.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/text.h"

static unsigned long lines_of(const uint8_t *data, size_t size)
{
	unsigned long lines = 1;
	size_t i;

	/* YAML's line breaks: LF, CR, CR LF, and (as bytes) U+0085, U+2028, U+2029 */
	for (i = 0; i < size; i++)
		lines += data[i] == '\n' || data[i] == '\r' || data[i] == 0xc2 || data[i] == 0xe2;
	return lines;
}

static void require_diag(const struct tv_diag *diag, unsigned long lines)
{
	const char *c;

	fuzz_require(diag->text[0], "no word of what is wrong");
	fuzz_require(diag->line >= 0 && (unsigned long)diag->line <= lines + 1 && diag->column >= 0,
		     "%d:%d: %s", diag->line, diag->column, diag->text);
	for (c = diag->text; *c; c++)
		fuzz_require(!iscntrl((unsigned char)*c), "a message with the byte %02x", *c);
}

/* The world as text, allocated. */
static char *written(const struct tv_world *world, size_t *size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, size);

	fuzz_require(out, "memory");
	fuzz_require(!tv_fixture_write(out, world), "write");
	fclose(out);
	return text;
}

static void forget(struct tv_world *world)
{
	tv_world_teardown(world);
	fuzz_require(tv_ledger_is_clean(&world->ledger), "something is still held");
	fuzz_require(!world->hazards, "%s", world->hazard.text);
	tv_world_destroy(world);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t first_size, again_size;
	struct tv_world *world;
	struct tv_diag diag;
	char *first, *again;
	int err = tv_fixture_load(fuzz_file(data, size), &world, &diag);

	if (err) {
		fuzz_require(err == -EINVAL && !world, "%d", err);
		require_diag(&diag, lines_of(data, size));
		return 0;
	}
	first = written(world, &first_size);
	forget(world);
	err = tv_fixture_load(fuzz_file(first, first_size), &world, &diag);
	fuzz_require(!err, "what was written is refused: %d:%d: %s\n%s", diag.line, diag.column,
		     diag.text, first);
	again = written(world, &again_size);
	forget(world);
	fuzz_require(first_size == again_size && !memcmp(first, again, first_size),
		     "written, read, written:\n%s\n%s", first, again);
	free(first);
	free(again);
	return 0;
}
