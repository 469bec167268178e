#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# kill.sh [N]: kills `index` N times (here 8; "kill.sh 200" by hand) at random moments, over a folder
# that changes.  After each: check finds the stores equal once what was pending is repeated, and
# no page that a finished run had committed is missing.
. "${top_srcdir:-.}/tests/cli/lib.sh"
kills=${1:-8}
span=400 # milliseconds
. "$top_srcdir/tests/cli/kills.sh"

mkdir site
page() # NUMBER VERSION
{
	printf '<title>Page %s</title><h1 id=top>Page%s</h1><p>version%sof%s' "$1" "$1" "$2" "$1"
	i=0
	while [ $i -lt 60 ]; do
		printf ' word%s text%s of the page' $((i * $1 % 997)) $((i + $2))
		i=$((i + 1))
	done
} >"site/$1.html"
n=0
while [ $n -lt 120 ]; do
	page $n 0
	n=$((n + 1))
done
cat >xapian-search.yaml <<'END'
sources: [{path: site}]
index: {path: index, batch_pages: 7, vectors: off}
rerank: {enabled: false}
END
run 0 "$XS" index

# Pages that stay as they are: always to be found.
steady() { run 0 "$XS" search "page$1"; }

while [ $died -lt "$kills" ]; do
	round=0
	while [ $round -lt 25 ]; do
		random 100
		page $((number + 20)) $((runs + 1))
		round=$((round + 1))
	done
	random 100
	rm -f "site/$((number + 20)).html"
	page $((200 + runs)) 1
	kill_index
	run 0 "$XS" check
	random 20
	steady "$number"
done
# What the last run left is made whole by the next, and every file is a page again.
run 0 "$XS" index --json
has out '"failed":0'
run 0 "$XS" check
files=$(ls site | wc -l)
run 0 "$XS" status --json
has out "\"pages\":$files,"
echo "$died of $runs runs were killed before their end"
