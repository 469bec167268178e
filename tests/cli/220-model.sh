#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# model: what it is, its answers, its import, its int8 form, its tokens.
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

# Without answers beside it: what can be told, and what was not.
run 0 "$XS" model verify "$top_srcdir/models/default"
has out '^weights +[0-9]+ tensors have their shapes, [0-9]+ numbers are finite'
has out '^vocabulary +10 of 10 words are one token'
has out '^scores +-?[0-9.]+ -?[0-9.]+ '
has out '^ok, but no answers were compared: .*default/golden\.json is not there'
run 0 "$XS" model verify --json small
has out '"ok":true,"compared":false,"tensors":[0-9]+,'
run 2 "$XS" model verify small small/golden.json
has err 'golden\.json is not there'
# Weights of no numbers, and of nothing but zeros; the header is 8 bytes of length and so many of JSON.
cp -R "$model" bare && chmod -R u+w bare && rm bare/golden.json
header=$(od -A n -t u4 -N 4 "$model/model.safetensors" | tr -d ' ')
size=$(wc -c <"$model/model.safetensors")
for byte in '\377' '\000'; do
	head -c $((header + 8)) "$model/model.safetensors" >bare/model.safetensors
	head -c $((size - header - 8)) /dev/zero | tr '\0' "$byte" >>bare/model.safetensors
	run 2 "$XS" model verify bare
	cat err >>errors
done
has errors 'tensor [a-zA-Z0-9._]+: the number in row 0, column 0 is not finite'
has errors 'gives unlike texts the same score'

# Other encoders and files: their answers as they are, imported, and near them in int8.
golden=$top_srcdir/tests/data/golden
for name in bert-two bert-bare bert-similarity electra electra-two roberta roberta-bin; do
	run 0 "$XS" model verify "$golden/$name"
	has out '14 of 14 texts'
	run 0 "$XS" model import "$golden/$name"
	run 0 "$XS" model import "$golden/$name" "in-$name"
	[ -f "in-$name/model.safetensors" ] || die "nothing was written"
	run 0 "$XS" model verify "in-$name" "$golden/$name/golden.json"
	has out '14 of 14 texts'
	run 0 "$XS" model quantize "$golden/$name" "q-$name"
	run 0 "$XS" model verify --tolerance 0.2 "q-$name" "$golden/$name/golden.json"
	run 2 "$XS" model verify --tolerance 0 "q-$name" "$golden/$name/golden.json"
done
cp -R "$golden/roberta" silent && chmod -R u+w silent && rm silent/golden.json
run 0 "$XS" model verify silent
has out '^vocabulary +[1-9] of 10'
run 0 "$XS" model verify "$golden/t32-bin" "$model/golden.json"
run 0 "$XS" model info "$golden/electra"
has out '^embeddings +16, projected$'
run 0 "$XS" model info "$golden/bert-similarity"
has out '^similarity +2.5 times the cosine of the means is added$'
has out '^query +has a CLS of its own$'
run 0 "$XS" model info "$golden/roberta-bin"
has out '^architecture .*, roberta$'
has out '^head +tanh, 2 outputs'
has out 'tokens of BPE'
run 0 "$XS" model info --json in-bert-bare
has out '"head":"none"'
has out '"stored":"F32"'
run 2 "$XS" model import "$golden/electra" "$golden/electra"
has err 'one folder'
run 2 "$XS" model import
run 2 "$XS" model import nowhere other
[ ! -d other ] || die "a folder is left behind"

# A probability: of two outputs, what softmax gives the second; nobody runs what a file asks for.
echo '{"query": "how do readers block a writer?", "texts": ["A reader does not block a writer, and a writer doesn'"'"'t block a reader in WAL mode."]}' >pair
for name in bert-two roberta-bin; do
	run 0 sh -c '"$XS" rerank --precision f32 --pattern full --model "'"$golden/$name"'" <pair'
	score=$(sed -n 's/.*"score":[ ]*\([0-9.e-]*\).*/\1/p' out)
	wanted=$(sed -n 's/.*"scores": {"full": \[\([0-9.e-]*\).*/\1/p' "$golden/$name/golden.json")
	awk -v a="$score" -v b="$wanted" 'BEGIN { exit !(b > 0 && (a - b) ^ 2 < 1e-8) }' ||
		die "$name: score $score, expected $wanted"
done
cp -R "$golden/t32-bin" evil && chmod -R u+w evil
cp "$top_srcdir/tests/fuzz/corpus/torch/os-system" evil/pytorch_model.bin
run 2 "$XS" model info evil
has err 'evil/pytorch_model.bin: .*posix.system, which is refused'
sed 's/"bert"/"deberta-v2"/' "$model/config.json" >evil/config.json
run 2 "$XS" model import evil
has err 'deberta-v2.*expected model_type bert, electra or roberta'

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

# Embedders: built in, as folders, imported, quantized; answers are vectors.
run 0 "$XS" model info --embedder
has out '^name +all-MiniLM-L6-v2$'
has out '^vectors +384 numbers, mean, length 1, of 256 tokens at most$'
lacks out '^head'
run 0 "$XS" -o "embed.model=$golden/embed-last" model info --embedder --json
has out '"embedder":\{"dimensions":32,"pooling":"last","normalised":true,"max_tokens":32,"query_prompt":"search: ","passage_prompt":"data: "\}'
for name in embed-cls embed-last embed-roberta; do
	run 0 "$XS" model verify "$golden/$name"
	has out '^ok: cosines with the (6|12) answers'
	run 2 "$XS" model verify --tolerance 0 "$top_srcdir/models/embedder" "$golden/embedder/golden.json"
	run 0 "$XS" model import "$golden/$name" "in-$name"
	run 0 "$XS" model verify "in-$name" "$golden/$name/golden.json"
	run 0 "$XS" model quantize "$golden/$name" "q-$name"
	run 0 "$XS" model verify --json --tolerance 0.01 "q-$name" "$golden/$name/golden.json"
	has out '"ids_wrong":0'
	run 0 "$XS" model verify "q-$name"
	has out '^cosines '
done
[ -f in-embed-last/0_Transformer/model.safetensors ] || die "the encoder is not in its folder"
run 0 "$XS" model verify --tolerance 0.002 "$top_srcdir/models/embedder" "$golden/embedder/golden.json"
cp -R "$golden/embed-cls" wrong && chmod -R u+w wrong
sed 's/"ids": \[2, 35, 3\]/"ids": [2, 36, 3]/' "$golden/embed-cls/golden.json" >wrong/golden.json
run 2 "$XS" model verify wrong
has out '^5 of 6 texts have the token ids'
sed 's/"vector": \[-\{0,1\}0\./"vector": [9./' "$golden/embed-cls/golden.json" >wrong/golden.json
run 2 "$XS" model verify wrong
has out '^bad: cosines'
for answers in '{}' '{"answers": []}' '{"answers": [{}]}' '{"answers": [{"text": "a", "vector": [1]}]}' \
	'{"answers": [{"text": "a", "kind": "poem"}]}' '{"answers": [{"text": "a", "ids": ["b"]}]}'; do
	echo "$answers" >wrong/golden.json
	run 2 "$XS" model verify wrong
	has err 'wrong/golden.json: '
done
echo '"search"' >texts
run 0 sh -c '"$XS" model tokens --model wrong <texts'
