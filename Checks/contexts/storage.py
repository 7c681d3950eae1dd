"""Where parameters come from: constants, inputs, run time; and in which type they are stored."""

import numpy
from onnx import helper, numpy_helper

from contexts.neighbours import per_channel
from contexts.registry import absorbed, after_norm, context, is_per_channel, needs
from fuse_graphs import either, keep


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
