"""A small classifier and what onnxruntime answers for pictures that Pillow has decoded and resized.

classifier.onnx takes float32[N, 3, 64, 64] and gives the scores of 12 classes; probabilities.onnx is the same with softmax at
the end, and takes [2, 64, 64, 3]. classifier.json holds the options of the command line, and the five best classes with their
probabilities.

Made with python 3.11, pillow 13.0.0, numpy 2.4.6, onnx 1.23.2, onnxruntime 1.31.1.

usage: python Fixtures/Images/classifier.py
"""

import json
import pathlib

import numpy
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

folder = pathlib.Path(__file__).parent
random = numpy.random.default_rng(5)
IMAGENET = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])


def tensor(name, *shape, scale):
    return numpy_helper.from_array((random.normal(0, scale, shape)).astype(numpy.float32), name)


def model(name, weights, *, last, softmax):
    nodes = []
    value = "image"
    if last:
        nodes.append(helper.make_node("Transpose", [value], ["planes"], perm=[0, 3, 1, 2]))
        value = "planes"
    nodes += [
        helper.make_node("Conv", [value, "w"], ["a"], strides=[4, 4], kernel_shape=[5, 5]),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("AveragePool", ["b"], ["c"], kernel_shape=[5, 5], strides=[5, 5]),
        helper.make_node("Flatten", ["c"], ["d"]),
        helper.make_node("Gemm", ["d", "g", "h"], ["logits"]),
    ]
    output = "logits"
    if softmax:
        nodes.append(helper.make_node("Softmax", ["logits"], ["shares"], axis=1))
        output = "shares"
    shape = [2, 64, 64, 3] if last else ["N", 3, 64, 64]
    graph = helper.make_graph(
        nodes, name, [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, [shape[0], 12])], weights)
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(made)
    (folder / f"{name}.onnx").write_bytes(made.SerializeToString(deterministic=True))
    return onnxruntime.InferenceSession(made.SerializeToString(), providers=["CPUExecutionProvider"])


def prepared(file, *, side=73, crop=64, filter="bilinear", scale=None, mean=IMAGENET[0], std=IMAGENET[1], bgr=False):
    """torchvision's steps; `side` may be a (width, height)."""
    picture = Image.open(folder / "files" / file).convert("RGB")
    width, height = picture.size
    if isinstance(side, tuple):
        size = side
    elif width <= height:
        size = (side, int(side * height / width))
    else:
        size = (int(side * width / height), side)
    picture = picture.resize(size, getattr(Image.Resampling, filter.upper()))
    left, top = (int(round((extent - crop) / 2.0)) for extent in picture.size)
    picture = picture.crop((left, top, left + crop, top + crop))
    pixels = numpy.asarray(picture).astype(numpy.float32)
    pixels = pixels / numpy.float32(255) if scale is None else pixels * numpy.float32(scale)
    if bgr:
        pixels = pixels[..., ::-1]
    return (pixels - numpy.array(mean, numpy.float32)) / numpy.array(std, numpy.float32)


def best(scores, softmax):
    if softmax:
        powers = numpy.exp(scores.astype(numpy.float64) - scores.max())
        scores = powers / powers.sum()
    order = numpy.argsort(-scores, kind="stable")[:5]
    return [[int(index), float(scores[index])] for index in order]


def main():
    weights = [
        tensor("w", 8, 3, 5, 5, scale=0.12), tensor("g", 8 * 9, 12, scale=0.3), tensor("h", 12, scale=0.3)]
    plain = model("classifier", weights, last=False, softmax=False)
    shares = model("probabilities", weights, last=True, softmax=True)
    variants = [
        ([], {}),
        (["--resize", "80", "--interpolation", "bicubic"], {"side": 80, "filter": "bicubic"}),
        (["--resize", "70x66", "--interpolation", "lanczos"], {"side": (70, 66), "filter": "lanczos"}),
        (["--mean", "0.5", "--std", "0.5,0.5,0.5"], {"mean": [0.5] * 3, "std": [0.5] * 3}),
        (["--bgr", "--scale", "0.017", "--mean", "1.7,1.9,2", "--std", "1"],
         {"bgr": True, "scale": 0.017, "mean": [1.7, 1.9, 2], "std": [1]}),
    ]
    cases = []
    for options, settings in variants:
        for file in ("baseline-420.jpg", "filtered.png", "lossy.webp", "exif-rotated.jpg", "rgb-31.ppm"):
            pixels = prepared(file, **settings)
            scores = plain.run(None, {"image": pixels.transpose(2, 0, 1)[None]})[0][0]
            cases.append({"model": "classifier.onnx", "file": file, "options": options, "top": best(scores, True)})
    for file in ("cmyk.jpg", "lossless.webp", "grey.jpg"):
        pixels = prepared(file)
        scores = shares.run(None, {"image": numpy.stack([pixels, pixels])})[0][0]
        cases.append({"model": "probabilities.onnx", "file": file, "options": [], "top": best(scores, False)})
    lines = ",\n".join(f" {json.dumps(case)}" for case in cases)
    (folder / "classifier.json").write_text(f"[\n{lines}\n]\n")


main()
