"""Compares `cnnconv import` and `export` with Python's onnx.load and onnx.save: time and peak memory, in alternation.

usage: conversion.py CNNCONV MODEL.onnx|FOLDER ... [--runs 5] [--python PYTHON] [--scratch FOLDER]

Needs a Python with onnx (1.23.2 when this was written); with --python that of another environment. Medians of all
runs; files are read once before, so that the cache is warm. cnnconv's time is that of the whole process, onnx's
leaves out the start of the interpreter and the imports: the ratios are to onnx's advantage. Copies are written to a
temporary folder in SCRATCH.
"""

import argparse
import json
import pathlib
import statistics
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from child import Result  # noqa: E402

PEER = """
import sys, time, json, onnx
begin = time.perf_counter()
model = onnx.load(sys.argv[1])
loaded = time.perf_counter() - begin
if len(sys.argv) > 2:
    onnx.save(model, sys.argv[2])
print(json.dumps([loaded, time.perf_counter() - begin]))
"""


def measure(options, model, scratch):
    """Medians of (seconds, MiB) for each of the four, run one after the other in every round."""
    copies = [str(scratch / name) for name in ("theirs.onnx", "ours.onnx")]
    commands = {
        "onnx.load": [options.python, "-c", PEER, str(model)],
        "import": [options.cnnconv, "import", str(model)],
        "onnx.load + save": [options.python, "-c", PEER, str(model), copies[0]],
        "export": [options.cnnconv, "export", str(model), "-o", copies[1]],
    }
    runs = {name: [] for name in commands}
    for _ in range(options.runs):
        for name, command in commands.items():
            result = Result(command)
            if result.code != 0:
                raise SystemExit(f"{' '.join(command)}: exit code {result.code}: {result.errors.strip()}")
            seconds = json.loads(result.output)[-1] if name.startswith("onnx") else result.seconds
            runs[name].append((seconds, result.peak_mib))
            for copy in copies:
                pathlib.Path(copy).unlink(missing_ok=True)
    return {name: tuple(statistics.median(column) for column in zip(*values)) for name, values in runs.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("cnnconv")
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--scratch", default=None)
    options = parser.parse_intermixed_args()
    files = [file for path in options.models for file in (sorted(path.glob("*.onnx")) if path.is_dir() else [path])]
    print("| model | MB | onnx.load ms, MiB | import ms, MiB | ratio | load + save ms, MiB | export ms, MiB | ratio |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for file in files:
        with open(file, "rb") as stream:
            while stream.read(1 << 22):
                pass
        with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
            found = measure(options, file, pathlib.Path(scratch))
        cells = {name: f"{seconds * 1e3:,.1f}, {mib:,.0f}" for name, (seconds, mib) in found.items()}
        ratios = [
            found[theirs][0] / found[ours][0]
            for theirs, ours in (("onnx.load", "import"), ("onnx.load + save", "export"))
        ]
        ours = f"{cells['import']} | {ratios[0]:.0f}", f"{cells['export']} | {ratios[1]:.1f}"
        print(f"| {file.name} | {file.stat().st_size / 1e6:,.1f} ", end="")
        print(f"| {cells['onnx.load']} | {ours[0]} | {cells['onnx.load + save']} | {ours[1]} |", flush=True)


if __name__ == "__main__":
    main()
