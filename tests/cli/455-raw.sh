#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Heads that a proxy and we could read differently, as bytes: each is answered once, with 400, and the connection is
# closed, so that nothing behind it is taken for a request.
. "${top_srcdir:-.}/tests/cli/serve.sh"
RAW=$(dirname "$XS")/tests/cli/raw
[ -x "$RAW" ] || exit 99
site
run 0 "$XS" index
serve
port=${url##*:}
port=${port%/}

# raw FORMAT [PAUSE]: sends what printf makes of it.
raw()
{
	printf "$1" | "$RAW" "$port" ${2:-} >reply || die "raw ended with $?"
	status=$(sed -n '1s/^HTTP\/1\.1 \([0-9]*\).*/\1/p' reply | head -n 1)
	path=$1
	cp reply body
}

# bad FORMAT [STATUS [PAUSE]]: refused; what follows it is never answered.
bad()
{
	raw "$1$follow" ${3:-}
	is "${2:-400}"
	[ "$(grep -c '^HTTP/1' reply)" -eq 1 ] || { cat reply >&2; die "more than one reply: $1"; }
	[ "$(tail -n 1 reply)" = closed ] || die "left open: $1"
}

follow='GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n'
body='{"query":"a","documents":["b"]}'
post='POST /v1/rerank HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
get='GET /healthz HTTP/1.1\r\nHost: x\r\n'

# How long the body is.
bad "${post}Content-Length: 31\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
has reply 'both Content-Length and Transfer-Encoding'
bad "${post}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"
bad "${post}Content-Length: 31\r\nContent-Length: 5\r\n\r\n$body"
has reply 'more than one Content-Length'
bad "${post}Content-Length: 31\r\ncontent-length: 31\r\n\r\n$body"
for length in '31, 5' +31 -1 0x1f '3 1' '' 99999999999999999999; do
	bad "${post}Content-Length: $length\r\n\r\n$body"
	has reply 'Content-Length: expected a number'
done
bad "POST /v1/rerank HTTP/1.1\r\n--\nHost: x\r\n--\nContent-Length: +31\r\n--\n\r\n" 400 50
bad "${post}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"
bad "${post}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"
bad "${post}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
bad "${post}Transfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n"
bad 'POST /v1/rerank HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'
bad "${post}Transfer-Encoding: chunked\r\n\r\nzz\r\n"
bad "${post}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n" 413

# For whom it is.
bad 'GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n'
bad 'GET /healthz HTTP/1.1\r\nHost: x\r\nhost: x\r\n\r\n'
bad 'GET /healthz HTTP/1.1\r\nAccept: x\r\n\r\n'
bad 'GET /healthz HTTP/1.1\r\n\r\n'
has reply 'no Host'

# Names, ends of lines, NULs.
bad "${post}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"
has reply "a header's name has a character"
bad "${post}Content-Length\t: 3\r\n\r\nabc"
bad 'GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n'
bad "${get}: empty\r\n\r\n"
bad "${get}no colon here\r\n\r\n"
bad "${get}X-A: a\r\n folded\r\n\r\n"
bad "${get}X-A: a\r\n folded\r\n--\nX-B: b\r\n\r\n" 400 50
bad 'GET /healthz HTTP/1.1\nHost: x\n\n'
has reply 'does not end in CRLF'
bad 'GET /healthz HTTP/1.1\r\nHost: x\nX-A: b\r\n\r\n'
bad "${get}X-A: b\r\n\n"
bad "${get}X-A: b\n\r\n"
bad 'GET /healthz HTTP/1.1\nHost: x\r\n\r\n'
bad "${get}X-A: b\000c\r\n\r\n"
bad "${get}X-A: b\000c\r\nX-B: d\r\n\r\n"
bad "${get}X\000A: b\r\n\r\n"
bad "${get}X-A: b\rc\r\n\r\n"
bad 'GET /he\000althz HTTP/1.1\r\nHost: x\r\n\r\n'
bad 'GET /he\talthz HTTP/1.1\r\nHost: x\r\n\r\n'
bad 'GET  /healthz HTTP/1.1\r\nHost: x\r\n\r\n'
bad 'GET /healthz  HTTP/1.1\r\nHost: x\r\n\r\n'
bad 'GET /heal thz HTTP/1.1\r\nHost: x\r\n\r\n'
bad 'GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n' 505

# Heads that are too long.
long=$(head -c 70000 /dev/zero | tr '\0' a)
follow=
bad "${get}X-A: $long\r\n\r\n" 431
bad "${get}$(awk 'BEGIN { for (i = 0; i < 5000; i++) printf "X-%d: vvvvvvvvvvvvvvvvvvvv\\r\\n", i }')\r\n" 431
bad "GET /$long HTTP/1.1\r\nHost: x\r\n\r\n" 414

# What is right goes on: two requests at once, in pieces, many headers, blanks around a value, and bodies.
right()
{
	raw "$1" ${3:-}
	[ "$(grep -o 'HTTP/1\.1 200' reply | wc -l)" -eq "$2" ] || { cat reply >&2; die "not answered: $1"; }
}
right "$get\r\n$get\r\n" 2
right "\r\n$get\r\n" 1
right "GET /healthz HTTP/1.1\r\n--\nHost: x\r\n--\nX-A:b\r\n--\n\r\n$get\r\n" 2 50
right "${get}X-A:   b  \t \r\nX-B:\r\nCookie: a=b; c=\"d\"\r\n\r\n" 1
right "${get}X-A: $(echo "$long" | cut -c 1-6000)\r\nX-B: $(echo "$long" | cut -c 1-1000)\r\n\r\n" 1
right "$get$(awk 'BEGIN { for (i = 0; i < 60; i++) printf "X-%d: vvvvvvvvvvvvvvvvvvvv\\r\\n", i }')\r\n" 1
right 'GET /healthz?a=b&c=%%20d HTTP/1.1\r\nHost: x\r\n\r\n' 1
right 'GET /%%68ealthz HTTP/1.1\r\nHost: x\r\n\r\n' 1
right 'GET /healthz HTTP/1.0\r\n\r\n' 1
right "${post}Content-Length: 31\r\n\r\n$body$get\r\n" 2
right "${post}Transfer-Encoding: Chunked\r\n\r\n1f\r\n$body\r\n0\r\n\r\n$get\r\n" 2
stop_serve
