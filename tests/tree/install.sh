#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What `make install DESTDIR=…` puts down works: a program against librerank, a plugin by itself.
. "${top_srcdir:-.}/tests/cli/lib.sh"
build=$(dirname "$XS")
[ -f "$build/.libs/librerank.so" ] || { echo "built without shared libraries"; exit 77; }
! grep -Eq '__[at]san_init' "$build/.libs/librerank.so" || { echo "built with a sanitizer"; exit 77; }
make -s -C "$build" install DESTDIR="$folder/to" >log 2>&1 || { cat log; die "make install"; }
prefix=$(sed -n 's/^prefix=//p' "$build/rerank/librerank.pc")
root=$folder/to
for file in bin/xapian-search include/xapian-search/rerank/rerank.h \
	include/xapian-search/plugin/plugin.h share/man/man1/xapian-search.1 \
	share/bash-completion/completions/xapian-search; do
	[ -f "$root$prefix/$file" ] || die "$file is not installed"
done
PKG_CONFIG_PATH=$(dirname "$(find "$root" -name librerank.pc)")
PKG_CONFIG_SYSROOT_DIR=$root
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
cat >score.c <<'END'
#include <rerank/rerank.h>
#include <stdio.h>
int main(void)
{
	xs_input query = xs_input_text("how to renew a certificate");
	xs_input texts[] = {{0}, {0}};
	xs_model *model;
	xs_reranker *reranker;
	xs_request *request;
	xs_score scores[2];

	texts[0] = xs_input_text("Certificates are renewed with the command renew.");
	texts[1] = xs_input_text("Apples and pears grow on trees.");
	if (xs_model_open(&model, NULL) || xs_reranker_new(&reranker, model, NULL, NULL) ||
	    xs_request_new(&request, reranker, &query) ||
	    xs_request_score(request, texts, 2, scores, NULL)) {
		printf("%s\n", xs_error());
		return 1;
	}
	xs_request_free(request);
	xs_reranker_free(reranker);
	xs_model_close(model);
	return !(scores[0].logit > scores[1].logit);
}
END
${CC:-cc} -std=c11 -Wall -Wextra -Werror $(pkg-config --cflags librerank) score.c -o score \
	$(pkg-config --libs librerank) || die "librerank does not link"
LD_LIBRARY_PATH=$(dirname "$(find "$root" -name librerank.so)")
export LD_LIBRARY_PATH
run 0 ./score

# The sample plugin, built as its author would.
cp "$top_srcdir"/examples/plugin/* . && chmod u+w ./*
run 0 make
site
unset LD_LIBRARY_PATH
run 0 "$XS" index
run 0 "$XS" -o "plugins=$folder/recency.so" -o 'pipeline=[parse, retrieve, rerank, blend, recency, group, snippet]' \
	search --explain certificate
has out 'recency'
# The rerank stage as a module, as it is installed.
run 0 "$XS" -o "plugins=$(find "$root" -name rerank.so)" search --json certificate
has out '"status":"full"'
