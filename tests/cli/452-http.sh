#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Paths with other names, errors in the form of each dialect, types of bodies, what caches and browsers are told,
# and who needs a key.
. "${top_srcdir:-.}/tests/cli/serve.sh"
site
run 0 "$XS" index
serve -o serve.cors=https://shop.example
json='Content-Type: application/json'
origin='Origin: https://shop.example'
body='{"query": "renew a certificate", "documents": ["Prices.", "A certificate is renewed."]}'

# Names that other servers have, and slashes of a base address.
for path in /reranking /v1/reranking /v1/rerank/ //v1/rerank /v1//rerank// /rerank/ //reranking; do
	get "/$path" -H "$json" -d "$body"
	is 200
	has body '"results":\[\{"index":1,'
done
for path in /v1/rerankx /v1/re/rank /v1/rerank/x /x/v1/rerank; do
	get $path -H "$json" -d "$body"
	is 404
done
get //healthz/
is 200
get //
is 200
has head '^Content-Type: text/html'

# Errors: CORS, the dialect's fields, Allow.
error()
{
	is "$1"
	has head '^Access-Control-Allow-Origin: https://shop\.example$'
	has head '^Vary: .*Origin'
	has body "$2"
}
get /v1/rerank -H "$origin"
error 405 '"message":".*","detail":".*"'
has head '^Allow: POST, OPTIONS$'
get /v2/rerank/ -H "$origin" -X PUT
error 405 '"detail":'
get /rerank -H "$origin"
error 405 '"error":".*","error_type":'
get /search -H "$origin" -X DELETE
error 405 '"error":'
has head '^Allow: GET, HEAD, OPTIONS$'
get /v1/nothing -H "$origin"
error 404 '"message":".*","detail":'
get /nothing -H "$origin"
error 404 '"error":'
get /search -H "$origin"
error 400 'the question is missing'
get /v1/rerank -H "$origin" -H "$json" -d '{'
error 400 '"detail":'
get '/search?q=%ff' -H "$origin"
error 400 'not UTF-8'
for path in '/%00' '/healthz%00' '/search%00?q=a' '/v1/rerank%00x'; do
	get "$path" -H "$origin"
	error 404 'there is nothing at'
done
get '/search?q=a%00' -H "$origin"
error 400 'not UTF-8'

# What may be kept, and for whom.
get '/search?q=kettle'
has head '^Cache-Control: private, no-store$'
has head '^Vary: Origin$'
lacks head '^Access-Control'
get '/search?q=kettle' -H 'Origin: https://other.example'
lacks head '^Access-Control'
get /assets/icon.svg
has head '^Cache-Control: public'

# Types that a browser sends without asking us are refused to it; JSON of any kind is well.
for type in text/plain multipart/form-data application/x-www-form-urlencoded ''; do
	get /v1/rerank -H "Origin: https://other.example" -H "Content-Type: $type" -d "$body"
	is 415
	has body 'expected application/json'
	has body '"detail"'
done
get /rerank -H 'Sec-Fetch-Site: cross-site' -d "$body"
is 415
get /rerank -H 'Content-Type: text/plain' -d "$body"
is 415
get /rerank -d "$body"
is 200
for type in 'application/json; charset=utf-8' application/vnd.api+json APPLICATION/JSON; do
	get /v1/rerank -H "$origin" -H "Content-Type: $type" -d "$body"
	is 200
done
stop_serve

# Keys: 401 is for who may come back with one.
run 0 "$XS" serve --make-key shop
secret=$(sed -n 1p out)
sed -n 2p out >keys
echo '{"anonymous": true, "rerank": false}' >>keys
run 0 "$XS" serve --make-key weak
weak=$(sed -n 1p out)
sed -n '2s/}$/,"rerank":false}/p' out >>keys
serve -o serve.keys=keys
basic="Authorization: Basic $(printf u:p | od -An -tx1 | tr -d ' \n')"
get '/search?q=kettle'
is 200
has head '^Vary: Origin, Authorization, X-API-Key$'
get '/search?q=kettle' -H "$basic"
is 200
get /v1/rerank -H "$json" -d "$body"
is 401
has head '^WWW-Authenticate: Bearer'
has body '"detail":"an API key is needed'
get /v1/rerank -H "$basic" -H "$json" -d "$body"
is 401
get /v1/rerank -H "$basic" -H "X-API-Key: $secret" -H "$json" -d "$body"
is 200
get /v1/rerank -H "Authorization: Bearer $weak" -H "$json" -d "$body"
is 403
get '/search?q=kettle' -H 'Authorization: Bearer wrong'
is 401
get /metrics
is 401
stop_serve
