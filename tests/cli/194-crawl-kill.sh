#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# 194-crawl-kill.sh [N]: a crawl that is killed N times (here 6) goes on where it was, and ends with all pages.
. "${top_srcdir:-.}/tests/cli/lib.sh"
. "$top_srcdir/tests/cli/crawl.sh"
kills=${1:-6}
serve_site many

died=0
while [ $died -lt "$kills" ]; do
	"$XS" -q index 2>err &
	pid=$!
	sleep 0.35
	kill -9 $pid 2>/dev/null || break
	wait $pid 2>/dev/null
	died=$((died + 1))
done
[ $died -gt 1 ] || die "the crawl ended before it could be killed"
# A signal stops it as well.
"$XS" index >out 2>err &
pid=$!
sleep 0.2
kill -INT $pid
wait $pid
run 0 "$XS" index --json
has out '"failed":0,'
[ "$(pages | wc -l)" = 301 ] || die "$(pages | wc -l) pages, expected 301"
# Only what was on its way, or not yet saved, was asked for again.
twice=$(awk '/^\/p/ { n[$1]++ } END { for (p in n) more += n[p] - 1; print more + 0 }' requests)
[ "$twice" -le $(((died + 1) * 60)) ] || die "$twice pages were asked for again after $died kills"
run 0 "$XS" check
# Nothing is left to be done.
: >requests
run 0 "$XS" index --json
has out '"not_modified":301,'
has out '"unchanged":301,'
has out '"resumed":false'
[ "$(asked '^/p.* 200 ')" = 0 ] || die "pages were fetched again"
echo "$died kills, $twice pages asked for twice"
