#!/bin/sh
. "${top_srcdir:-.}/tests/cli/documents.sh"
