"""The surroundings in which fuse_matrix.py puts linear maps (CONTEXTS), each with what must become of it, derived from
the mathematics and not from any program's behaviour. One module a kind of surroundings.

Made for onnx 1.23.2 and numpy 2.4.6.
"""

from contexts import neighbours, sharing, storage, extents, sums  # noqa: F401, I001  each adds its contexts, in order
from contexts.registry import CONTEXTS

__all__ = ["CONTEXTS"]
