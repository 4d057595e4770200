// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* An object as data: what stands in bpf_program.bpf.c is found as libbpf would hand it on. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bpf/disasm.h"
#include "bpf/prog_type.h"
#include "bpf/tags.h"
#include "tests/unit/bpf_compile.h"

static struct tv_bpf_object *open_with(const struct tv_bpf_opts *opts)
{
	struct tv_bpf_object *obj;
	struct tv_bpf_error error;
	char text[1000];

	tv_bpf_error_init(&error, "unit.bpf.o");
	if (tv_bpf_object_open_mem(compiled.data, compiled.size, "dir/unit.bpf.o", opts, &obj, &error))
		fail_msg("%s", tv_bpf_error_text(&error, text, sizeof(text)));
	return obj;
}

static struct tv_bpf_object *open_it(void)
{
	return open_with(&compiled.opts);
}

/* The text of the first instruction of @prog that holds @part, or "". */
static const char *find_text(const struct tv_bpf_prog *prog, const char *part)
{
	static char text[TV_DISASM_SIZE];
	const struct tv_disasm how = { .vmlinux = compiled.vmlinux };
	uint32_t i;

	for (i = 0; i < prog->insn_cnt; i++) {
		tv_disasm(&how, &prog->insns[i], text, sizeof(text));
		if (strstr(text, part))
			return text;
		i += tv_insn_is_ldimm64(&prog->insns[i]);
	}
	return "";
}

static void programs_have_types_and_targets(void **state)
{
	struct tv_bpf_object *obj = open_it();
	const struct tv_bpf_prog *walk = tv_bpf_object_prog(obj, "walk");
	const struct tv_bpf_prog *calls = tv_bpf_object_prog(obj, "calls");
	const struct tv_bpf_prog *relocated = tv_bpf_object_prog(obj, "relocated");
	const struct tv_bpf_prog *tail = tv_bpf_object_prog(obj, "tail");

	assert_string_equal(obj->name, "unit");
	assert_string_equal(obj->license, "GPL");
	assert_int_equal(obj->prog_cnt, 5);
	assert_int_equal(walk->err, 0);
	assert_int_equal(walk->type, BPF_PROG_TYPE_RAW_TRACEPOINT);
	assert_string_equal(walk->attach_name, "sys_enter");
	assert_int_equal(calls->attach_type, BPF_TRACE_RAW_TP);
	assert_string_equal(tv_btf_name(compiled.vmlinux, calls->attach_btf_id),
			    "btf_trace_sched_switch");
	assert_true(relocated->sleepable);
	assert_int_equal(relocated->flags, BPF_F_SLEEPABLE);
	assert_string_equal(tv_btf_name(compiled.vmlinux, relocated->attach_btf_id), "do_mmap");
	assert_false(tail->autoload);
	assert_string_equal(tail->section, "socket");
	assert_null(tv_bpf_object_prog(obj, "helper"));
	tv_bpf_object_close(obj);
}

static void an_unknown_section_has_no_type(void **state)
{
	struct tv_bpf_object *obj = open_it();
	const struct tv_bpf_prog *prog = tv_bpf_object_prog(obj, "unknown_type");

	assert_int_equal(prog->type, BPF_PROG_TYPE_UNSPEC);
	assert_int_equal(prog->err, -EINVAL);
	assert_non_null(strstr(prog->why, "no_such_type"));
	tv_bpf_object_close(obj);
}

static void subprograms_are_placed_where_first_met(void **state)
{
	struct tv_bpf_object *obj = open_it();
	const struct tv_bpf_prog *calls = tv_bpf_object_prog(obj, "calls");
	static const char *const order[] = { "calls", "each", "global_helper", "hidden_helper",
					     "helper", "last_helper" };
	uint32_t i, at = 0;

	/* down to what a function calls before on to its neighbour */
	assert_int_equal(calls->subprog_cnt, 6);
	for (i = 0; i < 6; i++) {
		assert_string_equal(calls->subprogs[i].name, order[i]);
		assert_int_equal(calls->subprogs[i].start, at);
		at += calls->subprogs[i].cnt;
		assert_string_equal(tv_btf_name(obj->btf, calls->subprogs[i].func_id), order[i]);
	}
	assert_int_equal(at, calls->insn_cnt);
	assert_true(calls->subprogs[2].is_global);
	assert_false(calls->subprogs[3].is_global);
	assert_false(calls->subprogs[4].is_global);
	assert_ptr_equal(tv_bpf_prog_subprog(calls, calls->insn_cnt - 1), &calls->subprogs[5]);
	assert_null(tv_bpf_prog_subprog(calls, calls->insn_cnt));
	tv_bpf_object_close(obj);
}

/* Calls and callbacks lead to the first instruction of a function. */
static void calls_lead_to_functions(void **state)
{
	struct tv_bpf_object *obj = open_it();
	const struct tv_bpf_prog *calls = tv_bpf_object_prog(obj, "calls");
	uint32_t i, seen = 0;

	for (i = 0; i < calls->insn_cnt; i++) {
		const struct bpf_insn *insn = &calls->insns[i];
		uint32_t target = i + insn->imm + 1;

		if (!tv_insn_is_subprog_call(insn) && !tv_insn_is_func_addr(insn))
			continue;
		assert_int_equal(tv_bpf_prog_subprog(calls, target)->start, target);
		seen++;
	}
	assert_int_equal(seen, 5);
	tv_bpf_object_close(obj);
}

static void lines_come_from_the_source(void **state)
{
	struct tv_bpf_object *obj = open_it();
	const struct tv_bpf_prog *walk = tv_bpf_object_prog(obj, "walk");
	const struct tv_bpf_line_info *line = tv_bpf_prog_line(walk, 0);

	assert_non_null(strstr(line->text, "bpf_iter_task_vma_new(&it, bpf_get_current_task_btf(), 0)"));
	assert_non_null(strstr(line->file, "bpf_program.bpf.c"));
	assert_true(line->line > 100 && line->column > 0);
	assert_int_equal(tv_bpf_prog_line(walk, UINT32_MAX)->insn_off,
			 walk->line_info[walk->line_info_cnt - 1].insn_off);
	tv_bpf_object_close(obj);
}

static void kfuncs_have_the_ids_of_vmlinux(void **state)
{
	struct tv_bpf_object *obj = open_it();
	const struct tv_bpf_prog *walk = tv_bpf_object_prog(obj, "walk");
	char wanted[100];

	snprintf(wanted, sizeof(wanted), "(85) call bpf_iter_task_vma_next#%d",
		 tv_btf_find(compiled.vmlinux, "bpf_iter_task_vma_next", BTF_KIND_FUNC));
	assert_string_equal(find_text(walk, "vma_next"), wanted);
	tv_bpf_object_close(obj);
}

static void missing_weak_externs_are_zero(void **state)
{
	struct tv_bpf_object *obj = open_it();
	const struct tv_bpf_prog *tail = tv_bpf_object_prog(obj, "tail");

	assert_string_equal(find_text(tail, "call"), "(85) call #0");
	assert_string_equal(find_text(tail, "(18)"), "(18) r1 = 0x0");
	tv_bpf_object_close(obj);
}

static int one_symbol(void *ctx, const char *name, uint64_t *addr)
{
	*addr = 0xffffffff81234567;
	return strcmp(name, "symbol_by_address") ? -ENOENT : 0;
}

static void symbols_get_their_address(void **state)
{
	struct tv_bpf_opts opts = compiled.opts;
	struct tv_bpf_object *obj;

	opts.ksym = one_symbol;
	obj = open_with(&opts);
	assert_string_equal(find_text(tv_bpf_object_prog(obj, "tail"), "(18)"),
			    "(18) r1 = 0xffffffff81234567");
	tv_bpf_object_close(obj);
}

static void core_moves_members_and_poisons_missing_ones(void **state)
{
	struct tv_bpf_object *obj = open_it();
	const struct tv_bpf_prog *prog = tv_bpf_object_prog(obj, "relocated");
	const struct btf_type *task = tv_btf_type(compiled.vmlinux,
		tv_btf_find(compiled.vmlinux, "task_struct", BTF_KIND_STRUCT));
	char wanted[100] = "";
	int i;

	for (i = 0; i < btf_vlen(task); i++)
		if (!strcmp(tv_btf_str(compiled.vmlinux, btf_members(task)[i].name_off), "pid"))
			snprintf(wanted, sizeof(wanted), "= %u", btf_member_bit_offset(task, i) / 8);
	assert_string_not_equal(find_text(prog, wanted), "");
	assert_string_equal(find_text(prog, "unknown"), "(85) call unknown#195896080");
	tv_bpf_object_close(obj);
}

static void without_vmlinux_strong_externs_are_missed(void **state)
{
	struct tv_bpf_opts opts = compiled.opts;
	struct tv_bpf_object *obj;

	opts.vmlinux = NULL;
	obj = open_with(&opts);
	assert_int_equal(tv_bpf_object_prog(obj, "walk")->err, -ESRCH);
	assert_non_null(strstr(tv_bpf_object_prog(obj, "walk")->why, "bpf_iter_task_vma_"));
	tv_bpf_object_close(obj);
}

/* --- maps --------------------------------------------------------------------- */

static void declared_maps(void **state)
{
	struct tv_bpf_object *obj = open_it();
	const struct tv_bpf_map *hash = tv_bpf_object_map(obj, "hash");
	const struct tv_bpf_map *jumps = tv_bpf_object_map(obj, "jumps");

	assert_int_equal(hash->type, BPF_MAP_TYPE_HASH);
	assert_int_equal(hash->key_size, 4);
	assert_int_equal(hash->value_size, 16);
	assert_int_equal(hash->max_entries, 10);
	assert_string_equal(tv_btf_name(obj->btf, hash->value_type_id), "value");
	assert_int_equal(hash->field_err, 0);
	assert_int_equal(hash->field_cnt, 1);
	assert_int_equal(hash->fields[0].kind, TV_FIELD_SPIN_LOCK);
	/* a ring buffer's size becomes a page times a power of two */
	assert_int_equal(tv_bpf_object_map(obj, "ring")->max_entries, 8192);
	assert_int_equal(jumps->slot_cnt, 1);
	assert_int_equal(jumps->slots[0].key, 2);
	assert_string_equal(obj->progs[jumps->slots[0].prog].name, "tail");
	tv_bpf_object_close(obj);
}

static void instructions_carry_map_indexes(void **state)
{
	struct tv_bpf_object *obj = open_it();
	const struct tv_bpf_prog *calls = tv_bpf_object_prog(obj, "calls");
	bool hash = false, counter = false;
	uint32_t i;

	for (i = 0; i < calls->insn_cnt; i++) {
		const struct bpf_insn *insn = &calls->insns[i];

		if (!tv_insn_is_ldimm64(insn))
			continue;
		if (insn->src_reg == BPF_PSEUDO_MAP_FD)
			hash |= &obj->maps[insn->imm] == tv_bpf_object_map(obj, "hash");
		if (insn->src_reg == BPF_PSEUDO_MAP_VALUE)
			counter |= &obj->maps[insn->imm] == tv_bpf_object_map(obj, ".data") &&
				   !insn[1].imm;
		i++;
	}
	assert_true(hash && counter);
	tv_bpf_object_close(obj);
}

static void global_data_has_contents_and_variables(void **state)
{
	struct tv_bpf_object *obj = open_it();
	struct tv_bpf_map *map;
	struct tv_bpf_var *var;
	uint32_t number;

	assert_int_equal(tv_bpf_object_var(obj, "counter", &map, &var), 0);
	memcpy(&number, map->data + var->offset, sizeof(number));
	assert_int_equal(number, 42);
	assert_string_equal(map->name, "unit.data");
	assert_int_equal(map->flags, BPF_F_MMAPABLE);
	assert_int_equal(tv_bpf_object_var(obj, "limit", &map, &var), 0);
	assert_true(tv_bpf_map_is_frozen(map));
	assert_int_equal(map->flags, BPF_F_RDONLY_PROG | BPF_F_MMAPABLE);
	assert_int_equal(tv_bpf_object_var(obj, "zeroed", &map, &var), 0);
	assert_int_equal(var->size, 24);
	assert_int_equal(map->origin, TV_MAP_BSS);
	/* static variables do not make a map that user space can map */
	assert_int_equal(tv_bpf_object_var(obj, ".data.quiet", &map, &var), 0);
	assert_null(var);
	assert_int_equal(map->flags, 0);
	assert_int_equal(tv_bpf_object_var(obj, "nothing", &map, &var), -ENOENT);
	tv_bpf_object_close(obj);
}

static void configuration_fills_its_map(void **state)
{
	struct tv_bpf_object *obj = open_it();
	struct tv_bpf_map *map;
	struct tv_bpf_var *var;
	uint32_t number;

	assert_int_equal(tv_bpf_object_var(obj, "CONFIG_HZ", &map, &var), 0);
	memcpy(&number, map->data + var->offset, sizeof(number));
	assert_int_equal(number, 250);
	assert_int_equal(tv_bpf_object_var(obj, "LINUX_KERNEL_VERSION", &map, &var), 0);
	memcpy(&number, map->data + var->offset, sizeof(number));
	assert_int_equal(number, 0x060c05);
	assert_int_equal(tv_bpf_object_var(obj, "CONFIG_ANSWER", &map, &var), 0);
	assert_int_equal(map->data[var->offset], 1);
	assert_int_equal(tv_bpf_object_var(obj, "CONFIG_NAME", &map, &var), 0);
	assert_string_equal((char *)map->data + var->offset, "longer ");
	tv_bpf_object_close(obj);
}

static void bad_configuration_is_refused(void **state)
{
	static const char *const lines[] = {
		"CONFIG_HZ=y\n", "CONFIG_HZ=\"250\"\n", "CONFIG_HZ=99999999999\n", "CONFIG_HZ=12x\n",
		"CONFIG_HZ=\n", "CONFIG_ANSWER=m\nCONFIG_HZ=1\n", "CONFIG_ANSWER=1\nCONFIG_HZ=1\n",
		"CONFIG_NAME=\"\nCONFIG_HZ=1\n", "CONFIG_HZ\n", "",
	};
	struct tv_bpf_opts opts = compiled.opts;
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct tv_bpf_object *obj;

		opts.kconfig = lines[i];
		obj = open_with(&opts);
		assert_int_not_equal(tv_bpf_object_prog(obj, "walk")->err, 0);
		assert_non_null(tv_bpf_object_prog(obj, "walk")->why);
		tv_bpf_object_close(obj);
	}
}

/* --- tags --------------------------------------------------------------------- */

static void tags_are_expectations(void **state)
{
	struct tv_bpf_object *obj = open_it();
	const struct tv_bpf_prog *walk = tv_bpf_object_prog(obj, "walk");
	struct tv_bpf_expect expect;

	assert_int_equal(walk->test_flags, BPF_F_TEST_STATE_FREQ);
	assert_int_equal(tv_bpf_expect_init(&expect, obj, walk), 0);
	assert_int_equal(expect.verdict, TV_VERDICT_REJECT);
	assert_int_equal(expect.verdict_unpriv, TV_VERDICT_NONE);
	assert_int_equal(expect.msg_cnt, 2);
	assert_string_equal(expect.msgs[0], "first {{[0-9]+}}");
	assert_string_equal(expect.msgs[1], "second");
	assert_int_equal(expect.flags, BPF_F_TEST_STATE_FREQ);
	assert_int_equal(expect.log_level, 2);
	assert_true(expect.has_retval);
	assert_int_equal(expect.retval, -3);
	assert_string_equal(expect.description, "walks");
	tv_bpf_expect_fini(&expect);
	tv_bpf_object_close(obj);
}

static void arguments_have_tags(void **state)
{
	struct tv_bpf_object *obj = open_it();
	int id = tv_btf_find(obj->btf, "global_helper", BTF_KIND_FUNC);

	assert_int_equal(tv_bpf_arg_tags(obj->btf, id, 0), TV_ARG_NONNULL);
	assert_int_equal(tv_bpf_arg_tags(obj->btf, id, 1), 0);
	tv_bpf_object_close(obj);
}

/* --- sections ----------------------------------------------------------------- */

static void section_names(void **state)
{
	static const struct { const char *name; int type; } cases[] = {
		{ "kprobe/do_exit", BPF_PROG_TYPE_KPROBE }, { "kprobe", BPF_PROG_TYPE_KPROBE },
		{ "kprobes", -1 }, { "socket", BPF_PROG_TYPE_SOCKET_FILTER }, { "socket/x", -1 },
		{ "tp_btf/x", BPF_PROG_TYPE_TRACING }, { "lsm.s/x", BPF_PROG_TYPE_LSM },
		{ "xdp", BPF_PROG_TYPE_XDP }, { "xdp.frags", BPF_PROG_TYPE_XDP }, { "", -1 },
		{ "perf_event", BPF_PROG_TYPE_PERF_EVENT }, { "syscall", BPF_PROG_TYPE_SYSCALL },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct tv_sec_def *def = tv_sec_def_find(cases[i].name);

		assert_int_equal(def ? (int)def->prog_type : -1, cases[i].type);
	}
	assert_string_equal(tv_prog_type_name(BPF_PROG_TYPE_SYSCALL), "syscall");
	assert_string_equal(tv_map_type_name(BPF_MAP_TYPE_RINGBUF), "ringbuf");
	assert_string_equal(tv_map_type_name(12345), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(programs_have_types_and_targets),
		cmocka_unit_test(an_unknown_section_has_no_type),
		cmocka_unit_test(subprograms_are_placed_where_first_met),
		cmocka_unit_test(calls_lead_to_functions),
		cmocka_unit_test(lines_come_from_the_source),
		cmocka_unit_test(kfuncs_have_the_ids_of_vmlinux),
		cmocka_unit_test(missing_weak_externs_are_zero),
		cmocka_unit_test(symbols_get_their_address),
		cmocka_unit_test(core_moves_members_and_poisons_missing_ones),
		cmocka_unit_test(without_vmlinux_strong_externs_are_missed),
		cmocka_unit_test(declared_maps),
		cmocka_unit_test(instructions_carry_map_indexes),
		cmocka_unit_test(global_data_has_contents_and_variables),
		cmocka_unit_test(configuration_fills_its_map),
		cmocka_unit_test(bad_configuration_is_refused),
		cmocka_unit_test(tags_are_expectations),
		cmocka_unit_test(arguments_have_tags),
		cmocka_unit_test(section_names),
	};

	return cmocka_run_group_tests(tests, compile_program, forget_program) != 0;
}
