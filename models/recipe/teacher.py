#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The teacher: weights of its parts, and what it says of a shard's groups.

    teacher.py WORK

Finds the weights on the held-out shard, by a listwise logistic regression that is to put the
positive first, and writes WORK/teacher.json.  Each part is normalised over a group's candidates; the
weights' sum is the teacher's sureness.  There is a second set for shards that lack e5 yet.

The one that chose the negatives looks bad on them.  So MiniLM and e5 are weighed against each other
on BM25's candidates, and half the way to equal weights, for on other collections they are equal;
both against BM25 on as many candidates of BM25 as of MiniLM."""
import argparse
import json
import os

import numpy as np

import common

PARTS = ("minilm", "e5", "bm25")
AGREES, HOPELESS = 2, 5  # rank of the positive among itself and BM25's seven
BONUS = 1.0  # what the label adds to the positive's score where the teacher agrees


def normal(s):
    s = np.asarray(s, np.float32)
    return (s - s.mean(-1, keepdims=True)) / np.maximum(s.std(-1, keepdims=True), 1e-4)


def shard(path):
    with np.load(path) as z:
        return {k: z[k] for k in z.files}


def rank(s):
    return 1 + (s[:, 1:8] > s[:, :1]).sum(1)


def parts(x):
    return [k for k in PARTS if k in x]


def scores(x, weights):
    w = weights["+".join(parts(x))]
    return sum(w[k] * normal(x[k]) for k in parts(x))


def judge(x, groups, weights):
    """Adds to a shard: "t", the teacher's scores with the label's bonus, "label", whether candidate
    0 is taken for relevant, and "use", whether the group is worth learning from."""
    t = scores(x, weights)
    has = np.array([groups[i]["label"] for i in x["line"]])
    x["label"] = has & (rank(t) <= AGREES)
    x["use"] = ~has | (np.min([rank(x[k]) for k in parts(x)], 0) < HOPELESS)
    t[:, 0] += BONUS * x["label"]
    x["t"] = t
    return x


def fit(z, steps=3000, rate=0.02):
    """Weights w >= 0 that make softmax(w z) put candidate 0 first: z [groups, candidates, parts]."""
    w = np.ones(z.shape[2], np.float64)
    m = v = 0
    for i in range(1, steps + 1):
        s = z @ w
        p = np.exp(s - s.max(1, keepdims=True))
        p /= p.sum(1, keepdims=True)
        g = ((p[:, :, None] * z).sum(1) - z[:, 0]).mean(0)
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        w = np.maximum(w - rate * (m / (1 - 0.9 ** i)) / (np.sqrt(v / (1 - 0.999 ** i)) + 1e-9), 0)
    return w


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("work")
    a = ap.parse_args()
    groups = common.load_groups(a.work)
    x = shard(os.path.join(a.work, "shards", "held.npz"))
    take = [0, 1, 2, 3, 4, 8, 9, 10, 11]
    hard, near = list(range(8)), [0] + list(range(8, 20))
    first = lambda s, c: round(float((s[:, c].argmax(1) == 0).mean()), 4)
    keep = np.min([rank(x[k]) for k in parts(x)], 0) < HOPELESS
    print("groups", len(keep), "not hopeless", int(keep.sum()))
    for k in parts(x):
        print(f"{k}: positive first of BM25's {first(x[k], hard)}, of MiniLM's {first(x[k], near)}")
    result = {}
    for use in ([k for k in parts(x) if k != "e5"], parts(x)):
        z = {k: normal(x[k]) for k in use}
        dense = [k for k in use if k != "bm25"]
        w = fit(np.stack([z[k] for k in dense], 2)[keep][:, hard])
        w = dict(zip(dense, (w / w.mean() + 1) / 2))
        both = sum(w[k] * z[k] for k in dense)
        scale, bm25 = fit(np.stack([both, z["bm25"]], 2)[keep][:, take])
        w = dict({k: v * scale for k, v in w.items()}, bm25=bm25)
        s = sum(w[k] * z[k] for k in use)
        name = "+".join(use)
        result[name] = {k: round(float(w[k]), 3) for k in use}
        print(f"{result[name]}: of BM25's {first(s, hard)}, of MiniLM's {first(s, near)}; agrees {(rank(s) <= AGREES).mean():.3f}")
    for k in sorted({groups[i]["s"] for i in x["line"]}):
        o = np.array([groups[i]["s"] == k for i in x["line"]])
        print(f"  {k}: {o.sum()} groups, first {first(s[o], hard)}, hopeless {1 - keep[o].mean():.2f}")
    common.write_json(os.path.join(a.work, "teacher.json"), result)


if __name__ == "__main__":
    main()
