"""Training-form blocks of networks that are deployed as plain convolutions, written from the papers with the keys and
the graphs of their authors' repositories; used by generate.py and by Checks/fuse_blocks.py.

RepVGG (Ding et al. 2021), MobileOne (Vasu et al. 2022), ACNet (Ding et al. 2019), Diverse Branch Block (Ding et al.
2021), RepLKNet (Ding et al. 2022). Made for torch 2.13.0, onnx 1.23.2, onnxscript 0.7.2.
"""

import collections
import io
import logging
import warnings

import onnx
import torch
from torch import nn
from torch.nn import functional

warnings.filterwarnings("ignore")
logging.disable(logging.WARNING)


def conv_bn(inputs, outputs, kernel, stride=1, padding=0, groups=1):
    """A convolution without bias and its normalization, under the names all these repositories use."""
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False)
    return nn.Sequential(collections.OrderedDict(conv=convolution, bn=nn.BatchNorm2d(outputs)))


class Excitation(nn.Module):
    """Squeeze and excitation; `names` are those of its two convolutions: down, up in RepVGG; reduce, expand in
    MobileOne."""

    def __init__(self, channels, squeezed, names):
        super().__init__()
        self.names, self.channels = names, channels
        self.add_module(names[0], nn.Conv2d(channels, squeezed, 1))
        self.add_module(names[1], nn.Conv2d(squeezed, channels, 1))

    def forward(self, x):
        squeeze, excite = (getattr(self, name) for name in self.names)
        y = functional.avg_pool2d(x, [int(extent) for extent in x.shape[2:]])
        y = torch.sigmoid(excite(functional.relu(squeeze(y))))
        return x * y.view(-1, self.channels, 1, 1)


class RepVGGBlock(nn.Module):
    def __init__(self, inputs, outputs, stride=1, groups=1, excited=False, deployed=False):
        super().__init__()
        self.nonlinearity = nn.ReLU()
        self.se = Excitation(outputs, outputs // 16, ("down", "up")) if excited else nn.Identity()
        if deployed:
            self.rbr_reparam = nn.Conv2d(inputs, outputs, 3, stride, 1, groups=groups)
            return
        self.rbr_identity = nn.BatchNorm2d(inputs) if inputs == outputs and stride == 1 else None
        self.rbr_dense = conv_bn(inputs, outputs, 3, stride, 1, groups)
        self.rbr_1x1 = conv_bn(inputs, outputs, 1, stride, 0, groups)

    def forward(self, x):
        if hasattr(self, "rbr_reparam"):
            return self.nonlinearity(self.se(self.rbr_reparam(x)))
        identity = 0 if self.rbr_identity is None else self.rbr_identity(x)
        return self.nonlinearity(self.se(self.rbr_dense(x) + self.rbr_1x1(x) + identity))


class RepVGG(nn.Module):
    """The authors' network; every second layer up to the 26th has groups."""

    def __init__(self, depths, widths, groups=1, excited=False, deployed=False, classes=1000):
        super().__init__()
        layer, channels = 1, min(64, int(64 * widths[0]))
        self.stage0 = RepVGGBlock(3, channels, 2, 1, excited, deployed)
        for stage, (depth, width) in enumerate(zip(depths, widths)):
            blocks, outputs = [], int(64 * 2**stage * width)
            for position in range(depth):
                group = groups if layer % 2 == 0 and layer <= 26 else 1
                stride = 2 if position == 0 else 1
                blocks.append(RepVGGBlock(channels, outputs, stride, group, excited, deployed))
                layer, channels = layer + 1, outputs
            self.add_module(f"stage{stage + 1}", nn.Sequential(*blocks))
        self.gap = nn.AdaptiveAvgPool2d(1)
        self.linear = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.stage4(self.stage3(self.stage2(self.stage1(self.stage0(x)))))
        return self.linear(self.gap(x).view(x.shape[0], -1))


class MobileOneBlock(nn.Module):
    def __init__(
        self, inputs, outputs, kernel, stride=1, padding=0, groups=1, excited=False, branches=1, deployed=False
    ):
        super().__init__()
        self.activation = nn.ReLU()
        self.se = Excitation(outputs, max(1, int(outputs * 0.0625)), ("reduce", "expand")) if excited else nn.Identity()
        if deployed:
            self.reparam_conv = nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups)
            return
        self.rbr_skip = nn.BatchNorm2d(inputs) if inputs == outputs and stride == 1 else None
        layers = [conv_bn(inputs, outputs, kernel, stride, padding, groups) for _ in range(branches)]
        self.rbr_conv = nn.ModuleList(layers)
        self.rbr_scale = conv_bn(inputs, outputs, 1, stride, 0, groups) if kernel > 1 else None

    def forward(self, x):
        if hasattr(self, "reparam_conv"):
            return self.activation(self.se(self.reparam_conv(x)))
        # absent branches are the number 0, which the exporters write into the graph as a term
        identity = 0 if self.rbr_skip is None else self.rbr_skip(x)
        scale = 0 if self.rbr_scale is None else self.rbr_scale(x)
        y = scale + identity
        for layer in self.rbr_conv:
            y = y + layer(x)
        return self.activation(self.se(y))


class MobileOne(nn.Module):
    def __init__(self, widths, branches=1, excited=False, deployed=False, classes=1000):
        super().__init__()
        channels = min(64, int(64 * widths[0]))
        self.stage0 = MobileOneBlock(3, channels, 3, 2, 1, deployed=deployed)
        for stage, (depth, width) in enumerate(zip((2, 8, 10, 1), widths)):
            plain = depth - {2: depth // 2, 3: depth}.get(stage, 0) if excited else depth
            blocks, outputs = [], int(64 * 2**stage * width)
            for position in range(depth):
                more = {"excited": position >= plain, "branches": branches, "deployed": deployed}
                stride = 2 if position == 0 else 1
                blocks.append(MobileOneBlock(channels, channels, 3, stride, 1, channels, **more))
                blocks.append(MobileOneBlock(channels, outputs, 1, **more))
                channels = outputs
            self.add_module(f"stage{stage + 1}", nn.Sequential(*blocks))
        self.gap = nn.AdaptiveAvgPool2d(1)
        self.linear = nn.Linear(channels, classes)

    forward = RepVGG.forward


class CropLayer(nn.Module):
    """Takes rows and columns off on both sides."""

    def __init__(self, rows, columns):
        super().__init__()
        self.rows, self.columns = rows, columns

    def forward(self, x):
        if self.rows:
            x = x[:, :, self.rows : -self.rows, :]
        return x[:, :, :, self.columns : -self.columns] if self.columns else x


class ACBlock(nn.Module):
    """Square, vertical and horizontal kernels whose centers coincide: with little padding the narrow ones see less."""

    def __init__(self, inputs, outputs, kernel, stride=1, padding=0, groups=1):
        super().__init__()

        def convolution(extents, border):
            return nn.Conv2d(inputs, outputs, extents, stride, border, groups=groups, bias=False)

        self.square_conv = convolution((kernel, kernel), padding)
        self.square_bn = nn.BatchNorm2d(outputs)
        offset = padding - kernel // 2
        crops = offset < 0
        self.ver_conv_crop_layer = CropLayer(0, -offset) if crops else nn.Identity()
        self.hor_conv_crop_layer = CropLayer(-offset, 0) if crops else nn.Identity()
        self.ver_conv = convolution((kernel, 1), (0, 0) if crops else (padding, offset))
        self.hor_conv = convolution((1, kernel), (0, 0) if crops else (offset, padding))
        self.ver_bn, self.hor_bn = nn.BatchNorm2d(outputs), nn.BatchNorm2d(outputs)

    def forward(self, x):
        square = self.square_bn(self.square_conv(x))
        vertical = self.ver_bn(self.ver_conv(self.ver_conv_crop_layer(x)))
        horizontal = self.hor_bn(self.hor_conv(self.hor_conv_crop_layer(x)))
        return square + vertical + horizontal


class IdentityBasedConv1x1(nn.Conv2d):
    """A pointwise convolution whose weight is the difference from an identity."""

    def __init__(self, channels, groups=1):
        super().__init__(channels, channels, 1, groups=groups, bias=False)
        inside = channels // groups
        positions = torch.arange(channels)
        self.id_tensor = torch.zeros(channels, inside, 1, 1)
        self.id_tensor[positions, positions % inside] = 1

    def forward(self, x):
        return functional.conv2d(x, self.weight + self.id_tensor, None, 1, 0, 1, self.groups)


class BNAndPadLayer(nn.Module):
    """Normalization and then a border of what the normalization makes of zero."""

    def __init__(self, pad_pixels, features):
        super().__init__()
        self.bn, self.pad_pixels = nn.BatchNorm2d(features), pad_pixels

    def forward(self, x):
        y, border = self.bn(x), self.pad_pixels
        if border > 0:
            scale = self.bn.weight.detach() / torch.sqrt(self.bn.running_var + self.bn.eps)
            values = (self.bn.bias.detach() - self.bn.running_mean * scale).view(1, -1, 1, 1)
            y = functional.pad(y, [border] * 4)
            y[:, :, 0:border, :] = values
            y[:, :, -border:, :] = values
            y[:, :, :, 0:border] = values
            y[:, :, :, -border:] = values
        return y


class DiverseBranchBlock(nn.Module):
    """Four branches as their authors build them; more on request: a sequence of pointwise convolutions, and a
    concatenation of a 3x3 and a pointwise one that have some of the output channels each."""

    def __init__(self, inputs, outputs, kernel, stride=1, padding=0, groups=1, sequence=False, depth=False):
        super().__init__()
        self.dbb_origin = conv_bn(inputs, outputs, kernel, stride, padding, groups)
        self.dbb_avg = nn.Sequential()
        if groups < outputs:
            self.dbb_avg.add_module("conv", nn.Conv2d(inputs, outputs, 1, groups=groups, bias=False))
            self.dbb_avg.add_module("bn", BNAndPadLayer(padding, outputs))
            self.dbb_avg.add_module("avg", nn.AvgPool2d(kernel, stride))
            self.dbb_1x1 = conv_bn(inputs, outputs, 1, stride, 0, groups)
        else:
            self.dbb_avg.add_module("avg", nn.AvgPool2d(kernel, stride, padding))
        self.dbb_avg.add_module("avgbn", nn.BatchNorm2d(outputs))
        internal = inputs if groups < outputs else 2 * inputs
        self.dbb_1x1_kxk = nn.Sequential()
        if internal == inputs:
            self.dbb_1x1_kxk.add_module("idconv1", IdentityBasedConv1x1(inputs, groups))
        else:
            self.dbb_1x1_kxk.add_module("conv1", nn.Conv2d(inputs, internal, 1, groups=groups, bias=False))
        self.dbb_1x1_kxk.add_module("bn1", BNAndPadLayer(padding, internal))
        self.dbb_1x1_kxk.add_module("conv2", nn.Conv2d(internal, outputs, kernel, stride, groups=groups, bias=False))
        self.dbb_1x1_kxk.add_module("bn2", nn.BatchNorm2d(outputs))
        if sequence:
            first, second = (
                conv_bn(inputs, 2 * inputs, 1, groups=groups),
                conv_bn(2 * inputs, outputs, 1, stride, 0, groups),
            )
            self.sequence = nn.Sequential(first, second)
        if depth:
            self.depth = nn.ModuleList([conv_bn(inputs, outputs // 4, kernel, stride, padding, 1)])
            self.depth.append(conv_bn(inputs, outputs - outputs // 4, 1, stride, 0, 1))

    def forward(self, x):
        y = self.dbb_origin(x)
        if hasattr(self, "dbb_1x1"):
            y = y + self.dbb_1x1(x)
        y = y + self.dbb_avg(x) + self.dbb_1x1_kxk(x)
        if hasattr(self, "sequence"):
            y = y + self.sequence(x)
        if hasattr(self, "depth"):
            y = y + torch.cat([part(x) for part in self.depth], 1)
        return functional.relu(y)


class DepthConcatenation(nn.Module):
    """Branches that have some of the output channels each."""

    def __init__(self, inputs, widths, kernels, stride=1):
        super().__init__()
        pairs = zip(widths, kernels)
        self.branches = nn.ModuleList([conv_bn(inputs, width, k, stride, k // 2) for width, k in pairs])

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


class ReparamLargeKernelConv(nn.Module):
    """A depthwise convolution with a large kernel and one with a small kernel beside it."""

    def __init__(self, channels, large, small):
        super().__init__()
        self.lkb_origin = conv_bn(channels, channels, large, 1, large // 2, channels)
        self.small_conv = conv_bn(channels, channels, small, 1, small // 2, channels)

    def forward(self, x):
        return self.lkb_origin(x) + self.small_conv(x)


class NormBlock(nn.Sequential):
    """A convolution without padding between two normalizations."""

    def __init__(self, inputs, outputs, kernel, groups=1):
        layer = nn.Conv2d(inputs, outputs, kernel, groups=groups)
        parts = {"before": nn.BatchNorm2d(inputs), "conv": layer, "after": nn.BatchNorm2d(outputs)}
        super().__init__(collections.OrderedDict(parts))


def randomized(module, seed, epsilons=(1e-5, 1e-3)):
    """The module in evaluation mode, with statistics and factors that matter: none tiny, some negative."""
    draw = torch.Generator().manual_seed(seed)

    def uniform(like, low, high):
        return torch.rand(like.shape, generator=draw) * (high - low) + low

    with torch.no_grad():
        for position, layer in enumerate(module.modules()):
            if isinstance(layer, (nn.Conv2d, nn.Linear)):
                layer.weight.copy_(uniform(layer.weight, -1, 1) * (3 / layer.weight[0].numel()) ** 0.5)
                if layer.bias is not None:
                    layer.bias.copy_(uniform(layer.bias, -0.5, 0.5))
            if isinstance(layer, (nn.BatchNorm2d, nn.BatchNorm1d)):
                layer.running_mean.copy_(torch.randn(layer.running_mean.shape, generator=draw) * 0.5)
                layer.running_var.copy_(uniform(layer.running_var, 0.3, 3))
                signs = torch.where(uniform(layer.weight, 0, 1) < 0.3, -1.0, 1.0)
                layer.weight.copy_(uniform(layer.weight, 0.3, 1.5) * signs)
                layer.bias.copy_(torch.randn(layer.bias.shape, generator=draw) * 0.5)
                layer.eps = epsilons[position % len(epsilons)]
                layer.num_batches_tracked.fill_(1000 + seed)
    return module.eval()


def torchscript(module, inputs, opset=17, open_batch=False, outputs=("output",), folding=False, **options):
    """What the tracing exporter writes, normalizations kept."""
    file = io.BytesIO()
    names = {"input_names": [f"input{index or ''}" for index in range(len(inputs))], "output_names": list(outputs)}
    if open_batch:
        names["dynamic_axes"] = {name: {0: "N"} for name in [*names["input_names"], *outputs]}
    options = {"training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": folding} | options
    torch.onnx.export(module, tuple(inputs), file, dynamo=False, opset_version=opset, **names, **options)
    return onnx.load_model_from_string(file.getvalue())


def dynamo(module, inputs, opset=18, outputs=("output",), optimize=False):
    names = {"input_names": [f"input{index or ''}" for index in range(len(inputs))], "output_names": list(outputs)}
    program = torch.onnx.export(
        module, tuple(inputs), dynamo=True, opset_version=opset, optimize=optimize, verbose=False, **names
    )
    model = onnx.ModelProto()
    model.CopyFrom(program.model_proto)
    return model


# name: (module, input, convolutions left); two more for squeeze and excitation
BLOCKS = {
    "repvgg-identity": (lambda: RepVGGBlock(8, 8), (1, 8, 9, 9), 1),
    "repvgg-stride2": (lambda: RepVGGBlock(8, 16, 2), (1, 8, 10, 10), 1),
    "repvgg-wider": (lambda: RepVGGBlock(8, 16), (1, 8, 9, 9), 1),
    "repvgg-groups4": (lambda: RepVGGBlock(16, 16, 1, 4), (1, 16, 9, 9), 1),
    "repvgg-groups4-stride2": (lambda: RepVGGBlock(16, 16, 2, 4), (1, 16, 9, 9), 1),
    "repvgg-excited": (lambda: RepVGGBlock(16, 16, excited=True), (1, 16, 8, 8), 3),
    "repvgg-excited-stride2": (lambda: RepVGGBlock(8, 16, 2, excited=True), (1, 8, 8, 8), 3),
    "mobileone-depthwise": (lambda: MobileOneBlock(8, 8, 3, 1, 1, 8, branches=4), (1, 8, 9, 9), 1),
    "mobileone-depthwise-stride2": (lambda: MobileOneBlock(8, 8, 3, 2, 1, 8, branches=2), (1, 8, 9, 9), 1),
    "mobileone-pointwise": (lambda: MobileOneBlock(8, 16, 1, branches=4), (1, 8, 9, 9), 1),
    "mobileone-pointwise-identity": (lambda: MobileOneBlock(8, 8, 1, branches=2), (1, 8, 9, 9), 1),
    "mobileone-stem": (lambda: MobileOneBlock(3, 8, 3, 2, 1), (1, 3, 12, 12), 1),
    "mobileone-excited": (lambda: MobileOneBlock(16, 16, 3, 1, 1, 16, True, 3), (1, 16, 8, 8), 3),
    "acnet-3x3": (lambda: ACBlock(6, 8, 3, 1, 1), (1, 6, 9, 9), 1),
    "acnet-3x3-stride2-groups2": (lambda: ACBlock(6, 8, 3, 2, 1, 2), (1, 6, 9, 9), 1),
    "acnet-3x3-crop": (lambda: ACBlock(6, 8, 3, 1, 0), (1, 6, 9, 9), 1),
    "acnet-5x5": (lambda: ACBlock(6, 8, 5, 1, 2), (1, 6, 9, 9), 1),
    "acnet-5x5-crop": (lambda: ACBlock(6, 8, 5, 1, 0), (1, 6, 11, 11), 1),
    "acnet-5x5-crop-stride2": (lambda: ACBlock(6, 8, 5, 2, 0), (1, 6, 11, 11), 1),
    "dbb": (lambda: DiverseBranchBlock(8, 8, 3, 1, 1), (1, 8, 7, 7), 1),
    "dbb-wider": (lambda: DiverseBranchBlock(6, 8, 3, 1, 1), (1, 6, 7, 7), 1),
    "dbb-stride2": (lambda: DiverseBranchBlock(8, 8, 3, 2, 1), (1, 8, 8, 8), 1),
    "dbb-groups2": (lambda: DiverseBranchBlock(8, 8, 3, 1, 1, 2), (1, 8, 7, 7), 1),
    "dbb-groups2-stride2": (lambda: DiverseBranchBlock(8, 8, 3, 2, 1, 2), (1, 8, 8, 8), 1),
    "dbb-depthwise": (lambda: DiverseBranchBlock(8, 8, 3, 1, 1, 8), (1, 8, 7, 7), 1),
    "dbb-unpadded": (lambda: DiverseBranchBlock(8, 8, 1, 1, 0), (1, 8, 7, 7), 1),
    "dbb-5x5": (lambda: DiverseBranchBlock(8, 8, 5, 1, 2), (1, 8, 9, 9), 1),
    "dbb-sequence": (lambda: DiverseBranchBlock(8, 8, 3, 1, 1, sequence=True), (1, 8, 7, 7), 1),
    "dbb-six": (lambda: DiverseBranchBlock(8, 8, 3, 1, 1, sequence=True, depth=True), (1, 8, 7, 7), 1),
    "dbb-six-stride2": (lambda: DiverseBranchBlock(8, 8, 3, 2, 1, 1, True, True), (1, 8, 8, 8), 1),
    "dbb-six-groups2": (lambda: DiverseBranchBlock(8, 8, 3, 1, 1, 2, sequence=True), (1, 8, 7, 7), 1),
    "depth-concatenation": (lambda: DepthConcatenation(6, (3, 5), (3, 3)), (1, 6, 7, 7), 1),
    "depth-concatenation-stride2": (lambda: DepthConcatenation(6, (3, 2, 4), (3, 3, 3), 2), (1, 6, 8, 8), 1),
    "replk-31-5": (lambda: ReparamLargeKernelConv(4, 31, 5), (1, 4, 33, 33), 1),
    "replk-13-5": (lambda: ReparamLargeKernelConv(4, 13, 5), (1, 4, 15, 15), 1),
    "norms-1x1": (lambda: NormBlock(6, 8, 1), (1, 6, 7, 7), 1),
    "norms-3x3": (lambda: NormBlock(6, 8, 3, 2), (1, 6, 7, 7), 1),
}  # fmt: skip
