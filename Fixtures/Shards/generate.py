"""Writes weights in several files with an index, as Hugging Face's libraries do, and the same weights in one file.

    python generate.py

Made with torch==2.15.0 and safetensors==0.8.0. The same versions write the same bytes again, but for the serial number in PyTorch's
archives.
"""

import json
import pathlib

import torch
from safetensors.torch import save_file

HERE = pathlib.Path(__file__).resolve().parent


def network():
    """A small classifier, of which cnnconv knows nothing."""
    torch.manual_seed(3)
    module = torch.nn.Sequential(
        torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Conv2d(4, 5, 1, bias=False), torch.nn.Linear(5, 2)
    )
    return {f"body.{key}": value for key, value in module.state_dict().items()}


def main():
    state = network()
    save_file(state, HERE / "whole.safetensors", metadata={"format": "pt"})
    keys = list(state)
    parts = [keys[:3], keys[3:7], keys[7:]]
    size = sum(value.numel() * value.element_size() for value in state.values())
    for stem, ending, save in (
        ("model", "safetensors", lambda part, path: save_file(part, path, metadata={"format": "pt"})),
        ("pytorch_model", "bin", torch.save),
    ):
        places = {}
        for number, part in enumerate(parts):
            name = f"{stem}-{number + 1:05d}-of-{len(parts):05d}.{ending}"
            save({key: state[key] for key in part}, HERE / name)
            places |= dict.fromkeys(part, name)
        index = {"metadata": {"total_size": size}, "weight_map": dict(sorted(places.items()))}
        (HERE / f"{stem}.{ending}.index.json").write_text(json.dumps(index, indent=2) + "\n")


if __name__ == "__main__":
    main()
