#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Answers of a model in f32, for the tests: logits of given pairs for five patterns.

    golden.py MODEL_FOLDER OLD.json NEW.json

The pairs and patterns are those of OLD.json (tests/data has one); the logits are made anew with
PyTorch.  Pairs are given as token ids too, so that a test of the encoder needs no tokenizer."""
import argparse
import json

import torch

import model as M


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("model", "old", "new"):
        ap.add_argument(name)
    a = ap.parse_args()
    with open(a.old) as f:
        r = json.load(f)
    m = M.load(a.model).eval()
    with torch.inference_mode():
        for name, pattern in r["patterns"].items():
            r["logits"][name] = [
                m.plain(*M.collate_plain([p["query_ids"]], [0], [p["text_ids"]], m.cfg["max_position_embeddings"], pattern))[0].item()
                for p in r["pairs"]]
    with open(a.new, "w") as f:
        json.dump(r, f, ensure_ascii=False)
    print(len(r["pairs"]), "pairs;", ", ".join(f"{k} {v[0]:.4f} ... {v[-1]:.4f}" for k, v in r["logits"].items()))


if __name__ == "__main__":
    main()
