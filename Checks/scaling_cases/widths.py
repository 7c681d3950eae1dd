"""Nodes, ports and names that are many side by side."""

from scaling_cases.cases import case
from scaling_cases.chains import chain
from scaling_cases.protobuf import (
    attribute, data, graph_input, graph_output, model, node, port, tensor, weight,
)


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
