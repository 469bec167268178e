#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# A full disk and a reader that went away are told, with code 70.
. "${top_srcdir:-.}/tests/cli/lib.sh"

[ -c /dev/full ] || exit 77
"$XS" help >/dev/full 2>err
[ $? -eq 70 ] || die "a full disk is no success"
has err 'write the output: No space left'
echo '{"query": "a", "texts": ["b"]}' >line
"$XS" rerank <line >/dev/full 2>err
[ $? -eq 70 ] || die "a full disk is no success"
has err 'write the output'
{
	sleep 1
	"$XS" help 2>err
	echo $? >code
} | :
[ "$(cat code)" -eq 70 ] || die "nobody reads: $(cat code)"
has err 'write the output: Broken pipe'
