"""Makes the folders beside this file: small networks with what `cnnconv fuse` is to merge, drop, rewrite or leave
alone, with PyTorch's outputs as the truth.

usage: generate.py [NAME ...]      (every case when none is named)

NAME/model.onnx and NAME/test_data_set_0/{input,output}_N.pb. Blocks in the form they are trained in are of blocks.py,
traced with normalizations kept (`-dynamo` by the newer exporter, `-optimized` with its optimizer); those for which
PyTorch has no module are written with onnx.helper and computed by onnxruntime without its optimizer.

Made with python 3.11, torch 2.13.0, onnx 1.23.2, onnxscript 0.7.2, onnxruntime 1.31.1, numpy 2.4.6; weights and inputs
from each case's position. Remaking gives the same bytes with these versions.
"""

import functools
import math
import pathlib
import sys

import numpy
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import nn
from torch.nn import functional

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]
import blocks  # noqa: E402
import fixture  # noqa: E402


class Spellings(nn.Module):
    """A convolution and then one function, spelled in several ways, an output for each."""

    def __init__(self, *spellings):
        super().__init__()
        self.conv, self.spellings = nn.Conv2d(3, 4, 3), spellings

    def forward(self, x):
        y = self.conv(x) * 3
        return tuple(spelling(y) for spelling in self.spellings)


HARD_SIGMOIDS = (
    lambda x: functional.relu6(x + 3) / 6,
    lambda x: functional.relu6(x + 3.0) * (1 / 6),
    lambda x: torch.clamp(x + 3, 0, 6) / 6,
    lambda x: torch.clamp(x * 0.2 + 0.5, 0, 1),
    lambda x: torch.clamp(x / 6 + 0.5, min=0, max=1),
    functional.hardsigmoid,
    lambda x: functional.relu6(x + 2.5) / 6,  # none: another point
)
HARD_SWISHES = (
    lambda x: x * functional.relu6(x + 3) / 6,
    lambda x: x * (functional.relu6(x + 3) / 6),
    lambda x: x * torch.clamp(x + 3, 0, 6) * (1 / 6),
    lambda x: functional.relu6(x + 3) * x / 6,
    lambda x: x * functional.hardsigmoid(x),
    functional.hardswish,
)
SILUS = (
    lambda x: x * torch.sigmoid(x),
    lambda x: torch.sigmoid(x) * x,
    lambda x: x / (1 + torch.exp(-x)),
    functional.silu,
    lambda x: x * torch.sigmoid(1.702 * x),  # an approximation of GELU; Swish with a factor since opset 24
)
GELUS = (
    lambda x: x * 0.5 * (1 + torch.erf(x / math.sqrt(2))),
    lambda x: 0.5 * x * (torch.erf(x * math.sqrt(0.5)) + 1),
    lambda x: x * (0.5 * (1 + torch.erf(x / math.sqrt(2)))),
    lambda x: 0.5 * x * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))),
    lambda x: x / 2 * (1 + torch.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * torch.pow(x, 3)))),
    functional.gelu,
    functools.partial(functional.gelu, approximate="tanh"),
)
MISHES = (
    lambda x: x * torch.tanh(functional.softplus(x)),
    lambda x: torch.tanh(functional.softplus(x)) * x,
    lambda x: x * torch.tanh(torch.log(1 + torch.exp(x))),
    functional.mish,
)


class Inception(nn.Module):
    """A block like GoogLeNet's: four 1x1 convolutions read the same value, with normalizations and without."""

    def __init__(self, normalized):
        super().__init__()

        def layer(inputs, outputs, kernel):
            parts = [nn.Conv2d(inputs, outputs, kernel, padding=kernel // 2, bias=not normalized)]
            return nn.Sequential(*parts, *([nn.BatchNorm2d(outputs, eps=1e-3)] if normalized else []), nn.ReLU())

        self.stem = layer(3, 8, 3)
        self.branch1 = layer(8, 4, 1)
        self.branch2 = nn.Sequential(layer(8, 3, 1), layer(3, 6, 3))
        self.branch3 = nn.Sequential(layer(8, 2, 1), layer(2, 4, 5))
        self.branch4 = nn.Sequential(layer(8, 2, 1), layer(2, 3, 3), layer(3, 3, 3))
        self.branch5 = nn.Sequential(nn.MaxPool2d(3, 1, 1), layer(8, 2, 1))

    def forward(self, x):
        x = self.stem(x)
        branches = (self.branch1, self.branch2, self.branch3, self.branch4, self.branch5)
        return torch.cat([branch(x) for branch in branches], 1)


class Auxiliary(nn.Module):
    """A classifier in training with two more heads, as GoogLeNet has them."""

    def __init__(self):
        super().__init__()

        def head(channels):
            first = [nn.AdaptiveAvgPool2d(2), nn.Conv2d(channels, 4, 1), nn.ReLU(), nn.Flatten()]
            return nn.Sequential(*first, nn.Linear(16, 8), nn.ReLU(), nn.Dropout(0.7), nn.Linear(8, 5))

        self.stage1, self.stage2 = blocks.conv_bn(3, 6, 3, 2, 1), blocks.conv_bn(6, 8, 3, 1, 1)
        self.stage3 = blocks.conv_bn(8, 8, 3, 1, 1)
        self.aux1, self.aux2 = head(6), head(8)
        self.fc = nn.Linear(8, 5)

    def forward(self, x):
        first = functional.relu(self.stage1(x))
        second = functional.relu(self.stage2(first))
        third = functional.relu(self.stage3(second))
        return self.fc(third.mean((2, 3))), self.aux1(first), self.aux2(second)


class ShapeChain(nn.Module):
    """Reshapes by extents read from the value, as views in PyTorch are traced: Shape, Gather, Unsqueeze, Concat."""

    def __init__(self):
        super().__init__()
        self.conv, self.fc = nn.Conv2d(3, 8, 3), nn.Linear(8 * 9, 4)

    def forward(self, x):
        y = functional.relu(self.conv(x))
        count, channels, height, width = y.size()
        y = y.view(count, 2, channels // 2, height, width).transpose(1, 2).contiguous().view(count, -1, height, width)
        y = functional.interpolate(y, size=(height * 2, width * 2), mode="nearest")
        y = functional.avg_pool2d(y, y.shape[2] // 3)
        return self.fc(y.reshape(y.shape[0], -1))


class NoOperations(nn.Module):
    """Layers that change nothing, and pairs that undo each other."""

    def __init__(self):
        super().__init__()
        self.conv, self.fc = nn.Conv2d(3, 4, 3, padding=1), nn.Linear(4 * 16, 5)
        self.drop, self.same = nn.Dropout(0.5), nn.Identity()

    def forward(self, x):
        x = self.same(x).to(torch.float32)
        x = x.permute(0, 2, 3, 1).permute(0, 3, 1, 2)
        x = functional.relu(functional.relu(self.conv(x)))
        x = functional.pad(x[:, 0:, :, :], (0, 0, 0, 0))
        x = self.drop(x) * 1.0 + 0.0
        x = x.reshape(x.shape).reshape(1, 4, 16).reshape(1, 4, 4, 4)
        x = functional.max_pool2d(x, 1).double().float()
        x = torch.cat([x], 1).unsqueeze(0).squeeze(0)
        x = torch.flatten(torch.flatten(x, 2), 1)
        x = self.fc(x).transpose(0, 1).transpose(0, 1) / 1.0
        return self.drop(x) - 0


class Duplicates(nn.Module):
    """The same computed twice, from weights of the same numbers too, and things that only look alike."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.other = (nn.Conv2d(3, 4, 3) for _ in range(3))

    def forward(self, x):
        a, b, c = self.first(x), self.second(x), self.other(x)
        y = torch.sigmoid(a) * a + torch.sigmoid(b) * b + torch.sigmoid(c) * c
        corner = functional.max_pool2d(y, 2, 2, 1)[:, :, :2, :2]
        pooled = functional.max_pool2d(y, 2) + functional.max_pool2d(y, 2) * corner
        return pooled + functional.avg_pool2d(y, 2) - functional.avg_pool2d(y, 2).exp(), torch.sigmoid(b)


class Padded(nn.Module):
    """Pad before convolutions and pooling, where it may become padding of theirs and where it must not."""

    def __init__(self):
        super().__init__()
        self.zero, self.added, self.one, self.mirrored = (nn.Conv2d(3, 4, 3, padding=p) for p in (0, 1, 0, 0))

    def forward(self, x):
        pad = functional.pad
        y = functional.relu(self.zero(pad(x, (1, 1, 1, 1))))
        return (
            y,
            self.added(pad(x, (0, 1, 2, 0))),
            self.one(pad(x, (1, 1, 1, 1), value=1.0)),  # not zeros
            self.mirrored(pad(x, (1, 1, 1, 1), mode="reflect")),
            functional.max_pool2d(pad(y, (0, 1, 0, 1)), 3, 2),  # zeros are the least behind ReLU
            functional.max_pool2d(pad(x - 5, (0, 1, 0, 1)), 3, 2),  # and not here
            functional.max_pool2d(pad(x, (1, 1, 1, 1), value=float("-inf")), 3, 2),
            functional.avg_pool2d(pad(x, (1, 1, 1, 1)), 3, 2),  # counts the zeros
            functional.avg_pool2d(pad(x, (1, 1, 1, 1), value=2.0), 3, 2),
        )


class Products(nn.Module):
    """Linear layers in a row, and what PyTorch makes of MatMul and Add."""

    def __init__(self):
        super().__init__()
        self.first, self.second, self.third = nn.Linear(6, 16), nn.Linear(16, 5), nn.Linear(5, 4, bias=False)
        self.norm = nn.BatchNorm1d(4)

    def forward(self, x):
        y = self.norm(self.third(functional.relu(self.second(self.first(x)))))
        return y, torch.matmul(x, self.first.weight.t()) + self.first.bias


def enlarged():
    """Values of 64 MiB each made of a few numbers at run time: folding them would make a file of 192 MiB."""
    extents = [1, 16, 1024, 1024]

    def integers(values, name):
        return numpy_helper.from_array(numpy.array(values, numpy.int64), name)

    number = numpy_helper.from_array(numpy.array([0.5], numpy.float32))
    initializers = [
        integers(extents, "extents"), integers([1, 1, 1024, 1024], "repeats"), integers([1, 2, 3], "axes"),
        numpy_helper.from_array(numpy.linspace(-1, 1, 16, dtype=numpy.float32).reshape(1, 16, 1, 1), "channels"),
    ]  # fmt: skip
    nodes = [
        helper.make_node("ConstantOfShape", ["extents"], ["filled"], "/fill", value=number),
        helper.make_node("Tile", ["channels", "repeats"], ["tiled"], "/tile"),
        helper.make_node("Expand", ["channels", "extents"], ["expanded"], "/expand"),
    ]
    for position, name in enumerate(("filled", "tiled", "expanded")):
        nodes.append(helper.make_node("Mul", [name, "input"], [f"{name}_scaled"], f"/mul{position}"))
        final = [f"{name}_scaled", "axes"], [f"output{position or ''}"]
        nodes.append(helper.make_node("ReduceMax", *final, f"/max{position}", keepdims=1))
    outputs = [helper.make_tensor_value_info(f"output{n or ''}", TensorProto.FLOAT, [1, 1, 1, 1]) for n in range(3)]
    inputs = [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 16, 1, 1])]
    graph = helper.make_graph(nodes, "enlarged", inputs, outputs, initializers)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], producer_name="pytorch")
    model.ir_version = 8
    return model


def stripped(model):
    """Without the exporter's notes, which are most of a small file."""
    graph = model.graph
    for entry in (*graph.node, *graph.input, *graph.output, *graph.initializer, graph, model):
        entry.doc_string = ""
        del entry.metadata_props[:]
    del graph.value_info[:]
    return model


TRACED, DYNAMO = blocks.torchscript, blocks.dynamo
OPTIMIZED = functools.partial(blocks.dynamo, optimize=True)
OPEN = functools.partial(blocks.torchscript, open_batch=True)
OPSET13, OPSET20 = functools.partial(blocks.torchscript, opset=13), functools.partial(blocks.dynamo, opset=20)
THREE = ("output", "aux1", "aux2")


def pointwise(channels, middle, outputs):
    return lambda: nn.Sequential(nn.Conv2d(channels, middle, 1), nn.Conv2d(middle, outputs, 1))


def block(name, export=TRACED):
    return blocks.BLOCKS[name][0], blocks.BLOCKS[name][1], export, ("output",)


def spelled(spellings, export=TRACED):
    outputs = [f"output{index or ''}" for index in range(len(spellings))]
    return functools.partial(Spellings, *spellings), (1, 3, 6, 6), export, outputs


# name: network, input, exporter, outputs
CASES = {
    "repvgg-identity": block("repvgg-identity"),
    "repvgg-stride2": block("repvgg-stride2"),
    "repvgg-groups4": block("repvgg-groups4"),
    "repvgg-dynamo": block("repvgg-identity", DYNAMO),
    "repvgg-excited": block("repvgg-excited"),
    "mobileone-depthwise": block("mobileone-depthwise"),
    "mobileone-pointwise": block("mobileone-pointwise-identity"),
    "mobileone-excited": block("mobileone-excited"),
    "acnet-3x3": block("acnet-3x3"),
    "acnet-3x3-crop": block("acnet-3x3-crop"),
    "acnet-5x5-crop-stride2": block("acnet-5x5-crop-stride2"),
    "acnet-3x3-crop-dynamo": block("acnet-3x3-crop", OPTIMIZED),
    "dbb-six-traced": block("dbb-six"),
    "dbb-six-dynamo": block("dbb-six", DYNAMO),
    "dbb-six-optimized": block("dbb-six-stride2", OPTIMIZED),
    "dbb-groups2-dynamo": block("dbb-six-groups2", DYNAMO),
    "dbb-groups2-optimized": block("dbb-six-groups2", OPTIMIZED),
    "dbb-depthwise-optimized": block("dbb-depthwise", OPTIMIZED),
    "depth-concatenation": block("depth-concatenation"),
    "replk-13-5": block("replk-13-5"),
    "norms-3x3": block("norms-3x3"),
    "pointwise-pair": (pointwise(6, 16, 4), (2, 6, 5, 5), OPEN, ("output",)),
    "pointwise-narrow": (pointwise(8, 2, 8), (1, 8, 5, 5), OPEN, ("output",)),
    "hard-sigmoid-opset13": spelled(HARD_SIGMOIDS, OPSET13),
    "hard-sigmoid-opset17": spelled(HARD_SIGMOIDS),
    "hard-swish-opset13": spelled(HARD_SWISHES, OPSET13),
    "hard-swish-opset17": spelled(HARD_SWISHES),
    "hard-swish-dynamo": spelled(HARD_SWISHES, OPSET20),
    "silu-opset17": spelled(SILUS),
    "gelu-opset17": spelled(GELUS),
    "gelu-dynamo20": spelled(GELUS, OPSET20),
    "mish-opset17": spelled(MISHES),
    "mish-dynamo20": spelled(MISHES, OPSET20),
    "inception": (lambda: Inception(False), (1, 3, 10, 10), OPEN, ("output",)),
    "inception-normalized": (lambda: Inception(True), (1, 3, 10, 10), TRACED, ("output",)),
    "auxiliary-heads": (Auxiliary, (1, 3, 12, 12), functools.partial(TRACED, open_batch=True), THREE),
    "shape-chain": (ShapeChain, (2, 3, 8, 8), OPEN, ("output",)),
    "enlarged-constants": (None, (1, 16, 1, 1), enlarged, ("output", "output1", "output2")),
    "no-operations": (NoOperations, (1, 3, 4, 4), TRACED, ("output",)),
    "no-operations-dynamo": (NoOperations, (1, 3, 4, 4), DYNAMO, ("output",)),
    "duplicates": (Duplicates, (1, 3, 6, 6), TRACED, ("output", "output1")),
    "pads": (Padded, (1, 3, 7, 7), TRACED, [f"output{n or ''}" for n in range(9)]),
    "products": (Products, (3, 6), OPEN, ("output", "output1")),
}


def make(name):
    seed = list(CASES).index(name) + 1
    network, shape, export, names = CASES[name]
    image = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
    if network is None:
        model = export()
        session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
        outputs = session.run(None, {"input": image.numpy()})
    else:
        torch.manual_seed(seed)
        module = blocks.randomized(network(), seed)
        if isinstance(module, Duplicates):
            module.second.load_state_dict(module.first.state_dict())
        with torch.no_grad():
            outputs = module(image)
        outputs = [value.numpy() for value in (outputs if isinstance(outputs, tuple) else (outputs,))]
        model = stripped(export(module, [image], outputs=names))
    inputs, outputs = {"input": image.numpy()}, dict(zip(names, outputs, strict=True))
    fixture.write(HERE / name, model, inputs, outputs)
    return fixture.report(f"{name} ({len(model.graph.node)} nodes)", model, inputs, outputs)


if __name__ == "__main__":
    torch.set_num_threads(1)
    wrong = [name for name in sys.argv[1:] or CASES if not make(name)]
    if wrong:
        sys.exit(f"engines differ: {', '.join(wrong)}")
