#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The rerank API in the dialects of Cohere (both versions), Jina and TEI: fields, defaults, errors, limits.
. "${top_srcdir:-.}/tests/cli/serve.sh"
site
echo 'serve: {model_names: [rerank-v3.5, jina-reranker-v2], max_texts: 4, max_text: 2k, max_body: 20k}' \
	>>xapian-search.yaml
serve

# No index is there: the API works all the same, and says why it is not ready.
get /readyz
is 503
has head '^Retry-After: [0-9]'
has body 'no index'
run 0 "$XS" index
get /readyz
is 200

texts='["Prices of apples.", "A certificate is renewed by the command renew.", "Kettles."]'
query='"query": "renew a certificate"'

# TEI.
get /rerank -d "{$query, \"texts\": $texts}"
is 200
has body '^\[\{"index":1,"score":0\.9[0-9]*\},\{"index":[02],"score":0\.[0-9]+'
lacks body '"text"'
get /rerank -d "{$query, \"texts\": $texts, \"return_text\": true, \"raw_scores\": true}"
has body '^\[\{"index":1,"score":[1-9]\.[0-9]+,"text":"A certificate is'
has head '^X-Compute-Tokens: [0-9]+'
get /rerank -d "{$query, \"texts\": []}"
is 400
has body '"error":"texts: the list is empty","error_type":"Validation"'
get /rerank -d "{$query, \"texts\": [1]}"
is 400
has body 'texts\[0\]: expected a text, found a number'
get /rerank -d "{$query, \"texts\": [\"a\",\"b\",\"c\",\"d\",\"e\"]}"
is 413
has body 'there are 5 texts; serve.max_texts allows 4'
get /rerank -d '{"texts": ["a"]}'
is 400
has body 'query: it is missing'
get /rerank -d "{$query, \"texts\": [\"a\"], \"truncation_direction\": \"up\"}"
is 400
get /info
is 200
has body '"model_id":"default"'
has body '"max_client_batch_size":4'
has body '"model_type":\{"reranker"'

# A long text is read whole, or its beginning or end with `truncate`.
long=$(awk 'BEGIN { for (i = 0; i < 560; i++) printf "the " }')
get /rerank -d "{$query, \"texts\": [\"$long\"], \"truncate\": true}"
is 422
has body 'text 0 has 2240 bytes; serve.max_text allows 2048'
long=$(awk 'BEGIN { for (i = 0; i < 900; i++) printf "a " }')
end="$long renew a certificate"
get /rerank -d "{$query, \"texts\": [\"$end\"]}"
whole=$(cat body)
lacks head '^X-Warning'
get /rerank -d "{$query, \"texts\": [\"$end\"], \"truncate\": true}"
[ "$(cat body)" != "$whole" ] || die "truncate makes no difference"
has head '^X-Warning: 1 of 1 texts were read in part'
begin=$(cat body)
get /rerank -d "{$query, \"texts\": [\"$end\"], \"truncate\": true, \"truncation_direction\": \"Left\"}"
[ "$(cat body)" != "$begin" ] || die "the direction makes no difference"

# Cohere, version 2.
get /v2/rerank -d "{\"model\": \"rerank-v3.5\", $query, \"documents\": $texts, \"top_n\": 2}"
is 200
has body '"results":\[\{"index":1,"relevance_score":0\.9[0-9]*\},\{"index":[02],"relevance_score":[0-9.]+\}\]'
has body '"id":"[0-9a-f]{8}-[0-9a-f]{4}-4'
has body '"api_version":\{"version":"2"'
has body '"billed_units":\{"search_units":1\}'
get /v2/rerank -d "{$query, \"documents\": $texts}"
is 400
has body '"message":"model: it is missing"'
get /v2/rerank -d "{\"model\": \"rerank-v9\", $query, \"documents\": $texts}"
is 404
has body "model 'rerank-v9' not found"
get /v2/rerank -d "{\"model\": \"default\", $query, \"documents\": $texts, \"top_n\": 0}"
is 400
has body 'top_n: expected a whole number from 1'
get /v2/rerank -d "{\"model\": \"default\", $query, \"documents\": $texts, \"max_tokens_per_doc\": 2}"
is 200
has body '"warnings":\["3 of 3 texts were read in part"\]'

# Version 1: objects, rank_fields, return_documents.
objects='[{"text": "apples", "topic": "renew a certificate"}, {"text": "Renew the certificate.", "topic": "x"}]'
get /v1/rerank -d "{$query, \"documents\": $objects}"
is 200
has body '"results":\[\{"index":1'
lacks body '"document"'
get /v1/rerank -d "{$query, \"documents\": $objects, \"rank_fields\": [\"topic\"], \"return_documents\": true}"
has body '"results":\[\{"index":0,"relevance_score":0\.[0-9]+,"document":\{"text":"apples","topic"'
get /v1/rerank -d "{$query, \"documents\": [{\"title\": \"a\"}]}"
is 400
has body 'documents: an object has to have a text in .*"text.*none has'
get /v1/rerank -d "{$query, \"documents\": \"a\"}"
is 400
has body 'expected a list of texts or objects, found a text'
get /v1/rerank -d "{$query, \"documents\": [\"$end\"], \"max_chunks_per_doc\": 1}"
has body 'read in part'
get /v1/rerank -d '{"query": " ", "documents": ["a"]}'
is 400
has body 'query: it is empty'

# Jina gives documents back by default; Cohere's body at /rerank.
get /v1/rerank -d "{\"model\": \"jina-reranker-v2\", $query, \"documents\": $texts, \"top_n\": 1}"
has body '"document":\{"text":"A certificate is'
has body '"usage":\{"prompt_tokens":[0-9]+,"total_tokens":[0-9]+\}'
get /rerank -d "{$query, \"documents\": $texts, \"top_n\": 1}"
has body '"results":\[\{"index":1,"relevance_score"'
get /v1/models
has body '"data":\[\{"id":"default"'
has body '"models":\[\{"name":"default"'

# What is no JSON, and what is too large.
get /v1/rerank -d '{"query": "a", '
is 400
has body 'the body is not JSON: line 1'
get /v1/rerank -d '[]'
is 400
get /v1/rerank -X POST
is 400
has body 'the body is empty'
get /v1/rerank -d "{$query, \"query\": \"b\"}"
is 400
head -c 30000 /dev/zero | tr '\0' ' ' >large
get /v1/rerank --data-binary @large
is 413
has body 'the body has 30000 bytes; serve.max_body allows 20480'
get /v1/rerank -H 'Transfer-Encoding: chunked' --data-binary @large
is 413
head -c 300000 /dev/zero >large
get /v2/rerank --data-binary @large
is 413

# Scores are those of the command.
get /rerank -d "{$query, \"texts\": $texts, \"raw_scores\": true}"
score=$(sed 's/.*"index":1,"score":\([-0-9.]*\).*/\1/' body)
echo "{$query, \"texts\": $texts}" | "$XS" rerank >out 2>err || die rerank
grep -q "\"logit\":$score[,}]" out || die "the command scores otherwise than $score"
get /metrics
has body '^xapian_search_requests_total\{path="/v2/rerank",status="404"\} 1$'
has body '^xapian_search_index_pages 4$'
stop_serve
