#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Index the sample site and ask it: order, JSON, explanation, pages of results, exit codes.
. "${top_srcdir:-.}/tests/cli/lib.sh"
site

run 1 "$XS" status
run 0 "$XS" index
run 0 "$XS" search how do I renew a certificate
has out '^ 1\. Certificates'
has out 'https://kettle\.example/certificates'
has out 'reranked'
lacks out $(printf '\033')
run 1 "$XS" search xyzzyplugh
has out 'Nothing was found'
run 0 "$XS" search --rerank off certificate
lacks out reranked
run 0 "$XS" search --explain certificate
has out 'bm25 [0-9.]+, rank before 1'
has out 'Meaning: the question is one word or a name, and pages have it'
run 0 "$XS" search --explain a certificate for my tests
has out 'bm25 [0-9.]+, cosine -?[0-9.]+, found by both, rank before 1'
has out 'logit -?[0-9.]+'
has out 'blend -?[0-9.]+'
has out '^retrieve +[0-9.]+'
run 0 "$XS" search --json certificate
has out '^\{"query":"certificate","hits":\[\{"url":"https://'
has out '"rerank":\{"status":"full"'
has out '<mark>'
has out '"logit":-?[0-9]'
[ "$(wc -l <out)" -eq 1 ] || die "JSON is one line"
run 0 "$XS" search --json --rerank off certificate
has out '"logit":null'
run 0 "$XS" search -n 1 --page 2 the file
has out '^ 2\. '
lacks out '^ 1\. '
run 1 "$XS" search -n 1 --page 1000 the file
run 0 "$XS" search --filter type:markdown file
lacks out 'html$'
# A model that cannot read questions costs the reranking, not the answer.
run 0 "$XS" -o rerank.model="$top_srcdir/tests/data/golden/t32" search certificate
has out '^ 1\. Certificates'
has out 'no vocabulary'
# What a page says cannot steer the terminal, and -- ends the options.
run 0 "$XS" search -- certificate -- -kettle
run 0 env NO_COLOR=1 "$XS" search certificate

printf 'certificate\n\nxyzzyplugh\ncompression of files\n' >questions.txt
run 0 "$XS" search --queries questions.txt
has out '^3 questions, 2 with results; p50 .* p95 .* p99 .* max '
run 0 "$XS" search --json --queries questions.txt
[ "$(wc -l <out)" -eq 4 ] || die "a line a question and one of times"
has out '^\{"questions":3,"found":2,"ms":\{"p50":'
run 0 sh -c '"$XS" search --queries - <questions.txt'
printf 'certificate\n+ - "\n' >questions.txt
run 2 "$XS" search --queries questions.txt
has out '^1 questions, 1 with results'
has out 'no words to search for'
run 2 "$XS" search --json --queries questions.txt
has out '^\{"query":"\+ - \\"","error":"the question has no words'
