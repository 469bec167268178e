#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Texts that are blank, missing, or have what is no character, in each dialect of the rerank API and by the
# command.
. "${top_srcdir:-.}/tests/cli/serve.sh"
site
serve
json='Content-Type: application/json'

# order PLACE...: the results of the last reply are these, in this order.
order()
{
	found=$(grep -o '"index":[0-9]*' body | cut -d : -f 2 | tr '\n' ' ')
	[ "$found" = "$* " ] || die "$path: the order is $found, expected $*: $(cat body)"
}

# Blank: nothing, blanks of any kind, signs.  They come last in the order in which they came, with the
# score 0, and are marked.
blank='["", "Zebras graze in herds.", "  \u00a0\u3000", "Descale the kettle with vinegar.", "\u200b", "-- *** |"]'
question='"query": "how to descale a kettle"'
for version in 1 2; do
	get /v$version/rerank -H "$json" -d "{\"model\": \"default\", $question, \"documents\": $blank}"
	is 200
	order 3 1 0 2 4 5
	has body '"index":1,"relevance_score":0\.[0-9]+\},\{"index":0,"relevance_score":0\.0,"empty":true'
	has body '"warnings":\["4 of 6 texts are empty"\]'
done
get /v2/rerank -H "$json" -d "{\"model\": \"default\", $question, \"documents\": [\"\", \"Zebras.\"], \"top_n\": 1}"
order 1
lacks body empty.:
get /v2/rerank -H "$json" -d "{\"model\": \"default\", $question, \"documents\": [\"\", \" \", null]}"
is 200
order 0 1 2
get /rerank -H "$json" -d "{$question, \"texts\": $blank, \"raw_scores\": true, \"return_text\": true}"
is 200
order 3 1 0 2 4 5
has body '"index":0,"score":-1(000000000\.0|e9),"empty":true,"text":""'
has head '^X-Warning: 4 of 6 texts are empty'
get /rerank -H "$json" -d "{$question, \"texts\": [null, \"Zebras.\"]}"
is 200
order 1 0
# A picture may be all that a text says.
get /rerank -H "$json" -d "{$question, \"texts\": [\"\\u2615\"]}"
lacks body empty

# Objects that lack the fields, or have them blank.
objects='[{"body": "descale the kettle"}, {"title": "Zebras"}, {"title": " "}, {"title": null}, {}]'
get /v1/rerank -H "$json" -d "{$question, \"documents\": $objects, \"rank_fields\": [\"title\"]}"
is 200
order 1 0 2 3 4
get /v1/rerank -H "$json" -d "{$question, \"documents\": [{\"title\": \"a\"}, {\"text\": \"Zebras\"}]}"
is 200
order 1 0

# A NUL and halves of surrogate pairs, in texts, keys and the question; a whole pair and what only looks like
# an escape stay.
get /v1/rerank -H "$json" -d '{"query": "ket\u0000tle \udc00", "documents": ["a\u0000", "\ud83d", {"te\u0000xt": 1,
	"text": "\ude00\ud83d kettle"}, "\uD83D\uDE00", "\\u0000 \\ud83d"], "return_documents": true}'
is 200
has body '"text":"a�"'
has body '"text":"��? kettle"|"text":"�� kettle"'
has body '"text":"😀"'
has body '"text":"\\\\u0000 \\\\ud83d"'
get /rerank -H "$json" -d '{"query": "kettle", "texts": ["descale the \u0000kettle", "\ud83d"]}'
is 200
order 0 1
printf '{"query": "kettle", "documents": ["a \377", "b"]}' >bad
get /v1/rerank -H "$json" --data-binary @bad
is 400
has body 'the body is not UTF-8'
get /v1/rerank -H "$json" -d '{"query": "a", "documents": ["\u12"]}'
is 400
get /v1/rerank -H "$json" -d '{"query": "a", "documents": ["\'
is 400
stop_serve

# The command.
printf '%s\n' '{"query": "descale a kettle \ud83d", "texts": ["", "zebras\u0000", null, "vinegar descales it", []]}' |
	"$XS" rerank >out 2>err || die rerank
has out '^\{"results":\[\{"index":0,"empty":true,"logit":-1(000000000\.0|e9),"score":0.0,'
has out '"index":1,"logit":-?[0-9]'
has out '"index":2,"empty":true'
has out '"index":4,"empty":true'
printf '%s\n' '[{"a": "kettle", "b": " "}, {"a": " ", "b": "kettle"}]' |
	"$XS" rerank --task pair --symmetric --threshold -50 >out 2>err || die pairs
has out '^\[\{"empty":true,"logit":-1(000000000\.0|e9).*"match":false\},\{"empty":true.*"match":false\}\]'
