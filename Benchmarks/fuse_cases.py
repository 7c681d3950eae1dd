"""The graphs of fuse_matrix.py: linear maps in surroundings (CONTEXTS), each with what must become of it, derived from
the mathematics and not from any program's behaviour.

A linear map y = W x + b absorbs a following affine map per output channel, and a preceding one per input channel as
long as no zeros are padded between the two (an added term would be missing in the border) and every output position
sees the whole kernel (not so at the borders of a transposed convolution).

Made for onnx 1.23.2 and numpy 2.4.6.
"""

import dataclasses

import numpy
from onnx import helper, numpy_helper

from fuse_graphs import FOLD, Context, NotApplicable, either, fold, keep

CONTEXTS = []


def context(name, **options):
    def register(build):
        CONTEXTS.append(Context(name, build, **options))
        return build

    return register


# What must become of a map and what follows it: MatMul has no bias of its own, so an Add may stay or a Gemm be made.


def absorbed(kind, others=0):
    return fold(1 + others, *([] if kind.adds else [2 + others]), extra=() if kind.adds else ("Add",))


def needs(condition):
    if not condition:
        raise NotApplicable


def is_per_channel(kind):
    """Whether axis 1 of the output is the map's own: not for a product of rank 3."""
    return "3d" not in kind.options


def after_norm(kind, others=0):
    return absorbed(kind, others) if is_per_channel(kind) else keep("BatchNormalization", reasoned=False)


def before_norm(kind, padded=False, shift=True):
    """Axis 1 of the input must be the one summed over; with a shift, no border may lack it."""
    if not is_per_channel(kind) or "transA" in kind.options:
        return keep("BatchNormalization", reasoned=False)
    if shift and ((padded and kind.padding) or (kind.transposed and kind.kernel > 1)):
        return keep("BatchNormalization")
    return absorbed(kind)


@context("BN after", every_opset=True)
def _(kind, g):
    g.output(g.norm(kind(g, kind.input(g))))
    return after_norm(kind)


@context("BN before, unpadded", every_opset=True)
def _(kind, g):
    g.output(kind(g, g.norm(kind.input(g)), padded=False))
    return before_norm(kind)


@context("BN on both sides, unpadded", every_opset=True)
def _(kind, g):
    g.output(g.norm(kind(g, g.norm(kind.input(g)), padded=False)))
    return dataclasses.replace(before_norm(kind), least=1)  # the one behind goes, whatever becomes of the other


@context("BN before, padded")
def _(kind, g):
    needs(kind.convolves and kind.padding)
    g.output(kind(g, g.norm(kind.input(g))))
    return keep("BatchNormalization")


@context("BN without shift before, padded")
def _(kind, g):
    needs(kind.convolves)
    g.output(kind(g, g.norm(kind.input(g), shift=False)))
    return before_norm(kind, padded=True, shift=False)


def per_channel(kind, g, value):
    """The shape of a constant that varies along the map's output channels."""
    shape = g.shape(value)
    return [shape[1], *[1] * kind.rank] if kind.convolves else [shape[-1]]


@context("Mul after")
def _(kind, g):
    y = kind(g, kind.input(g))
    g.output(g.node("Mul", y, g.constant(g.signed(per_channel(kind, g, y)))))
    return absorbed(kind)


@context("Add after")
def _(kind, g):
    y = kind(g, kind.input(g))
    g.output(g.node("Add", y, g.constant(g.signed(per_channel(kind, g, y)))))
    return absorbed(kind) if kind.adds else either()


@context("Mul and Add after", every_opset=True)
def _(kind, g):
    y = kind(g, kind.input(g))
    shape = per_channel(kind, g, y)
    g.output(g.node("Add", g.constant(g.signed(shape)), g.node("Mul", g.constant(g.signed(shape)), y)))
    return absorbed(kind)


@context("Sub and Div after")
def _(kind, g):
    y = kind(g, kind.input(g))
    shape = per_channel(kind, g, y)
    g.output(g.node("Div", g.node("Sub", y, g.constant(g.signed(shape))), g.constant(g.signed(shape))))
    return either()


@context("constant minus map")
def _(kind, g):
    y = kind(g, kind.input(g))
    g.output(g.node("Sub", g.constant(g.signed(per_channel(kind, g, y))), y))
    return either()


def before_shape(kind, g, x):
    shape = g.shape(x)
    return (
        [shape[1], *[1] * kind.rank] if kind.convolves else [shape[0], 1] if "transA" in kind.options else [shape[-1]]
    )


@context("Mul before, padded")
def _(kind, g):
    x = kind.input(g)
    g.output(kind(g, g.node("Mul", x, g.constant(g.signed(before_shape(kind, g, x))))))
    return either() if "transA" in kind.options else absorbed(kind)


@context("Add before, unpadded")
def _(kind, g):
    x = kind.input(g)
    g.output(kind(g, g.node("Add", x, g.constant(g.signed(before_shape(kind, g, x)))), padded=False))
    if kind.transposed:
        return keep("Add", reasoned=False)
    return either() if "transA" in kind.options or not kind.adds else absorbed(kind)


@context("Add before, padded")
def _(kind, g):
    needs(kind.convolves and kind.padding)
    x = kind.input(g)
    g.output(kind(g, g.node("Add", x, g.constant(g.signed(before_shape(kind, g, x))))))
    return keep("Add", reasoned=False)


@context("BN, BN after")
def _(kind, g):
    g.output(g.norm(g.norm(kind(g, kind.input(g)))))
    return after_norm(kind) if is_per_channel(kind) else either()


@context("BN, BN before, unpadded")
def _(kind, g):
    g.output(kind(g, g.norm(g.norm(kind.input(g))), padded=False))
    expected = before_norm(kind)
    return expected if expected.what == FOLD else either()


@context("BN, Mul, Add after")
def _(kind, g):
    y = g.norm(kind(g, kind.input(g)))
    shape = [g.shape(y)[1], *[1] * (len(g.shape(y)) - 2)]
    g.output(g.node("Add", g.node("Mul", y, g.constant(g.signed(shape))), g.constant(g.signed(shape))))
    return absorbed(kind) if is_per_channel(kind) else either()


@context("Identity, Dropout, BN after")
def _(kind, g):
    g.output(g.norm(g.node("Dropout", g.node("Identity", kind(g, kind.input(g))))))
    return absorbed(kind) if is_per_channel(kind) else either()


@context("BN between two maps")
def _(kind, g):
    needs(is_per_channel(kind) and "transA" not in kind.options and not kind.transposed)
    y = g.norm(kind(g, kind.input(g), padded=False, bias=False))
    g.output(kind(g, y, kernel=1 if kind.convolves else None))
    return fold(1, 2, 3) if kind.adds else fold(1, 2, 3, 4, extra=("Add",))


@context("Relu between map and BN")
def _(kind, g):
    g.output(g.norm(g.node("Relu", kind(g, kind.input(g)))))
    return keep("BatchNormalization", reasoned=False)


@context("Relu between BN and map")
def _(kind, g):
    g.output(kind(g, g.node("Relu", g.norm(kind.input(g)))))
    return keep("BatchNormalization", reasoned=False)


@context("MaxPool between map and BN")
def _(kind, g):
    needs(kind.convolves)
    g.output(g.norm(g.node("MaxPool", kind(g, kind.input(g)), kernel_shape=[2] * kind.rank)))
    return keep("BatchNormalization", reasoned=False)


@context("Pad between map and BN")
def _(kind, g):
    needs(kind.convolves and kind.rank == 2)
    border = numpy_helper.from_array(numpy.array([0, 0, 1, 1, 0, 0, 1, 1], numpy.int64))
    g.output(g.norm(g.node("Pad", kind(g, kind.input(g)), g.node("Constant", value=border))))
    return keep("BatchNormalization", reasoned=False)


@context("Concat of two maps, BN")
def _(kind, g):
    needs(is_per_channel(kind))
    maps = [kind(g, kind.input(g)) for _ in range(2)]
    g.output(g.norm(g.node("Concat", *maps, axis=1)))
    return absorbed(kind, 2) if kind.adds else either()


@context("Concat of map and input, BN")
def _(kind, g):
    needs(kind.convolves)
    y = kind(g, kind.input(g))
    g.output(g.norm(g.node("Concat", y, g.input(g.shape(y)), axis=1)))
    return keep("BatchNormalization", reasoned=False)


@context("Concat along another axis, BN")
def _(kind, g):
    needs(kind.convolves)
    maps = [kind(g, kind.input(g)) for _ in range(2)]
    g.output(g.norm(g.node("Concat", *maps, axis=2)))
    return either()


def pooled(border, counts_border=None, ceil=0):
    def build(kind, g):
        needs(kind.convolves)
        more = {} if counts_border is None else {"count_include_pad": counts_border}
        more |= {"ceil_mode": 1} if ceil else {}
        y = g.node("AveragePool", kind(g, kind.input(g)), kernel_shape=[3] * kind.rank, strides=[2] * kind.rank,
                   pads=[border] * (2 * kind.rank), **more)  # fmt: skip
        g.output(g.norm(y))
        return keep("BatchNormalization") if border and counts_border else either() if ceil else fold(1, 2)

    return build


context("AveragePool, BN")(pooled(0))
context("AveragePool with padding that does not count, BN")(pooled(1, 0))
context("AveragePool with padding that counts, BN")(pooled(1, 1))
context("AveragePool with count_include_pad and no padding, BN")(pooled(0, 1))
context("AveragePool with ceil_mode, BN")(pooled(0, 0, ceil=1))


@context("GlobalAveragePool, BN")
def _(kind, g):
    needs(kind.convolves)
    g.output(g.norm(g.node("GlobalAveragePool", kind(g, kind.input(g)))))
    return fold(2)


@context("two consumers, one BN")
def _(kind, g):
    y = kind(g, kind.input(g))
    g.output(g.norm(y), g.node("Relu", y))
    return keep("BatchNormalization")


@context("two consumers, both BN")
def _(kind, g):
    y = kind(g, kind.input(g))
    g.output(g.norm(y), g.norm(y))
    return keep("BatchNormalization")


@context("BN before with two consumers")
def _(kind, g):
    x = g.norm(kind.input(g))
    g.output(kind(g, x, padded=False), g.node("Relu", x))
    return keep("BatchNormalization", reasoned=False)


@context("map's output is a graph output")
def _(kind, g):
    y = kind(g, kind.input(g))
    g.output(g.norm(y), y)
    return keep("BatchNormalization")


@context("weights shared, one with BN", must_not_grow=False)
def _(kind, g):
    first, second = kind.input(g), kind.input(g)
    y = kind(g, first)
    g.output(g.norm(y), g.node("Relu", kind(g, second, weight=g.nodes[0].input[1])))
    return either()


@context("weights shared, different BN", must_not_grow=False)
def _(kind, g):
    first, second = kind.input(g), kind.input(g)
    y = kind(g, first)
    g.output(g.norm(y), g.norm(kind(g, second, weight=g.nodes[0].input[1])))
    return either()


@context("weight is a graph output", must_not_grow=False)
def _(kind, g):
    g.output(g.norm(kind(g, kind.input(g))), g.nodes[0].input[1])
    return either()


@context("BN parameters shared by two maps")
def _(kind, g):
    needs(is_per_channel(kind) and kind.adds)
    first = g.norm(kind(g, kind.input(g)))
    parameters = g.nodes[-1].input[1:]
    second = g.node("BatchNormalization", kind(g, kind.input(g)), *parameters)
    g.output(first, second)
    return fold(2)


@context("asymmetric padding, BN after")
def _(kind, g):
    needs(kind.operator == "Conv" and kind.kernel > 1)
    g.output(g.norm(kind(g, kind.input(g), pads=[0, 2, 1][: kind.rank] + [1, 0, 2][: kind.rank])))
    return fold(1)


@context("asymmetric padding, BN before")
def _(kind, g):
    needs(kind.operator == "Conv" and kind.kernel > 1)
    g.output(kind(g, g.norm(kind.input(g)), pads=[0] * kind.rank + [1] * kind.rank))
    return keep("BatchNormalization")


for padding in ("SAME_UPPER", "SAME_LOWER", "VALID"):

    @context(f"auto_pad {padding}, BN after")
    def _(kind, g, padding=padding):
        # ONNX leaves open what SAME means together with dilation, and engines differ
        needs(kind.operator == "Conv" and (padding == "VALID" or kind.dilation == 1))
        g.output(g.norm(kind(g, kind.input(g), auto_pad=padding)))
        return fold(1)

    @context(f"auto_pad {padding}, BN before")
    def _(kind, g, padding=padding):
        needs(kind.operator == "Conv" and (padding == "VALID" or kind.dilation == 1))
        g.output(kind(g, g.norm(kind.input(g)), auto_pad=padding))
        return fold(1) if padding == "VALID" or kind.kernel == 1 else keep("BatchNormalization")


@context("variance 1e-14")
def _(kind, g):
    y = kind(g, kind.input(g))
    variance = g.uniform(g.shape(y)[1], 0.3, 3)
    variance[::2] = 1e-14
    g.output(g.norm(y, variance=variance, epsilon=1e-5))
    return after_norm(kind)


@context("BN in training mode")
def _(kind, g):
    outputs = g.norm(kind(g, kind.input(g)), training_mode=1, outputs=3)
    g.output(*outputs)
    return keep("BatchNormalization", reasoned=False)


@context("factor computed at run time")
def _(kind, g):
    y = kind(g, kind.input(g))
    channels = per_channel(kind, g, y)
    g.output(g.node("Mul", y, g.node("Sigmoid", g.input(channels))))
    return keep("Mul", reasoned=False)


@context("BN's factor is an input")
def _(kind, g):
    g.output(g.norm(kind(g, kind.input(g))))
    del g.initializers[g.nodes[-1].input[1]]
    g.nodes[-1].input[1] = g.input([g.shape(g.nodes[0].output[0])[1]])
    return keep("BatchNormalization", reasoned=False)


@context("weight is an input")
def _(kind, g):
    y = kind(g, kind.input(g))
    name = g.nodes[0].input[1]
    array = g.initializers.pop(name)
    g.inputs[name] = array.shape
    g.output(g.norm(y))
    return keep("BatchNormalization", reasoned=False)


@context("factor computed from constants")
def _(kind, g):
    y = kind(g, kind.input(g))
    variance = g.constant(g.uniform(per_channel(kind, g, y), 0.3, 3))
    g.output(g.node("Div", y, g.node("Sqrt", g.node("Add", variance, g.constant(1e-3)))))
    return absorbed(kind)


@context("BN's parameters from Constant nodes")
def _(kind, g):
    g.output(g.norm(kind(g, kind.input(g))))
    for position, node in enumerate(list(g.nodes)):
        for index, name in list(enumerate(node.input))[1:]:
            value = numpy_helper.from_array(g.initializers.pop(name))
            g.nodes.insert(0, helper.make_node("Constant", [], [name], f"/constant{position}{index}", value=value))
    return after_norm(kind)


@context("parameters are inputs with initializers, IR 3")
def _(kind, g):
    g.opset = 9
    g.output(g.norm(kind(g, kind.input(g))))
    g.overridable, g.ir = list(g.initializers), 3
    return either()


@context("parameters are inputs with initializers, IR 8")
def _(kind, g):
    g.output(g.norm(kind(g, kind.input(g))))
    g.overridable = list(g.initializers)
    return keep("BatchNormalization", reasoned=False)


@context("open batch, BN after", batch="N")
def _(kind, g):
    needs(kind.convolves or "transA" not in kind.options)
    g.output(g.norm(kind(g, kind.input(g))))
    return after_norm(kind)


@context("half precision, BN after", half=True)
def _(kind, g):
    g.output(g.norm(kind(g, kind.input(g)), epsilon=1e-3))
    return after_norm(kind)


@context("half precision, the weights would overflow", half=True, scale=1e-3)
def _(kind, g):
    y = kind(g, kind.input(g), bias=False)
    name = g.nodes[0].input[1]
    weights = g.initializers[name]
    g.initializers[name] = (weights * (300 / numpy.abs(weights).max())).astype(numpy.float16)
    y = g.norm(y, epsilon=1e-3)
    g.initializers[g.nodes[-1].input[1]] *= numpy.float16(2000)
    g.output(y)
    return keep("BatchNormalization", reasoned=is_per_channel(kind))


# Constants of Mul and Add by shape. Images are as wide as the maps have channels, so that a wrong axis shows only in
# the numbers.


def shaped(name, shape, expected, operator="Mul"):
    @context(f"{operator} {name}")
    def _(kind, g):
        y = kind(g, kind.input(g), **({"outputs": 6} if kind.convolves and not kind.depthwise else {}))
        extents = g.shape(y)
        needs(not kind.convolves or kind.stride == 1)
        g.output(g.node(operator, y, g.constant(g.signed(shape(kind, extents)))))
        return expected(kind)


def keeps(operator):
    return lambda kind: keep(operator, reasoned=False)


def absorbs(operator):
    return lambda kind: absorbed(kind) if kind.adds or operator == "Mul" else either()


def spatial(extents_of):
    def shape(kind, extents):
        needs(kind.convolves)
        return extents_of(extents)

    return shape


def along_channels(kind, extents):
    return [1, extents[1], *[1] * kind.rank] if kind.convolves else [1] * (len(extents) - 1) + extents[-1:]


def rows(kind, extents):
    needs(not kind.convolves)
    return [*extents[:-1], 1]


for operator in ("Mul", "Add"):
    shaped("[1,C,1,1] or [1,M]", along_channels, absorbs(operator), operator)
    shaped("[1]", lambda kind, extents: [1], absorbs(operator), operator)
    shaped("[]", lambda kind, extents: [], absorbs(operator), operator)
    shaped("[1,1,H,W]", spatial(lambda extents: [1, 1, *extents[2:]]), keeps(operator), operator)
    shaped("[W]", spatial(lambda extents: extents[-1:]), keeps(operator), operator)
    shaped("[C,H,W]", spatial(lambda extents: extents[1:]), keeps(operator), operator)
    shaped("[N,C,1,1]", spatial(lambda extents: extents[:2] + [1] * len(extents[2:])), keeps(operator), operator)
    shaped(
        "of higher rank",
        spatial(lambda extents: [1, 1] + [extents[1]] + [1] * len(extents[2:])),
        keeps(operator),
        operator,
    )
    shaped("[N,1]", rows, keeps(operator), operator)


# Compositions and sums of convolutions.


def composed(middle, outputs, kernels=(1, 1), padded=False, expected=None):
    def build(kind, g):
        needs(kind.name in ("Conv", "Conv 1-D", "Conv 3-D"))
        y = kind(g, kind.input(g), outputs=middle, kernel=kernels[0], pads=[0] * 2 * kind.rank)
        g.output(kind(g, y, outputs=outputs, kernel=kernels[1], pads=[int(padded)] * 2 * kind.rank))
        return expected

    return build


context("1x1, 1x1, wide between")(composed(16, 4, expected=fold(1)))
context("1x1, 1x1, narrow between")(composed(1, 8, expected=keep("Conv", reasoned=False)))
context("1x1, 3x3")(composed(16, 4, (1, 3), expected=either()))
context("1x1, padded 3x3")(composed(16, 4, (1, 3), padded=True, expected=keep("Conv", reasoned=False)))
context("3x3, 1x1")(composed(16, 4, (3, 1), expected=either()))


@context("1x1, BN, 1x1, BN, wide between")
def _(kind, g):
    needs(kind.kernel == 1)
    g.output(g.norm(kind(g, g.norm(kind(g, kind.input(g), outputs=16, bias=False)), outputs=4, bias=False)))
    return fold(1)


@context("1x1, Relu, 1x1")
def _(kind, g):
    needs(kind.kernel == 1)
    g.output(kind(g, g.node("Relu", kind(g, kind.input(g), outputs=16)), outputs=4))
    return keep("Conv", reasoned=False)


def branch(kind, g, x, kernel, **more):
    """A convolution that reads x as the kind does, with another kernel around the same center."""
    border = kind.dilation * (kernel - 1) // 2
    outputs = kind.inputs
    return kind(g, x, outputs=outputs, kernel=kernel, pads=[border] * 2 * kind.rank, **more)


@context("sum of 3x3, 1x1 and identity, each with BN")
def _(kind, g):
    needs(kind.operator == "Conv")
    x = kind.input(g)
    y = g.node("Add", g.norm(branch(kind, g, x, kind.kernel, bias=False)), g.norm(branch(kind, g, x, 1, bias=False)))
    g.output(g.node("Add", y, g.norm(x)) if kind.stride == 1 else y)
    return fold(1)


@context("sum of 3x3 and the input itself")
def _(kind, g):
    needs(kind.operator == "Conv" and kind.stride == 1)
    x = kind.input(g)
    g.output(g.node("Add", branch(kind, g, x, kind.kernel), x))
    return either()


@context("Sum node of three 3x3")
def _(kind, g):
    needs(kind.operator == "Conv")
    x = kind.input(g)
    g.output(g.node("Sum", *(branch(kind, g, x, kind.kernel) for _ in range(3))))
    return either()


@context("sum of maps of different inputs")
def _(kind, g):
    first, second = kind.input(g), kind.input(g)
    g.output(g.node("Add", kind(g, first), kind(g, second)))
    return keep("Add", reasoned=False)


@context("sum of two branches, one with another consumer")
def _(kind, g):
    needs(kind.operator == "Conv")
    x = kind.input(g)
    first = branch(kind, g, x, kind.kernel)
    g.output(g.node("Add", first, branch(kind, g, x, 1)), g.node("Relu", first))
    return either()


@context("sum of a map and a map behind Relu")
def _(kind, g):
    x = kind.input(g)
    g.output(g.node("Add", kind(g, x), g.node("Relu", kind(g, x))))
    return keep("Add", reasoned=False)


@context("sum of two maps of the same input")
def _(kind, g):
    needs(kind.operator != "Conv")
    x = kind.input(g)
    g.output(g.node("Add", kind(g, x), kind(g, x)))
    return either()


@context("sum of dense and grouped")
def _(kind, g):
    needs(kind.operator == "Conv" and kind.groups == 2)
    x = kind.input(g)
    g.output(g.node("Add", branch(kind, g, x, 3), branch(dataclasses.replace(kind, groups=1), g, x, 3)))
    return either()


@context("sum with different strides' alignment")
def _(kind, g):
    """3x3 and 1x1 of which the second starts one pixel later: still one kernel, with the point off its center."""
    needs(kind.operator == "Conv" and kind.kernel == 3 and kind.dilation == 1)
    x = kind.input(g)
    first = kind(g, x, outputs=4, pads=[0] * kind.rank + [2] * kind.rank)
    g.output(g.node("Add", first, branch(kind, g, x, 1)))
    return either()
