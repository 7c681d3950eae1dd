"""Times `cnnconv fuse` against onnxsim, onnxslim and onnxoptimizer on one model, in turns, with peak memory.

usage: fuse_speed.py CNNCONV MODEL.onnx [--repeats 5] [--peers onnxsim,onnxslim,onnxoptimizer] [--scratch FOLDER]
       fuse_speed.py --make PATH        writes VGG-16 with batch normalization kept (553 MB), where PATH is no file yet

Every program reads the model and writes the result; verification is off. A peer is timed inside its process, after its
packages are imported; cnnconv from start to end of its process. Memory is the peak resident size of the whole process,
for the peers with what importing takes, which is given as well. Programs that measure must stay small, so the peers run
as `simplifiers.py PEER MODEL OUT` and this script imports nothing large.

Needs onnx 1.23.2, onnxsim 0.8.1, onnxslim 0.1.98, onnxoptimizer 0.4.2 and numpy 2.4.6; --make torch 2.13.0 and
torchvision 0.28.0.
"""

import argparse
import json
import pathlib
import statistics
import sys
import tempfile

import child

HERE = pathlib.Path(__file__).resolve().parent


def ours(program, model, out):
    result = child.Result([program, "fuse", model, "-o", out, "--no-verify", "--quiet", "--json"])
    if result.code != 0:
        return {"error": f"exit code {result.code}: {result.errors.strip()[-200:]}"}
    try:
        nodes = (json.loads(result.output).get("after") or {}).get("nodes")
    except json.JSONDecodeError as error:
        return {"error": f"standard output is not JSON: {error}"}
    return {"seconds": result.seconds, "peak": result.peak_mib, "imported": 0.0, "nodes": nodes}


def theirs(peer, model, out):
    result = child.Result([sys.executable, str(HERE / "simplifiers.py"), peer, model, out])
    if result.code != 0:
        return {"error": f"exit code {result.code}: {(result.errors.strip().splitlines() or [''])[-1][-200:]}"}
    said = json.loads(result.output.strip().splitlines()[-1])
    return {
        "seconds": said["seconds"],
        "peak": result.peak_mib,
        "imported": said["imported_mib"],
        "nodes": said["nodes"],
        "version": said["version"],
    }


def make(path):
    """torchvision's network with seeded weights and statistics, traced; the imports are here for memory's sake."""
    import warnings

    import torch

    import simplifiers

    library = simplifiers.declare_torchvision()  # noqa: F841  must live while torchvision is imported
    import torchvision

    warnings.filterwarnings("ignore")
    torch.manual_seed(1)
    network = torchvision.models.vgg16_bn().eval()
    for layer in network.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.running_mean.normal_(0, 0.1)
            layer.running_var.uniform_(0.5, 1.5)
    torch.onnx.export(
        network, (torch.zeros(1, 3, 224, 224),), str(path), dynamo=False, opset_version=17, do_constant_folding=False,
        training=torch.onnx.TrainingMode.PRESERVE, input_names=["input"], output_names=["output"],
        dynamic_axes={"input": {0: "N"}, "output": {0: "N"}},
    )  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("cnnconv", nargs="?")
    parser.add_argument("model", nargs="?", type=pathlib.Path)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--peers", default="onnxsim,onnxslim,onnxoptimizer")
    parser.add_argument("--make", type=pathlib.Path, metavar="PATH")
    parser.add_argument("--scratch", metavar="FOLDER", help="where results go, to be deleted")
    options = parser.parse_args()
    if options.make:
        if not options.make.exists():
            make(options.make)
        print(f"{options.make}: {options.make.stat().st_size / 1e6:,.1f} MB")
        return True
    if not options.model:
        parser.error("CNNCONV and MODEL are missing")
    programs = ["cnnconv", *filter(None, options.peers.split(","))]
    runs = {name: [] for name in programs}
    with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
        out = str(pathlib.Path(folder) / "out.onnx")
        with open(options.model, "rb") as file:  # into the page cache
            while file.read(1 << 24):
                pass
        for _ in range(options.repeats):
            for name in programs:
                if runs[name] and "error" in runs[name][-1]:
                    continue
                model = str(options.model)
                result = ours(options.cnnconv, model, out) if name == "cnnconv" else theirs(name, model, out)
                if "error" not in result:
                    result["bytes"] = pathlib.Path(out).stat().st_size
                runs[name].append(result)
                pathlib.Path(out).unlink(missing_ok=True)
    print(f"{options.model.name}, {options.model.stat().st_size / 1e6:,.1f} MB, {options.repeats} runs in turns\n")
    print("| program | nodes | file MB | seconds, median | slowest | ratio | peak MiB | importing | ratio |")
    print(f"|{' --- |' * 9}")
    base = None
    for name in programs:
        if "error" in runs[name][-1]:
            print(f"| {name} | {runs[name][-1]['error'].replace('|', '/')} |{' – |' * 7}")
            continue
        middle = {key: statistics.median(run[key] for run in runs[name]) for key in ("seconds", "peak", "imported")}
        slowest, last = max(run["seconds"] for run in runs[name]), runs[name][-1]
        base = base or (middle if name == "cnnconv" else None)
        ratios = [f"{middle[key] / base[key]:.1f}" if base else "–" for key in ("seconds", "peak")]
        cells = [f"{name} {last.get('version', '')}".strip(), last["nodes"], f"{last['bytes'] / 1e6:.1f}"]
        cells += [f"{middle['seconds']:.3f}", f"{slowest:.3f}", ratios[0]]
        cells += [f"{middle['peak']:,.0f}", f"{middle['imported']:,.0f}", ratios[1]]
        print(f"| {' | '.join(map(str, cells))} |")
    return all("error" not in runs[name][-1] for name in programs)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
