"""The list of contexts, and what must become of a map and its neighbours.

A linear map y = W x + b absorbs a following affine map per output channel, and a preceding one per input channel as
long as no zeros are padded between the two (an added term would be missing in the border) and every output position
sees the whole kernel (not so at the borders of a transposed convolution).
"""

from fuse_graphs import Context, NotApplicable, fold, keep

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
