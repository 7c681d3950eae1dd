"""Saves each network of the zoo as PyTorch weights alone, lets cnnconv make ONNX of them and compares onnxruntime's
output with PyTorch's.

usage: weights_alone.py [--cnnconv PROGRAM] [--seed 1] [--round-trip] [--batch 2] [--scratch FOLDER] [PATTERN ...]

PATTERN is a shell pattern of a network's name or of NAME.SPELLING, such as `vgg16`, `resnet*` or `*.timm`; without
one all networks of Fixtures/Architectures/networks.py are taken, in every spelling of their keys that is in use. For
each

    1. its state dict, with seeded weights as after training, goes to a file whose name says nothing;
    2. `cnnconv import FILE --json` must recognise it without being told; where another network has the same keys and
       shapes, that one must be given, and --arch is passed from then on;
    3. `cnnconv export FILE -o x.onnx` makes a model, which onnxruntime runs on seeded images of the published size;
    4. max |difference| / max |output| must be at most 1e-4.

With --round-trip the model goes back to a .pth, whose tensors must be the same bit by bit, num_batches_tracked with
them, and which the network must load strictly; what only training uses is left out of that.

Prints a Markdown table; `change` tells how much the output depends on the input, relative to its largest value. Exit
code 1 when one fails. --build-only stops before cnnconv is needed.

Needs torch 2.13.0, torchvision 0.28.0, timm 1.0.31, onnxruntime 1.31.1 and numpy 2.4.6. Files are written to a
temporary folder in SCRATCH, 1.7 GB at most, and deleted as it goes on.
"""

import argparse
import fnmatch
import json
import pathlib
import subprocess
import sys
import tempfile
import time

import numpy
import onnxruntime
import torch

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Fixtures" / "Architectures"))
import networks  # noqa: E402

TOLERANCE = 1e-4
COLUMNS = ["network", "spelling", "recognised as", "parameters", "export ms", "change", "error / max", "verdict"]


class Failure(Exception):
    """Why a network fails, in a few words."""


class Tool:
    """cnnconv, its options and the titles of its zoo."""

    def __init__(self, program):
        self.program = program
        self.titles = {entry["name"]: entry["title"] for entry in json.loads(self.run("zoo", "--json"))}

    def run(self, command, *arguments):
        done = subprocess.run([self.program, command, *map(str, arguments)], capture_output=True, text=True)
        if done.returncode != 0:
            said = done.stderr.strip().splitlines() or ["no message"]
            raise Failure(f"{command}: exit code {done.returncode}: {said[-1]}")
        return done.stdout

    def recognized(self, file):
        """What `import` says of a file that it was not told anything of."""
        return json.loads(self.run("import", file, "--json")).get("architecture") or "nothing"

    def is_named(self, said, name):
        """True where `said`, such as `ResNet-50, 1000 classes`, is the network of that name."""
        return said.split(",")[0].strip() in (name, self.titles.get(name))


def run_onnx(file, images):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: images})[0]


def compare_round_trip(network, file, back):
    """Every tensor that inference uses, and their counters, must come back, and nothing else."""
    expected = torch.load(file, weights_only=True, mmap=True)
    given = torch.load(back, weights_only=True, mmap=True)
    expected = {key: value for key, value in expected.items() if not key.startswith(network.unused)}
    if missing := [key for key in expected if key not in given]:
        raise Failure(f"round trip: {len(missing)} keys are missing, first {missing[0]}")
    for key, value in expected.items():
        other = given[key]
        if (value.dtype, value.shape) != (other.dtype, other.shape):
            raise Failure(f"round trip: {key} is {other.dtype} {list(other.shape)}")
        ours, theirs = (tensor.contiguous().reshape(-1).view(torch.uint8) for tensor in (value, other))
        if not torch.equal(ours, theirs):
            raise Failure(f"round trip: {key} differs")
    module = networks.made(network, deployed=True)
    for prefix in network.unused:
        setattr(module, prefix.rstrip("."), None)
    try:
        module.load_state_dict(given, strict=True)
    except RuntimeError as error:
        raise Failure(f"round trip: {' '.join(str(error).split())[:200]}") from None


def examine(network, options, tool, folder, row):
    """Fills the row of one network; raises where it fails."""
    file, model, back = folder / "weights.pth", folder / "x.onnx", folder / "back.pth"
    module = networks.build_trained(network, options.seed)
    row["parameters"] = f"{sum(value.numel() for value in module.parameters()):,}"
    images = networks.random_input(network.size, options.seed + 1, options.batch)
    with torch.inference_mode():
        expected = module(images).numpy()
    torch.save(module.state_dict(), file)
    del module
    if not numpy.isfinite(expected).all():
        raise Failure("PyTorch's output is not finite")
    largest = float(numpy.abs(expected).max())
    if options.batch > 1:
        row["change"] = f"{float(numpy.abs(expected[0] - expected[1]).max()) / largest:.2f}"
    if tool is None:
        return

    row["recognised as"] = said = tool.recognized(file)
    if not tool.is_named(said, network.recognized or network.name):
        raise Failure(f"taken for {said}")
    forced = ["--arch", network.name] if network.recognized else []
    begin = time.perf_counter()
    tool.run("export", file, "-o", model, *forced)
    row["export ms"] = f"{(time.perf_counter() - begin) * 1e3:,.0f}"
    try:
        output = run_onnx(model, images.numpy())
    except Exception as error:  # onnxruntime has an exception type for each kind of refusal
        raise Failure(f"onnxruntime: {' '.join(str(error).split())[:200]}") from None
    if output.shape != expected.shape:
        raise Failure(f"output {list(output.shape)} in place of {list(expected.shape)}")
    error = float(numpy.abs(output - expected).max()) / largest
    row["error / max"] = f"{error:.1e}"
    if not error <= TOLERANCE:  # also if it is not a number
        raise Failure("differs")
    if options.round_trip:
        tool.run("export", model, "-o", back)
        compare_round_trip(network, file, back)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("patterns", nargs="*", metavar="PATTERN")
    parser.add_argument("--cnnconv", default=".build/release/cnnconv", metavar="PROGRAM")
    parser.add_argument("--seed", type=int, default=1, help="of the weights; images take the next one")
    parser.add_argument("--batch", type=int, default=2, help="images at a time")
    parser.add_argument("--threads", type=int, default=2, help="for PyTorch and onnxruntime")
    parser.add_argument("--round-trip", action="store_true", help="also .pth to .onnx and back")
    parser.add_argument("--build-only", action="store_true", help="make and run the networks in PyTorch, no more")
    parser.add_argument("--list", action="store_true", help="print the networks' names and stop")
    parser.add_argument("--scratch", metavar="FOLDER", help="where temporary files go")
    options = parser.parse_intermixed_args()
    torch.set_num_threads(options.threads)
    patterns = options.patterns or ["*"]
    chosen = [
        network
        for network in networks.NETWORKS
        if any(fnmatch.fnmatchcase(text, pattern) for text in (network.name, network.label) for pattern in patterns)
    ]
    if options.list:
        print(*(network.label for network in chosen), sep="\n")
        return bool(chosen)
    tool, good = None if options.build_only else Tool(options.cnnconv), 0
    print(f"| {' | '.join(COLUMNS)} |", f"|{' --- |' * len(COLUMNS)}", sep="\n", flush=True)
    for network in chosen:
        row = dict.fromkeys(COLUMNS, "–") | {"network": network.name, "spelling": network.spelling}
        with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
            try:
                examine(network, options, tool, pathlib.Path(folder), row)
                row["verdict"] = "good" if tool else "built"
                good += 1
            except Failure as failure:
                row["verdict"] = f"FAILS: {failure}".replace("|", "/")
        print(f"| {' | '.join(row[column] for column in COLUMNS)} |", flush=True)
    print(f"\n{good} of {len(chosen)} {'good' if tool else 'built'}, seed {options.seed}, batch {options.batch}")
    return good == len(chosen) > 0


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
