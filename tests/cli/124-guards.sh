#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs that would delete most of an index stop; an index within its source; documents of other kinds.
. "${top_srcdir:-.}/tests/cli/lib.sh"
site

for i in 1 2 3 4 5 6; do
	echo "<title>Page $i</title><p>guardword $i" >site/p$i.html
done
run 0 "$XS" index --json
has out '"added":10'
# Half of the pages may go; more is told, and nothing is changed.
rm site/p1.html site/p2.html site/p3.html site/p4.html site/p5.html
mv site/p6.html site/q6.html
run 2 "$XS" index
has err '6 of the 10 pages'
has err '\-\-yes'
run 0 "$XS" status --json
has out '"pages":10'
mv site/q6.html site/p6.html
run 0 "$XS" index --json
has out '"deleted":5'

# Another source than that of the index.
mkdir other
echo '<p>elsewhere' >other/a.html
sed 's/path: site/path: other/' xapian-search.yaml >other.yaml
run 2 "$XS" -c other.yaml index
has err 'of other sources'
has err "$folder/site"
run 0 "$XS" -c other.yaml index --yes
run 0 "$XS" search --rerank off elsewhere
run 1 "$XS" search --rerank off -o search.spelling=false guardword
# One more is no other.
cat >>other.yaml <<'END'
END
sed 's/  - path: other/  - path: other\n  - path: site/' other.yaml >both.yaml
run 0 "$XS" -c both.yaml index
run 0 "$XS" search --rerank off guardword

# The index is none of its pages.
mkdir inside
echo '<p>insideword' >inside/a.html
cat >inside.yaml <<'END'
sources:
  - path: inside
index: {path: inside/index}
END
run 0 "$XS" -c inside.yaml index
echo '<p>a page that someone left there' >inside/index/left.html
run 0 "$XS" -c inside.yaml index --json
has out '"seen":1,'

# Documents that are not read are counted and named.
: >inside/a.djvu
: >inside/b.DJVU
: >inside/c.chm
: >inside/d.png
run 0 "$XS" -c inside.yaml index --json
has out '"others":\{"chm":1,"djvu":2\}|"others":\{"djvu":2,"chm":1\}'
run 0 "$XS" -c inside.yaml index
has err '3 files of other kinds were left out: '
has err '2 \.djvu'
lacks err png
