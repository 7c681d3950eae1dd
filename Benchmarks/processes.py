"""The processes that are measured, as the one that measures sees them."""

import contextlib
import json
import pathlib
import subprocess
import sys
import time

LIMIT = 600  # seconds that a turn may take beyond those it measures


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
    """Runs `worker.py` in a process of its own."""
    worker = pathlib.Path(__file__).resolve().with_name("worker.py")
    command = [sys.executable, str(worker), json.dumps(case | {"mode": mode})]
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
