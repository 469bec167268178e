#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# bench: its tables and what is counted in them; no time is asserted.
. "${top_srcdir:-.}/tests/cli/lib.sh"
mkdir tmp
TMPDIR=$PWD/tmp
export TMPDIR

# table NAME: the rows of that table of out, one a line; values NAME KEY: a member of each.
table()
{
	sed -n 's/.*"'"$1"'":\[\([^]]*\)\].*/\1/p' out | sed 's/},{/}\n{/g'
}
values()
{
	table "$1" | sed -n 's/.*"'"$2"'":"\{0,1\}\([^",}]*\).*/\1/p' | tr '\n' ' '
}
same()
{
	[ "$1" = "$2" ] || die "$3: got \"$1\", expected \"$2\""
}

small='--tokens 8 --seconds 0 --json'
run 0 "$XS" bench rerank $small --texts 4
has out '^\{"version":"[0-9.]+","cpu":".+","cpus":[0-9]+,"isa":"(ref|sse41|avx2|avxvnni|avx512|avx512vnni|avx512bf16|neon|dotprod|i8mm)","rerank":\['
same "$(values rerank texts)" "1 2 4 " "texts"
same "$(values rerank tokens)" "8 16 32 " "tokens"
for key in ms cpu_ms texts_per_second busy peak peak_share; do
	values rerank $key | grep -Eq '^([0-9.e-]+ ){3}$' || die "every row has $key"
	! values rerank $key | grep -Eq '(^| )0(\.0)? ' || die "no $key is nothing"
done

# The operations that one text of 8 tokens takes: 10 rows with CLS and SEP, 9 of the query once.
operations()
{
	awk -v once="$1" -v with="$2" 'BEGIN {
		h = 384; square = h * h; feed = h * 1536; rows = 10 + with
		layers = 5 * (rows + once) * (4 * square + 2 * feed)
		last = 4 * square + 2 * feed
		printf "%.6g", 2 * (layers + last + square) }'
}
number()
{
	awk -v x="$1" 'BEGIN { printf "%.6g", x }'
}
run 0 "$XS" bench rerank $small --texts 1 --pattern sparse
same "$(number "$(values rerank operations)")" "$(operations 9 0)" "operations"
run 0 "$XS" bench rerank $small --texts 2 --pattern full
last=$(values rerank operations)
same "$(number "${last%% *}")" "$(operations 0 9)" "operations with the query in every text"

run 0 "$XS" bench length $small --texts 1 --longest 64
same "$(values length length)" "32 32 64 64 " "lengths"
same "$(values length pattern)" "sparse full sparse full " "patterns"
run 0 "$XS" bench rerank --seconds 0 --json --texts 1 --tokens 600
same "$(values rerank tokens)" "600 " "a text beyond the model's positions"
run 0 "$XS" bench pattern $small --texts 1
same "$(values pattern window)" "none 64 16 4 1 0 none 64 16 4 1 0 " "windows"
run 0 "$XS" bench threads $small --texts 4 --threads 2
same "$(values threads threads)" "1 2 " "threads"
run 0 "$XS" bench precision $small --texts 4
words=$("$XS" help --words bench | sed -n 's/^--precision //p' | tr '|' ' ')
same "$(values precision precision)" "$words " "precisions"
run 0 "$XS" bench kern $small
has out "LayerNorm"
run 0 "$XS" bench embed $small --texts 8
same "$(values embed precision)" "int8 int8 int8 int8 int8 int8 f32 bf16 " "formats"
same "$(values embed length)" "8 16 32 64 128 256 256 256 " "lengths"
same "$(values embed texts)" "1 5 3 2 1 1 1 1 " "texts"
# 10 rows with CLS and SEP in six layers.
same "$(number "$(values embed operations | cut -d ' ' -f 1)")" \
	"$(awk 'BEGIN { printf "%.6g", 2 * 10 * 6 * (4 * 384 * 384 + 2 * 384 * 1536) }')" "operations"
for key in ms cpu_ms tokens_per_second peak peak_share limit_share attention; do
	values embed $key | grep -Eq '^([0-9.e-]+ ){8}$' || die "every row of embed has $key"
	! values embed $key | grep -Eq '(^| )0(\.0)? ' || die "no $key is nothing"
done
run 0 "$XS" bench meaning $small --vectors 5000
values meaning isa | grep -q 'ref' || die "the plain loops are measured"
[ "$(values meaning step | wc -w)" -gt 0 ] || die "steps"
for key in ms rows_per_second gb_per_second limit share; do
	values meaning $key | grep -Eq '^([0-9.e+-]+ ){4,16}$' || die "every row of meaning has $key"
	! values meaning $key | grep -Eq '(^| )0(\.0)? ' || die "no $key is nothing"
done
same "$(values meaning chosen | tr ' ' '\n' | sort -u | tr '\n' ' ')" "1010 " "chosen"
values meaning recall | tr ' ' '\n' | awk '$1 != "" && !($1 >= 0.98 && $1 <= 1) { exit 1 }' ||
	die "the nearest are found: $(values meaning recall)"
run 0 "$XS" bench meaning $small --vectors 1
same "$(values meaning chosen | tr ' ' '\n' | sort -u | tr '\n' ' ')" "0 " "of few none are chosen"
run 2 "$XS" bench meaning --vectors 0
run 0 "$XS" bench stages $small --texts 4
has out '"stage":"tokenize the texts"'
run 0 "$XS" bench memory $small --texts 10 --longest 128
same "$(values memory texts | cut -d ' ' -f 1-3)" "1 10 100" "texts"
table memory | sed 's/.*"opened_mb":\([0-9.]*\),"peak_mb":\([0-9.]*\).*/\1 \2/' |
	awk '!($1 > 0 && $2 >= $1) { exit 1 }' || die "the peak is above what the model takes"

run 0 "$XS" bench rerank threads --tokens 8 --texts 2 --seconds 0 --threads 1
has out '^  texts  tokens +ms '
has out '^ +2 +16 +[0-9]+\.[0-9][0-9] '
has out '^Threads'

site
run 2 "$XS" bench search $small
has err 'there is no index'
run 0 "$XS" index
printf 'certificate\ncompression\nrenew\n' >questions.txt
run 0 "$XS" bench search index $small --queries questions.txt
same "$(values search questions)" "2 2 2 " "questions"
has out '"how":"reranked","questions":2,"p50":[0-9.e-]+,"p95":[0-9.e-]+,"p99":'
has out '"stage":"rerank"'
has out '"what":"all pages are new","ms":'
run 0 "$XS" bench search $small
values search questions | grep -Eq '^[1-9]' || die "questions are made of the index"
[ ! -e index/scores.db ] || die "what is measured would be known the next time"
[ -z "$(ls -A tmp)" ] || die "a folder was left"
run 2 "$XS" bench search --queries nowhere
run 2 "$XS" -o 'sources=[]' bench index
has err 'there are no sources'

run 2 "$XS" bench nothing
has err 'nothing called "nothing"'
run 2 "$XS" bench --texts 0
run 2 "$XS" bench --seconds x
run 2 "$XS" bench rerank --model nowhere
# Without --foreground a second signal goes to the group, and a second one ends at once.
run 75 timeout --foreground --preserve-status 3 "$XS" bench rerank --seconds 100 --texts 2 --tokens 4
