"""Exports networks and saves them in both layouts that `.pt2` files have."""

import zipfile

import torch
from torch._export.serde.schema import SCHEMA_VERSION
from torch._export.serde.serialize import serialize

FORMS = ("training", "core", "old")


def exported(module, inputs, form, free=None):
    """The program; `core` in the operators of core ATen, the others as torch.export makes it."""
    shapes = None if free is None else tuple(free)
    program = torch.export.export(module, inputs, dynamic_shapes=shapes, strict=False)
    return program.run_decompositions() if form == "core" else program


def save(program, path, form):
    """Writes the program; `old` in the layout of torch 2.1 to 2.7."""
    if form != "old":
        torch.export.save(program, str(path))
        return
    parts = serialize(program)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("version", ".".join(map(str, SCHEMA_VERSION)))
        archive.writestr("serialized_exported_program.json", parts.exported_program)
        archive.writestr("serialized_state_dict.pt", parts.state_dict)
        archive.writestr("serialized_constants.pt", parts.constants)
        archive.writestr("serialized_example_inputs.pt", parts.example_inputs)
