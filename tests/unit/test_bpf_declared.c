// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Maps, externs and configuration as an object declares them, with a single thing wrong: the BTF is
 * built by hand, one field or type unlike what libbpf's headers make of it.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/unit/insns.h"
#include "tests/unit/made_object.h"

static uint32_t section, slots_symbol;

enum { VOID, INT, UNSIGNED, BOOL, CHAR, LONG, HUGE_INT };

static int begin(void **state)
{
	static const struct bpf_insn nothing[] = { MOVK(R0, 0), EXIT };
	uint32_t at;

	begin_empty();
	at = elf_add(&e, "raw_tp", SHT_PROGBITS, SHF_ALLOC | SHF_EXECINSTR, nothing, sizeof(nothing));
	elf_symbol(&e, "p", STB_GLOBAL, STT_FUNC, at, 0, sizeof(nothing));
	types = btf__new_empty();
	btf__add_int(types, "int", 4, BTF_INT_SIGNED);
	btf__add_int(types, "unsigned int", 4, 0);
	btf__add_int(types, "_Bool", 1, BTF_INT_BOOL);
	btf__add_int(types, "char", 1, BTF_INT_SIGNED);
	btf__add_int(types, "long", 8, BTF_INT_SIGNED);
	btf__add_int(types, "__int128", 16, BTF_INT_SIGNED);
	return 0;
}

/* And begins the next. */
static void assert_refused(int err, const char *text)
{
	assert_not_opened(err, text);
	again();
}

static void assert_not_loaded(const char *text)
{
	assert_opens();
	assert_int_not_equal(obj->progs[0].err, 0);
	assert_says(obj->progs[0].why, text);
	again();
}

/* --- maps -------------------------------------------------------------------------- */

/* What __uint(name, n) makes: a pointer to an array of n ints. */
static int number(uint32_t n)
{
	return btf__add_ptr(types, btf__add_array(types, INT, INT, n));
}

static int pointer_to(int type)
{
	return btf__add_ptr(types, type);
}

struct member {
	const char *name;
	int type;
};

/* The structure that declares a map; members' types stand already. */
static int structure(const struct member *members, uint32_t cnt)
{
	int id = btf__add_struct(types, NULL, 8 * cnt);
	uint32_t i;

	for (i = 0; i < cnt; i++)
		btf__add_field(types, members[i].name, members[i].type, 64 * i, 0);
	return id;
}

#define STRUCTURE(...) ({ const struct member members_[] = { __VA_ARGS__ };			\
			  structure(members_, sizeof(members_) / sizeof(members_[0])); })

/* A map of that structure in .maps. */
static void declare(int def, int linkage, uint32_t size)
{
	static const char zeros[256];
	int var = btf__add_var(types, "m", linkage, def);

	btf__add_datasec(types, ".maps", size);
	btf__add_datasec_var_info(types, var, 0, size);
	section = elf_add(&e, ".maps", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, zeros, size);
	elf_symbol(&e, "m", STB_GLOBAL, STT_OBJECT, section, 0, size);
}

#define DECLARE(...)	declare(STRUCTURE(__VA_ARGS__), BTF_VAR_GLOBAL_ALLOCATED, 64)

#define HASH		{ "type", number(BPF_MAP_TYPE_HASH) }
#define ARRAY_OF_MAPS	{ "type", number(BPF_MAP_TYPE_ARRAY_OF_MAPS) }
#define PROG_ARRAY	{ "type", number(BPF_MAP_TYPE_PROG_ARRAY) }

static void fields_are_numbers(void **state)
{
	DECLARE(HASH, { "max_entries", INT });
	assert_refused(-EINVAL, "field 'max_entries': is no number");
	DECLARE(HASH, { "max_entries", pointer_to(INT) });
	assert_refused(-EINVAL, "field 'max_entries': is no number");
	DECLARE(HASH, { "map_extra", btf__add_enum(types, "e", 4) });
	assert_refused(-ENOTSUP, "__ulong()");
	DECLARE(HASH, { "map_extra", INT });
	assert_refused(-EINVAL, "field 'map_extra': is no number");
	DECLARE(HASH, { "key_size", INT });
	assert_refused(-EINVAL, "field 'key_size': is no number");
	DECLARE(HASH, { "pinning", INT });
	assert_refused(-EINVAL, "field 'pinning': is no number");
	DECLARE(HASH, { "pinning", number(2) });
	assert_refused(-EINVAL, "invalid pinning value");
	DECLARE(HASH, { "unheard_of", number(2) });
	assert_refused(-ENOTSUP, "unknown field");
	DECLARE({ "max_entries", number(2) });
	assert_refused(-EINVAL, "map type isn't specified");
	DECLARE(HASH, { "max_entries", number(2) }, { "map_flags", number(3) }, { "numa_node", number(4) },
		{ "map_extra", number(5) }, { "pinning", number(1) });
	assert_opens();
	assert_int_equal(obj->maps[0].flags, 3);
	assert_int_equal(obj->maps[0].numa_node, 4);
	assert_int_equal(obj->maps[0].extra, 5);
	assert_true(obj->maps[0].pin_by_name);
}

static void sizes_agree(void **state)
{
	int fwd = btf__add_fwd(types, "f", BTF_FWD_STRUCT);

	DECLARE(HASH, { "key", INT });
	assert_refused(-EINVAL, "field 'key': is no pointer to a type");
	fwd = btf__add_fwd(types, "f", BTF_FWD_STRUCT);
	DECLARE(HASH, { "value", pointer_to(fwd) });
	assert_refused(-EINVAL, "field 'value': type has no size");
	DECLARE(HASH, { "key", pointer_to(INT) }, { "key_size", number(8) });
	assert_refused(-EINVAL, "field 'key_size': conflicts with the size said before");
	DECLARE(HASH, { "value_size", number(8) }, { "value", pointer_to(INT) });
	assert_refused(-EINVAL, "field 'value': conflicts");
	DECLARE(HASH, { "key", pointer_to(INT) }, { "key_size", number(4) }, { "value_size", number(4) },
		{ "value", pointer_to(UNSIGNED) });
	assert_opens();
	assert_int_equal(obj->maps[0].key_size, 4);
	assert_int_equal(obj->maps[0].value_type_id, UNSIGNED);
}

static int values(int of)
{
	return btf__add_array(types, INT, of, 0);
}

static int prototype(void)
{
	return btf__add_func_proto(types, INT);
}

static void values_of_maps(void **state)
{
	int inner;

	DECLARE(HASH, { "values", values(pointer_to(prototype())) });
	assert_refused(-ENOTSUP, "should be map-in-map or prog-array");
	DECLARE(PROG_ARRAY, { "values", values(pointer_to(prototype())) }, { "max_entries", number(1) });
	assert_refused(-EINVAL, "field 'values': should be last");
	DECLARE(PROG_ARRAY, { "value_size", number(8) }, { "values", values(pointer_to(prototype())) });
	assert_refused(-EINVAL, "field 'values': conflicts");
	DECLARE(PROG_ARRAY, { "values", pointer_to(prototype()) });
	assert_refused(-EINVAL, "is not a zero-sized array");
	DECLARE(PROG_ARRAY, { "values", btf__add_array(types, INT, pointer_to(prototype()), 2) });
	assert_refused(-EINVAL, "is not a zero-sized array");
	DECLARE(PROG_ARRAY, { "values", values(INT) });
	assert_refused(-EINVAL, "holds no pointers");
	DECLARE(PROG_ARRAY, { "values", values(pointer_to(INT)) });
	assert_refused(-EINVAL, "holds no programs");
	DECLARE(ARRAY_OF_MAPS, { "values", values(pointer_to(INT)) });
	assert_refused(-EINVAL, "holds no maps");
	inner = STRUCTURE(PROG_ARRAY, { "values", values(pointer_to(prototype())) });
	DECLARE(ARRAY_OF_MAPS, { "values", values(pointer_to(inner)) });
	assert_refused(-ENOTSUP, "multi-level inner maps not supported");
	inner = STRUCTURE(HASH, { "pinning", number(1) });
	DECLARE(ARRAY_OF_MAPS, { "values", values(pointer_to(inner)) });
	assert_refused(-EINVAL, "inner def can't be pinned");
	inner = STRUCTURE(HASH, { "max_entries", number(3) });
	DECLARE(ARRAY_OF_MAPS, { "values", values(pointer_to(inner)) });
	assert_opens();
	assert_string_equal(obj->maps[0].inner->name, "m.inner");
	assert_int_equal(obj->maps[0].inner->max_entries, 3);
}

static void declarations_of_maps(void **state)
{
	int var, def, func;

	/* static, and hidden */
	declare(STRUCTURE(HASH), BTF_VAR_STATIC, 8);
	assert_refused(-ENOTSUP, "unsupported map linkage");
	declare(STRUCTURE(HASH), BTF_VAR_GLOBAL_ALLOCATED, 8);
	e.symbols[e.nr_symbols - 1].st_other = STV_HIDDEN;
	assert_refused(-ENOTSUP, "unsupported map linkage");
	/* no structure, or one of another size */
	declare(INT, BTF_VAR_GLOBAL_ALLOCATED, 8);
	assert_refused(-EINVAL, "is no structure of that size");
	declare(STRUCTURE(HASH, { "max_entries", number(1) }), BTF_VAR_GLOBAL_ALLOCATED, 8);
	assert_refused(-EINVAL, "is no structure of that size");
	/* beyond its section */
	declare(STRUCTURE(HASH), BTF_VAR_GLOBAL_ALLOCATED, 64);
	e.sections[section].sh_size = 32;
	assert_refused(-EINVAL, "malformed");
	/* a function in BTF's section, and none in BTF */
	func = btf__add_func(types, "f", BTF_FUNC_STATIC, prototype());
	btf__add_datasec(types, ".maps", 8);
	btf__add_datasec_var_info(types, func, 0, 8);
	elf_add(&e, ".maps", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, "12345678", 8);
	assert_refused(-EINVAL, "is no variable");
	elf_add(&e, ".maps", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, "12345678", 8);
	assert_refused(-ENOENT, "not in BTF");
	/* without an ELF symbol, or an ELF section */
	def = STRUCTURE(HASH);
	var = btf__add_var(types, "m", BTF_VAR_GLOBAL_ALLOCATED, def);
	btf__add_datasec(types, ".maps", 8);
	btf__add_datasec_var_info(types, var, 0, 8);
	elf_add(&e, ".maps", SHT_PROGBITS, SHF_ALLOC | SHF_WRITE, "12345678", 8);
	assert_refused(-ENOENT, "variable 'm' has no ELF symbol");
	var = btf__add_var(types, "v", BTF_VAR_GLOBAL_ALLOCATED, INT);
	btf__add_datasec(types, ".data.x", 0);
	btf__add_datasec_var_info(types, var, 0, 4);
	assert_refused(-ENOENT, "BTF has a section that ELF has not");
}

static void maps_get_their_size(void **state)
{
	opts.size_maps = true;
	DECLARE({ "type", number(BPF_MAP_TYPE_STACK_TRACE) });
	assert_opens();
	assert_int_equal(obj->maps[0].key_size, 4);
	assert_int_equal(obj->maps[0].value_size, 127 * 8);
	assert_int_equal(obj->maps[0].max_entries, 1);
	again();
	opts.size_maps = true;
	DECLARE({ "type", number(BPF_MAP_TYPE_TASK_STORAGE) });
	assert_opens();
	assert_int_equal(obj->maps[0].max_entries, 0);
	again();
	opts.size_maps = true;
	DECLARE({ "type", number(BPF_MAP_TYPE_STACK_TRACE) }, { "key_size", number(4) },
		{ "value_size", number(80) }, { "max_entries", number(9) });
	assert_opens();
	assert_int_equal(obj->maps[0].value_size, 80);
	assert_int_equal(obj->maps[0].max_entries, 9);
	again();
	opts.nr_cpus = 4;
	DECLARE({ "type", number(BPF_MAP_TYPE_PERF_EVENT_ARRAY) }, { "key", pointer_to(INT) },
		{ "value", pointer_to(INT) });
	assert_opens();
	assert_int_equal(obj->maps[0].max_entries, 4);
	/* the kernel takes no types for these */
	assert_int_equal(obj->maps[0].key_type_id, 0);
	again();
	/* sizes of ring buffers: a page times a power of two, unless they are 0 or too large */
	DECLARE({ "type", number(BPF_MAP_TYPE_RINGBUF) }, { "max_entries", number(0) });
	assert_opens();
	assert_int_equal(obj->maps[0].max_entries, 0);
	again();
	DECLARE({ "type", number(BPF_MAP_TYPE_USER_RINGBUF) }, { "max_entries", number(1) });
	assert_opens();
	assert_int_equal(obj->maps[0].max_entries, 4096);
	again();
	DECLARE({ "type", number(BPF_MAP_TYPE_RINGBUF) }, { "max_entries", number(0x80000001) });
	assert_opens();
	assert_true(obj->maps[0].max_entries == 0x80000001);
}

/* --- what maps hold from the beginning ------------------------------------------------ */

/* An array of maps, or of programs, with one value at byte @at, against symbol @symbol. */
static void fill(int def, uint32_t at, uint32_t symbol)
{
	static Elf64_Rel rel;

	declare(def, BTF_VAR_GLOBAL_ALLOCATED, 64);
	slots_symbol = e.nr_symbols - 1;
	rel = ELF_REL(at, symbol ? symbol : slots_symbol);
	elf_relocate(&e, ".rel.maps", section, &rel, 1);
}

static int prog_array(void)
{
	return STRUCTURE(PROG_ARRAY, { "max_entries", number(4) },
			 { "values", values(pointer_to(prototype())) });
}

static int map_array(uint32_t type)
{
	int inner = STRUCTURE(HASH);

	return STRUCTURE({ "type", number(type) }, { "key_size", number(8) },
			 { "values", values(pointer_to(inner)) });
}

static void values_from_the_beginning(void **state)
{
	enum { PROG = 1 };

	fill(prog_array(), 16 + 2 * 8, PROG);
	assert_opens();
	assert_int_equal(obj->maps[0].slots[0].key, 2);
	assert_int_equal(obj->maps[0].slots[0].prog, 0);
	again();
	fill(prog_array(), 16, 999);
	assert_refused(-EINVAL, "relocation of no map or symbol");
	fill(prog_array(), 8, PROG);
	assert_refused(-EINVAL, "relocation of no slot of the map");
	fill(prog_array(), 20, PROG);
	assert_refused(-EINVAL, "relocation of no slot of the map");
	fill(STRUCTURE(HASH), 0, PROG);
	assert_refused(-EINVAL, "relocation of no slot of the map");
	fill(prog_array(), 16, 0);
	assert_refused(-EINVAL, "value is no entry program");
	fill(map_array(BPF_MAP_TYPE_ARRAY_OF_MAPS), 16, PROG);
	assert_refused(-EINVAL, "value is no map of .maps");
	fill(map_array(BPF_MAP_TYPE_ARRAY_OF_MAPS), 16, 0);
	e.symbols[slots_symbol].st_value = 8;
	assert_refused(-EINVAL, "value is no map of .maps");
	fill(map_array(BPF_MAP_TYPE_HASH_OF_MAPS), 16, 0);
	assert_refused(-EINVAL, "hash-of-maps should have key size 4");
	fill(map_array(BPF_MAP_TYPE_ARRAY_OF_MAPS), 16, 0);
	assert_opens();
	assert_int_equal(obj->maps[0].slots[0].map, 0);
	again();
	fill(prog_array(), 16, PROG);
	e.sections[e.nr_sections - 1].sh_entsize = 24;
	assert_refused(-EINVAL, "malformed relocations");
}

/* --- externs ---------------------------------------------------------------------------- */

/* An extern in a section of BTF; of an ELF symbol, weak or not. */
static int extern_var(const char *name, int type, const char *in, int bind)
{
	int var = btf__add_var(types, name, BTF_VAR_GLOBAL_EXTERN, type);

	btf__add_datasec(types, in, 0);
	btf__add_datasec_var_info(types, var, 0, 4);
	elf_symbol(&e, name, bind, STT_NOTYPE, SHN_UNDEF, 0, 0);
	return var;
}

static void externs_are_declared(void **state)
{
	elf_symbol(&e, "nobody", STB_GLOBAL, STT_NOTYPE, SHN_UNDEF, 0, 0);
	assert_refused(-ENOENT, "failed to find BTF for extern 'nobody'");
	elf_symbol(&e, "v", STB_GLOBAL, STT_NOTYPE, SHN_UNDEF, 0, 0);
	btf__add_var(types, "v", BTF_VAR_GLOBAL_ALLOCATED, INT);
	assert_refused(-EINVAL, "'v' is an extern in ELF but not in BTF");
	elf_symbol(&e, "f", STB_GLOBAL, STT_NOTYPE, SHN_UNDEF, 0, 0);
	btf__add_func(types, "f", BTF_FUNC_GLOBAL, prototype());
	assert_refused(-EINVAL, "'f' is an extern in ELF but not in BTF");
	extern_var("v", INT, ".elsewhere", STB_GLOBAL);
	assert_refused(-ENOTSUP, "unsupported: extern 'v' in section '.elsewhere'");
	elf_symbol(&e, "v", STB_GLOBAL, STT_NOTYPE, SHN_UNDEF, 0, 0);
	btf__add_var(types, "v", BTF_VAR_GLOBAL_EXTERN, INT);
	assert_refused(-ENOTSUP, "unsupported: extern 'v' in section ''");
	/* the first of a variable and a function counts */
	elf_symbol(&e, "v", STB_GLOBAL, STT_NOTYPE, SHN_UNDEF, 0, 0);
	btf__add_func(types, "v", BTF_FUNC_GLOBAL, prototype());
	extern_var("v", INT, ".ksyms", STB_WEAK);
	assert_refused(-EINVAL, "is an extern in ELF but not in BTF");
}

static void kernel_symbols(void **state)
{
	extern_var("there", INT, ".ksyms", STB_GLOBAL);
	assert_not_loaded("extern (var ksym) 'there': not found in kernel BTF");
	extern_var("there", INT, ".ksyms", STB_WEAK);
	assert_opens();
	assert_int_equal(obj->progs[0].err, 0);
	assert_false(obj->externs[0].resolved);
	again();
	extern_var("there", VOID, ".ksyms", STB_GLOBAL);
	/* void has no variable: const void it is */
	assert_int_equal(open_it(), -EINVAL);
	again();
	extern_var("there", btf__add_const(types, VOID), ".ksyms", STB_GLOBAL);
	assert_not_loaded("extern 'there' (strong): not resolved");
}

static void kernel_variables_have_their_type(void **state)
{
	struct btf *raw = btf__new_empty();
	struct tv_btf *vmlinux;
	const void *data;
	uint32_t size;

	btf__add_int(raw, "int", 4, BTF_INT_SIGNED);
	btf__add_var(raw, "there", BTF_VAR_GLOBAL_ALLOCATED, INT);
	data = btf__raw_data(raw, &size);
	assert_int_equal(tv_btf_parse(data, size, "vmlinux", &vmlinux, NULL), 0);
	btf__free(raw);
	opts.vmlinux = vmlinux;
	extern_var("there", INT, ".ksyms", STB_GLOBAL);
	assert_opens();
	assert_int_equal(obj->progs[0].err, 0);
	assert_true(obj->externs[0].resolved);
	assert_int_equal(obj->externs[0].vmlinux_id, 2);
	again();
	opts.vmlinux = vmlinux;
	extern_var("there", pointer_to(INT), ".ksyms", STB_GLOBAL);
	assert_not_loaded("extern (var ksym) 'there': type differs from the kernel's");
	tv_btf_free(vmlinux);
}

/* --- configuration ------------------------------------------------------------------------ */

static void types_of_configuration(void **state)
{
	extern_var("CONFIG_X", btf__add_struct(types, "s", 4), ".kconfig", STB_GLOBAL);
	assert_refused(-ENOTSUP, "unsupported: type of extern 'CONFIG_X'");
	extern_var("CONFIG_X", HUGE_INT, ".kconfig", STB_GLOBAL);
	assert_refused(-ENOTSUP, "unsupported: type");
	extern_var("CONFIG_X", btf__add_enum(types, "e", 4), ".kconfig", STB_GLOBAL);
	assert_refused(-ENOTSUP, "unsupported: type");
	extern_var("CONFIG_X", btf__add_array(types, INT, INT, 4), ".kconfig", STB_GLOBAL);
	assert_refused(-ENOTSUP, "unsupported: type");
	extern_var("CONFIG_X", btf__add_array(types, INT, CHAR, 0), ".kconfig", STB_GLOBAL);
	assert_refused(-ENOTSUP, "unsupported: type");
	extern_var("CONFIG_X", btf__add_int(types, "bool", 4, BTF_INT_BOOL), ".kconfig", STB_GLOBAL);
	assert_refused(-ENOTSUP, "unsupported: type");
	extern_var("CONFIG_X", btf__add_array(types, INT, CHAR, TV_BPF_MAX_DATA + 1), ".kconfig", STB_GLOBAL);
	assert_refused(-ENOTSUP, "unsupported: type");
	extern_var("CONFIG_X", btf__add_array(types, INT, CHAR, TV_BPF_MAX_DATA - 4), ".kconfig", STB_GLOBAL);
	extern_var("CONFIG_Y", btf__add_array(types, INT, CHAR, 8), ".kconfig", STB_GLOBAL);
	assert_refused(-EFBIG, "too large");
	/* a function is no configuration */
	elf_symbol(&e, "CONFIG_F", STB_GLOBAL, STT_NOTYPE, SHN_UNDEF, 0, 0);
	btf__add_datasec(types, ".kconfig", 0);
	btf__add_datasec_var_info(types, btf__type_cnt(types) + 1, 0, 4);
	btf__add_func(types, "CONFIG_F", BTF_FUNC_EXTERN, prototype());
	assert_int_not_equal(open_it(), 0);
}

static int tristate(void)
{
	int id = btf__add_enum(types, "libbpf_tristate", 4);

	btf__add_enum_value(types, "TRI_NO", 0);
	btf__add_enum_value(types, "TRI_YES", 1);
	btf__add_enum_value(types, "TRI_MODULE", 2);
	return id;
}

/* CONFIG_X of @type under that configuration: its first bytes. */
static uint64_t configured(int type, const char *config, uint32_t size)
{
	uint64_t got = 0;

	opts.kconfig = config;
	extern_var("CONFIG_X", type, ".kconfig", STB_GLOBAL);
	assert_opens();
	if (obj->progs[0].err)
		fail_msg("%s", obj->progs[0].why);
	memcpy(&got, obj->maps[0].data, size);
	again();
	return got;
}

static void refuse(int type, const char *config, const char *text)
{
	opts.kconfig = config;
	extern_var("CONFIG_X", type, ".kconfig", STB_GLOBAL);
	assert_not_loaded(text);
}

static void values_of_configuration(void **state)
{
	assert_int_equal(configured(tristate(), "CONFIG_X=y\n", 4), 1);
	assert_int_equal(configured(tristate(), "CONFIG_X=n\n", 4), 0);
	assert_int_equal(configured(tristate(), "CONFIG_X=m\n", 4), 2);
	assert_int_equal(configured(BOOL, "CONFIG_X=y\n", 1), 1);
	assert_int_equal(configured(BOOL, "CONFIG_X=n\n", 1), 0);
	assert_int_equal(configured(CHAR, "CONFIG_X=m\n", 1), 'm');
	assert_int_equal(configured(CHAR, "CONFIG_X=7\n", 1), 7);
	assert_int_equal(configured(INT, "CONFIG_X=-1\n", 4), 0xffffffff);
	assert_int_equal(configured(INT, "CONFIG_X=0x7fffffff\n", 4), 0x7fffffff);
	assert_int_equal(configured(UNSIGNED, "CONFIG_X=0xffffffff\n", 4), 0xffffffff);
	assert_true(configured(LONG, "CONFIG_X=0xffffffffffffffff\n", 8) == UINT64_MAX);
	/* the first line of that name counts; others are none of its business */
	assert_int_equal(configured(INT, "X=1\nCONFIG_XY=2\nCONFIG_X=3\nCONFIG_X=4\n", 4), 3);

	refuse(BOOL, "CONFIG_X=m\n", "implies tristate or char type");
	refuse(INT, "CONFIG_X=y\n", "implies bool, tristate, or char type");
	refuse(INT, "CONFIG_X=\"s\"\n", "implies char array type");
	refuse(INT, "CONFIG_X=0x80000000\n", "doesn't fit");
	refuse(UNSIGNED, "CONFIG_X=0x100000000\n", "doesn't fit");
	refuse(INT, "CONFIG_X=99999999999999999999\n", "isn't a valid integer");
	refuse(INT, "CONFIG_X=1x\n", "isn't a valid integer");
	refuse(BOOL, "CONFIG_X=1\n", "implies integer type");
	refuse(INT, "CONFIG_X\n", "has no value");
	refuse(INT, "CONFIG_X=\n", "has no value");
	refuse(INT, NULL, "not resolved");
	refuse(btf__add_array(types, INT, CHAR, 4), "CONFIG_X=\"", "is no string");
	refuse(btf__add_array(types, INT, CHAR, 4), "CONFIG_X=\"s", "is no string");
}

static void made_up_values(void **state)
{
	extern_var("LINUX_HAS_BPF_COOKIE", BOOL, ".kconfig", STB_GLOBAL);
	assert_opens();
	assert_int_equal(obj->progs[0].err, 0);
	assert_int_equal(obj->maps[0].data[0], 1);
	again();
	extern_var("LINUX_HAS_SYSCALL_WRAPPER", CHAR, ".kconfig", STB_GLOBAL);
	assert_opens();
	assert_int_equal(obj->maps[0].data[0], 1);
	again();
	opts.no_syscall_wrapper = true;
	extern_var("LINUX_HAS_SYSCALL_WRAPPER", BOOL, ".kconfig", STB_GLOBAL);
	assert_opens();
	assert_int_equal(obj->maps[0].data[0], 0);
	again();
	/* later ones, when they need not be there */
	extern_var("LINUX_UNHEARD_OF", INT, ".kconfig", STB_WEAK);
	assert_opens();
	assert_int_equal(obj->progs[0].err, 0);
	again();
	extern_var("LINUX_UNHEARD_OF", INT, ".kconfig", STB_GLOBAL);
	assert_not_loaded("unrecognized virtual extern");
	extern_var("SOMETHING_ELSE", INT, ".kconfig", STB_WEAK);
	assert_not_loaded("unrecognized virtual extern");
	extern_var("LINUX_KERNEL_VERSION", tristate(), ".kconfig", STB_GLOBAL);
	assert_not_loaded("implies integer, char, or boolean type");
	extern_var("LINUX_KERNEL_VERSION", CHAR, ".kconfig", STB_GLOBAL);
	assert_not_loaded("doesn't fit");
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(fields_are_numbers), TEST(sizes_agree), TEST(values_of_maps),
		TEST(declarations_of_maps), TEST(maps_get_their_size), TEST(values_from_the_beginning),
		TEST(externs_are_declared), TEST(kernel_symbols), TEST(kernel_variables_have_their_type),
		TEST(types_of_configuration), TEST(values_of_configuration), TEST(made_up_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) != 0;
}
