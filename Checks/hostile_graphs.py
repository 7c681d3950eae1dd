"""Changes archives of torch.export and TorchScript, and looks at what `cnnconv import` makes of them: an exit code of the contract, at
most one line of error, bounded time and memory.

usage: hostile_graphs.py [--cnnconv PROGRAM] [--count 2000] [--seed 1] [--seconds 10] [--mebibytes 512] [--keep FOLDER] [FILE ...]

FILEs are archives to start from; those of Fixtures/TorchExport and Fixtures/TorchScript by default. A change removes, doubles, swaps or
edits members, numbers, names and punctuation of the JSON or source inside, or bytes of the file; or it cuts the file. Offsets and
checksums are written anew in most cases. Files that fail are kept in FOLDER. Prints a table; exit code 1 when one fails.

Needs Python alone.
"""

import argparse
import collections
import io
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
CODES = {0: "read", 65: "bad input", 69: "not supported", 74: "cut short", 75: "limit"}
NUMBERS = ["0", "-1", "1", "7", "2147483648", "4294967296", "9223372036854775807", "-9223372036854775808", "1e400", "NaN", "99999999999"]
WORDS = [
    "as_tensor", "as_int", "as_ints", "as_none", "as_graph", "as_sym_int", "as_expr", "as_float", "torch.ops.aten.view.default",
    "torch.ops.aten.expand.default", "torch.ops.aten.repeat.default", "torch.ops.aten.zeros.default", "torch.ops.higher_order.cond",
    "torch.ops.aten.pad.default", "torch.ops.aten.arange.default", "_operator.pow", "null", "true", "[]", "{}", '"x"', "self", "range",
    "while True:", "torch.zeros([99999, 99999])", "torch.append", "CONSTANTS.c99", "(self).forward(x, )",
]


def edited(text, draw):
    """A text with a few of its tokens changed."""
    tokens = re.findall(rb"[A-Za-z_][A-Za-z_0-9.]*|-?[0-9][0-9.e+-]*|\s+|.", text)
    for _ in range(draw.randint(1, 3)):
        if not tokens:
            break
        place = draw.randrange(len(tokens))
        kind = draw.randrange(7)
        if kind == 0:
            del tokens[place : place + draw.choice((1, 1, 5, 40))]
        elif kind == 1:
            tokens[place:place] = tokens[place : place + draw.choice((1, 3, 60))]
        elif kind == 2:
            other = draw.randrange(len(tokens))
            tokens[place], tokens[other] = tokens[other], tokens[place]
        elif kind == 3:
            tokens[place] = draw.choice(WORDS).encode()
        elif kind == 4:
            tokens[place] = tokens[draw.randrange(len(tokens))]
        else:
            numbers = [index for index, token in enumerate(tokens) if token[:1].isdigit() or token[:1] == b"-" and token[1:2].isdigit()]
            if numbers:
                tokens[draw.choice(numbers)] = draw.choice(NUMBERS).encode()
    return b"".join(tokens)


def flipped(data, draw):
    data = bytearray(data)
    for _ in range(draw.randint(1, 8)):
        if data:
            data[draw.randrange(len(data))] = draw.randrange(256)
    return bytes(data)


def changed(whole, draw):
    kind = draw.randrange(10)
    if kind == 0:
        return whole[: draw.randrange(len(whole))]
    if kind == 1:
        return flipped(whole, draw)
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        members = [[entry.filename, archive.read(entry)] for entry in archive.infolist()]
    place = draw.randrange(len(members))
    if kind == 2:
        del members[place]
    elif kind == 3:
        other = draw.randrange(len(members))
        members[place][1], members[other][1] = members[other][1], members[place][1]
    elif kind == 4:
        members[place][1] = flipped(members[place][1], draw)
    else:
        texts = [m for m in members if m[0].endswith((".py", ".json"))] or members
        member = draw.choice(texts)
        member[1] = edited(member[1], draw)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, data in members:
            archive.writestr(name, data)
    return made.getvalue()


def look(program, path, limit):
    """(what is wrong or None, exit code, seconds, MiB)"""
    begin = time.perf_counter()
    child = subprocess.Popen([program, "import", path, "--quiet"], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    timer = threading.Timer(limit.seconds, child.kill)
    timer.start()
    errors = child.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(child.pid, 0)
    timer.cancel()
    seconds, mebibytes = time.perf_counter() - begin, usage.ru_maxrss / 1024
    code = os.waitstatus_to_exitcode(status)
    wrong = None
    if seconds >= limit.seconds:
        wrong = f"{seconds:.1f} s"
    elif code not in CODES:
        wrong = f"exit code {code}: {errors.strip()[:200]}"
    elif code and len(errors.strip().splitlines()) != 1:
        wrong = f"{len(errors.splitlines())} lines of error"
    elif mebibytes > limit.mebibytes:
        wrong = f"{mebibytes:.0f} MiB"
    return wrong, code, seconds, mebibytes


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="*", metavar="FILE", type=pathlib.Path)
    parser.add_argument("--cnnconv", default=str(HERE.parent / ".build" / "release" / "cnnconv"))
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--mebibytes", type=float, default=512)
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()
    fixtures = HERE.parent / "Fixtures"
    files = options.files or sorted([*fixtures.glob("TorchExport/*/model.pt2"), *fixtures.glob("TorchScript/*/model.pt")])
    seeds = [(path, path.read_bytes()) for path in files]
    draw = random.Random(options.seed)
    found, failures = collections.defaultdict(lambda: [0, 0.0, 0.0]), 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.count):
            path, whole = draw.choice(seeds)
            data = changed(whole, draw)
            target = pathlib.Path(folder) / f"model{path.suffix}"
            target.write_bytes(data)
            wrong, code, seconds, mebibytes = look(options.cnnconv, target, options)
            entry = found[path.suffix, code]
            entry[:] = [entry[0] + 1, max(entry[1], seconds), max(entry[2], mebibytes)]
            if wrong:
                failures += 1
                print(f"{number}, of {path.parent.name}: {wrong}", flush=True)
                if options.keep:
                    options.keep.mkdir(parents=True, exist_ok=True)
                    (options.keep / f"{options.seed}-{number}{path.suffix}").write_bytes(data)
    print("\n| archive | outcome | files | longest, ms | most memory, MiB |\n| --- | --- | --- | --- | --- |")
    for (suffix, code), (count, seconds, mebibytes) in sorted(found.items()):
        print(f"| {suffix} | {code} {CODES.get(code, '')} | {count:,} | {seconds * 1e3:,.0f} | {mebibytes:,.0f} |")
    print(f"\n{options.count:,} files, {failures} fail")
    return failures == 0


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
