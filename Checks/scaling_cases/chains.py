"""Chains of n nodes."""

from scaling_cases.cases import case
from scaling_cases.protobuf import attribute, graph_input, graph_output, model, node, weight


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
