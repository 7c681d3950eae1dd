"""Networks that neither torchvision nor timm defines, or not in the spelling met in the wild, in PyTorch.

Each is written from the paper's figure or table; the attribute names are the state dict's keys, as the repository, model
zoo or lesson named with it spells them. Drop-out is left out: it does nothing in inference and has no weights.
"""

import collections

import torch
from torch import nn
from torch.nn import functional


class LeNet5(nn.Module):
    """LeNet-5 (LeCun et al. 1998) with tanh, plain average pooling and a linear output."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 6, 5)
        self.conv2 = nn.Conv2d(6, 16, 5)
        self.fc1 = nn.Linear(400, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = functional.avg_pool2d(torch.tanh(self.conv1(x)), 2)
        x = functional.avg_pool2d(torch.tanh(self.conv2(x)), 2)
        x = torch.tanh(self.fc1(x.flatten(1)))
        return self.fc3(torch.tanh(self.fc2(x)))


class LessonLeNet(nn.Module):
    """LeNet as PyTorch lessons write it for CIFAR-10: three channels in, wider, ReLU and max pooling."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 16, 5)
        self.conv2 = nn.Conv2d(16, 32, 5)
        self.fc1 = nn.Linear(32 * 5 * 5, 120)
        self.fc2 = nn.Linear(120, 84)
        self.fc3 = nn.Linear(84, 10)

    def forward(self, x):
        x = functional.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = functional.max_pool2d(torch.relu(self.conv2(x)), 2)
        x = torch.relu(self.fc1(x.flatten(1)))
        return self.fc3(torch.relu(self.fc2(x)))


class LessonAlexNet(nn.Module):
    """One of AlexNet's two columns (Krizhevsky et al. 2012), the form of PyTorch lessons, with torchvision's keys."""

    def __init__(self):
        super().__init__()
        relu, pool = nn.ReLU(), nn.MaxPool2d(3, 2)
        self.features = nn.Sequential(
            nn.Conv2d(3, 48, 11, stride=4, padding=2), relu, pool,
            nn.Conv2d(48, 128, 5, padding=2), relu, pool,
            nn.Conv2d(128, 192, 3, padding=1), relu,
            nn.Conv2d(192, 192, 3, padding=1), relu,
            nn.Conv2d(192, 128, 3, padding=1), relu, pool,
        )  # fmt: skip
        self.classifier = nn.Sequential(
            nn.Identity(), nn.Linear(128 * 6 * 6, 2048), relu,
            nn.Identity(), nn.Linear(2048, 2048), relu,
            nn.Linear(2048, 1000),
        )  # fmt: skip

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class AlexNet2012(nn.Module):
    """AlexNet in two columns with the layer names of Caffe's bvlc_alexnet and the normalization of the paper."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 96, 11, stride=4)
        self.conv2 = nn.Conv2d(96, 256, 5, padding=2, groups=2)
        self.conv3 = nn.Conv2d(256, 384, 3, padding=1)
        self.conv4 = nn.Conv2d(384, 384, 3, padding=1, groups=2)
        self.conv5 = nn.Conv2d(384, 256, 3, padding=1, groups=2)
        self.fc6 = nn.Linear(9216, 4096)
        self.fc7 = nn.Linear(4096, 4096)
        self.fc8 = nn.Linear(4096, 1000)
        # PyTorch divides alpha by the size, the paper does not
        self.norm = nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2)
        self.pool = nn.MaxPool2d(3, stride=2)

    def forward(self, x):
        x = self.pool(self.norm(torch.relu(self.conv1(x))))
        x = self.pool(self.norm(torch.relu(self.conv2(x))))
        x = torch.relu(self.conv4(torch.relu(self.conv3(x))))
        x = self.pool(torch.relu(self.conv5(x))).flatten(1)
        return self.fc8(torch.relu(self.fc7(torch.relu(self.fc6(x)))))


class NetworkInNetwork(nn.Module):
    """Network in network (Lin et al. 2013) for ImageNet, as in Caffe's model zoo, whose pooling rounds up."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 96, 11, stride=4)
        self.cccp1 = nn.Conv2d(96, 96, 1)
        self.cccp2 = nn.Conv2d(96, 96, 1)
        self.conv2 = nn.Conv2d(96, 256, 5, padding=2)
        self.cccp3 = nn.Conv2d(256, 256, 1)
        self.cccp4 = nn.Conv2d(256, 256, 1)
        self.conv3 = nn.Conv2d(256, 384, 3, padding=1)
        self.cccp5 = nn.Conv2d(384, 384, 1)
        self.cccp6 = nn.Conv2d(384, 384, 1)
        self.conv4 = nn.Conv2d(384, 1024, 3, padding=1)
        self.cccp7 = nn.Conv2d(1024, 1024, 1)
        self.cccp8 = nn.Conv2d(1024, 1000, 1)

    def forward(self, x):
        for name, convolution in self.named_children():
            x = torch.relu(convolution(x))
            if name in ("cccp2", "cccp4", "cccp6"):
                x = functional.max_pool2d(x, 3, 2, ceil_mode=True)
        return x.mean((2, 3))


def lesson_network_in_network(classes=10):
    """Network in network as a nested `Sequential`, the form of lessons: the last block gives the classes."""

    def block(inputs, outputs, kernel, stride, padding):
        layers = []
        for convolution in (
            nn.Conv2d(inputs, outputs, kernel, stride, padding),
            nn.Conv2d(outputs, outputs, 1),
            nn.Conv2d(outputs, outputs, 1),
        ):
            layers += [convolution, nn.ReLU()]
        return nn.Sequential(*layers)

    return nn.Sequential(
        block(3, 96, 11, 4, 0), nn.MaxPool2d(3, 2),
        block(96, 256, 5, 1, 2), nn.MaxPool2d(3, 2),
        block(256, 384, 3, 1, 1), nn.MaxPool2d(3, 2),
        nn.Identity(), block(384, classes, 3, 1, 1), nn.AdaptiveAvgPool2d(1), nn.Flatten(),
    )  # fmt: skip


# Szegedy et al. 2014, table 1: 1x1, 3x3 reduce, 3x3, 5x5 reduce, 5x5, pool projection
GOOGLENET = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}


def unit(inputs, outputs, kernel, stride=1, padding=0, epsilon=None):
    """`conv`, batch normalization `bn` where there is an epsilon, and ReLU."""
    layers = {"conv": nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=epsilon is None)}
    if epsilon is not None:
        layers["bn"] = nn.BatchNorm2d(outputs, epsilon)
    return nn.Sequential(collections.OrderedDict(layers, relu=nn.ReLU()))


class Branches(nn.Module):
    """Runs named branches on the same input and concatenates their channels."""

    def __init__(self, **branches):
        super().__init__()
        for name, branch in branches.items():
            self.add_module(name, branch)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.children()], 1)


class LessonGoogLeNet(nn.Module):
    """GoogLeNet (Szegedy et al. 2014) without batch normalization, with real 5x5 convolutions, as PyTorch lessons have
    it; the pooling rounds up. The two auxiliary heads are only used in training."""

    def __init__(self):
        super().__init__()
        self.conv1 = unit(3, 64, 7, 2, 3)
        self.conv2 = unit(64, 64, 1)
        self.conv3 = unit(64, 192, 3, 1, 1)
        inputs, heads = 192, {}
        for name, (one, reduce3, three, reduce5, five, projection) in GOOGLENET.items():
            block = Branches(
                branch1=unit(inputs, one, 1),
                branch2=nn.Sequential(unit(inputs, reduce3, 1), unit(reduce3, three, 3, 1, 1)),
                branch3=nn.Sequential(unit(inputs, reduce5, 1), unit(reduce5, five, 5, 1, 2)),
                branch4=nn.Sequential(nn.MaxPool2d(3, 1, 1), unit(inputs, projection, 1)),
            )
            self.add_module(f"inception{name}", block)
            inputs = heads[name] = one + three + five + projection
        self.aux1 = self.head(heads["4a"])
        self.aux2 = self.head(heads["4d"])
        self.fc = nn.Linear(1024, 1000)

    @staticmethod
    def head(inputs):
        fully_connected = {"fc1": nn.Linear(2048, 1024), "fc2": nn.Linear(1024, 1000)}
        return nn.ModuleDict({"conv": unit(inputs, 128, 1), **fully_connected})

    def forward(self, x):
        x = functional.max_pool2d(self.conv1(x), 3, 2, ceil_mode=True)
        x = functional.max_pool2d(self.conv3(self.conv2(x)), 3, 2, ceil_mode=True)
        for name in GOOGLENET:
            x = getattr(self, f"inception{name}")(x)
            if name in ("3b", "4e"):
                x = functional.max_pool2d(x, 3, 2, ceil_mode=True)
        return self.fc(x.mean((2, 3)))


class CaffeGoogLeNet(nn.Module):
    """GoogLeNet with the layer names and the local response normalization of Caffe's bvlc_googlenet."""

    def __init__(self):
        super().__init__()
        self.add_module("conv1/7x7_s2", nn.Conv2d(3, 64, 7, 2, 3))
        self.add_module("conv2/3x3_reduce", nn.Conv2d(64, 64, 1))
        self.add_module("conv2/3x3", nn.Conv2d(64, 192, 3, 1, 1))
        inputs = 192
        for name, (one, reduce3, three, reduce5, five, projection) in GOOGLENET.items():
            for layer, convolution in {
                "1x1": nn.Conv2d(inputs, one, 1),
                "3x3_reduce": nn.Conv2d(inputs, reduce3, 1),
                "3x3": nn.Conv2d(reduce3, three, 3, 1, 1),
                "5x5_reduce": nn.Conv2d(inputs, reduce5, 1),
                "5x5": nn.Conv2d(reduce5, five, 5, 1, 2),
                "pool_proj": nn.Conv2d(inputs, projection, 1),
            }.items():
                self.add_module(f"inception_{name}/{layer}", convolution)
            inputs = one + three + five + projection
        self.add_module("loss3/classifier", nn.Linear(1024, 1000))

    def layer(self, name, x):
        return torch.relu(getattr(self, name)(x))

    def forward(self, x):
        def pool(x):
            return functional.max_pool2d(x, 3, 2, ceil_mode=True)

        def normalized(x):
            return functional.local_response_norm(x, 5, alpha=1e-4, beta=0.75, k=1)

        x = normalized(pool(self.layer("conv1/7x7_s2", x)))
        x = pool(normalized(self.layer("conv2/3x3", self.layer("conv2/3x3_reduce", x))))
        for name in GOOGLENET:
            block = f"inception_{name}"
            branches = [
                self.layer(f"{block}/1x1", x),
                self.layer(f"{block}/3x3", self.layer(f"{block}/3x3_reduce", x)),
                self.layer(f"{block}/5x5", self.layer(f"{block}/5x5_reduce", x)),
                self.layer(f"{block}/pool_proj", functional.max_pool2d(x, 3, 1, 1)),
            ]
            x = torch.cat(branches, 1)
            if name in ("3b", "4e"):
                x = pool(x)
        return getattr(self, "loss3/classifier")(x.mean((2, 3)))


# Ioffe and Szegedy 2015, figure 5, with the channels of the trained Caffe model: 1x1, 3x3 reduce, 3x3, double 3x3 reduce,
# double 3x3 (both), pool projection; the blocks without 1x1 and projection halve the size
BN_INCEPTION = {
    "3a": (64, 64, 64, 64, 96, 32),
    "3b": (64, 64, 96, 64, 96, 64),
    "3c": (0, 128, 160, 64, 96, 0),
    "4a": (224, 64, 96, 96, 128, 128),
    "4b": (192, 96, 128, 96, 128, 128),
    "4c": (160, 128, 160, 128, 160, 128),
    "4d": (96, 128, 192, 160, 192, 128),
    "4e": (0, 128, 192, 192, 256, 0),
    "5a": (352, 192, 320, 160, 224, 128),
    "5b": (352, 192, 320, 192, 224, 128),
}


class InceptionV2(nn.Module):
    """Inception v2 or BN-Inception with the keys of `bninception` in Cadene's pretrained-models.pytorch. Convolutions
    have biases before batch normalization; pooling is by averages, padding counted, but in the last block."""

    def __init__(self):
        super().__init__()
        self.add("conv1_7x7_s2", 3, 64, 7, 2)
        self.add("conv2_3x3_reduce", 64, 64, 1)
        self.add("conv2_3x3", 64, 192, 3)
        inputs = 192
        for name, (one, reduce, three, reduce_double, double, projection) in BN_INCEPTION.items():
            block, stride = f"inception_{name}", 1 if one else 2
            if one:
                self.add(f"{block}_1x1", inputs, one, 1)
            self.add(f"{block}_3x3_reduce", inputs, reduce, 1)
            self.add(f"{block}_3x3", reduce, three, 3, stride)
            self.add(f"{block}_double_3x3_reduce", inputs, reduce_double, 1)
            self.add(f"{block}_double_3x3_1", reduce_double, double, 3)
            self.add(f"{block}_double_3x3_2", double, double, 3, stride)
            if projection:
                self.add(f"{block}_pool_proj", inputs, projection, 1)
            inputs = one + three + double + (projection or inputs)
        self.last_linear = nn.Linear(1024, 1000)

    def add(self, name, inputs, outputs, kernel, stride=1):
        self.add_module(name, nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2))
        self.add_module(f"{name}_bn", nn.BatchNorm2d(outputs))

    def layers(self, x, *names):
        for name in names:
            x = torch.relu(getattr(self, f"{name}_bn")(getattr(self, name)(x)))
        return x

    def forward(self, x):
        def halved(x):
            return functional.max_pool2d(x, 3, 2, ceil_mode=True)

        x = halved(self.layers(x, "conv1_7x7_s2"))
        x = halved(self.layers(x, "conv2_3x3_reduce", "conv2_3x3"))
        for name, (one, *_) in BN_INCEPTION.items():
            block = f"inception_{name}"
            branches = [
                self.layers(x, f"{block}_3x3_reduce", f"{block}_3x3"),
                self.layers(x, *(f"{block}_double_3x3_{step}" for step in ("reduce", "1", "2"))),
            ]
            if one:
                pool = functional.max_pool2d if name == "5b" else functional.avg_pool2d
                branches = [self.layers(x, f"{block}_1x1"), *branches]
                branches.append(self.layers(pool(x, 3, 1, 1), f"{block}_pool_proj"))
            else:
                branches.append(halved(x))
            x = torch.cat(branches, 1)
        return self.last_linear(x.mean((2, 3)))


class ScaledResidual(nn.Module):
    """A block of Inception-ResNet (Szegedy et al. 2016, figures 10, 11 and 13): what named branches give, expanded by
    `conv2d` and scaled, is added to the input."""

    def __init__(self, channels, width, scale, relu=True, **branches):
        super().__init__()
        for name, branch in branches.items():
            self.add_module(name, branch)
        self.conv2d = nn.Conv2d(width, channels, 1)
        self.branches, self.scale, self.relu = list(branches), scale, relu

    def forward(self, x):
        y = torch.cat([getattr(self, name)(x) for name in self.branches], 1)
        y = x + self.scale * self.conv2d(y)
        return torch.relu(y) if self.relu else y


class InceptionResNetV1(nn.Module):
    """Inception-ResNet v1 with the keys of facenet-pytorch, which has no pooling but convolution 4b in its stem; gives
    the logits. 8631 classes are those of VGGFace2, on which it was published."""

    def __init__(self, classes=8631):
        super().__init__()

        def normalized(*arguments):
            return unit(*arguments, epsilon=1e-3)

        def chain(inputs, *layers):
            """Units of (outputs, kernel, stride, padding)."""
            widths = [inputs, *(layer[0] for layer in layers)]
            units = [normalized(width, *layer) for width, layer in zip(widths, layers)]
            return units[0] if len(units) == 1 else nn.Sequential(*units)

        def block35():
            three = (32, 3, 1, 1)
            return ScaledResidual(
                256, 96, 0.17,
                branch0=chain(256, (32, 1)),
                branch1=chain(256, (32, 1), three),
                branch2=chain(256, (32, 1), three, three),
            )  # fmt: skip

        def block17():
            return ScaledResidual(
                896, 256, 0.10,
                branch0=chain(896, (128, 1)),
                branch1=chain(896, (128, 1), (128, (1, 7), 1, (0, 3)), (128, (7, 1), 1, (3, 0))),
            )  # fmt: skip

        def block8(scale=0.20, relu=True):
            return ScaledResidual(
                1792, 384, scale, relu,
                branch0=chain(1792, (192, 1)),
                branch1=chain(1792, (192, 1), (192, (1, 3), 1, (0, 1)), (192, (3, 1), 1, (1, 0))),
            )  # fmt: skip

        self.conv2d_1a = normalized(3, 32, 3, 2)
        self.conv2d_2a = normalized(32, 32, 3)
        self.conv2d_2b = normalized(32, 64, 3, 1, 1)
        self.maxpool_3a = nn.MaxPool2d(3, 2)
        self.conv2d_3b = normalized(64, 80, 1)
        self.conv2d_4a = normalized(80, 192, 3)
        self.conv2d_4b = normalized(192, 256, 3, 2)
        self.repeat_1 = nn.Sequential(*(block35() for _ in range(5)))
        self.mixed_6a = Branches(
            branch0=chain(256, (384, 3, 2)),
            branch1=chain(256, (192, 1), (192, 3, 1, 1), (256, 3, 2)),
            branch2=nn.MaxPool2d(3, 2),
        )
        self.repeat_2 = nn.Sequential(*(block17() for _ in range(10)))
        self.mixed_7a = Branches(
            branch0=chain(896, (256, 1), (384, 3, 2)),
            branch1=chain(896, (256, 1), (256, 3, 2)),
            branch2=chain(896, (256, 1), (256, 3, 1, 1), (256, 3, 2)),
            branch3=nn.MaxPool2d(3, 2),
        )
        self.repeat_3 = nn.Sequential(*(block8() for _ in range(5)))
        self.block8 = block8(scale=1.0, relu=False)
        self.avgpool_1a = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.last_linear = nn.Linear(1792, 512, bias=False)
        self.last_bn = nn.BatchNorm1d(512, 1e-3)
        self.logits = nn.Linear(512, classes)

    def forward(self, x):
        for stage in self.children():
            x = stage(x)
        return x


class Fire(nn.Module):
    """A module of SqueezeNet (Iandola et al. 2016, figure 1); with a bypass, its input is added to its output, through a
    1x1 convolution where the channels differ (figure 2)."""

    def __init__(self, inputs, squeeze, expand, bypass):
        super().__init__()
        self.squeeze = nn.Conv2d(inputs, squeeze, 1)
        self.expand1x1 = nn.Conv2d(squeeze, expand, 1)
        self.expand3x3 = nn.Conv2d(squeeze, expand, 3, padding=1)
        if bypass == "complex" and inputs != 2 * expand:
            self.bypass = nn.Conv2d(inputs, 2 * expand, 1)
        elif inputs == 2 * expand:
            self.bypass = nn.Identity()

    def forward(self, x):
        squeezed = torch.relu(self.squeeze(x))
        y = torch.relu(torch.cat([self.expand1x1(squeezed), self.expand3x3(squeezed)], 1))
        return y + self.bypass(x) if hasattr(self, "bypass") else y


class SqueezeNetBypass(nn.Module):
    """SqueezeNet 1.0 with simple or complex bypass and torchvision's numbering."""

    def __init__(self, bypass):
        super().__init__()
        pool, layers, inputs = nn.MaxPool2d(3, 2, ceil_mode=True), [], 96
        for squeeze, expand in ((16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256)):
            layers.append(Fire(inputs, squeeze, expand, bypass))
            inputs = 2 * expand
        stem = [nn.Conv2d(3, 96, 7, 2), nn.ReLU(), pool]
        self.features = nn.Sequential(*stem, *layers[:3], pool, *layers[3:7], pool, layers[7])
        self.classifier = nn.Sequential(
            nn.Identity(), nn.Conv2d(512, 1000, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten()
        )

    def forward(self, x):
        return self.classifier(self.features(x))


class SqueezeExcitation(nn.Module):
    """Squeeze and excitation (Hu et al. 2018) with the keys of RepVGG's authors."""

    def __init__(self, channels, squeezed):
        super().__init__()
        self.down = nn.Conv2d(channels, squeezed, 1)
        self.up = nn.Conv2d(squeezed, channels, 1)

    def forward(self, x):
        return x * torch.sigmoid(self.up(torch.relu(self.down(x.mean((2, 3), keepdim=True)))))


class RepVGGBlock(nn.Module):
    """A block of RepVGG (Ding et al. 2021, figure 2): a sum of three branches in training, one convolution deployed."""

    def __init__(self, inputs, outputs, stride, groups, excited):
        super().__init__()

        def branch(kernel):
            convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
            return nn.Sequential(collections.OrderedDict(conv=convolution, bn=nn.BatchNorm2d(outputs)))

        self.se = SqueezeExcitation(outputs, outputs // 16) if excited else nn.Identity()
        self.rbr_identity = nn.BatchNorm2d(inputs) if inputs == outputs and stride == 1 else None
        self.rbr_dense = branch(3)
        self.rbr_1x1 = branch(1)

    def forward(self, x):
        if hasattr(self, "rbr_reparam"):
            return torch.relu(self.se(self.rbr_reparam(x)))
        y = self.rbr_dense(x) + self.rbr_1x1(x)
        return torch.relu(self.se(y if self.rbr_identity is None else y + self.rbr_identity(x)))

    def deploy(self):
        """Replaces the branches by the convolution that they are together (section 3.3)."""
        dense = self.rbr_dense.conv
        branches = [(dense.weight, self.rbr_dense.bn)]
        branches.append((functional.pad(self.rbr_1x1.conv.weight, (1, 1, 1, 1)), self.rbr_1x1.bn))
        if self.rbr_identity is not None:
            identity = nn.init.dirac_(torch.empty_like(dense.weight), dense.groups)
            branches.append((identity, self.rbr_identity))
        weight, bias = 0, 0
        for kernel, normalization in branches:
            factor = normalization.weight.double() / (normalization.running_var.double() + normalization.eps).sqrt()
            weight = weight + kernel.double() * factor[:, None, None, None]
            bias = bias + normalization.bias.double() - normalization.running_mean.double() * factor
        self.rbr_reparam = nn.Conv2d(
            dense.in_channels, dense.out_channels, 3, dense.stride, dense.padding, groups=dense.groups
        )
        self.rbr_reparam.load_state_dict({"weight": weight, "bias": bias})
        del self.rbr_identity, self.rbr_dense, self.rbr_1x1


class RepVGG(nn.Module):
    """RepVGG with the keys of its authors' repository. Every second layer has groups in the forms g2 and g4."""

    def __init__(self, depths, widths, groups=1, excited=False):
        super().__init__()
        layer, inputs = 0, 3

        def blocks(count, outputs):
            nonlocal layer, inputs
            made = []
            for stride in [2] + [1] * (count - 1):
                # the numbering runs through all stages, and the authors' table of groups ends with layer 26
                grouped = layer % 2 == 0 and 0 < layer <= 26
                made.append(RepVGGBlock(inputs, outputs, stride, groups if grouped else 1, excited))
                layer, inputs = layer + 1, outputs
            return made

        self.stage0 = blocks(1, min(64, int(64 * widths[0])))[0]
        self.stage1 = nn.Sequential(*blocks(depths[0], int(64 * widths[0])))
        self.stage2 = nn.Sequential(*blocks(depths[1], int(128 * widths[1])))
        self.stage3 = nn.Sequential(*blocks(depths[2], int(256 * widths[2])))
        self.stage4 = nn.Sequential(*blocks(depths[3], int(512 * widths[3])))
        self.gap = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.linear = nn.Linear(inputs, 1000)

    def forward(self, x):
        for stage in self.children():
            x = stage(x)
        return x

    def deployed(self):
        """The network itself, its blocks replaced by single convolutions."""
        for module in list(self.modules()):
            if isinstance(module, RepVGGBlock):
                module.deploy()
        return self


def with_early_strides(network):
    """A ResNet of bottlenecks whose blocks halve the size in their first convolution, as in the paper (He et al. 2015),
    where torchvision halves it in the second."""
    for stage in (network.layer2, network.layer3, network.layer4):
        stage[0].conv1.stride, stage[0].conv2.stride = (2, 2), (1, 1)
    return network


class TwoConvolutions(nn.Module):
    """Two 3x3 convolutions of U-Net, each with a normalization and ReLU."""

    def __init__(self, inputs, outputs, inside=None, bias=False):
        super().__init__()
        inside = inside or outputs
        self.double_conv = nn.Sequential(
            nn.Conv2d(inputs, inside, 3, padding=1, bias=bias), nn.BatchNorm2d(inside), nn.ReLU(),
            nn.Conv2d(inside, outputs, 3, padding=1, bias=bias), nn.BatchNorm2d(outputs), nn.ReLU(),
        )

    def forward(self, x):
        return self.double_conv(x)


class UNetDown(nn.Module):
    def __init__(self, inputs, outputs, bias):
        super().__init__()
        self.maxpool_conv = nn.Sequential(nn.MaxPool2d(2), TwoConvolutions(inputs, outputs, bias=bias))

    def forward(self, x):
        return self.maxpool_conv(x)


class UNetUp(nn.Module):
    def __init__(self, inputs, outputs, is_learned, bias):
        super().__init__()
        if is_learned:
            self.up = nn.ConvTranspose2d(inputs, inputs // 2, 2, stride=2)
            self.conv = TwoConvolutions(inputs, outputs, bias=bias)
        else:
            self.up = nn.Upsample(scale_factor=2, mode="bilinear", align_corners=True)
            self.conv = TwoConvolutions(inputs, outputs, inputs // 2, bias=bias)

    def forward(self, x, level):
        x = self.up(x)
        rows, columns = level.shape[2] - x.shape[2], level.shape[3] - x.shape[3]
        x = functional.pad(x, [columns // 2, columns - columns // 2, rows // 2, rows - rows // 2])
        return self.conv(torch.cat([level, x], 1))


class UNet(nn.Module):
    """U-Net (Ronneberger et al. 2015) with padding and batch normalization, keys as in milesial/Pytorch-UNet."""

    def __init__(self, width=64, classes=2, is_learned=True, bias=False):
        super().__init__()
        factor = 1 if is_learned else 2
        self.inc = TwoConvolutions(3, width, bias=bias)
        self.down1 = UNetDown(width, 2 * width, bias)
        self.down2 = UNetDown(2 * width, 4 * width, bias)
        self.down3 = UNetDown(4 * width, 8 * width, bias)
        self.down4 = UNetDown(8 * width, 16 * width // factor, bias)
        self.up1 = UNetUp(16 * width, 8 * width // factor, is_learned, bias)
        self.up2 = UNetUp(8 * width, 4 * width // factor, is_learned, bias)
        self.up3 = UNetUp(4 * width, 2 * width // factor, is_learned, bias)
        self.up4 = UNetUp(2 * width, width, is_learned, bias)
        self.outc = nn.Module()
        self.outc.conv = nn.Conv2d(width, classes, 1)

    def forward(self, x):
        first = self.inc(x)
        second = self.down1(first)
        third = self.down2(second)
        fourth = self.down3(third)
        x = self.up1(self.down4(fourth), fourth)
        x = self.up3(self.up2(x, third), second)
        return self.outc.conv(self.up4(x, first))


class ProposalNetwork(nn.Module):
    """P-Net (Zhang et al. 2016, figure 2), keys as in facenet-pytorch: boxes and probabilities."""

    def __init__(self):
        super().__init__()
        self.conv1, self.prelu1 = nn.Conv2d(3, 10, 3), nn.PReLU(10)
        self.conv2, self.prelu2 = nn.Conv2d(10, 16, 3), nn.PReLU(16)
        self.conv3, self.prelu3 = nn.Conv2d(16, 32, 3), nn.PReLU(32)
        self.conv4_1, self.conv4_2 = nn.Conv2d(32, 2, 1), nn.Conv2d(32, 4, 1)

    def forward(self, x):
        x = functional.max_pool2d(self.prelu1(self.conv1(x)), 2, 2, ceil_mode=True)
        x = self.prelu3(self.conv3(self.prelu2(self.conv2(x))))
        return self.conv4_2(x), self.conv4_1(x).softmax(1)


class RefinementNetwork(nn.Module):
    """R-Net (Zhang et al. 2016, figure 2), keys as in facenet-pytorch: boxes and probabilities."""

    def __init__(self):
        super().__init__()
        self.conv1, self.prelu1 = nn.Conv2d(3, 28, 3), nn.PReLU(28)
        self.conv2, self.prelu2 = nn.Conv2d(28, 48, 3), nn.PReLU(48)
        self.conv3, self.prelu3 = nn.Conv2d(48, 64, 2), nn.PReLU(64)
        self.dense4, self.prelu4 = nn.Linear(576, 128), nn.PReLU(128)
        self.dense5_1, self.dense5_2 = nn.Linear(128, 2), nn.Linear(128, 4)

    def forward(self, x):
        x = functional.max_pool2d(self.prelu1(self.conv1(x)), 3, 2, ceil_mode=True)
        x = functional.max_pool2d(self.prelu2(self.conv2(x)), 3, 2, ceil_mode=True)
        x = self.prelu3(self.conv3(x)).permute(0, 3, 2, 1).flatten(1)
        x = self.prelu4(self.dense4(x))
        return self.dense5_2(x), self.dense5_1(x).softmax(1)


class OutputNetwork(nn.Module):
    """O-Net (Zhang et al. 2016, figure 2), keys as in facenet-pytorch: boxes, landmarks and probabilities."""

    def __init__(self):
        super().__init__()
        self.conv1, self.prelu1 = nn.Conv2d(3, 32, 3), nn.PReLU(32)
        self.conv2, self.prelu2 = nn.Conv2d(32, 64, 3), nn.PReLU(64)
        self.conv3, self.prelu3 = nn.Conv2d(64, 64, 3), nn.PReLU(64)
        self.conv4, self.prelu4 = nn.Conv2d(64, 128, 2), nn.PReLU(128)
        self.dense5, self.prelu5 = nn.Linear(1152, 256), nn.PReLU(256)
        self.dense6_1, self.dense6_2, self.dense6_3 = nn.Linear(256, 2), nn.Linear(256, 4), nn.Linear(256, 10)

    def forward(self, x):
        x = functional.max_pool2d(self.prelu1(self.conv1(x)), 3, 2, ceil_mode=True)
        x = functional.max_pool2d(self.prelu2(self.conv2(x)), 3, 2, ceil_mode=True)
        x = functional.max_pool2d(self.prelu3(self.conv3(x)), 2, 2, ceil_mode=True)
        x = self.prelu4(self.conv4(x)).permute(0, 3, 2, 1).flatten(1)
        x = self.prelu5(self.dense5(x))
        return self.dense6_2(x), self.dense6_3(x), self.dense6_1(x).softmax(1)


class YOLOLayer(nn.Module):
    """Convolution, normalization and SiLU of YOLOv8."""

    def __init__(self, inputs, outputs, kernel=1, stride=1, padding=None):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2 if padding is None else padding, bias=False)
        self.bn = nn.BatchNorm2d(outputs, eps=1e-3)

    def forward(self, x):
        return functional.silu(self.bn(self.conv(x)))


class YOLOBottleneck(nn.Module):
    def __init__(self, channels, is_residual, kernel):
        super().__init__()
        self.cv1, self.cv2 = YOLOLayer(channels, channels, kernel), YOLOLayer(channels, channels, 3)
        self.is_residual = is_residual

    def forward(self, x):
        y = self.cv2(self.cv1(x))
        return x + y if self.is_residual else y


class YOLOSplitBlock(nn.Module):
    """Bottlenecks of which every result is kept (version 8)."""

    def __init__(self, inputs, outputs, depth, is_residual):
        super().__init__()
        self.width = outputs // 2
        self.cv1, self.cv2 = YOLOLayer(inputs, outputs), YOLOLayer((2 + depth) * self.width, outputs)
        self.m = nn.ModuleList(YOLOBottleneck(self.width, is_residual, 3) for _ in range(depth))

    def forward(self, x):
        parts = list(self.cv1(x).split(self.width, 1))
        for part in self.m:
            parts.append(part(parts[-1]))
        return self.cv2(torch.cat(parts, 1))


class YOLOCrossBlock(nn.Module):
    """Bottlenecks beside a shortcut (version 5)."""

    def __init__(self, inputs, outputs, depth, is_residual):
        super().__init__()
        width = outputs // 2
        self.cv1, self.cv2, self.cv3 = YOLOLayer(inputs, width), YOLOLayer(inputs, width), YOLOLayer(2 * width, outputs)
        self.m = nn.Sequential(*(YOLOBottleneck(width, is_residual, 1) for _ in range(depth)))

    def forward(self, x):
        return self.cv3(torch.cat([self.m(self.cv1(x)), self.cv2(x)], 1))


class YOLOPyramidPooling(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.cv1, self.cv2 = YOLOLayer(channels, channels // 2), YOLOLayer(2 * channels, channels)

    def forward(self, x):
        maps = [self.cv1(x)]
        for _ in range(3):
            maps.append(functional.max_pool2d(maps[-1], 5, 1, 2))
        return self.cv2(torch.cat(maps, 1))


class YOLOHead(nn.Module):
    """Boxes by distributions over distances, and classes, for three levels."""

    def __init__(self, channels, classes, steps=16):
        super().__init__()
        boxes, kinds = max(16, channels[0] // 4, 4 * steps), max(channels[0], min(classes, 100))
        self.steps, self.classes = steps, classes
        self.cv2, self.cv3 = (
            nn.ModuleList(nn.Sequential(YOLOLayer(c, w, 3), YOLOLayer(w, w, 3), nn.Conv2d(w, n, 1)) for c in channels)
            for w, n in ((boxes, 4 * steps), (kinds, classes))
        )
        self.dfl = nn.Module()
        self.dfl.conv = nn.Conv2d(steps, 1, 1, bias=False)

    def forward(self, levels):
        boxes = torch.cat([part(x).flatten(2) for part, x in zip(self.cv2, levels)], 2)
        scores = torch.cat([part(x).flatten(2) for part, x in zip(self.cv3, levels)], 2)
        n, _, places = boxes.shape
        shares = boxes.view(n, 4, self.steps, places).transpose(1, 2).softmax(1)
        near, far = self.dfl.conv(shares).view(n, 4, places).chunk(2, 1)
        points, strides = [], []
        for index, x in enumerate(levels):
            rows, columns = (torch.arange(extent, dtype=x.dtype) + 0.5 for extent in x.shape[2:])
            points.append(torch.stack([columns.repeat(len(rows)), rows.repeat_interleave(len(columns))]))
            strides.append(torch.full((len(rows) * len(columns),), float(8 << index), dtype=x.dtype))
        points, strides = torch.cat(points, 1), torch.cat(strides)
        low, high = points - near, points + far
        return torch.cat([torch.cat([(low + high) / 2, high - low], 1) * strides, scores.sigmoid()], 1)


class YOLO(nn.Module):
    """YOLOv8, or YOLOv5 with its head (Ultralytics); each module is its number, what it reads, and itself."""

    def __init__(self, version=8, width=16, depth=1, classes=5):
        super().__init__()
        w1, w2, w3, w4, w5 = (width << index for index in range(5))
        block = YOLOSplitBlock if version == 8 else YOLOCrossBlock
        first = YOLOLayer(3, w1, 3, 2) if version == 8 else YOLOLayer(3, w1, 6, 2, 2)
        layers = [first, YOLOLayer(w1, w2, 3, 2), block(w2, w2, depth, True)]
        for inputs, outputs, count in ((w2, w3, 2 * depth), (w3, w4, 2 * depth), (w4, w5, depth)):
            layers += [YOLOLayer(inputs, outputs, 3, 2), block(outputs, outputs, count, True)]
        layers.append(YOLOPyramidPooling(w5))
        up, join = nn.Upsample(scale_factor=2), nn.Identity()
        if version == 8:
            layers += [up, join, block(w5 + w4, w4, depth, False), up, join, block(w4 + w3, w3, depth, False)]
            layers += [YOLOLayer(w3, w3, 3, 2), join, block(w3 + w4, w4, depth, False)]
            layers += [YOLOLayer(w4, w4, 3, 2), join, block(w4 + w5, w5, depth, False)]
            self.reads, self.results = {11: 6, 14: 4, 17: 12, 20: 9}, (15, 18, 21)
        else:
            layers += [YOLOLayer(w5, w4), up, join, block(2 * w4, w4, depth, False)]
            layers += [YOLOLayer(w4, w3), up, join, block(2 * w3, w3, depth, False)]
            layers += [YOLOLayer(w3, w3, 3, 2), join, block(2 * w3, w4, depth, False)]
            layers += [YOLOLayer(w4, w4, 3, 2), join, block(2 * w4, w5, depth, False)]
            self.reads, self.results = {12: 6, 16: 4, 19: 14, 22: 10}, (17, 20, 23)
        layers.append(YOLOHead((w3, w4, w5), classes))
        self.model = nn.ModuleList(layers)

    def forward(self, x):
        made = []
        for number, layer in enumerate(self.model[:-1]):
            x = torch.cat([x, made[self.reads[number]]], 1) if number in self.reads else layer(x)
            made.append(x)
        return self.model[-1]([made[number] for number in self.results])
