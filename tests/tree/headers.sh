#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# Every header compiles alone, as C11; those that C++ may include, as C++17.
set -u
top_srcdir=$(cd "${top_srcdir:-.}" && pwd)
failed=0
cd "$top_srcdir" || exit 99
for h in $(find base sql vectors crawl conf eval index rerank plugin serve cmd -name "*.h" | sort); do
	case $h in
	*/kern/list.h | rerank/kern/vec.h | */kern/*_vec.h | rerank/kern/vec_*.h | vectors/kern/bytes_*.h) continue ;; # parts of kernels
	esac
	printf '#include "%s"\nextern int xs_one_declaration;\n' "$h" |
		${CC:-cc} -std=c11 -Wall -Wextra -Werror -pedantic -Wno-unused-function -I. \
			-x c -fsyntax-only - || { echo "$h does not compile alone"; failed=1; }
	if grep -q '__cplusplus' "$h"; then
		printf '#include "%s"\n' "$h" |
			${CXX:-c++} -std=c++17 -Wall -Wextra -Werror -I. -x c++ -fsyntax-only - ||
			{ echo "$h does not compile as C++"; failed=1; }
	fi
done
exit $failed
