"""Bodies, functions, and what a model carries besides its nodes."""

import struct

from scaling_cases.cases import case
from scaling_cases.chains import chain
from scaling_cases.protobuf import (
    attribute, data, graph, graph_input, graph_output, model, node, number, weight,
)


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
