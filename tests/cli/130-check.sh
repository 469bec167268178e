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
echo 'rerank: {depth: much}' >bad.yaml
run 2 "$XS" -c bad.yaml check
