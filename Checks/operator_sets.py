"""Takes models from their own operator set to others and back, and has others judge every file.

usage: operator_sets.py CNNCONV MODEL... [--sets 9,11,13,17,18,21,25] [--node FOLDER] [--jobs 1] [--show 20]

A MODEL is a folder with model.onnx (and test_data_set_N), a folder of such folders, or a file ending in .onnx. --node
writes ONNX's own node cases into FOLDER first and takes them, too. Needs onnx (1.23.2), onnxruntime (1.32.0), numpy.

A file is good if onnx.checker takes it in full (if it takes the original), onnxruntime loads it (if it loads the
original) and gives the original's outputs; where onnxruntime does not run the original, or not the copy for want of a
kernel, ONNX's reference evaluator is asked. The table at the end groups refusals (exit code 69) by their reason.
"""

import argparse
import collections
import multiprocessing
import pathlib
import re
import subprocess
import tempfile

import numpy
import onnx
import onnxruntime
from onnx import numpy_helper
from onnx.reference import ReferenceEvaluator

onnxruntime.set_default_logger_severity(4)
numpy.seterr(all="ignore")

RANDOM = ("RandomNormal", "RandomUniform", "RandomNormalLike", "RandomUniformLike", "Bernoulli", "Multinomial")


def write_node_cases(folder):
    from onnx.backend.test.case.node import collect_testcases

    for case in collect_testcases(None):
        place = folder / case.name
        data = place / "test_data_set_0"
        data.mkdir(parents=True, exist_ok=True)
        (place / "model.onnx").write_bytes(case.model.SerializeToString())
        for kind, infos, values in (
            ("input", case.model.graph.input, case.data_sets[0][0]),
            ("output", case.model.graph.output, case.data_sets[0][1]),
        ):
            for position, (info, value) in enumerate(zip(infos, values)):
                if isinstance(value, (onnx.TensorProto, onnx.SequenceProto, onnx.OptionalProto)):
                    message = value
                elif info.type.HasField("sequence_type"):
                    message = numpy_helper.from_list(value, info.name)
                elif info.type.HasField("optional_type"):
                    message = numpy_helper.from_optional(value, info.name)
                else:
                    message = numpy_helper.from_array(numpy.asarray(value), info.name)
                (data / f"{kind}_{position}.pb").write_bytes(message.SerializeToString())


def given(path, kind):
    content = path.read_bytes()
    if kind == "sequence_type":
        return numpy_helper.to_list(onnx.SequenceProto.FromString(content))
    if kind == "optional_type":
        return numpy_helper.to_optional(onnx.OptionalProto.FromString(content))
    return numpy_helper.to_array(onnx.TensorProto.FromString(content))


def inputs_of(model, place):
    stored = {tensor.name for tensor in model.graph.initializer}
    random = numpy.random.default_rng(7)
    found = {}
    position = 0
    for info in model.graph.input:
        if info.name in stored:
            continue
        path = place / "test_data_set_0" / f"input_{position}.pb"
        position += 1
        if path.exists():
            found[info.name] = given(path, info.type.WhichOneof("value"))
            continue
        if not info.type.HasField("tensor_type"):
            continue
        shape = [dim.dim_value if dim.dim_value > 0 else 2 for dim in info.type.tensor_type.shape.dim]
        kind = onnx.helper.tensor_dtype_to_np_dtype(info.type.tensor_type.elem_type)
        found[info.name] = random.standard_normal(shape).astype(kind)
    return found


def runtime(path, inputs):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    return session.run(None, inputs)


def reference(path, inputs):
    return ReferenceEvaluator(str(path)).run(None, inputs)


ENGINES = {"onnxruntime": runtime, "reference": reference}


def attempt(work, *arguments):
    try:
        return work(*arguments), ""
    except Exception as error:  # engines raise whatever they like
        return None, str(error).strip().replace("\n", " ")[:240]


def same(one, other, tolerance):
    if one is None or other is None:
        return one is None and other is None
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(same(a, b, tolerance) for a, b in zip(one, other))
    one, other = numpy.asarray(one), numpy.asarray(other)
    if one.dtype != other.dtype or one.shape != other.shape:
        return False
    if one.dtype.kind in "fc" and one.dtype.itemsize > 1:
        scale = numpy.abs(one[numpy.isfinite(one)]).max(initial=0).astype(float) if one.size else 0
        return bool(numpy.allclose(one.astype(complex if one.dtype.kind == "c" else float), other, tolerance, tolerance * max(scale, 1e-30), equal_nan=True))
    if one.dtype.kind in "biuOSU":
        return bool((one == other).all())
    return one.tobytes() == other.tobytes()


def checks(path):
    return attempt(lambda: onnx.checker.check_model(str(path), full_check=True))[1]


# What an engine says that has no kernel for an operator of a set, or does not know the set: no fault of the file.
NO_KERNEL = re.compile(
    r"NOT_IMPLEMENTED|Could not find an implementation|No Op registered|No opset import|under development|not implemented"
    r"|is not registered|Unsupported model IR|only \*guarantees\*|No schema registered", re.I
)


def judged(original, copy, first, number, place, inputs, expected, tolerance):
    """(verdict, explanation) of one written file."""
    complaint = checks(copy)
    if complaint and not first["checker"]:
        return "onnx.checker refuses", complaint
    record = onnx.load(str(copy), load_external_data=False)
    set_version = next((o.version for o in record.opset_import if o.domain in ("", "ai.onnx")), 0)
    if record.ir_version > newest_ir(set_version) and record.ir_version > first["ir"]:
        return "IR version too new", f"{record.ir_version} for {set_version}"
    names = [node.name for node in record.graph.node if node.name]
    if len(names) != len(set(names)):
        return "node names twice", ""
    said = ""
    for engine, run in ENGINES.items():
        if expected.get(engine) is None:
            continue
        results, reason = attempt(run, copy, inputs)
        if results is None:
            if engine == "onnxruntime" and NO_KERNEL.search(reason) or engine == "reference":
                said = f"{engine}: {reason}"
                continue
            return f"{engine} refuses", reason
        if first["chance"] or len(results) == len(expected[engine]) and all(
            same(a, b, tolerance) for a, b in zip(expected[engine], results)
        ):
            return "good", engine
        return f"{engine} gives other outputs", ""
    return ("good", "checked alone: " + said) if said or not any(v is not None for v in expected.values()) else ("?", "")


def newest_ir(version):
    table = {8: 3, 9: 4, 10: 5, 11: 6, 12: 7, 13: 7, 14: 7, 15: 8, 16: 8, 17: 8, 18: 8, 19: 9, 20: 9, 21: 10, 22: 10, 23: 11}
    return table.get(version, 3 if version < 8 else 12 if version == 24 else 13 if version < 28 else 14)


def judge(task):
    program, original, sets, tolerance = task
    place = original.parent
    name = place.name if original.name == "model.onnx" else original.stem
    model = onnx.load(str(original))
    own = next((o.version for o in model.opset_import if o.domain in ("", "ai.onnx")), 0)
    first = {
        "checker": checks(original), "ir": 0,
        "chance": any(n.op_type in RANDOM for n in model.graph.node)
        or any(n.op_type == "Dropout" and len(n.input) > 2 for n in model.graph.node),
    }
    inputs, _ = attempt(inputs_of, model, place)
    expected = {}
    if inputs is not None:
        expected["onnxruntime"] = attempt(runtime, original, inputs)[0]
        if expected["onnxruntime"] is None or len(model.graph.node) < 10:
            expected["reference"] = attempt(reference, original, inputs)[0]
    half = any(
        t.elem_type in (10, 16) for t in (i.type.tensor_type for i in list(model.graph.input) + list(model.graph.output))
    )
    tolerance = 2e-2 if half else tolerance
    verdicts = []
    with tempfile.TemporaryDirectory() as folder:
        for number in [own] + [n for n in sets if n != own]:
            copy = pathlib.Path(folder) / f"{number}.onnx"
            back = pathlib.Path(folder) / f"{number}-back.onnx"
            for way, source, target, version in (("to", original, copy, number), ("back", copy, back, own)):
                ran = subprocess.run(
                    [program, "export", str(source), "-o", str(target), "--opset", str(version)],
                    capture_output=True, text=True)
                label = f"{name} {own}->{number}" + ("->" + str(own) if way == "back" else "")
                if ran.returncode == 69:
                    verdicts.append((label, "refused" if way == "to" else "refused on the way back", ran.stderr.strip()))
                    break
                if ran.returncode != 0:
                    verdicts.append((label, f"exit code {ran.returncode}", ran.stderr.strip()[:240]))
                    break
                verdicts.append((label, *judged(original, target, first, version, place, inputs, expected, tolerance)))
    return verdicts


def models_of(path):
    if path.suffix == ".onnx":
        return [path]
    if (path / "model.onnx").exists():
        return [path / "model.onnx"]
    return sorted(path.glob("*/model.onnx")) + sorted(path.glob("*.onnx"))


def reason_of(text):
    text = re.sub(r"^.*?cnnconv: ", "", text)
    text = re.sub(r"^\S+: ", "", text)
    return re.sub(r"node '[^']*' ", "", text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("cnnconv")
    parser.add_argument("models", type=pathlib.Path, nargs="*")
    parser.add_argument("--sets", default="9,11,13,17,18,21,25")
    parser.add_argument("--node", type=pathlib.Path)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--show", type=int, default=20)
    parser.add_argument("--tolerance", type=float, default=2e-5)
    options = parser.parse_args()
    paths = [model for path in options.models for model in models_of(path)]
    if options.node:
        if not options.node.exists():
            write_node_cases(options.node)
        paths += models_of(options.node)
    sets = [int(number) for number in options.sets.split(",")]
    verdicts = collections.defaultdict(list)
    with multiprocessing.Pool(options.jobs, maxtasksperchild=50) as pool:
        for found in pool.imap_unordered(judge, [(options.cnnconv, p, sets, options.tolerance) for p in paths]):
            for label, verdict, explanation in found:
                verdicts[verdict].append((label, explanation))
    refusals = collections.Counter()
    for verdict, found in sorted(verdicts.items()):
        print(f"{len(found):6d}  {verdict}")
        if verdict.startswith("refused"):
            refusals.update(reason_of(explanation) for _, explanation in found)
        elif verdict != "good":
            for label, explanation in sorted(found)[: options.show]:
                print(f"          {label}: {explanation}")
    alone = sum(1 for _, explanation in verdicts["good"] if explanation.startswith("checked alone"))
    print(f"{alone} of the good ones were judged by onnx.checker alone, for want of an engine that runs them")
    print(f"{len(paths)} models\n\nrefusals:")
    for reason, count in refusals.most_common():
        print(f"{count:6d}  {reason}")


if __name__ == "__main__":
    main()
