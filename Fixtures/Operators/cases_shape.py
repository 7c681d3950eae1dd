"""Cases of the operators that move, pick, resample, loop over and collect tensors.

Made with onnx==1.23.2 and numpy==2.4.6; see generate.py. Where an expected result is stated here, ONNX's reference
evaluator does not know that version or departs from the specification.
"""

import ml_dtypes
import numpy as np
from onnx import TensorProto, helper, numpy_helper
from onnx.helper import make_tensor_value_info as info
from onnx.reference import ReferenceEvaluator
from onnx.reference.ops.op_roi_align import RoiAlign

random = np.random.default_rng(20)


def floats(*shape):
    return random.standard_normal(shape).astype(np.float32)


def ints(*values):
    return np.array(values, np.int64)


def scalar(value, kind=np.int64):
    return np.array(value, kind)


CASES = []


def case(op, name, opset, inputs, expected=None, **rest):
    if expected is not None and not isinstance(expected, (list, tuple)):
        expected = [expected]
    given = {"op": op, "name": name, "opset": opset, "inputs": inputs, "attributes": {}}
    if expected is not None:
        given["expected"] = expected
    for key in ("outputs", "constants", "rtol", "atol", "domain", "model"):
        if key in rest:
            given[key] = rest.pop(key)
    given["attributes"] = rest
    CASES.append(given)


def evaluated(op, opset, inputs, **attributes):
    """What the reference evaluator says of one node, for a version that names the same thing in other words."""
    names = [f"x{i}" for i in range(len(inputs))]
    graph = helper.make_graph([helper.make_node(op, names, ["y"], **attributes)], op,
                              [helper.make_empty_tensor_value_info(name) for name in names],
                              [helper.make_empty_tensor_value_info("y")])
    evaluator = ReferenceEvaluator(helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)]))
    return evaluator.run(None, dict(zip(names, inputs)))


# Constants and shapes

case("Constant", "value", 1, [], value=numpy_helper.from_array(floats(2, 3)))
case("Constant", "value_ints", 12, [], value_ints=[3, -1, 4])
case("Constant", "value_float", 13, [], value_float=2.5)
case("Constant", "value_strings", 25, [], np.array(["a", "é"], object), value_strings=["a", "é"])
case("Constant", "sparse_value", 11, [], np.array([[0, 1.5, 0], [0, 0, -2]], np.float32),
     sparse_value=helper.make_sparse_tensor(
         numpy_helper.from_array(np.array([1.5, -2], np.float32), "values"),
         numpy_helper.from_array(ints(1, 5), "indices"), [2, 3]))
case("ConstantOfShape", "default", 9, [ints(2, 0, 3)])
case("ConstantOfShape", "int64", 25, [ints(2, 3)], value=numpy_helper.from_array(ints(-7)))
x = floats(2, 3, 4)
case("Shape", "all", 1, [x])
case("Shape", "part", 15, [x], start=-2, end=5)
case("Size", "rank3", 13, [x])
a, b = floats(2, 2), floats(2, 1)
case("Concat", "default_axis", 1, [a, b], np.concatenate([a, b], 1))
case("Concat", "strings", 13, [np.array([["a"], ["b"]], object), np.array([["c", ""], ["d", "e"]], object)], axis=-1)
case("Reshape", "attribute", 1, [x], x.reshape(4, 6), shape=[4, 6])
case("Reshape", "zero_and_free", 5, [x, ints(0, -1)])
case("Reshape", "allowzero", 14, [np.zeros((0, 3), np.float32), ints(3, 0)], np.zeros((3, 0), np.float32), allowzero=1)

# Axes

case("Transpose", "default", 1, [x])
case("Transpose", "channels_last", 13, [floats(1, 3, 4, 5)], perm=[0, 2, 3, 1])
case("Transpose", "shuffle", 21, [floats(1, 2, 3, 2, 2)], perm=[0, 2, 1, 3, 4])
case("Transpose", "int4", 21, [np.arange(-3, 3).reshape(2, 3).astype(ml_dtypes.int4)], perm=[1, 0])
case("Squeeze", "attribute", 1, [floats(1, 3, 1)], axes=[0])
case("Squeeze", "all", 13, [floats(1, 3, 1)])
case("Squeeze", "input", 25, [floats(1, 3, 1), ints(-1)])
case("Unsqueeze", "attribute", 11, [floats(3, 4)], axes=[0, -1])
case("Unsqueeze", "unsorted", 13, [floats(3, 4), ints(3, 0)])
case("Flatten", "default", 1, [x])
case("Flatten", "negative", 11, [x], axis=-1)
case("Flatten", "zero", 13, [x], axis=0)
case("Expand", "both_ways", 8, [floats(3, 1), ints(2, 1, 4)])
case("Expand", "strings", 13, [np.array([["a"], ["b"]], object), ints(2, 2)])
t = floats(2, 3)
case("Tile", "one_axis", 1, [t, np.array([3], np.float32), np.array([1], np.float32)], np.tile(t, (1, 3)))
case("Tile", "all_axes", 6, [t, ints(2, 3)])
case("Tile", "bool", 13, [t > 0, ints(1, 2)])
d = floats(1, 8, 2, 3)
case("DepthToSpace", "old", 1, [d],
     d.reshape(1, 2, 2, 2, 2, 3).transpose(0, 3, 4, 1, 5, 2).reshape(1, 2, 4, 6), blocksize=2)
case("DepthToSpace", "columns_first", 13, [d], blocksize=2, mode="CRD")
case("SpaceToDepth", "old", 1, [floats(1, 2, 4, 6)], blocksize=2)
case("SpaceToDepth", "columns_first", 28, [floats(1, 2, 4, 6)], blocksize=2, mode="CRD")

# Parts

s = floats(4, 5, 6)
case("Slice", "attributes", 1, [s], s[1:3, :, -4:-1], starts=[1, -4], ends=[3, -1], axes=[0, 2])
case("Slice", "clamped", 10, [s, ints(2, 1), ints(1000, -1)])
case("Slice", "backwards", 13, [s, ints(-1, 3), ints(-(2**62), 0), ints(2, 1), ints(-2, -1)])
case("Slice", "empty", 13, [s, ints(3), ints(1), ints(0)])
case("Slice", "float16_rows", 13, [s.astype(np.float16), ints(1), ints(3), np.array([0], np.int64), ints(1)])
p = floats(2, 6)
case("Split", "version1", 1, [p], [p[:, :2], p[:, 2:]], axis=1, split=[2, 4])
case("Split", "equal", 2, [p], [p[:, :3], p[:, 3:]], axis=1)
case("Split", "attribute", 11, [p], [p[:, :1], p[:, 1:6]], axis=-1, split=[1, 5])
case("Split", "input", 13, [p, ints(2, 0, 4)], axis=1, outputs=3)
case("Split", "uneven", 18, [floats(7, 2)], num_outputs=3, outputs=3)
case("Gather", "axis1", 1, [s, np.array([[0, 4], [2, 2]], np.int32)], axis=1)
case("Gather", "negative_scalar", 13, [ints(7, 8, 9), scalar(-1)])
case("Gather", "rows", 13, [floats(5, 8), ints(4, 0, -2)])
case("GatherElements", "axis1", 11, [t, np.array([[2, 0], [-1, 1]], np.int64)], axis=1)
rows = random.integers(-4, 4, (2, 5, 3))
case("GatherElements", "rows", 13, [s, rows], np.take_along_axis(s[:, :, :3], rows, 0), axis=0)
case("GatherND", "tuples", 11, [s, np.array([[0, -1], [3, 2]], np.int64)])
case("GatherND", "batch", 12, [floats(2, 3, 4), np.array([[[1], [2]], [[0], [-1]]], np.int64)], batch_dims=1)
case("GatherND", "elements", 13, [s, random.integers(0, 4, (3, 2, 3))])
case("Compress", "axis", 9, [t, np.array([True, False, True])], axis=1)
case("Compress", "flat", 11, [t, np.array([False, True, False, False, True])])
case("NonZero", "int32", 9, [np.array([[0, 3], [2, 0]], np.int32)])
case("NonZero", "bool", 13, [np.array([[[True, False]], [[True, True]]])])
case("ReverseSequence", "batch_first", 10, [floats(3, 4, 2), ints(4, 0, 2)], batch_axis=0, time_axis=1)
case("ReverseSequence", "time_first", 28, [floats(4, 2), ints(3, 1)])
case("CenterCropPad", "both", 18, [floats(5, 3), ints(2, 6)])
case("CenterCropPad", "axes", 18, [floats(2, 5, 3), np.array([4], np.int32)], axes=[-2])
case("Trilu", "upper", 14, [floats(2, 3, 4), scalar(1)])
case("Trilu", "lower", 14, [np.arange(12).reshape(3, 4)], upper=0)
case("Unique", "sorted", 11, [np.array([2, 1, 1, 3, 4, 3], np.float32)], outputs=4)
u = np.array([[3, 1], [0, 2], [3, 1], [0, 1]], np.int64)
case("Unique", "rows_unsorted", 11, [u], [u[[0, 1, 3]], ints(0, 1, 3), ints(0, 1, 0, 2), ints(2, 1, 1)],
     axis=0, sorted=0)
case("Unique", "strings", 28, [np.array(["b", "a", "b"], object)],
     [np.array(["a", "b"], object), ints(1, 0), ints(1, 0, 1), ints(1, 2)])

# Pads

case("Pad", "paddings", 1, [t], np.pad(t, ((1, 0), (0, 2)), constant_values=1.5), paddings=[1, 0, 0, 2], value=1.5)
case("Pad", "reflect_attribute", 2, [floats(1, 1, 3, 4)], pads=[0, 0, 2, 1, 0, 0, 1, 3], mode="reflect")
case("Pad", "negative", 11, [s, ints(1, -2, 0, -1, 1, -3), scalar(9, np.float32)],
     np.pad(s[:3, 2:, :3], ((1, 0), (0, 1), (0, 0)), constant_values=9))
case("Pad", "edge_axes", 18, [s, ints(2, 1, 0, 1), None, ints(2, -3)], mode="edge")
case("Pad", "wrap", 19, [floats(2, 3), ints(3, 4, 1, 5)], mode="wrap")
case("Pad", "strings", 13, [np.array(["a"], object), ints(1, 1), np.array("-", object)],
     np.array(["-", "a", "-"], object))
case("Pad", "int8", 13, [np.array([[1, -2]], np.int8), ints(1, 0, 0, 1), scalar(-128, np.int8)])

# Progressions

case("Range", "int32", 11, [scalar(10, np.int32), scalar(-3, np.int32), scalar(-4, np.int32)])
case("Range", "float", 11, [scalar(1, np.float32), scalar(2, np.float32), scalar(0.3, np.float32)])
case("Range", "empty", 11, [scalar(5), scalar(5), scalar(1)])
case("Range", "bfloat16", 27, [scalar(250, ml_dtypes.bfloat16), scalar(262, ml_dtypes.bfloat16),
                               scalar(1, ml_dtypes.bfloat16)], stash_type=1)

# Scattering

case("Scatter", "axis1", 9, [t, np.array([[1, 0]], np.int64), np.array([[5, 6]], np.float32)],
     np.concatenate([np.array([[6, 5, t[0, 2]]], np.float32), t[1:]]), axis=1)
case("ScatterElements", "plain", 11, [t, np.array([[1, -3]], np.int64), np.array([[5, 6]], np.float32)], axis=1)
case("ScatterElements", "add", 16, [np.zeros((3, 2), np.float32), np.array([[0, 1], [0, 2]], np.int64), floats(2, 2)],
     reduction="add")
case("ScatterElements", "max_int", 18, [np.array([1, 5, 3]), ints(0, 1, 0), ints(4, 2, 9)], reduction="max")
case("ScatterND", "blocks", 11, [s, np.array([[2], [0]], np.int64), floats(2, 5, 6)])
case("ScatterND", "mul", 16, [np.arange(1, 7).astype(np.float32), np.array([[1], [4], [1]], np.int64),
                              np.array([2, 3, 5], np.float32)], reduction="mul")
case("ScatterND", "min", 18, [floats(3, 2), np.array([[0, 1], [2, 0], [0, 1]], np.int64), floats(3)], reduction="min")
case("TensorScatter", "circular", 24, [floats(2, 1, 4, 2), floats(2, 1, 3, 2), ints(1, 3)], mode="circular")
case("TensorScatter", "linear", 24, [floats(2, 4, 3), floats(2, 2, 3), ints(0, 2)], axis=1)
case("OneHot", "last", 9, [ints(0, 2, -1, 7), scalar(3), np.array([-1, 5], np.float32)])
case("OneHot", "first", 11, [np.array([[1.0, 2.0]], np.float32), np.array([4.0], np.float32), np.array([3, 5], np.int8)],
     np.array([[[3, 3]], [[5, 3]], [[3, 5]], [[3, 3]]], np.int8), axis=0)
case("TopK", "attribute", 1, [floats(3, 5)], k=2, outputs=2)
case("TopK", "axis", 10, [floats(4, 3), ints(3)], axis=0, outputs=2)
case("TopK", "least_with_ties", 11, [np.array([[3, 1, 1, 2], [0, 0, 5, 0]], np.int64), ints(3)], largest=0, outputs=2)

# Products and grids

case("Einsum", "product", 12, [floats(2, 3, 4), floats(2, 4, 5)], equation="bij,bjk->bik")
case("Einsum", "implicit_ellipsis", 12, [floats(2, 3, 4), floats(1, 4, 2)], equation="...ij,...jk")
case("Einsum", "diagonal_and_sum", 12, [floats(3, 3, 2), floats(2)], equation="iij, j -> i")
case("Einsum", "three_operands_int", 12, [random.integers(-4, 5, (2, 3)), random.integers(-4, 5, (3, 4)),
                                          random.integers(-4, 5, (4,))], equation="ab,bc,c->ca")
case("Col2Im", "overlapping", 18, [floats(2, 12, 6), ints(4, 5), ints(2, 3)], pads=[0, 0, 0, 0], strides=[1, 2],
     dilations=[1, 1])
case("Col2Im", "padded", 18, [floats(1, 4, 9), ints(3, 3), ints(2, 2)], pads=[1, 1, 0, 0], dilations=[1, 1],
     strides=[1, 1])
theta = floats(2, 2, 3)
case("AffineGrid", "edges", 20, [theta, ints(2, 1, 2, 3)])
case("AffineGrid", "corners_volume", 20, [floats(1, 3, 4), ints(1, 1, 2, 3, 2)], align_corners=1)
g = random.uniform(-1.4, 1.4, (1, 3, 4, 2)).astype(np.float32)
sampled = [floats(1, 2, 4, 5), g]
case("GridSample", "bilinear", 16, sampled, evaluated("GridSample", 20, sampled), mode="bilinear")
reflected = {"padding_mode": "reflection", "align_corners": 1}
case("GridSample", "bicubic_reflection", 16, sampled,
     evaluated("GridSample", 20, sampled, mode="cubic", **reflected), mode="bicubic", **reflected)
case("GridSample", "nearest_border", 20, [floats(1, 2, 4, 5), g], mode="nearest", padding_mode="border")
case("GridSample", "linear_volume", 22,
     [floats(1, 1, 2, 3, 4), random.uniform(-1.2, 1.2, (1, 2, 2, 2, 3)).astype(np.float32)])
regions = np.array([[0, 0, 3, 4], [1.5, 2, 6.5, 5], [-1, -1, 2, 2]], np.float32)
data = floats(2, 2, 6, 7)


def align(**attributes):
    shape = (3, 2, attributes["height"], attributes["width"])
    result = np.empty(shape, np.float32).flatten()
    RoiAlign.roi_align_forward(shape, data.flatten(), attributes["scale"], 6, 7, attributes["ratio"],
                               regions.flatten(), 4, result, attributes["mode"], attributes["half"], ints(0, 1, 1))
    return result.reshape(shape)


case("RoiAlign", "version10", 10, [data, regions, ints(0, 1, 1)],
     align(height=2, width=3, scale=1.0, ratio=2, mode="avg", half=False),
     output_height=2, output_width=3, sampling_ratio=2)
case("RoiAlign", "adaptive", 16, [data, regions, ints(0, 1, 1)],
     align(height=2, width=2, scale=0.75, ratio=0, mode="avg", half=True),
     output_height=2, output_width=2, spatial_scale=0.75)
case("RoiAlign", "maximum", 22, [data, regions, ints(0, 1, 1)],
     align(height=1, width=2, scale=1.0, ratio=2, mode="max", half=False),
     output_height=1, output_width=2, sampling_ratio=2, mode="max",
     coordinate_transformation_mode="output_half_pixel")


def pool(x, regions, size, scale):
    result = np.zeros((len(regions), x.shape[1], *size), x.dtype)
    for n, (image, *corners) in enumerate(regions):
        x1, y1, x2, y2 = (int(np.floor(c * scale + 0.5)) for c in corners)
        side = max(y2 - y1 + 1, 1) / size[0], max(x2 - x1 + 1, 1) / size[1]
        for i in range(size[0]):
            for j in range(size[1]):
                top, bottom = (min(max(e + y1, 0), x.shape[2]) for e in (int(i * side[0]), int(np.ceil((i + 1) * side[0]))))
                left, right = (min(max(e + x1, 0), x.shape[3]) for e in (int(j * side[1]), int(np.ceil((j + 1) * side[1]))))
                if bottom > top and right > left:
                    result[n, :, i, j] = x[int(image), :, top:bottom, left:right].max((1, 2))
    return result


boxes = np.array([[0, 0, 0, 3, 4], [1, 2, 1, 12, 9], [1, 20, 20, 25, 25]], np.float32)
case("MaxRoiPool", "scaled", 1, [data, boxes], pool(data, boxes, (2, 3), 0.5), pooled_shape=[2, 3], spatial_scale=0.5)
overlapping = np.array([[[0, 0, 1, 1], [0, 0.1, 1, 1.1], [0, -0.1, 1, 0.9], [0, 10, 1, 11], [0, 10.1, 1, 11.1]]],
                       np.float32)
scores = np.array([[[0.9, 0.75, 0.6, 0.95, 0.5], [0.2, 0.8, 0.1, 0.3, 0.4]]], np.float32)
case("NonMaxSuppression", "corners", 10,
     [overlapping, scores, ints(3), np.array([0.5], np.float32), np.array([0.15], np.float32)])
case("NonMaxSuppression", "centers", 11,
     [overlapping[..., [1, 0, 3, 2]] + np.float32(0.5), scores, ints(2), np.array([0.3], np.float32),
      np.array([0.0], np.float32)], center_point_box=1)

# Resampling

image = floats(1, 2, 4, 6)
case("Upsample", "version1", 1, [image], np.repeat(np.repeat(image, 2, 2), 3, 3), height_scale=2.0, width_scale=3.0)
case("Upsample", "version7", 7, [image], np.repeat(image, 2, 3), scales=[1.0, 1.0, 1.0, 2.0])


def bilinear(x, scale):
    """Linear along the last two axes, element i of the result lying at i / scale."""
    for axis in (2, 3):
        places = np.arange(x.shape[axis] * scale) / scale
        low = np.floor(places).astype(int)
        high = np.minimum(low + 1, x.shape[axis] - 1)
        part = (places - low).reshape([-1 if i == axis else 1 for i in range(4)])
        x = np.take(x, low, axis) * (1 - part) + np.take(x, high, axis) * part
    return x.astype(np.float32)


case("Upsample", "linear", 9, [image, np.array([1, 1, 2, 2], np.float32)], bilinear(image, 2), mode="linear")
small = np.arange(1, 9, dtype=np.float32).reshape(1, 1, 2, 4)
case("Resize", "version10_smaller", 10, [small, np.array([1, 1, 0.6, 0.6], np.float32)],
     np.array([[[[1, 3]]]], np.float32))
case("Resize", "version10_linear", 10, [image, np.array([1, 1, 2, 2], np.float32)], bilinear(image, 2), mode="linear")
empty = np.array([], np.float32)
case("Resize", "version11", 11, [image, empty, empty, ints(1, 2, 7, 5)], mode="linear",
     coordinate_transformation_mode="align_corners")
case("Resize", "crop", 11, [image, np.array([0, 0, 0.2, 0.1, 1, 1, 0.9, 1.2], np.float32), empty, ints(1, 2, 3, 5)],
     mode="linear", coordinate_transformation_mode="tf_crop_and_resize", extrapolation_value=10.0)
case("Resize", "nearest_asymmetric", 13, [image, None, np.array([1, 1, 1.5, 2], np.float32)],
     coordinate_transformation_mode="asymmetric", nearest_mode="floor")
case("Resize", "cubic_outside", 13, [image, None, None, ints(1, 2, 6, 4)], mode="cubic", cubic_coeff_a=-0.5,
     exclude_outside=1)
case("Resize", "antialias", 18, [floats(1, 1, 7, 9), None, None, ints(3, 4)], mode="linear", antialias=1, axes=[2, 3])
case("Resize", "antialias_cubic", 18, [floats(1, 1, 8, 8), None, np.array([1, 1, 0.4, 0.5], np.float32)], mode="cubic",
     antialias=1)
case("Resize", "aspect", 19, [image, None, None, ints(7, 8)], axes=[2, 3], keep_aspect_ratio_policy="not_larger",
     mode="linear", coordinate_transformation_mode="half_pixel_symmetric")
case("Resize", "uint8", 19, [random.integers(0, 256, (1, 1, 4, 4)).astype(np.uint8), None,
                             np.array([1, 1, 2, 2], np.float32)], mode="cubic", outputs=1)

# Control flow


def model(op, name, opset, nodes, inputs, outputs, values, expected=None, initializers=()):
    graph = helper.make_graph(nodes, name, inputs, outputs, list(initializers))
    ir = max(4, helper.find_min_ir_version_for([helper.make_opsetid("", opset)], ignore_unknown=True))
    built = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=ir,
                              producer_name="generate.py")
    case(op, name, opset, values, expected, model=built)


FLOAT, INT, BOOL = TensorProto.FLOAT, TensorProto.INT64, TensorProto.BOOL
for opset, condition in ((1, True), (11, False), (25, False)):
    left = helper.make_graph([helper.make_node("Relu", ["x"], ["a"])], "then", [], [info("a", FLOAT, [2, 3])])
    right = helper.make_graph([helper.make_node("Concat", ["x", "x"], ["b"], axis=0)], "else", [],
                              [info("b", FLOAT, [4, 3])])
    x = floats(2, 3)
    model("If", f"captured_{opset}", opset,
          [helper.make_node("If", ["c"], ["y"], then_branch=left, else_branch=right)],
          [info("c", BOOL, []), info("x", FLOAT, [2, 3])], [info("y", FLOAT, [None, 3])],
          [np.array(condition), x], [np.maximum(x, 0) if condition else np.concatenate([x, x])])


body = helper.make_graph(
    [helper.make_node("Concat", ["v", "one"], ["w"], axis=0), helper.make_node("Unsqueeze", ["i", "zero"], ["j"]),
     helper.make_node("Shape", ["w"], ["n"]), helper.make_node("Concat", ["j", "n"], ["s"], axis=0),
     helper.make_node("Gather", ["stops", "i"], ["on"])],
    "body", [info("i", INT, []), info("c", BOOL, []), info("v", FLOAT, [None])],
    [info("on", BOOL, []), info("w", FLOAT, [None]), info("s", INT, [2])])
fixed = [numpy_helper.from_array(np.array([1], np.float32), "one"), numpy_helper.from_array(ints(0), "zero"),
         numpy_helper.from_array(np.array([True, True, False, True]), "stops")]
for name, most, expected in (("by_condition", 4, 3), ("by_count", 2, 2), ("never", 0, 0)):
    v = floats(1)
    model("Loop", name, 13, [helper.make_node("Loop", ["m", "c", "v"], ["w", "s"], body=body)],
          [info("m", INT, []), info("c", BOOL, []), info("v", FLOAT, [None])],
          [info("w", FLOAT, [None]), info("s", INT, [None, 2])], [scalar(most), np.array(True), v],
          [np.concatenate([v, np.ones(expected, np.float32)]),
           np.array([[i, i + 2] for i in range(expected)], np.int64).reshape(-1, 2)], fixed)

cell = helper.make_graph(
    [helper.make_node("Add", ["state", "element"], ["next"]), helper.make_node("Relu", ["next"], ["out"])],
    "cell", [info("state", FLOAT, [2]), info("element", FLOAT, [2])], [info("next", FLOAT, [2]), info("out", FLOAT, [2])])
start, steps = floats(2), floats(2, 3)
sums = start + np.cumsum(steps[:, ::-1], 1).T
model("Scan", "backwards_along_axis_1", 9,
      [helper.make_node("Scan", ["s", "x"], ["f", "y"], body=cell, num_scan_inputs=1, scan_input_axes=[1],
                        scan_input_directions=[1], scan_output_axes=[1], scan_output_directions=[1])],
      [info("s", FLOAT, [2]), info("x", FLOAT, [2, 3])], [info("f", FLOAT, [2]), info("y", FLOAT, [2, 3])],
      [start, steps], [sums[-1].astype(np.float32), np.maximum(sums, 0)[::-1].T.astype(np.float32).copy()])
starts, batch = floats(2, 2), floats(2, 3, 2)
runs = [starts[b] + np.cumsum(batch[b, :n], 0) for b, n in ((0, 3), (1, 2))]
model("Scan", "version8", 8,
      [helper.make_node("Scan", ["n", "s", "x"], ["f", "y"], body=cell, num_scan_inputs=1)],
      [info("n", INT, [2]), info("s", FLOAT, [2, 2]), info("x", FLOAT, [2, 3, 2])],
      [info("f", FLOAT, [2, 2]), info("y", FLOAT, [2, 3, 2])], [ints(3, 2), starts, batch],
      [np.stack([run[-1] for run in runs]).astype(np.float32),
       np.stack([np.pad(np.maximum(run, 0), ((0, 3 - len(run)), (0, 0))) for run in runs]).astype(np.float32)])

# Sequences and optionals

one, two, three = floats(2, 3), floats(2, 3), floats(2, 3)
case("SequenceConstruct", "two", 11, [one, two], [[one, two]])
case("SequenceEmpty", "default", 11, [], [[]])
case("SequenceAt", "last", 11, [[one, two, three], scalar(-1)], three)
case("SequenceInsert", "end", 11, [[one, two], three], [[one, two, three]])
case("SequenceInsert", "before_last", 11, [[one, two], three, scalar(-1, np.int32)], [[one, three, two]])
case("SequenceErase", "default", 11, [[one, two]], [[one]])
case("SequenceErase", "first", 11, [[one, two, three], scalar(0)], [[two, three]])
case("SequenceLength", "three", 11, [[one, two, three]], scalar(3))
case("SplitToSequence", "scalar", 11, [s, scalar(3)], [[s[:, :, :3], s[:, :, 3:]]], axis=2)
case("SplitToSequence", "positions", 11, [t], [[t[0], t[1]]], keepdims=0)
case("SplitToSequence", "lengths", 24, [s, ints(1, 3)], [[s[:1], s[1:]]])
case("ConcatFromSequence", "joined", 11, [[one, two]], np.concatenate([one, two], 1), axis=1)
case("ConcatFromSequence", "stacked", 11, [[one, two, three]], np.stack([one, two, three], -1), axis=-1, new_axis=1)
mapped = helper.make_graph([helper.make_node("Add", ["a", "b"], ["c"]), helper.make_node("Shape", ["a"], ["d"])],
                           "mapped", [info("a", FLOAT, [2, 3]), info("b", FLOAT, [2, 3])],
                           [info("c", FLOAT, [2, 3]), info("d", INT, [2])])
case("SequenceMap", "sequence_and_tensor", 17, [[one, two], three],
     [[one + three, two + three], [ints(2, 3), ints(2, 3)]], body=mapped)
wrapped = [helper.make_node("Optional", ["x"], ["o"]), helper.make_node("OptionalHasElement", ["o"], ["h"]),
           helper.make_node("OptionalGetElement", ["o"], ["y"])]
model("Optional", "wrapped", 15, wrapped, [info("x", FLOAT, [2, 3])], [info("y", FLOAT, [2, 3]), info("h", BOOL, [])],
      [one], [one, np.array(True)])
nothing = helper.make_node("Optional", [], ["o"], type=helper.make_tensor_type_proto(FLOAT, [2]))
model("OptionalHasElement", "nothing", 15, [nothing, helper.make_node("OptionalHasElement", ["o"], ["h"])], [],
      [info("h", BOOL, [])], [], [np.array(False)])
case("OptionalHasElement", "tensor", 18, [one], np.array(True))
case("OptionalGetElement", "tensor", 18, [one], one)
