"""Writes small networks as checkpoints, each with what PyTorch computes: NAME/weights.* and NAME/test_data_set_0.

    python generate.py [NAME ...]

Made with torch==2.13.0, torchvision==0.28.0, safetensors==0.8.0, onnx==1.23.2 and numpy==2.4.6. The networks are
torchvision's own classes a few channels wide; weights and running statistics are drawn so that no normalization is an
identity. NAME/expected.txt says as what the weights must be recognised.
"""
import collections
import pathlib
import shutil
import sys

import numpy
import onnx.numpy_helper
import safetensors.torch
import torch

# A torchvision whose compiled part does not fit this torch can be imported once its operators are declared.
try:
    import torchvision  # noqa: F401
except RuntimeError:
    for part in [name for name in sys.modules if name.startswith("torchvision")]:
        del sys.modules[part]
    declared = torch.library.Library("torchvision", "DEF")
    for operator in ("nms", "qnms"):
        declared.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
import torchvision  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent


class LeNet(torch.nn.Module):
    """LeNet-5 for images of 20x20 with narrow linear layers."""

    def __init__(self):
        super().__init__()
        self.conv1 = torch.nn.Conv2d(1, 6, 5)
        self.conv2 = torch.nn.Conv2d(6, 16, 5)
        self.fc1 = torch.nn.Linear(64, 7)
        self.fc2 = torch.nn.Linear(7, 6)
        self.fc3 = torch.nn.Linear(6, 4)

    def forward(self, x):
        x = torch.nn.functional.avg_pool2d(torch.tanh(self.conv1(x)), 2)
        x = torch.nn.functional.avg_pool2d(torch.tanh(self.conv2(x)), 2)
        x = torch.tanh(self.fc1(x.flatten(1)))
        return self.fc3(torch.tanh(self.fc2(x)))


def densenet():
    return torchvision.models.DenseNet(4, (2, 1, 2, 1), num_init_features=6, bn_size=2, num_classes=5)


def shufflenet():
    return torchvision.models.ShuffleNetV2([2, 1, 2], [4, 8, 12, 16, 10], num_classes=3)


def drawn(network, seed):
    """The network in evaluation mode with seeded weights and statistics."""
    draw = torch.Generator().manual_seed(seed)
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
            module.num_batches_tracked.fill_(1000 + seed)
    return network.eval()


def old_names(state):
    """The names that torchvision's DenseNet had before release 0.3."""
    def renamed(key):
        for part in ("norm1", "norm2", "conv1", "conv2"):
            key = key.replace(f".{part}.", f".{part[:-1]}.{part[-1]}.") if "denselayer" in key else key
        return key
    return collections.OrderedDict((renamed(key), value) for key, value in state.items() if "tracked" not in key)


def prefixed(state, prefix):
    return collections.OrderedDict((prefix + key, value) for key, value in state.items())


def half_norms(state):
    return {key: value.half() if "conv" in key else value for key, value in state.items()}


# name: (network, input, what is saved, how, recognised as)
CASES = {
    "densenet": (densenet, (2, 3, 64, 64), lambda state: state, "zip", "DenseNet"),
    "densenet-old-names": (densenet, (1, 3, 64, 64), old_names, "legacy", "DenseNet"),
    "densenet-safetensors": (densenet, (1, 3, 64, 64), lambda state: state, "safetensors", "DenseNet"),
    "shufflenet-parallel": (
        shufflenet, (1, 3, 64, 64),
        lambda state: {"epoch": 3, "state_dict": prefixed(state, "module."), "optimizer": {"param_groups": [], "state": {}}},
        "zip", "ShuffleNet v2"),
    "shufflenet-averaged": (
        shufflenet, (1, 3, 64, 64),
        lambda state: {"model": state, "model_ema": {key: value * 0 for key, value in state.items()}, "best": 0.5},
        "zip", "ShuffleNet v2"),
    "shufflenet-gray": (shufflenet, (1, 1, 64, 64), lambda state: state, "zip", "ShuffleNet v2"),
    "lenet-small": (LeNet, (3, 1, 20, 20), lambda state: state, "zip", "LeNet-5"),
    "lenet-double": (LeNet, (1, 1, 20, 20), lambda state: {k: v.double() for k, v in state.items()}, "zip", "LeNet-5"),
    "lenet-half": (LeNet, (1, 1, 20, 20), lambda state: {k: v.half() for k, v in state.items()}, "zip", "LeNet-5"),
    "lenet-mixed": (LeNet, (1, 1, 20, 20), half_norms, "zip", "LeNet-5"),
}


def value(path, array, name):
    path.write_bytes(onnx.numpy_helper.from_array(array, name).SerializeToString())


for seed, name in enumerate(CASES):
    if sys.argv[1:] and name not in sys.argv[1:]:
        continue
    make, extents, wrap, how, recognised = CASES[name]
    network = make()
    if extents[1] == 1 and make is shufflenet:
        network.conv1[0] = torch.nn.Conv2d(1, network.conv1[0].out_channels, 3, 2, 1, bias=False)
    network = drawn(network, seed)
    saved = wrap(network.state_dict())
    folder = HERE / name
    shutil.rmtree(folder, ignore_errors=True)
    data = folder / "test_data_set_0"
    data.mkdir(parents=True)
    if how == "safetensors":
        safetensors.torch.save_file(saved, folder / "weights.safetensors", {"format": "pt"})
    else:
        torch.save(saved, folder / "weights.pth", _use_new_zipfile_serialization=how == "zip")
    image = torch.from_numpy(numpy.random.default_rng(seed).standard_normal(extents).astype(numpy.float32))
    # What is computed with are the weights as they were saved.
    flat = saved.get("state_dict", saved.get("model", saved)) if isinstance(saved, dict) else saved
    if name.startswith("lenet"):
        network.load_state_dict({key: tensor.float() for key, tensor in flat.items()})
        if name == "lenet-double":
            network, image = network.double(), image.double()
        if name == "lenet-half":
            image = image.half().float()
    with torch.no_grad():
        output = network(image)
    if name == "lenet-half":
        image, output = image.half(), output.half()
    value(data / "input_0.pb", image.numpy(), "input")
    value(data / "output_0.pb", output.numpy(), "output")
    (folder / "expected.txt").write_text(recognised + "\n")
    print(name, [f"{number:.3g}" for number in output.flatten()[:4].tolist()])
