#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The server: answers, errors, reload, a graceful stop.
. "${top_srcdir:-.}/tests/cli/serve.sh"
site
run 0 "$XS" index
serve

get /healthz
is 200
has body '"status":"ok"'
get '/search?q=renew+certificate'
is 200
has head '^Content-Type: application/json'
has body '"title":"Certificates"'
has body '"status":"full"'
get '/search?q=renew+certificate&rerank=off'
has body '"status":"skipped"'
get '/search?q=certificate&n=1&page=2'
is 200
get '/search?q=certificate&n=none'
is 400
has body 'n: expected a whole number from 1 to 100, found \\"none\\"'
get '/search?q=certificate&rerank=perhaps'
is 400
get /search
is 400
has body 'the question is missing'
get '/search?q=%ff'
is 400
has body 'the parameter q is not UTF-8'
get /nothing
is 404
has body '"error":"there is nothing at /nothing","status":404'
get /search -X DELETE
is 405
get '/search?q=certificate' -I
is 200

# Twenty at once.
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	curl -s "${url}search?q=kettle+$i&rerank=off" >"many.$i" &
	pids="${pids-} $!"
done
wait $pids
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	grep -q '"hits":\[{' "many.$i" || die "answer $i of twenty"
done

# An answer is kept while the index is the same; a new index is picked up at once, built anew as well.
kept()
{
	get /metrics
	sed -n 's/^xapian_search_answers_kept_total //p' body
}
before=$(kept)
get '/search?q=certificate'
get '/search?q=certificate'
has head '^X-Answer: kept'
[ "$(kept)" -gt "$before" ] || die "no answer is kept"
cat >site/new.md <<-'END'
	# Zeppelin certificates
	A certificate of a zeppelin.
END
run 0 "$XS" index
get '/search?q=certificate'
has body 'Zeppelin'
rm site/new.md
run 0 "$XS" index
run 0 "$XS" index --rebuild
get '/search?q=certificate'
lacks body 'Zeppelin'
mv index gone
get '/search?q=certificate+again'
mv gone index.old
mkdir other && printf '# Airship\n\nA certificate for airships.\n' >other/a.md
run 0 "$XS" -o 'sources=[{path: other}]' index
get '/search?q=certificate'
is 200
has body 'Airship'
mv index index.other && mv index.old index
get '/search?q=certificate'
lacks body 'Airship'

# New settings with SIGHUP; wrong ones leave the old ones in place.
echo 'search: {max_results: 7, results: 5}' >>xapian-search.yaml
kill -HUP "$server"
wait_for 'the configuration was read again' log
get '/search?q=certificate&n=8'
is 400
has body 'from 1 to 7'
echo 'search: {max_results: none}' >xapian-search.yaml
kill -HUP "$server"
wait_for 'max_results' log
get '/search?q=certificate&n=8'
is 400

stop_serve

# A local socket, removed at the end.
site
run 2 "$XS" serve -l unix:
has err 'unix:PATH'
run 2 "$XS" serve -l nowhere
has err 'host:port'
serve -l "unix:$folder/socket"
curl -s --unix-socket socket http://localhost/healthz >body
has body ok
stop_serve
[ ! -e socket ] || die "the socket is left"
