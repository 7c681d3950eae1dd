"""Makes the models of this folder, which exist to be written for other operator sets.

usage: generate.py        (in this folder; writes NAME/model.onnx and NAME/test_data_set_0)

Made with python 3.11, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6. Outputs are onnxruntime's without optimizations, or,
where it does not run the model, those of ONNX's reference evaluator.
"""

import pathlib
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from fixture import write

IR = {9: 4, 10: 5, 11: 6, 12: 7, 13: 7, 14: 7, 15: 8, 16: 8, 17: 8, 18: 8, 19: 9, 20: 9, 21: 10, 22: 10, 23: 11, 24: 12, 28: 14}
random = np.random.default_rng(17)


def normal(*shape, kind=np.float32):
    return random.standard_normal(shape).astype(kind)


def int64s(*values):
    return np.array(values, np.int64)


def case(name, version, nodes, inputs, constants=None, outputs=("y",), free=None, functions=(), domains=()):
    """`inputs` maps names to arrays; `free` maps names to declared shapes where they are not the arrays' own."""
    declared = [
        helper.make_tensor_value_info(
            key, helper.np_dtype_to_tensor_dtype(value.dtype), (free or {}).get(key, value.shape))
        for key, value in inputs.items()
    ]
    graph = helper.make_graph(
        nodes, name, declared, [onnx.ValueInfoProto(name=output) for output in outputs],
        [numpy_helper.from_array(value, key) for key, value in (constants or {}).items()])
    model = helper.make_model(
        graph, ir_version=IR[version], producer_name="fixtures", functions=list(functions),
        opset_imports=[helper.make_opsetid("", version)] + [helper.make_opsetid(domain, 1) for domain in domains])
    inferred = onnx.shape_inference.infer_shapes(model)
    del model.graph.output[:]
    types = {info.name: info for info in inferred.graph.output}
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    for output in outputs:
        known = types[output].type.HasField("tensor_type")
        model.graph.output.append(
            types[output] if known else helper.make_tensor_value_info(output, TensorProto.FLOAT, None))
    try:
        engine = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        results = engine.run(None, inputs)
    except Exception as error:
        print(name, "by the reference evaluator:", str(error).split("\n")[0][:120])
        results = ReferenceEvaluator(model).run(None, inputs)
    write(pathlib.Path(__file__).parent / name, model, inputs, dict(zip(outputs, results)))


def node(kind, inputs, outputs="y", **attributes):
    return helper.make_node(kind, inputs.split(",") if inputs else [], outputs.split(","), name=kind, **attributes)


def constant(name, value):
    return helper.make_node("Constant", [], [name], value=numpy_helper.from_array(value))


x4 = normal(2, 4, 5, 6)
case("upsample_nearest", 9, [node("Upsample", "x,s", mode="nearest")], {"x": x4}, {"s": np.float32([1, 1, 2, 3])})
case("upsample_linear", 9, [node("Upsample", "x,s", mode="linear")], {"x": x4}, {"s": np.float32([1, 1, 2, 2])})
case("resize_ten_grows", 10, [node("Resize", "x,s", mode="nearest")], {"x": x4}, {"s": np.float32([1, 1, 1.5, 2])})
case("resize_ten_linear", 10, [node("Resize", "x,s", mode="linear")], {"x": x4}, {"s": np.float32([1, 1, 0.6, 2])})
asymmetric = {"mode": "nearest", "coordinate_transformation_mode": "asymmetric", "nearest_mode": "floor"}
case("resize_scales", 13, [node("Resize", "x,,s", **asymmetric)], {"x": x4}, {"s": np.float32([1, 1, 2, 2])})
case("resize_sizes", 13, [node("Resize", "x,,,z", mode="linear", coordinate_transformation_mode="align_corners")], {"x": x4}, {"z": int64s(2, 4, 7, 9)})
case("resize_half_pixel_twice", 13, [node("Resize", "x,,s", mode="nearest")], {"x": x4}, {"s": np.float32([1, 1, 2, 3])})
case("resize_crop", 13, [node("Resize", "x,r,,z", mode="linear", coordinate_transformation_mode="tf_crop_and_resize")], {"x": x4}, {"z": int64s(2, 4, 3, 3), "r": np.float32([0, 0, 0.1, 0.2, 1, 1, 0.8, 0.9])})
case("resize_axes", 18, [node("Resize", "x,,,z", mode="cubic", axes=[2, 3])], {"x": x4}, {"z": int64s(8, 9)}, free={"x": ["n", 4, "h", "w"]})
for kind in ("Softmax", "LogSoftmax", "Hardmax"):
    case(f"{kind.lower()}_over_axes", 11, [node(kind, "x", axis=1)], {"x": x4})
    case(f"{kind.lower()}_in_the_middle", 13, [node(kind, "x", axis=-3)], {"x": x4})
case("softmax_of_open_shape", 11, [node("Softmax", "x", axis=2)], {"x": x4}, free={"x": ["a", "b", "c", "d"]})
case("group_normalization_shared", 18, [node("GroupNormalization", "x,s,b", num_groups=2)], {"x": x4}, {"s": normal(2), "b": normal(2)})
case("group_normalization", 21, [node("GroupNormalization", "x,s,b", num_groups=2)], {"x": x4}, {"s": normal(4), "b": normal(4)})
case("layer_normalization", 17, [node("LayerNormalization", "x,s,b", "y,m,d", axis=-2)], {"x": x4}, {"s": normal(5, 6), "b": normal(5, 6)}, outputs=("y", "m", "d"))
case("rms_normalization", 23, [node("RMSNormalization", "x,s", axis=-1)], {"x": x4}, {"s": normal(6)})
case("hard_swish", 14, [node("HardSwish", "x")], {"x": x4 * 3})
case("mish", 18, [node("Mish", "x")], {"x": x4})
case("gelu", 20, [node("Gelu", "x")], {"x": x4})
case("gelu_tanh", 20, [node("Gelu", "x", approximate="tanh")], {"x": x4})
case("swish", 24, [node("Swish", "x", alpha=1.5)], {"x": x4})
case("celu", 12, [node("Celu", "x", alpha=2.0)], {"x": x4})
case("split_rest", 18, [node("Split", "x", "y,z,w", axis=1, num_outputs=3)], {"x": normal(2, 7, 3)}, outputs=("y", "z", "w"))
case("split_open_rest", 18, [node("Split", "x", "y,z,w", axis=1, num_outputs=3)], {"x": normal(2, 7, 3)}, outputs=("y", "z", "w"), free={"x": ["a", "b", 3]})
case("split_sizes", 13, [constant("s", int64s(1, 3)), node("Split", "x,s", "y,z", axis=1)], {"x": x4}, outputs=("y", "z"))
case("shape_of_the_end", 15, [node("Shape", "x", start=-2)], {"x": x4}, free={"x": ["a", "b", "c", "d"]})
case("shape_between", 15, [node("Shape", "x", start=1, end=3)], {"x": x4}, free={"x": ["a", "b", "c", "d"]})
case("pad_wrap", 19, [node("Pad", "x,p", mode="wrap")], {"x": x4}, {"p": int64s(0, 0, 2, 1, 0, 0, 3, 0)}, free={"x": ["a", 4, "c", "d"]})
case("pad_axes", 18, [node("Pad", "x,p,,a")], {"x": x4}, {"p": int64s(1, 2, 0, 3), "a": int64s(-1, 1)})
case("reshape_allowing_zero", 14, [node("Reshape", "x,s", allowzero=1)], {"x": x4}, {"s": int64s(2, -1, 6)})
case("axes_from_constant_nodes", 17, [constant("a", int64s(-1)), constant("b", int64s(0, 4)), node("Squeeze", "x,a", "q"), node("Unsqueeze", "q,b")], {"x": normal(3, 2, 5, 1)})
case("axes_from_joined_constants", 18, [constant("a", int64s(1)), constant("b", int64s(-1)), node("Concat", "a,b", "c", axis=0), node("ReduceMean", "x,c", keepdims=0)], {"x": x4})
case("batch_normalization_mixed", 15, [node("BatchNormalization", "x,s,b,m,v")], {"x": normal(1, 3, 2, 2, kind=np.float16)}, {"s": normal(3), "b": normal(3), "m": normal(3), "v": np.abs(normal(3)) + 1})
case("batch_normalization_training", 15, [node("BatchNormalization", "x,s,b,m,v", "y,rm,rv", training_mode=1)], {"x": x4}, {"s": normal(4), "b": normal(4), "m": normal(4), "v": np.abs(normal(4)) + 1}, outputs=("y", "rm", "rv"))
case("clip_integers", 12, [node("Clip", "x,l,h")], {"x": np.int32([[-9, 0, 4, 9]])}, {"l": np.int32(-3), "h": np.int32(5)})
case("clip_variable", 11, [node("Clip", "x,l,h")], {"x": x4, "l": np.array(-0.5, np.float32), "h": np.array(0.25, np.float32)})
case("maximum_integers", 12, [node("Max", "a,b,c")], {name: random.integers(-9, 9, (3, 4)).astype(np.int32) for name in "abc"})
case("greater_or_equal", 12, [node("GreaterOrEqual", "a,b")], {"a": np.float32([1, 2, np.nan, 4]), "b": np.float32([1, 3, np.nan, 2])})
case("equal_numbers", 11, [node("Equal", "a,b")], {"a": np.float32([1, 2, np.nan, 4]), "b": np.float32([1, 3, np.nan, 4])})
case("cast_like", 15, [node("CastLike", "a,b")], {"a": np.float32([1.5, -2.5]), "b": np.int32([0])})
case("power_of_integers", 12, [node("Pow", "a,b")], {"a": np.float32([1.5, 2, 3]), "b": np.int64([2, 3, 0])})
case("least_elements", 11, [node("TopK", "x,k", "y,i", axis=1, largest=0)], {"x": normal(3, 7)}, {"k": int64s(3)}, outputs=("y", "i"))
case("triangle", 14, [node("Trilu", "x,k", upper=0)], {"x": normal(2, 4, 5)}, {"k": np.int64(1)})
case("product_alone", 11, [node("Gemm", "a,b", alpha=0.5, transB=1)], {"a": normal(3, 4), "b": normal(5, 4)})
case("dequantize_along_axis", 13, [node("DequantizeLinear", "x,s,z", axis=1)], {"x": random.integers(-128, 127, (2, 3, 4)).astype(np.int8)}, {"s": np.float32([0.1, 0.2, 0.5]), "z": np.int8([1, -2, 0])})
case("quantize_along_axis", 13, [node("QuantizeLinear", "x,s,z", axis=1)], {"x": normal(2, 3, 4) * 9}, {"s": np.float32([0.1, 0.2, 0.5]), "z": np.uint8([100, 128, 0])})
case("greatest_of_bytes", 12, [node("ReduceMax", "x", axes=[1], keepdims=0)], {"x": random.integers(-128, 127, (2, 5)).astype(np.int8)})
case("depth_to_space_columns", 13, [node("DepthToSpace", "x", blocksize=2, mode="CRD")], {"x": normal(1, 8, 2, 3)})
case("scatter", 9, [node("Scatter", "x,i,u", axis=1)], {"x": normal(2, 5), "i": int64s(0, 3, 1, 2).reshape(2, 2), "u": normal(2, 2)})
case("branches", 17, [
    helper.make_node("If", ["c"], ["y"], name="If",
        then_branch=helper.make_graph([helper.make_node("Shape", ["x"], ["t"], start=1, end=2)], "then", [], [helper.make_tensor_value_info("t", TensorProto.INT64, [1])]),
        else_branch=helper.make_graph([helper.make_node("Constant", [], ["e0"], value_ints=[2]), helper.make_node("Constant", [], ["e1"], value_ints=[0]), helper.make_node("Unsqueeze", ["e0", "e1"], ["e2"]), helper.make_node("Squeeze", ["e2", "e1"], ["e"])], "else", [], [helper.make_tensor_value_info("e", TensorProto.INT64, [1])])),
], {"x": x4, "c": np.array(True)}, free={"x": ["a", "b", "c", "d"]})
case("function_call", 18,
    [helper.make_node("Twice", ["x"], ["t"], name="first", domain="here"), helper.make_node("Twice", ["t"], ["y"], name="second", domain="here")], {"x": x4},
    functions=[helper.make_function("here", "Twice", ["a"], ["b"], [helper.make_node("Add", ["a", "a"], ["s"]), helper.make_node("HardSwish", ["s"], ["b"])], [helper.make_opsetid("", 18)])], domains=("here",))
case("attention", 23, [node("Attention", "q,k,v,m", is_causal=1)], {"q": normal(2, 4, 3, 8), "k": normal(2, 2, 3, 8), "v": normal(2, 2, 3, 6), "m": random.integers(0, 2, (3, 3)).astype(bool)})
case("attention_of_rows", 23, [node("Attention", "q,k,v,m", q_num_heads=2, kv_num_heads=2, softcap=2.0)], {"q": normal(2, 3, 8), "k": normal(2, 5, 8), "v": normal(2, 5, 8), "m": normal(2, 1, 3, 5)})
case("remainder_of_numbers", 28, [node("Mod", "a,b")], {"a": np.float32([5.5, -5.5, 5.5, -6, 0]), "b": np.float32([2, 2, -2, 3, -1])})
