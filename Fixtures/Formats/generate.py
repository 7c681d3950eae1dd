#!/usr/bin/env python3
"""Makes the fixtures of FormatsTests beside this file.

Versions used: Python 3.11, onnx 1.23.2, numpy 2.4.6, ml_dtypes 0.6.0. Running it again changes nothing.
"""

import os
import zipfile

import ml_dtypes
import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FOLDER = os.path.dirname(os.path.abspath(__file__))


def path(name):
    full = os.path.join(FOLDER, name)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    return full


def save(message, name):
    with open(path(name), "wb") as file:
        file.write(message.SerializeToString(deterministic=True))


# ---- Every element type, in raw_data and in the typed field ----

NUMBERS = {
    TensorProto.FLOAT: np.float32, TensorProto.DOUBLE: np.float64, TensorProto.FLOAT16: np.float16,
    TensorProto.BFLOAT16: ml_dtypes.bfloat16,
    TensorProto.INT8: np.int8, TensorProto.INT16: np.int16, TensorProto.INT32: np.int32, TensorProto.INT64: np.int64,
    TensorProto.UINT8: np.uint8, TensorProto.UINT16: np.uint16, TensorProto.UINT32: np.uint32,
    TensorProto.UINT64: np.uint64, TensorProto.BOOL: np.bool_,
    TensorProto.COMPLEX64: np.complex64, TensorProto.COMPLEX128: np.complex128,
    TensorProto.FLOAT8E4M3FN: ml_dtypes.float8_e4m3fn, TensorProto.FLOAT8E4M3FNUZ: ml_dtypes.float8_e4m3fnuz,
    TensorProto.FLOAT8E5M2: ml_dtypes.float8_e5m2, TensorProto.FLOAT8E5M2FNUZ: ml_dtypes.float8_e5m2fnuz,
    TensorProto.FLOAT8E8M0: ml_dtypes.float8_e8m0fnu, TensorProto.FLOAT4E2M1: ml_dtypes.float4_e2m1fn,
    TensorProto.INT4: ml_dtypes.int4, TensorProto.UINT4: ml_dtypes.uint4,
    TensorProto.INT2: ml_dtypes.int2, TensorProto.UINT2: ml_dtypes.uint2,
}


def values(number, dtype):
    """Five values (an odd number: sub-byte types fill up the last byte), the extremes of integers among them."""
    if number in (TensorProto.COMPLEX64, TensorProto.COMPLEX128):
        return np.array([1 + 2j, -3.5j, 0, 4, -1.25 - 0.5j], dtype)
    if number == TensorProto.BOOL:
        return np.array([True, False, False, True, True])
    if number == TensorProto.FLOAT8E8M0:
        return np.array([1, 2, 0.5, 1024, 0.125], dtype)
    if dtype in (ml_dtypes.int2, ml_dtypes.int4, np.int8, np.int16, np.int32, np.int64):
        low, high = int(ml_dtypes.iinfo(dtype).min), int(ml_dtypes.iinfo(dtype).max)
        return np.array([low, -1, 0, 1, high], dtype)
    if dtype in (ml_dtypes.uint2, ml_dtypes.uint4, np.uint8, np.uint16, np.uint32, np.uint64):
        high = int(ml_dtypes.iinfo(dtype).max)
        return np.array([high, 1, 0, 2, high - 1], dtype)
    return np.array([1, -2, 0.5, -0.0, 3], dtype)


def element_types():
    graph = onnx.GraphProto(name="element types")
    for number, dtype in NUMBERS.items():
        array = values(number, dtype)
        name = TensorProto.DataType.Name(number)
        raw = numpy_helper.from_array(array, name + ".raw")
        assert raw.HasField("raw_data") and raw.data_type == number
        typed = helper.make_tensor(name + ".typed", number, array.shape, array.flatten())
        assert not typed.HasField("raw_data")
        np.testing.assert_array_equal(numpy_helper.to_array(typed), array)
        graph.initializer.extend([raw, typed])
    graph.initializer.append(helper.make_tensor("STRING", TensorProto.STRING, [2, 1], [b"one", b"\x00\xff"]))
    graph.initializer.append(helper.make_tensor("empty.raw", TensorProto.FLOAT, [0, 3], b"", raw=True))
    graph.initializer.append(helper.make_tensor("empty.typed", TensorProto.FLOAT, [3, 0], []))
    graph.initializer.append(helper.make_tensor("scalar", TensorProto.INT64, [], [-7]))
    save(onnx.ModelProto(ir_version=13, graph=graph), "element-types.onnx")


# ---- A model in which every field of every message occurs ----

def dimension(value=None, parameter=None, denotation=None):
    return onnx.TensorShapeProto.Dimension(dim_value=value, dim_param=parameter, denotation=denotation)


def tensor_type(number, dimensions):
    result = onnx.TypeProto()
    result.tensor_type.elem_type = number
    result.tensor_type.shape.dim.extend(dimensions)
    return result


def entry(key, value):
    return onnx.StringStringEntryProto(key=key, value=value)


def every_field():
    weight = numpy_helper.from_array(np.arange(6, dtype=np.float32).reshape(2, 3), "weight")
    weight.doc_string = "six numbers"
    weight.metadata_props.append(entry("tensor key", "tensor value"))
    sparse = helper.make_sparse_tensor(
        helper.make_tensor("sparse", TensorProto.FLOAT, [2], [1.5, -2.5]),
        helper.make_tensor("sparse.indices", TensorProto.INT64, [2], [1, 5]), [2, 3])

    image = tensor_type(TensorProto.FLOAT, [dimension(parameter="N", denotation="DATA_BATCH"), dimension(3), dimension()])
    image.denotation = "IMAGE"
    unranked = onnx.TypeProto()
    unranked.tensor_type.elem_type = TensorProto.INT64
    scalar = tensor_type(TensorProto.BOOL, [])
    scalar.tensor_type.shape.SetInParent()
    sparse_type = onnx.TypeProto()
    sparse_type.sparse_tensor_type.elem_type = TensorProto.FLOAT
    sparse_type.sparse_tensor_type.shape.dim.append(dimension(4))
    sequence_type = onnx.TypeProto()
    sequence_type.sequence_type.elem_type.CopyFrom(unranked)
    optional_type = onnx.TypeProto()
    optional_type.optional_type.elem_type.CopyFrom(sequence_type)
    map_type = onnx.TypeProto()
    map_type.map_type.key_type = TensorProto.STRING
    map_type.map_type.value_type.CopyFrom(unranked)
    opaque_type = onnx.TypeProto()
    opaque_type.opaque_type.domain = "org.example"
    opaque_type.opaque_type.name = "thing"

    def value(name, type_proto=None):
        return onnx.ValueInfoProto(name=name, type=type_proto)

    body = onnx.GraphProto(name="body", node=[helper.make_node("Identity", ["image"], ["inner"], name="inner node")])
    body.output.append(value("inner", image))

    def attribute(name, kind, **fields):
        result = onnx.AttributeProto(name=name, type=getattr(onnx.AttributeProto, kind))
        for key, content in fields.items():
            field = getattr(result, key)
            if isinstance(content, list):
                field.extend(content)
            elif hasattr(field, "CopyFrom"):
                field.CopyFrom(content)
            else:
                setattr(result, key, content)
        return result

    node = onnx.NodeProto(
        input=["image", "", "weight"], output=["result", ""], name="all attributes", op_type="Everything",
        domain="org.example", overload="second", doc_string="a node")
    node.attribute.extend([
        attribute("float", "FLOAT", f=-0.25, doc_string="an attribute"), attribute("int", "INT", i=-(2**63)),
        attribute("string", "STRING", s=b"\x00\xff"), attribute("tensor", "TENSOR", t=weight),
        attribute("graph", "GRAPH", g=body), attribute("sparse", "SPARSE_TENSOR", sparse_tensor=sparse),
        attribute("type", "TYPE_PROTO", tp=optional_type), attribute("floats", "FLOATS", floats=[1.0, float("inf")]),
        attribute("ints", "INTS", ints=[0, 2**63 - 1]), attribute("strings", "STRINGS", strings=[b"a", b""]),
        attribute("tensors", "TENSORS", tensors=[weight, weight]), attribute("graphs", "GRAPHS", graphs=[body]),
        attribute("sparses", "SPARSE_TENSORS", sparse_tensors=[sparse]),
        attribute("types", "TYPE_PROTOS", type_protos=[image, map_type]), attribute("no ints", "INTS"),
    ])
    node.metadata_props.append(entry("node key", "node value"))
    device = onnx.NodeDeviceConfigurationProto(configuration_id="pair", pipeline_stage=1)
    sharding = device.sharding_spec.add(tensor_name="weight", device=[0, 1, -1])
    sharding.index_to_device_group_map.add(key=-1, value=[0, 1])
    axis = sharding.sharded_dim.add(axis=1)
    axis.simple_sharding.add(dim_value=3, num_shards=2)
    axis.simple_sharding.add(dim_param="N", num_shards=1)
    node.device_configurations.append(device)

    graph = onnx.GraphProto(name="main", doc_string="a graph", node=[node])
    graph.node.append(helper.make_node("Identity", ["result"], ["output"], name="Größe"))
    graph.initializer.append(weight)
    graph.sparse_initializer.append(sparse)
    graph.input.append(value("image", image))
    graph.input[0].doc_string = "an input"
    graph.input[0].metadata_props.append(entry("input key", "input value"))
    graph.output.extend([value("output", scalar), value("untyped")])
    graph.value_info.extend([
        value("result", unranked), value("sparse", sparse_type), value("sequence", sequence_type),
        value("optional", optional_type), value("map", map_type), value("opaque", opaque_type),
        value("kindless", onnx.TypeProto(denotation="TEXT"))])
    annotation = graph.quantization_annotation.add(tensor_name="result")
    annotation.quant_parameter_tensor_names.append(entry("SCALE_TENSOR", "weight"))
    graph.metadata_props.append(entry("graph key", "graph value"))

    model = onnx.ModelProto(
        ir_version=13, producer_name="generate.py", producer_version="1", domain="org.example", model_version=-2,
        doc_string="a model", graph=graph,
        opset_import=[helper.make_opsetid("", 24), onnx.OperatorSetIdProto(domain="org.example", version=1),
                      onnx.OperatorSetIdProto(version=24)])
    model.metadata_props.append(entry("model key", "model value"))
    training = model.training_info.add(initialization=body, algorithm=body)
    training.initialization_binding.append(entry("weight", "inner"))
    training.update_binding.append(entry("weight", "inner"))
    function = onnx.FunctionProto(
        name="Everything", domain="org.example", overload="second", doc_string="a function", input=["a", "b", "c"],
        output=["y", "z"], attribute=["float"], opset_import=[helper.make_opsetid("", 24)])
    function.attribute_proto.append(attribute("int", "INT", i=5))
    inner = helper.make_node("LeakyRelu", ["a"], ["y"])
    inner.attribute.append(onnx.AttributeProto(name="alpha", ref_attr_name="float", type=onnx.AttributeProto.FLOAT))
    function.node.append(inner)
    function.value_info.append(value("y", image))
    function.metadata_props.append(entry("function key", "function value"))
    model.functions.append(function)
    model.configuration.add(name="pair", num_devices=2, device=["cpu:0", "cpu:1"])

    fields = set()

    def collect(message):
        for field, content in message.ListFields():
            fields.add(field.full_name)
            if field.message_type:
                for part in content if isinstance(content, (list, tuple)) or hasattr(content, "add") else [content]:
                    collect(part)

    collect(model)
    wanted = set()

    def require(descriptor):
        for field in descriptor.fields:
            if field.full_name not in wanted:
                wanted.add(field.full_name)
                if field.message_type:
                    require(field.message_type)

    require(onnx.ModelProto.DESCRIPTOR)
    absent = {name.split("onnx.")[1] for name in wanted - fields}
    assert absent == {
        "TensorProto.segment", "TensorProto.Segment.begin", "TensorProto.Segment.end", "TensorProto.int32_data",
        "TensorProto.string_data", "TensorProto.double_data", "TensorProto.uint64_data", "TensorProto.external_data",
        "TensorProto.data_location"}, absent
    save(model, "every-field.onnx")
    return model


def unknown_fields(model):
    """Fields of numbers that no schema has yet, of all four wire types, in each message that keeps them."""
    future = bytes([0xC0, 0x3E, 0x05]) + bytes([0xC9, 0x3E]) + bytes(range(8)) + bytes([0xD2, 0x3E, 0x02, 0x41, 0x42]) \
        + bytes([0xDD, 0x3E]) + bytes(range(4))

    def extend(message):
        message.MergeFromString(future)

    small = onnx.ModelProto(ir_version=13, graph=onnx.GraphProto(name="unknown fields"))
    small.graph.node.append(helper.make_node("Identity", ["image"], ["output"], alpha=1.0))
    small.graph.initializer.append(model.graph.initializer[0])
    small.graph.input.append(model.graph.input[0])
    small.functions.append(model.functions[0])
    for message in (small.graph.node[0].attribute[0], small.graph.node[0], small.graph.initializer[0],
                    small.graph.input[0], small.functions[0], small.graph, small):
        extend(message)
    save(small, "unknown-fields.onnx")


def old_attributes():
    """IR version 2 files do not name the type of an attribute."""
    node = helper.make_node(
        "Old", ["x"], ["y"], f=1.5, i=3, s="text", floats=[1.0, 2.0], ints=[1, 2], strings=["a"],
        t=numpy_helper.from_array(np.ones(1, np.float32)))
    for attribute in node.attribute:
        attribute.ClearField("type")
    save(onnx.ModelProto(ir_version=2, graph=onnx.GraphProto(name="old", node=[node])), "old-attributes.onnx")


# ---- Values as in test data sets ----

def stored_values():
    one = numpy_helper.from_array(np.array([1, 2], np.float32), "one")
    two = numpy_helper.from_array(np.array([[3]], np.float32), "two")
    save(one, "values/tensor.pb")
    tensors = onnx.SequenceProto(name="list", elem_type=onnx.SequenceProto.TENSOR, tensor_values=[one, two])
    save(tensors, "values/sequence.pb")
    save(onnx.SequenceProto(elem_type=onnx.SequenceProto.SEQUENCE, sequence_values=[tensors]), "values/nested.pb")
    pairs = onnx.MapProto(name="pairs", key_type=TensorProto.INT64, keys=[4, -5], values=tensors)
    words = onnx.MapProto(name="words", key_type=TensorProto.STRING, string_keys=[b"a", b"b"], values=tensors)
    save(onnx.SequenceProto(elem_type=onnx.SequenceProto.MAP, map_values=[pairs, words]), "values/maps.pb")
    save(onnx.OptionalProto(name="some", elem_type=onnx.OptionalProto.TENSOR, tensor_value=one), "values/some.pb")
    save(onnx.OptionalProto(name="none", elem_type=onnx.OptionalProto.SEQUENCE), "values/none.pb")
    inner = onnx.OptionalProto(elem_type=onnx.OptionalProto.SEQUENCE, sequence_value=tensors)
    save(onnx.OptionalProto(elem_type=onnx.OptionalProto.OPTIONAL, optional_value=inner), "values/optional.pb")


# ---- External data ----

def external_data():
    graph = onnx.GraphProto(name="external")
    for name, array in (("first", np.arange(3, dtype=np.float32)), ("second", np.arange(4, dtype=np.int64))):
        graph.initializer.append(numpy_helper.from_array(array, name))
    model = onnx.ModelProto(ir_version=10, graph=graph, opset_import=[helper.make_opsetid("", 21)])
    if os.path.exists(path("external/weights.bin")):
        os.remove(path("external/weights.bin"))  # onnx would append to it
    onnx.save_model(model, path("external/model.onnx"), save_as_external_data=True, location="weights.bin",
                    size_threshold=0)


# ---- numpy ----

def numpy_files():
    grid = np.arange(6, dtype="<f4").reshape(2, 3)
    arrays = {
        "f4": grid, "fortran": np.asfortranarray(grid), "big-endian": grid.astype(">f4"),
        "fortran3": np.asfortranarray(np.arange(24, dtype="<i2").reshape(2, 3, 4)), "scalar": np.array(2.5, "<f8"),
        "empty": np.zeros((2, 0, 3), "<f4"), "vector": np.array([1, -2, 3], "<i8"), "bool": np.array([True, False]),
        "f2": np.array([1, -2, 0.5], "<f2"), "u1": np.array([0, 255], "u1"), "complex": np.array([1 + 2j], "<c8"),
        "complex-big-endian": np.array([1 + 2j, -3j], ">c16"), "strings": np.array([["a", "Größe"], ["", "\U0001F600"]]),
        "strings-big-endian": np.array(["ab", "c"]).astype(">U2"), "no-strings": np.array([], dtype="<U3"),
    }
    for name, array in arrays.items():
        with open(path(f"numpy/{name}.npy"), "wb") as file:
            np.lib.format.write_array(file, array, version=(1, 0))
    for version in (2, 3):
        with open(path(f"numpy/version{version}.npy"), "wb") as file:
            np.lib.format.write_array(file, grid, version=(version, 0))
    with open(path("numpy/objects.npy"), "wb") as file:
        np.lib.format.write_array(file, np.array([None, {}], dtype=object), version=(1, 0))
    with open(path("numpy/structured.npy"), "wb") as file:
        np.lib.format.write_array(file, np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]), version=(1, 0))
    chosen = ("f4", "fortran", "big-endian", "strings", "scalar", "empty")
    for name, method in (("stored", zipfile.ZIP_STORED), ("deflated", zipfile.ZIP_DEFLATED)):
        with zipfile.ZipFile(path(f"numpy/{name}.npz"), "w", method) as archive:
            for member in chosen:
                with open(path(f"numpy/{member}.npy"), "rb") as file:
                    info = zipfile.ZipInfo(member + ".npy", (1980, 1, 1, 0, 0, 0))
                    info.compress_type = method
                    archive.writestr(info, file.read())


if __name__ == "__main__":
    element_types()
    unknown_fields(every_field())
    old_attributes()
    stored_values()
    external_data()
    numpy_files()
