"""Random graphs by onnxruntime and by this program, judged in 64 bits by ONNX's reference evaluator.

usage: random_graphs.py FOLDER

FOLDER is what `agreement --write FOLDER` left: one folder a graph, with model.onnx, input_N.npy and output_N.npy. A graph
on which onnxruntime and this program part is run by ONNX's reference evaluator with all 32-bit numbers as 64-bit ones.
Who is nearer to it is right. Prints a line for each graph that parts, and how many agreed, how many onnxruntime does not
take, and how many nobody could judge. Ends with 1 if this program was wrong.
"""

import collections
import pathlib
import sys
import warnings

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator

onnxruntime.set_default_logger_severity(4)
warnings.filterwarnings("ignore")


def numbers(folder, kind):
    count = len(list(folder.glob(f"{kind}_*.npy")))
    return [np.load(folder / f"{kind}_{i}.npy", allow_pickle=False) for i in range(count)]


def close(a, b):
    """Whether two results are the same but for a few roundings."""
    if a.shape != b.shape:
        return False
    if a.dtype.kind not in "fc" or b.dtype.kind not in "fc":
        return bool(np.array_equal(a, b))
    a, b = a.astype(np.float64), b.astype(np.float64)
    largest = np.max(np.abs(b[np.isfinite(b)]), initial=0)
    return bool(np.allclose(a, b, rtol=1e-4, atol=1e-5 * largest + 1e-30, equal_nan=True))


def widened(model):
    """The model with 64-bit numbers for 32-bit ones, if no node fixes a type."""
    wide = onnx.ModelProto()
    wide.CopyFrom(model)
    for tensor in wide.graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT:
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor).astype(np.float64), tensor.name))
    for value in list(wide.graph.input) + list(wide.graph.output):
        if value.type.tensor_type.elem_type == onnx.TensorProto.FLOAT:
            value.type.tensor_type.elem_type = onnx.TensorProto.DOUBLE
    return wide


def judged(model, inputs):
    """The outputs in 64 bits, or else in the model's own types; None if the evaluator does not take it."""
    names = [value.name for value in model.graph.input]
    wide = [x.astype(np.float64) if x.dtype == np.float32 else x for x in inputs]
    for candidate, values in ((widened(model), wide), (model, inputs)):
        try:
            return ReferenceEvaluator(candidate).run(None, dict(zip(names, values)))
        except Exception:
            continue
    return None


def distance(a, b):
    if a is None or a.shape != b.shape or a.dtype.kind not in "fiub":
        return np.inf
    a, b = a.astype(np.float64), b.astype(np.float64)
    same = (a == b) | (np.isnan(a) & np.isnan(b))
    with np.errstate(invalid="ignore"):
        difference = np.where(same, 0, np.abs(a - b))
    return float(np.max(np.where(np.isnan(difference), np.inf, difference), initial=0))


def check(folder):
    model = onnx.load(folder / "model.onnx")
    inputs, ours = numbers(folder, "input"), numbers(folder, "output")
    names = [value.name for value in model.graph.input]
    operators = ",".join(dict.fromkeys(node.op_type for node in model.graph.node))
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
        theirs = session.run(None, dict(zip(names, inputs)))
    except Exception as error:
        return "not taken", operators, str(error).splitlines()[0][:160]
    parted = [i for i, (a, b) in enumerate(zip(theirs, ours)) if not close(np.asarray(a), b)]
    if not parted:
        return "agree", operators, ""
    truth = judged(model, inputs)
    i = parted[0]
    detail = f"output {i}: ours {ours[i].ravel()[:6]}, onnxruntime's {np.asarray(theirs[i]).ravel()[:6]}"
    if truth is None:
        return "not judged", operators, detail
    wrong = [distance(ours[i], truth[i]) > distance(np.asarray(theirs[i]), truth[i]) for i in parted]
    return "ours" if any(wrong) else "theirs", operators, f"{detail}, in 64 bits {truth[i].ravel()[:6]}"


def main():
    root = pathlib.Path(sys.argv[1])
    counts = collections.Counter()
    for folder in sorted(root.iterdir()):
        if not (folder / "model.onnx").exists():
            continue
        verdict, operators, detail = check(folder)
        counts[verdict] += 1
        if verdict not in ("agree", "not taken") or "--all" in sys.argv:
            print(f"{verdict}: {folder.name} ({operators}): {detail}", flush=True)
    print(", ".join(f"{count} {verdict}" for verdict, count in sorted(counts.items())))
    return 1 if counts["ours"] else 0


if __name__ == "__main__":
    sys.exit(main())
