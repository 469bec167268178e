#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Scores of the teachers, in shards of randomly ordered groups, each made once and kept.

    score.py WORK --program PROGRAM [--e5 FOLDER] [--held N] [--shards N] [--size N] [--seed N]

Makes the held-out shard (its first N groups), then shards until there are --shards of them; what is
there already is left alone, so the same command goes on after a stop.  Without --e5 its scores are
left out; a later run with --e5 adds them to shards that lack them.  A shard, WORK/shards/NNNN.npz
(held.npz), holds of each group: its line in groups.jsonl, 24 candidates and their three scores, and
MiniLM's vector of the query.
The candidates: 0 the positive; 1-7 BM25's hard negatives; 8-19 near ones by MiniLM, out of all
passages embedded so far (the nearest four, and eight of the next 36); 20-23 others by chance.
Passages' vectors are kept in WORK/vectors, so a passage is embedded once.
"""
import argparse
import os
import random
import time

import numpy as np
import torch

import common
import teacher
from encoder import Encoder

HARD, NEAREST, NEAR, NEAR_OF, OTHERS = 7, 4, 8, 36, 4


class Vectors:
    """Vectors of all passages by one teacher, in a file as they come to be."""

    def __init__(self, work, name, encoder, n, dim=384):
        base = os.path.join(work, "vectors", name)
        os.makedirs(os.path.dirname(base), exist_ok=True)
        self.name, self.encoder = name, encoder
        for end, dtype, shape in ((".f16", np.float16, (n, dim)), (".done", np.uint8, (n,))):
            mode = "r+" if os.path.exists(base + end) else "w+"
            setattr(self, end[1:], np.memmap(base + end, dtype, mode, shape=shape))

    def make(self, numbers, passages, say):
        todo = [d for d in numbers if not self.done[d]]
        for a in range(0, len(todo), 1000):
            part, t = todo[a:a + 1000], time.time()
            self.f16[part] = self.encoder.embed([passages[d] for d in part]).astype(np.float16)
            self.f16.flush()
            self.done[part] = 1
            say(f"{self.name}: {a + len(part)} of {len(todo)} passages, {len(part) / (time.time() - t):.0f}/s")


def nearest(queries, pool, vectors, n):
    """The n nearest of the pool for each query, best first."""
    out = []
    P = torch.from_numpy(vectors[pool].astype(np.float32))
    for a in range(0, len(queries), 256):
        s = torch.from_numpy(queries[a:a + 256]) @ P.T
        out.append(pool[s.topk(min(n, len(pool)), 1).indices.numpy()])
    return np.concatenate(out)


def candidates(x, near, pool, rng):
    own = [x["p"]] + x["n"][:HARD]
    seen = set(own)
    near = [d for d in near.tolist() if d not in seen]
    mine = near[:NEAREST] + rng.sample(near[NEAREST:NEAREST + NEAR_OF], NEAR)
    seen.update(mine)
    while len(own) + len(mine) < 1 + HARD + NEAREST + NEAR + OTHERS:
        d = int(pool[rng.randrange(len(pool))])
        if d not in seen:
            seen.add(d)
            mine.append(d)
    return own + mine


def make(path, lines, groups, passages, minilm, bm25, seed, say):
    rng = random.Random(seed)
    minilm.make(sorted({d for i in lines for d in [groups[i]["p"]] + groups[i]["n"][:HARD]}), passages, say)
    text = [groups[i]["q"] for i in lines]
    Q = minilm.encoder.embed(text, query=True)
    pool = np.flatnonzero(minilm.done)
    near = nearest(Q, pool, minilm.f16, NEAREST + NEAR_OF + HARD + 1)
    D = np.array([candidates(groups[i], n, pool, rng) for i, n in zip(lines, near)], np.int32)
    out = {"line": np.array(lines, np.int32), "d": D, "minilm": cosines(minilm, D, Q),
           "minilm_q": Q.astype(np.float16)}
    weights = [bm25.query(t) for t in text]
    out["bm25"] = np.array([[bm25.score(w, d) for d in ds] for w, ds in zip(weights, D.tolist())], np.float32)
    common.write_arrays(path, **out)
    say(f"{path}: {len(lines)} groups; pool {len(pool)}; {first(out)}")


def cosines(vectors, D, Q):
    return np.einsum("gkh,gh->gk", vectors.f16[D].astype(np.float32), Q).astype(np.float16)


def first(x):
    """How often each teacher has the positive first among BM25's candidates."""
    return " ".join(f"{k} {(x[k][:, :1 + HARD].argmax(1) == 0).mean():.3f}" for k in ("minilm", "e5", "bm25") if k in x)


def add(path, x, groups, passages, e5, say):
    e5.make(np.unique(x["d"]).tolist(), passages, say)
    Q = e5.encoder.embed([groups[i]["q"] for i in x["line"]], query=True)
    x["e5"] = cosines(e5, x["d"], Q)
    common.write_arrays(path, **x)
    say(f"{path}: with e5; {first(x)}")


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("work")
    ap.add_argument("--program", required=True, help="xapian-search, whose own embedder is MiniLM")
    ap.add_argument("--e5")
    ap.add_argument("--held", type=int, default=600)
    ap.add_argument("--shards", type=int, default=1)
    ap.add_argument("--size", type=int, default=500)
    ap.add_argument("--threads", type=int, default=2)
    ap.add_argument("--seed", type=int, default=19)
    a = ap.parse_args()
    say = lambda s: print(time.strftime("%H:%M:%S"), s, flush=True)
    groups, passages, bm25 = common.load_groups(a.work), common.load_passages(a.work), common.BM25(a.work)
    minilm = Vectors(a.work, "minilm", Encoder(a.program, threads=a.threads), len(passages))
    e5 = Vectors(a.work, "e5", Encoder(a.program, a.e5, a.threads), len(passages)) if a.e5 else None
    held = sum(1 for x in groups if x.get("held"))
    os.makedirs(os.path.join(a.work, "shards"), exist_ok=True)
    jobs = [("held", range(min(a.held, held)))]
    jobs += [(f"{i:04}", range(held + i * a.size, min(held + (i + 1) * a.size, len(groups)))) for i in range(a.shards)]
    for i, (name, lines) in enumerate(jobs):
        path = os.path.join(a.work, "shards", name + ".npz")
        if len(lines) and not os.path.exists(path):
            make(path, list(lines), groups, passages, minilm, bm25, a.seed + i, say)
        if len(lines) and e5:
            x = teacher.shard(path)
            if "e5" not in x:
                add(path, x, groups, passages, e5, say)


if __name__ == "__main__":
    main()
