"""Contenders, networks, and what was measured."""

import contextlib
import math
import statistics
import sys

from contenders import PEERS, ncnn
from contenders.cnnconv import Cnnconv
from processes import Failed, spinning, work

LARGEST_ERROR = 1e-4
KEPT = "cnnconv with a kept plan"


class Measurement:
    def __init__(self, options, scratch):
        self.options, self.scratch = options, scratch
        self.cnnconv = Cnnconv(options, scratch)
        self.versions, self.importing, self.notes = {"cnnconv": self.cnnconv.version}, {}, []
        self.cases, self.errors, self.references = {}, {}, {}
        self.results = {}  # (network, contender, "" or "busy"): a dictionary for each round
        self.peak = 0.0
        self.failed = False
        self.programs = ["cnnconv"]
        self.find_contenders()

    def find_contenders(self):
        if self.options.cold and self.cnnconv.keeps_plans:
            self.programs.append(KEPT)
        for name in filter(None, self.options.peers.split(",")):
            try:
                found = work("version", {"peer": name})
                self.versions[name], self.importing[name] = found["version"], found["peak"]
                self.programs.append(name)
            except Failed as error:
                self.note(f"{PEERS[name].title} is absent: {error}")

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
                case["ncnn"] = ncnn.files(name, model, self.options.folder, folder / "pnnx", self.note)
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

    def verify(self, name, case):
        if not case["fixture"]:
            return
        try:
            self.errors[name] = self.cnnconv.error(case)
        except Failed as error:
            self.note(f"{name}: cnnconv verify: {error}")
        if not self.errors.get(name, math.inf) <= LARGEST_ERROR:
            self.failed = True

    # Measuring

    def ours(self, name, program):
        result = self.cnnconv.turn(self.cases[name], keeps_plan=program == KEPT)
        self.references[name] = result.pop("references")
        self.peak = max(self.peak, result.pop("limit"))
        return result

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
                taken.append(self.ours(name, program))
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
                self.ours(name, self.programs[1])
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

    # What was measured

    def median(self, name, program, key="ms", condition=""):
        good = [result[key] for result in self.results.get((name, program, condition), []) if "error" not in result]
        return statistics.median(good) if good else None

    def fastest(self, name, condition=""):
        times = [self.median(name, peer, condition=condition) for peer in self.peers]
        return min((value for value in times if value), default=None)
