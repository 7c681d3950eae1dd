"""Times cnnconv on inputs of growing size, and prints how time and memory grow.

usage: scaling.py CNNCONV [--cases A,B] [--commands A,B] [--sizes N,N,...] [--seconds S] [--scratch FOLDER] [--list]

Each case is a file made of n equal parts: a chain of nodes, a node with n inputs, a state dict of n keys, a pickle n
deep, and so on. A row tells processor seconds (of all threads) and MiB for each n, and the exponent between the last
two sizes that take long enough to tell: 1 is linear, 2 is quadratic. A row ends at the first size that takes longer than --seconds, or that
the program refuses; its exit code stands in brackets. Files are written byte by byte, so that no package is needed.
"""

import argparse
import math
import os
import pathlib
import pickle
import resource
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zipfile

# ---------------------------------------------------------------------------------------------------- protobuf


def varint(value):
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def number(field, value):
    return varint(field << 3) + varint(value)


def data(field, value):
    if isinstance(value, str):
        value = value.encode()
    return varint(field << 3 | 2) + varint(len(value)) + value


def attribute(name, **value):
    """An AttributeProto: `ints=`, `int=`, `float=`, `graph=`, `tensor=` or `string=`."""
    (kind, value), = value.items()
    if kind == "ints":
        body = data(8, b"".join(map(varint, value))) + number(20, 7)
    elif kind == "int":
        body = number(3, value) + number(20, 2)
    elif kind == "float":
        body = varint(2 << 3 | 5) + struct.pack("<f", value) + number(20, 1)
    else:
        field, code = {"string": (4, 3), "tensor": (5, 4), "graph": (6, 5)}[kind]
        body = data(field, value) + number(20, code)
    return data(1, name) + body


def node(kind, inputs, outputs, *attributes, name="", domain=""):
    body = b"".join(data(1, x) for x in inputs) + b"".join(data(2, x) for x in outputs)
    body += (data(3, name) if name else b"") + data(4, kind) + b"".join(data(5, a) for a in attributes)
    return data(1, body + (data(7, domain) if domain else b""))


def tensor(name, shape, values=(), kind=1, external=None):
    body = b"".join(number(1, x) for x in shape) + number(2, kind) + data(8, name)
    if external:
        location, offset, length = external
        for key, value in (("location", location), ("offset", str(offset)), ("length", str(length))):
            body += data(13, data(1, key) + data(2, value))
        return body + number(14, 1)
    return body + data(9, struct.pack("<%d%s" % (len(values), "f" if kind == 1 else "q"), *values))


def weight(name, shape, values=(), kind=1, external=None):
    return data(5, tensor(name, shape, values, kind, external))


def port(name, shape, kind=1):
    dims = b"".join(data(1, number(1, x) if isinstance(x, int) else data(2, x)) for x in shape)
    return data(1, name) + data(2, data(1, number(1, kind) + data(2, dims)))


def graph_input(name, shape, kind=1):
    return data(11, port(name, shape, kind))


def graph_output(name, shape, kind=1):
    return data(12, port(name, shape, kind))


def graph(*parts):
    return data(2, "g") + b"".join(parts)


def model(*parts, opset=17, rest=b"", ir=8):
    return number(1, ir) + data(8, number(2, opset)) + rest + data(7, graph(*parts))


# ---------------------------------------------------------------------------------------------------- ONNX cases

CASES = {}
ALL = "import,import --json,fuse,export,run,run again,verify"


def case(commands=ALL, limit=1_000_000, note=""):
    def keep(function):
        CASES[function.__name__] = (function, commands.split(","), limit)
        return function

    return keep


def chain(n, make, shape=(1, 4), weights=b""):
    """`make(i, before, after)` gives the bytes of node i."""
    names = ["x"] + ["v%d" % i for i in range(n - 1)] + ["y"]
    return model(b"".join(make(i, names[i], names[i + 1]) for i in range(n)), weights,
                 graph_input("x", shape), graph_output("y", shape))


@case()
def chain_relu(n):
    return chain(n, lambda i, a, b: node("Relu", [a], [b]))


@case()
def chain_sigmoid(n):
    return chain(n, lambda i, a, b: node("Sigmoid", [a], [b]))


@case()
def chain_add(n):
    return chain(n, lambda i, a, b: node("Add", [a, "w"], [b]), weights=weight("w", [4], [1e-6] * 4))


@case()
def chain_multiply_own(n):
    weights = b"".join(weight("w%d" % i, [1, 4, 1, 1], [1.0 + 1e-7] * 4) for i in range(n))
    return chain(n, lambda i, a, b: node("Mul", [a, "w%d" % i], [b]), (1, 4, 2, 2), weights)


@case()
def chain_identity(n):
    return chain(n, lambda i, a, b: node("Identity", [a], [b]))


@case()
def chain_named(n):
    """All nodes bear the same name."""
    return chain(n, lambda i, a, b: node("Sigmoid", [a], [b], name="node"))


@case()
def chain_dropout(n):
    return chain(n, lambda i, a, b: node("Dropout", [a], [b]))


@case()
def chain_transpose(n):
    return chain(n, lambda i, a, b: node("Transpose", [a], [b], attribute("perm", ints=[1, 0])), (4, 4))


@case()
def chain_reshape(n):
    weights = weight("s", [2], [1, 4], 7)
    return chain(n, lambda i, a, b: node("Reshape", [a, "s"], [b]), weights=weights)


@case()
def chain_cast(n):
    return chain(n, lambda i, a, b: node("Cast", [a], [b], attribute("to", int=11 if i % 2 == 0 and i < n - 1 else 1)))


@case()
def chain_clip(n):
    """Limits are attributes in this version, constants in later ones."""
    limits = attribute("min", float=0.0), attribute("max", float=6.0)
    names = ["x"] + ["v%d" % i for i in range(n - 1)] + ["y"]
    return model(b"".join(node("Clip", [names[i]], [names[i + 1]], *limits) for i in range(n)),
                 graph_input("x", (1, 4)), graph_output("y", (1, 4)), opset=10)


@case()
def chain_convolution(n):
    """1×1 convolutions, normalizations and Relus in turn, each with weights of its own."""
    weights, parts = [], []
    names = ["x"] + ["v%d" % i for i in range(n - 1)] + ["y"]
    for i in range(n):
        if i % 3 == 0:
            weights.append(weight("w%d" % i, [4, 4, 1, 1], [0.3] * 16))
            parts.append(node("Conv", [names[i], "w%d" % i], [names[i + 1]]))
        elif i % 3 == 1:
            own = ["%s_%d" % (x, i) for x in ("scale", "shift", "mean", "var")]
            weights += [weight(x, [4], [1.0] * 4) for x in own]
            parts.append(node("BatchNormalization", [names[i]] + own, [names[i + 1]]))
        else:
            parts.append(node("Relu", [names[i]], [names[i + 1]]))
    return model(b"".join(parts), b"".join(weights), graph_input("x", (1, 4, 2, 2)), graph_output("y", (1, 4, 2, 2)))


@case()
def chain_residual(n):
    """x + f(x), over and over."""
    parts, last = [], "x"
    for i in range(0, n - 1, 2):
        after = "y" if i + 2 >= n - 1 else "a%d" % i
        parts += [node("Conv", [last, "w"], ["c%d" % i]), node("Add", [last, "c%d" % i], [after])]
        last = after
    return model(b"".join(parts), weight("w", [4, 4, 1, 1], [1e-3] * 16), graph_input("x", (1, 4, 2, 2)),
                 graph_output("y", (1, 4, 2, 2)))


@case()
def dense(n):
    """Every node adds what the one before it made to the input, so the input is read everywhere."""
    return chain(n, lambda i, a, b: node("Add", [a, "x"], [b]))


@case()
def chain_folding(n):
    """Everything is constant."""
    names = ["c"] + ["v%d" % i for i in range(n - 1)]
    return model(b"".join(node("Neg", [names[i]], [names[i + 1]]) for i in range(n - 1)),
                 node("Add", ["x", names[-1]], ["y"]), weight("c", [4], [1.0] * 4), graph_input("x", (1, 4)),
                 graph_output("y", (1, 4)))


@case()
def chain_shapes(n):
    """Shape, Gather, Unsqueeze, Concat, Reshape, over and over, on an input of an unknown batch."""
    parts, last = [], "x"
    for i in range(max(1, n // 5)):
        p = "p%d_" % i
        after = "y" if i == max(1, n // 5) - 1 else p + "out"
        parts += [node("Shape", [last], [p + "s"]), node("Gather", [p + "s", "zero"], [p + "g"]),
                  node("Unsqueeze", [p + "g", "axis"], [p + "u"]),
                  node("Concat", [p + "u", "minus"], [p + "c"], attribute("axis", int=0)),
                  node("Reshape", [last, p + "c"], [after])]
        last = after
    return model(b"".join(parts), weight("zero", [], [0], 7), weight("axis", [1], [0], 7), weight("minus", [1], [-1], 7),
                 graph_input("x", ("N", 4)), graph_output("y", ("N", 4)))


@case()
def reversed_order(n):
    """The nodes stand in the file from the last to the first."""
    names = ["x"] + ["v%d" % i for i in range(n - 1)] + ["y"]
    return model(b"".join(node("Sigmoid", [names[i]], [names[i + 1]]) for i in reversed(range(n))),
                 graph_input("x", (1, 4)), graph_output("y", (1, 4)))


@case()
def fan_out_concat(n):
    """n nodes read one value, one node reads what they make."""
    parts = b"".join(node("Sigmoid", ["x"], ["v%d" % i]) for i in range(n))
    return model(parts, node("Concat", ["v%d" % i for i in range(n)], ["y"], attribute("axis", int=1)),
                 graph_input("x", (1, 4)), graph_output("y", (1, 4 * n)))


@case()
def fan_out_distinct(n):
    """As before, and no two of the n nodes are the same."""
    parts = b"".join(node("LeakyRelu", ["x"], ["v%d" % i], attribute("alpha", float=1e-4 + i * 1e-6)) for i in range(n))
    return model(parts, node("Concat", ["v%d" % i for i in range(n)], ["y"], attribute("axis", int=1)),
                 graph_input("x", (1, 8, 1, 1)), graph_output("y", (1, 8 * n, 1, 1)))


@case()
def fan_out_sum(n):
    parts = b"".join(node("LeakyRelu", ["x"], ["v%d" % i], attribute("alpha", float=1e-4 + i * 1e-6)) for i in range(n))
    return model(parts, node("Sum", ["v%d" % i for i in range(n)], ["y"]),
                 graph_input("x", (1, 4)), graph_output("y", (1, 4)))


@case()
def fan_out_convolutions(n):
    """n convolutions of one value, each with weights of its own, put together."""
    weights = b"".join(weight("w%d" % i, [1, 4, 1, 1], [i * 1e-6] * 4) for i in range(n))
    parts = b"".join(node("Conv", ["x", "w%d" % i], ["v%d" % i]) for i in range(n))
    return model(parts, weights, node("Concat", ["v%d" % i for i in range(n)], ["y"], attribute("axis", int=1)),
                 graph_input("x", (1, 4, 2, 2)), graph_output("y", (1, n, 2, 2)))


def wide(kind, n, *attributes, shape=(1, 4), result=(1, 4)):
    return model(node(kind, ["x"] * n, ["y"], *attributes), graph_input("x", shape), graph_output("y", result))


@case()
def wide_concat(n):
    return wide("Concat", n, attribute("axis", int=1), result=(1, 4 * n))


@case()
def wide_sum(n):
    return wide("Sum", n)


@case()
def wide_max(n):
    return wide("Max", n)


@case()
def wide_mean_weights(n):
    names = ["w%d" % i for i in range(n)]
    return model(node("Mean", ["x"] + names, ["y"]), b"".join(weight(x, [1], [1.0]) for x in names),
                 graph_input("x", (1, 4)), graph_output("y", (1, 4)))


@case()
def wide_split(n):
    return model(node("Split", ["x"], ["v%d" % i for i in range(n)], attribute("axis", int=1)),
                 node("Concat", ["v%d" % i for i in range(n)], ["y"], attribute("axis", int=1)),
                 graph_input("x", (1, n)), graph_output("y", (1, n)), opset=11)


@case(limit=10_000)
def ports(n):
    """n inputs and n outputs; `run` writes a file for each output."""
    return model(b"".join(node("Relu", ["x%d" % i], ["y%d" % i]) for i in range(n)),
                 b"".join(graph_input("x%d" % i, (1, 4)) for i in range(n)),
                 b"".join(graph_output("y%d" % i, (1, 4)) for i in range(n)))


@case("import,import --json,fuse,export,verify")
def many_inputs(n):
    return model(node("Sum", ["x%d" % i for i in range(n)], ["y"]),
                 b"".join(graph_input("x%d" % i, (1, 4)) for i in range(n)), graph_output("y", (1, 4)))


@case("import,import --json,fuse,export,verify")
def many_outputs(n):
    return model(b"".join(node("Relu", ["x"], ["y%d" % i]) for i in range(n)), graph_input("x", (1, 4)),
                 b"".join(graph_output("y%d" % i, (1, 4)) for i in range(n)))


@case()
def many_weights(n):
    weights = b"".join(weight("w%d" % i, [4], [1e-6] * 4) for i in range(n))
    return chain(n, lambda i, a, b: node("Add", [a, "w%d" % i], [b]), weights=weights)


@case()
def unused_weights(n):
    return model(node("Relu", ["x"], ["y"]), b"".join(weight("w%d" % i, [4], [1.0] * 4) for i in range(n)),
                 graph_input("x", (1, 4)), graph_output("y", (1, 4)))


@case()
def empty_tensors(n):
    return model(node("Relu", ["x"], ["y"]), b"".join(weight("w%d" % i, [0]) for i in range(n)),
                 graph_input("x", (1, 4)), graph_output("y", (1, 4)))


@case()
def defaults(n):
    """Every weight is an input with a default, as in files before IR version 4."""
    weights = b"".join(weight("w%d" % i, [4], [1e-6] * 4) + graph_input("w%d" % i, (4,)) for i in range(n))
    return chain(n, lambda i, a, b: node("Add", [a, "w%d" % i], [b]), weights=weights)


@case()
def value_infos(n):
    infos = b"".join(data(13, port("v%d" % i, ("s%d" % i, 4))) for i in range(n - 1))
    return chain(n, lambda i, a, b: node("Sigmoid", [a], [b]), weights=infos)


@case("import,import --json,fuse,export,verify", limit=100_000)
def symbols(n):
    """n inputs, each of an extent of its own."""
    return model(b"".join(node("Relu", ["x%d" % i], ["v%d" % i]) for i in range(n)),
                 node("Concat", ["v%d" % i for i in range(n)], ["y"], attribute("axis", int=0)),
                 b"".join(graph_input("x%d" % i, ("s%d" % i, 4)) for i in range(n)), graph_output("y", ("M", 4)))


@case()
def constants(n):
    value = tensor("", [4], [1e-6] * 4)
    parts = b"".join(node("Constant", [], ["c%d" % i], attribute("value", tensor=value)) for i in range(n // 2))
    names = ["x"] + ["v%d" % i for i in range(n // 2 - 1)] + ["y"]
    return model(parts, b"".join(node("Add", [names[i], "c%d" % i], [names[i + 1]]) for i in range(n // 2)),
                 graph_input("x", (1, 4)), graph_output("y", (1, 4)))


@case()
def dead_nodes(n):
    return model(node("Relu", ["x"], ["y"]), b"".join(node("Sigmoid", ["x" if i == 0 else "d%d" % (i - 1)], ["d%d" % i])
                                                      for i in range(n)),
                 graph_input("x", (1, 4)), graph_output("y", (1, 4)))


@case()
def long_names(n):
    """Names that differ in their last characters only."""
    before = "a" * 200
    names = ["x"] + ["%s%d" % (before, i) for i in range(n - 1)] + ["y"]
    return model(b"".join(node("Sigmoid", [names[i]], [names[i + 1]], name=names[i]) for i in range(n)),
                 graph_input("x", (1, 4)), graph_output("y", (1, 4)))


@case()
def one_name(n):
    """One name of n characters, read ten times."""
    name = "n" * n
    return model(node("Relu", ["x"], [name]), node("Sum", [name] * 10, ["y"], name=name),
                 graph_input("x", (1, 4)), graph_output("y", (1, 4)))


def branch(name, kind="Relu", inputs=("x",)):
    return graph(node(kind, inputs, [name]), graph_output(name, (1, 4)))


@case()
def bodies(n):
    """n Ifs, one after the other, whose bodies read the value before."""
    names = ["x"] + ["v%d" % i for i in range(n - 1)] + ["y"]

    def make(i):
        a, b = (branch("%s%d" % (x, i), k, [names[i]]) for x, k in (("a", "Sigmoid"), ("b", "Tanh")))
        return node("If", ["c"], [names[i + 1]], attribute("then_branch", graph=a), attribute("else_branch", graph=b))

    return model(b"".join(make(i) for i in range(n)), graph_input("x", (1, 4)), graph_input("c", (), 9),
                 graph_output("y", (1, 4)))


@case()
def body_captures(n):
    """An If whose bodies read n values of the graph around them."""
    weights = b"".join(weight("w%d" % i, [1, 4], [1.0] * 4) for i in range(n))
    a = graph(node("Sum", ["w%d" % i for i in range(n)], ["a"]), graph_output("a", (1, 4)))
    return model(node("If", ["c"], ["y"], attribute("then_branch", graph=a),
                      attribute("else_branch", graph=branch("b"))), weights, graph_input("x", (1, 4)),
                 graph_input("c", (), 9), graph_output("y", (1, 4)))


@case()
def body_nodes(n):
    """A body of n nodes."""
    names = ["x"] + ["v%d" % i for i in range(n - 1)] + ["a"]
    a = graph(b"".join(node("Sigmoid", [names[i]], [names[i + 1]]) for i in range(n)), graph_output("a", (1, 4)))
    return model(node("If", ["c"], ["y"], attribute("then_branch", graph=a),
                      attribute("else_branch", graph=branch("b"))), graph_input("x", (1, 4)),
                 graph_input("c", (), 9), graph_output("y", (1, 4)))


@case("import,export", limit=100_000)
def functions(n):
    """n functions, each called once."""
    names = ["x"] + ["v%d" % i for i in range(n - 1)] + ["y"]

    def function(i):
        return data(25, data(1, "F%d" % i) + data(4, "a") + data(5, "b") + data(7, node("Relu", ["a"], ["b"])[2:])
                    + data(9, number(2, 17)) + data(10, "own"))

    return model(b"".join(node("F%d" % i, [names[i]], [names[i + 1]], domain="own") for i in range(n)),
                 graph_input("x", (1, 4)), graph_output("y", (1, 4)),
                 rest=data(8, data(1, "own") + number(2, 1)) + b"".join(function(i) for i in range(n)))


@case("import,import --json,fuse,export,run,verify")
def operator_sets(n):
    rest = b"".join(data(8, data(1, "d%d" % i) + number(2, 1)) for i in range(n))
    return model(node("Relu", ["x"], ["y"]), graph_input("x", (1, 4)), graph_output("y", (1, 4)), rest=rest)


@case("import,import --json,fuse,export,run,verify")
def metadata(n):
    rest = b"".join(data(14, data(1, "k%d" % i) + data(2, "v")) for i in range(n))
    return model(node("Relu", ["x"], ["y"]), graph_input("x", (1, 4)), graph_output("y", (1, 4)), rest=rest)


@case("import,import --json,export")
def attributes(n):
    own = [attribute("a%d" % i, int=i) for i in range(n)]
    return model(node("Thing", ["x"], ["y"], *own, domain="own"), graph_input("x", (1, 4)), graph_output("y", (1, 4)),
                 rest=data(8, data(1, "own") + number(2, 1)))


@case("import,import --json,export")
def foreign_kinds(n):
    """n nodes of n unknown operators."""
    names = ["x"] + ["v%d" % i for i in range(n - 1)] + ["y"]
    return model(b"".join(node("Thing%d" % i, [names[i]], [names[i + 1]], domain="own") for i in range(n)),
                 graph_input("x", (1, 4)), graph_output("y", (1, 4)), rest=data(8, data(1, "own") + number(2, 1)))


@case("import,import --json,export")
def long_shape(n):
    """An input of n extents."""
    return model(node("Relu", ["x"], ["y"]), graph_input("x", [1] * n), graph_output("y", [1] * n))


@case("import,import --json,fuse,export")
def nothing_makes(n):
    """The last of n nodes reads a value that is not there."""
    return model(b"".join(node("Relu", ["x"], ["v%d" % i]) for i in range(n)), node("Relu", ["w"], ["y"]),
                 graph_input("x", (1, 4)), graph_output("y", (1, 4)))


@case("import,import --json,export,run", limit=10_000)
def external_files(n, folder):
    """n tensors in n files beside the model."""
    (folder / "weights").mkdir()
    for i in range(n):
        (folder / "weights" / str(i)).write_bytes(struct.pack("<4f", 1, 1, 1, 1))
    weights = b"".join(weight("w%d" % i, [4], external=("weights/%d" % i, 0, 16)) for i in range(n))
    return chain(n, lambda i, a, b: node("Add", [a, "w%d" % i], [b]), weights=weights)


@case("import,import --json,export,run")
def external_file(n, folder):
    """n tensors in one file beside the model."""
    (folder / "weights").write_bytes(struct.pack("<4f", 1, 1, 1, 1) * n)
    weights = b"".join(weight("w%d" % i, [4], external=("weights", 16 * i, 16)) for i in range(n))
    return chain(n, lambda i, a, b: node("Add", [a, "w%d" % i], [b]), weights=weights)


# ---------------------------------------------------------------------------------------------------- weight cases

REBUILD = b"ctorch._utils\n_rebuild_tensor_v2\n"


def text(value):
    value = value.encode()
    return b"X" + struct.pack("<I", len(value)) + value


def integer(value):
    return b"J" + struct.pack("<i", value)


def storage(key, count):
    return b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text(key) + text("cpu") + integer(count) + b"tQ"


def torch_tensor(key, count, offset=0, size=4):
    return (REBUILD + b"(" + storage(key, count) + integer(offset) + integer(size) + b"\x85" + integer(1) + b"\x85"
            + b"\x89ccollections\nOrderedDict\n)RtR")


def state_dict(names, tensors):
    return (b"\x80\x02ccollections\nOrderedDict\n)R(" + b"".join(text(k) + t for k, t in zip(names, tensors)) + b"u.")


def archive(path, records):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as file:
        for name, content in records:
            file.writestr("archive/" + name, content)


def layer_names(n):
    return ["layer%d.%d.conv%d.weight" % (i // 100, i // 10 % 10, i % 10) for i in range(n)]


WEIGHTS = "import"


@case(WEIGHTS)
def pth_shared(n, folder):
    """A state dict of n keys in one storage."""
    tensors = (torch_tensor("0", 4 * n, 4 * i) for i in range(n))
    archive(folder / "in.pth", [("data.pkl", state_dict(layer_names(n), tensors)), ("version", b"3\n"),
                                ("data/0", struct.pack("<4f", 1, 2, 3, 4) * n)])
    return "in.pth"


@case(WEIGHTS)
def pth(n, folder):
    """A state dict of n keys, each with a storage of its own."""
    tensors = (torch_tensor(str(i), 4) for i in range(n))
    content = struct.pack("<4f", 1, 2, 3, 4)
    archive(folder / "in.pth", [("data.pkl", state_dict(layer_names(n), tensors)), ("version", b"3\n")]
            + [("data/%d" % i, content) for i in range(n)])
    return "in.pth"


@case(WEIGHTS)
def pth_empty(n, folder):
    """A state dict of n empty tensors."""
    tensors = (torch_tensor("0", 0, 0, 0) for i in range(n))
    archive(folder / "in.pth", [("data.pkl", state_dict(layer_names(n), tensors)), ("version", b"3\n"), ("data/0", b"")])
    return "in.pth"


@case(WEIGHTS, limit=100_000)
def pth_folder(n, folder):
    """The archive unpacked."""
    tensors = (torch_tensor(str(i), 4) for i in range(n))
    (folder / "in" / "data").mkdir(parents=True)
    (folder / "in" / "data.pkl").write_bytes(state_dict(layer_names(n), tensors))
    (folder / "in" / "version").write_bytes(b"3\n")
    for i in range(n):
        (folder / "in" / "data" / str(i)).write_bytes(struct.pack("<4f", 1, 2, 3, 4))
    return "in"


@case(WEIGHTS)
def pth_dictionaries(n, folder):
    """n / 10 dictionaries of ten tensors, one inside the other's neighbour: a search for the state dict."""
    def inner(i):
        names = ("k%d" % j for j in range(10))
        return b"}(" + b"".join(text(k) + torch_tensor("0", 4) for k in names) + b"u"

    parts = b"".join(text("model%d" % i) + inner(i) for i in range(max(1, n // 10)))
    archive(folder / "in.pth", [("data.pkl", b"\x80\x02}(" + parts + b"u."), ("version", b"3\n"),
                                ("data/0", struct.pack("<4f", 1, 2, 3, 4))])
    return "in.pth"


@case(WEIGHTS)
def legacy(n, folder):
    """The stream before PyTorch 1.6."""
    def rebuilt(i):
        key = b"(" + text("storage") + b"ctorch\nFloatStorage\n" + text(str(i)) + text("cpu") + integer(4) + b"NtQ"
        return (REBUILD + b"(" + key + integer(0) + integer(4) + b"\x85" + integer(1) + b"\x85"
                + b"\x89ccollections\nOrderedDict\n)RtR")

    system = {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}
    parts = [pickle.dumps(0x1950A86A20F9469CFC6C, 2), pickle.dumps(1001, 2), pickle.dumps(system, 2),
             state_dict(layer_names(n), (rebuilt(i) for i in range(n))), pickle.dumps([str(i) for i in range(n)], 2)]
    content = struct.pack("<q4f", 4, 1, 2, 3, 4)
    (folder / "in.pth").write_bytes(b"".join(parts) + content * n)
    return "in.pth"


@case(WEIGHTS)
def safetensors(n, folder):
    entries = ('"%s":{"dtype":"F32","shape":[4],"data_offsets":[%d,%d]}' % (k, 16 * i, 16 * i + 16)
               for i, k in enumerate(layer_names(n)))
    header = ("{" + ",".join(entries) + "}").encode()
    (folder / "in.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + struct.pack("<4f", 1, 2, 3, 4) * n)
    return "in.safetensors"


@case("import")
def pickle_memo(n, folder):
    """n values kept in the memo and read back."""
    parts = b"".join(text("k%d" % i) + b"r" + struct.pack("<I", i) + b"j" + struct.pack("<I", i // 2) for i in range(n))
    archive(folder / "in.pth", [("data.pkl", b"\x80\x02}(" + parts + b"u."), ("version", b"3\n")])
    return "in.pth"


@case("import")
def pickle_deep(n, folder):
    """Lists n deep."""
    content = b"\x80\x02" + b"]" * n + b"a" * (n - 1) + b"."
    archive(folder / "in.pth", [("data.pkl", content), ("version", b"3\n")])
    return "in.pth"


@case("import")
def pickle_tuples(n, folder):
    """Tuples n deep."""
    archive(folder / "in.pth", [("data.pkl", b"\x80\x02)" + b"\x85" * n + b"."), ("version", b"3\n")])
    return "in.pth"


@case("import")
def pickle_marks(n, folder):
    archive(folder / "in.pth", [("data.pkl", b"\x80\x02" + b"(" * n + b"t" * n + b"."), ("version", b"3\n")])
    return "in.pth"


@case("import")
def pickle_doubled(n, folder):
    """A list that holds the list before it twice, n times over: 2ⁿ paths through it."""
    parts = b"]"
    for i in range(n):
        parts += b"r" + struct.pack("<I", i) + b"0" + b"](j" + struct.pack("<I", i) + b"j" + struct.pack("<I", i) + b"e"
    archive(folder / "in.pth", [("data.pkl", b"\x80\x02" + parts + b"."), ("version", b"3\n")])
    return "in.pth"


@case("import")
def pickle_state(n, folder):
    """A pickled module of n modules, one inside the other."""
    def module(inside):
        return b"ctorch.nn.modules.container\nSequential\n)\x81}" + text("_modules") + inside + b"sb"
    before = b"ctorch.nn.modules.container\nSequential\n)\x81}" + text("_modules") + b"}" + text("0")
    archive(folder / "in.pth", [("data.pkl", b"\x80\x02" + before * n + torch_tensor("0", 4) + b"ssb" * n + b"."),
                                ("version", b"3\n"), ("data/0", struct.pack("<4f", 1, 2, 3, 4))])
    return "in.pth"


@case("run input.npz", limit=100_000)
def npz_input(n, folder):
    """An archive of n arrays, one of them the input."""
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (1, 4), }"
    header = b"\x93NUMPY\x01\x00" + struct.pack("<H", 118) + header.encode().ljust(117) + b"\n"
    content = header + struct.pack("<4f", 1, 2, 3, 4)
    with zipfile.ZipFile(folder / "input.npz", "w") as file:
        for i in range(n):
            file.writestr("a%d.npy" % i, content)
    return model(b"".join(node("Relu", ["a%d" % i], ["v%d" % i]) for i in range(n)),
                 node("Sum", ["v%d" % i for i in range(n)], ["y"]),
                 b"".join(graph_input("a%d" % i, (1, 4)) for i in range(n)), graph_output("y", (1, 4)))


# ---------------------------------------------------------------------------------------------------- measuring


def made(name, n, folder):
    """Writes the case's file; returns its path."""
    function = CASES[name][0]
    needs_folder = function.__code__.co_argcount == 2
    content = function(n, folder) if needs_folder else function(n)
    if isinstance(content, str):
        return folder / content
    path = folder / "in.onnx"
    path.write_bytes(content)
    return path


def words(program, command, path, folder):
    kind, _, rest = command.partition(" ")
    out = folder / "out"
    if kind == "import":
        return [program, "import", path, *rest.split()]
    if kind == "export":
        return [program, "export", path, "-o", "%s%s" % (out, rest or ".onnx")]
    if kind == "fuse":
        return [program, "fuse", path, "-o", "%s.onnx" % out]
    if kind == "verify":
        return [program, "verify", path, "--against", path]
    given = ["--input", folder / rest] if rest.endswith("npz") else ["--seed", "1"]
    return [program, "run", path, *given, "-o", folder / "results"]


def peak_kibibytes(pid):
    """The program's own peak. What wait4 tells counts this script's memory before the program began, too."""
    try:
        lines = pathlib.Path("/proc/%d/status" % pid).read_text().splitlines()
    except OSError:
        return 0
    return next((int(x.split()[1]) for x in lines if x.startswith("VmHWM:")), 0)


def measured(arguments, seconds, cache):
    """Processor seconds, MiB, exit code and error line; no exit code if it was ended for taking too long."""
    environment = dict(os.environ, CNNCONV_CACHE=str(cache))
    child = subprocess.Popen([str(x) for x in arguments], env=environment, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    limit = math.ceil(seconds)
    resource.prlimit(child.pid, resource.RLIMIT_CPU, (limit, limit))
    os.set_blocking(child.stderr.fileno(), False)
    said, peak, pid, begin = b"", 0, 0, time.monotonic()
    while not pid:
        said += child.stderr.read() or b""
        peak = max(peak, peak_kibibytes(child.pid))
        pid, result, usage = os.wait4(child.pid, os.WNOHANG)
        if not pid:
            time.sleep(0.001 if time.monotonic() - begin < 1 else 0.02)
    said += child.stderr.read() or b""
    child.stderr.close()
    status = os.waitstatus_to_exitcode(result)
    child.returncode = status
    if status in (-signal.SIGKILL, -signal.SIGXCPU):
        status = None
    return usage.ru_utime + usage.ru_stime, peak / 1024, status, said[:200].decode(errors="replace").strip()


def exponent(figures, base):
    """The power of n that time grows by between the last two sizes, what a start costs taken off."""
    known = [(n, t - base) for n, t, *_ in figures if t - base > 0.03]
    if len(known) < 2:
        return None
    (a, s), (b, t) = known[-2:]
    return math.log(t / s) / math.log(b / a)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?")
    parser.add_argument("--cases", default="")
    parser.add_argument("--commands", default="")
    parser.add_argument("--sizes", default="1000,10000,100000,1000000")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--scratch")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    names = [x for x in options.cases.split(",") if x] or list(CASES)
    if options.list or not options.program:
        print("\n".join("%-20s %s" % (x, (CASES[x][0].__doc__ or "").strip().split("\n")[0]) for x in names))
        return
    wanted = [x for x in options.commands.split(",") if x]
    sizes = [int(x) for x in options.sizes.split(",")]
    base, *_ = measured([options.program, "--version"], 60, "/tmp")
    print("| case | command | " + " | ".join("n = %s" % f"{n:,}" for n in sizes) + " | exponent |")
    print("| --- " * (len(sizes) + 3) + "|", flush=True)
    for name in names:
        _, commands, limit = CASES[name]
        commands = [x for x in commands if not wanted or x in wanted]
        rows = {x: [] for x in commands}
        ended = {}
        for n in sizes:
            if n > limit or len(ended) == len(commands):
                continue
            with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
                folder = pathlib.Path(scratch)
                path = made(name, n, folder)
                for command in commands:
                    if command in ended or (command == "run again" and "run" in ended):
                        continue
                    figures = measured(words(options.program, command, path, folder), options.seconds, folder / "cache")
                    rows[command].append((n, *figures))
                    if figures[2] is None:
                        ended[command] = True
                    shutil.rmtree(folder / "results", ignore_errors=True)
        for command in commands:
            if not rows[command]:
                continue
            cells = []
            for n, t, memory, status, said in rows[command]:
                mark = "" if status == 0 else " [over]" if status is None else " [%d]" % status
                cells.append("%.2f s, %d MiB%s" % (t, memory, mark))
            cells += [""] * (len(sizes) - len(cells))
            power = exponent(rows[command], base)
            print("| %s | %s | %s | %s |" % (name, command, " | ".join(cells), "" if power is None else "%.2f" % power),
                  flush=True)
            n, _, _, status, said = rows[command][-1]
            if status:
                print("%s, %s, n = %d, exit code %d: %s" % (name, command, n, status, said), file=sys.stderr, flush=True)


main()
