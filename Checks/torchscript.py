"""Saves networks as TorchScript archives, traced, scripted and frozen, lets cnnconv make ONNX of them, and compares
onnxruntime's output and cnnconv's own with those of the module that `torch.jit.load` reads.

usage: torchscript.py [--cnnconv PROGRAM] [--forms traced,scripted,traced-frozen,scripted-frozen] [--run]
                      [--scratch FOLDER] [PATTERN ...]

PATTERN is a shell pattern of a network's name, such as `resnet*`; without one all are taken: torchvision's, timm's and
those of Fixtures/TorchScript. max |difference| / max |output| must be at most 1e-5. The shape of the input is passed
unless the archive keeps it. With --run the outputs of `cnnconv run` are compared as well. Prints a Markdown table;
exit code 1 when one differs or is refused. A form that PyTorch itself cannot make is `not made`.

Needs torch 2.13.0, torchvision 0.28.0, timm 1.0.31, onnxruntime 1.31.1 and numpy 2.4.6.
"""

import argparse
import fnmatch
import pathlib
import subprocess
import sys
import tempfile
import time
import warnings

import numpy
import onnxruntime
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

TOLERANCE = 1e-5
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


def compile_(module, inputs, form):
    if form.startswith("traced"):
        compiled = torch.jit.trace(module, inputs, check_trace=False, strict=False)
    else:
        compiled = torch.jit.script(module)
    return torch.jit.freeze(compiled) if form.endswith("-frozen") else compiled


def check(program, path, inputs, form, runs):
    """(largest error relative to the output, of onnxruntime; the same of cnnconv; milliseconds of export)"""
    module = torch.jit.load(str(path)).eval()
    with torch.no_grad():
        expected = networks.flat(module(*[x.clone() if isinstance(x, torch.Tensor) else x for x in inputs]))
    given = networks.flat(inputs)
    names = input_names(module)
    shapes = []
    if form != "traced":
        for name, tensor in zip(names, given):
            shapes += ["--input-shape", f"{name}:" + ",".join(map(str, tensor.shape))]
    model = path.with_suffix(".onnx")
    begin = time.perf_counter()
    done = subprocess.run([program, "export", path, "-o", model, "--quiet", *shapes], capture_output=True,
                          text=True)
    milliseconds = (time.perf_counter() - begin) * 1e3
    if done.returncode != 0:
        raise Failure(done.stderr.strip().replace(str(path), "FILE")[:200])
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    session = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    arrays = [tensor.numpy() for tensor in given]
    feeds = {value.name: array for value, array in zip(session.get_inputs(), arrays)}
    error = difference(session.run(None, feeds), expected)
    own = None
    if runs:
        own = run(program, path, shapes, names, arrays, expected, [value.name for value in session.get_outputs()])
    model.unlink()
    return error, own, milliseconds


def input_names(module):
    names = []
    for value in list(module.graph.inputs())[1:]:
        name = value.debugName().split(".")[0]
        kind = value.type()
        names += [f"{name}_{i}" for i in range(len(kind.elements()))] if kind.kind() == "TupleType" else [name]
    return names


def run(program, path, shapes, names, arrays, expected, outputs):
    folder = path.parent / "run"
    command = [program, "run", path, "-o", folder, "--quiet", *shapes]
    for name, array in zip(names, arrays):
        numpy.save(path.parent / f"{name}.npy", array)
        command += ["--input", f"{name}={path.parent / name}.npy"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(done.stderr.strip().replace(str(path), "FILE")[:200])
    return difference([numpy.load(folder / f"{name}.npy") for name in outputs], expected)


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


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("patterns", nargs="*", metavar="PATTERN")
    parser.add_argument("--cnnconv", default=str(HERE.parent / ".build" / "release" / "cnnconv"))
    parser.add_argument("--forms", default="traced,scripted,traced-frozen,scripted-frozen")
    parser.add_argument("--run", action="store_true")
    parser.add_argument("--scratch")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    everything = [*networks.NETWORKS, *VISION, *SEGMENTATION, *VIDEO, *TIMM]
    names = [n for n in everything if not options.patterns or any(fnmatch.fnmatch(n, p) for p in options.patterns)]
    columns = ["network", "form", "onnxruntime error / max", "own error / max", "export ms", "verdict"]
    print("| " + " | ".join(columns) + " |\n|" + " --- |" * len(columns), flush=True)
    good, bad, absent, whole = 0, 0, 0, set(names)
    for name in names:
        module, inputs = made(name)
        for form in options.forms.split(","):
            if name in networks.NETWORKS and not networks.NETWORKS[name][2] and form.startswith("traced"):
                continue
            row, verdict = ["", "", ""], "equal"
            with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
                path = pathlib.Path(folder) / "model.pt"
                try:
                    compile_(module, inputs, form).save(str(path))
                except Exception as error:  # PyTorch raises whatever it likes
                    verdict, absent = f"not made: {str(error).strip().splitlines()[-1][:60]}", absent + 1
                else:
                    try:
                        error, own, milliseconds = check(options.cnnconv, path, inputs, form, options.run)
                        row = [f"{error:.1e}", "" if own is None else f"{own:.1e}", f"{milliseconds:.0f}"]
                        if not max(error, own or 0) <= TOLERANCE:
                            raise Failure("DIFFERS")
                        good += 1
                    except Exception as error:
                        verdict, bad = f"{error}".replace("\n", " ")[:220], bad + 1
                        whole.discard(name)
            print(f"| {name} | {form} | " + " | ".join(row) + f" | {verdict} |", flush=True)
    print(f"\n{good} equal, {bad} not, {absent} not made by PyTorch; {len(whole)} of {len(names)} networks in every form")
    return bad == 0 and good > 0


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
