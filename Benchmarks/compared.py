#!/usr/bin/env python3
"""Jobs of every day, done by cnnconv and by polygraphy, onnxsim, onnxslim, onnx-tool and netron, side by side.

usage: compared.py PROGRAM [--runs N] [--network NAME] [--markdown] [--only WORDS]

Each job is a command line of each program that can do it, on a network of torchvision that PyTorch exported with its normalizations. Commands
run in turns; the median of the processor's seconds is printed, which do not depend on what else the machine does, those of starting
the interpreter included, because a user waits for it. A program that has no command for a job is not measured: what stands in JOBS in place of a command is the reason.

Made with python 3.11, torch 2.15.0, torchvision 0.29.2, onnx 1.23.2, onnxruntime 1.32.0, polygraphy 0.53.6 (with
onnx-graphsurgeon), onnxsim 0.8.1, onnxslim 0.1.98, onnx-tool 1.0.1, netron 9.3.3.
"""
import argparse
import pathlib
import resource
import statistics
import subprocess
import sys
import tempfile

PROGRAMS = ["cnnconv", "polygraphy", "onnxsim", "onnxslim", "onnx-tool", "netron"]
SHAPE = "input:1,3,224,224"
WINDOW = "in a window, by hand"
TOOL = "{python} -m onnx_tool"

# For each job: what each program is called with; `None` if it cannot, a text in parentheses if it can, but not as a command.
JOBS = [
    ("say what a model is", {
        "cnnconv": "{cnnconv} import m.onnx", "polygraphy": "{bin}/polygraphy inspect model m.onnx",
        "onnxslim": "{bin}/onnxslim --inspect m.onnx", "netron": f"({WINDOW})"}),
    ("a table of layers with shapes, parameters and MACs", {
        "cnnconv": "{cnnconv} layers m.onnx", "onnx-tool": f"{TOOL} -m profile -i m.onnx"}),
    ("simplify and fold normalizations", {
        "cnnconv": "{cnnconv} fuse m.onnx -o f.onnx --force --no-verify", "onnxsim": "{bin}/onnxsim m.onnx s.onnx",
        "onnxslim": "{bin}/onnxslim m.onnx s.onnx", "polygraphy": "{bin}/polygraphy surgeon sanitize m.onnx --fold-constants -o s.onnx",
        "onnx-tool": f"{TOOL} -m constant_folding -i m.onnx -o s.onnx"}),
    ("the same, with the result compared", {
        "cnnconv": "{cnnconv} fuse m.onnx -o f.onnx --force", "onnxsim": "{bin}/onnxsim m.onnx s.onnx 3",
        "onnxslim": "{bin}/onnxslim m.onnx s.onnx --model-check"}),
    ("run on an array of one's own", {
        "cnnconv": "{cnnconv} run m.onnx --input x.npy", "polygraphy": "{bin}/polygraphy run m.onnx --onnxrt --load-inputs x.json"}),
    ("run on a picture, and name it", {"cnnconv": "{cnnconv} run m.onnx --image cat.png"}),
    ("compare two models on the same inputs", {
        "cnnconv": "{cnnconv} verify m.onnx --against d.onnx",
        "polygraphy": "{bin}/polygraphy run m.onnx --onnxrt --save-outputs o.json --silent && {bin}/polygraphy run d.onnx --onnxrt "
        "--load-outputs o.json"}),
    ("say how often both name a picture the same", {"cnnconv": "{cnnconv} verify m.onnx --against d.onnx --images cat.png"}),
    ("find the first layer that departs", {
        "cnnconv": "{cnnconv} verify m.onnx --against b.onnx --layers",
        "polygraphy": "{bin}/polygraphy run m.onnx --onnxrt --onnx-outputs mark all --save-outputs o.json --silent && "
        "{bin}/polygraphy run b.onnx --onnxrt --onnx-outputs mark all --load-outputs o.json"}),
    ("write the smallest part that departs", {
        "cnnconv": "{cnnconv} verify m.onnx --against b.onnx --reduce r.onnx",
        "polygraphy": "(debug reduce, with a script that checks)"}),
    ("cut a model at a value", {
        "cnnconv": "{cnnconv} edit m.onnx -o c.onnx --outputs {cut} --no-verify",
        "polygraphy": "{bin}/polygraphy surgeon extract m.onnx --outputs {cut}:auto -o c.onnx",
        "onnxslim": "{bin}/onnxslim m.onnx c.onnx --outputs {cut}",
        "onnx-tool": f"{TOOL} -m io_modify -i m.onnx -o c.onnx"}),
    ("say what differs between two files", {"cnnconv": "{cnnconv} diff m.onnx b.onnx"}),
    ("draw the graph into a file", {"cnnconv": "{cnnconv} draw m.onnx -o m.svg", "netron": f"({WINDOW})"}),
    ("a page about the model", {"cnnconv": "{cnnconv} report m.onnx -o m.html"}),
    ("make an ONNX model of a state dict", {"cnnconv": "{cnnconv} export w.pth -o w.onnx"}),
    ("write the model for an older operator set", {"cnnconv": "{cnnconv} export m.onnx -o old.onnx --opset 13"}),
    ("time a run", {
        "cnnconv": "{cnnconv} bench m.onnx --seconds 1",
        "polygraphy": "{bin}/polygraphy run m.onnx --onnxrt --iterations 30 --warm-up 3"}),
]


def spent():
    """The processor's seconds of all commands so far."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def make(folder, name):
    """The models and inputs that commands name."""
    import warnings

    import numpy
    import onnx
    import torch
    import torchvision
    from PIL import Image

    warnings.filterwarnings("ignore")
    torch.manual_seed(0)
    network = torchvision.models.get_model(name, weights=None)
    torch.save(network.state_dict(), folder / "w.pth")
    network.eval()
    image = torch.randn(1, 3, 224, 224)
    torch.onnx.export(
        network, (image,), folder / "m.onnx", input_names=["input"], output_names=["output"], dynamo=False,
        training=torch.onnx.TrainingMode.PRESERVE, do_constant_folding=False, opset_version=17)
    torch.onnx.export(network, (image,), folder / "d.onnx", input_names=["input"], output_names=["output"], dynamo=False)
    model = onnx.load(folder / "m.onnx")
    convolutions = [node for node in model.graph.node if node.op_type == "Conv"]
    cut = convolutions[len(convolutions) // 2].output[0]
    weight = next(w for w in model.graph.initializer if w.name == convolutions[20].input[1])
    values = onnx.numpy_helper.to_array(weight).copy()
    values[0] *= 1.5
    weight.CopyFrom(onnx.numpy_helper.from_array(values, weight.name))
    onnx.save(model, folder / "b.onnx")
    numpy.save(folder / "x.npy", image.numpy())
    from polygraphy.json import save_json
    save_json([{"input": image.numpy()}], str(folder / "x.json"))
    picture = (image[0].permute(1, 2, 0).numpy() * 50 + 128).clip(0, 255).astype(numpy.uint8)
    Image.fromarray(picture).resize((500, 375)).save(folder / "cat.png")
    return cut


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--network", default="resnet50")
    parser.add_argument("--markdown", action="store_true")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    names = {
        "cnnconv": pathlib.Path(options.program).resolve(), "bin": pathlib.Path(sys.executable).parent, "python": sys.executable}
    rows = []
    with tempfile.TemporaryDirectory() as place:
        folder = pathlib.Path(place)
        names["cut"] = make(folder, options.network)
        for job, commands in JOBS:
            if options.only not in job:
                continue
            times = {name: [] for name in commands}
            failures = {}
            for _ in range(options.runs):
                for name, command in commands.items():
                    if command.startswith("(") or name in failures:
                        continue
                    start = spent()
                    result = subprocess.run(
                        command.format(**names), shell=True, cwd=folder, capture_output=True, text=True)
                    times[name].append(spent() - start)
                    # 1 is how comparisons say that something differs.
                    if result.returncode > 1:
                        failures[name] = (result.stderr or result.stdout).strip().splitlines()[-1:]
            row = {}
            for name in PROGRAMS:
                command = commands.get(name)
                if command is None:
                    row[name] = "–"
                elif command.startswith("("):
                    row[name] = command[1:-1]
                elif name in failures:
                    row[name] = f"fails: {failures[name]}"
                else:
                    row[name] = f"{statistics.median(times[name]):.2f} s"
            rows.append((job, row))
            print(job, row, flush=True)
    if options.markdown:
        print("| job | " + " | ".join(PROGRAMS) + " |\n| --- |" + " --- |" * len(PROGRAMS))
        for job, row in rows:
            print(f"| {job} | " + " | ".join(row[name] for name in PROGRAMS) + " |")


if __name__ == "__main__":
    main()
