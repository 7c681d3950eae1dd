"""Makes models whose weights lie in other files.

usage: generate.py

two-files/  a small network with a fixture: weights in weights.bin (aligned offsets, a gap, two that share their bytes)
            and biases.bin (no offset, or no length: to the end), one tensor stored inline
hostile/    models that must be refused: paths that leave the folder, ranges beyond the file, a missing file

Made with python 3.11, torch 2.13.0, onnx 1.23.2, onnxruntime 1.31.1, numpy 2.4.6; weights from seed 5.
"""

import pathlib
import sys

import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from torch.nn import functional as F

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import fixture  # noqa: E402


def external(name, shape, **entries):
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape, data_location=TensorProto.EXTERNAL)
    for key, value in entries.items():
        tensor.external_data.add(key=key, value=str(value))
    return tensor


def network(initializers):
    nodes = [
        helper.make_node("Conv", ["x", "first", "first_bias"], ["c1"], pads=[1, 1, 1, 1]),
        helper.make_node("Relu", ["c1"], ["r1"]),
        helper.make_node("Conv", ["r1", "second", "shared"], ["c2"], pads=[1, 1, 1, 1]),
        helper.make_node("Add", ["c2", "x"], ["sum"]),
        helper.make_node("GlobalAveragePool", ["sum"], ["pooled"]),
        helper.make_node("Flatten", ["pooled"], ["flat"]),
        helper.make_node("Gemm", ["flat", "matrix", "matrix_bias"], ["scores"]),
    ]
    info = helper.make_tensor_value_info
    inputs, outputs = [info("x", TensorProto.FLOAT, ["N", 4, 6, 6])], [info("scores", TensorProto.FLOAT, ["N", 4])]
    graph = helper.make_graph(nodes, "external", inputs, outputs, initializers)
    return helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)], producer_name="fixture")


def two_files(folder):
    draw = torch.Generator().manual_seed(5)
    first, second = (torch.randn(4, 4, 3, 3, generator=draw) / 6 for _ in range(2))
    biases, matrix, last = (
        torch.randn(4, generator=draw),
        torch.randn(4, 4, generator=draw),
        torch.randn(4, generator=draw),
    )
    x = torch.randn(2, 4, 6, 6, generator=draw)
    folder.mkdir(exist_ok=True)
    (folder / "data").mkdir(exist_ok=True)
    size = first.numel() * 4
    weights = bytearray(8192 + size)
    weights[:size], weights[4096 : 4096 + size] = first.numpy().tobytes(), second.numpy().tobytes()
    weights[8192:] = b"\xaa" * size  # bytes that belong to nobody
    (folder / "weights.bin").write_bytes(weights)
    (folder / "data" / "biases.bin").write_bytes(biases.numpy().tobytes() + last.numpy().tobytes())
    initializers = [
        external("first", [4, 4, 3, 3], location="weights.bin", offset=0, length=size),
        external("second", [4, 4, 3, 3], location="weights.bin", offset=4096, length=size, checksum="unused"),
        external("first_bias", [4], location="data/biases.bin", length=16),
        external("shared", [4], location="data/biases.bin", offset=0, length=16),
        external("matrix_bias", [4], location="data/biases.bin", offset=16),
        numpy_helper.from_array(matrix.numpy(), "matrix"),
    ]
    y = F.conv2d(F.relu(F.conv2d(x, first, biases, padding=1)), second, biases, padding=1) + x
    scores = y.mean((2, 3)) @ matrix + last
    model = network(initializers)
    fixture.write(folder, model, {"x": x.numpy()}, {"scores": scores.numpy()})
    onnx.checker.check_model(str(folder / "model.onnx"))
    whole = onnx.load(str(folder / "model.onnx"))
    return fixture.report("two-files", whole, {"x": x.numpy()}, {"scores": scores.numpy()})


def hostile(folder):
    folder.mkdir(exist_ok=True)
    (folder / "small.bin").write_bytes(bytes(64))
    entries = {
        "leaves-the-folder": dict(location="../two-files/weights.bin", offset=0, length=64),
        "leaves-by-the-side-door": dict(location="data/../../two-files/weights.bin", offset=0, length=64),
        "absolute": dict(location="/etc/hostname", offset=0, length=64),
        "missing-file": dict(location="nowhere.bin", offset=0, length=64),
        "a-folder": dict(location=".", offset=0, length=64),
        "no-location": dict(offset=0, length=64),
        "empty-location": dict(location="", offset=0, length=64),
        "too-long": dict(location="small.bin", offset=0, length=128),
        "beyond-the-end": dict(location="small.bin", offset=60, length=64),
        "offset-overflows": dict(location="small.bin", offset=2**63 - 1, length=64),
        "offset-beyond-64-bits": dict(location="small.bin", offset=2**70, length=64),
        "negative-offset": dict(location="small.bin", offset=-64, length=64),
        "not-a-number": dict(location="small.bin", offset="0x10", length="sixteen"),
        "length-disagrees": dict(location="small.bin", offset=0, length=60),
        "zero-byte-in-name": dict(location="small.bin\0.png", offset=0, length=64),
    }
    for name, fields in entries.items():
        nodes = [helper.make_node("Add", ["x", "weight"], ["y"])]
        infos = [helper.make_tensor_value_info(value, TensorProto.FLOAT, [16]) for value in ("x", "y")]
        graph = helper.make_graph(nodes, "hostile", infos[:1], infos[1:], [external("weight", [16], **fields)])
        model = helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)])
        (folder / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))
    print(f"hostile: {len(entries)} models")


if __name__ == "__main__":
    good = two_files(HERE / "two-files")
    hostile(HERE / "hostile")
    sys.exit(0 if good else 1)
