"""cnnconv, which measures itself: `cnnconv bench`, and `cnnconv verify` for its error."""

import os
import subprocess

from processes import LIMIT, Failed, json_of


class Cnnconv:
    def __init__(self, options, scratch):
        self.program, self.options = options.cnnconv, options
        self.environment = os.environ | {"CNNCONV_CACHE": str(scratch / "cache")}
        self.keeps_plans = "--no-plan-cache" in self.say("bench", "--help")
        self.version = self.say("--version").strip()

    def say(self, *arguments):
        try:
            ended = subprocess.run([self.program, *arguments], capture_output=True, text=True)
        except OSError as error:
            raise SystemExit(f"{self.program}: {error.strerror}") from None
        if ended.returncode != 0:
            raise SystemExit(f"{self.program} {' '.join(arguments)}: exit code {ended.returncode}")
        return ended.stdout

    def turn(self, case, keeps_plan=False):
        """One measurement, and what `bench` says of its steps and of the CPU."""
        options, seconds = self.options, 0 if self.options.cold else self.options.seconds
        command = [self.program, "bench", case["model"], "--json", "--quiet", "--seconds", str(seconds)]
        command += ["--threads", str(options.threads), "--batch", str(options.batch)]
        for key, shape in case["shapes"].items():
            command += ["--input-shape", f"{key}:{','.join(map(str, shape))}"]
        if self.keeps_plans and not keeps_plan:
            command.append("--no-plan-cache")
        said = json_of(command, LIMIT + 2 * seconds, env=self.environment)
        try:
            load = said["load_ms"] + said["prepare_ms"]
            result = {"load": load, "first": said["first_run_ms"], "peak": said["peak_rss_mib"], "runs": said["runs"]}
            result["ms"] = load + said["first_run_ms"] if options.cold else said["median_ms"]
            result["references"], result["limit"] = said.get("reference_steps") or [], said.get("peak_gflops") or 0
            return result | {"gflops": said.get("effective_gflops") or 0}
        except (KeyError, TypeError) as error:
            raise Failed(f"unexpected JSON: {error}") from None

    def error(self, case):
        """The largest difference from the fixture's outputs, by the largest |output|."""
        command = [self.program, "verify", case["model"], case["fixture"], "--json", "--quiet"]
        command += ["--threads", str(self.options.threads), *(["--no-plan-cache"] if self.keeps_plans else [])]
        said = json_of(command, LIMIT, codes=(0, 1), env=self.environment)
        try:
            outputs = [output for result in said["results"] for output in result["outputs"]]
            return max(o["max_abs_error"] / max(o["max_abs_expected"], 1e-30) for o in outputs)
        except (KeyError, ValueError, TypeError) as error:
            raise Failed(f"unexpected JSON: {error}") from None
