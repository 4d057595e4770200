#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# kernel_tests.sh BUILD OBJECT...: the kernel's own tests, on a build with counters: those of the maple
# tree, and the verifier's programs, each by the rules of each kernel. Whether what comes out is right
# is for `make conformance` and `make differential-verifier` to say; here only what is reached counts.

set -u
build=$(realpath "${1:?usage: kernel_tests.sh BUILD OBJECT...}")/coverage
shift
export TASKVMA=$build/taskvma

timeout 1800 "$build/conformance/plain/ours/module" >"$build/kernel-maple.log" 2>&1 &

verify_each_way() {
	timeout 300 "$TASKVMA" verify --kernel 6.18 --log 2 "$1"
	timeout 300 "$TASKVMA" verify --kernel 6.12 "$1"
	timeout 300 "$TASKVMA" verify --kernel 6.18 --explain "$1"
} >/dev/null 2>&1 </dev/null
export -f verify_each_way
# shellcheck disable=SC2016  # the shell that is started reads it
printf '%s\n' "$@" | xargs -r -n 1 -P 2 bash -c 'verify_each_way "$0"'
wait
