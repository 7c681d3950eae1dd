"""Pooled, shared and asymmetric: who else reads a map, its weights or its parameters, and what a border lacks."""

from contexts.registry import context, is_per_channel, needs
from fuse_graphs import either, fold, keep


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
