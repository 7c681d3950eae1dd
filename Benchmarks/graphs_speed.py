"""Compares `cnnconv export NETWORK.pt2 -o NETWORK.onnx`, and the same from TorchScript, with PyTorch doing it: time and peak memory,
in turn.

usage: graphs_speed.py [--cnnconv PROGRAM] [--networks resnet50,...] [--runs 3] [--python PYTHON] [--scratch FOLDER]

A network is a name of torchvision, with random weights. PyTorch takes torch.export.load and torch.onnx.export for the one,
torch.jit.load and the older exporter for the other. Every run is a process of its own. cnnconv's time is that of the whole process;
PyTorch's leaves out the start of the interpreter, all imports and a first small export: the ratios are to PyTorch's advantage.
Medians of all runs.

Needs torch 2.13.0, torchvision 0.28.0 and onnxscript 0.7.2, or later ones.
"""

import argparse
import json
import pathlib
import statistics
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from child import Result  # noqa: E402

IMPORTS = """
import contextlib, json, logging, sys, time, warnings
import torch, torch.onnx
try:
    import torchvision
except RuntimeError:
    library = torch.library.Library("torchvision", "DEF")
    for operator in ("nms", "qnms"):
        library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    for name in [name for name in sys.modules if name.startswith("torchvision")]:
        del sys.modules[name]
    import torchvision
warnings.filterwarnings("ignore")
logging.disable(logging.CRITICAL)
name, path, *rest = sys.argv[1:]
image = torch.zeros(1, 3, 224, 224)
"""
MAKE = IMPORTS + """
network = torchvision.models.get_model(name).eval()
torch.export.save(torch.export.export(network, (image,)), path)
torch.jit.trace(network, image).save(rest[0])
"""
# the exporters import much of themselves at first use, which a small network brings about
EXPORTED = IMPORTS + """
with contextlib.redirect_stdout(sys.stderr):
    small = torch.export.export(torch.nn.Conv2d(3, 1, 1).eval(), (image,))
    torch.onnx.export(small, (), rest[0], dynamo=True)
    begin = time.perf_counter()
    torch.onnx.export(torch.export.load(path), (), rest[0], dynamo=True)
print(json.dumps(time.perf_counter() - begin))
"""
SCRIPTED = IMPORTS + """
torch.onnx.export(torch.jit.trace(torch.nn.Conv2d(3, 1, 1).eval(), image), (image,), rest[0], dynamo=False)
begin = time.perf_counter()
torch.onnx.export(torch.jit.load(path), (image,), rest[0], dynamo=False)
print(json.dumps(time.perf_counter() - begin))
"""


def run(command):
    result = Result(command, anonymous=True)
    if result.code != 0:
        raise SystemExit(f"{command[0]} … {command[-1]}: exit code {result.code}: {result.errors.strip()[-400:]}")
    return result


def measure(options, name, scratch):
    """Medians of (seconds, peak MiB) for each way, run one after the other in every round."""
    exported, scripted, copy = scratch / "x.pt2", scratch / "x.pt", scratch / "x.onnx"
    run([options.python, "-c", MAKE, name, str(exported), str(scripted)])
    commands = {
        "cnnconv, .pt2": [options.cnnconv, "export", str(exported), "-o", str(copy)],
        "torch.export.load, torch.onnx.export": [options.python, "-c", EXPORTED, name, str(exported), str(copy)],
        "cnnconv, TorchScript": [options.cnnconv, "export", str(scripted), "-o", str(copy)],
        "torch.jit.load, torch.onnx.export": [options.python, "-c", SCRIPTED, name, str(scripted), str(copy)],
    }
    runs = {way: [] for way in commands}
    for _ in range(options.runs):
        for way, values in runs.items():
            result = run(commands[way])
            seconds = result.seconds if way.startswith("cnnconv") else json.loads(result.output.strip().splitlines()[-1])
            values.append((seconds, result.peak_mib))
            for left in scratch.glob("x.onnx*"):  # external data lie beside it
                left.unlink()
    return {way: tuple(statistics.median(column) for column in zip(*values)) for way, values in runs.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--cnnconv", default=".build/release/cnnconv", metavar="PROGRAM")
    parser.add_argument("--networks", default="resnet50")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--python", default=sys.executable)
    parser.add_argument("--scratch", metavar="FOLDER", help="where temporary files go")
    options = parser.parse_args()
    print("| network | way | ms | times cnnconv's | peak MiB | times cnnconv's |\n|" + " --- |" * 6, flush=True)
    for name in options.networks.split(","):
        with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
            found = list(measure(options, name, pathlib.Path(folder)).items())
        for number, (way, (seconds, peak)) in enumerate(found):
            ours = found[number // 2 * 2][1]
            print(f"| {name} | {way} | {seconds * 1e3:,.0f} | {seconds / ours[0]:.1f} | {peak:,.0f} | {peak / ours[1]:.1f} |", flush=True)


if __name__ == "__main__":
    main()
