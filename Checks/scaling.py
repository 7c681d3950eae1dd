"""Times cnnconv on inputs of growing size, and prints how time and memory grow.

usage: scaling.py CNNCONV [--cases A,B] [--commands A,B] [--sizes N,N,...] [--seconds S] [--scratch FOLDER] [--list]

Each case is a file made of n equal parts: a chain of nodes, a node with n inputs, a state dict of n keys, a pickle n
deep, and so on. A row tells processor seconds (of all threads) and MiB for each n, and the exponent between the last
two sizes that take long enough to tell: 1 is linear, 2 is quadratic. A row ends at the first size that takes longer than --seconds, or that
the program refuses; its exit code stands in brackets. Files are written byte by byte, so that no package is needed.
"""

import argparse
import math
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from scaling_cases import bodies, chains, weights, widths  # noqa: F401: they list their cases
from scaling_cases.cases import CASES


def made(name, n, folder):
    """Writes the case's file; returns its path."""
    function = CASES[name][0]
    needs_folder = function.__code__.co_argcount == 2
    content = function(n, folder) if needs_folder else function(n)
    if isinstance(content, str):
        return folder / content
    path = folder / "in.onnx"
    path.write_bytes(content)
    return path


def words(program, command, path, folder):
    kind, _, rest = command.partition(" ")
    out = folder / "out"
    if kind == "import":
        return [program, "import", path, *rest.split()]
    if kind == "export":
        return [program, "export", path, "-o", "%s%s" % (out, rest or ".onnx")]
    if kind == "fuse":
        return [program, "fuse", path, "-o", "%s.onnx" % out]
    if kind == "verify":
        return [program, "verify", path, "--against", path]
    given = ["--input", folder / rest] if rest.endswith("npz") else ["--seed", "1"]
    return [program, "run", path, *given, "-o", folder / "results"]


def peak_kibibytes(pid):
    """The program's own peak. What wait4 tells counts this script's memory before the program began, too."""
    try:
        lines = pathlib.Path("/proc/%d/status" % pid).read_text().splitlines()
    except OSError:
        return 0
    return next((int(x.split()[1]) for x in lines if x.startswith("VmHWM:")), 0)


def measured(arguments, seconds, cache):
    """Processor seconds, MiB, exit code and error line; no exit code if it was ended for taking too long."""
    environment = dict(os.environ, CNNCONV_CACHE=str(cache))
    child = subprocess.Popen([str(x) for x in arguments], env=environment, stdin=subprocess.DEVNULL,
                             stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    limit = math.ceil(seconds)
    resource.prlimit(child.pid, resource.RLIMIT_CPU, (limit, limit))
    os.set_blocking(child.stderr.fileno(), False)
    said, peak, pid, begin = b"", 0, 0, time.monotonic()
    while not pid:
        said += child.stderr.read() or b""
        peak = max(peak, peak_kibibytes(child.pid))
        pid, result, usage = os.wait4(child.pid, os.WNOHANG)
        if not pid:
            time.sleep(0.001 if time.monotonic() - begin < 1 else 0.02)
    said += child.stderr.read() or b""
    child.stderr.close()
    status = os.waitstatus_to_exitcode(result)
    child.returncode = status
    if status in (-signal.SIGKILL, -signal.SIGXCPU):
        status = None
    return usage.ru_utime + usage.ru_stime, peak / 1024, status, said[:200].decode(errors="replace").strip()


def exponent(figures, base):
    """The power of n that time grows by between the last two sizes, what a start costs taken off."""
    known = [(n, t - base) for n, t, *_ in figures if t - base > 0.03]
    if len(known) < 2:
        return None
    (a, s), (b, t) = known[-2:]
    return math.log(t / s) / math.log(b / a)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", nargs="?")
    parser.add_argument("--cases", default="")
    parser.add_argument("--commands", default="")
    parser.add_argument("--sizes", default="1000,10000,100000,1000000")
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--scratch")
    parser.add_argument("--list", action="store_true")
    options = parser.parse_args()
    names = [x for x in options.cases.split(",") if x] or list(CASES)
    if options.list or not options.program:
        print("\n".join("%-20s %s" % (x, (CASES[x][0].__doc__ or "").strip().split("\n")[0]) for x in names))
        return
    wanted = [x for x in options.commands.split(",") if x]
    sizes = [int(x) for x in options.sizes.split(",")]
    base, *_ = measured([options.program, "--version"], 60, "/tmp")
    print("| case | command | " + " | ".join("n = %s" % f"{n:,}" for n in sizes) + " | exponent |")
    print("| --- " * (len(sizes) + 3) + "|", flush=True)
    for name in names:
        _, commands, limit = CASES[name]
        commands = [x for x in commands if not wanted or x in wanted]
        rows = {x: [] for x in commands}
        ended = {}
        for n in sizes:
            if n > limit or len(ended) == len(commands):
                continue
            with tempfile.TemporaryDirectory(dir=options.scratch) as scratch:
                folder = pathlib.Path(scratch)
                path = made(name, n, folder)
                for command in commands:
                    if command in ended or (command == "run again" and "run" in ended):
                        continue
                    figures = measured(words(options.program, command, path, folder), options.seconds, folder / "cache")
                    rows[command].append((n, *figures))
                    if figures[2] is None:
                        ended[command] = True
                    shutil.rmtree(folder / "results", ignore_errors=True)
        for command in commands:
            if not rows[command]:
                continue
            cells = []
            for n, t, memory, status, said in rows[command]:
                mark = "" if status == 0 else " [over]" if status is None else " [%d]" % status
                cells.append("%.2f s, %d MiB%s" % (t, memory, mark))
            cells += [""] * (len(sizes) - len(cells))
            power = exponent(rows[command], base)
            print("| %s | %s | %s | %s |" % (name, command, " | ".join(cells), "" if power is None else "%.2f" % power),
                  flush=True)
            n, _, _, status, said = rows[command][-1]
            if status:
                print("%s, %s, n = %d, exit code %d: %s" % (name, command, n, status, said), file=sys.stderr, flush=True)


main()
