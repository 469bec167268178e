#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# arm64.sh FOLDER PACKAGE… - the tests of kernels, engine and vectors for 64-bit Arm on a processor that
# qemu imitates.
#
# Builds in FOLDER with Debian's cross compiler, against the PACKAGEs of arm64 and what they need, fetched
# with apt-get and unpacked below FOLDER/root: nothing is installed.  Prints a line a test, as the suite
# does; the exit status is 77 where it is left out.
set -eu
cd "$(dirname "$0")/../.."
mkdir -p "$1"
out=$(cd "$1" && pwd)
shift
root=$out/root
log=$out/arm64.log
: >"$log"

left_out() { echo "SKIP: 64-bit Arm: $*"; exit 77; }
failed() { tail -n 20 "$log" >&2; echo "FAIL: 64-bit Arm: $*; all of it is in $log"; exit 1; }

# An apt of its own for arm64: the system's has one architecture, and stays as it is.
fetch() {
	mkdir -p "$out/apt/lists/partial" "$out/apt/archives/partial"
	: >"$out/apt/status"
	cat >"$out/apt/conf" <<-END
		APT::Architecture "arm64";
		APT::Architectures { "arm64"; };
		APT::Sandbox::User "";
		Dir::State "$out/apt";
		Dir::State::status "$out/apt/status";
		Dir::Cache "$out/apt";
	END
	APT_CONFIG=$out/apt/conf apt-get update -qq >>"$log" 2>&1 &&
		APT_CONFIG=$out/apt/conf apt-get install -y -qq --download-only --no-install-recommends \
			libc6-dev "libstdc++-$(aarch64-linux-gnu-g++ -dumpversion)-dev" "$@" >>"$log" 2>&1
}

unpack() {
	rm -rf "$root.part"
	mkdir -p "$root.part"
	for p in "$out"/apt/archives/*.deb; do
		dpkg-deb -x "$p" "$root.part" || return 1
	done
	mv "$root.part" "$root"
	rm -rf "$out/apt"
}

build() {
	[ -f "$out/config.status" ] || (
		cd "$out" && ../configure -q --enable-werror --host=aarch64-linux-gnu \
			CC="aarch64-linux-gnu-gcc --sysroot=$root" \
			CXX="aarch64-linux-gnu-g++ --sysroot=$root" \
			PKG_CONFIG=pkg-config PKG_CONFIG_SYSROOT_DIR="$root" \
			PKG_CONFIG_LIBDIR="$root/usr/lib/aarch64-linux-gnu/pkgconfig:$root/usr/share/pkgconfig"
	) && make -s -C "$out" -j"$(nproc)" $checks $units
}

# on PROCESSOR SET TEST [ARGUMENT…]: one test, with that set of instructions (XS_CPU).
on() {
	processor=$1
	set=$2
	test=$3
	shift 3
	if XS_CPU=$set CHECK_EVERY=20 top_srcdir=. qemu-aarch64 -L "$root" -cpu "$processor" \
		"$out/$test" "$@" >"$out/$test.$set.log" 2>&1; then
		echo "PASS: $test ($processor, $set)"
	else
		tail -n 40 "$out/$test.$set.log" >&2
		echo "FAIL: $test ($processor, $set)"
	fi
}

checks="tests/kern/check_attend tests/kern/check_dots tests/kern/check_encode tests/kern/check_linear
tests/kern/check_norm tests/kern/check_signs"
units="tests/unit/t_base tests/unit/rerank/t_cls tests/unit/t_nearest tests/unit/t_vectors tests/unit/rerank/t_embed
tests/unit/rerank/t_rerank"

# Of engine and embedder the golden answers of small models, which take seconds under imitation.
engine_on() {
	on "$1" "$2" tests/unit/rerank/t_embed none folders
	on "$1" "$2" tests/unit/rerank/t_rerank none 'golden_f*'
}

all_on() {
	for test in $checks tests/unit/t_base tests/unit/rerank/t_cls tests/unit/t_nearest tests/unit/t_vectors; do
		on "$1" "$2" "$test"
	done
	engine_on "$1" "$2"
}

for p in aarch64-linux-gnu-gcc aarch64-linux-gnu-g++ qemu-aarch64 apt-get; do
	command -v $p >/dev/null || left_out "$p is not installed"
done
[ -d "$root" ] || fetch "$@" || left_out "Debian's packages for it could not be fetched; see $log"
[ -d "$root" ] || unpack >>"$log" 2>&1 || failed "the packages could not be unpacked"
build >>"$log" 2>&1 || failed "it was not built"
all_on cortex-a72 neon >"$out/neon.results" &
all_on max i8mm >"$out/i8mm.results"
engine_on max dotprod >>"$out/i8mm.results"
wait
cat "$out/neon.results" "$out/i8mm.results"
! grep -q '^FAIL' "$out/neon.results" "$out/i8mm.results"
