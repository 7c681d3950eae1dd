"""Writes small networks as TorchScript archives, each with what PyTorch computes: NAME.FORM/model.pt and
NAME.FORM/test_data_set_0.

    python generate.py [NAME ...]

Made with torch==2.13.0, onnx==1.23.2 and numpy==2.4.6. FORM is `traced`, `scripted`, or one of them with `-frozen`.
An archive bears a random serial number; apart from it the same versions write the same bytes again.
"""

import pathlib
import shutil
import sys
import warnings

import numpy
import onnx.numpy_helper
import torch

import networks

HERE = pathlib.Path(__file__).resolve().parent


def save(folder, module, inputs):
    data = folder / "test_data_set_0"
    shutil.rmtree(folder, ignore_errors=True)
    data.mkdir(parents=True)
    module.save(str(folder / "model.pt"))
    # The inputs are copied: a network may write into them.
    with torch.no_grad():
        outputs = module(*[value.clone() if isinstance(value, torch.Tensor) else value for value in inputs])
    for kind, values in (("input", networks.flat(inputs)), ("output", networks.flat(outputs))):
        for position, value in enumerate(values):
            tensor = onnx.numpy_helper.from_array(numpy.ascontiguousarray(value.numpy()).reshape(value.shape))
            (data / f"{kind}_{position}.pb").write_bytes(tensor.SerializeToString(deterministic=True))


def main():
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    for name in sys.argv[1:] or networks.NETWORKS:
        module, inputs, isTraceable = networks.network(name)
        for form, made in networks.forms(module, inputs, isTraceable).items():
            folder = HERE / f"{name}.{form}"
            save(folder, made, inputs)
            print(f"{folder.name}: {(folder / 'model.pt').stat().st_size} bytes")


if __name__ == "__main__":
    main()
