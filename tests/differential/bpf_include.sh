#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# bpf_include.sh KSRC BTF DIR: what BPF programs include, under DIR, once: vmlinux.h, the types of the
# kernel whose BTF is given, and libbpf's headers of the sources KSRC.
set -eu

ksrc=$1 btf=$2 dir=$3

PATH=$PATH:/usr/sbin:/sbin
mkdir -p "$dir/bpf"
if [ ! -s "$dir/vmlinux.h" ]; then
	bpftool btf dump file "$btf" format c >"$dir/vmlinux.h.part"
	mv "$dir/vmlinux.h.part" "$dir/vmlinux.h"
fi
if [ ! -s "$dir/bpf/bpf_helper_defs.h" ]; then
	cp "$ksrc"/tools/lib/bpf/*.h "$dir/bpf/"
	python3 "$ksrc/scripts/bpf_doc.py" --header --file "$ksrc/tools/include/uapi/linux/bpf.h" \
		>"$dir/helpers.part" 2>/dev/null
	cp "$dir/helpers.part" "$dir/bpf_helper_defs.h"
	mv "$dir/helpers.part" "$dir/bpf/bpf_helper_defs.h"
fi
