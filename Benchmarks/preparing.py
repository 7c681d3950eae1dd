"""Makes a model, its inputs and its expected outputs ready for a measurement."""

import json
import math
import pathlib

from contenders import PEERS


def stored_inputs(case):
    import numpy

    return {name: numpy.load(path) for name, path in case["inputs"].items()}


def relative_error(values, expected):
    import numpy

    worst = 0.0
    for value, wanted in zip(values, expected, strict=True):
        difference = numpy.abs(numpy.reshape(value, wanted.shape).astype(float) - wanted).max()
        worst = max(worst, float(difference / max(numpy.abs(wanted).max(), 1e-30)))
    return worst


def rewrite_batch(model, given, batch, path):
    """Fixes the first extent of inputs and outputs, where all shapes in between can follow."""
    import onnx

    before = [[d.dim_value for d in info.type.tensor_type.shape.dim] for info in model.graph.output]
    for info in given:
        info.type.tensor_type.shape.dim[0].dim_value = batch
    for info in model.graph.output:
        info.type.tensor_type.ClearField("shape")
    del model.graph.value_info[:]
    try:
        inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    except onnx.shape_inference.InferenceError as error:
        raise ValueError(f"its shapes do not follow another batch: {str(error).splitlines()[-1]}") from error
    graph = inferred.graph
    known = {info.name: info.type.tensor_type.shape.dim for info in [*graph.input, *graph.value_info, *graph.output]}
    for node in graph.node:
        if node.op_type != "Reshape" or node.input[0] not in known or node.output[0] not in known:
            continue
        a, b = (math.prod(dim.dim_value for dim in known[name]) for name in (node.input[0], node.output[0]))
        if a and b and a != b:
            raise ValueError(f"node '{node.name}' reshapes to a fixed batch")
    for place, (info, old) in enumerate(zip(graph.output, before)):
        shape = [d.dim_value for d in info.type.tensor_type.shape.dim]
        if shape != [batch, *old[1:]]:
            raise ValueError(f"its output would be {shape} at batch {batch}, and is {old}")
        model.graph.output[place].CopyFrom(info)
    onnx.save(model, path)


def prepare(case):
    """The model for the batch, its inputs, and what the peers make of them: onnxruntime's outputs are the fixture."""
    import numpy
    import onnx
    from onnx import numpy_helper

    folder, batch = pathlib.Path(case["folder"]), case["batch"]
    model = onnx.load(case["model"])
    constants = {tensor.name for tensor in model.graph.initializer}
    given = [info for info in model.graph.input if info.name not in constants]
    case |= {"inputs": {}, "shapes": {}, "free": {}, "checked": {}}
    fixture, is_fixed, draw = folder / "fixture", False, numpy.random.default_rng(0)
    fixture.mkdir()
    for place, info in enumerate(given):
        dims = info.type.tensor_type.shape.dim
        kind = onnx.helper.tensor_dtype_to_np_dtype(info.type.tensor_type.elem_type)
        stored = pathlib.Path(case["fixture"] or "", f"input_{place}.pb")
        stored = numpy_helper.to_array(onnx.load_tensor(stored)) if case["fixture"] and stored.exists() else None
        shape = [dim.dim_value or (stored.shape[axis] if stored is not None else 0) for axis, dim in enumerate(dims)]
        is_fixed = is_fixed or dims[0].dim_value not in (0, batch)
        shape[0] = batch
        if not all(shape):
            raise ValueError(f"input '{info.name}' has free extents, and there is no test_data_set_0")
        if not all(dim.dim_value for dim in dims[1:]):
            case["shapes"][info.name] = shape
        case["free"] |= {dim.dim_param: extent for dim, extent in zip(dims, shape) if dim.dim_param}
        value = draw.standard_normal(shape).astype(kind)
        if stored is not None and list(stored.shape[1:]) == shape[1:]:
            value[: len(stored)] = stored[:batch]
        numpy.save(folder / f"input_{place}.npy", value)
        onnx.save_tensor(numpy_helper.from_array(value, info.name), fixture / f"input_{place}.pb")
        case["inputs"][info.name] = str(folder / f"input_{place}.npy")
    outputs = [info.name for info in model.graph.output]
    if is_fixed:
        case["model"] = str(folder / pathlib.Path(case["model"]).name)
        rewrite_batch(model, given, batch, case["model"])
    del model
    expected, stored = None, stored_inputs(case)
    for name in sorted(case["peers"], key=lambda name: name != "onnxruntime"):
        try:
            peer = PEERS[name](case)
            peer.load(stored)
            peer.run()
            values = peer.outputs()
            if name == "onnxruntime":
                expected = values
                for place, value in enumerate(values):
                    tensor = numpy_helper.from_array(value, outputs[place])
                    onnx.save_tensor(tensor, fixture / f"output_{place}.pb")
            if expected:
                case["checked"][name] = relative_error(values, expected)
        except Exception as error:
            case["checked"][name] = f"{type(error).__name__}: {error}"
    if expected:
        case["fixture"] = str(fixture)
    elif batch != 1:
        case["fixture"] = None
    return case


def shapes(case):
    """The inputs' shapes at batch 1 in pnnx's spelling."""
    import onnx

    graph = onnx.load(case["model"], load_external_data=False).graph
    constants = {tensor.name for tensor in graph.initializer}
    inputs = [info.type.tensor_type.shape.dim for info in graph.input if info.name not in constants]
    found = [[1, *(dim.dim_value for dim in dims[1:])] for dims in inputs]
    if not all(all(shape) for shape in found):
        raise ValueError("free extents")
    text = [f"[{','.join(map(str, shape))}]" for shape in found]
    pathlib.Path(case["to"]).write_text(json.dumps(text))
    return {}
