"""Saves networks as TorchScript archives, traced, scripted and frozen, lets cnnconv make ONNX of them, and compares
onnxruntime's output and cnnconv's own with those of the module that `torch.jit.load` reads.

usage: torchscript.py [--cnnconv PROGRAM] [--forms traced,scripted,traced-frozen,scripted-frozen] [--run]
                      [--scratch FOLDER] [PATTERN ...]

PATTERN is a shell pattern of a network's name, such as `resnet*`; without one all are taken: torchvision's, timm's and
those of Fixtures/TorchScript. max |difference| / max |output| must be at most 1e-5. The shape of the input is passed
unless the archive keeps it. With --run the outputs of `cnnconv run` are compared as well. Prints a Markdown table;
exit code 1 when one differs or is refused. A form that PyTorch itself cannot make is `not made`.

Needs torch 2.13.0, torchvision 0.28.0, timm 1.0.31, onnxruntime 1.31.1 and numpy 2.4.6.
"""

import argparse
import fnmatch
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings

import numpy
import onnxruntime
import torch

from published import PUBLISHED, Failure, difference, made, networks

HERE = pathlib.Path(__file__).resolve().parent
TOLERANCE = 1e-5


def compile_(module, inputs, form):
    if form.startswith("traced"):
        compiled = torch.jit.trace(module, inputs, check_trace=False, strict=False)
    else:
        compiled = torch.jit.script(module)
    return torch.jit.freeze(compiled) if form.endswith("-frozen") else compiled


def check(program, path, inputs, form, runs):
    """(largest error relative to the output, of onnxruntime; the same of cnnconv; milliseconds of export)"""
    module = torch.jit.load(str(path)).eval()
    with torch.no_grad():
        expected = networks.flat(module(*[x.clone() if isinstance(x, torch.Tensor) else x for x in inputs]))
    given = networks.flat(inputs)
    names = input_names(module)
    shapes = []
    if form != "traced":
        for name, tensor in zip(names, given):
            shapes += ["--input-shape", f"{name}:" + ",".join(map(str, tensor.shape))]
    model = path.with_suffix(".onnx")
    begin = time.perf_counter()
    done = subprocess.run([program, "export", path, "-o", model, "--quiet", *shapes], capture_output=True,
                          text=True)
    milliseconds = (time.perf_counter() - begin) * 1e3
    if done.returncode != 0:
        raise Failure(done.stderr.strip().replace(str(path), "FILE")[:200])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    arrays = [tensor.numpy() for tensor in given]
    feeds = {value.name: array for value, array in zip(session.get_inputs(), arrays)}
    error = difference(session.run(None, feeds), expected)
    own = None
    if runs:
        own = run(program, path, shapes, names, arrays, expected, [value.name for value in session.get_outputs()])
    model.unlink()
    return error, own, milliseconds


def input_names(module):
    names = []
    for value in list(module.graph.inputs())[1:]:
        name = value.debugName().split(".")[0]
        kind = value.type()
        names += [f"{name}_{i}" for i in range(len(kind.elements()))] if kind.kind() == "TupleType" else [name]
    return names


def run(program, path, shapes, names, arrays, expected, outputs):
    folder = path.parent / "run"
    command = [program, "run", path, "-o", folder, "--quiet", *shapes]
    for name, array in zip(names, arrays):
        numpy.save(path.parent / f"{name}.npy", array)
        command += ["--input", f"{name}={path.parent / name}.npy"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(done.stderr.strip().replace(str(path), "FILE")[:200])
    return difference([numpy.load(folder / f"{name}.npy") for name in outputs], expected)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("patterns", nargs="*", metavar="PATTERN")
    parser.add_argument("--cnnconv", default=str(HERE.parent / ".build" / "release" / "cnnconv"))
    parser.add_argument("--forms", default="traced,scripted,traced-frozen,scripted-frozen")
    parser.add_argument("--run", action="store_true")
    parser.add_argument("--scratch")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    everything = [*networks.NETWORKS, *PUBLISHED]
    names = [n for n in everything if not options.patterns or any(fnmatch.fnmatch(n, p) for p in options.patterns)]
    columns = ["network", "form", "onnxruntime error / max", "own error / max", "export ms", "verdict"]
    print("| " + " | ".join(columns) + " |\n|" + " --- |" * len(columns), flush=True)
    good, bad, absent, whole = 0, 0, 0, set(names)
    for name in names:
        module, inputs = made(name)
        for form in options.forms.split(","):
            if name in networks.NETWORKS and not networks.NETWORKS[name][2] and form.startswith("traced"):
                continue
            row, verdict = ["", "", ""], "equal"
            with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
                path = pathlib.Path(folder) / "model.pt"
                try:
                    compile_(module, inputs, form).save(str(path))
                except Exception as error:  # PyTorch raises whatever it likes
                    verdict, absent = f"not made: {str(error).strip().splitlines()[-1][:60]}", absent + 1
                else:
                    try:
                        error, own, milliseconds = check(options.cnnconv, path, inputs, form, options.run)
                        row = [f"{error:.1e}", "" if own is None else f"{own:.1e}", f"{milliseconds:.0f}"]
                        if not max(error, own or 0) <= TOLERANCE:
                            raise Failure("DIFFERS")
                        good += 1
                    except Exception as error:
                        verdict, bad = f"{error}".replace("\n", " ")[:220], bad + 1
                        whole.discard(name)
            print(f"| {name} | {form} | " + " | ".join(row) + f" | {verdict} |", flush=True)
    print(f"\n{good} equal, {bad} not, {absent} not made by PyTorch; {len(whole)} of {len(names)} networks in every form")
    return bad == 0 and good > 0


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
