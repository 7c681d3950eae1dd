"""Fuses full-size networks and checks each result; counts what other simplifiers leave.

usage: fuse_networks.py CNNCONV FOLDER [--pattern P] [--weights] [--peers] [--count FILE] [--scratch FOLDER]

For every FOLDER/*.onnx, as Benchmarks/make_networks.py writes them, `cnnconv fuse` must exit with 0, and

    1. onnx.checker passes;
    2. onnxruntime, its optimizer switched off, computes the same on random input, within 1e-5 of the largest number;
    3. no BatchNormalization is left next to a linear map with constant weights, through Identity, Dropout, Concat,
       pooling by averages and Flatten, unless a refusal names it;
    4. the file is not larger;
    5. the result fused again, and the same command again, give the same bytes;
    6. with --peers: onnxsim and onnxslim leave as many nodes or more. Their counts are kept in MODEL.peers.json.

With --weights, FOLDER/*.pth are fused to ONNX and compared with `cnnconv export` of the same file. --count FILE only
asks the peers, for all models, and writes their counts to FILE.

Prints a Markdown table; exit code 1 when one fails. Needs onnx 1.23.2, onnxruntime 1.31.1, numpy 2.4.6; for the peers
onnxsim 0.8.1 and onnxslim 0.1.98.
"""

import argparse
import fnmatch
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import onnx

import fuse_tools
import simplifiers  # in Benchmarks, which fuse_tools makes known
from fuse_tools import Failure

LINEAR = ("Conv", "ConvTranspose", "Gemm", "MatMul")
BACKWARD = ("Identity", "Dropout", "Concat", "AveragePool", "GlobalAveragePool", "Flatten")
COLUMNS = [
    "model", "nodes", "fused", "onnxsim", "onnxslim", "MACs", "file MB", "fuse s", "error / max", "verdict"
]  # fmt: skip


def foldable(model, refusals):
    """The names of normalizations beside a linear map that no refusal names."""
    graph = model.graph
    constants = {tensor.name for tensor in graph.initializer}
    producers = {name: node for node in graph.node for name in node.output if name}
    constants |= {name for name, node in producers.items() if node.op_type == "Constant"}
    consumers = {}
    for node in graph.node:
        for name in node.input:
            consumers.setdefault(name, []).append(node)
    finals = {entry.name for entry in graph.output}

    def is_linear(node):
        return node is not None and node.op_type in LINEAR and len(node.input) > 1 and node.input[1] in constants

    def is_behind_linear(name):
        node = producers.get(name)
        if node is None or name in finals:
            return False
        if is_linear(node):
            return True
        values = node.input if node.op_type == "Concat" else node.input[:1]
        return node.op_type in BACKWARD and all(is_behind_linear(value) for value in values)

    named = {refusal.get("node") for refusal in refusals}
    for node in graph.node:
        if node.op_type != "BatchNormalization" or named & {node.name, *node.output}:
            continue
        following = consumers.get(node.output[0], [])
        ahead = len(following) == 1 and is_linear(following[0]) and node.output[0] not in finals
        if is_behind_linear(node.input[0]) or ahead:
            yield node.name or node.output[0]


def examine(options, model, folder, row):
    """Fills the row of one model; raises where it fails."""
    before, out = model, folder / "fused.onnx"
    if model.suffix != ".onnx":
        before = folder / "unfused.onnx"
        done = subprocess.run(
            [options.cnnconv, "export", str(model), "-o", str(before)], capture_output=True, text=True
        )
        if done.returncode != 0:
            raise Failure(f"export: exit code {done.returncode}: {done.stderr.strip()}")
    begin = time.perf_counter()
    result = fuse_tools.fuse(options.cnnconv, model, out)
    row["fuse s"] = f"{time.perf_counter() - begin:.2f}"
    for key, column in (("before", "nodes"), ("after", "fused")):
        row[column] = str((result.report.get(key) or {}).get("nodes", "–"))
    macs = [(result.report.get(key) or {}).get("macs") for key in ("before", "after")]
    row["MACs"] = " -> ".join(f"{number / 1e6:,.0f} M" for number in macs) if all(macs) else "–"
    sizes = [path.stat().st_size for path in (before, out)]
    row["file MB"] = f"{sizes[0] / 1e6:.2f} -> {sizes[1] / 1e6:.2f}"
    fuse_tools.check(out)
    fused = onnx.load(out)
    counts = fuse_tools.operators(fused)
    row["nodes"], row["fused"] = str(fuse_tools.operators(onnx.load(before)).total()), str(counts.total())
    said = (result.report.get("after") or {}).get("nodes")
    left = list(foldable(fused, result.refusals))
    del fused
    row["error / max"] = f"{fuse_tools.compare(before, out, seeds=(1,), batch=1):.1e}"
    if said is not None and said != counts.total():
        raise Failure(f"the report says {said} nodes, the file has {counts.total()}")
    if left:
        raise Failure(f"{len(left)} normalizations could be folded, first {left[0]}")
    if sizes[1] > sizes[0]:
        raise Failure(f"the file grows from {sizes[0]} to {sizes[1]} bytes")
    fuse_tools.fuse_again(options.cnnconv, model, out)
    if not options.peers or model.suffix != ".onnx":
        return
    for peer in ("onnxsim", "onnxslim"):
        theirs = simplifiers.cached_peer(peer, model)
        row[peer] = str(theirs.get("nodes", "fails"))
        if theirs.get("nodes", sys.maxsize) < counts.total():
            missing = {name: counts[name] - theirs["operators"].get(name, 0) for name in counts}
            more = ", ".join(f"{count} {name}" for name, count in missing.items() if count > 0)
            raise Failure(f"{peer} leaves {theirs['nodes']} nodes, we leave {counts.total()}: {more} more")


def count(models, file):
    """Asks the peers about every model."""
    found = {}
    for model in sorted(models, key=lambda path: (path.stat().st_size, path.name)):
        entry = {"original": fuse_tools.operators(onnx.load(model, load_external_data=False)).total()}
        for peer in ("onnxsim", "onnxslim"):
            said = simplifiers.cached_peer(peer, model)
            entry |= {peer: said.get("nodes"), f"ops_{peer}": said.get("operators")}
            if "error" in said:
                entry[f"error_{peer}"] = said["error"]
        found[model.name] = entry
        file.write_text(json.dumps(found, indent=1))
        print(f"{model.name:28s} {entry['original']:5d} {entry['onnxsim']} {entry['onnxslim']}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("cnnconv")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--pattern", default="*", metavar="P", help="shell pattern of the files' names")
    parser.add_argument("--weights", action="store_true", help="the .pth files in place of the .onnx files")
    parser.add_argument("--peers", action="store_true", help="compare with onnxsim and onnxslim")
    parser.add_argument("--count", type=pathlib.Path, metavar="FILE", help="only write the peers' counts there")
    parser.add_argument("--scratch", metavar="FOLDER", help="where temporary files go")
    options = parser.parse_args()
    suffix = "*.pth" if options.weights else "*.onnx"
    models = [path for path in sorted(options.folder.glob(suffix)) if fnmatch.fnmatchcase(path.name, options.pattern)]
    if options.count:
        count(models, options.count)
        return bool(models)
    good = 0
    print(f"| {' | '.join(COLUMNS)} |", f"|{' --- |' * len(COLUMNS)}", sep="\n", flush=True)
    for model in models:
        row = dict.fromkeys(COLUMNS, "–") | {"model": model.name}
        with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
            try:
                examine(options, model, pathlib.Path(folder), row)
                row["verdict"] = "good"
                good += 1
            except Failure as failure:
                row["verdict"] = f"FAILS: {failure}".replace("|", "/")
        print(f"| {' | '.join(row[column] for column in COLUMNS)} |", flush=True)
    print(f"\n{good} of {len(models)} good")
    return good == len(models) > 0


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
