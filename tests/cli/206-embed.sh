#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# embed: JSON lines, bad ones among good ones, the same bits whatever the threads; cut vectors, prompts.
. "${top_srcdir:-.}/tests/cli/lib.sh"

cat >good.jsonl <<'END'
"how do I reset my password"

{"text": "To reset your password, open Settings.", "kind": "passage", "id": [1, "a"]}
{"texts": ["Prices of the plans", "", [2000, 25141]], "id": 7}
{"text": [2000, 25141]}
{"texts": []}
END
run 0 sh -c '"$XS" embed <good.jsonl'
[ "$(wc -l <out)" -eq 5 ] || die "a line for each"
[ "$(grep -o '"vector":' out | wc -l)" -eq 6 ] || die "a vector for each text"
has out '^\{"vector":\[-?0\.[0-9]+(e-[0-9]+)?,.*\],"tokens":8,"truncated":false\}$'
has out '^\{"id":\[1,"a"\],"vector":\['
has out '^\{"id":7,"results":\[\{"vector":'
has out '^\{"results":\[\]\}$'
cp out one
for threads in 1 3; do
	run 0 sh -c "\"\$XS\" embed --threads $threads <good.jsonl"
	cmp -s out one || die "threads change vectors"
done
# Alone, in another order, the same text as ids.
run 0 sh -c 'sed -n 4p good.jsonl | "$XS" embed'
vector=$(sed 's/.*"vector"/"vector"/' out)
grep -qF "$vector" one || die "alone it has another vector"
[ "$(sed -n 4p one)" = "$(sed -n 3p one | sed 's/.*,{/{/; s/]}$//')" ] || die "in a list it has another vector"

# What is near in meaning has the greater cosine.
cat >near.py <<'END'
import json, math, sys
v = [json.loads(line)["vector"] for line in sys.stdin]
def cosine(a, b): return sum(x * y for x, y in zip(a, b))
print(len(v[0]), "%.3f" % math.sqrt(cosine(v[0], v[0])), cosine(v[0], v[1]) > cosine(v[0], v[2]) + 0.2)
END
printf '%s\n' '"The cat sleeps on the sofa."' '"A kitten naps upon the couch."' '"Prices of metal rose."' >cats.jsonl
if command -v python3 >/dev/null; then
	run 0 sh -c '"$XS" embed <cats.jsonl | python3 near.py'
	has out '^384 1.000 True$'
	run 0 sh -c '"$XS" embed --dimensions 64 <cats.jsonl | python3 near.py'
	has out '^64 1.000 '
	run 0 sh -c '"$XS" embed --normalise off <cats.jsonl | python3 near.py'
	lacks out ' 1.000 '
fi

# Options that change a vector.
echo "\"how do I reset my password in the settings\"" >line
run 0 sh -c '"$XS" embed <line'
cp out one
for option in '--precision f32' '--pooling cls' '--pooling last' '--prompt "query: "' '--max-tokens 8' \
	'--normalise off' '-o embed.query_prompt=x --kind query'; do
	run 0 sh -c "\"\$XS\" embed $option <line"
	cmp -s out one && die "$option changes nothing"
done
run 0 sh -c '"$XS" embed --max-tokens 8 <line'
has out '"tokens":11,"truncated":true\}$'
run 0 sh -c '"$XS" embed --prompt "how do I " <line' && cp out prompted
run 0 sh -c 'sed "s/how/how do I how/" line | "$XS" embed'
cmp -s out prompted || die "a prompt is not text before the text"

# A conversation: each line is answered before the next is written.
mkfifo ask answer
"$XS" embed --dimensions 2 <ask >answer &
exec 3>ask 4<answer
for i in 1 2 3; do
	echo '"a"' >&3
	read -r reply <&4 || die "no answer to line $i"
	case $reply in '{"vector":'*) ;; *) die "line $i: $reply" ;; esac
done
exec 3>&- 4<&-
wait $! || die "the conversation ended badly"

# More lines than a batch.
awk 'BEGIN { for (i = 0; i < 700; i++) print "{\"text\": \"number " i "\", \"id\": " i "}" }' >many.jsonl
run 0 sh -c '"$XS" embed --dimensions 1 <many.jsonl'
[ "$(sed 's/{"id":\([0-9]*\),.*/\1/' out | awk '$1 != NR - 1' | wc -l)" -eq 0 ] || die "out of order"
[ "$(wc -l <out)" -eq 700 ] || die "700 answers"

cat >bad.jsonl <<'END'
"a"
{"text": 5}
{"text": "a"
{"texts": "a"}
{"texts": ["a", 5]}
{"text": "a", "texts": ["a"]}
{"text": "a", "kind": "poem", "id": 6}
{"texts": [[1, 99999999], "b"]}
["a"]
17
"b"
END
run 2 sh -c '"$XS" embed --dimensions 1 <bad.jsonl'
[ "$(wc -l <out)" -eq 11 ] || die "a line for each"
for line in 2 3 4 5 6 9 10; do
	has out "^\{\"error\":\"line $line: "
done
has out '^\{"id":6,"error":"line 7: kind'
[ "$(grep -c '"vector"' out)" -eq 3 ] || die "the good lines are answered"
has out '^\{"results":\[\{"error":"a token id is not in'
has err '9 lines or texts could not be embedded'
run 2 sh -c '"$XS" embed --model "$top_srcdir/tests/data/golden/t32" <line'
has out '"error":"the model has no vocabulary'
for option in '--kind poem' '--normalise perhaps' '--dimensions 0' '--dimensions 385' '--pooling max' \
	'--precision int4' '--max-tokens 2' '--model nowhere' '--prompt a --kind query' 'file.txt'; do
	run 2 sh -c "\"\$XS\" embed $option <line"
	[ -s err ] || die "$option: nothing is said"
done
