#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# check and status: a line for each part, and the code of what is wrong.
. "${top_srcdir:-.}/tests/cli/lib.sh"
site

run 1 "$XS" check
has out '^configuration +ok'
has out '^stores +bad'
run 0 "$XS" index
run 0 "$XS" check
has out '^configuration +ok'
has out '^model +ok'
has out '^pipeline +ok'
has out '^stores +ok'
run 0 "$XS" check --json
has out '"stores":\{"ok":true'
run 0 "$XS" status
has out '^pages +4$'
run 0 "$XS" status --json
has out '"pages":4'
run 2 "$XS" -o rerank.model=nowhere check
has out '^model +bad'
run 2 "$XS" -o 'pipeline=[retrieve, parse]' check
has out '^pipeline +bad'
run 2 "$XS" -o 'sources=[{path: nowhere}]' check
has out '^configuration +bad'
run 0 "$XS" -o 'filters=[{include: ["*.a"], command: [sh, -c, cat]}, {include: ["*.b"], command: [/bin/sh]}]' check
for program in no-such-program ./site /bin/no-such; do
	run 2 "$XS" -o "filters=[{include: ['*.a'], command: [$program]}]" check
	has out "^configuration +bad +filters.command: there is no program $program that can be run"
done
echo 'rerank: {depth: much}' >bad.yaml
run 2 "$XS" -c bad.yaml check

# Values that are texts and mean nothing; each is told with its key or its file.
echo 'this is no json' >bad.keys
for value in listen=nonsense listen=127.0.0.1:99999 listen=host: listen=unix: listen=127.0.0.1:http \
	listen=::1:80 keys=missing.keys keys=bad.keys cors=example.org cors=https://example.org/ cors=ftp:// \
	cors=https://Example.org 'url=no url' proxies=300.1.2.3 proxies=proxy.example; do
	run 2 "$XS" -o "serve.$value" check
	has out "^configuration +bad +.*${value%%=*}.*(expected|there is no file)"
done
for value in site.url=kettle site.url=https:// 'site.url=javascript:alert(1)' index.language=klingon \
	index.language=zz index.language=en-US rerank.languages=qq; do
	run 2 "$XS" -o "$value" check
	has out "^configuration +bad +-o: ${value%%=*} is .*; expected"
done
run 2 "$XS" -o 'sources=[{path: site, url: no address}]' check
has out 'sources.url is "no address"; expected'
run 2 "$XS" -o 'sources=[{path: site, language: klingon}]' check
has out 'sources.language is klingon|"klingon"; expected'
for value in listen=[::1]:8080 listen=unix:socket listen=127.0.0.1:0 listen=localhost:80 listen=:8080 \
	cors=https://example.org cors=http://localhost:3000 'cors=*' url=https://t.example/search/ \
	proxies=10.0.0.1 proxies=unix proxies=::1; do
	run 0 "$XS" -o "serve.$value" check
done
for language in none german ja tlh; do
	run 0 "$XS" -o index.path=none -o index.language=$language index
	run 0 "$XS" -o index.path=none -o index.language=$language check
done
