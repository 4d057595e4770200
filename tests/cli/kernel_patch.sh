#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# kernel/: the series, made for a tree that has just what the generator looks at. That it is right for
# Linux itself `make kernel-check` finds out.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

export GIT_CONFIG_GLOBAL=$T/gitconfig GIT_CONFIG_SYSTEM=/dev/null
git config --file "$T/gitconfig" user.name "A. Tester"
git config --file "$T/gitconfig" user.email tester@example.org
# settings that people have, and that must not change a patch
git config --file "$T/gitconfig" diff.noprefix true
git config --file "$T/gitconfig" format.signature none

# Away from this repository, which may have settings of its own.
series() {
	(cd "$T" && "$ROOT/kernel/series.sh" "$@")
}

# What stays and what goes of task_iter.c, with what is easy to mistake.
task_iter() {
	cat <<'C'
#include <linux/bpf.h>

/* a brace in a comment { is none, bpf_iter_task_vma_new() neither */
static const char *brace = "{ \" (";

struct bpf_iter__task_vma {
	int used_by_others;
};

DEFINE_SOMETHING(task_vma, struct meta *meta)

static int used_by_both(int a)
{
	return a ? '{' : '\'';
}

C
	[ "$1" = all ] && cat <<'C'
/* of the iterator alone */
static inline void helper(void) { deeper(); }

struct bpf_iter_task_vma_kern_data {
	union {
		int a;
	} u;
};

/* what programs see */
struct bpf_iter_task_vma {
	u64 opaque[1];
} __attribute__((aligned(8)));

__bpf_kfunc_start_defs();

__bpf_kfunc int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it,
				      struct task_struct *task, u64 addr)
{
	if (used_by_both(1)) {
		helper();
	}
	return 0;
}

__bpf_kfunc struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it)
{
	return NULL;
}

__bpf_kfunc void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it)
{
}

__bpf_kfunc_end_defs();

C
	cat <<'C'
#ifdef CONFIG_CGROUPS

__bpf_kfunc_start_defs();

__bpf_kfunc int bpf_iter_css_task_new(void)
{
	return used_by_both(2);
}

__bpf_kfunc_end_defs();

#endif
C
}

make_tree() {
	rm -rf "$T/linux"
	mkdir -p "$T/linux/kernel/bpf" "$T/linux/Documentation/bpf"
	cd "$T/linux" || exit 1
	printf 'VERSION = 6\nPATCHLEVEL = 12\n' >Makefile
	printf 'BPF [ITERATOR]\nS:\tMaintained\nF:\tkernel/bpf/*iter.c\n' >MAINTAINERS
	printf 'Index\n=====\n\n.. toctree::\n\n   bpf_iterators\n   other\n' >Documentation/bpf/index.rst
	printf 'obj-y += bpf_iter.o task_iter.o\n' >kernel/bpf/Makefile
	printf 'BTF_ID_FLAGS(func, bpf_iter_task_vma_%s, KF_ITER_X)\n' new next destroy >kernel/bpf/helpers.c
	echo 'static inline void bpf_mmap_unlock_guard_put(void);' >kernel/bpf/mmap_unlock_work.h
	task_iter all >kernel/bpf/task_iter.c
	cd "$ROOT" || exit 1
}

# applied DESIGN: $T/applied is the tree with the series of DESIGN
applied() {
	rm -rf "$T/applied"
	cp -r "$T/linux" "$T/applied"
	git -C "$T/applied" init -q
	git -C "$T/applied" add -A
	git -C "$T/applied" commit -q -m base
	git -C "$T/applied" am -q "$T/out/patches-$1"/000[1-9]-*.patch >"$T/am" 2>&1 || t_fail "$(cat "$T/am")"
}

for design in mmap_lock snapshot; do
	t_begin "$design: a series that git applies"
	make_tree
	rm -rf "$T/before"
	cp -r "$T/linux" "$T/before"
	t_run series "$T/linux" $design "$T/out"
	t_status 0
	t_ok diff -r "$T/before" "$T/linux"
	t_ok test "$(cd "$T/out/patches-$design" && printf '%.5s' *)" = 0000-0001-0002-0003-
	t_ok grep -q '^Subject: \[PATCH bpf-next 0/3\] bpf: ' "$T/out/patches-$design/0000-cover-letter.patch"
	t_ok test "$(grep -lx 'Signed-off-by: A. Tester <tester@example.org>' "$T/out/patches-$design"/* | wc -l)" = 3
	applied $design
	t_ok test -z "$(find "$T/out" -mindepth 1 -maxdepth 1 ! -name 'patches-*')"

	t_begin "$design: what is taken out, and nothing else"
	task_iter '' >"$T/expected"
	t_ok diff -u "$T/expected" "$T/applied/kernel/bpf/task_iter.c"
	t_ok grep -qx 'obj-y += bpf_iter.o task_iter.o task_vma_iter.o' "$T/applied/kernel/bpf/Makefile"

	t_begin "$design: the same sources make the same patches"
	t_run series "$T/linux" $design "$T/again"
	t_status 0
	t_ok diff -r "$T/out/patches-$design" "$T/again/patches-$design"

	t_begin "$design: the files are the tested ones, and one byte more is noticed"
	t_run "$ROOT/kernel/drift.sh" "$T/applied" $design
	t_status 0
	t_ok cmp "$ROOT/model/iter_$design.c" "$T/applied/kernel/bpf/task_vma_iter.c"
	"$ROOT/kernel/series.sh" --files $design | while read -r path _; do
		cp "$T/applied/$path" "$T/kept"
		printf 'x' | dd of="$T/applied/$path" bs=1 seek=40 conv=notrunc status=none
		"$ROOT/kernel/drift.sh" "$T/applied" $design >"$T/drift" && echo "$path"
		grep -qF "$path" "$T/drift" || echo "$path is not named"
		cp "$T/kept" "$T/applied/$path"
	done >"$T/unnoticed"
	t_ok test ! -s "$T/unnoticed"
done

t_begin "patches are not made for a tree that is not as expected"
# each: what is changed in the tree, and what is said then
while IFS='|' read -r change told; do
	make_tree
	(cd "$T/linux" && eval "$change")
	rm -rf "$T/out"
	t_run series "$T/linux" mmap_lock "$T/out"
	t_status 1
	t_err_has "$told"
	[ -z "$(ls -A "$T/out" 2>/dev/null)" ] || t_fail "something is left after: $change"
done <<'CASES'
rm MAINTAINERS|there is no MAINTAINERS
sed -i s/12/13/ Makefile|is not Linux 6.12
sed -i /destroy/d kernel/bpf/helpers.c|does not register bpf_iter_task_vma_destroy
: >kernel/bpf/mmap_unlock_work.h|no bpf_mmap_unlock_guard_put()
sed -i s/bpf_iter_task_vma_next/bpf_iter_task_vma_step/ kernel/bpf/task_iter.c|bpf_iter_task_vma_next is there 0 times
echo 'void bpf_iter_task_vma_next(void) { }' >>kernel/bpf/task_iter.c|bpf_iter_task_vma_next is there 2 times
echo 'int user(void) { return bpf_iter_task_vma_new(NULL, NULL, 0); }' >>kernel/bpf/task_iter.c|is used by what stays
echo '}' >>kernel/bpf/task_iter.c|unbalanced braces
sed -i s/task_iter.o// kernel/bpf/Makefile|kernel/bpf/Makefile is not as expected
sed -i /iter.c/d MAINTAINERS|MAINTAINERS is not as expected
sed -i /bpf_iterators/d Documentation/bpf/index.rst|index.rst is not as expected
CASES

t_begin "a design that is none"
make_tree
t_run series "$T/linux" rcu_addr "$T/out"
t_status 1
t_err_has "there is no design rcu_addr for the kernel"

t_begin "who signs off is said when git does not know"
: >"$T/gitconfig"
t_run series "$T/linux" snapshot "$T/out"
t_status 0
t_err_has "signed off by taskvma <taskvma@example.org>"

t_done
