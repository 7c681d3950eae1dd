"""Fuses blocks and networks in the form they are trained in, and compares with PyTorch and with onnxruntime.

usage: fuse_blocks.py CNNCONV [--only PATTERN] [--exporters ts,open,dynamo] [--scratch FOLDER] [--no-networks]

Blocks (Fixtures/Fusing/blocks.py: RepVGG, MobileOne, ACNet, Diverse Branch Block, RepLKNet) go through PyTorch's
exporters with their normalizations: `ts` traced, `open` traced with an open batch size, `dynamo`. After `cnnconv fuse`
each must be a single convolution (and those of its squeeze and excitation), without BatchNormalization, Add, Concat or
AveragePool, and onnxruntime must compute the same, within 1e-5 of the largest number.

Networks (RepVGG-A0, B1g4, D2se, MobileOne-S1, S4) are weights in the authors' spelling: `fuse X.pth -o X-deploy.pth`
must be what the deployed form loads strictly and computes the same from, as many parameters as published, and
`fuse X.pth -o X-deploy.onnx` must compute it in onnxruntime. In tens of layers with random
weights rounding grows; errors may be 1e-5 or four times what the trained form in single precision is from double.

PATTERN is a shell pattern of a block's or network's name. Prints a line for each case; exit code 1 when one fails.
Needs torch 2.13.0, onnx 1.23.2, onnxscript 0.7.2, onnxruntime 1.31.1 and numpy 2.4.6; up to 1.6 GB of scratch.
"""

import argparse
import fnmatch
import functools
import pathlib
import sys
import tempfile

import numpy
import onnx
import torch

import fuse_tools

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Fixtures" / "Fusing"))
import blocks  # noqa: E402

EXPORTERS = {
    "ts": blocks.torchscript,
    "open": functools.partial(blocks.torchscript, open_batch=True),
    "dynamo": blocks.dynamo,
}
# the published figures, in millions of parameters, and the images' side
NETWORKS = {
    "repvgg_a0": (functools.partial(blocks.RepVGG, (2, 4, 14, 1), (0.75, 0.75, 0.75, 2.5)), 8.30, 224),
    "repvgg_b1g4": (functools.partial(blocks.RepVGG, (4, 6, 16, 1), (2, 2, 2, 4), 4), 36.12, 224),
    "repvgg_d2se": (functools.partial(blocks.RepVGG, (8, 14, 24, 1), (2.5, 2.5, 2.5, 5), excited=True), 120.39, 320),
    "mobileone_s1": (functools.partial(blocks.MobileOne, (1.5, 1.5, 2, 2.5)), 4.8, 224),
    "mobileone_s4": (functools.partial(blocks.MobileOne, (3, 3.5, 3.5, 4), excited=True), 14.8, 224),
}
GONE = ("BatchNormalization", "Add", "Concat", "AveragePool", "Sub", "Div", "Sum", "ScatterND", "Pad")
NOISE = 4  # random networks of many layers enlarge rounding; so many times what single precision itself does is granted


def block_case(program, name, exporter, folder):
    make, shape, convolutions = blocks.BLOCKS[name]
    seed = list(blocks.BLOCKS).index(name)
    module = blocks.randomized(make(), seed)
    image = torch.randn(shape, generator=torch.Generator().manual_seed(seed))
    with torch.no_grad():
        expected = module(image).numpy()
    model, out = folder / "block.onnx", folder / "fused.onnx"
    try:
        onnx.save(EXPORTERS[exporter](module, [image]), model)
    except Exception as error:  # exporters raise whatever they like; what they cannot write is not our case
        return f"not exported: {' '.join(str(error).split())[:100]}"
    fuse_tools.fuse(program, model, out)
    fuse_tools.check(out)
    counts, before = fuse_tools.operators(onnx.load(out)), fuse_tools.operators(onnx.load(model))
    given = fuse_tools.session(out).run(None, {"input": image.numpy()})
    error = max(fuse_tools.compare(model, out), fuse_tools.worst(["output"], [expected], given))
    if not error <= fuse_tools.TOLERANCE:
        raise fuse_tools.Failure(f"differs from PyTorch by {error:.1e}")
    pooled = int(convolutions > 1)  # squeeze and excitation averages
    left = {name: counts[name] for name in GONE if counts[name] > (pooled if name == "AveragePool" else 0)}
    if counts["Conv"] != convolutions or left:
        raise fuse_tools.Failure(f"{counts['Conv']} Conv in place of {convolutions}, {left or 'nothing else'} remains")
    fuse_tools.fuse_again(program, model, out)
    if out.stat().st_size > model.stat().st_size:
        raise fuse_tools.Failure(f"the file grows from {model.stat().st_size} to {out.stat().st_size} bytes")
    return f"{before.total():4d} -> {counts.total():2d} nodes, error {error:.1e}"


def settled(module, images, seed):
    """Statistics near those of the signals, so that nothing grows or dies in any depth, whatever the images; channels
    that vary less than others count as if they did not, for they may with other images."""
    draw = torch.Generator().manual_seed(seed)

    def settle(layer, given):
        mean, variance = given[0].mean((0, 2, 3)), given[0].var((0, 2, 3), correction=0)
        spread = variance.mean() + 1e-3
        noise = torch.randn(mean.shape, generator=draw), torch.rand(mean.shape, generator=draw)
        layer.running_mean.copy_(mean + 0.3 * spread.sqrt() * noise[0])
        layer.running_var.copy_(torch.maximum(variance, spread) * (0.5 + noise[1]))

    with torch.no_grad():
        layers = [layer for layer in module.modules() if isinstance(layer, torch.nn.BatchNorm2d)]
        hooks = [layer.register_forward_pre_hook(settle) for layer in layers]
        module(images)
        for hook in hooks:
            hook.remove()
    return module


def network_case(program, name, folder, seed=1):
    make, published, side = NETWORKS[name]
    draw = torch.Generator().manual_seed(seed)
    images = torch.randn(4, 3, side, side, generator=draw)
    images[2] = images[2].sign() * 0.5 + 0.5
    images[3] = 0
    module = settled(blocks.randomized(make(), seed, epsilons=(1e-5,)), images, seed)
    with torch.no_grad():
        expected = module(images[:1]).numpy()
    file, weights, model = folder / f"{name}.pth", folder / f"{name}-deploy.pth", folder / f"{name}-deploy.onnx"
    torch.save(module.state_dict(), file)
    with torch.no_grad():
        exact = module.double()(images[:1].double()).numpy()
    noise = fuse_tools.worst(["output"], [exact.astype(numpy.float32)], [expected])
    allowed = max(fuse_tools.TOLERANCE, NOISE * noise)
    del module

    fuse_tools.fuse(program, file, weights)
    given = torch.load(weights, weights_only=True)
    deployed = make(deployed=True).eval()
    try:
        deployed.load_state_dict(given, strict=True)
    except RuntimeError as error:
        raise fuse_tools.Failure(f"does not load strictly: {' '.join(str(error).split())[:300]}") from None
    if other := {value.dtype for value in given.values()} - {torch.float32}:
        raise fuse_tools.Failure(f"has {other} in place of float32 only")
    with torch.no_grad():
        outputs = deployed(images[:1]).numpy()
    in_torch = fuse_tools.worst(["output"], [expected], [outputs])
    millions = sum(value.numel() for value in deployed.parameters()) / 1e6
    digits = len(f"{published}".split(".")[1])
    # tables are rounded or cut
    if abs(millions - published) > 10**-digits:
        raise fuse_tools.Failure(f"{millions:.3f} M parameters, published {published} M")
    convolutions = sum(isinstance(layer, torch.nn.Conv2d) for layer in deployed.modules())
    del deployed

    fuse_tools.fuse(program, file, model)
    fuse_tools.check(model)
    counts = fuse_tools.operators(onnx.load(model))
    if counts["Conv"] != convolutions or counts["BatchNormalization"] or counts["Add"]:
        raise fuse_tools.Failure(f"{dict(counts)}, where {convolutions} Conv are to be left")
    described = fuse_tools.session(model)
    in_onnx = described.run(None, {described.get_inputs()[0].name: images[:1].numpy()})
    in_onnx = fuse_tools.worst(["output"], [expected], in_onnx)
    said = f"{millions:.2f} M parameters ({published} published), PyTorch {in_torch:.1e}, onnxruntime {in_onnx:.1e}"
    said += f", single precision itself {noise:.1e}"
    if not max(in_torch, in_onnx) <= allowed:
        raise fuse_tools.Failure(said)
    return f"{said}, {counts.total()} nodes"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("cnnconv")
    parser.add_argument("--only", default="*", metavar="PATTERN")
    parser.add_argument("--exporters", default="ts,open,dynamo")
    parser.add_argument("--no-networks", action="store_true", help="blocks only")
    parser.add_argument("--scratch", metavar="FOLDER", help="where temporary files go")
    options = parser.parse_args()
    torch.set_num_threads(1)
    cases = [(f"{name}.{exporter}", functools.partial(block_case, options.cnnconv, name, exporter))
             for name in blocks.BLOCKS for exporter in options.exporters.split(",")]  # fmt: skip
    if not options.no_networks:
        cases += [(name, functools.partial(network_case, options.cnnconv, name)) for name in NETWORKS]
    chosen = [(name, case) for name, case in cases if fnmatch.fnmatchcase(name, options.only)]
    good = 0
    for name, case in chosen:
        with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
            try:
                note, verdict = case(pathlib.Path(folder)), "good"
                good += 1
            except fuse_tools.Failure as failure:
                note, verdict = str(failure), "FAILS"
        print(f"{verdict}  {name:38s} {note}", flush=True)
    print(f"{good} of {len(chosen)} good")
    return good == len(chosen) > 0


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
