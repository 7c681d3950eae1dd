"""Compares `cnnconv export NETWORK.pth -o NETWORK.onnx` with PyTorch doing the same: time and peak memory, in turn.

usage: weights_speed.py [--cnnconv PROGRAM] [--network vgg16] [--runs 5] [--python PYTHON] [--scratch FOLDER]

NETWORK is a name of torchvision; its state dict, with random weights, is written first and read once, so that the
cache is warm. Every run is a process of its own. There are three ways in PyTorch, and ratios to each:

    usual     torch.load, torchvision's network, load_state_dict and torch.onnx.export, as anybody would write it
    script    the same with the older exporter, dynamo=False
    frugal    the older exporter, the file mapped, its tensors taken as they are, no weights drawn that get replaced

cnnconv's time is that of the whole process; PyTorch's leaves out the start of the interpreter, all imports and a first
small export: the ratios are to PyTorch's advantage. Medians of all runs. Resident memory (`peak`) counts the pages of
mapped files, so the rest (`anonymous`, looked for every millisecond) is given too, and what the peak is beyond the
size of the .pth.

Needs a Python with torch 2.13.0, torchvision 0.28.0 and onnxscript 0.7.2 (given with --python where it is another one
than that which runs this script), and 1.2 GB in a temporary folder in SCRATCH for vgg16.
"""

import argparse
import json
import os
import pathlib
import statistics
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from child import Result  # noqa: E402

# a torchvision whose compiled part does not fit this torch can still be imported once its operators are declared
IMPORTS = """
import contextlib, json, logging, sys, time, warnings
import torch
# A torchvision whose compiled part does not fit this torch can be imported once its operators are declared.
try:
    import torchvision  # noqa: F401
except RuntimeError:
    for part in [name for name in sys.modules if name.startswith("torchvision")]:
        del sys.modules[part]
    declared = torch.library.Library("torchvision", "DEF")
    for operator in ("nms", "qnms"):
        declared.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import torchvision.models, torch.onnx
warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)
name, weights, *rest = sys.argv[1:]

def export(network, side, output, dynamo):
    with contextlib.redirect_stdout(sys.stderr):
        torch.onnx.export(network.eval(), (torch.zeros(1, 3, side, side),), output, dynamo=dynamo)
"""
# the exporters import much of themselves at first use, which a small network brings about
READY = IMPORTS + """
output, side, dynamo = rest[0], int(rest[1]), rest[2] == "dynamo"
export(torch.nn.Conv2d(3, 1, 1), 8, output, dynamo)
begin = time.perf_counter()
"""
MAKE = IMPORTS + "torch.save(torchvision.models.get_model(name).state_dict(), weights)"
USUAL = READY + """
state = torch.load(weights, weights_only=True)
network = torchvision.models.get_model(name)
network.load_state_dict(state)
export(network, side, output, dynamo)
print(json.dumps(time.perf_counter() - begin))
"""
FRUGAL = READY + """
state = torch.load(weights, weights_only=True, mmap=True)
with torch.device("meta"):
    network = torchvision.models.get_model(name)
network.load_state_dict(state, assign=True)
export(network, side, output, dynamo)
print(json.dumps(time.perf_counter() - begin))
"""


def run(command, **options):
    result = Result(command, **options)
    if result.code != 0:
        raise SystemExit(f"{command[0]} … {command[-1]}: exit code {result.code}: {result.errors.strip()[-400:]}")
    return result


def measure(options, weights, scratch):
    """Medians of (seconds, peak MiB, anonymous MiB) for each way, run one after the other in every round."""
    copy = scratch / "x.onnx"
    peer = [options.python, "-c"]
    arguments = [options.network, str(weights), str(copy), str(options.side)]
    commands = {
        "cnnconv": [options.cnnconv, "export", str(weights), "-o", str(copy)],
        "usual": [*peer, USUAL, *arguments, "dynamo"],
        "script": [*peer, USUAL, *arguments, "script"],
        "frugal": [*peer, FRUGAL, *arguments, "script"],
    }
    runs = {name: [] for name in commands if name not in options.skip}
    for _ in range(options.runs):
        for name, values in runs.items():
            result = run(commands[name], anonymous=True)
            seconds = result.seconds if name == "cnnconv" else json.loads(result.output.strip().splitlines()[-1])
            values.append((seconds, result.peak_mib, result.anonymous_mib))
            if not copy.exists():
                raise SystemExit(f"{name}: no {copy.name}")
            for left in scratch.glob("x.onnx*"):  # external data lie beside it
                left.unlink()
    return {name: tuple(statistics.median(column) for column in zip(*values)) for name, values in runs.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cnnconv", default=".build/release/cnnconv", metavar="PROGRAM")
    parser.add_argument("--network", default="vgg16", help="as torchvision calls it")
    parser.add_argument("--side", type=int, default=224, help="of the image PyTorch traces with")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--scratch", metavar="FOLDER", help="where temporary files go")
    parser.add_argument("--skip", nargs="+", default=[], choices=["cnnconv", "usual", "script", "frugal"])
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
        scratch = pathlib.Path(folder)
        weights = scratch / f"{options.network}.pth"
        run([options.python, "-c", MAKE, options.network, str(weights)])
        os.sync()
        with open(weights, "rb") as stream:
            while stream.read(1 << 22):
                pass
        size = weights.stat().st_size / 2**20
        found = measure(options, weights, scratch)
    print(f"{options.network}, {size:,.0f} MiB of weights, medians of {options.runs} runs\n")
    print("| way | ms | times cnnconv's | peak MiB | beyond the file | anonymous MiB |")
    print("| --- | --- | --- | --- | --- | --- |")
    ours = found["cnnconv"][0] if "cnnconv" in found else None
    for name, (seconds, peak, anonymous) in found.items():
        ratio = f"{seconds / ours:.1f}" if ours else "–"
        print(f"| {name} | {seconds * 1e3:,.0f} | {ratio} | {peak:,.0f} | {peak - size:,.0f} | {anonymous:,.0f} |")


if __name__ == "__main__":
    main()
