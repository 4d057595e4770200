#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# taskvma tree.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# space NR: NR VMAs with a gap after each second one.
space() {
	printf 'schema: 1\ntasks:\n  - pid: 7\n    comm: many\n    vmas:\n'
	awk -v nr="$1" 'BEGIN {
		for (i = 0; i < nr; i++) {
			start = 65536 + (i + int(i / 2)) * 4096
			printf "      - {start: %d, end: %d, perms: %s}\n", start, start + 4096,
				i % 2 ? "r--p" : "rw-p"
		}
	}'
}

space 3 >"$T/3.yaml"
space 200 >"$T/200.yaml"

t_begin "tree of a few VMAs is one leaf"
t_run "$TASKVMA" tree "$T/3.yaml"
t_status 0
t_ok grep -q '^task 7 (many): 3 VMAs, 1 nodes, height 1;' "$T_OUT"
t_ok grep -q '^node 0: leaf_64 0-ffffffffffffffff, ' "$T_OUT"
t_ok grep -q ' 0: 0-ffff -$' "$T_OUT"
t_ok grep -q ' 1: 10000-10fff vma rw-p$' "$T_OUT"
t_ok grep -q ' 2: 11000-11fff vma r--p$' "$T_OUT"

t_begin "tree --format json: every VMA once, every node once"
t_run "$TASKVMA" tree "$T/200.yaml" --format json
t_status 0
cp "$T_OUT" "$T/tree.json"
"$HELPERS/json_lines" node <"$T/tree.json" >"$T/ids" || t_fail "no JSON"
seq 0 $(($(wc -l <"$T/tree.json") - 1)) >"$T/expected"
t_ok cmp "$T/expected" "$T/ids"
grep -o '"start":[0-9]*,"end":[0-9]*' "$T/tree.json" >"$T/in_tree"
"$TASKVMA" walk "$T/200.yaml" --format json | grep -o '"start":[0-9]*,"end":[0-9]*' >"$T/walked"
t_ok test "$(wc -l <"$T/walked")" = 200
t_ok cmp "$T/walked" "$T/in_tree"
# children are named by their parents, in order
grep -o '{"node":[0-9]*}' "$T/tree.json" | tr -dc '0-9\n' | sort -n >"$T/children"
tail -n +2 "$T/expected" >"$T/all_but_root"
t_ok cmp "$T/all_but_root" "$T/children"

t_begin "tree --format json: gaps of the root are the largest below"
root_gaps=$(head -n 1 "$T/tree.json" | grep -o '"gaps":\[[^]]*\]' | tr -dc '0-9,\n' | tr , '\n')
t_ok test -n "$root_gaps"
# from the end of the last VMA to the end of all: the largest one
last=$(tail -n 1 "$T/walked" | sed 's/.*"end"://')
t_ok test "$(echo "$root_gaps" | tail -n 1)" = "$(printf '%u' $((0 - last)))"
# elsewhere one page, after each second VMA
t_ok test "$(echo "$root_gaps" | sed '1d;$d' | sort -u)" = 4096

t_begin "tree --format text has as many nodes as JSON"
t_run "$TASKVMA" tree "$T/200.yaml"
t_ok test "$(grep -c '^ *node [0-9]*:' "$T_OUT")" = "$(wc -l <"$T/tree.json")"
t_ok test "$(grep -c ' vma r' "$T_OUT")" = 200

t_begin "tree --depth leaves nodes out and says so"
t_run "$TASKVMA" tree "$T/200.yaml" --depth 0
t_status 0
t_ok grep -q '200 VMAs, .*not shown' "$T_OUT"
t_ok test "$(grep -c '^ *node [0-9]*:' "$T_OUT")" = 1
t_run "$TASKVMA" tree "$T/200.yaml" --depth 0 --format json
t_ok test "$(wc -l <"$T_OUT")" = 1

t_begin "tree --format dot"
t_run "$TASKVMA" tree "$T/200.yaml" --format dot
t_status 0
cp "$T_OUT" "$T/tree.dot"
t_ok test "$(grep -c ' -> ' "$T/tree.dot")" = $(($(wc -l <"$T/tree.json") - 1))
if command -v dot >/dev/null; then
	t_ok dot -Tsvg -o /dev/null "$T/tree.dot"
fi

t_begin "tree --format svg"
if command -v dot >/dev/null; then
	t_run "$TASKVMA" tree "$T/200.yaml" --format svg
	t_status 0
	t_ok grep -q '<svg' "$T_OUT"
	t_ok test "$(grep -c 'class="node"' "$T_OUT")" = "$(wc -l <"$T/tree.json")"
	t_ok test "$(tail -n 1 "$T_OUT")" = '</svg>'
	t_run "$TASKVMA" tree "$T/200.yaml" --format svg -o "$T/tree.svg"
	t_status 0
	t_ok grep -q '</svg>' "$T/tree.svg"
else
	t_skip "dot is not installed"
fi

t_begin "tree --format svg: hostile names stay text"
cat >"$T/names.yaml" <<'END'
schema: 1
tasks:
  - pid: 1
    vmas:
      - {start: 0x1000, end: 0x2000, perms: r--p, inode: 1, name: "/a{b}|c<d>\"e\\f g"}
      - {start: 0x2000, end: 0x3000, perms: r--p, inode: 2, name: "/line\nfeed]\u00e9"}
      - {start: 0x3000, end: 0x4000, perms: r--p, inode: 4, name: !!binary L7//gGE=}
END
if command -v dot >/dev/null; then
	t_run "$TASKVMA" tree "$T/names.yaml" --format svg
	t_status 0
	t_ok test ! -s "$T_ERR"
	t_ok grep -q 'a{b}|c&lt;d&gt;&quot;e\\f' "$T_OUT"
else
	t_skip "dot is not installed"
fi
t_run "$TASKVMA" tree "$T/names.yaml" --format json
"$HELPERS/json_lines" <"$T_OUT" || t_fail "no JSON"

t_begin "tree --format svg without Graphviz"
t_run env PATH=/nonexistent "$TASKVMA" tree "$T/3.yaml" --format svg
t_status 3
t_err_has "Graphviz"
t_ok test ! -s "$T_OUT"
t_run env PATH=/nonexistent "$TASKVMA" tree "$T/3.yaml" --format svg -o "$T/none.svg"
t_status 3
t_ok test ! -e "$T/none.svg"

t_begin "tree --format svg when dot fails"
mkdir "$T/bin"
printf '#!/bin/sh\necho "<svg"\nexit 1\n' >"$T/bin/dot"
chmod +x "$T/bin/dot"
t_run env PATH="$T/bin:/usr/bin:/bin" "$TASKVMA" tree "$T/3.yaml" --format svg
t_status 3
t_ok test ! -s "$T_OUT"

t_begin "tree of 130,000 VMAs"
space 130000 >"$T/big.yaml"
t_run "$TASKVMA" tree "$T/big.yaml"
t_status 0
t_ok grep -q ': 130000 VMAs, ' "$T_OUT"
t_ok test "$(grep -c ' vma r' "$T_OUT")" = 130000
t_run "$TASKVMA" tree "$T/big.yaml" --format svg
t_status 2
t_err_has "--depth"
t_run "$TASKVMA" tree "$T/big.yaml" --format dot --depth 1
t_status 0

t_begin "tree of nothing"
printf 'schema: 1\ntasks:\n  - pid: 1\n    vmas: []\n  - pid: 2\n    exited: true\n' >"$T/empty.yaml"
t_run "$TASKVMA" tree "$T/empty.yaml"
t_status 0
t_ok grep -q '0 VMAs, 0 nodes, height 0' "$T_OUT"
t_run "$TASKVMA" tree "$T/empty.yaml" --format dot
t_status 0
t_run "$TASKVMA" tree "$T/empty.yaml" --pid 2
t_status 1
t_err_has "has no mm"

t_begin "tree: wrong usage"
t_run "$TASKVMA" tree
t_status 2
t_run "$TASKVMA" tree "$T/3.yaml" --format png
t_status 2
t_err_has "there are: text, json, dot, svg"

t_done
