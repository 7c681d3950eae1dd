"""Compositions and sums of convolutions."""

import dataclasses

from contexts.registry import context, needs
from fuse_graphs import either, fold, keep


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
