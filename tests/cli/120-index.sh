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
mv site gone
run 2 "$XS" index
has err 'site'
mv gone site
run 0 "$XS" search --rerank off syslogbanana
run 2 "$XS" index extra
