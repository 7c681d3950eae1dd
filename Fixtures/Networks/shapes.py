"""Models that compute shapes, branch, loop and call functions, as exporters write them when sizes are left open.

usage: by generate.py, or alone: shapes.py      Made with the versions that generate.py states; weights from seed 4.
The truth is numpy or PyTorch; sizes named N, H and W are open, and each case runs on sizes of its own.
"""

import pathlib
import sys

import numpy
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper, parser
from torch.nn import functional as F

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import fixture  # noqa: E402


def drawn(*shape):
    """Normal numbers that depend on the shape alone."""
    return numpy.random.default_rng([4, *shape]).standard_normal(shape).astype(numpy.float32)


def model(text, **weights):
    """A model from ONNX's text form, weights added as initializers."""
    parsed = parser.parse_model(text)
    parsed.graph.initializer.extend(
        numpy_helper.from_array(numpy.asarray(value), name) for name, value in weights.items()
    )
    parsed.producer_name = "shapes.py"
    return parsed


def convolve(x, weight, **options):
    return F.conv2d(torch.from_numpy(x), torch.from_numpy(weight), **options).numpy()


def flatten_classifier():
    """x.view(x.size(0), -1) before a classifier: Shape, Gather, Unsqueeze, Concat, Reshape."""
    x, kernel, weight, bias = drawn(3, 3, 6, 6), drawn(4, 3, 3, 3), drawn(5, 64), drawn(5)
    text = """
    <ir_version: 6, opset_import: ["" : 11]>
    flatten (float[N, 3, 6, 6] x) => (float[N, 5] scores) {
      c = Conv(x, kernel)
      r = Relu(c)
      s = Shape(r)
      zero = Constant<value: tensor = int64 {0}>()
      n = Gather<axis: int = 0>(s, zero)
      nu = Unsqueeze<axes: ints = [0]>(n)
      rest = Constant<value: tensor = int64[1] {-1}>()
      shape = Concat<axis: int = 0>(nu, rest)
      flat = Reshape(r, shape)
      scores = Gemm<transB: int = 1>(flat, weight, bias)
    }"""
    truth = numpy.maximum(convolve(x, kernel), 0).reshape(3, -1) @ weight.T + bias
    return model(text, kernel=kernel, weight=weight, bias=bias), {"x": x}, {"scores": truth}


def channel_shuffle():
    """Channel shuffle with every size computed: Gather, Div, Cast, Concat, Transpose."""
    x = drawn(2, 6, 3, 5)
    text = """
    <ir_version: 8, opset_import: ["" : 17]>
    shuffle (float[N, C, H, W] x) => (float[N, C, H, W] y) <int64 two = {2}, int64[1] two1 = {2}, int64[1] minus =
    {-1}> {
      s = Shape(x)
      zero = Constant<value_int: int = 0>()
      one = Constant<value_int: int = 1>()
      n = Gather(s, zero)
      c = Gather(s, one)
      half = Div(c, two)
      halfCast = Cast<to: int = 7>(half)
      axes = Constant<value_ints: ints = [0]>()
      n1 = Unsqueeze(n, axes)
      h1 = Unsqueeze(halfCast, axes)
      hw = Shape<start: int = 2>(x)
      split = Concat<axis: int = 0>(n1, two1, h1, hw)
      wide = Reshape(x, split)
      turned = Transpose<perm: ints = [0, 2, 1, 3, 4]>(wide)
      whole = Concat<axis: int = 0>(n1, minus, hw)
      y = Reshape(turned, whole)
    }"""
    return model(text), {"x": x}, {"y": x.reshape(2, 2, 3, 3, 5).swapaxes(1, 2).reshape(2, 6, 3, 5)}


def resize_to_other():
    """One map enlarged to the size of another and added, as in feature pyramids: Slice of Shape, Concat, Resize by
    sizes."""
    fine, coarse = drawn(1, 2, 6, 8), drawn(1, 2, 3, 4)
    text = """
    <ir_version: 8, opset_import: ["" : 13]>
    pyramid (float[N, 2, H, W] fine, float[N, 2, h, w] coarse) => (float[N, 2, H, W] y) {
      sf = Shape(fine)
      sc = Shape(coarse)
      zero = Constant<value_ints: ints = [0]>()
      two = Constant<value_ints: ints = [2]>()
      four = Constant<value_ints: ints = [4]>()
      keep = Slice(sc, zero, two)
      size = Slice(sf, two, four, zero)
      sizes = Concat<axis: int = 0>(keep, size)
      large = Resize<mode: string = "linear", coordinate_transformation_mode: string = "half_pixel">(coarse, , , sizes)
      y = Add(fine, large)
    }"""
    large = F.interpolate(torch.from_numpy(coarse), size=(6, 8), mode="bilinear", align_corners=False).numpy()
    return model(text), {"fine": fine, "coarse": coarse}, {"y": fine + large}


def pooled_by_shape():
    """Global pooling spelt out: the kernel cannot depend on a shape, so the mean is a sum divided by computed sizes."""
    x = drawn(2, 4, 5, 3)
    text = """
    <ir_version: 9, opset_import: ["" : 19]>
    mean (float[N, 4, H, W] x) => (float[N, 4] y) {
      area = Shape<start: int = 2, end: int = 4>(x)
      count = ReduceProd<keepdims: int = 0>(area)
      countf = CastLike(count, x)
      axes = Constant<value_ints: ints = [2, 3]>()
      sum = ReduceSum<keepdims: int = 0>(x, axes)
      y = Div(sum, countf)
    }"""
    return model(text), {"x": x}, {"y": x.mean((2, 3))}


def expand_and_range():
    """A position grid made of the input's own width: Range, ConstantOfShape, Expand, Where, Equal."""
    x = drawn(2, 1, 3, 4)
    text = """
    <ir_version: 8, opset_import: ["" : 13]>
    grid (float[N, 1, H, W] x) => (float[N, 2, H, W] y) {
      s = Shape(x)
      three = Constant<value_int: int = 3>()
      width = Gather(s, three)
      start = Constant<value_int: int = 0>()
      step = Constant<value_int: int = 1>()
      columns = Range(start, width, step)
      columnsf = Cast<to: int = 1>(columns)
      target = Expand(columnsf, s)
      rank = Shape(s)
      ones = ConstantOfShape<value: tensor = int64[1] {1}>(rank)
      minus = Constant<value_int: int = -1>()
      gone = Mul(ones, minus)
      same = Equal(s, gone)
      shape = Where(same, ones, s)
      again = Expand(target, shape)
      y = Concat<axis: int = 1>(x, again)
    }"""
    columns = numpy.broadcast_to(numpy.arange(4, dtype=numpy.float32), x.shape)
    return model(text), {"x": x}, {"y": numpy.concatenate([x, columns], 1)}


def branch():
    """If on a computed condition; both branches use values from outside, and their outputs differ in size."""
    x, weight = drawn(2, 3, 4, 4), drawn(3, 3, 1, 1)
    text = """
    <ir_version: 8, opset_import: ["" : 16]>
    branch (float[N, 3, H, W] x, float threshold) => (float[N, 3, A, B] y, float[N, 3, H, W] c) {
      c = Conv(x, weight)
      mean = ReduceMean<keepdims: int = 0>(x)
      large = Greater(mean, threshold)
      y = If (large) <
        then_branch = yes () => (float[N, 3, H, W] kept) { kept = Relu(c) },
        else_branch = no () => (float[N, 3, A, B] halved) {
          half = MaxPool<kernel_shape: ints = [2, 2], strides: ints = [2, 2]>(c)
          halved = Mul(half, threshold)
        }
      >
    }"""
    c, threshold = convolve(x, weight), numpy.float32(10)
    halved = F.max_pool2d(torch.from_numpy(c), 2).numpy() * threshold
    return model(text, weight=weight), {"x": x, "threshold": numpy.array(threshold)}, {"y": halved, "c": c}


def loop():
    """Loop with a state, a value captured from outside, an inner If, a scanned output, and an early stop."""
    x, weight = drawn(2, 3), numpy.float32([[0.5, 0.1, 0], [0, 0.5, 0.2], [0.3, 0, 0.5]])
    text = """
    <ir_version: 8, opset_import: ["" : 16]>
    repeat (float[N, 3] x, int64 count) => (float[N, 3] last, float[T, N, 3] each) {
      true = Constant<value: tensor = bool {1}>()
      last, each = Loop (count, true, x) <
        body = step (int64 i, bool go, float[N, 3] state) => (bool again, float[N, 3] next, float[N, 3] seen) {
          moved = MatMul(state, weight)
          one = Constant<value_int: int = 1>()
          two = Constant<value_int: int = 2>()
          parity = Mod(i, two)
          odd = Equal(parity, one)
          next = If (odd) <
            then_branch = o () => (float[N, 3] a) { a = Neg(moved) },
            else_branch = e () => (float[N, 3] b) { b = Add(moved, x) }
          >
          seen = Identity(next)
          three = Constant<value_int: int = 3>()
          again = Less(i, three)
        }
      >
    }"""
    state, seen = x, []
    for index in range(4):
        moved = state @ weight
        state = -moved if index % 2 else moved + x
        seen.append(state)
    inputs = {"x": x, "count": numpy.array(10, numpy.int64)}
    return model(text, weight=weight), inputs, {"last": state, "each": numpy.stack(seen)}


def scan():
    """Scan over rows, forwards and backwards, with an initial state."""
    x, start = drawn(4, 3), drawn(3)
    text = """
    <ir_version: 8, opset_import: ["" : 16]>
    running (float[3] start, float[T, 3] x) => (float[3] sum, float[T, 3] sums) {
      sum, sums = Scan<num_scan_inputs: int = 1, scan_input_directions: ints = [1],
                       body = step (float[3] state, float[3] row) => (float[3] next, float[3] out) {
        next = Add(state, row)
        out = Identity(next)
      }>(start, x)
    }"""
    sums = start + numpy.cumsum(x[::-1], 0, dtype=numpy.float32)
    return model(text), {"start": start, "x": x}, {"sum": sums[-1], "sums": sums}


def functions():
    """Local functions: one calls the other, attributes are passed and have defaults, and they import an opset of
    their own."""
    x, weight = drawn(2, 4, 5, 5), drawn(4, 4, 3, 3)
    text = """
    <ir_version: 9, opset_import: ["" : 18, "local.blocks" : 1]>
    blocks (float[N, 4, H, W] x) => (float[N, 4, H, W] y) {
      a = local.blocks.Residual<slope: float = 0.2>(x, weight)
      y = local.blocks.Residual(a, weight)
    }
    <domain: "local.blocks", opset_import: ["" : 18]>
    Leak <alpha: float = 0.05> (x) => (y) { y = LeakyRelu<alpha: float = @alpha>(x) }
    <domain: "local.blocks", opset_import: ["" : 18, "local.blocks" : 1]>
    Residual <slope: float = 0.1> (x, w) => (y) {
      c = Conv<pads: ints = [1, 1, 1, 1]>(x, w)
      sum = Add(c, x)
      y = local.blocks.Leak<alpha: float = @slope>(sum)
    }"""
    a = convolve(x, weight, padding=1) + x
    a = numpy.where(a > 0, a, numpy.float32(0.2) * a)
    y = convolve(a, weight, padding=1) + a
    return model(text, weight=weight), {"x": x}, {"y": numpy.where(y > 0, y, numpy.float32(0.1) * y)}


def sequences():
    """A split into a sequence that is walked by index and joined again."""
    x = drawn(6, 3)
    text = """
    <ir_version: 8, opset_import: ["" : 13]>
    parts (float[N, 3] x) => (float[M, 3] y) {
      two = Constant<value_int: int = 2>()
      parts = SplitToSequence<axis: int = 0>(x, two)
      last = Constant<value_int: int = -1>()
      tail = SequenceAt(parts, last)
      longer = SequenceInsert(parts, tail)
      y = ConcatFromSequence<axis: int = 0>(longer)
    }"""
    return model(text), {"x": x}, {"y": numpy.concatenate([x, x[4:]])}


def constants_and_dead_nodes():
    """Constants in all their forms, a chain of Identity, nodes nobody uses, an initializer given out as an output."""
    x = drawn(2, 3)
    text = """
    <ir_version: 8, opset_import: ["" : 13]>
    constants (float[N, 3] x) => (float[N, 3] y, float[3] kept, float[N, 3] same) {
      a = Constant<value_float: float = 0.5>()
      b = Constant<value_floats: floats = [1.0, 2.0, 3.0]>()
      c = Constant<value: tensor = float[1, 3] {4, 5, 6}>()
      unused = Constant<value_string: string = "nobody reads this">()
      unused2 = Mul(b, c)
      ab = Mul(a, b)
      abc = Add(ab, c)
      i = Identity(x)
      j = Identity(i)
      y = Mul(j, abc)
      same = Identity(x)
    }"""
    kept = drawn(3)
    row = numpy.float32([4.5, 6, 7.5])
    return model(text, kept=kept), {"x": x}, {"y": x * row, "kept": kept, "same": x}


def several_inputs():
    """Inputs of several types, one with a default that an initializer gives and that the caller leaves out."""
    image, index, mask = drawn(2, 3), numpy.array([2, 0], numpy.int64), numpy.array([True, False])
    float32, int64, boolean = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
    nodes = [
        helper.make_node("Gather", ["image", "index"], ["picked"], axis=1),
        helper.make_node("Mul", ["picked", "scale"], ["scaled"]),
        helper.make_node("Where", ["mask", "scaled", "picked"], ["y"]),
    ]
    info = helper.make_tensor_value_info
    inputs = [info("image", float32, ["N", 3]), info("index", int64, [2]), info("mask", boolean, [2])]
    graph = helper.make_graph(
        nodes, "several", [*inputs, info("scale", float32, [1])], [info("y", float32, ["N", 2])],
        [numpy_helper.from_array(numpy.float32([3]), "scale")],
    )  # fmt: skip
    made = helper.make_model(
        graph, ir_version=4, opset_imports=[helper.make_opsetid("", 13)], producer_name="shapes.py"
    )
    picked = image[:, index]
    return (
        made,
        {"image": image, "index": index, "mask": mask},
        {"y": numpy.where(mask, picked * numpy.float32(3), picked)},
    )


CASES = {
    "shapes-flatten": flatten_classifier,
    "shapes-shuffle": channel_shuffle,
    "shapes-resize": resize_to_other,
    "shapes-mean": pooled_by_shape,
    "shapes-grid": expand_and_range,
    "control-if": branch,
    "control-loop": loop,
    "control-scan": scan,
    "functions": functions,
    "sequences": sequences,
    "constants": constants_and_dead_nodes,
    "several-inputs": several_inputs,
}


def main(folder):
    good = True
    for name, make in CASES.items():
        made, inputs, outputs = make()
        onnx.checker.check_model(made)
        fixture.write(folder / name, made, inputs, outputs)
        good &= fixture.report(name, made, inputs, outputs)
    return good


if __name__ == "__main__":
    sys.exit(0 if main(HERE) else 1)
