"""Writes minifloats.txt: the value of every code of each small floating-point type, and the codes of some numbers, as
ml_dtypes 0.6 and numpy 2 have them.   usage: python generate.py   (pip install ml_dtypes==0.6.0 numpy==2.4.6)"""
import pathlib

import ml_dtypes
import numpy

TYPES = {
    "float16": (numpy.float16, 16), "bfloat16": (ml_dtypes.bfloat16, 16),
    "float8e4m3fn": (ml_dtypes.float8_e4m3fn, 8), "float8e4m3fnuz": (ml_dtypes.float8_e4m3fnuz, 8),
    "float8e5m2": (ml_dtypes.float8_e5m2, 8), "float8e5m2fnuz": (ml_dtypes.float8_e5m2fnuz, 8),
    "float4e2m1": (ml_dtypes.float4_e2m1fn, 4), "float6e2m3": (ml_dtypes.float6_e2m3fn, 6),
    "float6e3m2": (ml_dtypes.float6_e3m2fn, 6),
}
lines = []
draw = numpy.random.default_rng(7)
for name, (kind, bits) in TYPES.items():
    carrier = numpy.uint16 if bits == 16 else numpy.uint8
    codes = numpy.arange(1 << bits, dtype=carrier) if bits < 16 else draw.integers(0, 1 << 16, 600).astype(carrier)
    for code, value in zip(codes, codes.view(kind).astype(numpy.float32)):
        lines.append(f"decode {name} {int(code)} {int(value.view(numpy.uint32))}")
    largest = float(ml_dtypes.finfo(kind).max)
    numbers = draw.normal(0, 1, 150) * numpy.exp2(draw.integers(-12, 12, 150))
    numbers = numpy.clip(numbers, -largest, largest).astype(numpy.float32)
    for number, code in zip(numbers, numbers.astype(kind).view(carrier)):
        lines.append(f"encode {name} {int(number.view(numpy.uint32))} {int(code)}")
pathlib.Path(__file__).with_name("minifloats.txt").write_text("\n".join(lines) + "\n")
