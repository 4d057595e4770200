#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# check_tree.sh KSRC DIR: what check.sh works in.
#
#   DIR/tree         the part of Linux 6.12 that kernel/bpf/ is compiled from, the touched files in git
#   DIR/obj          configured and prepared as kernel/check.config says
#   DIR/obj-small    the same by kernel/check-small.config
#
# KSRC is a tree, which is copied, or the archive of Debian's linux-source-6.12. What is there already is
# not made again, unless from another KSRC: each step is marked when it is done, and starts afresh when it
# was cut short.
set -euo pipefail
export LC_ALL=C

# what an outer make was told is not meant for the kernel's
unset MAKEFLAGS MFLAGS MAKELEVEL BUILD KIND V W OUT CC CFLAGS CPPFLAGS LDFLAGS LDLIBS

here=$(cd "$(dirname "$0")" && pwd)
ksrc=$1 dir=$2

# Kconfig reads all of its files, of every driver; besides those just what the objects need.
paths="COPYING CREDITS README Kbuild Kconfig Makefile MAINTAINERS LICENSES arch/Kconfig arch/x86 certs
	include init io_uring ipc kernel lib mm scripts security tools/Makefile tools/arch tools/bpf tools/build
	tools/include tools/lib tools/objtool tools/scripts tools/testing/selftests/bpf Documentation/bpf"
in_git="MAINTAINERS kernel/bpf Documentation/bpf tools/testing/selftests/bpf"

from_archive() {
	local name=linux-source-6.12 path list=()

	for path in $paths; do
		list+=("$name/$path")
	done
	tar -xJf "$ksrc" -C "$1" --strip-components=1 --wildcards "${list[@]}" "$name/*/Kconfig*"
}

from_tree() {
	# shellcheck disable=SC2086 # no path has a space
	{ (cd "$ksrc" && find $paths -type f -o -type l && find . -name 'Kconfig*' -type f) |
		sed 's,^\./,,' | sort -u | tar -C "$ksrc" -cf - --no-recursion -T -; } | tar -C "$1" -xf -
}

# One commit, tagged base, of what patches may touch; the rest is invisible to git.
make_repository() {
	export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
	git -C "$1" init -q -b kernel
	echo '*' >"$1/.git/info/exclude"
	# shellcheck disable=SC2086 # a list
	git -C "$1" add -f $in_git
	git -C "$1" -c user.name=kernel-check -c user.email=kernel-check@example.org \
		commit -q -m "Linux 6.12"
	git -C "$1" tag base
}

make_tree() {
	local from="$ksrc: $paths"

	[ "$(cat "$dir/tree/.made-from" 2>/dev/null)" != "$from" ] || return 0
	rm -rf "$dir/tree" "$dir/tree.new" "$dir/obj" "$dir/obj-small"
	mkdir -p "$dir/tree.new"
	if [ -d "$ksrc" ]; then from_tree "$dir/tree.new"; else from_archive "$dir/tree.new"; fi
	make_repository "$dir/tree.new"
	echo "$from" >"$dir/tree.new/.made-from"
	mv "$dir/tree.new" "$dir/tree"
}

# make_obj NAME CONFIG
make_obj() {
	local obj=$dir/$1 config=$here/$2

	! cmp -s "$config" "$obj/.prepared" || return 0
	mkdir -p "$obj"
	rm -f "$obj/.prepared"
	make -s -C "$dir/tree" O="$obj" tinyconfig >/dev/null
	(cd "$obj" && "$dir/tree/scripts/kconfig/merge_config.sh" -m .config "$config" >/dev/null)
	make -s -C "$dir/tree" O="$obj" olddefconfig >/dev/null
	nice make -s -C "$dir/tree" O="$obj" LOCALVERSION= -j"$(nproc)" prepare modules_prepare >/dev/null
	cp "$config" "$obj/.prepared"
}

[ -r "$ksrc" ] || { echo "kernel-check: there is no $ksrc" >&2; exit 1; }
ksrc=$(realpath "$ksrc")
mkdir -p "$dir"
dir=$(cd "$dir" && pwd)
exec 9>"$dir/lock"
flock -w 1800 9 || { echo "kernel-check: $dir is in use" >&2; exit 1; }
make_tree
make_obj obj check.config
make_obj obj-small check-small.config
