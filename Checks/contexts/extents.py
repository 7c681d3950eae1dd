"""Factors and terms by shape. Images are as wide as the maps have channels, so that a wrong axis shows only in
the numbers."""

from contexts.registry import absorbed, context, needs
from fuse_graphs import either, keep


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
