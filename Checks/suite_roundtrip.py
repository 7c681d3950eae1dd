"""Exports every case of an ONNX suite with cnnconv, and has others judge the copies.

usage: suite_roundtrip.py CNNCONV SUITE [--show 20]

SUITE holds folders with model.onnx and test_data_set_N. Needs onnx (1.23.2), onnxruntime (1.31.1), numpy. A copy is
good when onnx.checker takes it (if it takes the original) and onnxruntime gives the same outputs for original and
copy; where onnxruntime does not take the original, ONNX's reference evaluator is asked instead.
"""

import argparse
import collections
import multiprocessing
import pathlib
import subprocess
import tempfile

import numpy
import onnx
import onnxruntime
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator

onnxruntime.set_default_logger_severity(4)
numpy.seterr(all="ignore")


def value(path, kind):
    """The content of a .pb file, which is a tensor, a sequence or an optional, as the graph says."""
    content = path.read_bytes()
    if kind == "sequence_type":
        return numpy_helper.to_list(onnx.SequenceProto.FromString(content))
    if kind == "optional_type":
        return numpy_helper.to_optional(onnx.OptionalProto.FromString(content))
    return numpy_helper.to_array(onnx.TensorProto.FromString(content))


def inputs_of(case, model):
    files = sorted(case.glob("test_data_set_*"))
    if not files:
        return {}
    found = {}
    for position, info in enumerate(model.graph.input):
        path = files[0] / f"input_{position}.pb"
        if path.exists():
            found[info.name] = value(path, info.type.WhichOneof("value"))
    return found


def engines():
    def runtime(path):
        return onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])

    return {"onnxruntime": runtime, "reference": lambda path: ReferenceEvaluator(str(path))}


def same(one, other):
    if one is None or other is None:
        return one is None and other is None
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    one, other = numpy.asarray(one), numpy.asarray(other)
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    if one.dtype.kind in "fc":
        return bool(numpy.allclose(one, other, 1e-6, 1e-7, equal_nan=True))
    if one.dtype.kind in "biuOSU":
        return bool((one == other).all())
    return one.tobytes() == other.tobytes()


RANDOM = ("RandomNormal", "RandomUniform", "RandomNormalLike", "RandomUniformLike", "Bernoulli", "Multinomial")


def has_chance(model):
    return any(node.op_type in RANDOM for node in model.graph.node) or any(
        node.op_type == "Dropout" and len(node.input) > 2 for node in model.graph.node
    )


def judge(task):
    """(case, verdict, explanation)"""
    program, case, folder = task
    original, copy = case / "model.onnx", pathlib.Path(folder) / f"{case.name}.onnx"
    ran = subprocess.run([program, "export", str(original), "-o", str(copy)], capture_output=True, text=True)
    if ran.returncode != 0:
        return case.name, f"export ended with {ran.returncode}", ran.stderr.strip()[:200]
    model = onnx.load(str(original))

    def checks(path):
        try:
            onnx.checker.check_model(str(path), full_check=True)
        except Exception as error:
            return str(error).strip().replace("\n", " ")[:200]

    complaint = checks(copy)
    if complaint and not checks(original):
        return case.name, "checker refuses the copy", complaint
    refused = ""
    for name, engine in engines().items():
        try:
            inputs = inputs_of(case, model)
            expected = engine(original).run(None, inputs)
        except Exception as error:
            refused = str(error).strip().replace("\n", " ")[:200]
            continue
        try:
            results = engine(copy).run(None, inputs)
        except Exception as error:
            return case.name, f"{name} refuses the copy", str(error).strip().replace("\n", " ")[:200]
        if has_chance(model):
            return case.name, "ok, drawn by chance", ""
        if all(map(same, expected, results)) and len(expected) == len(results):
            return case.name, f"ok by {name}", ""
        return case.name, f"{name} gives other outputs", ""
    return case.name, "no engine runs the original", refused


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("cnnconv")
    parser.add_argument("suite", type=pathlib.Path)
    parser.add_argument("--show", type=int, default=20, help="names to print for each verdict that is not ok")
    options = parser.parse_args()
    cases = sorted(path.parent for path in options.suite.glob("*/model.onnx"))
    verdicts = collections.defaultdict(list)
    with tempfile.TemporaryDirectory() as folder, multiprocessing.Pool(2, maxtasksperchild=200) as pool:
        for name, verdict, explanation in pool.imap_unordered(
            judge, [(options.cnnconv, case, folder) for case in cases]
        ):
            verdicts[verdict].append((name, explanation))
    for verdict, found in sorted(verdicts.items()):
        print(f"{len(found):5d}  {verdict}")
        if not verdict.startswith("ok"):
            for name, explanation in sorted(found)[: options.show]:
                print(f"         {name}: {explanation}")
    print(f"{len(cases)} cases")


if __name__ == "__main__":
    main()
