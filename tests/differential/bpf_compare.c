// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * bpf_compare OBJECT...: each object loaded by bpf/ and by libbpf on the running kernel, and what
 * libbpf hands to bpf(2) compared: instructions, function and line records, program attributes,
 * maps; and our words for the instructions with those of the kernel's log. Nothing is attached.
 *
 * Prints what differs, each object with something to say, and a table. Exit 1 when anything
 * differs, 3 when this machine has no bpf(2).
 */
#include <bpf/libbpf.h>
#include <errno.h>
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bpf/object.h"
#include "bpf/prog_type.h"
#include "bpf/vmlinux.h"
#include "tests/differential/bpf_capture.h"
#include "tests/differential/bpf_log_text.h"

#define LOG_SIZE	(1u << 20)
#define MAX_SECONDS	600	/* for one object with all its verification */

struct totals {
	unsigned int objects, targets, refused_by_both, died;
	unsigned int programs, equal, different, refused, unsupported;
	unsigned int newer, btf_refused;
	unsigned int maps, maps_different, unsupported_maps;
	unsigned long insns, lines, funcs;
	struct text_count text;
};

/* One object on its two ways. */
struct pair {
	const char *file;
	const char *target;	/* the BTF that CO-RE is for; NULL: the running kernel's */
	struct tv_bpf_object *ours;
	struct bpf_object *theirs;
	struct capture capture;
	struct totals *totals;
	const struct tv_btf *vmlinux;
};

static char *kconfig;
static int quiet_print(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	if (getenv("BPF_COMPARE_VERBOSE"))
		return vfprintf(stderr, fmt, ap);
	return 0;
}

__attribute__((format(printf, 3, 4)))
static void differ(const struct pair *p, const char *what, const char *fmt, ...)
{
	va_list ap;

	printf("  DIFF  %s%s%s %s: ", p->file, p->target ? " for " : "", p->target ? p->target : "", what);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	putchar('\n');
}

/* --- what both sides are told ------------------------------------------------- */

static char *read_pipe(const char *command)
{
	size_t size = 0, got;
	char *text = NULL;
	FILE *f = popen(command, "r");

	if (!f)
		return NULL;
	do {
		text = realloc(text, size + 65537);
		if (!text)
			abort();
		got = fread(text + size, 1, 65536, f);
		size += got;
	} while (got);
	text[size] = 0;
	pclose(f);
	return text;
}

static uint32_t running_version(void)
{
	unsigned int a = 0, b = 0, c = 0;
	struct utsname u;

	uname(&u);
	sscanf(u.release, "%u.%u.%u", &a, &b, &c);
	return a << 16 | b << 8 | (c > 255 ? 255 : c);
}

static int find_symbol(void *ctx, const char *wanted, uint64_t *addr)
{
	char name[512];
	unsigned long long value;
	FILE *f = fopen("/proc/kallsyms", "r");
	int found = -ENOENT;

	while (f && fscanf(f, "%llx %*c %499s%*[^\n]\n", &value, name) == 2) {
		if (strcmp(name, wanted))
			continue;
		*addr = value;
		found = 0;
		break;
	}
	if (f)
		fclose(f);
	return found;
}

/* --- comparing one program ---------------------------------------------------- */

/* The index of the map that libbpf had under a file descriptor; -1. */
static int map_index(const struct pair *p, int fd)
{
	uint32_t i;

	for (i = 0; i < p->capture.map_fd_cnt; i++)
		if (p->capture.map_fds[i] == fd)
			return i;
	return -1;
}

static bool same_insn(const struct pair *p, const struct bpf_insn *ours,
		      const struct bpf_insn *theirs)
{
	struct bpf_insn masked = *theirs;

	if (tv_insn_is_ldimm64(theirs) && (theirs->src_reg == BPF_PSEUDO_MAP_FD ||
					   theirs->src_reg == BPF_PSEUDO_MAP_VALUE)) {
		masked.imm = map_index(p, theirs->imm);
		/* none of the object's: a number that the program spells itself */
		if (masked.imm < 0)
			masked.imm = -1 - theirs->imm;
	}
	return !memcmp(&masked, ours, sizeof(masked));
}

static bool same_insns(const struct pair *p, const struct tv_bpf_prog *prog,
		       const struct seen_prog *seen)
{
	uint32_t i;

	if (prog->insn_cnt != seen->attr.insn_cnt) {
		differ(p, prog->name, "%u instructions, libbpf %u", prog->insn_cnt,
		       seen->attr.insn_cnt);
		return false;
	}
	for (i = 0; i < prog->insn_cnt; i++) {
		const struct bpf_insn *a = &prog->insns[i], *b = &seen->insns[i];

		/* the second half of a wide load is no instruction, but compared all the same */
		if (same_insn(p, a, b))
			continue;
		differ(p, prog->name, "insn %u: ours %02x %u<-%u off %d imm %d, libbpf "
		       "%02x %u<-%u off %d imm %d", i, a->code, a->dst_reg, a->src_reg, a->off, a->imm,
		       b->code, b->dst_reg, b->src_reg, b->off, b->imm);
		return false;
	}
	return true;
}

static bool same_funcs(const struct pair *p, const struct tv_bpf_prog *prog,
		       const struct seen_prog *seen)
{
	uint32_t i;

	if (prog->func_info_cnt != seen->attr.func_info_cnt) {
		differ(p, prog->name, "%u function records, libbpf %u", prog->func_info_cnt,
		       seen->attr.func_info_cnt);
		return false;
	}
	for (i = 0; i < prog->func_info_cnt; i++) {
		const struct bpf_func_info *f = seen->func_info + i * seen->attr.func_info_rec_size;

		if (f->insn_off == prog->func_info[i].insn_off &&
		    f->type_id == prog->func_info[i].type_id)
			continue;
		differ(p, prog->name, "function record %u", i);
		return false;
	}
	return true;
}

static bool same_lines(const struct pair *p, const struct tv_bpf_prog *prog,
		       const struct seen_prog *seen)
{
	uint32_t i;

	if (prog->line_info_cnt != seen->attr.line_info_cnt) {
		differ(p, prog->name, "%u line records, libbpf %u", prog->line_info_cnt,
		       seen->attr.line_info_cnt);
		return false;
	}
	for (i = 0; i < prog->line_info_cnt; i++) {
		const struct bpf_line_info *l = seen->line_info + i * seen->attr.line_info_rec_size;
		const struct tv_bpf_line_info *o = &prog->line_info[i];

		if (l->insn_off == o->insn_off && l->file_name_off == o->file_off &&
		    l->line_off == o->line_off && l->line_col == o->line_col)
			continue;
		differ(p, prog->name, "line record %u", i);
		return false;
	}
	return true;
}

static bool same_attributes(const struct pair *p, const struct tv_bpf_prog *prog,
			    const struct seen_prog *seen)
{
	const struct { const char *what; uint32_t ours, theirs; } numbers[] = {
		{ "program type", prog->type, seen->attr.prog_type },
		{ "expected attach type", prog->attach_type, seen->attr.expected_attach_type },
		{ "program flags", prog->flags, seen->attr.prog_flags },
		{ "attach BTF id", prog->attach_btf_id, seen->attr.attach_btf_id },
	};
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (numbers[i].ours == numbers[i].theirs)
			continue;
		differ(p, prog->name, "%s %u, libbpf %u", numbers[i].what, numbers[i].ours,
		       numbers[i].theirs);
		return false;
	}
	if (!strcmp(p->ours->license, seen->license))
		return true;
	differ(p, prog->name, "licence '%s', libbpf '%s'", p->ours->license, seen->license);
	return false;
}

/* --- comparing maps ----------------------------------------------------------- */

/* How libbpf first asked for a map; a second time it leaves BTF away. */
static const struct seen_map *asked_for(const struct pair *p, int fd)
{
	const struct seen_map *maps = p->capture.maps;
	uint32_t i = p->capture.map_cnt;

	while (i-- > 0) {
		if (maps[i].fd != fd)
			continue;
		if (i && maps[i - 1].err && !memcmp(maps[i - 1].attr.map_name, maps[i].attr.map_name,
						    sizeof(maps[i].attr.map_name)))
			i--;
		return &maps[i];
	}
	return NULL;
}

static bool same_map(const struct pair *p, const struct tv_bpf_map *map,
		     const struct seen_map *seen)
{
	const union bpf_attr *a = &seen->attr;
	const struct { const char *what; uint64_t ours, theirs; } numbers[] = {
		{ "type", map->type, a->map_type },
		{ "key size", map->key_size, a->key_size },
		{ "value size", map->value_size, a->value_size },
		{ "max entries", map->max_entries, a->max_entries },
		{ "flags", map->flags, a->map_flags },
		{ "NUMA node", map->numa_node, a->numa_node },
		{ "extra", map->extra, a->map_extra },
		{ "key type", map->key_type_id, a->btf_key_type_id },
		{ "value type", map->value_type_id, a->btf_value_type_id },
	};
	size_t i;

	for (i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (numbers[i].ours == numbers[i].theirs)
			continue;
		differ(p, map->name, "map's %s %llu, libbpf %llu", numbers[i].what,
		       (unsigned long long)numbers[i].ours, (unsigned long long)numbers[i].theirs);
		return false;
	}
	if (!strncmp(map->name, a->map_name, sizeof(a->map_name) - 1))
		return true;
	differ(p, map->name, "map's name, libbpf '%s'", a->map_name);
	return false;
}

/* What libbpf finds out by trying on the running kernel is fixed in ours. */
static bool is_probed(const struct pair *p, const struct tv_bpf_map *map, uint32_t byte)
{
	uint32_t i;

	for (i = 0; map->origin == TV_MAP_KCONFIG && i < p->ours->extern_cnt; i++) {
		const struct tv_bpf_extern *ext = &p->ours->externs[i];

		if (ext->kind == TV_EXTERN_KCONFIG && !strncmp(ext->name, "LINUX_HAS_", 10) &&
		    byte >= ext->offset && byte - ext->offset < ext->size)
			return true;
	}
	return false;
}

static bool same_data(const struct pair *p, const struct tv_bpf_map *ours,
		      const struct bpf_map *theirs)
{
	const uint8_t *data;
	uint32_t i = 0;
	size_t size;

	if (!tv_bpf_map_is_data(ours))
		return true;
	data = bpf_map__initial_value((struct bpf_map *)theirs, &size);
	while (data && i < size && size == ours->value_size &&
	       (data[i] == ours->data[i] || is_probed(p, ours, i)))
		i++;
	if (data && i == ours->value_size)
		return true;
	differ(p, ours->name, "initial value");
	return false;
}

static void compare_maps(struct pair *p)
{
	const struct bpf_map *theirs;
	uint32_t i = 0;

	bpf_object__for_each_map(theirs, p->theirs) {
		const struct seen_map *seen = NULL;

		/* struct_ops ones come last: they are no part of what is modelled */
		if (bpf_map__type(theirs) == BPF_MAP_TYPE_STRUCT_OPS) {
			printf("  UNSUP %s %s: struct_ops map\n", p->file, bpf_map__name(theirs));
			p->totals->unsupported_maps++;
			continue;
		}
		if (i < p->capture.map_fd_cnt)
			seen = asked_for(p, p->capture.map_fds[i]);
		if (i == p->ours->map_cnt) {
			differ(p, bpf_map__name(theirs), "map is libbpf's only");
			p->totals->maps_different++;
			return;
		}
		p->totals->maps++;
		if ((seen && !same_map(p, &p->ours->maps[i], seen)) ||
		    !same_data(p, &p->ours->maps[i], theirs))
			p->totals->maps_different++;
		i++;
	}
	if (i != p->ours->map_cnt) {
		differ(p, p->ours->maps[i].name, "map is ours only");
		p->totals->maps_different++;
	}
}

/* --- one object --------------------------------------------------------------- */

static struct bpf_object *libbpf_open(const struct pair *p)
{
	LIBBPF_OPTS(bpf_object_open_opts, opts, .kconfig = kconfig, .btf_custom_path = p->target);
	struct bpf_object *obj = bpf_object__open_file(p->file, &opts);
	struct bpf_map *map;

	/* nothing is pinned */
	if (obj)
		bpf_object__for_each_map(map, obj)
			bpf_map__set_pin_path(map, NULL);
	return obj;
}

/* A section's name that only libbpf after 1.1 knows: we do, it refuses. */
static bool is_newer(const struct tv_bpf_prog *prog)
{
	const struct tv_sec_def *def = tv_sec_def_find(prog->section);

	return def && def->flags & TV_SEC_NEWER;
}

/* Loads @wanted alone (NULL: all that we can load and it should) and lets them be seen. */
static void libbpf_load(struct pair *p, const struct tv_bpf_prog *wanted)
{
	struct bpf_program *theirs;

	bpf_object__for_each_program(theirs, p->theirs) {
		const struct tv_bpf_prog *ours = tv_bpf_object_prog(p->ours, bpf_program__name(theirs));
		bool load = ours && (wanted ? ours == wanted : !ours->err && !is_newer(ours));

		bpf_program__set_autoload(theirs, load);
		if (load) {
			bpf_program__set_log_buf(theirs, p->capture.progs[ours - p->ours->progs].log,
						 LOG_SIZE);
			bpf_program__set_log_level(theirs, 2);
		}
	}
	p->capture.object = p->theirs;
	capture_start(&p->capture);
	bpf_object__load(p->theirs);
	capture_stop();
}

static void compare_prog(struct pair *p, const struct tv_bpf_prog *prog,
			 const struct seen_prog *seen)
{
	struct totals *t = p->totals;

	if (!same_insns(p, prog, seen) || !same_funcs(p, prog, seen) || !same_lines(p, prog, seen) ||
	    !same_attributes(p, prog, seen)) {
		t->different++;
		return;
	}
	t->equal++;
	t->insns += prog->insn_cnt;
	t->funcs += prog->func_info_cnt;
	t->lines += prog->line_info_cnt;
	log_text_compare(prog->name, seen->log, prog->insns, prog->insn_cnt, p->vmlinux, &t->text);
}

/* One program that did not come by with the others: loaded alone, does libbpf take it? */
static void judge_alone(struct pair *p, const struct tv_bpf_prog *prog)
{
	uint32_t i = prog - p->ours->progs, n = p->ours->prog_cnt;
	struct seen_prog *seen = calloc(n, sizeof(*seen));
	struct totals *t = p->totals;
	struct pair alone = *p;

	alone.theirs = libbpf_open(p);
	alone.capture = (struct capture){ .progs = seen, .prog_cnt = n };
	seen[i].log = p->capture.progs[i].log;
	libbpf_load(&alone, prog);
	if (!seen[i].seen && prog->err) {
		t->refused++;
	} else if (!seen[i].seen) {
		t->different++;
		differ(p, prog->name, "libbpf refuses it, we do not");
	} else if (prog->err) {
		t->different++;
		differ(p, prog->name, "libbpf loads it, we say: %s", prog->why);
	} else {
		compare_prog(&alone, prog, &seen[i]);
	}
	capture_free(&alone.capture);
	free(seen);
	bpf_object__close(alone.theirs);
}

static void judge_prog(struct pair *p, const struct tv_bpf_prog *prog, struct seen_prog *seen)
{
	struct totals *t = p->totals;

	t->programs++;
	if (seen->seen) {
		compare_prog(p, prog, seen);
	} else if (prog->err == -ENOTSUP) {
		t->unsupported++;
		printf("  UNSUP %s %s: %s\n", p->file, prog->name, prog->why);
	} else if (is_newer(prog)) {
		t->newer++;
		printf("  NEWER %s %s: section %s\n", p->file, prog->name, prog->section);
	} else {
		judge_alone(p, prog);
	}
}

static void compare_programs(struct pair *p)
{
	uint32_t i, n = p->ours->prog_cnt;
	struct seen_prog *progs = calloc(n + 1, sizeof(*progs));

	p->capture.progs = progs;
	p->capture.prog_cnt = n;
	for (i = 0; i < n; i++)
		p->capture.progs[i].log = calloc(1, LOG_SIZE);
	libbpf_load(p, NULL);
	compare_maps(p);
	for (i = 0; i < n; i++)
		judge_prog(p, &p->ours->progs[i], &p->capture.progs[i]);
	if (p->capture.btf_refused != !!p->ours->btf_refused && p->capture.map_fd_cnt) {
		differ(p, "BTF", "%s refuses it", p->capture.btf_refused ? "only the kernel" : "none but us");
		p->totals->different++;
	}
	p->totals->btf_refused += p->capture.btf_refused;
	for (i = 0; i < n; i++)
		free(p->capture.progs[i].log);
	capture_free(&p->capture);
	free(progs);
}

/* Nothing but struct_ops: libbpf 1.1 dies when none of its programs is to be loaded. */
static bool is_struct_ops(const struct tv_bpf_object *obj)
{
	uint32_t i;

	for (i = 0; i < obj->prog_cnt; i++)
		if (obj->progs[i].type != BPF_PROG_TYPE_STRUCT_OPS)
			return false;
	return obj->prog_cnt;
}

static void compare_object(const char *file, const char *target, const struct tv_btf *core,
			   const struct tv_btf *vmlinux, struct totals *totals)
{
	const struct tv_bpf_opts opts = {
		.vmlinux = vmlinux, .core_btf = core, .kernel_version = running_version(), .kconfig = kconfig,
		.ksym = find_symbol, .nr_cpus = libbpf_num_possible_cpus(),
	};
	struct pair p = { .file = file, .target = target, .totals = totals, .vmlinux = vmlinux };
	struct tv_bpf_error error;
	char text[4096];
	int err;

	totals->objects++;
	tv_bpf_error_init(&error, file);
	err = tv_bpf_object_open(file, &opts, &p.ours, &error);
	p.theirs = libbpf_open(&p);
	if (err == -ENOTSUP && p.theirs) {
		printf("  UNSUP %s\n", tv_bpf_error_text(&error, text, sizeof(text)));
		totals->unsupported++;
	} else if (err && !p.theirs) {
		printf("  BOTH  %s\n", tv_bpf_error_text(&error, text, sizeof(text)));
		totals->refused_by_both++;
	} else if (!err && is_struct_ops(p.ours)) {
		printf("  UNSUP %s: struct_ops\n", file);
		totals->programs += p.ours->prog_cnt;
		totals->unsupported += p.ours->prog_cnt;
	} else if (err || !p.theirs) {
		totals->different++;
		differ(&p, "object", "%s", err ? tv_bpf_error_text(&error, text, sizeof(text)) :
		       "libbpf does not open it, we do");
	} else {
		compare_programs(&p);
	}
	bpf_object__close(p.theirs);
	tv_bpf_object_close(p.ours);
}

/*
 * In a process of its own: libbpf 1.1 dies of some objects, and one that takes too long is cut off.
 * The totals are shared.
 */
static void compare_apart(const char *file, const char *target, const struct tv_btf *core,
			  const struct tv_btf *vmlinux, struct totals *totals)
{
	int status = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (!child) {
		alarm(MAX_SECONDS);
		compare_object(file, target, core, vmlinux, totals);
		fflush(stdout);
		_exit(0);
	}
	if (child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	    !WEXITSTATUS(status))
		return;
	printf("  DIED  %s: status %d\n", file, status);
	totals->died++;
}

/*
 * The selftests' CO-RE programs, test_core_reloc_NAME, come with types to run against as objects of
 * their own, btf__core_reloc_NAME*: those stand for the kernel's.
 */
static void compare_targets(const char *file, const struct tv_btf *vmlinux, struct totals *totals)
{
	const char *marker = strstr(file, "test_core_reloc_");
	char pattern[4096], name[128];
	struct tv_bpf_error error;
	struct tv_btf *target;
	glob_t found;
	size_t i;

	if (!marker)
		return;
	snprintf(name, sizeof(name), "%s", marker + strlen("test_core_reloc_"));
	name[strcspn(name, "._")] = 0;
	snprintf(pattern, sizeof(pattern), "%.*sbtf__core_reloc_%s*.bpf.o", (int)(marker - file), file,
		 name);
	if (glob(pattern, 0, NULL, &found))
		return;
	for (i = 0; i < found.gl_pathc; i++) {
		tv_bpf_error_init(&error, found.gl_pathv[i]);
		if (tv_vmlinux_open(found.gl_pathv[i], &target, &error))
			continue;
		totals->targets++;
		compare_apart(file, found.gl_pathv[i], target, vmlinux, totals);
		tv_btf_free(target);
	}
	globfree(&found);
}

static void print_table(const struct totals *t, const struct text_count *sweep)
{
	printf("objects                         %8u\n", t->objects);
	printf("  CO-RE against other types     %8u\n", t->targets);
	printf("  opened by neither             %8u\n", t->refused_by_both);
	printf("  libbpf died of (DIED above)   %8u\n", t->died);
	printf("programs                        %8u\n", t->programs);
	printf("  equal                         %8u\n", t->equal);
	printf("  refused by both               %8u\n", t->refused);
	printf("  different                     %8u\n", t->different);
	printf("  unsupported (UNSUP above)     %8u\n", t->unsupported);
	printf("  of sections newer than libbpf 1.1 (NEWER above) %u\n", t->newer);
	printf("  whose BTF the kernel refuses  %8u\n", t->btf_refused);
	printf("instructions equal              %8lu\n", t->insns);
	printf("function records equal          %8lu\n", t->funcs);
	printf("line records equal              %8lu\n", t->lines);
	printf("maps compared                   %8u\n", t->maps);
	printf("  different                     %8u\n", t->maps_different);
	printf("  unsupported                   %8u\n", t->unsupported_maps);
	printf("log lines compared              %8lu\n", t->text.lines);
	printf("  different                     %8lu\n", t->text.different);
	printf("opcode sweep, lines compared    %8lu\n", sweep->lines);
	printf("  different                     %8lu\n", sweep->different);
}

int main(int argc, char **argv)
{
	struct text_count sweep = { 0 };
	struct tv_bpf_error error;
	struct totals *totals;
	struct tv_btf *vmlinux;
	char text[4096];
	int i;

	totals = mmap(NULL, sizeof(*totals), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (totals == MAP_FAILED)
		return 3;

	setvbuf(stdout, NULL, _IOLBF, 0);
	tv_bpf_error_init(&error, "vmlinux");
	if (geteuid() || tv_vmlinux_open(TV_VMLINUX_RUNNING, &vmlinux, &error)) {
		fprintf(stderr, "bpf_compare: skipped: needs root and the running kernel's BTF (%s)\n",
			tv_bpf_error_text(&error, text, sizeof(text)));
		return 3;
	}
	kconfig = read_pipe("zcat /proc/config.gz 2>/dev/null");
	libbpf_set_print(quiet_print);
	for (i = 1; i < argc; i++) {
		compare_apart(argv[i], NULL, NULL, vmlinux, totals);
		compare_targets(argv[i], vmlinux, totals);
	}
	log_text_sweep(vmlinux, &sweep);
	print_table(totals, &sweep);
	tv_btf_free(vmlinux);
	free(kconfig);
	return totals->different || totals->died || totals->maps_different ||
	       totals->text.different || sweep.different;
}
