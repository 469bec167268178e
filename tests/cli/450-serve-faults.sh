#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The server under bad clients and a failing system: it neither ends nor answers wrongly, and comes back.
. "${top_srcdir:-.}/tests/cli/serve.sh"
mangle=$(cd "$OLDPWD" && cd "${top_builddir:-.}" && pwd)/tests/cli/mangle
[ -x "$mangle" ] || mangle=$(dirname "$XS")/tests/cli/mangle
[ -x "$mangle" ] || die "$mangle is not built"
site
echo 'serve: {max_connections: 64, access_log: /dev/full, queue: 4, timeout_ms: 20000}' >>xapian-search.yaml
run 0 "$XS" index
serve
port=${url#http://127.0.0.1:}
port=${port%/}
metric()
{
	get /metrics
	sed -n "s/^xapian_search_$1 //p" body
}

# Damaged requests.
run 0 "$mangle" "$port" send "${XS_MANGLE:-600}" 1
has out ' sent, [1-9][0-9]+ answered'
get '/search?q=renew+certificate'
is 200
has body '"title":"Certificates"'
lacks body '"status":500'
get /metrics
lacks body 'status="500"'

# More connections than there may be, all of them slow: others are served at once.
"$mangle" "$port" hold 300 2 >held &
holder=$!
wait_for held held
get '/search?q=certificate&rerank=off' --max-time 2
is 200
wait $holder
closed=$(sed -n 's/ closed//p' held)
[ "$closed" -ge 200 ] || die "$closed of 300 were closed"

# The log's disk is full.
[ "$(metric access_log_lost_total)" -gt 0 ] || die "no line of the log was lost"
has log 'the access log cannot be written'

# A client that hangs up stops its work.
awk 'BEGIN { printf "{\"query\": \"a\", \"texts\": [\"b\""; for (i = 0; i < 900; i++) { printf ",\"";
	for (k = 0; k < 300; k++) printf "w%d ", k; printf "\"" } print "]}" }' >large.json
before=$(metric clients_gone_total)
timeout 0.3 curl -s -o /dev/null --data-binary @large.json "${url}rerank"
for i in 1 2 3 4 5 6 7 8 9 10; do
	sleep 0.2
	[ "$(metric 'queue_running{lane="score"}')" != 0 ] || break
done
[ "$(metric 'queue_running{lane="score"}')" = 0 ] || die "the work goes on without its client"
[ "$(metric clients_gone_total)" -gt "$before" ] || die "the client is not known to have gone"

# More at once than may wait: some are told to come back; searches without reranking go on.
pids=
for i in 1 2 3 4 5 6 7 8 9; do
	timeout 3 curl -s -o /dev/null -D "many.$i" --data-binary @large.json "${url}rerank" &
	pids="$pids $!"
done
sleep 0.5
get '/search?q=certificate&rerank=off' --max-time 5
is 200
wait $pids
cat many.* | tr -d '\r' >head
has head '^HTTP/1.1 503'
has head '^Retry-After: [0-9]'

# The index goes away and comes back.
mv index away
get '/search?q=one+more'
[ "$status" = 200 ] || [ "$status" = 503 ] || [ "$status" = 404 ] || die "without an index: $status"
mv away index
get '/search?q=certificate+of+kettles'
is 200

# Body and time beyond the limits.
head -c 40000000 /dev/zero >huge
status=$(curl -s -o body -w '%{http_code}' --data-binary @huge "${url}v1/rerank")
is 413
stop_serve

# A model's file that is cut short in place, which is mapped: said, and the end.  A renamed one stays.
cp -R "$top_srcdir/tests/data/golden/bert-two" model && chmod -R u+w model
serve -o rerank.model=model -o rerank.cache_entries=0 -o serve.keep_answers=0
ask='{"query": "a b", "texts": ["c d"]}'
mv model/model.safetensors old && cp old model/model.safetensors
get rerank --data-binary "$ask"
is 200
: >old
timeout 10 curl -s -o /dev/null --data-binary "$ask" "${url}rerank"
wait "$server"
[ $? -eq 75 ] || die "the server ended with $? and not with 75"
server=
has log 'cut short in place'
