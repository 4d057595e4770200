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

copy_programs() {
	cp "$(command -v busybox)" "$root/bin/busybox"
	cp "$compare" "$root/bin/compare"
	ldd "$compare" | grep -o '/[^ ]*' | while read -r library; do
		mkdir -p "$root$(dirname "$library")"
		cp -L "$library" "$root$library"
	done
}

# The folder of an object tells its compiler, so it stays in the name.
copy_objects() {
	for pair; do
		object=${pair#*=}
		folder=$(basename "$(dirname "$object")")
		cp "$object" "$root/objects/$folder.${object##*/}"
		echo "${pair%%=*}=/objects/$folder.${object##*/}"
	done >"$root/arguments"
}

# The first serial line has the kernel's messages, the second the comparison, the third the logs.
write_init() {
	cat >"$root/init" <<INIT
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
mount -t tracefs none /sys/kernel/tracing
stty -F /dev/ttyS1 raw
stty -F /dev/ttyS2 raw
# shellcheck disable=SC2046 # arguments, one a line
compare ${VERIFIER_BOOT_ARGS:---quiet} \$(cat /arguments) >/dev/ttyS1 2>&1
echo "exit \$?" >/dev/ttyS1
tar -cz -C /tmp/logs . >/dev/ttyS2
reboot -f
INIT
	chmod +x "$root/init"
}

make_initramfs() {
	rm -rf "$root"
	for folder in bin boot dev objects proc sys tmp/logs; do
		mkdir -p "$root/$folder"
	done
	copy_programs
	copy_objects "$@"
	write_init
	[ ! -r "$config" ] || cp "$config" "$root/boot/"
	(cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null) | gzip -1 >"$work/initramfs"
	rm -rf "$root"
}

# --- the run ------------------------------------------------------------------

boot() {
	for line in console table logs.tar.gz; do
		: >"$work/$line"
	done
	timeout "${VERIFIER_BOOT_SECONDS:-1500}" qemu-system-x86_64 \
		-accel tcg,thread=multi -cpu max -m 2048 \
		-nodefaults -no-user-config -no-reboot -display none \
		-serial "file:$work/console" -serial "file:$work/table" -serial "file:$work/logs.tar.gz" \
		-kernel "$image" -initrd "$work/initramfs" \
		-append "console=ttyS0 quiet panic=-1 mitigations=off" || true
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
