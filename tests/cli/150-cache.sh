#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Scores that are kept between searches: what knows them again, what does not, what goes wrong.
. "${top_srcdir:-.}/tests/cli/lib.sh"
site

# hits WANTED OPTION...: searches for "file" and expects so many scores to be known.
hits()
{
	wanted=$1
	shift
	run 0 "$XS" "$@" search --json file
	[ ! -s err ] || die "unexpected words"
	has out '"rerank":\{"status":"full"'
	has out "\"cache_hits\":$wanted,"
}
count()
{
	sed -n 's/.*"rerank":{"status":"full","scored":\([0-9]*\).*/\1/p' out
}
logits()
{
	grep -o '"logit":[^,]*' out | sort
}

run 0 "$XS" index
hits 0
all=$(count)
[ "$all" -ge 5 ] || die "only $all passages were scored"
logits >first
[ -f index/scores.db ] || die "no file was made"
# With no time to score in, all is there: nothing was computed.
hits "$all" -o rerank.budget_ms=0.001 -o rerank.depth=30
logits | cmp - first || die "kept scores differ"
hits 0 -o rerank.cache_entries=0
logits | cmp - first || die "scores differ"
run 0 "$XS" -o rerank.budget_ms=0.001 search --json certificate
has out '"status":"skipped"'

# One page says something else: its changed passage alone is scored again.
sed -i 's/one process serves/a single process serves/I' site/performance.md
run 0 "$XS" index
hits $((all - 1))
hits "$all"
# Reading every page again changes nothing, nor does another index of the same pages.
run 0 "$XS" -o index.title_weight=4 index --rebuild
hits "$all"
mkdir other
cp index/scores.db other
run 0 "$XS" -o index.path=other index
hits "$all" -o index.path=other

# Another pattern; another instruction set; another model; the same model elsewhere.
hits 0 -o rerank.window=16
hits "$all" -o rerank.window=16
other=0
run 0 "$XS" bench rerank --json --tokens 8 --texts 1 --seconds 0
! grep -q '"isa":"ref"' out || other=$all
XS_CPU=ref
export XS_CPU
hits "$other"
hits "$all"
unset XS_CPU
cp -R "$top_srcdir/models/default" copy
chmod -R u+w copy
hits "$all" -o rerank.model=copy
printf '\001' | dd of=copy/model.safetensors bs=1 seek=9000001 conv=notrunc 2>dd.log || die "dd"
hits 0 -o rerank.model=copy
hits "$all" -o rerank.model=copy
hits "$all"

# Texts that are split when the question comes score as those that were split before.
run 0 "$XS" -o rerank.cache_tokens=false -o index.path=bare index
run 0 "$XS" -o index.path=bare status --json
has out '"vocabulary":null'
run 0 "$XS" status --json
has out '"vocabulary":"[0-9a-f]{16}"'
hits 0 -o index.path=bare -o rerank.cache_tokens=false
logits >bare.out
hits 0 -o rerank.cache_entries=0
logits | cmp - bare.out || die "token ids made while indexing score otherwise"

# A damaged file is told once and used again; one that cannot be made is no failure.
printf 'no scores' >index/scores.db
run 0 "$XS" search --json file
has out '"cache_hits":0,'
has err 'the scores that were kept are lost: .*index/scores\.db'
hits "$all"
rm -f index/scores.db*
mkdir index/scores.db
hits 0
hits 0

# Several at once.
rmdir index/scores.db
for i in 1 2 3 4; do
	"$XS" search --json file >"out.$i" 2>"err.$i" &
done
wait
for i in 1 2 3 4; do
	cp "out.$i" out
	logits | cmp - bare.out || die "search $i of several"
	[ ! -s "err.$i" ] || die "search $i: $(cat "err.$i")"
done
hits "$all"
run 2 "$XS" -o rerank.cache_entries=-1 search file

# Token ids that were kept make the scores that the text itself makes, whatever the tokenizer.
cp -R "$top_srcdir/tests/data/golden/roberta" bpe
for tokens in true false; do
	rm -rf index
	set -- -o rerank.model=bpe -o rerank.precision=f32 -o rerank.cache_entries=0 -o rerank.cache_tokens=$tokens
	run 0 "$XS" "$@" index
	run 0 "$XS" "$@" search --json certificate of kettles
	grep -o '"logit":[-0-9][^,]*' out >logits.$tokens
done
[ -s logits.true ] || die "no scores"
cmp -s logits.true logits.false || die "kept token ids make other scores"
