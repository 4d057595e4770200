#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#
# verbs.sh TASKVMA FOLDER [--quick] [--only PATTERN]: each allocation of each verb fails once, by the
# preload.so and run_failnth in FOLDER (run.c). --quick: of those that are reached the same way one, and
# nothing that a kernel has to allow. Exit 1 when anything is wrong.

set -u
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
usage="usage: verbs.sh TASKVMA FOLDER [--quick] [--only PATTERN]"
taskvma=$(realpath "${1:?$usage}")
folder=$(realpath "${2:?$usage}")
shift 2
quick='' only=
while [ $# -gt 0 ]; do
	case $1 in
	--quick) quick=1 ;;
	--only) only=$2 && shift ;;
	*) echo "$usage" >&2 && exit 2 ;;
	esac
	shift
done

T=$(mktemp -d)
used=$T/used
touch "$used"
helper=
# shellcheck disable=SC2317  # by trap
cleanup() {
	[ -z "$helper" ] || kill "$helper" 2>/dev/null
	rm -rf "$T"
}
trap cleanup EXIT
trap 'exit 143' INT TERM

verbs=0 failed=0 seen=${quick:+-s 1}

# each NAME OPTIONS COMMAND...: OPTIONS, one word, are those of run.c
each() {
	local name=$1 options=$2
	shift 2
	[[ $name =~ $only ]] || return 0
	verbs=$((verbs + 1))
	# shellcheck disable=SC2086  # several words
	"$folder/run_failnth" -p "$folder/preload.so" -l "$here/libraries.txt" -u "$used" \
		$seen $options "$name" "$@" || failed=$((failed + 1))
}

# The same, left out of the short form: most of it is as in another.
more() {
	[ -n "$quick" ] || each "$@"
}

compile() {
	local clang
	clang=$(command -v clang-14 || command -v clang)
	"$clang" -target bpf -mcpu=v3 -g -O2 -c "$1" -o "$2" || exit 1
}

cd "$root" || exit 1
space=fixtures/spaces/edge-names.yaml
other=fixtures/spaces/edge-tasks.yaml
scenario=fixtures/scenarios/nested-walk.yaml
hazard=(fixtures/scenarios/use-after-free.yaml --design rcu_addr)
mkdir "$T/file" "$T/bin"
file=$T/file/out
for name in walk data maps bad; do
	compile "tests/cli/programs/$name.bpf.c" "$T/$name.o"
done
"$taskvma" walk "$space" >"$T/maps"
"$taskvma" explore "${hazard[@]}" --format json | grep -o '"schedule":"[^"]*"' | head -1 |
	cut -d '"' -f 4 >"$T/schedule"
# pictures are Graphviz's affair: here a program of that name only says that it was asked
# shellcheck disable=SC2016  # for that program
printf '#!/bin/sh\necho "$(grep -c .) lines of dot"\n' >"$T/bin/dot"
chmod +x "$T/bin/dot"
export PATH=$T/bin:$PATH

each "walk" "" "$taskvma" walk "$space"
more "walk snapshot" "" "$taskvma" walk --design snapshot --format json --summary "$space"
each "walk yaml" "" "$taskvma" walk --format yaml "$space"
each "walk -o" "-f $file" "$taskvma" walk -o "$file" "$space"
each "walk leaks" "" "$taskvma" walk --fault kthread "$space"
each "tree text" "" "$taskvma" tree "$space"
each "check" "" "$taskvma" check "$space" "$other"
for format in dot json; do
	more "tree $format" "" "$taskvma" tree --format $format "$space"
done
each "tree svg" -a "$taskvma" tree --format svg "$other"
more "capture --maps" "" "$taskvma" capture --maps "$T/maps"
each "capture --maps -o" "-b -f $file" "$taskvma" capture --maps "$T/maps" -o "$file"
each "explore" "" "$taskvma" explore "$scenario"
more "explore json" "" "$taskvma" explore --format json --design all fixtures/scenarios/nmi-walk.yaml
each "explore dot" "" "$taskvma" explore "${hazard[@]}" --format dot
each "explore --schedule" "" "$taskvma" explore "${hazard[@]}" --schedule "$T/schedule"
each "compare" "" "$taskvma" compare fixtures/scenarios/nmi-walk.yaml
each "ablate" "" "$taskvma" ablate trylock
each "verify" "" "$taskvma" verify --vmlinux builtin "$T/walk.o"
each "verify -o" "-b -f $file" "$taskvma" verify --vmlinux builtin "$T/data.o" --prog show -o "$file"
each "verify --log" "" "$taskvma" verify --vmlinux builtin --log 2 --prog count "$T/walk.o"
each "verify --explain" "" "$taskvma" verify --vmlinux builtin --explain "$T/bad.o"
more "verify json 6.12" "" "$taskvma" verify --vmlinux builtin --kernel 6.12 --format json "$T/maps.o"
more "verify csv" "" "$taskvma" verify --vmlinux builtin --format csv "$T/walk.o"
each "run" "" "$taskvma" run --vmlinux builtin --fixture "$space" "$T/walk.o" --prog collect
more "run snapshot" "" "$taskvma" run --vmlinux builtin --fixture "$other" --design snapshot \
	"$T/walk.o" --prog whoami --set wanted=@pid
each "run json" "" "$taskvma" run --vmlinux builtin --fixture "$other" "$T/data.o" --prog show --format json \
	--dump .bss --dump bits.b --set minus=-2
each "run maps" "-f $file" "$taskvma" run --vmlinux builtin --fixture "$other" "$T/maps.o" --prog fill \
	--record 'struct event' -o "$file"
more "run hazards" "" "$taskvma" run --vmlinux builtin --fixture "$other" "$T/bad.o" --prog leaks --no-verify
each "run --trace" "" "$taskvma" run --vmlinux builtin --fixture "$other" "$T/data.o" --prog args \
	--ctx 5,6 --trace --break data.bpf.c:30

if [ -z "$quick" ]; then
	sleep 100000 &
	helper=$!
	each "capture" -a "$taskvma" capture "$helper"
	each "verify running" "" "$taskvma" verify "$T/walk.o" --prog count
	if "$taskvma" walk --live "$helper" >/dev/null 2>&1; then
		each "walk --live" -a "$taskvma" walk --live "$helper"
		each "verify --live" -a "$taskvma" verify --live --log 1 "$T/walk.o" --prog count
		each "run --live" -a "$taskvma" run --live --vmlinux builtin "$T/maps.o" --prog fill
		each "run --live --fixture" -a "$taskvma" run --live --vmlinux builtin --fixture "$other" \
			"$T/walk.o" --prog collect
		each "run --live --" -a "$taskvma" run --live --vmlinux builtin "$T/walk.o" --prog count -- true
		each "diff" -a "$taskvma" diff --vmlinux builtin --fixture "$other" "$T/walk.o" \
			--prog collect
		each "diff json" -a "$taskvma" diff --vmlinux builtin --format json "$T/maps.o" --prog fill
	else
		echo "no bpf(2) here: no verb with --live, and no diff"
	fi
fi

unused=$(grep -v '^#' "$here/libraries.txt" | grep . | grep -vxFf "$used")
[ -n "$quick$only$unused" ] || echo "every entry of libraries.txt was needed"
[ -n "$quick$only" ] || [ -z "$unused" ] || echo "not needed here, of libraries.txt: ${unused//$'\n'/, }"
[ "$failed" = 0 ] && echo "fail-nth: $verbs verbs, nothing wrong" && exit 0
echo "fail-nth: $failed of $verbs verbs with something wrong"
exit 1
