"""Makes models that hold what no engine needs and a faithful copy must keep: import and export have to bring it back.

usage: generate.py

everything.onnx      a foreign operator with attributes of every kind, notes and metadata on everything that can carry
                     them, quantization annotations, a sparse initializer, training information, functions, devices
element-types.onnx   an initializer of every element type, in the typed fields and as raw bytes
unknown-fields.onnx  fields of a future version of the format in the model, the graph, a node, a tensor, an attribute
oddities.onnx        empty names, optional inputs and outputs left out, no producer, initializers out of order

Made with python 3.11, onnx 1.23.2, numpy 2.4.6. Remaking gives the same bytes with these versions.
"""

import pathlib

import numpy
import onnx
from onnx import AttributeProto, TensorProto, helper, numpy_helper

HERE = pathlib.Path(__file__).resolve().parent
BITS = {"UINT4": 4, "INT4": 4, "FLOAT4E2M1": 4, "UINT2": 2, "INT2": 2, "FLOAT6E2M3": 6, "FLOAT6E3M2": 6}
FLOAT, INT64 = TensorProto.FLOAT, TensorProto.INT64


def info(name, element=FLOAT, shape=("N", 3), note="", **metadata):
    made = helper.make_tensor_value_info(name, element, shape, doc_string=note)
    return annotate(made, **metadata)


def annotate(carrier, **metadata):
    for key, value in metadata.items():
        carrier.metadata_props.add(key=key, value=value)
    return carrier


def sparse(name):
    values = numpy_helper.from_array(numpy.float32([1.5, -2.5]), name)
    return helper.make_sparse_tensor(values, numpy_helper.from_array(numpy.array([1, 4]), f"{name}_places"), [2, 3])


def small_graph(name):
    node = helper.make_node("Identity", ["x"], [f"{name}_out"], name=f"{name}_node", doc_string="inside")
    return helper.make_graph([node], name, [], [info(f"{name}_out")], doc_string="a graph as an attribute")


def foreign_node():
    """One node with an attribute of each of the 14 kinds."""
    node = helper.make_node("Swirl", ["x", "", "weight"], ["swirled", "", "extra"], name="swirl", domain="com.example")
    node.doc_string, node.overload = "nobody but its author knows what it does; ünïcödé too", "fast"
    types = [
        helper.make_tensor_type_proto(FLOAT, ["N", 3, None]),
        helper.make_sequence_type_proto(helper.make_tensor_type_proto(INT64, None)),
        helper.make_map_type_proto(TensorProto.STRING, helper.make_tensor_type_proto(FLOAT, [])),
        helper.make_optional_type_proto(helper.make_sparse_tensor_type_proto(FLOAT, [2, 3])),
    ]
    tensor = numpy_helper.from_array(numpy.arange(6, dtype=numpy.int16).reshape(2, 3), "in an attribute")
    tensor.doc_string = "a tensor's note"
    values = {
        "angle": 0.25, "count": -7, "label": b"\x00\xff not text \xfe", "tensor": tensor, "graph": small_graph("g"),
        "sparse": sparse("s"), "type": types[0],
        "angles": [0.5, float("inf"), -0.0], "counts": [1, -(2**63), 2**63 - 1], "labels": [b"", b"a", b"\x80"],
        "tensors": [tensor, tensor], "graphs": [small_graph("g1"), small_graph("g2")],
        "sparses": [sparse("s1"), sparse("s2")], "types": types,
    }  # fmt: skip
    for name, value in values.items():
        node.attribute.append(helper.make_attribute(name, value, doc_string=f"the note of {name}"))
    node.attribute.append(AttributeProto(name="no_numbers", type=AttributeProto.INTS))
    return annotate(node, origin="example", line="12")


def placed(node):
    """A node with a device configuration, as IR version 11 has them."""
    configuration = node.device_configurations.add(configuration_id="two devices", pipeline_stage=1)
    sharding = configuration.sharding_spec.add(tensor_name="weight", device=[0, 1])
    sharding.index_to_device_group_map.add(key=0, value=[0, 1])
    dim = sharding.sharded_dim.add(axis=0)
    dim.simple_sharding.add(dim_value=2, num_shards=2)
    return node


def everything():
    weight = numpy_helper.from_array(numpy.float32([[1, 2, 3]]), "weight")
    weight.doc_string = "where the weight came from"
    annotate(weight, frozen="yes")
    nodes = [
        foreign_node(),
        placed(helper.make_node("Add", ["swirled", "weight"], ["sum"], name="add", doc_string="a sum")),
        helper.make_node("Relu", ["sum"], ["rectified"], name="relu", slope_hint=0.1, notes=["unknown", "attributes"]),
        helper.make_node("Scale", ["rectified"], ["scaled"], name="call", domain="com.example.local", overload="by2"),
        helper.make_node("Add", ["scaled", "thin"], ["y"], name="last"),
    ]
    annotate(nodes[2], namespace="block.0")
    x, y = info("x", note="the image", layout="rows"), info("y", note="the scores")
    x.type.denotation = "IMAGE"
    x.type.tensor_type.shape.dim[0].denotation = "DATA_BATCH"
    graph = helper.make_graph(
        nodes, "everything", [x], [y, info("extra", INT64, [])], [weight], doc_string="graph note"
    )
    graph.value_info.extend([info("sum", note="in between", seen="twice"), info("rectified", FLOAT, None)])
    graph.sparse_initializer.append(sparse("thin"))
    annotation = graph.quantization_annotation.add(tensor_name="sum")
    annotation.quant_parameter_tensor_names.add(key="SCALE_TENSOR", value="weight")
    annotation.quant_parameter_tensor_names.add(key="ZERO_POINT_TENSOR", value="thin")
    annotate(graph, author="the fixture", empty="")

    def function(overload, factor):
        nodes = [
            helper.make_node("Constant", [], ["factor"], value_float=factor),
            helper.make_node("Mul", ["a", "factor"], ["b"], name="times", doc_string="in a function"),
        ]
        made = helper.make_function(
            "com.example.local", "Scale", ["a"], ["b"], nodes, [helper.make_opsetid("", 20)], attributes=["unused"],
            attribute_protos=[helper.make_attribute("bias", 0.5)], doc_string="a function", overload=overload,
            value_info=[info("factor", FLOAT, [])],
        )  # fmt: skip
        return annotate(made, kept="yes")

    opsets = [("", 20), ("com.example", 3), ("com.example.local", 1), ("com.example.unused", 9)]
    model = helper.make_model(
        graph, ir_version=11, producer_name="fixture", producer_version="1.2.3", domain="com.example.models",
        model_version=42, doc_string="model note, two\nlines", functions=[function("by2", 2.0), function("by3", 3.0)],
        opset_imports=[helper.make_opsetid(*opset) for opset in opsets],
    )  # fmt: skip
    helper.set_model_props(model, {"classes": "cat\tdog", "snow": "❄", "empty": ""})
    training = model.training_info.add()
    training.initialization.CopyFrom(small_graph("start"))
    training.algorithm.CopyFrom(small_graph("step"))
    training.initialization_binding.add(key="weight", value="start_out")
    training.update_binding.add(key="weight", value="step_out")
    configuration = model.configuration.add(name="two devices", num_devices=2)
    configuration.device.extend(["cpu:0", "cpu:1"])
    return model


def element_types():
    """Every element type twice: in the typed field of its kind and as raw bytes; strings only in theirs."""
    tensors = []
    for name, kind in TensorProto.DataType.items():
        if name in ("UNDEFINED",):
            continue
        if name == "STRING":
            tensors.append(TensorProto(name="STRING", data_type=kind, dims=[3], string_data=[b"a", b"", "ü\0".encode()]))
            continue
        # a count of 5 makes the packed types end within a byte
        count, bits = 5, BITS.get(name) or 8 * helper.tensor_dtype_to_np_dtype(kind).itemsize
        length = (count * bits + 7) // 8
        raw = bytes((17 * index + 3) % 60 for index in range(length))
        if name == "BOOL":
            raw = bytes([1, 0, 1, 1, 0])
        tensors.append(TensorProto(name=f"{name}_raw", data_type=kind, dims=[count], raw_data=raw))
        typed = TensorProto(name=f"{name}_typed", data_type=kind, dims=[count])
        field = helper.tensor_dtype_to_field(kind)
        floats = field in ("float_data", "double_data")
        places = count * 2 if name.startswith("COMPLEX") else length if bits < 6 else count
        getattr(typed, field).extend([0.5 * i for i in range(places)] if floats else [i % 2 for i in range(places)])
        tensors.append(typed)
    tensors.append(TensorProto(name="scalar", data_type=FLOAT, float_data=[2.5]))
    tensors.append(TensorProto(name="empty", data_type=FLOAT, dims=[0, 3]))
    graph = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["y"])], "types", [info("x")], [info("y")], tensors
    )  # fmt: skip
    return helper.make_model(graph, ir_version=onnx.IR_VERSION, opset_imports=[helper.make_opsetid("", 28)])


def varint(number):
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes(out + bytes([number]))


def field(number, wire, payload):
    body = varint(len(payload)) + payload if wire == 2 else payload
    return varint(number << 3 | wire) + body


def unknown_fields():
    """Built on the wire, for the Python classes know no such fields: one of each wire type, nested everywhere."""
    strange = (
        field(1000, 0, varint(300))
        + field(1001, 2, b"future")
        + field(1002, 5, b"\1\2\3\4")
        + field(1003, 1, b"12345678")
    )
    attribute = helper.make_attribute("alpha", 0.125).SerializeToString() + strange
    node = (
        helper.make_node("LeakyRelu", ["x"], ["y"], name="leak").SerializeToString() + field(5, 2, attribute) + strange
    )
    tensor = numpy_helper.from_array(numpy.float32([1, 2]), "unused").SerializeToString() + strange
    parts = helper.make_graph([], "future", [info("x")], [info("y")]).SerializeToString()
    graph = field(1, 2, node) + parts + field(5, 2, tensor) + strange
    model = onnx.ModelProto(ir_version=10, producer_name="fixture", opset_import=[helper.make_opsetid("", 20)])
    return model.SerializeToString() + field(7, 2, graph) + strange


def oddities():
    tensors = [
        numpy_helper.from_array(numpy.float32([index]), name) for index, name in enumerate(("z", "a", "unused", "m"))
    ]
    nodes = [
        helper.make_node("Clip", ["x", "", "a"], ["clipped"]),
        helper.make_node("Dropout", ["clipped"], ["dropped", ""]),
        helper.make_node("Mul", ["dropped", "z"], ["scaled"]),
        helper.make_node("Add", ["scaled", "m"], ["y"]),
        helper.make_node("Neg", ["y"], ["nobody reads this"]),
    ]
    unnamed = info("x", FLOAT, [None, "batch + 1", 0, 4])
    graph = helper.make_graph(nodes, "", [unnamed, info("never read", INT64, None)], [info("y", FLOAT, None)], tensors)
    return helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("ai.onnx", 13)])


def main():
    made = {
        "everything": everything().SerializeToString(deterministic=True),
        "element-types": element_types().SerializeToString(deterministic=True),
        "unknown-fields": unknown_fields(),
        "oddities": oddities().SerializeToString(deterministic=True),
    }
    for name, content in made.items():
        (HERE / f"{name}.onnx").write_bytes(content)
        try:
            onnx.checker.check_model(onnx.load_model_from_string(content))
            verdict = "ok"
        except onnx.checker.ValidationError as error:
            verdict = "as intended, " + str(error).split("\n")[0]
        print(f"{name:16s} {len(content):6d} bytes  {verdict}")


if __name__ == "__main__":
    main()
