#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# taskvma verify.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$T/loops.bpf.c" <<'C'
typedef unsigned int u32;
typedef unsigned long long u64;
#define SEC(name) __attribute__((section(name), used))
#define KSYM __attribute__((section(".ksyms")))
struct bpf_iter_num { u64 __opaque[1]; } __attribute__((aligned(8)));
extern int bpf_iter_num_new(struct bpf_iter_num *it, int start, int end) KSYM;
extern int *bpf_iter_num_next(struct bpf_iter_num *it) KSYM;
extern void bpf_iter_num_destroy(struct bpf_iter_num *it) KSYM;
int sum;

SEC("raw_tp")
int good(void *ctx)
{
	struct bpf_iter_num it;
	int *v;

	bpf_iter_num_new(&it, 0, 10);
	while ((v = bpf_iter_num_next(&it)))
		sum += *v;
	bpf_iter_num_destroy(&it);
	return 0;
}

SEC("?raw_tp")
int leaks(void *ctx)
{
	struct bpf_iter_num it;

	bpf_iter_num_new(&it, 0, 10);
	return 0;
}

SEC("raw_tp")
int unchecked(void *ctx)
{
	struct bpf_iter_num it;
	int v;

	bpf_iter_num_new(&it, 0, 10);
	v = *bpf_iter_num_next(&it);
	bpf_iter_num_destroy(&it);
	return v;
}

SEC("lsm/file_open")
int other(void *ctx)
{
	return 0;
}

char _license[] SEC("license") = "GPL";
C
cat >"$T/walks.bpf.c" <<'C'
typedef unsigned long long u64;
#define SEC(name) __attribute__((section(name), used))
#define KSYM __attribute__((section(".ksyms")))
#define CORE __attribute__((preserve_access_index))
struct vm_area_struct { unsigned long vm_start, vm_end; } CORE;
struct task_struct { int pid; } CORE;
struct bpf_iter_task_vma { u64 __opaque[1]; } __attribute__((aligned(8)));
extern int bpf_iter_task_vma_new(struct bpf_iter_task_vma *it, struct task_struct *task, u64 addr) KSYM;
extern struct vm_area_struct *bpf_iter_task_vma_next(struct bpf_iter_task_vma *it) KSYM;
extern void bpf_iter_task_vma_destroy(struct bpf_iter_task_vma *it) KSYM;
static struct task_struct *(*bpf_get_current_task_btf)(void) = (void *)158;
u64 last;
char buf[64];

SEC("raw_tp")
int late(void *ctx)
{
	struct bpf_iter_task_vma it;
	struct vm_area_struct *vma, *seen = 0;

	bpf_iter_task_vma_new(&it, bpf_get_current_task_btf(), 0);
	while ((vma = bpf_iter_task_vma_next(&it)))
		seen = vma;
	bpf_iter_task_vma_destroy(&it);
	if (seen)
		last = seen->vm_start; /* late */
	return 0;
}

SEC("raw_tp")
int careful(void *ctx)
{
	struct bpf_iter_task_vma it;
	struct vm_area_struct *vma;

	if (!bpf_iter_task_vma_new(&it, bpf_get_current_task_btf(), 0))
		while ((vma = bpf_iter_task_vma_next(&it)))
			last = vma->vm_start;
	bpf_iter_task_vma_destroy(&it);
	return 0;
}

SEC("raw_tp")
int counts(void *ctx)
{
	struct bpf_iter_task_vma it;
	u64 n = 0;

	bpf_iter_task_vma_new(&it, bpf_get_current_task_btf(), 0);
	while (bpf_iter_task_vma_next(&it)) {
		n += 3;
		if (n < 9000) /* compares */
			buf[n & 63] = 1;
	}
	bpf_iter_task_vma_destroy(&it);
	return n;
}

char _license[] SEC("license") = "GPL";
C
clang=$(command -v clang-14 || command -v clang)
t_begin "the test's programs compile"
for name in loops walks; do
	t_ok "$clang" -target bpf -mcpu=v3 -g -O2 -c "$T/$name.bpf.c" -o "$T/$name.bpf.o"
done
o=$T/loops.bpf.o
# the built-in types are the same on every machine
verify=("$TASKVMA" verify --vmlinux builtin)

# lines FILE: without what a clock says
lines() {
	sed -E 's, +[0-9]+$,,; s/,"duration_us":[0-9]+//' "$1"
}

t_begin "the table: verdicts, messages, and a sum"
t_run "${verify[@]}" "$o"
t_status 1
t_ok grep -qE '^  good +accept +[1-9]' "$T_OUT"
t_ok grep -qE '^  leaks +reject ' "$T_OUT"
t_ok grep -q 'Unreleased reference id=1 alloc_insn=[0-9]*; BPF_EXIT instruction in main prog would lead to reference leak$' "$T_OUT"
t_ok grep -q "^      R0 invalid mem access 'ptr_or_null_'\|R0 invalid mem access 'rdonly_mem_or_null'\|invalid mem access" "$T_OUT"
t_ok grep -qE '^  other +unsupported ' "$T_OUT"
t_ok grep -qx '4 programs: 1 accepted, 2 rejected, 1 unsupported' "$T_OUT"

t_begin "one program"
t_run "${verify[@]}" "$o" --prog good
t_status 0
t_ok test "$(grep -cE ' (accept|reject|unsupported) ' "$T_OUT")" = 1

t_begin "two programs, two objects"
cp "$o" "$T/again.bpf.o"
t_run "${verify[@]}" --prog good --prog leaks "$o" "$T/again.bpf.o"
t_status 1
t_ok grep -qx '4 programs: 2 accepted, 2 rejected, 0 unsupported' "$T_OUT"

t_begin "no such program"
t_run "${verify[@]}" "$o" --prog nobody
t_status 2
t_err_has "no program is called 'nobody'"

t_begin "csv is veristat's"
t_run "${verify[@]}" --format csv "$o"
t_status 1
t_ok test "$(head -1 "$T_OUT")" = file_name,prog_name,verdict,duration,total_insns,total_states,peak_states
t_ok grep -qE '^loops\.bpf\.o,good,success,[0-9]+,[1-9][0-9]*,[0-9]+,[0-9]+$' "$T_OUT"
t_ok grep -qE '^loops\.bpf\.o,leaks,failure,' "$T_OUT"
t_ok test "$(wc -l <"$T_OUT")" = 4
t_err_has "other: unsupported: "

t_begin "json: a line a program, all fields"
t_run "${verify[@]}" --format json "$o"
t_status 1
cp "$T_OUT" "$T/all.json"
for field in file prog verdict errno message total_insns max_states_per_insn total_states peak_states duration_us; do
	"$HELPERS/json_lines" "$field" <"$T/all.json" >"$T/field" || t_fail "no JSON"
	t_ok test "$(wc -l <"$T/field")" = 4
done
"$HELPERS/json_lines" errno <"$T/all.json" >"$T/field"
t_ok test "$(tr '\n' ' ' <"$T/field")" = "0 -13 -22 0 "
"$HELPERS/json_lines" file <"$T/all.json" >"$T/field"
t_ok grep -qF "$o" "$T/field"

t_begin "the log of one program, alone"
t_run "${verify[@]}" --log 2 --prog leaks "$o"
t_status 1
t_ok grep -qx '0: R1=ctx() R10=fp0' "$T_OUT"
t_ok grep -q '^; bpf_iter_num_new(&it, 0, 10); @ loops.bpf.c:' "$T_OUT"
t_ok grep -q '^processed [0-9]* insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0$' "$T_OUT"
t_ok test "$(tail -n 2 "$T_OUT" | head -n 1)" = 'BPF_EXIT instruction in main prog would lead to reference leak'
t_run "${verify[@]}" --log 1 --prog leaks "$o"
t_ok grep -q '^Unreleased reference id=1' "$T_OUT"
t_run "${verify[@]}" --log 1 --prog good "$o"
t_ok test "$(wc -l <"$T_OUT")" = 1

t_begin "logs of several programs are told apart"
t_run "${verify[@]}" --log 1 "$o"
t_ok test "$(grep -c '^PROCESSING loops.bpf.o/.*, VERDICT: .*, VERIFIER LOG:$' "$T_OUT")" = 4

t_begin "json can have the log"
t_run "${verify[@]}" --log 1 --format json --prog leaks "$o"
t_ok grep -q '"log":".*Unreleased reference' "$T_OUT"

t_begin "6.12 words a leak in one line"
t_run "${verify[@]}" --kernel 6.12 --format json --prog leaks "$o"
t_status 1
t_ok grep -q '"message":"Unreleased reference id=1 alloc_insn=[0-9]*"' "$T_OUT"

t_begin "flags: states are remembered at every instruction"
t_run "${verify[@]}" --format json --prog good "$o"
few=$("$HELPERS/json_lines" total_states <"$T_OUT")
t_run "${verify[@]}" --format json --prog good --flags 8 "$o"
many=$("$HELPERS/json_lines" total_states <"$T_OUT")
t_ok test "$many" -gt "$few"

t_begin "the same twice"
"${verify[@]}" "$o" | lines /dev/stdin >"$T/once"
"${verify[@]}" "$o" | lines /dev/stdin >"$T/twice"
t_ok cmp "$T/once" "$T/twice"

t_begin "explain: the path to a rejection, and the iterator along it"
t_run "${verify[@]}" --explain --prog leaks "$o"
t_status 1
t_ok grep -q 'The rule: whatever was acquired .* is given back on every path' "$T_OUT"
t_ok grep -q 'loops.bpf.c:[0-9]*: bpf_iter_num_new(&it, 0, 10);$' "$T_OUT"
t_ok grep -q 'iter_num at fp-[0-9]*: initialised by new, active; reference 1$' "$T_OUT"
t_ok grep -q 'It ends at loops.bpf.c:' "$T_OUT"
t_run "${verify[@]}" --explain --prog unchecked "$o"
t_ok grep -q 'The rule: only pointers can be read through, .*NULL is a number' "$T_OUT"
t_ok grep -q '  iter_num at fp-[0-9]*: drained: next returned NULL$' "$T_OUT"
t_ok grep -q '  instruction [0-9]*: (61) r[0-9] = ' "$T_OUT"

t_begin "explain: what keeps a loop from converging"
t_run "${verify[@]}" --explain --prog counts "$T/walks.bpf.o"
t_status 1
t_ok grep -q 'BPF program is too large' "$T_OUT"
t_ok grep -qE 'r[0-9] differs \([0-9]+ times\): P' "$T_OUT"
t_ok grep -q 'its exact number is needed by walks.bpf.c:[0-9]*: if (n < 9000)' "$T_OUT"

t_begin "explain: hazards of accepted programs"
t_run "${verify[@]}" --explain --prog late "$T/walks.bpf.o"
t_status 0
t_ok grep -q 'Hazard: walks.bpf.c:[0-9]*: last = seen->vm_start; /\* late \*/$' "$T_OUT"
t_ok grep -q 'reads an element of an iterator after destroy' "$T_OUT"
t_ok grep -q 'new may fail' "$T_OUT"
t_run "${verify[@]}" --explain --format json --prog careful "$T/walks.bpf.o"
t_ok grep -q '"explanation":""' "$T_OUT"
t_run "$TASKVMA" verify --explain --live "$o"
t_status 2

t_begin "-o: whole or not at all"
t_run "${verify[@]}" --format csv -o "$T/out.csv" --prog good "$o"
t_status 0
t_ok test "$(wc -l <"$T/out.csv")" = 2
rm "$T/out.csv"
t_run "${verify[@]}" --format csv -o "$T/out.csv" "$o" "$T/loops.bpf.c"
t_status 2
t_ok test ! -e "$T/out.csv"
t_run "${verify[@]}" -o /dev/full "$o"
t_status 2

# refused WHAT TEXT FILE: exit 2 and one line that names the file
refused() {
	t_begin "bad input: $1"
	t_run timeout 10 "${verify[@]}" "$3"
	t_status 2
	t_ok test ! -s "$T_OUT"
	t_ok test "$(wc -l <"$T_ERR")" = 1
	t_err_has "taskvma: $3: "
	t_err_has "$2"
}
refused 'missing file' '' "$T/nowhere.o"
refused folder '' "$T"
refused text 'ELF' "$T/loops.bpf.c"
: >"$T/empty.o"
refused 'empty file' '' "$T/empty.o"
head -c 300 "$o" >"$T/cut.o"
refused 'cut short' '' "$T/cut.o"
refused 'an ELF of this machine' '' "$TASKVMA"
t_begin "bad input beside good: the good is judged, the status is 2"
t_run "${verify[@]}" --prog good "$T/cut.o" "$o"
t_status 2
t_ok grep -qE '^  good +accept ' "$T_OUT"

t_begin "cut short anywhere: an answer, in time"
size=$(stat -c %s "$o")
for ((at = 1; at < size; at += 509)); do
	head -c "$at" "$o" >"$T/cut.o"
	t_run timeout 10 "${verify[@]}" "$T/cut.o"
	[ "$T_STATUS" -le 2 ] || t_fail "cut at $at: status $T_STATUS"
done

t_begin "usage"
t_run "$TASKVMA" verify
t_status 2
t_run "${verify[@]}" --kernel 5.4 "$o"
t_status 2
t_err_has 6.18
t_run "${verify[@]}" --log 3 "$o"
t_status 2
t_run "${verify[@]}" --format xml "$o"
t_status 2
t_run "$TASKVMA" verify --vmlinux "$T/nowhere" "$o"
t_status 2

t_begin "--live says what the simulator says"
t_run "$TASKVMA" verify --live --format json --prog good --prog leaks --prog unchecked "$o"
if [ "$T_STATUS" = 3 ]; then
	t_skip "$(cat "$T_ERR")"
elif [[ $(uname -r) != 6.18.* ]]; then
	t_skip "this kernel is not 6.18"
else
	t_status 1
	lines "$T_OUT" >"$T/live"
	"$TASKVMA" verify --format json --prog good --prog leaks --prog unchecked "$o" | lines /dev/stdin >"$T/ours"
	t_ok diff "$T/live" "$T/ours"
fi

t_begin "--live where nothing may be loaded"
if [ "$(id -u)" != 0 ] || ! command -v setpriv >/dev/null; then
	t_skip "needs root and setpriv"
else
	chmod 755 "$T"
	cp "$TASKVMA" "$T/taskvma"
	t_run setpriv --reuid=65534 --regid=65534 --clear-groups "$T/taskvma" verify --live "$o"
	t_status 3
	t_err_has "bpf(2)"
fi

t_done
