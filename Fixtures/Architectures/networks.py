"""The networks of the zoo as PyTorch, torchvision, timm and their authors define them, one entry for each spelling of
the keys and each form, with seeded weights.

Shared by the fixtures of this folder and by Checks/weights_alone.py. Made for torch==2.13.0, torchvision==0.28.0,
timm==1.0.31 and numpy==2.4.6.
"""

import copy
import dataclasses
import functools
import sys
import warnings
from collections.abc import Callable

import numpy
import torch
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
import timm.utils.model  # noqa: E402
import torchvision  # noqa: E402

import definitions  # noqa: E402


@dataclasses.dataclass(frozen=True)
class Network:
    """A network in one spelling and form."""

    name: str  # the zoo's, which is torchvision's where it has one
    spelling: str
    make: Callable[[], torch.nn.Module]
    size: tuple[int, int, int]  # the published input: channels, height, width
    input: tuple[int, int, int]  # a smaller one on which tests are quick and no feature map is a single number
    parameters: int | None = None  # as published
    gigaoperations: float | None = None  # multiply-accumulates of one image in 1e9, as published
    unused: tuple[str, ...] = ()  # beginnings of keys which inference does not use
    recognized: str | None = None  # the network of the same keys and shapes that recognition gives instead
    deploy: Callable[[torch.nn.Module], torch.nn.Module] | None = None  # from the trained form to this one

    @property
    def label(self):
        return f"{self.name}.{self.spelling}"


def own(name, spelling, make, size, small=None, **more):
    channels, side = size if isinstance(size, tuple) else (3, size)
    square = (channels, side, side)
    return Network(name, spelling, make, square, (channels, small, small) if small else square, **more)


def from_torchvision(name, small=64, unused=(), **options):
    """Sizes and numbers are those published with the first weights."""
    weights = torchvision.models.get_model_weights(name).IMAGENET1K_V1
    return own(
        name,
        "torchvision",
        functools.partial(torchvision.models.get_model, name, **options),
        weights.transforms().crop_size[0],
        small,
        parameters=weights.meta["num_params"],
        gigaoperations=weights.meta["_ops"],
        unused=unused,
    )


def from_timm(name, model=None, small=64, deployed=False, **more):
    """`model` is timm's name, where it is another."""
    model = model or name
    if deployed:
        more["deploy"] = timm.utils.model.reparameterize_model
    size = timm.get_pretrained_cfg(model).input_size[1]
    spelling = "timm-deployed" if deployed else "timm"
    return own(name, spelling, functools.partial(timm.create_model, model), size, small, **more)


def repvgg(name, size=224, deployed=False):
    """RepVGG in its authors' spelling; depths and widths of tables 2 and 3 of the paper and of the repository."""
    depths = {"a": (2, 4, 14, 1), "b": (4, 6, 16, 1), "d": (8, 14, 24, 1)}[name[7]]
    widths = {
        "a0": (0.75, 0.75, 0.75, 2.5),
        "b1": (2, 2, 2, 4),
        "b2": (2.5, 2.5, 2.5, 5),
        "b3": (3, 3, 3, 5),
        "d2": (2.5, 2.5, 2.5, 5),
    }[name[7:9]]
    groups = int(name[10]) if "g" in name[7:] else 1
    make = functools.partial(definitions.RepVGG, depths, widths, groups, name.endswith("se"))
    spelling, deploy = ("authors-deployed", definitions.RepVGG.deployed) if deployed else ("authors", None)
    return own(name, spelling, make, size, 64, deploy=deploy)


WHOLE = {"small": None}  # takes its published size only
AUXILIARY = {"unused": ("aux1.", "aux2.")}

NETWORKS = [
    own("lenet5", "lesson", definitions.LeNet5, (1, 32), gigaoperations=416520e-9),
    own("lenet5_relu", "lesson", definitions.LessonLeNet, 32),
    from_torchvision("alexnet", **WHOLE),
    own("alexnet_half", "torchvision", definitions.LessonAlexNet, 224),
    # the figures of the paper and of Caffe's model zoo
    own("alexnet_2012", "caffe", definitions.AlexNet2012, 227, parameters=60965224, gigaoperations=0.724406816),
    own("nin", "caffe", definitions.NetworkInNetwork, 224, 96),
    own("nin", "lesson", definitions.lesson_network_in_network, 224, 128),
    *(from_torchvision(f"vgg{depth}{suffix}", **WHOLE) for depth in (11, 13, 16, 19) for suffix in ("", "_bn")),
    from_timm("vgg16", **WHOLE),
    from_timm("vgg16_bn", **WHOLE),
    from_torchvision("googlenet", **AUXILIARY, init_weights=False),
    own("inception_v1", "lesson", definitions.LessonGoogLeNet, 224, 64, **AUXILIARY),
    own("inception_v1", "caffe", definitions.CaffeGoogLeNet, 224, 64),
    own("inception_v2", "cadene", definitions.InceptionV2, 224, 64),
    # timm spells Inception v3 and DenseNet as torchvision does
    from_torchvision("inception_v3", 112, unused=("AuxLogits.",), init_weights=False),
    from_timm("inception_v4", small=112),
    own("inception_resnet_v1", "facenet", definitions.InceptionResNetV1, 160, 112),
    from_timm("inception_resnet_v2", small=112),
    *(from_torchvision(f"resnet{depth}") for depth in (18, 34, 50, 101, 152)),
    own(
        "resnet50_v1",
        "torchvision",
        lambda: definitions.with_early_strides(torchvision.models.resnet50()),
        224,
        64,
        recognized="resnet50",
    ),
    *(from_torchvision(name) for name in ("wide_resnet50_2", "wide_resnet101_2")),
    *(from_torchvision(name) for name in ("resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d")),
    *(from_torchvision(name) for name in ("squeezenet1_0", "squeezenet1_1")),
    own(
        "squeezenet1_0_bypass",
        "torchvision",
        functools.partial(definitions.SqueezeNetBypass, "simple"),
        224,
        64,
        recognized="squeezenet1_0",
    ),
    own(
        "squeezenet1_0_complex_bypass",
        "torchvision",
        functools.partial(definitions.SqueezeNetBypass, "complex"),
        224,
        64,
    ),
    *(from_torchvision(f"densenet{depth}") for depth in (121, 161, 169, 201)),
    from_timm("xception", "legacy_xception"),
    *(from_timm(f"xception{depth}") for depth in (41, 65, 71)),
    *(from_torchvision(f"shufflenet_v2_x{width}") for width in ("0_5", "1_0", "1_5", "2_0")),
    *(from_torchvision(f"mnasnet{width}") for width in ("0_5", "0_75", "1_0", "1_3")),
    from_timm("mnasnet1_0", "mnasnet_100"),
    from_torchvision("mobilenet_v2"),
    from_timm("mobilenet_v2", "mobilenetv2_100"),
    *(from_torchvision(f"mobilenet_v3_{size}") for size in ("small", "large")),
    *(from_timm(f"mobilenet_v3_{size}", f"mobilenetv3_{size}_100") for size in ("small", "large")),
    *(from_torchvision(f"efficientnet_b{number}") for number in range(8)),
    *(from_timm(f"efficientnet_b{number}") for number in range(5)),
    # TensorFlow's padding and epsilon, which keys and shapes cannot tell
    from_timm("efficientnet_b0_tf", "tf_efficientnet_b0", recognized="efficientnet_b0"),
    *(from_torchvision(f"efficientnet_v2_{size}") for size in "sml"),
    *(from_timm(f"efficientnet_v2_{size}", f"tf_efficientnetv2_{size}") for size in "sml"),
    *(from_timm(f"repvgg_{name}") for name in ("a0", "a1", "a2", "b0", "b1", "b2", "b3")),
    *(from_timm(f"repvgg_{name}") for name in ("b1g4", "b2g4", "b3g4", "d2se")),
    *(from_timm(f"repvgg_{name}", deployed=True) for name in ("a0", "d2se")),
    *(repvgg(f"repvgg_{name}") for name in ("a0", "b1g2", "b1g4", "b2g2", "b3g2")),
    repvgg("repvgg_d2se", 320),
    *(repvgg(f"repvgg_{name}", deployed=True) for name in ("a0", "b1g4")),
    repvgg("repvgg_d2se", 320, deployed=True),
]


# center and reach of the factors of batch normalization: small, so that sums do not grow in deep residual networks
NORMALIZATION = (0.5, 0.2)


def mix(z):
    z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return z ^ (z >> numpy.uint64(31))


def uniform(key, shape, center, reach, seed):
    """SplitMix64's outputs from a start made of seed and key, two numbers from each: the zoo's seeded numbers."""
    hashed = 0xCBF29CE484222325
    for byte in key.encode():
        hashed = (hashed ^ byte) * 0x100000001B3 % 2**64
    start = mix(numpy.array([seed], numpy.uint64)) ^ numpy.uint64(hashed)
    values = numpy.empty(int(numpy.prod(shape)), numpy.float32)
    unit = numpy.float32(reach) * numpy.float32(2**-23)
    piece = 1 << 20  # numbers at a time, for the memory's sake
    for first in range(0, len(values), piece):
        last = min(first + piece, len(values))
        steps = numpy.arange(first // 2 + 1, (last + 1) // 2 + 1, dtype=numpy.uint64) * numpy.uint64(0x9E3779B97F4A7C15)
        halves = mix(start + steps).view(numpy.int32)[: last - first] >> 8
        values[first:last] = numpy.float32(center) + unit * halves.astype(numpy.float32)
    return torch.from_numpy(values.reshape(shape))


def drawn(key, shape, normalization, seed):
    """The weights of a key: uniform numbers around a center, by the kind of the parameter."""
    parameter = key.rsplit(".", 1)[1]
    if parameter == "running_mean" or (normalization and parameter == "bias"):
        center, reach = 0, 0.1
    elif parameter == "running_var":
        center, reach = 1, 0.5
    elif normalization:
        center, reach = NORMALIZATION
    elif parameter == "bias":
        center, reach = 0, 0.05
    else:
        center, reach = 0, numpy.sqrt(numpy.float32(6) / numpy.float32(numpy.prod(shape[1:])))
    return uniform(key, shape, center, reach, seed)


def made(network, deployed):
    """The network in evaluation mode as PyTorch makes it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module = network.make().eval()
        return network.deploy(module) if deployed and network.deploy else module


def draw(module, seed):
    """Fills a network with seeded weights; no normalization is an identity."""
    state = module.state_dict()
    for key, value in state.items():
        if not key.endswith("num_batches_tracked"):
            normalization = key.rsplit(".", 1)[0] + ".running_var" in state
            value.copy_(drawn(key, tuple(value.shape), normalization, seed))
    return module


def settle(module, images, convolutions=False):
    """Scales what its batch normalizations expect, or the weights of its 3x3 convolutions, by powers of two so that the
    given images' signals neither die nor grow in any depth; returns the factors by key."""
    factors = {}

    def power_of_two(x):
        return 2.0 ** round(float(x.square().mean().log2()) / 2)

    def scale(name, layer, given):
        if isinstance(layer, torch.nn.Conv2d):
            unbiased = functional.conv2d(given[0], layer.weight, None, layer.stride, layer.padding, 1, layer.groups)
            scales = {"weight": 1 / power_of_two(unbiased)}
        else:
            rms = power_of_two(given[0])
            scales = {"running_mean": rms, "running_var": rms**2}
        for key, factor in scales.items():
            getattr(layer, key).mul_(factor)
            factors[f"{name}.{key}"] = factor

    kind = torch.nn.Conv2d if convolutions else torch.nn.modules.batchnorm._BatchNorm
    with torch.no_grad():
        hooks = [
            layer.register_forward_pre_hook(functools.partial(scale, name))
            for name, layer in module.named_modules()
            if isinstance(layer, kind) and getattr(layer, "kernel_size", (3, 3)) == (3, 3)
        ]
        module(images)
        for hook in hooks:
            hook.remove()
    return {key: factor for key, factor in factors.items() if factor != 1}


def build(network, seed):
    """The network with the zoo's seeded weights, which are drawn by key and shape alone, and the factors by which some
    of them are scaled to the network's small input."""
    module = draw(made(network, deployed=True), seed)
    return module, settle(module, random_input(network.input, seed), convolutions=network.deploy is not None)


def build_trained(network, seed):
    """The network with seeded weights scaled to images of the published size, as if it had been trained. Deployed
    afterwards where the form is a deployed one."""
    module = draw(made(network, deployed=False), seed)
    settle(module, random_input(network.size, seed))
    for key, value in module.state_dict().items():
        if key.endswith("num_batches_tracked"):
            value.fill_(1000 + seed)
    with torch.no_grad():
        return network.deploy(module) if network.deploy else module


def random_input(extents, seed, count=1):
    """The zoo's numbers for the key `input`, from -1 to 1."""
    return uniform("input", (count, *extents), 0, 1, seed)


def is_used(network, key):
    return not key.startswith(network.unused) and not key.endswith("num_batches_tracked")


def operations(module, extents):
    """Multiply-accumulates of convolutions and linear layers for one image, counted without computing."""
    total = 0

    def count(layer, _, output):
        nonlocal total
        positions = output[0, 0].numel() if isinstance(layer, torch.nn.Conv2d) else 1
        total += positions * layer.weight.numel()

    shapes = copy.deepcopy(module).to("meta")
    for layer in shapes.modules():
        if isinstance(layer, (torch.nn.Conv2d, torch.nn.Linear)):
            layer.register_forward_hook(count)
    with torch.no_grad():
        shapes(torch.empty(1, *extents, device="meta"))
    return total
