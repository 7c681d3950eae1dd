"""Writes full-size networks with seeded weights, as PyTorch exports them, with PyTorch's own output beside them.

usage: make_networks.py FOLDER [--kinds plain,bn,dynamo] [NAME ...]

FOLDER/NAME.onnx          TorchScript exporter, opset 17, batch normalization merged where it merges it
FOLDER/NAME.bn.onnx       the same with batch normalization kept
FOLDER/NAME.dynamo.onnx   dynamo=True, opset 20
FOLDER/NAME/test_data_set_0/{input_0,output_0}.pb

Needs torch 2.13.0, torchvision 0.28.0, timm 1.0.31, onnx 1.23.2, onnxscript 0.7.2. About 4 GB for one kind of all
of them.
"""

import argparse
import logging
import pathlib
import sys
import warnings

import torch
from onnx import numpy_helper

# A torchvision whose compiled part does not fit this torch can be imported once its operators are declared.
try:
    import torchvision  # noqa: F401
except RuntimeError:
    for part in [name for name in sys.modules if name.startswith("torchvision")]:
        del sys.modules[part]
    declared = torch.library.Library("torchvision", "DEF")
    for operator in ("nms", "qnms"):
        declared.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import timm  # noqa: E402
import torchvision.models as vision  # noqa: E402

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)

NETWORKS = {
    "alexnet": vision.alexnet, "vgg16": vision.vgg16, "vgg16_bn": vision.vgg16_bn,
    "googlenet": lambda: vision.googlenet(init_weights=False),
    "inception_v3": lambda: vision.inception_v3(init_weights=False),
    "resnet18": vision.resnet18, "resnet50": vision.resnet50, "resnext50": vision.resnext50_32x4d,
    "squeezenet1_1": vision.squeezenet1_1, "densenet121": vision.densenet121,
    "xception41": lambda: timm.create_model("xception41"),
    "shufflenet_v2": vision.shufflenet_v2_x1_0, "mnasnet": vision.mnasnet1_0,
    "mobilenet_v2": vision.mobilenet_v2, "mobilenet_v3": vision.mobilenet_v3_large,
    "efficientnet_b0": vision.efficientnet_b0, "efficientnet_v2_s": vision.efficientnet_v2_s,
    "repvgg_a0": lambda: timm.create_model("repvgg_a0"), "repvgg_b1g4": lambda: timm.create_model("repvgg_b1g4"),
}  # fmt: skip
SIDES = {"inception_v3": 299, "xception41": 299}


def build(name, seed=1):
    """The network in evaluation mode; seeded weights with which normalization changes something and nothing
    overflows."""
    network, draw = NETWORKS[name](), torch.Generator().manual_seed(seed)
    for module in network.modules():
        if isinstance(module, (torch.nn.Conv2d, torch.nn.Linear)):
            torch.nn.init.kaiming_normal_(module.weight, nonlinearity="relu", generator=draw)
            if module.bias is not None:
                module.bias.data.normal_(0, 0.05, generator=draw)
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1, generator=draw)
            module.running_var.uniform_(0.5, 1.5, generator=draw)
            module.weight.data.uniform_(0.3, 0.7, generator=draw)
            module.bias.data.normal_(0, 0.1, generator=draw)
    return network.eval()


def export(network, image, path, kind):
    names = {"input_names": ["input"], "output_names": ["output"]}
    if kind == "dynamo":
        program = torch.onnx.export(
            network, (image,), dynamo=True, opset_version=20, verbose=False, **names,
            dynamic_shapes=({0: torch.export.Dim("N", min=1, max=64)},),
        )  # fmt: skip
        program.save(str(path))
        return
    torch.onnx.export(
        network, (image,), str(path), dynamo=False, opset_version=17, do_constant_folding=False, **names,
        training=torch.onnx.TrainingMode.PRESERVE if kind == "bn" else torch.onnx.TrainingMode.EVAL,
        dynamic_axes={"input": {0: "N"}, "output": {0: "N"}},
    )  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--kinds", default="plain,bn,dynamo")
    options = parser.parse_intermixed_args()
    for name in options.names or NETWORKS:
        network, side = build(name), SIDES.get(name, 224)
        # two images, so that the exporter cannot take the size of the batch for a constant
        images = torch.randn(2, 3, side, side, generator=torch.Generator().manual_seed(2))
        with torch.no_grad():
            scores = network(images)
        fixture = options.folder / name / "test_data_set_0"
        fixture.mkdir(parents=True, exist_ok=True)
        for tensor, label in ((images, "input"), (scores, "output")):
            (fixture / f"{label}_0.pb").write_bytes(numpy_helper.from_array(tensor.numpy(), label).SerializeToString())
        for kind in options.kinds.split(","):
            export(network, images, options.folder / f"{name}{'' if kind == 'plain' else '.' + kind}.onnx", kind)
            print(name, kind, f"largest |output| {float(scores.abs().max()):.3g}", flush=True)


if __name__ == "__main__":
    main()
