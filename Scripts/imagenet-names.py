#!/usr/bin/env python3
"""Writes Sources/CNNConv/Images/ImageNetNames.swift: the names of ImageNet's 1000 classes, from torchvision's list of them.

Made with torchvision 0.28.0. The list is read from the package's source; torchvision itself is not imported.

usage: Scripts/imagenet-names.py [META]        META is torchvision/models/_meta.py; found in site-packages by default
"""

import ast
import pathlib
import sys
import sysconfig

packages = pathlib.Path(sysconfig.get_paths()["purelib"])
source = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else packages / "torchvision" / "models" / "_meta.py"
target = pathlib.Path(__file__).parent.parent / "Sources" / "CNNConv" / "Images" / "ImageNetNames.swift"

names = None
for statement in ast.parse(source.read_text()).body:
    if isinstance(statement, ast.Assign) and statement.targets[0].id == "_IMAGENET_CATEGORIES":
        names = ast.literal_eval(statement.value)
assert names is not None and len(names) == 1000, "no list of 1000 names"
assert all(name.isascii() and "\n" not in name and "\\" not in name and '"' not in name for name in names)

lines = "\n".join(f"    {name}" for name in names)
target.write_text(
    "// Made by Scripts/imagenet-names.py; do not edit.\n\n"
    "/// The names of ImageNet's classes, a line each, in the order of their WordNet numbers.\n"
    f'enum ImageNetNames {{\n  static let text = """\n{lines}\n    """\n}}\n'
)
