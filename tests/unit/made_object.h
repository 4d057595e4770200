/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * An object of which a test makes each part, ELF and types, and how it opens. The test says in begin()
 * what there is before it adds or spoils anything.
 */
#ifndef TV_TEST_MADE_OBJECT_H
#define TV_TEST_MADE_OBJECT_H

#include "bpf/object.h"
#include "tests/unit/elf_object.h"

static struct elf_made e;
static struct btf *types;	/* the object's, if it has any */
static struct tv_bpf_opts opts;
static struct tv_bpf_error error;
static struct tv_bpf_object *obj;

static int begin(void **state);

static void begin_empty(void)
{
	elf_begin(&e);
	types = NULL;
	obj = NULL;
	opts = (struct tv_bpf_opts){ 0 };
}

static int end(void **state)
{
	btf__free(types);
	if (obj)
		tv_bpf_object_close(obj);
	return 0;
}

static void again(void)
{
	end(NULL);
	assert_int_equal(begin(NULL), 0);
}

/* Frees @image. */
static int open_image(void *image, size_t size)
{
	int err;

	tv_bpf_error_init(&error, "made");
	if (obj)
		tv_bpf_object_close(obj);
	err = tv_bpf_object_open_mem(image, size, "made.bpf.o", &opts, &obj, &error);
	free(image);
	return err;
}

static int open_it(void)
{
	const void *data;
	uint32_t size;
	size_t made;
	void *image;

	if (types) {
		data = btf__raw_data(types, &size);
		elf_add(&e, ".BTF", SHT_PROGBITS, 0, data, size);
	}
	image = elf_make(&e, &made);
	return open_image(image, made);
}

static void assert_opens(void)
{
	if (open_it())
		fail_msg("%s", error.text);
}

static void assert_says(const char *said, const char *text)
{
	if (!strstr(said, text))
		fail_msg("\"%s\" instead of \"%s\"", said, text);
}

static void assert_not_opened(int err, const char *text)
{
	assert_int_equal(open_it(), err);
	assert_null(obj);
	assert_says(error.text, text);
}

#endif
