#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Wrong options, wrong files, no index: a sentence and the right code.
. "${top_srcdir:-.}/tests/cli/lib.sh"
site

run 2 "$XS" search
has err 'question is missing'
run 2 "$XS" search -n 0 x
has err 'whole number from 1 to'
run 2 "$XS" search --rerank maybe x
has err 'on or off'
run 2 "$XS" search --depth many x
has err 'rerank\.depth'
run 2 "$XS" search --queries nowhere.txt
has err 'nowhere\.txt: No such file'
run 2 "$XS" search --queries q x
run 2 "$XS" -c nowhere.yaml search x
has err 'nowhere\.yaml'
run 2 "$XS" -o nonsense search x
has err 'KEY=VALUE'
run 2 "$XS" -o rerank.dept=3 search x
has err 'rerank\.depth'
echo 'rerank: {depth: much}' >bad.yaml
run 2 "$XS" -c bad.yaml search x
has err 'bad\.yaml:1:'
# Not indexed yet.
"$XS" search x >out 2>err
[ $? -eq 2 ] || die "no index: expected 2"
has err '[Ii]ndex'
run 0 "$XS" index
: >empty.txt
run 2 "$XS" search --queries empty.txt
has err 'no question'
run 0 "$XS" search --rerank off "$(yes certificate | head -10000 | tr '\n' ' ')"
"$XS" search '+ - ""' >out 2>err
code=$?
[ $code -eq 1 ] || [ $code -eq 2 ] || die "a question of operators alone: $code"
# A model that is not there does not keep the search from answering.
run 0 "$XS" -o rerank.model=nowhere search certificate
has out 'reranking skipped'
