"""Convolution, pooling, normalisation, matrix products, recurrent networks and attention.

Made with onnx==1.23.2, numpy==2.4.6 and ml_dtypes==0.6.0. Where ONNX's reference evaluator cannot do a version or an
attribute, the expected result is worked out here.
"""

import itertools
import math

import ml_dtypes
import numpy as np
from onnx import TensorProto, helper

random = np.random.default_rng(20261)
CASES = []


def f(*shape):
    return random.standard_normal(shape).astype(np.float32)


def positive(*shape):
    return (random.random(shape) + 0.5).astype(np.float32)


def ints(low, high, *shape, dtype=np.int32):
    return random.integers(low, high, shape).astype(dtype)


def case(op, name, opset, inputs, expected=None, **attributes):
    options = {key: attributes.pop(key) for key in ("outputs", "constants", "domain", "rtol", "atol") if key in attributes}
    CASES.append(
        dict(op=op, name=name, opset=opset, inputs=inputs, expected=expected, attributes=attributes, **options))


def convolve(x, w, b=None, strides=None, pads=None, dilations=None, group=1):
    """Convolution by the definition, in double precision."""
    rank = x.ndim - 2
    strides, dilations, pads = strides or [1] * rank, dilations or [1] * rank, pads or [0] * 2 * rank
    padded = np.pad(x.astype(np.float64), [(0, 0), (0, 0)] + [(pads[i], pads[rank + i]) for i in range(rank)])
    reach = [(w.shape[2 + i] - 1) * dilations[i] + 1 for i in range(rank)]
    extents = [(padded.shape[2 + i] - reach[i]) // strides[i] + 1 for i in range(rank)]
    y = np.zeros([x.shape[0], w.shape[0], *extents])
    channels, filters = w.shape[1], w.shape[0] // group
    for m in range(w.shape[0]):
        first = m // filters * channels
        for place in itertools.product(*map(range, extents)):
            window = tuple(
                slice(place[i] * strides[i], place[i] * strides[i] + reach[i], dilations[i]) for i in range(rank))
            patch = padded[(slice(None), slice(first, first + channels)) + window]
            y[(slice(None), m) + place] = (patch * w[m]).reshape(x.shape[0], -1).sum(1)
        if b is not None:
            y[:, m] += b[m]
    return y.astype(x.dtype)


def pool(x, kernel, strides, pads, ceil, dilations=None):
    """For each window its elements inside the input, and the number of places inside input and padding."""
    rank = x.ndim - 2
    dilations = dilations or [1] * rank
    extents = []
    for i in range(rank):
        room = x.shape[2 + i] + pads[i] + pads[rank + i] - (kernel[i] - 1) * dilations[i] - 1
        extent = (math.ceil if ceil else math.floor)(room / strides[i]) + 1
        if ceil and (extent - 1) * strides[i] >= x.shape[2 + i] + pads[i]:
            extent -= 1
        extents.append(extent)
    for place in itertools.product(*map(range, extents)):
        axes, padded = [], 1
        for i in range(rank):
            taps = [place[i] * strides[i] - pads[i] + k * dilations[i] for k in range(kernel[i])]
            axes.append([t for t in taps if 0 <= t < x.shape[2 + i]])
            padded *= len([t for t in taps if t < x.shape[2 + i] + pads[rank + i]])
        yield extents, place, axes, padded


def average_pool(x, kernel, strides, pads, ceil=False, include=False, dilations=None):
    y = None
    for extents, place, axes, padded in pool(x, kernel, strides, pads, ceil, dilations):
        y = np.zeros([*x.shape[:2], *extents], x.dtype) if y is None else y
        patch = x[(slice(None), slice(None)) + np.ix_(*axes)].reshape(*x.shape[:2], -1)
        y[(slice(None), slice(None)) + place] = patch.sum(-1) / (padded if include else patch.shape[-1])
    return y


def max_pool(x, kernel, strides, pads, ceil=False, dilations=None):
    y = None
    for extents, place, axes, _ in pool(x, kernel, strides, pads, ceil, dilations):
        y = np.zeros([*x.shape[:2], *extents], x.dtype) if y is None else y
        patch = x[(slice(None), slice(None)) + np.ix_(*axes)].reshape(*x.shape[:2], -1)
        y[(slice(None), slice(None)) + place] = patch.max(-1)
    return y


# Conv
x, w, b = f(2, 4, 7, 6), f(6, 2, 3, 2), f(6)
case("Conv", "groups", 22, [x, w, b], [convolve(x, w, b, [2, 1], [1, 0, 2, 1], [1, 2], 2)], group=2, strides=[2, 1],
     pads=[1, 0, 2, 1], dilations=[1, 2], kernel_shape=[3, 2], constants=[1, 2])
x, w = f(1, 3, 9), f(4, 3, 3)
case("Conv", "one_dimension", 1, [x, w], [convolve(x, w, None, [2], [1, 1])], strides=[2], pads=[1, 1])
x, w, b = f(1, 2, 4, 5, 4), f(3, 2, 2, 3, 2), f(3)
case("Conv", "three_dimensions", 11, [x, w, b], [convolve(x, w, b, [1, 2, 1], [0, 1, 1, 1, 1, 0])],
     strides=[1, 2, 1], pads=[0, 1, 1, 1, 1, 0])
x, w, b = f(1, 5, 8, 7), f(10, 1, 3, 3), f(10)
case("Conv", "depthwise", 22, [x, w, b], [convolve(x, w, b, [2, 2], [1, 1, 1, 1], None, 5)], group=5, strides=[2, 2],
     pads=[1, 1, 1, 1])
x, w, b = f(2, 6, 5, 5), f(4, 6, 1, 1), f(4)
case("Conv", "pointwise", 22, [x, w, b], [convolve(x, w, b)])
x, w = f(1, 2, 6, 6), f(3, 2, 3, 3)
case("Conv", "same_lower", 11, [x, w], [convolve(x, w, None, [2, 2], [1, 1, 0, 0])], auto_pad="SAME_LOWER",
     strides=[2, 2])
x, w = f(1, 2, 5, 5).astype(np.float64), f(2, 2, 3, 3).astype(np.float64)
case("Conv", "double", 22, [x, w], [convolve(x, w)], auto_pad="VALID")
x, w = f(1, 2, 5, 5).astype(np.float16), f(2, 2, 3, 3).astype(np.float16)
case("Conv", "half", 22, [x, w], [convolve(x, w, None, None, [1, 1, 1, 1])], pads=[1, 1, 1, 1])

# ConvTranspose
case("ConvTranspose", "strides", 22, [f(1, 3, 4, 3), f(3, 2, 3, 3), f(2)], strides=[3, 2], pads=[1, 0, 0, 1],
     output_padding=[2, 1])
case("ConvTranspose", "dilations", 11, [f(2, 2, 5), f(2, 3, 3)], dilations=[2], pads=[1, 2])


def transpose_convolve(x, w, strides, shape, begins, groups):
    """Each element spread over its window, by the definition."""
    y = np.zeros([x.shape[0], w.shape[1] * groups, *shape])
    channels = x.shape[1] // groups
    for c, m in itertools.product(range(x.shape[1]), range(w.shape[1])):
        target = y[:, c // channels * w.shape[1] + m]
        for i, j in itertools.product(range(x.shape[2]), range(x.shape[3])):
            for u, v in itertools.product(range(w.shape[2]), range(w.shape[3])):
                p, q = i * strides[0] + u - begins[0], j * strides[1] + v - begins[1]
                if 0 <= p < shape[0] and 0 <= q < shape[1]:
                    target[:, p, q] += x[:, c, i, j] * w[c, m, u, v]
    return y.astype(x.dtype)


x, w = f(1, 4, 3, 3), f(4, 2, 3, 3)
case("ConvTranspose", "output_shape", 11, [x, w], [transpose_convolve(x, w, [2, 2], [5, 6], [1, 1], 2)], group=2,
     strides=[2, 2], output_shape=[5, 6])
case("ConvTranspose", "same_upper", 1, [x, w], [transpose_convolve(x, w, [2, 2], [6, 6], [0, 0], 1)],
     auto_pad="SAME_UPPER", strides=[2, 2])

# Quantised convolutions
x, w = ints(0, 255, 1, 2, 5, 5, dtype=np.uint8), ints(-127, 127, 3, 2, 3, 3, dtype=np.int8)
zero = np.array([1, -2, 3], np.int8)
wide = convolve((x.astype(np.int64) - 7), w.astype(np.int64) - zero.reshape(-1, 1, 1, 1), None, [2, 2], [1, 1, 1, 1])
case("ConvInteger", "zero_points", 10, [x, w, np.uint8(7), zero], [wide.astype(np.int32)], strides=[2, 2],
     pads=[1, 1, 1, 1])
bias, scale = ints(-500, 500, 3), np.array([0.01, 0.02, 0.015], np.float32)
factor = (np.float32(0.05) * scale / np.float32(0.9)).astype(np.float64)
total = (wide + bias.reshape(-1, 1, 1)) * factor.reshape(-1, 1, 1)
case("QLinearConv", "filters", 10,
     [x, np.float32(0.05), np.uint8(7), w, scale, zero, np.float32(0.9), np.uint8(100), bias],
     [np.clip(np.rint(total) + 100, 0, 255).astype(np.uint8)], strides=[2, 2], pads=[1, 1, 1, 1])
case("DeformConv", "groups", 19,
     [f(1, 4, 5, 5), f(2, 2, 3, 3), f(1, 36, 3, 3), f(2), positive(1, 18, 3, 3)], group=2, offset_group=2, rtol=1e-4)
case("CausalConvWithState", "silu", 27, [f(2, 3, 5), f(3, 1, 4), f(3), f(2, 3, 3)], activation="silu", outputs=2)

# Pooling
x = f(1, 2, 7, 7)
case("MaxPool", "ceil", 10, [x], [max_pool(x, [3, 3], [2, 2], [0, 0, 1, 1], True)], kernel_shape=[3, 3],
     strides=[2, 2], pads=[0, 0, 1, 1], ceil_mode=1)
case("MaxPool", "first_version", 1, [x], [max_pool(x, [2, 3], [2, 1], [0, 1, 0, 1])], kernel_shape=[2, 3],
     strides=[2, 1], pads=[0, 1, 0, 1])
case("MaxPool", "indices", 8, [x], kernel_shape=[2, 2], strides=[2, 2], storage_order=1, outputs=2)
case("MaxPool", "dilations", 12, [ints(-100, 100, 1, 1, 6, 6, dtype=np.int8)], kernel_shape=[2, 2], strides=[1, 2],
     dilations=[2, 3])
case("MaxPool", "three_dimensions", 22, [f(1, 2, 4, 4, 5)], kernel_shape=[2, 2, 2], strides=[2, 2, 2], outputs=2)
case("AveragePool", "counts_padding", 7, [x], [average_pool(x, [3, 3], [2, 2], [1, 1, 1, 1], include=True)],
     kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1], count_include_pad=1)
case("AveragePool", "first_version", 1, [x], [average_pool(x, [3, 3], [2, 2], [1, 1, 1, 1])], kernel_shape=[3, 3],
     strides=[2, 2], pads=[1, 1, 1, 1])
x = f(1, 2, 8, 9)
case("AveragePool", "ceil", 19, [x], [average_pool(x, [3, 2], [3, 3], [1, 0, 1, 0], True, True, [1, 2])],
     kernel_shape=[3, 2], strides=[3, 3], pads=[1, 0, 1, 0], ceil_mode=1, count_include_pad=1, dilations=[1, 2])
x = f(1, 2, 6)
case("LpPool", "first_version", 1, [x], [average_pool(np.abs(x) ** 3, [3], [2], [1, 1], include=True).__mul__(3) ** (1 / 3)],
     kernel_shape=[3], strides=[2], pads=[1, 1], p=3.0)
x = f(1, 2, 6, 6)
case("LpPool", "dilations", 18, [x], [np.sqrt(average_pool(x * x, [2, 2], [1, 1], [0] * 4, dilations=[2, 3]) * 4)],
     kernel_shape=[2, 2], dilations=[2, 3])
x = f(2, 3, 4, 5)
case("GlobalAveragePool", "image", 22, [x])
case("GlobalMaxPool", "sequence", 1, [x[..., 0]], [x[..., 0].max(2, keepdims=True)])
case("GlobalLpPool", "first_version", 1, [x], [(np.abs(x) ** 3).sum((2, 3), keepdims=True) ** np.float32(1 / 3)], p=3.0)
case("GlobalLpPool", "manhattan", 22, [x], [np.abs(x).sum((2, 3), keepdims=True)], p=1)
case("MaxUnpool", "output_shape", 11,
     [f(1, 1, 2, 2), np.array([[[[5, 7], [13, 15]]]]), np.array([1, 1, 5, 5])], kernel_shape=[2, 2], strides=[2, 2])
case("MaxUnpool", "pads", 9, [f(1, 1, 2, 2), np.array([[[[0, 2], [5, 8]]]])], kernel_shape=[3, 3], strides=[2, 2],
     pads=[1, 1, 1, 1])

# Normalisation
x = f(2, 3, 4, 5)
s, t, mean, variance = f(3), f(3), f(3), positive(3)
column = lambda v: v.reshape(1, -1, *[1] * (x.ndim - 2))


def normalized(x, s, t, mean, variance, epsilon=1e-5):
    return ((x - mean) / np.sqrt(variance + np.float32(epsilon)) * s + t).astype(x.dtype)


plain = normalized(x, column(s), column(t), column(mean), column(variance))
case("BatchNormalization", "inference", 15, [x, s, t, mean, variance], constants=[1, 2, 3, 4], epsilon=1e-3)
case("BatchNormalization", "is_test", 1, [x, s, t, mean, variance], [plain], is_test=1, consumed_inputs=[0, 0, 0, 1, 1])
case("BatchNormalization", "two_dimensions", 9, [x[:, :, 0, 0], s, t, mean, variance], [plain[:, :, 0, 0]])
case("BatchNormalization", "training", 14, [x, s, t, mean, variance], training_mode=1, momentum=0.7, outputs=3)
own, spread = x.mean((0, 2, 3)), x.var((0, 2, 3))
trained = [normalized(x, column(s), column(t), column(own), column(spread)),
           mean * np.float32(0.9) + own * np.float32(0.1), variance * np.float32(0.9) + spread * np.float32(0.1)]
case("BatchNormalization", "five_outputs", 7, [x, s, t, mean, variance], trained + [own, spread])
places = [f(3, 4, 5), f(3, 4, 5), f(3, 4, 5), positive(3, 4, 5)]
case("BatchNormalization", "not_spatial", 7, [x, *places], [normalized(x, *places)], spatial=0)
case("InstanceNormalization", "image", 6, [x, s, t], epsilon=0.01)
own, spread = x.mean((2, 3), keepdims=True), x.var((2, 3), keepdims=True)
case("InstanceNormalization", "first_version", 1, [x, s, t],
     [normalized(x, column(s), column(t), own, spread)], consumed_inputs=[0, 0, 0])
x = f(2, 4, 3, 2)
grouped = x.reshape(2, 2, -1)
own, spread = grouped.mean(2, keepdims=True), grouped.var(2, keepdims=True)
standard = ((grouped - own) / np.sqrt(spread + np.float32(1e-5))).reshape(x.shape)
s, t = f(4), f(4)
case("GroupNormalization", "channels", 21, [x, s, t], [standard * column(s) + column(t)], num_groups=2)
pair = np.repeat(s[:2], 2), np.repeat(t[:2], 2)
case("GroupNormalization", "groups", 18, [x, s[:2], t[:2]], [standard * column(pair[0]) + column(pair[1])],
     num_groups=2)
case("LayerNormalization", "statistics", 17, [f(2, 3, 4), f(3, 4), f(3, 4)], axis=1, outputs=3)
case("LayerNormalization", "broadcast", 17, [f(2, 3, 4), f(3, 1)], axis=1, epsilon=0.1)
case("RMSNormalization", "last_axis", 23, [f(2, 3, 4), f(4)], epsilon=0.01)
x = f(3, 4)
case("LpNormalization", "manhattan", 1, [x], [x / np.abs(x).sum(0, keepdims=True)], axis=0, p=1)
case("LpNormalization", "zero", 22, [np.array([[3, 4], [0, 0]], np.float32)])
x = f(2, 3, 2, 3)
case("MeanVarianceNormalization", "axes", 13, [x],
     [(x - x.mean((0, 3), keepdims=True)) / (x.std((0, 3), keepdims=True) + 1e-9)], axes=[0, 3])
x = f(1, 5, 2, 2)
total = np.stack([(x[:, max(0, c - 1):c + 3] ** 2).sum(1) for c in range(5)], 1)
case("LRN", "even_size", 1, [x], [(x / (2 + 0.3 / 4 * total) ** 0.5).astype(np.float32)], size=4, alpha=0.3, beta=0.5,
     bias=2.0)
total = np.stack([(x[:, max(0, c - 1):c + 2] ** 2).sum(1) for c in range(5)], 1)
case("LRN", "standard", 13, [x], [(x / (1 + 0.0001 / 3 * total) ** 0.75).astype(np.float32)], size=3)

# Matrix products
case("Gemm", "transposed", 13, [f(4, 2), f(3, 4), f(3)], alpha=0.5, beta=2.0, transA=1, transB=1)
case("Gemm", "without_addend", 11, [f(1, 4), f(4, 3)])
a, b, c = f(2, 4), f(4, 3), f(2, 3)
case("Gemm", "first_version", 1, [a, b, c], [a @ b * 2 + c * np.float32(0.5)], alpha=2.0, beta=0.5)
case("Gemm", "broadcast", 6, [a, b, c[0]], [a @ b + c[0]], broadcast=1)
case("Gemm", "integers", 9, [ints(-9, 9, 2, 3), ints(-9, 9, 3, 2), ints(-9, 9, 2, 1)])
case("MatMul", "batches", 13, [f(2, 1, 3, 4), f(3, 4, 2)])
case("MatMul", "shared_matrix", 1, [f(2, 3, 4), f(4, 5)], constants=[1])
case("MatMul", "vectors", 9, [ints(-9, 9, 4), ints(-9, 9, 4)])
case("MatMul", "row", 13, [f(4), f(2, 4, 3)])
case("MatMulInteger", "rows", 10,
     [ints(0, 255, 2, 3, dtype=np.uint8), ints(-128, 127, 3, 4, dtype=np.int8), np.array([[3], [200]], np.uint8),
      np.array([1, -2, 3, 4], np.int8)])
case("QLinearMatMul", "columns", 21,
     [ints(0, 255, 2, 3, dtype=np.uint8), np.float32(0.03), np.uint8(5), ints(-128, 127, 3, 4, dtype=np.int8),
      np.array([0.1, 0.2, 0.3, 0.4], np.float32), np.array([1, -2, 3, 4], np.int8), np.float32(0.7), np.int8(-3)])
case("QLinearMatMul", "first_version", 10,
     [ints(0, 255, 2, 3, dtype=np.uint8), np.float32(0.03), np.uint8(5), ints(0, 255, 3, 4, dtype=np.uint8),
      np.float32(0.02), np.uint8(100), np.float32(0.1), np.uint8(120)])


# Recurrent networks, step by step
def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def walk(x, directions, reverse, hidden, step, states, lengths=None):
    """Runs `step(direction, x, states)` over `[sequence, batch, input]`; states are lists of `[batch, hidden]`."""
    y = np.zeros([x.shape[0], directions, x.shape[1], hidden])
    last = [[] for _ in states[0]]
    for d in range(directions):
        now = [s.astype(np.float64).copy() for s in states[d]]
        order = range(x.shape[0])
        for t in reversed(order) if reverse or d == 1 else order:
            new = step(d, x[t].astype(np.float64), now)
            alive = np.ones(x.shape[1], bool) if lengths is None else t < lengths
            for i in range(len(now)):
                now[i] = np.where(alive[:, None], new[i], now[i])
            y[t, d] = np.where(alive[:, None], now[0], 0)
        for i in range(len(now)):
            last[i].append(now[i])
    return [y.astype(np.float32)] + [np.stack(s).astype(np.float32) for s in last]


x, lengths = f(4, 2, 3), np.array([4, 2], np.int32)
w, r, b, h = f(2, 5, 3), f(2, 5, 5), f(2, 10), f(2, 2, 5)
step = lambda d, x, s: [np.clip(0.3 * np.tanh(np.clip(x @ w[d].T + s[0] @ r[d].T + b[d][:5] + b[d][5:], -1, 1)), -9, 9)] \
    if d == 0 else [np.maximum(np.clip(x @ w[d].T + s[0] @ r[d].T + b[d][:5] + b[d][5:], -1, 1), 0)]
case("RNN", "bidirectional", 22, [x, w, r, b, lengths, h],
     walk(x, 2, False, 5, step, [[h[0]], [h[1]]], lengths), hidden_size=5, direction="bidirectional", clip=1.0,
     activations=["ScaledTanh", "Relu"], activation_alpha=[0.3], activation_beta=[1.0])
case("RNN", "first_version", 1, [x, w[:1], r[:1]],
     walk(x, 1, False, 5, lambda d, x, s: [np.tanh(x @ w[0].T + s[0] @ r[0].T)], [[np.zeros((2, 5))]])[:1],
     hidden_size=5, output_sequence=1)

w, r, b, h = f(1, 6, 3), f(1, 6, 2), f(1, 12), f(1, 2, 2)


def gru(linear):
    def step(d, x, s):
        wz, wr, wh = np.split(w[0], 3)
        rz, rr, rh = np.split(r[0], 3)
        bz, br, bh, cz, cr, ch = np.split(b[0], 6)
        z, g = sigmoid(x @ wz.T + s[0] @ rz.T + bz + cz), sigmoid(x @ wr.T + s[0] @ rr.T + br + cr)
        n = x @ wh.T + g * (s[0] @ rh.T + ch) + bh if linear else x @ wh.T + (g * s[0]) @ rh.T + bh + ch
        return [(1 - z) * np.tanh(n) + z * s[0]]
    return step


case("GRU", "reverse_lengths", 7, [x, w, r, b, lengths, h], walk(x, 1, True, 2, gru(False), [[h[0]]], lengths),
     hidden_size=2, direction="reverse")
y, last = walk(x, 1, False, 2, gru(True), [[h[0]]])
case("GRU", "batch_first", 14, [x.swapaxes(0, 1), w, r, b, None, h.swapaxes(0, 1)],
     [y.transpose(2, 0, 1, 3), last.swapaxes(0, 1)], hidden_size=2, linear_before_reset=1, layout=1)

w, r, b, p = f(2, 8, 3), f(2, 8, 2), f(2, 16), f(2, 6)
h, c = f(2, 2, 2), f(2, 2, 2)


def lstm(coupled):
    def step(d, x, s):
        gates = np.split(x @ w[d].T + s[0] @ r[d].T + b[d][:8] + b[d][8:], 4, -1)
        pi, po, pf = np.split(p[d], 3)
        i = sigmoid(gates[0] + pi * s[1])
        g = 1 - i if coupled else sigmoid(gates[2] + pf * s[1])
        c = g * s[1] + i * np.tanh(gates[3])
        return [sigmoid(gates[1] + po * c) * np.tanh(c), c]
    return step


case("LSTM", "peepholes", 22, [x, w, r, b, lengths, h, c, p],
     walk(x, 2, False, 2, lstm(False), [[h[0], c[0]], [h[1], c[1]]], lengths), hidden_size=2, direction="bidirectional")
case("LSTM", "first_version", 1, [x, w[:1], r[:1], b[:1], None, h[:1], c[:1], p[:1]],
     walk(x, 1, False, 2, lstm(True), [[h[0], c[0]]]), hidden_size=2, input_forget=1)

# Attention
case("Attention", "grouped", 23, [f(1, 3, 8), f(1, 4, 4), f(1, 4, 4)], q_num_heads=4, kv_num_heads=2, is_causal=1)
case("Attention", "cache", 24, [f(1, 2, 2, 3), f(1, 2, 2, 3), f(1, 2, 2, 4), random.random((2, 5)) > 0.3,
                                f(1, 2, 3, 3), f(1, 2, 3, 4)], softcap=2.0, scale=0.7, qk_matmul_output_mode=2, outputs=4)
case("Attention", "window", 25, [f(2, 1, 3, 2), f(2, 1, 5, 2), f(2, 1, 5, 2), f(3, 4), None, None, np.array([4, 3])],
     left_window_size=2, right_window_size=1)
case("Attention", "bfloat16", 24, [f(1, 2, 3, 4).astype(ml_dtypes.bfloat16) for _ in range(3)])
case("RotaryEmbedding", "positions", 23, [f(1, 2, 3, 6), f(8, 2), f(8, 2), np.array([[5, 0, 7]])],
     rotary_embedding_dim=4)
case("RotaryEmbedding", "interleaved", 23, [f(1, 3, 8), f(1, 3, 2), f(1, 3, 2)], interleaved=1, num_heads=2)
case("LinearAttention", "gated_delta", 27,
     [f(1, 3, 8), f(1, 3, 4), f(1, 3, 6), f(1, 2, 2, 3), -positive(1, 3, 4), positive(1, 3, 1)], q_num_heads=4,
     kv_num_heads=2, outputs=2)
case("LinearAttention", "linear", 27, [f(1, 3, 4), f(1, 3, 4), f(1, 3, 6)], q_num_heads=2, kv_num_heads=2,
     update_rule="linear", scale=0.5, outputs=2)
case("SwiGLU", "alpha", 28, [f(2, 3), f(2, 3)], alpha=1.5)
scores = helper.make_tensor_value_info("scores", TensorProto.FLOAT, None)
changed = helper.make_tensor_value_info("changed", TensorProto.FLOAT, None)
body = helper.make_graph([helper.make_node("Tanh", ["scores"], ["changed"])], "score_mod", [scores], [changed])
q, k, v = f(1, 2, 2, 3), f(1, 1, 4, 3), f(1, 1, 4, 2)
e = np.exp(np.tanh(q @ k.swapaxes(-1, -2) / np.sqrt(3)))
case("FlexAttention", "score_mod", 1, [q, k, v], [(e / e.sum(-1, keepdims=True) @ v).astype(np.float32)],
     domain="ai.onnx.preview", score_mod=body)
