#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# verifier_groups.sh: objects on stdin, as bpf_objects.sh lists them, become GROUP-CLANG=OBJECT.
set -eu

while read -r object; do
	folder=$(basename "$(dirname "$object")")
	clang=clang-${folder##*-}
	case $folder/$(basename "$object" .bpf.o) in
	own-*) group=own ;;
	programs-*) group=programs ;;
	cases-*) group=cases ;;
	*/iters | */iters_looping | */iters_state_safety | */iters_num | */iters_task_vma | \
		*/verifier_iterating_callbacks) group=103 ;;
	iters-*) group=verifier ;;
	*) group=selftests ;;
	esac
	echo "$group-$clang=$object"
done
