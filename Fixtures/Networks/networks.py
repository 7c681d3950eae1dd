"""One small network of each kind that classification has seen, in the shapes of the papers but a few channels wide."""

import torch
from torch import nn
from torch.nn import functional as F

CLASSES = 5


def convolution(inputs, outputs, kernel=3, stride=1, groups=1, activation=nn.ReLU, epsilon=1e-5, padding=None):
    """Convolution, batch normalization and activation, as nearly every network after 2015 has them."""
    padding = (kernel - 1) // 2 if padding is None else padding
    layers = [
        nn.Conv2d(inputs, outputs, kernel, stride, padding, groups=groups, bias=False),
        nn.BatchNorm2d(outputs, eps=epsilon),
    ]
    return nn.Sequential(*layers, activation()) if activation else nn.Sequential(*layers)


class Head(nn.Module):
    """Global average pooling and a linear classifier."""

    def __init__(self, channels):
        super().__init__()
        self.pool, self.linear = nn.AdaptiveAvgPool2d(1), nn.Linear(channels, CLASSES)

    def forward(self, x):
        return self.linear(torch.flatten(self.pool(x), 1))


class LeNet5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 4, 5, padding=2), nn.Conv2d(4, 8, 5)
        self.pool = nn.AvgPool2d(2)
        self.linear1, self.linear2 = nn.Linear(32, 16), nn.Linear(16, 10)

    def forward(self, x):
        x = self.pool(torch.tanh(self.conv1(x)))
        x = self.pool(torch.tanh(self.conv2(x)))
        return F.log_softmax(self.linear2(torch.sigmoid(self.linear1(x.view(-1, 32)))), dim=1)


class AlexNet2012(nn.Module):
    """Two groups (two GPUs in the paper), local response normalization, overlapping pooling."""

    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 5, stride=2), nn.ReLU(True), nn.LocalResponseNorm(5, 1e-4, 0.75, 2.0), nn.MaxPool2d(3, 2),
            nn.Conv2d(8, 12, 3, padding=1, groups=2), nn.ReLU(True), nn.LocalResponseNorm(5, 0.1, 0.75, 2.0),
            nn.MaxPool2d(3, 2),
            nn.Conv2d(12, 12, 3, padding=1), nn.ReLU(True),
            nn.Conv2d(12, 8, 3, padding=1, groups=2), nn.ReLU(True),
        )  # fmt: skip
        self.classifier = nn.Sequential(
            nn.Dropout(), nn.Linear(32, 16), nn.ReLU(True), nn.Dropout(), nn.Linear(16, CLASSES)
        )

    def forward(self, x):
        return self.classifier(torch.flatten(self.features(x), 1))


def vgg(normalized):
    layers, inputs = [], 3
    for width in (4, 4, "pool", 6, 6, "pool", 8, "pool"):
        if width == "pool":
            layers.append(nn.MaxPool2d(2))
            continue
        layers.append(nn.Conv2d(inputs, width, 3, padding=1))
        layers += [nn.BatchNorm2d(width)] if normalized else []
        layers.append(nn.ReLU(inplace=True))
        inputs = width
    classifier = [nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(32, 12), nn.ReLU(), nn.Dropout()]
    return nn.Sequential(*layers, *classifier, nn.Linear(12, CLASSES))


class Inception(nn.Module):
    """GoogLeNet's stem with normalization over channels, one inception block, pooling rounded up."""

    def __init__(self):
        super().__init__()
        self.stem, self.norm = nn.Conv2d(3, 8, 3, stride=2, padding=1), nn.LocalResponseNorm(5, 1e-2, 0.75, 1.0)
        self.pool = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.one = nn.Conv2d(8, 4, 1)
        self.three = nn.Sequential(nn.Conv2d(8, 4, 1), nn.ReLU(), nn.Conv2d(4, 6, 3, padding=1))
        self.five = nn.Sequential(nn.Conv2d(8, 2, 1), nn.ReLU(), nn.Conv2d(2, 3, 5, padding=2))
        self.pooled = nn.Sequential(nn.MaxPool2d(3, 1, 1, ceil_mode=True), nn.Conv2d(8, 3, 1))
        self.head = Head(16)

    def forward(self, x):
        x = self.pool(self.norm(F.relu(self.stem(x))))
        x = torch.cat([F.relu(branch(x)) for branch in (self.one, self.three, self.five, self.pooled)], 1)
        return self.head(x)


class InceptionV3(nn.Module):
    """Convolutions factored into 1x7 and 7x1, an average that counts its padding, a split 1x3 / 3x1 pair."""

    def __init__(self):
        super().__init__()
        self.stem = convolution(3, 6, 3, 2, padding=0, epsilon=1e-3)
        self.row, self.column = nn.Conv2d(6, 4, (1, 7), padding=(0, 3)), nn.Conv2d(4, 4, (7, 1), padding=(3, 0))
        self.wide, self.tall = nn.Conv2d(6, 3, (1, 3), padding=(0, 1)), nn.Conv2d(6, 3, (3, 1), padding=(1, 0))
        self.pooled = convolution(6, 4, 1, epsilon=1e-3)
        self.norm, self.head = nn.BatchNorm2d(4, eps=1e-3), Head(20)

    def forward(self, x):
        x = torch.stack([x[:, 0] * 0.9 + 0.1, x[:, 1] * 0.8 - 0.1, x[:, 2] * 1.1], 1)  # "transform_input"
        x = self.stem(x)
        factored = F.relu(self.norm(self.column(self.row(x))))
        split = F.relu(torch.cat([self.wide(x), self.tall(x)], 1))
        pooled = self.pooled(F.avg_pool2d(x, 3, stride=1, padding=1))
        reduced = F.max_pool2d(x, 3, stride=1, padding=1)
        return self.head(torch.cat([factored, split, pooled, reduced], 1))


class Residual(nn.Module):
    """ResNet: basic or bottleneck block, with and without projection; groups make it a ResNeXt."""

    def __init__(self, bottleneck, groups=1):
        super().__init__()
        self.stem, self.pool = convolution(3, 8, 7, 2), nn.MaxPool2d(3, 2, 1)
        width, stride = 8, 2

        def body(inputs, outputs, stride):
            if not bottleneck:
                return nn.Sequential(
                    convolution(inputs, outputs, 3, stride), convolution(outputs, outputs, activation=None)
                )
            middle = 8 if groups > 1 else 4
            return nn.Sequential(
                convolution(inputs, middle, 1), convolution(middle, middle, 3, stride, groups),
                convolution(middle, outputs, 1, activation=None),
            )  # fmt: skip

        self.first, self.second = body(8, width, 1), body(8, 10, stride)
        self.projection = convolution(8, 10, 1, stride, activation=None)
        self.head = Head(10)

    def forward(self, x):
        x = self.pool(self.stem(x))
        x = F.relu(self.first(x) + x)
        return self.head(F.relu(self.second(x) + self.projection(x)))


class SqueezeNet(nn.Module):
    """A fire module; the classifier is a convolution."""

    def __init__(self):
        super().__init__()
        self.stem, self.pool = nn.Conv2d(3, 8, 3, stride=2), nn.MaxPool2d(3, 2, ceil_mode=True)
        self.squeeze, self.expand1, self.expand3 = nn.Conv2d(8, 4, 1), nn.Conv2d(4, 6, 1), nn.Conv2d(4, 6, 3, padding=1)
        self.classifier = nn.Sequential(nn.Dropout(), nn.Conv2d(12, CLASSES, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1))

    def forward(self, x):
        x = F.relu(self.squeeze(self.pool(F.relu(self.stem(x)))))
        x = torch.cat([F.relu(self.expand1(x)), F.relu(self.expand3(x))], 1)
        return torch.flatten(self.classifier(x), 1)


class DenseNet(nn.Module):
    """Normalization before convolution, features that grow by concatenation, a transition with average pooling."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, stride=2, padding=1, bias=False)
        self.layers = nn.ModuleList(self.layer(8 + 4 * index) for index in range(3))
        self.transition = nn.Sequential(
            nn.BatchNorm2d(20), nn.ReLU(), nn.Conv2d(20, 10, 1, bias=False), nn.AvgPool2d(2)
        )
        self.norm, self.head = nn.BatchNorm2d(10), Head(10)

    @staticmethod
    def layer(inputs):
        return nn.Sequential(
            nn.BatchNorm2d(inputs), nn.ReLU(), nn.Conv2d(inputs, 8, 1, bias=False),
            nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 4, 3, padding=1, bias=False),
        )  # fmt: skip

    def forward(self, x):
        x = self.stem(x)
        for layer in self.layers:
            x = torch.cat([x, layer(x)], 1)
        return self.head(F.relu(self.norm(self.transition(x))))


def shuffle(x, groups):
    """Channel shuffle (Zhang et al. 2017, figure 1) by reshape and transpose."""
    count, channels, height, width = x.size()
    x = x.view(count, groups, channels // groups, height, width).transpose(1, 2).contiguous()
    return x.view(count, -1, height, width)


class ShuffleNet(nn.Module):
    """Units of version 1: grouped 1x1 convolutions with a shuffle between; at stride 2 an averaged shortcut is
    appended."""

    def __init__(self):
        super().__init__()
        self.stem = convolution(3, 8, 3, 2)
        self.enter, self.depth = convolution(8, 8, 1, groups=2), convolution(8, 8, 3, 1, groups=8, activation=None)
        self.leave = convolution(8, 8, 1, groups=2, activation=None)
        self.down = nn.Sequential(convolution(8, 8, 3, 2, groups=8, activation=None), convolution(8, 8, 1, groups=2))
        self.head = Head(16)

    def forward(self, x):
        x = self.stem(x)
        x = F.relu(x + self.leave(self.depth(shuffle(self.enter(x), 2))))
        return self.head(torch.cat([self.down(x), F.avg_pool2d(x, 3, 2, 1)], 1))


class ShuffleNetV2(nn.Module):
    """Units of version 2: split in halves, work on one, concatenate, shuffle; a mean instead of a pooling layer."""

    def __init__(self):
        super().__init__()
        self.stem = convolution(3, 8, 3, 2)
        self.left = nn.Sequential(convolution(8, 8, 3, 2, groups=8, activation=None), convolution(8, 6, 1))
        self.right = self.branch(8, 2)
        self.unit = self.branch(6, 1)
        self.linear = nn.Linear(12, CLASSES)

    @staticmethod
    def branch(inputs, stride):
        return nn.Sequential(
            convolution(inputs, 6, 1), convolution(6, 6, 3, stride, groups=6, activation=None), convolution(6, 6, 1)
        )

    def forward(self, x):
        x = self.stem(x)
        x = shuffle(torch.cat((self.left(x), self.right(x)), 1), 2)
        kept, worked = x.chunk(2, dim=1)
        x = shuffle(torch.cat((kept, self.unit(worked)), 1), 2)
        return self.linear(x.mean([2, 3]))


class Xception(nn.Module):
    """Separable convolutions that begin with the activation, and a projected shortcut."""

    def __init__(self):
        super().__init__()
        self.stem, self.project = convolution(3, 8, 3, 2), convolution(8, 12, 1, 2, activation=None)
        self.one, self.two = self.separable(8, 12), self.separable(12, 12)
        self.pool, self.head = nn.MaxPool2d(3, 2, 1), Head(12)

    @staticmethod
    def separable(inputs, outputs):
        depth = nn.Conv2d(inputs, inputs, 3, padding=1, groups=inputs, bias=False)
        return nn.Sequential(nn.ReLU(), depth, nn.Conv2d(inputs, outputs, 1, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x):
        x = self.stem(x)
        return self.head(F.relu(self.pool(self.two(self.one(x))) + self.project(x)))


class SqueezeExcite(nn.Module):
    def __init__(self, channels, squeezed, activation, gate):
        super().__init__()
        self.pool, self.gate, self.activation = nn.AdaptiveAvgPool2d(1), gate(), activation()
        self.reduce, self.expand = nn.Conv2d(channels, squeezed, 1), nn.Conv2d(squeezed, channels, 1)

    def forward(self, x):
        return x * self.gate(self.expand(self.activation(self.reduce(self.pool(x)))))


class Mobile(nn.Module):
    """Inverted residuals: version 2 (ReLU6), version 3 (hard swish, squeeze and excite), EfficientNet (SiLU),
    MNASNet (ReLU)."""

    def __init__(self, activation, squeeze=None, kernel=3, epsilon=1e-5):
        super().__init__()

        def block(inputs, outputs, stride):
            wide = inputs * 2
            layers = [convolution(inputs, wide, 1, activation=activation, epsilon=epsilon)]
            layers.append(convolution(wide, wide, kernel, stride, wide, activation, epsilon))
            layers += [SqueezeExcite(wide, 4, *squeeze)] if squeeze else []
            return nn.Sequential(*layers, convolution(wide, outputs, 1, activation=None, epsilon=epsilon))

        self.stem = convolution(3, 8, 3, 2, activation=activation, epsilon=epsilon)
        self.same, self.down = block(8, 8, 1), block(8, 12, 2)
        self.last, self.head = convolution(12, 16, 1, activation=activation), Head(16)

    def forward(self, x):
        x = self.stem(x)
        return self.head(self.last(self.down(x + self.same(x))))


class EfficientNetV2(nn.Module):
    """The fused inverted residual of EfficientNet v2: expansion and depthwise convolution in one."""

    def __init__(self):
        super().__init__()
        self.stem = convolution(3, 6, 3, 2, activation=nn.SiLU, epsilon=1e-3)
        self.expand = convolution(6, 12, 3, 1, activation=nn.SiLU, epsilon=1e-3)
        self.shrink, self.head = convolution(12, 6, 1, activation=None, epsilon=1e-3), Head(6)

    def forward(self, x):
        x = self.stem(x)
        return self.head(x + self.shrink(self.expand(x)))


class RepVGG(nn.Module):
    """Three parallel branches as trained (3x3, 1x1, identity), grouped in the second block."""

    def __init__(self):
        super().__init__()
        self.big = nn.ModuleList([convolution(3, 8, 3, 2, activation=None), convolution(8, 8, 3, 1, 2, None)])
        self.small = nn.ModuleList([convolution(3, 8, 1, 2, activation=None), convolution(8, 8, 1, 1, 2, None)])
        self.identity, self.head = nn.BatchNorm2d(8), Head(8)

    def forward(self, x):
        x = F.relu(self.big[0](x) + self.small[0](x))
        return self.head(F.relu(self.big[1](x) + self.small[1](x) + self.identity(x)))


class ACNet(nn.Module):
    """Asymmetric branches as trained: 3x3, 1x3 and 3x1, each with its own normalization."""

    def __init__(self):
        super().__init__()
        self.stem = convolution(3, 6, 3, 2)
        kernels = (((3, 3), (1, 1)), ((1, 3), (0, 1)), ((3, 1), (1, 0)))
        self.branches = nn.ModuleList(
            nn.Sequential(nn.Conv2d(6, 8, kernel, padding=padding, bias=False), nn.BatchNorm2d(8))
            for kernel, padding in kernels
        )
        self.head = Head(8)

    def forward(self, x):
        x = self.stem(x)
        return self.head(F.leaky_relu(sum(branch(x) for branch in self.branches), 0.1))


# name: (constructor, shape of one input)
NETWORKS = {
    "lenet5": (LeNet5, (1, 16, 16)),
    "alexnet2012": (AlexNet2012, (3, 25, 25)),
    "vgg": (lambda: vgg(False), (3, 16, 16)),
    "vgg-bn": (lambda: vgg(True), (3, 16, 16)),
    "inception": (Inception, (3, 12, 12)),
    "inception-v3": (InceptionV3, (3, 17, 17)),
    "resnet-basic": (lambda: Residual(False), (3, 12, 12)),
    "resnet-bottleneck": (lambda: Residual(True), (3, 12, 12)),
    "resnext": (lambda: Residual(True, 4), (3, 12, 12)),
    "squeezenet": (SqueezeNet, (3, 17, 17)),
    "densenet": (DenseNet, (3, 12, 12)),
    "shufflenet": (ShuffleNet, (3, 12, 12)),
    "shufflenet-v2": (ShuffleNetV2, (3, 12, 12)),
    "xception": (Xception, (3, 12, 12)),
    "mobilenet-v2": (lambda: Mobile(nn.ReLU6), (3, 12, 12)),
    "mobilenet-v3": (lambda: Mobile(nn.Hardswish, (nn.ReLU, nn.Hardsigmoid), 5, 1e-3), (3, 12, 12)),
    "mnasnet": (lambda: Mobile(nn.ReLU, kernel=5), (3, 12, 12)),
    "efficientnet": (lambda: Mobile(nn.SiLU, (nn.SiLU, nn.Sigmoid), 3, 1e-3), (3, 12, 12)),
    "efficientnet-v2": (EfficientNetV2, (3, 12, 12)),
    "repvgg": (RepVGG, (3, 12, 12)),
    "acnet": (ACNet, (3, 12, 12)),
}


def build(name, seed=1):
    """The network in evaluation mode with seeded weights, drawn so that nothing is an identity and activations stay
    in range."""
    network, draw = NETWORKS[name][0](), torch.Generator().manual_seed(seed)
    for module in network.modules():
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu", generator=draw)
            if module.bias is not None:
                module.bias.data.normal_(0, 0.1, generator=draw)
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.2, generator=draw)
            module.running_var.uniform_(0.5, 1.5, generator=draw)
            module.weight.data.uniform_(0.5, 1.2, generator=draw)
            module.bias.data.normal_(0, 0.2, generator=draw)
    return network.eval()
