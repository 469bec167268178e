#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# model: what it is, its answers, its int8 form, its tokens.
. "${top_srcdir:-.}/tests/cli/lib.sh"
model=$top_srcdir/tests/data/golden/t32

run 0 "$XS" model info
has out '^layers +6$'
has out '^attention +window 4, no query_cls, no query_doc$'
run 0 "$XS" model info --json "$model"
has out '"layers":2'
has out '"tokenizer":false'
run 0 "$XS" model verify "$model"
has out 'sparse'
run 2 "$XS" model verify --tolerance 0 "$model"
run 0 "$XS" model quantize "$model" small
run 0 "$XS" model info --json small
has out '"stored":"I8"'
run 2 "$XS" model verify small "$model/golden.json"
run 0 "$XS" model verify --tolerance 0.2 small "$model/golden.json"
run 2 "$XS" model quantize nowhere other
[ ! -d other ] || die "a folder is left behind"
run 2 "$XS" model info nowhere
has err 'nowhere'
run 2 "$XS" model
run 2 "$XS" model frobnicate
has err 'none of info'
run 2 "$XS" model info a b

printf '"Hello, WORLD!"\n""\n"unaffable"\n' >texts
run 0 sh -c '"$XS" model tokens <texts'
printf '[7592, 1010, 2088, 999]\n[]\n[14477, 20961, 3468]\n' | cmp - out || die "wrong tokens"
run 2 sh -c 'echo hello | "$XS" model tokens'
has err 'line 1: '
run 2 sh -c 'echo \"a\" | "$XS" model tokens --model '"$model"

# Damaged files: cut short, nothing in it, no configuration.
cp -R "$model" broken && chmod -R u+w broken
head -c 1000 "$model/model.safetensors" >broken/model.safetensors
run 2 "$XS" model info broken
has err 'broken/model\.safetensors'
: >broken/model.safetensors
run 2 "$XS" model info broken
rm broken/config.json
run 2 "$XS" model info broken
has err 'config\.json'
