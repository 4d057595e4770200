// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* maps and smaps text: printed as the kernel prints it, read strictly. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "model_world.h"
#include "model/maps.h"

/* The VMAs of a text, in an mm of their own. */
struct parsed {
	struct tv_world *world;
	struct mm_struct *mm;
	struct tv_vma_list vmas;
	struct tv_diag diag;
	int err;
};

static void parse_bytes(struct parsed *p, const char *text, size_t len)
{
	/* as long as needed and no longer: reading past the end is found */
	char *copy = malloc(len ? len : 1);

	assert_non_null(copy);
	memcpy(copy, text, len);
	*p = (struct parsed){ 0 };
	p->world = model_world(-1);
	assert_int_equal(tv_mm_create(p->world, &p->mm), 0);
	tv_diag_init(&p->diag, "maps");
	p->err = tv_maps_parse(copy, len, p->mm, &p->vmas, &p->diag);
	free(copy);
}

static void parse(struct parsed *p, const char *text)
{
	parse_bytes(p, text, strlen(text));
}

static void parsed_end(struct parsed *p)
{
	tv_vma_list_fini(&p->vmas);
	mmput(p->mm);
	model_world_end(p->world);
}

/* What printing all of them gives; to be freed. */
static char *print_all(const struct parsed *p)
{
	char *text;
	size_t len, i;
	FILE *out = open_memstream(&text, &len);

	assert_non_null(out);
	for (i = 0; i < p->vmas.nr; i++)
		assert_int_equal(tv_maps_print(out, p->vmas.vmas[i]), 0);
	fclose(out);
	return text;
}

static void assert_prints(const char *text, const char *expected)
{
	struct parsed p;
	char *printed;

	parse(&p, text);
	assert_string_equal(p.diag.text, "");
	assert_int_equal(p.err, 0);
	printed = print_all(&p);
	assert_string_equal(printed, expected);
	free(printed);
	parsed_end(&p);
}

static void assert_same(const char *text)
{
	assert_prints(text, text);
}

static void lines_of_the_kernel_stay_as_they_are(void **state)
{
	assert_same("55c3d8a4e000-55c3d8a7d000 r--p 00000000 fe:00 247101                     /usr/bin/bash\n"
		    "55c3d8a7d000-55c3d8b3e000 r-xp 0002f000 fe:00 247101                     /usr/bin/bash\n"
		    "55c3d8b83000-55c3d8b8e000 rw-p 00000000 00:00 0 \n"
		    "55c3da1b8000-55c3da26a000 rw-p 00000000 00:00 0                          [heap]\n"
		    "7ffc5e5fe000-7ffc5e602000 r--p 00000000 00:00 0                          [vvar]\n"
		    "7ffc5e602000-7ffc5e604000 r-xp 00000000 00:00 0                          [vdso]\n");
	assert_same("00000000-00001000 ---s 00000000 00:00 0 \n");
	assert_same("7f0000000000-7f0000001000 rwxs 1234567890abc000 103:fffff 18446744073709551615  /dev/x\n"
		    "7fffffffe000-7ffffffff000 rw-p 00000000 00:00 0                          [stack]\n");
}

static void a_name_follows_a_long_prefix_after_two_blanks(void **state)
{
	/* 75 characters before the name's own blank */
	assert_same("7f0000000000-7f0000001000 rwxs 1234567890abc000 103:fffff 1234567890123456  /a\n");
}

static void names_are_taken_byte_for_byte(void **state)
{
	assert_same("7f0000000000-7f0000001000 r--p 00000000 fe:00 7                          /a b  c \n"
		    "7f0000001000-7f0000002000 r--p 00000000 fe:00 7                          /tmp/x (deleted)\n"
		    "7f0000002000-7f0000003000 r--p 00000000 fe:00 7                          /new\\012line\n"
		    "7f0000003000-7f0000004000 r--p 00000000 fe:00 7                          /\xff\xfe\x01\t\n"
		    "7f0000004000-7f0000005000 r--p 00000000 fe:00 7                          /ends in cr\r\n"
		    "7f0000005000-7f0000006000 r--p 00000000 fe:00 7                           begins with a blank\n");
}

static void narrow_padding_and_none_are_read(void **state)
{
	assert_prints("08048000-08049000 r-xp 00000000 08:01 99         /bin/32-bit\n"
		      "0804a000-0804b000 rw-p 00000000 00:00 0\n"
		      "0804c000-0804d000 rw-p 00000000 00:00 0 /x\n",
		      "08048000-08049000 r-xp 00000000 08:01 99                                 /bin/32-bit\n"
		      "0804a000-0804b000 rw-p 00000000 00:00 0 \n"
		      "0804c000-0804d000 rw-p 00000000 00:00 0                                  /x\n");
}

static void vsyscall_is_left_out(void **state)
{
	assert_prints("7ffffffde000-7ffffffff000 rw-p 00000000 00:00 0                          [stack]\n"
		      "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n",
		      "7ffffffde000-7ffffffff000 rw-p 00000000 00:00 0                          [stack]\n");
	assert_prints("ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0                  [vsyscall]\n"
		      "VmFlags: ex \n", "");
}

static void newlines_in_a_name_are_escaped(void **state)
{
	struct tv_vma_desc desc = {
		.start = 0x1000, .end = 0x2000, .vm_flags = VM_READ,
		.name = "/a\n\nb\n", .name_len = 6,
	};
	struct vm_area_struct *vma;
	struct parsed p;
	char *printed;

	parse(&p, "ffffffffff600000-ffffffffff601000 --xp 00000000 00:00 0 [vsyscall]\n");
	assert_int_equal(tv_vma_create(p.mm, &desc, &vma), 0);
	assert_int_equal(tv_vma_list_add(&p.vmas, vma), 0);
	printed = print_all(&p);
	assert_string_equal(printed, "00001000-00002000 r--p 00000000 00:00 0 "
			    "                                 /a\\012\\012b\\012\n");
	free(printed);
	parsed_end(&p);
}

static void smaps_gives_flags(void **state)
{
	struct parsed p;

	parse(&p, "7f0000000000-7f0000001000 r--s 00000000 fe:00 7                          /a\n"
		  "Size:                  4 kB\n"
		  "KernelPageSize:        4 kB\n"
		  "Pss_Dirty:             0 kB\n"
		  "THPeligible:           0\n"
		  "ProtectionKey:         0\n"
		  "VmFlags: rd mr mw me ms ?? gu sd \n"
		  "7f0000001000-7f0000002000 rw-p 00000000 00:00 0 \n");
	assert_string_equal(p.diag.text, "");
	assert_int_equal(p.vmas.nr, 2);
	assert_int_equal(p.vmas.vmas[0]->vm_flags, 0x080008f1);
	assert_int_equal(p.vmas.vmas[1]->vm_flags, VM_READ | VM_WRITE);
	parsed_end(&p);
}

#define HEAD	"7f0000000000-7f0000001000 r--p 00000000 fe:00 7                          "

static const struct {
	const char *text;
	int line, column;
	const char *says;
} bad[] = {
	{ "", 1, 1, "empty" },
	{ "\n", 1, 1, "start address" },
	{ "garbage\n", 1, 1, "start address" },
	{ "7f0000000000\n", 1, 13, "'-'" },
	{ "7f0000000000-\n", 1, 14, "end address" },
	{ "7f0000000000-7f0000001000\n", 1, 26, "blank" },
	{ "7f0000000000-7f0000001000 \n", 1, 27, "permissions" },
	{ "7f0000000000-7f0000001000 r--\n", 1, 27, "permissions" },
	{ "7f0000000000-7f0000001000 r-wp 00000000 fe:00 7 \n", 1, 27, "permissions" },
	{ "7f0000000000-7f0000001000 r--p\n", 1, 31, "blank" },
	{ "7f0000000000-7f0000001000 r--p \n", 1, 32, "offset" },
	{ "7f0000000000-7f0000001000 r--p 00000000\n", 1, 40, "blank" },
	{ "7f0000000000-7f0000001000 r--p 00000000 \n", 1, 41, "device" },
	{ "7f0000000000-7f0000001000 r--p 00000000 fe\n", 1, 41, "device" },
	{ "7f0000000000-7f0000001000 r--p 00000000 fe: 7 \n", 1, 41, "device" },
	{ "7f0000000000-7f0000001000 r--p 00000000 1000:00 7 \n", 1, 41, "device" },
	{ "7f0000000000-7f0000001000 r--p 00000000 00:100000 7 \n", 1, 41, "device" },
	{ "7f0000000000-7f0000001000 r--p 00000000 fe:00\n", 1, 46, "blank" },
	{ "7f0000000000-7f0000001000 r--p 00000000 fe:00 \n", 1, 47, "inode" },
	{ "7f0000000000-7f0000001000 r--p 00000000 fe:00 x\n", 1, 47, "inode" },
	{ "7f0000000000-7f0000001000 r--p 00000000 fe:00 7x\n", 1, 48, "blank" },
	{ "7f0000000000-7f0000001000 r--p 00000000 fe:00 18446744073709551616 \n", 1, 47, "inode" },
	{ "7F0000000000-7f0000001000 r--p 00000000 fe:00 7 \n", 1, 2, "'-'" },
	{ "10000000000000000-20000000000000000 r--p 00000000 fe:00 7 \n", 1, 1, "start address" },
	{ " 7f0000000000-7f0000001000 r--p 00000000 fe:00 7 \n", 1, 1, "start address" },
	{ HEAD "/a", 1, 76, "middle of a line" },
	{ HEAD "/a\n7f00", 2, 5, "middle of a line" },
	{ HEAD "/a\n\n", 2, 1, "start address" },
	{ HEAD "/a\r\n", 1, 76, "CR LF" },
	{ "7f0000000000-7f0000001000 r--p 00000000 fe:00 7 \r\n", 1, 49, "CR LF" },
	{ "7f0000001000-7f0000000000 r--p 00000000 fe:00 7 \n", 1, 14, "reversed" },
	{ "7f0000001000-7f0000001000 r--p 00000000 fe:00 7 \n", 1, 14, "empty" },
	{ "7f0000000800-7f0000001000 r--p 00000000 fe:00 7 \n", 1, 1, "aligned" },
	{ "7f0000000000-7f0000001001 r--p 00000000 fe:00 7 \n", 1, 14, "aligned" },
	{ "7f0000000000-7f0000001000 r--p 00000001 fe:00 7 \n", 1, 32, "aligned" },
	{ "7f0000000000-800000000000 r--p 00000000 fe:00 7 \n", 1, 14, "task size" },
	{ HEAD "/a\n" HEAD "/a\n", 2, 1, "overlaps" },
	{ HEAD "/a\n00001000-00002000 r--p 00000000 00:00 0 \n", 2, 1, "out of order" },
	{ HEAD "[rollup]\n", 1, 74, "rollup" },
	{ "Size: 4 kB\n", 1, 1, "before the first" },
	{ HEAD "/a\nSize 4 kB\n", 2, 5, "':'" },
	{ HEAD "/a\nSize: x\n", 2, 7, "number" },
	{ HEAD "/a\nSize: 4 MB\n", 2, 8, "garbage" },
	{ HEAD "/a\nVmFlags: rd xyz\n", 2, 13, "unknown word" },
	{ HEAD "/a\nVmFlags: rd q\n", 2, 13, "unknown word" },
	{ HEAD "/a\nVmFlags: rd qq \n", 2, 13, "unknown word" },
	{ HEAD "/a\nVmFlags: wr mr \n", 2, 1, "contradict" },
};

static void bad_texts_are_refused_with_their_place(void **state)
{
	struct parsed p;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		parse(&p, bad[i].text);
		print_message("%s => %d:%d: %s\n", bad[i].text, p.diag.line, p.diag.column,
			      p.diag.text);
		assert_int_equal(p.err, -EINVAL);
		assert_non_null(strstr(p.diag.text, bad[i].says));
		assert_int_equal(p.diag.line, bad[i].line);
		assert_int_equal(p.diag.column, bad[i].column);
		parsed_end(&p);
	}
}

static void a_nul_is_refused(void **state)
{
	static const char text[] = HEAD "/a\0b\n";
	struct parsed p;

	parse_bytes(&p, text, sizeof(text) - 1);
	assert_int_equal(p.err, -EINVAL);
	assert_string_equal(p.diag.text, "NUL in a name");
	assert_int_equal(p.diag.column, 76);
	parsed_end(&p);
}

/* Wherever a text is cut, what is left is refused unless it ends with a line. */
static void every_truncation_is_noticed(void **state)
{
	static const char text[] = HEAD "/a\n"
		"VmFlags: rd mr \n"
		"7f0000001000-7f0000002000 rw-p 00000000 00:00 0 \n";
	struct parsed p;
	size_t len;

	for (len = 0; len < sizeof(text); len++) {
		parse_bytes(&p, text, len);
		assert_int_equal(p.err, len && text[len - 1] == '\n' ? 0 :
					len == sizeof(text) - 1 ? 0 : -EINVAL);
		parsed_end(&p);
	}
}

static void too_long_a_name_is_refused(void **state)
{
	size_t head = strlen(HEAD), name;
	char *text = malloc(head + TV_VMA_NAME_MAX + 2);
	struct parsed p;

	assert_non_null(text);
	memcpy(text, HEAD, head); /* NOLINT(bugprone-not-null-terminated-result): not a string */
	memset(text + head, 'x', TV_VMA_NAME_MAX + 1);
	for (name = TV_VMA_NAME_MAX; name <= TV_VMA_NAME_MAX + 1; name++) {
		text[head + name] = '\n';
		parse_bytes(&p, text, head + name + 1);
		assert_int_equal(p.err, name > TV_VMA_NAME_MAX ? -EINVAL : 0);
		if (p.err)
			assert_string_equal(p.diag.text, "name is too long");
		parsed_end(&p);
		text[head + name] = 'x';
	}
	free(text);
}

static void every_word_means_its_bit(void **state)
{
	char words[TV_VM_FLAGS_WORDS_MAX];
	unsigned long flags, all = 0;
	size_t at, len;
	int bit;

	for (bit = 0; bit < 64; bit++) {
		len = tv_vm_flags_to_words(1UL << bit, words, sizeof(words));
		assert_true(len == 0 || len == 2);
		if (!len)
			continue;
		assert_int_equal(tv_vm_flags_from_words(words, len, &flags, &at), 0);
		assert_int_equal(flags, 1UL << bit);
		all |= flags;
	}
	/* Linux v6.12, x86-64, and gu */
	assert_int_equal(all, 0x80000160ffffffff);
	len = tv_vm_flags_to_words(~0UL, words, sizeof(words));
	assert_int_equal(strlen(words), len);
	assert_int_equal(tv_vm_flags_from_words(words, len, &flags, &at), 0);
	assert_int_equal(flags, all);
	assert_int_equal(tv_vm_flags_to_words(~0UL, words, 6), 5);
	assert_string_equal(words, "rd wr");
}

static void words_of_other_kernels_mean_no_bit(void **state)
{
	unsigned long flags = 1;
	size_t at;

	assert_int_equal(tv_vm_flags_from_words("dw nl mp bt mt ??", 17, &flags, &at), 0);
	assert_int_equal(flags, 0);
	assert_int_equal(tv_vm_flags_from_words("rd zz", 5, &flags, &at), -EINVAL);
	assert_int_equal(at, 3);
	assert_int_equal(tv_vm_flags_from_words("rd wr Ex", 8, &flags, &at), -EINVAL);
	assert_int_equal(at, 6);
}

static void permissions(void **state)
{
	unsigned long flags;
	char perms[5];

	assert_int_equal(tv_vm_flags_from_perms("rwxs", &flags), 0);
	assert_int_equal(flags, VM_READ | VM_WRITE | VM_EXEC | VM_SHARED | VM_MAYSHARE);
	tv_vm_flags_to_perms(flags, perms);
	assert_string_equal(perms, "rwxs");
	/* the kernel shows VM_MAYSHARE */
	tv_vm_flags_to_perms(VM_SHARED, perms);
	assert_string_equal(perms, "---p");
	assert_int_equal(tv_vm_flags_from_perms("rwx-", &flags), -EINVAL);
	assert_int_equal(tv_vm_flags_from_perms("wr-p", &flags), -EINVAL);
}

/* This process, as the kernel prints it. */
static void maps_of_this_process(void **state)
{
	static char text[1 << 20];
	struct parsed p;
	char *printed, *vsyscall;
	FILE *maps = fopen("/proc/self/maps", "r");
	size_t len;

	if (!maps)
		skip();
	len = fread(text, 1, sizeof(text) - 1, maps);
	fclose(maps);
	text[len] = '\0';
	parse(&p, text);
	assert_string_equal(p.diag.text, "");
	printed = print_all(&p);
	vsyscall = strstr(text, "ffffffffff600000-");
	if (vsyscall)
		*vsyscall = '\0';
	assert_string_equal(printed, text);
	free(printed);
	parsed_end(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_of_the_kernel_stay_as_they_are),
		cmocka_unit_test(a_name_follows_a_long_prefix_after_two_blanks),
		cmocka_unit_test(names_are_taken_byte_for_byte),
		cmocka_unit_test(narrow_padding_and_none_are_read),
		cmocka_unit_test(vsyscall_is_left_out),
		cmocka_unit_test(newlines_in_a_name_are_escaped),
		cmocka_unit_test(smaps_gives_flags),
		cmocka_unit_test(bad_texts_are_refused_with_their_place),
		cmocka_unit_test(a_nul_is_refused),
		cmocka_unit_test(every_truncation_is_noticed),
		cmocka_unit_test(too_long_a_name_is_refused),
		cmocka_unit_test(every_word_means_its_bit),
		cmocka_unit_test(words_of_other_kernels_mean_no_bit),
		cmocka_unit_test(permissions),
		cmocka_unit_test(maps_of_this_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
