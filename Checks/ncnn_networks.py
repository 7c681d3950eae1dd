"""Exports networks for ncnn and compares what ncnn computes with what onnxruntime computes of the original; then reads the
files back and compares what onnxruntime computes of the ONNX model that comes of them.

usage: ncnn_networks.py [--cnnconv PROGRAM] [--folder FOLDER] [--pnnx] [PATTERN ...]

PATTERN is a shell pattern of a network's name, such as `resnet*`; without one all are taken. max |difference| / max |output|
must be at most 1e-4. `back` is that of the ONNX model that `import` makes of the files; `same` says whether the files
written from it again hold the same weights to the bit; `half` is the largest deviation of the weights of --precision float16
in units of half a last place, and `differs` that of ncnn's output with them from onnxruntime's. With --pnnx files that pnnx
writes are read instead. Prints a Markdown table; exit code 1 if one fails.

Needs ncnn 1.0.20261020, pnnx 20261020, torch 2.15.0, torchvision 0.29.2, timm 1.0.31, onnxruntime 1.32.0, numpy 2.4.6.
"""

import argparse
import fnmatch
import pathlib
import subprocess
import sys
import tempfile
import warnings

import ncnn
import numpy
import onnxruntime
import timm
import torch
import torchvision.models as tv
from torch import nn
from torch.nn import functional as F

warnings.filterwarnings("ignore")


class UNet(nn.Module):
    """Encoder, decoder with transposed convolutions, skips."""

    def __init__(self, c=16):
        super().__init__()

        def block(i, o):
            return nn.Sequential(
                nn.Conv2d(i, o, 3, padding=1), nn.BatchNorm2d(o), nn.ReLU(), nn.Conv2d(o, o, 3, padding=1),
                nn.BatchNorm2d(o), nn.ReLU())

        self.a, self.b, self.c = block(3, c), block(c, 2 * c), block(2 * c, 4 * c)
        self.v, self.w = nn.ConvTranspose2d(4 * c, 2 * c, 2, 2), nn.ConvTranspose2d(2 * c, c, 2, 2)
        self.d, self.e, self.f = block(4 * c, 2 * c), block(2 * c, c), nn.Conv2d(c, 2, 1)

    def forward(self, x):
        a = self.a(x)
        b = self.b(F.max_pool2d(a, 2))
        c = self.c(F.max_pool2d(b, 2))
        b = self.d(torch.cat([self.v(c), b], 1))
        return self.f(self.e(torch.cat([self.w(b), a], 1)))


class SuperResolution(nn.Module):
    """Convolutions, pixels from channels, and the picture resized."""

    def __init__(self):
        super().__init__()
        self.a, self.p, self.b = nn.Conv2d(3, 32, 5, padding=2), nn.PReLU(32), nn.Conv2d(32, 32, 3, padding=1)
        self.c, self.s = nn.Conv2d(32, 27, 3, padding=1), nn.PixelShuffle(3)

    def forward(self, x):
        y = self.s(self.c(F.leaky_relu(self.b(self.p(self.a(x))), 0.2)))
        return y + F.interpolate(x, scale_factor=3, mode="bilinear", align_corners=False)


class Yolo(nn.Module):
    """A focus of strided slices, pyramid pooling, heads whose anchors become boxes."""

    def __init__(self):
        super().__init__()
        self.a, self.b, self.c = nn.Conv2d(12, 32, 3, padding=1), nn.Conv2d(32, 64, 3, 2, 1), nn.Conv2d(64, 64, 3, 2, 1)
        self.p = nn.Conv2d(256, 64, 1)
        self.h = nn.ModuleList([nn.Conv2d(96, 45, 1), nn.Conv2d(64, 45, 1)])

    def forward(self, x):
        x = torch.cat([x[..., ::2, ::2], x[..., 1::2, ::2], x[..., ::2, 1::2], x[..., 1::2, 1::2]], 1)
        a = F.silu(self.a(x))
        c = F.silu(self.c(F.silu(self.b(a))))
        c = self.p(torch.cat([c] + [F.max_pool2d(c, k, 1, k // 2) for k in (5, 9, 13)], 1))
        rows = []
        for head, y in zip(self.h, (torch.cat([a, F.interpolate(c, scale_factor=4)], 1), c)):
            y = head(y)
            n, _, h, w = y.shape
            y = y.view(n, 3, 15, h, w).permute(0, 1, 3, 4, 2).sigmoid()
            ys, xs = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
            grid = torch.stack((xs, ys), 2).view(1, 1, h, w, 2).float()
            anchors = torch.tensor([[10.0, 13], [16, 30], [33, 23]]).view(1, 3, 1, 1, 2)
            box = torch.cat([(y[..., :2] * 2 - 0.5 + grid) * 8, (y[..., 2:4] * 2) ** 2 * anchors, y[..., 4:]], -1)
            rows.append(box.view(n, -1, 15))
        return torch.cat(rows, 1)


def of_timm(name, side=224):
    return name, (lambda: timm.create_model(name), side)


def deployed(name):
    def make():
        network = timm.create_model(name).eval()
        for module in network.modules():
            for method in ("reparameterize", "fuse"):
                if hasattr(module, method):
                    getattr(module, method)()
        return network

    return f"{name} deployed", (make, 224)


NETWORKS = {
    "alexnet": (tv.alexnet, 224), "vgg16": (tv.vgg16, 224), "vgg16_bn": (tv.vgg16_bn, 224),
    "googlenet": (lambda: tv.googlenet(init_weights=False), 224),
    "inception_v3": (lambda: tv.inception_v3(init_weights=False), 299), "resnet18": (tv.resnet18, 224),
    "resnet50": (tv.resnet50, 224), "resnext50": (tv.resnext50_32x4d, 224), "squeezenet1_1": (tv.squeezenet1_1, 224),
    "densenet121": (tv.densenet121, 224), "shufflenet_v2": (tv.shufflenet_v2_x1_0, 224), "mnasnet": (tv.mnasnet1_0, 224),
    "mobilenet_v2": (tv.mobilenet_v2, 224), "mobilenet_v3": (tv.mobilenet_v3_large, 224),
    "efficientnet_b0": (tv.efficientnet_b0, 224), "efficientnet_v2_s": (tv.efficientnet_v2_s, 224),
    "unet": (UNet, 96), "superresolution": (SuperResolution, 48), "yolo": (Yolo, 64),
}
NETWORKS.update([of_timm("xception41", 299), of_timm("repvgg_a0"), of_timm("repvgg_b1g4"), deployed("repvgg_a0")])
NETWORKS.update(of_timm(name, side) for name, side in [
    ("vit_tiny_patch16_224", 224), ("deit_tiny_patch16_224", 224), ("swin_tiny_patch4_window7_224", 224),
    ("convnext_tiny", 224), ("mixer_s32_224", 224), ("regnety_004", 224), ("seresnet18", 224), ("ghostnet_100", 224),
    ("mobilevit_xs", 256), ("levit_128s", 224), ("poolformer_s12", 224), ("hrnet_w18_small", 224), ("dla34", 224),
    ("edgenext_xx_small", 256), ("resnest14d", 224), ("dpn68", 224), ("skresnet18", 224), ("coat_lite_tiny", 224),
    ("pvt_v2_b0", 224), ("mobilenetv4_conv_small", 224), ("fastvit_t8", 256), ("repghostnet_050", 224),
    ("tinynet_a", 192), ("lcnet_050", 224), ("hardcorenas_a", 224), ("cspdarknet53", 256), ("rexnet_100", 224),
    ("gernet_s", 224), ("res2net50_26w_4s", 224), ("selecsls42", 224), ("mobileone_s0", 224), ("inception_v4", 299),
])


def build(make):
    """The network in evaluation mode, drawn so that no normalization is an identity and no output is zero."""
    torch.manual_seed(1)
    network = make().eval()
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        if isinstance(module, nn.BatchNorm2d) and module.weight is not None:
            nn.init.normal_(module.running_mean, 0, 0.1)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
            nn.init.uniform_(module.weight, 0.3, 0.7)
            nn.init.normal_(module.bias, 0, 0.1)
    return network


def run_ncnn(param, name, image, output):
    """What ncnn computes in float32, as the comparison needs it."""
    net = ncnn.Net()
    net.opt.num_threads = 1
    net.opt.use_vulkan_compute = net.opt.use_winograd_convolution = False
    for kind in ("fp16_packed", "fp16_storage", "fp16_arithmetic", "bf16_storage"):
        setattr(net.opt, f"use_{kind}", False)
    if net.load_param(str(param)) != 0 or net.load_model(str(param.with_suffix(".bin"))) != 0:
        raise ValueError("ncnn does not load it")
    extractor = net.create_extractor()
    if extractor.input(name, ncnn.Mat(image[0]).clone()) != 0:
        raise ValueError(f"no input {name}")
    code, result = extractor.extract(output)
    if code != 0:
        raise ValueError(f"no output {output}")
    return numpy.array(result)


def run_onnx(path, image):
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: image})[0]


def difference(found, expected):
    if found.size != expected.size:
        raise ValueError(f"{found.shape} instead of {expected.shape}")
    return float(numpy.abs(found.ravel() - expected.ravel()).max() / numpy.abs(expected).max())


def convert(arguments):
    result = subprocess.run([str(word) for word in arguments], capture_output=True, text=True)
    if result.returncode != 0:
        raise ValueError(result.stderr.strip().splitlines()[-1])


def halves(full, half):
    """The largest deviation of tagged float16 weights, in halves of the last place of each."""
    a, b, i, j, worst = full.read_bytes(), half.read_bytes(), 0, 0, 0.0
    while j < len(b):
        if b[j:j + 4] == b"\x47\x6b\x30\x01" and a[i:i + 4] == b"\0\0\0\0":
            # The length is not told: it goes on as long as the rounded numbers are the same.
            i, j = i + 4, j + 4
            numbers = numpy.frombuffer(a, numpy.float32, (len(a) - i) // 4, i)
            stored = numpy.frombuffer(b, numpy.float16, (len(b) - j) // 2, j)
            count = min(len(numbers), len(stored))
            rounded = numbers[:count].astype(numpy.float16)
            wrong = numpy.nonzero(rounded.view(numpy.uint16) != stored[:count].view(numpy.uint16))[0]
            same = int(wrong[0]) if len(wrong) else count
            place = numpy.spacing(numpy.abs(rounded[:same]).astype(numpy.float16)).astype(numpy.float64) / 2
            error = numpy.abs(numbers[:same].astype(numpy.float64) - rounded[:same].astype(numpy.float64))
            worst = max(worst, float((error / place).max()) if same else 0)
            i, j = i + 4 * same, j + 2 * same + (2 * same) % 4
        elif a[i:i + 4] == b[j:j + 4]:
            i, j = i + 4, j + 4
        else:
            return float("nan")
    return worst


parser = argparse.ArgumentParser(usage=__doc__.split("usage: ")[1].split("\n\n")[0])
parser.add_argument("--cnnconv", default=".build/release/cnnconv")
parser.add_argument("--folder", type=pathlib.Path)
parser.add_argument("--pnnx", action="store_true")
parser.add_argument("patterns", nargs="*")
options = parser.parse_args()
failures = 0
if options.pnnx:
    print("| network | import | difference |\n| --- | --- | --- |")
else:
    print("| network | difference | back | same | half | differs |\n| --- | --- | --- | --- | --- | --- |")
for name, (make, side) in NETWORKS.items():
    if options.patterns and not any(fnmatch.fnmatch(name, pattern) for pattern in options.patterns):
        continue
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.folder or pathlib.Path(scratch)
        stem = name.replace(" ", "-")
        model, net = folder / f"{stem}.onnx", folder / f"{stem}.param"
        try:
            network = build(make)
            image = torch.randn(1, 3, side, side, generator=torch.Generator().manual_seed(2))
            if options.pnnx:
                torch.jit.trace(network, image, check_trace=False).save(folder / f"{stem}.pt")
                subprocess.run(
                    [pathlib.Path(sys.executable).with_name("pnnx"), f"{stem}.pt", f"inputshape=[1,3,{side},{side}]",
                     "fp16=0"], cwd=folder, check=True, capture_output=True)
                written = folder / f"{stem.replace('-', '_')}.ncnn.param"
                convert([options.cnnconv, "import", written, "--input-shape", f"in0:1,3,{side},{side}", "-o", model])
                expected = run_ncnn(written, "in0", image.numpy(), "out0")
                error = difference(run_onnx(model, image.numpy()), expected)
                print(f"| {name} | yes | {error:.1e} |", flush=True)
                failures += error > 1e-4
                continue
            free = {"input": {0: "N"}, "output": {0: "N"}}
            torch.onnx.export(
                network, (image,), str(model), dynamo=False, opset_version=17, input_names=["input"],
                output_names=["output"], dynamic_axes=None if name == "yolo" else free)
            expected = run_onnx(model, image.numpy())
            convert([options.cnnconv, "export", model, "-o", net])
            error = difference(run_ncnn(net, "input", image.numpy(), "output"), expected)
            again, copy, half = folder / "again.onnx", folder / "again.param", folder / "half.param"
            convert([options.cnnconv, "import", net, "-o", again])
            back = difference(run_onnx(again, image.numpy()), expected)
            convert([options.cnnconv, "export", again, "-o", copy, "--force"])
            same = net.with_suffix(".bin").read_bytes() == copy.with_suffix(".bin").read_bytes()
            convert([options.cnnconv, "export", model, "-o", half, "--precision", "float16", "--force"])
            units = halves(net.with_suffix(".bin"), half.with_suffix(".bin"))
            low = difference(run_ncnn(half, "input", image.numpy(), "output"), expected)
            print(f"| {name} | {error:.1e} | {back:.1e} | {'yes' if same else 'no'} | {units:.3f} | {low:.1e} |", flush=True)
            failures += not (error <= 1e-4 and back <= 1e-4 and units <= 1)
        except (ValueError, RuntimeError, subprocess.CalledProcessError, StopIteration) as error:
            failures += 1
            print(f"| {name} | {str(error).splitlines()[0][:300]} |", flush=True)
sys.exit(1 if failures else 0)
