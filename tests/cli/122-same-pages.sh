#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Pages that are the same are shown once, and come back when the one that is shown goes; texts beside
# their HTML; pages that only lead to others.
. "${top_srcdir:-.}/tests/cli/lib.sh"
site

# urls QUESTION: the addresses that are found, in one line.
urls()
{
	run 0 "$XS" search --rerank off --json "$1"
	python3 -c 'import json, sys
print(" ".join(h["url"].split("/", 3)[3] for h in json.load(sys.stdin)["hits"]))' <out
}
same()
{
	[ "$(urls "$1")" = "$2" ] || die "$1 finds \"$(urls "$1")\", expected \"$2\""
}

mkdir -p site/b/c
echo '<title>Twin</title><p>The very same twinword.' >site/aa.html
cp site/aa.html site/b/page.html
cp site/aa.html site/b/c/page.html
echo '<title>Twin</title><p>Nearly the same twinmate.' >site/other.html
run 0 "$XS" index --json
has out '"alike":2'
same twinword aa.html
same twinmate other.html
run 0 "$XS" check
# Its address finds the page that is shown for it.
run 0 "$XS" search --rerank off --json 'twinword path:b/c/page.html'
has out '"url":"https://kettle.example/aa.html"'
case $(urls https://kettle.example/b/c/page.html) in
"aa.html "*) ;;
*) die "the address of a page that is not shown does not find the one that is" ;;
esac
# Nothing changed: nothing is written.
before=$(cksum <index/site.db)
run 0 "$XS" index --json
has out '"alike":2'
[ "$before" = "$(cksum <index/site.db)" ] || die "a run without changes wrote"

echo '<title>Twin</title><p>Now it is apartword.' >site/aa.html
run 0 "$XS" index --json
has out '"alike":1'
same apartword aa.html
same twinword b/page.html
run 0 "$XS" check
rm site/b/page.html
run 0 "$XS" index --json
has out '"alike":0'
same twinword b/c/page.html
# All copies change at once.
for copy in aa b/c/page; do
	echo '<title>Twin</title><p>Changed to bothword.' >site/$copy.html
done
run 0 "$XS" index
same bothword aa.html
run 0 "$XS" check
run 0 "$XS" index --rebuild
same bothword aa.html

# A text beside its HTML, in other marks.
cat >site/faq.html <<'END'
<title>Faq</title><h1>Faq</h1><h2>Is it loud?</h2><p>The faqword hums a bit, in the <b>evening</b>.
END
cat >site/faq.txt <<'END'
Faq
===

Is it loud?
-----------

The faqword hums a bit, in the *evening*.
END
echo 'License

The otherword says something quite unlike: permission is granted to everybody, freely.' >site/aa.txt
run 0 "$XS" index
same faqword faq.html
same otherword aa.txt
rm site/faq.html
run 0 "$XS" index
same faqword faq.txt

# Stubs are counted and give nothing to where they lead.
echo '<title>stubword</title><link rel=canonical href="/faq.txt">
<meta http-equiv=refresh content="0; url=/faq.txt"><p>Redirecting to stubword.' >site/stub.html
run 0 "$XS" index --json
has out '"stubs":1'
run 0 "$XS" index --json
has out '"stubs":1'
run 1 "$XS" search --rerank off -o search.spelling=false stubword
