#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# verifier_boot.sh WORK COMPARE GROUP=OBJECT...: boots Debian's newest 6.12 in an emulator (KVM is
# not needed) and runs COMPARE on the objects there, so that a 6.12 is the judge. The first run
# downloads the kernel's package from the system's package sources into WORK; it is not installed.
#
# VERIFIER_BOOT_IMAGE=VMLINUZ: that kernel instead; its config-* is taken from beside it.
# VERIFIER_BOOT_ARGS: options of COMPARE (--quiet). --logs /tmp/logs: both sides' logs come out as
# WORK/logs.tar.gz. VERIFIER_BOOT_SECONDS: the longest it may take (1500).
#
# Exit as COMPARE does; 3 when there is no such kernel; 1 when it does not come to its end.
set -eu

work=$1 compare=$2
shift 2
root=$work/root
# shellcheck source=kernel/boot_lib.sh
. "$(dirname "$0")/../../kernel/boot_lib.sh"

# --- the kernel ---------------------------------------------------------------

# Sets $image and $config.
find_kernel() {
	image=${VERIFIER_BOOT_IMAGE:-}
	if [ -z "$image" ]; then
		[ -d "$work/kernel/boot" ] || download_kernel
		image=$(find "$work/kernel/boot" -name 'vmlinuz-*')
	fi
	config=$(dirname "$image")/config-${image##*/vmlinuz-}
}

download_kernel() {
	package=$(apt-cache search --names-only '^linux-image-6\.12\..*-cloud-amd64-unsigned$' |
		cut -d' ' -f1 | sort -V | tail -n 1)
	[ -n "$package" ] || no_kernel "no 6.12 cloud kernel in the system's package sources"
	rm -rf "$work/package"
	mkdir -p "$work/package"
	(cd "$work/package" && apt-get -q download "$package" >apt.log 2>&1) ||
		no_kernel "$package cannot be downloaded"
	rm -rf "$work/kernel.part"
	dpkg -x "$work"/package/*.deb "$work/kernel.part"
	mv "$work/kernel.part" "$work/kernel"
}

no_kernel() {
	echo "verifier_boot: $1" >&2
	exit 3
}

# --- what it boots into -------------------------------------------------------

# The folder of an object tells its compiler, so it stays in the name.
copy_objects() {
	for pair; do
		object=${pair#*=}
		folder=$(basename "$(dirname "$object")")
		cp "$object" "$root/objects/$folder.${object##*/}"
		echo "${pair%%=*}=/objects/$folder.${object##*/}"
	done >"$root/arguments"
}

make_initramfs() {
	boot_root "$root"
	mkdir -p "$root/tmp/logs"
	boot_program "$root" "$compare" compare
	copy_objects "$@"
	[ ! -r "$config" ] || cp "$config" "$root/boot/"
	boot_init "$root" <<INIT
# shellcheck disable=SC2046 # arguments, one a line
compare ${VERIFIER_BOOT_ARGS:---quiet} \$(cat /arguments) >/dev/ttyS1 2>&1
echo "exit \$?" >/dev/ttyS1
tar -cz -C /tmp/logs . >/dev/ttyS2
INIT
	boot_pack "$root" "$work/initramfs"
}

# --- the run ------------------------------------------------------------------

# The first serial line has the kernel's messages, the second the comparison, the third the logs.
boot() {
	boot_qemu "${VERIFIER_BOOT_SECONDS:-1500}" "$image" "$work/initramfs" quiet \
		"$work/console" "$work/table" "$work/logs.tar.gz"
}

find_kernel
make_initramfs "$@"
boot
echo "judged by ${image##*/vmlinuz-}:"
sed '/^exit /d' "$work/table"
status=$(sed -n 's/^exit //p' "$work/table")
[ -n "$status" ] || {
	echo "verifier_boot: the booted kernel did not come to its end; its last words:" >&2
	tail -n 5 "$work/console" >&2
	exit 1
}
exit "$status"
