#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# What `make install DESTDIR=…` puts down works: programs against librerank, a plugin by itself.
. "${top_srcdir:-.}/tests/cli/lib.sh"
build=$(dirname "$XS")
[ -f "$build/.libs/librerank.so" ] || { echo "built without shared libraries"; exit 77; }
! grep -Eq '__[at]san_init' "$build/.libs/librerank.so" || { echo "built with a sanitizer"; exit 77; }
make -s -C "$build" install DESTDIR="$folder/to" >log 2>&1 || { cat log; die "make install"; }
prefix=$(sed -n 's/^prefix=//p' "$build/rerank/librerank.pc")
root=$folder/to
for file in bin/xapian-search include/xapian-search/rerank/rerank.h \
	include/xapian-search/rerank/embed.h share/man/man3/xs_embedder_new.3 \
	include/xapian-search/plugin/plugin.h share/man/man1/xapian-search.1 share/man/man3/librerank.3 \
	share/bash-completion/completions/xapian-search; do
	[ -f "$root$prefix/$file" ] || die "$file is not installed"
done
PKG_CONFIG_PATH=$(dirname "$(find "$root" -name librerank.pc)")
PKG_CONFIG_SYSROOT_DIR=$root
export PKG_CONFIG_PATH PKG_CONFIG_SYSROOT_DIR
# The example, as its first lines say, by a C compiler and by one for C++, with installed headers alone.
example=$(find "$root" -name rerank.c)
cp "$example" . || die "examples/rerank.c is not installed"
${CC:-cc} -std=c11 -pedantic -Wall -Wextra -Werror $(pkg-config --cflags librerank) rerank.c -o rerank-c \
	$(pkg-config --libs librerank) || die "a program in C does not link with librerank"
${CXX:-c++} -std=c++17 -pedantic -Wall -Wextra -Werror $(pkg-config --cflags librerank) -x c++ rerank.c \
	-x none -o rerank-cxx $(pkg-config --libs librerank) || die "a program in C++ does not link with librerank"
LD_LIBRARY_PATH=$(dirname "$(find "$root" -name librerank.so)")
export LD_LIBRARY_PATH
for program in ./rerank-c ./rerank-cxx; do
	run 0 $program "how to renew a certificate" "Certificates are renewed with the command renew." \
		"Apples and pears grow on trees."
	[ "$(wc -l <out)" -eq 2 ] || die "a line for each text"
	[ "$(sort -rn out | head -1)" = "$(head -1 out)" ] || die "the apples are not the answer"
	has out '^0\.[0-9]{4}  Apples'
	run 1 $program -m nowhere question text
	has err '^rerank: .*nowhere'
	run 1 $program -m "$top_srcdir/tests/data/golden/t32" question text
	has err '^rerank: .*no vocabulary'
	run 2 $program question
	run 0 $program -v question text
	has err "^librerank $(pkg-config --modversion librerank): opened model default"
done
# The example of the manual, the same way.
sed -n '/^#include/,/^\.Ed/p' "$root$prefix/share/man/man3/xs_embedder_run.3" | sed '/^\.Ed/d; s/\\e/\\/g' >embed.c
${CC:-cc} -std=c11 -pedantic -Wall -Wextra -Werror $(pkg-config --cflags librerank) embed.c -o embed-c \
	$(pkg-config --libs librerank) || die "the manual's example does not link with librerank"
run 0 ./embed-c
has out '^0\.[4-9][0-9]*$'
# Each header that a program may include needs nothing else of the tree.
(cd "$root$prefix/include/xapian-search" && find . -name "*.h") >headers
[ "$(wc -l <headers)" -ge 6 ] || die "headers are missing"
while read -r header; do
	printf '#include "%s"\nextern int xs_one_declaration;\n' "$header" |
		${CC:-cc} -std=c11 -pedantic -Wall -Wextra -Werror $(pkg-config --cflags librerank) -x c \
			-fsyntax-only - || die "$header does not compile by itself"
done <headers

# The library exports what its manual documents, and nothing else; functions that are inline in the
# header are documented, too, and not exported.
manual=$root$prefix/share/man/man3
sed -n '/^\.Sh NAME/,/^\.Nd/s/^\.Nm \(xs_[a-z_0-9]*\).*/\1/p' "$manual"/*.3 | sort >documented
sed -n 's/^static inline .*\b\(xs_[a-z_0-9]*\)(.*/\1/p' "$root$prefix"/include/xapian-search/rerank/*.h |
	sort >inline
[ "$(wc -l <inline)" -ge 6 ] || die "inline functions of the header are not found"
nm -D --defined-only "$(find "$root" -name librerank.so)" | sed -n 's/@.*//; s/.* [A-Z] //p' |
	grep -v '^LIBRERANK_' | sort >exported
sort exported inline | diff documented - || die "exported (>) is not what is documented (<)"
nm -D --defined-only "$(find "$root" -name librerank.so)" | grep ' xs_' | grep -v '@@LIBRERANK_' &&
	die "a symbol has no version"

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
