#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A page in several languages is found once, in that of who asks, and names the others.
. "${top_srcdir:-.}/tests/cli/serve.sh"

alternate() # LANGUAGE URL
{
	echo "<link rel=alternate hreflang=$1 href=\"$2\">"
}
# page LANGUAGE TEXT: as Hugo has it, the first page of three that does not name itself.
page()
{
	mkdir -p site/$1
	echo "<!doctype html><html lang=$1><title>Kettle, $1</title>"
	[ "$1" = en ] || alternate en https://t.example/en/kettle.html
	alternate de ../de/kettle.html
	alternate pt-BR https://t.example/pt/kettle.html#top
	alternate x-default https://t.example/
	echo "<main><h1>Kettle, $1</h1><p>samovar $2</p></main>"
}
page en 'boils water' >site-en
page de 'kocht Wasser, samovar und Wasserkocher' >site-de
page pt 'ferve' >site-pt
for language in en de pt; do
	mv site-$language site/$language/kettle.html
done
echo '<html lang=en><title>Other</title><p>Another samovar stands alone, it has no other language.' >site/other.html
cat >xapian-search.yaml <<-END
	site: {url: "https://t.example/"}
	sources: [{path: site}]
	index: {path: index, vectors: false}
	rerank: {enabled: false}
	search: {spelling: false}
END
# found QUESTION OPTION...: prints the pages' places, sorted.
found()
{
	question=$1
	shift
	"$XS" search --json "$@" "$question" >out || die "search ended with $?"
	grep -o '"url":"[^"]*","title' out | sed 's,.*example/\([^"]*\)".*,\1,' | sort | xargs
}
# expect PAGES QUESTION OPTION...
expect()
{
	pages=$1
	shift
	got=$(found "$@")
	[ "$got" = "$pages" ] || die "$*: found $got, expected $pages"
}

run 0 "$XS" index
expect 'de/kettle.html other.html' samovar -l de
expect 'en/kettle.html other.html' samovar -l 'fr, en-GB;q=0.8'
expect 'other.html pt/kettle.html' samovar -l pt-PT
has out '"language":"pt","versions":\[\{"language":"en","url":"https://t.example/en/kettle.html"\},\{"language":"de",'
lacks out 'x-default|#top'
has out '"pages":2[,}]'
# No language, one that no version has, and what is none at all.
for language in '' ja '*' ';;q=x,,de;q=' "$(printf '%3000s' en | tr ' ' ,)"; do
	[ "$(found samovar -l "$language" | wc -w)" = 2 ] || die "language $language: expected 2 pages"
done
# What was asked in a language, by words or by name, is not shown in another.
expect de/kettle.html Wasserkocher -l en
expect en/kettle.html 'Kettle, en' -l de
expect 'pt/kettle.html' samovar -l de -f lang:pt
run 0 "$XS" search -l de samovar
has out '^    pt-BR: https://t.example/pt/kettle.html'

# A browser says what is read; a parameter goes before it.  An answer that was kept is one for its language.
serve
get '/search?q=samovar' -H 'Accept-Language: de-AT,de;q=0.9,en;q=0.8'
is 200
has body 'de/kettle.html","title"'
get '/search?q=samovar' -H 'Accept-Language: pt'
has body 'pt/kettle.html","title"'
get '/search?q=samovar&language=en' -H 'Accept-Language: pt'
has body 'en/kettle.html","title"'
get '/?q=samovar&language=en'
has body '<a hreflang="de" lang="de" href="https://t.example/de/kettle.html">Deutsch</a>'
has body 'lang="pt-BR" href="https://t.example/pt/kettle.html">.*Brasil.*</a></p>'
has body 'name="language" value="en"'
stop_serve

# A version that goes, or names the others no more, stands for itself.
sed -i '/rel=alternate/d' site/de/kettle.html
run 0 "$XS" index
expect 'de/kettle.html other.html pt/kettle.html' samovar -l pt
