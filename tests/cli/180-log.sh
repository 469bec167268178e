#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The command log: its usage, and a site of which nothing was asked.
. "${top_srcdir:-.}/tests/cli/lib.sh"
site

run 0 "$XS" index
run 1 "$XS" log
has err 'no question has been logged'
run 2 "$XS" log sometimes
has err 'expected top, failing, slow or clicks'
run 2 "$XS" log top slow
run 2 "$XS" log --since tomorrow
has err '"tomorrow" is no moment'
run 1 "$XS" log --since 7d
run 1 "$XS" log --since 2024-05-31 --json
yes 'no database' | head -c 20000 >index/queries.db
run 2 "$XS" log
has err 'queries\.db: the log of questions is damaged'
