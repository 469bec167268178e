#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# SIGINT while rerank waits for a line: code 75, and what was asked is answered.
. "${top_srcdir:-.}/tests/cli/lib.sh"

mkfifo lines
"$XS" rerank <lines >out 2>err &
pid=$!
exec 3>lines
echo '{"query": "a", "texts": ["b"]}' >&3
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	[ -s out ] && break
	sleep 1
done
[ -s out ] || die "no answer while the input is open"
kill -TERM $pid
wait $pid
code=$?
exec 3>&-
[ $code -eq 75 ] || die "exit code $code, expected 75"
has err 'stopped after line 1'
