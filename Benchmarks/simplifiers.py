"""Other simplifiers of ONNX models, for those who count or time what they make.

usage: simplifiers.py PEER MODEL [OUT]     prints as JSON what PEER (onnxsim, onnxslim or onnxoptimizer) makes of a model

Needs onnx 1.23.2; for the peers onnxsim 0.8.1, onnxslim 0.1.98, onnxoptimizer 0.4.2.
"""

import collections
import contextlib
import hashlib
import importlib.metadata
import io
import json
import pathlib
import resource
import subprocess
import sys
import time

import onnx

PEERS = ("onnxsim", "onnxslim", "onnxoptimizer")


def operators(model):
    """Operators by count, those of bodies with them."""
    counts = collections.Counter()

    def visit(graph):
        for node in graph.node:
            counts[node.op_type] += 1
            for attribute in node.attribute:
                if attribute.type == onnx.AttributeProto.GRAPH:
                    visit(attribute.g)

    visit(model.graph)
    return counts


def declare_torchvision():
    """torchvision's wheel needs its operators declared where its compiled part does not load; keep the result."""
    import torch

    with contextlib.suppress(RuntimeError):
        import torchvision

        return torchvision
    for part in [name for name in sys.modules if name.startswith("torchvision")]:
        del sys.modules[part]
    library = torch.library.Library("torchvision", "DEF")
    for operator in ("nms", "qnms"):
        library.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    return library


def peer_result(peer, model, out=None):
    """Runs in a child process: imports the peer, then measures what it makes of the model, with reading and writing."""
    silent = io.StringIO()
    with contextlib.redirect_stdout(silent):
        if peer == "onnxsim":
            import onnxsim

            def simplified():
                return onnxsim.simplify(onnx.load(model))[0]
        elif peer == "onnxslim":
            import onnxslim

            def simplified():
                return onnxslim.slim(onnx.load(model))
        else:
            import onnxoptimizer

            def simplified():
                return onnxoptimizer.optimize(onnx.load(model), onnxoptimizer.get_fuse_and_elimination_passes())

        imported = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        begin = time.perf_counter()
        result = simplified()
        if out:
            onnx.save(result, out)
        seconds = time.perf_counter() - begin
    counts = operators(result)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "version": importlib.metadata.version(peer),
        "nodes": counts.total(),
        "operators": dict(counts.most_common()),
        "seconds": seconds,
        "imported_mib": imported,
        "peak_mib": peak,
    }


def limits(gibibytes):
    def apply():
        resource.setrlimit(resource.RLIMIT_AS, (gibibytes << 30, gibibytes << 30))

    return apply


def ask_peer(peer, model, out=None, seconds=900, gibibytes=14):
    """What a peer makes of a model, as peer_result says it, or {"version", "error"}."""
    command = [sys.executable, __file__, peer, str(model), *([str(out)] if out else [])]
    version = importlib.metadata.version(peer)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, preexec_fn=limits(gibibytes))
    except subprocess.TimeoutExpired:
        return {"version": version, "error": f"longer than {seconds} s"}
    if done.returncode != 0:
        said = done.stderr.strip().splitlines() or ["no message"]
        return {"version": version, "error": f"exit code {done.returncode}: {said[-1][:200]}"}
    return json.loads(done.stdout.strip().splitlines()[-1])


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def cached_peer(peer, model):
    """As ask_peer, with the answer kept in MODEL.peers.json for the model's content and the peer's version."""
    cache = pathlib.Path(f"{model}.peers.json")
    kept, content = json.loads(cache.read_text()) if cache.exists() else {}, digest(model)
    known = kept.get(peer) if kept.get("sha256") == content else None
    if not known or known["version"] != importlib.metadata.version(peer):
        known = ask_peer(peer, model)
        kept = kept if kept.get("sha256") == content else {"sha256": content}
        kept[peer] = known
        cache.write_text(json.dumps(kept, indent=1))
    return known


if __name__ == "__main__":
    print(json.dumps(peer_result(*sys.argv[1:])))
