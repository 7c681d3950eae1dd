"""ncnn with packing and Winograd, a run for each image of a batch; and pnnx, which makes its files."""

import json
import os
import pathlib
import shutil
import subprocess
import sys

from processes import Failed, work

PNNX_LIMIT = 120  # seconds


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


def files(name, model, folder, made, note):
    """Where a network lies in ncnn's form, without the suffix; made in `made` if it is nowhere.

    `folder` is that of the networks, `note` is told why there is none.
    """
    stem = folder / f"{name}.ncnn"
    if stem.with_name(f"{name}.ncnn.param").is_file():
        return str(stem.resolve())
    places = [str(pathlib.Path(sys.executable).parent), os.environ.get("PATH", "")]
    program = shutil.which("pnnx", path=os.pathsep.join(places))
    if not program:
        note(f"{name}: no {stem.name}.param, and no pnnx to make it")
        return None
    made.mkdir()
    (made / "model.onnx").symlink_to(model.resolve())
    try:
        work("shapes", {"model": str(model.resolve()), "to": str(made / "shapes.json")})
        shapes = json.loads((made / "shapes.json").read_text())
        command = [program, "model.onnx", "inputshape=" + ",".join(shapes), "fp16=0"]
        subprocess.run(command, cwd=made, capture_output=True, timeout=PNNX_LIMIT)
    except (Failed, subprocess.TimeoutExpired, OSError) as error:
        note(f"{name}: pnnx: {error}")
    for file in made.iterdir():  # among them the weights two more times
        if not file.name.startswith("model.ncnn."):
            file.unlink()
    if (made / "model.ncnn.param").is_file() and (made / "model.ncnn.bin").is_file():
        return str(made / "model.ncnn")
    note(f"{name}: pnnx made nothing for ncnn")
    return None
