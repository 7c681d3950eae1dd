"""Small detectors and segmenters, and what torchvision's suppression of overlapping boxes makes of their outputs.

The detectors give boxes that do not depend on the picture, in the forms of well-known exports; the segmenter is one convolution.
detectors.json holds the options of the command line and, for each, the boxes (class, score, left, top, right, bottom in pixels of
the picture, back from the frame as Ultralytics computes it), or the share of each class as onnxruntime and Pillow give it.

Made with python 3.11, pillow 13.0.0, numpy 2.4.6, onnx 1.23.2, onnxruntime 1.32.0, torch 2.15.0, torchvision 0.29.2.

usage: python Fixtures/Images/detectors.py
"""

import json
import pathlib

import numpy
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from PIL import Image
from torchvision.ops import batched_nms

folder = pathlib.Path(__file__).parent
random = numpy.random.default_rng(8)
SIDE, PICTURE = 64, "baseline-420.jpg"
NAMES = ["ant", "bee", "cat", "dog", "eel", "fly", "gnu"]


def save(name, nodes, inputs, outputs, constants, properties=()):
    graph = helper.make_graph(nodes, name, inputs, outputs, [numpy_helper.from_array(v, k) for k, v in constants.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(model, dict(properties))
    onnx.checker.check_model(model)
    (folder / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))
    return model


def constant(name, values, shape, properties=()):
    """A model whose outputs are given, whatever the picture: the picture's mean is added to each 0 times."""
    nodes = [
        helper.make_node("ReduceMean", ["image"], ["mean"], keepdims=0), helper.make_node("Mul", ["mean", "zero"], ["none"])]
    outputs = []
    for key, value in values.items():
        if value.dtype == numpy.float32:
            nodes.append(helper.make_node("Add", [f"{key}.given", "none"], [key]))
        else:
            nodes.append(helper.make_node("Identity", [f"{key}.given"], [key]))
        outputs.append(helper.make_tensor_value_info(key, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape))
    constants = {f"{key}.given": value for key, value in values.items()} | {"zero": numpy.zeros((), numpy.float32)}
    save(name, nodes, [helper.make_tensor_value_info("image", TensorProto.FLOAT, shape)], outputs, constants, properties)


def drawn(count):
    """Boxes in clusters, so that many overlap: centre and size."""
    middle = random.uniform(10, 54, (9, 2))[random.integers(0, 9, count)] + random.normal(0, 1.5, (count, 2))
    size = random.uniform(6, 24, (9, 2))[random.integers(0, 9, count)] * random.uniform(0.8, 1.2, (count, 2))
    return numpy.concatenate([middle, size], 1).astype(numpy.float32)


def corners(boxes):
    return numpy.concatenate([boxes[:, :2] - boxes[:, 2:] / 2, boxes[:, :2] + boxes[:, 2:] / 2], 1)


def unframed(boxes, size):
    """From the frame to the picture, as Ultralytics' scale_boxes does it."""
    gain = min(SIDE / size[1], SIDE / size[0])
    pad = [round((SIDE - round(extent * gain)) / 2 - 0.1) for extent in size]
    boxes = (boxes - numpy.array(pad * 2)) / gain
    return boxes.clip(0, numpy.array(list(size) * 2))


def unstretched(boxes, size):
    return (boxes * numpy.array(list(size) * 2) / SIDE).clip(0, numpy.array(list(size) * 2))


def chosen(boxes, scores, classes, confidence, overlap):
    keep = scores >= confidence
    boxes, scores, classes = boxes[keep], scores[keep], classes[keep]
    order = batched_nms(torch.from_numpy(boxes), torch.from_numpy(scores), torch.from_numpy(classes), overlap).numpy()[:300]
    return boxes[order], scores[order], classes[order]


def listed(boxes, scores, classes):
    return [[int(c), float(s), *map(float, b)] for b, s, c in zip(boxes, scores, classes)]


def main():
    size = Image.open(folder / "files" / PICTURE).size
    cases = []
    whole = [1, 3, SIDE, SIDE]

    def case(model, options, kind, expected):
        cases.append({"model": f"{model}.onnx", "file": PICTURE, "options": options, kind: expected})

    # YOLO from version 8 on: a column for each of 8x8 + 4x4 + 2x2 places.
    boxes, shares = drawn(84), (random.uniform(0, 1, (84, 7)) ** 3).astype(numpy.float32)
    scores, classes = shares.max(1), shares.argmax(1)
    values = numpy.concatenate([boxes, shares], 1).T[None].copy()
    constant("columns", {"output0": values}, whole, {
        "task": "detect", "stride": "32", "imgsz": f"[{SIDE}, {SIDE}]", "names": str(dict(enumerate(NAMES)))}.items())
    for options, confidence, overlap in [([], 0.25, 0.7), (["--confidence", "0.5", "--overlap", "0.3"], 0.5, 0.3)]:
        found = chosen(corners(boxes), scores, classes, confidence, overlap)
        case("columns", options, "boxes", listed(unframed(found[0], size), *found[1:]))
    # The same without metadata, and stretched in place of framed.
    constant("unnamed", {"output0": values}, whole)
    found = chosen(corners(boxes), scores, classes, 0.25, 0.7)
    case("unnamed", ["--resize", f"{SIDE}x{SIDE}"], "boxes", listed(unstretched(found[0], size), *found[1:]))

    # YOLO up to version 7: a row for each of three boxes a place.
    boxes = drawn(252)
    certainties = random.uniform(0, 1, (252, 1)).astype(numpy.float32)
    shares = (random.uniform(0, 1, (252, 7)) ** 2).astype(numpy.float32)
    scores, classes = (shares * certainties).max(1), (shares * certainties).argmax(1)
    constant("rows", {"output": numpy.concatenate([boxes, certainties, shares], 1)[None]}, whole)
    found = chosen(corners(boxes), scores, classes, 0.25, 0.7)
    case("rows", [], "boxes", listed(unframed(found[0], size), *found[1:]))

    # Chosen by the network itself, YOLO from version 10 on: corners, score, class.
    boxes, scores = corners(drawn(300)), numpy.sort(random.uniform(0, 0.6, 300).astype(numpy.float32))[::-1].copy()
    classes = random.integers(0, 7, 300)
    constant("chosen", {"output0": numpy.concatenate([boxes, scores[:, None], classes[:, None]], 1, dtype=numpy.float32)[None]},
             whole, {"task": "detect", "stride": "32", "names": str(dict(enumerate(NAMES)))}.items())
    keep = scores >= 0.5
    case("chosen", ["--confidence", "0.5"], "boxes", listed(unframed(boxes[keep], size), scores[keep], classes[keep]))

    # torchvision's detectors: no batch; boxes, labels and scores in outputs of their own.
    boxes, scores = corners(drawn(40)), numpy.sort(random.uniform(0, 1, 40).astype(numpy.float32))[::-1].copy()
    classes = random.integers(1, 91, 40)
    constant("listed", {"boxes": boxes.astype(numpy.float32), "labels": classes, "scores": scores}, whole[1:])
    keep = scores >= 0.25
    case("listed", [], "boxes", listed(unstretched(boxes[keep], size), scores[keep], classes[keep]))

    # A segmenter: 21 classes for each second pixel.
    weights = random.normal(0, 1, (21, 3, 3, 3)).astype(numpy.float32)
    segmenter = save(
        "places", [helper.make_node("Conv", ["image", "w"], ["out"], strides=[2, 2], pads=[1, 1, 1, 1])],
        [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("out", TensorProto.FLOAT, ["N", 21, SIDE // 2, SIDE // 2])], {"w": weights})
    picture = Image.open(folder / "files" / PICTURE).convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR)
    tensor = (numpy.asarray(picture, numpy.float32) / 255 - numpy.float32([0.485, 0.456, 0.406])) / numpy.float32(
        [0.229, 0.224, 0.225])
    session = onnxruntime.InferenceSession(segmenter.SerializeToString(), providers=["CPUExecutionProvider"])
    best = session.run(None, {"image": tensor.transpose(2, 0, 1)[None]})[0][0].argmax(0)
    counts = sorted(((int((best == c).sum()), -c) for c in range(21) if (best == c).any()), reverse=True)
    case("places", ["--resize", f"{SIDE}x{SIDE}", "--crop", "none"], "areas", [[-c, n / best.size] for n, c in counts])

    (folder / "detectors.json").write_text(json.dumps(cases, indent=1))


if __name__ == "__main__":
    main()
