// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Objects with a single thing wrong, from ELF's tables to maps and externs, and what is said of
 * each; beside them objects that look odd and are right. Nothing here is a compiler's.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bpf/vmlinux.h"
#include "tests/unit/insns.h"
#include "tests/unit/made_object.h"

static const struct bpf_insn nothing[] = { MOVK(R0, 0), EXIT };

/* --- an object that is right -------------------------------------------------------- */

static uint32_t add_insns(const char *section, const struct bpf_insn *insns, uint32_t cnt)
{
	return elf_add(&e, section, SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, insns, cnt * sizeof(*insns));
}

static uint32_t add_function(const char *name, uint32_t section, uint32_t start, uint32_t cnt)
{
	return elf_symbol(&e, name, STB_GLOBAL, STT_FUNC, section, start * sizeof(struct bpf_insn),
			  cnt * sizeof(struct bpf_insn));
}

#define ADD_PROG(section, name, ...) ({							\
	static const struct bpf_insn insns_[] = { __VA_ARGS__ };				\
	uint32_t at_ = add_insns(section, insns_, sizeof(insns_) / sizeof(insns_[0]));		\
	add_function(name, at_, 0, sizeof(insns_) / sizeof(insns_[0]));				\
	at_; })

static int begin(void **state)
{
	begin_empty();
	elf_add(&e, "license", SHT_PROGBITS, SHF_ALLOC, "GPL", 4);
	return 0;
}

/* The object opens, but that program cannot be loaded. */
static void assert_not_loaded(const char *name, int err, const char *text)
{
	const struct tv_bpf_prog *prog;

	assert_opens();
	prog = tv_bpf_object_prog(obj, name);
	assert_non_null(prog);
	assert_int_equal(prog->err, err);
	assert_says(prog->why, text);
}

static void assert_loaded(const char *name)
{
	const struct tv_bpf_prog *prog;

	assert_opens();
	prog = tv_bpf_object_prog(obj, name);
	assert_non_null(prog);
	if (prog->err)
		fail_msg("%s", prog->why);
}

static void what_is_right_opens(void **state)
{
	ADD_PROG("raw_tp", "p", MOVK(R0, 0), EXIT);
	assert_loaded("p");
	assert_string_equal(obj->license, "GPL");
	assert_int_equal(obj->progs[0].insn_cnt, 2);
	assert_null(obj->btf);
}

/* --- ELF's tables ------------------------------------------------------------------- */

/* The same object, spoilt: each changes one thing. */
static void spoil_class(void)
{
	e.header.e_ident[EI_CLASS] = ELFCLASS32;
}

static void spoil_order(void)
{
	e.header.e_ident[EI_DATA] = 7;
}

static void spoil_version(void)
{
	e.header.e_ident[EI_VERSION] = 9;
}

static void spoil_type(void)
{
	e.header.e_type = ET_EXEC;
}

static void spoil_machine(void)
{
	e.header.e_machine = EM_X86_64;
}

static void spoil_names(void)
{
	e.header.e_shstrndx = 0;
}

static void spoil_names_far(void)
{
	e.header.e_shstrndx = 30;
}

static void spoil_name(void)
{
	e.sections[3].sh_name = 1 << 20;
}

static void spoil_names_type(void)
{
	e.sections[ELF_STRINGS].sh_type = SHT_PROGBITS;
}

static void spoil_offset(void)
{
	e.sections[3].sh_offset = 1 << 20;
}

static void spoil_size(void)
{
	e.sections[3].sh_size = 1 << 20;
	e.data[3] = NULL;
}

static void spoil_symbol_size(void)
{
	e.sections[ELF_SYMBOLS].sh_entsize = 16;
}

static void spoil_symbol_strings(void)
{
	e.sections[ELF_SYMBOLS].sh_link = 0;
}

static void spoil_symbol_strings_far(void)
{
	e.sections[ELF_SYMBOLS].sh_link = 30;
}

static void spoil_symbol_name(void)
{
	e.symbols[1].st_name = 1 << 20;
}

/* The last string of all is this symbol's name. */
static void spoil_symbol_name_end(void)
{
	e.sections[ELF_STRINGS].sh_size = e.strings_size - 1;
}

static void spoil_symbol_section(void)
{
	e.symbols[1].st_shndx = 30;
}

static void second_symbol_table(void)
{
	elf_add(&e, ".symtab2", SHT_SYMTAB, 0, NULL, 0);
}

static void no_symbol_table(void)
{
	e.sections[ELF_SYMBOLS].sh_type = SHT_PROGBITS;
}

static void tables_are_checked(void **state)
{
	static const struct { void (*spoil)(void); int err; const char *text; } cases[] = {
		{ spoil_class, -EINVAL, "not a 64-bit ELF file" },
		{ spoil_order, -EINVAL, "unknown byte order" },
		{ spoil_version, -EINVAL, "not an ELF file" },
		{ spoil_type, -EINVAL, "not a BPF object file" },
		{ spoil_machine, -EINVAL, "not a BPF object file" },
		{ spoil_names, -EINVAL, "no table of section names" },
		{ spoil_names_far, -EINVAL, "" },
		{ spoil_name, -EINVAL, "section 3 has no valid name" },
		{ spoil_names_type, -EINVAL, "section 1 has no valid name" },
		{ spoil_offset, -EINVAL, "section 3 reaches past the end" },
		{ spoil_size, -EINVAL, "section 3 reaches past the end" },
		{ spoil_symbol_size, -EINVAL, "malformed symbol table" },
		{ spoil_symbol_strings, -EINVAL, "malformed symbol table" },
		{ spoil_symbol_strings_far, -EINVAL, "malformed symbol table" },
		{ spoil_symbol_name, -EINVAL, "symbol 1 has a bad name" },
		{ spoil_symbol_name_end, -EINVAL, "symbol 1 has a bad name" },
		{ spoil_symbol_section, -EINVAL, "symbol 1 has a bad section" },
		{ second_symbol_table, -EINVAL, "a second symbol table" },
		{ no_symbol_table, -ENOENT, "no symbol table: a stripped object?" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		again();
		ADD_PROG("raw_tp", "p", MOVK(R0, 0), EXIT);
		cases[i].spoil();
		assert_not_opened(cases[i].err, cases[i].text);
	}
}

static void files_without_section_headers(void **state)
{
	size_t size;
	unsigned char *image;
	Elf64_Ehdr *header;

	image = elf_make(&e, &size);
	header = (Elf64_Ehdr *)image;
	header->e_shnum = 0;
	header->e_shoff = 0;
	assert_int_equal(open_image(image, size), -EINVAL);
	assert_string_equal(error.text, "no section headers");
}

static void too_many_sections(void **state)
{
	size_t size = sizeof(Elf64_Ehdr) + (TV_BPF_MAX_SECTIONS + 1) * sizeof(Elf64_Shdr);
	unsigned char *image = calloc(1, size);
	Elf64_Ehdr *header = (Elf64_Ehdr *)image;

	*header = e.header;
	header->e_shoff = sizeof(*header);
	header->e_shnum = TV_BPF_MAX_SECTIONS + 1;
	assert_int_equal(open_image(image, size), -EFBIG);
	assert_non_null(strstr(error.text, "sections, at most"));
}

/* --- single sections ------------------------------------------------------------------ */

static void licenses_and_versions(void **state)
{
	static char far[100];

	memset(far, 'x', sizeof(far));
	again();
	e.data[3] = far;
	e.sections[3].sh_size = sizeof(far);
	elf_add(&e, "version", SHT_PROGBITS, 0, "\1\2\3\4", 4);
	assert_opens();
	assert_int_equal(strlen(obj->license), 63);
	assert_int_equal(obj->version, 0x04030201);

	again();
	e.sections[3].sh_name = elf_string(&e, "no license");
	elf_add(&e, "version", SHT_PROGBITS, 0, "\1\2\3\4", 3);
	assert_not_opened(-EINVAL, "not four bytes");
	again();
	elf_add(&e, "version", SHT_NOBITS, 0, NULL, 4);
	assert_not_opened(-EINVAL, "not four bytes");
	again();
	e.sections[3].sh_name = elf_string(&e, "no license");
	assert_opens();
	assert_string_equal(obj->license, "");
}

static void files_too_large(void **state)
{
	size_t size = TV_BPF_MAX_FILE + 1ul;

	assert_int_equal(open_image(calloc(1, size), size), -EFBIG);
	assert_string_equal(error.text, "larger than 64 MiB");
}

static void records_cut_short(void **state)
{
	btf__add_int(types = btf__new_empty(), "int", 4, BTF_INT_SIGNED);
	elf_add(&e, ".BTF.ext", SHT_PROGBITS, 0, "12345678", 8);
	assert_not_opened(-EINVAL, "header: cut short");
	again();
	btf__add_int(types = btf__new_empty(), "int", 4, BTF_INT_SIGNED);
	elf_add(&e, ".BTF.ext", SHT_NOBITS, 0, NULL, 100);
	assert_not_opened(-EINVAL, "header: cut short");
}

static void features_of_newer_loaders(void **state)
{
	elf_add(&e, ".addr_space.1", SHT_PROGBITS, 0, "12345678", 8);
	assert_not_opened(-ENOTSUP, "variables in an arena");
	again();
	elf_add(&e, ".jumptables", SHT_PROGBITS, 0, "12345678", 8);
	assert_not_opened(-ENOTSUP, "jump tables");
	again();
	elf_add(&e, "maps", SHT_PROGBITS, 0, "12345678", 8);
	assert_not_opened(-ENOTSUP, "legacy map definitions");
	again();
	elf_add(&e, ".BTF", SHT_NOBITS, 0, NULL, 8);
	assert_not_opened(-EINVAL, "of another section type");
	again();
	elf_add(&e, ".maps", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, "12345678", 8);
	assert_not_opened(-ENOENT, "BTF is required, but is missing");
}

static void names_of_objects(void **state)
{
	size_t size;
	void *image = elf_make(&e, &size);

	assert_int_equal(tv_bpf_object_open_mem(image, size, "dir.x/a_very_long_object_name.o", &opts, &obj,
						&error), 0);
	assert_string_equal(obj->name, "a_very_long_obj");
	free(image);
}

static void data_sections(void **state)
{
	elf_add(&e, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, NULL, TV_BPF_MAX_DATA + 8ul);
	assert_not_opened(-EFBIG, "bytes of data");
	again();
	elf_add(&e, ".bss", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, NULL, TV_BPF_MAX_DATA);
	elf_add(&e, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, "12345678", 8);
	assert_not_opened(-EFBIG, "bytes of data");
	again();
	elf_add(&e, ".bss.x-y", SHT_NOBITS, SHF_ALLOC | SHF_WRITE, NULL, 8);
	elf_add(&e, ".rodata.str", SHT_PROGBITS, SHF_ALLOC, "12345678", 8);
	elf_add(&e, ".data.a_name_that_is_long", SHT_PROGBITS, SHF_ALLOC, "12345678", 8);
	elf_add(&e, ".database", SHT_PROGBITS, SHF_ALLOC, "12345678", 8);
	elf_add(&e, ".bssx", SHT_NOBITS, SHF_ALLOC, NULL, 8);
	elf_add(&e, ".data.empty", SHT_PROGBITS, SHF_ALLOC, NULL, 0);
	assert_opens();
	assert_int_equal(obj->map_cnt, 3);
	assert_string_equal(obj->maps[0].name, ".bss.x_y");
	assert_string_equal(obj->maps[2].name, ".data.a_name_th");
}

/* --- functions -------------------------------------------------------------------------- */

static void functions_are_whole_instructions(void **state)
{
	static const struct { uint64_t value, size; const char *text; } cases[] = {
		{ 0, 0, "is not made of whole instructions" }, { 0, 12, "is not made of whole" },
		{ 4, 8, "is not made of whole" }, { 0, 24, "reaches past its section" },
		{ 24, 8, "reaches past its section" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		again();
		elf_symbol(&e, "f", STB_GLOBAL, STT_FUNC, add_insns("raw_tp", nothing, 2), cases[i].value,
			   cases[i].size);
		assert_not_opened(-EINVAL, cases[i].text);
	}
}

static void static_functions_stand_in_text(void **state)
{
	elf_symbol(&e, "f", STB_LOCAL, STT_FUNC, add_insns("raw_tp", nothing, 2), 0, 16);
	assert_not_opened(-ENOTSUP, "static function 'f' outside .text");
}

static void functions_do_not_overlap(void **state)
{
	uint32_t at = ADD_PROG("raw_tp", "f", MOVK(R0, 0), EXIT);

	add_function("g", at, 1, 1);
	assert_not_opened(-EINVAL, "functions 'f' and 'g' overlap");
}

static void too_many_functions(void **state)
{
	static struct bpf_insn many[TV_BPF_MAX_PROGS + 1];
	uint32_t at, i;

	for (i = 0; i <= TV_BPF_MAX_PROGS; i++)
		many[i] = EXIT;
	at = add_insns("raw_tp", many, TV_BPF_MAX_PROGS + 1);
	for (i = 0; i <= TV_BPF_MAX_PROGS; i++)
		add_function("f", at, i, 1);
	assert_not_opened(-EFBIG, "more than 4096 functions");
}

static void functions_too_long(void **state)
{
	uint32_t cnt = TV_BPF_MAX_INSNS + 1, at;
	struct bpf_insn *many = calloc(cnt, sizeof(*many));

	at = add_insns("raw_tp", many, cnt);
	add_function("f", at, 0, cnt);
	assert_not_opened(-EFBIG, "has more than 1048576 instructions");
	free(many);
}

/* In sections of other kinds, functions are none. */
static void functions_elsewhere_are_ignored(void **state)
{
	uint32_t at = elf_add(&e, "raw_tp", SHT_PROGBITS, SHF_ALLOC, nothing, sizeof(nothing));

	add_function("f", at, 0, 2);
	at = elf_add(&e, ".debug_f", SHT_PROGBITS, SHF_EXECINSTR, nothing, sizeof(nothing));
	add_function("g", at, 0, 2);
	add_function("h", SHN_ABS, 0, 2);
	assert_opens();
	assert_int_equal(obj->prog_cnt, 0);
}

/* An object of one function: .text is a program's section like others, without a type. */
static void text_alone(void **state)
{
	ADD_PROG(".text", "f", MOVK(R0, 0), EXIT);
	assert_not_loaded("f", -EINVAL, "missing BPF prog type");
}

/* --- relocations --------------------------------------------------------------------------- */

#define LD64_0	LD64(R1, 0)

static Elf64_Sym local_symbol(int type, uint32_t in, uint64_t value)
{
	return (Elf64_Sym){ .st_shndx = in, .st_value = value, .st_info = ELF64_ST_INFO(STB_LOCAL, type) };
}

static void relocations_are_checked(void **state)
{
	/* calls at 0 and 1, an immediate at 2, plain arithmetic at 4, a kfunc at 5 */
	enum { TEXT = 1, DATA, MAPS, OTHER, ABS, UNDEF, CONST, FAR, INSIDE };
	static const struct { int symbol; uint64_t at; const char *text; } cases[] = {
		{ DATA, 32, "of neither a call nor a 64-bit immediate" },
		{ UNDEF, 0, "is an extern that BTF does not declare" },
		{ TEXT, 8, "of a call that is none of a function" },
		{ DATA, 0, "call of a function outside .text" },
		{ INSIDE, 0, "call into an instruction" },
		{ ABS, 16, "in a special section; forgot to initialize global var?.." },
		{ INSIDE, 16, "address inside an instruction" },
		{ OTHER, 16, "in a section that is no data" },
		{ 60, 0, "bad symbol or offset" }, { TEXT, 12, "bad symbol or offset" },
		{ TEXT, 800, "bad symbol or offset" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint32_t prog, text, data, other;
		Elf64_Rel rel;

		again();
		prog = ADD_PROG("raw_tp", "p", CALL(-1), HELPER(1), LD64_0, MOVK(R0, 0), EXIT);
		text = ADD_PROG(".text", "f", MOVK(R0, 0), EXIT);
		data = elf_add(&e, ".data", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, "12345678", 8);
		other = elf_add(&e, "other", SHT_PROGBITS, SHF_ALLOC, "12345678", 8);
		e.nr_symbols = 20;
		memset(e.symbols, 0, 20 * sizeof(e.symbols[0]));
		add_function("p", prog, 0, 6);
		add_function("f", text, 0, 2);
		e.symbols[TEXT] = local_symbol(STT_SECTION, text, 0);
		e.symbols[DATA] = local_symbol(STT_SECTION, data, 0);
		e.symbols[OTHER] = local_symbol(STT_SECTION, other, 0);
		e.symbols[ABS] = local_symbol(STT_NOTYPE, SHN_ABS, 0);
		e.symbols[UNDEF] = (Elf64_Sym){ .st_info = ELF64_ST_INFO(STB_GLOBAL, STT_NOTYPE) };
		e.symbols[INSIDE] = local_symbol(STT_SECTION, text, 4);
		rel = ELF_REL(cases[i].at, cases[i].symbol);
		elf_relocate(&e, ".relraw_tp", prog, &rel, 1);
		assert_not_opened(-EINVAL, cases[i].text);
	}
}

static void sections_of_relocations(void **state)
{
	static const Elf64_Rel twice[] = { { 0, ELF64_R_INFO(1ull, 1) }, { 0, ELF64_R_INFO(1ull, 1) } };
	uint32_t prog, rel;

	ADD_PROG(".text", "f", MOVK(R0, 0), EXIT);
	prog = ADD_PROG("raw_tp", "p", CALL(-1), EXIT);
	elf_relocate(&e, ".relraw_tp", prog, twice, 2);
	assert_not_opened(-EINVAL, "two relocations");

	again();
	prog = ADD_PROG("raw_tp", "p", MOVK(R0, 0), EXIT);
	rel = elf_relocate(&e, ".relraw_tp", prog, twice, 1);
	e.sections[rel].sh_entsize = 8;
	assert_not_opened(-EINVAL, "malformed relocations");
	again();
	prog = ADD_PROG("raw_tp", "p", MOVK(R0, 0), EXIT);
	elf_relocate(&e, ".relraw_tp", 77, twice, 1);
	assert_not_opened(-EINVAL, "malformed relocations");
	/* those of debugging information are not looked at */
	again();
	ADD_PROG("raw_tp", "p", MOVK(R0, 0), EXIT);
	rel = elf_add(&e, ".debug_info", SHT_PROGBITS, 0, "12345678", 8);
	elf_relocate(&e, ".rel.debug_info", rel, twice, 2);
	assert_loaded("p");
}

/* Nor those of instructions that no function holds. */
static void relocations_of_no_function(void **state)
{
	static const Elf64_Rel rel = { 16, ELF64_R_INFO(1ull, 1) };
	static const struct bpf_insn three[] = { MOVK(R0, 0), EXIT, CALL(-1) };
	uint32_t prog = add_insns("raw_tp", three, 3);

	add_function("p", prog, 0, 2);
	elf_relocate(&e, ".relraw_tp", prog, &rel, 1);
	assert_loaded("p");
}

static void immediates_cut_short(void **state)
{
	static const Elf64_Rel rel = { 8, ELF64_R_INFO(1ull, 1) };
	static const struct bpf_insn cut[] = { MOVK(R0, 0), LD64_0 };
	uint32_t prog = add_insns("raw_tp", cut, 2);

	add_function("p", prog, 0, 2);
	elf_relocate(&e, ".relraw_tp", prog, &rel, 1);
	assert_not_opened(-EINVAL, "of a 64-bit immediate that is cut short");
}

static void file_descriptors_in_programs(void **state)
{
	ADD_PROG("raw_tp", "p", LDMAP(R1, 7), LDVALUE(R1, 5, 0), LDMAP(R1, -3), LDFUNC(R1, 0), EXIT);
	ADD_PROG(".text", "f", MOVK(R0, 0), EXIT);
	assert_not_loaded("p", -EINVAL, "");
	again();
	ADD_PROG("raw_tp", "p", LDMAP(R1, 7), LDVALUE(R1, 5, 0), LDMAP(R1, -3), EXIT);
	assert_loaded("p");
	assert_int_equal(obj->progs[0].insns[0].imm, -8);
	assert_int_equal(obj->progs[0].insns[2].imm, -6);
	assert_int_equal(obj->progs[0].insns[4].imm, -3);
}

/* --- linking ------------------------------------------------------------------------------- */

static void calls_of_nothing(void **state)
{
	ADD_PROG("raw_tp", "p", CALL(1000), EXIT);
	ADD_PROG(".text", "f", MOVK(R0, 0), EXIT);
	assert_not_loaded("p", -EINVAL, "'p' insn 0: call of no function in .text");
	again();
	ADD_PROG("raw_tp", "p", CALL(-100), EXIT);
	ADD_PROG(".text", "f", MOVK(R0, 0), EXIT);
	assert_not_loaded("p", -EINVAL, "'p' insn 0: call of no function in .text");
	/* without .text there is nothing to call */
	again();
	ADD_PROG("raw_tp", "p", CALL(0), EXIT);
	assert_not_loaded("p", -EINVAL, "call of no function");
}

static void programs_too_long_together(void **state)
{
	uint32_t cnt = TV_BPF_MAX_INSNS / 2 + 8, text, i;
	struct bpf_insn *many = calloc(2 * cnt, sizeof(*many));

	/* the second function of .text is called from the first, by its distance */
	for (i = 0; i < 2 * cnt; i++)
		many[i] = MOVK(R0, 0);
	many[0] = CALL(cnt - 1);
	text = add_insns(".text", many, 2 * cnt);
	add_function("f", text, 0, cnt);
	add_function("g", text, cnt, cnt);
	ADD_PROG("raw_tp", "p", CALL(-1), EXIT);
	assert_not_loaded("p", -EFBIG, "more than 1048576 instructions");
	free(many);
}

/* --- attaching ------------------------------------------------------------------------------- */

static void targets_of_programs(void **state)
{
	static char far[160] = "fentry/";
	struct tv_btf *vmlinux;

	memset(far + 7, 'x', sizeof(far) - 8);
	/* nobody looks for them where the kernel's types are not known */
	ADD_PROG("fentry/no_such_function", "p", MOVK(R0, 0), EXIT);
	assert_loaded("p");
	assert_int_equal(obj->progs[0].attach_btf_id, 0);
	assert_null(tv_bpf_object_map(obj, "nothing"));
	again();
	tv_bpf_error_init(&error, "builtin");
	assert_int_equal(tv_vmlinux_open(TV_VMLINUX_BUILTIN, &vmlinux, &error), 0);
	opts.vmlinux = vmlinux;
	ADD_PROG("fentry", "p1", MOVK(R0, 0), EXIT);
	ADD_PROG("fentry/no_such_function", "p2", MOVK(R0, 0), EXIT);
	ADD_PROG("freplace/f", "p3", MOVK(R0, 0), EXIT);
	ADD_PROG("struct_ops/f", "p4", MOVK(R0, 0), EXIT);
	ADD_PROG("lsm/file_open", "p5", MOVK(R0, 0), EXIT);
	ADD_PROG("lsm_cgroup/no_such", "p6", MOVK(R0, 0), EXIT);
	ADD_PROG("iter/no_such", "p7", MOVK(R0, 0), EXIT);
	ADD_PROG("xdp.frags", "p8", MOVK(R0, 0), EXIT);
	add_function("p9", add_insns(far, nothing, 2), 0, 2);
	assert_not_loaded("p1", -EINVAL, "no BTF-based attach target is specified in section 'fentry'");
	assert_int_equal(tv_bpf_object_prog(obj, "p2")->err, -ESRCH);
	assert_int_equal(tv_bpf_object_prog(obj, "p3")->err, -ENOTSUP);
	assert_int_equal(tv_bpf_object_prog(obj, "p4")->err, -ENOTSUP);
	assert_int_equal(tv_bpf_object_prog(obj, "p6")->err, -ESRCH);
	assert_int_equal(tv_bpf_object_prog(obj, "p7")->err, -ESRCH);
	assert_int_equal(tv_bpf_object_prog(obj, "p8")->flags, BPF_F_XDP_HAS_FRAGS);
	assert_int_equal(tv_bpf_object_prog(obj, "p9")->err, -ENAMETOOLONG);
	tv_bpf_object_close(obj);
	obj = NULL;
	tv_btf_free(vmlinux);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_right_opens), TEST(tables_are_checked), TEST(files_without_section_headers),
		TEST(too_many_sections), TEST(licenses_and_versions), TEST(files_too_large),
		TEST(records_cut_short), TEST(features_of_newer_loaders),
		TEST(names_of_objects), TEST(data_sections), TEST(functions_are_whole_instructions),
		TEST(static_functions_stand_in_text), TEST(functions_do_not_overlap),
		TEST(too_many_functions), TEST(functions_too_long), TEST(functions_elsewhere_are_ignored),
		TEST(text_alone), TEST(relocations_are_checked), TEST(sections_of_relocations),
		TEST(relocations_of_no_function), TEST(immediates_cut_short),
		TEST(file_descriptors_in_programs), TEST(calls_of_nothing),
		TEST(programs_too_long_together), TEST(targets_of_programs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
