#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The clients of the rerank and embedding APIs that frameworks have, from PyPI, in an environment of their own
# that is made once and kept: XS_CLIENTS, else build/clients below the sources, else clients in the folder of the build.
. "${top_srcdir:-.}/tests/cli/serve.sh"
skip()
{
	echo "SKIP: $*"
	exit 77
}
build=$(dirname "$XS")
[ -d "$top_srcdir/build" ] && build=$top_srcdir/build
clients=${XS_CLIENTS:-$build/clients}
wanted=$top_srcdir/tests/cli/clients.txt
if ! cmp -s "$wanted" "$clients/installed"; then
	mkdir -p "$build" 2>/dev/null && [ -w "$build" ] || skip "$build cannot be written"
	command -v python3 >/dev/null || skip "there is no python3"
	python3 -m venv "$clients" >log 2>&1 || skip "python3 makes no environment (python3-venv is missing?)"
	HOME=$clients timeout 400 "$clients/bin/pip" install -q --disable-pip-version-check \
		--timeout 10 --retries 1 -r "$wanted" >log 2>&1 ||
		skip "the clients cannot be had from PyPI: $(grep -v WARNING log | tail -n 1)"
	cp "$wanted" "$clients/installed"
fi

site
run 0 "$XS" serve --make-key clients
key=$(sed -n 1p out)
sed -n 2p out >keys
echo 'serve: {model_names: [rerank-v3.5], embedding_names: [text-embedding-3-small], max_texts: 100, max_body: 20k,
	keys: keys}' >>xapian-search.yaml
serve
run 0 "$clients/bin/python" "$top_srcdir/tests/cli/clients.py" "$url" "$key"
[ "$(grep -c '^ok: ' out)" -ge 17 ] || die "fewer clients than there should be"
run 0 "$clients/bin/python" "$top_srcdir/tests/cli/embedding_clients.py" "$url" "$key"
[ "$(grep -c '^ok: ' out)" -ge 22 ] || die "fewer clients of embeddings than there should be"
stop_serve
