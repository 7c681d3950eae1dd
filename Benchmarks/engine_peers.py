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
The measuring process imports nothing large itself: it starts what is measured. SCRATCH, where temporary files go, needs room for
some copies of the largest model.

Needs onnx 1.23.2, numpy 2.4.6, and the peers that are to be measured: onnxruntime 1.31.1, openvino 2026.4.1, ncnn
1.0.20261020 with pnnx 20261020. The exit code is 1 where cnnconv failed or its error is above 1e-4.
"""

import argparse
import math
import pathlib
import sys
import tempfile

from contenders import PEERS
from measurement import Measurement
from tables import report


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
    text = report(measurement)
    print(text, end="")
    if options.markdown:
        options.markdown.write_text(text)
    return bool(measurement.cases) and not measurement.failed


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
