#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A site on the web that misbehaves in all ways gives exactly the pages that it should, and a second run fetches
# what has changed.
. "${top_srcdir:-.}/tests/cli/lib.sh"
. "$top_srcdir/tests/cli/crawl.sh"
serve_site odd

run 0 "$XS" -o crawl.chain=5 index --json
pages >listed
# A calendar ends after so many pages of its form, relative links that go astray after three repetitions; of
# canonical pages one is there, of those that name each other one.
cat >expected <<'END'
/
a.html
b/
behind.html
brotli.html
busy.html
c.html
cal/2024/1
cal/2024/2
cal/2024/2?view=day
cal/2024/3
cal/2024/3?view=day
cal/2024/4
cal/2024/4?view=day
cal/2024/5
cal/2024/5?view=day
cal/2024/6
cal/2024/6?view=day
canon.html
doc.md
doc.pdf
flaky.html
gone.html
ill.html
late.html
latin1.html
mapped.html
nofollow.html
none.html
onlyill.html
plain.txt
q?a=1&b=2
rel/x/
rel/x/x/y/
rel/x/x/y/x/y/
ring1.html
sess
target.html
zstd.html
END
diff expected listed || die "other pages than expected"
has out '"noindex":2,'
has out '"robots":1,'
has out '"others":3,'
has out '"canonical":3,'
# Each failure has its reason.
for reason in 'big.html: it has more than 4194304 bytes' 'bomb.html: it has more than 4194304 bytes' \
	'badgzip.html: its packed bytes are damaged' 'cut.html: the server did not answer' \
	'halfgzip.html: its packed bytes end too soon' 'halfbr.html: its packed bytes end too soon' 'halfzstd.html: its packed bytes end too soon' \
	'deflate.html: it is packed by deflate' \
	'slow.html: the server did not answer' 'loop2: it redirects in a ring' 'self: it redirects in a ring' \
	'nowhere: it redirects to what is no address' 'endless/x*: more than 10 redirects'; do
	has out "$reason"
done
has out '"failed":13,'
run 0 "$XS" status
has out 'slow.html: the server did not answer as expected: .*timed out'
has out '^failed  *13$'

# One request for each, however it is written; none where none may go.
for path in /a.html /c.html '/q\?a=1&b=2' /target.html /robots.txt; do
	[ "$(asked "^$path ")" = 1 ] || die "$path: $(asked "^$path ") requests"
done
for path in /private /hidden 'utm_' 'PHPSESSID' 'jsessionid' '/endless/x{12}'; do
	[ "$(asked "$path")" = 0 ] || die "$path was asked for"
done
# 429 with Retry-After: 2.
awk '/^\/busy.html 429/ { at = $4 } /^\/busy.html 200/ { exit !($4 - at >= 1.9) }' requests ||
	die "the server was not left alone for two seconds"

# What pages say is found, whatever their encoding, kind and header.
run 0 "$XS" search --json mappedword
has out '/mapped.html'
run 0 "$XS" search --json markdownword
has out '/doc.md'
run 0 "$XS" search --json plainword stands
has out '/doc.pdf'
has out '"anchor":"page=1"'
run 0 "$XS" search --json Blümchen
has out '/latin1.html'
for word in noindexword taggedword hiddenword cutword halfword privateword; do
	run 1 "$XS" -o search.spelling=false search $word
done

# The second run: two pages changed, one is new, two are gone, one fails and stays as it was, with what it leads
# to.
phase 2
: >requests
run 0 "$XS" -o crawl.chain=5 index --json
has out '"added":1,"changed":2,'
has out '"deleted":2,'
has out '"gone":2,'
has out 'ill.html: the server answered 500'
pages >listed
sed -e '/^gone.html$/d' -e '/^late.html$/d' expected | { cat; echo new.html; } | LC_ALL=C sort >expected2
LC_ALL=C sort -o listed listed
diff expected2 listed || die "other pages than expected after the second run"
[ "$(asked ' 304 if ')" -ge 30 ] || die "only $(asked ' 304 if ') pages were not fetched again"
[ "$(grep -v '^/\(robots\|map\|image\|odd\|video\|c.html\|bad\|half\|deflate\|big\|bomb\|cut\|slow\)' requests | grep -c ' 200 ')" = 3 ] ||
	die "more was fetched than what has changed"
run 0 "$XS" search --json achangedword
has out '/a.html'
run 0 "$XS" search --json illword
# It may fail for some days.
sleep 1.1
run 0 "$XS" -o crawl.chain=5 -o crawl.keep_days=0 index --json
has out '"dropped":1,'
run 1 "$XS" -o search.spelling=false search illword
# It returns.
phase 1
run 0 "$XS" -o crawl.chain=5 index --json
pages >listed
diff expected listed || die "other pages than expected after all returned"
