"""Networks of torchvision and timm, and small ones of Fixtures, with seeded weights and statistics as after training: what the
checks of PyTorch's graphs share."""

import pathlib
import sys

import numpy
import torch

try:
    import torchvision
except RuntimeError:
    # torchvision's wheel needs its operators declared where its compiled part does not load
    library = torch.library.Library("torchvision", "DEF")
    for operator in ("nms", "qnms"):
        library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    for name in [name for name in sys.modules if name.startswith("torchvision")]:
        del sys.modules[name]
    import torchvision

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Fixtures" / "TorchScript"))
import networks  # noqa: E402

VISION = {
    "alexnet": 224, "vgg11_bn": 224, "resnet18": 224, "resnet50": 224, "resnext50_32x4d": 224, "squeezenet1_1": 224,
    "densenet121": 224, "googlenet": 224, "inception_v3": 299, "shufflenet_v2_x1_0": 224, "mobilenet_v2": 224,
    "mobilenet_v3_small": 224, "mnasnet0_5": 224, "efficientnet_b0": 224, "efficientnet_v2_s": 224,
    "regnet_y_400mf": 224, "convnext_tiny": 224, "vit_b_32": 224, "swin_t": 224, "swin_v2_t": 224, "maxvit_t": 224,
}
SEGMENTATION = {"lraspp_mobilenet_v3_large": 128, "fcn_resnet50": 64, "deeplabv3_mobilenet_v3_large": 128}
VIDEO = {"r3d_18": (4, 32), "r2plus1d_18": (4, 32)}
TIMM = {
    "resnet18d": 128, "seresnet50": 96, "res2net50_26w_4s": 96, "ghostnet_100": 128, "mobilenetv4_conv_small": 128,
    "lcnet_050": 128, "repvgg_a0": 96, "convnextv2_atto": 96, "mixer_s32_224": 224, "deit_tiny_patch16_224": 224,
    "efficientvit_b0": 128, "fastvit_t8": 128, "edgenext_xx_small": 128, "hrnet_w18_small": 128, "dla34": 96,
    "poolformer_s12": 96, "mobilevit_xxs": 128, "xcit_nano_12_p16_224": 224, "regnetz_040": 96, "skresnet18": 96,
    "eca_resnet33ts": 96, "levit_128s": 224, "tf_efficientnet_lite0": 128, "convmixer_768_32": 64,
}
PUBLISHED = [*VISION, *SEGMENTATION, *VIDEO, *TIMM]


class Failure(Exception):
    """Why a network fails, in a few words."""


def made(name):
    """The network and its inputs."""
    torch.manual_seed(1)
    if name in networks.NETWORKS:
        module, inputs, _ = networks.network(name)
        return module, inputs
    if name in VISION:
        options = {"init_weights": False, "aux_logits": True} if name in ("googlenet", "inception_v3") else {}
        module, shape = getattr(torchvision.models, name)(**options), (1, 3, VISION[name], VISION[name])
    elif name in SEGMENTATION:
        make = getattr(torchvision.models.segmentation, name)
        module, shape = make(weights_backbone=None), (1, 3, SEGMENTATION[name], SEGMENTATION[name])
    elif name in VIDEO:
        frames, size = VIDEO[name]
        module, shape = getattr(torchvision.models.video, name)(), (1, 3, frames, size, size)
    else:
        import timm

        module, shape = timm.create_model(name, exportable=True), (1, 3, TIMM[name], TIMM[name])
    draw = torch.Generator().manual_seed(2)
    for part in module.modules():
        if isinstance(part, torch.nn.modules.batchnorm._BatchNorm) and part.affine:
            part.weight.data.uniform_(0.7, 1.3, generator=draw)
            part.bias.data.normal_(0, 0.2, generator=draw)
            part.running_mean.normal_(0, 0.2, generator=draw)
            part.running_var.uniform_(0.7, 1.5, generator=draw)
    return module.eval(), (torch.randn(*shape, generator=draw),)


def difference(found, expected):
    if len(found) != len(expected):
        raise Failure(f"{len(found)} outputs, {len(expected)} expected")
    worst = 0.0
    for a, b in zip(found, (tensor.numpy() for tensor in expected)):
        if a.shape != b.shape:
            raise Failure(f"shape {a.shape}, {b.shape} expected")
        if b.size:
            scale = max(float(numpy.abs(b.astype(numpy.float64)).max()), 1e-30)
            worst = max(worst, float(numpy.abs(a.astype(numpy.float64) - b.astype(numpy.float64)).max()) / scale)
    return worst
