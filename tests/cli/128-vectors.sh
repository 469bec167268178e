#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Vectors of passages: now or later, only of what changed, of another embedder, of a damaged file.
. "${top_srcdir:-.}/tests/cli/lib.sh"
site

# Words first; they are searchable without.
run 0 "$XS" index --vectors later --json
has out '"vectors":null'
[ ! -e index/vectors ] || die "there are vectors"
run 0 "$XS" search --rerank off certificate
has out 'Certificates'
run 0 "$XS" check
has out '^embedder +ok +all-MiniLM-L6-v2, 384 dimensions'
has out '^stores +ok .*, 13 passages; vectors lacking: 13 \("xapian-search index" makes them\)$'
run 0 "$XS" status
lacks out '^vectors'
run 0 "$XS" status --json
has out '"vectors":0,"vectors_bytes":0'
has out '"vectors_identity":null,"vectors_usable":null'

# Nothing is new in the sources, and vectors are lacking.
run 0 "$XS" index --vectors now --json
has out '"unchanged":4'
has out '"vectors":\{"passages":13,"embedded":13,"kept":0,"foreign":0,"bytes":[0-9]+,'
run 0 "$XS" check
has out '^stores +ok .*, 13 passages, 13 with vectors$'
run 0 "$XS" status
has out '^vectors +13 passages, [0-9.]+ kB$'
run 0 "$XS" status --json
has out '"vectors":13,'
has out '"vectors_identity":"[0-9a-f]{16}","vectors_usable":true'
before=$(ls -i index/vectors)
run 0 "$XS" index
has err '^0 passages embedded, 13 had their vectors'
[ "$(ls -i index/vectors)" = "$before" ] || die "the file was written though nothing changed"
run 0 "$XS" index --rebuild
run 0 "$XS" check
has out '13 with vectors$'

# One passage more, which is embedded alone; none for a page that moves; fewer when one goes.
printf '\n\n## Descaling\n\nVinegar dissolves the lime.\n' >>site/certificates.md
run 0 "$XS" index --json
has out '"embedded":1,"kept":13'
mv site/certificates.md site/moved.md
run 0 "$XS" index --json
has out '"added":1'
has out '"embedded":0,"kept":14'
rm site/performance.md
run 0 "$XS" index --json --vectors later
run 0 "$XS" check
has out '; vectors of older texts: [0-9]+ \("xapian-search index" takes them out\)$'
run 0 "$XS" index --json
has out '"embedded":0'
run 0 "$XS" check
has out ', ([0-9]+) passages, \1 with vectors$'
rows=$(sed -n 's/.*, \([0-9]*\) with vectors$/\1/p' out)

# The setting, and the option in its place.
echo '# New

Kettles whistle.' >site/new.md
run 0 "$XS" -o index.vectors=off index --json
has out '"vectors":null'
run 0 "$XS" -o index.vectors=off check
lacks out 'lacking'
run 0 "$XS" -o index.vectors=off index --vectors now --json
has out '"embedded":1,'
run 2 "$XS" index --vectors never
has err 'expected now or later, got "never"'
run 2 "$XS" index --rebuild --vectors now
rows=$((rows + 1))

# Pages in a language that the embedder does not read.
echo '<html lang=de><title>Kessel</title><p>Der Kessel pfeift, wenn das Wasser kocht.' >site/kessel.html
run 0 "$XS" index --json
has out '"embedded":0,.*"foreign":1,'
run 0 "$XS" check
has out ", $((rows + 1)) passages, $rows with vectors$"
run 0 "$XS" -o 'embed.languages=[en, de]' check
has out '; vectors lacking: 1 '
run 0 "$XS" -o 'embed.languages=[en, de]' index --json
has out '"embedded":1,.*"foreign":0,'
rm site/kessel.html
run 0 "$XS" -q index

# Each damage is told, and mended from the store without the embedder's work.
mended() # SENTENCE
{
	run 70 "$XS" check
	has out "^stores +bad .*vectors.*$1.*index again"
	run 0 "$XS" search --rerank off certificate
	run 0 "$XS" index --json
	has out '"embedded":0,'
	has err "the file of vectors is made anew: .*vectors.*$1"
	run 0 "$XS" check
	has out "$rows with vectors\$"
}
cp index/vectors whole
head -c 1000 whole >index/vectors
run 0 "$XS" status
has out '^vectors +cannot be read'
run 0 "$XS" backup --json without
has err 'the copy has no file of vectors'
run 0 "$XS" -o index.path=without check
has out "vectors lacking: $rows "
mended 1000
head -c 10 whole >index/vectors
mended '10 bytes'
echo 'no vectors at all, but a text of more than a header, which has sixty-four bytes' >index/vectors
mended 'not a file of vectors'
cp whole index/vectors
printf '\377\377\377\377' | dd of=index/vectors bs=1 seek=100 conv=notrunc 2>/dev/null
mended checksum
cmp -s index/vectors whole || die "the file that was made anew is another one"

# A backup has them.
run 0 "$XS" backup copy
run 0 "$XS" -o index.path=copy check
has out "$rows with vectors\$"
cmp -s copy/vectors whole || die "the copy has other vectors"

# Another embedder: its vectors are of no use to this one.
run 2 "$XS" -o embed.max_tokens=16 check
has out '^stores +bad .*another embedder.*run "xapian-search index"'
run 0 "$XS" -o embed.max_tokens=16 status
has out '^vectors .*of another embedder: "xapian-search index" makes them anew'
run 0 "$XS" -o embed.max_tokens=16 status --json
has out '"vectors_usable":false'
run 0 "$XS" -o embed.max_tokens=16 index --json
has out "\"embedded\":$rows,\"kept\":0"
run 0 "$XS" -o embed.max_tokens=16 check
run 0 "$XS" index --json
has out "\"embedded\":$rows,\"kept\":0"
cmp -s index/vectors whole || die "the same embedder made other vectors"

# One that cannot be opened costs no more than the vectors.
echo 'More words: spoutword.' >>site/new.md
run 0 "$XS" -o embed.model=nowhere index --json
has out '"vectors":null'
has err 'warning: pages are indexed without vectors: .*nowhere'
run 0 "$XS" search --rerank off spoutword
run 2 "$XS" -o embed.model=nowhere check
has out '^embedder +bad .*nowhere'
has out '^stores +ok'
run 0 "$XS" -o embed.model=nowhere status
has out '^vectors .*the embedder cannot be opened'
run 0 "$XS" -o embed.model=nowhere -o index.vectors=off -o search.meaning=off check
has out '^embedder +ok +index.vectors and search.meaning are off'

# No file may grow beyond 40 KiB, as on a full disk: the old one stays, and nothing is left of the new one.
i=0
while [ $i -lt 100 ]; do
	i=$((i + 1))
	printf '## Part %s\n\nWords of part %s.\n\n' $i $i
done >site/long.md
run 0 "$XS" index
cp index/vectors whole
head -c 1000 whole >index/vectors
before=$(ls index)
run 70 sh -c 'trap "" XFSZ; ulimit -f 80; exec "$XS" index'
has err 'vectors'
[ "$(wc -c <index/vectors)" -eq 1000 ] || die "the old file is gone"
[ "$(ls index)" = "$before" ] || die "something is left"
run 0 "$XS" index
cmp -s index/vectors whole || die "the file that was made anew is another one"
