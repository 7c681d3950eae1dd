"""Writes Kin/NAME.txt: networks of timm and torchvision that no variant of the zoo is, by which each family is tested.

    python kin.py [PATTERN ...]

Made with the versions of networks.py. A file holds

    family NAME         the family's name in prose
    input C H W …       the size of the input for the next line
    output …            the first 16 values of the first output for weights of seed 7, drawn by key and shape as `rule` says, on the zoo's
                        numbers of seed 7 and key `input`, from -1 to 1
    KEY EXTENT …        the state dict in its order, without num_batches_tracked
"""

import fnmatch
import functools
import pathlib
import sys
import warnings

import numpy
import torch

import definitions
import networks

timm, torchvision = networks.timm, networks.torchvision
SEED = 7
warnings.filterwarnings("ignore")


def rule(key, shape):
    """The center and the reach of a weight's numbers."""
    name = key.rsplit(".", 1)[-1]
    if name == "running_var":
        return 1, 0.5
    if len(shape) <= 1:
        return (1, 0.2) if name in ("weight", "gamma") else (0, 0.1 if name == "running_mean" else 0.05)
    return 0, numpy.sqrt(numpy.float32(6) / numpy.float32(numpy.prod(shape[1:])))


def of_timm(name, **options):
    return lambda: timm.create_model(name, num_classes=7, **options)


def of_torchvision(name, **options):
    return lambda: torchvision.models.get_model(name, weights=None, **options)


def bit():
    convolution = functools.partial(timm.layers.StdConv2d, eps=1e-8)
    return timm.models.resnetv2.ResNetV2((1, 1, 1, 1), num_classes=7, stem_type="fixed", conv_layer=convolution)


# Not here, because float32 departs from float64 by half of the output with such weights: fbnetv3_b, ghostnetv2_100.
SHALLOW = {"layers": (1, 1, 1, 1)}
KIN = [
    ("ResNet", "resnetrs", of_timm("resnetrs50", **SHALLOW), (3, 64, 64)),
    ("ResNet", "ecaresnext26t", of_timm("ecaresnext26t_32x4d", **SHALLOW), (3, 64, 64)),
    ("ResNet", "res2net", of_timm("res2net50_26w_4s", layers=(2, 1, 1, 1)), (3, 64, 64)),
    ("ResNet", "resnest", of_timm("resnest26d", **SHALLOW), (3, 64, 64)),
    ("ResNet", "resnet_gn", of_timm("resnet50_gn", **SHALLOW), (3, 64, 64)),
    ("SKNet", "skresnet18", of_timm("skresnet18", **SHALLOW), (3, 64, 64)),
    ("SKNet", "skresnext50", of_timm("skresnext50_32x4d", **SHALLOW), (3, 64, 64)),
    ("ResNetV2", "resnetv2_50d", of_timm("resnetv2_50d", **SHALLOW), (3, 64, 64)),
    ("ResNetV2", "resnetv2_bit", bit, (3, 64, 64)),
    ("RegNet", "regnety_002", of_timm("regnety_002"), (3, 64, 64)),
    ("RegNet", "regnetz_005", of_timm("regnetz_005"), (3, 64, 64)),
    ("ConvNeXt", "convnext_atto_ols", of_timm("convnext_atto_ols"), (3, 64, 64)),
    ("ConvNeXt", "convnextv2_atto", of_timm("convnextv2_atto"), (3, 64, 64)),
    ("VoVNet", "ese_vovnet19b_dw", of_timm("ese_vovnet19b_dw"), (3, 64, 64)),
    ("CSPNet", "cspresnext50", of_timm("cspresnext50"), (3, 64, 64)),
    ("CSPNet", "cspdarknet53", of_timm("cspdarknet53"), (3, 64, 64)),
    ("GhostNet", "ghostnet_050", of_timm("ghostnet_050"), (3, 64, 64)),
    ("MobileNet", "mobilenetv1_100", of_timm("mobilenetv1_100"), (3, 64, 64)),
    ("MobileNetV4", "mobilenetv4_conv_small", of_timm("mobilenetv4_conv_small"), (3, 64, 64)),
    ("EfficientNet-Lite", "efficientnet_lite0", of_timm("efficientnet_lite0"), (3, 64, 64)),
    ("EfficientNet-EdgeTPU", "efficientnet_es", of_timm("efficientnet_es"), (3, 64, 64)),
    ("MixNet", "mixnet_s", of_timm("mixnet_s"), (3, 64, 64)),
    ("FBNet", "fbnetc_100", of_timm("fbnetc_100"), (3, 64, 64)),
    ("FBNet", "spnasnet_100", of_timm("spnasnet_100"), (3, 64, 64)),
    ("PP-LCNet", "lcnet_050", of_timm("lcnet_050"), (3, 64, 64)),
    ("ReXNet", "rexnet_100", of_timm("rexnet_100"), (3, 64, 64)),
    ("DLA", "dla46_c", of_timm("dla46_c"), (3, 64, 64)),
    ("DLA", "dla60_res2net", of_timm("dla60_res2net"), (3, 64, 64)),
    ("DPN", "dpn68b", of_timm("dpn68b"), (3, 64, 64)),
    ("HRNet", "hrnet_w18_small", of_timm("hrnet_w18_small"), (3, 64, 64)),
    ("GENet", "gernet_s", of_timm("gernet_s"), (3, 64, 64)),
    ("RepViT", "repvit_m0_9", of_timm("repvit_m0_9"), (3, 64, 64)),
    ("ConvMixer", "convmixer_768_32", lambda: timm.models.convmixer.ConvMixer(768, 2, kernel_size=7, patch_size=7, num_classes=7, act_layer=torch.nn.ReLU), (3, 64, 64)),
    ("MLP-Mixer", "mixer_s32_224", lambda: timm.models.mlp_mixer.MlpMixer(num_classes=7, patch_size=32, num_blocks=2, embed_dim=512), (3, 224, 224)),
    ("Vision Transformer", "deit3_small", lambda: timm.models.deit.VisionTransformer(num_classes=7, patch_size=16, embed_dim=384, depth=2, num_heads=6, no_embed_class=True, init_values=1e-6), (3, 224, 224)),
    ("Vision Transformer", "deit_tiny_distilled", lambda: timm.models.deit.VisionTransformerDistilled(num_classes=7, patch_size=16, embed_dim=192, depth=2, num_heads=3), (3, 224, 224)),
    ("Swin Transformer", "swin_tiny", lambda: timm.models.swin_transformer.SwinTransformer(num_classes=7, depths=(2, 1, 2, 1)), (3, 224, 224)),
    ("Swin Transformer", "swinv2_tiny", lambda: timm.models.swin_transformer_v2.SwinTransformerV2(img_size=256, window_size=8, num_classes=7, depths=(2, 1, 2, 1)), (3, 256, 256)),
    ("InceptionNeXt", "inception_next", of_timm("inception_next_tiny", depths=(1, 1, 1, 1)), (3, 64, 64)),
    ("MnasNet-A1", "semnasnet_100", of_timm("semnasnet_100"), (3, 64, 64)),
    ("EdgeNeXt", "edgenext_xx_small", lambda: timm.models.edgenext.EdgeNeXt(num_classes=7, dims=(24, 48, 88, 168), depths=(1, 2, 2, 1), heads=(4, 4, 4, 4)), (3, 96, 96)),
    ("MobileViT", "mobilevit_xxs", of_timm("mobilevit_xxs"), (3, 96, 96)),
    ("MobileViT", "mobilevitv2_050", of_timm("mobilevitv2_050"), (3, 96, 96)),
    ("VoVNet", "ese_vovnet39b", of_timm("ese_vovnet39b"), (3, 64, 64)),
    ("U-Net", "unet", lambda: definitions.UNet(width=8), (3, 70, 52)),
    ("U-Net", "unet_bilinear", lambda: definitions.UNet(width=8, classes=1, is_learned=False, bias=True), (3, 64, 48)),
    ("MTCNN", "mtcnn_p", definitions.ProposalNetwork, (3, 20, 31)),
    ("MTCNN", "mtcnn_r", definitions.RefinementNetwork, (3, 24, 24)),
    ("MTCNN", "mtcnn_o", definitions.OutputNetwork, (3, 48, 48)),
    ("YOLO", "yolov8", definitions.YOLO, (3, 64, 96)),
    ("YOLO", "yolov5", lambda: definitions.YOLO(5), (3, 64, 96)),
    ("Video ResNet", "r3d_18", of_torchvision("r3d_18"), (3, 4, 32, 32)),
    ("Video ResNet", "r2plus1d_18", of_torchvision("r2plus1d_18"), (3, 4, 32, 32)),
]


def describe(family, name, make, size):
    torch.manual_seed(SEED)
    module = make().eval()
    state = module.state_dict()
    shapes = {key: tuple(value.shape) for key, value in state.items() if not key.endswith("num_batches_tracked")}
    with torch.no_grad():
        for key, shape in shapes.items():
            if state[key].is_floating_point():
                state[key].copy_(networks.uniform(key, shape, *rule(key, shape), SEED))
        given = networks.random_input(size, SEED)
        output, other = (result[0] if isinstance(result, tuple) else result for result in (module(given), module(given.flip(-1))))
    change = float((output - other).abs().max() / output.abs().max())
    print(f"{name:28s} max |output| {float(output.abs().max()):.3g}, change on the mirrored input {change:.2g}", flush=True)
    lines = [f"family {family}", "input " + " ".join(map(str, size))]
    lines.append("output " + " ".join(f"{value:.9g}" for value in output.flatten()[:16].tolist()))
    lines += [" ".join([key, *map(str, shape)]) for key, shape in shapes.items()]
    (pathlib.Path(__file__).resolve().parent / "Kin" / f"{name}.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    torch.set_num_threads(1)
    patterns = sys.argv[1:] or ["*"]
    for entry in KIN:
        if any(fnmatch.fnmatch(entry[1], pattern) for pattern in patterns):
            describe(*entry)
