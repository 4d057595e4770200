#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# fixtures/programs: they compile, and docs/programs.md says the truth of them.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

clang=$(command -v clang-14 || command -v clang)
programs=$ROOT/fixtures/programs
doc=$ROOT/docs/programs.md

t_begin "the kernel's types are at hand"
"$HELPERS/vmlinux_h" >"$T/vmlinux.h"
case $? in
0)
	if ! grep -q '^struct bpf_iter_task_vma {' "$T/vmlinux.h"; then
		t_skip "this kernel has no bpf_iter_task_vma"
		t_done
	fi
	;;
3)
	t_skip "this kernel does not tell its types"
	t_done
	;;
*)
	t_fail "no header"
	t_done
	;;
esac

# Headers once for all: the kernel's types are 130,000 lines.
t_begin "the programs compile without a warning"
flags=(-target bpf -mcpu=v3 -g -O2 -Wall -Werror -D__TARGET_ARCH_x86 -I"$T" -I"$programs"
	-I"/usr/include/$(uname -m)-linux-gnu")
t_ok "$clang" "${flags[@]}" -x c-header "$programs/vma_iter.h" -o "$T/vma_iter.pch"
for source in "$programs"/vma_*.bpf.c "$programs"/mistake_*.bpf.c; do
	# what has its own declarations of the kfuncs comes without
	grep -q '"vma_iter.h"' "$source" || continue
	object=$T/$(basename "$source" .bpf.c).bpf.o
	t_ok "$clang" "${flags[@]}" -include-pch "$T/vma_iter.pch" -c "$source" -o "$object"
done

# cells LINE: the cells of a row of a table, one a line, without the spaces and backquotes around
cells() {
	sed -E 's/^\| *//; s/ *\|$//; s/ *\| */\n/g; s/`//g' <<<"$1"
}

t_begin "each program stands in the documentation, and no other"
# shellcheck disable=SC2016  # as they stand in the table
grep -oE '^\| `(vma|mistake)_[a-z_]+`' "$doc" | tr -d '|` ' | sort >"$T/told"
printf '%s\n' "$T"/*.bpf.o | sed 's,.*/,,; s/\.bpf\.o$//' | sort >"$T/there"
t_ok diff "$T/there" "$T/told"

t_begin "what is right is accepted"
for object in "$T"/vma_*.bpf.o; do
	t_run "$TASKVMA" verify "$object"
	t_status 0
done

t_begin "mistakes: the verdicts and messages of the table"
while read -r line; do
	mapfile -t row < <(cells "$line")
	t_run "$TASKVMA" verify --format json "$T/${row[0]}.bpf.o"
	[ "$("$HELPERS/json_lines" verdict <"$T_OUT")" = "${row[2]}" ] || t_fail "${row[0]} is no ${row[2]}: $(cat "$T_OUT")"
	[ "$("$HELPERS/json_lines" message <"$T_OUT")" = "${row[3]}" ] || t_fail "${row[0]}: not '${row[3]}': $(cat "$T_OUT")"
done < <(grep '^| `mistake_' "$doc")

# hazards DESIGN OBJECT PROGRAM: the kinds found on the model, without the verifier
hazards() {
	"$TASKVMA" run --no-verify --design "$1" --fixture "$ROOT/fixtures/spaces/capture-bash.yaml" \
		--format json --prog "$3" "$2" 2>"$T_ERR" | grep -o '"kind":"[^"]*"' | sed 's/"kind":"//; s/"//' |
		sort -u | paste -sd,
}

t_begin "mistakes: the hazards of the table"
while read -r line; do
	mapfile -t row < <(cells "$line")
	for at in 4 5; do
		design=mmap_lock
		[ $at = 4 ] || design=snapshot
		found=$(hazards $design "$T/${row[0]}.bpf.o" "${row[0]#mistake_}")
		[ "$found" = "${row[at]:-}" ] || t_fail "${row[0]}, $design: '$found', not '${row[at]:-}'"
	done
done < <(grep '^| `mistake_' "$doc")

# numbers FILE NAME: the numbers of an array in JSON, one a line
numbers() {
	grep -oE "\"$2\":\[[0-9,]*" "$1" | grep -oE '[0-9]+'
}

t_begin "a walk from an address on sees what maps shows"
for fixture in capture-python3 edge-names edge-wide; do
	fixture=$ROOT/fixtures/spaces/$fixture.yaml
	t_run "$TASKVMA" run --format json --set most=32 --fixture "$fixture" "$T/vma_walk_from.bpf.o"
	t_status 0
	paste -d- <(numbers "$T_OUT" starts | xargs printf '%x\n') <(numbers "$T_OUT" ends | xargs printf '%x\n') |
		grep -v '^0-0$' >"$T/walked"
	"$TASKVMA" walk "$fixture" | sed -n 1,32p | sed -E 's/ .*//; s/^0+([^-])/\1/; s/-0+(.)/-\1/' >"$T/maps"
	t_ok test -s "$T/maps"
	t_ok diff "$T/maps" "$T/walked"
done

t_begin "the model and the running kernel say the same"
for object in "$T"/vma_*.bpf.o "$T"/mistake_*.bpf.o; do
	t_run "$TASKVMA" diff --design snapshot --stop-at exit_group "$object" -- "$HELPERS/shapes" names
	case $T_STATUS in
	0) ;;
	3)
		t_skip "$(cat "$T_ERR")"
		break
		;;
	*)
		# before the iterator made copies (6.12 and its stable successors), these were right
		[[ $object == */mistake_kept_over_next.bpf.o && $(uname -r) != 6.1[2-9].* ]] ||
			t_fail "$(basename "$object"): $(grep -a different "$T_OUT" | head -3 | tr -s ' \n' ' ')"
		;;
	esac
done

# What once was different.
t_begin "regressions: threads, guard regions and sealed memory are the kernel's"
for pair in vma_threads:threads vma_ranges:guards vma_ranges:keys; do
	t_run "$TASKVMA" diff --design snapshot --stop-at exit_group "$T/${pair%:*}.bpf.o" -- \
		"$HELPERS/shapes" "${pair#*:}"
	if [ "$T_STATUS" = 3 ]; then
		t_skip "$(cat "$T_ERR")"
	elif [[ $(uname -r) == 6.18.* ]]; then
		[ "$T_STATUS" = 0 ] || t_fail "$pair: $(grep -a different "$T_OUT" | head -3 | tr -s ' \n' ' ')"
	fi
done

t_begin "sealed memory has the bit that the kernel asked for has"
for pair in 6.12:0000000000000080 6.18:0000000000040000; do
	t_run "$TASKVMA" run --prog collect --format json --kernel "${pair%:*}" \
		--fixture "$ROOT/fixtures/spaces/edge-flags.yaml" "$T/vma_ranges.bpf.o"
	t_status 0
	# the flags follow start, 0x32000, and end
	t_ok grep -qE "\"00200300000000000030030000000000${pair#*:}" "$T_OUT"
done

t_done
