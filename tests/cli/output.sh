#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# The command as a whole: help, exit statuses, and results that are written
# whole or not at all.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

cat >"$T/space.yaml" <<'END'
schema: 1
tasks:
  - pid: 42
    vmas:
      - {start: 0x1000, end: 0x3000, perms: r-xp}
END
echo '00001000-00003000 r-xp 00000000 00:00 0 ' >"$T/maps"
# more than any buffer holds
{
	printf 'schema: 1\ntasks:\n  - pid: 42\n    vmas:\n'
	awk 'BEGIN { for (i = 1; i <= 20000; i++)
		printf "      - {start: %d, end: %d, perms: r--p}\n", i * 8192, i * 8192 + 4096 }'
} >"$T/big.yaml"
mkdir "$T/dir"

# Files in $T/dir, one a line.
files() {
	find "$T/dir" -mindepth 1 -printf '%f\n' | sort
}

t_begin "help and version"
for verb in '' walk capture check tree; do
	# shellcheck disable=SC2086  # no verb is no word
	t_run "$TASKVMA" $verb --help
	t_status 0
	t_ok test -s "$T_OUT"
	t_ok test ! -s "$T_ERR"
	t_ok grep -q "^Usage: taskvma ${verb:-VERB}" "$T_OUT"
	# shellcheck disable=SC2086
	t_run "$TASKVMA" $verb --version
	t_status 0
	t_ok grep -q '^taskvma [0-9]' "$T_OUT"
done

t_begin "no verb, an unknown verb, a verb to come"
t_run "$TASKVMA"
t_status 2
t_ok test ! -s "$T_OUT"
t_run "$TASKVMA" dance
t_status 2
t_err_has "taskvma: there is no verb 'dance'; there are: walk, capture, check, tree"
t_run "$TASKVMA" walk --design snapshot "$T/space.yaml"
[ "$T_STATUS" = 0 ] || t_err_has "taskvma: unsupported: design snapshot"

t_begin "a control character in a message does not break its line"
t_run "$TASKVMA" $'da\nn\033ce'
t_status 2
t_ok test "$(wc -l <"$T_ERR")" = 1
t_err_has 'da\x0an\x1bce'

t_begin "-o writes the file"
t_run "$TASKVMA" walk "$T/space.yaml" -o "$T/dir/out"
t_status 0
t_ok cmp "$T/maps" "$T/dir/out"
t_ok test ! -s "$T_OUT"
t_ok test "$(files)" = out
t_ok test "$(stat -c %a "$T/dir/out")" = "$(printf '%o' $((0666 & ~$(umask))))"

t_begin "-o replaces a file and keeps its permissions"
echo old >"$T/dir/out"
chmod 640 "$T/dir/out"
t_run "$TASKVMA" walk "$T/space.yaml" -o "$T/dir/out"
t_status 0
t_ok cmp "$T/maps" "$T/dir/out"
t_ok test "$(stat -c %a "$T/dir/out")" = 640

t_begin "-o through a symbolic link replaces what it points to"
ln -s out "$T/dir/link"
echo old >"$T/dir/out"
t_run "$TASKVMA" walk "$T/space.yaml" -o "$T/dir/link"
t_status 0
t_ok test -L "$T/dir/link"
t_ok cmp "$T/maps" "$T/dir/out"
rm "$T/dir/link"

t_begin "-o may name the fixture that is read"
cp "$T/space.yaml" "$T/dir/same"
t_run "$TASKVMA" walk "$T/dir/same" --format yaml -o "$T/dir/same"
t_status 0
t_run "$TASKVMA" walk "$T/dir/same"
t_out_is "$T/maps"
rm "$T/dir/same"

t_begin "-o leaves the old file when the walk fails"
echo old >"$T/dir/out"
t_run "$TASKVMA" walk "$T/space.yaml" -o "$T/dir/out" --fault exited
t_status 1
t_ok test "$(cat "$T/dir/out")" = old
t_run "$TASKVMA" walk "$T/missing" -o "$T/dir/out"
t_status 2
t_ok test "$(cat "$T/dir/out")" = old
t_ok test "$(files)" = out

t_begin "-o leaves no part of a file when the disk is full"
# a limit on the size of files is a full disk without a disk
(ulimit -f 8; trap '' XFSZ; exec "$TASKVMA" walk "$T/big.yaml" -o "$T/dir/out") 2>"$T_ERR"
t_ok test $? = 2
t_err_has "taskvma: $T/dir/out: File too large"
t_ok test "$(files)" = out
t_ok test "$(cat "$T/dir/out")" = old

t_begin "-o to where nothing can be written"
t_run "$TASKVMA" walk "$T/space.yaml" -o "$T/missing/out"
t_status 2
t_err_has "taskvma: $T/missing/out: No such file or directory"
t_run "$TASKVMA" walk "$T/space.yaml" -o "$T/dir"
t_status 2
t_err_has "Is a directory"
t_run "$TASKVMA" walk "$T/space.yaml" -o ''
t_status 2

t_begin "-o to a device or a pipe writes to it and leaves it there"
t_run "$TASKVMA" walk "$T/space.yaml" -o /dev/null
t_status 0
t_ok test -c /dev/null
t_run "$TASKVMA" walk "$T/space.yaml" -o /dev/full
t_status 2
t_err_has "taskvma: /dev/full: No space left on device"
t_ok test -c /dev/full
mkfifo "$T/fifo"
timeout 20 cat "$T/fifo" >"$T/from_fifo" &
t_run "$TASKVMA" walk "$T/space.yaml" -o "$T/fifo"
t_status 0
wait $!
t_ok test -p "$T/fifo"
t_ok cmp "$T/maps" "$T/from_fifo"

t_begin "a full disk behind standard output is reported"
for fixture in space big; do
	for verb in walk tree check; do
		"$TASKVMA" $verb "$T/$fixture.yaml" >/dev/full 2>"$T_ERR"
		t_ok test $? = 2
		t_err_has "taskvma: standard output: No space left on device"
		t_ok test "$(wc -l <"$T_ERR")" = 1
	done
done
"$TASKVMA" capture $$ >/dev/full 2>"$T_ERR"
t_ok test $? = 2
"$TASKVMA" walk --help >/dev/full 2>"$T_ERR"
t_ok test $? = 2
"$TASKVMA" --version >/dev/full 2>"$T_ERR"
t_ok test $? = 2

t_begin "a closed standard output is reported"
"$TASKVMA" walk "$T/space.yaml" >&- 2>"$T_ERR"
t_ok test $? = 2
t_err_has "taskvma: standard output: Bad file descriptor"
"$TASKVMA" walk "$T/space.yaml" -o "$T/dir/out" >&- 2>"$T_ERR"
t_ok test $? = 0
t_ok cmp "$T/maps" "$T/dir/out"

t_begin "a reader that went away is reported"
{
	"$TASKVMA" walk "$T/big.yaml" 2>"$T_ERR"
	echo $? >"$T/status"
} | head -n 1 >/dev/null
t_ok test "$(cat "$T/status")" = 2
t_err_has "taskvma: standard output: Broken pipe"

t_begin "a signal removes the unfinished file"
mkdir "$T/bin"
printf '#!/bin/sh\nexec sleep 3\n' >"$T/bin/dot"
chmod +x "$T/bin/dot"
echo old >"$T/dir/out"
PATH=$T/bin:$PATH "$TASKVMA" tree "$T/space.yaml" --format svg -o "$T/dir/out" 2>"$T_ERR" &
pid=$!
t_ok timeout 20 sh -c "until [ \$(ls '$T/dir' | wc -l) = 2 ]; do sleep 0.05; done"
kill -TERM $pid
wait $pid
t_ok test $? = 143
t_ok test "$(files)" = out
t_ok test "$(cat "$T/dir/out")" = old

t_done
