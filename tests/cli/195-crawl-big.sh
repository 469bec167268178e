#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# 195-crawl-big.sh [PAGES [KILLS]]: a big site that misbehaves (crawl_big.py) ends with exactly the pages that it
# should have, also when it is killed again and again, and when pages change, vanish and return.  The suite takes
# 400 pages and 5 kills; XS_CRAWL_PAGES and XS_CRAWL_KILLS give others.
. "${top_srcdir:-.}/tests/cli/lib.sh"
. "$top_srcdir/tests/cli/crawl.sh"
count=${1:-${XS_CRAWL_PAGES:-400}}
kills=${2:-${XS_CRAWL_KILLS:-5}}
serve_site big "$count"
sed -i 's/delay_ms: 0, timeout: 2/delay_ms: 0, timeout: 20, connections: 8, chain: 5, variants: 10/' xapian-search.yaml

# exactly PHASE: the index has the pages of that phase with their titles, none twice and none less.
exactly()
{
	python3 -c 'import sqlite3, sys
sys.stdout.reconfigure(encoding="utf-8")
for url, title in sqlite3.connect("index/site.db").execute("SELECT url, title FROM pages WHERE state = 0"):
	print("/" + url.split("/", 3)[3], title)' | LC_ALL=C sort >listed
	python3 "$top_srcdir/tests/cli/crawl_big.py" "$count" "$1" pages | LC_ALL=C sort >expected
	diff expected listed >differ || { head differ >&2; die "other pages than expected in phase $1"; }
	run 0 "$XS" check
}

# anew PHASE FAILED: so many fail, and a run in that phase gets bodies only of the pages that it must, and each once.
anew()
{
	phase "$1"
	: >requests
	run 0 "$XS" index --json
	has out "\"failed\":$2,\"duplicate\""
	grep -E '^/(p|closed)/.* 200 ' requests | cut -d ' ' -f 1 | LC_ALL=C sort >got
	python3 "$top_srcdir/tests/cli/crawl_big.py" "$count" "$1" fetched | LC_ALL=C sort >expected
	diff expected got >differ || { head differ >&2; die "other pages were fetched than expected in phase $1"; }
	echo "phase $1: $(wc -l <requests) requests, $(asked ' 304 ') answered by 304, $(wc -l <got) pages with a body"
	exactly "$1"
}

died=0
while [ $died -lt "$kills" ]; do
	"$XS" -q index >out 2>err &
	pid=$!
	sleep "${XS_CRAWL_PAUSE:-0.4}"
	kill -9 $pid 2>/dev/null || break
	wait $pid 2>/dev/null
	died=$((died + 1))
done
[ $died -gt 1 ] || die "the crawl ended before it could be killed"
run 0 "$XS" index --json
has out '"failed":5,"duplicate"'
exactly 1
twice=$(awk '/^\/(p|closed)\/.* 200 / { n[$1]++ } END { for (p in n) more += n[p] - 1; print more + 0 }' requests)
[ "$twice" -le $(((died + 1) * 100)) ] || die "$twice pages were fetched again after $died kills"
echo "$count pages, $died kills: $(wc -l <requests) requests, $twice pages fetched again"

# Three rings and two bombs; in phase 2 also all that fail, and all whose bytes are cut.
anew 2 $((5 + count / 40 * 2))
anew 3 5
