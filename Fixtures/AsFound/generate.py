"""Makes the models of this folder: oddities of files that people have, each small.

usage: generate.py        (in this folder; writes NAME/model.onnx and NAME/test_data_set_0)

Made with python 3.11, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6. Outputs are onnxruntime's without optimizations. A
model that it refuses has none.
"""

import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from fixture import write

random = np.random.default_rng(23)


def normal(*shape):
    return random.standard_normal(shape).astype(np.float32)


def case(name, nodes, inputs, constants, declared=None, version=17, ir=8, as_inputs=False, runs=True):
    infos = [
        helper.make_tensor_value_info(key, helper.np_dtype_to_tensor_dtype(value.dtype), (declared or {}).get(key, value.shape))
        for key, value in inputs.items()
    ]
    if as_inputs:
        infos += [
            helper.make_tensor_value_info(key, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape)
            for key, value in constants.items()
        ]
    graph = helper.make_graph(
        nodes, name, infos, [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)],
        [numpy_helper.from_array(value, key) for key, value in constants.items()])
    model = helper.make_model(graph, ir_version=ir, producer_name="fixtures", opset_imports=[helper.make_opsetid("", version)])
    expected = {}
    if runs:
        runnable = onnx.ModelProto.FromString(model.SerializeToString())
        for index, one in enumerate(runnable.graph.node):
            one.name = f"node{index}"
        options = onnxruntime.SessionOptions()
        options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
        engine = onnxruntime.InferenceSession(runnable.SerializeToString(), options, providers=["CPUExecutionProvider"])
        expected = {"y": engine.run(None, inputs)[0]}
    write(pathlib.Path(__file__).parent / name, model, inputs, expected)


def node(kind, inputs, output="y", **attributes):
    name = attributes.pop("name", f"{kind}_{output}")
    return helper.make_node(kind, inputs.split(","), [output], name=name, **attributes)


def quantized(name, groups, width):
    filters = random.integers(-127, 127, (8, width // groups, 3, 3)).astype(np.int8)
    scales = np.abs(normal(8)) * 0.01 + 0.01
    case(name, [
        node("QuantizeLinear", "x,xs,xz", "xq"), node("DequantizeLinear", "xq,xs,xz", "xd"),
        node("DequantizeLinear", "w,ws,wz", "wd", axis=0), node("DequantizeLinear", "b,bs,bz", "bd", axis=0),
        node("Conv", "xd,wd,bd", "c", group=groups, pads=[1, 1, 1, 1]), node("Relu", "c", "r"),
        node("QuantizeLinear", "r,ys,yz", "yq"), node("DequantizeLinear", "yq,ys,yz"),
    ], {"x": normal(1, width, 6, 6)}, {
        "w": filters, "ws": scales, "wz": np.zeros(8, np.int8), "b": random.integers(-900, 900, 8).astype(np.int32),
        "bs": (scales * np.float32(0.02)).astype(np.float32), "bz": np.zeros(8, np.int32),
        "xs": np.float32([0.02]).reshape(()), "xz": np.array(128, np.uint8), "ys": np.array(0.05, np.float32), "yz": np.array(0, np.uint8),
    }, version=13, ir=7)


quantized("quantized", 1, 4)
quantized("quantized_depthwise", 8, 8)
case("weights_normalised_in_graph", [
    node("Mul", "v,v", "vv"), node("ReduceSum", "vv,a", "ss"), node("Sqrt", "ss", "n"), node("Div", "v,n", "u"),
    node("Mul", "u,g", "w"), node("Conv", "x,w,b", "c", pads=[1, 1, 1, 1]), node("Relu", "c"),
], {"x": normal(2, 8, 5, 5)}, {"v": normal(12, 8, 3, 3), "g": normal(12, 1, 1, 1), "b": normal(12), "a": np.int64([1, 2, 3])}, {"x": ["n", 8, "h", "w"]})
case("weights_standardised_in_graph", [
    node("ReduceMean", "v", "m", axes=[1, 2, 3]), node("Sub", "v,m", "d"), node("Mul", "d,d", "dd"),
    node("ReduceMean", "dd", "s", axes=[1, 2, 3]), node("Add", "s,e", "se"), node("Sqrt", "se", "r"), node("Div", "d,r", "w"),
    node("Conv", "x,w", "y", pads=[1, 1, 1, 1]),
], {"x": normal(2, 8, 5, 5)}, {"v": normal(12, 8, 3, 3), "e": np.array(1e-5, np.float32)}, {"x": ["n", 8, "h", "w"]})
case("batch_in_reshape", [
    node("Conv", "x,w", "c", pads=[1, 1, 1, 1]), node("Reshape", "c,s", "r"), node("Transpose", "r", "t", perm=[0, 2, 1, 3, 4]),
    node("Reshape", "t,z"),
], {"x": normal(3, 3, 4, 4)}, {"w": normal(8, 3, 3, 3), "s": np.int64([3, 2, 4, 4, 4]), "z": np.int64([3, 8, 4, 4])}, {"x": ["n", 3, 4, 4]})
case("constants_are_inputs", [
    node("Conv", "x,w", "c", pads=[1, 1, 1, 1]), node("BatchNormalization", "c,s,b,m,v", "n"), node("Relu", "n"),
], {"x": normal(2, 3, 5, 5)}, {"w": normal(6, 3, 3, 3), "s": normal(6), "b": normal(6), "m": normal(6), "v": np.abs(normal(6)) + 1},
    version=9, ir=4, as_inputs=True)
holed = normal(4, 3, 3, 3)
holed[1, 2, 0, 1] = np.nan
case("weights_not_a_number", [node("Conv", "x,w")], {"x": normal(1, 3, 5, 5)}, {"w": holed})
case("question_marks", [node("Conv", "x,w", "c", pads=[1, 1, 1, 1]), node("GlobalAveragePool", "c")],
     {"x": normal(1, 3, 12, 20)}, {"w": normal(4, 3, 3, 3)}, {"x": ["?", 3, "?", "?"]})
case("integer_weights", [node("Conv", "x,w")], {"x": normal(1, 3, 5, 5)}, {"w": np.ones((4, 3, 3, 3), np.int64)}, runs=False)
case("names_twice", [node("Relu", "x", "t", name="same"), node("Neg", "t", name="same"),], {"x": normal(2, 3)}, {})
case("rate_as_input", [node("Cast", "sr", "r", to=1), node("Mul", "x,r")], {"x": normal(2, 3), "sr": np.array(16000, np.int64)}, {})
