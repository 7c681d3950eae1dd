"""Writes what torchvision says of the architectures of the zoo: NAME.txt, one file for each.

    python generate.py [NAME ...]

Made with torch==2.13.0, torchvision==0.28.0 and numpy==2.4.6. A file holds

    parameters N       as published with torchvision's weights (LeNet-5: counted by PyTorch)
    gigaoperations X   multiply-accumulates of one image, as published (LeNet-5: from the figure)
    output …           the first 16 outputs of the network with the zoo's weights of seed 7, on the zoo's numbers of
                       seed 7 and key `input`, from -1 to 1, as input
    KEY EXTENT …       the state dict in its order, but for num_batches_tracked

The weights are drawn here anew, from the description in Sources/Architectures/Weights.
"""
import pathlib
import sys

import numpy
import torch

# torchvision's wheel needs its operators declared where its compiled part does not load
library = torch.library.Library("torchvision", "DEF")
for operator in ("nms", "qnms"):
    library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import torchvision  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
SEED = 7


class LeNet5(torch.nn.Module):
    """LeNet-5 with tanh, plain average pooling and a linear output."""

    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(1, 6, 5)
        self.conv2 = torch.nn.Conv2d(6, 16, 5)
        self.fc1 = torch.nn.Linear(400, 120)
        self.fc2 = torch.nn.Linear(120, 84)
        self.fc3 = torch.nn.Linear(84, 10)

    def forward(self, x):
        x = torch.nn.functional.avg_pool2d(torch.tanh(self.conv1(x)), 2)
        x = torch.nn.functional.avg_pool2d(torch.tanh(self.conv2(x)), 2)
        x = torch.tanh(self.fc1(x.flatten(1)))
        return self.fc3(torch.tanh(self.fc2(x)))


class AlexNet2012(torch.nn.Module):
    """AlexNet in two columns with the layer names of Caffe's bvlc_alexnet and the normalization of the paper."""

    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(3, 96, 11, stride=4)
        self.conv2 = torch.nn.Conv2d(96, 256, 5, padding=2, groups=2)
        self.conv3 = torch.nn.Conv2d(256, 384, 3, padding=1)
        self.conv4 = torch.nn.Conv2d(384, 384, 3, padding=1, groups=2)
        self.conv5 = torch.nn.Conv2d(384, 256, 3, padding=1, groups=2)
        self.fc6 = torch.nn.Linear(9216, 4096)
        self.fc7 = torch.nn.Linear(4096, 4096)
        self.fc8 = torch.nn.Linear(4096, 1000)
        # PyTorch divides alpha by the size, the paper does not
        self.norm = torch.nn.LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2)
        self.pool = torch.nn.MaxPool2d(3, stride=2)

    def forward(self, x):
        x = self.pool(self.norm(torch.relu(self.conv1(x))))
        x = self.pool(self.norm(torch.relu(self.conv2(x))))
        x = torch.relu(self.conv4(torch.relu(self.conv3(x))))
        x = self.pool(torch.relu(self.conv5(x))).flatten(1)
        return self.fc8(torch.relu(self.fc7(torch.relu(self.fc6(x)))))


OWN = {
    # name: (network, input, parameters, gigaoperations); the figures of the papers and of Caffe's model zoo
    "lenet5": (LeNet5, (1, 32, 32), 61706, 416520e-9),
    "alexnet_2012": (AlexNet2012, (3, 227, 227), 60965224, 0.724406816),
}
TORCHVISION = [
    "alexnet", "resnet18", "resnet34", "resnet50", "resnet101", "resnet152",
    "vgg11", "vgg11_bn", "vgg13", "vgg13_bn", "vgg16", "vgg16_bn", "vgg19", "vgg19_bn",
]


def mix(z):
    z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return z ^ (z >> numpy.uint64(31))


def uniform(key, shape, center, reach):
    """SplitMix64's outputs from a start made of seed and key, two numbers from each."""
    count = int(numpy.prod(shape))
    hashed = 0xCBF29CE484222325
    for byte in key.encode():
        hashed = (hashed ^ byte) * 0x100000001B3 % 2**64
    start = mix(numpy.array([SEED], numpy.uint64)) ^ numpy.uint64(hashed)
    steps = numpy.arange(1, count // 2 + 2, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
    halves = mix(start + steps).view(numpy.int32)[:count] >> 8
    unit = numpy.float32(reach) * numpy.float32(2**-23)
    return torch.from_numpy((numpy.float32(center) + unit * halves.astype(numpy.float32)).reshape(shape))


def last_of_branch(network, key):
    """True for the normalization that ends a residual branch."""
    if not isinstance(network, torchvision.models.ResNet) or not key.startswith("layer"):
        return False
    return key.split(".")[2] == ("bn3" if hasattr(network.layer1[0], "conv3") else "bn2")


def draw(network):
    state = {}
    for key, value in network.state_dict().items():
        shape, parameter = tuple(value.shape), key.rsplit(".", 1)[1]
        if parameter == "num_batches_tracked":
            state[key] = value
            continue
        normalization = key.replace(parameter, "running_var") in network.state_dict()
        if parameter == "running_mean" or (normalization and parameter == "bias"):
            interval = (0, 0.1)
        elif parameter == "running_var":
            interval = (1, 0.5)
        elif normalization:
            interval = (0.1, 0.05) if last_of_branch(network, key) else (1, 0.5)
        elif parameter == "bias":
            interval = (0, 0.05)
        else:
            fan_in = numpy.float32(numpy.prod(shape[1:]))
            interval = (0, numpy.sqrt(numpy.float32(6) / fan_in))
        state[key] = uniform(key, shape, *interval)
    network.load_state_dict(state, strict=True)
    return network.eval()


for name in sys.argv[1:] or [*OWN, *TORCHVISION]:
    if name in OWN:
        make, extents, parameters, operations = OWN[name]
        network = make()
    else:
        network, extents = torchvision.models.get_model(name), (3, 224, 224)
        published = torchvision.models.get_model_weights(name).IMAGENET1K_V1.meta
        parameters, operations = published["num_params"], published["_ops"]
    assert sum(value.numel() for value in network.parameters()) == parameters
    with torch.no_grad():
        output = draw(network)(uniform("input", (1, *extents), 0, 1))[0]
    lines = [f"parameters {parameters}", f"gigaoperations {operations:.9g}"]
    lines.append("output " + " ".join(f"{value:.9g}" for value in output[:16].tolist()))
    for key, value in network.state_dict().items():
        if not key.endswith(".num_batches_tracked"):
            lines.append(" ".join([key, *map(str, value.shape)]))
    (HERE / f"{name}.txt").write_text("\n".join(lines) + "\n")
    print(name, "max |output|", float(output.abs().max()), "deviation", float(output.std()), flush=True)
