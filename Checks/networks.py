"""Imports every network of a folder with cnnconv and verifies it against PyTorch's output.

usage: networks.py CNNCONV FOLDER [--kinds plain,bn,dynamo] [NAME ...]

FOLDER as Benchmarks/make_networks.py writes it: NAME.onnx, NAME.bn.onnx, NAME.dynamo.onnx beside NAME/test_data_set_0. Needs onnx
(1.23.2) and numpy. Tolerance: 1e-3 relative plus 1e-5 of the largest |output|.
"""

import argparse
import json
import pathlib
import subprocess
import sys
import time

import numpy
import onnx
from onnx import numpy_helper


def verify(program, model, fixture):
    """(agrees, note)"""
    begin = time.perf_counter()
    imported = subprocess.run([program, "import", str(model), "--json"], capture_output=True, text=True)
    seconds = time.perf_counter() - begin
    if imported.returncode != 0:
        return False, f"import: exit code {imported.returncode}: {imported.stderr.strip()}"
    try:
        json.loads(imported.stdout)
    except json.JSONDecodeError as error:
        return False, f"import: not JSON: {error}"
    expected = numpy_helper.to_array(onnx.load_tensor(str(fixture / "output_0.pb")))
    tolerance = ["--rtol", "1e-3", "--atol", f"{1e-5 * float(numpy.abs(expected).max()):.3e}"]
    begin = time.perf_counter()
    verified = subprocess.run([program, "verify", str(model), str(fixture), *tolerance], capture_output=True, text=True)
    note = f"import {seconds * 1e3:6.1f} ms, verify {time.perf_counter() - begin:5.2f} s"
    said = (verified.stdout.strip() or verified.stderr.strip()).replace("\n", "; ")
    return verified.returncode == 0, f"{note}: {said}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("cnnconv")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--kinds", default="plain,bn,dynamo")
    options = parser.parse_intermixed_args()
    suffixes = ["" if kind == "plain" else f".{kind}" for kind in options.kinds.split(",")]
    names = options.names or sorted(path.parent.name for path in options.folder.glob("*/test_data_set_0"))
    models = [(name, options.folder / f"{name}{suffix}.onnx") for name in names for suffix in suffixes]
    models, good = [(name, model) for name, model in models if model.exists()], 0
    for name, model in models:
        agrees, note = verify(options.cnnconv, model, options.folder / name / "test_data_set_0")
        good += agrees
        print(f"{'agrees' if agrees else 'FAILS':6s}  {model.name:28s} {note}", flush=True)
    print(f"{good} of {len(models)} agree")
    return good == len(models) > 0


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
