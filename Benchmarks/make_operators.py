"""Writes networks of one operator each, a million elements, for engine_peers.py.

usage: make_operators.py FOLDER [--operators a,b]

The inputs are what a network's inside looks like: rows of tokens for what works on rows, images for what works on channels.
Chains are what exporters write for one function. Weights are drawn from a seed.

Needs onnx 1.23.2 and numpy 2.4.6.
"""

import argparse
import pathlib

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

ROWS, IMAGE, CUBE = [1, 1024, 1024], [1, 64, 128, 128], [1, 16, 32, 32, 64]


class Sketch:
    def __init__(self, name, shape):
        self.name, self.shape, self.nodes, self.constants = name, shape, [], []
        self.random = numpy.random.default_rng(7)

    def node(self, operator, *inputs, **attributes):
        output = f"v{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, list(inputs), [output], **attributes))
        return output

    def constant(self, values):
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(numpy.asarray(values), name))
        return name

    def number(self, value):
        return self.constant(numpy.float32(value))

    def weights(self, *shape):
        return self.constant(self.random.standard_normal(shape).astype(numpy.float32))

    def write(self, folder, result):
        self.nodes.append(helper.make_node("Identity", [result], ["y"]))
        inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, self.shape)]
        outputs = [helper.make_tensor_value_info("y", TensorProto.FLOAT, None)]
        graph = helper.make_graph(self.nodes, self.name, inputs, outputs, self.constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 23)], ir_version=10)
        model = onnx.shape_inference.infer_shapes(model)
        if not model.graph.output[0].type.tensor_type.HasField("shape"):  # an operator that has no rule for it
            model.graph.output[0].CopyFrom(helper.make_tensor_value_info("y", TensorProto.FLOAT, self.shape))
        onnx.checker.check_model(model)
        onnx.save(model, folder / f"{self.name}.onnx")


def positive(sketch):
    return sketch.node("Add", sketch.node("Abs", "x"), sketch.number(0.5))


def gelu_by_erf(sketch):
    gate = sketch.node("Add", sketch.node("Erf", sketch.node("Div", "x", sketch.number(2**0.5))), sketch.number(1))
    return sketch.node("Mul", sketch.node("Mul", "x", gate), sketch.number(0.5))


def gelu_by_tanh(sketch):
    cube = sketch.node("Mul", sketch.node("Pow", "x", sketch.number(3)), sketch.number(0.044715))
    inner = sketch.node("Tanh", sketch.node("Mul", sketch.node("Add", "x", cube), sketch.number(0.7978845608)))
    return sketch.node("Mul", sketch.node("Mul", "x", sketch.node("Add", inner, sketch.number(1))), sketch.number(0.5))


def masked(sketch):
    negative = sketch.node("Less", "x", sketch.number(0))
    return sketch.node("Where", negative, sketch.node("Exp", "x"), "x")


def unary(operator, shape=ROWS, **attributes):
    return shape, lambda sketch: sketch.node(operator, "x", **attributes)


def joined(operator, *shape):
    return ROWS, lambda sketch: sketch.node(operator, "x", sketch.weights(*shape))


def reduced(operator, axes, shape=ROWS):
    return shape, lambda sketch: sketch.node(operator, "x", sketch.constant(numpy.asarray(axes, numpy.int64)))


def normalized(operator, shape, *parameters, **attributes):
    return shape, lambda sketch: sketch.node(
        operator, "x", *[sketch.weights(*extents) for extents in parameters], **attributes)


OPERATORS = {
    "tanh": unary("Tanh"), "sigmoid": unary("Sigmoid"), "erf": unary("Erf"), "exp": unary("Exp"),
    "gelu": unary("Gelu"), "gelu_tanh": unary("Gelu", approximate="tanh"), "relu_5d": unary("Relu", CUBE),
    "softplus": unary("Softplus"), "elu": unary("Elu"), "hardswish": unary("HardSwish"), "abs": unary("Abs"),
    "floor": unary("Floor"), "reciprocal": unary("Reciprocal"), "mish": unary("Mish"), "selu": unary("Selu"),
    "log": (ROWS, lambda sketch: sketch.node("Log", positive(sketch))),
    "sqrt": (ROWS, lambda sketch: sketch.node("Sqrt", positive(sketch))),
    "pow": (ROWS, lambda sketch: sketch.node("Pow", positive(sketch), sketch.number(1.7))),
    "add_row": joined("Add", 1024), "add_column": joined("Add", 1024, 1), "add_whole": joined("Add", *ROWS),
    "mul_number": joined("Mul"), "div_row": joined("Div", 1024), "max_row": joined("Max", 1024),
    "min_column": joined("Min", 1024, 1), "prelu_row": joined("PRelu", 1024), "where": (ROWS, masked),
    "clip": (ROWS, lambda sketch: sketch.node("Clip", "x", sketch.number(-1), sketch.number(1))),
    "chain_gelu_erf": (ROWS, gelu_by_erf), "chain_gelu_tanh": (ROWS, gelu_by_tanh),
    "softmax": unary("Softmax", axis=-1), "softmax_channels": unary("Softmax", IMAGE, axis=1),
    "logsoftmax": unary("LogSoftmax", axis=-1),
    "layernorm": normalized("LayerNormalization", ROWS, [1024], [1024]),
    "rmsnorm": normalized("RMSNormalization", ROWS, [1024]),
    "groupnorm": normalized("GroupNormalization", IMAGE, [64], [64], num_groups=8),
    "instancenorm": normalized("InstanceNormalization", IMAGE, [64], [64]),
    "mean_rows": reduced("ReduceMean", [2]), "mean_columns": reduced("ReduceMean", [1]),
    "mean_channels": reduced("ReduceMean", [1], IMAGE), "mean_all": reduced("ReduceMean", [0, 1, 2]),
    "max_rows": reduced("ReduceMax", [2]), "sum_space": reduced("ReduceSum", [2, 3], IMAGE),
    "l2_rows": reduced("ReduceL2", [2]),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--operators", metavar="NAME,NAME", help="of all: " + ", ".join(OPERATORS))
    options = parser.parse_args()
    names = list(filter(None, options.operators.split(","))) if options.operators else list(OPERATORS)
    unknown = [name for name in names if name not in OPERATORS]
    if unknown:
        parser.error(f"no operator {', '.join(unknown)}")
    options.folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        shape, build = OPERATORS[name]
        sketch = Sketch(name, shape)
        sketch.write(options.folder, build(sketch))


if __name__ == "__main__":
    main()
