"""Runs a program and measures it: wall time and peak resident memory of that one process.

Resident memory counts the pages of mapped files; with `anonymous=True` the peak of the rest is looked for as well, by
asking Linux every millisecond.

Linux counts the memory of the process that starts a child as the child's own until it has started, so scripts that
measure must stay small themselves: standard library only, as here.

usage: child.py PROGRAM ARGUMENT ...      prints seconds, peak MiB and the exit code to stderr
"""

import os
import subprocess
import sys
import time


def anonymous_mib(process):
    """The resident memory of a process that is not a file's; 0 where it has none any more."""
    with open(f"/proc/{process}/status") as status:
        return sum(int(line.split()[1]) for line in status if line.startswith("RssAnon:")) / 1024


class Result:
    """What a finished process leaves behind."""

    def __init__(self, command, anonymous=False):
        begin = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        # the outputs of the programs measured here are a page of text and fit into the pipes
        self.anonymous_mib, ended = 0.0, 0
        while anonymous and not ended:
            self.anonymous_mib = max(self.anonymous_mib, anonymous_mib(process.pid))
            time.sleep(1e-3)
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        if not anonymous:
            _, status, usage = os.wait4(process.pid, 0)
        self.seconds = time.perf_counter() - begin
        self.peak_mib = usage.ru_maxrss / 1024
        self.code = process.returncode = os.waitstatus_to_exitcode(status)
        self.output, self.errors = (
            stream.read().decode(errors="replace") for stream in (process.stdout, process.stderr)
        )
        process.stdout.close()
        process.stderr.close()


if __name__ == "__main__":
    result = Result(sys.argv[1:])
    sys.stdout.write(result.output)
    sys.stderr.write(result.errors)
    print(f"{result.seconds:.3f} s, {result.peak_mib:.1f} MiB, exit code {result.code}", file=sys.stderr)
    sys.exit(result.code if result.code >= 0 else 128 - result.code)
