#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Searches by meaning: what words cannot find, what is said of it, and that words go on without it.
. "${top_srcdir:-.}/tests/cli/serve.sh"
cat >pages.jsonl <<'END'
{"url": "https://shop.example/help/refunds", "title": "Refunds", "text": "Unhappy with a purchase? Return the goods within thirty days, and the price is reimbursed to the card that was charged."}
{"url": "https://shop.example/help/delivery", "title": "Delivery", "text": "Parcels leave our warehouse each evening. How long a parcel travels depends on the country."}
{"url": "https://shop.example/help/account", "title": "Your account", "text": "How do I change the password of my account? Open the settings and choose a new one."}
{"url": "https://shop.example/goods/kettle", "title": "Kettle", "text": "A kettle of steel boils a litre of water in three minutes, then turns itself off."}
{"url": "https://shop.example/goods/lamp", "title": "Desk lamp", "text": "The lamp has an arm that bends, and a bulb that saves electricity."}
{"url": "https://shop.example/goods/tent", "title": "Tent", "text": "A light shelter for two people who sleep outdoors, with poles of aluminium and a groundsheet."}
END
cat >xapian-search.yaml <<'END'
site: {name: Shop, url: "https://shop.example/"}
sources: [{path: pages.jsonl}]
index: {path: index}
rerank: {enabled: false}
END
run 0 "$XS" index
question="how do I get my money back"

# None of the words stands in the page that answers.
run 0 "$XS" search --meaning off --json "$question"
lacks out 'help/refunds'
has out '"meaning":\{"status":"none","reason":null,"alone":false'
run 0 "$XS" search "$question"
has out '^ [1-3]\. Refunds'
run 0 "$XS" search --json "$question"
has out '"title":"Refunds".*"bm25":0.0,"cosine":0\.[0-9]+,"found_by":"meaning"'
has out '"title":"Your account".*"found_by":"both"'
has out '"meaning":\{"status":"used","reason":null,"alone":false,"encode_ms":'
run 0 "$XS" search --explain "$question"
has out 'bm25 0\.000, cosine 0\.[0-9]+, found by meaning'
has out '^Meaning: question encoded in '

# Without the stage that reads the question, it is taken as it was typed.
for meaning in auto off; do
	run 0 "$XS" -o 'pipeline=[retrieve, group, snippet]' search --meaning $meaning "kettle of steel"
	has out '^ 1\. Kettle'
done

# No page has any of the words.
run 0 "$XS" search "camping"
has out '^ 1\. Tent'
has out '^No page has these words; these are nearest in meaning\.$'
lacks out 'Kettle'
run 0 "$XS" search --json "camping"
has out '"meaning":\{"status":"used","reason":null,"alone":true'
run 1 "$XS" search --meaning off "camping"
# What nothing is near to is not found.
run 1 "$XS" search xyzzyplugh
has out 'Nothing was found'
# A word that is misspelt.
run 0 "$XS" search kettel
has out '^ 1\. Kettle'
has out 'these are results for: kettle'

# Conditions hold, and pages are counted with what meaning adds.
run 1 "$XS" search --json -f section:goods "$question"
run 1 "$XS" search --json "$question -section:help"
run 0 "$XS" search --json -f section:help "$question"
has out 'help/refunds'
run 0 "$XS" search --json "$question -password"
lacks out 'help/account'
run 0 "$XS" search --json --facets "$question"
lacks out '"facets":\[\]'
run 2 "$XS" search section:help
has err 'no words to search for'

run 0 "$XS" search --similar --json https://shop.example/help/refunds
has out '"by":"meaning"'
run 0 "$XS" search --similar -f section:goods https://shop.example/goods/lamp
lacks out 'help/'

run 2 "$XS" search --meaning perhaps kettle
has err 'search\.meaning: expected auto, on or off, found "perhaps"'

serve
get "/search?q=how+do+I+get+my+money+back"
is 200
has body '"found_by":"meaning"'
get "/?q=camping"
is 200
has body 'No page has these words; these are nearest in meaning'
get "/search?q=camping&rerank=off"
has body '"alone":true'
get "/search?q=camping&rerank=off"
has head '^X-Answer: kept'
has body '"alone":true'
get "/similar?url=https://shop.example/help/refunds"
has body '"by":"meaning"'
stop_serve

# What was embedded is gone, or says something else.
sed -i 1d pages.jsonl
run 0 "$XS" index --vectors later
run 0 "$XS" search --json "$question"
lacks out 'help/refunds'

# Vectors of another embedder, damaged ones, none: words find what they find, and the reply tells.
run 0 "$XS" search -o embed.max_tokens=16 kettle
has out '^ 1\. Kettle'
has out '^Note: meaning was left out: the vectors of the index are of another embedder'
serve -o embed.max_tokens=16
has log 'warning: nothing is found by meaning: the vectors of the index are of another embedder'
stop_serve
run 0 "$XS" search -o embed.model=nowhere kettle
has out '^ 1\. Kettle'
has out '^Note: meaning was left out: '
run 0 "$XS" search -o embed.languages='[fr]' kettle
lacks out 'Note:'
run 0 "$XS" search -o embed.languages='[fr]' --meaning on --json kettle
has out '"meaning":\{"status":"skipped","reason":"most of what was found is in languages'
printf 'damaged' >index/vectors
run 0 "$XS" search kettle
has out '^ 1\. Kettle'
has out '^Note: meaning was left out: the vectors of the index are damaged; "xapian-search index" makes them anew$'
has err 'meaning was left out: .*vectors.*7 bytes'
serve
has log 'warning: nothing is found by meaning: .*vectors.*7 bytes'
get "/search?q=kettle"
has body '"warnings":\["meaning was left out: '
lacks body '7 bytes'
has log 'meaning was left out: .*vectors.*7 bytes'
# The file of the next run is used without a new start.
run 0 "$XS" index
get "/search?q=kettle"
has body '"warnings":\[\]'
stop_serve
printf 'damaged' >index/vectors
run 0 "$XS" search --similar --json https://shop.example/goods/lamp
has out '"by":"words"'
rm index/vectors
run 0 "$XS" search --json kettle
has out '"meaning":\{"status":"skipped","reason":"the index has no vectors; '
has out '"warnings":\[\]'
run 0 "$XS" search --meaning on kettle
has out '^Note: meaning was left out: the index has no vectors; '
run 0 "$XS" index
run 0 "$XS" search --meaning on kettle
lacks out 'Note:'
