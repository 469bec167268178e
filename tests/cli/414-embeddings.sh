#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The embedding API in the dialects of OpenAI and TEI: forms of input, formats, lengths, prompts, errors, limits.
. "${top_srcdir:-.}/tests/cli/serve.sh"
site
cat >>xapian-search.yaml <<-'END'
	embed: {max_tokens: 16, query_prompt: "query: "}
	serve: {embedding_names: [text-embedding-3-small, acme/embedder], max_text: 2k, max_body: 200k}
END
serve
json='Content-Type: application/json'

# ask PATH BODY: to a route of the API.
ask()
{
	get "$1" -H "$json" -d "$2"
}

# numbers FILE: the floats of the base64 in the reply, one a line.
numbers()
{
	sed 's/.*"embedding":"\([^"]*\)".*/\1/' body | base64 -d | od -An -v -w4 -tf4 >"$1" ||
		die "no base64 of floats"
}

# floats FILE: the last list of numbers in the reply, one a line.
floats()
{
	{ sed 's/.*\[\(-\{0,1\}[0-9][^]]*\)\].*/\1/' body | tr , '\n' && echo; } >"$1"
}

# same FILE FILE: the numbers are alike, but for how they are written.
same()
{
	[ -s "$1" ] && paste "$1" "$2" | awk '
		{ d = $1 - $2; if (d < 0) d = -d; if (NF != 2 || d > 1e-6) { bad = 1; exit } }
		END { exit bad }' || die "$1 and $2 differ"
}

# OpenAI: a text, a list of texts, base64, the reply's fields.
text='"input": "renew a certificate"'
ask /v1/embeddings "{\"model\": \"all-MiniLM-L6-v2\", $text}"
is 200
has body '^\{"object":"list","data":\[\{"object":"embedding","index":0,"embedding":\[-?[0-9.e-]+,'
has body '\]\}\],"model":"all-MiniLM-L6-v2","usage":\{"prompt_tokens":5,"total_tokens":5\}\}$'
floats floats
[ "$(wc -l <floats)" -eq 384 ] || die "the vector has not 384 numbers"
awk '{ sum += $1 * $1 } END { exit !(sum > .9999 && sum < 1.0001) }' floats || die "its length is not 1"
ask /v1/embeddings "{\"model\": \"text-embedding-3-small\", $text, \"encoding_format\": \"base64\", \"user\": \"u\"}"
is 200
numbers base64
same floats base64
cp body one
ask /v1/embeddings "{\"input\": [\"Prices of apples.\", \"renew a certificate\"], \"encoding_format\": \"base64\"}"
is 200
grep -q "\"index\":1,\"embedding\":\"$(sed 's/.*"embedding":"\([^"]*\)".*/\1/' one)\"" body ||
	die "a text has another vector beside others"

# Token ids, which are those of the vocabulary.
ids=$(echo '"renew a certificate"' | "$XS" model tokens) || die "model tokens"
for input in "$ids" "[$ids]"; do
	ask /embeddings "{\"input\": $input, \"encoding_format\": \"base64\"}"
	is 200
	cmp -s body one || die "token ids $input have another vector than their text"
done
ask /v1/embeddings "{\"input\": [$ids, [101, 2023]]}"
has body '"index":1'
lacks body '"index":2'

# Fewer numbers: the first ones, made of length 1 anew.
ask /v1/embeddings "{$text, \"dimensions\": 64, \"encoding_format\": \"base64\"}"
is 200
numbers short
head -n 64 floats | awk '{ v[NR] = $1; sum += $1 * $1 } END { for (i = 1; i <= NR; i++) print v[i] / sqrt(sum) }' >cut
[ "$(wc -l <short)" -eq 64 ] || die "dimensions makes no difference"
same cut short

# Kinds of text: only a query has a prompt here.
ask /v1/embeddings "{\"input\": \"query: renew a certificate\", \"encoding_format\": \"base64\"}"
numbers prompted
for kind in query search_query; do
	ask /v1/embeddings "{$text, \"input_type\": \"$kind\", \"encoding_format\": \"base64\"}"
	is 200
	numbers query
	cmp -s query prompted || die "$kind has not its prompt"
done
ask /v1/embeddings "{$text, \"input_type\": \"document\", \"encoding_format\": \"base64\"}"
cmp -s body one || die "document has a prompt"

# Of a text that is too long the beginning is read, or the end, or it is refused; never in silence.
words='one two three four five six seven eight nine ten eleven twelve thirteen fourteen'
long="$words fifteen sixteen seventeen"
ask /v1/embeddings "{\"input\": \"$words\", \"encoding_format\": \"base64\"}"
lacks body warnings
numbers begin
ask /v1/embeddings "{\"input\": [\"$long\"], \"encoding_format\": \"base64\"}"
is 200
has body '"prompt_tokens":16,'
has body '"warnings":\["1 of 1 texts were read in part: the model reads 16 tokens"\]'
numbers cut
cmp -s cut begin || die "the beginning is not what was read"
ask /v1/embeddings "{\"input\": \"${long#one two three }\", \"encoding_format\": \"base64\"}"
numbers end
long_ids=$(echo "\"$long\"" | "$XS" model tokens)
for input in "\"$long\"" "$long_ids"; do
	ask /v1/embeddings "{\"input\": $input, \"truncate\": \"START\", \"encoding_format\": \"base64\"}"
	has body 'read in part'
	numbers cut
	cmp -s cut end || die "the end is not what was read"
done
for input in "\"$long\"" "$long_ids"; do
	ask /v1/embeddings "{\"input\": [\"a\", \"$long\"], \"truncate\": \"NONE\"}"
	is 400
	has body '"message":"input\[1\] has 19 tokens; the model reads 16".*"param":"input","code":"context_length_exceeded"'
done

# wrong BODY STATUS PATTERN: an error in OpenAI's form.
wrong()
{
	ask /v1/embeddings "$1"
	is "$2"
	has body '^\{"error":\{"message":".*","type":"invalid_request_error","param":.*,"code":.*\}\}$'
	has body "$3"
}
wrong '{"model": "ada", "input": "a"}' 404 "'ada' does not exist.*serve.embedding_names.*\"param\":\"model\",\"code\":\"model_not_found\""
wrong '{}' 400 '"input: it is missing".*"param":"input","code":null'
wrong '{"input": null}' 400 'input: it is missing'
wrong '{"input": []}' 400 'input: the list is empty'
wrong '{"input": ""}' 400 'input: it is empty'
wrong '{"input": ["a", " \n"]}' 400 'input\[1\]: it is empty'
wrong '{"input": ["a", []]}' 400 'input\[1\]: it is empty'
wrong '{"input": 7}' 400 'input: expected a text or a list of token ids, found a number'
wrong '{"input": ["a", 7]}' 400 'input\[1\]: expected a text or a list of token ids, found a number'
wrong '{"input": [null]}' 400 'input\[0\]: expected a text or a list of token ids, found null'
wrong '{"input": [7, "a"]}' 400 'input\[1\]: expected a token id, found a text'
wrong '{"input": [[7, 1.5]]}' 400 'input\[0\]\[1\]: expected a token id, found a fraction'
wrong '{"input": [-1]}' 400 'input\[0\]: no token has the id -1'
wrong '{"input": [4294967296]}' 400 'no token has the id 4294967296'
wrong '{"input": ["a", [7, 100000]]}' 400 'input\[1\]: .*vocabulary.*has to send texts'
wrong '{"input": "a", "model": 7}' 400 'model: expected a text, found a number.*"param":"model"'
wrong '{"input": "a", "encoding_format": "int8"}' 400 'encoding_format: expected float or base64, found .*"param":"encoding_format"'
wrong '{"input": "a", "dimensions": -1}' 400 'dimensions: expected a whole number from 0.*"param":"dimensions"'
wrong '{"input": "a", "dimensions": 385}' 400 'dimensions: the model has 384, found 385.*"param":"dimensions"'
wrong '{"input": "a", "dimensions": "64"}' 400 'dimensions: expected a whole number, found a text'
wrong '{"input": "a", "input_type": "poem"}' 400 'input_type: expected query, passage or document, found .*poem.*"param":"input_type"'
wrong '{"input": "a", "truncate": "MIDDLE"}' 400 'truncate: expected NONE, START or END'
wrong '{"input": "a"' 400 'the body is not JSON: line 1.*"param":null'
wrong "{\"input\": [\"a\", \"$(head -c 2049 /dev/zero | tr '\0' a)\"]}" 400 'input\[1\] has 2049 bytes; serve.max_text allows 2048'

# A thousand texts are taken, one more is not; nor is a larger body.
texts=$(awk 'BEGIN { for (i = 0; i < 1000; i++) printf "\"%d apples\",", i }')
ask /v1/embeddings "{\"input\": [${texts%,}], \"encoding_format\": \"base64\"}"
is 200
[ "$(grep -o '"index":' body | wc -l)" -eq 1000 ] || die "there are not 1000 vectors"
has body '"index":999,'
wrong "{\"input\": [$texts\"a\"]}" 400 'there are 1001 texts; serve.max_texts allows 1000'
printf '{"input": "%300000s"}' a >large
get /v1/embeddings -H "$json" --data-binary @large
is 413
has body '^\{"error":\{"message":"the body has .*serve.max_body'
get /v1/embeddings
is 405
has body '^\{"error":\{"message"'
get /v1/embeddings -H 'Origin: https://evil.example' -H 'Content-Type: text/plain' -d "{$text}"
is 415

# TEI: /embed.
ask /embed '{"inputs": "renew a certificate"}'
is 200
has body '^\[\[-?[0-9.e-]+,'
has head '^X-Compute-Tokens: 5$'
lacks head '^X-Warning'
floats tei
same tei floats
ask /embed "{\"inputs\": $ids}"
floats tei
same tei floats
ask /embed '{"inputs": ["a", "renew a certificate"], "dimensions": 64, "truncate": true}'
floats tei
same tei short
ask /embed '{"inputs": "renew a certificate", "dimensions": 64, "normalize": false}'
floats tei
head -n 64 floats >cut
same tei cut
ask /embed '{"inputs": "renew a certificate", "prompt_name": "query"}'
floats tei
same tei prompted
ask /embed "{\"inputs\": \"$long\", \"truncation_direction\": \"left\"}"
has head '^X-Warning: 1 of 1 texts were read in part'
floats tei
same tei end

# wrong_tei PATH BODY STATUS PATTERN
wrong_tei()
{
	ask "$1" "$2"
	is "$3"
	has body '^\{"error":".*","error_type":"Validation",'
	has body "$4"
}
wrong_tei /embed '{}' 400 'inputs: it is missing'
wrong_tei /embed '{"inputs": []}' 400 'inputs: the list is empty'
wrong_tei /embed '{"inputs": ["a", ""]}' 400 'inputs\[1\]: it is empty'
wrong_tei /embed '{"inputs": {}}' 400 'inputs: expected a text or a list of token ids, found an object'
wrong_tei /embed '{"inputs": "a", "normalize": 1}' 400 'normalize: expected true or false, found a number'
wrong_tei /embed '{"inputs": "a", "prompt_name": "poem"}' 400 'prompt_name: expected query, passage or document'
wrong_tei /embed '{"inputs": "a", "truncation_direction": "up"}' 400 'truncation_direction: expected Left or Right'
wrong_tei /embed "{\"inputs\": \"$long\", \"truncate\": false}" 413 'inputs has 19 tokens; the model reads 16'
wrong_tei /embed "{\"inputs\": [$texts\"a\"]}" 413 'there are 1001 texts'
wrong_tei /embed "{\"inputs\": \"$(head -c 2049 /dev/zero | tr '\0' a)\"}" 422 'inputs has 2049 bytes'

# TEI: /similarity, the products of the vectors.
sentences='"sentences": ["How to get a new certificate", "Prices of apples"]'
ask /similarity "{\"inputs\": {\"source_sentence\": \"renew a certificate\", $sentences}}"
is 200
has body '^\[0\.[4-9][0-9]*,-?0\.[0-2][0-9]*\]$'
first=$(sed 's/\[\([^,]*\),.*/\1/' body)
ask /v1/embeddings '{"input": "How to get a new certificate"}'
floats other
paste other floats |
	awk -v want="$first" '{ sum += $1 * $2 } END { d = sum - want; exit !(d < 1e-6 && d > -1e-6) }' ||
	die "$first is not the cosine"
ask /similarity "{\"inputs\": {\"source_sentence\": \"a\", $sentences}, \"parameters\": {\"prompt_name\": \"query\"}}"
is 200
wrong_tei /similarity '{"inputs": "a"}' 400 'inputs: expected an object with source_sentence and sentences, found a text'
wrong_tei /similarity '{"inputs": {"sentences": ["a"]}}' 400 'inputs.source_sentence: it is missing'
wrong_tei /similarity '{"inputs": {"source_sentence": [7], "sentences": ["a"]}}' 400 'source_sentence: expected a text, found a list'
wrong_tei /similarity '{"inputs": {"source_sentence": "a", "sentences": []}}' 400 'inputs.sentences: the list is empty'
wrong_tei /similarity '{"inputs": {"source_sentence": "a", "sentences": [7]}}' 400 'inputs.sentences\[0\]: expected a text, found a number'
wrong_tei /similarity '{"inputs": {"source_sentence": "a", "sentences": "b"}}' 400 'inputs.sentences: expected a list of texts, found a text'
wrong_tei /similarity '{"inputs": {"source_sentence": "a", "sentences": ["b"]}, "parameters": []}' 400 'parameters: expected an object'
wrong_tei /similarity "{\"inputs\": {\"source_sentence\": \"a\", \"sentences\": [${texts%,}]}}" 413 'there are 1001 texts'

# What the models are.
get /v1/models
is 200
has body '"data":\[\{"id":"default".*"capabilities":\["rerank"\]\},\{"id":"all-MiniLM-L6-v2".*"capabilities":\["embed"\]'
has body '"id":"acme/embedder"'
has body '"name":"all-MiniLM-L6-v2","endpoints":\["embed"\],"finetuned":false,"context_length":16'
get /v1/models/acme/embedder
is 200
has body '^\{"id":"acme/embedder","object":"model"'
get /v1/models/ada
is 404
has body "^\{\"error\":\{\"message\":\"model: 'ada' does not exist\".*\"code\":\"model_not_found\""
get /info
is 200
has body '"model_type":\{"reranker"'
has body '"embedder":\{"model_id":"all-MiniLM-L6-v2".*"model_type":\{"embedding":\{"pooling":"mean"\}\}'
has body '"dimensions":384'
get /metrics
has body '^xapian_search_requests_total\{path="/v1/embeddings",status="404"\} 1$'
texts=$(sed -n 's/^xapian_search_embedded_texts_total //p' body)
[ "$texts" -gt 1000 ] || die "$texts texts are counted"
has body '^xapian_search_embedded_tokens_total [1-9]'
stop_serve

# Keys: one that does not allow reranking does not allow this, unless it says so.
: >keys
for fields in '' ',"rerank":false' ',"rerank":false,"embed":true' ',"embed":false'; do
	run 0 "$XS" serve --make-key "k$(wc -l <keys)"
	sed -n 1p out >>secrets
	sed -n 2p out | sed "s/}\$/$fields}/" >>keys
done
serve -o serve.keys=keys
ask /v1/embeddings '{"input": "a"}'
is 401
has body '^\{"error":\{"message":"an API key is needed.*"code":"invalid_api_key"'
ask /embed '{"inputs": "a"}'
is 401
has body '"error_type":"Unauthorized"'
for expected in 200 403 200 403; do
	key=$(sed -n 1p secrets)
	sed -i 1d secrets
	get /v1/embeddings -H "$json" -H "Authorization: Bearer $key" -d '{"input": "a"}'
	is $expected
	[ "$expected" = 200 ] || has body 'does not allow /v1/embeddings'
	get /v1/models -H "Authorization: Bearer $key"
	case $expected in
	200) has body '"embed"' ;;
	*) lacks body '"embed"' ;;
	esac
done
stop_serve

# Without a reranker, without searches by meaning, and without an embedder.
serve -o search.meaning=off
ask /v1/embeddings "{$text, \"encoding_format\": \"base64\"}"
cmp -s body one || die "the vector is another one where nothing is found by meaning"
stop_serve
serve -o rerank.enabled=false
get /v1/models
lacks body '"rerank"'
get /info
has body '^\{"model_id":"all-MiniLM-L6-v2".*"model_type":\{"embedding"'
stop_serve
mkdir alien
echo '{"model_type": "t5"}' >alien/config.json
run 0 "$XS" index
serve -o embed.model=alien
has log 'nothing is found by meaning: .*alien.*t5'
ask /v1/embeddings '{"input": "a"}'
is 503
has body '"message":".*alien.*t5.*","type":"server_error"'
get /v1/models
is 200
lacks body '"embed"'
get /info
is 200
lacks body '"embedder"'
stop_serve
