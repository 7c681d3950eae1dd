"""Saves networks of timm and torchvision as PyTorch weights alone, lets cnnconv recognise them without being told, and compares
onnxruntime's output of what it exports with PyTorch's.

usage: weights_of_packages.py [--cnnconv PROGRAM] [--seed 1] [--run] [--round-trip] [--time] [timm|torchvision|others|PATTERN ...]

Without a pattern all networks below are taken. For each

    1. its state dict, with seeded weights and statistics as after training, goes to a file whose name says nothing;
    2. `cnnconv import FILE --json` must recognise it, in at most 0.2 s with --time;
    3. `cnnconv export FILE -o x.onnx` makes a model, which onnxruntime runs on a seeded image; with --run the program runs
       it itself;
    4. max |difference| / max |output| must be at most 1e-4, or 4 times what PyTorch's float32 departs from its float64.

With --round-trip the file is listed (`tensors --json`) and re-saved as .pth, .safetensors and .npz; names, types, shapes and bytes
must be those of torch.load.

Prints a Markdown table and how many are good. Needs torch 2.13.0, torchvision 0.28.0, timm 1.0.31, onnxruntime and numpy.
"""

import argparse
import fnmatch
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings

import numpy
import onnxruntime
import timm
import torch

from published import torchvision

TOLERANCE = 1e-4
TIMM = """
resnet10t resnet14t resnet18 resnet18d resnet26 resnet26d resnet26t resnet34d resnet50 resnet50c resnet50d resnet50t
resnet50s resnet101d resnext50_32x4d resnext50d_32x4d wide_resnet50_2 resnetrs50 resnet50_gn
seresnet18 seresnet34 seresnet50 seresnext26d_32x4d seresnext26t_32x4d seresnext50_32x4d
ecaresnet26t ecaresnet50d ecaresnet50t ecaresnetlight ecaresnext26t_32x4d skresnet18 skresnet34 skresnet50 skresnext50_32x4d
resnetv2_50 resnetv2_50d resnetv2_50t resnetv2_50x1_bit
res2net50_26w_4s res2net50_48w_2s res2next50 res2net50d resnest14d resnest26d resnest50d
regnetx_002 regnetx_008 regnetx_032 regnety_002 regnety_008 regnety_016 regnetz_005 regnetz_040 regnetv_040
convnext_atto convnext_femto convnext_pico convnext_nano convnext_tiny convnext_atto_ols convnext_tiny_hnf
convnextv2_atto convnextv2_femto convnextv2_nano
hrnet_w18_small hrnet_w18_small_v2 hrnet_w18 dla34 dla46_c dla60 dla60x dla60_res2net dla60x_c dpn48b dpn68 dpn68b dpn92
vovnet39a ese_vovnet19b_dw ese_vovnet39b cspresnet50 cspresnext50 cspdarknet53 darknet53
ghostnet_050 ghostnet_100 ghostnet_130 ghostnetv2_100 mobilenetv1_100 mobilenetv1_125 mobilenetv2_100 mobilenetv2_140
mobilenetv3_large_100 mobilenetv3_small_050 mobilenetv3_rw mobilenetv4_conv_small mobilenetv4_conv_medium mobilenetv4_conv_large
mobilenetv4_hybrid_medium efficientnet_b0 efficientnet_b1 efficientnet_b2 efficientnetv2_rw_t efficientnet_lite0
efficientnet_lite1 efficientnet_es efficientnet_em efficientnet_el tinynet_a tinynet_c mixnet_s mixnet_m mixnet_l
fbnetc_100 spnasnet_100 fbnetv3_b fbnetv3_d lcnet_050 lcnet_100 mnasnet_100 semnasnet_100 hardcorenas_a rexnet_100 rexnet_150 rexnetr_200
tresnet_m gernet_s gernet_m repvit_m0_9 repvit_m1 fastvit_t8 edgenext_xx_small edgenext_x_small convmixer_768_32
convmixer_1024_20_ks9_p14 mixer_s32_224 mixer_s16_224 mixer_b32_224 inception_next_tiny vit_tiny_patch16_224 vit_small_patch32_224
deit_tiny_patch16_224 deit_tiny_distilled_patch16_224 deit3_small_patch16_224 swin_tiny_patch4_window7_224 swinv2_tiny_window8_256
maxvit_tiny_rw_224 mobilevit_xxs mobilevit_xs mobilevitv2_050 densenet121 vgg11 vgg11_bn inception_v3 inception_v4 inception_resnet_v2
xception41 repvgg_a0 repvgg_b0 mobileone_s0 legacy_seresnet18 selecsls42b nf_resnet50 gcresnext26ts
""".split()
OTHERS = """
fcn_resnet50 fcn_resnet101 deeplabv3_resnet50 deeplabv3_resnet101 deeplabv3_mobilenet_v3_large lraspp_mobilenet_v3_large
fasterrcnn_resnet50_fpn fasterrcnn_resnet50_fpn_v2 fasterrcnn_mobilenet_v3_large_fpn fasterrcnn_mobilenet_v3_large_320_fpn fcos_resnet50_fpn
keypointrcnn_resnet50_fpn maskrcnn_resnet50_fpn maskrcnn_resnet50_fpn_v2 retinanet_resnet50_fpn retinanet_resnet50_fpn_v2 ssd300_vgg16
ssdlite320_mobilenet_v3_large r3d_18 mc3_18 r2plus1d_18 s3d
""".split()


class Failure(Exception):
    """Why a network fails, in a few words."""


def seeded(module, seed):
    """Weights in which every layer matters, and statistics as after training."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, value in module.state_dict().items():
            if name.endswith("running_mean"):
                value.copy_(torch.randn(value.shape, generator=generator) * 0.1)
            elif name.endswith("running_var"):
                value.copy_(torch.rand(value.shape, generator=generator) * 0.5 + 0.75)
            elif value.is_floating_point() and value.dim() == 1:
                value.add_(torch.randn(value.shape, generator=generator) * 0.05)
            elif value.is_floating_point() and not bool(value.any()):
                value.copy_(torch.randn(value.shape, generator=generator) * 0.05)
    for name, value in module.named_parameters():
        if name.endswith(("gamma", "layer_scale", "gamma1", "gamma2", "layer_scale_1", "layer_scale_2")):
            value.data.copy_(torch.rand(value.shape, generator=generator) * 0.5 + 0.25)
    return module.eval()


class Results(torch.nn.Module):
    """What a network for detection gives before boxes are chosen: its heads' results, one after the other."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, x):
        network = self.network
        features = network.backbone(x)
        features = list(features.values()) if isinstance(features, dict) else [features]
        heads = network.head if hasattr(network, "head") else network.rpn.head
        return heads(features)


def make(name, kind, seed):
    torch.manual_seed(seed)
    warnings.filterwarnings("ignore")
    if kind == "timm":
        return seeded(timm.create_model(name, num_classes=10), seed)
    options = {"weights": None}
    if kind == "others":
        options["weights_backbone"] = None
        options = {"weights": None} if name in ("r3d_18", "mc3_18", "r2plus1d_18", "s3d") else options
    elif name in ("googlenet", "inception_v3"):
        options["init_weights"] = False
    return seeded(torchvision.models.get_model(name, **options), seed)


def size_of(name, kind, module):
    if kind == "timm":
        config = module.default_cfg
        side = config["input_size"][1]
        fixed = config.get("fixed_input_size") or any(
            word in name for word in ("vgg", "vit", "swin", "mixer_", "deit", "maxvit", "edgenext", "coat")
        )
        return (3, side, side) if fixed else (3, 128, 128)
    if kind == "others":
        if name in ("r3d_18", "mc3_18", "r2plus1d_18"):
            return (3, 4, 64, 64)
        if name == "s3d":
            return (3, 16, 224, 224)
        return (3, 300, 300) if "ssd300" in name else (3, 320, 320) if "ssdlite" in name else (3, 128, 128)
    if name.startswith("vit_h"):
        return (3, 224, 224)
    if name.startswith("swin_v2"):
        return (3, 256, 256)
    fixed = name.startswith(("vit", "swin", "maxvit", "vgg", "alexnet", "inception"))
    return (3, 299, 299) if name == "inception_v3" else (3, 224, 224) if fixed else (3, 128, 128)


def flattened(value):
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, dict):
        return [tensor for part in value.values() for tensor in flattened(part)]
    return [tensor for part in value for tensor in flattened(part)]


def tool(options, *arguments):
    done = subprocess.run([options.cnnconv, *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["no message"]
        raise Failure(f"{arguments[0]}: exit code {done.returncode}: {said[-1][:200]}")
    return done.stdout


def compared(expected, found):
    """The largest difference, by the outputs in order."""
    if len(expected) != len(found):
        raise Failure(f"{len(found)} outputs in place of {len(expected)}")
    worst = 0.0
    for ours, theirs in zip(found, expected):
        theirs = theirs.numpy()
        if ours.shape != theirs.shape:
            raise Failure(f"output {list(ours.shape)} in place of {list(theirs.shape)}")
        worst = max(worst, float(numpy.abs(ours - theirs).max()) / max(float(numpy.abs(theirs).max()), 1e-30))
    return worst


def round_trip(options, file, folder):
    """Every tensor, listed and re-saved in three formats."""
    expected = torch.load(file, weights_only=True)
    listed = {entry["name"]: entry for entry in json.loads(tool(options, "tensors", file, "--json"))["tensors"]}
    if set(listed) != set(expected):
        raise Failure(f"{len(set(listed) ^ set(expected))} names differ in the list")
    for key, value in expected.items():
        if list(listed[key]["shape"]) != list(value.shape):
            raise Failure(f"{key} is listed as {listed[key]['shape']}")
    for ending in (".pth", ".safetensors", ".npz"):
        target = folder / f"again{ending}"
        tool(options, "export", file, "-o", target)
        if ending == ".pth":
            found = torch.load(target, weights_only=True)
        elif ending == ".npz":
            found = {key: torch.from_numpy(value.copy()) for key, value in numpy.load(target).items()}
        else:
            found = read_safetensors(target)
        for key, value in expected.items():
            other = found[key]
            if (other.dtype, other.shape) != (value.dtype, value.shape) or other.numpy().tobytes() != value.numpy().tobytes():
                raise Failure(f"{ending}: {key} differs")
        if len(found) != len(expected):
            raise Failure(f"{ending}: {len(found)} tensors in place of {len(expected)}")


def read_safetensors(path):
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    types = {"F32": torch.float32, "I64": torch.int64, "F16": torch.float16, "BF16": torch.bfloat16, "F64": torch.float64}
    tensors = {}
    for key, entry in header.items():
        if key != "__metadata__":
            begin, end = (8 + size + offset for offset in entry["data_offsets"])
            values = torch.frombuffer(bytearray(data[begin:end]), dtype=types[entry["dtype"]]) if end > begin else torch.empty(0)
            tensors[key] = values.reshape(entry["shape"])
    return tensors


def examine(name, kind, options, folder, row):
    module = make(name, kind, options.seed)
    size = size_of(name, kind, module)
    image = torch.randn(1, *size, generator=torch.Generator().manual_seed(options.seed + 1))
    is_detector = kind == "others" and hasattr(module, "backbone") and hasattr(module, "transform")
    with torch.inference_mode():
        expected = flattened((Results(module) if is_detector else module)(image))
    file, model = folder / "w.pth", folder / "x.onnx"
    torch.save(module.state_dict(), file)
    if options.round_trip:
        round_trip(options, file, folder)
        return
    begin = time.perf_counter()
    said = json.loads(tool(options, "import", file, "--json"))
    row["ms"] = f"{(time.perf_counter() - begin) * 1e3:.0f}"
    row["recognised as"] = said.get("architecture") or "nothing"
    row["assumed"] = str(len(said.get("assumptions", [])) or "–")
    shape = ",".join(map(str, image.shape))
    if options.run:
        numpy.save(folder / "x.npy", image.numpy())
        tool(options, "run", file, "--input", folder / "x.npy", "-o", folder / "out", "--input-shape", shape)
        found = [numpy.load(folder / "out" / f"{output['name']}.npy") for output in said["outputs"]]
    else:
        tool(options, "export", file, "-o", model, "--input-shape", shape)
        settings = onnxruntime.SessionOptions()
        settings.intra_op_num_threads, settings.log_severity_level = 1, 3
        session = onnxruntime.InferenceSession(str(model), settings, providers=["CPUExecutionProvider"])
        found = session.run(None, {session.get_inputs()[0].name: image.numpy()})
    if kind == "others" and not is_detector:
        expected = expected[: len(found)]
    error = compared(expected, found)
    row["error / max"] = f"{error:.1e}"
    if not error <= TOLERANCE:
        # Some networks with seeded weights are ill-conditioned: PyTorch's own float32 tells how far.
        with torch.inference_mode():
            exact = flattened((Results(module) if is_detector else module).double()(image.double()))[: len(expected)]
        own = compared([value.numpy() for value in expected], exact)
        if not error <= 4 * own:
            raise Failure("differs")
        row["verdict"] = f"good; PyTorch's own float32 departs from float64 by {own:.1e}"
    if options.time and float(row["ms"]) > 200:
        raise Failure("slow")


COLUMNS = ["network", "recognised as", "assumed", "ms", "error / max", "verdict"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("patterns", nargs="*", metavar="PATTERN")
    parser.add_argument("--cnnconv", default=".build/release/cnnconv", metavar="PROGRAM")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--run", action="store_true", help="run with cnnconv in place of onnxruntime")
    parser.add_argument("--round-trip", action="store_true", help="list and re-save each file instead")
    parser.add_argument("--time", action="store_true", help="recognition must take at most 0.2 s")
    parser.add_argument("--brief", action="store_true", help="print only what fails")
    options = parser.parse_intermixed_args()
    torch.set_num_threads(1)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    classifiers = torchvision.models.list_models(module=torchvision.models)
    groups = {"timm": TIMM, "torchvision": classifiers, "others": OTHERS}
    chosen = []
    for kind, names in groups.items():
        for name in names:
            if not options.patterns or any(
                pattern == kind or fnmatch.fnmatchcase(name, pattern.removeprefix(f"{kind}:"))
                for pattern in options.patterns
                if pattern in groups or ":" not in pattern or pattern.startswith(f"{kind}:")
            ):
                chosen.append((kind, name))
    print(f"| {' | '.join(COLUMNS)} |", f"|{' --- |' * len(COLUMNS)}", sep="\n", flush=True)
    good = dict.fromkeys(groups, 0)
    for kind, name in chosen:
        row = dict.fromkeys(COLUMNS, "–") | {"network": name}
        with tempfile.TemporaryDirectory() as folder:
            try:
                examine(name, kind, options, pathlib.Path(folder), row)
                good[kind] += 1
                if row["verdict"] == "–":
                    row["verdict"] = "good"
            except Failure as failure:
                row["verdict"] = f"FAILS: {failure}".replace("|", "/")
            except Exception as error:  # of PyTorch or onnxruntime, which have a type for each kind
                row["verdict"] = f"FAILS: {type(error).__name__} {' '.join(str(error).split())[:150]}".replace("|", "/")
        if not options.brief or row["verdict"] != "good":
            print(f"| {' | '.join(row[column] for column in COLUMNS)} |", flush=True)
    for kind in groups:
        if total := sum(chosen_kind == kind for chosen_kind, _ in chosen):
            print(f"\n{kind}: {good[kind]} of {total} good", flush=True)
    return sum(good.values()) == len(chosen) > 0


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
