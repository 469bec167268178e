#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Sites as generators make them: what people wrote is found by its own title, without the site's name, menus and
# footers; forms and error pages are no pages, and indexes come behind what they list.
. "${top_srcdir:-.}/tests/cli/lib.sh"

cp -r "$top_srcdir/tests/data/generators" site
chmod -R u+w site
# What people wrote under the names that generators give.
mkdir -p site/sphinx/topics site/docusaurus/docs/search site/mkdocs/status site/javadoc/org/search
again() # FROM TO WORD
{
	sed "s/half with vinegar/half with $3/; s/limescale off with vinegar/limescale off with $3/" "site/$1" >"site/$2"
}
again sphinx/descale.html sphinx/topics/search.html topicword
again docusaurus/docs/descale/index.html docusaurus/docs/search/index.html featureword
again mkdocs/descale/index.html mkdocs/status/404.html statusword
again javadoc/org/kettle/Kettle.html javadoc/org/search/search.html classword
sed -i 's/rel="search" title="Search" href="/&..\//' site/sphinx/topics/search.html
{
	echo 'site: {url: "https://t.example/"}'
	echo 'sources:'
	for name in $(ls site); do
		echo "  - {path: site/$name, url: \"https://t.example/$name\"}"
	done
	echo 'index: {path: index, vectors: false}'
	echo 'rerank: {enabled: false}'
	echo 'search: {spelling: false, results: 50}'
} >xapian-search.yaml
run 0 "$XS" index
has err '^left out: 6 not to be indexed'
for word in topicword featureword statusword classword; do
	run 0 "$XS" search $word
done
for path in topics docs/search status org/search; do
	rm -r site/*/$path
done
run 0 "$XS" index

# page PATH TITLE QUESTION ANCHOR: the first place found there.
page()
{
	run 0 "$XS" search --json -f "path:/$1" "$3"
	has out "^\{\"query\":[^]]*\"hits\":\[\{\"url\":\"https://t.example/$1[^\"]*\",\"title\":\"$2\""
	has out "\"hits\":\[\{[^{}]*\"anchor\":\"$4\""
}
hour='fill half vinegar hour'
page sphinx/descale.html Descaling "$hour" with-vinegar
page mkdocs/descale/index.html Descaling "$hour" with-vinegar
page docusaurus/docs/descale/index.html Descaling "$hour" with-vinegar
page hugo/docs/descale/index.html Descaling "$hour" with-vinegar
page jekyll/descale.html 'Descaling a kettle' "$hour" with-vinegar
page texinfo/Descaling.html Descaling "$hour" With-vinegar
page texinfo/index.html 'Kettle handbook' 'boil water' Kettle-handbook
page javadoc/org/kettle/Kettle.html Kettle 'descale limescale vinegar' 'descale\(int\)'
page doxygen/kettle_8h.html 'kettle.h File Reference' 'boils litres whistle' '[0-9a-g]*'
page mandoc/kettle.1.html 'KETTLE\(1\)' 'how long vinegar stays' minutes

# Words that only menus, footers, forms and error pages have.
for word in powered rtd alabaster mkdocs docusaurus copyright previous searching loading \
	'"page source"' '"not found"' '"skip to main content"' '"edit this page"' '"general commands manual"' \
	'"how to use"' assembly; do
	run 1 "$XS" search "$word"
done
# An index has the same words, and says no more than that.
for site in javadoc doxygen; do
	run 0 "$XS" search --json -f "path:/$site" 'kettle descale vinegar'
	grep -o '"url":"[^"]*","title' out | head -1 | grep -q 'Kettle.html\|kettle_8h.html' ||
		die "expected the page itself before the index of $site"
done
