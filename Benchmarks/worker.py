"""What runs in the processes that are measured. The one argument is a case in JSON; the result is the last line.

Nothing large is imported before it is needed, so that a process holds what its contender needs and nothing else.
"""

import gc
import json
import os
import statistics
import sys
import time

from contenders import PEERS
from preparing import prepare, shapes, stored_inputs

FEWEST_RUNS = 5


def peak_mib():
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:")) / 1024


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


def main(case):
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
    main(json.loads(sys.argv[1]))
