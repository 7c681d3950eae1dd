"""Writes small networks as pnnx converts them for ncnn, with what ncnn computes: NAME/{net.param, net.bin, input_0.pb,
output_0.pb}. Weights are float16 where NAME ends in `half`.

usage: generate.py [NAME ...]
versions: ncnn 1.0.20261020, pnnx 20261020, torch 2.15.0, onnx 1.23.2, numpy 2.4.6; seed 1
"""
import pathlib
import shutil
import subprocess
import sys
import tempfile

import ncnn
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from onnx import numpy_helper

FOLDER = pathlib.Path(__file__).resolve().parent


class Residual(nn.Module):
    """Convolutions with and without padding on one side, a branch, a pooling and a product."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 8, 3, 2, 1), nn.Conv2d(8, 8, 3, 1, 1, groups=8)
        self.n, self.m = nn.BatchNorm2d(8), nn.BatchNorm2d(8)
        self.c, self.f = nn.Conv2d(8, 8, (1, 3), 1, (0, 2), (1, 2)), nn.Linear(8, 5)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.n(self.a(x))), 3, 2, 1)
        x = F.relu(self.m(self.b(x))) + x
        x = F.hardswish(self.c(x)) * torch.sigmoid(x)
        return F.softmax(self.f(F.adaptive_avg_pool2d(x, 1).flatten(1)), 1)


class Excite(nn.Module):
    """Squeeze and excitation, activations of every kind."""

    def __init__(self):
        super().__init__()
        self.a, self.s, self.e = nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 2, 1), nn.Conv2d(2, 8, 1)
        self.b, self.p = nn.Conv2d(8, 4, 1), nn.PReLU(4)

    def forward(self, x):
        x = F.silu(self.a(x))
        s = F.hardsigmoid(self.e(F.relu6(self.s(F.adaptive_avg_pool2d(x, 1)))))
        x = self.p(self.b(x * s))
        return F.elu(x) + F.leaky_relu(x, 0.1) * F.mish(x) - F.gelu(x) + torch.tanh(x) + F.softplus(x)


class Decoder(nn.Module):
    """A transposed convolution, a concatenation, resizing, pixels from channels."""

    def __init__(self):
        super().__init__()
        self.a, self.u = nn.Conv2d(3, 6, 3, padding=1), nn.ConvTranspose2d(6, 4, 3, 2, 1, 1)
        self.g, self.c = nn.ConvTranspose2d(6, 4, 2, 2, groups=2), nn.Conv2d(11, 12, 3, padding=1)

    def forward(self, x):
        y = F.relu(self.a(F.avg_pool2d(x, 2)))
        y = torch.cat([self.u(y), self.g(y), F.interpolate(F.pad(x, (1, 1, 1, 1), mode="reflect"), size=x.shape[2:], mode="bilinear")], 1)
        return F.pixel_shuffle(self.c(F.interpolate(y, scale_factor=2, mode="nearest")), 2)


class Attention(nn.Module):
    """One block of a transformer on the pixels of an image."""

    def __init__(self):
        super().__init__()
        self.e, self.n, self.m = nn.Conv2d(3, 8, 4, 4), nn.LayerNorm(8), nn.LayerNorm(8)
        self.a, self.f, self.g = nn.MultiheadAttention(8, 2, batch_first=True), nn.Linear(8, 16), nn.Linear(16, 8)
        self.p = nn.Parameter(torch.randn(1, 16, 8) * 0.1)

    def forward(self, x):
        x = self.e(x).flatten(2).transpose(1, 2) + self.p
        y = self.n(x)
        x = x + self.a(y, y, y, need_weights=False)[0]
        return (x + self.g(F.gelu(self.f(self.m(x))))).mean(1)


class Shuffle(nn.Module):
    """Channels split, shuffled and normalized in groups."""

    def __init__(self):
        super().__init__()
        self.a, self.b, self.n = nn.Conv2d(3, 8, 1), nn.Conv2d(4, 4, 3, padding=1, groups=4), nn.GroupNorm(2, 8)
        self.i, self.l = nn.InstanceNorm2d(8, affine=True), nn.LocalResponseNorm(3)

    def forward(self, x):
        a, b = self.a(x).chunk(2, 1)
        x = torch.cat([a, self.b(b)], 1)
        n, c, h, w = x.shape
        x = x.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w)
        return self.l(self.i(self.n(x)))[:, 1:6, 1:, :-1]


class Detector(nn.Module):
    """A head that turns anchors into rows."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Conv2d(3, 14, 3, 2, 1), nn.Conv2d(14, 14, 3, 2, 1)

    def forward(self, x):
        a = self.a(x)
        rows = [y.reshape(1, 2, 7, -1).permute(0, 1, 3, 2).reshape(1, -1, 7).sigmoid() for y in (a, self.b(a))]
        return torch.cat(rows, 1) * 2 - 0.5


NETWORKS = {
    "residual": (Residual, False), "residual-half": (Residual, True), "excite": (Excite, False),
    "decoder": (Decoder, False), "attention": (Attention, False), "shuffle": (Shuffle, True),
    "detector": (Detector, False),
}


def draw(network):
    """Statistics with which no normalization is an identity."""
    for module in network.modules():
        if isinstance(module, (nn.BatchNorm2d, nn.GroupNorm, nn.InstanceNorm2d, nn.LayerNorm)):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.2)
        if isinstance(module, nn.BatchNorm2d):
            nn.init.normal_(module.running_mean, 0, 0.2)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    return network.eval()


def run(folder, image):
    """What ncnn computes in float32."""
    net = ncnn.Net()
    net.opt.use_vulkan_compute = False
    for name in ("fp16_packed", "fp16_storage", "fp16_arithmetic", "bf16_storage"):
        setattr(net.opt, f"use_{name}", False)
    net.opt.use_winograd_convolution = False
    assert net.load_param(str(folder / "net.param")) == 0 and net.load_model(str(folder / "net.bin")) == 0
    extractor = net.create_extractor()
    extractor.input("in0", ncnn.Mat(image[0]).clone())
    code, result = extractor.extract("out0")
    assert code == 0
    return np.array(result)[None]


def write(array, name, path):
    path.write_bytes(numpy_helper.from_array(array, name).SerializeToString())


for name in sys.argv[1:] or NETWORKS:
    make, half = NETWORKS[name]
    torch.manual_seed(1)
    network, image = draw(make()), torch.randn(1, 3, 16, 16)
    folder = FOLDER / name
    folder.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        torch.jit.trace(network, image, check_trace=False).save(f"{scratch}/net.pt")
        program = pathlib.Path(sys.executable).with_name("pnnx")
        shape = str(list(image.shape)).replace(" ", "")
        subprocess.run(
            [program, "net.pt", f"inputshape={shape}", f"fp16={int(half)}"], cwd=scratch, check=True, capture_output=True)
        for ending in ("param", "bin"):
            shutil.copyfile(pathlib.Path(scratch) / f"net.ncnn.{ending}", folder / f"net.{ending}")
    result = run(folder, image.numpy())
    with torch.no_grad():
        expected = network(image).numpy()
    assert result.size == expected.size
    print(name, result.shape, "differs from torch by", float(np.abs(result.ravel() - expected.ravel()).max()))
    write(image.numpy(), "in0", folder / "input_0.pb")
    write(result, "out0", folder / "output_0.pb")
