#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What a key may not see is not told by facets, suggestions, similar pages, pages of results, warnings, or the
# questions of others.
. "${top_srcdir:-.}/tests/cli/serve.sh"

page() # PATH AUTHOR TITLE TEXT
{
	printf '{"url": "%s", "date": "2024-05-01", "author": "%s", "title": "%s", "text": "%s"}\n' "$@" >>pages.jsonl
}
for i in 1 2 3 4 5; do
	page "/open/$i.html" Ann "Kettle $i" "A kettle of the open kind, number $i."
done
page /vault/plan.html Zoe 'Zeppelin plan' 'A kettle for the zeppelin of captain Quillfeather.'
page /vault/more.html Zoe 'Zeppelin kettle' 'Another kettle for the zeppelin of captain Quillfeather.'
cat >xapian-search.yaml <<'END'
site: {url: "https://kettle.example/"}
sources: [{path: pages.jsonl, type: jsonl}]
index: {path: index}
rerank: {enabled: false}
search: {facets: [section, meta.author], suggest_after: 1}
serve: {keys: keys}
END
run 0 "$XS" index
run 0 "$XS" serve --make-key all
all=$(sed -n 1p out)
sed -n 2p out >keys
run 0 "$XS" serve --make-key open
open=$(sed -n 1p out)
sed -n 2p out | sed 's/}$/,"filters":["section:open"]}/' >>keys
serve

# asked PATH: as the narrow key; nothing of the vault is in the reply, whose question is left out.
asked()
{
	get "$1" -H "X-API-Key: $open"
	sed -e 's/"query":"[^"]*",//' -e 's/"url":"[^"]*","similar"//' -e 's/"filters":\[[^]]*\]//' -e 's/"error":"[^"]*"//' \
		body >told
	! grep -iE 'vault/|Quillfeather|Zoe|zeppelin (plan|kettle)' told >&2 || die "$1 tells of the vault"
}

# The wide key sees all, so there is something to hide.
get '/search?q=kettle&facets=on' -H "X-API-Key: $all"
has body '"value":"vault"'
has body '"results":7'
get '/suggest?q=zep' -H "X-API-Key: $all"
has body 'Zeppelin plan'
get '/similar?url=https://kettle.example/vault/plan.html' -H "X-API-Key: $all"
has body 'vault/more'
get '/search?q=zeppelin+zimmer' -H "X-API-Key: $all"
sleep 0.5

for path in '/search?q=kettle&facets=on' '/search?q=kettle+zeppelin&facets=on&filter=section:vault' \
	'/search?q=kettle&facets=meta.author&filter=meta.author:zoe' '/search?q=kettle&facets=on&filter=-section:open' \
	'/search?q=kettle+section:vault&facets=on' '/search?q=%22kettle+for+the+zeppelin%22&facets=on' \
	'/search?q=kettle&sort=date&n=100' '/search?q=kettle&n=3&page=3' '/search?q=kettle&n=3&page=2&window=AAAA' \
	'/search?q=%2Bzeppelin&explain=on' '/search?q=zeppelim' \
	'/suggest?q=zep' '/suggest?q=z' '/suggest?q=plan' '/suggest?q=zep&filter=section:vault' '/suggest?q=zep&filter=-section:open' \
	'/suggest?q=zeppelin&form=opensearch' '/suggest?q=quill' '/suggest?q=kettle+ze' \
	'/similar?url=https://kettle.example/open/1.html&n=50' '/similar?url=https://kettle.example/vault/plan.html' \
	'/similar?url=https://kettle.example/vault/plan.html&filter=section:vault'; do
	asked "$path"
done
asked '/search?q=kettle&facets=on'
has body '"results":5'
asked '/similar?url=https://kettle.example/vault/plan.html'
is 404

# A token of the wide key's results opens nothing.
get '/search?q=kettle&n=1' -H "X-API-Key: $all"
token=$(sed 's/.*"window":"\([^"]*\)".*/\1/' body)
for n in 1 2 3; do
	asked "/search?q=kettle&n=1&page=$n&window=$token"
done

# A word that only the vault has is told from one that nothing has by no word of the reply.
asked '/search?q=%2Bzeppelin+kettle'
sed -e 's/"[a-z_]*ms":[0-9.]*//g' -e 's/"window":"[^"]*"//' -e 's/"search":"[^"]*"//' told >first
asked '/search?q=%2Bxyzzy+kettle'
sed -e 's/"[a-z_]*ms":[0-9.]*//g' -e 's/"window":"[^"]*"//' -e 's/"search":"[^"]*"//' told >second
cmp -s first second || { diff first second >&2; die "the replies differ"; }

# The page, too, and with the key that a form brings; without one there is nothing.
asked '/?q=kettle'
has body 'of 5 pages'
asked '/?q=kettle&filter=section:vault'
get "/?q=kettle&key=$open"
is 200
has body "name=\"key\" value=\"$open\""
has body "sort=date&amp;key=$open"
for path in '/?q=kettle' /search?q=kettle '/suggest?q=ket' '/similar?url=https://kettle.example/open/1.html' /; do
	get "$path"
	is 401
	lacks body 'Kettle'
done
get '/click?s=0123456789abcdef&u=x' -X POST
is 401
stop_serve
