#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# API keys: strangers, sites, filters that no request can remove, rates, reranking; other origins; addresses.
. "${top_srcdir:-.}/tests/cli/serve.sh"
site
mkdir vault
cat >vault/plan.md <<-'END'
	# Zeppelin plan
	The zeppelin certificate is renewed in secret; its captain is Quillfeather.
END
cat >xapian-search.yaml <<-'END'
	sources:
	  - {path: site, url: "https://kettle.example/"}
	  - {path: vault, url: "https://vault.example/"}
	index: {path: index}
	rerank: {budget_ms: 0}
	serve: {keys: keys, cors: ["https://shop.example"], access_log: access.log}
END
run 0 "$XS" index
run 2 "$XS" serve --make-key ''
has err "a key's name"

# make_key NAME FIELDS: a key in $key, its line in the file.
make_key()
{
	run 0 "$XS" serve --make-key "$1"
	key=$(sed -n 1p out)
	[ ${#key} -gt 40 ] || die "the key $key is short"
	sed -n 2p out | sed "s/}\$/$2}/" >>keys
	! grep -q "$key" keys || die "the key itself is in its line"
}
: >keys
make_key all ',"metrics":true'
all=$key
make_key open ',"sites":["kettle.example"]'
open=$key
make_key html ',"filters":["type:html"],"rerank":false'
html=$key
make_key slow ',"rate":0.01'
slow=$key
make_key scores ',"search":false'
scores=$key
serve

# Without a key, or with a wrong one, there is nothing; but the process tells that it lives.
for path in '/search?q=certificate' /metrics /info /v1/models '/search?q=certificate&key=xs_0'; do
	get "$path"
	is 401
	has head '^WWW-Authenticate: Bearer'
	lacks body 'Certificates'
done
get /rerank -d '{"query":"a","texts":["b"]}'
is 401
has body '"error_type":"Unauthorized"'
get /v2/rerank -H 'Authorization: Bearer nothing' -d '{}'
is 401
has body '"message":"the API key is not known here"'
get /healthz
is 200
get '/search?q=zeppelin' -H "Authorization: Bearer $all"
is 200
has body 'Quillfeather'
get '/search?q=zeppelin' -H "X-API-Key: $all"
has body 'Quillfeather'
get "/search?q=zeppelin&key=$all"
has body 'Quillfeather'
get /metrics -H "Authorization: Bearer $all"
is 200
get /metrics -H "Authorization: Bearer $open"
is 403

# What a key may not see, no question brings up.
for q in zeppelin 'certificate' '%22zeppelin+plan%22' 'certificate+site:vault.example' 'site:vault.example' \
	'certificate+OR+site:vault.example' '%2Bzeppelin' 'certificate+-site:kettle.example' 'title:zeppelin' \
	'zeppelin+site:kettle.example+site:vault.example' 'certificate%29+OR+%28zeppelin' 'path:/plan.md' \
	'certificate&filter=site:vault.example' 'zeppelin&filter=' 'zeppelin&filter=site:kettle.example+site:vault.example' \
	'zeppelin&key=x' 'certificate&page=2' 'certificate&n=100' 'zepelin' 'quillfether' 'certificate&filters=' \
	'certificate&site=vault.example' 'zeppelin&rerank=off' 'zeppelin&explain=1' 'date:2020..2030+zeppelin'; do
	get "/search?q=$q" -H "Authorization: Bearer $open"
	sed -i 's/"query":"[^,]*",//' body # the question itself
	lacks body 'vault\.example/|Quillfeather|secret|zeppelin plan|Zeppelin'
	lacks body '"corrected":"'
done
get '/search?q=certificate' -H "Authorization: Bearer $open"
has body '"title":"Certificates"'
get '/search?q=certificate' -H "Authorization: Bearer $html"
is 200
lacks body '"type":"markdown"'
has body '"reason":"the key does not allow reranking"'
get '/search?q=certificate+type:markdown' -H "Authorization: Bearer $html"
lacks body '"type":"markdown"'
get /v2/rerank -H "Authorization: Bearer $html" -d '{"model":"default","query":"a","documents":["b"]}'
is 403
has body '"message":"the key html does not allow /v2/rerank"'
get '/search?q=certificate' -H "Authorization: Bearer $scores"
is 403
get /v2/rerank -H "Authorization: Bearer $scores" -d '{"model":"default","query":"a","documents":["b"]}'
is 200

# A rate.
get '/search?q=certificate' -H "Authorization: Bearer $slow"
is 200
get '/search?q=certificate' -H "Authorization: Bearer $slow"
is 429
has head '^Retry-After: [0-9]+'

# Browsers of other sites.
get '/search?q=certificate' -H "Authorization: Bearer $all" -H 'Origin: https://shop.example'
has head '^Access-Control-Allow-Origin: https://shop.example$'
get '/search?q=certificate' -H "Authorization: Bearer $all" -H 'Origin: https://evil.example'
lacks head '^Access-Control-Allow-Origin'
get /search -X OPTIONS -H 'Origin: https://shop.example' -H 'Access-Control-Request-Method: GET'
is 204
has head '^Access-Control-Allow-Headers: .*Authorization'
get /search -X OPTIONS -H 'Origin: https://evil.example'
lacks head '^Access-Control-Allow'

# The log knows keys by name and has neither secrets, questions nor addresses.
has access.log '"path":"/search","status":200.*"key":"all"'
has access.log '"status":401'
lacks access.log 'zeppelin|127\.0\.0\.1|xs_'

# A stranger with a name of its own; the log is opened anew; wrong keys leave the old ones.
echo '{"anonymous": true, "sites": ["kettle.example"], "rate": 100}' >>keys
mv access.log access.old
kill -HUP "$server"
wait_for 'was read again' log
get '/search?q=certificate'
is 200
get '/search?q=zeppelin'
lacks body 'Quillfeather'
[ -s access.log ] || die "the log was not opened anew"
cp keys keys.good
for line in '{"name": "x"}' '{"name": "x", "hash": "sha256:00"}' 'x' '{"name": "all", "hash": "sha256:'"$(printf '%064d' 0)"'"}' \
	'{"anonymous": true, "filters": ["date:x"]}' '{"anonymous": true, "sites": []}' '{"anonymous": true, "colour": 1}' \
	'{"anonymous": true, "filters": [" "]}'; do
	: >log
	{ grep -v anonymous keys.good; echo "$line"; } >keys
	kill -HUP "$server"
	wait_for 'keys:6: ' log
done
get '/search?q=certificate'
is 200
stop_serve
rm keys
run 2 "$XS" serve -l 127.0.0.1:0
has err 'serve.keys: there is no file'

# Behind a proxy, the client is who the proxy says; else not.
: >access.log
serve -o serve.keys= -o serve.log_addresses=true -o 'serve.proxies=[127.0.0.1]' -o serve.rate=0.01
get '/search?q=a' -H 'X-Forwarded-For: 192.0.2.7, 198.51.100.1'
is 200
get '/search?q=a' -H 'X-Forwarded-For: 192.0.2.8, 198.51.100.1'
is 429
get '/search?q=a' -H 'X-Forwarded-For: 192.0.2.8'
is 200
has access.log '"address":"198\.51\.100\.1"'
lacks access.log '192\.0\.2\.7'
stop_serve
