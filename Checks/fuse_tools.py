"""What the checks fuse_*.py share: calling `cnnconv fuse`, running models in onnxruntime without its optimizer, and
comparing outputs.

Needs onnx 1.23.2, onnxruntime 1.31.1 and numpy 2.4.6.
"""

import dataclasses
import json
import pathlib
import subprocess
import sys

import numpy
import onnx

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Benchmarks"))
from simplifiers import operators  # noqa: E402, F401

TOLERANCE = 1e-5  # of the largest expected number
HALF_TOLERANCE = 4e-3


class Failure(Exception):
    """Why a case fails, in a few words."""


@dataclasses.dataclass
class Fused:
    """What `cnnconv fuse` said."""

    code: int
    report: dict
    errors: str

    @property
    def refusals(self):
        return self.report.get("refusals") or []

    @property
    def fired(self):
        return {entry["name"]: entry["fired"] for entry in self.report.get("passes") or [] if entry["fired"]}


def fuse(program, model, out, *options, must=True):
    """Runs `cnnconv fuse`; with `must` anything but exit code 0 and a report is a failure."""
    command = [str(program), "fuse", str(model), "-o", str(out), "--json", "--quiet", *map(str, options)]
    done = subprocess.run(command, capture_output=True, text=True)
    try:
        report = json.loads(done.stdout) if done.stdout.strip() else {}
    except json.JSONDecodeError as error:
        raise Failure(f"fuse: standard output is not JSON: {error}") from None
    result = Fused(done.returncode, report, done.stderr.strip())
    if must and done.returncode != 0:
        verification = report.get("verification") or {}
        said = verification.get("first_difference") or (result.errors.splitlines() or ["no message"])[-1]
        raise Failure(f"fuse: exit code {done.returncode}: {said}")
    if must and not pathlib.Path(out).exists():
        raise Failure("fuse: exit code 0 and no output")
    return result


def fuse_again(program, model, out, *options):
    """The same command must give the same bytes, and the result fused must stay as it is."""
    folder = pathlib.Path(out).parent
    first = pathlib.Path(out).read_bytes()
    for source, said in ((model, "the same command gives other bytes"), (out, "not idempotent")):
        other = folder / f"again{pathlib.Path(out).suffix}"
        fuse(program, source, other, *options)
        same = other.read_bytes() == first
        other.unlink()
        if not same:
            raise Failure(said)


def session(model, threads=1):
    """An onnxruntime session that computes the graph as it is written; `model` is a path or bytes."""
    import onnxruntime

    onnxruntime.set_default_logger_severity(4)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = options.inter_op_num_threads = threads
    options.log_severity_level = 4
    model = model if isinstance(model, bytes) else str(model)
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime has an exception type for each kind of refusal
        raise Failure(f"onnxruntime: {' '.join(str(error).split())[:300]}") from None


TYPES = {
    "tensor(float)": "float32",
    "tensor(float16)": "float16",
    "tensor(double)": "float64",
    "tensor(int64)": "int64",
}


def random_inputs(described, seed, batch=2, scale=1.0):
    """Seeded inputs of a session; open dimensions take `batch`."""
    draw = numpy.random.default_rng(seed)
    inputs = {}
    for entry in described.get_inputs():
        shape = [extent if isinstance(extent, int) else batch for extent in entry.shape]
        values = draw.standard_normal(shape) * scale
        inputs[entry.name] = values.astype(TYPES.get(entry.type, "float32"))
    return inputs


def worst(names, expected, given):
    """The largest |difference| relative to the largest |expected| among several outputs."""
    found = 0.0
    if len(expected) != len(given):
        raise Failure(f"{len(given)} outputs in place of {len(expected)}")
    for name, ours, theirs in zip(names, given, expected):
        if ours.shape != theirs.shape or ours.dtype != theirs.dtype:
            raise Failure(f"output {name} is {ours.dtype}{list(ours.shape)}, not {theirs.dtype}{list(theirs.shape)}")
        ours, theirs = ours.astype(numpy.float64), theirs.astype(numpy.float64)
        if not numpy.isfinite(theirs).all():
            raise Failure(f"output {name} was not finite before")
        largest = float(numpy.abs(theirs).max(initial=0))
        error = float(numpy.abs(ours - theirs).max(initial=0)) if numpy.isfinite(ours).all() else numpy.inf
        found = max(found, error / largest if largest else error)
    return found


def compare(before, after, seeds=(1, 2), tolerance=TOLERANCE, batch=2, scale=1.0, threads=1):
    """Both models on the same seeded inputs; returns the worst relative error."""
    first, second = session(before, threads), session(after, threads)
    for kind in ("get_inputs", "get_outputs"):
        ours, theirs = ([(entry.name, entry.type) for entry in getattr(one, kind)()] for one in (second, first))
        if ours != theirs:
            raise Failure(f"{kind[4:]} are {ours}, not {theirs}")
    names, found = [entry.name for entry in first.get_outputs()], 0.0
    for seed in seeds:
        inputs = random_inputs(first, seed, batch, scale)
        try:
            found = max(found, worst(names, first.run(None, inputs), second.run(None, inputs)))
        except Failure:
            raise
        except Exception as error:
            raise Failure(f"onnxruntime: {' '.join(str(error).split())[:300]}") from None
    if not found <= tolerance:
        raise Failure(f"outputs differ by {found:.1e} of the largest")
    return found


def check(model, full=True):
    """onnx.checker on a file."""
    try:
        onnx.checker.check_model(str(model), full_check=full)
    except Exception as error:
        raise Failure(f"onnx.checker: {' '.join(str(error).split())[:300]}") from None
