// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Objects that nobody's compiler made: cut, flipped, too big, with too little memory. */
#include <elf.h>
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>
#include <cmocka.h>

#include "bpf/disasm.h"
#include "bpf/tags.h"
#include "tests/unit/bpf_compile.h"

#define SECONDS		4	/* for a test that could go on for ever */

static uint64_t seed = 20231013;

static uint32_t draw(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 16) % below;
}

/* Opens and, when that works, looks at everything: what is wrong shows as a sanitizer's report. */
static int open_and_look(const void *data, size_t size, const struct tv_bpf_opts *opts)
{
	struct tv_bpf_object *obj;
	struct tv_bpf_error error;
	char text[TV_DISASM_SIZE];
	uint32_t i, j;
	int err;

	tv_bpf_error_init(&error, "hostile");
	err = tv_bpf_object_open_mem(data, size, "hostile.bpf.o", opts, &obj, &error);
	if (err) {
		assert_int_equal(error.err, err);
		assert_true(error.text[0]);
		return err;
	}
	for (i = 0; i < obj->prog_cnt; i++) {
		const struct tv_bpf_prog *prog = &obj->progs[i];
		struct tv_bpf_expect expect;

		assert_true(!prog->err == !prog->why);
		for (j = 0; j < prog->insn_cnt; j++) {
			tv_bpf_prog_line(prog, j);
			assert_non_null(tv_bpf_prog_subprog(prog, j));
			if (!tv_insn_is_ldimm64(&prog->insns[j]) || j + 1 < prog->insn_cnt)
				tv_disasm(NULL, &prog->insns[j], text, sizeof(text));
		}
		if (!tv_bpf_expect_init(&expect, obj, prog))
			tv_bpf_expect_fini(&expect);
	}
	tv_bpf_object_close(obj);
	return 0;
}

static void a_cut_object_is_refused(void **state)
{
	size_t size;

	/* the section headers stand last: no cut leaves them whole */
	for (size = 0; size < compiled.size; size++) {
		unsigned char *cut = malloc(size + 1);

		memcpy(cut, compiled.data, size);
		assert_int_not_equal(open_and_look(cut, size, &compiled.opts), 0);
		free(cut);
	}
	assert_int_equal(open_and_look(compiled.data, compiled.size, &compiled.opts), 0);
}

static void flipped_bytes_do_no_harm(void **state)
{
	time_t end = time(NULL) + SECONDS;
	unsigned char *copy = malloc(compiled.size);
	int i, n, opened = 0, refused = 0;

	while (time(NULL) < end) {
		memcpy(copy, compiled.data, compiled.size);
		n = 1 + draw(4);
		for (i = 0; i < n; i++)
			copy[draw(compiled.size)] = draw(256);
		if (open_and_look(copy, compiled.size, &compiled.opts))
			refused++;
		else
			opened++;
	}
	free(copy);
	assert_true(opened && refused);
}

/* Where the bytes matter: the same, but in one section. */
static void flip_in(const char *name)
{
	time_t end = time(NULL) + SECONDS / 2;
	unsigned char *copy = malloc(compiled.size);
	const Elf64_Ehdr *eh = (const void *)copy;
	const Elf64_Shdr *sh;
	const char *names;
	int i, n;

	memcpy(copy, compiled.data, compiled.size);
	sh = (const void *)(copy + eh->e_shoff);
	names = (const char *)copy + sh[eh->e_shstrndx].sh_offset;
	for (i = 1; strcmp(names + sh[i].sh_name, name); i++)
		assert_true(i < eh->e_shnum);
	while (time(NULL) < end) {
		size_t offset = ((const Elf64_Shdr *)(compiled.data + eh->e_shoff))[i].sh_offset;
		size_t size = ((const Elf64_Shdr *)(compiled.data + eh->e_shoff))[i].sh_size;

		memcpy(copy, compiled.data, compiled.size);
		for (n = 1 + draw(3); n; n--)
			copy[offset + draw(size)] = draw(2) ? draw(256) : draw(4);
		open_and_look(copy, compiled.size, &compiled.opts);
	}
	free(copy);
}

static void flipped_btf_does_no_harm(void **state)
{
	flip_in(".BTF");
}

static void flipped_records_do_no_harm(void **state)
{
	flip_in(".BTF.ext");
}

static void flipped_symbols_do_no_harm(void **state)
{
	flip_in(".symtab");
}

static void flipped_instructions_do_no_harm(void **state)
{
	flip_in("tp_btf/sched_switch");
}

static void too_little_memory_is_an_error(void **state)
{
	struct tv_bpf_opts opts = compiled.opts;
	uint32_t limit;
	int err = -ENOMEM;

	for (limit = 64; err; limit += 1 + limit / 64) {
		opts.max_memory = limit;
		err = open_and_look(compiled.data, compiled.size, &opts);
		assert_true(!err || err == -ENOMEM);
	}
	assert_true(limit > 4096 && limit < 1 << 20);
}

static void what_is_no_object_is_refused(void **state)
{
	static const char script[128] = "#!/bin/sh\n";
	unsigned char *copy = malloc(compiled.size);
	Elf64_Ehdr *eh = (void *)copy;

	assert_int_equal(open_and_look("", 0, NULL), -EINVAL);
	assert_int_equal(open_and_look(script, sizeof(script), NULL), -EINVAL);
	memcpy(copy, compiled.data, compiled.size);
	eh->e_machine = EM_X86_64;
	assert_int_equal(open_and_look(copy, compiled.size, NULL), -EINVAL);
	memcpy(copy, compiled.data, compiled.size);
	eh->e_ident[EI_DATA] = ELFDATA2MSB;
	assert_int_equal(open_and_look(copy, compiled.size, NULL), -ENOTSUP);
	free(copy);
}

static void a_file_that_is_missing_is_named(void **state)
{
	struct tv_bpf_object *obj;
	struct tv_bpf_error error;
	char text[5000];

	tv_bpf_error_init(&error, "/nowhere/x.bpf.o");
	assert_int_equal(tv_bpf_object_open("/nowhere/x.bpf.o", NULL, &obj, &error), -ENOENT);
	assert_string_equal(tv_bpf_error_text(&error, text, sizeof(text)),
			    "/nowhere/x.bpf.o: No such file or directory");
	assert_int_equal(tv_bpf_object_open("/", NULL, &obj, NULL), -EISDIR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cut_object_is_refused),
		cmocka_unit_test(flipped_bytes_do_no_harm),
		cmocka_unit_test(flipped_btf_does_no_harm),
		cmocka_unit_test(flipped_records_do_no_harm),
		cmocka_unit_test(flipped_symbols_do_no_harm),
		cmocka_unit_test(flipped_instructions_do_no_harm),
		cmocka_unit_test(too_little_memory_is_an_error),
		cmocka_unit_test(what_is_no_object_is_refused),
		cmocka_unit_test(a_file_that_is_missing_is_named),
	};

	return cmocka_run_group_tests(tests, compile_program, forget_program) != 0;
}
