#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The search page, /search, /suggest, /similar, clicks and the log of questions, by curl.
. "${top_srcdir:-.}/tests/cli/serve.sh"
site
printf '%s\n' '{"url": "javascript:alert(1)", "title": "Evil <script>alert(1)</script> kettle",
	"text": "<img src=x onerror=alert(2)> evil kettle & \"quotes\"", "author": "<b>Eve</b>"}' |
	tr -d '\n\t' >evil.jsonl
cat >xapian-search.yaml <<'END'
site: {name: "Kettle & <Co>", url: "https://kettle.example/"}
sources: [{path: site}, {path: evil.jsonl, type: jsonl}]
index: {path: index}
rerank: {budget_ms: 0}
search: {facets: [type, section, lang, date, meta.author], suggest_after: 2, results: 3}
END
run 0 "$XS" index
serve

# The page: nothing asked, results, nothing found, a wrong question.
get /
is 200
has head "^Content-Security-Policy: default-src 'none'"
has head '^Content-Type: text/html; charset=utf-8'
has body '<title>Kettle &amp; &lt;Co&gt;</title>'
has body '<form role="search"'
lacks body 'https?://'
get '/?q=renew+certificate'
is 200
has body '<h2><a href="https://kettle\.example/certificates[^"]*" ping="click\?s=[0-9a-f]{16}&amp;r=1&amp;u='
has body '<mark>'
has body '<table>'
get '/?q=xyzzyplugh'
is 200
has body 'Nothing was found'
get '/?q=a&filter=type:djvu'
is 400
has body 'role="alert"'
has body 'type:djvu is no type of page'
get '/?q=certifikate'
has body 'These are results for <a href="\?q=certificate">certificate</a>\.'
has body '1&ndash;1 of 1 page for <strong>certifikate'
get '/search?q=certifikate'
has body '"pages":1,.*"corrected":"certificate","corrected_shown":true'
get '/search?q=certifikate'
has head '^X-Answer: kept'
has body '"corrected_shown":true'
get '/?q=certifikate+kettle'
has body 'Did you mean <a href="\?q=certificate\+kettle">certificate kettle</a>\?'
get '/?q=kettle&rerank=off'
has body 'class="note" role="status">Not reranked'
get '/?q=the+file&sort=date'
has body 'By date'
get '/?q=the+file&filter=type:html'
has body '<li><a href="\?q=the\+file"><span class="hidden">Remove </span>type:html'
has body 'name="filter" value="type:html"'

# Nothing of a page or a question gets out of its text.
get '/?q=evil+kettle'
has body 'Evil &lt;script&gt;alert\(1\)&lt;/script&gt;'
lacks body '<script>alert'
lacks body '<img'
lacks body 'href="javascript'
get '/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E&filter=%22%3E%3Cb%3E&sort=date&n=2'
lacks body '<script>alert'
lacks body '<b>'
get '/?q=kettle&window=%22%3E%3Ci%3E&page=2'
has body 'may have been shown before, or be missing'
lacks body '<i>'

# Pages of results: each page once, in HTML and in JSON.
: >seen
get '/?q=the&rerank=off'
for page in 1 2 3; do
	sed -n 's/^<h2><a href="\([^"#]*\).*/\1/p' body | sort -u >these
	[ -z "$(comm -12 seen these | grep .)" ] || die "page $page repeats $(comm -12 seen these)"
	sort -u seen these >more && mv more seen
	next=$(sed -n 's/.*<li><a href="\([^"]*\)" rel="next".*/\1/p' body | sed 's/&amp;/\&/g')
	[ -n "$next" ] || break
	get "/$next"
	is 200
done
[ "$(wc -l <seen)" -ge 4 ] || die "pages of results: $(cat seen)"
get '/search?q=the&rerank=off&n=2&facets=section,type&explain=on'
is 200
has body '"facets":\[\{"name":"section"'
has body '"window":"A'
has body '"terms":\["the"\]'
token=$(sed 's/.*"window":"\([^"]*\)".*/\1/' body)
grep -o '"rank_before":1,' body >/dev/null || die "the first result"
get "/search?q=the&rerank=off&n=2&page=2&window=$token"
is 200
has body '"page":2'
lacks body 'may have been shown'
get "/search?q=kettle&rerank=off&n=2&page=2&window=$token"
is 200
has body 'may have been shown before, or be missing: .* of another question'
get '/search?q=the&facets=colour'
is 400
has body 'not among search.facets'
get '/search?q=the&sort=size'
is 400

get '/suggest?q=certi'
is 200
has body '\{"text":"Certificates","kind":"title","url":"https://kettle\.example/certificates'
get '/suggest?q=certi&form=opensearch'
has head '^Content-Type: application/x-suggestions\+json'
has body '^\["certi",\["Certificates"'
get '/suggest?q=certi&filter=type:text'
lacks body 'Certificates'
get /suggest
is 200
has body '"suggestions":\[\]'
get '/similar?url=https://kettle.example/certificates.md&n=2'
is 200
has body '"similar":\[\{"url":"https://kettle'
get '/similar?url=https://kettle.example/nowhere'
is 404
get /similar
is 400
get /opensearch.xml -H 'Host: "><evil'
lacks body 'evil'
get /opensearch.xml
is 200
has body '<ShortName>Kettle &amp; &lt;Co&gt;</ShortName>'
has body 'template="http://127\.0\.0\.1:[0-9]+/\?q=\{searchTerms\}"'
for file in assets/page.css assets/page.js assets/icon.svg xapian-search.js; do
	get /$file
	is 200
	has head '^ETag: '
	cmp -s body "$top_srcdir/serve/static/${file#assets/}" || die "$file is another"
	get /$file -H "If-None-Match: $(sed -n 's/^ETag: //p' head)"
	is 304
done
get /assets/../xapian-search.yaml --path-as-is
is 404

# The log: what was asked, chosen, asked in vain, and who may be told.
get '/search?q=Kettle+descaling&rerank=off'
has body '"search":"[0-9a-f]{16}"'
search=$(sed 's/.*"search":"\([^"]*\)".*/\1/' body)
get '/search?q=kettle+descaling&rerank=off'
page=https://kettle.example/performance.md
get "/click?s=$search&r=2&u=$page" -X POST
is 204
get "/click?s=12&r=2&u=$page" -X POST
is 400
get /click --data-urlencode "s=$search" --data-urlencode "u=$page" -d r=2
is 204
get /click -H 'Content-Type: application/json' -d "{\"s\": \"$search\", \"u\": \"$page\", \"r\": 2}"
is 204
get /click -d "s=$search&u=$page&r=2x"
is 400
get /click -H 'Content-Type: application/json' -d '{"s": 1}'
is 400
# Addresses that are not of the index are not noted.
get "/click?s=$search&r=2&u=https://other.example/a" -X POST
is 404
get /click --data-urlencode "s=$search" -d "u=https://other.example/b"
is 404
get "/click?s=$search&r=2&u=a"
is 405
sleep 0.5
get '/suggest?q=kettle+d'
has body '"text":"[Kk]ettle descaling","kind":"question"'
get '/suggest?q=kettle+d&filter=type:html'
lacks body '"kind":"question"'
stop_serve
run 0 "$XS" log
has out '[Kk]ettle descaling'
has out 'https://kettle\.example/performance\.md'
lacks out other.example
run 0 "$XS" log --json failing
has out '"query":"xyzzyplugh"'
run 0 "$XS" log --since 1h top
! grep -a '127\.0\.0\.1' index/queries.db || die "the log has an address"

# Off by one switch; and a log that cannot be written fails no search.
rm -f index/queries.db*
echo 'log: {queries: false}' >>xapian-search.yaml
serve
get '/search?q=certificate&rerank=off'
has body '"search":""'
stop_serve
[ ! -e index/queries.db ] || die "a log is kept"
mkdir index/queries.db
serve -o log.queries=true
get '/search?q=certificate&rerank=off'
is 200
get '/suggest?q=certi'
is 200
stop_serve
