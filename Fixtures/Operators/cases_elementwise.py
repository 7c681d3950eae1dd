"""Element by element: arithmetic, comparisons, bits, casts, activations; reductions, quantisation, losses, dropout.

Made with onnx==1.23.2, numpy==2.4.6 and ml_dtypes==0.6.0. What ONNX's reference evaluator cannot do, old versions above
all, is worked out here in double precision and then rounded. Operators that draw at random have cases whose parameters
leave one result only.
"""

import math

import ml_dtypes
import numpy as np
from onnx import TensorProto

random = np.random.default_rng(20262)
CASES = []
F16, F32, F64, BF16 = np.float16, np.float32, np.float64, ml_dtypes.bfloat16
NAN, INF = math.nan, math.inf


def f(*shape, dtype=np.float32, scale=2.0):
    return (random.standard_normal(shape) * scale).astype(dtype)


def ints(low, high, *shape, dtype=np.int32):
    return random.integers(low, high, shape).astype(dtype)


def bools(*shape):
    return random.random(shape) < 0.5


def strings(*values):
    return np.array(values, dtype=object)


def case(op, name, opset, inputs, expected=None, **attributes):
    options = {key: attributes.pop(key) for key in ("outputs", "constants", "rtol", "atol") if key in attributes}
    if expected is not None and not isinstance(expected, list):
        expected = [expected]
    CASES.append(
        dict(op=op, name=name, opset=opset, inputs=inputs, expected=expected, attributes=attributes, **options))


def rounded(function, *inputs):
    """The function in double precision, rounded to the first input's type."""
    with np.errstate(all="ignore"):
        return np.asarray(function(*(np.asarray(x).astype(F64) for x in inputs))).astype(inputs[0].dtype)


# Functions of one number: operator, oldest version, newest version, function, inputs that matter
erf = np.vectorize(math.erf, otypes=[F64])


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softplus(x):
    return np.logaddexp(0, x)


UNARY = [
    ("Acos", 7, 22, np.arccos, [-1, -0.5, 0, 0.25, 1, 1.5]),
    ("Acosh", 9, 22, np.arccosh, [1, 1.5, 2, 10, 100, 0.5]),
    ("Asin", 7, 22, np.arcsin, [-1, -0.5, 0, 0.25, 1, 1.5]),
    ("Asinh", 9, 22, np.arcsinh, [-10, -0.5, 0, 0.25, 1, 100]),
    ("Atan", 7, 22, np.arctan, [-10, -0.5, 0, 0.25, INF, -INF]),
    ("Atanh", 9, 22, np.arctanh, [-0.9, -0.5, 0, 0.25, 1, 2]),
    ("Ceil", 6, 13, np.ceil, [-1.5, -0.5, 0.5, 2, 2.0001, INF]),
    ("Cos", 7, 22, np.cos, [-3, -0.5, 0, 0.25, 10, INF]),
    ("Cosh", 9, 22, np.cosh, [-3, -0.5, 0, 0.25, 5, -INF]),
    ("Erf", 9, 13, erf, [-3, -0.5, 0, 0.25, 1, INF]),
    ("Exp", 6, 13, np.exp, [-3, -0.5, 0, 0.25, 5, -INF]),
    ("Floor", 6, 13, np.floor, [-1.5, -0.5, 0.5, 2, 1.9999, -INF]),
    ("HardSwish", 14, 22, lambda x: x * np.clip(x / 6 + 0.5, 0, 1), [-4, -3, -1, 0, 2.5, 4]),
    ("Log", 6, 13, np.log, [0, 0.25, 1, 10, INF, -1]),
    ("Mish", 18, 22, lambda x: x * np.tanh(softplus(x)), [-30, -1, 0, 0.5, 3, 40]),
    ("Reciprocal", 6, 13, np.reciprocal, [-4, -0.5, 0.125, 3, INF, 0]),
    ("Round", 11, 22, np.rint, [-2.5, -1.5, -0.5, 0.5, 1.5, 2.4]),
    ("Sigmoid", 6, 13, sigmoid, [-30, -1, 0, 0.5, 3, INF]),
    ("Sin", 7, 22, np.sin, [-3, -0.5, 0, 0.25, 10, INF]),
    ("Sinh", 9, 22, np.sinh, [-3, -0.5, 0, 0.25, 5, -INF]),
    ("Softplus", 1, 22, softplus, [-30, -1, 0, 0.5, 3, 80]),
    ("Softsign", 1, 22, lambda x: x / (1 + abs(x)), [-30, -1, 0, 0.5, 3, 80]),
    ("Sqrt", 6, 13, np.sqrt, [0, 0.25, 2, 9, INF, -1]),
    ("Tan", 7, 22, np.tan, [-3, -0.5, 0, 0.25, 1.5, 10]),
    ("Tanh", 6, 13, np.tanh, [-10, -0.5, 0, 0.25, 1, INF]),
]
for op, old, new, function, values in UNARY:
    x = np.array(values + [NAN], F32)
    case(op, "float", new, [x])
    x = f(2, 3, 4, scale=0.9)
    x = abs(x) + F32(1) if op == "Acosh" else np.clip(x, -0.95, 0.95) if op in ("Acos", "Asin", "Atanh") else x
    x = abs(x) if op in ("Log", "Sqrt") else x
    case(op, f"version_{old}", old, [x], rounded(function, x))
    half = x[0].astype(F16)
    case(op, "half", new, [half], rounded(function, half))
for op, function in (("Ceil", np.ceil), ("Exp", np.exp), ("Reciprocal", np.reciprocal), ("Sigmoid", sigmoid),
                     ("Tanh", np.tanh)):
    x = f(2, 3)
    case(op, "version_1", 1, [x], rounded(function, x), consumed_inputs=[0])
x = f(2, 5, dtype=BF16)
case("Tanh", "bfloat16", 13, [x], rounded(np.tanh, x), rtol=1e-2)
x = f(2, 5, dtype=F64)
case("Exp", "double", 13, [x], rtol=1e-12)
case("Sqrt", "scalar", 13, [np.array(7, F64)], rtol=1e-12)

# Signs
case("Abs", "float", 13, [np.array([-1.5, -0.0, 0, 2, -INF, NAN], F32)])
case("Abs", "int8", 13, [np.array([-127, -1, 0, 5, 127], np.int8)])
case("Abs", "version_6", 6, [x := ints(-50, 50, 2, 3, dtype=np.int64)], abs(x))
case("Abs", "version_1", 1, [x := f(2, 3)], abs(x), consumed_inputs=[0])
case("Neg", "float", 13, [np.array([-1.5, 2, -INF, NAN], F32)])
case("Neg", "int64", 13, [ints(-9, 9, 2, 3, dtype=np.int64)])
case("Neg", "version_6", 6, [x := ints(-50, 50, 2, 3, dtype=np.int8)], -x)
case("Sign", "float", 13, [np.array([-1.5, 0, 2, -INF, INF], F32)])
case("Sign", "version_9", 9, [x := np.array([0, 1, 200], np.uint8)], np.sign(x))
case("Sign", "int32", 13, [ints(-2, 3, 2, 4)])

# Arithmetic of two operands
BINARY = [("Add", np.add), ("Sub", np.subtract), ("Mul", np.multiply), ("Div", np.divide)]
for op, function in BINARY:
    a, b = f(2, 3, 4), f(3, 1)
    case(op, "broadcast", 14, [a, b])
    case(op, "broadcast_both", 14, [f(4, 1, 2), f(3, 1)], constants=[1])
    a, b = f(2, 3, 4, 2), f(3, 4)
    case(op, "version_6_axis", 6, [a, b], rounded(function, a, b[:, :, None]), broadcast=1, axis=1)
    a, b = f(2, 3, 4), f(2)
    case(op, "version_6_axis_negative", 6, [a, b], rounded(function, a, b[:, None, None]), broadcast=1, axis=-3)
    a, b = f(2, 3, 4), f(3, 4)
    case(op, "version_1_suffix", 1, [a, b], rounded(function, a, b), broadcast=1, consumed_inputs=[0, 0])
    a, b = f(2, 3), f(2, 3)
    case(op, "version_6", 6, [a, b], rounded(function, a, b))
    a, b = f(2, 3), f()
    case(op, "version_7", 7, [a, b], rounded(function, a, b))
    a, b = f(3, dtype=F16), f(2, 1, dtype=F16)
    case(op, "half", 14, [a, b], rounded(function, a, b))
case("Add", "uint8_wraps", 14, [np.array([200, 255, 3], np.uint8), np.array([100, 1, 4], np.uint8)])
case("Sub", "int8_wraps", 14, [np.array([-128, 100, 3], np.int8), np.array([1, -100, 4], np.int8)])
case("Mul", "int32_wraps", 14, [np.array([1 << 30, -7, 3], np.int32), np.array([4, 6, -5], np.int32)])
a, b = np.array([7, -7, 7, -7, 6], np.int32), np.array([2, 2, -2, -2, 3], np.int32)
case("Div", "int32", 14, [a, b], np.trunc(a / b).astype(np.int32))
case("Div", "uint8", 14, [np.array([255, 7, 0], np.uint8), np.array([2, 8, 3], np.uint8)])
case("Div", "by_zero", 14, [np.array([1, -1, 0], F32), np.array([0, 0, 0], F32)])
case("Mod", "int32", 13, [np.array([7, -7, 7, -7, 6], np.int32), np.array([3, 3, -3, -3, 3], np.int32)])
case("Mod", "int64_truncated", 10, [a.astype(np.int64), np.array([3, 3, -3, -3, 3])],
     np.array([1, -1, 1, -1, 0]), fmod=1)
case("Mod", "fmod", 13, [np.array([[5.5, -5.5], [5.5, -5.5]], F32), np.array([[2], [-2]], F32)], fmod=1)
a, b = np.array([5.5, -5.5, 5.5, -5.5, 6], F32), np.array([2, 2, -2, -2, 3], F32)
case("Mod", "version_28", 28, [a, b], a - np.floor(a / b) * b)
case("Mod", "uint8", 10, [np.array([255, 7, 8], np.uint8), np.array([16], np.uint8)])

case("Pow", "float", 15, [np.array([[-2, 0, 0.5, 3]], F32), np.array([[0], [2], [3], [-1]], F32)])
case("Pow", "fraction", 15, [np.array([-2, 0, 0.25, 9], F32), np.array(0.5, F32)])
case("Pow", "int_base", 12, [np.array([-3, 2, 0, 5], np.int32), np.array([3, 10, 0, 1], np.int64)],
     np.array([-27, 1024, 1, 5], np.int32))
case("Pow", "int_exponent", 13, [f(2, 3), np.array([1, 2, 3], np.int32)])
a, b = np.array([2, 3, 5], np.int64), np.array([0.5, 2, 1.5], F32)
case("Pow", "float_exponent", 15, [a, b], np.trunc(np.power(a.astype(F64), b)).astype(np.int64))
a, b = abs(f(2, 3, 4)), f(3, scale=1)
case("Pow", "version_1_axis", 1, [a, b], rounded(np.power, a, b[:, None]), broadcast=1, axis=1)
case("Pow", "version_7", 7, [a, c := f(2, 1, 4, scale=1)], rounded(np.power, a, c))
a = abs(f(4, dtype=F16))
case("Pow", "half", 15, [a, np.array([2], F16)], rounded(np.square, a))

# Bits
for op, function in (("BitwiseAnd", np.bitwise_and), ("BitwiseOr", np.bitwise_or), ("BitwiseXor", np.bitwise_xor)):
    case(op, "int32", 18, [ints(-100, 100, 2, 1, 3), ints(-100, 100, 4, 1)])
    case(op, "uint8", 18, [ints(0, 256, 2, 3, dtype=np.uint8), ints(0, 256, 2, 3, dtype=np.uint8)])
case("BitwiseNot", "int64", 18, [ints(-100, 100, 2, 3, dtype=np.int64)])
case("BitwiseNot", "uint16", 18, [ints(0, 65536, 4, dtype=np.uint16)])
case("BitShift", "left", 11, [np.array([[1, 16, 200]], np.uint8), np.array([[1], [4]], np.uint8)], direction="LEFT")
case("BitShift", "right", 11, [np.array([16, 1 << 63, 3], np.uint64), np.array([1, 60, 2], np.uint64)],
     direction="RIGHT")
a, b = np.array([-16, -1, 7, 1 << 20], np.int32), np.array([2, 5, 1, 3], np.int32)
case("BitShift", "signed_right", 28, [a, b], a >> b, direction="RIGHT")
case("BitCast", "float_to_int32", 26, [x := np.array([1, -2.5, 0, INF], F32)], x.view(np.int32),
     to=TensorProto.INT32)
case("BitCast", "int8_to_uint8", 26, [x := np.array([[-1, 1], [127, -128]], np.int8)], x.view(np.uint8),
     to=TensorProto.UINT8)
case("BitCast", "uint16_to_bfloat16", 26, [x := np.array([0x3F80, 0xC000], np.uint16)], x.view(BF16),
     to=TensorProto.BFLOAT16)

# Comparisons and logic
for op, function, integers in (("Equal", np.equal, 7), ("Greater", np.greater, 9), ("Less", np.less, 9),
                               ("GreaterOrEqual", np.greater_equal, 12), ("LessOrEqual", np.less_equal, 12)):
    newest = {"Equal": 19, "Greater": 13, "Less": 13}.get(op, 16)
    case(op, "float", newest, [np.array([[1], [NAN], [INF], [-0.0]], F32), np.array([1, 0, NAN, INF], F32)])
    case(op, "integers", integers, [a := ints(0, 3, 2, 1, 4, dtype=np.int64), b := ints(0, 3, 3, 1, dtype=np.int64)],
         function(a, b))
    case(op, "uint8", newest, [np.array([0, 200, 255], np.uint8), np.array([200], np.uint8)])
    case(op, "half", newest, [ints(0, 2, 5).astype(F16), ints(0, 2, 5).astype(F16)])
    if "Or" not in op:
        kind = np.int32 if op == "Equal" else F32
        a, b = ints(0, 3, 2, 3, 4).astype(kind), ints(0, 3, 3).astype(kind)
        case(op, "version_1_axis", 1, [a, b], function(a, b[:, None]), broadcast=1, axis=1)
case("Equal", "version_7_bool", 7, [a := bools(2, 3), b := bools(3)], a == b)
case("Equal", "strings", 19, [strings("a", "b", ""), strings("a", "B", "")])
for op, function in (("And", np.logical_and), ("Or", np.logical_or), ("Xor", np.logical_xor)):
    case(op, "broadcast", 7, [bools(2, 1, 4), bools(3, 1)])
    a, b = bools(2, 3, 4), bools(3)
    case(op, "version_1_axis", 1, [a, b], function(a, b[:, None]), broadcast=1, axis=1)
    a, b = bools(2, 3), bools(2, 3)
    case(op, "version_1", 1, [a, b], function(a, b))
case("Not", "bool", 1, [bools(2, 3)])
case("IsInf", "half", 20, [np.array([1, INF, -INF, NAN], F16)])
case("IsInf", "positive", 10, [np.array([1, INF, -INF, NAN], F32)], detect_negative=0)
case("IsInf", "negative", 10, [np.array([1, INF, -INF, NAN], F64)], detect_positive=0)
case("IsNaN", "float", 9, [np.array([[1, INF], [-INF, NAN]], F32)])
case("IsNaN", "half", 13, [np.array([1, INF, -INF, NAN], F16)])
case("IsNaN", "bfloat16", 20, [x := np.array([1, INF, -INF, NAN], BF16)], np.isnan(x.astype(F32)))

case("Where", "broadcast", 16, [bools(2, 1, 3), f(4, 1), f(3)])
case("Where", "int64", 9, [bools(2, 3), ints(0, 9, 2, 3, dtype=np.int64), np.array(-1)])
case("Where", "strings", 9, [np.array([True, False]), strings("a", "b"), strings("c", "d")])
case("Where", "half", 16, [bools(5), f(5, dtype=F16), f(1, dtype=F16)])
case("Where", "bool", 16, [bools(5), bools(5), bools(5)])

# Several operands
for op, function in (("Sum", lambda *x: sum(x)), ("Mean", lambda *x: sum(x) / len(x)),
                     ("Max", lambda *x: np.stack(np.broadcast_arrays(*x)).max(0)),
                     ("Min", lambda *x: np.stack(np.broadcast_arrays(*x)).min(0))):
    operands = [f(2, 1, 4), f(3, 1), f()]
    case(op, "broadcast", 13, operands, rounded(function, *operands))
    case(op, "one", 13, [f(2, 3)])
    operands = [f(2, 3) for _ in range(3)]
    case(op, "version_6", 6, operands, rounded(function, *operands))
    case(op, "version_1", 1, operands[:2], rounded(function, *operands[:2]), consumed_inputs=[0, 0])
    case(op, "version_8", 8, [operands[0], row := f(3)], rounded(function, operands[0], row))
    operands = [f(4, dtype=F16) for _ in range(3)]
    case(op, "half", 13, operands, rounded(function, *operands))
for op in ("Max", "Min"):
    case(op, "int8", 13, [ints(-128, 128, 2, 4, dtype=np.int8), ints(-128, 128, 4, dtype=np.int8)])
    case(op, "uint64", 12, [np.array([1 << 63, 3, 0], np.uint64), np.array([4], np.uint64)])
    case(op, "nan", 13, [np.array([NAN, 1, INF], F32), np.array([1, NAN, -INF], F32)])

case("Clip", "version_6", 6, [x := f(2, 3)], np.clip(x, F32(-1), F32(0.5)), min=-1.0, max=0.5)
case("Clip", "version_6_max", 6, [x := f(2, 3)], np.minimum(x, F32(0.5)), max=0.5)
case("Clip", "version_1", 1, [x := f(2, 3)], np.maximum(x, F32(0)), min=0.0, consumed_inputs=[0])
case("Clip", "inputs", 13, [f(2, 3), np.array(-1, F32), np.array(1, F32)])
case("Clip", "version_11_min", 11, [x := f(2, 3), np.array(0, F32)], np.maximum(x, F32(0)), constants=[1])
case("Clip", "max_only", 13, [x := f(2, 3), None, np.array(0, F32)], np.minimum(x, F32(0)), constants=[2])
case("Clip", "crossed", 13, [x := f(2, 3), np.array(2, F32), np.array(1, F32)], np.full_like(x, 1))
case("Clip", "int8", 12, [ints(-128, 128, 6, dtype=np.int8), np.int8(-5), np.int8(100)])
case("Clip", "unbounded", 13, [f(2, 3)])
case("Clip", "half", 13, [f(5, dtype=F16), np.array(0, F16), np.array(6, F16)])

# Casts
case("Cast", "version_1", 1, [x := np.array([-1.9, 0.9, 3], F32)], x.astype(np.int32), to="INT32")
case("Cast", "version_1_float", 1, [x := ints(-5, 5, 2, 3)], x.astype(F32), to="FLOAT")
case("Cast", "version_6", 6, [x := np.array([-1.9, 0, 0.9, 3], F32)], x.astype(np.int64), to=TensorProto.INT64)
case("Cast", "to_bool", 13, [np.array([0, -0.0, 0.1, -3, NAN], F32)], to=TensorProto.BOOL)
case("Cast", "from_bool", 13, [bools(2, 3)], to=TensorProto.FLOAT16)
case("Cast", "to_half", 13, [np.array([1.0001, 65519, 65520, 1e-8, -INF, NAN], F32)], to=TensorProto.FLOAT16)
x = np.array([1.00390625, 1.01171875, -3.3e38, 3.4e38, NAN], F32)
case("Cast", "to_bfloat16", 13, [x], x.astype(BF16), to=TensorProto.BFLOAT16)
case("Cast", "narrowed_integers", 13, [np.array([300, -1, 128, 255], np.int32)], to=TensorProto.UINT8)
case("Cast", "widened_integers", 13, [np.array([-128, -1, 127], np.int8)], to=TensorProto.INT64)
case("Cast", "to_strings", 9, [x := np.array([-12, 0, 7])], strings("-12", "0", "7"), to=TensorProto.STRING)
case("Cast", "from_strings", 9, [strings("1.5", "-2e3", "+INF", "-inf", "NaN")],
     np.array([1.5, -2000, INF, -INF, NAN], F32), to=TensorProto.FLOAT)
case("Cast", "strings_to_integers", 13, [strings("-12", "0", "7")], np.array([-12, 0, 7]), to=TensorProto.INT64)
x = np.array([0.1, 1, -447, 448, 500, INF, NAN], F32)
case("Cast", "to_float8", 19, [x], to=TensorProto.FLOAT8E4M3FN)
case("Cast", "to_float8_beyond", 19, [x], to=TensorProto.FLOAT8E5M2, saturate=0)
case("Cast", "to_int4", 21, [np.array([-8, -3.7, 0, 7], F32)], to=TensorProto.INT4)
case("Cast", "from_uint4", 21, [np.array([0, 7, 15], ml_dtypes.uint4)], to=TensorProto.FLOAT)
case("Cast", "to_float4", 23, [np.array([0, 0.25, 0.75, 5, 7, -2.4], F32)], to=TensorProto.FLOAT4E2M1)
case("Cast", "double_to_float", 13, [np.array([1 / 3, 1e39, -1e-50], F64)], to=TensorProto.FLOAT)
case("CastLike", "float_to_int32", 15, [np.array([-1.9, 0.9, 3], F32), np.zeros((1,), np.int32)])
case("CastLike", "int64_to_half", 25, [ints(-9, 9, 2, 3, dtype=np.int64), np.zeros((), F16)])
case("CastLike", "to_float8_beyond", 19, [x, np.zeros((1,), ml_dtypes.float8_e4m3fn)], saturate=0)

case("Identity", "float", 1, [f(2, 3)])
case("Identity", "strings", 13, [strings("a", "", "ü")])
case("Identity", "sequence", 14, [[f(2, 3), f(4)]])
case("Identity", "int4", 21, [np.array([-8, 0, 7], ml_dtypes.int4)])

# Activations with parameters
ACTIVATIONS = [
    ("Celu", 12, 28, lambda x, alpha=1.0: np.maximum(x, 0) + np.minimum(0, alpha * np.expm1(x / alpha)),
     {"alpha": 2.0}),
    ("Elu", 6, 22, lambda x, alpha=1.0: np.where(x > 0, x, alpha * np.expm1(x)), {"alpha": 0.5}),
    ("HardSigmoid", 6, 22, lambda x, alpha=0.2, beta=0.5: np.clip(alpha * x + beta, 0, 1),
     {"alpha": 0.5, "beta": 0.25}),
    ("LeakyRelu", 6, 16, lambda x, alpha=0.01: np.where(x > 0, x, alpha * x), {"alpha": 0.125}),
    ("Selu", 6, 22, lambda x, alpha=1.67326319217681884765625, gamma=1.05070102214813232421875:
        gamma * np.where(x > 0, x, alpha * np.expm1(x)), {"alpha": 2.0, "gamma": 0.75}),
    ("Shrink", 9, 9, lambda x, bias=0.0, lambd=0.5: np.where(x < -lambd, x + bias, np.where(x > lambd, x - bias, 0)),
     {"bias": 0.25, "lambd": 0.75}),
    ("Swish", 24, 24, lambda x, alpha=1.0: x * sigmoid(alpha * x), {"alpha": 1.5}),
    ("ThresholdedRelu", 10, 22, lambda x, alpha=1.0: np.where(x > alpha, x, 0), {"alpha": 0.25}),
]
for op, old, new, function, attributes in ACTIVATIONS:
    case(op, "defaults", old, [x := f(2, 3)], rounded(function, x))
    # Version 12 of Celu has floats alone, and ONNX's evaluator forgets alpha.
    case(op, "attributes", new, [x := f(2, 3, 4)], rounded(lambda x: function(x, **attributes), x), **attributes)
    half = f(6, dtype=F16)
    case(op, "half", new, [half], rounded(function, half))
case("Elu", "version_1", 1, [x := f(2, 3)], rounded(ACTIVATIONS[1][3], x), consumed_inputs=[0])
case("LeakyRelu", "version_1", 1, [x := f(2, 3)], rounded(ACTIVATIONS[3][3], x), consumed_inputs=[0])
x = f(2, 3)
case("Selu", "version_1", 1, [x], rounded(lambda x: ACTIVATIONS[4][3](x, 1.6732, 1.0507), x), rtol=1e-6, atol=0)
case("Shrink", "int32", 9, [np.array([-3, -2, -1, 0, 1, 2, 3], np.int32)], bias=1.0, lambd=1.5)
case("Gelu", "exact", 20, [x := f(2, 3)], rounded(lambda x: x / 2 * (1 + erf(x / math.sqrt(2))), x))
gelu_tanh = lambda x: x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
case("Gelu", "tanh", 20, [x := f(2, 3)], rounded(gelu_tanh, x), approximate="tanh")
case("Gelu", "half", 20, [x := f(6, dtype=F16)], rounded(lambda x: x / 2 * (1 + erf(x / math.sqrt(2))), x))
case("Relu", "float", 14, [np.array([-1, 0, 2, INF, -INF, NAN], F32)])
case("Relu", "version_6", 6, [x := f(2, 3)], np.maximum(x, 0))
case("Relu", "version_1", 1, [x := f(2, 3)], np.maximum(x, 0), consumed_inputs=[0])
case("Relu", "int8", 14, [ints(-128, 128, 6, dtype=np.int8)])
case("Relu", "half", 13, [f(6, dtype=F16)])
x, slope = f(2, 3, 4), f(3)
case("PRelu", "version_6_channels", 6, [x, slope], np.where(x < 0, x * slope[:, None], x), constants=[1])
case("PRelu", "version_1_shared", 1, [x, one := f(1)], np.where(x < 0, x * one, x), consumed_inputs=[0, 0])
case("PRelu", "channels", 16, [f(2, 3, 4, 2), f(3, 1, 1)], constants=[1])
case("PRelu", "version_7_suffix", 7, [x := f(2, 3, 4), slope := f(4)], np.where(x < 0, x * slope, x))
case("PRelu", "int32", 9, [x := ints(-9, 9, 2, 3), slope := ints(-3, 3, 3)], np.where(x < 0, x * slope, x))
case("PRelu", "half", 16, [f(2, 3, dtype=F16), f(1, dtype=F16)])


def softmax(x, axis):
    power = np.exp(x - x.max(axis, keepdims=True))
    return power / power.sum(axis, keepdims=True)


def log_softmax(x, axis):
    shifted = x - x.max(axis, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis, keepdims=True))


def hardmax(x, axis):
    first = np.expand_dims(x.argmax(axis), axis)
    result = np.zeros_like(x)
    np.put_along_axis(result, first, 1, axis)
    return result


def flattened(function, x, axis):
    """Before version 13 all axes from the given one on were one."""
    return rounded(lambda x: function(x.reshape(math.prod(x.shape[:axis]), -1), 1).reshape(x.shape), x)


for op, function in (("Softmax", softmax), ("LogSoftmax", log_softmax), ("Hardmax", hardmax)):
    case(op, "last", 13, [f(2, 3, 4)])
    case(op, "middle", 13, [f(2, 3, 4)], axis=1)
    case(op, "negative", 13, [f(2, 3, 4)], axis=-3)
    case(op, "version_11_flattened", 11, [x := f(2, 3, 4)], flattened(function, x, 1))
    case(op, "version_11_negative", 11, [x := f(2, 3, 2, 2)], flattened(function, x, 2), axis=-2)
    case(op, "version_1_all", 1, [x := f(2, 3)], flattened(function, x, 0), axis=0)
    case(op, "half", 13, [x := f(2, 5, dtype=F16)], rounded(lambda x: function(x, -1), x))
    x = np.array([[1000, 1001, 999], [-1e30, 0, -5]], F32)
    case(op, "large", 13, [x], rounded(lambda x: function(x, -1), x))
case("Hardmax", "ties", 13, [np.array([[1, 3, 3], [2, 2, 2]], F32)])

# Reductions
REDUCTIONS = {
    "ReduceL1": lambda x, **o: abs(x).sum(**o),
    "ReduceL2": lambda x, **o: np.sqrt((x * x).sum(**o)),
    "ReduceLogSum": lambda x, **o: np.log(x.sum(**o)),
    "ReduceLogSumExp": lambda x, **o: np.log(np.exp(x).sum(**o)),
    "ReduceMax": lambda x, **o: x.max(**o),
    "ReduceMean": lambda x, **o: x.mean(**o),
    "ReduceMin": lambda x, **o: x.min(**o),
    "ReduceProd": lambda x, **o: x.prod(**o),
    "ReduceSum": lambda x, **o: x.sum(**o),
    "ReduceSumSquare": lambda x, **o: (x * x).sum(**o),
}
for op, function in REDUCTIONS.items():
    log = op == "ReduceLogSum"

    def data(*shape, dtype=np.float32):
        return f(*shape, dtype=dtype) if not log else (abs(f(*shape)) + 0.5).astype(dtype)

    def reduced(x, axis=None, keepdims=True):
        return rounded(lambda x: function(x, axis=axis, keepdims=keepdims), x)

    new = {"ReduceSum": 13, "ReduceMax": 20, "ReduceMin": 20, "ReduceLogSum": 28, "ReduceLogSumExp": 28}.get(op, 18)
    axes = 13 if op == "ReduceSum" else 18
    case(op, "axes", axes, [x := data(2, 3, 4), np.array([-1, 0])], reduced(x, (0, 2)), constants=[1])
    case(op, "axes_computed", new, [x := data(2, 3, 4), np.array([1])], reduced(x, 1, False), keepdims=0)
    case(op, "all", axes, [x := data(2, 3)], reduced(x))
    case(op, "no_axes", axes, [x := data(2, 3), np.array([], np.int64)], reduced(x, ()), constants=[1],
         noop_with_empty_axes=1)
    case(op, "no_axes_all", new, [x := data(2, 3), np.array([], np.int64)], reduced(x, None, False), constants=[1],
         keepdims=0)
    case(op, "version_11_attribute", 11, [x := data(2, 3, 4)], reduced(x, (1, 2), False), axes=[-2, -1], keepdims=0)
    case(op, "version_1_attribute", 1, [x := data(2, 3, 4)], reduced(x, (0, 2)), axes=[0, 2])
    case(op, "half", new, [x := data(2, 4, dtype=F16), np.array([1])], reduced(x, 1), constants=[1])
    if op not in ("ReduceLogSum", "ReduceLogSumExp", "ReduceL2"):
        x = ints(-9, 10, 2, 3, 4)
        old = {"axes": [1]} if op != "ReduceSum" else {}
        inputs = [x] if old else [x, np.array([1])]
        expected = function(x.astype(np.int64), axis=1, keepdims=True)
        if op == "ReduceMean":
            expected = np.trunc(expected)
        case(op, "int32", 13, inputs, expected.astype(np.int32), **old)
    if op != "ReduceMean":
        empty = {"ReduceProd": 1, "ReduceMax": -INF, "ReduceMin": INF, "ReduceLogSum": -INF, "ReduceLogSumExp": -INF}
        case(op, "empty", new, [np.zeros((2, 0, 3), F32), np.array([1])],
             np.full((2, 1, 3), empty.get(op, 0), F32), constants=[1])
for op in ("ReduceMax", "ReduceMin"):
    case(op, "bool", 20, [bools(3, 4), np.array([1])], constants=[1])
    case(op, "uint8", 12, [x := ints(0, 256, 3, 4, dtype=np.uint8)], REDUCTIONS[op](x, axis=0, keepdims=True), axes=[0])
    case(op, "nan", 18, [np.array([[1, NAN], [3, 2]], F32), np.array([1])], constants=[1])
case("ReduceLogSumExp", "large", 18, [np.array([[1000, 1000], [-1000, -1001]], F32), np.array([1])],
     np.array([[1000 + math.log(2)], [-1000 + math.log1p(math.exp(-1))]], F32), constants=[1])

for op, function in (("ArgMax", np.argmax), ("ArgMin", np.argmin)):
    case(op, "defaults", 13, [f(2, 3, 4)])
    case(op, "negative", 13, [f(2, 3, 4)], axis=-1, keepdims=0)
    case(op, "ties", 12, [np.array([[2, 1, 2, 1], [3, 3, 3, 3]], F32)], axis=1)
    case(op, "ties_last", 12, [np.array([[2, 1, 2, 1], [3, 3, 3, 3]], F32)], axis=1, select_last_index=1)
    case(op, "version_1", 1, [x := ints(-9, 9, 3, 4)], function(x, 0)[None])
    case(op, "version_11", 11, [x := ints(0, 256, 3, 4, dtype=np.uint8)], function(x, 0), axis=-2, keepdims=0)
    case(op, "half", 13, [f(2, 5, dtype=F16)], axis=1)


def cumulated(function, x, axis, exclusive, reverse, first):
    x = np.flip(x, axis) if reverse else x
    y = function(x, axis)
    if exclusive:
        head = np.full_like(np.take(x, [0], axis), first)
        y = np.concatenate([head, np.take(y, range(x.shape[axis] - 1), axis)], axis)
    return (np.flip(y, axis) if reverse else y).astype(x.dtype)


for op, function, first, old, new in (("CumSum", np.cumsum, 0, 11, 14), ("CumProd", np.cumprod, 1, 26, 26)):
    for exclusive, reverse in ((0, 0), (1, 0), (0, 1), (1, 1)):
        name = "_".join([word for word, on in (("exclusive", exclusive), ("reverse", reverse)) if on]) or "plain"
        x = f(2, 4, 3)
        case(op, name, old, [x, np.array(1, np.int32)], cumulated(function, x, 1, exclusive, reverse, first),
             exclusive=exclusive, reverse=reverse)
    case(op, "negative_axis", new, [x := f(2, 3), np.array(-2)], cumulated(function, x, 0, 0, 0, first), constants=[1])
    case(op, "int32", new, [x := ints(-4, 5, 2, 5), np.array(1)], cumulated(function, x, 1, 0, 0, first), constants=[1])
    case(op, "half", new, [x := ints(1, 4, 5).astype(F16), np.array(0)], cumulated(function, x, 0, 0, 0, first))

# Quantisation
x = np.array([[-3, -1.25, -0.5, 0], [0.5, 1, 1.5, 300]], F32)
case("QuantizeLinear", "uint8", 10, [x, np.array(0.5, F32), np.array(128, np.uint8)])
case("QuantizeLinear", "no_zero_point", 10, [x, np.array(2, F32)])
y, scale, zero = f(2, 3, 4), np.array([0.05, 0.1, 0.02], F32), np.array([0, 5, -7], np.int8)
case("QuantizeLinear", "axis", 13, [y, scale, zero],
     np.clip(np.rint(y / scale[:, None]) + zero[:, None], -128, 127).astype(np.int8), constants=[1, 2])
case("QuantizeLinear", "negative_axis", 13, [y := f(2, 3), scale, zero],
     np.clip(np.rint(y / scale) + zero, -128, 127).astype(np.int8), axis=-1)
case("QuantizeLinear", "int32", 13, [np.array([-1000, -3, 0, 5, 7], np.int32), np.array(2, F32), np.array(1, np.uint8)],
     np.array([0, 0, 1, 3, 5], np.uint8))
case("QuantizeLinear", "float8", 19, [np.array([0.3, -2, 1000, 7], F32), np.array(0.5, F32),
                                      np.zeros((), ml_dtypes.float8_e4m3fn)])
case("QuantizeLinear", "uint16", 21, [x * 1000, np.array(2, F32), np.array(32768, np.uint16)])
y, scale = f(2, 6), abs(f(2, 2, scale=0.3)) + F32(0.2)
case("QuantizeLinear", "blocks", 21, [y, scale, zero := np.array([[0, 1], [-2, 3]], ml_dtypes.int4)],
     np.clip(np.rint(y / scale.repeat(3, 1)) + zero.astype(int).repeat(3, 1), -8, 7).astype(ml_dtypes.int4), axis=1,
     block_size=3)
case("QuantizeLinear", "output_dtype", 21, [x, np.array(0.25, F32)], output_dtype=TensorProto.INT8)
q = ints(0, 256, 2, 3, dtype=np.uint8)
case("DequantizeLinear", "uint8", 10, [q, np.array(0.5, F32), np.array(128, np.uint8)],
     ((q.astype(F32) - 128) * 0.5).astype(F32))
case("DequantizeLinear", "int32", 10, [q := ints(-100000, 100000, 4), np.array(0.001, F32)], q.astype(F32) * F32(0.001))
scale, zero = np.array([0.05, 0.1, 0.02], F32), np.array([0, 5, -7], np.int8)
q = ints(-128, 128, 2, 3, 4, dtype=np.int8)
case("DequantizeLinear", "axis", 13, [q, scale, zero],
     ((q.astype(np.int32) - zero[:, None]) * scale[:, None]).astype(F32), constants=[0, 1, 2])
case("DequantizeLinear", "negative_axis", 13, [q := ints(-128, 128, 3, 4, dtype=np.int8), scale],
     (q * scale[:, None]).astype(F32), axis=-2)
case("DequantizeLinear", "float8", 19, [np.array([0.25, -2, 448], ml_dtypes.float8_e4m3fn), np.array(0.5, F32)])
case("DequantizeLinear", "half", 19, [q, np.array(0.25, F16), np.array(3, np.int8)],
     ((q.astype(np.int32) - 3) * 0.25).astype(F16))
q, scale, zero = ints(0, 16, 4, 2), abs(f(2, 2)) + F32(0.2), ints(0, 16, 2, 2)
case("DequantizeLinear", "blocks", 21, [q.astype(ml_dtypes.uint4), scale, zero.astype(ml_dtypes.uint4)],
     ((q - zero.repeat(2, 0)) * scale.repeat(2, 0)).astype(F32), axis=0, block_size=2)
case("DequantizeLinear", "output_dtype", 23, [ints(0, 256, 5, dtype=np.uint8), np.array(0.5, F32)],
     output_dtype=TensorProto.FLOAT16)
case("DynamicQuantizeLinear", "both_signs", 11, [f(3, 4)], outputs=3)
case("DynamicQuantizeLinear", "positive", 11, [abs(f(7)) + F32(1)], outputs=3)
case("DynamicQuantizeLinear", "negative", 11, [-abs(f(2, 2, 2)) - F32(1)], outputs=3)

# Losses
for op, new in (("NegativeLogLikelihoodLoss", 22), ("SoftmaxCrossEntropyLoss", 13)):
    labels, weights = ints(0, 4, 3, dtype=np.int64), abs(f(4)) + F32(0.1)
    case(op, "mean", new, [f(3, 4), labels])
    case(op, "weights", new, [f(3, 4), labels, weights])
    case(op, "weights_sum", 12, [f(3, 4), labels.astype(np.int32), weights], reduction="sum")
    places = ints(0, 4, 2, 2, 3, dtype=np.int64)
    places[0, 1] = -1
    # ONNX's evaluator counts ignored labels where they are -1; its own tests do not.
    x = f(2, 4, 2, 3)
    losses = -np.take_along_axis(x if op[0] == "N" else log_softmax(x, 1), np.maximum(places, 0)[:, None], 1)[:, 0]
    case(op, "ignored", 13, [x, places], losses[places >= 0].mean(), reduction="mean", ignore_index=-1)
    case(op, "ignored_weights_none", new, [f(2, 4, 2, 3), places, weights], reduction="none", ignore_index=-1)
case("SoftmaxCrossEntropyLoss", "log_probabilities", 13, [f(3, 4), labels], outputs=2, reduction="none")

# Dropout that drops nothing
x = f(2, 3)
true = np.ones(x.shape, bool)
case("Dropout", "version_1", 1, [x], x, is_test=1, ratio=0.3, consumed_inputs=[0])
case("Dropout", "version_6", 6, [x], x, is_test=1, ratio=0.3)
case("Dropout", "version_7", 7, [x], x, ratio=0.4)
case("Dropout", "version_10_mask", 10, [x], [x, true], ratio=0.4)
case("Dropout", "defaults", 13, [x])
case("Dropout", "ratio", 12, [x, np.array(0.7, F32)], outputs=2, constants=[1])
case("Dropout", "no_training", 22, [x, np.array(0.7, F32), np.array(False)], outputs=2)
case("Dropout", "training_keeps_all", 13, [x, np.array(0, F32), np.array(True)], [x, true], constants=[1, 2])
case("Dropout", "half", 22, [x.astype(F16), np.array(0.25, F16), np.array(False)])

# Random numbers that leave no choice
probabilities = bools(3, 5)
case("Bernoulli", "certain", 22, [probabilities.astype(F32)], probabilities.astype(F32))
case("Bernoulli", "dtype", 15, [probabilities.astype(F64)], probabilities.astype(np.int32), dtype=TensorProto.INT32)
weights = np.full((2, 4), -1e4, F32)
weights[0, 2] = weights[1, 0] = 0
case("Multinomial", "certain", 22, [weights], np.array([[2, 2, 2], [0, 0, 0]], np.int32), sample_size=3)
case("Multinomial", "dtype", 7, [weights], np.array([[2], [0]], np.int64), dtype=TensorProto.INT64)
for op, spread in (("RandomNormal", {"mean": 1.5, "scale": 0.0}), ("RandomUniform", {"low": 1.5, "high": 1.5})):
    case(op, "certain", 22, [], np.full((2, 3), 1.5, F32), shape=[2, 3], **spread)
    case(op, "dtype", 1, [], np.full((4,), 1.5, F64), shape=[4], dtype=TensorProto.DOUBLE, **spread)
    case(op + "Like", "certain", 22, [f(2, 3)], np.full((2, 3), 1.5, F32), **spread)
    case(op + "Like", "dtype", 1, [ints(0, 9, 4)], np.full((4,), 1.5, F16), dtype=TensorProto.FLOAT16, **spread)
