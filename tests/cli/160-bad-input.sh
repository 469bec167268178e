#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Bad input, each with its sentence and code; what was committed stays.
. "${top_srcdir:-.}/tests/cli/lib.sh"
site

# as_user ARGUMENT...: the program, not as root, who may read and write everything; a copy of it, as
# the build folder may be root's own.
cp "$XS" program
as_user()
{
	if [ "$(id -u)" -eq 0 ]; then
		setpriv --reuid=65534 --clear-groups env HOME="$folder" ./program "$@"
	else
		./program "$@"
	fi
}

# A site without pages, one that is not there, one that may not be read.
mkdir empty
run 2 "$XS" -o 'sources=[{path: empty}]' index
has err 'no pages in it'
run 2 "$XS" -o 'sources=[{path: nowhere}]' index
has err 'nowhere'
run 0 "$XS" index
chmod 777 . index index/* index/*/*
chmod 000 empty
run 2 as_user -o 'sources=[{path: empty}]' index
has err 'empty: Permission denied'
chmod 755 empty

# Pages.
head -c 5000 /dev/zero >site/nul.html
printf '<title>Broken</title><p>caf\351 \377\376 \303( zebra \355\240\200</p>' >site/utf8.html
word=$(printf 'x%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30)
word=$word$word$word$word$word$word$word$word$word$word
echo "before $word quagga" >site/word.md
{
	echo '<title>Large</title><p>okapi</p>'
	head -c 2100000 /dev/zero | tr '\0' ' '
} >site/large.html
run 0 "$XS" -o index.max_page_bytes=2M index
has err 'nul\.html is binary'
has err 'large\.html'
has err '2 failed, tried again next time'
run 0 "$XS" search --rerank off zebra
run 0 "$XS" search --rerank off quagga
run 0 "$XS" search --rerank off "$word"
run 1 "$XS" search --rerank off okapi
run 0 "$XS" index
run 0 "$XS" search --rerank off okapi

# Questions.
i=0
while [ $i -lt 10000 ]; do
	echo "word$i"
	i=$((i + 1))
done >words
run 0 sh -c '"$XS" search certificate $(cat words)'
has out 'more than 256 different words'
has out 'the model read the first 32'
for question in '+ - "" -- ++ "' ' ' '' '+'; do
	run 2 "$XS" search -- "$question"
	[ "$(wc -l <err)" -eq 1 ] || die "one sentence for $question"
done

# A store of a newer release (SQLite's user_version), of something else, of nothing.
cp -R index newer
printf '\0\0\0\143' | dd of=newer/site.db bs=1 seek=60 conv=notrunc 2>dd.err
for command in index 'index --rebuild' 'search certificate' status check 'backup copy'; do
	run 2 "$XS" -o index.path=newer $command
	cat out err | grep -q 'written by a newer release' || die "$command says nothing of the release"
done
cp -R index other
echo "this is no store at all" >other/site.db
run 2 "$XS" -o index.path=other index
has err 'damaged'
# Xapian's part is made anew from the store.
cp -R index cut
for file in cut/gen-*/postlist.glass; do
	head -c 3000 index/gen-*/postlist.glass >"$file"
done
run 2 "$XS" -o index.path=cut search certificate
has err 'damaged'
run 0 "$XS" -o index.path=cut index
has err 'made anew'
run 0 "$XS" -o index.path=cut check

# Locked.
exec 9<index/lock
flock 9
run 75 "$XS" index
has err 'try again'
run 0 "$XS" search --rerank off certificate
exec 9<&-

# No file may grow beyond 100 KiB: as a full disk.
i=0
while [ $i -lt 60 ]; do
	i=$((i + 1))
	cp "$top_srcdir/COPYING" "site/license$i.txt"
done
run 70 sh -c 'trap "" XFSZ; ulimit -f 200; exec "$XS" index'
run 0 "$XS" search --rerank off certificate
run 0 "$XS" check

# Stopped by a signal.
"$XS" -o index.path=stopped index >out 2>err &
pid=$!
until [ -e stopped/site.db ]; do :; done
kill -TERM $pid
wait $pid
[ $? -eq 75 ] || die "a stopped run must end with 75"
has err 'stopped'
run 0 "$XS" -o index.path=stopped check
run 0 "$XS" index
run 0 "$XS" check

# A folder that cannot be written.
rm -f index/lock
chmod -R a+rX,a-w .
run 0 as_user search --rerank off certificate
run 0 as_user status
run 0 as_user check
run 70 as_user index
chmod -R u+w .
