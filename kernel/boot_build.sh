#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# boot_build.sh WORK DESIGN PATCHES KIND [KSRC]: a Linux 6.12 with the series in PATCHES, to be booted.
# Prints the kernel's file. KIND: plain, debug (also debug.config) or up (one CPU, without PER_VMA_LOCK).
#
#   WORK/linux        the sources, with one design's series applied: unpacked from Debian's package, or
#                     copied from KSRC
#   WORK/pristine     what the series changes, as it was
#   WORK/obj-KIND     objects, of whichever design was built last: the next one is a minute's work
#   WORK/kernels      finished kernels, for as long as nothing they are made of changes
#
# Each step is left out when it is done, and done again when it was cut short.
# BOOT_JOBS: how many compilers at a time (2).
set -euo pipefail
export LC_ALL=C
# what an outer make was told is not meant for the kernel's
unset MAKEFLAGS MFLAGS MAKELEVEL BUILD KIND DEBUG UP V W OUT CC CFLAGS CPPFLAGS LDFLAGS LDLIBS

here=$(cd "$(dirname "$0")" && pwd)
say() { echo "kernel-boot: $1" >&2; }
die() { say "$1"; exit 1; }

mkdir -p "$1/kernels"
work=$(cd "$1" && pwd)
design=$2
[ -e "$3/0000-cover-letter.patch" ] || die "no series in $3"
patches=$(cd "$3" && pwd)
kind=$4
ksrc=${5-}
linux=$work/linux
obj=$work/obj-$kind
jobs=${BOOT_JOBS:-2}

# --- what it takes --------------------------------------------------------------------------------

# need MEGABYTES MINUTES WHAT: said before it starts, and refused where the disk is too small.
need() {
	local free

	free=$(df -Pm "$work" | awk 'NR == 2 { print $4 }')
	say "$3: $1 MB below $work ($free MB are free), about $2 minutes of two CPUs"
	[ "$free" -ge "$1" ] || die "the disk is too small"
}

# --- sources --------------------------------------------------------------------------------------

# All that a build for x86-64 reads; of other machines it reads a file here and there.
sources="Kbuild Kconfig MAINTAINERS Makefile Documentation arch block certs crypto drivers fs include init
	io_uring ipc kernel lib mm net rust samples scripts security sound tools usr virt"

have_sources() {
	local path

	for path in $sources; do
		[ -e "$linux/$path" ] || return 1
	done
}

copy_sources() {
	local path

	for path in $sources; do
		[ ! -e "$linux/$path" ] || continue
		[ -e "$ksrc/$path" ] || die "$ksrc has no $path"
		mkdir -p "$(dirname "$linux/$path")"
		rm -rf "$work/copy"
		cp -a --reflink=auto "$ksrc/$path" "$work/copy"
		mv "$work/copy" "$linux/$path"
	done
}

get_sources() {
	! have_sources || return 0
	need 1800 1 "the kernel's sources"
	if [ -n "$ksrc" ]; then
		copy_sources
	else
		# shellcheck disable=SC2086 # words on purpose
		"$here/../tests/conformance/kernel-source.sh" "$linux" $sources
	fi
}

# --- the series -----------------------------------------------------------------------------------

# Of what the patches do; their dates and words change nothing.
series_sum() { cat "$patches"/0*.patch | grep -a '^[-+ @]\|^diff ' | sha256sum | cut -d' ' -f1; }

# The files that the patches in place change, new ones as well.
touched() { sed -n 's|^[-+]\{3\} [ab]/||p' "$1"/0*.patch | sort -u; }

take_series_back() {
	local path

	[ -e "$work/touched" ] || return 0
	while read -r path; do
		if [ -e "$work/pristine/$path" ]; then
			cp "$work/pristine/$path" "$linux/$path"
		else
			rm -f "$linux/$path"
		fi
	done <"$work/touched"
	rm -f "$work/touched"
}

keep_pristine() {
	local path

	while read -r path; do
		[ -e "$linux/$path" ] || continue
		[ ! -e "$work/pristine/$path" ] || continue
		mkdir -p "$(dirname "$work/pristine/$path")"
		cp "$linux/$path" "$work/pristine.part"
		mv "$work/pristine.part" "$work/pristine/$path"
	done <"$work/touched.part"
}

apply_series() {
	local patch

	[ "$(cat "$work/series" 2>/dev/null)" != "$(series_sum)" ] || return 0
	rm -f "$work/series"
	take_series_back
	touched "$patches" >"$work/touched.part"
	keep_pristine
	mv "$work/touched.part" "$work/touched"
	for patch in "$patches"/0*.patch; do
		grep -q '^diff --git' "$patch" || continue
		patch -s -f -p1 -d "$linux" <"$patch" >&2 || die "${patch##*/} does not apply"
	done
	series_sum >"$work/series"
}

# --- the build ------------------------------------------------------------------------------------

fragments() {
	echo "$here/boot.config"
	[ "$kind" = plain ] || echo "$here/$kind.config"
}

# Comments change nothing.
config_sum() { fragments | xargs cat | grep '^CONFIG_' | sha256sum | cut -d' ' -f1; }

in_obj() { nice make -s -C "$linux" O="$obj" "$@"; }

# Each line of the fragments must have come true: kconfig drops what it cannot have without a word.
check_config() {
	local line

	fragments | xargs cat | sed -n 's/^\(CONFIG_[A-Z0-9_]*\)=n$/# \1 is not set/; /^CONFIG_/p; /^# CONFIG_/p' |
		while read -r line; do
			case $line in
			"# CONFIG_"*) ! grep -q "^${line:2:-11}=" "$obj/.config" ;;
			*) grep -qxF -e "$line" "$obj/.config" ;;
			esac || grep -q "^${line%%=*}=" "$obj/overridden" || die "the configuration has no $line"
		done
}

configure() {
	[ "$(cat "$obj/fragments" 2>/dev/null)" != "$(config_sum)" ] || return 0
	mkdir -p "$obj"
	rm -f "$obj/fragments"
	in_obj tinyconfig >"$obj/config.log" 2>&1 || { tail -n 5 "$obj/config.log" >&2; die "no tinyconfig"; }
	# what a later fragment says otherwise
	fragments | xargs cat | sed -n 's/^\(CONFIG_[A-Z0-9_]*=\).*/\1/p' | sort | uniq -d >"$obj/overridden"
	# shellcheck disable=SC2046 # a file a word
	(cd "$obj" && "$linux/scripts/kconfig/merge_config.sh" -m .config $(fragments)) >>"$obj/config.log"
	in_obj olddefconfig >>"$obj/config.log" 2>&1
	check_config
	config_sum >"$obj/fragments"
}

build() {
	[ -e "$obj/arch/x86/boot/bzImage" ] || case $kind in
	debug) need 3000 20 "a debugging kernel" ;;
	*) need 1500 7 "a kernel" ;;
	esac
	configure
	in_obj -j"$jobs" KBUILD_BUILD_USER=taskvma KBUILD_BUILD_HOST=boot bzImage >"$obj/build.log" 2>&1 || {
		tail -n 20 "$obj/build.log" >&2
		die "the kernel does not compile"
	}
}

# Beside a finished kernel stand its types, which programs are compiled with, and its configuration.
finish() {
	rm -f "$kernel.made-of"
	objcopy --dump-section .BTF="$kernel.btf" "$obj/vmlinux" /dev/null
	cp "$obj/.config" "$kernel.config"
	cp "$obj/arch/x86/boot/bzImage" "$kernel"
	made_of >"$kernel.made-of"
}

made_of() { echo "$(series_sum) $(config_sum)"; }

is_made() { [ "$(cat "$kernel.made-of" 2>/dev/null)" = "$(made_of)" ]; }

kernel=$work/kernels/$design-$kind
if ! is_made; then
	# two designs cannot be in the tree at once
	exec 9>"$work/lock"
	flock -n 9 || { say "waiting for another build in $work"; flock 9; }
	get_sources
	apply_series
	build
	finish
fi
echo "$kernel"
