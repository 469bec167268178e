#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Facets, suggestions, similar pages, order by date, and pages of results that neither repeat nor lose.
. "${top_srcdir:-.}/tests/cli/lib.sh"

page() # PATH DATE AUTHOR TITLE TEXT
{
	printf '{"kind": "k1", "id": 12345678901234567, "url": "%s", "date": "%s", "author": %s, "lang": "en", "title": "%s", "text": "%s"}\n' "$@" >>pages.jsonl
}
page /guide/start.html 2023-05-01 '"Ann Lee"' 'Getting started' 'The kettle boils water for tea.'
page /guide/tea.html 2024-02-01 '["Ann Lee", "Bob"]' 'Tea: the basics' 'Green tea wants water below the boil; a kettle with a thermometer helps.'
page /news/recall.html 2024-03-01 '"Bob"' 'Recall of a kettle' 'One kettle is called back: its lid is loose when the water boils.'
page /index.html 2022-01-01 7 'Home' 'All about the kettle.'
page /secret/plan.html 2024-04-01 '"Zoe"' 'Tea plan Zanzibar' 'The secret kettle of Zanzibar boils water.'
cat >xapian-search.yaml <<'END'
site: {url: "https://kettle.example/"}
sources: [{path: pages.jsonl, type: jsonl}]
index: {path: index}
rerank: {enabled: false}
search: {facets: [type, section, lang, date, meta.author]}
END
run 0 "$XS" index
run 0 "$XS" search --facets kettle
has out '^section: guide \(2\), news \(1\), secret \(1\)$'
has out '^date: 2024 \(3\), 2023 \(1\), 2022 \(1\)$'
has out '^meta\.author: Ann Lee \(2\), Bob \(2\), 7 \(1\), Zoe \(1\)$'
# Within one year there are months.
run 0 "$XS" search --facets --json -f date:2024 kettle
has out '\{"value":"2024-03","filter":"date:2024-03","pages":1\}'
has out '\{"value":"Ann Lee","filter":"meta\.author:\\"Ann Lee\\"","pages":1\}'
run 0 "$XS" search 'kettle meta.author:"ann lee"'
has out '^1-2 of 2 pages'
run 0 "$XS" search kettle section:guide section:news
has out '^1-3 of 3 pages'
run 0 "$XS" search kettle meta.author:bob section:guide
has out '^1-1 of 1 page'
run 2 "$XS" search -f meta.price:7 kettle
has err 'meta\.price: pages are not indexed by that field'
run 2 "$XS" -o search.facets=colour search kettle
has err 'search\.facets has "colour"'
# A phrase counts as itself.
run 0 "$XS" search --facets '"secret kettle"'
has out '^section: secret \(1\)$'
# Another field is another index: it is made again from what is stored.
run 0 "$XS" -o search.facets='[section, meta.kind, meta.id]' index
run 0 "$XS" -o search.facets='[section, meta.kind, meta.id]' search --facets kettle
has out '^meta\.kind: k1 \(5\)$'
has out '^meta\.id: 12345678901234567 \(5\)$'
run 0 "$XS" index

run 0 "$XS" search --sort date kettle
[ "$(grep -o 'kettle\.example/[a-z]*/[a-z]*' out | head -1)" = kettle.example/secret/plan ] || die "newest first"
run 2 "$XS" search --sort colour kettle

run 0 "$XS" search --suggest TEA
[ "$(head -1 out)" = 'Tea plan Zanzibar' ] || [ "$(head -1 out)" = 'Tea: the basics' ] || die "a title that begins so"
run 0 "$XS" search --suggest --json 'the b'
has out '\{"text":"Tea: the basics","url":"https://kettle\.example/guide/tea\.html"'
run 0 "$XS" search --suggest 'gétt'
has out '^Getting started$'
run 1 "$XS" search --suggest xyzzy
run 1 "$XS" search --suggest ''
run 1 "$XS" search --suggest -f -section:secret zanz
run 0 "$XS" search --suggest -f -section:secret tea
lacks out Zanzibar
run 1 "$XS" search --suggest -f '"below the boil"' zanz

run 0 "$XS" search --similar https://kettle.example/guide/tea.html
has out 'guide/start'
lacks out 'guide/tea'
run 0 "$XS" search --similar --json -f section:guide https://kettle.example/guide/tea.html
has out '"url":"https://kettle\.example/guide/start\.html"'
lacks out 'secret'
run 1 "$XS" search --similar -f -section:secret https://kettle.example/secret/plan.html
run 1 "$XS" search --similar https://kettle.example/none.html

# Each page once, though those of the first page of results change and new ones come.
run 0 "$XS" search --json -n 2 kettle
grep -o '"url":"[^"]*"' out | sort -u >first
token=$(sed 's/.*"window":"\([^"]*\)".*/\1/' out)
sed -i '/recall/d' pages.jsonl
for i in 1 2 3; do
	page /new/$i.html 2024-05-0$i '"New"' "Kettle kettle kettle $i" 'kettle kettle kettle'
done
run 0 "$XS" index
for number in 2 3 4; do
	run 0 "$XS" search --json -n 2 --page $number --seen "$token" kettle
	grep -o '"url":"[^"]*"' out | sort -u >more
	[ -z "$(comm -12 first more)" ] || die "page $number repeats $(comm -12 first more)"
	sort -u first more >both
	mv both first
	token=$(sed 's/.*"window":"\([^"]*\)".*/\1/' out)
done
for url in guide/start guide/tea index secret/plan new/1 new/2 new/3; do
	grep -q "$url" first || die "$url was lost"
done
run 2 "$XS" search --seen "$token" tea
has err 'of another question'
run 2 "$XS" search --seen xx kettle
has err 'is damaged'
