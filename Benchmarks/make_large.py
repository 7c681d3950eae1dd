"""Writes FOLDER/large.onnx with external data in FOLDER/large.data, larger than a protobuf file may be.

usage: make_large.py FOLDER [GB]      (3 when left out)

Needs onnx (1.23.2) and numpy. A chain of 4096 x 4096 matrices that runs; the weights are one seeded block of 64
MiB, repeated.
"""

import pathlib
import sys

import numpy
import onnx
from onnx import TensorProto, helper

WIDTH = 4096


def main(folder, gigabytes):
    folder.mkdir(parents=True, exist_ok=True)
    size = WIDTH * WIDTH * 4
    count = -(-int(gigabytes * 1e9) // size)
    block = numpy.random.default_rng(1).standard_normal((WIDTH, WIDTH), numpy.float32) / numpy.float32(WIDTH**0.5)
    with open(folder / "large.data", "wb") as data:
        for _ in range(count):
            data.write(block.tobytes())
    nodes, tensors, value = [], [], "x"
    for index in range(count):
        tensor = TensorProto(name=f"w{index}", data_type=TensorProto.FLOAT, dims=[WIDTH, WIDTH])
        tensor.data_location = TensorProto.EXTERNAL
        for key, text in (("location", "large.data"), ("offset", index * size), ("length", size)):
            tensor.external_data.add(key=key, value=str(text))
        tensors.append(tensor)
        result = "y" if index == count - 1 else f"v{index}"
        nodes.append(helper.make_node("MatMul", [value, tensor.name], [result], name=f"layer{index}"))
        value = result
    infos = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", WIDTH]) for name in ("x", "y")]
    graph = helper.make_graph(nodes, "large", infos[:1], infos[1:], tensors)
    model = helper.make_model(
        graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)], producer_name="make_large.py"
    )
    (folder / "large.onnx").write_bytes(model.SerializeToString())
    onnx.checker.check_model(str(folder / "large.onnx"))
    print(f"{folder / 'large.onnx'}: {count} matrices, {count * size / 1e9:.2f} GB")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 3)
