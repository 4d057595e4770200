#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# kernel-source.sh DIR PATH...: make sure that each PATH of Linux 6.12 stands under DIR.
#
# The sources come from Debian's package linux-source-6.12. Only what is missing is unpacked, beside
# DIR first and then moved into place, so a run that was cut short leaves nothing half done.
# Exit 3 when this machine cannot have the sources; what is missing is said on stderr.
set -eu

archive=${KERNEL_ARCHIVE:-/usr/src/linux-source-6.12.tar.xz}
package=linux-source-6.12
dir=$1
shift

missing=
for path; do
	[ -e "$dir/$path" ] || missing="$missing $path"
done
[ -n "$missing" ] || exit 0

cannot() {
	echo "kernel-source: $1" >&2
	echo "kernel-source: missing under $dir:$missing" >&2
	exit 3
}

as_root() {
	if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

if [ ! -r "$archive" ]; then
	command -v apt-get >/dev/null || cannot "no $archive, and no apt-get to install $package with"
	echo "kernel-source: installing $package" >&2
	as_root apt-get install -y --no-install-recommends "$package" >&2 ||
		{ as_root apt-get update >&2 &&
		  as_root apt-get install -y --no-install-recommends "$package" >&2; } ||
		cannot "apt-get could not install $package (root or sudo is needed)"
	[ -r "$archive" ] || cannot "$package is installed, but there is no $archive"
fi

partial=$dir.partial.$$
trap 'rm -rf "$partial"' EXIT
trap 'exit 130' INT TERM HUP
mkdir -p "$partial" "$dir"
wanted=
for path in $missing; do
	wanted="$wanted linux-source-6.12/$path"
done
# shellcheck disable=SC2086 # the lists are words on purpose: no path has a space
tar -xJf "$archive" -C "$partial" --strip-components=1 $wanted ||
	cannot "$archive does not hold them"
for path in $missing; do
	mkdir -p "$dir/$(dirname "$path")"
	rm -rf "${dir:?}/$path"
	mv "$partial/$path" "$dir/$path"
done
