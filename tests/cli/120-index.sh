#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Indexing: again, changed, gone, a bad page, a rebuild, a folder that is not there.
. "${top_srcdir:-.}/tests/cli/lib.sh"
site

run 0 "$XS" index
has err '4 '
run 0 "$XS" index --json
has out '"added":0'
has out '"unchanged":4'
echo '# Logging

Kettle logs to syslogbanana.' >site/logging.md
rm site/performance.md
run 0 "$XS" index --json
has out '"added":1'
has out '"deleted":1'
run 0 "$XS" search --rerank off syslogbanana
run 1 "$XS" search --rerank off ulimit
printf 'a\000b\000c\000' >site/broken.md
run 0 "$XS" index --json
has out '"failed":1'
has out 'broken\.md'
run 0 "$XS" status
has out 'broken\.md'
run 0 "$XS" status --json
has out '"failures":\[\{'
rm site/broken.md
run 0 "$XS" index --rebuild
run 0 "$XS" search --rerank off syslogbanana
run 0 "$XS" check
# Copies that name one canonical URL are one page, and say a thing once.
for copy in one two; do
	echo '<link rel=canonical href="https://kettle.example/one"><title>One</title><p>canonicalword' \
		>site/$copy.html
done
run 0 "$XS" index --json
has out '"added":2'
run 0 "$XS" search --rerank off --json canonicalword
has out '"pages":1'
has out '"url":"https://kettle.example/one"'
has out '"sub_results":\[\]'
rm site/one.html
run 0 "$XS" index --json
has out '"deleted":1'
run 0 "$XS" search --rerank off --json canonicalword
has out '"pages":1'
mv site gone
run 2 "$XS" index
has err 'site'
mv gone site
run 0 "$XS" search --rerank off syslogbanana
run 2 "$XS" index extra
