#!/usr/bin/env python3
"""Writes Sources/Conversion/Aten/AtenDeclarationText.swift: PyTorch's own declarations of the operators that are known.

The names are those of the builders in Sources/Conversion/Aten. Needs torch 2.13.0; nothing else reads Python. Run it after an operator has been added.
"""
import glob
import os
import re

import torch

HERE = os.path.dirname(os.path.abspath(__file__))
FOLDER = os.path.join(HERE, "..", "Sources", "Conversion", "Aten")
assert torch.__version__.startswith("2.13"), torch.__version__

# Operators of torchvision, as its C++ sources declare them.
TORCHVISION = [
    "torchvision::deform_conv2d(Tensor input, Tensor weight, Tensor offset, Tensor mask, Tensor bias, SymInt stride_h, "
    "SymInt stride_w, SymInt pad_h, SymInt pad_w, SymInt dilation_h, SymInt dilation_w, SymInt groups, "
    "SymInt offset_groups, bool use_mask) -> Tensor",
    "torchvision::nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
]


def names():
    found = set()
    for path in glob.glob(os.path.join(FOLDER, "*.swift")):
        if not path.endswith("AtenDeclarationText.swift"):
            found |= set(re.findall(r'"((?:aten|torchvision)::\w+)"', open(path).read()))
    return found


def declarations(names):
    lines = [line for line in TORCHVISION if line.split('(')[0] in names]
    for schema in torch._C._jit_get_all_schemas():
        text = str(schema)
        # Forms that write to an argument are those without the underscore, or are not called by programs.
        if schema.name not in names or "!" in text or "Dimname" in text:
            continue
        # What a result shares memory with is said by the builders.
        text = re.sub(r"Tensor\([a-z|*> -]+\)", "Tensor", text)
        lines.append(text)
    return sorted(set(lines), key=lambda line: (re.split(r"[.(]", line)[0], "." in line.split("(")[0], line))


def main():
    wanted = names()
    lines = declarations(wanted)
    missing = wanted - {re.split(r"[.(]", line)[0] for line in lines}
    for name in sorted(missing):
        print("no declaration:", name)
    with open(os.path.join(FOLDER, "AtenDeclarationText.swift"), "w") as out:
        out.write("// Written by Scripts/generate-aten-declarations.py from torch %s. Do not edit.\n\n" % torch.__version__.split("+")[0])
        out.write("/// PyTorch's declarations, one a line.\nenum AtenDeclarationText {\n  static let lines = #\"\"\"\n")
        for line in lines:
            out.write("    %s\n" % line)
        out.write("    \"\"\"#\n}\n")
    print(len(lines), "declarations of", len(wanted) - len(missing), "operators")


main()
