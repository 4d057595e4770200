#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# check.sh DIR PATCHES DESIGN: what a kernel's maintainer would ask of the series in PATCHES.
#
# DIR is what check_tree.sh made. The patches are applied one by one, and after each that changes the
# kernel's code kernel/bpf/ is compiled, by two configurations. A line for each check, "ok - " or "not ok - "
# and what was found; exit 1 when any failed. Runs of one DIR must not overlap; a lock sees to that.
set -uo pipefail
export LC_ALL=C PATH=/usr/bin:$PATH # the distribution's python3, which has what checkpatch needs

# what an outer make was told is not meant for the kernel's
unset MAKEFLAGS MFLAGS MAKELEVEL BUILD KIND V W OUT CC CFLAGS CPPFLAGS LDFLAGS LDLIBS

here=$(cd "$(dirname "$0")" && pwd)
dir=$(cd "$1" && pwd) patches=$(cd "$2" && pwd) design=$3
tree=$dir/tree
log=$(mktemp "$dir/log.XXXXXX")
trap 'rm -f "$log"' EXIT
failed=0

exec 9>"$dir/lock"
flock -w 1800 9 || { echo "kernel-check: $dir is in use" >&2; exit 1; }

# check WHAT COMMAND...: the command succeeds, and prints nothing
check() {
	local what=$1

	shift
	if "$@" >"$log" 2>&1 </dev/null && [ ! -s "$log" ]; then
		echo "ok - $design: $what"
	else
		echo "not ok - $design: $what"
		head -n 40 "$log" | sed 's/^/    /'
		failed=1
	fi
}

in_git() {
	GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null \
		git -C "$tree" -c user.name=kernel-check -c user.email=kernel-check@example.org \
			-c advice.detachedHead=false "$@"
}

# Whatever a run before this one left, finished or not.
to_base() {
	rm -f "$tree/.git/index.lock"
	in_git am -q --abort 2>/dev/null
	in_git checkout -q -f --detach base || exit
	{ "$here/series.sh" --files mmap_lock && "$here/series.sh" --files snapshot; } |
		while read -r path _; do rm -f "$tree/$path"; done
	rm -f "$tree/Documentation/bpf/task_vma_iter.rst"
}

kbuild() {
	local obj=$1

	shift
	nice make -s -C "$tree" O="$dir/$obj" LOCALVERSION= -j"$(nproc)" "$@"
}

# --- each patch ----------------------------------------------------------------------------------

# checkpatch wants to be run where the kernel's sources are.
checkpatch() {
	(cd "$tree" && scripts/checkpatch.pl --strict --no-tree --no-summary --quiet "$1")
}

compiles() {
	kbuild "$1" W=1 kernel/bpf/
}

# The kfuncs are defined, once, in what the Makefile links.
defined_once() {
	local name

	for name in bpf_iter_task_vma_{new,next,destroy}; do
		[ "$(nm "$dir/$1/kernel/bpf/built-in.a" 2>/dev/null | grep -c " T $name\$")" = 1 ] ||
			echo "$name is not defined once"
	done
}

# Does the patch that was applied last change what kernel/bpf/ is made of? Else it compiles as before.
is_compiled() {
	! in_git diff --quiet HEAD~ HEAD -- kernel include
}

each_patch() {
	local patch name

	for patch in "$patches"/000[1-9]-*.patch; do
		name=$(basename "$patch" .patch)
		check "$name: git am" in_git am -q --whitespace=error-all "$patch"
		check "$name: checkpatch --strict" checkpatch "$patch"
		is_compiled || continue
		check "$name: compiles with W=1" compiles obj
		check "$name: compiles with W=1, 32 bits without SMP" compiles obj-small
		check "$name: kfuncs are there once" defined_once obj
	done
	check "cover letter: checkpatch --strict" checkpatch "$patches/0000-cover-letter.patch"
}

# --- the whole -----------------------------------------------------------------------------------

# What gcc with W=1 and sparse say of OBJECTS of OBJ, without line numbers.
warnings() {
	local obj=$1 object

	shift
	for object; do
		rm -f "$dir/$obj/$object"
	done
	kbuild "$obj" W=1 C=2 CF=-D__CHECK_ENDIAN__ "$@" 2>&1 |
		sed -nE 's,^('"$tree"'/|\.\./tree/)?([^ ]*):[0-9]+:[0-9]+: ,\2: ,p' | sort -u
}

# task_iter.c has warnings of its own, with and without the series.
warnings_before() {
	local before=$dir/$1/.warnings

	[ -f "$before" ] || { warnings "$1" kernel/bpf/task_iter.o >"$before.new" && mv "$before.new" "$before"; }
}

nothing_new() {
	warnings "$1" kernel/bpf/task_iter.o kernel/bpf/task_vma_iter.o | comm -13 "$dir/$1/.warnings" -
}

kernel_doc() {
	local name

	"$tree/scripts/kernel-doc" -none -Wall "$tree"/kernel/bpf/task_vma_*.[ch]
	# shellcheck disable=SC2013  # several on a line
	for name in $(sed -n 's/.*:identifiers: //p' "$tree/Documentation/bpf/task_vma_iter.rst"); do
		"$tree/scripts/kernel-doc" -rst -sphinx-version 3.0 -function "$name" \
			"$tree/kernel/bpf/task_vma_iter.c" | grep -q . || echo "$name is not documented"
	done
}

# The types that the selftest's programs need are in what was compiled.
selftest_builds() {
	local obj=$dir/obj out=$dir/selftest

	ld -r -o "$out.o" --whole-archive "$obj/kernel/bpf/built-in.a" &&
		pahole --btf_encode_detached="$out.btf" "$out.o" &&
		"$here/selftest/build.sh" "$tree" "$out.btf" "$out" "$tree/tools/testing/selftests/bpf"
}

# Errors and warnings end it; what it has to say of missing symbols is no news here.
module_builds() {
	C=2 "$here/module/build.sh" "$dir/obj" "$dir/module" >"$dir/module.log" 2>&1 || cat "$dir/module.log"
	(cd "$tree" && scripts/checkpatch.pl --strict --no-tree --no-summary --quiet -f "$here"/module/*.[ch])
}

to_base
for obj in obj obj-small; do
	warnings_before $obj
done
each_patch
check "the files are those of model/ and kernel/, byte for byte" "$here/drift.sh" "$tree" "$design"
check "no new warnings of gcc W=1 and sparse" nothing_new obj
check "no new warnings of gcc W=1 and sparse, 32 bits without SMP" nothing_new obj-small
check "kernel-doc" kernel_doc
check "Documentation/bpf/task_vma_iter.rst" "$here/check_rst.py" "$tree/Documentation/bpf/task_vma_iter.rst" \
	"$tree/Documentation/bpf/index.rst"
check "the selftest compiles" selftest_builds
[ "$design" != mmap_lock ] || check "the module compiles with W=1 and sparse, checkpatch --strict" module_builds
exit $failed
