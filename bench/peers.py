#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures other engines beside xapian-search: the same weights, the same token ids, in turn.

The model's weights run as a plain BERT cross-encoder with full attention in PyTorch, ONNX Runtime,
OpenVINO and CTranslate2, and as they are in `xapian-search rerank`.  Each engine has a process of its
own.  First every engine finds its best ways on a quarter of the texts (batch size, variants of its
model), then all are measured one after the other, round after round: with all texts padded in one
batch; sorted by length in batches of the best size; and as many of those at once as there are
threads, a session and one thread each.
Memory is measured last, in fresh processes.  See README.md beside this file.
"""

import argparse
import concurrent.futures
import importlib
import json
import multiprocessing
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

QUERY_TOKENS = 8
BATCHES = (1, 4, 8, 16, 32)
CALIBRATION_TEXTS = 25
CALIBRATION_NEAR = 1.3  # what is not slower than the best by more than that is tried again
INPUTS = ("input_ids", "attention_mask", "token_type_ids")

# ---------------------------------------------------------------- requests


def make_request(folder, texts, tokens, even=False):
    """A query and texts of token ids: lengths from half to one and a half times `tokens`."""
    import numpy

    config = json.loads((folder / "config.json").read_text())
    rng = numpy.random.default_rng(20231219)
    vocabulary = config["vocab_size"]
    lengths = [round(tokens * (1 if even else 0.5 + (i + 0.5) / texts)) for i in range(texts)]
    rng.shuffle(lengths)
    low = min(1000, vocabulary // 2)  # above the special tokens
    ids = lambda n: rng.integers(low, vocabulary, n).tolist()
    return {
        "query": ids(QUERY_TOKENS),
        "texts": [ids(n) for n in lengths],
        "cls": config.get("cls_token_id", 101),
        "sep": config.get("sep_token_id", 102),
    }


class Batches:
    """Every step-th text of a request in batches: rows CLS, query, SEP, text, SEP, padded; without a
    query rows CLS, text, SEP of one segment."""

    def __init__(self, request, size, step=1):
        query = request.get("query")
        self.head = [request["cls"]] + ([*query, request["sep"]] if query else [])
        self.segment = 1 if query else 0
        self.sep = request["sep"]
        self.texts = request["texts"]
        order = list(range(0, len(self.texts), step))
        if size:
            order.sort(key=lambda i: -len(self.texts[i]))
        size = size or len(order)
        self.parts = [order[i : i + size] for i in range(0, len(order), size)]

    def arrays(self, part):
        import numpy

        head = len(self.head)
        longest = head + max(len(self.texts[i]) for i in part) + 1
        ids = numpy.zeros((len(part), longest), numpy.int64)
        mask = numpy.zeros_like(ids)
        types = numpy.zeros_like(ids)
        for row, i in enumerate(part):
            text = self.texts[i]
            end = head + len(text) + 1
            ids[row, :head] = self.head
            ids[row, head : end - 1] = text
            ids[row, end - 1] = self.sep
            mask[row, :end] = 1
            types[row, head:end] = self.segment
        return ids, mask, types


# ---------------------------------------------------------------- the model, in each engine's form


def read_weights(folder):
    """The tensors as f32; int8 rows are multiplied with their scales, and columns with their factors."""
    import numpy
    from safetensors.torch import load_file

    tensors = {k: v.float().numpy() for k, v in load_file(folder / "model.safetensors").items()}
    out = {}
    for name, tensor in tensors.items():
        if name.rpartition(".")[2] in ("scale", "columns") and name.rpartition(".")[0] in tensors:
            continue
        scale, columns = tensors.get(name + ".scale"), tensors.get(name + ".columns")
        tensor = tensor if scale is None else tensor * scale.reshape(-1, 1).astype(numpy.float32)
        out[name] = tensor if columns is None else tensor * columns.reshape(1, -1).astype(numpy.float32)
    return out


def torch_model(folder, positions=0, attention="sdpa"):
    """BertForSequenceClassification; `positions` above the model's stretches them linearly."""
    import torch
    import transformers

    config = transformers.BertConfig.from_pretrained(folder)
    weights = {k: torch.from_numpy(v) for k, v in read_weights(folder).items()}
    name = "bert.embeddings.position_embeddings.weight"
    if positions > config.max_position_embeddings:
        weights[name] = torch.nn.functional.interpolate(
            weights[name].T[None], size=positions, mode="linear", align_corners=True
        )[0].T.contiguous()
        config.max_position_embeddings = positions
    config._attn_implementation = attention
    model = transformers.BertForSequenceClassification(config).eval()
    missing, unexpected = model.load_state_dict(weights, strict=False)
    if missing or unexpected:
        sys.exit(f"peers: {folder} is no BERT cross-encoder: {missing + unexpected}")
    return model


def export_onnx(model, config, work, output):
    """The model plain and with fused attention, both in f32 and in dynamic int8; its output's rows are the
    texts."""
    import onnx
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic
    from onnxruntime.transformers import optimizer

    example = torch.randint(1, config.vocab_size, (2, 60))
    axes = {name: {0: "batch", 1: "length"} for name in INPUTS} | {output: {0: "batch"}}
    torch.onnx.export(
        model,
        (example, torch.ones_like(example), torch.zeros_like(example)),
        work / "plain.onnx",
        input_names=list(INPUTS),
        output_names=[output],
        dynamic_axes=axes,
        opset_version=17,
        dynamo=False,
    )
    fused = optimizer.optimize_model(
        str(work / "plain.onnx"),
        model_type="bert",
        num_heads=config.num_attention_heads,
        hidden_size=config.hidden_size,
    )
    fused.save_model_to_file(str(work / "fused.onnx"))
    for form in ("plain", "fused"):
        quantize_dynamic(
            work / f"{form}.onnx",
            work / f"{form}-int8.onnx",
            weight_type=QuantType.QInt8,
            extra_options={"DefaultTensorType": onnx.TensorProto.FLOAT},
        )


def prepare_onnx(folder, work):
    model = torch_model(folder, attention="eager")
    export_onnx(model, model.config, work, "logits")


def prepare_openvino(work, request):
    import nncf
    import openvino

    model = openvino.convert_model(work / "plain.onnx")
    openvino.save_model(model, work / "plain.xml", compress_to_fp16=False)
    batches = Batches(request, 1)
    items = [dict(zip(INPUTS, batches.arrays(part))) for part in batches.parts]
    quantized = nncf.quantize(
        model,
        nncf.Dataset(items),
        model_type=nncf.ModelType.TRANSFORMER,
        subset_size=len(items),
    )
    openvino.save_model(quantized, work / "int8.xml", compress_to_fp16=False)


def prepare_ctranslate2(folder, work):
    import ctranslate2

    torch_model(folder).save_pretrained(work / "plain")
    ctranslate2.converters.TransformersConverter(str(work / "plain")).convert(
        str(work / "ctranslate2"), force=True
    )


def prepare(folder, work, request):
    """Makes each engine's files once for a work folder."""
    done = work / "done"
    if done.exists() and done.read_text() == str(folder):
        return
    prepare_onnx(folder, work)
    prepare_openvino(work, request)
    prepare_ctranslate2(folder, work)
    done.write_text(str(folder))


# ---------------------------------------------------------------- engines


class Engine:
    """Takes batches, `calls` at once, each with threads/calls threads."""

    def __init__(self, calls):
        self.executor = concurrent.futures.ThreadPoolExecutor(calls) if calls > 1 else None

    def run_all(self, batches):
        one = lambda arrays: self.run(*arrays)
        return list(self.executor.map(one, batches) if self.executor else map(one, batches))


class Torch(Engine):
    def __init__(self, options, precision, variant, calls):
        import torch

        super().__init__(calls)
        self.torch = torch
        self.threads = max(1, options["threads"] // calls)
        torch.set_num_threads(self.threads)
        model = torch_model(
            pathlib.Path(options["model"]), options["positions"], variant or "sdpa"
        )
        self.model = model.to(torch.bfloat16 if precision == "bf16" else torch.float32)

    def run(self, ids, mask, types):
        torch = self.torch
        torch.set_num_threads(self.threads)  # of the calling thread
        with torch.inference_mode():
            logits = self.model(*(torch.from_numpy(x) for x in (ids, mask, types))).logits
        return logits.float().numpy()[:, 0]


class OnnxRuntime(Engine):
    def __init__(self, options, precision, variant, calls):
        import onnxruntime

        super().__init__(calls)
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads = max(1, options["threads"] // calls)
        settings.inter_op_num_threads = 1
        name = variant + ("-int8" if precision == "int8" else "") + ".onnx"
        self.session = onnxruntime.InferenceSession(
            os.path.join(options["work"], name), settings, providers=["CPUExecutionProvider"]
        )

    def run(self, *arrays):
        return self.session.run(None, dict(zip(INPUTS, arrays)))[0][:, 0]


class OpenVino:
    """Calls at once go through its own queue."""

    def __init__(self, options, precision, variant, calls):
        import openvino

        self.model = openvino.Core().compile_model(
            os.path.join(options["work"], "int8.xml" if precision == "int8" else "plain.xml"),
            "CPU",
            {
                "INFERENCE_NUM_THREADS": options["threads"],
                "NUM_STREAMS": calls,
                "INFERENCE_PRECISION_HINT": variant,
            },
        )
        self.queue = openvino.AsyncInferQueue(self.model, calls)
        self.queue.set_callback(self.keep)
        self.answers = {}

    def keep(self, request, number):
        self.answers[number] = request.get_output_tensor(0).data[:, 0].copy()

    def run_all(self, batches):
        for number, arrays in enumerate(batches):
            self.queue.start_async(dict(zip(INPUTS, arrays)), number)
        self.queue.wait_all()
        logits, self.answers = self.answers, {}
        return [logits[number] for number in sorted(logits)]


class CTranslate2(Engine):
    """The encoder; the classifier, which it does not know, is ours."""

    def __init__(self, options, precision, variant, calls):
        import ctranslate2

        super().__init__(calls)
        self.ctranslate2 = ctranslate2
        self.encoder = ctranslate2.Encoder(
            os.path.join(options["work"], "ctranslate2"),
            compute_type={"f32": "float32", "bf16": "bfloat16", "int8": "int8"}[precision],
            inter_threads=calls,
            intra_threads=max(1, options["threads"] // calls),
        )
        weights = read_weights(pathlib.Path(options["model"]))
        self.weight, self.bias = weights["classifier.weight"][0], weights["classifier.bias"][0]

    def run(self, ids, mask, types):
        import numpy

        lengths = mask.sum(1).astype(numpy.int32)
        view = self.ctranslate2.StorageView.from_array
        kinds = [row[:n].tolist() for row, n in zip(types, lengths)]
        out = self.encoder.forward_batch(
            view(ids.astype(numpy.int32)), view(lengths), token_type_ids=kinds
        )
        return numpy.array(out.pooler_output) @ self.weight + self.bias


def ctranslate2_precisions():
    import ctranslate2

    known = ctranslate2.get_supported_compute_types("cpu")
    names = {"f32": "float32", "bf16": "bfloat16", "int8": "int8"}
    return [p for p, name in names.items() if name in known]


ENGINES = {"torch": Torch, "onnxruntime": OnnxRuntime, "openvino": OpenVino, "ctranslate2": CTranslate2}

OURS = ("xapian-search", "librerank")
PACKAGES = ("torch", "onnxruntime", "openvino", "nncf", "ctranslate2")

# Variants to choose among for each engine and precision.
PEERS = {
    ("torch", "f32"): ("sdpa",),
    ("torch", "bf16"): ("sdpa",),
    ("onnxruntime", "f32"): ("plain", "fused"),
    ("onnxruntime", "int8"): ("plain", "fused"),
    ("openvino", "f32"): ("f32",),
    ("openvino", "bf16"): ("bf16",),
    ("openvino", "int8"): ("f32", "bf16"),
    ("ctranslate2", "f32"): ("",),
    ("ctranslate2", "bf16"): ("",),
    ("ctranslate2", "int8"): ("",),
}

# ---------------------------------------------------------------- processes


def memory_mb(pid="self"):
    """The greatest resident size of a process so far."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status).group(1)) * 1024 / 1e6


def serve(pipe, options, name, precision, variant, calls):
    """A worker: answers a batch size (0: all in one) and a step with (ms, CPU ms, answers), None with
    its memory."""
    import warnings

    warnings.filterwarnings("ignore")
    request = options["request"]
    engines = importlib.import_module(options["module"]).ENGINES
    engine = engines[name](options, precision, variant, calls)
    pipe.send(memory_mb())
    while (message := pipe.recv()) != "end":
        if message is None:
            pipe.send(memory_mb())
            continue
        begin, cpu = time.perf_counter(), time.process_time()
        batches = Batches(request, *message)
        results = engine.run_all([batches.arrays(part) for part in batches.parts])
        ms, cpu_ms = (time.perf_counter() - begin) * 1000, (time.process_time() - cpu) * 1000
        answers = [None] * len(request["texts"])
        for part, values in zip(batches.parts, results):
            for i, value in zip(part, values):
                answers[i] = value
        pipe.send((ms, cpu_ms, answers))


class Peer:
    """One engine in a process of its own."""

    def __init__(self, options, name, precision, variant, calls):
        self.start(serve, (options, name, precision, variant, calls))

    def start(self, worker, arguments):
        context = multiprocessing.get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=worker, args=(other, *arguments), daemon=True)
        self.process.start()
        other.close()
        self.opened = self.pipe.recv()

    def ask(self, size, step=1):
        self.pipe.send((size, step))
        return self.pipe.recv()

    def memory(self):
        self.pipe.send(None)
        return self.pipe.recv()

    def close(self):
        self.pipe.send("end")
        self.process.join()


class Ours:
    """`xapian-search rerank`: the time is what it tells, from the parsed request to the scores."""

    def __init__(self, options, precision, extra=()):
        command = [options["xs"], "-c", options["empty"], "rerank", "--precision", precision]
        command += ["--threads", str(options["threads"]), *extra]
        if options["given"]:
            command += ["--model", options["model"]]
        if options["positions"]:
            command += ["--positions", str(options["positions"])]
        self.line = json.dumps({k: options["request"][k] for k in ("query", "texts")}) + "\n"
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.process.stdin.write('{"query": [], "texts": []}\n')
        self.process.stdin.flush()
        if not self.process.stdout.readline():
            sys.exit("peers: " + " ".join(command) + " failed")
        self.opened = self.memory()

    def cpu_ms(self):
        tasks = pathlib.Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(t.read_text().split()[0]) for t in tasks) / 1e6

    def ask(self, size):
        del size  # it takes no batch size
        cpu = self.cpu_ms()
        self.process.stdin.write(self.line)
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        logits = [result["logit"] for result in answer["results"]]
        return answer["ms"], self.cpu_ms() - cpu, logits

    def memory(self):
        return memory_mb(self.process.pid)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def our_precisions(xs):
    words = subprocess.run([xs, "help", "--words", "rerank"], capture_output=True, text=True, check=True)
    return re.search(r"^--precision (\S+)", words.stdout, re.M).group(1).split("|")


# ---------------------------------------------------------------- measuring


def calibrate(options, name, precision):
    """By trial, the best (variant, calls, batch size): one batch; batches; batches at once."""
    step = max(1, len(options["request"]["texts"]) // CALIBRATION_TEXTS)
    best = {}  # by way: padded, sorted, at once
    for variant in options["peers"][name, precision]:
        for calls in sorted({1, options["threads"]}):
            peer = Peer(options, name, precision, variant, calls)
            peer.ask(BATCHES[-1], step)  # a first run fills caches and arenas
            for size in BATCHES + ((0,) if calls == 1 else ()):
                way = "padded" if not size else "sorted" if calls == 1 else "at once"
                least = best.get(way, (float("inf"),))
                ms = peer.ask(size, step)[0]
                if ms < least[0] * CALIBRATION_NEAR:
                    ms = min(ms, peer.ask(size, step)[0])
                best[way] = min(least, (ms, variant, calls, size))
            peer.close()
    print(f"  {name} {precision}: {best}", file=sys.stderr, flush=True)
    return [best[way][1:] for way in ("padded", "sorted", "at once") if way in best]


def calibrated(options, name, precision):
    """The same, kept in the work folder for the same shapes and versions."""
    request = options["request"]
    path = pathlib.Path(options["work"]) / "calibration.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    shape = [len(request["texts"]), sum(map(len, request["texts"])), options["threads"]]
    key = json.dumps([name, precision, *shape, versions(options["packages"])])
    if key not in known:
        known[key] = calibrate(options, name, precision)
        path.write_text(json.dumps(known))
    return known[key]


class Row:
    """One line of the table."""

    def __init__(self, engine, precision, way, make, size):
        self.engine, self.precision, self.way, self.make, self.size = engine, precision, way, make, size
        self.process, self.ms, self.cpu, self.answers, self.memory = None, [], [], None, None

    def run(self):
        ms, cpu, self.answers = self.process.ask(self.size)
        self.ms.append(ms)
        self.cpu.append(cpu)

    def measure_memory(self):
        process = self.make()
        process.ask(self.size)
        self.memory = (process.opened, process.memory())
        process.close()

    def result(self):
        quartiles = statistics.quantiles(self.ms, n=4) if len(self.ms) > 1 else [self.ms[0]] * 3
        ms = statistics.median(self.ms)
        out = {
            "engine": self.engine,
            "precision": self.precision,
            "way": self.way,
            "ms": round(ms, 1),
            "spread": round((quartiles[2] - quartiles[0]) / 2 / ms, 3),
            "cpu_ms": round(statistics.median(self.cpu), 1),
            "runs": len(self.ms),
        }
        if self.memory:
            out["opened_mb"], out["peak_mb"] = (round(x, 1) for x in self.memory)
        return out


def peer_rows(options, only):
    rows = []
    for name, precision in options["peers"]:
        if only and name not in only:
            continue
        if name == "ctranslate2" and precision not in ctranslate2_precisions():
            continue
        for variant, calls, size in calibrated(options, name, precision):
            make = lambda n=name, p=precision, v=variant, c=calls: Peer(options, n, p, v, c)
            way = f"sorted by {size}" + (f", {calls} at once" if calls > 1 else "") if size else "padded"
            rows.append(Row(name, precision, f"{way} ({variant})" if variant else way, make, size))
    return rows


def our_rows(options):
    rows = []
    for precision in our_precisions(options["xs"]):
        rows.append(Row("xapian-search", precision, "", lambda p=precision: Ours(options, p), 0))
    full = ("--pattern", "full")
    rows.append(Row("xapian-search", "f32", "full attention", lambda: Ours(options, "f32", full), 0))
    return rows


def measure(rows, rounds):
    for row in rows:
        row.process = row.make()
        row.process.ask(row.size)  # a first run fills caches and arenas
    for i in range(rounds):
        print(f"  round {i + 1} of {rounds}", file=sys.stderr, flush=True)
        for row in rows:
            row.run()  # told at once: a run that is stopped has told something
            print(f"    {row.engine} {row.precision} {row.way}: {row.ms[-1]:.1f} ms, processor {row.cpu[-1]:.1f} ms",
                  file=sys.stderr, flush=True)
    for row in rows:
        row.process.close()


def long_rows(options):
    """One long text: our patterns, and PyTorch with stored scores and without."""
    rows = [
        Row("torch", "f32", attention, lambda a=attention: Peer(options, "torch", "f32", a, 1), 0)
        for attention in ("eager", "sdpa")
    ]
    for precision in our_precisions(options["xs"]):
        for pattern in ("sparse", "full"):
            extra = ("--pattern", pattern)
            make = lambda p=precision, e=extra: Ours(options, p, e)
            rows.append(Row("xapian-search", precision, pattern, make, 0))
    return rows


# ---------------------------------------------------------------- output


def add_ratios(results, key):
    """How many times as long each row takes as our fastest row of each precision."""
    ours = {}
    for result in results:
        if result["engine"] in OURS and not result["way"]:
            ours[result["precision"]] = result[key]
    for result in results:
        for precision, ms in ours.items():
            result[f"{key}/{precision}"] = round(result[key] / ms, 2)


def show(title, results):
    print("\n" + title)
    keys = list(dict.fromkeys(key for result in results for key in result))
    cells = [keys] + [[str(r.get(k, "-")) for k in keys] for r in results]
    widths = [max(len(line[i]) for line in cells) for i in range(len(keys))]
    for line in cells:
        left = lambda i: i < 3
        print("  " + "  ".join(c.ljust(w) if left(i) else c.rjust(w)
                               for i, (c, w) in enumerate(zip(line, widths))).rstrip())


def agreement(rows):
    """The greatest difference of logits: PyTorch f32 and ours with full attention, both in f32."""
    theirs = [r.answers for r in rows if r.engine == "torch" and r.precision == "f32"]
    ours = [r.answers for r in rows if r.way == "full attention"]
    if theirs and ours:
        return max(abs(float(a) - float(b)) for a, b in zip(theirs[0], ours[0]))
    return None


def cpu_name():
    match = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return match.group(1) if match else "unknown CPU"


def versions(packages):
    import importlib.metadata as metadata

    return {name: metadata.version(name) for name in packages}


def arguments():
    tree = pathlib.Path(__file__).resolve().parent.parent
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--xs", default=str(tree / "build/xapian-search"), help="the program")
    parser.add_argument("--model", type=pathlib.Path, help="a model folder; without: the built-in model")
    parser.add_argument("--texts", type=int, default=100)
    parser.add_argument("--tokens", type=int, default=200, help="of a text, on average")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", help="engines, separated by commas: " + ", ".join(ENGINES))
    parser.add_argument("--long", type=int, default=0, metavar="N",
                        help="measure one text of N tokens in PyTorch and here in place of all else")
    parser.add_argument("--work", type=pathlib.Path, default=pathlib.Path("/tmp/xapian-search-peers"),
                        help="folder for the converted models, kept")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    args.given = args.model is not None
    args.model = (args.model or tree / "models/default").resolve()
    return args


def main():
    os.environ["HF_HUB_OFFLINE"] = "1"  # nothing is fetched
    args = arguments()
    args.work.mkdir(parents=True, exist_ok=True)
    empty = args.work / "empty.yaml"
    empty.write_text("")
    options = {"xs": args.xs, "model": str(args.model), "given": args.given, "threads": args.threads,
               "work": str(args.work), "empty": str(empty), "positions": 0,
               "module": "peers", "peers": PEERS, "packages": PACKAGES}
    if args.long:
        options["positions"] = args.long + QUERY_TOKENS + 3
        options["request"] = make_request(args.model, 1, args.long, even=True)
        rows = long_rows(options)
        title = f"One text of {args.long} tokens, {args.threads} threads"
    else:
        options["request"] = request = make_request(args.model, args.texts, args.tokens)
        process = multiprocessing.get_context("spawn").Process(
            target=prepare, args=(args.model, args.work, request))
        process.start()
        process.join()
        if process.exitcode:
            sys.exit("peers: the model could not be converted")
        rows = our_rows(options) + peer_rows(options, args.only and args.only.split(","))
        title = (f"{args.texts} texts of about {args.tokens} tokens "
                 f"({sum(map(len, request['texts']))} in all), {args.threads} threads")
    measure(rows, args.rounds)
    for row in rows:
        row.measure_memory()
    results = [row.result() for row in rows]
    if not args.long:
        add_ratios(results, "ms")
        add_ratios(results, "cpu_ms")
    if args.json:
        print(json.dumps({"cpu": cpu_name(), "versions": versions(PACKAGES), "title": title,
                          "agreement": agreement(rows), "results": results}))
        return
    print(f"{cpu_name()}; " + ", ".join(f"{k} {v}" for k, v in versions(PACKAGES).items()))
    show(title, results)
    if (difference := agreement(rows)) is not None:
        print(f"\n  PyTorch's and our f32 logits with full attention differ by {difference:.1e} at most")


if __name__ == "__main__":
    main()
