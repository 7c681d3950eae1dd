"""Writes networks beyond the classic classifiers with seeded weights, as PyTorch exports them, with its own output beside
them: segmentation, super-resolution, generators, U-Nets, volumes, lines of sound and signals, recurrent
recognisers, transformers, detectors.

usage: make_others.py FOLDER [NAME ...]

FOLDER/NAME.onnx                                   TorchScript exporter, opset 17
FOLDER/NAME/test_data_set_0/{input_0,output_0}.pb

engine_peers.py measures what lies in FOLDER. Needs torch 2.13.0, torchvision 0.28.0, timm 1.0.31, onnx 1.23.2. About
3 GB for all of them.
"""

import argparse
import logging
import pathlib
import sys
import warnings

import torch
from onnx import numpy_helper
from torch import nn
from torch.nn import functional

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
from torchvision import models as vision  # noqa: E402

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)


class Called(nn.Module):
    """A network that is what a function does with layers."""

    def __init__(self, call, **layers):
        super().__init__()
        self.call, self.layers = call, nn.ModuleDict(layers)

    def forward(self, x):
        return self.call(x, self.layers)


def layer(dimensions, kind):
    return getattr(nn, f"{kind}{dimensions}d")


def twice(dimensions, inputs, outputs):
    """Two convolutions, each with normalization and rectifier."""
    layers = []
    for channels in (inputs, outputs):
        layers.append(layer(dimensions, "Conv")(channels, outputs, 3, padding=1, bias=False))
        layers += [layer(dimensions, "BatchNorm")(outputs), nn.ReLU()]
    return nn.Sequential(*layers)


def unet(dimensions, inputs, outputs, width):
    def call(x, net):
        a = net["a"](x)
        b = net["b"](net["pool"](a))
        c = net["c"](net["pool"](b))
        x = net["d"](torch.cat([net["up_b"](c), b], 1))
        return net["out"](net["e"](torch.cat([net["up_a"](x), a], 1)))

    up = layer(dimensions, "ConvTranspose")
    return Called(
        call, a=twice(dimensions, inputs, width), b=twice(dimensions, width, 2 * width),
        c=twice(dimensions, 2 * width, 4 * width), up_b=up(4 * width, 2 * width, 2, 2),
        d=twice(dimensions, 4 * width, 2 * width), up_a=up(2 * width, width, 2, 2),
        e=twice(dimensions, 2 * width, width), pool=layer(dimensions, "MaxPool")(2),
        out=layer(dimensions, "Conv")(width, outputs, 1),
    )  # fmt: skip


def recogniser(kind):
    """A line of text: convolutions, a recurrent layer both ways, scores for each column."""
    def call(x, net):
        x = net["features"](x).permute(0, 3, 1, 2).flatten(2)
        return net["scores"](net["memory"](x)[0]).log_softmax(-1)

    features = nn.Sequential(
        twice(2, 1, 32), nn.MaxPool2d(2), twice(2, 32, 64), nn.MaxPool2d(2), twice(2, 64, 128), nn.MaxPool2d((2, 1)),
    )
    memory = kind(128 * 4, 192, num_layers=2, bidirectional=True, batch_first=True)
    return Called(call, features=features, memory=memory, scores=nn.Linear(384, 97))


def generator():
    layers, channels = [], (100, 512, 256, 128, 64)
    for index, (inputs, outputs) in enumerate(zip(channels, channels[1:])):
        layers += [nn.ConvTranspose2d(inputs, outputs, 4, 2 if index else 1, 1 if index else 0, bias=False)]
        layers += [nn.BatchNorm2d(outputs), nn.ReLU()]
    return nn.Sequential(*layers, nn.ConvTranspose2d(64, 3, 4, 2, 1), nn.Tanh())


class Residual(nn.Module):
    def __init__(self, body, shortcut=None, activation=None):
        super().__init__()
        self.body, self.shortcut = body, shortcut or nn.Identity()
        self.activation = activation or nn.Identity()

    def forward(self, x):
        return self.activation(self.body(x) + self.shortcut(x))


def signal_classifier():
    def block(inputs, outputs, stride):
        body = nn.Sequential(
            nn.Conv1d(inputs, outputs, 7, stride, 3), nn.BatchNorm1d(outputs), nn.ReLU(),
            nn.Conv1d(outputs, outputs, 7, 1, 3), nn.BatchNorm1d(outputs),
        )  # fmt: skip
        return Residual(body, nn.Conv1d(inputs, outputs, 1, stride), nn.ReLU())

    return nn.Sequential(
        nn.Conv1d(12, 64, 15, 2, 7), nn.ReLU(), block(64, 64, 1), block(64, 128, 2), block(128, 256, 2),
        nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(256, 5),
    )  # fmt: skip


def wavenet(layers=12, width=64):
    def call(x, net):
        x, sum_ = net["first"](x), 0
        for index in range(layers):
            gate, signal = net[f"gate{index}"](functional.pad(x, (2 ** (index % 6), 0))).chunk(2, 1)
            y = torch.sigmoid(gate) * torch.tanh(signal)
            sum_ = sum_ + net[f"skip{index}"](y)
            x = x + net[f"next{index}"](y)
        return net["out"](functional.relu(sum_))

    parts = {"first": nn.Conv1d(1, width, 1), "out": nn.Conv1d(width, 256, 1)}
    for index in range(layers):
        parts[f"gate{index}"] = nn.Conv1d(width, 2 * width, 2, dilation=2 ** (index % 6))
        parts[f"skip{index}"], parts[f"next{index}"] = nn.Conv1d(width, width, 1), nn.Conv1d(width, width, 1)
    return Called(call, **parts)


def vocoder():
    def residual(width):
        return Residual(nn.Sequential(nn.LeakyReLU(0.1), nn.Conv1d(width, width, 7, dilation=3, padding=9)))

    layers, width = [nn.Conv1d(80, 256, 7, padding=3)], 256
    for stride in (8, 8, 2):
        layers += [nn.LeakyReLU(0.1), nn.ConvTranspose1d(width, width // 2, 2 * stride, stride, stride // 2)]
        width //= 2
        layers.append(residual(width))
    return nn.Sequential(*layers, nn.LeakyReLU(0.1), nn.Conv1d(width, 1, 7, padding=3), nn.Tanh())


def denoiser():
    inner = [twice(2, 64, 64) for _ in range(4)]
    return nn.Sequential(nn.Conv2d(1, 64, 3, padding=1), nn.ReLU(), *inner, nn.Conv2d(64, 1, 3, padding=1))


def super_resolution(kind):
    if kind == "shuffle":
        body = [nn.Conv2d(1, 64, 5, padding=2), nn.Tanh(), nn.Conv2d(64, 32, 3, padding=1), nn.Tanh()]
        return nn.Sequential(*body, nn.Conv2d(32, 9, 3, padding=1), nn.PixelShuffle(3))
    if kind == "transposed":
        body = [nn.Conv2d(1, 56, 5, padding=2), nn.PReLU(56), nn.Conv2d(56, 12, 1), nn.PReLU(12)]
        for _ in range(4):
            body += [nn.Conv2d(12, 12, 3, padding=1), nn.PReLU(12)]
        return nn.Sequential(*body, nn.Conv2d(12, 56, 1), nn.PReLU(56), nn.ConvTranspose2d(56, 1, 9, 3, 4, 2))
    body = [nn.Conv2d(3, 64, 3, padding=1)]
    for _ in range(8):
        inner = (nn.Conv2d(64, 64, 3, padding=1), nn.ReLU(), nn.Conv2d(64, 64, 3, padding=1))
        body.append(Residual(nn.Sequential(*inner)))
    return nn.Sequential(*body, nn.Conv2d(64, 256, 3, padding=1), nn.PixelShuffle(2), nn.Conv2d(64, 3, 3, padding=1))


def style_transfer():
    def step(inputs, outputs, size, stride=1, up=1):
        layers = [nn.Upsample(scale_factor=up)] if up > 1 else []
        layers += [nn.ReflectionPad2d(size // 2), nn.Conv2d(inputs, outputs, size, stride)]
        return nn.Sequential(*layers, nn.InstanceNorm2d(outputs, affine=True), nn.ReLU())

    body = [step(3, 32, 9), step(32, 64, 3, 2), step(64, 128, 3, 2)]
    body += [Residual(nn.Sequential(step(128, 128, 3), step(128, 128, 3))) for _ in range(3)]
    return nn.Sequential(*body, step(128, 64, 3, up=2), step(64, 32, 3, up=2), nn.Conv2d(32, 3, 9, padding=4))


def yolo(activation, decodes):
    """A backbone, two heads, and, if it decodes, boxes and scores of all cells."""
    def unit(inputs, outputs, size=3, stride=1):
        convolution = nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False)
        return nn.Sequential(convolution, nn.BatchNorm2d(outputs), activation())

    def call(x, net):
        middle = net["middle"](x)
        deep = net["deep"](middle)
        wide = torch.cat([functional.interpolate(net["up"](deep), scale_factor=2), middle], 1)
        heads = [net["head_deep"](deep), net["head_wide"](net["join"](wide))]
        if not decodes:
            return torch.cat([head.flatten(2) for head in heads], 2)
        boxes = []
        for head, stride in zip(heads, (32, 16)):
            n, _, h, w = head.shape
            y = head.view(n, 3, 85, h, w).permute(0, 1, 3, 4, 2).sigmoid()
            rows, columns = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
            grid = torch.stack([columns, rows], 2).view(1, 1, h, w, 2).float()
            places = (y[..., :2] * 2 - 0.5 + grid) * stride
            sizes = (y[..., 2:4] * 2) ** 2 * stride
            boxes.append(torch.cat([places, sizes, y[..., 4:]], -1).view(n, -1, 85))
        return torch.cat(boxes, 1)

    middle = [unit(3, 16)] + [unit(width, 2 * width, 3, 2) for width in (16, 32, 64, 128)]
    deep = (unit(256, 512, 3, 2), unit(512, 256, 1), unit(256, 512))
    return Called(
        call, middle=nn.Sequential(*middle), deep=nn.Sequential(*deep),
        up=unit(512, 128, 1), join=unit(384, 256), head_deep=nn.Conv2d(512, 255, 1), head_wide=nn.Conv2d(256, 255, 1),
    )  # fmt: skip


class Output(nn.Module):
    """The main output alone."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        y = self.network(x)
        return y["out"] if isinstance(y, dict) else y


def segmentation(name):
    return lambda: Output(getattr(vision.segmentation, name)(weights=None, weights_backbone=None))


def of_timm(name, **settings):
    return lambda: timm.create_model(name, **settings)


IMAGE, LARGE = (3, 224, 224), (3, 256, 256)
NETWORKS = {
    "fcn_resnet50": (segmentation("fcn_resnet50"), LARGE),
    "deeplabv3_resnet50": (segmentation("deeplabv3_resnet50"), LARGE),
    "deeplabv3_mobilenet": (segmentation("deeplabv3_mobilenet_v3_large"), LARGE),
    "lraspp": (segmentation("lraspp_mobilenet_v3_large"), LARGE),
    "unet": (lambda: unet(2, 3, 2, 32), LARGE), "unet_3d": (lambda: unet(3, 1, 2, 16), (1, 32, 64, 64)),
    "unet_1d": (lambda: unet(1, 1, 4, 32), (1, 4096)),
    "dncnn": (denoiser, (1, 128, 128)),
    "sr_shuffle": (lambda: super_resolution("shuffle"), (1, 180, 180)),
    "sr_transposed": (lambda: super_resolution("transposed"), (1, 120, 120)),
    "sr_residual": (lambda: super_resolution("residual"), (3, 96, 96)),
    "dcgan": (generator, (100, 1, 1)), "style": (style_transfer, LARGE),
    "yolo_leaky": (lambda: yolo(lambda: nn.LeakyReLU(0.1), False), (3, 320, 320)),
    "yolo_swish": (lambda: yolo(nn.SiLU, True), (3, 320, 320)),
    "crnn_lstm": (lambda: recogniser(nn.LSTM), (1, 32, 320)), "crnn_gru": (lambda: recogniser(nn.GRU), (1, 32, 320)),
    "ecg_1d": (signal_classifier, (12, 4096)), "wavenet": (wavenet, (1, 4096)), "vocoder": (vocoder, (80, 64)),
    "r3d_18": (lambda: vision.video.r3d_18(weights=None), (3, 8, 112, 112)),
    "r2plus1d_18": (lambda: vision.video.r2plus1d_18(weights=None), (3, 8, 112, 112)),
    "vit_b_32": (lambda: vision.vit_b_32(weights=None), IMAGE),
    "vit_b_16": (lambda: vision.vit_b_16(weights=None), IMAGE),
    "swin_t": (lambda: vision.swin_t(weights=None), IMAGE),
    "swin_v2_t": (lambda: vision.swin_v2_t(weights=None), LARGE),
    "convnext_tiny": (lambda: vision.convnext_tiny(weights=None), IMAGE),
    "maxvit_t": (lambda: vision.maxvit_t(weights=None), IMAGE),
    "regnet_y_800mf": (lambda: vision.regnet_y_800mf(weights=None), IMAGE),
    "regnet_x_1_6gf": (lambda: vision.regnet_x_1_6gf(weights=None), IMAGE),
} | {
    name: (of_timm(name), IMAGE)
    for name in (
        "deit_tiny_patch16_224", "mobilevit_s", "mobilevitv2_100", "efficientformer_l1", "ghostnet_100",
        "hrnet_w18_small", "poolformer_s12", "mixer_s32_224", "resmlp_12_224", "edgenext_small", "mobileone_s0",
        "repghostnet_100", "levit_128", "pvt_v2_b0", "tiny_vit_5m_224", "convnextv2_atto", "inception_next_tiny",
        "fastvit_t8", "coatnet_nano_rw_224", "efficientvit_b0", "mobilenetv4_conv_small", "rexnet_100", "dla34",
        "cspresnet50", "nfnet_l0", "ese_vovnet19b_dw", "hardcorenas_a", "tresnet_m", "gernet_s", "res2net50_26w_4s",
    )
}  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NETWORKS))
    options = parser.parse_args()
    unknown = set(options.names) - set(NETWORKS)
    if unknown:
        parser.error(f"there is no {', '.join(sorted(unknown))}")
    options.folder.mkdir(parents=True, exist_ok=True)
    failed = False
    for name in options.names or NETWORKS:
        make, shape = NETWORKS[name]
        torch.manual_seed(1)
        try:
            network, x = make().eval(), torch.randn(1, *shape)
            path = options.folder / f"{name}.onnx"
            names = {"input_names": ["input"], "output_names": ["output"]}
            torch.onnx.export(network, (x,), path, dynamo=False, opset_version=17, **names)
            with torch.inference_mode():
                y = network(x)
            data = options.folder / name / "test_data_set_0"
            data.mkdir(parents=True, exist_ok=True)
            for file, tensor in (("input_0", x), ("output_0", y)):
                (data / f"{file}.pb").write_bytes(numpy_helper.from_array(tensor.numpy()).SerializeToString())
            print(name, flush=True)
        except Exception as error:  # one network that cannot be exported does not keep the others back
            failed = True
            print(f"{name}: {str(error).splitlines()[0]}", file=sys.stderr, flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
