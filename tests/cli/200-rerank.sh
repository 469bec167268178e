#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# rerank: JSON lines, bad ones among good ones, the same bits whatever the threads; a TREC run.
. "${top_srcdir:-.}/tests/cli/lib.sh"

cat >good.jsonl <<'END'
{"query": "how do I reset my password", "texts": ["Prices of the plans", "To reset your password, open Settings."]}

{"query": [2129, 2079, 1045], "texts": [[2000, 25141], "text", []]}
{"query": "", "texts": []}
END
run 0 sh -c '"$XS" rerank <good.jsonl'
[ "$(wc -l <out)" -eq 3 ] || die "a line for each"
has out '^\{"results":\[\{"index":0,"logit":-?[0-9.]+(e-?[0-9]+)?,"score":[0-9.e-]+,"tokens":4,"tokens_scored":4,"truncated":false,"best_window":0\},\{"index":1'
has out '"model":"default","ms":'
sed 's/"ms":[0-9.]*//' out >one
run 0 sh -c '"$XS" rerank --threads 1 <good.jsonl'
sed 's/"ms":[0-9.]*//' out | cmp - one || die "threads change scores"
run 0 sh -c '"$XS" rerank --threads 3 <good.jsonl'
sed 's/"ms":[0-9.]*//' out | cmp - one || die "threads change scores"
for option in '--pattern full' '--window none' '--window 0' '--query-doc on' '--doc-cls off'; do
	run 0 sh -c "\"\$XS\" rerank $option <good.jsonl"
	sed 's/"ms":[0-9.]*//' out | cmp -s - one && die "$option changes nothing"
done

# A model without a vocabulary scores token ids; the number is from tests/data/golden/t32/golden.json.
echo '{"query": [13, 212], "texts": [[274, 109, 260]]}' >ids.jsonl
run 0 sh -c '"$XS" rerank --precision f32 --model "$top_srcdir/tests/data/golden/t32" --pattern full --window 1 <ids.jsonl'
has out '"logit":-0\.52(15[89]|16)'
run 2 sh -c 'head -1 good.jsonl | "$XS" rerank --model "$top_srcdir/tests/data/golden/t32"'
has out 'no vocabulary'

# Every mix of ids and texts, as ranking and as pairs.  Without a vocabulary the texts say that they
# cannot be read, and the ids beside them are scored; what is empty needs none.
cat >mix.jsonl <<'END'
{"query": [5, 6], "texts": ["hello"]}
{"query": [5, 6], "texts": [[7, 8], "hello", ""]}
{"query": "hello", "texts": [[7, 8], "hello"]}
{"query": [5, 6], "texts": [[], "", [7]]}
END
run 0 sh -c '"$XS" rerank <mix.jsonl'
[ "$(grep -o '"logit"' out | wc -l)" -eq 9 ] || die "a score for each"
run 2 sh -c '"$XS" rerank --model "$top_srcdir/tests/data/golden/t32" <mix.jsonl'
[ "$(wc -l <out)" -eq 4 ] || die "a line for each"
[ "$(grep -o '"logit"' out | wc -l)" -eq 5 ] || die "a score for each list of ids"
has out '^\{"results":\[\{"index":0,"error":"the model has no vocabulary: it can score token ids alone"\}\]'
has out '^\{"error":"line 3: model t32 has no vocabulary'
cat >mix.jsonl <<'END'
[[5, 6], "hello"]
["hello", [5, 6]]
{"a": [5, 6], "b": [7, 8]}
END
run 0 sh -c '"$XS" rerank --task pair --symmetric <mix.jsonl'
[ "$(grep -c '"logit"' out)" -eq 3 ] || die "a score for each pair"
run 2 sh -c '"$XS" rerank --task pair --model "$top_srcdir/tests/data/golden/t32" <mix.jsonl'
[ "$(grep -c '"logit"' out)" -eq 1 ] || die "a score for the pair of ids"
[ "$(grep -c 'no vocabulary' out)" -eq 2 ] || die "the others say why not"

cat >bad.jsonl <<'END'
{"query": "a", "texts": ["b"]}
{"query": "a", "texts": "b"}
{"query": "a"
{"query": "a", "texts": [1]}
{"query": "a", "texts": [[1.5]]}
{"query": "a", "texts": [[1, 99999999], "b"]}
{"texts": ["b"]}
[]
{"query": "a", "texts": ["b"]}
END
printf '{"query": "a\377", "texts": ["b"]}\n' >>bad.jsonl
run 2 sh -c '"$XS" rerank <bad.jsonl'
[ "$(wc -l <out)" -eq 10 ] || die "a line for each"
has out '^\{"error":"line 2: '
has out '^\{"error":"line 3: '
has out '^\{"error":"line 10: '
[ "$(grep -c '"logit"' out)" -eq 3 ] || die "the good lines are answered"
run 2 "$XS" rerank --window 3.5
has err 'rerank\.window'
run 2 "$XS" rerank --model nowhere
has err 'nowhere'
run 2 "$XS" rerank text
run 2 "$XS" rerank --run x

# A long text: the answer at its end is found in the last window, and all of it is read at once where
# the positions are stretched.
filler=$(i=0; while [ $i -lt 150 ]; do printf 'People walk along the river near old houses. '; i=$((i + 1)); done)
answer='Water boils at 90 degrees on a mountain of 3000 metres.'
printf '{"query": "at which temperature does water boil on a mountain?", "texts": ["%s", "%s %s"]}\n' \
	"$filler" "$filler" "$answer" >long.jsonl
run 0 sh -c '"$XS" rerank <long.jsonl'
has out '^\{"results":\[\{"index":0,"logit":-[3-9].*"tokens":1350,"tokens_scored":1350,"truncated":false,'
has out '"index":1,"logit":-?[0-2]\..*"tokens":1363,"tokens_scored":1363,"truncated":false,"best_window":3\}'
run 0 sh -c '"$XS" rerank --overlong first <long.jsonl'
has out '"index":1,"logit":-[3-9].*"tokens":1363,"tokens_scored":4[0-9]+,"truncated":true,"best_window":0\}'
run 0 sh -c '"$XS" rerank --positions 2048 <long.jsonl'
has out '"index":1,.*"tokens":1363,"tokens_scored":1363,"truncated":false,"best_window":0\}'

collection
run 0 "$XS" rerank --run bm25.run --queries queries.jsonl --corpus corpus.jsonl --depth 2
[ "$(wc -l <out)" -eq 8 ] || die "two documents for each of four queries"
has out '^q1 Q0 d[15] 1 -?[0-9.]+ xapian-search$'
echo 'q1 Q0 nodoc 1 2 x' >bad.run
run 2 "$XS" rerank --run bad.run --queries queries.jsonl --corpus corpus.jsonl
has err 'nodoc'
echo 'q1 Q0 d1 1' >bad.run
run 2 "$XS" rerank --run bad.run --queries queries.jsonl --corpus corpus.jsonl
has err 'bad\.run:1:'
echo 'q99 Q0 d1 1 2 x' >bad.run
run 2 "$XS" rerank --run bad.run --queries queries.jsonl --corpus corpus.jsonl
has err 'q99'
