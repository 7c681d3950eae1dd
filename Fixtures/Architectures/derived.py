"""Writes derived-weights.expected: small weights under weight and spectral normalization, and what PyTorch computes of them.

    python derived.py

Made with torch==2.13.0. A case is a line `case KIND`, then lines `KEY EXTENT … : VALUE …`; the line `result …` is the weight
that the layer multiplies by in inference.
"""

import pathlib
import warnings

import torch
from torch import nn
from torch.nn.utils import parametrizations

warnings.filterwarnings("ignore")


def line(name, value):
    value = value.detach()
    return f"{name} {' '.join(map(str, value.shape))} : {' '.join(f'{x:.9g}' for x in value.flatten().tolist())}"


def cases():
    yield "weight_norm", nn.utils.weight_norm(nn.Conv2d(2, 3, 2))
    yield "weight_norm_all", nn.utils.weight_norm(nn.Linear(4, 3), dim=None)
    yield "weight_norm_second", nn.utils.weight_norm(nn.ConvTranspose2d(2, 3, 2), dim=1)
    yield "parametrized_weight_norm", parametrizations.weight_norm(nn.Linear(5, 3))
    yield "spectral_norm", nn.utils.spectral_norm(nn.Conv2d(2, 3, 2))
    yield "spectral_norm_second", nn.utils.spectral_norm(nn.ConvTranspose2d(2, 3, 2))
    yield "parametrized_spectral_norm", parametrizations.spectral_norm(nn.Linear(5, 3))


lines = []
for kind, module in cases():
    torch.manual_seed(len(lines))
    with torch.no_grad():
        for value in [*module.parameters(), *module.buffers()]:
            value.copy_(torch.rand(value.shape) + 0.25)
        inputs = torch.rand(1, 4 if "all" in kind else 5) if module.weight.dim() == 2 else torch.rand(1, 2, 3, 3)
        module.eval()(inputs)
        lines.append(f"case {kind}")
        lines += [line(key, value) for key, value in module.state_dict().items()]
        lines.append(line("result", module.weight))
pathlib.Path(__file__).with_name("derived-weights.expected").write_text("\n".join(lines) + "\n")
