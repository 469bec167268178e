#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# robots.txt that changes or cannot be had, secrets, whole sites that fail, addresses that are refused, settings.
. "${top_srcdir:-.}/tests/cli/lib.sh"
. "$top_srcdir/tests/cli/crawl.sh"
serve_site small
four='/ one three two'
these() { [ "$(pages | tr '\n' ' ')" = "$1 " ] || die "expected $1, found $(pages | tr '\n' ' ')"; }

# Nothing is connected to at a private address, unless it is allowed; by name as well.
: >requests
run 70 "$XS" -o crawl.private_addresses=off index
has err 'private address'
run 70 "$XS" -o crawl.private_addresses=off -o "sources=[{crawl: 'http://localhost:$(cat port)/'}]" index
has err 'private address'
[ ! -s requests ] || die "the server was asked"

run 0 "$XS" index
these "$four"
# robots.txt counts as soon as it changes; one that the server refuses forbids nothing, one that cannot be had
# all, and then pages stay.
phase forbid
run 0 "$XS" index --json
has out '"robots":1,'
these '/ one three'
phase robots403
run 0 "$XS" index
these "$four"
# It may be elsewhere, on another host as well; a usual sitemap is still at home.
phase robotsaway
: >requests
run 0 "$XS" index --json
has out '"robots":1,'
these '/ one three'
[ "$(asked '^/sitemap.xml ')" = 1 ] || die "the sitemap was not looked for at home"
phase robotsring
run 0 "$XS" index
these "$four"
phase robots500
: >requests
run 0 "$XS" index --json
has out '"failed":4,'
has out 'the server answers robots.txt with 503'
these "$four"
[ "$(asked '^/robots.txt ')" = "$(wc -l <requests)" ] || die "pages were asked for"

# A run that ended between fetching and indexing: what it had fetched is indexed, also when it fails now, and what
# only leads to pages (a redirect, a sitemap, robots.txt that names it) does not take them along.
phase 1
run 0 "$XS" index
cp -R index before
phase more
run 0 "$XS" index --json
these '/ five four one reached three two'
cp index/crawl.db* before/
rm -r index
mv before index
these "$four"
phase ill
run 0 "$XS" -o crawl.tries=1 index --json
has out '"added":3,"changed":4,'
has out '"failed":3,"duplicate"'
has err 'sitemap.xml: the server answered 500'
these '/ five four one reached three two'
run 0 "$XS" search --json moreoneword
run 0 "$XS" status
has out '/four: the server answered 500'
run 0 "$XS" -o crawl.tries=1 index --json
has out '"added":0,"changed":0,'
has out '"failed":3,"duplicate"'
phase robots500
run 0 "$XS" index --json
these '/ five four one reached three two'
phase more
: >requests
run 0 "$XS" index --json
has out '"failed":0,"duplicate"'
[ "$(asked '^/(one|four|five|sitemap.xml) 304')" = 4 ] || die "what failed was fetched again: $(cat requests)"
phase 1
run 0 "$XS" index

# A copy knows what was fetched: it goes on with conditional requests alone.  One of a damaged file is made all the same.
phase 1
run 0 "$XS" index
run 0 "$XS" backup copy
: >requests
run 0 "$XS" -o index.path=copy index --json
has out '"unchanged":4,'
[ "$(asked '^/(one|two|three)? 200')" = 0 ] || die "pages were fetched again: $(cat requests)"
rm -r copy
cp index/crawl.db kept.db
echo damage >index/crawl.db
rm -f index/crawl.db-wal index/crawl.db-shm
run 0 "$XS" backup copy
has err 'the copy has nothing of the crawls'
[ ! -e copy/crawl.db ] || die "a damaged file was copied"
rm -r copy
mv kept.db index/crawl.db

# Bytes tell whether a page has changed, not the time that a server gives it.
phase undated1
run 0 "$XS" index
phase undated2
run 0 "$XS" index --json
has out '"changed":1,'
run 0 "$XS" search --json smallonf

# A site that is down keeps its pages.
phase down
run 0 "$XS" -o crawl.tries=1 index --json
has out '"failed":4,'
these "$four"
run 0 "$XS" status
has out 'the server answered 503'
sleep 1.1
# Also when it is down for good: an index is not emptied by that.
run 2 "$XS" -o crawl.keep_days=0 -o crawl.tries=1 index
has err 'has no pages in it'
these "$four"
phase 1
run 0 "$XS" index
these "$four"

# A few pages that fail, one behind the other, are not taken for a server that is down.
phase broken
run 0 "$XS" -o index.path=second index --json
has out '"failed":3,"duplicate"'
has out '"added":4,'
# Settings of addresses count at once, though no page has changed.
phase query
run 0 "$XS" index
these '/ one three two two?lang=en'
run 0 "$XS" -o 'crawl.drop=[lang]' index --json
has out '"fetched":0,'
these "$four"
run 0 "$XS" index
these '/ one three two two?lang=en'
phase 1
run 0 "$XS" index

# One that moved to another host is told.
phase moved
run 2 "$XS" index
has err 'it redirects to http://localhost:[0-9]+/, which is none'
these "$four"

# So is what it leads to, and that the limits leave it out.
phase hops
run 2 "$XS" index
has err 'no page was had: http://[^ ]*/hop2: the server answered 404'
run 2 "$XS" -o crawl.max_pages=1 index
has err 'it leads to http://[^ ]*/hop1, which the limits of crawl leave out'
these "$four"

# Bytes stay, and what the header says of them changes.
phase latin
run 0 "$XS" index
phase greek
run 0 "$XS" index --json
has out '"changed":1,'
run 0 "$XS" search --json "$(printf '\316\261\316\262\316\263')"
phase 1

# Secrets are in the environment alone.
phase login
sed -i "s|crawl: \"\(.*\)\"}|crawl: \"\1\", login: LOGIN, headers: [KEY]}|" xapian-search.yaml
run 2 "$XS" index
has err 'sources.login names LOGIN, which is not in the environment'
LOGIN=ann:secret KEY='no header'
export LOGIN KEY
run 2 "$XS" index
has err 'KEY, which sources.headers names: expected one line such as'
KEY='X-Key: k1'
run 0 "$XS" index
these "$four"
LOGIN=ann:wrong run 0 "$XS" index --json
has out 'the server answered 401'
run 0 "$XS" conf
lacks out secret

# They are for the site's own host.
phase robotsaway
run 0 "$XS" index --json
has out '"robots":1,'

# Whom to complain to.
phase agent
run 0 "$XS" -o crawl.contact=https://who.example/ index --json
has out '"failed":0,'

# Limits and rules.
phase 1
run 0 "$XS" -o crawl.max_depth=0 -o crawl.sitemaps=off index --yes --json
has out '"bounded":3,'
these '/'
run 0 "$XS" -o crawl.max_pages=3 -o crawl.sitemaps=off index --json
these '/ one two'
sed -i 's|headers: \[KEY\]|headers: [KEY], exclude: [o*], include: [t*]|' xapian-search.yaml
run 0 "$XS" index
these 'three two'

# Settings that are wrong.
run 2 "$XS" -o 'sources=[{crawl: "ftp://a.example/"}]' index
has err 'expected an address such as https://example.org/'
run 2 "$XS" -o 'sources=[{crawl: "https://ann:x@a.example/"}]' index
has err 'without a user'
run 2 "$XS" -o 'sources=[{crawl: "https://a.example/", hosts: ["http://b/"]}]' index
has err '"http://b/" among the hosts of a crawl'
run 2 "$XS" -o 'sources=[{crawl: "https://a.example/", path: b}]' index
has err 'a source with a path and a crawl'
run 70 "$XS" -o 'sources=[{crawl: "http://nowhere.invalid/"}]' -o index.path=other -o crawl.tries=1 index
has err 'Could not resolve host'
