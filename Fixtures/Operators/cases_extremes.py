"""Cases of infinities, NaN, zeros of both signs, and places outside of an image.

Made with onnx==1.23.2 and numpy==2.4.6; see generate.py. ONNX's reference evaluator is the truth, but for
- `GridSample` of cubics with the border repeated: it moves the place between the elements to the border, too. PyTorch's
  `grid_sample`, which the operator follows, and onnxruntime take each of the 16 elements from the border. The sum is
  written out here in 64 bits.
- `LRN` of one channel, which it leaves out of the sum.
"""

import numpy as np

random = np.random.default_rng(31)
CASES = []
EXTREMES = np.array(
    [np.nan, np.inf, -np.inf, 0, -0.0, 1e-45, -1e-45, 1.2e-38, -1e-30, 1e10, -1e10, 3.4028235e38, -3.4028235e38, 20, -20,
     0.5, -0.5], np.float32).reshape(1, -1, 1, 1)


def case(op, name, opset, inputs, expected=None, atol=1e-7, **attributes):
    entry = {"op": op, "name": name, "opset": opset, "inputs": inputs, "attributes": attributes, "rtol": 1e-5, "atol": atol}
    if expected is not None:
        entry["expected"] = [expected]
    CASES.append(entry)


for op, opset in (("Gelu", 20), ("HardSwish", 14), ("Mish", 18), ("Swish", 24), ("Sigmoid", 13), ("Tanh", 13), ("Elu", 6),
                  ("LeakyRelu", 16), ("HardSigmoid", 6), ("Relu", 14), ("Softplus", 22), ("Softsign", 22), ("Selu", 22)):
    case(op, "extremes", opset, [EXTREMES])

bases, exponents = np.meshgrid(
    np.array([-np.inf, -3, -1, -0.5, -0.0, 0, 0.5, 1, 3, np.inf, np.nan], np.float32),
    np.array([-np.inf, -3, -2, -0.5, 0, 1, 2, 3, 5, np.inf, np.nan], np.float32))
with np.errstate(all="ignore"):
    case("Pow", "extremes", 15, [bases.copy(), exponents.copy()], np.power(bases, exponents))
    # A whole exponent of floating point is exact, as it is for Python's integers.
    integers = np.array([2**62 + 1, -3, 5, 9, 2**63 - 1, 0], np.int64)
    case("Pow", "integer_by_float", 15, [integers, np.array([1, 3, -1, 0.5, 1, 0], np.float32)],
         np.array([(2**62 + 1)**1, (-3)**3, 0, 3, 2**63 - 1, 1], np.int64))
    lines = np.array([np.inf, 1, 2e19, 0, -np.inf, 3], np.float32).reshape(1, 1, 2, 3)
    case("LRN", "infinite", 13, [lines], lines / (1 + lines * lines) ** np.float32(0.75), size=1, alpha=1.0)

# An infinite weight makes NaN of the zeros around an image.
infinite = random.standard_normal((2, 1, 2, 3)).astype(np.float32)
infinite[0, 0, 1, 0], infinite[1, 0, 0, 1] = np.inf, -np.inf
case("Conv", "infinite_weights", 11, [random.standard_normal((1, 1, 4, 5)).astype(np.float32), infinite],
     pads=[1, 1, 0, 1])


def weight(distance):
    """Keys' cubic with a = -3/4."""
    a, t = -0.75, abs(distance)
    if t <= 1:
        return ((a + 2) * t - (a + 3)) * t * t + 1
    return ((a * t - 5 * a) * t + 8 * a) * t - 4 * a if t < 2 else 0.0


def bicubic_border(data, grid, aligns):
    batch, channels, height, width = data.shape
    result = np.zeros((batch, channels) + grid.shape[1:3])
    for n, i, j in np.ndindex(batch, *grid.shape[1:3]):
        x, y = grid[n, i, j].astype(np.float64)
        x = (x + 1) / 2 * (width - 1) if aligns else ((x + 1) * width - 1) / 2
        y = (y + 1) / 2 * (height - 1) if aligns else ((y + 1) * height - 1) / 2
        left, top = int(np.floor(x)), int(np.floor(y))
        for row in range(top - 1, top + 3):
            for column in range(left - 1, left + 3):
                element = data[n, :, np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)].astype(np.float64)
                result[n, :, i, j] += weight(y - row) * weight(x - column) * element
    return result.astype(np.float32)


image = random.standard_normal((2, 2, 3, 4)).astype(np.float32)
grid = random.uniform(-1.6, 1.6, (2, 4, 5, 2)).astype(np.float32)
for aligns in (0, 1):
    case("GridSample", f"bicubic_border_{aligns}", 20, [image, grid], bicubic_border(image, grid, bool(aligns)),
         mode="cubic", padding_mode="border", align_corners=aligns, atol=1e-5)
