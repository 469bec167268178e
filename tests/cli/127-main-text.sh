#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What of an HTML page is its text: by landmarks, by attributes of its author, by elements that a setting
# names; and what happens to pages when that setting changes.
. "${top_srcdir:-.}/tests/cli/lib.sh"

settings() # RULES OF THE SOURCE
{
	cat >xapian-search.yaml <<-END
		site: {url: "https://t.example/"}
		sources: [{path: site$1}]
		index: {path: index, vectors: false}
		rerank: {enabled: false}
		search: {facets: [meta.tag], spelling: false}
	END
}
# pages N WORD: so many pages are found by it.
pages()
{
	run $([ "$1" -eq 0 ] && echo 1 || echo 0) "$XS" search --json "$2"
	has out "\"pages\":$1[,}]"
}
mkdir site
text="one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
for page in a b c; do
	cat >site/$page.html <<-END
		<!doctype html><title>Page $page</title>
		<a class="skip-link" href="#top">skipword</a><nav>navword</nav><div id="cookie-consent">cookieword</div>
		<main id=top><h1 data-pagefind-meta="title">Titled $page</h1><p>text$page $text seventeen</p>
		<p class="box tag" data-pagefind-filter="tag">tag$page</p><div class=box>boxword</div>
		<p data-xapian-search-ignore>ignoredword</p></main><footer>footword</footer>
	END
done
echo '<title>d</title><main>mainword</main><section data-pagefind-body>bodyword</section>' >site/d.html
echo '<title>e</title><meta name=robots content="noindex"><p>robotword</p>' >site/e.html

settings ''
run 0 "$XS" index
for word in skipword navword cookieword ignoredword footword mainword robotword; do
	pages 0 $word
done
pages 1 texta
pages 1 bodyword
pages 3 boxword
run 0 "$XS" search -n 1 'tag:tagb texta textb'
run 0 "$XS" search -n 1 -f meta.tag:tagb seventeen
[ "$(head -1 out)" = ' 1. Titled b' ] || die "expected page b by its tag"

# A setting that changes has its pages read again, and back.
settings ", drop_elements: [\"//*[has-class('box')]\", '//p[starts-with(., \"textc\")]']"
run 0 "$XS" index
has err ' 3 changed, 1 unchanged'
pages 0 boxword
pages 0 tagb
pages 0 textc
pages 1 textb
settings ", keep_elements: [\"//div[@id='cookie-consent']\", '//nav']"
run 0 "$XS" index
pages 3 cookieword
pages 3 navword
pages 0 texta
pages 1 bodyword
settings ''
run 0 "$XS" index
pages 0 navword
pages 1 texta
run 0 "$XS" index
has err ' 0 changed'

# What is wrong is told before anything changes, with its place where there is one.
settings ", drop_elements: ['.menu > li']"
run 2 "$XS" index
has err 'sources\.drop_elements: "\.menu > li": it does not begin with /; expected XPath'
run 2 "$XS" check
has out 'xapian-search\.yaml:2:.*sources\.drop_elements: "\.menu > li"'
settings ", keep_elements: ['//div[has_class(\"x\")]']"
run 2 "$XS" index
has err 'keep_elements: .*: there is no function has_class\(\) at byte 7; expected'
pages 1 texta

# What only a page shows costs that page's news, not the page.
settings ", drop_elements: ['//footer/text()']"
run 0 "$XS" index
has err 'failed: site/a\.html: sources\.drop_elements: "//footer/text\(\)": it gives no elements'
has err '^3 failed'
pages 1 texta
pages 1 bodyword

# Weights of words go into the order, also after a rebuild, and a page whose weights alone change is told anew.
settings ''
for page in x y z; do
	echo "<title>Weighing $page</title><p>The <b data-pagefind-weight=WEIGHT>heavyword</b> is one of some words here." |
		sed "s/WEIGHT/$(echo $page | tr xyz 041)/" >site/weight-$page.html
done
first() # PAGE LAST
{
	run 0 "$XS" search heavyword
	[ "$(grep -o 'Weighing .' out | xargs)" = "Weighing $1 Weighing z Weighing $2" ] || die "expected $1, z, $2"
}
run 0 "$XS" index
first y x
run 0 "$XS" index --rebuild
first y x
sed -i.old 's/weight=4/weight=0.0/' site/weight-y.html
sed -i.old 's/weight=0>/weight=2>/' site/weight-x.html
rm site/*.old
run 0 "$XS" index
has err ' 2 changed'
first x y
