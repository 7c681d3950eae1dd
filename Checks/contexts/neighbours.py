"""Normalizations, factors and terms before and after a map."""

import dataclasses

import numpy
from onnx import numpy_helper

from contexts.registry import absorbed, after_norm, before_norm, context, is_per_channel, needs
from fuse_graphs import FOLD, either, fold, keep


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
