#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# root.sh DIR: the 32-bit libraries that the tests of maple/ need, unpacked into DIR. They are not installed:
# the system stays of one architecture, and its own packages of these names stay as they are. Exit 3, with a
# line that says why, where there is no 32-bit compiler or these packages cannot be had.
set -uo pipefail
root=${1:?usage: root.sh DIR}
packages=(liburcu8 liburcu-dev libcmocka0 libcmocka-dev)
done_with=$root/.unpacked

skip() {
	echo "i386: skipped: $*" >&2
	exit 3
}

echo 'int main(void) { return sizeof(void *) == 4 ? 0 : 1; }' | gcc -m32 -x c -o "$root.try" - 2>/dev/null &&
	"$root.try" || skip "no program of 32 bits can be compiled and run (gcc-multilib)"
rm -f "$root.try"
[ "$(cat "$done_with" 2>/dev/null)" != "${packages[*]}" ] || exit 0
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || skip "not a Debian system"

work=$(mktemp -d) || exit
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/lists/partial" "$work/cache/archives/partial"
apt=(apt-get -q -o APT::Architecture=i386 -o APT::Architectures=i386 -o Dir::State::lists="$work/lists"
	-o Dir::Cache="$work/cache" -o Acquire::Languages=none -o APT::Sandbox::User=root)

# Other archives of this machine may have nothing for i386: what counts is whether the packages come.
(cd "$work" && "${apt[@]}" update; "${apt[@]}" download "${packages[@]}") >"$work/log" 2>&1
rm -rf "$root"
mkdir -p "$root"
for package in "${packages[@]}"; do
	deb=$(find "$work" -maxdepth 1 -name "${package}_*.deb")
	if [ -z "$deb" ] || ! dpkg-deb -x "$deb" "$root"; then
		tail -n 5 "$work/log" >&2
		skip "no package $package for i386"
	fi
done
echo "${packages[*]}" >"$done_with"
