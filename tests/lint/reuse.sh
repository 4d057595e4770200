#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# reuse.sh DIR: `reuse lint`. Its versions before 4 do not read REUSE.toml: for those the tree is copied to
# DIR, and what REUSE.toml says is written into the copies.
set -uo pipefail
dir=${1:?usage: reuse.sh DIR}
cd "$(dirname "$0")/../.." || exit 1
export PATH=/usr/bin:$PATH # the distribution's, and its python3

quietly() {
	local out

	out=$("$@" 2>&1) || { echo "$out"; return 1; }
}

version=$(reuse --version | grep -oE '[0-9]+' | head -n 1)
if [ "${version:-0}" -ge 4 ]; then
	quietly reuse lint
	exit
fi
rm -rf "$dir"
mkdir -p "$dir"
tests/lint/files.sh | tests/lint/reuse_copy.py "$dir" && quietly reuse --root "$dir" lint
