"""The tables of a measurement in Markdown."""

import math
import os
import statistics

from contenders import PEERS


def report(measured):
    """All of it as a page of Markdown."""
    options, names = measured.options, list(measured.cases)
    shown = table_of_cold if options.cold else table_of_busy if options.busy else table_of_runs
    lines = [machine(measured), "", *shown(measured, names)]
    for name in names:
        if measured.references.get(name):
            measured.notes.append(f"{name}: on the reference path: {', '.join(measured.references[name])}")
    if measured.notes:
        lines += [""] + [f"- {note}" for note in measured.notes]
    return "\n".join(lines) + "\n"


def machine(measured):
    options, model = measured.options, "unknown CPU"
    with open("/proc/cpuinfo") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    cpus = len(os.sched_getaffinity(0))
    images = f"batch {options.batch}, {options.threads} thread{'s' if options.threads > 1 else ''}"
    parts = [f"{model}, {cpus} CPU{'s' if cpus > 1 else ''}; float32, {images}."]
    if measured.peak:
        parts.append(f"Peak of the vector units in cnnconv's process: {measured.peak:.0f} GFLOP/s.")
    titles = [("cnnconv", measured.versions["cnnconv"])]
    titles += [(PEERS[name].title, measured.versions[name]) for name in measured.peers]
    parts.append(f"{', '.join(f'{title} {number}' for title, number in titles)}.")
    rounds = f"{options.rounds} round{'s' if options.rounds > 1 else ''} in turns"
    parts.append(
        f"Medians of {rounds}, one first result each." if options.cold else
        f"Medians of {rounds}, {options.seconds:g} s each."
    )  # fmt: skip
    if options.cold and measured.peers:
        taken = ", ".join(f"{PEERS[name].title} {measured.importing[name]:.0f} MiB" for name in measured.peers)
        parts.append(f"Of the peers' memory, the interpreter and their packages take: {taken}.")
    return " ".join(parts)


def table(head, rows):
    return [f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}"] + [f"| {' | '.join(row)} |" for row in rows]


def mean(ratios):
    good = [ratio for ratio in ratios if ratio]
    return f"{math.exp(statistics.fmean(map(math.log, good))):.2f}" if good else "–"


def ratio(a, b):
    return a / b if a and b else None


def table_of_runs(measured, names):
    head = ["network", "cnnconv ms", *(f"{PEERS[peer].title} ms" for peer in measured.peers)]
    head += ["fastest peer / cnnconv", "GFLOP/s", "error"]
    rows = []
    for name in names:
        ours = measured.median(name, "cnnconv")
        cells = [number(ours), *(number(measured.median(name, peer)) for peer in measured.peers)]
        cells.append(number(ratio(measured.fastest(name), ours)))
        speed = measured.median(name, "cnnconv", "gflops")
        cells.append(f"{speed:.0f}" if speed else "–")
        rows.append([name, *cells, f"{measured.errors[name]:.1e}" if name in measured.errors else "–"])
    means = [
        mean(ratio(measured.median(name, peer), measured.median(name, "cnnconv")) for name in names)
        for peer in measured.peers
    ]
    best = mean(ratio(measured.fastest(name), measured.median(name, "cnnconv")) for name in names)
    lines = table(head, rows + [["geometric mean of peer / cnnconv", "1", *means, best, "", ""]])
    if measured.errors:
        worst = max(measured.errors, key=measured.errors.get)
        lines += ["", f"The largest error is {measured.errors[worst]:.1e} × max, of {worst}."]
    return lines


def table_of_cold(measured, names):
    own = [program for program in measured.programs if program not in PEERS]
    titles = own + [PEERS[peer].title for peer in measured.peers]
    rows, ratios = [], {program: [] for program in own}
    for name in names:
        cells = [name]
        for program in own + measured.peers:
            time, peak = measured.median(name, program), measured.median(name, program, "peak")
            cells.append(f"{number(time)} ms, {peak:,.0f} MiB" if time else "–")
        for program in own:
            ratios[program].append(ratio(measured.fastest(name), measured.median(name, program)))
            cells.append(number(ratios[program][-1]))
        rows.append(cells)
    rows.append(["geometric mean", *("" for _ in titles), *(mean(values) for values in ratios.values())])
    return table(["network", *titles, *(f"fastest peer / {program}" for program in own)], rows)


def table_of_busy(measured, names):
    titles = {program: PEERS[program].title if program in PEERS else program for program in measured.programs}
    rows, slower, ratios = [], {program: [] for program in measured.programs}, {"": [], "busy": []}
    for name in names:
        cells = [name]
        for program in measured.programs:
            quiet, busy = measured.median(name, program), measured.median(name, program, condition="busy")
            slower[program].append(ratio(busy, quiet))
            cells.append(f"{number(quiet)} → {number(busy)}, {number(slower[program][-1])}×")
        for condition, values in ratios.items():
            ours = measured.median(name, "cnnconv", condition=condition)
            values.append(ratio(measured.fastest(name, condition), ours))
            cells.append(number(values[-1]))
        rows.append(cells)
    means = [f"{mean(values)}×" for values in slower.values()]
    means += [mean(values) for values in ratios.values()]
    head = ["network", *(f"{titles[program]} ms, quiet → busy" for program in measured.programs)]
    head += ["fastest peer / cnnconv, quiet", "busy"]
    return table(head, rows + [["geometric mean", *means]])


def number(value):
    if not value:
        return "–"
    return f"{value:.3f}" if value < 0.1 else f"{value:.2f}" if value < 100 else f"{value:,.0f}"
