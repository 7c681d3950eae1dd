"""Linear maps as ONNX graphs (KINDS), and what may be expected of fusing one in its surroundings; for contexts/,
which has the surroundings, and fuse_matrix.py.

Made for onnx 1.23.2 and numpy 2.4.6.
"""

import dataclasses
import re
from collections.abc import Callable

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

import fuse_tools

OPSETS = {9: 4, 13: 7, 17: 8, 21: 10}  # and the IR version each came with
AFFINE = ("BatchNormalization", "Mul", "Add", "Sub", "Div", "Sum")


class NotApplicable(Exception):
    """The context makes no sense for the kind."""


class Graph:
    """A model in the making."""

    def __init__(self, seed, opset=17, half=False, batch=2):
        self.draw, self.opset, self.ir, self.batch = numpy.random.default_rng(seed), opset, OPSETS[opset], batch
        self.type, self.element = (numpy.float16, TensorProto.FLOAT16) if half else (numpy.float32, TensorProto.FLOAT)
        self.nodes, self.inputs, self.outputs, self.initializers, self.overridable = [], {}, [], {}, []

    def input(self, shape):
        name = f"input{len(self.inputs) or ''}"
        self.inputs[name] = shape
        return name

    def constant(self, array, name=None):
        name = name or f"onnx::Constant_{len(self.initializers)}"
        self.initializers[name] = numpy.asarray(array).astype(self.type)
        return name

    def uniform(self, shape, low, high):
        return self.draw.uniform(low, high, shape)

    def signed(self, shape, low=0.3, high=1.5):
        """Factors of both signs away from zero."""
        values = self.uniform(shape, low, high) * self.draw.choice([-1, 1], shape, p=[0.3, 0.7])
        return numpy.asarray(values)

    def node(self, operator, *inputs, outputs=1, **attributes):
        name = f"/block/{operator}_{len(self.nodes)}"
        names = [f"{name}_output_{index}" for index in range(outputs)]
        self.nodes.append(helper.make_node(operator, inputs, names, name, **attributes))
        return names[0] if outputs == 1 else names

    def shape(self, value):
        """The shape of a value, by ONNX's own inference."""
        if value in self.inputs or value in self.initializers:
            return list(self.inputs[value] if value in self.inputs else self.initializers[value].shape)
        model = onnx.shape_inference.infer_shapes(self.model([value]), strict_mode=True)
        return [extent.dim_value or self.batch for extent in model.graph.output[0].type.tensor_type.shape.dim]

    def norm(self, value, shift=True, variance=None, epsilon=None, **attributes):
        """Batch normalization with statistics that are not an identity; without `shift` it only multiplies."""
        channels = self.shape(value)[1]
        epsilon = epsilon or (1e-3, 1e-5)[int(self.draw.integers(2))]
        variance = self.uniform(channels, 0.3, 3) if variance is None else variance
        mean, scale = self.draw.normal(0, 0.5, channels) + 0.1, self.signed(channels)
        bias = self.draw.normal(0, 0.5, channels)
        if not shift:
            mean, bias = numpy.zeros(channels), numpy.zeros(channels)
        named = {"weight": scale, "bias": bias, "running_mean": mean, "running_var": variance}
        given = [self.constant(array, f"bn{len(self.nodes)}.{name}") for name, array in named.items()]
        return self.node("BatchNormalization", value, *given, epsilon=epsilon, **attributes)

    def output(self, *values):
        self.outputs += values
        return self

    def model(self, outputs=None):
        def described(name, shape):
            return helper.make_tensor_value_info(name, self.element, shape)

        inputs = [
            described(name, ["N", *shape[1:]] if self.batch == "N" else shape) for name, shape in self.inputs.items()
        ]
        inputs += [described(name, self.initializers[name].shape) for name in self.overridable]
        initializers = [numpy_helper.from_array(array, name) for name, array in self.initializers.items()]
        finals = [onnx.ValueInfoProto(name=name) for name in outputs] if outputs else []
        if not outputs:
            finals = [described(name, [None] * len(self.shape(name))) for name in self.outputs]
        graph = helper.make_graph(self.nodes, "matrix", inputs, finals, initializers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)], producer_name="pytorch")
        model.ir_version = self.ir
        return model


@dataclasses.dataclass(frozen=True)
class Kind:
    """A linear map; calling it with a graph and a value appends it."""

    name: str
    operator: str
    rank: int = 2  # of the kernel
    kernel: int = 3
    groups: int = 1
    stride: int = 1
    dilation: int = 1
    options: tuple = ()
    inputs: int = 4
    depthwise: bool = False

    @property
    def convolves(self):
        return self.operator in ("Conv", "ConvTranspose")

    @property
    def transposed(self):
        return self.operator == "ConvTranspose"

    @property
    def adds(self):
        """Whether the operator itself has a bias."""
        return self.operator != "MatMul"

    @property
    def padding(self):
        return self.dilation * (self.kernel - 1) // 2

    def input(self, graph):
        if self.convolves:
            return graph.input([graph.batch if graph.batch != "N" else 2, self.inputs, *[6] * self.rank])
        if "transA" in self.options:
            return graph.input([self.inputs, 5])
        return graph.input([2, 5, self.inputs] if "3d" in self.options else [2, self.inputs])

    def weight(self, graph, given, outputs, kernel):
        if self.convolves:
            groups = self.group_count(given)
            shape = [given, outputs // groups] if self.transposed else [outputs, given // groups]
            shape, fan = [*shape, *[kernel] * self.rank], given // groups * kernel**self.rank
        else:
            shape, fan = ([outputs, given] if "transB" in self.options else [given, outputs]), given
        return graph.constant(graph.uniform(shape, -1, 1) * fan**-0.5, f"weight{len(graph.nodes)}")

    def group_count(self, given):
        return given if self.depthwise else self.groups

    def __call__(self, graph, value, outputs=None, padded=True, weight=None, kernel=None, pads=None, bias=True, **more):
        shape = graph.shape(value)
        given = shape[0 if "transA" in self.options else -1 if not self.convolves else 1]
        outputs = outputs or (2 * given if self.depthwise else 6)
        kernel = kernel or self.kernel
        weight = weight or self.weight(graph, given, outputs, kernel)
        if self.operator == "MatMul":
            return graph.node("MatMul", value, weight)
        if self.operator == "Gemm":
            attributes = {name: 1 for name in ("transA", "transB") if name in self.options}
            if "alpha" in self.options:
                attributes |= {"alpha": 0.75, "beta": -1.25}
            terms = {"no bias": None, "one": [1], "row": [1, outputs]}
            shape = next((terms[name] for name in self.options if name in terms), [outputs])
            biases = [graph.constant(graph.draw.normal(0, 0.5, shape), f"bias{len(graph.nodes)}")] if shape else []
            if not biases and graph.opset < 11:
                raise NotApplicable
            return graph.node("Gemm", value, weight, *biases, **attributes)
        biases = [graph.constant(graph.draw.normal(0, 0.5, outputs), f"bias{len(graph.nodes)}")] if bias else []
        attributes = {"kernel_shape": [kernel] * self.rank, "strides": [self.stride] * self.rank,
                      "dilations": [self.dilation] * self.rank, "group": self.group_count(given)}  # fmt: skip
        if "auto_pad" not in more:
            border = self.padding if padded and kernel == self.kernel else 0
            attributes["pads"] = pads or [border] * (2 * self.rank)
        if self.transposed and self.stride > 1:
            attributes["output_padding"] = [1] * self.rank
        return graph.node(self.operator, value, weight, *biases, **(attributes | more))


KINDS = [
    Kind("Conv", "Conv"),
    Kind("Conv 1x1", "Conv", kernel=1),
    Kind("grouped Conv", "Conv", groups=2),
    Kind("depthwise", "Conv", depthwise=True),
    Kind("dilated", "Conv", dilation=2),
    Kind("strided", "Conv", stride=2),
    Kind("Conv 1-D", "Conv", rank=1),
    Kind("Conv 3-D", "Conv", rank=3),
    Kind("ConvTranspose", "ConvTranspose", stride=2),
    Kind("grouped ConvTranspose", "ConvTranspose", groups=2, stride=2),
    Kind("Gemm", "Gemm"),
    Kind("Gemm transB", "Gemm", options=("transB",)),
    Kind("Gemm alpha, beta", "Gemm", options=("transB", "alpha", "row")),
    Kind("Gemm without bias", "Gemm", options=("transB", "no bias")),
    Kind("Gemm, bias [1]", "Gemm", options=("one",)),
    Kind("Gemm transA", "Gemm", options=("transA",)),
    Kind("MatMul", "MatMul"),
    Kind("MatMul of rank 3", "MatMul", options=("3d",)),
]

FOLD, KEEP, EITHER = "fold", "keep", "either"


@dataclasses.dataclass
class Expectation:
    what: str
    nodes: tuple = ()  # allowed numbers of nodes if it folds
    left: tuple = ()  # operators one of which must stay, as often as it is in the model or `least` times
    least: int | None = None
    extra: tuple = ()  # affine operators that may remain
    reasoned: bool = True  # whether a refusal must say why

    def __str__(self):
        if self.what == FOLD:
            return f"fold({' or '.join(map(str, self.nodes))})"
        return f"keep({', '.join(self.left)})" if self.what == KEEP else self.what


def fold(*nodes, extra=()):
    return Expectation(FOLD, nodes=nodes, extra=extra)


def keep(*left, reasoned=True, least=None):
    return Expectation(KEEP, left=left, reasoned=reasoned, least=least)


def either():
    return Expectation(EITHER)


@dataclasses.dataclass(frozen=True)
class Context:
    name: str
    build: Callable
    every_opset: bool = False
    half: bool = False
    batch: int | str = 2
    must_not_grow: bool = True
    scale: float = 1.0  # of the inputs


class Case:
    """One graph and what is expected of it."""

    def __init__(self, kind, context, opset, seed):
        self.kind, self.context = kind, context
        self.name = f"{kind.name}/{context.name}"
        self.file = re.sub(r"[^a-z0-9]+", "-", f"{self.name} {opset}".lower())
        graph = Graph(seed, opset, context.half, context.batch)
        self.expectation = context.build(kind, graph)
        self.opset = graph.opset
        self.model = graph.model()
        self.tolerance = fuse_tools.HALF_TOLERANCE if context.half else fuse_tools.TOLERANCE
        self.scale, self.must_not_grow = context.scale, context.must_not_grow
        self.before = fuse_tools.operators(self.model)

    def verdict(self, counts, refusals):
        expected, kept = self.expectation, [name for name in AFFINE if counts[name]]
        reason = (refusals[0].get("reason") or "").strip() if refusals else ""
        if expected.what == FOLD:
            if remaining := [name for name in kept if name not in expected.extra]:
                raise fuse_tools.Failure(f"{', '.join(remaining)} remains: {reason or 'no reason given'}")
            if counts.total() not in expected.nodes:
                raise fuse_tools.Failure(f"{counts.total()} nodes: {dict(counts)}")
            return "folded", ""
        if expected.what == KEEP:
            if not any(counts[name] >= (expected.least or self.before[name]) for name in expected.left):
                raise fuse_tools.Failure(f"folded, and only these inputs do not show it: {dict(counts)}")
            if expected.reasoned and not reason:
                raise fuse_tools.Failure("kept without a reason")
            return "refused", reason or "no reason given"
        lost = counts.total() < self.before.total()
        return ("folded", "") if lost else ("refused", reason or "no reason given")
