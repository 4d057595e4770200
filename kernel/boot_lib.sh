# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# shellcheck shell=sh
#
# To be sourced: a kernel booted in an emulator, with nothing but an initramfs. KVM is not needed.
# Packages: qemu-system-x86 busybox-static.

# boot_root ROOT: what every initramfs has, in a fresh folder.
boot_root() {
	rm -rf "$1"
	for boot_folder in bin boot dev objects proc sys tmp; do
		mkdir -p "$1/$boot_folder"
	done
	cp "$(command -v busybox)" "$1/bin/busybox"
}

# boot_program ROOT FILE NAME: a program as /bin/NAME, and the libraries that it needs.
boot_program() {
	cp "$2" "$1/bin/$3"
	# of a static one ldd says nothing that has a path
	{ ldd "$2" 2>/dev/null || true; } | { grep -o '/[^ ]*' || true; } |
		while read -r boot_library; do
			mkdir -p "$1$(dirname "$boot_library")"
			cp -L "$boot_library" "$1$boot_library"
		done
}

# boot_init ROOT: /init, which does what standard input says and ends. /dev/ttyS0 is the console;
# ttyS1 and on are for what the run has to tell.
boot_init() {
	{
		cat <<'INIT'
#!/bin/busybox sh
/bin/busybox --install -s /bin
mount -t proc none /proc
mount -t sysfs none /sys
mount -t devtmpfs none /dev
mount -t tracefs none /sys/kernel/tracing 2>/dev/null
for line in /dev/ttyS[1-9]; do
	stty -F "$line" raw 2>/dev/null
done
INIT
		cat
		# a machine that is powered off instead may hang
		echo 'reboot -f'
	} >"$1/init"
	chmod +x "$1/init"
}

# boot_pack ROOT INITRAMFS: packs it and takes it away.
boot_pack() {
	(cd "$1" && find . | busybox cpio -o -H newc 2>/dev/null) | gzip -1 >"$2"
	rm -rf "$1"
}

# boot_qemu SECONDS KERNEL INITRAMFS APPEND LINE...: boots until the end of /init, SECONDS at most.
# Each LINE is a file that takes what the guest writes to ttyS0, ttyS1, ...
boot_qemu() {
	boot_seconds=$1 boot_kernel=$2 boot_initramfs=$3 boot_append=$4
	shift 4
	boot_serial=
	for boot_line; do
		: >"$boot_line"
		boot_serial="$boot_serial -serial file:$boot_line"
	done
	# shellcheck disable=SC2086 # the serial lines are words on purpose
	timeout "$boot_seconds" qemu-system-x86_64 \
		-accel tcg,thread=multi -cpu max -smp "${BOOT_CPUS:-1}" -m 2048 \
		-nodefaults -no-user-config -no-reboot -display none $boot_serial \
		-kernel "$boot_kernel" -initrd "$boot_initramfs" \
		-append "console=ttyS0 panic=-1 mitigations=off $boot_append" || true
}
