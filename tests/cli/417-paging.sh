#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Pages of results: how many there are, that the links reach all, and that a page that is asked for again is the same
# however much time the reranker has.
. "${top_srcdir:-.}/tests/cli/serve.sh"
awk 'BEGIN { for (i = 1; i <= 75; i++) {
	text = ""
	for (k = 0; k < i % 7; k++)
		text = text " Water boils in the kettle, and steam rises from part " i + k "."
	printf "{\"url\": \"https://k.example/%d\", \"title\": \"Part %d\", \"text\": \"A kettle is number %d.%s\"}\n",
		i, i, i, text
} }' >pages.jsonl
cat >xapian-search.yaml <<'END'
site: {name: K, url: "https://k.example/"}
sources: [{path: pages.jsonl}]
index: {path: index}
search: {facets: [type]}
rerank: {budget_ms: 0}
END
run 0 "$XS" index

# hits: the addresses of the last reply, in their order.
hits()
{
	grep -o '"url":"https://k\.example/[0-9]*"' body
}
window()
{
	sed 's/.*"window":"\([^"]*\)".*/\1/' body
}

# The number is that of all, and all are reached, with and without reranking and facets.
serve -o serve.keep_answers=0
for how in 'rerank=off' 'rerank=off&facets=on' 'rerank=on'; do
	: >all
	token=
	for page in 1 2 3 4 5 6 7 8; do
		get "/search?q=kettle&n=10&page=$page&window=$token&$how"
		is 200
		has body '"pages":75,'
		hits >>all
		token=$(window)
	done
	[ "$(wc -l <all)" -eq 75 ] || die "$how: $(wc -l <all) results"
	[ "$(sort -u all | wc -l)" -eq 75 ] || die "$how: a result comes twice"
	get "/search?q=kettle&n=10&page=9&$how"
	has body '"hits":\[\]'
done
run 0 "$XS" search -r off --json kettle
has out '"pages":75,'
run 0 "$XS" search -r off --json 'part 7'
get '/?q=kettle'
has body '1&ndash;10 of 75 pages for'
get '/?q=kettle&page=8'
has body '71&ndash;75 of 75 pages for'
lacks body 'rel="next"'
stop_serve

# First there is time to score all, then for next to none: what was shown stays.
serve -o serve.keep_answers=0
get '/search?q=kettle+steam&n=10'
hits >first
one=$(window)
get "/search?q=kettle+steam&n=10&page=2&window=$one"
hits >second
two=$(window)
get '/search?q=kettle+steam&n=10&rerank=off'
hits >plain
! cmp -s first plain || die "the reranker changes nothing here"
stop_serve
serve -o serve.keep_answers=0 -o rerank.enabled=false
get "/search?q=kettle+steam&n=10&page=2&window=$one"
hits | cmp - second || die "page 2 is another one when it is loaded again"
get "/search?q=kettle+steam&n=10&page=2&window=$two"
hits | cmp - second || die "page 2 is another one from page 3"
get "/search?q=kettle+steam&n=10&page=1&window=$two"
hits | cmp - first || die "page 1 is another one from page 2"
stop_serve
# An answer that is kept is of its own window.
serve -o rerank.enabled=false
get '/search?q=kettle+steam&n=10'
hits | cmp - plain || die "without a window"
get "/search?q=kettle+steam&n=10&page=1&window=$one"
hits | cmp - first || die "with a window, beside a kept answer without"
stop_serve
