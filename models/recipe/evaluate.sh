#!/bin/sh
# SPDX-License-Identifier: MIT
# evaluate.sh PROGRAM COLLECTIONS [eval option ...]: one line a collection, and the means.
#
# COLLECTIONS is a folder of BEIR folders; one that has a bm25.run is reranked from that.  Measures the
# built-in model, or with -m FOLDER another: of each collection the nDCG@10 of the retrieval, of the
# model alone and of their blend, 20 documents a query.
program=$1 collections=$2
shift 2
for c in "$collections"/*/; do
	[ -f "$c/corpus.jsonl" ] || continue
	run=
	[ -f "$c/bm25.run" ] && run="--run $c/bm25.run"
	# shellcheck disable=SC2086
	"$program" eval --beir "$c" $run -k 20 --metrics nDCG@10 --json "$@" | sed "s|^|$(basename "$c") |"
done | "${PYTHON:-python3}" -c '
import json, sys
def line(name, v):
    print("%-12s" % name, " ".join("%s %.4f" % x for x in v.items()), flush=True)
mean = {}
for l in sys.stdin:
    name, r = l.split(" ", 1)
    r = json.loads(r)["metrics"]
    v = {k: r[k]["nDCG@10"] for k in ("retrieval", "rerank", "blend")}
    line(name, v)
    for k, x in v.items():
        mean.setdefault(k, []).append(x)
line("mean", {k: sum(x) / len(x) for k, x in mean.items()})
'
