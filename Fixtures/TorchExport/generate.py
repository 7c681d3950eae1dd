"""Writes small networks as torch.export archives, each with what PyTorch computes: NAME.FORM/model.pt2 and
NAME.FORM/test_data_set_0.

    python generate.py [NAME ...]

Made with torch==2.15.0, onnx==1.23.2 and numpy==2.4.6. FORM is `training`, the operators that torch.export writes, `core`, those of
core ATen, or `old`, the layout of torch 2.1 to 2.7. Stack traces are left out of the archives, which bear a random serial number; apart
from it the same versions write the same bytes again.
"""

import logging
import pathlib
import shutil
import sys
import warnings

import numpy
import onnx.numpy_helper
import torch

import archives
import exported

HERE = pathlib.Path(__file__).resolve().parent
# Each network once in what torch.export writes, some in the other forms.
FORMS = {name: ["training"] for name in exported.EXPORTED} | {
    "unet": ["training", "core", "old"], "slices": ["training", "core"], "sums": ["training", "core"],
    "tied": ["training", "core", "old"], "attentions": ["training"], "pools": ["training"],
    "residual": ["old"], "recurrent": ["training"], "windows": ["core"], "writes": ["training"],
}


def save(folder, program, inputs, form):
    data = folder / "test_data_set_0"
    shutil.rmtree(folder, ignore_errors=True)
    data.mkdir(parents=True)
    for node in program.graph.nodes:
        node.meta.pop("stack_trace", None)
    archives.save(program, folder / "model.pt2", form)
    with torch.no_grad():
        outputs = program.module()(*[value.clone() for value in inputs])
    for kind, values in (("input", inputs), ("output", exported.networks.flat(outputs))):
        for position, value in enumerate(values):
            tensor = onnx.numpy_helper.from_array(numpy.ascontiguousarray(value.numpy()).reshape(value.shape))
            (data / f"{kind}_{position}.pb").write_bytes(tensor.SerializeToString(deterministic=True))


def main():
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    torch.set_num_threads(1)
    for name in sys.argv[1:] or FORMS:
        module, inputs, free = exported.network(name)
        for form in FORMS[name]:
            folder = HERE / f"{name}.{form}"
            save(folder, archives.exported(module, inputs, form, free), inputs, form)
            print(f"{folder.name}: {(folder / 'model.pt2').stat().st_size} bytes")


if __name__ == "__main__":
    main()
