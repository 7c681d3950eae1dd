"""Runs the nine networks of ONNX's `light` set with cnnconv and with onnxruntime on seeded inputs.

usage: light.py CNNCONV FOLDER [--random-weights] [--scratch FOLDER]

FOLDER holds light_*.onnx (onnx/backend/test/data/light in the onnx package). Needs onnx (1.23.2), onnxruntime
(1.31.1), numpy. Their weights are constants made when they run, so nearly anything gives the same scores;
--random-weights puts seeded numbers in their place, which makes full-size files in a temporary folder. Good means
within 1e-4 of the largest |output|.
"""

import argparse
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy
import onnx
import onnxruntime
from onnx import numpy_helper

onnxruntime.set_default_logger_severity(4)


def drawn(shape, use, draw):
    """Weights that keep activations in range; `use` is (operator, position) of the first reader."""
    if use[0] == "BatchNormalization" and use[1] in (1, 4):
        return draw.uniform(0.5, 1.5, shape)
    if len(shape) < 2:
        # Caffe2 splits scale and shift from normalization: what multiplies must not vanish
        return draw.uniform(0.5, 1.5, shape) if use[0] in ("Mul", "Unsqueeze") else draw.normal(0, 0.1, shape)
    return draw.normal(0, (2 / numpy.prod(shape[1:])) ** 0.5, shape)


def randomized(model):
    """The model with every ConstantOfShape node replaced by a seeded initializer."""
    draw, shapes = numpy.random.default_rng(7), {t.name: numpy_helper.to_array(t) for t in model.graph.initializer}
    readers, kept = {}, []
    for node in model.graph.node:
        for position, name in enumerate(node.input):
            readers.setdefault(name, (node.op_type, position))
    for node in model.graph.node:
        if node.op_type != "ConstantOfShape":
            kept.append(node)
            continue
        name, shape = node.output[0], tuple(int(size) for size in shapes[node.input[0]])
        values = drawn(shape, readers.get(name, ("", 0)), draw).astype(numpy.float32)
        model.graph.initializer.append(numpy_helper.from_array(values, name))
        model.graph.input.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape))
    if kept[-1].op_type == "Softmax":  # it would turn large scores into a single 1, which hides differences
        softmax = kept.pop()
        kept[-1].output[0] = softmax.output[0]
    del model.graph.node[:], model.graph.value_info[:]
    model.graph.node.extend(kept)
    return model


def run(options, path, folder):
    model = onnx.load(str(path))
    if options.random_weights:
        model, path = randomized(model), folder / path.name
        onnx.save(model, str(path))
    given = {tensor.name for tensor in model.graph.initializer}
    draw, inputs, arguments = numpy.random.default_rng(8), {}, []
    for position, info in enumerate(info for info in model.graph.input if info.name not in given):
        shape = [dim.dim_value or 1 for dim in info.type.tensor_type.shape.dim]
        inputs[info.name] = draw.standard_normal(shape).astype(numpy.float32)
        numpy.save(folder / f"input_{position}.npy", inputs[info.name])
        arguments += ["--input", f"{info.name}={folder / f'input_{position}.npy'}"]
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    # some ask for an output for every input they never read
    expected = dict(zip([output.name for output in session.get_outputs()], session.run(None, inputs)))
    begin = time.perf_counter()
    ran = subprocess.run(
        [options.cnnconv, "run", str(path), *arguments, "-o", str(folder / "out")], capture_output=True, text=True
    )
    seconds = time.perf_counter() - begin
    if ran.returncode != 0:
        return False, f"exit code {ran.returncode}: {ran.stderr.strip()}"
    worst = 0.0
    for name, value in expected.items():
        plain = "".join(
            letter if letter.isascii() and (letter.isalnum() or letter in "._-") else "_" for letter in name
        )
        result = numpy.load(folder / "out" / f"{plain}.npy")
        if result.shape != value.shape:
            return False, f"{name} has shape {result.shape}, onnxruntime's {value.shape}"
        worst = max(worst, float(numpy.abs(result - value).max() / max(numpy.abs(value).max(), 1e-30)))
    return worst <= 1e-4, f"largest difference {worst:.1e} of the largest output, {seconds:.2f} s"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("cnnconv")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--random-weights", action="store_true")
    parser.add_argument("--scratch", default=None)
    options = parser.parse_args()
    paths = sorted(options.folder.glob("light_*.onnx"))
    good = 0
    for path in paths:
        with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
            agrees, note = run(options, path, pathlib.Path(folder))
        good += agrees
        print(f"{'agrees' if agrees else 'FAILS':6s}  {path.stem:24s} {note}", flush=True)
    print(f"{good} of {len(paths)} agree")
    return good == len(paths)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
