#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# series.sh KSRC DESIGN OUT: the iterator of model/iter_DESIGN.c as patches for Linux 6.12.
#
# KSRC is a tree of that kernel, or the few of its files that series.sh --needs lists; it is read only.
# series.sh --files DESIGN lists the files it adds, and ours that they are byte for byte.
# OUT/patches-DESIGN gets 0000-cover-letter.patch to 0003-*.patch, whole or not at all. The kernel's
# text in them (what is taken out, and what stands around) comes from KSRC alone.
#
# The author, who signs off, is whoever git knows here (user.name, user.email).
set -euo pipefail
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
model=$here/../model
selftests=tools/testing/selftests/bpf

# what of the kernel the patches change, and what they rely on
changed="MAINTAINERS kernel/bpf/Makefile kernel/bpf/task_iter.c Documentation/bpf/index.rst"
relied_on="Makefile kernel/bpf/helpers.c kernel/bpf/mmap_unlock_work.h"

die() {
	echo "kernel-patch: $1" >&2
	exit 1
}

# files of the kernel's tree, and ours that they are byte for byte
core_files() {
	echo "kernel/bpf/task_vma_iter.c $model/iter_$design.c"
	echo "kernel/bpf/task_vma_iter.h $model/task_vma_iter.h"
	echo "kernel/bpf/task_vma_env.h $here/$design/task_vma_env.h"
	! grep -q '"task_vma_mm.h"' "$here/$design/task_vma_env.h" ||
		echo "kernel/bpf/task_vma_mm.h $model/task_vma_mm.h"
}

test_files() {
	local file

	for file in progs/task_vma_walk.c progs/task_vma_walk.h progs/task_vma_walk_fail.c \
		    prog_tests/task_vma_walk.c; do
		echo "$selftests/$file $here/selftest/$file"
	done
}

case $#${1-} in
1--needs) echo "$changed $relied_on"; exit 0 ;;
2--files) ksrc='' design=$2 out='' ;;
3*) ksrc=$1 design=$2 out=$3 ;;
*) echo "usage: series.sh KSRC DESIGN OUT | --files DESIGN | --needs" >&2; exit 2 ;;
esac
[ -f "$here/$design/cover.txt" ] ||
	die "there is no design $design for the kernel; there are: mmap_lock snapshot"
if [ -z "$out" ]; then
	core_files
	test_files
	exit 0
fi
mkdir -p "$out"
out=$(cd "$out" && pwd)

# in_tree FILES-FUNCTION: puts them where they belong
in_tree() {
	local to from

	while read -r to from; do
		mkdir -p "$tree/$(dirname "$to")"
		cp "$from" "$tree/$to"
	done < <("$1")
}

# edit_once FILE SED-SCRIPT WHAT: the script must change exactly one place
edit_once() {
	local before=$work/before added

	cp "$tree/$1" "$before"
	sed -i -E "$2" "$tree/$1"
	added=$(diff "$before" "$tree/$1" | grep -c '^>' || :)
	[ "$added" = 1 ] || die "$1 is not as expected: $added places for $3"
}

# --- the tree that the patches are for ---------------------------------------------------------

expect_tree() {
	local path

	for path in $changed $relied_on; do
		[ -f "$ksrc/$path" ] || die "$ksrc is no tree of Linux 6.12: there is no $path"
	done
	grep -q '^VERSION = 6$' "$ksrc/Makefile" && grep -q '^PATCHLEVEL = 12$' "$ksrc/Makefile" ||
		die "$ksrc is not Linux 6.12: $(sed -n '/^VERSION\|^PATCHLEVEL/p' "$ksrc/Makefile" | tr '\n' ' ')"
	for path in new next destroy; do
		grep -q "bpf_iter_task_vma_$path, KF_ITER_" "$ksrc/kernel/bpf/helpers.c" ||
			die "kernel/bpf/helpers.c does not register bpf_iter_task_vma_$path"
	done
	[ "$design" != mmap_lock ] || grep -q bpf_mmap_unlock_guard_put "$ksrc/kernel/bpf/mmap_unlock_work.h" ||
		die "kernel/bpf/mmap_unlock_work.h has no bpf_mmap_unlock_guard_put(): an older 6.12.y?"
}

# --- the patches -------------------------------------------------------------------------------

patch_iterator() {
	in_tree core_files
	python3 "$here/take_out.py" <"$ksrc/kernel/bpf/task_iter.c" >"$tree/kernel/bpf/task_iter.c"
	edit_once kernel/bpf/Makefile 's/(^|[ \t])task_iter\.o/& task_vma_iter.o/' task_vma_iter.o
	edit_once MAINTAINERS 's|^F:\tkernel/bpf/\*iter\.c$|&\nF:\tkernel/bpf/task_vma_*.h|' "the headers"
}

patch_selftest() {
	in_tree test_files
	edit_once MAINTAINERS "s|^F:\tkernel/bpf/task_vma_\\*\\.h\$|&\nF:\t$selftests/*/task_vma_walk*|" \
		"the selftest"
}

patch_documentation() {
	cat "$here/task_vma_iter.rst" "$here/$design/rules.rst" >"$tree/Documentation/bpf/task_vma_iter.rst"
	edit_once Documentation/bpf/index.rst 's/^   bpf_iterators$/&\n   task_vma_iter/' "the new page"
	edit_once MAINTAINERS 's|^F:\tkernel/bpf/\*iter\.c$|F:\tDocumentation/bpf/task_vma_iter.rst\n&|' "the new page"
}

# Nobody's settings but the name: they must not change what a patch looks like.
in_git() {
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null \
		git -C "$tree" -c user.name="$name" -c user.email="$email" "$@"
}

# commit MESSAGE-FILE
commit() {
	in_git add -A
	in_git commit -q -s -F "$1"
}

identity() {
	name=$(git config user.name || :) email=$(git config user.email || :)
	if [ -z "$name" ] || [ -z "$email" ]; then
		name="taskvma" email="taskvma@example.org"
		echo "kernel-patch: git knows no user.name and user.email here; signed off by $name <$email>" >&2
	fi
}

# Same sources, same patches: the date is that of the commit they were made from.
date_of_sources() {
	GIT_AUTHOR_DATE=@${SOURCE_DATE_EPOCH:-$(git -C "$here" log -1 --format=%ct 2>/dev/null || echo 0)}" +0000"
	GIT_COMMITTER_DATE=$GIT_AUTHOR_DATE
	export GIT_AUTHOR_DATE GIT_COMMITTER_DATE
}

expect_tree
identity
date_of_sources
unset GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE
unset GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
work=$(mktemp -d "$out/.series.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM HUP
tree=$work/tree
mkdir "$tree"
in_git init -q -b series
for path in $changed; do
	mkdir -p "$tree/$(dirname "$path")"
	cp "$ksrc/$path" "$tree/$path"
	chmod 644 "$tree/$path"
done
echo "Linux 6.12" >"$work/base"
commit "$work/base"

patch_iterator
commit "$here/$design/iterator.txt"
patch_selftest
commit "$here/selftest.txt"
patch_documentation
commit "$here/documentation.txt"

in_git config branch.series.description "$(cat "$here/$design/cover.txt")"
in_git format-patch -q --cover-letter --cover-from-description=subject --zero-commit --no-signature \
	--subject-prefix='PATCH bpf-next' --output-directory "$work/patches" -3
rm -rf "$out/patches-$design"
mv "$work/patches" "$out/patches-$design"
