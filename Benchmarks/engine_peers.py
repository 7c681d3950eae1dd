"""Times cnnconv's engine against onnxruntime, OpenVINO and ncnn on the networks of a folder, in turns.

usage: engine_peers.py FOLDER [--cnnconv PROGRAM] [--threads 2] [--batch 1] [--rounds 5] [--seconds 1]
                       [--networks a,b] [--peers onnxruntime,openvino,ncnn] [--markdown FILE] [--cold | --busy]
                       [--scratch SCRATCH]

FOLDER holds NAME.onnx, and, where there are any, NAME/test_data_set_0 with inputs and NAME.ncnn.param and .bin; what is
missing for ncnn is made by pnnx in a temporary folder. Without --networks all NAMEs without a dot are taken.

In each round every contender has a turn as a process of its own; each round begins with another one. A turn is: load,
warm up, run for so many seconds, give the median. The table has the medians of the rounds' medians, the fastest peer's
time by cnnconv's, and the geometric mean of that. The error is the largest difference of cnnconv's output from
onnxruntime's on the same input, by the largest |output|; without onnxruntime, from the output in test_data_set_0.

    --cold   from the file to the first result: load, prepare and one run in a fresh process, and its peak memory. The
             start of the process is not counted, nor is importing the peers' packages. The file is in the page cache.
             Where cnnconv keeps plans, once without a kept plan and once with one, in a folder of its own; plans that
             are made in no time are not kept.
    --busy   each round's turns a second time beside a process that spins on one CPU: what that costs each contender.

The peers compute in float32 with as many threads, as well as they can: onnxruntime with all optimizations, one thread
between operators, the batch fixed, inputs and outputs bound; OpenVINO with the hint f32, for latency, shapes fixed;
ncnn with packing and Winograd, a run for each image of a batch, for it has no batches. A model whose batch is fixed is
rewritten to another one, where its shapes allow that. A peer whose output is more than 1e-2 away from onnxruntime's is
left out.

Memory is the peak resident size with the pages of mapped files; for the peers with the interpreter and their packages.
This script imports nothing large itself: it starts what is measured. SCRATCH, where temporary files go, needs room for
some copies of the largest model.

Needs onnx 1.23.2, numpy 2.4.6, and the peers that are to be measured: onnxruntime 1.31.1, openvino 2026.4.1, ncnn
1.0.20261020 with pnnx 20261020. The exit code is 1 where cnnconv failed or its error is above 1e-4.
"""

import argparse
import contextlib
import gc
import json
import math
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

LIMIT = 600  # seconds that a turn may take beyond those it measures
PNNX_LIMIT = 120
LARGEST_ERROR = 1e-4
FEWEST_RUNS = 5


# ---- In the processes that are measured ----


class OnnxRuntime:
    title = package = "onnxruntime"

    def __init__(self, case):
        import onnxruntime

        onnxruntime.set_default_logger_severity(4)
        self.library, self.case = onnxruntime, case

    def load(self, inputs):
        options = self.library.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = self.case["threads"], 1
        options.execution_mode = self.library.ExecutionMode.ORT_SEQUENTIAL
        options.graph_optimization_level = self.library.GraphOptimizationLevel.ORT_ENABLE_ALL
        for name, extent in self.case["free"].items():
            options.add_free_dimension_override_by_name(name, extent)
        self.session = self.library.InferenceSession(self.case["model"], options, providers=["CPUExecutionProvider"])
        self.binding = self.session.io_binding()
        for name, value in inputs.items():
            self.binding.bind_cpu_input(name, value)
        for output in self.session.get_outputs():
            self.binding.bind_output(output.name, "cpu")

    def run(self):
        self.session.run_with_iobinding(self.binding)

    def outputs(self):
        return [value.copy() for value in self.binding.copy_outputs_to_cpu()]  # some are the session's own memory


class OpenVino:
    title, package = "OpenVINO", "openvino"

    def __init__(self, case):
        import openvino

        self.library, self.case = openvino, case
        self.core = openvino.Core()
        self.core.get_property("CPU", "FULL_DEVICE_NAME")  # loads the part for CPUs

    def load(self, inputs):
        model = self.core.read_model(self.case["model"])
        model.reshape({name: list(value.shape) for name, value in inputs.items()})
        settings = {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY"}
        settings["INFERENCE_NUM_THREADS"] = self.case["threads"]
        self.compiled = self.core.compile_model(model, "CPU", settings)
        self.request = self.compiled.create_infer_request()
        for name, value in inputs.items():
            self.request.set_tensor(name, self.library.Tensor(value, shared_memory=True))

    def run(self):
        self.request.infer(share_outputs=True)

    def outputs(self):
        return [self.request.get_output_tensor(i).data.copy() for i in range(len(self.compiled.outputs))]


class Ncnn:
    title = package = "ncnn"

    def __init__(self, case):
        import ncnn

        self.library, self.case = ncnn, case

    def load(self, inputs):
        if len(inputs) != 1:
            raise ValueError("a model of one input expected")
        net = self.net = self.library.Net()
        net.opt.num_threads = self.case["threads"]
        net.opt.use_packing_layout = net.opt.use_winograd_convolution = net.opt.use_sgemm_convolution = True
        net.opt.use_fp16_packed = net.opt.use_fp16_storage = net.opt.use_fp16_arithmetic = False
        net.opt.use_bf16_storage = net.opt.use_vulkan_compute = False
        for load, suffix in ((net.load_param, ".param"), (net.load_model, ".bin")):
            if load(self.case["ncnn"] + suffix) != 0:
                raise ValueError(f"{suffix} was not read")
        (self.images,) = inputs.values()
        self.matrices = [self.library.Mat(image) for image in self.images]
        (self.input,), self.names = net.input_names(), net.output_names()

    def run(self):
        self.results = []
        for matrix in self.matrices:
            extractor = self.net.create_extractor()
            extractor.input(self.input, matrix)
            self.results.append([extractor.extract(name)[1] for name in self.names])

    def outputs(self):
        import numpy

        return [numpy.stack([numpy.array(value) for value in values]) for values in zip(*self.results)]


PEERS = {"onnxruntime": OnnxRuntime, "openvino": OpenVino, "ncnn": Ncnn}


def peak_mib():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024


def stored_inputs(case):
    import numpy

    return {name: numpy.load(path) for name, path in case["inputs"].items()}


def version(case):
    """Of an installed package; importing it tells whether it works, and what that takes."""
    import importlib.metadata

    import numpy  # noqa: F401  so that its memory counts

    PEERS[case["peer"]]({})
    return {"version": importlib.metadata.version(PEERS[case["peer"]].package), "peak": peak_mib()}


def turn(case):
    """Loads a model, and runs it once, or again and again for some seconds."""
    # the peers read the inputs where they lie, so they have to stay
    peer, inputs, times = PEERS[case["peer"]](case), stored_inputs(case), []

    def timed_run():
        begin = time.perf_counter()
        peer.run()
        return (time.perf_counter() - begin) * 1e3

    gc.disable()
    begin = time.perf_counter()
    peer.load(inputs)
    loaded = (time.perf_counter() - begin) * 1e3
    result = {"load": loaded, "first": timed_run()}
    if case["mode"] == "cold":
        return result | {"ms": result["load"] + result["first"], "peak": peak_mib()}
    begin = time.perf_counter()
    for _ in range(3):
        peer.run()
    while time.perf_counter() - begin < min(case["seconds"] / 4, 1):
        peer.run()
    begin = time.perf_counter()
    while time.perf_counter() - begin < case["seconds"] or len(times) < FEWEST_RUNS:
        times.append(timed_run())
    return result | {"ms": statistics.median(times), "runs": len(times), "peak": peak_mib()}


def relative_error(values, expected):
    import numpy

    worst = 0.0
    for value, wanted in zip(values, expected, strict=True):
        difference = numpy.abs(numpy.reshape(value, wanted.shape).astype(float) - wanted).max()
        worst = max(worst, float(difference / max(numpy.abs(wanted).max(), 1e-30)))
    return worst


def rewrite_batch(model, given, batch, path):
    """Fixes the first extent of inputs and outputs, where all shapes in between can follow."""
    import onnx

    before = [[d.dim_value for d in info.type.tensor_type.shape.dim] for info in model.graph.output]
    for info in given:
        info.type.tensor_type.shape.dim[0].dim_value = batch
    for info in model.graph.output:
        info.type.tensor_type.ClearField("shape")
    del model.graph.value_info[:]
    try:
        inferred = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    except onnx.shape_inference.InferenceError as error:
        raise ValueError(f"its shapes do not follow another batch: {str(error).splitlines()[-1]}") from error
    graph = inferred.graph
    known = {info.name: info.type.tensor_type.shape.dim for info in [*graph.input, *graph.value_info, *graph.output]}
    for node in graph.node:
        if node.op_type != "Reshape" or node.input[0] not in known or node.output[0] not in known:
            continue
        a, b = (math.prod(dim.dim_value for dim in known[name]) for name in (node.input[0], node.output[0]))
        if a and b and a != b:
            raise ValueError(f"node '{node.name}' reshapes to a fixed batch")
    for place, (info, old) in enumerate(zip(graph.output, before)):
        shape = [d.dim_value for d in info.type.tensor_type.shape.dim]
        if shape != [batch, *old[1:]]:
            raise ValueError(f"its output would be {shape} at batch {batch}, and is {old}")
        model.graph.output[place].CopyFrom(info)
    onnx.save(model, path)


def prepare(case):
    """The model for the batch, its inputs, and what the peers make of them: onnxruntime's outputs are the fixture."""
    import numpy
    import onnx
    from onnx import numpy_helper

    folder, batch = pathlib.Path(case["folder"]), case["batch"]
    model = onnx.load(case["model"])
    constants = {tensor.name for tensor in model.graph.initializer}
    given = [info for info in model.graph.input if info.name not in constants]
    case |= {"inputs": {}, "shapes": {}, "free": {}, "checked": {}}
    fixture, is_fixed, draw = folder / "fixture", False, numpy.random.default_rng(0)
    fixture.mkdir()
    for place, info in enumerate(given):
        dims = info.type.tensor_type.shape.dim
        kind = onnx.helper.tensor_dtype_to_np_dtype(info.type.tensor_type.elem_type)
        stored = pathlib.Path(case["fixture"] or "", f"input_{place}.pb")
        stored = numpy_helper.to_array(onnx.load_tensor(stored)) if case["fixture"] and stored.exists() else None
        shape = [dim.dim_value or (stored.shape[axis] if stored is not None else 0) for axis, dim in enumerate(dims)]
        is_fixed = is_fixed or dims[0].dim_value not in (0, batch)
        shape[0] = batch
        if not all(shape):
            raise ValueError(f"input '{info.name}' has free extents, and there is no test_data_set_0")
        if not all(dim.dim_value for dim in dims[1:]):
            case["shapes"][info.name] = shape
        case["free"] |= {dim.dim_param: extent for dim, extent in zip(dims, shape) if dim.dim_param}
        value = draw.standard_normal(shape).astype(kind)
        if stored is not None and list(stored.shape[1:]) == shape[1:]:
            value[: len(stored)] = stored[:batch]
        numpy.save(folder / f"input_{place}.npy", value)
        onnx.save_tensor(numpy_helper.from_array(value, info.name), fixture / f"input_{place}.pb")
        case["inputs"][info.name] = str(folder / f"input_{place}.npy")
    outputs = [info.name for info in model.graph.output]
    if is_fixed:
        case["model"] = str(folder / pathlib.Path(case["model"]).name)
        rewrite_batch(model, given, batch, case["model"])
    del model
    expected, stored = None, stored_inputs(case)
    for name in sorted(case["peers"], key=lambda name: name != "onnxruntime"):
        try:
            peer = PEERS[name](case)
            peer.load(stored)
            peer.run()
            values = peer.outputs()
            if name == "onnxruntime":
                expected = values
                for place, value in enumerate(values):
                    tensor = numpy_helper.from_array(value, outputs[place])
                    onnx.save_tensor(tensor, fixture / f"output_{place}.pb")
            if expected:
                case["checked"][name] = relative_error(values, expected)
        except Exception as error:
            case["checked"][name] = f"{type(error).__name__}: {error}"
    if expected:
        case["fixture"] = str(fixture)
    elif batch != 1:
        case["fixture"] = None
    return case


# ---- In the process that measures ----


class Failed(Exception):
    pass


def last_line(text, otherwise):
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return (lines[-1] if lines else otherwise)[-300:].replace("|", "/")


def json_of(command, limit, codes=(0,), **options):
    """What a program prints as its last line, or all of it, as JSON."""
    try:
        ended = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=limit, **options)
    except subprocess.TimeoutExpired:
        raise Failed(f"took more than {limit:.0f} s") from None
    except OSError as error:
        raise Failed(str(error)) from None
    if ended.returncode not in codes:
        raise Failed(f"exit code {ended.returncode}: {last_line(ended.stderr, 'nothing said')}")
    for text in (ended.stdout, last_line(ended.stdout, "")):
        with contextlib.suppress(json.JSONDecodeError):
            return json.loads(text)
    raise Failed(f"no JSON: {last_line(ended.stdout, 'nothing printed')}")


def work(mode, case):
    """Runs this script as a worker."""
    command = [sys.executable, str(pathlib.Path(__file__).resolve()), "--worker", json.dumps(case | {"mode": mode})]
    result = json_of(command, LIMIT + 2 * case.get("seconds", 0))
    if "error" in result:
        raise Failed(result["error"].replace("|", "/")[-300:])
    return result


@contextlib.contextmanager
def spinning():
    """A process that does nothing but take up the last of the CPUs that this one may use."""
    spin = """
import os
os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
parent = os.getppid()
while os.getppid() == parent:
    for _ in range(1000000): pass
"""
    process = subprocess.Popen([sys.executable, "-c", spin])
    try:
        time.sleep(0.3)
        yield
    finally:
        process.kill()
        process.wait()


class Measurement:
    """Contenders, networks, and what was measured."""

    def __init__(self, options, scratch):
        self.options, self.scratch = options, scratch
        self.environment = os.environ | {"CNNCONV_CACHE": str(scratch / "cache")}
        self.versions, self.importing, self.notes = {}, {}, []
        self.cases, self.errors, self.references = {}, {}, {}
        self.results = {}  # (network, contender, "" or "busy"): a dictionary for each round
        self.peak = 0.0
        self.failed = False
        self.programs = ["cnnconv"]
        self.find_contenders()

    def find_contenders(self):
        help_text = self.say("bench", "--help")
        self.keeps_plans = "--no-plan-cache" in help_text
        self.versions["cnnconv"] = self.say("--version").strip()
        if self.options.cold and self.keeps_plans:
            self.programs.append("cnnconv with a kept plan")
        for name in filter(None, self.options.peers.split(",")):
            try:
                found = work("version", {"peer": name})
                self.versions[name], self.importing[name] = found["version"], found["peak"]
                self.programs.append(name)
            except Failed as error:
                self.note(f"{PEERS[name].title} is absent: {error}")

    def say(self, *arguments):
        try:
            ended = subprocess.run([self.options.cnnconv, *arguments], capture_output=True, text=True)
        except OSError as error:
            raise SystemExit(f"{self.options.cnnconv}: {error.strerror}") from None
        if ended.returncode != 0:
            raise SystemExit(f"{self.options.cnnconv} {' '.join(arguments)}: exit code {ended.returncode}")
        return ended.stdout

    def note(self, text):
        self.notes.append(text)
        print(text, file=sys.stderr, flush=True)

    @property
    def peers(self):
        return [name for name in self.programs if name in PEERS]

    # Preparing

    def prepare(self, name):
        """False where the network is not measured."""
        model = self.options.folder / f"{name}.onnx"
        folder = self.scratch / name
        folder.mkdir()
        data = self.options.folder / name.split(".")[0] / "test_data_set_0"
        case = {"model": str(model.resolve()), "folder": str(folder), "batch": self.options.batch}
        case |= {"fixture": str(data.resolve()) if data.is_dir() else None, "peers": self.peers}
        case |= {"threads": self.options.threads, "ncnn": None, "seconds": self.options.seconds}
        try:
            if not model.is_file():
                raise Failed("no such file")
            if "ncnn" in self.peers:
                case["ncnn"] = self.ncnn_files(name, model, folder)
                if not case["ncnn"]:
                    case["peers"] = [peer for peer in self.peers if peer != "ncnn"]
            case = self.cases[name] = work("prepare", case)
        except Failed as error:
            self.note(f"{name} is skipped at batch {self.options.batch}: {error}")
            return False
        for peer, error in case["checked"].items():
            if isinstance(error, str) or not error <= 1e-2:
                case["peers"].remove(peer)
                said = error if isinstance(error, str) else f"its output departs from onnxruntime's by {error:.1e}"
                self.note(f"{name}: {PEERS[peer].title} is left out: {said}")
        self.verify(name, case)
        return True

    def ncnn_files(self, name, model, folder):
        """Where the network lies in ncnn's form, without the suffix; made where it is nowhere."""
        stem = self.options.folder / f"{name}.ncnn"
        if stem.with_name(f"{name}.ncnn.param").is_file():
            return str(stem.resolve())
        places = [str(pathlib.Path(sys.executable).parent), os.environ.get("PATH", "")]
        program = shutil.which("pnnx", path=os.pathsep.join(places))
        if not program:
            self.note(f"{name}: no {stem.name}.param, and no pnnx to make it")
            return None
        made = folder / "pnnx"
        made.mkdir()
        (made / "model.onnx").symlink_to(model.resolve())
        try:
            work("shapes", {"model": str(model.resolve()), "to": str(made / "shapes.json")})
            shapes = json.loads((made / "shapes.json").read_text())
            command = [program, "model.onnx", "inputshape=" + ",".join(shapes), "fp16=0"]
            subprocess.run(command, cwd=made, capture_output=True, timeout=PNNX_LIMIT)
        except (Failed, subprocess.TimeoutExpired, OSError) as error:
            self.note(f"{name}: pnnx: {error}")
        for file in made.iterdir():  # among them the weights two more times
            if not file.name.startswith("model.ncnn."):
                file.unlink()
        if (made / "model.ncnn.param").is_file() and (made / "model.ncnn.bin").is_file():
            return str(made / "model.ncnn")
        self.note(f"{name}: pnnx made nothing for ncnn")
        return None

    def verify(self, name, case):
        if not case["fixture"]:
            return
        command = [self.options.cnnconv, "verify", case["model"], case["fixture"], "--json", "--quiet"]
        command += ["--threads", str(self.options.threads), *(["--no-plan-cache"] if self.keeps_plans else [])]
        try:
            said = json_of(command, LIMIT, codes=(0, 1), env=self.environment)
            outputs = [output for result in said["results"] for output in result["outputs"]]
            self.errors[name] = max(o["max_abs_error"] / max(o["max_abs_expected"], 1e-30) for o in outputs)
        except (Failed, KeyError, ValueError, TypeError) as error:
            self.note(f"{name}: cnnconv verify: {error}")
        if not self.errors.get(name, math.inf) <= LARGEST_ERROR:
            self.failed = True

    # Measuring

    def ours(self, name, case, program):
        seconds = 0 if self.options.cold else self.options.seconds
        command = [self.options.cnnconv, "bench", case["model"], "--json", "--quiet", "--seconds", str(seconds)]
        command += ["--threads", str(self.options.threads), "--batch", str(self.options.batch)]
        for key, shape in case["shapes"].items():
            command += ["--input-shape", f"{key}:{','.join(map(str, shape))}"]
        if self.keeps_plans and program == "cnnconv":
            command.append("--no-plan-cache")
        said = json_of(command, LIMIT + 2 * seconds, env=self.environment)
        try:
            load = said["load_ms"] + said["prepare_ms"]
            result = {"load": load, "first": said["first_run_ms"], "peak": said["peak_rss_mib"], "runs": said["runs"]}
            result["ms"] = load + said["first_run_ms"] if self.options.cold else said["median_ms"]
            self.references[name] = said.get("reference_steps") or []
            self.peak = max(self.peak, said.get("peak_gflops") or 0)
            return result | {"gflops": said.get("effective_gflops") or 0}
        except (KeyError, TypeError) as error:
            raise Failed(f"unexpected JSON: {error}") from None

    def take_turn(self, name, program, condition):
        case = self.cases[name]
        if program in PEERS and program not in case["peers"]:
            return
        taken = self.results.setdefault((name, program, condition), [])
        if len(taken) > 1 and all("error" in result for result in taken):
            return
        try:
            if program in PEERS:
                taken.append(work("cold" if self.options.cold else "run", case | {"peer": program}))
            else:
                taken.append(self.ours(name, case, program))
            said = f"{taken[-1]['ms']:9.2f} ms, load {taken[-1]['load']:.0f} ms, {taken[-1]['peak']:.0f} MiB"
        except Failed as error:
            taken.append({"error": str(error)})
            said = str(error)
        print(f"  {program:24s} {condition:5s}{said}", file=sys.stderr, flush=True)

    def measure(self, name):
        print(name, file=sys.stderr, flush=True)
        if not self.prepare(name):
            return
        if len(self.programs) > 1 and self.programs[1] not in PEERS:  # keeps the plan for later
            with contextlib.suppress(Failed):
                self.ours(name, self.cases[name], self.programs[1])
        with open(self.cases[name]["model"], "rb") as file:  # into the page cache
            while file.read(1 << 22):
                pass
        for count in range(self.options.rounds):
            print(f" round {count + 1} of {self.options.rounds}", file=sys.stderr, flush=True)
            first = count % len(self.programs)
            order = self.programs[first:] + self.programs[:first]
            for program in order:
                self.take_turn(name, program, "")
            if self.options.busy:
                with spinning():
                    for program in order:
                        self.take_turn(name, program, "busy")
        for (network, program, condition), taken in self.results.items():
            bad = [result["error"] for result in taken if "error" in result]
            if network == name and bad:
                beside = " beside the spinning process" if condition else ""
                self.note(f"{name}: {program} failed in {len(bad)} of {len(taken)} turns{beside}: {bad[-1]}")
                self.failed = self.failed or program not in PEERS

    # Reporting

    def median(self, name, program, key="ms", condition=""):
        good = [result[key] for result in self.results.get((name, program, condition), []) if "error" not in result]
        return statistics.median(good) if good else None

    def fastest(self, name, condition=""):
        times = [self.median(name, peer, condition=condition) for peer in self.peers]
        return min((value for value in times if value), default=None)

    def report(self):
        options, names = self.options, list(self.cases)
        what = "cold" if options.cold else "busy" if options.busy else "runs"
        lines = [self.machine(), ""] + getattr(self, f"table_of_{what}")(names)
        for name in names:
            if self.references.get(name):
                self.notes.append(f"{name}: on the reference path: {', '.join(self.references[name])}")
        if self.notes:
            lines += [""] + [f"- {note}" for note in self.notes]
        return "\n".join(lines) + "\n"

    def machine(self):
        options, model = self.options, "unknown CPU"
        with open("/proc/cpuinfo") as file:
            for line in file:
                if line.startswith("model name"):
                    model = line.split(":", 1)[1].strip()
                    break
        cpus = len(os.sched_getaffinity(0))
        images = f"batch {options.batch}, {options.threads} thread{'s' if options.threads > 1 else ''}"
        parts = [f"{model}, {cpus} CPU{'s' if cpus > 1 else ''}; float32, {images}."]
        if self.peak:
            parts.append(f"Peak of the vector units in cnnconv's process: {self.peak:.0f} GFLOP/s.")
        titles = [("cnnconv", self.versions["cnnconv"])]
        titles += [(PEERS[name].title, self.versions[name]) for name in self.peers]
        parts.append(f"{', '.join(f'{title} {number}' for title, number in titles)}.")
        rounds = f"{options.rounds} round{'s' if options.rounds > 1 else ''} in turns"
        parts.append(
            f"Medians of {rounds}, one first result each." if options.cold else
            f"Medians of {rounds}, {options.seconds:g} s each."
        )  # fmt: skip
        if options.cold and self.peers:
            taken = ", ".join(f"{PEERS[name].title} {self.importing[name]:.0f} MiB" for name in self.peers)
            parts.append(f"Of the peers' memory, the interpreter and their packages take: {taken}.")
        return " ".join(parts)

    @staticmethod
    def rows(head, rows):
        return [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"] + [f"| {' | '.join(row)} |" for row in rows]

    @staticmethod
    def mean(ratios):
        good = [ratio for ratio in ratios if ratio]
        return f"{math.exp(statistics.fmean(map(math.log, good))):.2f}" if good else "–"

    def ratio(self, a, b):
        return a / b if a and b else None

    def table_of_runs(self, names):
        head = ["network", "cnnconv ms", *(f"{PEERS[peer].title} ms" for peer in self.peers)]
        head += ["fastest peer / cnnconv", "GFLOP/s", "error"]
        rows = []
        for name in names:
            ours = self.median(name, "cnnconv")
            cells = [number(ours), *(number(self.median(name, peer)) for peer in self.peers)]
            cells.append(number(self.ratio(self.fastest(name), ours)))
            speed = self.median(name, "cnnconv", "gflops")
            cells.append(f"{speed:.0f}" if speed else "–")
            rows.append([name, *cells, f"{self.errors[name]:.1e}" if name in self.errors else "–"])
        means = [
            self.mean(self.ratio(self.median(name, peer), self.median(name, "cnnconv")) for name in names)
            for peer in self.peers
        ]
        best = self.mean(self.ratio(self.fastest(name), self.median(name, "cnnconv")) for name in names)
        lines = self.rows(head, rows + [["geometric mean of peer / cnnconv", "1", *means, best, "", ""]])
        if self.errors:
            worst = max(self.errors, key=self.errors.get)
            lines += ["", f"The largest error is {self.errors[worst]:.1e} × max, of {worst}."]
        return lines

    def table_of_cold(self, names):
        own = [program for program in self.programs if program not in PEERS]
        titles = own + [PEERS[peer].title for peer in self.peers]
        rows, ratios = [], {program: [] for program in own}
        for name in names:
            cells = [name]
            for program in own + self.peers:
                time, peak = self.median(name, program), self.median(name, program, "peak")
                cells.append(f"{number(time)} ms, {peak:,.0f} MiB" if time else "–")
            for program in own:
                ratios[program].append(self.ratio(self.fastest(name), self.median(name, program)))
                cells.append(number(ratios[program][-1]))
            rows.append(cells)
        rows.append(["geometric mean", *("" for _ in titles), *(self.mean(values) for values in ratios.values())])
        return self.rows(["network", *titles, *(f"fastest peer / {program}" for program in own)], rows)

    def table_of_busy(self, names):
        titles = {program: PEERS[program].title if program in PEERS else program for program in self.programs}
        rows, slower, ratios = [], {program: [] for program in self.programs}, {"": [], "busy": []}
        for name in names:
            cells = [name]
            for program in self.programs:
                quiet, busy = self.median(name, program), self.median(name, program, condition="busy")
                slower[program].append(self.ratio(busy, quiet))
                cells.append(f"{number(quiet)} → {number(busy)}, {number(slower[program][-1])}×")
            for condition, values in ratios.items():
                ours = self.median(name, "cnnconv", condition=condition)
                values.append(self.ratio(self.fastest(name, condition), ours))
                cells.append(number(values[-1]))
            rows.append(cells)
        means = [f"{self.mean(values)}×" for values in slower.values()]
        means += [self.mean(values) for values in ratios.values()]
        head = ["network", *(f"{titles[program]} ms, quiet → busy" for program in self.programs)]
        head += ["fastest peer / cnnconv, quiet", "busy"]
        return self.rows(head, rows + [["geometric mean", *means]])


def number(value):
    if not value:
        return "–"
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}" if value < 100 else f"{value:,.0f}"


def shapes(case):
    """The inputs' shapes at batch 1 in pnnx's spelling."""
    import onnx

    graph = onnx.load(case["model"], load_external_data=False).graph
    constants = {tensor.name for tensor in graph.initializer}
    inputs = [info.type.tensor_type.shape.dim for info in graph.input if info.name not in constants]
    found = [[1, *(dim.dim_value for dim in dims[1:])] for dims in inputs]
    if not all(all(shape) for shape in found):
        raise ValueError("free extents")
    text = [f"[{','.join(map(str, shape))}]" for shape in found]
    pathlib.Path(case["to"]).write_text(json.dumps(text))
    return {}


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--cnnconv", default=".build/release/cnnconv", metavar="PROGRAM")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=1)
    parser.add_argument("--networks", metavar="NAME,NAME")
    parser.add_argument("--peers", default="onnxruntime,openvino,ncnn")
    parser.add_argument("--markdown", type=pathlib.Path, metavar="FILE", help="where the table is written as well")
    parser.add_argument("--scratch", metavar="FOLDER", help="where temporary files go")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--cold", action="store_true", help="measure from the file to the first result")
    kind.add_argument("--busy", action="store_true", help="measure beside a process that spins on one CPU as well")
    options = parser.parse_args()
    unknown = set(filter(None, options.peers.split(","))) - set(PEERS)
    if unknown:
        parser.error(f"--peers knows {', '.join(PEERS)}")
    if min(options.threads, options.batch, options.rounds) < 1 or not 0 <= options.seconds < math.inf:
        parser.error("--threads, --batch and --rounds are numbers from 1 on, --seconds from 0 on")
    if options.networks:
        options.names = list(dict.fromkeys(filter(None, options.networks.split(","))))
    else:
        options.names = sorted(path.stem for path in options.folder.glob("*.onnx") if "." not in path.stem)
    if not options.names:
        parser.error(f"no NAME.onnx in {options.folder}")
    return options


def main():
    options = arguments()
    with tempfile.TemporaryDirectory(dir=options.scratch) as folder:
        measurement = Measurement(options, pathlib.Path(folder).resolve())
        try:
            for name in options.names:
                measurement.measure(name)
                for left in (measurement.scratch / name).glob("**/*"):  # models take room
                    if left.is_file() or left.is_symlink():
                        left.unlink()
        except KeyboardInterrupt:
            measurement.note("interrupted: what was measured until then")
            measurement.failed = True
    text = measurement.report()
    print(text, end="")
    if options.markdown:
        options.markdown.write_text(text)
    return bool(measurement.cases) and not measurement.failed


def run_worker(case):
    modes = {"version": version, "prepare": prepare, "shapes": shapes, "run": turn, "cold": turn}
    try:
        result = modes[case["mode"]](case)
    except Exception as error:
        kind = "" if type(error) is ValueError else f"{type(error).__name__}: "
        result = {"error": kind + " ".join(str(error).split())}
    print()
    print(json.dumps(result))
    sys.stdout.flush()
    os._exit(0)  # some libraries take long to go, or fail in it


if __name__ == "__main__":
    if sys.argv[1:2] == ["--worker"]:
        run_worker(json.loads(sys.argv[2]))
    sys.exit(0 if main() else 1)
