"""Writes the operator fixtures: Fixtures/Operators/<op>/<case>/{model.onnx, test_data_set_0/*.pb}.

    python generate.py                 every module cases_*.py beside this file
    python generate.py network shape   only these families
    python generate.py --only Conv     only these operators

Made with onnx==1.23.2 and numpy==2.4.6. A module has `CASES`, a list of dicts:

    name, op, opset   the case's folder, the operator's ONNX name, the operator-set version
    inputs            arrays; a list of arrays is a sequence, None an input that is left out
    constants         indices of inputs that become initializers instead (default: none)
    attributes        {name: value}, whatever onnx.helper.make_node takes (default: {})
    outputs           number of outputs, or their names, "" leaving one out (default: as many as `expected`, or 1)
    expected          arrays; default: what ONNX's own reference evaluator says
    domain            default: ONNX's own
    rtol, atol        tolerance, where the default of the comparison does not fit
    model             a whole ModelProto in place of op, attributes and constants
"""

import argparse
import importlib
import json
import pathlib
import shutil
import sys

import numpy
import onnx
from onnx import helper, numpy_helper
from onnx.reference import ReferenceEvaluator

HERE = pathlib.Path(__file__).resolve().parent


def value_type(value):
    if value is None:
        return helper.make_optional_type_proto(helper.make_tensor_type_proto(onnx.TensorProto.FLOAT, None))
    if isinstance(value, (list, tuple)):
        element = value_type(value[0]) if value else helper.make_tensor_type_proto(onnx.TensorProto.FLOAT, None)
        if value and any(item.shape != value[0].shape for item in value):
            element = helper.make_tensor_type_proto(element.tensor_type.elem_type, None)
        return helper.make_sequence_type_proto(element)
    value = numpy.asarray(value)
    return helper.make_tensor_type_proto(numpy_helper.from_array(value).data_type, value.shape)


def build(case):
    """The model of a case, its inputs being named x0, x1 … and its outputs y0, y1 …"""
    if "model" in case:
        return case["model"]
    constants = set(case.get("constants", ()))
    names = ["" if value is None else f"x{i}" for i, value in enumerate(case["inputs"])]
    outputs = case.get("outputs", len(case["expected"]) if case.get("expected") is not None else 1)
    if isinstance(outputs, int):
        outputs = [f"y{i}" for i in range(outputs)]
    domain = case.get("domain", "")
    node = helper.make_node(case["op"], names, outputs, domain=domain, **case.get("attributes", {}))
    inputs, initializers = [], []
    for i, value in enumerate(case["inputs"]):
        if value is None:
            continue
        if i in constants:
            initializers.append(numpy_helper.from_array(numpy.asarray(value), names[i]))
        else:
            inputs.append(helper.make_value_info(names[i], value_type(value)))
    results = [helper.make_empty_tensor_value_info(name) for name in outputs if name]
    graph = helper.make_graph([node], case["name"], inputs, results, initializers)
    opsets = [helper.make_opsetid("", case["opset"] if not domain else onnx.defs.onnx_opset_version())]
    if domain:
        opsets.append(helper.make_opsetid(domain, case["opset"]))
    ir_version = max(4, helper.find_min_ir_version_for(opsets, ignore_unknown=True))
    return helper.make_model(graph, opset_imports=opsets, ir_version=ir_version, producer_name="generate.py")


def record(value, name):
    if isinstance(value, (list, tuple)):
        return numpy_helper.from_list([numpy.asarray(item) for item in value], name)
    if value is None:
        return numpy_helper.from_optional(None, name)
    return numpy_helper.from_array(numpy.asarray(value), name)


def write(case):
    model = build(case)
    constants = set() if "model" in case else set(case.get("constants", ()))
    given = [value for i, value in enumerate(case["inputs"]) if value is not None and i not in constants]
    names = [value.name for value in model.graph.input]
    expected = case.get("expected")
    if expected is None:
        expected = ReferenceEvaluator(model).run(None, dict(zip(names, given)))
    for info, value in zip(model.graph.output, expected):
        if not info.HasField("type"):
            info.type.CopyFrom(value_type(value))
    folder = HERE / case["op"] / case["name"]
    shutil.rmtree(folder, ignore_errors=True)
    data = folder / "test_data_set_0"
    data.mkdir(parents=True)
    (folder / "model.onnx").write_bytes(model.SerializeToString(deterministic=True))
    for kind, infos, values in (("input", model.graph.input, given), ("output", model.graph.output, expected)):
        for i, (info, value) in enumerate(zip(infos, values)):
            (data / f"{kind}_{i}.pb").write_bytes(record(value, info.name).SerializeToString(deterministic=True))
    if "rtol" in case or "atol" in case:
        tolerance = {"rtol": case.get("rtol", 1e-3), "atol": case.get("atol", 1e-5)}
        (folder / "tolerance.json").write_text(json.dumps(tolerance) + "\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("families", nargs="*")
    parser.add_argument("--only", nargs="*", default=[], metavar="OPERATOR")
    options = parser.parse_args()
    sys.path.insert(0, str(HERE))
    families = options.families or sorted(path.stem[len("cases_"):] for path in HERE.glob("cases_*.py"))
    failures, count = 0, 0
    for family in families:
        for case in importlib.import_module(f"cases_{family}").CASES:
            if options.only and case["op"] not in options.only:
                continue
            try:
                write(case)
                count += 1
            except Exception as error:
                failures += 1
                print(f"{family}: {case['op']}/{case['name']}: {type(error).__name__}: {error}", file=sys.stderr)
    print(f"{count} cases written, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
