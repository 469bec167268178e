#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures other engines beside librerank where texts are embedded: the same weights and token ids.

The embedder's weights run in sentence-transformers (PyTorch), ONNX Runtime and OpenVINO, and as they are in
librerank, which is loaded as a library like the others.  How it measures is in peers.py.  See README.md
beside this file.
"""

import argparse
import ctypes
import json
import multiprocessing
import os
import pathlib
import sys
import time

import peers

PACKAGES = ("torch", "sentence-transformers", "onnxruntime", "openvino", "nncf")
PRECISIONS = ("f32", "bf16", "int8")  # in the order of xs_precision

# ---------------------------------------------------------------- the model, in each engine's form


def make_request(folder, texts, tokens):
    """Texts of token ids without CLS and SEP: lengths from half to one and a half times `tokens`."""
    request = peers.make_request(folder, texts, tokens)
    del request["query"]
    return request


def bert(folder, attention="sdpa"):
    import torch
    import transformers

    config = transformers.BertConfig.from_pretrained(folder)
    config._attn_implementation = attention
    model = transformers.BertModel(config, add_pooling_layer=False).eval()
    weights = {k.removeprefix("bert."): torch.from_numpy(v) for k, v in peers.read_weights(folder).items()}
    missing, unexpected = model.load_state_dict(weights, strict=False)
    unexpected = [k for k in unexpected if not k.startswith("pooler.") and k != "embeddings.position_ids"]
    if missing or unexpected:
        sys.exit(f"peers: {folder} is no BERT encoder: {missing + unexpected}")
    return model


def pooled(encoder):
    """The encoder with the mean over all tokens, of length 1, in the graph."""
    import torch

    class Pooled(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.encoder = encoder

        def forward(self, input_ids, attention_mask, token_type_ids):
            states = self.encoder(input_ids, attention_mask, token_type_ids).last_hidden_state
            weight = attention_mask.unsqueeze(-1).to(states.dtype)
            mean = (states * weight).sum(1) / weight.sum(1)
            return torch.nn.functional.normalize(mean, dim=1)

    return Pooled().eval()


def prepare_sentences(folder, work):
    """A folder as sentence-transformers has it, with weights in f32."""
    to = work / "sentence-transformers"
    (to / "1_Pooling").mkdir(parents=True, exist_ok=True)
    encoder = bert(folder)
    encoder.save_pretrained(to)
    (to / "vocab.txt").write_bytes((folder / "vocab.txt").read_bytes())
    (to / "tokenizer_config.json").write_text('{"tokenizer_class": "BertTokenizer", "do_lower_case": true}')
    (to / "sentence_bert_config.json").write_text('{"max_seq_length": 256}')
    pooling = {"word_embedding_dimension": encoder.config.hidden_size, "pooling_mode_mean_tokens": True}
    (to / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    kinds = (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize"))
    modules = [
        {"idx": i, "name": str(i), "path": path, "type": "sentence_transformers.models." + kind}
        for i, (path, kind) in enumerate(kinds)
    ]
    (to / "modules.json").write_text(json.dumps(modules))


def prepare(folder, work, request):
    done = work / "done"
    if done.exists() and done.read_text() == str(folder):
        return
    prepare_sentences(folder, work)
    encoder = bert(folder, attention="eager")
    peers.export_onnx(pooled(encoder), encoder.config, work, "vectors")
    peers.prepare_openvino(work, request)
    done.write_text(str(folder))


# ---------------------------------------------------------------- engines


class Sentences(peers.Engine):
    """SentenceTransformer's modules; its encode() would also split into tokens."""

    def __init__(self, options, precision, variant, calls):
        import sentence_transformers
        import torch

        super().__init__(calls)
        self.torch = torch
        self.threads = max(1, options["threads"] // calls)
        torch.set_num_threads(self.threads)
        folder = os.path.join(options["work"], "sentence-transformers")
        model = sentence_transformers.SentenceTransformer(folder, device="cpu").eval()
        self.model = model.to(torch.bfloat16 if precision == "bf16" else torch.float32)

    def run(self, *arrays):
        torch = self.torch
        torch.set_num_threads(self.threads)  # of the calling thread
        with torch.inference_mode():
            features = {name: torch.from_numpy(x) for name, x in zip(peers.INPUTS, arrays)}
            return self.model(features)["sentence_embedding"].float().numpy()


class OnnxRuntime(peers.OnnxRuntime):
    def run(self, *arrays):
        return self.session.run(None, dict(zip(peers.INPUTS, arrays)))[0]


class OpenVino(peers.OpenVino):
    def keep(self, request, number):
        self.answers[number] = request.get_output_tensor(0).data.copy()


class Input(ctypes.Structure):
    """xs_input."""

    _fields_ = [("text", ctypes.c_char_p), ("len", ctypes.c_size_t),
                ("ids", ctypes.POINTER(ctypes.c_int32)), ("n_ids", ctypes.c_size_t)]


class Options(ctypes.Structure):
    """xs_embed_options."""

    _fields_ = [("precision", ctypes.c_int), ("pooling", ctypes.c_int), ("normalise", ctypes.c_int),
                ("max_tokens", ctypes.c_int), ("query_prompt", ctypes.c_char_p),
                ("passage_prompt", ctypes.c_char_p)]


class Librerank:
    """All texts in one call, which are neither padded nor sorted for it."""

    def __init__(self, options, precision):
        self.library = library = ctypes.CDLL(options["library"])
        library.xs_pool_new.restype = ctypes.c_void_p
        library.xs_error.restype = ctypes.c_char_p
        folder = options["folder"]
        model, self.embedder = ctypes.c_void_p(), ctypes.c_void_p()
        self.check(library.xs_embedder_model_open(ctypes.byref(model), folder and folder.encode()))
        self.pool = ctypes.c_void_p(library.xs_pool_new(options["threads"]))
        choice = Options(precision=PRECISIONS.index(precision))
        self.check(library.xs_embedder_new_sized(ctypes.byref(self.embedder), model, ctypes.byref(choice),
                                                 ctypes.c_size_t(ctypes.sizeof(choice)), self.pool))
        self.dimensions = options["dimensions"]
        self.texts = options["request"]["texts"]
        self.inputs = (Input * len(self.texts))()
        for one, ids in zip(self.inputs, self.texts):
            one.ids, one.n_ids = (ctypes.c_int32 * len(ids))(*ids), len(ids)

    def check(self, code):
        if code:
            sys.exit("peers: librerank: " + self.library.xs_error().decode())

    def run(self):
        import numpy

        out = numpy.zeros((len(self.texts), self.dimensions), numpy.float32)
        self.check(self.library.xs_embedder_run_sized(
            out.ctypes.data_as(ctypes.POINTER(ctypes.c_float)), None, ctypes.c_size_t(0), self.embedder, 0,
            self.inputs, ctypes.c_size_t(ctypes.sizeof(Input)), ctypes.c_size_t(len(self.texts)), None))
        return out


def serve_ours(pipe, options, precision):
    """As peers.serve(), of librerank."""
    engine = Librerank(options, precision)
    pipe.send(peers.memory_mb())
    while (message := pipe.recv()) != "end":
        if message is None:
            pipe.send(peers.memory_mb())
            continue
        begin, cpu = time.perf_counter(), time.process_time()
        vectors = engine.run()
        pipe.send(((time.perf_counter() - begin) * 1000, (time.process_time() - cpu) * 1000, list(vectors)))


class Ours(peers.Peer):
    def __init__(self, options, precision):
        self.start(serve_ours, (options, precision))


ENGINES = {"sentence-transformers": Sentences, "onnxruntime": OnnxRuntime, "openvino": OpenVino}

# Variants to choose among for each engine and precision.
PEERS = {
    ("sentence-transformers", "f32"): ("",),
    ("sentence-transformers", "bf16"): ("",),
    ("onnxruntime", "f32"): ("plain", "fused"),
    ("onnxruntime", "int8"): ("plain", "fused"),
    ("openvino", "f32"): ("f32",),
    ("openvino", "bf16"): ("bf16",),
    ("openvino", "int8"): ("f32", "bf16"),
}

# ---------------------------------------------------------------- output


def add_cosines(rows, results):
    """The least cosine of a row's vectors with those of sentence-transformers in f32."""
    import numpy

    exact = next((r.answers for r in rows if (r.engine, r.precision) == ("sentence-transformers", "f32")), None)
    for row, result in zip(rows, results):
        if exact is None:
            continue
        a, b = numpy.array(exact), numpy.array(row.answers)
        length = numpy.linalg.norm(a, axis=1) * numpy.linalg.norm(b, axis=1)
        result["cosine"] = round(float(((a * b).sum(1) / length).min()), 6)


def arguments():
    tree = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--library", default=str(tree / "build/.libs/librerank.so"))
    parser.add_argument("--model", type=pathlib.Path, help="an embedder's folder; without: the one built in")
    parser.add_argument("--texts", type=int, default=100)
    parser.add_argument("--tokens", type=int, default=168, help="of a text, on average; the model takes 254")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", help="engines, separated by commas: " + ", ".join(ENGINES))
    parser.add_argument("--precision", help="number formats, separated by commas: " + ", ".join(PRECISIONS))
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/xapian-search-peers/embed"),
                        help="folder for the converted models, kept")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    args.precision = args.precision.split(",") if args.precision else PRECISIONS
    args.folder = str(args.model.resolve()) if args.model else None
    args.model = (args.model or tree / "models/embedder").resolve()
    return args


def main():
    os.environ["HF_HUB_OFFLINE"] = "1"  # nothing is fetched
    args = arguments()
    args.work.mkdir(parents=True, exist_ok=True)
    request = make_request(args.model, args.texts, args.tokens)
    dimensions = json.loads((args.model / "config.json").read_text())["hidden_size"]
    options = {"library": args.library, "folder": args.folder, "threads": args.threads,
               "work": str(args.work), "dimensions": dimensions, "request": request,
               "module": "peers_embed", "packages": PACKAGES,
               "peers": {k: v for k, v in PEERS.items() if k[1] in args.precision}}
    process = multiprocessing.get_context("spawn").Process(target=prepare, args=(args.model, args.work, request))
    process.start()
    process.join()
    if process.exitcode:
        sys.exit("peers: the model could not be converted")
    rows = [peers.Row("librerank", p, "", lambda p=p: Ours(options, p), 0)
            for p in reversed(PRECISIONS) if p in args.precision]
    rows += peers.peer_rows(options, args.only and args.only.split(","))
    peers.measure(rows, args.rounds)
    for row in rows:
        row.measure_memory()
    results = [row.result() for row in rows]
    peers.add_ratios(results, "ms")
    peers.add_ratios(results, "cpu_ms")
    add_cosines(rows, results)
    tokens = sum(map(len, request["texts"])) + 2 * args.texts
    title = f"{args.texts} texts, {tokens} tokens with CLS and SEP, {args.threads} threads"
    if args.json:
        print(json.dumps({"cpu": peers.cpu_name(), "versions": peers.versions(PACKAGES), "title": title,
                          "results": results}))
        return
    print(f"{peers.cpu_name()}; " + ", ".join(f"{k} {v}" for k, v in peers.versions(PACKAGES).items()))
    peers.show(title, results)


if __name__ == "__main__":
    main()
