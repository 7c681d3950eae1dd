"""Saves networks as torch.export archives (`.pt2`), lets cnnconv make ONNX of them, and compares onnxruntime's output and
cnnconv's own with those of the module that `torch.export.load` gives.

usage: torch_export.py [--cnnconv PROGRAM] [--forms training,core,old] [--run] [--fixed] [--scratch FOLDER] [PATTERN ...]

PATTERN is a shell pattern of a network's name, such as `resnet*`; without one all are taken: torchvision's, timm's and those of
Fixtures/TorchExport and Fixtures/TorchScript. `training` are the operators that torch.export writes, `core` those of core ATen,
`old` is the layout of torch 2.1 to 2.7. The batch is free unless PyTorch finds that it is not, or --fixed is given; the outputs are
compared for the example and for a batch of 3. max |difference| / max |output| must be at most 1e-5. With --run the outputs of
`cnnconv run` are compared as well, and `cnnconv verify` runs the archive's own example. Prints a Markdown table; exit code 1 when one
differs or is refused. A form that PyTorch itself cannot make is `not made`.

Needs torch 2.13.0, torchvision 0.28.0, timm 1.0.31, onnxruntime 1.31.1 and numpy 2.4.6, or later ones.
"""

import argparse
import fnmatch
import logging
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings

import numpy
import onnxruntime
import torch
from torch.export import Dim

from published import PUBLISHED, Failure, difference, made

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Fixtures" / "TorchExport"))
import archives  # noqa: E402
import exported  # noqa: E402

networks = exported.networks
OWN = [*exported.EXPORTED, *exported.SHARED]
TOLERANCE = 1e-5


def network(name):
    if name in OWN:
        return exported.network(name)
    module, inputs = made(name)
    return module, inputs, ({0: Dim("batch", max=64)},)


def export(module, inputs, form, free):
    """The program, and whether its extents are free."""
    if free is not None:
        try:
            wider = tuple(torch.cat([tensor, tensor])[:2].contiguous() for tensor in inputs)
            return archives.exported(module, wider, form, free), wider, True
        except Exception:  # PyTorch raises whatever it likes where it finds that an extent is not free
            pass
    return archives.exported(module, inputs, form), inputs, False


def tool(program, path, *arguments):
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode != 0:
        said = (done.stderr.strip() or done.stdout.strip()).replace(str(path), "FILE")
        raise Failure(f"{arguments[0]}: {done.returncode}: {said[-250:]}")
    return done.stdout


def outputs(module, inputs):
    with torch.no_grad():
        return networks.flat(module(*[x.clone() if isinstance(x, torch.Tensor) else x for x in inputs]))


def check(program, path, inputs, is_free, runs):
    """(largest error relative to the output, of onnxruntime; the same of cnnconv; milliseconds of export)"""
    module = torch.export.load(str(path)).module()
    model = path.with_suffix(".onnx")
    begin = time.perf_counter()
    tool(program, path, "export", path, "-o", model, "--quiet")
    milliseconds = (time.perf_counter() - begin) * 1e3
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    error, own = 0.0, None
    given = [inputs]
    if is_free:
        given.append(tuple(torch.cat([x, x])[:3].flip(0).contiguous() for x in inputs))
    for case in given:
        expected = outputs(module, case)
        arrays = [tensor.numpy() for tensor in networks.flat(case)]
        feeds = {value.name: array for value, array in zip(session.get_inputs(), arrays)}
        error = max(error, difference(session.run(None, feeds), expected))
        if runs:
            own = max(own or 0.0, run(program, path, session, feeds, expected))
    if runs:
        tool(program, path, "verify", path)
    model.unlink()
    return error, own, milliseconds


def run(program, path, session, feeds, expected):
    command = ["run", path, "-o", path.parent / "run", "--quiet"]
    for name, array in feeds.items():
        numpy.save(path.parent / f"{name}.npy", array)
        command += ["--input", f"{name}={path.parent / name}.npy"]
    tool(program, path, *command)
    found = [numpy.load(path.parent / "run" / f"{value.name}.npy") for value in session.get_outputs()]
    return difference(found, expected)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("patterns", nargs="*", metavar="PATTERN")
    parser.add_argument("--cnnconv", default=str(HERE.parent / ".build" / "release" / "cnnconv"))
    parser.add_argument("--forms", default=",".join(archives.FORMS))
    parser.add_argument("--run", action="store_true")
    parser.add_argument("--fixed", action="store_true")
    parser.add_argument("--scratch")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)  # torch says much of the older layout and of what it cannot export
    torch.set_num_threads(1)
    everything = [*OWN, *PUBLISHED]
    names = [n for n in everything if not options.patterns or any(fnmatch.fnmatch(n, p) for p in options.patterns)]
    columns = ["network", "form", "batch", "onnxruntime error / max", "own error / max", "export ms", "verdict"]
    print("| " + " | ".join(columns) + " |\n|" + " --- |" * len(columns), flush=True)
    good, bad, absent, whole = 0, 0, 0, set()
    for name in names:
        module, inputs, free = network(name)
        failed = False
        for form in options.forms.split(","):
            row, verdict = ["", "", "", ""], "equal"
            with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
                path = pathlib.Path(folder) / "model.pt2"
                try:
                    program, given, is_free = export(module, inputs, form, None if options.fixed else free)
                    archives.save(program, path, form)
                except Exception as error:  # PyTorch raises whatever it likes
                    words = str(error).strip().splitlines() or [type(error).__name__]
                    verdict, absent = f"not made: {words[0][:80]}", absent + 1
                    failed = True
                else:
                    try:
                        error, own, milliseconds = check(options.cnnconv, path, given, is_free, options.run)
                        row = ["free" if is_free else "fixed", f"{error:.1e}", "" if own is None else f"{own:.1e}",
                               f"{milliseconds:.0f}"]
                        if not max(error, own or 0) <= TOLERANCE:
                            raise Failure("DIFFERS")
                        good += 1
                    except Exception as error:
                        verdict, bad = f"FAILS: {error}".replace("\n", " ")[:300], bad + 1
                        failed = True
            print(f"| {name} | {form} | " + " | ".join(row) + f" | {verdict} |", flush=True)
        if not failed:
            whole.add(name)
    print(f"\n{good} equal, {bad} not, {absent} not made by PyTorch; {len(whole)} of {len(names)} networks in every form")
    return bad == 0 and good > 0


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
